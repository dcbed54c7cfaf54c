"""One audit row per turn: append-only, each with the hash of the one before it.

Every conversation has a chain of its own, so that workers never wait for one another and one
person's words can be erased without breaking anybody's proof. The conversation's row holds the
length and the last hash of its chain; a cut tail shows (storage/verification.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, and_, or_, select, update

from storage import tables
from storage.batches import AnyRow, Insert, padded
from storage.chains import ErasedSet, Head, digest, instant, linked, new_salt, sealed

_TURNS = tables.table("turns")
_CHUNK = 500
# What a conversation's chain is called.
TALK = "talk:"


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
    """A turn as it stands in the chain; body, state's digest and salt are empty once erased.

    `body_hash` is the digest of these three. A turn without a salt was written before there were
    salts: its `body_hash` covers everything.
    """

    conversation_id: str
    number: int
    at: datetime
    event: str
    dialogue: str
    body_json: str
    state_hash: str
    policy_version: str
    code_version: str
    salt: str
    body_hash: str
    prev_hash: str
    hash: str
    erased_at: datetime | None


_COLUMNS = tuple(field.name for field in fields(StoredTurn))
_APPENDED = tuple(name for name in _COLUMNS if name != "erased_at")
_APPEND = Insert(_TURNS, _APPENDED)


def columns() -> tuple[Column[Any], ...]:
    """The columns of a stored turn, to be selected."""
    return tuple(_TURNS.c[name] for name in _COLUMNS)


def append_many(
    conn: Connection, records: Sequence[TurnRecord], heads: Mapping[str, Head]
) -> dict[str, Head]:
    """Append the turns in order, each behind its conversation's head; the new heads.

    The caller holds the conversations (their lock, or their version check) and saves the heads
    with them. A second writer of the same turn number fails on the table's key.
    """
    links, new_heads = link_many(records, heads)
    insert_many(conn, links)
    return new_heads


def link_many(
    records: Sequence[TurnRecord], heads: Mapping[str, Head]
) -> tuple[tuple[StoredTurn, ...], dict[str, Head]]:
    """The turns as links of their chains, in order, and the new heads."""
    now = dict(heads)
    links = []
    for record in records:
        turn = _link(record, now.get(record.conversation_id, Head()))
        now[record.conversation_id] = Head(count=turn.number, hash=turn.hash)
        links.append(turn)
    return tuple(links), now


def insert_many(conn: Connection, links: Sequence[StoredTurn]) -> None:
    """Write links that `link_many` made."""
    _APPEND.run(conn, [{name: getattr(turn, name) for name in _APPENDED} for turn in links])


def _link(record: TurnRecord, head: Head) -> StoredTurn:
    salt, number = new_salt(), head.count + 1
    body_hash = sealed(salt, record.state_hash, record.body_json)
    return StoredTurn(
        conversation_id=record.conversation_id,
        number=number,
        at=record.at,
        event=record.event,
        dialogue=record.dialogue,
        body_json=record.body_json,
        state_hash=record.state_hash,
        policy_version=record.policy_version,
        code_version=record.code_version,
        salt=salt,
        body_hash=body_hash,
        prev_hash=head.hash,
        hash=linked(head.hash, _facts(record, number), body_hash),
        erased_at=None,
    )


def _facts(turn: TurnRecord | StoredTurn, number: int) -> tuple[str, ...]:
    return (
        turn.conversation_id,
        str(number),
        instant(turn.at),
        turn.event,
        turn.dialogue,
        turn.policy_version,
        turn.code_version,
    )


def of_conversation(conn: Connection, conversation_id: str) -> tuple[StoredTurn, ...]:
    """Every turn of a conversation, in order."""
    return tuple(stored(conn, (conversation_id,)))


def erase(
    conn: Connection,
    conversation_ids: Sequence[str],
    *,
    at: datetime,
    before_at: datetime | None = None,
) -> ErasedSet:
    """Erase what was said in the turns of conversations (older than `before_at`); which they were.

    The chains stay provable as long as the caller notes the answer in the audit, under the same
    instant (storage/audit.py).
    """
    if not conversation_ids:
        return ErasedSet()
    query = (
        update(_TURNS)
        .where(_TURNS.c.conversation_id.in_(padded(conversation_ids)), _TURNS.c.erased_at.is_(None))
        .values(body_json="", state_hash="", salt="", erased_at=at)
        .returning(_TURNS.c.conversation_id, _TURNS.c.number)
    )
    if before_at is not None:
        query = query.where(_TURNS.c.at < before_at)
    erased = ErasedSet()
    for row in conn.execute(query).all():
        erased += ErasedSet.of(TALK + row.conversation_id, (row.number,))
    return erased


def faults_of(turn: StoredTurn, before: Head) -> Iterator[str]:
    """Why a turn is no honest link behind the one before it; nothing when it is."""
    if turn.number != before.count + 1:
        yield "a turn before it is missing"
    elif turn.prev_hash != before.hash:
        yield "it does not follow the turn before it"
    yield from _content_faults(turn) if turn.salt or turn.erased_at else _unsalted_faults(turn)


def _content_faults(turn: StoredTurn) -> Iterator[str]:
    words = (turn.state_hash, turn.body_json)
    if turn.erased_at is None and turn.body_hash != sealed(turn.salt, *words):
        yield "its words were changed"
    if turn.erased_at is not None and any((turn.salt, *words)):
        yield "it counts as erased and holds words"
    expected = linked(turn.prev_hash, _facts(turn, turn.number), turn.body_hash)
    if turn.hash not in (expected, _unsalted_link(turn) if turn.erased_at else expected):
        yield "its facts or its hash were changed"


def _unsalted_faults(turn: StoredTurn) -> Iterator[str]:
    parts = (
        turn.conversation_id,
        str(turn.number),
        turn.at.astimezone(UTC).isoformat(timespec="microseconds"),
        turn.event,
        turn.dialogue,
        turn.state_hash,
        turn.policy_version,
        turn.code_version,
        turn.body_json,
    )
    if turn.body_hash != digest("\x1f".join(parts)):
        yield "its words were changed"
    if turn.hash != _unsalted_link(turn):
        yield "its facts or its hash were changed"


def _unsalted_link(turn: StoredTurn) -> str:
    return digest(turn.prev_hash + turn.body_hash)


def stored(conn: Connection, conversation_ids: Sequence[str]) -> Iterator[StoredTurn]:
    """The turns of these conversations, conversation by conversation, some hundred in memory."""
    last: AnyRow | None = None
    wanted = _TURNS.c.conversation_id.in_(padded(conversation_ids))
    while conversation_ids:
        query = select(*columns()).where(wanted)
        query = query.order_by(_TURNS.c.conversation_id, _TURNS.c.number).limit(_CHUNK)
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
