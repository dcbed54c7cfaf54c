"""Settings changed while running, and the switches that stop sending within one claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage import tables
from storage.batches import Insert
from storage.outgoing import SENDING_SETTING, STOPPED

_SETTINGS = tables.table("settings")
_RUNNING = "true"


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


def put(conn: Connection, setting: Setting) -> None:
    """Give a setting its value."""
    row = {
        "key": setting.key,
        "value_json": setting.value_json,
        "changed_by": setting.changed_by,
        "reason": setting.reason,
        "changed_at": setting.changed_at,
    }
    _PUT.run(conn, [row])


def find(conn: Connection, key: str) -> Setting | None:
    """A setting, or None when nobody gave it a value."""
    row = conn.execute(select(_SETTINGS).where(_SETTINGS.c.key == key)).one_or_none()
    return Setting(**row._mapping) if row else None


def all_of(conn: Connection) -> dict[str, Setting]:
    """Every setting, by key."""
    rows = conn.execute(select(_SETTINGS).order_by(_SETTINGS.c.key))
    return {row.key: Setting(**row._mapping) for row in rows}


def switch_sending(
    conn: Connection,
    *,
    is_on: bool,
    changed_by: str,
    reason: str,
    at: datetime,
    channel: str | None = None,
) -> None:
    """Stop or resume sending, on all channels or on one; what is leaving already leaves."""
    put(
        conn,
        Setting(
            key=SENDING_SETTING if channel is None else f"{SENDING_SETTING}:{channel}",
            value_json=_RUNNING if is_on else STOPPED,
            changed_by=changed_by,
            reason=reason,
            changed_at=at,
        ),
    )


def is_sending(conn: Connection, channel: str) -> bool:
    """Whether messages of a channel may leave."""
    keys = (SENDING_SETTING, f"{SENDING_SETTING}:{channel}")
    values = conn.execute(select(_SETTINGS.c.value_json).where(_SETTINGS.c.key.in_(keys)))
    return STOPPED not in set(values.scalars())
