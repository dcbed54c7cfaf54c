"""Records by when they last changed, a page at a time: what other programs read to keep up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_

from storage import people, tables
from storage.batches import padded
from storage.columns import Instant, from_microseconds, to_microseconds

Place = tuple[int, str, str]
"""Where a page ends: microseconds of the change since 1970, conversation and id."""
_INSTALMENTS = tables.table("instalments")
_CONVERSATIONS = tables.table("conversations")


class Record(StrEnum):
    """A table of records."""

    PROMISES = "promises"
    PLANS = "plans"
    DISPUTES = "disputes"
    CLAIMS = "claims"
    HANDOFFS = "handoffs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records: changed since, of an account, in a state; None asks for nothing."""

    since_at: datetime | None = None
    account_id: str | None = None
    status: str | None = None


def page(
    conn: Connection, record: Record, wanted: Wanted, *, after: Place | None, limit: int
) -> list[Mapping[str, Any]]:
    """The next records behind a place, the earliest change first, by column."""
    rows = tables.table(record.value)
    by = (rows.c.updated_at, rows.c.conversation_id, rows.c.id)
    query = select(rows).order_by(*by).limit(limit)
    if after is not None:
        at = literal(from_microseconds(after[0]), Instant())
        query = query.where(tuple_(*by) > tuple_(at, literal(after[1]), literal(after[2])))
    if wanted.since_at is not None:
        query = query.where(rows.c.updated_at >= wanted.since_at)
    if wanted.account_id is not None:
        query = query.where(rows.c.account_id == wanted.account_id)
    if wanted.status is not None:
        state = rows.c.state if record is Record.HANDOFFS else rows.c.status
        query = query.where(state == wanted.status)
    return [dict(row._mapping) for row in conn.execute(query)]


def place_of(row: Mapping[str, Any]) -> Place:
    """Where the page after this record begins."""
    return to_microseconds(row["updated_at"]), row["conversation_id"], row["id"]


def instalments_of(
    conn: Connection, plans: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """The parts of plans, each named by conversation and id, in order."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    if not plans:
        return found
    ids = sorted({conversation_id for conversation_id, _ in plans})
    query = select(_INSTALMENTS).where(_INSTALMENTS.c.conversation_id.in_(padded(ids)))
    for row in conn.execute(query.order_by(_INSTALMENTS.c.number)):
        found[(row.conversation_id, row.plan_id)].append(dict(row._mapping))
    return found


_TALK = tuple(
    _CONVERSATIONS.c[name]
    for name in (
        *("id", "channel", "address", "name", "language", "holder", "outcome", "person_id"),
        *("opened_at", "last_in_at", "last_out_at", "closed_at", "updated_at"),
    )
)


def talks(
    conn: Connection, *, since_at: datetime | None, after_id: str, limit: int
) -> list[Mapping[str, Any]]:
    """The next conversations by id, of those that changed since an instant."""
    query = select(*_TALK).where(_CONVERSATIONS.c.id > after_id)
    if since_at is not None:
        query = query.where(_CONVERSATIONS.c.updated_at >= since_at)
    return [
        dict(row._mapping) for row in conn.execute(query.order_by(_CONVERSATIONS.c.id).limit(limit))
    ]


def ids_at_address(conn: Connection, channels: Sequence[str], address: str) -> list[str]:
    """Conversations with the persons we know at an address of these channels."""
    at = people.at_address_of_any(conn, channels, address)
    if not at:
        return []
    query = select(_CONVERSATIONS.c.id).where(
        _CONVERSATIONS.c.person_id.in_(padded(sorted({each.person_id for each in at}))),
        _CONVERSATIONS.c.address == address,
    )
    return list(conn.execute(query.order_by(_CONVERSATIONS.c.id)).scalars())


def turns_after(
    conn: Connection, conversation_id: str, number: int, *, limit: int
) -> list[Mapping[str, Any]]:
    """The next turns of a conversation behind a number, without their words."""
    rows = tables.table("turns")
    names = ("number", "at", "event", "dialogue", "policy_version", "code_version", "hash")
    query = select(*(rows.c[name] for name in names)).where(
        rows.c.conversation_id == conversation_id, rows.c.number > number
    )
    return [dict(row._mapping) for row in conn.execute(query.order_by(rows.c.number).limit(limit))]
