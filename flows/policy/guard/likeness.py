"""How much a sentence is like those that may never go out: a linear model over its words.

The detectors know patterns; this catches what only resembles them. It is asked last, and its
threshold is high, because a false finding silences an honest answer.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flows.policy.guard.reading import Reading, Sentence, bit, words_of_guard
from flows.policy.guard.view import HAN

# Chosen on sentences the model had not seen: above it four findings in five are right.
THRESHOLD = 0.8
_LATIN = re.compile(r"[a-z]+")
_HAN_RUN = re.compile(f"[{HAN}]")
# A sentence of one word says too little.
_LEAST_LENGTH = 4
_BLOCK = 0
# Credit records and legal steps are for the fields of the profile to allow or not.
_BY_FIELD = bit("credit", "legal")

Weights = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature: the first column for `may never go out`, then one a kind."""

    kinds: tuple[str, ...]
    bias: Weights
    weights: dict[str, Weights]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The sentence most like a forbidden one, the kind it is like, and how sure that is (0..1)."""

    sentence: Sentence
    kind: str
    score: float


def most_alike(reading: Reading) -> Likeness | None:
    """The most suspicious sentence of a text; None for a text without words."""
    model = _model()
    best: tuple[float, Sentence] | None = None
    for sentence in reading.sentences:
        if len(sentence.text) < _LEAST_LENGTH or sentence.classes & _BY_FIELD:
            continue
        score = _sum(model, sentence, _BLOCK)
        if best is None or score > best[0]:
            best = score, sentence
    if best is None:
        return None
    sentence = best[1]
    scores = [_sum(model, sentence, at + 1) for at in range(len(model.kinds))]
    kind = model.kinds[scores.index(max(scores))]
    return Likeness(sentence=sentence, kind=kind, score=1 / (1 + math.exp(-best[0])))


def features(sentence: Sentence) -> Iterator[str]:
    """What the model sees: classes, pairs of classes, words, pairs of words and characters."""
    names = _class_names()
    bits, here = sentence.classes, []
    while bits:
        low = bits & -bits
        here.append(names[low])
        bits ^= low
    for at, first in enumerate(here):
        yield f"c:{first}"
        for second in here[at + 1 :]:
            yield f"p:{first}+{second}"
    words = _LATIN.findall(sentence.text)
    yield from (f"w:{word}" for word in words)
    yield from (f"b:{one}_{two}" for one, two in itertools.pairwise(words))
    han = "".join(_HAN_RUN.findall(sentence.text))
    yield from (f"y:{char}" for char in han)
    yield from (f"z:{one}{two}" for one, two in itertools.pairwise(han))


def value_of(feature: str) -> float:
    """What a feature counts when it is there: pairs of classes and single characters count half."""
    return 0.5 if feature[0] in "py" else 1.0


def _sum(model: Model, sentence: Sentence, column: int) -> float:
    weights = model.weights
    total = model.bias[column]
    for feature in set(features(sentence)):
        found = weights.get(feature)
        if found is not None:
            total += found[column]
    return total


@cache
def _class_names() -> dict[int, str]:
    return {bits: name for name, bits in words_of_guard().bits.items() if bits}


@cache
def _model() -> Model:
    lines = files(__package__).joinpath("likeness.tsv").read_text("utf-8").splitlines()
    head, *rows = (line.split("\t") for line in lines)
    weights = {row[0]: tuple(int(each) / SCALE for each in row[1:]) for row in rows}
    return Model(kinds=tuple(head[2:]), bias=weights.pop("bias"), weights=weights)


# Weights are kept as whole thousandths.
SCALE = 1000
