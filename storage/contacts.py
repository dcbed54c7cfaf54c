"""What went in and out of a person's conversations lately, as the gate counts it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
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
_CONVERSATIONS = tables.table("conversations")
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
    _OUTGOING.c.id,
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


_MINE = _CONVERSATIONS.alias("mine")
_OF_SAME_PERSON = (
    select(_MINE.c.id.label("mine"), _CONVERSATIONS.c.id.label("other"))
    .join(_CONVERSATIONS, _CONVERSATIONS.c.person_id == _MINE.c.person_id)
    .where(_MINE.c.id.in_(bindparam("ids", expanding=True)))
)


def since_many(
    conn: Connection,
    conversation_ids: Sequence[str],
    since_at: datetime,
    *,
    besides: Collection[int] = (),
) -> dict[str, tuple[Contact, ...]]:
    """The contacts of each conversation's person since an instant, oldest first.

    They count over all conversations of the person, whatever the channel. `besides` are messages
    of ours to leave out: the one that is just being judged.
    """
    if not conversation_ids:
        return {}
    listeners = _listeners(conn, conversation_ids)
    found: dict[str, list[Contact]] = defaultdict(list)
    values = {"ids": padded(sorted(listeners)), "since": since_at}
    for row in conn.execute(_HEARD, values):
        for listener in listeners[row.conversation_id]:
            found[listener].append(_heard(row))
    for sent in conn.execute(_SAID, values):
        if sent.id not in besides:
            for listener in listeners[sent.conversation_id]:
                found[listener].append(_said(sent))
    return {key: tuple(sorted(items, key=lambda c: c.at)) for key, items in found.items()}


def _listeners(conn: Connection, conversation_ids: Sequence[str]) -> dict[str, set[str]]:
    """For each conversation of the same persons: which of the asked ones it counts for."""
    listeners: dict[str, set[str]] = {one: {one} for one in conversation_ids}
    for mine, other in conn.execute(_OF_SAME_PERSON, {"ids": padded(conversation_ids)}):
        listeners.setdefault(other, set()).add(mine)
    return listeners


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
        is_waiting=row.sent_at is None,
    )
