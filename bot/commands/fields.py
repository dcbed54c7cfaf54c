"""Typed reading of the fields of a JSON record; each error names the field and both sides."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NoReturn, TypeGuard, TypeVar

from bot.commands.jsonl import BadRecord

# Ten thousand million million minor units: far above any debt.
MOST_MINOR = 10**16
_SHOWN_LENGTH = 60
# Outside these years calendars say nothing, and date arithmetic may overflow.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object and where it stands in the record, such as `inputs.policy`.

    Every reader raises BadRecord. A field that is null counts as absent.
    """

    values: Mapping[str, Any]
    path: str = ""

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(name) is not None

    def group(self, name: str) -> Fields:
        """A field that is a JSON object."""
        value = self.values.get(name)
        if not isinstance(value, dict):
            self._fail(name, "a JSON object")
        return Fields(value, self._full(name))

    def groups(self, name: str) -> list[Fields]:
        """A field that is a list of JSON objects."""
        items = self._items(name, "JSON objects")
        if not all(isinstance(item, dict) for item in items):
            self._fail(name, "a list of JSON objects")
        return [Fields(item, f"{self._full(name)}[{place}]") for place, item in enumerate(items)]

    def group_or_empty(self, name: str) -> Fields:
        """The same; no fields when it is absent."""
        return self.group(name) if self.has(name) else Fields({}, self._full(name))

    def text(self, name: str) -> str:
        """A field that is a string."""
        value = self.values.get(name)
        if not isinstance(value, str):
            self._fail(name, "a string")
        return value

    def text_or_none(self, name: str) -> str | None:
        """The same; None when the field is absent."""
        return self.text(name) if self.has(name) else None

    def texts_or_none(self, name: str) -> tuple[str, ...]:
        """A field that is a string or a list of strings; none when it is absent."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(item, str) and item for item in items):
            self._fail(name, "a string or a list of strings")
        return tuple(items)

    def flag(self, name: str) -> bool:
        """A field that is true or false."""
        value = self.values.get(name)
        if not isinstance(value, bool):
            self._fail(name, "true or false")
        return value

    def flag_or(self, name: str, *, usual: bool) -> bool:
        """The same; the usual one when the field is absent."""
        return self.flag(name) if self.has(name) else usual

    def whole(self, name: str, least: int = 0, most: int = MOST_MINOR) -> int:
        """A field that is a whole number between the bounds, both included."""
        value = self.values.get(name)
        if not _is_whole(value, least, most):
            self._fail(name, f"a whole number from {least} to {most}")
        return value

    def whole_or_none(self, name: str, least: int = 0, most: int = MOST_MINOR) -> int | None:
        """The same; None when the field is absent."""
        return self.whole(name, least, most) if self.has(name) else None

    def wholes(self, name: str, least: int, most: int) -> tuple[int, ...]:
        """A field that is a list of whole numbers between the bounds."""
        what = f"whole numbers from {least} to {most}"
        items = self._items(name, what)
        if not all(_is_whole(item, least, most) for item in items):
            self._fail(name, f"a list of {what}")
        return tuple(items)

    def day(self, name: str) -> date:
        """A field that is an ISO date."""
        day = _day(self.values.get(name))
        return day if day is not None else self._fail(name, "a date such as 2026-11-23")

    def day_or_none(self, name: str) -> date | None:
        """The same; None when the field is absent."""
        return self.day(name) if self.has(name) else None

    def days(self, name: str) -> frozenset[date]:
        """A field that is a list of ISO dates."""
        days = [_day(item) for item in self._items(name, "dates")]
        if None in days:
            self._fail(name, "a list of dates such as 2026-11-23")
        return frozenset(day for day in days if day is not None)

    def instant(self, name: str) -> datetime:
        """A field that is an ISO 8601 instant with its offset."""
        found = as_instant(self.values.get(name))
        expected = "an instant with offset such as 2026-11-23T09:00:00+08:00"
        return found if found is not None else self._fail(name, expected)

    def instant_or_none(self, name: str) -> datetime | None:
        """The same; None when the field is absent."""
        return self.instant(name) if self.has(name) else None

    def choice(self, name: str, words: type[_Choice]) -> _Choice:
        """A field that is one of a closed set of words."""
        value = self.values.get(name)
        if not isinstance(value, str) or value not in list(words):
            self._fail(name, f"one of {', '.join(words)}")
        return words(value)

    def choice_or_none(self, name: str, words: type[_Choice]) -> _Choice | None:
        """The same; None when the field is absent."""
        return self.choice(name, words) if self.has(name) else None

    def choices(self, name: str, words: type[_Choice]) -> tuple[_Choice, ...]:
        """A field that is a list of such words."""
        items = self._items(name, f"words among {', '.join(words)}")
        if not all(isinstance(item, str) and item in list(words) for item in items):
            self._fail(name, f"a list of words among {', '.join(words)}")
        return tuple(words(item) for item in items)

    def fail(self, name: str, expected: str) -> NoReturn:
        """Refuse the record because of this field."""
        self._fail(name, expected)

    def _items(self, name: str, what: str) -> list[Any]:
        value = self.values.get(name)
        if not isinstance(value, list):
            self._fail(name, f"a list of {what}")
        return value

    def _full(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _fail(self, name: str, expected: str) -> NoReturn:
        got = "nothing" if name not in self.values else _shown(self.values[name])
        raise BadRecord(f"{self._full(name)}: expected {expected}, got {got}")


def _is_whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def as_instant(value: object) -> datetime | None:
    """The instant of an ISO 8601 text with offset, in a year calendars know; None if it is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return found


def as_day(value: object) -> date | None:
    """The day of an ISO date, in a year calendars know; None if it is none."""
    day = _day(value)
    return day if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"
