"""Recovery and affordability of an agreed schedule (negotiation.md D.2): A, R90, Q/H/C, S ... N."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.simulation.paying import Payment

_REALISED_DAYS = 90
_BUFFER = 0.1
_V_AGREED, _V_SPEED, _V_REALISED = 0.5, 0.25, 0.25
_W_AFFORDABLE, _W_BUFFER = 0.6, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The figures of one dialogue; shares from 0 to 1, days from the day of the talk.

    `concession` is 0 at the shortest plan the customer can bear and 1 at the longest, negative
    where he was asked for too much; None where there was nothing to concede.
    """

    agreed: float = 0.0
    realised: float = 0.0
    quarter: int | None = None
    half: int | None = None
    complete: int | None = None
    speed: float = 0.0
    concession: float | None = None
    affordable: float = 0.0
    buffer: float = 0.0

    @property
    def value(self) -> float:
        """V, the recovery index."""
        return _V_AGREED * self.agreed + _V_SPEED * self.speed + _V_REALISED * self.realised

    @property
    def health(self) -> float:
        """W, the debtor's health index."""
        return _W_AFFORDABLE * self.affordable + _W_BUFFER * self.buffer

    @property
    def composite(self) -> float:
        """N, the harmonic mean of both; 0 when either is 0."""
        total = self.value + self.health
        return 2 * self.value * self.health / total if self.value and self.health else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an agreement is measured against: the debt, its day, the true capacity, the limits."""

    outstanding: int
    capacity: int
    talked_on: date
    max_days: int
    max_count: int


def measured(means: Means, agreed: Sequence[Payment], paid: Sequence[Payment]) -> Recovery:
    """The figures of an agreement; nothing agreed measures 0 throughout."""
    if not agreed:
        return Recovery()
    days = [_reached(means, agreed, share) for share in (0.25, 0.5, 1.0)]
    complete = days[2] if days[2] is not None else means.max_days
    within = [m for day, m in paid if (day - means.talked_on).days <= _REALISED_DAYS]
    sums = [minor for _, minor in agreed]
    return Recovery(
        agreed=sum(sums) / means.outstanding,
        realised=min(1.0, sum(within) / means.outstanding),
        quarter=days[0],
        half=days[1],
        complete=days[2],
        speed=max(0.0, 1 - complete / means.max_days),
        concession=_concession(means, len(agreed)),
        affordable=_share(sums, means.capacity),
        buffer=_share(sums, means.capacity * (1 - _BUFFER)),
    )


def _share(sums: Sequence[int], limit: float) -> float:
    return sum(minor <= limit for minor in sums) / len(sums)


def _reached(means: Means, agreed: Sequence[Payment], share: float) -> int | None:
    total = 0
    for day, minor in agreed:
        total += minor
        if total >= share * means.outstanding:
            return (day - means.talked_on).days
    return None


def shortest_count(outstanding: int, capacity: int, max_count: int) -> int | None:
    """The least number of equal payments whose largest fits; None when none does."""
    for count in range(1, max_count + 1):
        if outstanding - outstanding // count * (count - 1) <= capacity:
            return count
    return None


def _concession(means: Means, count: int) -> float | None:
    shortest = shortest_count(means.outstanding, means.capacity, means.max_count)
    if shortest is None or shortest == means.max_count:
        return None
    return (count - shortest) / (means.max_count - shortest)
