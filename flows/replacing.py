"""Frozen values of flows made and replaced quickly: `quick`, `maker`, `replace`, `changer`.

A turn makes some fifty values and replaces two dozen, most of them a conversation of thirty fields.
A frozen class lets no field be set the quick way, neither by the standard `__init__` nor by the
standard `replace`. Here the fields are set on a twin of the class that is not frozen, by straight
code made once a class, as `dataclasses` itself makes `__init__`; then the twin becomes the value.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache, update_wrapper
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

Copy = Callable[[Any, dict[str, Any]], Any]
_COPIES: dict[tuple[Any, ...], Copy] = {}

# Sets the class of a value that lets nothing be set on it.
_become = object.__dict__["__class__"].__set__


def quick(kind: type[T]) -> type[T]:
    """The class with an `__init__` that takes half the usual time, for values made every turn.

    It stands above `@dataclass(frozen=True, slots=True)`; TypeError for a class of another shape.
    """
    made: Any = kind
    usual = made.__init__
    made.__init__ = update_wrapper(_compiled(made, "__init__", _init_lines), usual)
    return kind


def maker(kind: Callable[P, T]) -> Callable[P, T]:
    """A function that makes values of the class in less than half the time of calling `quick` ones.

    For the places that make several a turn: the call of a class packs its named arguments into a
    mapping and out again, that of a function does not. TypeError for a class of another shape.
    """
    made: Any = kind
    make: Callable[P, T] = (
        _tuple_maker(made) if issubclass(made, tuple) else _compiled(kind, "make", _make_lines)
    )
    return make


def _tuple_maker(kind: Any) -> Any:
    names = ", ".join(kind._fields)
    known: dict[str, Any] = {"_new": tuple.__new__, "_kind": kind}
    exec(f"def make({names}):\n    return _new(_kind, ({names},))", known)
    make = known["make"]
    make.__defaults__ = kind.__new__.__defaults__
    return make


Lines = Callable[[Any, tuple[dataclasses.Field[Any], ...]], Iterator[str]]


def _compiled(kind: Any, name: str, lines: Lines) -> Any:
    """The function of this name in these lines, called as the class is."""
    twin = _twin(kind)
    if twin is None:
        raise TypeError(f"expected a class with slots and without a base, got {kind.__name__}")
    usual, fields = kind.__init__, dataclasses.fields(kind)
    # Each with a stroke before it, so that no field has its name.
    known: dict[str, Any] = {"_kind": kind, "_twin": twin, "_become": _become}
    known |= {f"_make_{f.name}": f.default_factory for f in fields}
    known |= {f"_absent_{each}": value for each, value in (usual.__kwdefaults__ or {}).items()}
    exec("\n".join(lines(kind, fields)), known)
    made: Any = known[name]
    made.__defaults__, made.__kwdefaults__ = usual.__defaults__, usual.__kwdefaults__
    return made


def _init_lines(kind: Any, fields: tuple[dataclasses.Field[Any], ...]) -> Iterator[str]:
    yield f"def __init__({', '.join(['_self', *_parameters(fields)])}):"
    yield "    _become(_self, _twin)"
    yield from _field_lines(kind, fields)


def _make_lines(kind: Any, fields: tuple[dataclasses.Field[Any], ...]) -> Iterator[str]:
    yield f"def make({', '.join(_parameters(fields))}):"
    yield "    _self = _twin()"
    yield from _field_lines(kind, fields)
    yield "    return _self"


def _parameters(fields: tuple[dataclasses.Field[Any], ...]) -> list[str]:
    by_place = [f.name for f in fields if not f.kw_only]
    by_name = [f.name for f in fields if f.kw_only]
    star = ["*"] if by_name else []
    return [*by_place, *star, *by_name]


def _field_lines(kind: Any, fields: tuple[dataclasses.Field[Any], ...]) -> Iterator[str]:
    for field in fields:
        name = field.name
        if field.default_factory is dataclasses.MISSING:
            yield f"    _self.{name} = {name}"
        else:
            yield f"    _self.{name} = _make_{name}() if {name} is _absent_{name} else {name}"
    yield "    _self.__class__ = _kind"
    if hasattr(kind, "__post_init__"):
        yield "    _self.__post_init__()"


def replace(value: T, /, **changes: Any) -> T:
    """The value with these fields changed; TypeError for a field that it does not have."""
    kind: Any = value.__class__
    try:
        copy = _COPIES[kind, *changes]
    except KeyError:
        copy = _COPIES[kind, *changes] = _made(kind, *changes)
    new: T = copy(value, changes)
    return new


def changer(kind: type[T], *names: str) -> Callable[..., T]:
    """A function that replaces these fields of a value of the class, each by its name.

    For the places that do so every turn, with half the work of `replace`, which has to find out
    each time what is to be changed. TypeError for a field that the class does not have.
    """
    head = f"def copy(_value, *, {', '.join(names)}):"
    copy: Callable[..., T] | None = _copier(kind, head, {name: name for name in names})
    if copy is None:
        raise TypeError(f"expected a class that checks nothing, got {kind.__name__}")
    return copy


@cache
def _twin(kind: type) -> type | None:
    """The class with fields that can be set; None where a value of it cannot become one of `kind`.

    It stands below `kind` and adds no slot, so that Python sees at once that both have one shape.
    """
    own = kind.__dict__.get("__slots__")
    if kind.__bases__ != (object,) or own != tuple(f.name for f in dataclasses.fields(kind)):
        return None
    usual = ("__init__", "__setattr__", "__delattr__")
    return type(kind.__name__, (kind,), {"__slots__": ()} | {n: getattr(object, n) for n in usual})


def _made(kind: type, *changed: str) -> Copy:
    """Code that copies a value with changes of these fields; the standard way where it has to be."""
    given = {name: f"_changes[{name!r}]" for name in changed}
    return _copier(kind, "def copy(_value, _changes):", given) or _standard


def _copier(kind: type, head: str, given: dict[str, str]) -> Any:
    """A function of straight code, `given` being what it takes for which field.

    None for a class that checks its fields when it is made, or has other slots than its fields.
    """
    twin = _twin(kind)
    if twin is None or hasattr(kind, "__post_init__"):
        return None
    names = [field.name for field in dataclasses.fields(kind)]
    unknown = [name for name in given if name not in names]
    if unknown:
        raise TypeError(f"expected a field of {kind.__name__}, got {unknown[0]!r}")
    known: dict[str, Any] = {"_twin": twin, "_kind": kind}
    copied = [f"    _new.{name} = {given.get(name, f'_value.{name}')}" for name in names]
    ends = ["    _new.__class__ = _kind", "    return _new"]
    exec("\n".join([head, "    _new = _twin()", *copied, *ends]), known)
    return known["copy"]


def _standard(value: Any, changes: dict[str, Any]) -> Any:
    return dataclasses.replace(value, **changes)
