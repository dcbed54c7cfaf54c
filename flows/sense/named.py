"""Rules of a talk over a reading, each by a name: what changed the reading is told in its evidence."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from flows.model import Conversation, Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import Understanding

At = TypeVar("At", Conversation, Turn)


class Rule(NamedTuple):
    """A name and what it makes of a reading at a place; the same reading where it does not hold.

    Of a reading with none of the meanings `about` nothing is made, and the rule is not asked: of
    sixty rules a message has to do with twenty. None: whatever it means. Nor is it asked of words
    with fewer facts (sums, days) than `of_facts`.
    """

    name: str
    put_right: Callable[..., Understanding]
    about: Set[Intent] | None = None
    of_facts: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rules in the order in which they are asked; each table is itself and like no other."""

    rules: tuple[Rule, ...]


def applied(reading: Understanding, at: At, table: Table, first: int = 0) -> Understanding:
    """The reading after each rule from `first` on; the evidence names those that changed it."""
    asked = _asked(table, reading.intents, first, len(reading.entities))
    for place, name, put_right in asked:
        changed = put_right(reading, at)
        if changed is not reading:
            # Another meaning has other rules after this one.
            return applied(with_rule(changed, name), at, table, place + 1)
    return reading


# More than the meanings that stand beside one another in a day, for each table.
_MEANINGS_KEPT = 4_096


@lru_cache(_MEANINGS_KEPT)
def _asked(
    table: Table, intents: tuple[Intent, ...], first: int, facts: int
) -> tuple[tuple[int, str, Callable[..., Understanding]], ...]:
    """The rules that are about one of these meanings, from `first` on, each with its place."""
    rest = enumerate(table.rules[first:], first)
    return tuple(
        (place, name, put_right)
        for place, (name, put_right, about, of_facts) in rest
        if facts >= of_facts and (about is None or not about.isdisjoint(intents))
    )


def with_rule(reading: Understanding, name: str) -> Understanding:
    """The reading with one more rule told in its evidence."""
    evidence = reading.evidence
    return replace(reading, evidence=replace(evidence, rules=(*evidence.rules, name)))
