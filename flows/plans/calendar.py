"""Business days, and where a due date goes that falls on a day without business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flows.plans.policy import HolidayShift
from flows.replacing import quick

SATURDAY, SUNDAY = 5, 6
_DAY = timedelta(days=1)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """Which days are business days: neither weekend nor holiday, or a listed extra workday (调休).

    Monday is weekday 0; at least one weekday must stay outside the weekend.
    """

    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Whether business is done on this day."""
        if day.weekday() in self.weekend or day in self.holidays:
            return day in self.extra_workdays
        return True

    def on_or_after(self, day: date) -> date:
        """The first business day from this day on; OverflowError after the year 9999."""
        while not self.is_business_day(day):
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The last business day up to this day; OverflowError before the year 1."""
        while not self.is_business_day(day):
            day -= _DAY
        return day

    def after(self, day: date) -> date:
        """The first business day after this day."""
        return self.on_or_after(day + _DAY)


WEEKENDS_ONLY = BusinessCalendar()
"""Saturday and Sunday without business, no holidays."""


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_NONE = HolidayShift.NONE


def shifted(
    day: date, shift: HolidayShift, calendar: BusinessCalendar, today: date | None = None
) -> date:
    """The day moved to a business day; a move that lands before today goes forward instead."""
    if shift is _NONE or calendar.is_business_day(day):
        return day
    moved = _MOVES[shift](day, calendar)
    if today is not None and moved < today:
        return calendar.on_or_after(day)
    return moved


def _following(day: date, calendar: BusinessCalendar) -> date:
    return calendar.on_or_after(day)


def _preceding(day: date, calendar: BusinessCalendar) -> date:
    return calendar.on_or_before(day)


def _modified_following(day: date, calendar: BusinessCalendar) -> date:
    moved = calendar.on_or_after(day)
    return moved if moved.month == day.month else calendar.on_or_before(day)


_MOVES: dict[HolidayShift, Callable[[date, BusinessCalendar], date]] = {
    HolidayShift.FOLLOWING: _following,
    HolidayShift.PRECEDING: _preceding,
    HolidayShift.MODIFIED_FOLLOWING: _modified_following,
}
