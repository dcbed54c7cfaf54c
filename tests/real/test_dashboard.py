"""The dashboard and the audit in a real browser: every width, both themes, keys, no script."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from storage.database import Database
from tests.bot.bills import take_in
from tests.bot.console.test_reminders import bill
from tests.bot.console.test_work import Office, office, pages
from tests.real.test_desk import opened
from tests.storage import books

__all__ = ["office", "pages"]
pytestmark = pytest.mark.real

RANGE = "since=2026-02-13&until=2026-03-12"
BOARD = f"/console/dashboard?{RANGE}"
BILLS = f"/console/dashboard/bills?step=sent&{RANGE}"
CASES = f"/console/dashboard/cases?reason=requested&{RANGE}"
REMINDERS = "/console/reminders"
AUDIT = "/console/audit"
WIDTHS = (320, 390, 768, 1024, 1280, 1600)
# Pictures to look at are kept where this names a folder.
SHOTS = os.environ.get("DUETALK_SHOTS", "")


@pytest.fixture
def bot_db(sqlite_db: Database) -> Database:
    """The database under the office."""
    return sqlite_db


@pytest_asyncio.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(autouse=True)
async def filled(office: Office) -> None:
    drawn = books.drawn(41, 200)
    for number, row in enumerate(drawn.rows["accounts"]):
        row["campaign"] = ("march", "a campaign with quite a long name of its own")[number % 2]
    await office.db.write(drawn.write)


@pytest.mark.parametrize(
    ("locale", "scheme"),
    [("zh-CN", "dark"), ("zh-TW", "light"), ("en-US", "light"), ("en-US", "dark")],
)
async def test_nothing_needs_sideways_scrolling(
    office: Office, browser: Browser, scheme: str, locale: str
) -> None:
    async with opened(office, browser, "auditor", locale=locale, color_scheme=scheme) as page:
        for name, where in (
            ("dashboard", BOARD),
            ("bills", BILLS),
            ("cases", CASES),
            ("audit", AUDIT),
        ):
            await page.goto(where)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (where, width, wide)
                if SHOTS:
                    to = Path(SHOTS) / f"{name}-{width}-{scheme}-{locale}.png"
                    await page.screenshot(path=to, full_page=True)


@pytest.mark.parametrize(("locale", "scheme"), [("zh-CN", "dark"), ("en-US", "light")])
async def test_todays_reminders_fit_phone_and_desk(
    office: Office, browser: Browser, scheme: str, locale: str
) -> None:
    bills = [bill(9000 + number, number % 9 - 3) for number in range(30)]
    await take_in(office.db, [*bills, bill(9100, 1, channel="telegram")])
    async with opened(office, browser, "operator", locale=locale, color_scheme=scheme) as page:
        for name, where in (("sent", REMINDERS), ("held", f"{REMINDERS}?outcome=held")):
            await page.goto(where)
            for width in (320, 390, 1280):
                await page.set_viewport_size({"width": width, "height": 900})
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (where, width, wide)
                if SHOTS:
                    to = Path(SHOTS) / f"reminders-{name}-{width}-{scheme}-{locale}.png"
                    await page.screenshot(path=to, full_page=True)


async def test_sending_is_stopped_from_the_reminders_without_script(
    office: Office, browser: Browser
) -> None:
    async with opened(
        office, browser, "operator", locale="en-US", java_script_enabled=False
    ) as page:
        await page.goto(REMINDERS)
        await page.fill("#reason", "wrong file")
        await page.check("[name=sure]")
        await page.get_by_role("button", name="Stop sending").press("Enter")
        await expect(page.locator("h1")).to_have_text("Sending")
        await page.goto(REMINDERS)
        await expect(page.locator("body")).to_contain_text("Sending is stopped")


async def test_a_definition_is_one_key_away(office: Office, browser: Browser) -> None:
    async with opened(office, browser, "operator", locale="en-US") as page:
        await page.goto(BOARD)
        meaning = page.locator(".tile").first.locator("summary")
        told = page.get_by_text("with reversals taken off")
        await expect(told).to_be_hidden()
        await meaning.focus()
        await page.keyboard.press("Enter")
        await expect(told).to_be_visible()
        assert "reversals" in (await meaning.get_attribute("title") or "")


async def test_pages_are_reached_by_keys(office: Office, browser: Browser) -> None:
    async with opened(office, browser, "auditor", locale="en-US") as page:
        await page.goto("/console/talks")
        await page.keyboard.press("g")
        await page.keyboard.press("r")
        await page.wait_for_url("**/dashboard")
        await page.keyboard.press("g")
        await page.keyboard.press("l")
        await page.wait_for_url("**/audit")


async def test_everything_works_without_script(office: Office, browser: Browser) -> None:
    async with opened(
        office, browser, "auditor", locale="en-US", java_script_enabled=False
    ) as page:
        await page.goto(BOARD)
        await page.fill("#since", "2026-03-01")
        await page.select_option("#currency", "CNY")
        await page.get_by_role("button", name="Show").press("Enter")
        await expect(page.locator(".tile").first).to_contain_text("¥")
        await page.locator(".funnel-row").first.press("Enter")
        await expect(page.locator("h1")).to_have_text("Planned")
        await page.goto(AUDIT)
        await page.fill("#account", "t3")
        await page.get_by_role("button", name="Find").press("Enter")
        await expect(page.locator("#account")).to_have_value("t3")
        await page.get_by_role("button", name="Check now").press("Enter")
        await expect(page.locator(".toast")).to_contain_text("The chains were checked")


async def test_the_drawing_has_a_name_and_its_text_keeps_its_size(
    office: Office, browser: Browser
) -> None:
    async with opened(office, browser, "operator", locale="en-US") as page:
        await page.goto(BOARD)
        drawing = page.get_by_role("img", name="Money in by day")
        await expect(drawing).to_be_visible()
        for width in (390, 1600):
            await page.set_viewport_size({"width": width, "height": 900})
            box = await page.locator(".chart-days text").first.bounding_box()
            assert box is not None
            assert 11 <= box["height"] <= 20
