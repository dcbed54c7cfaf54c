"""The console in a real browser: by keyboard, on a phone, in the dark, without script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from bot.clock import MovableClock
from bot.console import samples
from bot.console.app import make_console, mount_console
from bot.console.pages import AgentLine, BotLine
from bot.console.render import Pages
from bot.console.visit import ConsoleSettings
from flows.records import ConversationId
from tests.bot.console.memory import PASSWORD, MemoryConsole, MemoryDemo

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ID = ConversationId("t2")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium)
        yield launched
        await launched.close()


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


@dataclass(kw_only=True)
class Desk:
    """A console of its own for one test, and the browser to look at it."""

    browser: Browser
    data: MemoryConsole
    clock: MovableClock
    base: str
    troubles: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, *, logged_in: bool = True, **options: Any) -> AsyncIterator[Page]:
        """A page in a fresh profile; what the browser complains about fails the test."""
        options = {"viewport": DESK, "locale": "zh-CN"} | options
        context = await self.browser.new_context(base_url=self.base, **options)
        page = await context.new_page()
        page.on("console", self._complain)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        if logged_in:
            await self.log_in(page)
        yield page
        await context.close()
        assert self.troubles == []

    def _complain(self, message: ConsoleMessage) -> None:
        # A refused reply is answered by its status; the browser calls that an error.
        if message.type == "error" and "422" not in message.text:
            self.troubles.append(message.text)

    async def log_in(self, page: Page) -> None:
        await page.goto("/console/talks?tab=unassigned")
        await page.fill("#name", "lin")
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/talks?tab=unassigned")


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser, pages: Pages) -> AsyncIterator[Desk]:
    data, clock = MemoryConsole(), MovableClock(samples.NOW)
    settings = ConsoleSettings(zone=ZoneInfo("Asia/Shanghai"), secure_cookies=False, is_test=True)
    demo = MemoryDemo(data)
    console = make_console(data=data, clock=clock, settings=settings, demo=demo, pages=pages)
    app = web.Application()
    mount_console(app, console)
    async with TestServer(app) as server:
        yield Desk(browser=browser, data=data, clock=clock, base=str(server.make_url("/")))


async def test_an_agent_works_from_the_keyboard_alone(desk: Desk) -> None:
    async with desk.open() as page:
        await page.evaluate("window.loadedOnce = true")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("陈思远")
        await expect(page.locator("#talk")).to_be_focused()
        assert await page.evaluate("window.loadedOnce"), "opening a talk loads no page"

        await page.keyboard.press("a")
        await expect(page.locator("#reply-text")).to_be_visible()
        await page.keyboard.press("r")
        await page.keyboard.type("好的，我查一下再回您。")
        await expect(page.locator(".guard-ok")).to_contain_text("现在可以发送")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".toast")).to_contain_text("已排队")
        await expect(page.locator(".line-ours").last).to_contain_text("好的，我查一下再回您。")

        await page.keyboard.press("Escape")
        await page.keyboard.press("b")
        await expect(page.locator("dialog[open] #note")).to_be_focused()
        await page.keyboard.type("已核对付款")
        await page.keyboard.press("Enter")
        await expect(page.locator(".event").last).to_contain_text("林雨交回机器人：已核对付款")
    assert desk.data.talks[ID].head.holder is None
    assert isinstance(desk.data.talks[ID].lines[-2], AgentLine)


async def test_single_keys_do_nothing_while_somebody_writes(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2")
        await page.keyboard.press("a")
        await page.locator("#reply-text").click()
        await page.keyboard.type("jkqb?a")
        await page.keyboard.press("Enter")
        await expect(page.locator("#reply-text")).to_have_value("jkqb?a\n")
        await expect(page.locator("dialog[open]")).to_have_count(0)
    assert [type(line) for line in desk.data.talks[ID].lines][-1] is not AgentLine


async def test_what_the_customer_writes_appears_without_loading(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2?tab=unassigned")
        await expect(page.locator(".live-on").first).to_be_visible()
        await page.evaluate("window.loadedOnce = true")
        await desk.data.customer_says("t2", "我还有一个问题", desk.clock.now())
        await expect(page.locator(".line[data-from=customer]").last).to_contain_text(
            "我还有一个问题"
        )
        await expect(page.locator("#row-t2 .row-last")).to_have_text("我还有一个问题")
        await desk.data.customer_says("t5", "Are you there?", desk.clock.now())
        await expect(page.locator("#row-t5 .row-dot")).to_be_visible()
        assert await page.evaluate("window.loadedOnce")


async def test_the_bot_is_silent_while_an_agent_holds_the_talk(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2")
        await page.click("#act-claim")
        await expect(page.locator(".event").last).to_contain_text("机器人不再发言")
        await desk.data.customer_says("t2", "在吗", desk.clock.now())
        await expect(page.locator(".log > li").last).to_contain_text("在吗")
    assert not isinstance(desk.data.talks[ID].lines[-1], BotLine)


async def test_a_reply_waits_when_the_customer_wrote_meanwhile(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2")
        await page.click("#act-claim")
        await page.fill("#reply-text", "那就这样定了")
        await expect(page.locator(".guard-ok")).to_be_visible()
        await desk.data.customer_says("t2", "等等，我先问下家里", desk.clock.now())
        await expect(page.locator(".guard-moved")).to_contain_text("等等，我先问下家里")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#reply-text")).to_have_value("那就这样定了")
        await page.click("[data-look]")
        await expect(page.locator(".guard-ok")).to_be_visible()
        await page.locator("#reply-text").press("Control+Enter")
        await expect(page.locator(".line-ours").last).to_contain_text("那就这样定了")


async def test_the_guard_underlines_what_may_not_be_said(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2")
        await page.click("#act-claim")
        await page.fill("#reply-text", "🙏再不还款就通知您单位。")
        await expect(page.locator(".reply-mirror mark")).to_have_text("通知您单位")
        await page.locator("#reply-text").press("Control+Enter")
        await expect(page.locator(".guard-refused")).to_contain_text("不得提及告知第三方")


async def test_a_draft_survives_the_reload(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2")
        await page.click("#act-claim")
        await page.fill("#reply-text", "写到一半")
        await page.reload()
        await expect(page.locator("#reply-text")).to_have_value("写到一半")


async def test_everything_works_without_script(desk: Desk) -> None:
    async with desk.open(java_script_enabled=False) as page:
        await page.click("#row-t2 a")
        await page.click("#act-claim")
        await page.fill("#reply-text", "好的，我查一下。")
        await page.click(".bar button")
        await expect(page.locator(".line-ours").last).to_contain_text("好的，我查一下。")
        await page.click("label:has(input[value=note])")
        await page.fill("#reply-text", "语气放缓")
        await page.click(".bar button")
        await expect(page.locator(".bubble-note")).to_contain_text("语气放缓")
        await page.click("#act-hand-back")
        await page.fill("#note", "已核对")
        await page.click("button.button-main")
        await expect(page.locator(".event").last).to_contain_text("已核对")


async def test_on_a_phone_each_pane_is_a_page(desk: Desk) -> None:
    async with desk.open(viewport=PHONE, has_touch=True, is_mobile=True) as page:
        await expect(page.locator(".talk")).to_be_hidden()
        await page.tap("#row-t2 a")
        await expect(page.locator("h1")).to_have_text("陈思远")
        await expect(page.locator(".list")).to_be_hidden()
        await page.tap("#act-claim")
        await page.fill("#reply-text", "好的")
        await page.tap(".bar button")
        await expect(page.locator(".line-ours").last).to_contain_text("好的")
        await page.tap(".strip")
        await expect(page.locator(".figure")).to_have_text("¥2,360.00")
        await page.go_back()
        await page.tap(".head-back")
        await expect(page.locator("#rows")).to_be_visible()


WIDTHS = (320, 390, 768, 1024, 1440)
NARROW_PLACES = ("talks?tab=team", "talks/t2", "talks/t2/details", "talks/t2/hand-back", "demo")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_nothing_needs_sideways_scrolling(desk: Desk, locale: str) -> None:
    async with desk.open(locale=locale) as page:
        for where in NARROW_PLACES:
            await page.goto(f"/console/{where}")
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 800})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (where, width)


NAMELESS = """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), textarea")]
  .filter((node) => node.offsetParent)
  .filter((node) => !(node.ariaLabel || node.labels?.length || node.textContent.trim()))
  .map((node) => node.outerHTML)"""
SMALL = """() => [...document.querySelectorAll("button, summary.button, .tab, .row, .input")]
  .filter((node) => node.offsetParent && node.getBoundingClientRect().height < 24)
  .map((node) => node.outerHTML)"""


async def test_every_control_has_a_name_and_room_for_a_finger(desk: Desk) -> None:
    async with desk.open() as page:
        for where in ("talks?tab=team", "talks/t2", "demo", "phones", "styleguide"):
            await page.goto(f"/console/{where}")
            assert await page.evaluate(NAMELESS) == []
            assert await page.evaluate(SMALL) == []


LIGHT, DARK = "rgb(245, 243, 238)", "rgb(16, 18, 21)"


async def test_the_theme_follows_the_wish_before_the_system(desk: Desk) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    async with desk.open() as page:
        for wish, system, shown in (("dark", "light", DARK), ("light", "dark", LIGHT)):
            await page.emulate_media(color_scheme=system)
            assert await page.evaluate(ground) != shown
            await page.click("summary:has-text('外观')")
            await page.click(f"button[value={wish}]")
            await expect(page.locator("html")).to_have_attribute("data-theme", wish)
            assert await page.evaluate(ground) == shown


async def test_the_language_is_changed_in_place(desk: Desk) -> None:
    async with desk.open() as page:
        await page.goto("/console/talks/t2")
        await page.click("summary:has-text('语言')")
        await page.click("button[value=en]")
        await expect(page.locator(".nav [aria-current]")).to_have_text("Conversations")
        await expect(page).to_have_url(f"{desk.base}console/talks/t2")


async def test_the_demo_answers_on_the_phone(desk: Desk) -> None:
    async with desk.open(logged_in=False) as page:
        await page.goto("/console/demo")
        await page.fill("#phone-form-wang input[name=text]", "我已经还了")
        await page.keyboard.press("Enter")
        await expect(page.locator("#phone-form-wang input[name=text]")).to_have_value("")
        await expect(page.locator(".phone-mine").filter(has_text="我已经还了")).to_be_visible()
        await page.click("text=转人工")
        await expect(page.locator(".phone-mine").filter(has_text="转人工")).to_be_visible()
        await page.click("text=+1小时")
        await expect(page.locator("[data-part=demo_clock]")).to_contain_text("15:32")
