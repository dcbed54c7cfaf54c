"""Makes `likeness.tsv` anew from the sentences in `training/`; needs the train extra."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from flows.policy.guard.likeness import BIAS, SCALE, features
from flows.policy.guard.reading import read

# Kinds that are about figures, links, form or a profile's field: rules alone judge them.
_BY_RULE = ("amount", "payee_or_link", "shouting")
_INNOCENT = ""
# A feature seen less often says more of one sentence than of its kind.
_LEAST_SEEN = 3
_REGULARISATION = 1.0
# Our own texts are many and alike.
_WEIGHT_OF_OWN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence as features, with its kind (empty: innocent) and how much it counts."""

    features: dict[str, float]
    kind: str
    weight: float = 1.0


def lines(name: str) -> Iterator[tuple[str, str, str]]:
    """Kind, language and text of each line of a training file."""
    text = files(__package__).joinpath("training", name).read_text("utf-8")
    for line in text.splitlines():
        kind, language, sentence = line.split("\t")
        yield kind, language, sentence


def examples(own_texts: Iterable[str]) -> list[Example]:
    """Every example: a blocked line is one, an innocent text one a sentence."""
    found = [
        Example(features=_of(text), kind=kind)
        for kind, _, text in lines("blocked.tsv")
        if kind not in _BY_RULE and "." not in kind
    ]
    for _, _, text in lines("allowed.tsv"):
        found += _innocent(text)
    seen: set[str] = set()
    for text in own_texts:
        for sentence in read(text).sentences:
            if sentence.text not in seen:
                seen.add(sentence.text)
                found += _innocent(sentence.text, _WEIGHT_OF_OWN)
    return found


def train(own_texts: Iterable[str]) -> str:
    """The model file of the training sentences and of our own texts, as innocent ones."""
    rows = examples(own_texts)
    counts = Counter(name for row in rows for name in row.features)
    kept = [{n: v for n, v in row.features.items() if counts[n] >= _LEAST_SEEN} for row in rows]
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(kept)
    blocked = np.array([row.kind != _INNOCENT for row in rows])
    weights = np.array([row.weight for row in rows])
    block = _fitted(matrix, blocked, weights)
    kinds = np.array([row.kind for row in rows])
    by_kind = _fitted(matrix[blocked], kinds[blocked], weights[blocked])
    columns = np.vstack([block.coef_, by_kind.coef_])
    bias = np.concatenate([block.intercept_, by_kind.intercept_])
    values = {name: value for row in kept for name, value in row.items()}
    named = {name: columns[:, at] * values[name] for at, name in enumerate(vectors.feature_names_)}
    return _written(by_kind.classes_, named, bias)


def _of(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for sentence in read(text).sentences:
        found |= features(sentence)
    return found


def _innocent(text: str, weight: float = 1.0) -> list[Example]:
    return [
        Example(features=features(each), kind=_INNOCENT, weight=weight)
        for each in read(text).sentences
    ]


def _fitted(matrix: object, wanted: object, weights: object) -> LogisticRegression:
    model = LogisticRegression(C=_REGULARISATION, max_iter=3000, class_weight="balanced")
    return model.fit(matrix, wanted, sample_weight=weights)


def _written(kinds: Iterable[str], named: Mapping[str, object], bias: object) -> str:
    """One line a feature; the value of a feature is put into its weight."""
    out = ["\t".join(("feature", "block", *kinds)), _line(BIAS, bias)]
    out += [_line(name, weights) for name, weights in named.items()]
    return "\n".join(out) + "\n"


def _line(name: str, weights: object) -> str:
    return "\t".join((name, *(str(round(float(each) * SCALE)) for each in np.asarray(weights))))
