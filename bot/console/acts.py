"""What an agent does, each in one transaction with its audit: claim, reply, note, hand back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.console.data import Done, Draft, Impossible, Outcome, Refused
from bot.console.desk import PRESENT_FOR, Look, names_of, newest_heard
from bot.console.guard import judged
from bot.console.pages import Face, GuardState, GuardVerdict, Phrase, Quote
from bot.console.story import UNDO_FOR, language_of
from bot.rules import HISTORY
from bot.turn import take_turn
from flows.events import AgentHandedBack, AgentSaid, AgentTookOver
from flows.records import ConversationId
from storage import agents, contacts, conversations, handoffs, outgoing, presence, transcripts
from storage.conversations import HeldBy, Loaded
from storage.transcripts import Heard

_NEWEST_LINES = 20
_NOTHING_NEXT = Impossible(reason=Phrase(key="queue.nothing_next"))
_NOT_YOURS = Impossible(reason=Phrase(key="guard.not_yours"))


def take_next(conn: Connection, look: Look) -> Outcome:
    """Claim the talk that most needs a person; two agents never get the same one."""
    agent = agents.find(conn, look.agent.id)
    if agent is None:
        return _NOTHING_NEXT
    taker = handoffs.Taker(
        agent_id=agent.id, open_limit=agent.open_limit, languages=agent.languages.split()
    )
    claimed = handoffs.take_next(conn, taker, now=look.now)
    if claimed is None:
        return _full(conn, look.agent, agent.open_limit)
    return _taken(conn, look, claimed.conversation_id)


def _full(conn: Connection, agent: Face, limit: int) -> Impossible:
    held = agents.open_counts(conn).get(agent.id, 0)
    if held < limit:
        return _NOTHING_NEXT
    return Impossible(reason=Phrase(key="queue.full"))


def claim(conn: Connection, look: Look, conversation_id: ConversationId) -> Outcome:
    """Hold the talk: everything the bot had queued is taken back, and it is silent from here."""
    answer = conversations.claim(conn, conversation_id, look.agent.id, now=look.now)
    if not isinstance(answer, HeldBy):
        return _taken(conn, look, conversation_id)
    if answer.holder == look.agent.id:
        return Done(conversation=conversation_id)
    name = names_of(conn).get(answer.holder or "", answer.holder or "")
    return Impossible(reason=Phrase(key="guard.taken", values={"name": name}))


def _taken(conn: Connection, look: Look, conversation_id: str) -> Done:
    take_turn(conn, conversation_id, AgentTookOver(agent=look.agent.id), look.rules, look.now)
    note_act(conn, look, "claimed", conversation_id)
    return Done(conversation=ConversationId(conversation_id))


def guard(conn: Connection, look: Look, draft: Draft) -> GuardVerdict:
    """What would become of this draft now; writes nothing."""
    loaded = _loaded(conn, draft.conversation)
    if loaded is None or loaded.state is None or loaded.holder != look.agent.id:
        return GuardVerdict(state=GuardState.TAKEN, reason=_NOT_YOURS.reason)
    moved = _moved(conn, draft)
    return moved or judge(conn, look, draft.conversation, draft.text)


def judge(conn: Connection, look: Look, conversation_id: str, text: str) -> GuardVerdict:
    """What the gate says to a text of a person to this customer now, whoever holds the talk."""
    loaded = _loaded(conn, conversation_id)
    if loaded is None or loaded.state is None:
        return GuardVerdict(state=GuardState.TAKEN, reason=_NOT_YOURS.reason)
    found = contacts.since_many(conn, (conversation_id,), look.now - HISTORY)
    policy = look.rules.policy_of(loaded.state)
    return judged(loaded.state, found.get(conversation_id, ()), policy, text, look.now)


def _moved(conn: Connection, draft: Draft) -> GuardVerdict | None:
    """The verdict when the customer wrote after what the agent has seen."""
    stored = transcripts.page(conn, draft.conversation, limit=_NEWEST_LINES)
    if newest_heard(stored) <= draft.seen:
        return None
    heard = [line.text for line in stored if isinstance(line, Heard)]
    quote = Quote(text=heard[-1], language=language_of(heard[-1]))
    return GuardVerdict(state=GuardState.MOVED, quote=quote)


def reply(conn: Connection, look: Look, draft: Draft) -> Outcome:
    """Send the text if the gate allows it and the talk has not moved since."""
    conversations.lock_many(conn, (draft.conversation,))
    loaded = _loaded(conn, draft.conversation)
    if loaded is None or loaded.holder != look.agent.id:
        return _NOT_YOURS
    verdict = guard(conn, look, draft)
    waits = verdict.state is GuardState.LATER and draft.may_wait
    if verdict.state is not GuardState.OK and not waits:
        return Refused(verdict=verdict)
    said = AgentSaid(agent=look.agent.id, text=draft.text, seen_version=loaded.version)
    take_turn(conn, draft.conversation, said, look.rules, look.now)
    leaves_at = look.now + UNDO_FOR
    outgoing.delay_own(conn, draft.conversation, look.agent.id, until_at=leaves_at)
    note_act(conn, look, "replied", draft.conversation)
    return Done(conversation=draft.conversation)


def note(conn: Connection, look: Look, draft: Draft) -> Outcome:
    """Keep a private note in the talk."""
    transcripts.add_note(conn, draft.conversation, look.agent.id, draft.text, at=look.now)
    note_act(conn, look, "noted", draft.conversation)
    return Done(conversation=draft.conversation)


def hand_back(
    conn: Connection,
    look: Look,
    conversation_id: ConversationId,
    note: str,
    quiet_until_at: datetime | None,
) -> Outcome:
    """Return the talk to the bot with a note, perhaps with a quiet time."""
    conversations.lock_many(conn, (conversation_id,))
    loaded = _loaded(conn, conversation_id)
    if loaded is None or loaded.holder != look.agent.id:
        return _NOT_YOURS
    back = AgentHandedBack(agent=look.agent.id, note=note, quiet_until_at=quiet_until_at)
    take_turn(conn, conversation_id, back, look.rules, look.now)
    note_act(conn, look, "handed_back", conversation_id)
    return Done(conversation=conversation_id)


def mark_read(conn: Connection, look: Look, conversation_id: str) -> None:
    """Note that the agent has the talk open: who saw what is part of the audit."""
    since_at = look.now - PRESENT_FOR
    was_here = look.agent.id in presence.viewers(conn, conversation_id, since_at=since_at)
    presence.see(conn, conversation_id, look.agent.id, at=look.now)
    # An open page fetches itself anew every half minute: that is one look, not many.
    if conversations.mark_seen(conn, conversation_id, now=look.now) and not was_here:
        note_act(conn, look, "opened", conversation_id)


def note_act(conn: Connection, look: Look, act: str, conversation_id: str) -> None:
    """Write an act to the audit of agents."""
    done = agents.Act(at=look.now, agent_id=look.agent.id, act=act, conversation_id=conversation_id)
    agents.note_acts(conn, [done])


def _loaded(conn: Connection, conversation_id: str) -> Loaded | None:
    return conversations.load_many(conn, (conversation_id,)).get(conversation_id)
