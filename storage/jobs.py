"""Work that falls due: a conversation's appointments, timeouts, housekeeping.

A conversation's jobs are handled with its messages, under the conversation's lock. Jobs without
one are leased: a worker that dies gives them back when the lease ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update

from storage import tables
from storage.batches import AnyRow, Insert, padded
from storage.columns import Instant, after_now, database_now, microseconds, word

_JOBS = tables.table("jobs")

_WAITING = word("waiting")
_DONE = word("done")
_CANCELLED = word("cancelled")
_DEAD = word("dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Work to do at `due_at`. A `key` names one piece of work: it is done once, ever."""

    kind: str
    due_at: datetime
    created_at: datetime
    key: str | None = None
    conversation_id: str | None = None
    payload_json: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work in hand or waiting."""

    id: int
    kind: str
    key: str | None
    conversation_id: str | None
    due_at: datetime
    payload_json: str
    attempts: int
    error: str


_NEW = tuple(field.name for field in fields(NewJob))
_COLUMNS = tuple(_JOBS.c[field.name] for field in fields(Job))
_ADD = Insert(_JOBS, _NEW)
_MOVED = ("due_at", "payload_json", "status", "attempts", "error")
_ADD_ONCE = Insert(
    _JOBS,
    (*_NEW, "status", "attempts", "error"),
    unless=("key",),
    unless_where=_JOBS.c.key.is_not(None),
    replace=_MOVED,
    only_if=or_(_JOBS.c.status == _WAITING, _JOBS.c.status == _CANCELLED),
)
_SET = Insert(
    _JOBS,
    (*_NEW, "status", "attempts", "error"),
    unless=("key",),
    unless_where=_JOBS.c.key.is_not(None),
    replace=_MOVED,
)


def add_many(conn: Connection, jobs: Sequence[NewJob]) -> None:
    """Add the jobs. One whose key waits already is moved to the new day; one whose key is done
    or dead is left out.
    """
    _ADD.run(conn, [_row(job) for job in jobs if job.key is None])
    _ADD_ONCE.run(conn, [_fresh(job) for job in jobs if job.key is not None])


def set_many(conn: Connection, jobs: Sequence[NewJob]) -> None:
    """Make these keys wait, whatever became of them before: the caller knows they are wanted."""
    _SET.run(conn, [_fresh(job) for job in jobs])


def _row(job: NewJob) -> dict[str, object]:
    return {name: getattr(job, name) for name in _NEW}


def _fresh(job: NewJob) -> Mapping[str, object]:
    return _row(job) | {"status": "waiting", "attempts": 0, "error": ""}


_CANCEL = (
    update(_JOBS)
    .where(_JOBS.c.key.in_(bindparam("keys", expanding=True)), _JOBS.c.status == _WAITING)
    .values(status=_CANCELLED)
)


def cancel_many(conn: Connection, keys: Sequence[str]) -> int:
    """Cancel waiting jobs by key; how many there were."""
    return conn.execute(_CANCEL, {"keys": padded(keys)}).rowcount if keys else 0


_DUE_OF = (
    select(*_COLUMNS)
    .where(
        _JOBS.c.conversation_id.in_(bindparam("ids", expanding=True)),
        _JOBS.c.conversation_id.is_not(None),
        _JOBS.c.status == _WAITING,
        _JOBS.c.due_at <= bindparam("now", type_=Instant()),
    )
    .order_by(_JOBS.c.due_at, _JOBS.c.id)
)


def due_of(
    conn: Connection, conversation_ids: Sequence[str], *, now: datetime
) -> dict[str, tuple[Job, ...]]:
    """The due jobs of conversations that the caller holds, earliest first."""
    found: dict[str, list[Job]] = defaultdict(list)
    if conversation_ids:
        for row in conn.execute(_DUE_OF, {"ids": padded(conversation_ids), "now": now}):
            found[row.conversation_id].append(_job(row))
    return {conversation_id: tuple(jobs) for conversation_id, jobs in found.items()}


_IS_FREE = and_(
    _JOBS.c.status == _WAITING,
    _JOBS.c.conversation_id.is_(None),
    _JOBS.c.kind.in_(bindparam("kinds", expanding=True)),
    _JOBS.c.due_at <= bindparam("now", type_=Instant()),
    or_(_JOBS.c.lease_until_at.is_(None), _JOBS.c.lease_until_at < database_now()),
)
_CLAIM = (
    update(_JOBS)
    .where(
        _JOBS.c.id.in_(
            select(_JOBS.c.id)
            .where(_IS_FREE)
            .order_by(_JOBS.c.due_at, _JOBS.c.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(
        attempts=_JOBS.c.attempts + 1,
        lease_owner=bindparam("owner"),
        lease_until_at=after_now(bindparam("lease")),
    )
    .returning(*_COLUMNS)
)
_BURY = (
    update(_JOBS)
    .where(_IS_FREE, _JOBS.c.attempts >= bindparam("tries"))
    .values(status=_DEAD, error=case((_JOBS.c.error == "", "lease_expired"), else_=_JOBS.c.error))
)


def claim(
    conn: Connection,
    kinds: Sequence[str],
    *,
    now: datetime,
    limit: int,
    lease: timedelta,
    owner: str,
    tries: int,
) -> tuple[Job, ...]:
    """Lease up to `limit` due jobs without a conversation, earliest first.

    One that was leased `tries` times and never finished becomes a dead letter instead.
    """
    due = {"kinds": list(kinds), "now": now}
    conn.execute(_BURY, due | {"tries": tries})
    rows = conn.execute(
        _CLAIM, due | {"limit": limit, "owner": owner, "lease": microseconds(lease)}
    )
    return tuple(sorted((_job(row) for row in rows), key=lambda job: (job.due_at, job.id)))


# A turn takes the appointment it did off the agenda, which cancels the job before it is finished.
_FINISH = (
    update(_JOBS)
    .where(
        _JOBS.c.id.in_(bindparam("ids", expanding=True)),
        or_(_JOBS.c.status == _WAITING, _JOBS.c.status == _CANCELLED),
    )
    .values(
        status=_DONE,
        done_at=bindparam("at", type_=Instant()),
        lease_owner=None,
        lease_until_at=None,
    )
)


def finish_many(conn: Connection, job_ids: Sequence[int], *, at: datetime) -> int:
    """Mark jobs done, in the transaction of their effect; how many were not done before."""
    return conn.execute(_FINISH, {"ids": padded(job_ids), "at": at}).rowcount if job_ids else 0


# A lease counted the attempt already; a conversation's job counts it when it is put off.
_TRIED = _JOBS.c.attempts + case((_JOBS.c.lease_owner.is_(None), 1), else_=0)
_PUT_OFF = (
    update(_JOBS)
    .where(_JOBS.c.id.in_(bindparam("ids", expanding=True)), _JOBS.c.status == _WAITING)
    .values(
        attempts=_TRIED,
        error=bindparam("new_error"),
        due_at=bindparam("retry_at", type_=Instant()),
        status=case((bindparam("tries") <= _TRIED, _DEAD), else_=_WAITING),
        lease_owner=None,
        lease_until_at=None,
    )
)


def put_off(
    conn: Connection, job_ids: Sequence[int], *, error: str, retry_at: datetime, tries: int
) -> None:
    """After a failure: due again at `retry_at`, or a dead letter after `tries` tries."""
    if job_ids:
        values = {"ids": padded(job_ids), "new_error": error, "retry_at": retry_at}
        conn.execute(_PUT_OFF, values | {"tries": tries})


def dead_letters(conn: Connection, *, limit: int = 100) -> tuple[Job, ...]:
    """Jobs that ran out of tries, newest first."""
    rows = conn.execute(
        select(*_COLUMNS).where(_JOBS.c.status == _DEAD).order_by(_JOBS.c.id.desc()).limit(limit)
    )
    return tuple(_job(row) for row in rows)


def replay(conn: Connection, job_id: int, *, now: datetime) -> bool:
    """Let a dead job run again; false if it is not dead."""
    changed = conn.execute(
        update(_JOBS)
        .where(_JOBS.c.id == job_id, _JOBS.c.status == _DEAD)
        .values(status=_WAITING, attempts=0, error="", due_at=now)
    )
    return changed.rowcount == 1


def _job(row: AnyRow) -> Job:
    return Job(**row._mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What is due and not done."""

    due: int
    dead: int
    oldest_due_at: datetime | None


def backlog(conn: Connection, *, now: datetime) -> Backlog:
    """The jobs in figures, for metrics."""
    due, oldest = conn.execute(
        select(func.count(), func.min(_JOBS.c.due_at)).where(
            _JOBS.c.status == _WAITING, _JOBS.c.due_at <= now
        )
    ).one()
    dead = conn.execute(
        select(func.count()).select_from(_JOBS).where(_JOBS.c.status == _DEAD)
    ).scalar_one()
    return Backlog(due=due, dead=dead, oldest_due_at=oldest)
