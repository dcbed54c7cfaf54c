"""Local working days: weekends and the given holidays are skipped."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Set
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_MONTHS_A_YEAR = 12


def is_working_day(day: date, holidays: Set[date] = frozenset()) -> bool:
    """Whether offices work on this day."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_days_after(day: date, count: int, holidays: Set[date] = frozenset()) -> date:
    """The `count`-th working day after `day`."""
    while count > 0:
        day += _ONE_DAY
        count -= is_working_day(day, holidays)
    return day


def same_day_before(day: date, today: date) -> date:
    """The newest day not after today that a past-tense `day` can mean.

    A reader that looks forward gives "the 15th" as the coming one; a claim of payment means the
    one before.
    """
    while day > today:
        day = _month_before(day)
    return day


def weekday_before(day: date, today: date) -> date:
    """The newest day not after today on the weekday of `day`."""
    return day if day <= today else day - timedelta(days=7 * -(-(day - today).days // 7))


def _month_before(day: date) -> date:
    first = day.replace(day=1) - _ONE_DAY
    return first.replace(day=min(day.day, first.day))


def months_after(day: date, count: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + count, _MONTHS_A_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


# Office hours in which people answer (compliance.md, note 7: our choice).
OPENS, CLOSES = 9, 18
_ONE_HOUR = timedelta(hours=1)


def working_hours_after(
    now: datetime, hours: int, zone: ZoneInfo, holidays: Set[date] = frozenset()
) -> datetime:
    """The local instant at which so many office hours have passed since `now`."""
    at = now.astimezone(zone).replace(second=0, microsecond=0)
    while hours > 0:
        at += _ONE_HOUR
        opened = is_working_day(at.date(), holidays) and OPENS < at.hour + at.minute / 60 <= CLOSES
        hours -= opened
    return at
