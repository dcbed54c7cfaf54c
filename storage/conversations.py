"""Conversations: who waits to be handled, load, save with a version check, who holds what.

The state is one JSON document, the truth of a turn. The other columns of the row are derived from
it for lists, but for `holder` and `ownership`: these two columns rule, so that a person can take a
conversation over in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from flows.model import Conversation, Flag
from flows.records import Handoff, Priority
from storage import codec, outgoing, tables
from storage.batches import AnyRow, Insert, padded
from storage.chains import Head
from storage.columns import Instant, word
from storage.errors import Stale
from storage.messages import route_id

_CONVERSATIONS = tables.table("conversations")
_INCOMING = tables.table("incoming_messages")
_JOBS = tables.table("jobs")
_ROUTES = tables.table("routes")
_HANDOFFS = tables.table("handoffs")
_WAITING = word("waiting")

AnySelect = Select[*tuple[Any, ...]]

URGENCY = {Priority.NORMAL: 1, Priority.TODAY: 2, Priority.NOW: 3}
# Plum in the console: a person to take care of, the gravest reason first.
CARE = (Flag.DECEASED, Flag.VULNERABLE, Flag.LEGAL)
# How far a claim looks into the backlog for conversations that nobody else has in hand.
_WINDOW = 2_048
TAKEN_OVER = "taken_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A conversation as it was loaded; `state` is None until a turn gave it one.

    `state_json` is the stored text of just this state, or empty where the columns overruled it.
    """

    id: str
    version: int
    state: Conversation | None
    channel: str
    address: str
    person_id: str | None = None
    holder: str | None = None
    ownership: int = 0
    head: Head = field(default_factory=Head)
    last_line: str = ""
    last_intent: str = ""
    snoozed_until_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    state_json: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """The next state of a conversation that was loaded as `before`.

    `state_json` is what `written` gave for `state`. `line` is what was said last, by whomever, for
    lists; None keeps what is there. `is_heard`: the customer wrote, so a closed or snoozed
    conversation opens.
    """

    before: Loaded
    state: Conversation
    state_json: str
    at: datetime
    head: Head
    line: str | None = None
    intent: str | None = None
    is_heard: bool = False


# --- Who waits ----------------------------------------------------------------------------------

_NOW = bindparam("now", type_=Instant())


def _ready_messages() -> AnySelect:
    oldest = (
        select(_INCOMING.c.conversation_id, _INCOMING.c.ready_at, _INCOMING.c.latest_at)
        .where(_INCOMING.c.state == _WAITING, _INCOMING.c.ready_at <= _NOW)
        .order_by(_INCOMING.c.ready_at)
        .limit(_WINDOW)
        .subquery()
    )
    more_may_follow = (
        select(_INCOMING.c.id)
        .where(
            _INCOMING.c.conversation_id == oldest.c.conversation_id,
            _INCOMING.c.state == _WAITING,
            _INCOMING.c.ready_at > _NOW,
        )
        .exists()
    )
    # A burst is read as one: while more may follow, only what cannot wait longer is taken.
    return select(
        oldest.c.conversation_id, oldest.c.ready_at.label("since"), literal(0).label("rank")
    ).where(or_(oldest.c.latest_at <= _NOW, ~more_may_follow))


def _due_jobs() -> AnySelect:
    oldest = (
        select(_JOBS.c.conversation_id, _JOBS.c.due_at)
        .where(
            _JOBS.c.status == _WAITING,
            _JOBS.c.conversation_id.is_not(None),
            _JOBS.c.due_at <= _NOW,
        )
        .order_by(_JOBS.c.due_at)
        .limit(_WINDOW)
        .subquery()
    )
    return select(
        oldest.c.conversation_id, oldest.c.due_at.label("since"), literal(1).label("rank")
    )


def _find_waiting() -> AnySelect:
    work = union_all(_ready_messages(), _due_jobs()).subquery()
    first = (
        select(
            work.c.conversation_id,
            func.min(work.c.rank).label("rank"),
            func.min(work.c.since).label("since"),
        )
        .group_by(work.c.conversation_id)
        .subquery()
    )
    return (
        select(_CONVERSATIONS.c.id)
        .join(first, first.c.conversation_id == _CONVERSATIONS.c.id)
        .order_by(first.c.rank, first.c.since)
        .limit(bindparam("limit"))
        .with_for_update(of=_CONVERSATIONS, skip_locked=True, key_share=True)
    )


_WAITING_ONES = _find_waiting()
_LOCK = (
    select(_CONVERSATIONS.c.id)
    .where(_CONVERSATIONS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_CONVERSATIONS.c.id)
    .with_for_update(key_share=True)
)


def waiting(conn: Connection, *, now: datetime, limit: int) -> tuple[str, ...]:
    """Conversations with messages to handle or jobs that are due, answers first, oldest first.

    On PostgreSQL they are locked until the transaction ends, and those that another worker has in
    hand are passed over; on SQLite the one writer is the lock.
    """
    return tuple(conn.execute(_WAITING_ONES, {"now": now, "limit": limit}).scalars())


def lock_many(conn: Connection, ids: Sequence[str]) -> tuple[str, ...]:
    """Lock these conversations, waiting for whoever has them in hand; those that exist."""
    return tuple(conn.execute(_LOCK, {"ids": padded(ids)}).scalars()) if ids else ()


# --- Load and save ------------------------------------------------------------------------------

_LOADED = (
    "id",
    "version",
    "state",
    "channel",
    "address",
    "person_id",
    "holder",
    "ownership",
    "turn_count",
    "turn_hash",
    "last_line",
    "last_intent",
    "snoozed_until_at",
    "closed_at",
    "outcome",
)
_LOAD = select(*(_CONVERSATIONS.c[name] for name in _LOADED)).where(
    _CONVERSATIONS.c.id.in_(bindparam("ids", expanding=True))
)


def load_many(conn: Connection, ids: Sequence[str]) -> dict[str, Loaded]:
    """The conversations that exist, by id."""
    if not ids:
        return {}
    return {row.id: _loaded(row) for row in conn.execute(_LOAD, {"ids": padded(ids)})}


def ids_after(conn: Connection, after: str, *, limit: int) -> tuple[str, ...]:
    """The next ids in order, for work on every conversation."""
    column = _CONVERSATIONS.c.id
    query = select(column).where(column > after).order_by(column).limit(limit)
    return tuple(conn.execute(query).scalars())


def _loaded(row: AnyRow) -> Loaded:
    values = dict(row._mapping)
    head = Head(count=values.pop("turn_count"), hash=values.pop("turn_hash"))
    text = values.pop("state")
    state = _states.read(text) if text else None
    if state is not None and (state.holder, state.ownership) != (row.holder, row.ownership):
        state, text = replace(state, holder=row.holder, ownership=row.ownership), ""
    return Loaded(**values, head=head, state=state, state_json=text)


class _States:
    """The last states read or written, by their exact text: a text has one meaning for ever."""

    _LIMIT = 1_024

    def __init__(self) -> None:
        self._known: dict[str, Conversation] = {}
        self._lock = Lock()

    def read(self, text: str) -> Conversation:
        state = self._known.get(text)
        if state is None:
            state = codec.loads(text, Conversation)
            self.keep(text, state)
        return state

    def keep(self, text: str, state: Conversation) -> None:
        with self._lock:
            self._known[text] = state
            if len(self._known) > self._LIMIT:
                del self._known[next(iter(self._known))]


_states = _States()


def written(state: Conversation) -> str:
    """The stored text of a state."""
    text = codec.dumps(state, Conversation)
    _states.keep(text, state)
    return text


_SAVED = (
    "version",
    "state",
    "holder",
    "ownership",
    "turn_count",
    "turn_hash",
    "person_id",
    "creditor_id",
    "name",
    "language",
    "outstanding_minor",
    "currency",
    "exponent",
    "oldest_due_on",
    "promised_on",
    "has_dispute",
    "care",
    "urgency",
    "wanted_at",
    "wanted_for",
    "answer_due_at",
    "snoozed_until_at",
    "closed_at",
    "last_in_at",
    "last_out_at",
    "last_line",
    "last_intent",
    "updated_at",
)


def _save_statement() -> Insert:
    new = _CONVERSATIONS.alias("excluded")
    return Insert(
        _CONVERSATIONS,
        ("id", "channel", "address", "opened_at", *_SAVED),
        unless=("id",),
        replace=_SAVED,
        only_if=_CONVERSATIONS.c.version == new.c.version - literal_column("1"),
        returning=("id",),
    )


_SAVE = _save_statement()
_ADD_ROUTES = Insert(
    _ROUTES, ("id", "conversation_id"), unless=("id",), replace=("conversation_id",)
)


def save_many(conn: Connection, saves: Sequence[Save]) -> None:
    """Write the new states; each must still stand at the version it was loaded with.

    Raises Stale, and then nothing of the transaction may be kept. A conversation that did not
    exist is created (load gave none: `before` has version 0).
    """
    rows = [_row(save) for save in saves]
    saved = {row.id for row in _SAVE.run(conn, rows)}
    stale = [save.before.id for save in saves if save.before.id not in saved]
    if stale:
        raise Stale(stale)


def route_many(conn: Connection, conversations: Iterable[Conversation]) -> None:
    """Let what these addresses send next go to these conversations."""
    routes = {route_id(c.channel, c.address): c.id for c in conversations}
    _ADD_ROUTES.run(conn, [{"id": k, "conversation_id": routes[k]} for k in sorted(routes)])


def _row(save: Save) -> Mapping[str, object]:
    before, state = save.before, save.state
    return {
        "id": before.id,
        "channel": state.channel,
        "address": state.address,
        "opened_at": save.at,
        "version": before.version + 1,
        "state": save.state_json,
        "holder": state.holder,
        "ownership": state.ownership,
        "turn_count": save.head.count,
        "turn_hash": save.head.hash,
        "snoozed_until_at": None if save.is_heard else before.snoozed_until_at,
        "closed_at": None if save.is_heard else before.closed_at,
        "last_line": before.last_line if save.line is None else save.line,
        "last_intent": before.last_intent if save.intent is None else save.intent,
        "updated_at": save.at,
        **_card(state),
    }


def _card(state: Conversation) -> Mapping[str, object]:
    """What lists show and sort by. Amounts are summed within the first bill's currency only."""
    bills = [case.account for case in state.cases]
    currency = bills[0].outstanding.currency if bills else None
    promises = [promise for case in state.cases if (promise := case.open_promise)]
    return {
        "person_id": state.person.id,
        "creditor_id": bills[0].creditor if bills else None,
        "name": state.person.name,
        "language": state.language.value,
        "outstanding_minor": sum(
            bill.outstanding.minor for bill in bills if bill.outstanding.currency == currency
        ),
        "currency": currency.code if currency else "",
        "exponent": currency.exponent if currency else 2,
        "oldest_due_on": min((bill.due_on for bill in bills if bill.outstanding), default=None),
        "promised_on": min((promise.due_on for promise in promises), default=None),
        "has_dispute": any(case.open_dispute for case in state.cases),
        "care": next((flag.value for flag in CARE if flag in state.flags), ""),
        "last_in_at": state.last_in_at,
        "last_out_at": state.last_out_at,
        **_wanted([handoff for handoff in state.handoffs if handoff.is_open]),
    }


def _wanted(open_ones: Sequence[Handoff]) -> Mapping[str, object]:
    first = max(
        open_ones, key=lambda h: (URGENCY[h.priority], -h.opened_at.timestamp()), default=None
    )
    return {
        "urgency": URGENCY[first.priority] if first else 0,
        "wanted_at": first.opened_at if first else None,
        "wanted_for": first.reason.value if first else "",
        "answer_due_at": min((h.due_at for h in open_ones if h.due_at), default=None),
    }


# --- Who holds what -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A person has the conversation from here: everything the bot had queued is taken back.

    `leaving` counts messages whose request may be on its way at this moment.
    """

    conversation_id: str
    ownership: int
    recalled: tuple[int, ...]
    leaving: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBy:
    """Another person has it (None: the conversation does not exist)."""

    conversation_id: str
    holder: str | None


def claim(
    conn: Connection, conversation_id: str, agent_id: str, *, now: datetime, is_steal: bool = False
) -> Claimed | HeldBy:
    """Give a conversation to a person, unless another one holds it (`is_steal` takes it anyway).

    One statement decides: of many who ask at once exactly one gets it. The ownership number rises,
    so that no older word of the bot leaves any more.
    """
    free = _CONVERSATIONS.c.holder.is_(None)
    found = conn.execute(
        update(_CONVERSATIONS)
        .where(_CONVERSATIONS.c.id == conversation_id)
        .where(_CONVERSATIONS.c.holder.is_distinct_from(agent_id) if is_steal else free)
        .values(
            holder=agent_id,
            ownership=_CONVERSATIONS.c.ownership + 1,
            version=_CONVERSATIONS.c.version + 1,
            updated_at=now,
        )
        .returning(_CONVERSATIONS.c.ownership)
    ).one_or_none()
    if found is None:
        return HeldBy(conversation_id=conversation_id, holder=_holder(conn, conversation_id))
    return _after_claim(conn, conversation_id, agent_id, now=now, ownership=found.ownership)


def _after_claim(
    conn: Connection, conversation_id: str, agent_id: str, *, now: datetime, ownership: int
) -> Claimed:
    conn.execute(
        update(_HANDOFFS)
        .where(_HANDOFFS.c.conversation_id == conversation_id, _HANDOFFS.c.state != "closed")
        .values(state="claimed", claimed_by=agent_id, claimed_at=now, updated_at=now)
    )
    return Claimed(
        conversation_id=conversation_id,
        ownership=ownership,
        recalled=outgoing.recall(conn, [conversation_id], reason=TAKEN_OVER, at=now, only_bot=True),
        leaving=outgoing.leaving(conn, conversation_id),
    )


def _holder(conn: Connection, conversation_id: str) -> str | None:
    query = select(_CONVERSATIONS.c.holder).where(_CONVERSATIONS.c.id == conversation_id)
    return conn.execute(query).scalar_one_or_none()


def hand_back(conn: Connection, conversation_id: str, agent_id: str, *, now: datetime) -> bool:
    """Let the bot speak again, if this person holds the conversation; the number rises again."""
    changed = conn.execute(
        update(_CONVERSATIONS)
        .where(_CONVERSATIONS.c.id == conversation_id, _CONVERSATIONS.c.holder == agent_id)
        .values(
            holder=None,
            ownership=_CONVERSATIONS.c.ownership + 1,
            version=_CONVERSATIONS.c.version + 1,
            updated_at=now,
        )
    )
    return changed.rowcount == 1


def snooze(conn: Connection, conversation_id: str, *, until_at: datetime | None) -> bool:
    """Put a conversation away until an instant, or until the customer writes; None wakes it."""
    return _touch(conn, conversation_id, snoozed_until_at=until_at)


def close(conn: Connection, conversation_id: str, *, outcome: str, now: datetime) -> bool:
    """Close a conversation; it opens again by itself when the customer writes."""
    return _touch(conn, conversation_id, closed_at=now, outcome=outcome, holder=None)


def set_line(conn: Connection, conversation_id: str, line: str) -> bool:
    """What lists show as said last, after a message was taken back."""
    return _touch(conn, conversation_id, last_line=line)


def mark_seen(conn: Connection, conversation_id: str, *, now: datetime) -> bool:
    """Note that somebody looked; what comes later is unread."""
    changed = conn.execute(
        update(_CONVERSATIONS).where(_CONVERSATIONS.c.id == conversation_id).values(seen_at=now)
    )
    return changed.rowcount == 1


def _touch(conn: Connection, conversation_id: str, **values: Any) -> bool:
    changed = conn.execute(
        update(_CONVERSATIONS)
        .where(_CONVERSATIONS.c.id == conversation_id)
        .values(version=_CONVERSATIONS.c.version + 1, **values)
    )
    return changed.rowcount == 1
