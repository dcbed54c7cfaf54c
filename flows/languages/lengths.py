"""Lengths of time as people say them, and the day they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.languages import days
from flows.languages.scanner import Scene

_HOURS_PER_DAY = 24
_MINUTES_PER_HOUR = 60
_DAYS_IN_HALF_MONTH = 15
_WHOLE = {"day": 1, "week": days.DAYS_PER_WEEK}
_END_OF_DAY = 23.99
_LENGTH_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A number of days, workdays, weeks, months, years, hours or minutes; halves are allowed."""

    number: float
    unit: str


def after(scene: Scene, length: Length) -> date | None:
    """The day that lies this far ahead; None where the calendar ends."""
    return _shifted(scene, length, 1)


def before(scene: Scene, length: Length) -> date | None:
    """The day that lies this far back."""
    return _shifted(scene, length, -1)


def _shifted(scene: Scene, length: Length, sign: int) -> date | None:
    if length.number > _LENGTH_MAX:
        return None
    if length.unit in _WHOLE:
        return days.plus(scene.today, days=sign * int(length.number * _WHOLE[length.unit]))
    if length.unit == "workday":
        return days.workdays_later(scene.today, int(length.number)) if sign > 0 else None
    if length.unit in ("month", "year"):
        return _months(scene.today, length, sign)
    return _hours(scene, length, sign)


def _months(today: date, length: Length, sign: int) -> date | None:
    number = length.number * (days.MONTHS_PER_YEAR if length.unit == "year" else 1)
    found = days.plus_months(today, sign * int(number))
    if found and number != int(number):
        return days.plus(found, days=sign * _DAYS_IN_HALF_MONTH)
    return found


def _hours(scene: Scene, length: Length, sign: int) -> date | None:
    """With the hour known the exact day; else whole days count and less is still, or was, today."""
    hours = length.number / (1 if length.unit == "hour" else _MINUTES_PER_HOUR)
    now = scene.now_time
    begun = 0.0 if sign > 0 else _END_OF_DAY
    if now:
        begun = now.hour + now.minute / _MINUTES_PER_HOUR
    return days.plus(scene.today, days=(begun + sign * hours) // _HOURS_PER_DAY)
