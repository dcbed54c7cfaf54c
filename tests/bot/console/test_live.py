"""The stream of changes: nothing is missed, and it ends with the session."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aiohttp import ClientResponse

from tests.bot.console.conftest import Browser


async def events(response: ClientResponse, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        line = (await asyncio.wait_for(response.content.readline(), 3)).decode().strip()
        if line.startswith("id: "):
            found.append(line.removeprefix("id: "))
    return found


async def test_a_change_is_told_at_once(agent: Browser) -> None:
    async with agent.client.get("/console/live?after=0") as response:
        assert response.content_type == "text/event-stream"
        await agent.data.customer_says("t1", "在吗", agent.clock.now())
        assert await events(response, 1) == ["1"]


async def test_a_browser_that_comes_back_gets_what_it_missed(agent: Browser) -> None:
    for _ in range(3):
        await agent.post("/talks/t1/claim")
    headers = {"Last-Event-ID": "1"}
    async with agent.client.get("/console/live?after=0", headers=headers) as response:
        assert await events(response, 2) == ["2", "3"]


async def test_the_stream_holds_no_words_of_a_customer(agent: Browser) -> None:
    async with agent.client.get("/console/live") as response:
        await agent.data.customer_says("t1", "秘密", agent.clock.now())
        raw = await asyncio.wait_for(response.content.readuntil(b"}\n\n"), 3)
        assert "秘密" not in raw.decode()


async def test_a_stranger_gets_no_stream(browser: Browser) -> None:
    response = await browser.get("/live")
    assert response.url.path == "/console/login"


async def test_the_stream_ends_when_the_session_does(agent: Browser) -> None:
    async with agent.client.get("/console/live") as response:
        agent.clock.move(timedelta(hours=1))
        await agent.data.customer_says("t1", "在吗", agent.clock.now())
        rest = await asyncio.wait_for(response.content.read(), 3)
        assert rest.endswith(b"event: bye\ndata: {}\n\n")


async def test_the_server_stops_although_a_stream_is_open(agent: Browser) -> None:
    async with agent.client.get("/console/live"):
        await asyncio.wait_for(agent.client.server.close(), 3)


async def test_a_senseless_last_event_id_starts_from_the_beginning(agent: Browser) -> None:
    await agent.post("/talks/t1/claim")
    headers = {"Last-Event-ID": "9" * 5000}
    async with agent.client.get("/console/live", headers=headers) as response:
        assert await events(response, 1) == ["1"]
