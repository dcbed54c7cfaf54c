"""Hints spare the guard a costly pattern; none may spare it a match."""

from __future__ import annotations

import re
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined]  # The parse tree has no public door.
from re import _parser as parser  # type: ignore[attr-defined]  # The same.
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.policy.guard import deceit, elements, figures, threats, view
from flows.policy.guard.lexicon import load
from flows.policy.guard.phrases import Phrase, _listed, _possible
from flows.policy.guard.view import holds_any

# Stands for whatever a pattern leaves open; no hint holds it.
_OPEN = "\0"
_FEW = 12
_PATTERNS = {
    "veiled": (threats._VEILED, threats._VEILED_HINTS),
    "after money": (deceit._AFTER_MONEY, deceit._AFTER_MONEY_HINTS),
    "hinted": (threats._HINTED, threats._HINTED_HINTS),
    "identity": (elements._IDENTITY, elements._IDENTITY_HINTS),
    "opt-out": (elements._OPT_OUT, elements._OPT_OUT_HINTS),
    "contraction": (view._CONTRACTION, view._CONTRACTION_HINTS),
    "weekday": (figures._WEEKDAY, figures._WEEKDAY_HINTS),
}


def shapes(tree: Any) -> set[str]:
    """What a match may look like, with `_OPEN` where anything may stand."""
    parts = [_shapes_of(op, argument) for op, argument in tree]
    return {"".join(each) for each in product(*parts)}


def _shapes_of(op: Any, argument: Any) -> set[str]:
    if op is ops.LITERAL:
        return {chr(argument)}
    if op is ops.BRANCH:
        return set().union(*(shapes(each) for each in argument[1]))
    if op is ops.SUBPATTERN:
        return shapes(argument[-1])
    if op is ops.IN and len(argument) <= _FEW and all(o is ops.LITERAL for o, _ in argument):
        return {chr(code) for _, code in argument}
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, most, inner = argument
        return shapes(inner) | ({""} if least == 0 else set()) if most == 1 else {_OPEN}
    return {""} if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT) else {_OPEN}


@pytest.mark.parametrize("name", _PATTERNS)
def test_whatever_a_pattern_matches_holds_one_of_its_hints(name: str) -> None:
    pattern, hints = _PATTERNS[name]
    found = shapes(parser.parse(pattern.pattern))
    assert [shape for shape in found if not holds_any(shape, hints)] == []


def test_every_hint_is_needed_by_some_match() -> None:
    for pattern, hints in _PATTERNS.values():
        found = shapes(parser.parse(pattern.pattern))
        assert [hint for hint in hints if not any(hint in shape for shape in found)] == []


_KEYS = st.text("还钱法院", min_size=1, max_size=3)


@given(st.lists(_KEYS, unique=True, max_size=8), st.text("还钱法院", max_size=12))
def test_looking_up_phrases_finds_those_that_looking_at_all_of_them_finds(
    keys: list[str], text: str
) -> None:
    phrases = [Phrase(number, key, key, None) for number, key in enumerate(keys)]
    index: dict[str, tuple[tuple[int, Phrase], ...]] = {}
    for place, phrase in enumerate(phrases):
        first = phrase.key[0]
        index[first] = (*index.get(first, ()), (place, phrase))
    possible = [phrase for phrase in _possible(index, set(text)) if phrase.key in text]
    assert possible == [phrase for phrase in phrases if phrase.key in text]


def test_every_listed_phrase_can_be_looked_up() -> None:
    listed = _listed()
    anchored = [phrase for row in listed.by_anchor.values() for _, phrase in row]
    assert len(anchored) == len(listed.latin)
    assert all(f" {phrase.anchor} " in phrase.key for phrase in listed.latin)


def test_a_word_at_the_end_ends_there() -> None:
    lexicon = load()
    for word in list(lexicon.han)[:500]:
        last = lexicon.words(f"甲{word}")
        assert all(each.end <= len(word) + 1 for each in last)
        assert all(
            re.fullmatch(re.escape(each.text), f"甲{word}"[each.start : each.end]) for each in last
        )
