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
_HAN_RUN = re.compile(f"[{HAN}]+")
# A sentence of one word says too little.
_LEAST_LENGTH = 4
_BLOCK = 0
# Credit records and legal steps are for the fields of the profile to allow or not.
_BY_FIELD = bit("credit", "legal")

Weights = tuple[float, ...]
# A feature as it is looked up: bits of one or two classes, a word, two words, characters.
Key = int | str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature: `block` for `may never go out`, `by_kind` one a kind."""

    kinds: tuple[str, ...]
    bias: Weights
    block: dict[Key, float]
    by_kind: dict[Key, Weights]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The sentence most like a forbidden one, the kind it is like, and how sure that is (0..1)."""

    sentence: Sentence
    kind: str
    score: float


def most_alike(reading: Reading) -> Likeness | None:
    """The most suspicious sentence of a text if it is over the threshold, else None."""
    model = _model()
    least = -math.log(1 / THRESHOLD - 1) - model.bias[_BLOCK]
    best: tuple[float, Sentence, set[Key]] | None = None
    for sentence in reading.sentences:
        if len(sentence.text) < _LEAST_LENGTH or sentence.classes & _BY_FIELD:
            continue
        keys = set(_keys(sentence))
        score = sum(map(model.block.get, keys, itertools.repeat(0.0)))
        if score >= least and (best is None or score > best[0]):
            best = score, sentence, keys
    return None if best is None else _named(model, *best)


def _named(model: Model, score: float, sentence: Sentence, keys: set[Key]) -> Likeness:
    scores = list(model.bias[1:])
    for key in keys:
        for at, weight in enumerate(model.by_kind.get(key, ())):
            scores[at] += weight
    kind = model.kinds[scores.index(max(scores))]
    return Likeness(
        sentence=sentence, kind=kind, score=1 / (1 + math.exp(-score - model.bias[_BLOCK]))
    )


def _keys(sentence: Sentence) -> Iterator[Key]:
    """What the model sees: classes, pairs of classes, words, pairs of words and characters."""
    bits, here = sentence.classes, []
    while bits:
        low = bits & -bits
        here.append(low)
        bits ^= low
    yield from here
    for first, second in itertools.combinations(here, 2):
        yield first | second
    words = _LATIN.findall(sentence.text)
    yield from words
    yield from itertools.pairwise(words)
    if sentence.is_han:
        han = "".join(_HAN_RUN.findall(sentence.text))
        yield from han
        yield from [han[at : at + 2] for at in range(len(han) - 1)]


def features(sentence: Sentence) -> dict[str, float]:
    """The features of a sentence by name; pairs of classes and single characters count half."""
    names = _class_names()
    found: dict[str, float] = {}
    for key in _keys(sentence):
        if isinstance(key, int):
            parts = [name for bits, name in names.items() if bits & key]
            found["+".join(("class", *parts))] = 1.0 if len(parts) == 1 else _HALF
        elif isinstance(key, tuple):
            found[" ".join(key)] = 1.0
        else:
            found[key] = _HALF if len(key) == 1 and key >= HAN[0] else 1.0
    return found


@cache
def _class_names() -> dict[int, str]:
    return {bits: name for name, bits in words_of_guard().bits.items() if bits}


@cache
def _model() -> Model:
    lines = files(__package__).joinpath("likeness.tsv").read_text("utf-8").splitlines()
    head, *rows = (line.split("\t") for line in lines)
    bias: Weights = ()
    block: dict[Key, float] = {}
    by_kind: dict[Key, Weights] = {}
    for name, *figures in rows:
        weights = tuple(int(each) / SCALE for each in figures)
        if name == BIAS:
            bias = weights
            continue
        key = _key_of(name)
        block[key], by_kind[key] = weights[_BLOCK], weights[1:]
    return Model(tuple(head[2:]), bias, block, by_kind)


def _key_of(name: str) -> Key:
    if name.startswith("class+"):
        bits = 0
        for part in name.split("+")[1:]:
            bits |= words_of_guard().bits.get(part, 0)
        return bits
    first, _, second = name.partition(" ")
    return (first, second) if second else name


_HALF = 0.5
# Weights are kept as whole thousandths; the line of the bias has a name no feature can have.
SCALE = 1000
BIAS = "+bias"
