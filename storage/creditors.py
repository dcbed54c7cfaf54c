"""Whose bills these are, and the settings each creditor has for his customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage import tables
from storage.batches import Insert

_CREDITORS = tables.table("creditors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """A creditor; `settings_json` names his policy profile, texts and contacts."""

    id: str
    name: str
    created_at: datetime
    settings_json: str = "{}"


_PUT = Insert(
    _CREDITORS,
    ("id", "name", "settings_json", "created_at"),
    unless=("id",),
    replace=("name", "settings_json"),
)


def put(conn: Connection, creditor: Creditor) -> None:
    """Add a creditor, or give him a new name and settings."""
    row = {
        "id": creditor.id,
        "name": creditor.name,
        "settings_json": creditor.settings_json,
        "created_at": creditor.created_at,
    }
    _PUT.run(conn, [row])


def all_of(conn: Connection) -> dict[str, Creditor]:
    """Every creditor, by id."""
    rows = conn.execute(select(_CREDITORS).order_by(_CREDITORS.c.id))
    return {row.id: Creditor(**row._mapping) for row in rows}
