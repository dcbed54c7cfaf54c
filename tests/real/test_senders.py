"""Several senders on PostgreSQL, one of them killed: no message leaves twice, none is forgotten."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select, update

from bot.delivery import IN_FLIGHT
from storage.database import Database
from storage.statuses import Status
from storage.tables import table
from tests.bot.fakes import NOW, Hooks, Log, RecordingChannel, a_delivery, a_message, write_to
from tests.databases import Postgres
from tests.real.loop import until

pytestmark = [pytest.mark.real]

COUNT = 300
ROWS = table("outgoing_messages")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except Exception as error:
        pytest.skip(f"no PostgreSQL here: {type(error).__name__}: {error}")
    yield server
    server.stop()


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.emptied()


def start(url: str, sendsms_url: str) -> subprocess.Popen[bytes]:
    """A sender in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.real.sender", url, sendsms_url], stderr=subprocess.DEVNULL
    )


async def counted(database: Database) -> Counter[str]:
    """How many messages stand where."""
    rows = await database.read(lambda conn: conn.execute(select(ROWS.c.status)).scalars().all())
    return Counter(rows)


async def test_of_three_senders_one_is_killed_and_nothing_is_sent_twice(url: str) -> None:
    taken: Counter[str] = Counter()
    never = asyncio.Event()

    async def sendsms(request: web.Request) -> web.Response:
        # The message counts as taken before the sender hears of it, and the first sender, alone
        # at that time, never does.
        taken[request.headers["X-Kannel-To"]] += 1
        if taken.total() <= IN_FLIGHT:
            await never.wait()
        return web.Response(status=202, text="0: Accepted for delivery")

    app = web.Application()
    app.router.add_post("/sendsms", sendsms)
    senders: list[subprocess.Popen[bytes]] = []
    async with TestServer(app) as server, await Database.open(url) as database:
        await write_to(database, *(a_message(n) for n in range(COUNT)))
        sendsms_url = str(server.make_url("/sendsms"))

        async def hangs() -> bool:
            return taken.total() == IN_FLIGHT

        async def is_done() -> bool:
            return (await counted(database))[Status.QUEUED] == 0

        try:
            senders.append(start(url, sendsms_url))
            await until(hangs)
            senders += [start(url, sendsms_url), start(url, sendsms_url)]
            senders[0].kill()
            await until(is_done)
        finally:
            for sender in senders:
                sender.terminate()
            for sender in senders:
                await asyncio.to_thread(sender.wait, 60)
            never.set()
        assert await counted(database) == {
            Status.SENT: COUNT - IN_FLIGHT,
            Status.SENDING: IN_FLIGHT,
        }
        await _end_the_leases_of_the_dead(database, IN_FLIGHT)
        assert taken.total() == COUNT
        assert set(taken.values()) == {1}


async def _end_the_leases_of_the_dead(database: Database, count: int) -> None:
    """What the dead sender held becomes unknown and is told; nobody sends it again."""
    hooks, channel = Hooks(), RecordingChannel()
    long_ago = NOW - timedelta(days=900)
    await database.write(
        lambda conn: conn.execute(
            update(ROWS).where(ROWS.c.status == "sending").values(lease_until_at=long_ago)
        )
    )
    delivery = a_delivery(database, channel, hooks=hooks, log=Log())
    assert await delivery.expire_leases() == count
    assert await delivery.run_once() == 0
    assert channel.sent == []
    assert {failed.status for failed in hooks.failed} == {Status.UNKNOWN}
    assert len(hooks.failed) == count
