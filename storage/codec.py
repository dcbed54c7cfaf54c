"""Values of flows <-> JSON by stable type names.

A field typed by one class is written bare; where several types are possible the value carries its
name under "~". Names are the snake case of the class; a renamed class keeps its old name in
RENAMED, and a test pins every name in use. Reading is tolerant: a missing field takes its default,
an unknown one is passed over. A field whose default is nothing (None, empty, zero, False) is not
written when it holds just that, so such a default must never become something.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import msgspec

from flows.money import Currency, Money
from storage.errors import CodecError

T = TypeVar("T")
Step = Callable[[Any], Any]

TAG = "~"
# Old stored name -> present name, for classes that were renamed.
RENAMED: dict[str, str] = {}

_from_text = msgspec.json.Decoder().decode
_to_bytes = msgspec.json.Encoder().encode


class _Coder(NamedTuple):
    """How one type is written and read; a step that is None changes nothing."""

    write: Step | None
    read: Step | None


def dumps(value: object, kind: Any = object) -> str:
    """The JSON text of a value of this type (`object`: of any known type, with its name).

    The same value always gives the same text. Raises CodecError for a type that is not known.
    """
    write = _coder(kind).write
    try:
        return _to_bytes(value if write is None else write(value)).decode()
    except (AttributeError, TypeError, ValueError) as error:
        raise CodecError(f"no stored form for {value!r:.80}: {error}") from error


def loads(text: str, kind: Any = object) -> Any:
    """The value of a JSON text written for this type; raises CodecError when it cannot be."""
    try:
        data = _from_text(text)
    except ValueError as error:
        raise CodecError(f"expected JSON, got {text[:40]!r}") from error
    read = _coder(kind).read
    return data if read is None else read(data)


def register(*kinds: Any) -> None:
    """Make dataclasses and enums known by name, with every type their fields name."""
    for kind in kinds:
        _visit(kind)


def name_of(kind: type) -> str:
    """The stored name of a class: its snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()


def known_names() -> tuple[str, ...]:
    """Every stored name, sorted."""
    return tuple(sorted(_KNOWN))


def class_of(name: str) -> type:
    """The class of a stored name, also of one that was renamed; CodecError for an unknown one."""
    return _named(name)


def may_be_left_out(field: dataclasses.Field[Any]) -> bool:
    """Whether a field is not written while it holds its default."""
    return _is_nothing(_default(field))


# --- Known types ------------------------------------------------------------------------------

_KNOWN: dict[str, type] = {}
_NAMES: dict[type, str] = {}


def _visit(kind: Any) -> None:
    kind = _plain(kind)
    for argument in typing.get_args(kind):
        _visit(argument)
    if not isinstance(kind, type) or kind in _SCALARS:
        return
    if not (dataclasses.is_dataclass(kind) or issubclass(kind, Enum)):
        return
    name = name_of(kind)
    if _KNOWN.get(name) is kind:
        return
    if name in _KNOWN:
        raise CodecError(f"two types are called {name}: {_KNOWN[name]!r} and {kind!r}")
    _KNOWN[name] = kind
    _NAMES[kind] = name
    if dataclasses.is_dataclass(kind):
        for hint in _hints(kind).values():
            _visit(hint)


def _named(name: str) -> type:
    name = RENAMED.get(name, name)
    kind = _SCALAR_NAMES.get(name) or _KNOWN.get(name)
    if kind is None:
        raise CodecError(f"expected the name of a known type, got {name!r}")
    return kind


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _plain(kind: Any) -> Any:
    """The type behind a NewType."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return kind


# --- Steps for each kind of type --------------------------------------------------------------


@cache
def _coder(kind: Any) -> _Coder:
    kind = _plain(kind)
    if kind in (object, Any):
        return _Coder(_write_any, _read_any)
    if not isinstance(kind, type) or typing.get_origin(kind) is not None:
        return _generic_coder(kind)
    if kind in _BARE:
        return _Coder(None, None)
    if kind in _SCALARS:
        return _Coder(_SCALARS[kind][0], _careful(kind, _SCALARS[kind][1]))
    if issubclass(kind, Enum):
        return _Coder(None if issubclass(kind, str) else attrgetter("value"), _enum_reader(kind))
    if dataclasses.is_dataclass(kind):
        _visit(kind)
        return _Coder(_dataclass_writer(kind), _dataclass_reader(kind))
    raise CodecError(f"no stored form for values of {kind!r}")


def _generic_coder(kind: Any) -> _Coder:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return _Coder(None, None)
    if origin in (typing.Union, types.UnionType):
        return _union_coder(arguments)
    if origin is frozenset:
        item = _coder(arguments[0])
        return _Coder(_sorted_writer(item.write), _many_reader(frozenset, item.read))
    if origin is Sequence or (origin is tuple and arguments[1:] == (Ellipsis,)):
        item = _coder(arguments[0])
        return _Coder(_list_writer(item.write), _many_reader(tuple, item.read))
    if origin is tuple:
        return _fixed_coder([_coder(argument) for argument in arguments])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_coder(_coder(arguments[1]))
    raise CodecError(f"no stored form for values of {kind!r}")


def _union_coder(arguments: tuple[Any, ...]) -> _Coder:
    members = [argument for argument in arguments if argument is not type(None)]
    if len(members) > 1:
        return _Coder(_write_any, _read_any)
    write, read = _coder(members[0])
    return _Coder(_optional(write), _optional(read))


def _optional(step: Step | None) -> Step | None:
    if step is None:
        return None
    return lambda value: None if value is None else step(value)


def _list_writer(write: Step | None) -> Step:
    return list if write is None else lambda values: [write(value) for value in values]


def _sorted_writer(write: Step | None) -> Step:
    return sorted if write is None else lambda values: sorted([write(value) for value in values])


def _many_reader(collect: Callable[[Any], Any], read: Step | None) -> Step:
    return collect if read is None else lambda data: collect([read(item) for item in data])


def _fixed_coder(coders: list[_Coder]) -> _Coder:
    writes = [coder.write or _same for coder in coders]
    reads = [coder.read or _same for coder in coders]
    return _Coder(
        lambda values: [write(value) for write, value in zip(writes, values, strict=True)],
        lambda data: tuple([read(item) for read, item in zip(reads, data, strict=True)]),
    )


def _mapping_coder(item: _Coder) -> _Coder:
    write, read = item.write or _same, item.read or _same
    return _Coder(
        lambda values: {key: write(values[key]) for key in sorted(values)},
        lambda data: {key: read(value) for key, value in data.items()},
    )


def _enum_reader(kind: type[Enum]) -> Step:
    members = {member.value: member for member in kind}

    def read(data: Any) -> Enum:
        try:
            return members[data]
        except (KeyError, TypeError) as error:
            raise CodecError(f"expected one of {name_of(kind)}, got {data!r:.80}") from error

    return read


# --- Dataclasses ------------------------------------------------------------------------------


def _dataclass_writer(kind: type) -> Step:
    names: dict[str, Any] = {}
    lines = ["def write(value):", "    out = {}"]
    for number, field in enumerate(dataclasses.fields(kind)):
        names[f"write{number}"] = write = _coder(_hints(kind)[field.name]).write
        shown = "item" if write is None else f"write{number}(item)"
        lines.append(f"    item = value.{field.name}")
        indent = "    "
        if _is_nothing(_default(field)):
            names[f"nothing{number}"] = type(_default(field))
            lines.append(f"    if item or item.__class__ is not nothing{number}:")
            indent = "        "
        lines.append(f"{indent}out[{field.name!r}] = {shown}")
    lines.append("    return out")
    return _compile("write", lines, names)


def _dataclass_reader(kind: type) -> Step:
    names: dict[str, Any] = {"kind": kind}
    lines = ["def read(data):", "    return kind("]
    for number, field in enumerate(dataclasses.fields(kind)):
        names[f"read{number}"] = read = _coder(_hints(kind)[field.name]).read
        names[f"default{number}"] = default = _default(field)
        found = f"data[{field.name!r}]"
        shown = found if read is None else f"read{number}({found})"
        if default is not dataclasses.MISSING:
            shown = f"{shown} if {field.name!r} in data else default{number}"
        lines.append(f"        {field.name}={shown},")
    lines.append("    )")
    return _careful(kind, _compile("read", lines, names))


def _compile(name: str, lines: list[str], names: dict[str, Any]) -> Step:
    # As in dataclasses itself: straight code for one class is twice as fast as a loop over fields.
    exec("\n".join(lines), names)
    function: Step = names[name]
    return function


def _default(field: dataclasses.Field[Any]) -> Any:
    """The default of a field, or dataclasses.MISSING. Values are frozen, so it may be shared."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _is_nothing(default: Any) -> bool:
    return default is None or (type(default) in (bool, int, str, tuple, frozenset) and not default)


def _careful(kind: type, read: Step) -> Step:
    """The same step, with a clear error that names the type."""

    def careful(data: Any) -> Any:
        try:
            return read(data)
        except (TypeError, KeyError, AttributeError, ValueError, ArithmeticError) as error:
            if isinstance(error, CodecError):
                raise
            raise CodecError(
                f"expected a stored {name_of(kind)}, got {data!r:.80}: {error!r}"
            ) from error

    return careful


# --- Values of any known type -----------------------------------------------------------------


def _write_any(value: Any) -> Any:
    kind: Any = type(value)
    if kind in _BARE:
        return value
    if kind in (tuple, list):
        return [_write_any(item) for item in value]
    name = _NAMES.get(kind) or name_of(kind)
    if kind not in _SCALARS and _KNOWN.get(name) is not kind:
        raise CodecError(f"expected a value of a known type, got {kind.__name__}: {value!r:.80}")
    write = _coder(kind).write
    written = value if write is None else write(value)
    return {TAG: name, **written} if isinstance(written, dict) else {TAG: name, "v": written}


def _read_any(data: Any) -> Any:
    if isinstance(data, list):
        return tuple([_read_any(item) for item in data])
    if not isinstance(data, dict):
        return data
    name = data.get(TAG)
    if not isinstance(name, str):
        raise CodecError(f"expected a value with its type's name, got {data!r:.80}")
    kind = _named(name)
    read = _coder(kind).read or _same
    return read(data if dataclasses.is_dataclass(kind) and kind is not Money else data.get("v"))


# --- Scalars ----------------------------------------------------------------------------------


def _same(value: Any) -> Any:
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise CodecError(f"expected an aware instant, got {value!r}")
    return value


def _write_money(value: Money) -> list[Any]:
    return [value.minor, value.currency.code, value.currency.exponent]


_currency = cache(Currency)


def _read_money(data: Any) -> Money:
    minor, code, exponent = data
    return Money(minor, _currency(code, exponent))


_MICROSECOND = timedelta(microseconds=1)
_BARE = (str, int, float, bool, type(None))
_SCALARS: dict[type, tuple[Step | None, Step]] = {
    datetime: (_aware, datetime.fromisoformat),
    date: (None, date.fromisoformat),
    time: (time.isoformat, time.fromisoformat),
    timedelta: (lambda value: value // _MICROSECOND, lambda count: timedelta(microseconds=count)),
    Decimal: (str, Decimal),
    Fraction: (str, Fraction),
    Money: (_write_money, _read_money),
}
_SCALAR_NAMES = {name_of(kind): kind for kind in _SCALARS}
_NAMES.update((kind, name) for name, kind in _SCALAR_NAMES.items())
