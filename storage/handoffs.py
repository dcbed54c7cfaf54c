"""Cases for people: what waits, the next one to take, what was told about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, func, nulls_last, or_, select, update

from storage import conversations, tables
from storage.conversations import Claimed

_HANDOFFS = tables.table("handoffs")
_CONVERSATIONS = tables.table("conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffCase:
    """A case for a person: waiting, claimed or closed."""

    conversation_id: str
    id: str
    account_id: str
    reason: str
    priority: str
    urgency: int
    task: str
    summary: str
    holds_bot: bool
    state: str
    claimed_by: str | None
    opened_at: datetime
    due_at: datetime | None
    claimed_at: datetime | None
    closed_at: datetime | None


_COLUMNS = tuple(_HANDOFFS.c[field.name] for field in fields(HandoffCase))


def of_conversation(conn: Connection, conversation_id: str) -> tuple[HandoffCase, ...]:
    """Every case of a conversation, the newest first."""
    rows = conn.execute(
        select(*_COLUMNS)
        .where(_HANDOFFS.c.conversation_id == conversation_id)
        .order_by(_HANDOFFS.c.opened_at.desc(), _HANDOFFS.c.id.desc())
    )
    return tuple(HandoffCase(**row._mapping) for row in rows)


def set_summary(conn: Connection, conversation_id: str, handoff_id: str, summary: str) -> None:
    """Keep what the bot tells the person who takes the case."""
    conn.execute(
        update(_HANDOFFS)
        .where(_HANDOFFS.c.conversation_id == conversation_id, _HANDOFFS.c.id == handoff_id)
        .values(summary=summary)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """A person who asks for the next case; no languages or creditors mean any."""

    agent_id: str
    open_limit: int
    languages: Sequence[str] = ()
    creditors: Sequence[str] = ()


def take_next(conn: Connection, taker: Taker, *, now: datetime) -> Claimed | None:
    """Give a person the case that most needs one; None when there is none, or he has enough.

    Most urgent first, then the one whose answer is due first, then the oldest. Two who ask at once
    never get the same one.
    """
    if _held(conn, taker.agent_id) >= taker.open_limit:
        return None
    row = _CONVERSATIONS.c
    query = (
        select(row.id)
        .where(
            row.closed_at.is_(None),
            row.wanted_at.is_not(None),
            row.holder.is_(None),
            or_(row.snoozed_until_at.is_(None), row.snoozed_until_at <= now),
        )
        .order_by(row.urgency.desc(), nulls_last(row.answer_due_at), row.wanted_at)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    if taker.languages:
        query = query.where(row.language.in_(taker.languages))
    if taker.creditors:
        query = query.where(row.creditor_id.in_(taker.creditors))
    found = conn.execute(query).scalar_one_or_none()
    if found is None:
        return None
    answer = conversations.claim(conn, found, taker.agent_id, now=now)
    return answer if isinstance(answer, Claimed) else None


def _held(conn: Connection, agent_id: str) -> int:
    row = _CONVERSATIONS.c
    count: int = conn.execute(
        select(func.count()).where(row.holder == agent_id, row.closed_at.is_(None))
    ).scalar_one()
    return count
