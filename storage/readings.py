"""How customers' messages were read, for people who look at the readings again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from storage import tables

_INCOMING = tables.table("incoming_messages")
_CONVERSATIONS = tables.table("conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMessage:
    """A message that a turn has read: its words, its reading as the codec wrote it, whose it is."""

    id: int
    conversation_id: str
    text: str
    received_at: datetime
    reading_json: str
    name: str


_QUERY: Select[tuple[int, str, str, datetime, str, str]] = (
    select(
        _INCOMING.c.id,
        _INCOMING.c.conversation_id,
        _INCOMING.c.text,
        _INCOMING.c.received_at,
        _INCOMING.c.reading_json,
        _CONVERSATIONS.c.name,
    )
    .join(_CONVERSATIONS, _CONVERSATIONS.c.id == _INCOMING.c.conversation_id)
    .where(_INCOMING.c.reading_json != "", _INCOMING.c.text != "")
)


def newest(conn: Connection, *, limit: int) -> tuple[ReadMessage, ...]:
    """The newest messages that were read, newest first."""
    rows = conn.execute(_QUERY.order_by(_INCOMING.c.id.desc()).limit(limit))
    return tuple(ReadMessage(**row._mapping) for row in rows)


def find(conn: Connection, message_id: int) -> ReadMessage | None:
    """One message that was read; None when there is none, or its words were erased."""
    row = conn.execute(_QUERY.where(_INCOMING.c.id == message_id)).one_or_none()
    return ReadMessage(**row._mapping) if row else None
