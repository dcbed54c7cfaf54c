"""The demo's visitor looks at the console as any role, and each sees only its own pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest_asyncio
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import make_app, opened, with_console
from bot.clock import MovableClock
from bot.commands.demo import begun, demo_settings
from bot.console.store import Store
from bot.demo import story
from bot.log import configure

Client = TestClient[web.Request, web.Application]
PAGES = {
    "/talks": ("agent", "lead", "operator", "auditor"),
    "/import": ("operator",),
    "/reminders": ("lead", "operator"),
    "/sending": ("lead", "operator"),
    "/audit": ("auditor",),
    "/dashboard": ("agent", "lead", "operator", "auditor"),
}


@pytest_asyncio.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Client]:
    settings, clock = (
        demo_settings(tmp_path / "demo.db", "127.0.0.1", 0),
        MovableClock(story.STARTS_AT),
    )
    async with opened(settings, clock, configure(is_quiet=True)) as service:
        store = Store(service, zone=ZoneInfo("Asia/Shanghai"))
        demo = await begun(service, clock, store)
        app = with_console(service, make_app(service), store, demo)
        async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
            yield client


async def text(client: Client, where: str) -> str:
    headers = {"Accept-Language": "en"}
    return await (await client.get(f"/console{where}", headers=headers)).text()


async def look_as(client: Client, role: str) -> int:
    found = re.search(r'name="csrf" value="(\w+)"', await text(client, "/demo"))
    assert found is not None
    answer = await client.post(
        "/console/demo/role", data={"csrf": found[1], "role": role}, allow_redirects=False
    )
    return answer.status


async def test_each_role_of_the_demo_sees_its_own_pages_alone(visitor: Client) -> None:
    page = await text(visitor, "/demo")
    assert "Look as" in page
    assert re.search(r'value="agent"[^>]*aria-pressed="true"', page)
    for _, name, role in story.PEOPLE:
        assert await look_as(visitor, role) == 303
        for where, roles in PAGES.items():
            status = (await visitor.get(f"/console{where}")).status
            assert status == (200 if role in roles else 403), (role, where)
        page = await text(visitor, "/demo")
        assert re.search(rf'value="{role}"[^>]*aria-pressed="true"', page)
        assert name in page


async def test_nobody_else_may_be_looked_as_and_starting_over_begins_as_the_agent(
    visitor: Client,
) -> None:
    await text(visitor, "/demo")
    assert await look_as(visitor, "admin") == 400
    assert await look_as(visitor, "operator") == 303
    found = re.search(r'name="csrf" value="(\w+)"', await text(visitor, "/demo"))
    assert found is not None
    await visitor.post("/console/demo/clock", data={"csrf": found[1], "step": "reset"})
    page = await text(visitor, "/demo")
    assert re.search(r'value="agent"[^>]*aria-pressed="true"', page)


async def test_the_demos_reminders_are_shown_with_what_holds_them_back(visitor: Client) -> None:
    await text(visitor, "/demo")
    await look_as(visitor, "operator")
    page = await text(visitor, "/reminders?outcome=held")
    assert "waits for a person" in page
    assert "creditor.help_link" not in page, "the demo is one example"


async def test_a_clock_that_is_moved_far_logs_nobody_out(visitor: Client) -> None:
    assert await look_as(visitor, "lead") == 303
    found = re.search(r'name="csrf" value="(\w+)"', await text(visitor, "/demo"))
    assert found is not None
    for step in ("hour", "hour", "day", "next"):
        assert await move(visitor, step, found[1]) == 303
    assert (await visitor.get("/console/sending")).status == 200
    assert await move(visitor, "reset", found[1]) == 303
    assert await move(visitor, "hour", found[1]) == 303
    assert (await visitor.get("/console/sending")).status == 403, "the story begins as the agent"


async def move(client: Client, step: str, csrf: str) -> int:
    answer = await client.post(
        "/console/demo/clock", data={"csrf": csrf, "step": step}, allow_redirects=False
    )
    return answer.status
