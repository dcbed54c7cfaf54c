"""Who has a conversation open just now, so that two people do not work on it unaware."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage import tables
from storage.batches import Insert

_VIEWERS = tables.table("viewers")
_SEE = Insert(
    _VIEWERS,
    ("conversation_id", "agent_id", "seen_at"),
    unless=("conversation_id", "agent_id"),
    replace=("seen_at",),
)


def see(conn: Connection, conversation_id: str, agent_id: str, *, at: datetime) -> None:
    """Note that a person has it on screen; he has left every other one."""
    elsewhere = _VIEWERS.c.conversation_id != conversation_id
    conn.execute(delete(_VIEWERS).where(_VIEWERS.c.agent_id == agent_id, elsewhere))
    _SEE.run(conn, [{"conversation_id": conversation_id, "agent_id": agent_id, "seen_at": at}])


def viewers(conn: Connection, conversation_id: str, *, since_at: datetime) -> tuple[str, ...]:
    """Who had it on screen since an instant, the latest first."""
    query = (
        select(_VIEWERS.c.agent_id)
        .where(_VIEWERS.c.conversation_id == conversation_id, _VIEWERS.c.seen_at >= since_at)
        .order_by(_VIEWERS.c.seen_at.desc(), _VIEWERS.c.agent_id)
    )
    return tuple(conn.execute(query).scalars())
