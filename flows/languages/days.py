"""Calendar arithmetic behind spoken days. A day that does not exist is None, never another day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

DAYS_PER_WEEK = 7
MONTHS_PER_YEAR = 12
SATURDAY, SUNDAY = 5, 6
WORKDAYS = 5
# A day without a year is the coming one, but not where it has only just passed.
_AHEAD_MAX = timedelta(days=300)
_TWO_DIGIT_YEARS = 100


def day(year: int, month: int, number: int) -> date | None:
    """The day, or None for 31 February and the like; a year of two digits is of this century."""
    if year < _TWO_DIGIT_YEARS:
        year += 2000
    try:
        return date(year, month, number)
    except ValueError:
        return None


def plus(today: date, **length: float) -> date | None:
    """Today and a length of days, weeks or hours; None beyond the calendar."""
    try:
        return today + timedelta(**length)
    except OverflowError:
        return None


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def plus_months(today: date, months: int) -> date | None:
    """The same day so many months later (earlier if negative), or that month's last day."""
    year, month = shifted_month(today, months)
    if not date.min.year <= year <= date.max.year:
        return None
    return month_end(year, month).replace(day=min(today.day, monthrange(year, month)[1]))


def months_between(today: date, later: date) -> int:
    """The calendar months from one day to another."""
    return (later.year - today.year) * MONTHS_PER_YEAR + later.month - today.month


def shifted_month(today: date, months: int) -> tuple[int, int]:
    """Year and month so many months from today's."""
    index = today.year * MONTHS_PER_YEAR + today.month - 1 + months
    return index // MONTHS_PER_YEAR, index % MONTHS_PER_YEAR + 1


def day_of_month(today: date, number: int, *, is_past: bool = False) -> tuple[date, ...]:
    """The next (or, if past, the last) such day, today included.

    Two days where the month ends earlier: its last day, and the day itself in the next month.
    """
    step = -1 if is_past else 1
    for months in range(3):
        year, month = shifted_month(today, step * months)
        found = day(year, month, number)
        if found is None:
            continue
        if (found <= today) if is_past else (found >= today):
            end = month_end(today.year, today.month)
            is_cut = months == 1 and number > end.day and not is_past
            return (end, found) if is_cut else (found,)
    return ()


def day_in_year(today: date, month: int, number: int, *, is_past: bool = False) -> date | None:
    """The day of a month without a year: the coming one, or the last where that has just passed."""
    years = (today.year - 1, today.year, today.year + 1)
    days = [found for year in years if (found := day(year, month, number))]
    ahead = [found for found in days if found >= today]
    behind = [found for found in days if found <= today]
    if ahead and not is_past and (ahead[0] - today <= _AHEAD_MAX or not behind):
        return ahead[0]
    return behind[-1] if behind else None


def weekday_from(today: date, weekday: int) -> date:
    """The next such weekday (Monday is 0), today included."""
    return today + timedelta(days=(weekday - today.weekday()) % DAYS_PER_WEEK)


def weekday_before(today: date, weekday: int) -> date:
    """The last such weekday before today."""
    back = (today.weekday() - weekday) % DAYS_PER_WEEK or DAYS_PER_WEEK
    return today - timedelta(days=back)


def weekday_of_week(today: date, weekday: int, weeks: int) -> date:
    """The weekday of the week so many weeks from today's; weeks start on Monday."""
    return today + timedelta(days=weekday - today.weekday() + DAYS_PER_WEEK * weeks)


def workdays_later(today: date, count: int) -> date:
    """So many days later, counting Monday to Friday only; holidays are not known here."""
    weeks, rest = divmod(count, WORKDAYS)
    if today.weekday() >= SATURDAY:
        today -= timedelta(days=today.weekday() - SATURDAY + 1)
    found = today + timedelta(weeks=weeks)
    while rest:
        found += timedelta(days=1)
        rest -= found.weekday() < SATURDAY
    while found.weekday() >= SATURDAY:
        found += timedelta(days=1)
    return found
