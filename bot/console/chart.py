"""Where the lines of money by day run: shares of the drawing's height and width, 0 to 100."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flows.money import Money
from storage.figures import Day

_WHOLE = 100.0
_GRID = 4
# Even an empty drawing has an axis: at least so many units of the currency.
_LEAST_UNITS = 4
_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)
_DAYS_NAMED = 4
# Words at the ends of two lines need so much room between them.
_APART = 11.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line across the drawing, and its amount."""

    y: float
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A day that is written under the drawing; `anchor` is the text's, for SVG."""

    x: float
    on: date
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The drawing. Lines and area are points of SVG; `best` is the day with most money in."""

    ticks: tuple[Tick, ...]
    paid: str
    promised: str
    area: str
    named: tuple[Named, ...]
    best: Day | None
    best_x: float
    best_y: float
    paid_end: float
    promised_end: float


def drawn(days: Sequence[Day]) -> Chart | None:
    """The lines of these days; None where there is no day."""
    if not days:
        return None
    ticks = _ticks(days)
    low, high = ticks[0].amount.minor, ticks[-1].amount.minor

    def y(amount: Money) -> float:
        return round(_WHOLE * (high - amount.minor) / (high - low), 2)

    xs = [_x(number, len(days)) for number in range(len(days))]
    paid = [(x, y(day.paid)) for x, day in zip(xs, days, strict=True)]
    promised = [(x, y(day.promised)) for x, day in zip(xs, days, strict=True)]
    floor = y(Money(0, days[0].paid.currency))
    best = max(range(len(days)), key=lambda number: days[number].paid.minor)
    ends = _apart(paid[-1][1], promised[-1][1])
    return Chart(
        ticks=tuple(Tick(y=y(tick.amount), amount=tick.amount) for tick in ticks),
        paid=_points(paid),
        promised=_points(promised),
        area=_points([(xs[0], floor), *paid, (xs[-1], floor)]),
        named=tuple(_named(days, xs)),
        best=days[best] if days[best].paid.minor > 0 else None,
        best_x=xs[best],
        best_y=paid[best][1],
        paid_end=ends[0],
        promised_end=ends[1],
    )


def _x(number: int, of: int) -> float:
    return round(_WHOLE * number / (of - 1), 2) if of > 1 else _WHOLE / 2


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _ticks(days: Sequence[Day]) -> tuple[Tick, ...]:
    """Five round amounts from the lowest to the highest, the least first."""
    currency = days[0].paid.currency
    amounts = [amount.minor for day in days for amount in (day.paid, day.promised)]
    high = max(*amounts, _LEAST_UNITS * 10**currency.exponent)
    low = min(*amounts, 0)
    for step in _round_steps():
        first = low // step * step
        if first + _GRID * step >= high:
            break
    return tuple(Tick(y=0, amount=Money(first + n * step, currency)) for n in range(_GRID + 1))


def _round_steps() -> Iterator[int]:
    yield from (1, 2, 5)
    size = 1
    while True:
        yield from (size * step for step in _STEPS)
        size *= 10


def _named(days: Sequence[Day], xs: Sequence[float]) -> Iterator[Named]:
    """Some days, evenly apart, the first among them; each is written from its place onwards."""
    every = max(1, -(-len(days) // _DAYS_NAMED))
    for number in range(0, len(days), every):
        anchor = "end" if number and xs[number] == _WHOLE else "start"
        yield Named(x=xs[number], on=days[number].on, anchor=anchor)


def _apart(one: float, other: float) -> tuple[float, float]:
    """Two heights with room between them, as near to the wished as may be."""
    gap = abs(one - other)
    if gap >= _APART:
        return one, other
    middle = min(max((one + other) / 2, _APART / 2), _WHOLE - _APART / 2)
    upper, lower = middle - _APART / 2, middle + _APART / 2
    return (upper, lower) if one <= other else (lower, upper)
