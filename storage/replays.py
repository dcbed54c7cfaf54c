"""Stored turns to be taken again: page by page, whole conversations or since a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from storage import tables
from storage.database import Database
from storage.turns import StoredTurn, columns

_TURNS = tables.table("turns")
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which turns: of one conversation, since an instant; all of them where neither is named."""

    conversation_id: str | None = None
    since_at: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on the table of turns."""
        found: list[ColumnElement[bool]] = []
        if self.conversation_id is not None:
            found.append(_TURNS.c.conversation_id == self.conversation_id)
        if self.since_at is not None:
            found.append(_TURNS.c.at >= self.since_at)
        return found


async def count(database: Database, wanted: Wanted) -> int:
    """How many turns there are."""
    query = select(func.count()).select_from(_TURNS).where(*wanted.conditions())
    found: int = await database.read(lambda conn: conn.execute(query).scalar_one())
    return found


async def turns(database: Database, wanted: Wanted) -> AsyncIterator[StoredTurn]:
    """The turns, conversation by conversation, in their order; one page in memory at a time."""
    last: StoredTurn | None = None
    while page := await database.read(partial(_page, wanted=wanted, last=last)):
        for turn in page:
            yield turn
        last = page[-1]


def _page(conn: Connection, wanted: Wanted, last: StoredTurn | None) -> list[StoredTurn]:
    query = select(*columns()).where(*wanted.conditions())
    query = query.order_by(_TURNS.c.conversation_id, _TURNS.c.number).limit(_PAGE)
    if last is not None:
        same = _TURNS.c.conversation_id == last.conversation_id
        later = _TURNS.c.conversation_id > last.conversation_id
        query = query.where(or_(later, and_(same, _TURNS.c.number > last.number)))
    return [StoredTurn(**row._mapping) for row in conn.execute(query)]
