"""Profiles: reading them, merging them, laying a deployer's overlay over them.

A profile is one complete file under `profiles/`, each value with its source. An overlay may only
move values in the strict direction.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, get_type_hints

from flows.policy.model import Policy
from flows.policy.settings import Setting, setting_of

SCHEMA = 1
STRICT_DEFAULT = "strict-default"
_HEAD_KEYS = {"schema", "title", "places"}
_ENTRY_KEYS = {"value", "applies", "unit", "source"}

Values = Mapping[str, Any]


class PolicyError(ValueError):
    """A profile or overlay that cannot be used.

    The message names the file if it is one, the field, then what was expected and what came.
    """

    def __init__(self, field: str, reason: str, file: str = "") -> None:
        super().__init__(f"{file}: {field}: {reason}" if file else f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile file: its values and the source of each, both by dotted field name.

    `places` are the ISO 3166-1 countries that it is for.
    """

    name: str
    title: str
    places: tuple[str, ...]
    values: Values
    sources: Mapping[str, str]


def _settings() -> dict[str, Setting]:
    hints = get_type_hints(Policy)
    groups = (field.name for field in fields(Policy) if field.name not in {"names", "version"})
    return {
        f"{group}.{field.name}": setting_of(field.metadata)
        for group in groups
        for field in fields(hints[group])
    }


SETTINGS: Mapping[str, Setting] = MappingProxyType(_settings())
"""Every field of a policy by its dotted name, in the order of the table."""

_GROUPS: Mapping[str, type] = MappingProxyType(
    {group: get_type_hints(Policy)[group] for group in {name.split(".")[0] for name in SETTINGS}}
)


def load_policy(names: str | Sequence[str], overlay: Mapping[str, Any] | None = None) -> Policy:
    """The policy of one profile, or of several merged, with an overlay laid over the result.

    Of `fixed` fields the first named profile counts. Raises PolicyError for an unknown profile or
    field, a wrong type, and an overlay value that is looser.
    """
    chosen = (names,) if isinstance(names, str) else tuple(names)
    if overlay is None:
        return _merged(chosen)
    return _build(chosen, _overlaid(_merge(chosen), overlay))


def narrowed(names: str | Sequence[str], overlay: Mapping[str, Any]) -> Policy:
    """The policy of the profiles with each value of the overlay taken where it is the stricter one.

    For a customer of another place than the overlay was made for. Raises PolicyError for an unknown
    profile or field and a wrong type.
    """
    chosen = (names,) if isinstance(names, str) else tuple(names)
    values = dict(_merge(chosen))
    for field, raw in _flatten(overlay).items():
        values[field] = SETTINGS[field].merge.combine(values[field], _read(field, raw))
    return _build(chosen, values)


def profiles_for(account_place: str | None, recipient_place: str | None) -> tuple[str, ...]:
    """The profiles for an account's and a recipient's country: both where they differ.

    A country that no profile is for, and no country at all, get strict-default.
    """
    places = dict.fromkeys((account_place, recipient_place))
    found = (PROFILE_BY_PLACE.get(place or "", STRICT_DEFAULT) for place in places)
    return tuple(dict.fromkeys(found))


def plain_values(policy: Policy) -> dict[str, Any]:
    """Every value as TOML or JSON would hold it, by dotted field name."""
    shown = {}
    for name, setting in SETTINGS.items():
        group, _, field = name.partition(".")
        value = getattr(getattr(policy, group), field)
        shown[name] = None if value is None else setting.show(value)
    return shown


@cache
def profile_names() -> tuple[str, ...]:
    """The names of the profiles that ship, in alphabetical order."""
    files = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def read_profile(name: str) -> Profile:
    """The profile of that name; raises PolicyError when there is none."""
    if name not in profile_names():
        raise PolicyError("profile", f"expected one of {', '.join(profile_names())}, got {name!r}")
    return parse_profile(name, (_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def parse_profile(name: str, text: str) -> Profile:
    """The profile in the text of a file.

    Raises PolicyError with the file's and the field's name when a field is unknown or missing, a
    value is of the wrong type or no message could keep it, or its unit or source is missing.
    """
    try:
        return _parsed(name, text)
    except PolicyError as error:
        raise PolicyError(error.field, error.reason, file=f"{name}.toml") from error


def _parsed(name: str, text: str) -> Profile:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(name, f"expected TOML, got {error}") from error
    _check_head(document)
    entries = _flatten({key: value for key, value in document.items() if key not in _HEAD_KEYS})
    missing = next((field for field in SETTINGS if field not in entries), None)
    if missing:
        raise PolicyError(missing, "expected a value, got none")
    values = {field: _read_entry(field, entries[field]) for field in SETTINGS}
    _check_possible(values)
    return Profile(
        name=name,
        title=document["title"],
        places=tuple(document["places"]),
        values=values,
        sources={field: entries[field]["source"] for field in SETTINGS},
    )


def _folder() -> Traversable:
    return resources.files("flows.policy") / "profiles"


def _check_head(document: Mapping[str, Any]) -> None:
    if document.get("schema") != SCHEMA:
        raise PolicyError("schema", f"expected {SCHEMA}, got {document.get('schema')!r}")
    if not isinstance(document.get("title"), str):
        raise PolicyError("title", f"expected a text, got {document.get('title')!r}")
    places = document.get("places")
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise PolicyError("places", f"expected a list of country codes, got {places!r}")


def _flatten(document: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names of a nested document; refuses a group or field that no policy has."""
    flat = {}
    for group, inner in document.items():
        if group not in _GROUPS:
            raise PolicyError(group, "expected a known group of fields, got an unknown one")
        if not isinstance(inner, Mapping):
            raise PolicyError(group, f"expected fields, got {inner!r}")
        for field, value in inner.items():
            name = f"{group}.{field}"
            if name not in SETTINGS:
                raise PolicyError(name, "expected a known field, got an unknown one")
            flat[name] = value
    return flat


def _read_entry(name: str, entry: object) -> Any:
    if not isinstance(entry, Mapping) or not set(entry) <= _ENTRY_KEYS:
        raise PolicyError(name, f"expected a table of value, unit and source, got {entry!r}")
    if not isinstance(entry.get("source"), str) or not entry["source"]:
        raise PolicyError(name, "expected a source, got none")
    if entry.get("applies") is False:
        return _read(name, None)
    unit = SETTINGS[name].unit
    if SETTINGS[name].needs_unit and entry.get("unit") != unit:
        raise PolicyError(name, f"expected the unit {unit!r}, got {entry.get('unit')!r}")
    return _read(name, entry.get("value"))


def _read(name: str, value: object) -> Any:
    try:
        return SETTINGS[name].read(value)
    except ValueError as error:
        raise PolicyError(name, str(error)) from error


@cache
def _merged(names: tuple[str, ...]) -> Policy:
    return _build(names, _merge(names))


def _merge(names: tuple[str, ...]) -> Values:
    if not names:
        raise PolicyError("profile", "expected at least one profile, got none")
    values, *others = (read_profile(name).values for name in names)
    for other in others:
        values = {
            field: setting.merge.combine(values[field], other[field])
            for field, setting in SETTINGS.items()
        }
    return values


def _overlaid(values: Values, overlay: Mapping[str, Any]) -> Values:
    changed = dict(values)
    for field, raw in _flatten(overlay).items():
        value, base = _read(field, raw), values[field]
        setting = SETTINGS[field]
        if not setting.merge.allows(base, value):
            shown = None if base is None else setting.show(base)
            label = setting.merge.label
            raise PolicyError(
                field, f"expected {shown!r} or a stricter value ({label}), got {raw!r}"
            )
        changed[field] = value
    _check_possible(changed)
    return changed


# A first value above its second leaves no day on which both hold.
_ORDERED = (
    ("payby.min_days", "payby.max_days"),
    ("cadence.first_overdue_min_days", "cadence.first_overdue_max_days"),
)


def _check_possible(values: Values) -> None:
    """Refuse rules under which nothing could ever leave."""
    if not any(values[f"window.{days}"] for days in ("mon_fri", "sat", "sun")):
        raise PolicyError("window", "expected open hours on some day of the week, got none")
    for least, most in _ORDERED:
        if values[least] > values[most]:
            reason = f"expected at most {values[most]} ({most}), got {values[least]}"
            raise PolicyError(least, reason)


def _build(names: tuple[str, ...], values: Values) -> Policy:
    groups = {
        group: kind(**{field.name: values[f"{group}.{field.name}"] for field in fields(kind)})
        for group, kind in _GROUPS.items()
    }
    return Policy(names=names, version=_version(values), **groups)


def _version(values: Values) -> str:
    shown = {
        field: None if values[field] is None else setting.show(values[field])
        for field, setting in SETTINGS.items()
    }
    canonical = json.dumps({"schema": SCHEMA, "values": shown}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


PROFILE_BY_PLACE: Mapping[str, str] = MappingProxyType(
    {place: name for name in profile_names() for place in read_profile(name).places}
)
"""The profile of a country (ISO 3166-1 alpha-2); other places get strict-default."""
