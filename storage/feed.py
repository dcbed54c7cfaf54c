"""News for open console pages: numbers only rise, so a page can ask for what it missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from storage import tables
from storage.batches import Insert

_FEED = tables.table("feed")
# What a write that adds news wakes.
TOPIC = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something a page may want to show. No customer's words: pages fetch what they may see."""

    at: datetime
    kind: str
    conversation_id: str | None = None
    agent_id: str | None = None
    detail_json: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """News with its number."""

    id: int
    at: datetime
    kind: str
    conversation_id: str | None
    agent_id: str | None
    detail_json: str


_ADD = Insert(_FEED, ("at", "kind", "conversation_id", "agent_id", "detail_json"))


def add_many(conn: Connection, events: Sequence[NewEvent]) -> None:
    """Add news; write with `wake=(feed.TOPIC,)` so that pages fetch it at once."""
    _ADD.run(
        conn,
        [
            {
                "at": event.at,
                "kind": event.kind,
                "conversation_id": event.conversation_id,
                "agent_id": event.agent_id,
                "detail_json": event.detail_json,
            }
            for event in events
        ],
    )


def since(conn: Connection, last_id: int, *, limit: int = 500) -> tuple[Event, ...]:
    """News after a number, oldest first.

    On PostgreSQL a transaction may commit a lower number after a higher one was read: a page asks
    again from a little before its last number and passes over what it has.
    """
    rows = conn.execute(select(_FEED).where(_FEED.c.id > last_id).order_by(_FEED.c.id).limit(limit))
    return tuple(Event(**row._mapping) for row in rows)


def last_id(conn: Connection) -> int:
    """The newest number, 0 when there is no news."""
    found: int | None = conn.execute(select(func.max(_FEED.c.id))).scalar_one()
    return found or 0


def prune(conn: Connection, *, before: datetime) -> int:
    """Remove old news; how much there was."""
    return conn.execute(delete(_FEED).where(_FEED.c.at < before)).rowcount
