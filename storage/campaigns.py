"""Campaigns: what each sent, who stopped it or complained, and whether it may go on.

A campaign is the label that an import gave its accounts, or the import itself; what has neither
belongs to the one without a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from flows.policy.monitoring import Alarms, Figures, Level
from storage import tables
from storage.batches import AnyRow, Insert
from storage.columns import word

_CAMPAIGNS = tables.table("campaigns")
_SIGNALS = tables.table("signals")
_OUTGOING = tables.table("outgoing_messages")
_ACCOUNTS = tables.table("accounts")
OPT_OUT, COMPLAINT = "opt_out", "complaint"
_REMINDER = word("reminder")
_QUEUED = word("queued")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Somebody stopped the messages, or complained; of which campaign."""

    at: datetime
    kind: str
    campaign: str
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A campaign's level, why, and what it is measured by; `counted_from_at` is the last resume."""

    campaign: str
    level: Level
    rule: str
    opt_out_alarm: float
    complaint_alarm: float
    changed_at: datetime
    changed_by: str = ""
    note: str = ""
    counted_from_at: datetime | None = None

    @property
    def alarms(self) -> Alarms:
        """The shares it is judged by."""
        return Alarms(opt_outs=self.opt_out_alarm, complaints=self.complaint_alarm)


_ADD_SIGNALS = Insert(_SIGNALS, tuple(field.name for field in fields(Signal)))
_STANDING = tuple(field.name for field in fields(Standing))
_PUT = Insert(_CAMPAIGNS, _STANDING, unless=("campaign",), replace=_STANDING[1:])


def add_signals(conn: Connection, signals: Sequence[Signal]) -> None:
    """Keep what came back."""
    _ADD_SIGNALS.run(
        conn, [{field.name: getattr(s, field.name) for field in fields(Signal)} for s in signals]
    )


def put(conn: Connection, standing: Standing) -> None:
    """Write where a campaign stands."""
    row = {name: getattr(standing, name) for name in _STANDING}
    _PUT.run(conn, [row | {"level": standing.level.value}])


def find(conn: Connection, campaign: str) -> Standing | None:
    """Where a campaign stands; None while nothing was ever said against it."""
    query = select(_CAMPAIGNS).where(_CAMPAIGNS.c.campaign == campaign)
    row = conn.execute(query).one_or_none()
    return _standing(row) if row else None


def not_running(conn: Connection) -> dict[str, Standing]:
    """The campaigns that are slowed or stopped, by name."""
    query = select(_CAMPAIGNS).where(_CAMPAIGNS.c.level != Level.RUNNING.value)
    return {row.campaign: _standing(row) for row in conn.execute(query)}


def _standing(row: AnyRow) -> Standing:
    return Standing(**{**row._mapping, "level": Level(row.level)})


def figures(conn: Connection, campaign: str, *, since_at: datetime) -> Figures:
    """What the campaign sent and what came back since an instant."""
    sent = conn.execute(
        select(func.count())
        .select_from(_OUTGOING)
        .where(
            _OUTGOING.c.kind == _REMINDER,
            _OUTGOING.c.campaign == campaign,
            _OUTGOING.c.sent_at >= since_at,
        )
    ).scalar_one()
    heard = conn.execute(
        select(_SIGNALS.c.kind, func.count(_SIGNALS.c.conversation_id.distinct()))
        .where(_SIGNALS.c.campaign == campaign, _SIGNALS.c.at >= since_at)
        .group_by(_SIGNALS.c.kind)
    )
    counts = {kind: count for kind, count in heard}
    return Figures(
        reminders=sent,
        opt_outs=counts.get(OPT_OUT, 0),
        complaints=counts.get(COMPLAINT, 0),
    )


def names(conn: Connection, *, since_at: datetime) -> tuple[str, ...]:
    """The campaigns that sent or heard anything since an instant, and those that do not run."""
    sent = select(_OUTGOING.c.campaign).where(
        _OUTGOING.c.kind == _REMINDER, _OUTGOING.c.sent_at >= since_at
    )
    heard = select(_SIGNALS.c.campaign).where(_SIGNALS.c.at >= since_at)
    found = set(conn.execute(sent.distinct()).scalars())
    found |= set(conn.execute(heard.distinct()).scalars())
    return tuple(sorted(found | set(not_running(conn))))


def sent_since(
    conn: Connection, campaign: str, *, since_at: datetime, besides: Sequence[int] = ()
) -> tuple[datetime, ...]:
    """When the campaign's reminders of the last while left or began to leave, oldest first."""
    row = _OUTGOING.c
    query = (
        select(func.coalesce(row.sent_at, row.lease_until_at))
        .where(
            row.kind == _REMINDER,
            row.campaign == campaign,
            or_(row.sent_at >= since_at, row.status == word("sending")),
            row.id.not_in(besides),
        )
        .order_by(func.coalesce(row.sent_at, row.lease_until_at))
    )
    return tuple(conn.execute(query).scalars())


def wake(conn: Connection, campaign: str, *, now: datetime) -> int:
    """Make what the alarm put off due again; how many messages."""
    changed = conn.execute(
        update(_OUTGOING)
        .where(
            _OUTGOING.c.campaign == campaign,
            _OUTGOING.c.status == _QUEUED,
            _OUTGOING.c.reason.like("monitor.%"),
        )
        .values(due_at=now, reason="")
    )
    return changed.rowcount


def label(conn: Connection, import_id: int, campaign: str) -> int:
    """Give the accounts that an import made or changed this label; how many."""
    changed = conn.execute(
        update(_ACCOUNTS)
        .where(or_(_ACCOUNTS.c.import_id == import_id, _ACCOUNTS.c.changed_import_id == import_id))
        .values(campaign=campaign)
    )
    return changed.rowcount


def label_new(conn: Connection, import_id: int, campaign: str) -> int:
    """Give the accounts that an import brought this label, not those it changed; how many."""
    changed = conn.execute(
        update(_ACCOUNTS).where(_ACCOUNTS.c.import_id == import_id).values(campaign=campaign)
    )
    return changed.rowcount


def held(conn: Connection, campaign: str) -> int:
    """How many messages the alarm holds back."""
    count: int = conn.execute(
        select(func.count())
        .select_from(_OUTGOING)
        .where(
            _OUTGOING.c.campaign == campaign,
            _OUTGOING.c.status == _QUEUED,
            _OUTGOING.c.reason.like("monitor.%"),
        )
    ).scalar_one()
    return count
