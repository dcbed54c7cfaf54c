"""How well replies are read: figures over labelled replies. Counting only; no file, no clock."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flows.understanding.intents import Intent
from flows.understanding.model import load_model
from flows.understanding.rules import SAFETY
from flows.understanding.values import Band, Understanding

Row = TypeVar("Row")

# Label of replies that no intent covers; they must be read as unclear or with low confidence.
OUT_OF_SCOPE = "out_of_scope"
# In-scope replies to be kept when the threshold for what is out of scope is chosen.
KEPT = 0.95
_STEPS = 20
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled reply and how it was read."""

    expected: str
    found: Understanding
    group: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the primary intent is the expected one."""
        return self.found.intent == self.expected

    @property
    def is_in_scope(self) -> bool:
        """Whether any intent but `unclear` covers the reply."""
        return self.expected not in (OUT_OF_SCOPE, Intent.UNCLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision, recall and F1 of one intent, from 0 to 1, and how many replies have it."""

    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One step of the abstention curve: replies from this confidence on, and how many are right."""

    confidence: float
    kept: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Replies of like confidence: how sure the reading was on average, and how many were right."""

    name: str
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All figures over one set of replies; shares run from 0 to 1, None where nothing was to count."""

    count: int
    accuracy: float
    macro_f1: float
    intents: dict[str, Score]
    groups: dict[str, float]
    confusions: tuple[tuple[str, str, int], ...]
    matrix: dict[tuple[str, str], int]
    safety: dict[str, float]
    false_alarms: float
    abstention: tuple[Point, ...]
    # By tenths of confidence and by band of action; the mean gap between the two, weighted.
    calibration: tuple[Reliability, ...]
    bands: tuple[Reliability, ...]
    calibration_error: float
    # Of the replies read as unclear: how sure that was, and how many no intent covers indeed.
    unclear: tuple[Reliability, ...]
    out_of_scope_recall: float | None


def measure(judged: Sequence[Judged]) -> Measured:
    """The figures over the replies; those out of scope count only for `out_of_scope_recall`."""
    labelled = [row for row in judged if row.expected != OUT_OF_SCOPE]
    matrix = Counter((row.expected, row.found.intent.value) for row in labelled)
    scores = {name: _score(matrix, name) for name in sorted({row.expected for row in labelled})}
    wrong = Counter({pair: count for pair, count in matrix.items() if pair[0] != pair[1]})
    certain = [(row.found.confidence, row.is_right) for row in labelled]
    bands = [(row.found.band, row.found.confidence, row.is_right) for row in labelled]
    calibration = reliability(certain)
    return Measured(
        count=len(labelled),
        accuracy=_share(labelled, lambda row: row.is_right),
        macro_f1=sum(score.f1 for score in scores.values()) / (len(scores) or 1),
        intents=scores,
        groups={
            name: _share(rows, lambda row: row.is_right)
            for name, rows in _grouped(labelled, lambda row: row.group).items()
        },
        confusions=tuple((*pair, count) for pair, count in wrong.most_common()),
        matrix=dict(matrix),
        safety=_safety(labelled),
        false_alarms=_share(labelled, _is_false_alarm),
        abstention=_abstention(labelled),
        calibration=calibration,
        bands=tuple(
            _reliability(band.value, [(sure, right) for name, sure, right in bands if name is band])
            for band in Band
        ),
        calibration_error=calibration_error(calibration),
        unclear=reliability(
            [
                (row.found.confidence, not row.is_in_scope)
                for row in judged
                if row.found.intent is Intent.UNCLEAR
            ]
        ),
        out_of_scope_recall=out_of_scope_recall(judged),
    )


def reliability(rows: Sequence[tuple[float, bool]]) -> tuple[Reliability, ...]:
    """Confidence against truth by tenths of confidence, lowest first; empty tenths are left out."""
    tenths = _grouped(rows, lambda row: _tenth(int(row[0] * _BINS)))
    return tuple(_reliability(name, tenths[name]) for name in sorted(tenths))


def _tenth(number: int) -> str:
    first = min(number, _BINS - 1)
    return f"{first / _BINS:.1f}-{(first + 1) / _BINS:.1f}"


def held_out() -> tuple[Reliability, ...]:
    """The same for the training lists, each example read by a model that never saw it.

    Taken from the shipped model, which keeps it from its training.
    """
    tenths = load_model().held_out
    return tuple(
        Reliability(name=_tenth(int(sure * _BINS)), count=count, confidence=sure, accuracy=right)
        for count, sure, right in tenths
    )


def calibration_error(bins: Sequence[Reliability]) -> float:
    """The mean distance of confidence from accuracy over all replies, from 0 to 1."""
    total = sum(one.count for one in bins) or 1
    return sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / total


def _reliability(name: str, rows: Sequence[tuple[float, bool]]) -> Reliability:
    count = len(rows) or 1
    return Reliability(
        name=name,
        count=len(rows),
        confidence=sum(sure for sure, _ in rows) / count,
        accuracy=sum(right for _, right in rows) / count,
    )


def out_of_scope_recall(judged: Sequence[Judged]) -> float | None:
    """Share of out-of-scope replies refused at the threshold that keeps 95 % of the others."""
    inside = sorted(_certainty(row.found) for row in judged if row.is_in_scope)
    outside = [_certainty(row.found) for row in judged if not row.is_in_scope]
    if not inside or not outside:
        return None
    threshold = inside[int(len(inside) * (1 - KEPT))]
    return sum(certainty < threshold for certainty in outside) / len(outside)


def _certainty(found: Understanding) -> float:
    """How sure the reading is that some intent covers the reply."""
    return 0.0 if found.intent is Intent.UNCLEAR else found.confidence


def _score(matrix: Counter[tuple[str, str]], name: str) -> Score:
    right = matrix[name, name]
    expected = sum(count for (label, _), count in matrix.items() if label == name)
    read = sum(count for (_, label), count in matrix.items() if label == name)
    precision = right / read if read else 0.0
    recall = right / expected if expected else 0.0
    f1 = 2 * right / (expected + read) if expected + read else 0.0
    return Score(precision=precision, recall=recall, f1=f1, count=expected)


def _safety(rows: Sequence[Judged]) -> dict[str, float]:
    """Recall of each intent that must not be missed, as the primary or a further intent."""
    by_intent = _grouped(rows, lambda row: row.expected)
    return {
        name.value: _share(by_intent[name], lambda row: row.expected in row.found.intents)
        for name in SAFETY
        if name in by_intent
    }


def _is_false_alarm(row: Judged) -> bool:
    return row.expected not in SAFETY and row.found.intent in SAFETY


def _abstention(rows: Sequence[Judged]) -> tuple[Point, ...]:
    points = []
    for step in range(_STEPS):
        confidence = step / _STEPS
        kept = [row for row in rows if row.found.confidence >= confidence]
        accuracy = _share(kept, lambda row: row.is_right)
        share = len(kept) / (len(rows) or 1)
        points.append(Point(confidence=confidence, kept=share, accuracy=accuracy))
    return tuple(points)


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _share(rows: Sequence[Judged], holds: Callable[[Judged], bool]) -> float:
    return sum(map(holds, rows)) / len(rows) if rows else 0.0
