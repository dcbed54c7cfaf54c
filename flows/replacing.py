"""Frozen values of flows made and replaced quickly: `quick` and `replace`.

A turn makes some fifty values and replaces two dozen, most of them a conversation of thirty fields.
A frozen class lets no field be set the quick way, neither by the standard `__init__` nor by the
standard `replace`. Here the fields are set on a twin of the class that is not frozen, by straight
code made once a class, as `dataclasses` itself makes `__init__`; then the twin becomes the value.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache, update_wrapper
from typing import Any, TypeVar

T = TypeVar("T")

Copy = Callable[[Any, dict[str, Any]], Any]
_COPIES: dict[tuple[Any, ...], Copy] = {}

# Sets the class of a value that lets nothing be set on it.
_become = object.__dict__["__class__"].__set__


def quick(kind: type[T]) -> type[T]:
    """The class with an `__init__` that takes half the usual time, for values made every turn.

    It stands above `@dataclass(frozen=True, slots=True)`; TypeError for a class of another shape.
    """
    made: Any = kind
    twin = _twin(made)
    if twin is None:
        raise TypeError(f"expected a class with slots and without a base, got {kind.__name__}")
    usual, fields = made.__init__, dataclasses.fields(made)
    # Each with a stroke before it, so that no field has its name.
    known: dict[str, Any] = {"_kind": kind, "_twin": twin, "_become": _become}
    known |= {f"_make_{f.name}": f.default_factory for f in fields}
    known |= {f"_absent_{name}": value for name, value in (usual.__kwdefaults__ or {}).items()}
    exec("\n".join(_init_lines(made, fields)), known)
    init: Any = update_wrapper(known["__init__"], usual)
    init.__defaults__, init.__kwdefaults__ = usual.__defaults__, usual.__kwdefaults__
    made.__init__ = init
    return kind


def _init_lines(kind: Any, fields: tuple[dataclasses.Field[Any], ...]) -> Iterator[str]:
    by_place = [f.name for f in fields if not f.kw_only]
    by_name = [f.name for f in fields if f.kw_only]
    star = ["*"] if by_name else []
    yield f"def __init__({', '.join(['self', *by_place, *star, *by_name])}):"
    yield "    _become(self, _twin)"
    for field in fields:
        name = field.name
        if field.default_factory is dataclasses.MISSING:
            yield f"    self.{name} = {name}"
        else:
            yield f"    self.{name} = _make_{name}() if {name} is _absent_{name} else {name}"
    yield "    self.__class__ = _kind"
    if hasattr(kind, "__post_init__"):
        yield "    self.__post_init__()"


def replace(value: T, /, **changes: Any) -> T:
    """The value with these fields changed; TypeError for a field that it does not have."""
    shape: tuple[Any, ...] = (type(value), *changes)
    copy = _COPIES.get(shape) or _COPIES.setdefault(shape, _made(*shape))
    new: T = copy(value, changes)
    return new


@cache
def _twin(kind: type) -> type | None:
    """A class with the same slots that is not frozen; None where such a twin cannot become it."""
    own = kind.__dict__.get("__slots__")
    if kind.__bases__ != (object,) or own != tuple(f.name for f in dataclasses.fields(kind)):
        return None
    return type(kind.__name__, (), {"__slots__": own})


def _made(kind: type, *changed: str) -> Copy:
    """Straight code that copies a value, with changes of these fields.

    The standard way for a class that checks its fields when it is made, or has other slots than
    its fields.
    """
    twin = _twin(kind)
    if twin is None or hasattr(kind, "__post_init__"):
        return _standard
    names = [field.name for field in dataclasses.fields(kind)]
    unknown = [name for name in changed if name not in names]
    if unknown:
        raise TypeError(f"expected a field of {kind.__name__}, got {unknown[0]!r}")
    known: dict[str, Any] = {"twin": twin, "kind": kind}
    exec("\n".join(_copy_lines(names, changed)), known)
    copy: Copy = known["copy"]
    return copy


def _copy_lines(names: list[str], changed: tuple[str, ...]) -> Iterator[str]:
    yield "def copy(value, changes):"
    yield "    new = twin()"
    for name in names:
        yield f"    new.{name} = " + (f"changes[{name!r}]" if name in changed else f"value.{name}")
    yield "    new.__class__ = kind"
    yield "    return new"


def _standard(value: Any, changes: dict[str, Any]) -> Any:
    return dataclasses.replace(value, **changes)
