"""The import in a real browser: by keyboard, with and without script, on every screen."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from storage.database import Database
from tests.bot.console.test_work import Office, office, pages

__all__ = ["office", "pages"]

pytestmark = pytest.mark.real

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# Pictures to look at are kept where this names a folder.
SHOTS = os.environ.get("DUETALK_SHOTS", "")
HEADER = "账单编号,姓名,手机号,金额,币种,到期日,产品,备注\n"
FIRST = HEADER + "".join(
    f"A-2026-{n:04d},陈思{n},+86138{n:08d},{n * 37 % 4000 + 80}.50,CNY,2026-02-{n % 27 + 1:02d},"
    "信用卡,x\n"
    for n in range(1, 61)
)
BAD = (
    "A-2026-0900,王五,1.38E+10,-35.00,CNY,2026-02-18,信用卡,\n"
    "A-2026-0901,赵六,+8613800138002,1280,RMBX,2026-02-31,信用卡,\n"
    'A-2026-0902,,+8613800138003,"1.280,00",CNY,18/02/2026,信用卡,\n'
    "A-2026-0003,孙七,+8613800138004,12.00,CNY,2026-02-18,信用卡,\n"
    "A-2026-0903,周八,+8613800138005,2,360.00,CNY,2026-02-18,信用卡,\n"
)
SECOND = (
    FIRST.replace("A-2026-0001,陈思1", "A-2026-0001,陈思一")
    .replace(",117.50,", ",99.00,")
    .replace("A-2026-0002", "A-2026-1002")
    + BAD
)

# What a reader of screens or a finger would miss; each as its outer HTML.
_FAULTS = """() => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const name = (node) => node.ariaLabel || node.labels?.length || node.textContent.trim()
    || node.getAttribute('aria-labelledby');
  const found = [];
  const say = (what, node) => found.push(what + ' ' + node.outerHTML.slice(0, 160));
  for (const node of document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary'))
    if (shown(node) && !name(node)) say('no name', node);
  for (const node of document.querySelectorAll('main button:not([aria-hidden]), main a.button, main select, main summary'))
    if (shown(node) && node.getBoundingClientRect().height < 24) say('too small', node);
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push('id twice ' + id);
  for (const node of document.querySelectorAll('[aria-describedby], [aria-labelledby]'))
    for (const id of (node.getAttribute('aria-describedby') || node.getAttribute('aria-labelledby')).split(' '))
      if (!document.getElementById(id)) say('names nothing', node);
  for (const node of document.querySelectorAll('table'))
    if (!node.querySelector('th[scope]')) say('no headers', node);
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  if (!document.documentElement.lang) found.push('no language');
  const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wider > 0) {
    found.push('sideways ' + wider);
    for (const node of document.querySelectorAll('main *'))
      if (node.getBoundingClientRect().right > innerWidth + 1) say('sideways', node);
  }
  return found;
}"""


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


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    path = tmp_path / "march-accounts.csv"
    path.write_text(SECOND, encoding="gb18030")
    return path


async def _page(browser: Browser, office: Office, **options: object) -> Page:
    await office.log_in("operator")
    base = str(office.client.make_url("/"))
    context = await browser.new_context(base_url=base, **{"viewport": DESK, **options})
    cookies = office.client.session.cookie_jar.filter_cookies(office.client.make_url("/console/"))
    await context.add_cookies(
        [{"name": "duetalk", "value": cookies["duetalk"].value, "url": f"{base}console/"}]
    )
    page = await context.new_page()
    await page.goto("/console/import")
    return page


async def _looked_at(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"import-{name}.png", full_page=True)
    assert await page.evaluate(_FAULTS) == [], name


async def _give(page: Page, path: Path) -> None:
    await page.set_input_files("#file", path)
    await page.locator("#import-form .button-main").click()
    await page.wait_for_url("**/columns")


async def _check(page: Page) -> None:
    await page.locator("button[form=columns].button-main").click()
    await expect(page.locator(".tiles")).to_be_visible(timeout=30_000)


SCREENS = {"wide": DESK, "phone": PHONE}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_each_step_fits_every_screen(
    browser: Browser,
    office: Office,
    bills: Path,
    scheme: str,
    screen: str,
    locale: str,
) -> None:
    shot = f"{screen}-{scheme}-{locale}"
    looks = {"viewport": SCREENS[screen], "color_scheme": scheme, "locale": locale}
    page = await _page(browser, office, **looks)
    await _looked_at(page, f"{shot}-1-empty")
    first = bills.with_name("first.csv")
    first.write_text(FIRST, encoding="utf-8")
    await _give(page, first)
    await _check(page)
    await page.locator(".go-import").click()
    await expect(page.locator(".commands-next")).to_be_visible(timeout=30_000)
    await page.goto("/console/import")
    await _give(page, bills)
    await _looked_at(page, f"{shot}-2-columns")
    await page.select_option("#column-account_id", "")
    await page.locator("button[form=columns].button-main").click()
    await expect(page.locator(".errors")).to_be_focused()
    await _looked_at(page, f"{shot}-2-refused")
    await page.select_option("#column-account_id", "0")
    await _check(page)
    await _looked_at(page, f"{shot}-3-check")
    await page.locator(".line-tabs a").nth(2).click()
    await _looked_at(page, f"{shot}-3-updated")
    await page.locator(".line-tabs a").nth(1).click()
    await page.locator("[value=all]").check()
    await _looked_at(page, f"{shot}-3-new")
    await page.locator("[value=good]").check()
    await page.locator(".go-import").click()
    await expect(page.locator(".commands-next")).to_be_visible(timeout=30_000)
    await _looked_at(page, f"{shot}-4-done")
    await page.goto("/console/import")
    await _looked_at(page, f"{shot}-1-file")
    await page.set_input_files("#file", {"name": "a.pdf", "mimeType": "", "buffer": b"%PDF-1.7"})
    await page.locator("#import-form .button-main").click()
    await expect(page.locator(".errors")).to_be_focused()
    await _looked_at(page, f"{shot}-1-refused")


async def test_the_keyboard_alone_leads_through_all_steps(
    browser: Browser, office: Office, bills: Path
) -> None:
    page = await _page(browser, office, locale="en-US")
    await page.set_input_files("#file", bills)
    await page.focus("#file")
    for _ in range(2):
        await page.keyboard.press("Tab")
    await expect(page.locator("#import-form .button-main")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/columns")
    await page.locator("#column-product").focus()
    await page.keyboard.press("Home")
    await expect(page.locator("#samples-product")).to_have_text("")
    await page.locator("#campaign").press("Enter")
    await expect(page.locator("h1")).to_contain_text("Check 65 rows")
    await page.locator("[value=good]").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".go-import")).to_be_hidden()
    await expect(page.get_by_role("link", name="Choose the mended file")).to_be_visible()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Tab")
    await expect(page.locator(".go-import")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("march-accounts.csv is imported")


async def test_all_steps_work_without_script(browser: Browser, office: Office, bills: Path) -> None:
    page = await _page(browser, office, locale="en-US", java_script_enabled=False)
    await page.locator("#import-form .button-main").click()
    await expect(page.locator(".errors")).to_contain_text("No file came")
    await page.set_input_files("#file", bills)
    await page.locator("#import-form .button-main").click()
    await page.wait_for_url("**/columns")
    await page.select_option("#column-product", "7")
    await page.locator("[name=look]").click()
    await expect(page.locator("#samples-product li").first).to_have_text("x")
    await page.locator("button[form=columns].button-main").click()
    await expect(page.locator(".tiles")).to_be_visible(timeout=30_000)
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Download these").click()
    kept = await (await waiting.value).path()
    assert "1.38E+10" in kept.read_text("utf-8-sig")
    await page.locator(".go-import").click()
    await expect(page.locator("h1")).to_have_text("march-accounts.csv is imported")


async def test_no_width_needs_sideways_scrolling(
    browser: Browser, office: Office, bills: Path
) -> None:
    page = await _page(browser, office, locale="en-US")
    await _give(page, bills)
    for where in ("columns", "check"):
        for width in (320, 390, 768, 1024, 1280, 1600):
            await page.set_viewport_size({"width": width, "height": 800})
            await _looked_at(page, f"{where}-{width}")
        if where == "columns":
            await _check(page)


async def test_a_file_is_dropped_on_the_page(browser: Browser, office: Office) -> None:
    page = await _page(browser, office, locale="en-US")
    await page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'dropped.csv', { type: 'text/csv' }));
          document.querySelector('#drop').dispatchEvent(
            new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        FIRST,
    )
    await page.keyboard.press("Tab")
    await page.locator("#import-form .button-main").click()
    await page.wait_for_url("**/columns")
    await expect(page.locator(".crumbs")).to_contain_text("dropped.csv")
