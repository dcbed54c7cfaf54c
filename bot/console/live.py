"""Server-sent events: tells the pages that something changed; they fetch what they show.

Each event has the id of its change, so a browser that comes back gets what it missed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import web

from bot.console.data import Change, ConsoleData

# Proxies close silent connections after a minute or so.
_HEARTBEAT = timedelta(seconds=15)
_RETRY_MILLISECONDS = 1_500
# A 64-bit id has at most this many digits.
_ID_DIGITS = 19
Streams = set[asyncio.Task[None]]
_STREAMS: web.AppKey[Streams] = web.AppKey("streams", set)


def prepare(app: web.Application) -> None:
    """Let the app end its open streams when it stops."""
    app[_STREAMS] = set()
    app.on_shutdown.append(_end_streams)


async def stream(
    request: web.Request,
    data: ConsoleData,
    may_go_on: Callable[[], Awaitable[bool]],
) -> web.StreamResponse:
    """Tell of every change from the last one seen on, as long as the reader may."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    task = asyncio.create_task(_tell(response, data, _seen(request), may_go_on))
    request.app[_STREAMS].add(task)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
        request.app[_STREAMS].discard(task)
    _raise_a_bug(task)
    return response


async def _tell(
    response: web.StreamResponse,
    data: ConsoleData,
    after: int,
    may_go_on: Callable[[], Awaitable[bool]],
) -> None:
    await response.write(f"retry: {_RETRY_MILLISECONDS}\n\n".encode())
    while await may_go_on():
        changes = await data.changes(after, wait=_HEARTBEAT)
        after = changes[-1].id if changes else after
        await response.write(b"".join(map(event, changes)) or b": still here\n\n")
    await response.write(b"event: bye\ndata: {}\n\n")


def event(change: Change) -> bytes:
    """A change as one server-sent event."""
    body = json.dumps({"talk": change.conversation})
    return f"id: {change.id}\nevent: change\ndata: {body}\n\n".encode()


def _raise_a_bug(task: asyncio.Task[None]) -> None:
    """A closed browser or a stopping server is no error; anything else is."""
    error = None if task.cancelled() else task.exception()
    if error and not isinstance(error, ConnectionError):
        raise error


def _seen(request: web.Request) -> int:
    given = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    is_number = given.isascii() and given.isdigit() and len(given) <= _ID_DIGITS
    return int(given) if is_number else 0


async def _end_streams(app: web.Application) -> None:
    streams = app[_STREAMS]
    for task in list(streams):
        task.cancel()
