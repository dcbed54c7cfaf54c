"""What is paid after the talk: the same luck for every plan a persona might have agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.simulation.persona import MONTHS, Persona

Payment = tuple[date, int]

# negotiation.md D.1: a sum up to a twentieth above his means is still found; the willing pay more
# often.
_STRETCH = 1.05
_BASE, _BY_WILL = 0.6, 0.4
_DAYS_A_MONTH = 30


def payments(one: Persona, schedule: Sequence[Payment], *, lump: bool = False) -> list[Payment]:
    """What arrives on each day of a schedule; `lump`: it is paid from what he has at once."""
    means = one.lump if lump else one.capacity
    paid = [(day, _paid(one, day, minor, means)) for day, minor in schedule]
    return [(day, minor) for day, minor in paid if minor > 0]


def _paid(one: Persona, day: date, minor: int, means: int) -> int:
    month = min((day - one.today).days // _DAYS_A_MONTH, MONTHS - 1)
    if one.shocks[month]:
        return 0
    if one.moods[month] >= _BASE + _BY_WILL * one.willingness:
        return 0
    return minor if minor <= means * _STRETCH else min(means, minor)
