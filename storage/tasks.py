"""Duties as rows: what is owed by when, who took it, who did it and what he found.

The rows follow the conversations: a turn opens and closes them, and its records are the truth. A
person's taking is the only thing kept here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from flows.duties import Duty
from storage import tables
from storage.batches import AnyRow, Insert, Update
from storage.columns import word

_TASKS = tables.table("tasks")
_CONVERSATIONS = tables.table("conversations")
OPEN, DONE = "open", "done"
_IS_OPEN = _TASKS.c.state == word(OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one turn changed of a conversation's duties; who did it, if a person did."""

    conversation_id: str
    at: datetime
    opened: tuple[Duty, ...] = ()
    closed: tuple[str, ...] = ()
    by: str = ""
    note: str = ""
    finding: str = ""


def changed(before: Sequence[Duty], after: Sequence[Duty]) -> tuple[tuple[Duty, ...], list[str]]:
    """The duties that are new or due at another time, and the ids of those that stand no more."""
    old = {duty.id: duty for duty in before}
    new = {duty.id: duty for duty in after}
    opened = tuple(duty for key, duty in new.items() if old.get(key) != duty)
    return opened, [key for key in old if key not in new]


_FROM_RECORDS = ("kind", "desk", "account_id", "opened_at", "due_at", "state")
_REOPENED = ("done_at", "done_by")
_OPEN_ROWS = Insert(
    _TASKS,
    ("conversation_id", "id", *_FROM_RECORDS, *_REOPENED),
    unless=("conversation_id", "id"),
    replace=(*_FROM_RECORDS, *_REOPENED),
)
_CLOSE_ROWS = Update(
    _TASKS,
    ("conversation_id", "id"),
    ("done_at", "done_by", "note", "finding"),
    fixed={"state": DONE},
    only_if=_IS_OPEN,
)


def write_many(conn: Connection, changes: Sequence[Change]) -> None:
    """Bring the rows to where the records are."""
    _OPEN_ROWS.run(conn, [_row(c.conversation_id, duty) for c in changes for duty in c.opened])
    _CLOSE_ROWS.run(
        conn,
        [
            {
                "conversation_id": change.conversation_id,
                "id": task_id,
                "done_at": change.at,
                "done_by": change.by,
                "note": change.note,
                "finding": change.finding,
            }
            for change in changes
            for task_id in change.closed
        ],
    )


def _row(conversation_id: str, duty: Duty) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "id": duty.id,
        "kind": duty.kind.value,
        "desk": duty.desk.value,
        "account_id": duty.account_id or "",
        "opened_at": duty.opened_at,
        "due_at": duty.due_at,
        "state": OPEN,
        "done_at": None,
        "done_by": "",
    }


def open_of(conn: Connection, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the open tasks of these conversations."""
    found: dict[str, list[str]] = {}
    query = select(_TASKS.c.conversation_id, _TASKS.c.id).where(
        _TASKS.c.conversation_id.in_(conversation_ids), _IS_OPEN
    )
    for row in conn.execute(query):
        found.setdefault(row.conversation_id, []).append(row.id)
    return found


# --- Lists --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One duty in a list, with the customer it is owed to."""

    conversation_id: str
    id: str
    kind: str
    desk: str
    account_id: str
    opened_at: datetime
    due_at: datetime
    state: str
    owner: str | None
    taken_at: datetime | None
    done_at: datetime | None
    done_by: str
    note: str
    finding: str
    name: str
    channel: str
    address: str
    holder: str | None
    care: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which tasks a list shows; None asks for nothing. `owner` empty: those nobody took."""

    kind: str | None = None
    desk: str | None = None
    owner: str | None = None
    is_overdue: bool = False
    is_done: bool = False
    conversation_id: str | None = None


_OF_CONVERSATION = ("name", "channel", "address", "holder", "care")
_COLUMNS = tuple(
    (_CONVERSATIONS if field.name in _OF_CONVERSATION else _TASKS).c[field.name]
    for field in fields(Task)
)
_SELECT = select(*_COLUMNS).join_from(
    _TASKS, _CONVERSATIONS, _CONVERSATIONS.c.id == _TASKS.c.conversation_id
)


def page(
    conn: Connection, wanted: Filter, *, now: datetime, offset: int = 0, limit: int = 50
) -> tuple[Task, ...]:
    """Some tasks, the first due first; of those that were done, the newest first."""
    query = _SELECT.where(*_rules(wanted, now))
    order = (
        (_TASKS.c.done_at.desc(), _TASKS.c.id)
        if wanted.is_done
        else (_TASKS.c.due_at, _TASKS.c.conversation_id, _TASKS.c.id)
    )
    rows = conn.execute(query.order_by(*order).offset(offset).limit(limit))
    return tuple(_task(row) for row in rows)


def find(conn: Connection, conversation_id: str, task_id: str) -> Task | None:
    """One task, open or done."""
    query = _SELECT.where(_TASKS.c.conversation_id == conversation_id, _TASKS.c.id == task_id)
    row = conn.execute(query).one_or_none()
    return _task(row) if row else None


def _task(row: AnyRow) -> Task:
    return Task(**row._mapping)


def _rules(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    row = _TASKS.c
    rules: list[ColumnElement[bool]] = [row.state == word(DONE) if wanted.is_done else _IS_OPEN]
    if wanted.kind is not None:
        rules.append(row.kind == wanted.kind)
    if wanted.desk is not None:
        rules.append(row.desk == wanted.desk)
    if wanted.owner is not None:
        rules.append(row.owner == wanted.owner if wanted.owner else row.owner.is_(None))
    if wanted.is_overdue:
        rules.append(row.due_at < now)
    if wanted.conversation_id is not None:
        rules.append(row.conversation_id == wanted.conversation_id)
    return rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The open tasks in figures: all, overdue, taken by one person, and by kind."""

    total: int
    overdue: int
    mine: int
    by_kind: dict[str, int]


def counts(conn: Connection, *, now: datetime, owner: str = "") -> Counts:
    """How many tasks are open, from one query."""
    query = (
        select(
            _TASKS.c.kind,
            func.count().label("total"),
            func.coalesce(func.sum(case((_TASKS.c.due_at < now, 1), else_=0)), 0).label("overdue"),
            func.coalesce(func.sum(case((_TASKS.c.owner == owner, 1), else_=0)), 0).label("mine"),
        )
        .where(_IS_OPEN)
        .group_by(_TASKS.c.kind)
    )
    rows = conn.execute(query).all()
    return Counts(
        total=sum(row.total for row in rows),
        overdue=sum(row.overdue for row in rows),
        mine=sum(row.mine for row in rows),
        by_kind={row.kind: row.total for row in sorted(rows, key=lambda row: row.kind)},
    )


# --- Who does it --------------------------------------------------------------------------------


def take(
    conn: Connection, conversation_id: str, task_id: str, agent_id: str, *, at: datetime
) -> bool:
    """Give an open task to a person unless another has it; of two who ask, one gets it."""
    changed_rows = conn.execute(
        update(_TASKS)
        .where(
            and_(_TASKS.c.conversation_id == conversation_id, _TASKS.c.id == task_id, _IS_OPEN),
            or_(_TASKS.c.owner.is_(None), _TASKS.c.owner == agent_id),
        )
        .values(owner=agent_id, taken_at=at)
    )
    return changed_rows.rowcount == 1


def put_back(conn: Connection, conversation_id: str, task_id: str, agent_id: str) -> bool:
    """Leave an open task that this person has to the others."""
    changed_rows = conn.execute(
        update(_TASKS)
        .where(
            _TASKS.c.conversation_id == conversation_id,
            _TASKS.c.id == task_id,
            _TASKS.c.owner == agent_id,
            _IS_OPEN,
        )
        .values(owner=None, taken_at=None)
    )
    return changed_rows.rowcount == 1
