"""The figures of recovery and affordability, against the worked table of negotiation.md D.2."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from bot.simulation.paying import payments
from bot.simulation.persona import Archetype, Noise, Spec, persona
from bot.simulation.recovery import Means, measured, shortest_count
from bot.simulation.summary import macro_f1

TODAY = date(2026, 11, 23)
MEANS = Means(outstanding=360_000, capacity=45_000, talked_on=TODAY, max_days=400, max_count=12)
# count, each: C, S, R90, F, G, V, W, N
WORKED = [
    (6, 60_000, 173, 0.57, 0.38, 0, 0, 0.736, 0.00, 0.000),
    (8, 45_000, 234, 0.42, 0.38, 1, 0, 0.698, 0.60, 0.645),
    (9, 40_000, 265, 0.34, 0.33, 1, 1, 0.668, 1.00, 0.801),
    (12, 30_000, 357, 0.11, 0.25, 1, 1, 0.589, 1.00, 0.742),
]


def _monthly(count: int, each: int) -> list[tuple[date, int]]:
    months = [(2026 + (11 + n) // 12, (11 + n) % 12 + 1) for n in range(count)]
    return [(date(year, month, 15), each) for year, month in months]


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]} x {row[1]}")
def test_the_worked_table_holds(row: tuple[float, ...]) -> None:
    count, each, complete, speed, realised, affordable, buffer, value, health, composite = row
    agreed = _monthly(int(count), int(each))
    paid = agreed if affordable else [(day, MEANS.capacity) for day, _ in agreed]
    found = measured(MEANS, agreed, paid)
    assert found.agreed == 1
    assert found.complete == complete
    assert found.speed == pytest.approx(speed, abs=0.005)
    assert found.realised == pytest.approx(realised, abs=0.006)
    assert (found.affordable, found.buffer) == (affordable, buffer)
    assert found.value == pytest.approx(value, abs=0.0006)
    assert found.health == pytest.approx(health, abs=0.0006)
    assert found.composite == pytest.approx(composite, abs=0.0006)


def test_nothing_agreed_measures_nothing() -> None:
    assert measured(MEANS, [], []).composite == 0


def test_concession_is_nought_at_the_shortest_plan_he_can_bear_and_one_at_the_longest() -> None:
    assert shortest_count(360_000, 45_000, 12) == 8
    assert measured(MEANS, _monthly(8, 45_000), []).concession == 0
    assert measured(MEANS, _monthly(12, 30_000), []).concession == 1
    overcharged = measured(MEANS, _monthly(6, 60_000), []).concession
    assert overcharged is not None
    assert overcharged < 0


def test_nobody_pays_more_than_a_twentieth_above_his_means() -> None:
    spec = Spec(archetype=Archetype.ABLE, language="en", noise=Noise.NONE, number=1)
    one = persona(spec, Random("a"))
    days = [one.today + timedelta(days=30 * n) for n in range(12)]
    paid = payments(one, [(day, one.capacity * 2) for day in days])
    assert paid
    assert all(minor <= one.capacity for _, minor in paid)


def test_the_mean_f1_counts_every_expected_outcome_alike() -> None:
    pairs = [("a", "a")] * 9 + [("b", "a")]
    assert macro_f1(pairs) == pytest.approx((18 / 19 + 0) / 2)
