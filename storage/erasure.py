"""Erasing: what was said, who said it and where he lives, all at once or kind by kind.

Kept: that messages and turns happened, when, and with what result (the chains still verify, and a
tombstone in the audit says which links lost their words); amounts of plans and payments; and
stops, as digests of addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import audit, jobs, legal_holds, outgoing, suppression, tables, turns
from storage.batches import padded
from storage.chains import ErasedSet

_CONVERSATIONS = tables.table("conversations")
_INCOMING = tables.table("incoming_messages")
_OUTGOING = tables.table("outgoing_messages")
_PERSONS = tables.table("persons")
_ADDRESSES = tables.table("addresses")
_ACCOUNTS = tables.table("accounts")
_CHANGES = tables.table("import_changes")
_ROUTES = tables.table("routes")
_HANDOFFS = tables.table("handoffs")
_NOTES = tables.table("notes")
_JOBS = tables.table("jobs")
# Records that quote the customer.
_QUOTING = tuple(
    tables.table(name) for name in ("promises", "plans", "claims", "disputes", "complaints")
)
_ANSWERED = tuple(tables.table(name) for name in ("disputes", "complaints"))
_TASKS = tables.table("tasks")
ERASED = "erased"
# What stands where an address stood, before its digest.
GONE = "erased:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure touched."""

    conversations: int
    turns: int
    accounts: int


def erase_person(
    conn: Connection,
    person_id: str,
    *,
    at: datetime,
    by: str = "operator",
    reason: str = "",
    stops: bool = False,
) -> Erased:
    """Erase a person everywhere; nothing that waited to be sent to him leaves any more.

    His conversations are closed and have no state; a new message from the same address starts
    from nothing. What his creditor's file says of his accounts is erased with him: the creditor's
    own books stay as they are. `stops`: he is not to be written to again, also if he never said
    so. Raises UnderLegalHold.
    """
    legal_holds.refuse_if_held(conn, [person_id])
    ids = _talks_of(conn, [person_id])
    erase_words(conn, ids, at=at)
    erased = turns.erase(conn, ids, at=at)
    turn_count = erased.count
    erased += audit.erase(conn, ids, at=at)
    accounts = erase_identity(conn, [person_id], ids, at=at, stops=stops)
    note(conn, _entry(at, by, reason, person_id), erased, ("words", "audit_facts", "identity"))
    return Erased(conversations=len(ids), turns=turn_count, accounts=accounts)


def _entry(at: datetime, by: str, reason: str, person_id: str | None = None) -> audit.Entry:
    kind = audit.Kind.ERASURE
    return audit.Entry(at=at, kind=kind, actor=by, person_id=person_id, reason=reason)


def note(conn: Connection, entry: audit.Entry, erased: ErasedSet, kinds: Sequence[str]) -> None:
    """Write the tombstone of an erasure, last in its transaction."""
    audit.note_erasure(conn, entry, erased, kinds=list(kinds))


def _talks_of(conn: Connection, person_ids: Sequence[str]) -> list[str]:
    query = select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.person_id.in_(person_ids))
    return list(conn.execute(query).scalars())


def erase_words(conn: Connection, ids: Sequence[str], *, at: datetime) -> None:
    """Erase what was said in conversations, and close them: their state quotes it too."""
    if not ids:
        return
    wanted = padded(ids)
    outgoing.recall(conn, ids, reason=ERASED, at=at)
    _cancel_jobs(conn, ids)
    for rows, empty in (
        (_INCOMING, {"text": "", "payload_json": "", "reading_json": ""}),
        (_OUTGOING, {"text": "", "says_json": "", "buttons_json": ""}),
        (_HANDOFFS, {"summary": "", "task": ""}),
        *((quoting, {"words": ""}) for quoting in _QUOTING),
        *((answered, {"answer": ""}) for answered in _ANSWERED),
        (_TASKS, {"note": ""}),
    ):
        conn.execute(update(rows).where(rows.c.conversation_id.in_(wanted)).values(**empty))
    conn.execute(delete(_NOTES).where(_NOTES.c.conversation_id.in_(wanted)))
    closed = {"state": "", "last_line": "", "closed_at": at, "outcome": ERASED}
    version = _CONVERSATIONS.c.version + 1
    change = update(_CONVERSATIONS).where(_CONVERSATIONS.c.id.in_(wanted))
    conn.execute(change.values(version=version, **closed))


def _cancel_jobs(conn: Connection, ids: Sequence[str]) -> None:
    keys = conn.execute(
        select(_JOBS.c.key).where(_JOBS.c.conversation_id.in_(ids), _JOBS.c.key.is_not(None))
    )
    jobs.cancel_many(conn, [key for key in keys.scalars() if key])


def erase_identity(
    conn: Connection,
    person_ids: Sequence[str],
    ids: Sequence[str],
    *,
    at: datetime,
    stops: bool = False,
) -> int:
    """Erase names, addresses and the accounts' files; stops stay as digests. How many accounts."""
    _suppress(conn, person_ids, ids, at=at, stops=stops)
    talks = padded(list(ids))
    conn.execute(delete(_ROUTES).where(_ROUTES.c.conversation_id.in_(talks)))
    for rows in (_INCOMING, _OUTGOING):
        conn.execute(update(rows).where(rows.c.conversation_id.in_(talks)).values(address=""))
    change = update(_CONVERSATIONS).where(_CONVERSATIONS.c.id.in_(talks))
    conn.execute(change.values(version=_CONVERSATIONS.c.version + 1, name="", address=""))
    conn.execute(update(_PERSONS).where(_PERSONS.c.id.in_(list(person_ids))).values(name=""))
    return _erase_accounts(conn, talks)


def _suppress(
    conn: Connection,
    person_ids: Sequence[str],
    ids: Sequence[str],
    *,
    at: datetime,
    stops: bool,
) -> None:
    rows = conn.execute(
        select(
            _ADDRESSES.c.channel,
            _ADDRESSES.c.value,
            _ADDRESSES.c.person_id,
            _ADDRESSES.c.opted_out_at,
        ).where(_ADDRESSES.c.person_id.in_(list(person_ids)))
    ).all()
    stopped = [(row.value, row.channel) for row in rows if row.opted_out_at is not None]
    if stops:
        talks = select(_CONVERSATIONS.c.address).where(_CONVERSATIONS.c.id.in_(padded(list(ids))))
        known = {row.value for row in rows} | set(conn.execute(talks).scalars())
        stopped += [(address, suppression.ALL) for address in sorted(known) if address]
    hashes = suppression.add_many(
        conn, [(value, scope) for value, scope in stopped if not value.startswith(GONE)], at=at
    )
    for number, row in enumerate(rows):
        gone = GONE + hashes.get(row.value, f"{row.person_id}:{number}")
        change = update(_ADDRESSES).where(
            _ADDRESSES.c.channel == row.channel,
            _ADDRESSES.c.value == row.value,
            _ADDRESSES.c.person_id == row.person_id,
        )
        if not row.value.startswith(GONE):
            conn.execute(change.values(value=gone, opted_out_words="", updated_at=at))


def _erase_accounts(conn: Connection, ids: Sequence[str]) -> int:
    changed = conn.execute(
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.conversation_id.in_(ids))
        .values(name="", address="", details_json="", status=ERASED)
        .returning(_ACCOUNTS.c.id)
    )
    accounts = list(changed.scalars())
    if accounts:
        conn.execute(delete(_CHANGES).where(_CHANGES.c.account_id.in_(padded(accounts))))
    return len(accounts)
