"""The product's SMS loop around a gateway: webhooks, inbox, delivery, a database of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from sqlalchemy import select

from bot.channels.kannel import Kannel, KannelOptions
from bot.clock import SystemClock
from bot.delivery import Delivery
from storage import outgoing
from storage.database import Database
from storage.outgoing import Message
from storage.tables import table
from tests.bot.fakes import Hooks, Log, a_delivery, an_inbox
from tests.real.gateway import SECRET, Bench

# Bounds a failure only: a busy machine may need long to start a process.
_LONGEST_SECONDS = 60.0


def a_kannel(*, sendsms_url: str, web_port: int, run: str = "") -> Kannel:
    """The channel that fits the bench's configuration; `run` marks the URLs of its reports."""
    options = KannelOptions(
        url=sendsms_url,
        username="app",
        password="apppw",
        secret=SECRET,
        country="CN",
        callback_url=f"http://127.0.0.1:{web_port}{run}",
        per_second=0.0,
    )
    return Kannel("sms", options, "https://duetalk.example")


@dataclass
class Loop:
    """A running product."""

    database: Database
    delivery: Delivery
    hooks: Hooks
    refusals: list[int] = field(default_factory=list)
    """Statuses to answer instead of the true one, each for one request, after it was handled."""
    requests: int = 0

    async def stored(self) -> list[tuple[str, str]]:
        """Address and text of every stored message."""
        rows = table("incoming_messages")
        found = await self.database.read(
            lambda conn: conn.execute(select(rows.c.address, rows.c.text)).all()
        )
        return [(row.address, row.text) for row in found]

    async def message(self, number: int = 1) -> Message:
        """A message of ours as it stands."""
        found = await self.database.read(lambda conn: outgoing.find(conn, number))
        assert found
        return found


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the real parts, at most some seconds."""
    async with asyncio.timeout(_LONGEST_SECONDS):
        while not await is_so():  # noqa: ASYNC110 # Other processes set no event of ours.
            await asyncio.sleep(0.05)


@asynccontextmanager
async def running(database: Database, bench: Bench) -> AsyncIterator[Loop]:
    """The product's webhooks where the bench expects them.

    A report that Kannel still owes to an earlier test is taken and forgotten: its URL bears the
    mark of another run.
    """
    run = f"/run-{secrets.token_hex(8)}"
    channel = a_kannel(sendsms_url=bench.sendsms_url, web_port=bench.web_port, run=run)
    hooks = Hooks()
    inbox = an_inbox(database, channel, hooks=hooks, log=Log(), clock=SystemClock())
    delivery = a_delivery(database, channel, hooks=hooks, log=Log(), clock=SystemClock())
    loop = Loop(database=database, delivery=delivery, hooks=hooks)

    @web.middleware
    async def middleware(request: web.Request, handler: object) -> web.StreamResponse:
        if request.path.startswith("/run-") and not request.path.startswith(run):
            return web.Response()
        loop.requests += 1
        answer: web.StreamResponse = await handler(request)  # type: ignore[operator]
        if loop.refusals:
            return web.Response(status=loop.refusals.pop(0))
        return answer

    app = web.Application(middlewares=[middleware])
    app.add_routes(inbox.routes())
    reports = web.Application()
    reports.add_routes(inbox.routes())
    app.add_subapp(run, reports)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", bench.web_port).start()
    await channel.start()
    try:
        yield loop
    finally:
        await channel.close()
        await runner.cleanup()
