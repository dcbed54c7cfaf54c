"""The figures over labelled replies: what counts as right, how sure, and what is refused."""

from __future__ import annotations

import pytest

from flows.understanding.intents import Intent
from flows.understanding.measure import (
    OUT_OF_SCOPE,
    Judged,
    calibration_error,
    held_out,
    measure,
    reliability,
)
from flows.understanding.values import Band, LanguageTag, Understanding


def judged(expected: str, read: Intent, confidence: float, band: Band = Band.ACT) -> Judged:
    found = Understanding(
        text="", intent=read, confidence=confidence, band=band, language=LanguageTag.EN
    )
    return Judged(expected=expected, found=found)


def test_confidence_is_held_against_truth_by_tenths() -> None:
    low, high = reliability([(0.31, True), (0.39, False), (1.0, True)])
    assert (low.name, low.count, low.accuracy) == ("0.3-0.4", 2, 0.5)
    assert low.confidence == pytest.approx(0.35)
    assert (high.name, high.count, high.accuracy) == ("0.9-1.0", 1, 1.0)


def test_the_calibration_error_is_the_mean_gap_over_all_replies() -> None:
    rows = reliability([(0.35, True), (0.35, False), (0.95, True), (0.95, True)])
    assert calibration_error(rows) == pytest.approx((0.15 + 0.05) / 2)


def test_unclear_is_held_against_what_no_intent_covers() -> None:
    figures = measure(
        [
            judged("unclear", Intent.UNCLEAR, 0.92),
            judged(OUT_OF_SCOPE, Intent.UNCLEAR, 0.94),
            judged("busy", Intent.UNCLEAR, 0.35),
            judged("busy", Intent.BUSY, 0.95),
        ]
    )
    assert [(row.name, row.count, row.accuracy) for row in figures.unclear] == [
        ("0.3-0.4", 1, 0.0),
        ("0.9-1.0", 2, 1.0),
    ]


def test_every_band_is_told_with_its_share_of_right_readings() -> None:
    figures = measure(
        [
            judged("affirm", Intent.AFFIRM, 0.9),
            judged("deny", Intent.AFFIRM, 0.8),
            judged("deny", Intent.DENY, 0.5, Band.CONFIRM),
        ]
    )
    assert {row.name: (row.count, row.accuracy) for row in figures.bands} == {
        "act": (2, 0.5),
        "confirm": (1, 1.0),
        "clarify": (0, 0.0),
    }


def test_what_is_out_of_scope_is_told_apart_from_what_is_misread() -> None:
    kept = [judged("affirm", Intent.AFFIRM, 0.9) for _ in range(19)]
    outside = [judged(OUT_OF_SCOPE, Intent.AFFIRM, 0.2), judged(OUT_OF_SCOPE, Intent.AFFIRM, 0.95)]
    figures = measure([*kept, *outside])
    assert figures.count == 19
    assert figures.accuracy == 1.0
    assert figures.out_of_scope_recall == 0.5


def test_the_shipped_model_is_as_right_as_it_is_sure_on_what_it_never_saw() -> None:
    rows = held_out()
    assert sum(row.count for row in rows) > 20_000
    assert calibration_error(rows) < 0.02
