"""Days as whole numbers in SQL, the same on SQLite and PostgreSQL; instants by a zone's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FunctionElement, Integer, case, literal
from sqlalchemy.ext.compiler import compiles

from storage.columns import Instant

_EPOCH = date(1970, 1, 1)
_DAY_SECONDS = 86_400
_DAY = timedelta(days=1)
# Every change of a zone's clock since 1972 fell on a whole quarter of an hour.
_QUARTER = timedelta(minutes=15)


class day_number(FunctionElement[int]):  # SQL functions are written so.
    """The days since 1970 of a date column, given as the one argument."""

    type = Integer()
    inherit_cache = True


@compiles(day_number, "postgresql")
def _postgres_number(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} - DATE '1970-01-01')"


@compiles(day_number, "sqlite")
def _sqlite_number(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"CAST(julianday({day}) - 2440587.5 AS INTEGER)"


class _seconds(FunctionElement[int]):  # SQL functions are written so.
    """The whole seconds since 1970 of an instant."""

    type = BigInteger()
    inherit_cache = True


@compiles(_seconds, "postgresql")
def _postgres_seconds(element: Any, compiler: Any, **options: Any) -> str:
    instant = compiler.process(element.clauses, **options)
    return f"CAST(floor(extract(epoch FROM {instant})) AS bigint)"


@compiles(_seconds, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **options: Any) -> str:
    return f"(({compiler.process(element.clauses, **options)}) / 1000000)"


def number_of(day: date) -> int:
    """The days since 1970 of a day."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day so many days after 1970."""
    return _EPOCH + timedelta(days=number)


def starts_at(day: date, zone: tzinfo) -> datetime:
    """The instant a day begins in a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def local_day(
    instant: ColumnElement[Any], zone: tzinfo, since_on: date, until_on: date
) -> ColumnElement[int]:
    """The number of the day an instant falls on in a zone.

    Right for instants of these days; before and after them the clock of the first and the last
    day is taken.
    """
    first = _offset(starts_at(since_on, zone), zone)
    changes = list(_changes(zone, since_on, until_on))
    offset: ColumnElement[int] = literal(changes[-1][1] if changes else first)
    if changes:
        offsets = [first, *(after for _, after in changes[:-1])]
        whens = [
            (instant < literal(at, Instant()), literal(before))
            for (at, _), before in zip(changes, offsets, strict=True)
        ]
        offset = case(*whens, else_=offset)
    return (_seconds(instant) + offset) // _DAY_SECONDS


def _changes(zone: tzinfo, since_on: date, until_on: date) -> Iterator[tuple[datetime, int]]:
    """When the zone's clock changes in these days, and its offset in seconds from there."""
    day = since_on
    while day <= until_on:
        at, end = starts_at(day, zone), starts_at(day + _DAY, zone)
        if _offset(at, zone) != _offset(end, zone):
            before = _offset(at, zone)
            while _offset(at, zone) == before:
                at += _QUARTER
            yield at, _offset(at, zone)
        day += _DAY


def _offset(at: datetime, zone: tzinfo) -> int:
    """Seconds east of UTC at an instant."""
    offset = at.astimezone(zone).utcoffset() or timedelta(0)
    return round(offset.total_seconds())
