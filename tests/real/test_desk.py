"""Tasks, templates, plans, undo and the command bar in a real browser, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.bot.conftest import bot_db, bot_template, bot_url
from tests.bot.console.test_work import Office, office, pages

__all__ = ["bot_db", "bot_template", "bot_url", "office", "pages"]
pytestmark = [pytest.mark.real]
WIDTHS = (320, 390, 768, 1024, 1440)
NAME_SHOWS = 60


@pytest_asyncio.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium)
        yield launched
        await launched.close()


@asynccontextmanager
async def opened(
    office: Office, browser: Browser, role: str, **options: Any
) -> AsyncIterator[Page]:
    """A page in which the person of this role is logged in; its complaints fail the test."""
    await office.log_in(role)
    base = office.client.make_url("/console/")
    cookie = office.client.session.cookie_jar.filter_cookies(base)["duetalk"].value
    context = await browser.new_context(
        base_url=str(base.origin()), **({"viewport": {"width": 1440, "height": 900}} | options)
    )
    await context.add_cookies(
        [{"name": "duetalk", "value": cookie, "url": str(base), "httpOnly": True}]
    )
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    await context.close()
    assert troubles == []


async def test_a_reply_is_written_from_a_template_taken_back_and_a_plan_proposed(
    office: Office, browser: Browser
) -> None:
    office.clock.move(timedelta(hours=6))
    await office.say("hello, can somebody help me")
    async with opened(office, browser, "agent", locale="en-US") as page:
        await page.goto("/console/talks/c1")
        await page.click("#act-claim")
        await expect(page.locator("#reply-text")).to_be_visible()
        await page.keyboard.press("/")
        await page.locator("dialog[open] input[value=balance]").check()
        await page.locator("dialog[open] button.button-main").click()
        await expect(page.locator("#reply-text")).to_have_value(
            "Your store card: $400.00 is open, due since November 10."
        )
        await page.fill("#reply-text", "I am here to help.")
        await page.locator("#reply-text").press("Control+Enter")
        await expect(page.locator(".undo button")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("z")
        await expect(page.locator("#reply-text")).to_have_value("I am here to help.")
        await page.fill("#reply-text", "")
        await page.keyboard.press("Escape")
        await page.keyboard.press("p")
        await page.fill("#count", "4")
        await page.keyboard.press("Enter")
        await expect(page.locator(".parts-total")).to_contain_text("$400.00")
        await page.click("text=Send as a proposal")
        await page.wait_for_url("**done=plan_sent")
        await expect(page.locator(".log")).to_contain_text("4 payments of $100.00")


async def test_tasks_are_reached_by_the_command_bar_and_done(
    office: Office, browser: Browser
) -> None:
    await office.say("i already paid on friday")
    async with opened(office, browser, "agent", locale="en-US") as page:
        await page.goto("/console/talks")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("tas")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/tasks")
        await page.click("text=Take")
        await page.wait_for_url("**done=task_taken")
        await page.locator(".row-acts a.button", has_text="Done").first.click()
        await page.fill("#note", "booked on the 20th")
        await page.click("button.button-main")
        await page.wait_for_url("**done=task_done")
        await page.keyboard.press("g")
        await page.keyboard.press("f")
        await page.wait_for_url("**/search")
        await page.fill("#q", "brooks")
        await page.keyboard.press("Enter")
        await expect(page.locator(".found-row")).to_have_count(1)


async def test_a_talk_is_snoozed_and_closed_in_a_dialogue(office: Office, browser: Browser) -> None:
    await office.say("hello")
    async with opened(office, browser, "agent", locale="en-US") as page:
        await page.goto("/console/talks/c1")
        await page.click("#act-claim")
        await expect(page.locator("#act-snooze")).to_be_hidden()
        await page.locator(".head-more > summary").click()
        await expect(page.locator("#act-snooze")).to_contain_text("Snooze")
        await page.keyboard.press("Escape")
        name = await page.locator("#talk").bounding_box()
        assert name is not None
        assert name["width"] > NAME_SHOWS, "the acts leave the name its place"
        await page.locator("body").press("s")
        # The form of the dialogue is fetched: only once it is there does Escape close it.
        await expect(page.locator("dialog[open] button.button-main")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(".head-more > summary")).to_be_focused()
        await page.locator("body").press("s")
        await page.locator("dialog[open] button.button-main").click()
        await expect(page.locator("#act-wake")).to_have_count(1)
        await page.locator("body").press("e")
        await page.locator("dialog[open] input[value=settled]").check()
        await page.locator("dialog[open] #note").fill("all said")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**done=closed")
        await expect(page.locator("#act-close")).to_have_count(0)


async def test_nothing_needs_sideways_scrolling(office: Office, browser: Browser) -> None:
    await office.say("i want to make a complaint about your service")
    await office.say("the amount is wrong, i was charged 80 twice")
    async with opened(office, browser, "lead", locale="en-US") as page:
        for where in (
            "tasks",
            "complaints",
            "disputes",
            "sending",
            "search?q=brooks",
            "talks/c1/close",
            "talks/c1/plan?count=4",
            "talks/c1/history",
        ):
            await page.goto(f"/console/{where}")
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 800})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (where, width, wide)


@pytest.mark.parametrize("width", [320, 1024, 1680])
async def test_a_toast_and_the_acts_cover_nothing_that_is_needed(
    office: Office, browser: Browser, width: int
) -> None:
    await office.say("hello")
    size = {"width": width, "height": 844}
    async with opened(office, browser, "agent", locale="en-US", viewport=size) as page:
        await page.goto("/console/talks/c1")
        await page.click("#act-claim")
        note = await page.locator(".toast").bounding_box()
        foot = await page.locator(".talk-foot").bounding_box()
        assert note is not None
        assert foot is not None
        assert note["y"] + note["height"] <= foot["y"]
        more = page.locator(".head-more > summary")
        if await more.is_visible():
            await more.click()
        shown = page.locator("#act-close")
        box = await shown.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert await shown.inner_text() == "Close"


@pytest.mark.parametrize("width", [1024, 1280])
async def test_every_page_of_a_role_is_reached_from_the_bar(
    office: Office, browser: Browser, width: int
) -> None:
    size = {"width": width, "height": 700}
    async with opened(office, browser, "operator", locale="en-US", viewport=size) as page:
        await page.goto("/console/tasks")
        last = await page.locator(".nav a").last.bounding_box()
        tools = await page.locator(".top-end").bounding_box()
        assert last is not None
        assert tools is not None
        is_below = last["y"] >= tools["y"] + tools["height"]
        assert is_below or last["x"] + last["width"] <= tools["x"]
        assert last["x"] + last["width"] <= width
