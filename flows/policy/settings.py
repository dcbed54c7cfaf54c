"""The kinds of field a profile has: how each is read, shown, measured and merged.

A field of `flows.policy.model` is declared by one call of these functions, which keeps its unit,
its meaning and its merge direction beside its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.policy import merging
from flows.policy.hours import Hours
from flows.policy.merging import Merge

_METADATA_KEY = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of one field: unit and meaning in words, the reader, the merge direction.

    `read` takes the plain value of TOML, YAML or JSON and raises ValueError with what was
    expected; `show` gives the plain value back. `needs_unit`: a profile file names the unit.
    """

    unit: str
    meaning: str
    merge: Merge
    read: Callable[[object], Any]
    show: Callable[[Any], Any]
    needs_unit: bool = False


def setting_of(metadata: Any) -> Setting:
    """The setting kept in the metadata of a dataclass field."""
    setting: Setting = metadata[_METADATA_KEY]
    return setting


def hours(meaning: str) -> Any:
    """Hours of a day; the intersection is the stricter."""
    return _declare(
        Setting(
            unit="HH:MM-HH:MM or none, half-open",
            meaning=meaning,
            merge=merging.INTERSECT,
            read=_read_hours,
            show=str,
        )
    )


def number(unit: str, merge: Merge, meaning: str, *, is_nullable: bool = False) -> Any:
    """A whole number, zero or more, of a unit; None, where allowed, does not apply."""
    return _declare(
        Setting(
            unit=unit,
            meaning=meaning,
            merge=merge,
            read=_nullable(_read_number) if is_nullable else _read_number,
            show=_same,
            needs_unit=True,
        )
    )


def share(unit: str, merge: Merge, meaning: str) -> Any:
    """A fraction from 0 to 1."""
    return _declare(
        Setting(
            unit=unit, meaning=meaning, merge=merge, read=_read_share, show=_same, needs_unit=True
        )
    )


def length(unit: str, merge: Merge, meaning: str) -> Any:
    """A length of zero or more, fractions allowed."""
    return _declare(
        Setting(
            unit=unit, meaning=meaning, merge=merge, read=_read_length, show=_same, needs_unit=True
        )
    )


def flag(meaning: str, *, strict: bool) -> Any:
    """True or false, of which `strict` wins."""
    merge = merging.Strictest(
        order=(not strict, strict), name=f"{'true' if strict else 'false'} wins"
    )
    return _declare(Setting(unit="bool", meaning=meaning, merge=merge, read=_read_flag, show=_same))


def choice(meaning: str, *order: str, name: str = "") -> Any:
    """One of the named values, given from loose to strict."""
    merge = merging.Strictest(order=order, name=name)
    return _declare(
        Setting(
            unit="/".join(order), meaning=meaning, merge=merge, read=_read_one_of(order), show=_same
        )
    )


def constant(meaning: str, *values: str) -> Any:
    """One of the named values, which no overlay changes."""
    return _declare(
        Setting(
            unit="/".join(values),
            meaning=meaning,
            merge=merging.FIXED,
            read=_read_one_of(values),
            show=_same,
        )
    )


def words(meaning: str) -> Any:
    """A text that people compare by hand."""
    return _declare(
        Setting(unit="text", meaning=meaning, merge=merging.BY_HAND, read=_read_text, show=_same)
    )


def disclosures(meaning: str) -> Any:
    """Names of disclosure sentences: one in a profile, those of both after a merge."""
    return _declare(
        Setting(
            unit="id",
            meaning=meaning,
            merge=merging.BOTH_NEEDED,
            read=_read_names,
            show=lambda names: names[0] if len(names) == 1 else list(names),
        )
    )


def days_before(meaning: str) -> Any:
    """A list of whole days; an overlay may only drop days."""
    return _declare(
        Setting(
            unit="list of days",
            meaning=meaning,
            merge=merging.FEWEST,
            read=_read_list(_read_day, "whole days of 1 or more"),
            show=list,
            needs_unit=True,
        )
    )


def channels(meaning: str, *known: str) -> Any:
    """A list of channels; an overlay may only add channels."""
    return _declare(
        Setting(
            unit="list of channels",
            meaning=meaning,
            merge=merging.UNION,
            read=_read_list(_read_one_of(known), f"channels of {'/'.join(known)}"),
            show=list,
        )
    )


def _declare(setting: Setting) -> Any:
    return field(metadata={_METADATA_KEY: setting})


def _same(value: Any) -> Any:
    return value


def _wrong(expected: str, value: object) -> ValueError:
    return ValueError(f"expected {expected}, got {value!r}")


def _nullable(read: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: None if value is None else read(value)


def _read_hours(value: object) -> Hours:
    if not isinstance(value, str):
        raise _wrong("HH:MM-HH:MM or none", value)
    return Hours.parse(value)


def _read_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong("a whole number of 0 or more", value)
    return value


def _read_day(value: object) -> int:
    if _read_number(value) < 1:
        raise _wrong("a whole number of 1 or more", value)
    return _read_number(value)


def _read_length(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        raise _wrong("a number of 0 or more", value)
    return value


def _read_share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise _wrong("a number from 0 to 1", value)
    return float(value)


def _read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong("true or false", value)
    return value


def _read_text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong("a text", value)
    return value


def _read_names(value: object) -> tuple[str, ...]:
    if isinstance(value, str) and value:
        return (value,)
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise _wrong("the id of a disclosure", value)


def _read_one_of(values: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise _wrong(" or ".join(values), value)
        return value

    return read


def _read_list(read: Callable[[object], Any], expected: str) -> Callable[[object], Any]:
    def read_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(f"a list of {expected}", value)
        items = tuple(read(item) for item in value)
        if len(set(items)) < len(items):
            raise _wrong("each only once", value)
        return items

    return read_all
