"""`duetalk remind` from the outside: the days ahead, a stop by hand, and words for what is wrong."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.cli import run
from storage.database import Database
from tests.bot.bills import Bill, take_in
from tests.databases import migrate, sqlite_url

BILLS = 3_000
SECONDS = 120


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings over a fresh database."""
    url = sqlite_url(tmp_path / "duetalk.db")
    migrate(url)
    path = tmp_path / "duetalk.toml"
    path.write_text(f'database = "{url}"\n[channels.gateway]\nkind = "phone"\n', encoding="utf-8")
    return path


ENVIRONMENT = os.environ | {"DUETALK_GATEWAY_SECRET": "x" * 40}


def command(settings: Path, *asked: str) -> list[str]:
    return [sys.executable, "-m", "bot", "remind", *asked, "--config", str(settings)]


def ran(settings: Path, *asked: str) -> str:
    """What the command tells; it must end well."""
    done = subprocess.run(
        command(settings, *asked), capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    return done.stdout


def stored(settings: Path, query: str) -> int:
    with sqlite3.connect(settings.with_name("duetalk.db")) as conn:
        return int(conn.execute(query).fetchone()[0])


def fill(settings: Path, count: int) -> None:
    bills = [Bill(account_id=f"A{n}", address=f"+1555{n:07}") for n in range(count)]

    async def work() -> None:
        async with await Database.open(sqlite_url(settings.with_name("duetalk.db"))) as db:
            await take_in(db, bills)

    asyncio.run(work())


def test_a_preview_of_the_days_ahead_plans_nothing_and_writes_a_page(
    settings: Path, tmp_path: Path
) -> None:
    fill(settings, 3)
    page = tmp_path / "ahead.html"
    told = ran(settings, "--days", "30", "--preview", "--html", str(page))
    assert "3 open bills of 3 customers; nothing was planned" in told
    assert "first_overdue" in told
    assert "<svg" in page.read_text("utf-8")
    assert stored(settings, "SELECT count(*) FROM conversations") == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--days", "30"], "add --preview"),
        (["--preview", "--html", "x.html"], "add --days"),
    ],
)
def test_what_only_looks_ahead_says_so(
    asked: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["remind", *asked]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "367", "many"])
def test_the_days_have_a_limit(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["remind", "--days", days, "--preview"])
    assert "expected 1 to 366 days" in capsys.readouterr().err


def test_settings_that_customers_read_are_told_while_they_are_examples(settings: Path) -> None:
    done = subprocess.run(
        command(settings, "--preview"), capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert "set creditor.name, creditor.phone, creditor.help_link" in done.stderr


def test_a_stop_by_hand_leaves_whole_pages_and_the_next_run_plans_the_rest(settings: Path) -> None:
    fill(settings, BILLS)
    running = subprocess.Popen(
        command(settings), stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    until = time.monotonic() + SECONDS
    while not stored(settings, "SELECT count(*) FROM conversations"):
        assert time.monotonic() < until
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=SECONDS)
    planned = stored(settings, "SELECT count(*) FROM conversations")
    assert running.returncode == 0
    assert f"{planned} reminders are planned. Run it again to go on" in told
    assert 0 < planned < BILLS
    assert f"{BILLS - planned} reminders planned" in ran(settings)
    for table in ("conversations", "jobs", "routes", "persons"):
        assert stored(settings, f"SELECT count(*) FROM {table}") == BILLS


def test_planning_is_noted_with_who_did_it_and_how_many(settings: Path) -> None:
    fill(settings, 2)
    assert "2 reminders planned" in ran(settings)
    noted = "SELECT count(*) FROM audit_log WHERE kind = 'reminders_planned' AND actor LIKE 'cli:%'"
    assert stored(settings, noted) == 1
    newest = "SELECT json_extract(value_json, '$.count') FROM settings"
    assert stored(settings, newest) == 2


def test_without_a_channel_it_says_that_nobody_can_be_reminded(settings: Path) -> None:
    settings.write_text(settings.read_text("utf-8").split("[channels")[0], encoding="utf-8")
    fill(settings, 1)
    asked = command(settings, "--preview")
    done = subprocess.run(asked, capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert "no_channel" in done.stdout
    assert "no channel is set" in done.stderr
