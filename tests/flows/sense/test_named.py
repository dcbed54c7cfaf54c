"""A rule that tells which meanings it is about makes nothing of a reading with none of them."""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import pytest

from flows.events import CustomerSaid
from flows.model import Turn
from flows.replacing import replace
from flows.sense import bare, in_talk, leading
from flows.sense.named import Rule
from flows.understanding.intents import Intent
from flows.understanding.values import Entity
from tests.golden import play, read

CONVERSATIONS = Path(__file__).parents[2] / "conversations"
OF_TURNS = bare.RULES
OF_TALKS = (*in_talk.RULES, *leading.FIRST, *leading.THEN)


def _turns(path: Path) -> list[Turn]:
    played = (play(golden).rehearsal for golden in read(path.read_text(encoding="utf-8")))
    turns = [turn for rehearsal in played for turn in rehearsal.turns]
    return [turn for turn in turns if isinstance(turn.event, CustomerSaid)]


def _changing(turn: Turn, lead: Intent) -> list[str]:
    """The rules that change the turn's words, read as this, though they are about other meanings."""
    reading = replace(turn.reading, intent=lead)

    def is_apart(rule: Rule) -> bool:
        return rule.about is not None and rule.about.isdisjoint(reading.intents)

    made = [(r.name, r.put_right(reading, turn)) for r in OF_TURNS if is_apart(r)]
    made += [(r.name, r.put_right(reading, turn.conversation)) for r in OF_TALKS if is_apart(r)]
    return [name for name, new in made if new is not reading]


def _changing_of_few_facts(turn: Turn, found: tuple[Entity, ...]) -> list[str]:
    """The rules of more facts that change the turn's words, read with these alone."""
    reading, few = replace(turn.reading, entities=found), len(found)
    made = [(r.name, r.put_right(reading, turn)) for r in OF_TURNS if r.of_facts > few]
    of_talks = [r for r in OF_TALKS if r.of_facts > few]
    made += [(r.name, r.put_right(reading, turn.conversation)) for r in of_talks]
    return [name for name, new in made if new is not reading]


def _changing_without_kinds(turn: Turn, found: tuple[Entity, ...]) -> list[str]:
    """The rules of other kinds of fact that change the turn's words, read with these alone."""
    reading, kinds = replace(turn.reading, entities=found), {entity.kind for entity in found}

    def is_apart(rule: Rule) -> bool:
        return rule.of_kinds is not None and rule.of_kinds.isdisjoint(kinds)

    made = [(r.name, r.put_right(reading, turn)) for r in OF_TURNS if is_apart(r)]
    made += [(r.name, r.put_right(reading, turn.conversation)) for r in OF_TALKS if is_apart(r)]
    return [name for name, new in made if new is not reading]


def _changing_of_other_questions(turn: Turn, lead: Intent) -> list[str]:
    """The rules of other questions that change the turn's words, read as this."""
    reading, question = replace(turn.reading, intent=lead), turn.conversation.dialogue.question
    owner = question.owner if question is not None else ""

    def is_apart(rule: Rule) -> bool:
        return rule.of_question is not None and owner not in rule.of_question

    made = [(r.name, r.put_right(reading, turn)) for r in OF_TURNS if is_apart(r)]
    made += [(r.name, r.put_right(reading, turn.conversation)) for r in OF_TALKS if is_apart(r)]
    return [name for name, new in made if new is not reading]


def _in_part(turn: Turn) -> list[tuple[Entity, ...]]:
    """No fact of the turn, each of them, and each two."""
    return [few for size in range(3) for few in combinations(turn.reading.entities, size)]


@pytest.mark.parametrize("name", ["dispute", "instalments", "people", "promise"])
def test_a_rule_of_facts_makes_nothing_of_words_with_fewer(name: str) -> None:
    fewer = [(t, few) for t in _turns(CONVERSATIONS / f"{name}.txt") for few in _in_part(t)]
    assert not [found for turn, few in fewer for found in _changing_of_few_facts(turn, few)]


@pytest.mark.parametrize("name", ["dispute", "instalments", "partial", "promise"])
def test_a_rule_of_kinds_makes_nothing_of_words_without_them(name: str) -> None:
    fewer = [(t, few) for t in _turns(CONVERSATIONS / f"{name}.txt") for few in _in_part(t)]
    assert not [found for turn, few in fewer for found in _changing_without_kinds(turn, few)]


@pytest.mark.parametrize("name", ["extension", "instalments", "promise"])
def test_a_rule_of_a_question_makes_nothing_of_words_under_another(name: str) -> None:
    meant = product(_turns(CONVERSATIONS / f"{name}.txt"), Intent)
    assert not [found for turn, lead in meant for found in _changing_of_other_questions(turn, lead)]


@pytest.mark.parametrize("name", ["dispute", "partial", "people"])
def test_a_rule_makes_nothing_of_meanings_it_is_not_about(name: str) -> None:
    turns = _turns(CONVERSATIONS / f"{name}.txt")
    assert not [found for turn, lead in product(turns, Intent) for found in _changing(turn, lead)]
