"""Patterns compiled on first use are all sound, and as fast as any afterwards."""

from __future__ import annotations

import re

import pytest

from flows.languages.pattern import Pattern
from flows.understanding.ready import make_ready


def test_every_pattern_of_every_language_compiles() -> None:
    make_ready()


def test_after_the_first_call_the_compiled_method_stands_in_its_place() -> None:
    pattern = Pattern("a+")
    assert pattern.search("baab", 1) is not None
    assert pattern.search.__self__ == re.compile("a+")  # type: ignore[attr-defined] # A bound method.
    assert pattern.match("b") is None


def test_what_is_no_method_of_a_pattern_is_refused() -> None:
    with pytest.raises(AttributeError, match="shrink"):
        Pattern("a").shrink()  # type: ignore[attr-defined] # That is the test.
