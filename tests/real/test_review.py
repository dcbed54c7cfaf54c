"""The page of the least certain replies in a real browser: both themes, wide and on a phone."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from storage.database import Database
from tests.bot.console.test_work import Office, office, pages

__all__ = ["office", "pages"]

pytestmark = pytest.mark.real

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SAID = (
    "the moon is made of cheese and so am I",
    "那个啥，再说呗，看情况咯",
    "hmm thing stuff 13812345678",
    "maybe half of it or the other one idk",
)
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


async def _page(browser: Browser, office: Office, **options: object) -> Page:
    for text in SAID:
        await office.say(text)
    await office.log_in("operator")
    base = str(office.client.make_url("/"))
    context = await browser.new_context(base_url=base, **{"viewport": DESK, **options})
    cookies = office.client.session.cookie_jar.filter_cookies(office.client.make_url("/console/"))
    await context.add_cookies(
        [{"name": "duetalk", "value": cookies["duetalk"].value, "url": f"{base}console/"}]
    )
    page = await context.new_page()
    await page.goto("/console/review")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "viewport"), [("wide", DESK), ("phone", PHONE)])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_it_fits_every_screen(
    browser: Browser, office: Office, scheme: str, name: str, viewport: dict[str, int], locale: str
) -> None:
    page = await _page(browser, office, viewport=viewport, color_scheme=scheme, locale=locale)
    await expect(page.locator("tr[id^=reply-]").first).to_be_visible()
    wider = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"review-{name}-{scheme}-{locale}.png")


async def test_a_correction_is_kept_by_keyboard_without_script(
    browser: Browser, office: Office
) -> None:
    page = await _page(browser, office, locale="en-US", java_script_enabled=False)
    row = page.locator("tr", has_text="made of cheese")
    await row.locator("select").select_option("busy")
    await row.get_by_role("button", name="Keep").press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Learned")
    await expect(page.locator("tr", has_text="made of cheese")).to_have_count(0)
    await expect(page.locator(".page-head")).to_contain_text(re.compile("1 learned"))
