"""Nothing is lost, nothing counts twice, order holds: under repeats, races and kill -9."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import Connection, func, select

from storage import conversations, messages, verification
from storage.database import Database
from storage.errors import Stale
from storage.gathering import Gatherer
from storage.messages import Incoming, Received
from storage.tables import table
from tests.storage.values import an_incoming, handle_waiting

_INCOMING = table("incoming_messages")
_OUTGOING = table("outgoing_messages")
_SEED = 20260302


async def deliver(db: Database, events: list[Incoming]) -> list[Received]:
    gatherer = Gatherer[Incoming, Received](db, messages.receive_many)
    return list(await asyncio.gather(*(gatherer.put(event) for event in events)))


async def work(db: Database, *, until_quiet: asyncio.Event) -> int:
    """A worker's loop: until all is delivered and nothing waits."""
    handled = 0
    while True:
        was_quiet = until_quiet.is_set()
        try:
            count = await db.write(lambda c: handle_waiting(c, limit=5))
        except Stale:
            continue
        handled += count
        waiting = (await db.read(messages.backlog)).waiting
        if was_quiet and not waiting:
            return handled


def effects(conn: Connection) -> dict[str, list[str]]:
    """The words heard, by conversation, in the order of their effects."""
    heard: dict[str, list[str]] = {}
    rows = conn.execute(
        select(_OUTGOING.c.conversation_id, _OUTGOING.c.text).order_by(_OUTGOING.c.id)
    )
    for conversation_id, text in rows:
        heard.setdefault(conversation_id, []).append(text.removeprefix("heard "))
    return heard


def arrivals(conn: Connection) -> dict[str, list[str]]:
    """The words stored, by conversation, in the order of arrival."""
    found: dict[str, list[str]] = {}
    rows = conn.execute(
        select(_INCOMING.c.conversation_id, _INCOMING.c.text).order_by(_INCOMING.c.id)
    )
    for conversation_id, text in rows:
        found.setdefault(conversation_id, []).append(text)
    return found


def counted(conn: Connection) -> dict[str, int]:
    """What each conversation's state counted."""
    ids = list(conn.execute(select(table("conversations").c.id)).scalars())
    loaded = conversations.load_many(conn, ids)
    return {i: one.state.serial for i, one in loaded.items() if one.state is not None}


async def assert_whole(db: Database) -> None:
    """Every stored message had its one effect, in order, and the audit holds."""
    stored = await db.read(arrivals)
    assert await db.read(effects) == stored
    assert await db.read(counted) == {i: len(words) for i, words in stored.items()}
    assert await db.read(verification.everything_wrong) == ()


async def test_events_delivered_up_to_five_times_over_four_workers_count_once(
    db: Database, url: str
) -> None:
    chance = random.Random(_SEED)
    events = [an_incoming(n, address=f"+1555{chance.randrange(30):07}") for n in range(300)]
    deliveries = [event for event in events for _ in range(chance.randint(1, 5))]
    chance.shuffle(deliveries)
    is_delivered = asyncio.Event()
    # SQLite has one writing process by design; PostgreSQL gets two.
    async with await Database.open(url) as other:
        second = db if db.is_sqlite else other
        workers = [
            asyncio.create_task(work(one, until_quiet=is_delivered))
            for one in (db, second, db, second)
        ]
        half = len(deliveries) // 2
        answers = await asyncio.gather(
            deliver(db, deliveries[:half]), deliver(second, deliveries[half:])
        )
        is_delivered.set()
        handled = await asyncio.gather(*workers)
    assert Counter(r.is_repeated for part in answers for r in part)[False] == len(events)
    assert sum(handled) == len(events)
    await assert_whole(db)


async def test_one_bad_item_fails_alone_in_its_group(db: Database) -> None:
    events = [an_incoming(n) for n in range(10)]
    bad = an_incoming(99, received_at=None)
    gatherer = Gatherer[Incoming, Received](db, messages.receive_many)
    answers = await asyncio.gather(
        *(gatherer.put(event) for event in (*events[:5], bad, *events[5:])),
        return_exceptions=True,
    )
    await gatherer.close()
    assert [isinstance(answer, Exception) for answer in answers].index(True) == 5
    assert sum(isinstance(answer, Received) for answer in answers) == 10


def run_until_killed(url: str, first: int, *, lines: int) -> set[int]:
    """The numbers the process said were durable before it was killed."""
    command = [sys.executable, "-m", "tests.storage.crashing", url, str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    return {int(line) for line in said if line.endswith("\n")}


@pytest.mark.parametrize("rounds", [2])
async def test_kill_9_loses_nothing_and_doubles_nothing(url: str, rounds: int) -> None:
    said: set[int] = set()
    for number in range(rounds):
        first = number * 100_000
        said |= await asyncio.to_thread(run_until_killed, url, first, lines=150 + 70 * number)
    async with await Database.open(url) as db:
        stored = await db.read(
            lambda c: Counter(c.execute(select(_INCOMING.c.external_id)).scalars())
        )
        assert {f"SM{n}" for n in said} - set(stored) == set()
        assert set(stored.values()) == {1}
        halfway = await db.read(lambda c: sum(counted(c).values()))
        handled = await db.read(
            lambda c: c.execute(
                select(func.count()).select_from(_INCOMING).where(_INCOMING.c.state == "handled")
            ).scalar_one()
        )
        assert halfway == handled
        quiet = asyncio.Event()
        quiet.set()
        await work(db, until_quiet=quiet)
        await assert_whole(db)
