"""People's corrections of what a reply was read as: proposed, then accepted or rejected."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from storage import tables
from storage.batches import Insert

_EXAMPLES = tables.table("examples")


class State(StrEnum):
    """Whether a correction is used."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a reply means in a person's view, and what it was read as."""

    text: str
    language: str
    intent: str
    agent_id: str
    at: datetime
    read_as: str = ""
    confidence: float = 0.0
    asked: str = ""
    state: State = State.PROPOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A stored correction."""

    id: int
    text: str
    language: str
    intent: str
    read_as: str
    confidence: float
    asked: str
    state: State
    agent_id: str
    at: datetime


_NEW = tuple(field.name for field in fields(Correction))
_PUT = Insert(
    _EXAMPLES,
    _NEW,
    unless=("text", "language"),
    replace=tuple(name for name in _NEW if name not in ("text", "language")),
)


def put(conn: Connection, correction: Correction) -> None:
    """Keep a correction; a newer one of the same words replaces it."""
    _PUT.run(conn, [{name: getattr(correction, name) for name in _NEW}])


def decide(conn: Connection, example_id: int, state: State) -> bool:
    """Accept or reject a correction; false if it is not there."""
    changed = conn.execute(
        update(_EXAMPLES).where(_EXAMPLES.c.id == example_id).values(state=state.value)
    )
    return changed.rowcount == 1


def all_of(
    conn: Connection, state: State | None = None, *, after_id: int = 0, limit: int = 500
) -> tuple[Example, ...]:
    """Corrections by number; those of one state, if one is named."""
    query = select(_EXAMPLES).where(_EXAMPLES.c.id > after_id)
    if state is not None:
        query = query.where(_EXAMPLES.c.state == state.value)
    rows = conn.execute(query.order_by(_EXAMPLES.c.id).limit(limit))
    return tuple(Example(**{**row._mapping, "state": State(row.state)}) for row in rows)


Stamp = tuple[int, int, datetime | None]
_STAMP = select(func.count(), func.sum(_EXAMPLES.c.id), func.max(_EXAMPLES.c.at)).where(
    _EXAMPLES.c.state == State.ACCEPTED.value
)


def stamp(conn: Connection) -> Stamp:
    """What differs once a correction is accepted, replaced or withdrawn: cheap to ask often."""
    count, total, newest_at = conn.execute(_STAMP).one()
    return count, int(total or 0), newest_at
