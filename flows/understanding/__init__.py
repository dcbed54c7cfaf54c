"""Reading replies: `understand(text, ...) -> Understanding`. Pure; never raises on any text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.understanding.examples import ExampleSet
    from flows.understanding.read import understand

__all__ = ["ExampleSet", "understand"]

_HOMES = {
    "ExampleSet": "flows.understanding.examples",
    "understand": "flows.understanding.read",
}


def __getattr__(name: str) -> object:
    """Opens the door on first use: the languages import values from here, and the reader them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
