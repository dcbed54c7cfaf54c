"""Wall clocks of zones, exactly: when a local day begins, when hours open, over every change.

Zones come from the packaged tz database, not from the machine, so that every machine decides alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

from flows.policy.hours import Hours

Spans = tuple[tuple[datetime, datetime], ...]

_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
_MINUTES_PER_HOUR = 60
_SECONDS_PER_MINUTE = 60
# A year of days in every zone of a large country.
_DAYS_KEPT = 16384


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone name, aliases included, except the placeholder `Factory`."""
    text = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(text.split()) - {"Factory"}


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name; raises ValueError for a name the tz database lacks."""
    if name not in zone_names():
        raise ValueError(f"expected an IANA zone, got {name!r}")
    path = resources.files("tzdata.zoneinfo").joinpath(*name.split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def second_of_day(local: datetime) -> int:
    """Seconds since local midnight by the wall clock, 0 to 86399."""
    minutes = local.hour * _MINUTES_PER_HOUR + local.minute
    return minutes * _SECONDS_PER_MINUTE + local.second


@lru_cache(_DAYS_KEPT)
def day_start(place: tzinfo, day: date) -> datetime:
    """The first instant (UTC) whose local date is `day`, or later where the zone skips the day."""
    return _first_instant(place, datetime.combine(day, time()))


def next_open(
    place: tzinfo, hours_on: Callable[[date], Hours], start: datetime, limit: datetime
) -> datetime | None:
    """The first instant from `start` (UTC) inside the hours of its local day; None after `limit`."""
    day = start.astimezone(place).date()
    while day_start(place, day) <= limit:
        hours = hours_on(day)
        for begin, end in _open_spans(place, day, hours.start, hours.end):
            if start < end:
                found = max(start, begin)
                return found if found <= limit else None
        day += _ONE_DAY
    return None


@lru_cache(_DAYS_KEPT)
def _open_spans(place: tzinfo, day: date, opens: int, closes: int) -> Spans:
    """The spans (UTC, half-open) of a local day in which its clock shows open hours.

    One, unless the clock goes back over an end of the hours.
    """
    hours, midnight = Hours(opens, closes), datetime.combine(day, time())
    edges = _changes(place, day) | {day_start(place, day), day_start(place, day + _ONE_DAY)}
    for minute in (opens, closes):
        wall = midnight + timedelta(minutes=minute)
        edges |= {_first_instant(place, wall), _as_utc(place, wall, fold=1)}
    steps = pairwise(sorted(edges))
    return tuple(step for step in steps if _is_open(place, day, hours, step[0]))


def _is_open(place: tzinfo, day: date, hours: Hours, instant: datetime) -> bool:
    local = instant.astimezone(place)
    return local.date() == day and hours.is_open(second_of_day(local))


def _changes(place: tzinfo, day: date) -> set[datetime]:
    begins, ends = day_start(place, day), day_start(place, day + _ONE_DAY)
    if _offset(place, begins) == _offset(place, ends):
        return set()
    return {_change_between(place, begins, ends)}


def _first_instant(place: tzinfo, wall: datetime) -> datetime:
    """The first instant at which the clock shows `wall` or, where a gap swallows it, more."""
    early, late = _as_utc(place, wall, fold=1), _as_utc(place, wall, fold=0)
    if early < late:
        return _change_between(place, early, late)
    return late


def _change_between(place: tzinfo, before: datetime, after: datetime) -> datetime:
    """The instant, exact to the second, of the change of offset between the two."""
    old = _offset(place, before)
    while after - before > _ONE_SECOND:
        middle = before + timedelta(seconds=(after - before) // _ONE_SECOND // 2)
        if _offset(place, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _as_utc(place: tzinfo, wall: datetime, *, fold: int) -> datetime:
    return wall.replace(tzinfo=place, fold=fold).astimezone(UTC)


def _offset(place: tzinfo, instant: datetime) -> timedelta | None:
    return instant.astimezone(place).utcoffset()
