"""What went in and out of a person's conversations lately, as the gate counts it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from flows.model import Contact, ContactDirection
from flows.records import AccountId
from storage import tables
from storage.batches import AnyRow, padded
from storage.columns import Instant
from storage.statuses import Status

_INCOMING = tables.table("incoming_messages")
_OUTGOING = tables.table("outgoing_messages")
# What never left does not count; what may have left does.
_NEVER_LEFT = (Status.DROPPED, Status.REFUSED, Status.FAILED)

_HEARD = select(
    _INCOMING.c.conversation_id, _INCOMING.c.said_at, _INCOMING.c.channel, _INCOMING.c.reading_json
).where(
    _INCOMING.c.conversation_id.in_(bindparam("ids", expanding=True)),
    _INCOMING.c.said_at >= bindparam("since", type_=Instant()),
    _INCOMING.c.state == "handled",
)
_SAID = select(
    _OUTGOING.c.conversation_id,
    _OUTGOING.c.due_at,
    _OUTGOING.c.sent_at,
    _OUTGOING.c.channel,
    _OUTGOING.c.kind,
    _OUTGOING.c.asks_money,
    _OUTGOING.c.account_id,
    _OUTGOING.c.text,
).where(
    _OUTGOING.c.conversation_id.in_(bindparam("ids", expanding=True)),
    _OUTGOING.c.due_at >= bindparam("since", type_=Instant()),
    _OUTGOING.c.status.not_in([str(status) for status in _NEVER_LEFT]),
)


def since_many(
    conn: Connection, conversation_ids: Sequence[str], since_at: datetime
) -> dict[str, tuple[Contact, ...]]:
    """The contacts of each conversation since an instant, oldest first."""
    if not conversation_ids:
        return {}
    found: dict[str, list[Contact]] = defaultdict(list)
    values = {"ids": padded(conversation_ids), "since": since_at}
    for row in conn.execute(_HEARD, values):
        found[row.conversation_id].append(_heard(row))
    for sent in conn.execute(_SAID, values):
        found[sent.conversation_id].append(_said(sent))
    return {key: tuple(sorted(items, key=lambda c: c.at)) for key, items in found.items()}


def _heard(row: AnyRow) -> Contact:
    return Contact(
        at=row.said_at,
        direction=ContactDirection.IN,
        kind=_gate_kind(row.reading_json),
        channel=row.channel,
    )


def _gate_kind(reading_json: str) -> str:
    """The intent as the gate calls it; a stop and a start by their own names."""
    reading = json.loads(reading_json) if reading_json else {}
    intents = [reading.get("intent", "reply"), *reading.get("also", ())]
    if "restart" in reading.get("tags", ()):
        return "start"
    return "opt_out" if "opt_out" in intents else str(intents[0])


def _said(row: AnyRow) -> Contact:
    return Contact(
        at=row.sent_at or row.due_at,
        direction=ContactDirection.OUT,
        kind=row.kind,
        channel=row.channel,
        account_id=AccountId(row.account_id) if row.account_id else None,
        asks_money=bool(row.asks_money),
        text=row.text,
    )
