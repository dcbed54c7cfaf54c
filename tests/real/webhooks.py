"""Our webhooks as a process of their own, which can be killed in the middle of a request.

`python -m tests.real.webhooks DATABASE_URL PORT [--die]`: with --die the process ends by SIGKILL
after the first message is durable and before Kannel hears of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from aiohttp import web

from bot.clock import SystemClock
from storage.database import Database
from tests.bot.fakes import Hooks, Log, an_inbox
from tests.real.loop import a_kannel


async def serve(url: str, port: int, *, dies: bool) -> None:
    """Serve until ended."""
    database = await Database.open(url)
    channel = a_kannel(sendsms_url="http://127.0.0.1:1", web_port=port)
    inbox = an_inbox(database, channel, hooks=Hooks(), log=Log(), clock=SystemClock())

    @web.middleware
    async def middleware(request: web.Request, handler: object) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(request)  # type: ignore[operator]
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    app = web.Application(middlewares=[middleware])
    app.add_routes(inbox.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), dies="--die" in sys.argv))
