"""Public holidays of a place, from the calendars that ship with the package `holidays`.

A fixed day and its substitute both count, and so do rest days that a government decrees; a
working day moved to a weekend opens nothing.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

import holidays
from holidays.no_holiday_base import NoHolidayBase

from flows.policy.place import Region

# Where the general holidays of the law are a wider list than the statutory ones.
_FURTHER_CATEGORIES = {"HK": (holidays.OPTIONAL,)}
# Governments that decree rest days anew each year, so that a later year is not yet known.
_DECREED_YEARLY = frozenset({"BY", "CN", "HU", "RU", "UZ", "VN"})
# The package lists customs of the stations; no law makes them holidays.
_WITHOUT_LAW = frozenset({"AQ"})
# A decree moves one day to another: month and day of each, and perhaps the other's year.
_MOVED_DAY_FIELDS = (4, 5)
_DAYS_KEPT = 16384


@lru_cache(_DAYS_KEPT)
def is_day_off(regions: tuple[Region, ...], day: date) -> bool:
    """Whether the day is a public holiday in any of the regions; a part unknown: in any part."""
    return any(day in (days_off(region.country, region.part, day.year) or ()) for region in regions)


@lru_cache(_DAYS_KEPT)
def is_covered(regions: tuple[Region, ...], year: int) -> bool:
    """Whether the calendar knows that year for all the regions, and there is at least one."""
    asked = [days_off(region.country, region.part, year) for region in regions]
    return bool(asked) and None not in asked


@cache
def last_year(country: str) -> int | None:
    """The last year the calendar knows for a country; None when it knows none."""
    calendar = _calendar(country)
    if calendar is None:
        return None
    if country not in _DECREED_YEARLY:
        return calendar.end_year
    decrees: dict[int, tuple[object, ...]] = getattr(calendar, "special_public_holidays", {})
    return max(year for year, moves in decrees.items() if _moves_a_day(moves))


@cache
def days_off(country: str, part: str | None, year: int) -> frozenset[date] | None:
    """The public holidays of a year; None when the calendar does not cover place and year.

    A part the calendar does not know is taken as unknown.
    """
    calendar, last = _calendar(country), last_year(country)
    if calendar is None or last is None or not calendar.start_year <= year <= last:
        return None
    known = part in calendar.subdivisions or part in calendar.subdivisions_aliases
    parts = (part,) if known else (None, *calendar.subdivisions)
    return frozenset(
        day
        for each in parts
        for is_observed in (True, False)
        for day in holidays.country_holidays(
            country,
            subdiv=each,
            years=year,
            observed=is_observed,
            categories=(holidays.PUBLIC, *_FURTHER_CATEGORIES.get(country, ())),
        )
    )


@cache
def days_off_from(country: str, part: str | None, year: int) -> frozenset[date]:
    """The public holidays of a year and the next, as far as the calendar covers them."""
    found = [days_off(country, part or None, each) or frozenset() for each in (year, year + 1)]
    return found[0] | found[1]


@cache
def _calendar(country: str) -> holidays.HolidayBase | None:
    if country in _WITHOUT_LAW:
        return None
    try:
        calendar = holidays.country_holidays(country)
    except NotImplementedError:
        return None
    return None if isinstance(calendar, NoHolidayBase) else calendar


def _moves_a_day(moves: tuple[object, ...]) -> bool:
    rows = moves if isinstance(moves[0], tuple) else (moves,)
    return any(isinstance(row, tuple) and len(row) in _MOVED_DAY_FIELDS for row in rows)
