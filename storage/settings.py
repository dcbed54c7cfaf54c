"""Settings changed while running; the orders that stop sending are those of storage/stops.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage import audit, tables
from storage.batches import Insert

_SETTINGS = tables.table("settings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting, who gave it its value, and why."""

    key: str
    value_json: str
    changed_by: str
    reason: str
    changed_at: datetime


_PUT = Insert(
    _SETTINGS,
    ("key", "value_json", "changed_by", "reason", "changed_at"),
    unless=("key",),
    replace=("value_json", "changed_by", "reason", "changed_at"),
)


def put(conn: Connection, setting: Setting, *, kind: audit.Kind = audit.Kind.SETTING) -> None:
    """Give a setting its value; the change is noted in the audit."""
    row = {
        "key": setting.key,
        "value_json": setting.value_json,
        "changed_by": setting.changed_by,
        "reason": setting.reason,
        "changed_at": setting.changed_at,
    }
    _PUT.run(conn, [row])
    entry = audit.Entry(
        at=setting.changed_at,
        kind=kind,
        actor=setting.changed_by,
        reason=setting.reason,
        detail_json=audit.detail(key=setting.key, value=setting.value_json),
    )
    audit.append(conn, entry)


def find(conn: Connection, key: str) -> Setting | None:
    """A setting, or None when nobody gave it a value."""
    row = conn.execute(select(_SETTINGS).where(_SETTINGS.c.key == key)).one_or_none()
    return Setting(**row._mapping) if row else None


def all_of(conn: Connection) -> dict[str, Setting]:
    """Every setting, by key."""
    rows = conn.execute(select(_SETTINGS).order_by(_SETTINGS.c.key))
    return {row.key: Setting(**row._mapping) for row in rows}
