"""Rules of a talk over a reading, each by a name: what changed the reading is told in its evidence."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import NamedTuple, TypeVar

from flows.model import Conversation, Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import Understanding

At = TypeVar("At", Conversation, Turn)


class Rule(NamedTuple):
    """A name and what it makes of a reading at a place; the same reading where it does not hold.

    Of a reading with none of the meanings `about` nothing is made, and the rule is not asked: of
    sixty rules a message has to do with twenty. None: whatever it means.
    """

    name: str
    put_right: Callable[..., Understanding]
    about: Set[Intent] | None = None


def applied(reading: Understanding, at: At, rules: tuple[Rule, ...]) -> Understanding:
    """The reading after each rule in turn; the evidence names those that changed it."""
    intents = reading.intents
    for name, put_right, about in rules:
        if about is not None and about.isdisjoint(intents):
            continue
        changed = put_right(reading, at)
        if changed is not reading:
            reading = with_rule(changed, name)
            intents = reading.intents
    return reading


def with_rule(reading: Understanding, name: str) -> Understanding:
    """The reading with one more rule told in its evidence."""
    evidence = reading.evidence
    return replace(reading, evidence=replace(evidence, rules=(*evidence.rules, name)))
