"""What goes to customers: written with the decision, claimed, sent outside, settled afterwards.

A row is committed as "sending" before its request leaves. A request whose outcome is not known is
never sent again by the machine: a receipt or a person settles it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from storage import receipts, tables
from storage.batches import AnyRow, Insert, Update, padded
from storage.columns import Instant, after_now, database_now, microseconds, word
from storage.statuses import Status, is_final, may_move

_OUTGOING = tables.table("outgoing_messages")
_CONVERSATIONS = tables.table("conversations")
_SETTINGS = tables.table("settings")

_QUEUED = word(Status.QUEUED)
_HELD = word(Status.HELD)
_SENDING = word(Status.SENDING)
_UNKNOWN = word(Status.UNKNOWN)
_REFUSED = word(Status.REFUSED)
_DROPPED = word(Status.DROPPED)

BOT = "bot"
OLDER_OWNER = "older_owner"
TOO_LATE = "too_late"
LEASE_EXPIRED = "lease_expired"
# The setting that stops sending: `sending` for all, `sending:<channel>` for one channel,
# `sending.creditor:<creditor>` for one creditor (storage/stops.py).
SENDING_SETTING = "sending"
CREDITOR_SETTING = "sending.creditor:"
STOPPED = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to send. `key` makes it unique for ever; the lowest `priority` leaves first."""

    conversation_id: str
    channel: str
    address: str
    kind: str
    text: str
    due_at: datetime
    created_at: datetime
    not_after_at: datetime | None = None
    author: str = BOT
    ownership: int = 0
    person_id: str | None = None
    account_id: str | None = None
    key: str | None = None
    says_json: str = ""
    buttons_json: str = ""
    template: str = ""
    campaign: str = ""
    asks_money: bool = False
    turn: int | None = None
    priority: int = 0
    status: Status = Status.QUEUED


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of ours as it stands."""

    id: int
    conversation_id: str
    person_id: str | None
    account_id: str | None
    channel: str
    address: str
    kind: str
    text: str
    says_json: str
    buttons_json: str
    template: str
    campaign: str
    asks_money: bool
    author: str
    ownership: int
    turn: int | None
    created_at: datetime
    due_at: datetime
    not_after_at: datetime | None
    status: Status
    reason: str
    attempts: int
    provider_id: str | None
    sent_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The gateway took the message under this id (None where it gives none)."""

    message_id: int
    provider_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """It certainly did not leave: try again at `at`."""

    message_id: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """The gate said not now: due again at `at`, which counts as no attempt."""

    message_id: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """It is not tried again: refused, failed, dropped or unknown, and why."""

    message_id: int
    status: Status
    at: datetime
    reason: str


Outcome = Sent | Retry | Postponed | Ended

_NEW = tuple(field.name for field in fields(NewMessage))
_ADD = Insert(_OUTGOING, _NEW)
_ADD_ONCE = Insert(_OUTGOING, _NEW, unless=("key",), unless_where=_OUTGOING.c.key.is_not(None))
_COLUMNS = tuple(_OUTGOING.c[field.name] for field in fields(Message))


def add_many(conn: Connection, messages: Sequence[NewMessage]) -> None:
    """Queue the messages; one whose `key` was used before is left out."""
    _ADD.run(conn, [_as_row(message) for message in messages if message.key is None])
    _ADD_ONCE.run(conn, [_as_row(message) for message in messages if message.key is not None])


def _as_row(message: NewMessage) -> Mapping[str, object]:
    return {name: getattr(message, name) for name in _NEW}


# --- Claiming -----------------------------------------------------------------------------------


def _is_due(rows: FromClause) -> ColumnElement[bool]:
    return and_(
        rows.c.status == _QUEUED,
        rows.c.channel == bindparam("channel"),
        rows.c.due_at <= bindparam("now", type_=Instant()),
    )


_EARLIER = _OUTGOING.alias("earlier")
# The words of the partial index, so that it is used and not a conversation's whole past.
_EARLIER_IS_OPEN: ColumnElement[bool] = literal_column(
    "earlier.status IN ('queued', 'held', 'sending')", Boolean()
)
# What a gateway could not take yet comes before anything written after it, but a safety text and
# the confirmation of a stop, which are more urgent. What only waits for its hour holds up nothing.
_IS_TRIED_AGAIN = and_(
    _EARLIER.c.status == _QUEUED,
    _EARLIER.c.attempts > 0,
    _EARLIER.c.channel == bindparam("channel"),
    _EARLIER.c.id < _OUTGOING.c.id,
    _EARLIER.c.priority <= _OUTGOING.c.priority,
)
# A conversation's messages leave one at a time and in their order.
_IS_NEXT = ~(
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.conversation_id == _OUTGOING.c.conversation_id,
        _EARLIER_IS_OPEN,
        or_(
            _EARLIER.c.status == _SENDING,
            and_(_is_due(_EARLIER), _EARLIER.c.id < _OUTGOING.c.id),
            _IS_TRIED_AGAIN,
        ),
    )
    .exists()
)
_IS_STOPPED = (
    select(_SETTINGS.c.key)
    .where(
        _SETTINGS.c.key.in_(bindparam("switches", expanding=True)),
        _SETTINGS.c.value_json == STOPPED,
    )
    .exists()
)
_SCOPED_STOPS = _SETTINGS.alias("scoped_stops")
# Asked once a claim: most of the time no creditor is stopped, and no row needs its conversation.
_HAS_STOPPED_CREDITORS = (
    select(_SCOPED_STOPS.c.key)
    .where(
        _SCOPED_STOPS.c.key.startswith(CREDITOR_SETTING, autoescape=True),
        _SCOPED_STOPS.c.value_json == STOPPED,
    )
    .exists()
)
_IS_OF_STOPPED_CREDITOR = (
    select(_SETTINGS.c.key)
    .where(
        _CONVERSATIONS.c.id == _OUTGOING.c.conversation_id,
        _SETTINGS.c.key == literal(CREDITOR_SETTING) + _CONVERSATIONS.c.creditor_id,
        _SETTINGS.c.value_json == STOPPED,
    )
    .correlate(_OUTGOING)
    .exists()
)
_FIND_DUE = (
    select(_OUTGOING.c.id, _OUTGOING.c.conversation_id)
    .where(
        _is_due(_OUTGOING),
        _IS_NEXT,
        ~_IS_STOPPED,
        ~and_(_HAS_STOPPED_CREDITORS, _IS_OF_STOPPED_CREDITOR),
    )
    .order_by(_OUTGOING.c.priority, _OUTGOING.c.due_at, _OUTGOING.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
# The conversation is locked as well, so that a person who takes it over either is seen here or
# waits until "sending" is committed. One that is being handled is left for the next round.
_LOCK_OWNERS = (
    select(_CONVERSATIONS.c.id)
    .where(_CONVERSATIONS.c.id.in_(bindparam("conversations", expanding=True)))
    .with_for_update(read=True, skip_locked=True)
)
_OWNERSHIP = (
    select(_CONVERSATIONS.c.ownership)
    .where(_CONVERSATIONS.c.id == _OUTGOING.c.conversation_id)
    .scalar_subquery()
)
_IS_OLDER = and_(_OUTGOING.c.author == BOT, _OUTGOING.c.ownership != _OWNERSHIP)
_CLAIM = (
    update(_OUTGOING)
    .where(_OUTGOING.c.id.in_(bindparam("ids", expanding=True)), _OUTGOING.c.status == _QUEUED)
    .values(
        status=case((_IS_OLDER, _REFUSED), else_=_SENDING),
        reason=case((_IS_OLDER, OLDER_OWNER), else_=""),
        settled_at=case((_IS_OLDER, bindparam("now", type_=Instant())), else_=None),
        attempts=_OUTGOING.c.attempts + 1,
        lease_owner=bindparam("owner"),
        lease_until_at=after_now(bindparam("lease")),
    )
    .returning(*_COLUMNS)
)
_DROP_LATE = (
    update(_OUTGOING)
    .where(
        _OUTGOING.c.status == _QUEUED,
        _OUTGOING.c.channel == bindparam("of_channel"),
        _OUTGOING.c.not_after_at < bindparam("now", type_=Instant()),
    )
    .values(status=_DROPPED, reason=TOO_LATE, settled_at=bindparam("now", type_=Instant()))
)


def claim_due(
    conn: Connection,
    channel: str,
    *,
    now: datetime,
    limit: int,
    lease: timedelta,
    owner: str,
) -> tuple[Message, ...]:
    """Mark up to `limit` due messages of a channel as sending and return them, to be sent after
    the commit; the claim ends `lease` from now by the database's clock.

    Left out: all while sending is switched off; a conversation's second message while its first
    is under way. A message past its `not_after_at` is dropped; one the bot wrote before a person
    took the conversation over is refused.
    """
    conn.execute(_DROP_LATE, {"of_channel": channel, "now": now})
    due = conn.execute(
        _FIND_DUE,
        {
            "channel": channel,
            "now": now,
            "limit": limit,
            "switches": [SENDING_SETTING, f"{SENDING_SETTING}:{channel}"],
        },
    ).all()
    ids = _unlocked(conn, due)
    if not ids:
        return ()
    claimed = conn.execute(
        _CLAIM, {"ids": padded(ids), "now": now, "owner": owner, "lease": microseconds(lease)}
    )
    messages = sorted((_message(row) for row in claimed), key=lambda message: message.id)
    return tuple(message for message in messages if message.status is Status.SENDING)


def _unlocked(conn: Connection, due: Sequence[AnyRow]) -> list[int]:
    if not due or conn.dialect.name == "sqlite":
        return [row.id for row in due]
    conversations = sorted({row.conversation_id for row in due})
    locked = set(conn.execute(_LOCK_OWNERS, {"conversations": padded(conversations)}).scalars())
    return [row.id for row in due if row.conversation_id in locked]


def _message(row: AnyRow) -> Message:
    return Message(**{**row._mapping, "status": Status(row.status)})


_EXPIRE = (
    update(_OUTGOING)
    .where(_OUTGOING.c.status == _SENDING, _OUTGOING.c.lease_until_at < database_now())
    .values(status=_UNKNOWN, reason=LEASE_EXPIRED)
    .returning(*_COLUMNS)
)


def expire_leases(conn: Connection) -> tuple[Message, ...]:
    """Mark messages whose sender died as unknown, and return them: nobody knows if they left."""
    return tuple(_message(row) for row in conn.execute(_EXPIRE).all())


# --- Settling -----------------------------------------------------------------------------------

_LOCK = (
    select(
        _OUTGOING.c.id,
        _OUTGOING.c.channel,
        _OUTGOING.c.status,
        _OUTGOING.c.reason,
        _OUTGOING.c.provider_id,
        _OUTGOING.c.sent_at,
        _OUTGOING.c.settled_at,
        _OUTGOING.c.due_at,
        _OUTGOING.c.attempts,
    )
    .where(_OUTGOING.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_OUTGOING.c.id)
    .with_for_update()
)
_SETTLED = ("status", "reason", "provider_id", "sent_at", "settled_at", "due_at", "attempts")
_SETTLE = Update(_OUTGOING, ("id",), _SETTLED, fixed={"lease_owner": None, "lease_until_at": None})


def finish_many(conn: Connection, outcomes: Sequence[Outcome]) -> tuple[receipts.Change, ...]:
    """Note what became of claimed messages; what early receipts then changed is returned.

    Only news moves a message: an outcome that comes after a receipt said more changes nothing,
    and a message whose lease ran out is not queued again.
    """
    rows = conn.execute(_LOCK, {"ids": padded([o.message_id for o in outcomes])}).all()
    found = {row.id: row for row in rows}
    settled = [
        _settled(found[outcome.message_id], outcome)
        for outcome in outcomes
        if outcome.message_id in found
    ]
    _SETTLE.run(conn, settled)
    return receipts.apply_early(
        conn,
        (
            (found[outcome.message_id].channel, outcome.provider_id)
            for outcome in outcomes
            if isinstance(outcome, Sent) and outcome.provider_id and outcome.message_id in found
        ),
    )


def _settled(row: AnyRow, outcome: Outcome) -> dict[str, object]:
    values: dict[str, object] = {name: row._mapping[name] for name in ("id", *_SETTLED)}
    status = Status(row.status)
    if isinstance(outcome, Sent):
        values |= {"provider_id": outcome.provider_id or row.provider_id, "sent_at": outcome.at}
        if may_move(status, Status.SENT):
            values |= {"status": Status.SENT.value, "reason": ""}
    elif isinstance(outcome, Ended):
        if may_move(status, outcome.status):
            values |= {"status": outcome.status.value, "reason": outcome.reason}
            values |= {"settled_at": outcome.at if is_final(outcome.status) else None}
    elif status is Status.SENDING:
        values |= {"status": Status.QUEUED.value, "due_at": outcome.at, "reason": outcome.reason}
        if isinstance(outcome, Postponed):
            values |= {"attempts": row.attempts - 1}
    return values


_RECALL = (
    update(_OUTGOING)
    .where(
        _OUTGOING.c.conversation_id.in_(bindparam("conversations", expanding=True)),
        or_(_OUTGOING.c.status == _QUEUED, _OUTGOING.c.status == _HELD),
        _OUTGOING.c.author.like(bindparam("by")),
    )
    .values(
        status=_DROPPED,
        reason=bindparam("why"),
        settled_at=bindparam("at", type_=Instant()),
    )
    .returning(_OUTGOING.c.id)
)


def recall(
    conn: Connection,
    conversation_ids: Sequence[str],
    *,
    reason: str,
    at: datetime,
    only_bot: bool = False,
) -> tuple[int, ...]:
    """Take back every message of the conversations that has not left; their numbers."""
    if not conversation_ids:
        return ()
    values = {"conversations": padded(conversation_ids), "why": reason, "at": at}
    rows = conn.execute(_RECALL, values | {"by": BOT if only_bot else "%"})
    return tuple(sorted(rows.scalars()))


def take_back(conn: Connection, message_id: int, *, reason: str, at: datetime) -> bool:
    """Take one message back; false if it has left, or is leaving."""
    changed = conn.execute(
        update(_OUTGOING)
        .where(
            _OUTGOING.c.id == message_id,
            or_(_OUTGOING.c.status == _QUEUED, _OUTGOING.c.status == _HELD),
        )
        .values(status=_DROPPED, reason=reason, settled_at=at)
    )
    return changed.rowcount == 1


def delay_own(conn: Connection, conversation_id: str, author: str, *, until_at: datetime) -> int:
    """Let what this person has just queued wait so long, so that it can be undone; how many."""
    changed = conn.execute(
        update(_OUTGOING)
        .where(
            _OUTGOING.c.conversation_id == conversation_id,
            _OUTGOING.c.author == author,
            _OUTGOING.c.status == _QUEUED,
            _OUTGOING.c.due_at < until_at,
        )
        .values(due_at=until_at)
    )
    return changed.rowcount


def release(conn: Connection, message_ids: Sequence[int], *, due_at: datetime) -> int:
    """Queue messages that waited for a person; how many there were."""
    if not message_ids:
        return 0
    changed = conn.execute(
        update(_OUTGOING)
        .where(_OUTGOING.c.id.in_(message_ids), _OUTGOING.c.status == _HELD)
        .values(status=_QUEUED, due_at=due_at)
    )
    return changed.rowcount


def find(conn: Connection, message_id: int) -> Message | None:
    """A message by its number."""
    row = conn.execute(select(*_COLUMNS).where(_OUTGOING.c.id == message_id)).one_or_none()
    return _message(row) if row else None


def unknown(conn: Connection, *, limit: int = 100) -> tuple[Message, ...]:
    """Messages of which nobody knows whether they left, newest first: tasks for a person."""
    rows = conn.execute(
        select(*_COLUMNS)
        .where(_OUTGOING.c.status == _UNKNOWN)
        .order_by(_OUTGOING.c.id.desc())
        .limit(limit)
    )
    return tuple(_message(row) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits to leave."""

    due: int
    oldest_due_at: datetime | None
    sending: int
    unknown: int


def backlog(conn: Connection, *, now: datetime) -> Backlog:
    """The outbox in figures, for metrics."""
    due, oldest = conn.execute(
        select(func.count(), func.min(_OUTGOING.c.due_at)).where(
            _OUTGOING.c.status == _QUEUED, _OUTGOING.c.due_at <= now
        )
    ).one()
    sending, unsure = (
        conn.execute(
            select(func.count()).select_from(_OUTGOING).where(_OUTGOING.c.status == word)
        ).scalar_one()
        for word in (_SENDING, _UNKNOWN)
    )
    return Backlog(due=due, oldest_due_at=oldest, sending=sending, unknown=unsure)


def has_written(conn: Connection, conversation_id: str, author: str, *, before: datetime) -> bool:
    """Whether this person wrote to the customer before an instant."""
    query = select(_OUTGOING.c.id).where(
        _OUTGOING.c.conversation_id == conversation_id,
        _OUTGOING.c.author == author,
        _OUTGOING.c.created_at <= before,
    )
    return conn.execute(query.limit(1)).first() is not None


def leaving(conn: Connection, conversation_id: str) -> int:
    """How many messages of a conversation may be on their way at this moment."""
    count: int = conn.execute(
        select(func.count())
        .select_from(_OUTGOING)
        .where(_OUTGOING.c.conversation_id == conversation_id, _OUTGOING.c.status == _SENDING)
    ).scalar_one()
    return count
