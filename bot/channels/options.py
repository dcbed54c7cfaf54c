"""Options of a channel: a frozen dataclass per kind, filled from settings, every fault told.

A field without a default is required. Its type is str, int, float or bool; `metadata` may ask
for a least length. Names with token, secret, password or key come from the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar, get_type_hints

Options = TypeVar("Options")

_SECRET_WORDS = ("token", "secret", "password", "key")
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
LEAST_SECRET = {"least": 16}
"""Metadata of a secret that strangers can guess at: at least 16 characters."""


def read_options(
    cls: type[Options], channel: str, values: Mapping[str, Any], faults: list[str]
) -> Options | None:
    """The options of a channel, or None with every fault added to `faults`."""
    before = len(faults)
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type] # Always a dataclass.
    for name in sorted(set(values) - set(known)):
        faults.append(f"channels.{channel}.{name}: unknown; expected one of {sorted(known)}")
    types = get_type_hints(cls)
    read = {
        name: _value(found, types[name], channel, values, faults) for name, found in known.items()
    }
    return cls(**read) if len(faults) == before else None


def _value(
    found: Field[Any], kind: type, channel: str, values: Mapping[str, Any], faults: list[str]
) -> Any:
    where = f"channels.{channel}.{found.name}"
    if found.name not in values:
        if found.default is MISSING:
            faults.append(f"{where}: missing{_place(channel, found.name)}")
            return None
        return found.default
    value = _as(kind, values[found.name])
    if value is None:
        shown = "a value that is none" if _is_secret(found.name) else repr(values[found.name])
        faults.append(f"{where}: expected {kind.__name__}, got {shown}")
        return None
    least = found.metadata.get("least", 0)
    if isinstance(value, str) and len(value) < least and not (value == found.default == ""):
        faults.append(f"{where}: expected at least {least} characters, got {len(value)}")
    return value


def _as(kind: type, value: object) -> object:
    """The value as this type; None when it is none (the environment gives text only)."""
    if kind is bool:
        word = str(value).lower()
        return word in _TRUE if word in _TRUE | _FALSE else None
    if kind is str:
        return value if isinstance(value, str) else None
    if isinstance(value, bool):
        return None
    try:
        return kind(value)
    except (TypeError, ValueError):
        return None


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRET_WORDS)


def _place(channel: str, name: str) -> str:
    if not _is_secret(name):
        return ""
    variable = f"DUETALK_{channel.upper().replace('-', '_')}_{name.upper()}"
    return f"; expected in the environment as {variable}"
