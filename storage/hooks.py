"""Events on their way to other programs: written with the turn, handed on once, tried until taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, or_, select, update

from storage import tables
from storage.batches import AnyRow, Insert
from storage.columns import Instant, after_now, database_now, microseconds, word

_EVENTS = tables.table("hook_events")
_DELIVERIES = tables.table("hook_deliveries")


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"  # given up; `redeliver` brings it back


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something that happened, as JSON without names or words."""

    at: datetime
    kind: str
    conversation_id: str
    account_id: str
    data_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event for one endpoint; `attempts` counts those begun, `answer` is the last one's."""

    id: int
    event_id: int
    endpoint: str
    status: str
    attempts: int
    answer: str
    due_at: datetime
    kind: str
    at: datetime
    conversation_id: str
    account_id: str
    data_json: str


_NEW = ("at", "kind", "conversation_id", "account_id", "data_json")
_ADD = Insert(_EVENTS, _NEW)
_FAN = Insert(
    _DELIVERIES,
    ("event_id", "endpoint", "due_at", "created_at"),
    unless=("event_id", "endpoint"),
)
_OWN = ("id", "event_id", "endpoint", "status", "attempts", "answer", "due_at")
_SELECT = select(
    *(_DELIVERIES.c[name] for name in _OWN),
    *(_EVENTS.c[name] for name in _NEW),
).join(_EVENTS, _EVENTS.c.id == _DELIVERIES.c.event_id)


def add_many(conn: Connection, events: Iterable[NewEvent]) -> None:
    """Keep what happened, in the transaction in which it did."""
    _ADD.run(conn, [{name: getattr(event, name) for name in _NEW} for event in events])


def is_any_untold(conn: Connection) -> bool:
    """Whether an event waits to be handed on."""
    return (
        conn.execute(select(_EVENTS.c.id).where(_EVENTS.c.told_at.is_(None)).limit(1)).first()
        is not None
    )


def fan_out(
    conn: Connection, endpoints_of: Callable[[str], Sequence[str]], *, now: datetime, limit: int
) -> int:
    """Make a delivery of each event for each endpoint that wants its kind; how many events."""
    query = select(_EVENTS.c.id, _EVENTS.c.kind).where(_EVENTS.c.told_at.is_(None))
    found = conn.execute(
        query.order_by(_EVENTS.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    rows = [
        {"event_id": row.id, "endpoint": name, "due_at": now, "created_at": now}
        for row in found
        for name in endpoints_of(row.kind)
    ]
    _FAN.run(conn, rows)
    ids = [row.id for row in found]
    conn.execute(update(_EVENTS).where(_EVENTS.c.id.in_(ids)).values(told_at=now))
    return len(found)


_IS_FREE = or_(
    _DELIVERIES.c.lease_until_at.is_(None), _DELIVERIES.c.lease_until_at < database_now()
)
_CLAIM = (
    update(_DELIVERIES)
    .where(
        _DELIVERIES.c.id.in_(
            select(_DELIVERIES.c.id)
            .where(
                _DELIVERIES.c.status == word(State.WAITING),
                _DELIVERIES.c.endpoint.in_(bindparam("endpoints", expanding=True)),
                _DELIVERIES.c.due_at <= bindparam("now", type_=Instant()),
                _IS_FREE,
            )
            .order_by(_DELIVERIES.c.due_at, _DELIVERIES.c.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(attempts=_DELIVERIES.c.attempts + 1, lease_until_at=after_now(bindparam("lease")))
    .returning(_DELIVERIES.c.id)
)


def claim(
    conn: Connection, endpoints: Sequence[str], *, now: datetime, limit: int, lease: timedelta
) -> tuple[Delivery, ...]:
    """Lease due deliveries to these endpoints; one whose sender dies is due again after the lease."""
    if not endpoints:
        return ()
    told = {"endpoints": list(endpoints), "now": now, "limit": limit}
    ids = list(conn.execute(_CLAIM, told | {"lease": microseconds(lease)}).scalars())
    query = _SELECT.where(_DELIVERIES.c.id.in_(ids)).order_by(_DELIVERIES.c.id)
    return tuple(_delivery(row) for row in conn.execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of an attempt: delivered, given up, or due again at `due_at`."""

    id: int
    status: State
    answer: str
    due_at: datetime


def settle(conn: Connection, tried: Sequence[Tried], *, now: datetime) -> None:
    """Note what came of attempts."""
    for each in tried:
        conn.execute(
            update(_DELIVERIES)
            .where(_DELIVERIES.c.id == each.id)
            .values(
                status=each.status.value,
                answer=each.answer,
                due_at=each.due_at,
                lease_until_at=None,
                done_at=None if each.status is State.WAITING else now,
            )
        )


def listed(
    conn: Connection, *, status: State | None = None, endpoint: str = "", limit: int = 50
) -> tuple[Delivery, ...]:
    """The last deliveries, newest first."""
    query = _SELECT
    if status is not None:
        query = query.where(_DELIVERIES.c.status == status.value)
    if endpoint:
        query = query.where(_DELIVERIES.c.endpoint == endpoint)
    rows = conn.execute(query.order_by(_DELIVERIES.c.id.desc()).limit(limit))
    return tuple(_delivery(row) for row in rows)


def counts(conn: Connection) -> dict[tuple[str, str], int]:
    """How many deliveries stand where, by endpoint and state."""
    row = _DELIVERIES.c
    query = select(row.endpoint, row.status, func.count()).group_by(row.endpoint, row.status)
    return {(endpoint, status): count for endpoint, status, count in conn.execute(query)}


def redeliver(
    conn: Connection, *, now: datetime, delivery_id: int | None = None, endpoint: str = ""
) -> int:
    """Try one again, whatever became of it, or all dead ones (of an endpoint); how many."""
    row = _DELIVERIES.c
    which = row.id == delivery_id if delivery_id is not None else row.status == word(State.DEAD)
    query = update(_DELIVERIES).where(which)
    if endpoint:
        query = query.where(row.endpoint == endpoint)
    again = query.values(
        status=State.WAITING.value, attempts=0, due_at=now, lease_until_at=None, done_at=None
    )
    return conn.execute(again).rowcount


def _delivery(row: AnyRow) -> Delivery:
    return Delivery(**row._mapping)
