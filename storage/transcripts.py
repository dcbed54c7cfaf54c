"""Everything said and done in a conversation, in order: words, notes, and what the turns did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from storage import tables
from storage.batches import AnyRow, Insert

_INCOMING = tables.table("incoming_messages")
_OUTGOING = tables.table("outgoing_messages")
_NOTES = tables.table("notes")
_TURNS = tables.table("turns")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands; lines sort by it, and a page goes on from it.

    What happened at one instant reads by `rank`: heard, done, answered, noted.
    """

    at: datetime
    rank: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the customer wrote. `reading_json` is how it was read, once a turn did."""

    place: Place
    id: int
    at: datetime
    text: str
    channel: str
    said_at: datetime
    state: str
    turn: int | None
    reading_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """What we wrote, the bot or a person, and what became of it."""

    place: Place
    id: int
    at: datetime
    text: str
    channel: str
    author: str
    kind: str
    status: str
    reason: str
    due_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    turn: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What a turn did beside words; `body_json` is the audit's, empty once erased."""

    place: Place
    number: int
    at: datetime
    event: str
    dialogue: str
    body_json: str
    policy_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A private note."""

    place: Place
    id: int
    at: datetime
    agent_id: str
    text: str


Line = Heard | Wrote | Did | Noted


@dataclass(frozen=True, slots=True)
class _Source:
    """A table that lines come from: which columns make a line, and where it stands."""

    rank: int
    make: Callable[..., Line]
    columns: Sequence[ColumnElement[Any]]
    rows: Table
    at: ColumnElement[datetime]
    number: ColumnElement[int]


def _source(rank: int, make: Callable[..., Line], rows: Table, at: str, number: str) -> _Source:
    names = [field.name for field in fields(make) if field.name not in ("place", "at")]  # type: ignore[arg-type] # The makers are dataclasses.
    columns = [*(rows.c[name] for name in names), rows.c[at].label("at")]
    return _Source(rank, make, columns, rows, rows.c[at], rows.c[number])


_SOURCES = (
    _source(0, Heard, _INCOMING, "received_at", "id"),
    _source(1, Did, _TURNS, "at", "number"),
    _source(2, Wrote, _OUTGOING, "created_at", "id"),
    _source(3, Noted, _NOTES, "at", "id"),
)


def page(
    conn: Connection, conversation_id: str, *, before: Place | None = None, limit: int = 100
) -> tuple[Line, ...]:
    """The last lines of a conversation, or the last ones before a place; oldest first."""
    lines = [
        line
        for source in _SOURCES
        for line in _last_lines(conn, source, conversation_id, before, limit)
    ]
    return tuple(sorted(lines, key=lambda line: line.place)[-limit:])


def _last_lines(
    conn: Connection, source: _Source, conversation_id: str, before: Place | None, limit: int
) -> list[Line]:
    query = select(*source.columns).where(source.rows.c.conversation_id == conversation_id)
    if before is not None:
        query = query.where(_is_before(source, before))
    rows = conn.execute(query.order_by(source.at.desc(), source.number.desc()).limit(limit))
    return [_line(source, row) for row in rows]


def _line(source: _Source, row: AnyRow) -> Line:
    number = row._mapping[source.number.name]
    return source.make(**row._mapping, place=Place(row.at, source.rank, number))


def _is_before(source: _Source, place: Place) -> ColumnElement[bool]:
    if source.rank < place.rank:
        return source.at <= place.at
    if source.rank > place.rank:
        return source.at < place.at
    return or_(source.at < place.at, and_(source.at == place.at, source.number < place.number))


_ADD_NOTES = Insert(_NOTES, ("conversation_id", "agent_id", "at", "text"), returning=("id",))


def add_note(
    conn: Connection, conversation_id: str, agent_id: str, text: str, *, at: datetime
) -> int:
    """Keep a private note; its number."""
    row = {"conversation_id": conversation_id, "agent_id": agent_id, "at": at, "text": text}
    ((number,),) = _ADD_NOTES.run(conn, [row])
    return int(number)
