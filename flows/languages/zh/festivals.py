"""Festivals by which a day is named: 国庆前, 中秋, 五一以后. The days are data in festivals.toml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from flows.packaged import packaged_table

# Numerals too, unless something follows that makes them festivals: 十一之前.
_ALSO_NUMERALS = ("十一", "五一", "六一", "七一")
_HOLIDAYS = timedelta(days=14)
_EDGE = "节|小?长假|假期|放假|之?[前后]|以[前后]|期间"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Festivals on fixed days, on days of the lunar or solar calendar, and those too vague."""

    fixed: dict[str, tuple[int, int]]
    moving: dict[str, tuple[date, ...]]
    asked: tuple[str, ...]
    new_year: tuple[date, ...]


def is_asked_about(name: str) -> bool:
    """The name may mean any of many days, as 过年前 does."""
    return name in _table().asked


def of_first_month(number: int, today: date) -> date | None:
    """正月初八: that day of the first lunar month, from today on; None past the table's end."""
    days = (first + timedelta(days=number - 1) for first in _table().new_year)
    return next((day for day in days if day >= today), None)


def coming(name: str, today: date) -> date | None:
    """The next such festival from today on; None past the end of the table."""
    return next((day for day in _days(name, today) if day >= today), None)


def is_just_over(name: str, today: date) -> bool:
    """The festival or its holidays are now: what follows them is near, the next one is far."""
    days = _days(name, today)
    return any(timedelta(0) < today - day <= _HOLIDAYS for day in days)


def last(name: str, today: date) -> date | None:
    """The last such festival up to today; None before the start of the table."""
    return next((day for day in reversed(_days(name, today)) if day <= today), None)


def _days(name: str, today: date) -> tuple[date, ...]:
    table = _table()
    if name not in table.fixed:
        return table.moving[name]
    month, number = table.fixed[name]
    return tuple(date(year, month, number) for year in range(today.year - 1, today.year + 2))


def first_characters() -> str:
    """The characters a festival's name can start with."""
    return "".join({name[0] for name in _names()})


def pattern() -> str:
    """A regular expression for all names, in the group `name`."""
    plain = sorted((name for name in _names() if name not in _ALSO_NUMERALS), key=len, reverse=True)
    return f"(?P<name>{'|'.join(plain)}|(?:{'|'.join(_ALSO_NUMERALS)})(?={_EDGE}))节?(?:小?长假|假期|放假)?"


def _names() -> list[str]:
    table = _table()
    return [*table.fixed, *table.moving, *table.asked]


@cache
def _table() -> _Table:
    data = packaged_table(__package__, "festivals.toml")
    new_year = data["lunar"]["new_year"]
    by_new_year = {
        name: tuple(first + timedelta(days=offset) for first in new_year)
        for name, offset in data["lunar"]["days"].items()
    }
    return _Table(
        fixed={name: (month, number) for name, (month, number) in data["fixed"].items()},
        moving={name: tuple(days) for name, days in data["moving"].items()} | by_new_year,
        asked=tuple(data["ask"]["words"]),
        new_year=tuple(new_year),
    )
