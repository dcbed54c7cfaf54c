"""A console over data in memory, and a browser without a screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import MovableClock
from bot.console import samples
from bot.console.app import make_console, mount_console
from bot.console.auth import new_token, token_hash
from bot.console.data import Session
from bot.console.render import Pages
from bot.console.visit import ConsoleSettings
from tests.bot.console.memory import LIN, PASSWORD, MemoryConsole, MemoryDemo

Client = TestClient[web.Request, web.Application]


@dataclass(kw_only=True)
class Browser:
    """Follows the pages as a person without script does."""

    client: Client
    data: MemoryConsole
    demo: MemoryDemo
    clock: MovableClock

    async def get(self, where: str, **headers: str) -> ClientResponse:
        return await self.client.get(f"/console{where}", headers=headers)

    async def text(self, where: str) -> str:
        return await (await self.get(where)).text()

    async def post(
        self, where: str, *, headers: dict[str, str] | None = None, **form: str
    ) -> ClientResponse:
        form.setdefault("csrf", await self.csrf())
        return await self.client.post(
            f"/console{where}", data=form, headers=headers, allow_redirects=False
        )

    async def csrf(self) -> str:
        page = await self.text("/talks")
        found = re.search(r'name="csrf" value="(\w+)"', page)
        return found[1] if found else ""

    async def log_in(self, name: str = "lin", password: str = PASSWORD) -> ClientResponse:
        return await self.post("/login", name=name, password=password)


@pytest.fixture(scope="session")
def pages() -> Pages:
    """The templates, compiled once."""
    return Pages()


@pytest.fixture
async def browser(pages: Pages) -> AsyncIterator[Browser]:
    data, clock = MemoryConsole(), MovableClock(samples.NOW)
    demo = MemoryDemo(data)
    settings = ConsoleSettings(zone=ZoneInfo("Asia/Shanghai"), secure_cookies=False, is_test=True)
    app = web.Application()
    console = make_console(data=data, clock=clock, settings=settings, demo=demo, pages=pages)
    mount_console(app, console)
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
        yield Browser(client=client, data=data, demo=demo, clock=clock)


@pytest.fixture
async def agent(browser: Browser) -> Browser:
    """A browser in which an agent is logged in."""
    token, now = new_token(), browser.clock.now()
    session = Session(token_hash=token_hash(token), agent=LIN, opened_at=now, seen_at=now)
    await browser.data.open_session(session)
    browser.client.session.cookie_jar.update_cookies(
        {"duetalk": token}, browser.client.make_url("/console/")
    )
    return browser
