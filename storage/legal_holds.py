"""Legal holds: while one is open, nothing of that person is erased, by nobody and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from storage import audit, conversations, tables
from storage.errors import StorageError

_HOLDS = tables.table("legal_holds")
_CONVERSATIONS = tables.table("conversations")


class UnderLegalHold(StorageError):
    """The person is under a legal hold, so nothing of him may be erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """A hold on a person; `account_id` names the account it was asked for, if it was."""

    id: int
    person_id: str
    account_id: str
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None


_COLUMNS = tuple(_HOLDS.c[field.name] for field in fields(LegalHold))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """A hold to place: on whom, why, by whom."""

    person_id: str
    reason: str
    placed_by: str
    placed_at: datetime
    account_id: str = ""


def place(conn: Connection, new: NewHold) -> int:
    """Place a hold; its number. An erasure that runs at this moment is waited for."""
    _lock(conn, new.person_id)
    values = {field.name: getattr(new, field.name) for field in fields(NewHold)}
    number: int = conn.execute(
        insert(_HOLDS).values(**values, lifted_by="").returning(_HOLDS.c.id)
    ).scalar_one()
    entry = audit.Entry(
        at=new.placed_at,
        kind=audit.Kind.LEGAL_HOLD,
        actor=new.placed_by,
        person_id=new.person_id,
        account_id=new.account_id or None,
        reason=new.reason,
        detail_json=audit.detail(hold=number),
    )
    audit.append(conn, entry)
    return number


def lift(conn: Connection, number: int, *, by: str, reason: str, at: datetime) -> bool:
    """Lift a hold; false when there is no such open one."""
    found = conn.execute(
        update(_HOLDS)
        .where(_HOLDS.c.id == number, _HOLDS.c.lifted_at.is_(None))
        .values(lifted_at=at, lifted_by=by)
        .returning(_HOLDS.c.person_id, _HOLDS.c.account_id)
    ).one_or_none()
    if found is None:
        return False
    entry = audit.Entry(
        at=at,
        kind=audit.Kind.LEGAL_HOLD_LIFTED,
        actor=by,
        person_id=found.person_id,
        account_id=found.account_id or None,
        reason=reason,
        detail_json=audit.detail(hold=number),
    )
    audit.append(conn, entry)
    return True


def all_of(conn: Connection, *, person_id: str | None = None) -> tuple[LegalHold, ...]:
    """Every hold, the lifted ones too, newest first: of a person, or of all."""
    query = select(*_COLUMNS).order_by(_HOLDS.c.id.desc())
    if person_id is not None:
        query = query.where(_HOLDS.c.person_id == person_id)
    return tuple(LegalHold(**row._mapping) for row in conn.execute(query))


def is_held(person_id: ColumnElement[str | None] | ColumnElement[str]) -> ColumnElement[bool]:
    """SQL: whether the person of a row is under a hold."""
    return exists().where(_HOLDS.c.person_id == person_id, _HOLDS.c.lifted_at.is_(None))


def any_open(conn: Connection) -> bool:
    """Whether anybody is under a hold."""
    return bool(conn.execute(select(exists().where(_HOLDS.c.lifted_at.is_(None)))).scalar_one())


def refuse_if_held(conn: Connection, person_ids: Sequence[str]) -> None:
    """Lock what these persons said and raise UnderLegalHold when one of them is under a hold."""
    for person_id in person_ids:
        _lock(conn, person_id)
        found = [hold for hold in all_of(conn, person_id=person_id) if hold.lifted_at is None]
        if found:
            numbers = ", ".join(str(hold.id) for hold in found)
            raise UnderLegalHold(
                f"{person_id} is under legal hold {numbers} ({found[0].reason}): nothing of him "
                "may be erased until it is lifted"
            )


def _lock(conn: Connection, person_id: str) -> None:
    talks = select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.person_id == person_id)
    conversations.lock_many(conn, list(conn.execute(talks).scalars()))
