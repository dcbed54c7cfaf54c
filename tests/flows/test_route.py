"""A rule of the route that is not asked of a message makes nothing of it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from flows import route
from flows.events import CustomerSaid
from flows.model import Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from tests.golden import play, read

CONVERSATIONS = Path(__file__).parents[1] / "conversations"


def _turns(name: str) -> list[Turn]:
    text = (CONVERSATIONS / f"{name}.txt").read_text(encoding="utf-8")
    turns = [turn for golden in read(text) for turn in play(golden).rehearsal.turns]
    return [turn for turn in turns if isinstance(turn.event, CustomerSaid)]


def _meant(turn: Turn, lead: Intent) -> Turn:
    assert isinstance(turn.event, CustomerSaid)
    return replace(turn, event=replace(turn.event, reading=replace(turn.reading, intent=lead)))


def _applying_unasked(turn: Turn) -> list[str]:
    conversation = turn.conversation
    asked = route.asked_of(
        turn.reading.intents,
        is_asked=conversation.dialogue.question is not None,
        is_bound=conversation.is_bound,
    )
    rest = [rule for rule in route.RULES if rule not in asked]
    return [rule.__name__ for rule in rest if rule(turn) is not None]


@pytest.mark.parametrize(
    "name", ["corrections", "extension", "identity", "people", "promise", "takeover"]
)
def test_a_rule_that_is_not_asked_applies_to_no_such_message(name: str) -> None:
    meant = [_meant(turn, lead) for turn, lead in product(_turns(name), Intent)]
    assert not [found for turn in meant for found in _applying_unasked(turn)]
