"""Keeping each kind of data only as long as its clock says, a batch a transaction.

Three clocks run from the last action in a conversation (words, facts of the audit, identity); the
others from the day a row was written. Nothing of a person under legal hold goes, nor of one whose
plan still runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from flows.records import PlanStatus
from storage import audit, conversations, erasure, legal_holds, tables, turns
from storage.chains import ErasedSet

_TALKS = tables.table("conversations")
_PERSONS = tables.table("persons")
_PLANS = tables.table("plans")
_TURNS = tables.table("turns")
_INCOMING = tables.table("incoming_messages")
_OUTGOING = tables.table("outgoing_messages")
_ROUTES = tables.table("routes")
_JOBS_DUE = tables.table("jobs")
_NOTES = tables.table("notes")
_IMPORTS = tables.table("account_imports")
_CHANGES = tables.table("import_changes")
_FAULTS = tables.table("import_errors")
_EXAMPLES = tables.table("examples")
_FEED = tables.table("feed")
_SESSIONS = tables.table("sessions")
_HOOKS = tables.table("hook_events")
_DELIVERIES = tables.table("hook_deliveries")
_REQUESTS = tables.table("api_requests")

TALKS_A_BATCH = 100
ROWS_A_BATCH = 1_000
_LIVE = (PlanStatus.ACTIVE, PlanStatus.AT_RISK, PlanStatus.FROZEN)
ACTOR = "retention"


class Kind(StrEnum):
    """A kind of data with a clock of its own."""

    FEED = "feed"  # news for open pages and other programs
    SESSIONS = "sessions"  # log-ins that nobody used since
    STRANGERS = "strangers"  # what senders wrote whom nobody knows, with their numbers
    PAYLOADS = "payloads"  # what a gateway sent, as it sent it
    IMPORT_ROWS = "import_rows"  # bad rows of files, and what a file replaced
    EXAMPLES = "examples"  # corrected readings, which quote customers
    WORDS = "words"  # what both sides wrote, notes, quotes in records
    AUDIT_FACTS = "audit_facts"  # facts of turns and acts; that they happened stays
    IDENTITY = "identity"  # names, numbers, addresses, the creditor's file of the account


# These run from the last action in a conversation, by the customer's place.
BY_TALK = (Kind.WORDS, Kind.AUDIT_FACTS, Kind.IDENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Before which instant each kind goes; one that is not named stays.

    `talks` are the instants of the three kinds that run by conversation, by country of the person
    ("" where it is not known).
    """

    rows: Mapping[Kind, datetime]
    talks: Mapping[Kind, Mapping[str, datetime]] = field(default_factory=dict)


def countries(conn: Connection) -> tuple[str, ...]:
    """The places customers live in, as far as known; "" is always among them."""
    found = conn.execute(select(_PERSONS.c.country).distinct()).scalars()
    return tuple(sorted({"", *found}))


def count(conn: Connection, kind: Kind, clocks: Clocks) -> int:
    """How many rows (of the three kinds: conversations) would go now."""
    if kind in BY_TALK:
        query = select(func.count()).select_from(_TALKS).where(_is_over(kind, clocks))
        return int(conn.execute(query).scalar_one())
    before_at = clocks.rows.get(kind)
    return 0 if before_at is None else sum(_rows(conn, job, before_at) for job in _jobs(kind))


def run_batch(conn: Connection, kind: Kind, clocks: Clocks, *, at: datetime) -> int:
    """Let one batch of a kind go; how many, and 0 when nothing is left to do."""
    if kind in BY_TALK:
        return _end_talks(conn, kind, clocks, at)
    before_at = clocks.rows.get(kind)
    if before_at is None:
        return 0
    return next((n for job in _jobs(kind) if (n := job.end(conn, job.is_over(before_at)))), 0)


def note_run(conn: Connection, ended: Mapping[Kind, int], *, at: datetime, by: str) -> None:
    """Write to the audit what a run let go."""
    told = audit.detail(**{kind.value: count for kind, count in ended.items() if count})
    entry = audit.Entry(at=at, kind=audit.Kind.RETENTION, actor=by, detail_json=told)
    audit.append(conn, entry)


# --- By conversation ----------------------------------------------------------------------------


def _is_over(kind: Kind, clocks: Clocks) -> ColumnElement[bool]:
    ends = clocks.talks.get(kind, {})
    place = func.coalesce(
        select(_PERSONS.c.country).where(_PERSONS.c.id == _TALKS.c.person_id).scalar_subquery(), ""
    )
    is_old = or_(
        *(and_(place == country, _TALKS.c.updated_at < end) for country, end in ends.items()),
        false(),
    )
    has_plan = exists().where(
        _PLANS.c.conversation_id == _TALKS.c.id,
        _PLANS.c.status.in_([status.value for status in _LIVE]),
    )
    return and_(is_old, ~has_plan, ~legal_holds.is_held(_TALKS.c.person_id), _HAS[kind])


def _has_rows(rows: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(rows.c.conversation_id == _TALKS.c.id, *conditions)


_HAS: Mapping[Kind, ColumnElement[bool]] = {
    Kind.WORDS: or_(_TALKS.c.state != "", _has_rows(_INCOMING, _INCOMING.c.text != "")),
    Kind.AUDIT_FACTS: _has_rows(_TURNS, _TURNS.c.erased_at.is_(None)),
    Kind.IDENTITY: and_(_TALKS.c.address != "", _TALKS.c.person_id.is_not(None)),
}


def _end_talks(conn: Connection, kind: Kind, clocks: Clocks, at: datetime) -> int:
    query = select(_TALKS.c.id).where(_is_over(kind, clocks)).order_by(_TALKS.c.id)
    found = list(conn.execute(query.limit(TALKS_A_BATCH)).scalars())
    # A hold placed meanwhile, or a word of the customer, is seen once the lock is ours.
    conversations.lock_many(conn, found)
    still = select(_TALKS.c.id).where(_TALKS.c.id.in_(found), _is_over(kind, clocks))
    ids = list(conn.execute(still).scalars())
    if not ids:
        return 0
    erased = _end(conn, kind, ids, at)
    entry = audit.Entry(at=at, kind=audit.Kind.ERASURE, actor=ACTOR, reason="its time is over")
    erasure.note(conn, entry, erased, (kind.value,))
    return len(ids)


def _end(conn: Connection, kind: Kind, ids: Sequence[str], at: datetime) -> ErasedSet:
    if kind is Kind.WORDS:
        erasure.erase_words(conn, ids, at=at)
        return ErasedSet()
    if kind is Kind.AUDIT_FACTS:
        return turns.erase(conn, ids, at=at) + audit.erase(conn, ids, at=at)
    people = select(_TALKS.c.person_id).where(_TALKS.c.id.in_(ids)).distinct()
    erasure.erase_identity(conn, list(conn.execute(people).scalars()), ids, at=at)
    return ErasedSet()


# --- By row -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """Rows of one table that go by age: which, and how."""

    rows: Any
    is_over: Callable[[datetime], ColumnElement[bool]]
    end: Callable[[Connection, ColumnElement[bool]], int]


def _rows(conn: Connection, job: _Job, before_at: datetime) -> int:
    query = select(func.count()).select_from(job.rows).where(job.is_over(before_at))
    return int(conn.execute(query).scalar_one())


def _deleting(rows: Any, *key: str) -> Callable[[Connection, ColumnElement[bool]], int]:
    first = rows.c[key[0]]

    def end(conn: Connection, is_over: ColumnElement[bool]) -> int:
        ids = conn.execute(select(first).where(is_over).distinct().limit(ROWS_A_BATCH)).scalars()
        return conn.execute(delete(rows).where(is_over, first.in_(list(ids)))).rowcount

    return end


def _emptying(rows: Any, column: str) -> Callable[[Connection, ColumnElement[bool]], int]:
    def end(conn: Connection, is_over: ColumnElement[bool]) -> int:
        ids = list(conn.execute(select(rows.c.id).where(is_over).limit(ROWS_A_BATCH)).scalars())
        change = update(rows).where(rows.c.id.in_(ids))
        return conn.execute(change.values({column: ""})).rowcount

    return end


def _payload_is_over(before_at: datetime) -> ColumnElement[bool]:
    person = (
        select(_TALKS.c.person_id).where(_TALKS.c.id == _INCOMING.c.conversation_id)
    ).scalar_subquery()
    return and_(
        _INCOMING.c.received_at < before_at,
        _INCOMING.c.payload_json != "",
        ~legal_holds.is_held(person),
    )


def _of_old_import(rows: Any) -> Callable[[datetime], ColumnElement[bool]]:
    """Rows of a file may name anybody: while one person is under hold, all of them stay."""
    holds = tables.table("legal_holds")

    def is_over(before_at: datetime) -> ColumnElement[bool]:
        old = select(_IMPORTS.c.id).where(_IMPORTS.c.started_at < before_at)
        return and_(rows.c.import_id.in_(old), ~exists().where(holds.c.lifted_at.is_(None)))

    return is_over


def _is_old_stranger(before_at: datetime) -> ColumnElement[bool]:
    return and_(
        _TALKS.c.person_id.is_(None),
        _TALKS.c.state == "",
        _TALKS.c.turn_count == 0,
        _TALKS.c.updated_at < before_at,
        ~_has_rows(_OUTGOING),
        ~_has_rows(_INCOMING, _INCOMING.c.received_at >= before_at),
    )


def _end_strangers(conn: Connection, is_over: ColumnElement[bool]) -> int:
    found = conn.execute(select(_TALKS.c.id).where(is_over).limit(TALKS_A_BATCH)).scalars()
    ids = conversations.lock_many(conn, list(found))
    for rows in (_INCOMING, _ROUTES, _JOBS_DUE, _NOTES):
        conn.execute(delete(rows).where(rows.c.conversation_id.in_(ids)))
    return conn.execute(delete(_TALKS).where(_TALKS.c.id.in_(ids))).rowcount


def _aged(rows: Any, column: str) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda before_at: rows.c[column] < before_at


def _jobs(kind: Kind) -> tuple[_Job, ...]:
    return _JOBS[kind]


_JOBS: Mapping[Kind, tuple[_Job, ...]] = {
    Kind.FEED: (
        _Job(rows=_FEED, is_over=_aged(_FEED, "at"), end=_deleting(_FEED, "id")),
        _Job(
            rows=_DELIVERIES,
            is_over=_aged(_DELIVERIES, "created_at"),
            end=_deleting(_DELIVERIES, "id"),
        ),
        _Job(rows=_HOOKS, is_over=_aged(_HOOKS, "at"), end=_deleting(_HOOKS, "id")),
        _Job(rows=_REQUESTS, is_over=_aged(_REQUESTS, "at"), end=_deleting(_REQUESTS, "key")),
    ),
    Kind.SESSIONS: (
        _Job(
            rows=_SESSIONS,
            is_over=_aged(_SESSIONS, "seen_at"),
            end=_deleting(_SESSIONS, "token_hash"),
        ),
    ),
    Kind.PAYLOADS: (
        _Job(rows=_INCOMING, is_over=_payload_is_over, end=_emptying(_INCOMING, "payload_json")),
    ),
    Kind.IMPORT_ROWS: (
        _Job(rows=_FAULTS, is_over=_of_old_import(_FAULTS), end=_deleting(_FAULTS, "id")),
        _Job(
            rows=_CHANGES, is_over=_of_old_import(_CHANGES), end=_deleting(_CHANGES, "account_id")
        ),
    ),
    Kind.STRANGERS: (_Job(rows=_TALKS, is_over=_is_old_stranger, end=_end_strangers),),
    Kind.EXAMPLES: (
        _Job(rows=_EXAMPLES, is_over=_aged(_EXAMPLES, "at"), end=_deleting(_EXAMPLES, "id")),
    ),
}
