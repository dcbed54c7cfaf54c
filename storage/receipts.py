"""What gateways tell about messages they took: each report once, and states only move forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage import tables
from storage.batches import AnyRow, Insert, Update, padded
from storage.statuses import Status, is_final, may_move

_RECEIPTS = tables.table("receipts")
_OUTGOING = tables.table("outgoing_messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One report. `message_id` is our own number, where the gateway gives it back."""

    channel: str
    provider_id: str
    status: Status
    at: datetime
    received_at: datetime
    reason: str = ""
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A message that a report moved."""

    message_id: int
    conversation_id: str
    before: Status
    after: Status
    reason: str


_ADD = Insert(
    _RECEIPTS,
    ("channel", "provider_id", "outgoing_id", "status", "reason", "at", "received_at"),
    unless=("channel", "provider_id", "status"),
    returning=("channel", "provider_id", "status"),
)
_FOUND = (
    select(
        _OUTGOING.c.id,
        _OUTGOING.c.conversation_id,
        _OUTGOING.c.channel,
        _OUTGOING.c.provider_id,
        _OUTGOING.c.status,
    )
    .order_by(_OUTGOING.c.id)
    .with_for_update()
)
_BY_PROVIDER = _FOUND.where(
    _OUTGOING.c.provider_id.is_not(None),
    _OUTGOING.c.provider_id.in_(bindparam("provider_ids", expanding=True)),
)
_BY_ID = _FOUND.where(_OUTGOING.c.id.in_(bindparam("ids", expanding=True)))
_EARLY = select(_RECEIPTS).where(
    _RECEIPTS.c.outgoing_id.is_(None),
    _RECEIPTS.c.provider_id.in_(bindparam("provider_ids", expanding=True)),
)
_MATCH = Update(_RECEIPTS, ("channel", "provider_id"), ("outgoing_id",))
_MOVE = Update(_OUTGOING, ("id",), ("status", "reason", "provider_id", "settled_at"))


def apply_many(conn: Connection, reports: Sequence[Receipt]) -> tuple[Change, ...]:
    """Store the reports and move their messages; a report seen before changes nothing.

    One that comes before we noted the gateway's id waits, and is applied when we do.
    """
    if not reports:
        return ()
    new = {tuple(row) for row in _ADD.run(conn, [_row(report) for report in reports])}
    fresh = [r for r in reports if (r.channel, r.provider_id, r.status) in new]
    return _apply(conn, fresh)


def apply_early(conn: Connection, sent: Iterable[tuple[str, str]]) -> tuple[Change, ...]:
    """Apply reports that came before (channel, provider id) was noted with a message."""
    keys = set(sent)
    if not keys:
        return ()
    rows = conn.execute(_EARLY, {"provider_ids": padded(sorted(key[1] for key in keys))})
    return _apply(conn, [_report(row) for row in rows if (row.channel, row.provider_id) in keys])


def _apply(conn: Connection, reports: Sequence[Receipt]) -> tuple[Change, ...]:
    if not reports:
        return ()
    found = _Found(conn, reports)
    moves: dict[int, dict[str, object]] = {}
    changes: list[Change] = []
    for report in reports:
        row = found.message(report)
        if row is None:
            continue
        before = Status(str(moves.get(row.id, {}).get("status", row.status)))
        if may_move(before, report.status):
            moves[row.id] = _move(row.id, report)
            changes.append(_change(row, before, report))
    _MOVE.run(conn, list(moves.values()))
    _MATCH.run(conn, found.matches())
    return tuple(changes)


class _Found:
    """The messages that some reports are about."""

    def __init__(self, conn: Connection, reports: Sequence[Receipt]) -> None:
        ids = [report.message_id for report in reports if report.message_id is not None]
        provider_ids = padded([report.provider_id for report in reports])
        rows = list(conn.execute(_BY_PROVIDER, {"provider_ids": provider_ids}))
        if ids:
            rows += conn.execute(_BY_ID, {"ids": padded(ids)})
        self._by_id = {row.id: row for row in rows}
        self._by_key = {(row.channel, row.provider_id): row for row in rows}
        self._matched: dict[tuple[str, str], int] = {}

    def message(self, report: Receipt) -> AnyRow | None:
        key = (report.channel, report.provider_id)
        row = self._by_key.get(key)
        if row is None and report.message_id is not None:
            row = self._by_id.get(report.message_id)
        if row is not None:
            self._matched[key] = row.id
        return row

    def matches(self) -> list[Mapping[str, object]]:
        return [
            {"channel": channel, "provider_id": provider_id, "outgoing_id": message_id}
            for (channel, provider_id), message_id in self._matched.items()
        ]


def _row(report: Receipt) -> Mapping[str, object]:
    return {
        "channel": report.channel,
        "provider_id": report.provider_id,
        "outgoing_id": None,
        "status": report.status.value,
        "reason": report.reason,
        "at": report.at,
        "received_at": report.received_at,
    }


def _report(row: AnyRow) -> Receipt:
    return Receipt(
        channel=row.channel,
        provider_id=row.provider_id,
        status=Status(row.status),
        at=row.at,
        received_at=row.received_at,
        reason=row.reason,
    )


def _move(message_id: int, report: Receipt) -> dict[str, object]:
    return {
        "id": message_id,
        "status": report.status.value,
        "reason": report.reason,
        "provider_id": report.provider_id,
        "settled_at": report.at if is_final(report.status) else None,
    }


def _change(row: AnyRow, before: Status, report: Receipt) -> Change:
    return Change(
        message_id=row.id,
        conversation_id=row.conversation_id,
        before=before,
        after=report.status,
        reason=report.reason,
    )
