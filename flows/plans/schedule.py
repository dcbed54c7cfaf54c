"""The due dates of a plan: nominal days by rhythm and anchor, then moved to business days."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from flows.plans.calendar import WEEKENDS_ONLY, BusinessCalendar, shifted
from flows.plans.policy import HolidayShift
from flows.replacing import maker, quick
from flows.understanding.values import Frequency

FEBRUARY, DECEMBER = 2, 12
_MONTH_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_STEPS = {Frequency.WEEKLY: timedelta(days=7), Frequency.BIWEEKLY: timedelta(days=14)}
_FIRST_AND_MIDDLE = (1, 16)
_MIDDLE_AND_END = (15, 31)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A frequency with the days of the month it keeps: one if monthly, two if semimonthly.

    An anchor beyond the end of a month stands for the month's last day.
    """

    frequency: Frequency
    anchors: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        frequency: Frequency,
        first_due: date,
        *,
        anchor_day: int | None = None,
        anchor_days: tuple[int, int] | None = None,
    ) -> Rhythm:
        """The rhythm that starts on this day, with the stated anchors or those the day implies."""
        if frequency is Frequency.MONTHLY:
            return _make_rhythm(frequency=frequency, anchors=(anchor_day or first_due.day,))
        if frequency is Frequency.SEMIMONTHLY:
            implied = _FIRST_AND_MIDDLE if first_due.day in _FIRST_AND_MIDDLE else _MIDDLE_AND_END
            return cls(frequency=frequency, anchors=tuple(sorted(anchor_days or implied)))
        return cls(frequency=frequency)


_make_rhythm = maker(Rhythm)


def next_pay_day(today: date, pay_day: int) -> date:
    """The next date with this day of the month, today included; the 31st of June is the 30th."""
    day = _clamped(today.year, today.month, pay_day)
    return day if day >= today else _clamped(*_next_month(today.year, today.month), pay_day)


def nominal_dates(first_due: date, rhythm: Rhythm) -> Iterator[date]:
    """The due dates before any shift, without end.

    Anchored rhythms start at the first anchor date on or after `first_due` and never drift.
    Raises OverflowError after the year 9999.
    """
    step = _STEPS.get(rhythm.frequency)
    if step is None:
        yield from _anchored_dates(first_due, rhythm.anchors)
        return
    day = first_due
    while True:
        yield day
        day += step


def walk_dates(
    first_due: date,
    rhythm: Rhythm,
    *,
    shift: HolidayShift = HolidayShift.NONE,
    calendar: BusinessCalendar = WEEKENDS_ONLY,
    today: date | None = None,
) -> Iterator[date]:
    """The due dates after the shift, strictly increasing, without end.

    A shift never feeds back into later dates; where two land on one day the later goes to the
    next business day. Raises OverflowError after the year 9999.
    """
    previous: date | None = None
    for nominal in nominal_dates(first_due, rhythm):
        day = shifted(nominal, shift, calendar, today)
        if previous is not None and day <= previous:
            day = calendar.after(previous)
        yield day
        previous = day


def due_dates(
    first_due: date,
    rhythm: Rhythm,
    n: int,
    *,
    shift: HolidayShift = HolidayShift.NONE,
    calendar: BusinessCalendar = WEEKENDS_ONLY,
    today: date | None = None,
) -> tuple[date, ...]:
    """The first n due dates after the shift; OverflowError when they pass the year 9999."""
    walk = walk_dates(first_due, rhythm, shift=shift, calendar=calendar, today=today)
    return tuple(islice(walk, n))


def _anchored_dates(first_due: date, anchors: tuple[int, ...]) -> Iterator[date]:
    year, month = first_due.year, first_due.month
    for anchor in anchors:
        day = _clamped(year, month, anchor)
        if day >= first_due:
            yield day
    while True:
        year, month = _next_month(year, month)
        for anchor in anchors:
            yield _clamped(year, month, anchor)


def _next_month(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == DECEMBER else (year, month + 1)


def _clamped(year: int, month: int, anchor: int) -> date:
    if year > date.max.year:
        raise OverflowError(f"expected due dates up to the year {date.max.year}, got {year}")
    length = _MONTH_LENGTHS[month]
    if month == FEBRUARY and isleap(year):
        length += 1
    return date(year, month, min(anchor, length))
