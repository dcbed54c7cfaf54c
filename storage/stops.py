"""The kill switch: who stopped which sending and why, what left since, what waits.

An order is a row that every claim of every sender reads in its own transaction, so it holds at
once in all processes and outlives each of them. Nothing leaves but what was claimed before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from storage import agents, settings, tables
from storage.columns import word
from storage.outgoing import CREDITOR_SETTING, SENDING_SETTING, STOPPED
from storage.settings import Setting
from storage.statuses import Status

_OUTGOING = tables.table("outgoing_messages")
_CONVERSATIONS = tables.table("conversations")
_CREDITORS = tables.table("creditors")
_RUNNING = "true"
STOPPED_ACT, RESUMED_ACT = "sending_stopped", "sending_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an order is about: one channel, one creditor (as conversations name it), or all."""

    channel: str | None = None
    creditor: str | None = None

    @property
    def key(self) -> str:
        """The setting that holds the order."""
        if self.channel is not None:
            return f"{SENDING_SETTING}:{self.channel}"
        if self.creditor is not None:
            return f"{CREDITOR_SETTING}{self.creditor}"
        return SENDING_SETTING


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A standing order that nothing of its scope leaves."""

    scope: Scope
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A message that was under way when the order came, or was sent after it; never its text."""

    id: int
    conversation_id: str
    channel: str
    kind: str
    author: str
    status: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many messages of one kind the order holds back on a channel."""

    channel: str
    kind: str
    count: int
    oldest_due_at: datetime


def stop(conn: Connection, order: Order) -> Order:
    """Stop the scope's sending and note who did; an order that stands already keeps its instant."""
    standing_one = find(conn, order.scope)
    _note(conn, order, STOPPED_ACT)
    if standing_one is not None:
        return standing_one
    _put(conn, order, STOPPED)
    return order


def resume(conn: Connection, order: Order) -> bool:
    """Lift the order of this scope, for the reason given; false when none stood."""
    if find(conn, order.scope) is None:
        return False
    _put(conn, order, _RUNNING)
    _note(conn, order, RESUMED_ACT)
    return True


def _put(conn: Connection, order: Order, value: str) -> None:
    setting = Setting(
        key=order.scope.key,
        value_json=value,
        changed_by=order.by,
        reason=order.reason,
        changed_at=order.at,
    )
    settings.put(conn, setting)


def _note(conn: Connection, order: Order, act: str) -> None:
    scope = {"channel": order.scope.channel, "creditor": order.scope.creditor}
    detail = msgspec.json.encode({k: v for k, v in scope.items() if v}).decode()
    done = agents.Act(
        at=order.at, agent_id=order.by, act=act, reason=order.reason, detail_json=detail
    )
    agents.note_acts(conn, [done])


def find(conn: Connection, scope: Scope) -> Order | None:
    """The standing order of exactly this scope."""
    return next((order for order in standing(conn) if order.scope == scope), None)


def standing(conn: Connection) -> tuple[Order, ...]:
    """Every order that stands, the oldest first."""
    found = [_order(each) for each in settings.all_of(conn).values() if each.value_json == STOPPED]
    return tuple(sorted((order for order in found if order), key=lambda order: order.at))


def _order(setting: Setting) -> Order | None:
    scope = _scope_of(setting.key)
    if scope is None:
        return None
    return Order(scope=scope, by=setting.changed_by, reason=setting.reason, at=setting.changed_at)


def _scope_of(key: str) -> Scope | None:
    if key == SENDING_SETTING:
        return Scope()
    if key.startswith(CREDITOR_SETTING):
        return Scope(creditor=key.removeprefix(CREDITOR_SETTING))
    channel = key.removeprefix(f"{SENDING_SETTING}:")
    return Scope(channel=channel) if channel != key else None


def under_way(conn: Connection, scope: Scope) -> int:
    """How many messages of the scope may be leaving at this moment."""
    query = select(func.count()).select_from(_OUTGOING)
    count: int = conn.execute(
        query.where(_OUTGOING.c.status == word(Status.SENDING), _in_scope(scope))
    ).scalar_one()
    return count


def left_since(conn: Connection, order: Order, *, limit: int = 1_000) -> tuple[Left, ...]:
    """What left at or after the order, or may still be leaving: all of it was claimed before."""
    columns = [_OUTGOING.c[name] for name in Left.__dataclass_fields__]
    is_later = or_(_OUTGOING.c.status == word(Status.SENDING), _OUTGOING.c.sent_at >= order.at)
    query = select(*columns).where(is_later, _in_scope(order.scope))
    rows = conn.execute(query.order_by(_OUTGOING.c.sent_at, _OUTGOING.c.id).limit(limit))
    return tuple(Left(**row._mapping) for row in rows)


def waiting(conn: Connection, scope: Scope) -> tuple[Waiting, ...]:
    """What the order holds back in the queue, by channel and kind."""
    row = _OUTGOING.c
    query = (
        select(
            row.channel,
            row.kind,
            func.count().label("count"),
            func.min(row.due_at).label("oldest_due_at"),
        )
        .where(row.status == word(Status.QUEUED), _in_scope(scope))
        .group_by(row.channel, row.kind)
        .order_by(row.channel, row.kind)
    )
    return tuple(Waiting(**found._mapping) for found in conn.execute(query))


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    if scope.channel is not None:
        return _OUTGOING.c.channel == scope.channel
    if scope.creditor is None:
        return true()
    return (
        select(_CONVERSATIONS.c.id)
        .where(
            and_(
                _CONVERSATIONS.c.id == _OUTGOING.c.conversation_id,
                _CONVERSATIONS.c.creditor_id == scope.creditor,
            )
        )
        .exists()
    )


def creditors(conn: Connection) -> dict[str, str]:
    """The creditors there are: how conversations name them, by their id and by that name."""
    by_id = {row.id: row.name for row in conn.execute(select(_CREDITORS.c.id, _CREDITORS.c.name))}
    named = conn.execute(select(_CONVERSATIONS.c.creditor_id).distinct()).scalars()
    return by_id | {name: name for name in (*by_id.values(), *named) if name}
