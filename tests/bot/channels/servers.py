"""A provider's server on loopback under our control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Seen:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Provider:
    """Answers every POST with `answer` and keeps what came."""

    seen: list[Seen] = field(default_factory=list)
    answer: Callable[[], web.Response] = lambda: web.Response(status=202)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append(
            Seen(path=request.raw_path, headers=dict(request.headers), body=await request.read())
        )
        return self.answer()


@asynccontextmanager
async def a_provider() -> AsyncIterator[Provider]:
    """A running server."""
    provider = Provider()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", provider.handle)
    async with TestServer(app) as server:
        provider.url = str(server.make_url("")).rstrip("/")
        yield provider


@asynccontextmanager
async def a_server_that_hangs_up(*, after_reading: bool) -> AsyncIterator[str]:
    """A server that takes the connection and closes it without an answer."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if after_reading:
            await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        await server.wait_closed()


async def nobody_listens() -> str:
    """The address of a port that was free a moment ago."""
    server = await asyncio.start_server(_close, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"


async def _close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
