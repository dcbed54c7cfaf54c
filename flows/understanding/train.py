"""Training, offline only: from the lists to the bytes of the model file, the same every time.

Needs the `train` extra (scikit-learn). Nothing at run time imports this module.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.understanding.features import VERSION, latin_words
from flows.understanding.intents import Intent
from flows.understanding.lists import Example, lists_hash
from flows.understanding.measure import reliability
from flows.understanding.model import Calibration, Model, Scored, pack
from flows.understanding.normalise import normalise
from flows.understanding.prepare import featured

# Chosen by cross-validation on the lists: softer weights lose rare words, harder ones overfit.
_STRENGTH = 15.0
_TOLERANCE = 1e-4
_ITERATIONS_MAX = 300
# Features seen in one example only say more about its writer than about its meaning.
_EXAMPLES_MIN = 2
_FOLDS = 4
# Words in so many examples are known without their pieces; from rarer ones the pieces are learned,
# and slips of the common ones read by them. Chosen on replies with one slip in four words.
_COMMON_FROM = 100
# Neighbours in a list are variations of one another and go into one fold together.
_BLOCK = 5
_BYTE_MAX = 127
_CALIBRATION_STRENGTH = 1.0
_SAMPLE_SIZE = 48
_SAMPLE_LENGTH_MAX = 40


class Prepared(NamedTuple):
    """An example as it is trained on: its features in order, its intent, its say."""

    features: tuple[str, ...]
    intent: Intent
    weight: float = 1.0


HeldOut = tuple[Prepared, Model, Scored]
Tenths = tuple[tuple[int, float, float], ...]


def train(examples: Sequence[Example]) -> bytes:
    """The bytes of the model file made from the examples; equal lists give equal bytes."""
    import sklearn.linear_model  # noqa: F401, PLC0415  # Only libraries that are loaded are limited.
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # Offline only, an extra.

    # How many threads add up a sum changes its last bits, and with these the bytes.
    with threadpool_limits(limits=1):
        return _trained(examples)


def _trained(examples: Sequence[Example]) -> bytes:
    common = common_words(example.text for example in examples)
    prepared = [
        Prepared(tuple(sorted(featured(example.text, common))), example.intent, example.weight)
        for example in examples
    ]
    model = fit(prepared)
    scored = held_out(prepared)
    calibration = _calibrated(scored, model.intents)
    return pack(
        replace(
            model,
            common=common,
            calibration=calibration,
            held_out=_reliability(scored, calibration),
            examples=tuple(_sample(examples, intent) for intent in model.intents),
            lists=lists_hash(tuple(examples)),
        )
    )


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """The Latin words that stand in so many replies that the pieces they are made of tell nothing."""
    counts = Counter(word for text in texts for word in latin_words(normalise(text).text))
    return frozenset(word for word, count in counts.items() if count >= _COMMON_FROM)


def _sample(examples: Sequence[Example], intent: Intent) -> tuple[str, ...]:
    """Short examples of an intent, spread evenly over its list."""
    texts = [e.text for e in examples if e.intent is intent and len(e.text) <= _SAMPLE_LENGTH_MAX]
    step = max(1, math.ceil(len(texts) / _SAMPLE_SIZE))
    return tuple(text.lower() for text in texts[::step])


def held_out(prepared: Sequence[Prepared]) -> list[HeldOut]:
    """Each example scored by a model that never saw it or its neighbours in the list."""
    scored = []
    for fold in range(_FOLDS):
        is_out = [(number // _BLOCK) % _FOLDS == fold for number in range(len(prepared))]
        kept = [row for row, out in zip(prepared, is_out, strict=True) if not out]
        model = fit(kept)
        rows = [row for row, out in zip(prepared, is_out, strict=True) if out]
        scored += [(row, model, _light(model.score(set(row.features)))) for row in rows]
    return scored


def _light(scored: Scored) -> Scored:
    """Without the say of every feature, which for all examples would fill the memory."""
    return replace(scored, features=(), rows=[])


def fit(prepared: Sequence[Prepared]) -> Model:
    """The model of these features and intents, not yet calibrated."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # Offline only, an extra.

    intents = tuple(sorted({row.intent for row in prepared}))
    names, rarity = _vocabulary(prepared)
    matrix = _matrix(prepared, names, rarity)
    labels = [intents.index(row.intent) for row in prepared]
    regression = LogisticRegression(
        C=_STRENGTH, tol=_TOLERANCE, max_iter=_ITERATIONS_MAX, class_weight=_balance(labels)
    )
    regression.fit(matrix, labels, sample_weight=[row.weight for row in prepared])
    weights = regression.coef_.T.astype(np.float32)
    scales = np.abs(weights).max(axis=0) / _BYTE_MAX
    return Model(
        intents=intents,
        names=names,
        weights=np.rint(weights / scales).astype(np.int8).tobytes(),
        scales=tuple(scales.tolist()),
        biases=tuple(regression.intercept_.astype(np.float32).tolist()),
        rarity=tuple(rarity.tolist()),
        calibration=Calibration(score=1.0, margin=0.0, share=0.0, offsets=(0.0,) * len(intents)),
        examples=(),
        lists="",
        version=VERSION,
    )


def _balance(labels: Sequence[int]) -> dict[int, float]:
    """Weights that go half the way to equal say for every intent."""
    counts = Counter(labels)
    mean = len(labels) / len(counts)
    return {label: math.sqrt(mean / count) for label, count in counts.items()}


def _vocabulary(
    prepared: Sequence[Prepared],
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    counts = Counter(name for row in prepared for name in row.features)
    kept = tuple(sorted(name for name, count in counts.items() if count >= _EXAMPLES_MIN))
    total = len(prepared)
    rarity = [math.log((1 + total) / (1 + counts[name])) + 1 for name in kept]
    # Stored as half floats: rounding here keeps training and run time alike.
    return kept, np.array(rarity, dtype=np.float16).astype(np.float32)


def _matrix(
    prepared: Sequence[Prepared], names: tuple[str, ...], rarity: NDArray[np.float32]
) -> Any:
    from scipy.sparse import csr_matrix  # noqa: PLC0415  # Offline only, an extra.

    index = {name: row for row, name in enumerate(names)}
    indices: list[int] = []
    values: list[float] = []
    starts = [0]
    for found in prepared:
        rows = sorted(index[name] for name in found.features if name in index)
        weights = rarity[rows]
        indices += rows
        values += list(weights / (np.linalg.norm(weights) or 1.0))
        starts.append(len(indices))
    shape = (len(prepared), len(names))
    return csr_matrix((values, indices, starts), shape=shape, dtype=np.float32)


def _reliability(scored: Sequence[HeldOut], calibration: Calibration) -> Tenths:
    """How sure and how right the model is on what it never saw, by tenths of confidence."""
    rows = [
        (calibration.chance(found, found.first), model.intents[found.first] is row.intent)
        for row, model, found in scored
    ]
    return tuple(
        (one.count, round(one.confidence, 4), round(one.accuracy, 4)) for one in reliability(rows)
    )


def _calibrated(scored: Sequence[HeldOut], intents: tuple[Intent, ...]) -> Calibration:
    """A logistic curve, with an offset for each intent, over the held-out scores."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # Offline only, an extra.

    rows = []
    right = []
    for (_, intent, _), model, found in scored:
        top = found.first
        guess = intents.index(model.intents[top])
        mine = found.logits[top]
        row = np.zeros(3 + len(intents))
        row[:3] = (mine * found.share, mine - found.ordered[1], found.share)
        row[3 + guess] = 1.0
        rows.append(row)
        right.append(model.intents[top] is intent)
    if len(set(right)) == 1:
        return Calibration(score=1.0, margin=0.0, share=0.0, offsets=(0.0,) * len(intents))
    curve = LogisticRegression(C=_CALIBRATION_STRENGTH, max_iter=_ITERATIONS_MAX)
    curve.fit(np.array(rows), right)
    factors = curve.coef_[0]
    offsets = factors[3:] + curve.intercept_[0]
    return Calibration(
        score=round(float(factors[0]), 6),
        margin=round(float(factors[1]), 6),
        share=round(float(factors[2]), 6),
        offsets=tuple(round(float(offset), 6) for offset in offsets),
    )
