"""Rules of a talk over a reading, each by a name: what changed the reading is told in its evidence."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from flows.model import Conversation, Turn
from flows.replacing import changer
from flows.understanding.intents import Intent
from flows.understanding.values import EntityKind, Evidence, Understanding

At = TypeVar("At", Conversation, Turn)

# The kinds of fact and the questions that most rules are of.
OF_SCHEDULE = frozenset({"instalments"})
OF_PROMISE = frozenset({"promise"})
UNASKED = frozenset({""})
OF_DAYS = frozenset({EntityKind.DATE})
OF_PAY_DAYS = frozenset({EntityKind.DATE, EntityKind.PAY_DAY})
OF_SUMS = frozenset({EntityKind.AMOUNT})
OF_PARTS = frozenset({EntityKind.AMOUNT, EntityKind.SHARE})


class Rule(NamedTuple):
    """A name and what it makes of a reading at a place; the same reading where it does not hold.

    Of a reading with none of the meanings `about` nothing is made, and the rule is not asked: of
    sixty rules a message has to do with twenty. None: whatever it means. Nor is it asked of words
    with fewer facts (sums, days) than `of_facts`, or with no fact of the kinds `of_kinds`, nor
    where a question is open that none of the dialogues `of_question` owns; "" stands for none.
    `of_chinese`: nor of words without a Chinese character.
    """

    name: str
    put_right: Callable[..., Understanding]
    about: Set[Intent] | None = None
    of_facts: int = 0
    of_kinds: Set[EntityKind] | None = None
    of_question: Set[str] | None = None
    of_chinese: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rules in the order in which they are asked; each table is itself and like no other."""

    rules: tuple[Rule, ...]


def applied(reading: Understanding, at: At, table: Table, first: int = 0) -> Understanding:
    """The reading after each rule from `first` on; the evidence names those that changed it."""
    said = reading.entities
    kinds = frozenset([entity.kind for entity in said]) if said else _NO_KINDS
    talk = at.conversation if isinstance(at, Turn) else at
    question = talk.dialogue.question
    owner = question.owner if question is not None else ""
    is_ascii = reading.text.isascii()
    words = ((reading.intent, *reading.also), len(said), kinds, owner, is_ascii)
    asked, places = _asked(table, first, words)
    for put_right in asked:
        changed = put_right(reading, at)
        if changed is not reading:
            place = places[asked.index(put_right)]
            # Another meaning has other rules after this one.
            return applied(with_rule(changed, table.rules[place].name), at, table, place + 1)
    return reading


# What decides which rules are asked: the meanings, the facts, their kinds, who owns the question,
# whether the words are in plain Latin letters.
_Words = tuple[tuple[Intent, ...], int, frozenset[EntityKind], str, bool]
_NO_KINDS: frozenset[EntityKind] = frozenset()
# More than the meanings that stand beside one another in a day, for each table.
_MEANINGS_KEPT = 8_192


@lru_cache(_MEANINGS_KEPT)
def _asked(
    table: Table, first: int, words: _Words
) -> tuple[tuple[Callable[..., Understanding], ...], tuple[int, ...]]:
    """What the rules do that are about such words, from `first` on, and the place of each."""
    intents, facts, kinds, owner, is_ascii = words
    places = [
        place
        for place, rule in enumerate(table.rules[first:], first)
        if facts >= rule.of_facts
        and (rule.about is None or not rule.about.isdisjoint(intents))
        and (rule.of_kinds is None or not rule.of_kinds.isdisjoint(kinds))
        and (rule.of_question is None or owner in rule.of_question)
        and not (rule.of_chinese and is_ascii)
    ]
    return tuple([table.rules[place].put_right for place in places]), tuple(places)


def with_rule(reading: Understanding, name: str) -> Understanding:
    """The reading with one more rule told in its evidence."""
    evidence = reading.evidence
    told = _with_rules(evidence, rules=(*evidence.rules, name))
    return _with_evidence(reading, evidence=told)


_with_rules = changer(Evidence, "rules")
_with_evidence = changer(Understanding, "evidence")
