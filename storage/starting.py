"""New conversations about one bill, written by the hundred thousand.

What is written is what `conversations`, `people`, `jobs` and `projections` write for such a
conversation, without a state made and measured for each; a test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection

from flows.model import Conversation
from flows.records import AccountId, ConversationId, PersonId
from storage import codec, tables
from storage.batches import Insert, Update
from storage.messages import route_id
from storage.projections import APPOINTMENT, appointment_key

# Characters of the private use area stand around the gaps; what is filled in may hold them too.
_GAP = "\ue000{}\ue001"
_GAPS = ("id", "name", "address", "account_id", "reference", "pay_link", "appointment_id")
_OWED_GAP = 982_451_653_115_249
_FIND = re.compile(f'"\ue000([a-z_]+)\ue001"|({_OWED_GAP})')
_json = msgspec.json.Encoder().encode


class Form:
    """The stored text of a new conversation about one bill, with gaps for what is a person's own.

    `like` is one such conversation with one appointment; what is filled in takes the place of its
    ids, name, address, reference, link and sum. Empty stays empty: a form is for those like it.
    """

    def __init__(self, like: Conversation) -> None:
        text = codec.dumps(_with_gaps(like), Conversation)
        pieces, names, end = [], [], 0
        for found in _FIND.finditer(text):
            pieces.append(text[end : found.start()])
            names.append(found.group(1) or "outstanding_minor")
            end = found.end()
        self._pieces = (*pieces, text[end:])
        self._names = tuple(names)

    def filled(self, values: Mapping[str, object]) -> str:
        """The text with these values in the gaps."""
        out = [self._pieces[0]]
        for name, piece in zip(self._names, self._pieces[1:], strict=True):
            out.append(_json(values[name]).decode())
            out.append(piece)
        return "".join(out)


def _with_gaps(like: Conversation) -> Conversation:
    gap = {name: _GAP.format(name) for name in _GAPS}
    (case,), (appointment,) = like.cases, like.agenda
    account = case.account
    return replace(
        like,
        id=ConversationId(gap["id"]),
        person=replace(like.person, id=PersonId(gap["id"]), name=like.person.name and gap["name"]),
        address=like.address and gap["address"],
        cases=(
            replace(
                case,
                account=replace(
                    account,
                    id=AccountId(gap["account_id"]),
                    reference=account.reference and gap["reference"],
                    pay_link=account.pay_link and gap["pay_link"],
                    outstanding=replace(account.outstanding, minor=_OWED_GAP),
                ),
            ),
        ),
        agenda=(
            replace(appointment, id=gap["appointment_id"], account_id=AccountId(gap["account_id"])),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A new conversation about one bill: its stored text, and what the rows beside it say."""

    id: str
    state_json: str
    channel: str
    address: str
    name: str
    timezone: str
    country: str
    region: str
    language: str
    is_bound: bool
    creditor: str
    account_id: str
    outstanding_minor: int
    currency: str
    exponent: int
    due_on: date
    appointment_id: str
    remind_at: datetime


_CONVERSATIONS = Insert(
    tables.table("conversations"),
    (
        *("id", "version", "state", "channel", "address", "person_id", "creditor_id", "name"),
        *("language", "outstanding_minor", "currency", "exponent", "oldest_due_on"),
        *("opened_at", "updated_at"),
    ),
    unless=("id",),
    returning=("id",),
)
_ROUTES = Insert(
    tables.table("routes"), ("id", "conversation_id"), unless=("id",), replace=("conversation_id",)
)
_PERSONS = Insert(
    tables.table("persons"),
    ("id", "name", "timezone", "country", "region", "updated_at"),
    unless=("id",),
    replace=("name", "timezone", "country", "region", "updated_at"),
)
_ADDRESSES = Insert(
    tables.table("addresses"),
    ("channel", "value", "person_id", "is_bound", "bound_at", "language", "updated_at"),
    unless=("channel", "value", "person_id"),
    replace=("is_bound", "bound_at", "language", "updated_at"),
)
_JOBS = Insert(
    tables.table("jobs"),
    ("kind", "key", "conversation_id", "due_at", "payload_json", "created_at"),
)
_ACCOUNTS = Update(
    tables.table("accounts"), ("id",), ("conversation_id",), fixed={"contacted_at": None}
)


def begin_many(conn: Connection, begun: Sequence[Begun], at: datetime) -> int:
    """Write the conversations that do not exist yet, with their first appointment; how many."""
    written = {row.id for row in _CONVERSATIONS.run(conn, [_conversation(b, at) for b in begun])}
    fresh = begun if len(written) == len(begun) else [b for b in begun if b.id in written]
    _ROUTES.run(
        conn,
        [{"id": route_id(b.channel, b.address), "conversation_id": b.id} for b in fresh],
    )
    _PERSONS.run(
        conn,
        [
            {
                "id": b.id,
                "name": b.name,
                "timezone": b.timezone,
                "country": b.country,
                "region": b.region,
                "updated_at": at,
            }
            for b in fresh
        ],
    )
    _ADDRESSES.run(conn, [_address(b, at) for b in fresh])
    _JOBS.run(conn, [_job(b, at) for b in fresh])
    _ACCOUNTS.run(conn, [{"id": b.account_id, "conversation_id": b.id} for b in fresh])
    return len(fresh)


def _conversation(b: Begun, at: datetime) -> dict[str, object]:
    return {
        "id": b.id,
        "version": 1,
        "state": b.state_json,
        "channel": b.channel,
        "address": b.address,
        "person_id": b.id,
        "creditor_id": b.creditor,
        "name": b.name,
        "language": b.language,
        "outstanding_minor": b.outstanding_minor,
        "currency": b.currency,
        "exponent": b.exponent,
        "oldest_due_on": b.due_on,
        "opened_at": at,
        "updated_at": at,
    }


def _address(b: Begun, at: datetime) -> dict[str, object]:
    return {
        "channel": b.channel,
        "value": b.address,
        "person_id": b.id,
        "is_bound": b.is_bound,
        "bound_at": at if b.is_bound else None,
        "language": b.language,
        "updated_at": at,
    }


def _job(b: Begun, at: datetime) -> dict[str, object]:
    return {
        "kind": APPOINTMENT,
        "key": appointment_key(b.id, b.appointment_id),
        "conversation_id": b.id,
        "due_at": b.remind_at,
        "payload_json": b.appointment_id,
        "created_at": at,
    }
