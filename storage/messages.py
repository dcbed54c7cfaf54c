"""What customers send: stored once per provider id, read in order, handled exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select, update

from storage import tables
from storage.batches import Insert, Update, padded
from storage.columns import Instant, word

_INCOMING = tables.table("incoming_messages")
_ROUTES = tables.table("routes")
_CONVERSATIONS = tables.table("conversations")
_WAITING = word("waiting")
_DEAD = word("dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as a gateway delivered it.

    `ready_at` is when it may be read if nothing follows it, `latest_at` when it is read even if
    more follows (a burst is read as one turn); both are `received_at` for words that cannot wait.
    """

    channel: str
    external_id: str
    address: str
    text: str
    said_at: datetime
    received_at: datetime
    ready_at: datetime | None = None
    latest_at: datetime | None = None
    payload_json: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one delivery: stored under a number, or known already (number None)."""

    message_id: int | None
    conversation_id: str

    @property
    def is_repeated(self) -> bool:
        """Whether this provider id was stored before."""
        return self.message_id is None


# What the provider told beside the words: it has stopped this address and said so.
LEFT_JSON = '{"has_left":true}'


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessage:
    """A stored message that no turn has handled yet."""

    id: int
    conversation_id: str
    channel: str
    external_id: str
    address: str
    text: str
    said_at: datetime
    received_at: datetime
    attempts: int
    payload_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """Which turn read a message, and how (`reading_json` as the codec wrote it)."""

    message_id: int
    turn: int
    reading_json: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be handled within the allowed tries, for a person to look at."""

    id: int
    conversation_id: str
    text: str
    received_at: datetime
    attempts: int
    error: str


_FIND_ROUTES = select(_ROUTES.c.id, _ROUTES.c.conversation_id).where(
    _ROUTES.c.id.in_(bindparam("keys", expanding=True))
)
_ADD_ROUTES = Insert(_ROUTES, ("id", "conversation_id"), unless=("id",))
_ADD_CONVERSATIONS = Insert(
    _CONVERSATIONS,
    ("id", "channel", "address", "opened_at", "updated_at"),
    unless=("id",),
)
_ADD_MESSAGES = Insert(
    _INCOMING,
    (
        "conversation_id",
        "channel",
        "external_id",
        "address",
        "text",
        "payload_json",
        "said_at",
        "received_at",
        "ready_at",
        "latest_at",
    ),
    unless=("channel", "external_id"),
    returning=("id", "channel", "external_id"),
)


def receive_many(conn: Connection, incoming: Sequence[Incoming]) -> tuple[Received, ...]:
    """Store each message once, in the order given; an answer for each of them.

    A sender nobody wrote to yet gets a conversation of his own, without a state.
    """
    routes = _routes(conn, incoming)
    rows = [
        _row(message, routes[route_id(message.channel, message.address)]) for message in incoming
    ]
    stored = {
        (channel, external_id): message_id
        for message_id, channel, external_id in _ADD_MESSAGES.run(conn, rows)
    }
    # A message that comes twice in one batch is stored once: the second finds its key taken out.
    return tuple(
        Received(
            message_id=stored.pop((row["channel"], row["external_id"]), None),
            conversation_id=str(row["conversation_id"]),
        )
        for row in rows
    )


def route_id(channel: str, address: str) -> str:
    """The key of an address; also the id of the first conversation held there."""
    return f"{channel}:{address}"


def _routes(conn: Connection, incoming: Sequence[Incoming]) -> dict[str, str]:
    senders = {route_id(m.channel, m.address): m for m in incoming}
    found = _find_routes(conn, list(senders))
    missing = {key: message for key, message in senders.items() if key not in found}
    if missing:
        _ADD_CONVERSATIONS.run(conn, [_stranger(key, m) for key, m in missing.items()])
        _ADD_ROUTES.run(conn, [{"id": key, "conversation_id": key} for key in missing])
        # Another process may have routed the same sender a moment ago.
        found |= _find_routes(conn, list(missing))
    return found


def _find_routes(conn: Connection, keys: Sequence[str]) -> dict[str, str]:
    rows = conn.execute(_FIND_ROUTES, {"keys": padded(keys)})
    return {key: conversation_id for key, conversation_id in rows}


def _stranger(key: str, message: Incoming) -> Mapping[str, object]:
    return {
        "id": key,
        "channel": message.channel,
        "address": message.address,
        "opened_at": message.received_at,
        "updated_at": message.received_at,
    }


def _row(message: Incoming, conversation_id: str) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "channel": message.channel,
        "external_id": message.external_id,
        "address": message.address,
        "text": _storable(message.text),
        "payload_json": message.payload_json,
        "said_at": message.said_at,
        "received_at": message.received_at,
        "ready_at": message.ready_at or message.received_at,
        "latest_at": message.latest_at or message.ready_at or message.received_at,
    }


def _storable(text: str) -> str:
    # PostgreSQL stores no NUL, and neither database half a surrogate pair.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


_WAITING_OF = (
    select(
        _INCOMING.c.id,
        _INCOMING.c.conversation_id,
        _INCOMING.c.channel,
        _INCOMING.c.external_id,
        _INCOMING.c.address,
        _INCOMING.c.text,
        _INCOMING.c.said_at,
        _INCOMING.c.received_at,
        _INCOMING.c.attempts,
        _INCOMING.c.payload_json,
    )
    .where(
        _INCOMING.c.state == _WAITING,
        _INCOMING.c.conversation_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_INCOMING.c.id)
)


def waiting_of(
    conn: Connection, conversation_ids: Sequence[str]
) -> dict[str, tuple[WaitingMessage, ...]]:
    """The messages of these conversations that no turn has handled, oldest first."""
    found: dict[str, list[WaitingMessage]] = defaultdict(list)
    if conversation_ids:
        for row in conn.execute(_WAITING_OF, {"ids": padded(conversation_ids)}):
            message = WaitingMessage(**row._mapping)
            found[message.conversation_id].append(message)
    return {conversation_id: tuple(messages) for conversation_id, messages in found.items()}


_MARK_HANDLED = Update(
    _INCOMING,
    ("id",),
    ("turn", "reading_json"),
    fixed={"state": word("handled"), "error": ""},
    only_if=_INCOMING.c.state == _WAITING,
)


def mark_handled(conn: Connection, handled: Sequence[Handled]) -> None:
    """Note which turn read each message, in the transaction of that turn."""
    rows = [{"id": h.message_id, "turn": h.turn, "reading_json": h.reading_json} for h in handled]
    changed = _MARK_HANDLED.run(conn, rows)
    if changed != len(rows):
        raise RuntimeError(f"expected {len(rows)} waiting messages to mark handled, got {changed}")


_PUT_OFF = (
    update(_INCOMING)
    .where(_INCOMING.c.id.in_(bindparam("ids", expanding=True)), _INCOMING.c.state == _WAITING)
    .values(
        attempts=_INCOMING.c.attempts + 1,
        error=bindparam("new_error"),
        ready_at=bindparam("retry_at", type_=Instant()),
        latest_at=bindparam("retry_at", type_=Instant()),
        state=case((_INCOMING.c.attempts + 1 >= bindparam("tries"), _DEAD), else_=_WAITING),
    )
)


def put_off(
    conn: Connection,
    message_ids: Sequence[int],
    *,
    error: str,
    retry_at: datetime,
    tries: int,
) -> None:
    """After a failed turn: try these messages again at `retry_at`, or never after `tries` tries.

    A message out of tries becomes a dead letter; what the customer sent after it goes on.
    """
    if message_ids:
        values = {"ids": padded(message_ids), "new_error": error, "retry_at": retry_at}
        conn.execute(_PUT_OFF, values | {"tries": tries})


def dead_letters(conn: Connection, *, limit: int = 100) -> tuple[DeadLetter, ...]:
    """Messages that ran out of tries, newest first."""
    columns = [_INCOMING.c[field.name] for field in fields(DeadLetter)]
    rows = conn.execute(
        select(*columns)
        .where(_INCOMING.c.state == _DEAD)
        .order_by(_INCOMING.c.id.desc())
        .limit(limit)
    )
    return tuple(DeadLetter(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A conversation with dead letters: whose, how many, and since when."""

    conversation_id: str
    name: str
    count: int
    since_at: datetime


def unanswered(conn: Connection, *, limit: int = 50) -> tuple[Unanswered, ...]:
    """The conversations with dead letters, the oldest letter first."""
    row, since = _INCOMING.c, func.min(_INCOMING.c.received_at)
    query = (
        select(row.conversation_id, _CONVERSATIONS.c.name, func.count(), since)
        .select_from(_INCOMING.join(_CONVERSATIONS, _CONVERSATIONS.c.id == row.conversation_id))
        .where(row.state == _DEAD)
        .group_by(row.conversation_id, _CONVERSATIONS.c.name)
        .order_by(since, row.conversation_id)
    )
    return tuple(
        Unanswered(conversation_id=id, name=name, count=count, since_at=at)
        for id, name, count, at in conn.execute(query.limit(limit))
    )


def unanswered_count(conn: Connection) -> int:
    """How many conversations have dead letters."""
    query = select(func.count(_INCOMING.c.conversation_id.distinct()))
    return int(conn.execute(query.where(_INCOMING.c.state == _DEAD)).scalar_one())


def replay_all(conn: Connection, conversation_id: str, *, now: datetime) -> int:
    """Hand all dead letters of a conversation to its next turn; how many there were."""
    return _leave_dead(conn, conversation_id, state="waiting", ready_at=now, latest_at=now)


def settle_all(conn: Connection, conversation_id: str) -> int:
    """Count a conversation's dead letters as handled: a person answered; how many there were."""
    return _leave_dead(conn, conversation_id, state="handled")


def _leave_dead(conn: Connection, conversation_id: str, **values: object) -> int:
    changed = conn.execute(
        update(_INCOMING)
        .where(_INCOMING.c.conversation_id == conversation_id, _INCOMING.c.state == _DEAD)
        .values(attempts=0, **values)
    )
    return changed.rowcount


def replay(conn: Connection, message_id: int, *, now: datetime) -> bool:
    """Hand a dead letter to the next turn of its conversation; false if it is not one."""
    changed = conn.execute(
        update(_INCOMING)
        .where(_INCOMING.c.id == message_id, _INCOMING.c.state == _DEAD)
        .values(state=_WAITING, attempts=0, ready_at=now, latest_at=now)
    )
    return changed.rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits to be handled, and since when."""

    waiting: int
    dead: int
    oldest_at: datetime | None


def backlog(conn: Connection) -> Backlog:
    """The inbox in figures, for metrics."""
    waiting, oldest = conn.execute(
        select(func.count(), func.min(_INCOMING.c.received_at)).where(_INCOMING.c.state == _WAITING)
    ).one()
    dead = conn.execute(
        select(func.count()).select_from(_INCOMING).where(_INCOMING.c.state == _DEAD)
    ).scalar_one()
    return Backlog(waiting=waiting, dead=dead, oldest_at=oldest)
