"""Rules that delay a message, and the first instant that all of them allow.

Each rule says, for any instant, whether it lets a message go then and, if not, from when on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.policy.case import Case
from flows.policy.holiday_calendar import is_day_off
from flows.policy.hours import MINUTES_PER_DAY, Hours
from flows.policy.local_time import day_start, next_open, second_of_day
from flows.policy.request import Hold
from flows.policy.stops import commitment_until, stopping_names

# A message that finds no open instant in this time goes to a person.
SEARCH_DAYS = 60
_SEARCH = timedelta(days=SEARCH_DAYS)
_SEVEN_DAYS = timedelta(days=7)
_THIRTY_DAYS = timedelta(days=30)
_ONE_DAY = timedelta(days=1)
# A local date may be this far from the date of the same instant elsewhere.
_TWO_DAYS = timedelta(days=2)
_LONGEST_MONTH = timedelta(days=33)
_ALL_DAY = Hours(0, MINUTES_PER_DAY)
_FIELD_BY_WEEKDAY = ("mon_fri",) * 5 + ("sat", "sun")

Week = Sequence[Hours]


@dataclass(frozen=True, slots=True)
class Wait:
    """A rule that holds the message: its names in a verdict and the first instant it allows.

    `until` None: not inside the days that are searched.
    """

    rules: tuple[str, ...]
    until: datetime | None


TimeRule = Callable[[Case, datetime], Wait | None]


def waits_at(case: Case, rules: Sequence[TimeRule], instant: datetime) -> list[Wait]:
    """What holds the message at the instant, in the order of the rules."""
    return [wait for rule in rules if (wait := rule(case, instant)) is not None]


def first_opening(case: Case, rules: Sequence[TimeRule], waits: list[Wait]) -> datetime | None:
    """The first instant (UTC) that every rule allows; None when the search ends before it.

    `waits` are those of now. No rule allows an instant before the end of its wait, so the search
    may jump from one latest end to the next.
    """
    instant = case.now
    while waits:
        ends = [wait.until for wait in waits if wait.until is not None]
        if len(ends) < len(waits) or max(ends) > case.now + _SEARCH:
            return None
        instant = max(ends)
        waits = waits_at(case, rules, instant)
    return instant


def outside_window(case: Case, instant: datetime) -> Wait | None:
    """The hours of the profile, in every zone that the recipient may be in."""
    if not _has_clock(case):
        return None
    window = case.policy.window
    week = (window.mon_fri,) * 5 + (window.sat, window.sun)
    closed = _closed_weekday(case, instant, week)
    if closed is None:
        return None
    until = _next_open(case, instant, week)
    return Wait(_by_clock(case, f"window.{_FIELD_BY_WEEKDAY[closed]}"), until)


def outside_customer_hours(case: Case, instant: datetime) -> Wait | None:
    """The hours the customer asked for."""
    asked = case.request.person.customer_hours
    if not asked or not case.policy.window.customer_hours_honoured or not _has_clock(case):
        return None
    week = tuple(asked.get(field, _ALL_DAY) for field in _FIELD_BY_WEEKDAY)
    if _closed_weekday(case, instant, week) is None:
        return None
    until = _next_open(case, instant, week)
    return Wait(_by_clock(case, "window.customer_hours_honoured"), until)


def on_public_holiday(case: Case, instant: datetime) -> Wait | None:
    """A public holiday of the recipient's place."""
    if case.policy.window.public_holidays == "allow" or not _has_clock(case):
        return None
    later = _next_working_instant(case, instant)
    if later == instant:
        return None
    return Wait(_by_clock(case, "window.public_holidays"), later)


def while_committed(case: Case, instant: datetime) -> Wait | None:
    """A running plan or promise whose end is known."""
    if not case.holds:
        return None
    held = [each for each in case.holds if commitment_until(case, each[1], instant)]
    if not held:
        return None
    ends = sorted(
        ((_end_of(hold, case), label, hold) for label, hold in held), key=_first, reverse=True
    )
    rules = tuple(name for _, label, hold in ends for name in stopping_names(label, hold))
    return Wait(rules, ends[0][0])


def before_first_day(case: Case, instant: datetime) -> Wait | None:
    """The first reminder comes some days after the due date."""
    due_on = case.request.account.due_on
    if not case.is_first or due_on is None:
        return None
    day = due_on + timedelta(days=case.policy.cadence.first_overdue_min_days)
    if case.place.earliest_date(instant) >= day:
        return None
    return Wait(("cadence.first_overdue_min_days",), _when_all_reach(case, day))


def inside_interval(case: Case, instant: datetime) -> Wait | None:
    """The least days between two reminders on the account."""
    days = case.policy.cadence.interval_min_days
    return _after_last(case, instant, days, "cadence.interval_min_days")


def inside_willing_interval(case: Case, instant: datetime) -> Wait | None:
    """The longer gap for a customer who is willing and raising funds."""
    if not case.request.person.is_willing:
        return None
    days = case.policy.cadence.interval_willing_days
    return _after_last(case, instant, days, "cadence.interval_willing_days")


def over_day_cap(case: Case, instant: datetime) -> Wait | None:
    """Reminders in one local day."""
    cap = case.policy.cadence.cap_per_day
    if not cap:
        return Wait(("cadence.cap_per_day",), None)
    recent = case.spent[bisect_right(case.spent, instant - _TWO_DAYS) :]
    if len(recent) < cap:
        return None
    today = case.place.latest_date(instant)
    if sum(case.place.latest_date(at) == today for at in recent) < cap:
        return None
    return Wait(("cadence.cap_per_day",), _when_any_reaches(case, today + _ONE_DAY))


def over_week_cap(case: Case, instant: datetime) -> Wait | None:
    """Reminders in any seven days of 24 hours."""
    cap = case.policy.cadence.cap_per_7_days
    if not _is_full(case, instant, _SEVEN_DAYS, cap):
        return None
    return Wait(("cadence.cap_per_7_days",), case.spent[-cap] + _SEVEN_DAYS if cap else None)


def over_month_cap(case: Case, instant: datetime) -> Wait | None:
    """Reminders in any thirty days of 24 hours, and in any local calendar month."""
    cap = case.policy.cadence.cap_per_30_days
    if len(case.spent) < cap:
        return None
    if not cap:
        return Wait(("cadence.cap_per_30_days",), None)
    ends = []
    if _is_full(case, instant, _THIRTY_DAYS, cap):
        ends.append(case.spent[-cap] + _THIRTY_DAYS)
    next_month = _next_month(case.place.latest_date(instant))
    if _spent_in_month(case, instant) >= cap:
        ends.append(_when_any_reaches(case, next_month))
    return Wait(("cadence.cap_per_30_days",), max(ends)) if ends else None


def _has_clock(case: Case) -> bool:
    """Whether hours bind the message and the zones that say them are known or may be inferred."""
    if not case.has_window or not case.place.zones:
        return False
    return case.place.is_zone_known or case.policy.window.unknown_tz != "deny"


def _by_clock(case: Case, name: str) -> tuple[str, ...]:
    """The name of a rule of the recipient's clock, and that candidates stand in for its zone."""
    return (name,) if case.place.is_zone_known else (name, "window.unknown_tz")


def _closed_weekday(case: Case, instant: datetime, week: Week) -> int | None:
    """The local weekday whose hours are closed in some zone; None when all zones are open."""
    for zone in case.place.zones:
        local = instant.astimezone(zone)
        weekday = local.weekday()
        if not week[weekday].is_open(second_of_day(local)):
            return weekday
    return None


def _next_open(case: Case, instant: datetime, week: Week) -> datetime | None:
    limit, previous = case.now + _SEARCH, None
    while instant != previous:
        previous = instant
        for zone in case.place.zones:
            found = next_open(zone, lambda day: week[day.weekday()], instant, limit)
            if found is None:
                return None
            instant = found
        if len(case.place.zones) == 1:
            return instant
    return instant


def _next_working_instant(case: Case, instant: datetime) -> datetime | None:
    limit, previous = case.now + _SEARCH, None
    while instant != previous:
        previous = instant
        for zone in case.place.zones:
            while is_day_off(case.place.regions, day := instant.astimezone(zone).date()):
                instant = day_start(zone, day + _ONE_DAY)
                if instant > limit:
                    return None
    return instant


def _first(end: tuple[datetime, str, Hold]) -> datetime:
    return end[0]


def _end_of(hold: Hold, case: Case) -> datetime:
    if isinstance(hold.until, datetime):
        return hold.until
    return _when_all_reach(case, (hold.until or date.min) + _ONE_DAY)


def _after_last(case: Case, instant: datetime, days: int, rule: str) -> Wait | None:
    if not case.spent_here:
        return None
    until = case.spent_here[-1] + timedelta(days=days)
    return Wait((rule,), until) if until > instant else None


def _is_full(case: Case, instant: datetime, length: timedelta, cap: int) -> bool:
    return case.spent_since(instant - length) >= cap


def _spent_in_month(case: Case, instant: datetime) -> int:
    today = case.place.latest_date(instant)
    recent = case.spent[bisect_right(case.spent, instant - _LONGEST_MONTH) :]
    dates = (case.place.latest_date(at) for at in recent)
    return sum((day.year, day.month) == (today.year, today.month) for day in dates)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + _LONGEST_MONTH).replace(day=1)


def _when_all_reach(case: Case, day: date) -> datetime:
    """When the earliest local date is the day."""
    return max(day_start(clock, day) for clock in case.place.clocks)


def _when_any_reaches(case: Case, day: date) -> datetime:
    """When the latest local date is the day."""
    return min(day_start(clock, day) for clock in case.place.clocks)
