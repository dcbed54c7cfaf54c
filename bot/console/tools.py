"""What else an agent does to a talk: close, snooze, transfer, undo a send; each with its audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.console.data import Done, Impossible, Outcome
from bot.console.desk import Look, names_of
from bot.console.pages import AgentId, Face, Phrase
from bot.console.roles import Right, may
from bot.turn import take_turn
from flows.events import AgentHandedBack, AgentTookOver
from flows.records import ConversationId
from storage import agents, conversations, outgoing, transcripts
from storage.conversations import HeldBy, Loaded
from storage.statuses import Status
from storage.transcripts import Heard, Wrote

UNDONE = "undone"
_NEWEST_LINES = 20
_NOT_YOURS = Impossible(reason=Phrase(key="guard.not_yours"))
_TOO_LATE = Impossible(reason=Phrase(key="tool.too_late"))


class Ending(StrEnum):
    """With what a person closes a talk."""

    SETTLED = "settled"
    ANSWERED = "answered"
    NO_REPLY = "no_reply"
    OTHER = "other"


def close(
    conn: Connection, look: Look, conversation_id: ConversationId, ending: Ending, note: str
) -> Outcome:
    """Close the talk; it opens again by itself when the customer writes."""
    loaded = _mine(conn, look, conversation_id)
    if loaded is None:
        return _NOT_YOURS
    if loaded.holder is not None:
        back = AgentHandedBack(agent=look.agent.id, note=note)
        take_turn(conn, conversation_id, back, look.rules, look.now)
    conversations.close(conn, conversation_id, outcome=ending.value, now=look.now)
    return _noted(conn, look, "closed", conversation_id, f"{ending.value}: {note}")


def snooze(
    conn: Connection, look: Look, conversation_id: ConversationId, until_at: datetime | None
) -> Outcome:
    """Put the talk away until an instant, or until the customer writes; None wakes it."""
    if _mine(conn, look, conversation_id) is None:
        return _NOT_YOURS
    conversations.snooze(conn, conversation_id, until_at=until_at)
    act = "snoozed" if until_at else "woken"
    return _noted(conn, look, act, conversation_id, until_at.isoformat() if until_at else "")


def transfer(
    conn: Connection, look: Look, conversation_id: ConversationId, to: str, note: str
) -> Outcome:
    """Give the talk to a colleague with a note; a lead may give away anybody's."""
    colleague = next((each for each in colleagues(conn, look.agent) if each.id == to), None)
    if colleague is None:
        return Impossible(reason=Phrase(key="tool.nobody"))
    conversations.lock_many(conn, (conversation_id,))
    loaded = _loaded(conn, conversation_id)
    may_give = loaded is not None and (
        loaded.holder == look.agent.id or may(look.agent, Right.NAMES)
    )
    if not may_give:
        return _NOT_YOURS
    answer = conversations.claim(conn, conversation_id, to, now=look.now, is_steal=True)
    if isinstance(answer, HeldBy):
        name = names_of(conn).get(answer.holder or "", answer.holder or "")
        return Impossible(reason=Phrase(key="guard.taken", values={"name": name}))
    take_turn(conn, conversation_id, AgentTookOver(agent=to), look.rules, look.now)
    transcripts.add_note(conn, conversation_id, look.agent.id, note, at=look.now)
    return _noted(conn, look, "transferred", conversation_id, f"{to}: {note}")


def colleagues(conn: Connection, agent: Face) -> Sequence[Face]:
    """Who else may hold talks."""
    found = []
    for person in agents.all_of(conn):
        face = Face(id=AgentId(person.id), name=person.name, role=person.role)
        if person.is_active and person.id != agent.id and may(face, Right.TALK):
            found.append(face)
    return found


def undo(
    conn: Connection, look: Look, conversation_id: ConversationId, message_id: int
) -> Outcome | str:
    """Take back the own message that has not left yet; its text, to be written again."""
    message = outgoing.find(conn, message_id)
    if (
        message is None
        or message.conversation_id != conversation_id
        or message.author != look.agent.id
    ):
        return _NOT_YOURS
    if not outgoing.take_back(conn, message_id, reason=UNDONE, at=look.now):
        return _TOO_LATE
    conversations.set_line(conn, conversation_id, _last_words(conn, conversation_id))
    _noted(conn, look, UNDONE, conversation_id, str(message_id))
    return message.text


def _last_words(conn: Connection, conversation_id: str) -> str:
    """What was said last and stands, for lists."""
    lines = transcripts.page(conn, conversation_id, limit=_NEWEST_LINES)
    said = [
        line.text
        for line in lines
        if isinstance(line, Heard)
        or (isinstance(line, Wrote) and line.status != Status.DROPPED.value)
    ]
    return said[-1] if said else ""


def _mine(conn: Connection, look: Look, conversation_id: str) -> Loaded | None:
    """The talk, locked, if this person or nobody holds it."""
    conversations.lock_many(conn, (conversation_id,))
    loaded = _loaded(conn, conversation_id)
    return loaded if loaded and loaded.holder in (None, look.agent.id) else None


def _loaded(conn: Connection, conversation_id: str) -> Loaded | None:
    return conversations.load_many(conn, (conversation_id,)).get(conversation_id)


def _noted(
    conn: Connection, look: Look, act: str, conversation_id: str, reason: str = ""
) -> Outcome:
    done = agents.Act(
        at=look.now,
        agent_id=look.agent.id,
        act=act,
        conversation_id=conversation_id,
        reason=reason,
    )
    agents.note_acts(conn, [done])
    return Done(conversation=ConversationId(conversation_id))
