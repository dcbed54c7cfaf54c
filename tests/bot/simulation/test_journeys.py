"""Talks beyond the grid end in what the customer agreed to, and their judge can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.simulation.journeys import JOURNEYS, LANGUAGES, Journey, faults, journeys

SEED = 101
DRAWN = dict(journeys(SEED))


@pytest.mark.parametrize("name", DRAWN)
def test_a_journey_ends_in_what_was_agreed(name: str) -> None:
    assert faults(DRAWN[name]) == []


def test_there_is_every_journey_in_every_language() -> None:
    assert len(DRAWN) == len(JOURNEYS) * len(LANGUAGES)


def _journey() -> Journey:
    return DRAWN["two accounts:en"]


def test_a_plan_on_the_wrong_account_is_a_fault() -> None:
    ((_, count, each, frequency),) = _journey().plans
    wrong = replace(_journey(), plans=frozenset({("A1", count, each, frequency)}))
    assert "plans: expected" in faults(wrong)[0]


def test_a_promise_that_is_missing_is_a_fault() -> None:
    wrong = replace(_journey(), promises=frozenset({("A1", 90_000, "2026-12-01")}))
    assert "promises: expected" in faults(wrong)[0]


def test_a_word_where_a_person_speaks_is_a_fault() -> None:
    spoken = replace(_journey(), silent=frozenset({0}))
    assert faults(spoken)[0].startswith("spoke in a takeover")
