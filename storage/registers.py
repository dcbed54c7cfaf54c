"""The registers of complaints and disputes: when, what was said, who has it, by when, what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, Select, and_, literal, null, select
from sqlalchemy import Table as SqlTable

from flows.duties import DutyKind
from flows.matter_number import matter_number
from flows.money import Currency, Money
from storage import tables
from storage.batches import AnyRow

_COMPLAINTS = tables.table("complaints")
_DISPUTES = tables.table("disputes")
_CONVERSATIONS = tables.table("conversations")
_TASKS = tables.table("tasks")
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One complaint or dispute; `due_at` and `owner` are those of its answer while it is open.

    `disputed` and `right` are the customer's figures, where he named any.
    """

    conversation_id: str
    id: str
    kind: str
    account_id: str
    opened_at: datetime
    status: str
    words: str
    answer: str
    closed_at: datetime | None
    closed_by: str
    name: str
    channel: str
    address: str
    holder: str | None
    due_at: datetime | None
    owner: str | None
    currency: Currency | None
    disputed: Money | None
    right: Money | None

    @property
    def number(self) -> str:
        """The number the customer was told."""
        return matter_number(self.id)

    @property
    def is_open(self) -> bool:
        """Whether its answer is still owed."""
        return self.status == "open"

    def days(self, now: datetime) -> int:
        """Whole days from its coming to its answer, or to now."""
        return ((self.closed_at or now) - self.opened_at).days


_OWN = tuple(
    field.name
    for field in fields(Entry)
    if field.name
    not in (
        "name",
        "channel",
        "address",
        "holder",
        "due_at",
        "owner",
        "currency",
        "disputed",
        "right",
    )
)
_OF_CONVERSATION = ("name", "channel", "address", "holder", "currency", "exponent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: still open, answered, or all (None); of one kind or all."""

    is_open: bool | None = None
    kind: str | None = None


def complaints(
    conn: Connection, wanted: Wanted, *, offset: int = 0, limit: int = 50
) -> tuple[Entry, ...]:
    """Some complaints: open ones first, then the newest."""
    query = _query(_COMPLAINTS, DutyKind.COMPLAINT_ANSWER, wanted)
    return _page(conn, query, offset, limit)


def disputes(
    conn: Connection, wanted: Wanted, *, offset: int = 0, limit: int = 50
) -> tuple[Entry, ...]:
    """Some disputes, in the same order."""
    query = _query(_DISPUTES, DutyKind.DISPUTE_ANSWER, wanted)
    return _page(conn, query, offset, limit)


def find_complaint(conn: Connection, conversation_id: str, complaint_id: str) -> Entry | None:
    """One complaint."""
    return _find(conn, _COMPLAINTS, DutyKind.COMPLAINT_ANSWER, (conversation_id, complaint_id))


def find_dispute(conn: Connection, conversation_id: str, dispute_id: str) -> Entry | None:
    """One dispute."""
    return _find(conn, _DISPUTES, DutyKind.DISPUTE_ANSWER, (conversation_id, dispute_id))


def talks_of_number(conn: Connection, number: str) -> tuple[str, ...]:
    """The conversations with a matter of this number: complaint, dispute, case or task."""
    found: dict[str, None] = {}
    for name in _NUMBERED:
        rows = tables.table(name).c
        for row in conn.execute(select(rows.conversation_id, rows.id)):
            if matter_number(row.id) == number:
                found[row.conversation_id] = None
    return tuple(found)


_NUMBERED = ("complaints", "disputes", "handoffs", "tasks")


def every(conn: Connection, register: str, wanted: Wanted) -> Iterator[Entry]:
    """The whole register (`complaints` or `disputes`), a few hundred at a time."""
    read = complaints if register == "complaints" else disputes
    offset = 0
    while found := read(conn, wanted, offset=offset, limit=_CHUNK):
        yield from found
        offset += len(found)


def _find(conn: Connection, rows: SqlTable, kind: DutyKind, key: tuple[str, str]) -> Entry | None:
    query = _query(rows, kind, Wanted()).where(
        rows.c.conversation_id == key[0], rows.c.id == key[1]
    )
    row = conn.execute(query).one_or_none()
    return _entry(row) if row else None


def _query(rows: SqlTable, kind: DutyKind, wanted: Wanted) -> Select[tuple[object, ...]]:
    is_answer = and_(
        _TASKS.c.conversation_id == rows.c.conversation_id,
        _TASKS.c.id == literal(f"{kind.value}/") + rows.c.id,
    )
    amounts = [
        rows.c[name] if name in rows.c else null().label(name)
        for name in ("disputed_minor", "right_minor")
    ]
    columns = [
        *(rows.c[name] for name in _OWN),
        *(_CONVERSATIONS.c[name] for name in _OF_CONVERSATION),
        _TASKS.c.due_at,
        _TASKS.c.owner,
        *amounts,
    ]
    query: Select[tuple[object, ...]] = select(*columns).select_from(
        rows.join(_CONVERSATIONS, _CONVERSATIONS.c.id == rows.c.conversation_id).outerjoin(
            _TASKS, is_answer
        )
    )
    if wanted.is_open is not None:
        query = query.where((rows.c.status == "open") == wanted.is_open)
    if wanted.kind is not None:
        query = query.where(rows.c.kind == wanted.kind)
    is_closed = rows.c.closed_at.is_not(None)
    return query.order_by(is_closed, rows.c.opened_at.desc(), rows.c.id)


def _page(
    conn: Connection, query: Select[tuple[object, ...]], offset: int, limit: int
) -> tuple[Entry, ...]:
    return tuple(_entry(row) for row in conn.execute(query.offset(offset).limit(limit)))


def _entry(row: AnyRow) -> Entry:
    values = {name: row._mapping[name] for name in (*_OWN, *_OF_CONVERSATION[:4])}
    currency = Currency(row.currency, row.exponent) if row.currency else None
    return Entry(
        **values,
        due_at=row.due_at,
        owner=row.owner,
        currency=currency,
        disputed=_money(row.disputed_minor, currency),
        right=_money(row.right_minor, currency),
    )


def _money(minor: int | None, currency: Currency | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)
