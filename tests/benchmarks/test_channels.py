"""How fast webhooks become durable and messages leave, on one SQLite file on this disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.kannel import Kannel, KannelOptions
from bot.reading import reads_at_once
from flows.understanding.ready import make_ready
from storage.database import Database
from tests.bot.fakes import Hooks, Log, a_clock, a_delivery, a_message, an_inbox, write_to
from tests.databases import migrate, sqlite_url

pytestmark = [pytest.mark.benchmark]

COUNT = 3000
SENDERS = 64
SECRET = "benchmark-secret-1"


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = sqlite_url(tmp_path / "duetalk.db")
    migrate(found)
    return found


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with await Database.open(url) as opened:
        yield opened


def a_kannel(sendsms_url: str) -> Kannel:
    options = KannelOptions(
        url=sendsms_url, username="app", password="p", secret=SECRET, per_second=0.0
    )
    return Kannel("sms", options, "http://127.0.0.1")


async def test_webhooks_a_second(database: Database) -> None:
    inbox = an_inbox(database, a_kannel("http://127.0.0.1:1"), hooks=Hooks(), log=Log())
    app = web.Application()
    app.add_routes(inbox.routes())
    waits: list[float] = []
    numbers = iter(range(COUNT))
    async with TestClient(TestServer(app)) as client:

        async def customer() -> None:
            for number in numbers:
                started = time.perf_counter()
                path = f"/webhooks/sms/{SECRET}/messages?id=m{number}&from=%2B1555{number:07}"
                async with client.post(path, data="我明天还款500元") as answer:
                    assert answer.status == 200
                waits.append(time.perf_counter() - started)

        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(customer() for _ in range(SENDERS)))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    waits.sort()
    print(
        f"\nwebhooks: {COUNT / seconds:,.0f}/s durable, client and server in one process; "
        f"p50 {waits[len(waits) // 2] * 1000:.0f} ms, p99 {waits[-len(waits) // 100] * 1000:.0f} ms "
        f"with {SENDERS} at once; {cpu / COUNT * 1000:.2f} ms of CPU each"
    )


async def test_messages_sent_a_second(database: Database) -> None:
    taken = 0

    async def sendsms(request: web.Request) -> web.Response:
        nonlocal taken
        await request.read()
        taken += 1
        return web.Response(status=202, text="0: Accepted for delivery")

    app = web.Application()
    app.router.add_post("/sendsms", sendsms)
    await write_to(database, *(a_message(n, text="您好") for n in range(COUNT)))
    async with TestServer(app) as server:
        channel = a_kannel(str(server.make_url("/sendsms")))
        await channel.start()
        stop = asyncio.Event()
        delivery = a_delivery(database, channel, hooks=Hooks(), log=Log(), clock=a_clock())
        started, cpu = time.perf_counter(), time.process_time()
        running = asyncio.create_task(delivery.run(stop))
        while taken < COUNT:  # noqa: ASYNC110 # The server's own count is the event.
            await asyncio.sleep(0.01)
        stop.set()
        await running
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        await channel.close()
    print(
        f"\nsending: {COUNT / seconds:,.0f}/s claimed, sent and noted, provider in this process; "
        f"{cpu / COUNT * 1000:.2f} ms of CPU each"
    )


def test_how_long_it_takes_to_see_that_words_cannot_wait() -> None:
    texts = ["我明天还款500元", "I will pay on Friday", "退订", "can I pay in three parts?"] * 50
    started = time.perf_counter()
    make_ready()
    loading = time.perf_counter() - started
    started, cpu = time.perf_counter(), time.process_time()
    for text in texts:
        reads_at_once(text)
    micros = (time.perf_counter() - started) / len(texts) * 1e6
    cpu_micros = (time.process_time() - cpu) / len(texts) * 1e6
    print(
        f"\nreading whether words may wait: {micros:,.0f} us a message, {cpu_micros:,.0f} us of CPU; "
        f"loading beforehand, once at start: {loading * 1000:,.0f} ms"
    )
