"""One audit row per turn: append-only, each with the hash of the one before it.

Every conversation has a chain of its own, so that workers never wait for one another and one
person's words can be erased without breaking anybody's proof. The conversation's row holds the
length and the last hash of its chain; a cut tail shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection, and_, or_, select, update

from storage import tables
from storage.batches import AnyRow, Insert

_TURNS = tables.table("turns")
_CONVERSATIONS = tables.table("conversations")
_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a conversation's chain: how many turns, and the hash of the last."""

    count: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """What happened in one turn. `body_json` holds event, actions and reasons; `state_hash` is
    the digest of the conversation's state after it.
    """

    conversation_id: str
    at: datetime
    event: str
    dialogue: str
    body_json: str
    state_hash: str
    policy_version: str
    code_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTurn:
    """A turn as it stands in the chain; its body is empty once it was erased."""

    conversation_id: str
    number: int
    at: datetime
    event: str
    dialogue: str
    body_json: str
    state_hash: str
    policy_version: str
    code_version: str
    body_hash: str
    prev_hash: str
    hash: str
    erased_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a chain does not hold: the turn's number (0: the end of the chain) and why."""

    conversation_id: str
    number: int
    why: str


_COLUMNS = tuple(field.name for field in fields(StoredTurn))
_APPENDED = tuple(name for name in _COLUMNS if name != "erased_at")
_APPEND = Insert(_TURNS, _APPENDED)


def append_many(
    conn: Connection, records: Sequence[TurnRecord], heads: Mapping[str, Head]
) -> dict[str, Head]:
    """Append the turns in order, each behind its conversation's head; the new heads.

    The caller holds the conversations (their lock, or their version check) and saves the heads
    with them. A second writer of the same turn number fails on the table's key.
    """
    linked, new_heads = link_many(records, heads)
    insert_many(conn, linked)
    return new_heads


def link_many(
    records: Sequence[TurnRecord], heads: Mapping[str, Head]
) -> tuple[tuple[StoredTurn, ...], dict[str, Head]]:
    """The turns as links of their chains, in order, and the new heads."""
    now = dict(heads)
    linked = []
    for record in records:
        turn = _linked(record, now.get(record.conversation_id, Head()))
        now[record.conversation_id] = Head(count=turn.number, hash=turn.hash)
        linked.append(turn)
    return tuple(linked), now


def insert_many(conn: Connection, linked: Sequence[StoredTurn]) -> None:
    """Write links that `link_many` made."""
    _APPEND.run(conn, [{name: getattr(turn, name) for name in _APPENDED} for turn in linked])


def _linked(record: TurnRecord, head: Head) -> StoredTurn:
    values = {field.name: getattr(record, field.name) for field in fields(TurnRecord)}
    number = head.count + 1
    body_hash = _body_hash(record, number)
    return StoredTurn(
        **values,
        number=number,
        body_hash=body_hash,
        prev_hash=head.hash,
        hash=digest(head.hash + body_hash),
        erased_at=None,
    )


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _body_hash(turn: TurnRecord | StoredTurn, number: int) -> str:
    parts = (
        turn.conversation_id,
        str(number),
        turn.at.astimezone(UTC).isoformat(timespec="microseconds"),
        turn.event,
        turn.dialogue,
        turn.state_hash,
        turn.policy_version,
        turn.code_version,
        turn.body_json,
    )
    return digest("\x1f".join(parts))


def of_conversation(conn: Connection, conversation_id: str) -> tuple[StoredTurn, ...]:
    """Every turn of a conversation, in order."""
    rows = conn.execute(
        select(*(_TURNS.c[name] for name in _COLUMNS))
        .where(_TURNS.c.conversation_id == conversation_id)
        .order_by(_TURNS.c.number)
    )
    return tuple(StoredTurn(**row._mapping) for row in rows)


def erase(conn: Connection, conversation_id: str, *, at: datetime) -> int:
    """Erase what was said in every turn of a conversation; the chain stays provable."""
    changed = conn.execute(
        update(_TURNS)
        .where(_TURNS.c.conversation_id == conversation_id, _TURNS.c.erased_at.is_(None))
        .values(body_json="", erased_at=at)
    )
    return changed.rowcount


def verify_chain(conn: Connection, conversation_id: str | None = None) -> tuple[Fault, ...]:
    """Every place where the audit of one conversation, or of all, was changed or cut."""
    faults: list[Fault] = []
    heads = _heads(conn, conversation_id)
    for found_id, turns in groupby(_stored(conn, conversation_id), lambda t: t.conversation_id):
        head, chain_faults = _walk(turns)
        faults.extend(chain_faults)
        if heads.pop(found_id, None) != head:
            faults.append(Fault(conversation_id=found_id, number=0, why="cut or lengthened"))
    faults.extend(
        Fault(conversation_id=missing, number=0, why="every turn is missing")
        for missing, head in heads.items()
        if head.count
    )
    return tuple(faults)


def _walk(turns: Iterator[StoredTurn]) -> tuple[Head, list[Fault]]:
    head, faults = Head(), []
    for turn in turns:
        for why in _faults_of(turn, head):
            faults.append(Fault(conversation_id=turn.conversation_id, number=turn.number, why=why))
        head = Head(count=turn.number, hash=turn.hash)
    return head, faults


def _faults_of(turn: StoredTurn, before: Head) -> Iterator[str]:
    if turn.number != before.count + 1:
        yield "a turn before it is missing"
    elif turn.prev_hash != before.hash:
        yield "it does not follow the turn before it"
    if turn.erased_at is None and turn.body_hash != _body_hash(turn, turn.number):
        yield "its content was changed"
    if turn.hash != digest(turn.prev_hash + turn.body_hash):
        yield "its hash was changed"


def _heads(conn: Connection, conversation_id: str | None) -> dict[str, Head]:
    query = select(_CONVERSATIONS.c.id, _CONVERSATIONS.c.turn_count, _CONVERSATIONS.c.turn_hash)
    if conversation_id is not None:
        query = query.where(_CONVERSATIONS.c.id == conversation_id)
    return {row.id: Head(count=row.turn_count, hash=row.turn_hash) for row in conn.execute(query)}


def _stored(conn: Connection, conversation_id: str | None) -> Iterator[StoredTurn]:
    last: AnyRow | None = None
    columns = [_TURNS.c[name] for name in _COLUMNS]
    while True:
        query = select(*columns).order_by(_TURNS.c.conversation_id, _TURNS.c.number).limit(_CHUNK)
        if conversation_id is not None:
            query = query.where(_TURNS.c.conversation_id == conversation_id)
        if last is not None:
            same = _TURNS.c.conversation_id == last.conversation_id
            later = _TURNS.c.conversation_id > last.conversation_id
            query = query.where(or_(later, and_(same, _TURNS.c.number > last.number)))
        rows = conn.execute(query).all()
        for row in rows:
            yield StoredTurn(**row._mapping)
        if len(rows) < _CHUNK:
            return
        last = rows[-1]
