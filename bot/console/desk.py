"""What an agent sees, read in one transaction: the queue with its tabs, and a talk with its cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from bot.console import story
from bot.console.data import QueueAsked
from bot.console.guard import judged, window_of
from bot.console.pages import (
    Act,
    Care,
    Face,
    Load,
    QueuePage,
    QueueRow,
    QueueTab,
    Quote,
    Sla,
    SlaKind,
    Sort,
    TabName,
    Thread,
    ThreadHead,
)
from bot.console.pages import Line as ShownLine
from bot.console.roles import Right, may
from bot.console.story import CARE, Told
from bot.rules import HISTORY, Rules
from flows.languages import Language
from flows.model import Conversation, Flag
from flows.records import ConversationId, HandoffReason
from flows.understanding.intents import Intent
from storage import agents, contacts, conversations, presence, queues, transcripts
from storage.outgoing import BOT
from storage.queues import Order, Tab, Viewer
from storage.transcripts import Heard, Line, Place, Wrote

PAGE_ROWS = 50
PAGE_LINES = 200
_ORDERS = {Sort.BREACH: Order.BREACH, Sort.NEWEST: Order.NEWEST, Sort.AMOUNT: Order.AMOUNT}
_LONGEST_OFFSET = 6
# Open pages fetch what changed each thirty seconds; one that did not for so long is gone.
PRESENT_FOR = timedelta(seconds=75)
# negotiation.md C.7, time-outs: the agents' queue, where nothing else was promised.
_ANSWER_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looks, when, and on whose clock the day is read."""

    agent: Face
    now: datetime
    zone: tzinfo
    rules: Rules


# --- the queue -----------------------------------------------------------------------------------


def queue(conn: Connection, look: Look, asked: QueueAsked) -> QueuePage:
    """The tabs with their counts, and the rows of the one asked for."""
    viewer = Viewer(
        agent_id=look.agent.id, now=look.now, today=look.now.astimezone(look.zone).date()
    )
    counts = queues.counts(conn, viewer)
    offset = _offset(asked.after)
    rows = queues.page(
        conn,
        Tab(asked.tab.value),
        viewer,
        order=_ORDERS[asked.sort],
        offset=offset,
        limit=PAGE_ROWS + 1,
    )
    names = names_of(conn)
    return QueuePage(
        tabs=tuple(
            QueueTab(name=TabName(tab.value), count=count.total, is_breached=count.breached > 0)
            for tab, count in counts.items()
        ),
        current=asked.tab,
        rows=tuple(_row(row, names, viewer) for row in rows[:PAGE_ROWS]),
        load=_load(conn, look.agent),
        sort=asked.sort,
        next_after=str(offset + PAGE_ROWS) if len(rows) > PAGE_ROWS else None,
    )


def _offset(after: str | None) -> int:
    is_number = after is not None and after.isascii() and after.isdigit()
    return int(after) if after and is_number and len(after) <= _LONGEST_OFFSET else 0


def _load(conn: Connection, agent: Face) -> Load:
    found = agents.find(conn, agent.id)
    held = agents.open_counts(conn).get(agent.id, 0)
    return Load(held=held, limit=found.open_limit if found else 0)


def _row(row: queues.Row, names: Mapping[str, str], viewer: Viewer) -> QueueRow:
    return QueueRow(
        id=ConversationId(row.id),
        name=row.name or row.address,
        channel=row.channel,
        last=Quote(text=row.last_line, language=story.language_of(row.last_line)),
        language=row.language or "other",
        sla=_sla(row),
        is_unread=row.is_unread,
        intent=Intent(row.last_intent) if row.last_intent else None,
        reason=HandoffReason(row.wanted_for) if row.wanted_for else None,
        care=_care(row.care),
        amount=row.outstanding,
        days_late=(viewer.today - row.oldest_due_on).days if row.oldest_due_on else None,
        owner=_owner(row, names),
    )


def _care(flag: str) -> Care | None:
    return CARE[Flag(flag)] if flag else None


def _owner(row: queues.Row, names: Mapping[str, str]) -> Face | None:
    return story.face(row.holder, names) if row.holder else None


def _sla(row: queues.Row) -> Sla | None:
    """The team's promise to answer; it rests once a person wrote and waits for the customer.

    The bot is silent from the claim on: what left before it was no person's answer.
    """
    if row.wanted_at is None:
        return None
    due_at = row.answer_due_at or row.wanted_at + _ANSWER_WITHIN
    heard_at = row.last_in_at or row.wanted_at
    waits_since_at = max(heard_at, row.wanted_at, row.claimed_at or row.wanted_at)
    is_answered = row.last_out_at is not None and row.last_out_at > waits_since_at
    return Sla(
        kind=SlaKind.NEXT if row.holder else SlaKind.FIRST,
        due_at=due_at,
        target=due_at - row.wanted_at,
        is_paused=bool(row.holder) and is_answered,
    )


def names_of(conn: Connection) -> dict[str, str]:
    """The names of all agents by their ids."""
    return {agent.id: agent.name for agent in agents.all_of(conn)}


# --- a talk --------------------------------------------------------------------------------------


def thread(conn: Connection, look: Look, conversation_id: str) -> Thread | None:
    """The talk with its cards, or None when there is none."""
    row = queues.find(conn, conversation_id)
    loaded = conversations.load_many(conn, (conversation_id,)).get(conversation_id)
    if row is None or loaded is None:
        return None
    stored = transcripts.page(conn, conversation_id, limit=PAGE_LINES)
    told = Told(state=loaded.state, names=names_of(conn), now=look.now, viewer=look.agent.id)
    talk = Thread(
        id=ConversationId(conversation_id),
        version=newest_heard(stored),
        head=_head(row, told),
        lines=story.lines_of(stored, told),
        acts=_acts(row, look.agent, look.now),
        older=older_than(stored),
        unread_from=_unread_from(stored) if row.is_unread else None,
        sla=_sla(row),
        reply_language=row.language or Language.EN.value,
    )
    talk = replace(talk, head=replace(talk.head, viewers=_viewers(conn, look, conversation_id)))
    return _with_cards(conn, look, talk, loaded.state, stored) if loaded.state else talk


def _viewers(conn: Connection, look: Look, conversation_id: str) -> tuple[Face, ...]:
    """Who else has the talk on screen: open pages say so at least each half minute."""
    seen = presence.viewers(conn, conversation_id, since_at=look.now - PRESENT_FOR)
    names = names_of(conn) if seen else {}
    return tuple(story.face(agent, names) for agent in seen if agent != look.agent.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of a talk's lines, oldest first; `older` leads to the ones before."""

    head: ThreadHead
    lines: tuple[ShownLine, ...]
    older: str | None


def history(conn: Connection, look: Look, conversation_id: str, before: str) -> History | None:
    """Lines of the talk before a place, or its newest; reading them is part of the audit."""
    row = queues.find(conn, conversation_id)
    loaded = conversations.load_many(conn, (conversation_id,)).get(conversation_id)
    if row is None or loaded is None:
        return None
    stored = transcripts.page(conn, conversation_id, before=place_of(before), limit=PAGE_LINES)
    told = Told(state=loaded.state, names=names_of(conn), now=look.now)
    seen = agents.Act(
        at=look.now, agent_id=look.agent.id, act="read_history", conversation_id=conversation_id
    )
    agents.note_acts(conn, [seen])
    return History(
        head=_head(row, told), lines=story.lines_of(stored, told), older=older_than(stored)
    )


def newest_heard(stored: Sequence[Line]) -> int:
    """The number of the newest message of the customer: what an agent must have seen."""
    return max((line.id for line in stored if isinstance(line, Heard)), default=0)


def _unread_from(stored: Sequence[Line]) -> str | None:
    """The first message of the customer after a person's words, else his newest."""
    heard: list[str] = []
    for line in reversed(stored):
        if isinstance(line, Wrote) and line.author != BOT:
            return heard[-1] if heard else None
        if isinstance(line, Heard):
            heard.append(f"in-{line.id}")
    return heard[0] if heard else None


_HOLDER_ACTS = {Act.REPLY, Act.HAND_BACK, Act.TRANSFER, Act.TEMPLATES, Act.PLAN}


def _acts(row: queues.Row, agent: Face, now: datetime) -> frozenset[Act]:
    if not may(agent, Right.TALK):
        return frozenset()
    if row.holder not in (None, agent.id):
        given = (Act.NOTE, Act.TRANSFER) if may(agent, Right.NAMES) else (Act.NOTE,)
        return frozenset(given)
    acts = {Act.NOTE}
    acts |= _HOLDER_ACTS if row.holder else {Act.CLAIM}
    is_asleep = row.snoozed_until_at is not None and row.snoozed_until_at > now
    acts.add(Act.WAKE if is_asleep else Act.SNOOZE)
    if row.closed_at is None:
        acts.add(Act.CLOSE)
    return frozenset(acts)


def older_than(stored: Sequence[Line], limit: int = PAGE_LINES) -> str | None:
    """Where the lines before these begin, as an address holds it; None when these are all."""
    if len(stored) < limit:
        return None
    place = stored[0].place
    return f"{place.at.timestamp():.6f}-{place.rank}-{place.number}"


def place_of(written: str) -> Place | None:
    """The place that `older_than` wrote; None for anything else."""
    try:
        at, rank, number = written.split("-")
        return Place(datetime.fromtimestamp(float(at), UTC), int(rank), int(number))
    except (ValueError, OverflowError, OSError):
        return None


def _head(row: queues.Row, told: Told) -> ThreadHead:
    state = told.state
    return ThreadHead(
        name=row.name or row.address,
        is_verified=state is not None and state.is_bound,
        channel=row.channel,
        address=row.address,
        zone=state.person.timezone if state else "UTC",
        holder=_owner(row, told.names),
    )


def _with_cards(
    conn: Connection, look: Look, talk: Thread, state: Conversation, stored: Sequence[Line]
) -> Thread:
    today = look.now.astimezone(state.person.zone).date()
    policy = look.rules.policy_of(state)
    history = contacts.since_many(conn, (talk.id,), look.now - HISTORY).get(talk.id, ())
    counted = judged(state, history, policy, "", look.now)
    card = replace(
        story.contact_of(state, look.now),
        contacts=counted.contacts,
        contacts_max=counted.contacts_max,
    )
    return replace(
        talk,
        head=replace(talk.head, window=window_of(state, policy, look.now)),
        handoff=story.handoff_of(state, stored, look.now),
        accounts=tuple(story.account_of(case, today) for case in state.cases),
        plan=story.plan_of(state, today),
        contact=card,
        care=story.care_of(state),
    )
