"""The main job on real parts: a file, a gateway, a network, two languages, a kill, a browser.

A thousand accounts come in from a CSV with broken rows; reminders leave through Kannel to an SMSC
on loopback; the process is killed in the middle and started again; customers answer in Chinese and
English; a plan is agreed, a claim held, a stop kept, and a person answers from the console.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.real.gateway import SECRET, Bench

pytestmark = [pytest.mark.real]

ACCOUNTS = 1_000
KILL_AFTER = 250
WAITING = "SELECT count(*) FROM incoming_messages WHERE state <> 'handled'"
PASSWORD = "a long password for a test"
ZH, EN, STOPPER, ASKER = 1, 2, 3, 4
BROKEN = (
    "B1,坏号码,1.38E+10,100.00,CNY,{due},zh-Hans,{zone}",
    "B2,负数,+8613900090002,-5.00,CNY,{due},zh-Hans,{zone}",
    "B3,小数,+8613900090003,5.001,CNY,{due},zh-Hans,{zone}",
    "B4,币种,+8613900090004,5.00,XYZ,{due},zh-Hans,{zone}",
    "B5,日期,+8613900090005,5.00,CNY,2026-02-31,zh-Hans,{zone}",
    "B6,,+8613900090006,5.00,CNY,{due},zh-Hans,{zone}",
    "N1,重复,+8613900090007,5.00,CNY,{due},zh-Hans,{zone}",
)


def _phone(number: int) -> str:
    """A number of the mainland for the customer who writes Chinese, of Hong Kong for the others."""
    return f"86139{number:08}" if number == ZH else f"8525{number:07}"


def _noon_zone(now: datetime) -> str:
    """A zone where it is about noon, so that the test may run at any hour."""
    offset = (12 - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


@dataclass
class Town:
    """The product as its operator runs it: a folder, commands, a service that can be killed."""

    folder: Path
    bench: Bench
    service: subprocess.Popen[bytes] | None = None
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "duetalk.toml").write_text(
            f"""
[web]
port = {self.bench.web_port}
[creditor]
name = "Northlake"
country = "CN"
[channels.sms]
kind = "kannel"
url = "{self.bench.sendsms_url}"
username = "app"
callback_url = "http://127.0.0.1:{self.bench.web_port}"
per_second = 400
""",
            encoding="utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DUETALK_SECRET": "0123456789" * 4,
            "DUETALK_SMS_SECRET": SECRET,
            "DUETALK_SMS_PASSWORD": "apppw",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self) -> None:
        with (self.folder / "service.log").open("ab") as log:
            self.service = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        assert self.service is not None
        self.service.send_signal(signal.SIGKILL)
        self.service.wait(10)

    def stop(self) -> None:
        if self.service is not None and self.service.poll() is None:
            self.service.terminate()
            self.service.wait(30)

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            url = f"http://127.0.0.1:{self.bench.web_port}/readyz"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        return False

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "duetalk.db", timeout=10)) as db:
            return db.execute(query).fetchall()

    def texts_to(self, phone: str) -> list[str]:
        """What one phone shows."""
        rows = self.rows(
            "SELECT o.text FROM outgoing_messages o"
            f" WHERE o.address = '+{phone}' AND o.status IN ('sent', 'delivered') ORDER BY o.id"
        )
        return [str(row[0]) for row in rows]


@pytest.fixture
def town(kannel: Bench, tmp_path: Path) -> Iterator[Town]:
    made = Town(folder=tmp_path, bench=kannel)
    yield made
    made.stop()


async def _until(what: str, holds: Callable[[], bool], seconds: float = 240) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < end, f"waited {seconds} s for {what}"
        await asyncio.sleep(0.2)


def _write_file(path: Path) -> None:
    now = datetime.now(UTC)  # noqa: TID251 # The service under test runs on the machine's clock.
    zone, due = _noon_zone(now), (now - timedelta(days=4)).date().isoformat()
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write("账单编号,姓名,手机号,金额,币种,到期日,语言,时区,国家\r\n")
        writer = csv.writer(file)
        for number in range(1, ACCOUNTS + 1):
            language = "zh-Hans" if number == ZH else "en"
            name = "王伟" if number == ZH else f"Customer {number}"
            amount = "3600.00" if number <= ASKER else f"{100 + number}.50"
            phone = f"+{_phone(number)}"
            country = "CN" if number == ZH else "HK"
            writer.writerow(
                [f"N{number}", name, phone, amount, "CNY", due, language, zone, country]
            )
        for row in BROKEN:
            file.write(row.format(due=due, zone=zone) + ",CN\r\n")


async def test_the_main_job_from_a_file_to_an_answer(town: Town, chromium: str) -> None:
    _import(town)
    assert "1000 reminders planned" in town.run("remind").stdout
    await _remind_through_a_kill(town)
    await _talk(town)
    await _answer_as_an_agent(town, chromium)
    _check_the_books(town)


def _import(town: Town) -> None:
    _write_file(town.folder / "overdue.csv")
    first = town.run("import", "accounts", "overdue.csv")
    assert first.returncode == 1, first.stderr
    assert f"{ACCOUNTS} new, 0 updated, 0 the same, {len(BROKEN)} with errors" in first.stdout
    assert f"line {ACCOUNTS + 2}, 手机号 '1.38E+10'" in first.stdout
    again = town.run("import", "accounts", "overdue.csv")
    assert f"0 new, 0 updated, {ACCOUNTS} the same" in again.stdout
    added = town.run("agent", "add", "lin", "--name", "林雨", given=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr


async def _remind_through_a_kill(town: Town) -> None:
    """Killed with a quarter out; started again, each customer gets one reminder at the most."""
    smsc = town.bench.smsc
    town.start()
    await _until("the first reminders", lambda: len(_reached(smsc)) >= KILL_AFTER)
    town.kill()
    town.start()
    gone = "SELECT count(*) FROM outgoing_messages WHERE status IN ('sent','delivered','unknown')"
    await _until("all reminders", lambda: town.rows(gone)[0][0] == ACCOUNTS, 180)
    # Receipts that came while the process was dead are lost by the gateway, after its own tries.
    told = "SELECT count(*) FROM outgoing_messages WHERE status = 'delivered'"
    await _until("receipts", lambda: int(str(town.rows(told)[0][0])) >= ACCOUNTS // 4)
    assert (
        town.rows("SELECT count(DISTINCT conversation_id) FROM outgoing_messages")[0][0] == ACCOUNTS
    )
    unknown = town.rows("SELECT count(*) FROM outgoing_messages WHERE status = 'unknown'")[0][0]
    # "Sent" means taken by the gateway, whose queue may be a moment behind.
    await _until("the network", lambda: len(_reached(smsc)) >= ACCOUNTS - int(str(unknown)))
    shown = Counter(_texts_by_phone(smsc))
    assert max(shown.values()) == 1, "somebody was reminded twice"


def _reached(smsc: object) -> set[str]:
    return {part.to for part in smsc.submitted}  # type: ignore[attr-defined]  # The bench's SMSC.


def _texts_by_phone(smsc: object) -> list[str]:
    """The phone of each whole message that reached the network, once a message."""
    seen: dict[tuple[str, int], str] = {}
    for count, part in enumerate(smsc.submitted):  # type: ignore[attr-defined]  # The same.
        key = (part.to, part.body[3]) if part.has_header else (part.to, 1_000 + count)
        seen[key] = part.to
    return list(seen.values())


async def _say(town: Town, number: int, text: str, *, expects: str) -> None:
    """A customer writes and hears something that holds these words."""
    phone = _phone(number)
    before = len(town.texts_to(phone))
    await asyncio.to_thread(town.bench.smsc.say, text, sender=phone)

    def answered() -> bool:
        return any(re.search(expects, said) for said in town.texts_to(phone)[before:])

    await _until(f"an answer to {text!r}", answered)


async def _talk(town: Town) -> None:
    """Four customers at once, each on a phone of his own."""
    await asyncio.gather(_agree_plan(town), _claim_paid(town), _stop(town), _ask_person(town))


async def _agree_plan(town: Town) -> None:
    await _say(town, ZH, "能分期吗", expects="3/6/12期")
    await _say(town, ZH, "6期 每月15号", expects="回复“好”即生效")
    await _say(town, ZH, "好", expects="已生效")


async def _claim_paid(town: Town) -> None:
    await _say(town, EN, "I already paid yesterday", expects="We will check")


async def _stop(town: Town) -> None:
    await _say(town, STOPPER, "STOP", expects="opted out")


async def _ask_person(town: Town) -> None:
    await _say(
        town, ASKER, "let me talk to a real person please", expects="A colleague will answer"
    )


async def _answer_as_an_agent(town: Town, chromium: str) -> None:
    """Log in, find the request, claim it, answer; the answer arrives on the phone."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium)
        page = await browser.new_page(locale="en-US")
        await page.goto(f"http://127.0.0.1:{town.bench.web_port}/console/talks?tab=unassigned")
        await page.fill("#name", "lin")
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/talks?tab=unassigned")
        await page.get_by_text("let me talk to a real person").first.click()
        await page.get_by_role("button", name=re.compile("Claim")).first.click()
        await expect(page.locator("#reply-text")).to_be_visible()
        await page.locator("#reply-text").fill("Hello, this is Lin. How can I help you?")
        await expect(page.locator(".guard-ok")).to_be_visible()
        await page.keyboard.press("Control+Enter")
        phone = _phone(ASKER)
        await _until("Lin's words", lambda: "this is Lin" in " ".join(town.texts_to(phone)))
        count = len(town.texts_to(phone))
        await asyncio.to_thread(town.bench.smsc.say, "thanks, one moment", sender=phone)
        await expect(page.get_by_text("thanks, one moment").first).to_be_visible(timeout=30_000)
        await _until("all to be handled", lambda: town.rows(WAITING) == [(0,)])
        assert len(town.texts_to(phone)) == count, "the bot spoke while a person held the talk"
        await browser.close()


def _check_the_books(town: Town) -> None:
    """What was agreed is stored exactly; what was stopped stays stopped; the audit holds."""
    plans = town.rows("SELECT total_minor, parts, status FROM plans")
    assert plans == [(360_000, 6, "active")]
    parts = town.rows("SELECT amount_minor FROM instalments ORDER BY due_on")
    assert [row[0] for row in parts] == [60_000] * 6
    claims = town.rows("SELECT status FROM claims")
    assert claims == [("open",)]
    stopped = town.texts_to(_phone(STOPPER))
    assert len(stopped) == 2, "one reminder, one confirmation, nothing else"
    jobs = town.rows(
        "SELECT count(*) FROM jobs j JOIN outgoing_messages o USING (conversation_id)"
        f" WHERE o.address = '+{_phone(STOPPER)}' AND j.status = 'waiting'"
    )
    assert jobs == [(0,)]
    assert town.rows(WAITING) == [(0,)]
