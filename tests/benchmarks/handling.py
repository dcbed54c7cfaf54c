"""A worker in a process of its own, and its peer: raw asyncpg, the same rows in the same tables.

Each message costs 200 µs of reading; what is compared is how the rest of a turn is stored.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import asyncpg
from sqlalchemy import Connection

from storage import conversations, messages
from storage.database import Database
from storage.messages import Handled
from tests.storage.commits import Commit, commit_many
from tests.storage.values import NOW, a_commit, a_conversation, an_outgoing, said

READING_SECONDS: Final = 0.0002
BATCH: Final = 64
# A worker runs for weeks: what its first batch costs, to compile and plan, is not measured.
WARM: Final = 4

_WAITING = """
SELECT c.id, c.version, c.state, c.turn_count, c.turn_hash FROM conversations c
JOIN (SELECT conversation_id, min(ready_at) AS since FROM
      (SELECT conversation_id, ready_at FROM incoming_messages
       WHERE state = 'waiting' AND ready_at <= $1 ORDER BY ready_at LIMIT 4096) w
      GROUP BY conversation_id) n ON n.conversation_id = c.id
ORDER BY n.since LIMIT $2 FOR NO KEY UPDATE OF c SKIP LOCKED
"""
_MESSAGES = """
SELECT id, conversation_id, text FROM incoming_messages
WHERE state = 'waiting' AND conversation_id = ANY($1::varchar[]) ORDER BY id
"""
_SAVE = """
UPDATE conversations c SET version = n.version, state = n.state, turn_count = c.turn_count + 1,
  turn_hash = n.turn_hash, last_line = n.line, last_in_at = $6, updated_at = $6
FROM unnest($1::varchar[], $2::int[], $3::text[], $4::varchar[], $5::text[])
  AS n(id, version, state, turn_hash, line)
WHERE c.id = n.id AND c.version = n.version - 1
"""
_TURNS = """
INSERT INTO turns (conversation_id, number, at, event, dialogue, body_json, state_hash,
  policy_version, code_version, salt, body_hash, prev_hash, hash)
SELECT id, number, $7, 'customer_said', 'test', body, state_hash, 'p1', 'c1', salt, body_hash,
  prev_hash, hash
FROM unnest($1::varchar[], $2::int[], $3::text[], $4::varchar[], $5::varchar[], $6::varchar[],
  $8::varchar[], $9::varchar[]) AS n(id, number, body, state_hash, salt, body_hash, prev_hash, hash)
"""
_SAID = """
INSERT INTO outgoing_messages (conversation_id, channel, address, kind, text, due_at, created_at,
  author, ownership, person_id, account_id, says_json, buttons_json, template, campaign,
  asks_money, turn, priority, status, reason, attempts)
SELECT id, 'sms', address, 'reply', text, $5, $5, 'bot', 0, 'person1', 'account1', says, '', '',
  '', false, turn, 0, 'queued', '', 0
FROM unnest($1::varchar[], $2::varchar[], $3::text[], $4::int[], $6::text[])
  AS n(id, address, text, turn, says)
"""
_HANDLED = """
UPDATE incoming_messages m SET state = 'handled', turn = n.turn, error = '', reading_json = ''
FROM unnest($1::bigint[], $2::int[]) AS n(id, turn) WHERE m.id = n.id AND m.state = 'waiting'
"""
_NEWS = """
INSERT INTO feed (at, kind, conversation_id, agent_id, detail_json)
SELECT $2, 'turn', id, NULL, '' FROM unnest($1::varchar[]) AS n(id)
"""
_SAYS = '[["thanks",[["amount",{"minor":500,"currency":"USD"}]]]]'


def read(text: str) -> None:
    """What reading a message costs, and nothing else."""
    until = time.thread_time() + READING_SECONDS
    while time.thread_time() < until:
        pass


async def ours(database: Database, limit: int = BATCH) -> int:
    """One batch by the storage layer; how many messages."""
    return await database.write(lambda conn: _handled(conn, limit))


def _handled(conn: Connection, limit: int) -> int:
    ids = conversations.waiting(conn, now=NOW, limit=limit)
    loaded = conversations.load_many(conn, ids)
    waiting = messages.waiting_of(conn, ids)
    batch = [_turn(loaded[each], waiting[each]) for each in ids if waiting.get(each)]
    commit_many(conn, batch)
    return sum(len(commit.handled) for commit in batch)


def _turn(before: conversations.Loaded, heard: tuple[messages.WaitingMessage, ...]) -> Commit:
    for message in heard:
        read(message.text)
    state = before.state or a_conversation(before.id)
    after = replace(state, serial=state.serial + len(heard), last_in_at=heard[-1].said_at)
    turn = before.head.count + 1
    return a_commit(
        before,
        after,
        event=said(heard[-1].text),
        outgoing=tuple(an_outgoing(f"heard {m.text}") for m in heard),
        handled=tuple(Handled(message_id=m.id, turn=turn) for m in heard),
        line=heard[-1].text,
    )


async def raw(connection: Any, now: datetime, limit: int = BATCH) -> int:
    """One batch by hand: locked, read, and five statements of arrays in one transaction."""
    async with connection.transaction():
        talks = await connection.fetch(_WAITING, now, limit)
        if not talks:
            return 0
        messages = await connection.fetch(_MESSAGES, [talk["id"] for talk in talks])
        by_talk: dict[str, list[Any]] = {}
        for message in messages:
            read(message["text"])
            by_talk.setdefault(message["conversation_id"], []).append(message)
        await _store(connection, [(t, by_talk[t["id"]]) for t in talks if t["id"] in by_talk], now)
        return len(messages)


async def _store(connection: Any, turns: list[tuple[Any, list[Any]]], now: datetime) -> None:
    ids = [talk["id"] for talk, _ in turns]
    states = [_counted(talk["state"], heard) for talk, heard in turns]
    hashes = [_hash(state) for state in states]
    bodies = [json.dumps({"event": heard[-1]["text"], "out": len(heard)}) for _, heard in turns]
    body_hashes = [_hash(body) for body in bodies]
    before = [talk["turn_hash"] for talk, _ in turns]
    links = [_hash(a + b + c) for a, b, c in zip(before, hashes, body_hashes, strict=True)]
    numbers = [talk["turn_count"] + 1 for talk, _ in turns]
    lines = [heard[-1]["text"] for _, heard in turns]
    versions = [talk["version"] + 1 for talk, _ in turns]
    await connection.execute(_SAVE, ids, versions, states, links, lines, now)
    salts = [link[:32] for link in links]
    await connection.execute(
        _TURNS, ids, numbers, bodies, hashes, salts, body_hashes, now, before, links
    )
    answers = [
        (talk["id"], f"heard {m['text']}", number, m["id"])
        for (talk, heard), number in zip(turns, numbers, strict=True)
        for m in heard
    ]
    names, texts, places, handled = (list(column) for column in zip(*answers, strict=True))
    addresses = [name.partition(":")[2] for name in names]
    await connection.execute(_SAID, names, addresses, texts, places, now, [_SAYS] * len(names))
    await connection.execute(_HANDLED, handled, places)
    await connection.execute(_NEWS, ids, now)


def _counted(state: str, heard: list[Any]) -> str:
    kept = json.loads(state)
    kept["serial"] = kept.get("serial", 0) + len(heard)
    kept["last_in_at"] = NOW.isoformat()
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def _work(kind: str, url: str) -> int:
    """Take a few to be warm, say so, wait for the word, handle what waits; how many in all."""
    if kind == "ours":
        async with await Database.open(url) as database:
            done = await ours(database, limit=WARM)
            _wait_for_word()
            while more := await ours(database):
                done += more
        return done
    host = url.partition("host=")[2]
    connection = await asyncpg.connect(user="postgres", host=host, database="duetalk")
    done = await raw(connection, NOW, limit=WARM)
    _wait_for_word()
    while more := await raw(connection, NOW):
        done += more
    await connection.close()
    return done


@dataclass(slots=True)
class _Began:
    """The processor time before the word was given."""

    cpu: float = 0.0


_began = _Began()


def _wait_for_word() -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    _began.cpu = time.process_time()


if __name__ == "__main__":
    handled = asyncio.run(_work(*sys.argv[1:3]))
    print(handled, time.process_time() - _began.cpu, flush=True)
