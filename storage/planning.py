"""When reminders were planned last, who did it and how many there were."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage import audit, settings
from storage.settings import Setting

_KEY = "reminders.planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """One run over the open bills; `by` as the audit names who acts, `count` may be zero."""

    at: datetime
    by: str
    count: int


def note(conn: Connection, run: Planning) -> None:
    """Remember the run as the newest one, and note it in the audit."""
    setting = Setting(
        key=_KEY,
        value_json=json.dumps({"count": run.count}),
        changed_by=run.by,
        reason="",
        changed_at=run.at,
    )
    settings.put(conn, setting, kind=audit.Kind.PLANNING)


def newest(conn: Connection) -> Planning | None:
    """The newest run, or None where nobody planned yet."""
    found = settings.find(conn, _KEY)
    if found is None:
        return None
    count = int(json.loads(found.value_json)["count"])
    return Planning(at=found.changed_at, by=found.changed_by, count=count)
