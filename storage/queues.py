"""The console's lists: nine tabs with their counts in one query, and the rows of one of them.

Every open conversation is in one of mine, unassigned, team, waiting or snoozed, so none can hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    nulls_last,
    or_,
    select,
)

from flows.money import Currency, Money
from storage import tables
from storage.batches import AnyRow
from storage.columns import word

_ROWS = tables.table("conversations")
_INCOMING = tables.table("incoming_messages")
_OUTGOING = tables.table("outgoing_messages")
_ACCOUNTS = tables.table("accounts")
_HANDOFFS = tables.table("handoffs")


class Tab(StrEnum):
    """A list of the console."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    WAITING = "waiting"  # the bot has it, the customer is to write
    SNOOZED = "snoozed"
    DUE_TODAY = "due_today"
    DISPUTES = "disputes"
    CARE = "care"
    CLOSED = "closed"


class Order(StrEnum):
    """How a list is sorted."""

    BREACH = "breach"  # over time first, then a person to care for, then the most urgent
    NEWEST = "newest"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks, when; `today` is the viewer's day, for promises that fall due."""

    agent_id: str
    now: datetime
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many conversations a tab holds, and how many of them are over time."""

    total: int
    breached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows of a tab to show; None asks for nothing. `text` is found in every word said."""

    text: str = ""
    channel: str | None = None
    language: str | None = None
    holder: str | None = None
    intent: str | None = None
    reason: str | None = None
    creditor_id: str | None = None
    due_before_on: date | None = None
    least_minor: int | None = None
    is_unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One conversation in a list. `outstanding` is the sum of its bills in their currency.

    `claimed_at`: when somebody took the newest of its open cases over.
    """

    id: str
    version: int
    channel: str
    address: str
    name: str
    language: str
    outstanding: Money | None
    oldest_due_on: date | None
    promised_on: date | None
    has_dispute: bool
    care: str
    urgency: int
    wanted_at: datetime | None
    wanted_for: str
    answer_due_at: datetime | None
    holder: str | None
    snoozed_until_at: datetime | None
    closed_at: datetime | None
    outcome: str
    last_in_at: datetime | None
    last_out_at: datetime | None
    last_line: str
    last_intent: str
    claimed_at: datetime | None
    is_unread: bool


def _tabs(viewer: Viewer) -> dict[Tab, ColumnElement[bool]]:
    row = _ROWS.c
    is_open = row.closed_at.is_(None)
    is_asleep = and_(is_open, row.snoozed_until_at > viewer.now)
    is_awake = and_(
        is_open, or_(row.snoozed_until_at.is_(None), row.snoozed_until_at <= viewer.now)
    )
    is_free = row.holder.is_(None)
    return {
        Tab.MINE: and_(is_awake, row.holder == viewer.agent_id),
        Tab.UNASSIGNED: and_(is_awake, is_free, row.wanted_at.is_not(None)),
        Tab.TEAM: and_(is_awake, row.holder != viewer.agent_id),
        Tab.WAITING: and_(is_awake, is_free, row.wanted_at.is_(None)),
        Tab.SNOOZED: is_asleep,
        Tab.DUE_TODAY: and_(is_open, row.promised_on == viewer.today),
        Tab.DISPUTES: and_(is_open, row.has_dispute),
        Tab.CARE: and_(is_open, row.care != ""),
        Tab.CLOSED: row.closed_at.is_not(None),
    }


def counts(conn: Connection, viewer: Viewer) -> dict[Tab, Count]:
    """How many conversations each tab holds, from one query."""
    is_over = and_(_ROWS.c.closed_at.is_(None), _ROWS.c.answer_due_at < viewer.now)
    columns = []
    for tab, rule in _tabs(viewer).items():
        columns.append(_number_of(rule).label(f"{tab}_total"))
        columns.append(_number_of(and_(rule, is_over)).label(f"{tab}_breached"))
    found = conn.execute(select(*columns)).one()._mapping
    return {
        tab: Count(total=found[f"{tab}_total"], breached=found[f"{tab}_breached"]) for tab in Tab
    }


def _number_of(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((rule, 1), else_=0)), 0)


_IS_UNREAD = and_(
    _ROWS.c.last_in_at.is_not(None),
    or_(_ROWS.c.seen_at.is_(None), _ROWS.c.last_in_at > _ROWS.c.seen_at),
)
_CLAIMED_AT = (
    select(func.max(_HANDOFFS.c.claimed_at))
    .where(_HANDOFFS.c.conversation_id == _ROWS.c.id, _HANDOFFS.c.state == word("claimed"))
    .scalar_subquery()
)
_MONEY = ("outstanding_minor", "currency", "exponent")
_OWN = ("outstanding", "is_unread", "claimed_at")
_PLAIN = tuple(field.name for field in fields(Row) if field.name not in _OWN)
_COLUMNS = (
    *(_ROWS.c[name] for name in (*_PLAIN, *_MONEY)),
    _CLAIMED_AT.label("claimed_at"),
    _IS_UNREAD.label("is_unread"),
)


def page(
    conn: Connection,
    tab: Tab,
    viewer: Viewer,
    *,
    wanted: Filter | None = None,
    order: Order = Order.BREACH,
    offset: int = 0,
    limit: int = 50,
) -> tuple[Row, ...]:
    """Some rows of a tab, in order."""
    rules = [_tabs(viewer)[tab]]
    if wanted is not None:
        rules += _filtered(wanted)
    query = select(*_COLUMNS).where(*rules).order_by(*_ordered(order, viewer))
    return tuple(_row(row) for row in conn.execute(query.offset(offset).limit(limit)))


def find(conn: Connection, conversation_id: str) -> Row | None:
    """One conversation as lists show it."""
    row = conn.execute(select(*_COLUMNS).where(_ROWS.c.id == conversation_id)).one_or_none()
    return _row(row) if row else None


_LEAST_DIGITS = 3


def search(conn: Connection, text: str, *, limit: int = 50) -> tuple[Row, ...]:
    """Conversations by a part of the name, a bill's number, or the last digits of the address."""
    wanted = text.strip()
    if not wanted:
        return ()
    digits = "".join(each for each in wanted if each.isdigit())
    owns_bill = (
        select(_ACCOUNTS.c.id)
        .where(
            _ACCOUNTS.c.conversation_id == _ROWS.c.id,
            _ACCOUNTS.c.reference.iendswith(wanted, autoescape=True),
        )
        .exists()
    )
    rules = [_ROWS.c.name.icontains(wanted, autoescape=True), owns_bill]
    if len(digits) >= _LEAST_DIGITS and not wanted.strip("+-() 0123456789"):
        rules.append(_ROWS.c.address.endswith(digits, autoescape=True))
    if len(wanted) < 2:
        rules = [_ROWS.c.name == wanted]
    query = select(*_COLUMNS).where(or_(*rules))
    order = (_ROWS.c.closed_at.is_not(None), nulls_last(_ROWS.c.last_in_at.desc()), _ROWS.c.id)
    return tuple(_row(row) for row in conn.execute(query.order_by(*order).limit(limit)))


def rows_of(conn: Connection, conversation_ids: Sequence[str]) -> tuple[Row, ...]:
    """These conversations, by id."""
    query = select(*_COLUMNS).where(_ROWS.c.id.in_(conversation_ids)).order_by(_ROWS.c.id)
    return tuple(_row(row) for row in conn.execute(query))


def _row(row: AnyRow) -> Row:
    money = None
    if row.currency:
        money = Money(row.outstanding_minor, Currency(row.currency, row.exponent))
    values = {name: row._mapping[name] for name in _PLAIN}
    return Row(
        **values,
        claimed_at=row.claimed_at,
        outstanding=money,
        is_unread=bool(row.is_unread),
    )


def _ordered(order: Order, viewer: Viewer) -> list[ColumnElement[object]]:
    row = _ROWS.c
    newest = nulls_last(row.last_in_at.desc())
    if order is Order.NEWEST:
        return [newest, row.id]
    if order is Order.AMOUNT:
        return [row.outstanding_minor.desc(), row.id]
    is_over = case((row.answer_due_at < viewer.now, 0), else_=1)
    has_care = case((row.care != "", 0), else_=1)
    return [is_over, has_care, row.urgency.desc(), nulls_last(row.answer_due_at), newest, row.id]


def _filtered(wanted: Filter) -> list[ColumnElement[bool]]:
    row = _ROWS.c
    exact = {
        row.channel: wanted.channel,
        row.language: wanted.language,
        row.holder: wanted.holder,
        row.last_intent: wanted.intent,
        row.wanted_for: wanted.reason,
        row.creditor_id: wanted.creditor_id,
    }
    rules = [column == value for column, value in exact.items() if value is not None]
    if wanted.due_before_on is not None:
        rules.append(row.oldest_due_on < wanted.due_before_on)
    if wanted.least_minor is not None:
        rules.append(row.outstanding_minor >= wanted.least_minor)
    if wanted.is_unread:
        rules.append(_IS_UNREAD)
    if wanted.text:
        rules.append(_says(wanted.text))
    return rules


def _says(text: str) -> ColumnElement[bool]:
    said = [
        select(messages.c.id)
        .where(
            messages.c.conversation_id == _ROWS.c.id,
            messages.c.text.icontains(text, autoescape=True),
        )
        .exists()
        for messages in (_INCOMING, _OUTGOING)
    ]
    named = [_ROWS.c[name].icontains(text, autoescape=True) for name in ("name", "address")]
    return or_(*named, *said)
