"""Erasing a person: what was said, who he is and where he lives; what must be proved stays.

Kept: that messages and turns happened, when, and with what result (the audit's chain still
verifies); amounts of plans and payments; and a stop, so that he is never written to again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import jobs, outgoing, tables, turns

_CONVERSATIONS = tables.table("conversations")
_INCOMING = tables.table("incoming_messages")
_OUTGOING = tables.table("outgoing_messages")
_PERSONS = tables.table("persons")
_ACCOUNTS = tables.table("accounts")
_HANDOFFS = tables.table("handoffs")
_NOTES = tables.table("notes")
_JOBS = tables.table("jobs")
# Records that quote the customer.
_QUOTING = tuple(tables.table(name) for name in ("promises", "plans", "claims", "disputes"))
ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure touched."""

    conversations: int
    turns: int
    accounts: int


def erase_person(conn: Connection, person_id: str, *, at: datetime) -> Erased:
    """Erase a person everywhere; nothing that waited to be sent to him leaves any more.

    His conversations are closed and have no state; a new message from the same address starts
    from nothing. What his creditor's file says of his accounts is erased with him: the creditor's
    own books stay as they are.
    """
    rows = conn.execute(
        select(_CONVERSATIONS.c.id, _CONVERSATIONS.c.channel, _CONVERSATIONS.c.address).where(
            _CONVERSATIONS.c.person_id == person_id
        )
    ).all()
    ids = [row.id for row in rows]
    outgoing.recall(conn, ids, reason=ERASED, at=at)
    _cancel_jobs(conn, ids)
    _erase_words(conn, ids)
    erased_turns = sum(turns.erase(conn, conversation_id, at=at) for conversation_id in ids)
    conn.execute(update(_PERSONS).where(_PERSONS.c.id == person_id).values(name=""))
    conn.execute(
        update(_CONVERSATIONS)
        .where(_CONVERSATIONS.c.id.in_(ids))
        .values(
            version=_CONVERSATIONS.c.version + 1,
            state="",
            name="",
            last_line="",
            closed_at=at,
            outcome=ERASED,
        )
    )
    return Erased(conversations=len(ids), turns=erased_turns, accounts=_erase_accounts(conn, ids))


def _cancel_jobs(conn: Connection, ids: Sequence[str]) -> None:
    keys = conn.execute(
        select(_JOBS.c.key).where(_JOBS.c.conversation_id.in_(ids), _JOBS.c.key.is_not(None))
    )
    jobs.cancel_many(conn, [key for key in keys.scalars() if key])


def _erase_words(conn: Connection, ids: Sequence[str]) -> None:
    for rows, empty in (
        (_INCOMING, {"text": "", "payload_json": "", "reading_json": ""}),
        (_OUTGOING, {"text": "", "says_json": "", "buttons_json": ""}),
        (_HANDOFFS, {"summary": "", "task": ""}),
        *((quoting, {"words": ""}) for quoting in _QUOTING),
    ):
        conn.execute(update(rows).where(rows.c.conversation_id.in_(ids)).values(**empty))
    conn.execute(delete(_NOTES).where(_NOTES.c.conversation_id.in_(ids)))


def _erase_accounts(conn: Connection, ids: Sequence[str]) -> int:
    changed = conn.execute(
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.conversation_id.in_(ids))
        .values(name="", address="", details_json="", status=ERASED)
    )
    return changed.rowcount
