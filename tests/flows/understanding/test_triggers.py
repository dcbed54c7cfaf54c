"""Rules found by the pieces of a text."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest

from flows.packaged import packaged_table
from flows.understanding.tags import _HAN_RULES
from flows.understanding.triggers import Triggered, pieces

# How `re` reads a pattern, in its own names.
_parser: Any = import_module("re._parser")
_LISTED = packaged_table("flows.understanding", "keywords.toml")
NEEDS = [
    (row["needs"], row["find"]) for row in _LISTED["rule"] + _LISTED["guard"] if "needs" in row
]
NEEDS += [("".join(sorted(rule.needs)), rule.pattern.source) for rule in _HAN_RULES if rule.needs]


def test_a_rule_is_wanted_where_a_trigger_and_what_it_needs_are_there() -> None:
    rules = Triggered(
        [
            ("stop", ("stop", "停"), frozenset()),
            ("stop it", ("停",), frozenset("别了")),
        ]
    )
    assert rules.wanted(pieces("please stop")) == ["stop"]
    assert rules.wanted(pieces("停")) == ["stop"]
    assert rules.wanted(pieces("停了")) == ["stop", "stop it"]
    assert rules.wanted(pieces("unstoppable")) == []


@pytest.mark.parametrize(("needs", "find"), NEEDS)
def test_every_match_of_a_rule_holds_what_it_needs(needs: str, find: str) -> None:
    assert _always_holds(_parser.parse(find), frozenset(map(ord, needs)))


def _always_holds(items: Iterable[tuple[Any, Any]], needs: frozenset[int]) -> bool:
    """Whether every match of these parts in a row holds one of the characters."""
    return any(_holds(str(kind), said, needs) for kind, said in items)


def _holds(kind: str, said: Any, needs: frozenset[int]) -> bool:
    if kind == "LITERAL":
        return said in needs
    if kind == "IN":
        return all(str(one) == "LITERAL" and char in needs for one, char in said)
    if kind == "BRANCH":
        return all(_always_holds(branch, needs) for branch in said[1])
    if kind == "SUBPATTERN":
        return _always_holds(said[-1], needs)
    if kind in ("MAX_REPEAT", "POSSESSIVE_REPEAT"):
        return said[0] > 0 and _always_holds(said[2], needs)
    return kind == "ATOMIC_GROUP" and _always_holds(said, needs)
