"""The drawing of money by day: everything lies inside it, and its axis is round."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.console.chart import Chart, drawn
from flows.money import Currency, Money
from storage.figures import Day

SINCE = date(2026, 2, 13)
YEN, DOLLAR = Currency("JPY", 0), Currency.of("USD")
AMOUNTS = st.lists(
    st.tuples(st.integers(-(10**12), 10**13), st.integers(0, 10**13)), min_size=1, max_size=90
)


def days(amounts: list[tuple[int, int]], currency: Currency = DOLLAR) -> list[Day]:
    return [
        Day(
            on=SINCE + timedelta(days=number),
            paid=Money(paid, currency),
            promised=Money(promised, currency),
        )
        for number, (paid, promised) in enumerate(amounts)
    ]


def of(points: str) -> list[tuple[float, float]]:
    pairs = (point.split(",") for point in points.split())
    return [(float(x), float(y)) for x, y in pairs]


def chart(amounts: list[tuple[int, int]], currency: Currency = DOLLAR) -> Chart:
    found = drawn(days(amounts, currency))
    assert found is not None
    return found


def test_of_no_day_nothing_is_drawn() -> None:
    assert drawn([]) is None


@given(AMOUNTS, st.sampled_from((YEN, DOLLAR)))
def test_every_point_lies_inside_and_the_axis_covers_all(
    amounts: list[tuple[int, int]], currency: Currency
) -> None:
    found = chart(amounts, currency)
    for x, y in (*of(found.paid), *of(found.promised), *of(found.area)):
        assert 0 <= x <= 100
        assert 0 <= y <= 100
    figures = [tick.amount.minor for tick in found.ticks]
    assert len(figures) == 5
    assert len({b - a for a, b in itertools.pairwise(figures)}) == 1
    everything = [amount for pair in amounts for amount in pair]
    assert figures[0] <= min(*everything, 0)
    assert figures[-1] >= max(everything)
    assert [tick.y for tick in found.ticks] == [100, 75, 50, 25, 0]


@given(AMOUNTS)
def test_higher_money_stands_higher(amounts: list[tuple[int, int]]) -> None:
    heights = [y for _, y in of(chart(amounts).paid)]
    order = sorted(range(len(amounts)), key=lambda n: amounts[n][0])
    assert all(heights[a] >= heights[b] for a, b in itertools.pairwise(order))


@given(AMOUNTS)
def test_the_words_at_the_ends_never_touch(amounts: list[tuple[int, int]]) -> None:
    found = chart(amounts)
    assert abs(found.paid_end - found.promised_end) >= 10.9
    assert min(found.paid_end, found.promised_end) >= 0
    assert max(found.paid_end, found.promised_end) <= 100


def test_the_best_day_is_marked_and_none_where_nothing_came_in() -> None:
    found = chart([(100, 900), (700, 0), (300, 0)])
    assert found.best is not None
    assert found.best.on == SINCE + timedelta(days=1)
    assert found.best_x == 50
    assert chart([(0, 900), (0, 0)]).best is None


def test_the_axis_is_in_round_amounts() -> None:
    figures = [tick.amount.minor for tick in chart([(42_105_334, 28_527_005)]).ticks]
    assert figures == [0, 12_000_000, 24_000_000, 36_000_000, 48_000_000]
    assert [tick.amount.minor for tick in chart([(0, 0)]).ticks] == [0, 100, 200, 300, 400]


def test_few_days_are_named_and_the_first_among_them() -> None:
    named = chart([(1, 1)] * 28).named
    assert [each.on.isoformat() for each in named][:2] == ["2026-02-13", "2026-02-20"]
    assert len(named) == 4
    assert {each.anchor for each in named} == {"start"}
    assert [each.anchor for each in chart([(1, 1)] * 2).named] == ["start", "end"]
