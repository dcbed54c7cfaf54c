"""How many messages a second all senders together may hand to one channel.

One row a channel says until when its budget is used up, by the database's clock; whoever claims
messages locks it. So any number of processes stay within what the provider allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage import tables
from storage.batches import Insert
from storage.columns import database_now, from_microseconds, to_microseconds

_SETTINGS = tables.table("settings")
_SECOND = timedelta(seconds=1)
_COLUMNS = ("key", "value_json", "changed_by", "reason", "changed_at")
_ADD = Insert(_SETTINGS, _COLUMNS, unless=("key",))
_SET = Insert(_SETTINGS, _COLUMNS, unless=("key",), replace=("value_json", "changed_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may leave now: `count` messages; `wait` until the next one when there is none."""

    channel: str
    per_second: float
    count: int
    wait: timedelta
    used_until_at: datetime


def look(conn: Connection, channel: str, *, per_second: float) -> Budget:
    """The budget of a channel, locked until the transaction ends; at most one second's worth."""
    used_until_at = _used_until(conn, channel)
    # Read once the row is locked: an instant from before the wait for it would be too early.
    now = conn.execute(select(database_now())).scalar_one()
    step = _SECOND / per_second
    # A channel of less than one message a second saves up for one.
    start = max(used_until_at, now - max(step, _SECOND))
    count = int((now - start) / step)
    return Budget(
        channel=channel,
        per_second=per_second,
        count=count,
        wait=timedelta(0) if count else start + step - now,
        used_until_at=start,
    )


def spend(conn: Connection, budget: Budget, count: int) -> None:
    """Take `count` messages out of a budget that `look` has locked."""
    if count:
        used_until = budget.used_until_at + count * _SECOND / budget.per_second
        _SET.run(conn, [_row(budget.channel, used_until)])


def _used_until(conn: Connection, channel: str) -> datetime:
    statement = (
        select(_SETTINGS.c.value_json).where(_SETTINGS.c.key == _key(channel)).with_for_update()
    )
    value = conn.execute(statement).scalar_one_or_none()
    if value is None:
        _ADD.run(conn, [_row(channel, from_microseconds(0))])
        value = conn.execute(statement).scalar_one()
    return from_microseconds(int(value))


def _key(channel: str) -> str:
    return f"budget:{channel}"


def _row(channel: str, used_until: datetime) -> dict[str, object]:
    return {
        "key": _key(channel),
        "value_json": str(to_microseconds(used_until)),
        "changed_by": "sender",
        "reason": "",
        "changed_at": used_until,
    }
