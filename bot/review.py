"""The least certain replies, for people to correct: listed, labelled, exported as test rows.

What is shown and kept holds no personal data (flows/understanding/anonymous.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.learning import accepted
from flows.understanding.anonymous import anonymised
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Understanding
from storage import agents, codec, examples, readings
from storage.agents import Act
from storage.examples import Correction, State
from storage.readings import ReadMessage

# How far back the list looks: some days of a busy service, a fraction of a second to read.
LOOKED_AT = 2_000
LISTED = 50
# What the audit calls the acts of this list.
CORRECTED, SET_ASIDE = "reading_corrected", "reading_set_aside"
_ASKED = "asked."


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reply as it was read, without personal data; `asked` is the question it answered."""

    message_id: int
    text: str
    received_at: datetime
    reading: Understanding
    asked: Asked | None


def uncertain(conn: Connection, *, limit: int = LISTED) -> tuple[Doubt, ...]:
    """The replies least surely read among the newest, least certain first, each wording once.

    Those that somebody has judged already are left out.
    """
    judged = {(each.text, each.language) for each in _all(conn)}
    doubts: dict[tuple[str, str], Doubt] = {}
    for message in readings.newest(conn, limit=LOOKED_AT):
        doubt = _doubt(message)
        key = (doubt.text, doubt.reading.language.value)
        if key not in judged:
            doubts.setdefault(key, doubt)
    ranked = sorted(doubts.values(), key=lambda doubt: doubt.reading.confidence)
    return tuple(ranked[:limit])


def find(conn: Connection, message_id: int) -> Doubt | None:
    """One reply by the number of its message; None when it was not read or was erased."""
    message = readings.find(conn, message_id)
    return _doubt(message) if message else None


def correct(
    conn: Connection, doubt: Doubt, intent: Intent, *, by: str, now: datetime
) -> Correction:
    """Keep what the reply means: an example from the next turn on, a test row, a line in the audit."""
    return _judge(conn, doubt, intent, State.ACCEPTED, by=by, now=now)


def set_aside(conn: Connection, doubt: Doubt, *, by: str, now: datetime) -> Correction:
    """Take the reply off the list and learn nothing from it."""
    return _judge(conn, doubt, doubt.reading.intent, State.REJECTED, by=by, now=now)


def learned(conn: Connection) -> int:
    """How many corrections are in use."""
    return examples.stamp(conn)[0]


def test_rows(conn: Connection) -> Iterator[dict[str, Any]]:
    """Every accepted correction as a row that `duetalk evaluate` reads."""
    for each in accepted(conn):
        row: dict[str, Any] = {"id": f"review-{each.id}", "text": each.text}
        row |= {"intent": each.intent, "lang": each.language}
        yield row | ({"asked": each.asked} if each.asked else {})


def _judge(
    conn: Connection, doubt: Doubt, intent: Intent, state: State, *, by: str, now: datetime
) -> Correction:
    correction = Correction(
        text=doubt.text,
        language=doubt.reading.language.value,
        intent=intent.value,
        agent_id=by,
        at=now,
        read_as=doubt.reading.intent.value,
        confidence=doubt.reading.confidence,
        asked=doubt.asked.value if doubt.asked else "",
        state=state,
    )
    examples.put(conn, correction)
    agents.note_acts(conn, [_act(doubt, correction)])
    return correction


def _act(doubt: Doubt, correction: Correction) -> Act:
    facts = {
        "message": doubt.message_id,
        "intent": correction.intent,
        "read_as": correction.read_as,
        "confidence": correction.confidence,
    }
    is_used = correction.state is State.ACCEPTED
    return Act(
        at=correction.at,
        agent_id=correction.agent_id,
        act=CORRECTED if is_used else SET_ASIDE,
        detail_json=json.dumps(facts, sort_keys=True),
    )


def _doubt(message: ReadMessage) -> Doubt:
    reading = codec.loads(message.reading_json, Understanding)
    # A burst is read as one text; what is shown is what was read.
    return Doubt(
        message_id=message.id,
        text=anonymised(reading.text, entities=reading.entities, names=(message.name,)).strip(),
        received_at=message.received_at,
        reading=reading,
        asked=_asked(reading),
    )


def _asked(reading: Understanding) -> Asked | None:
    """The open question, where the reading rests on it."""
    for rule in reading.evidence.rules:
        if rule.startswith(_ASKED) and rule.removeprefix(_ASKED) in set(Asked):
            return Asked(rule.removeprefix(_ASKED))
    return None


def _all(conn: Connection) -> Iterator[examples.Example]:
    after = 0
    while page := examples.all_of(conn, after_id=after):
        yield from page
        after = page[-1].id
