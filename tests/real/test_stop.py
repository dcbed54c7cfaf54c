"""The kill switch against running sender processes: how long until the last message is out."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from storage.database import Database
from storage.statuses import Status
from tests.bot.fakes import a_message, write_to
from tests.databases import Postgres, migrate, sqlite_url
from tests.real.loop import until
from tests.real.test_senders import counted

pytestmark = [pytest.mark.real]

COUNT = 3_000
# The goal is five seconds from the order to the last message out (product.md D2).
LONGEST_SECONDS = 5.0
# About fifty messages a second over all senders, as the goal is stated.
ANSWER_SECONDS = 0.3
WATCH_SECONDS = 4.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except Exception as error:
        pytest.skip(f"no PostgreSQL here: {type(error).__name__}: {error}")
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    return postgres.emptied()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> str:
    migrate(sqlite_url(tmp_path / "duetalk.db"))
    return sqlite_url(tmp_path / "duetalk.db")


class Gateway:
    """Takes messages, and knows when the last one came."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def sendsms(self, request: web.Request) -> web.Response:
        self.taken.append(time.monotonic())
        await asyncio.sleep(ANSWER_SECONDS)
        return web.Response(status=202, text="0: Accepted for delivery")

    async def has_begun(self) -> bool:
        return len(self.taken) > 30

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/sendsms", self.sendsms)
        return app


def start(url: str, sendsms_url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.real.sender", url, sendsms_url], stderr=subprocess.DEVNULL
    )


@dataclass(frozen=True)
class Said:
    """What a command printed, and when its first line came."""

    text: str
    at: float


async def command(url: str, *words: str) -> Said:
    """The command line in a process of its own."""
    program = "import sys; from bot.cli import run; sys.exit(run(sys.argv[1:]))"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, *words),
        env={"DUETALK_DATABASE": url, "PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    first = await process.stdout.readline()
    at = time.monotonic()
    rest = await process.stdout.read()
    assert await process.wait() == 0, (first + rest).decode()
    return Said((first + rest).decode(), at)


async def stopped_run(url: str, senders: int) -> None:
    """Let senders run, give the order, measure; then kill, restart and resume."""
    gateway, running = Gateway(), []
    async with TestServer(gateway.app()) as server, await Database.open(url) as database:
        await write_to(database, *(a_message(n) for n in range(COUNT)))
        sendsms_url = str(server.make_url("/sendsms"))
        try:
            running = [start(url, sendsms_url) for _ in range(senders)]
            await until(gateway.has_begun)
            typed = time.monotonic()
            said = await command(url, "stop", "--all", "--reason", "drill")
            await asyncio.sleep(WATCH_SECONDS)
            last = max(gateway.taken)
            print(
                f"{senders} senders: last message {last - said.at:.2f} s after the order stood, "
                f"{last - typed:.2f} s after it was typed, {len(gateway.taken)} sent"
            )
            assert last - said.at < LONGEST_SECONDS
            assert "the order stands" in said.text
            assert f"held in the queue: {COUNT - len(gateway.taken)}" in said.text

            count = len(gateway.taken)
            for sender in running:
                sender.kill()
                await asyncio.to_thread(sender.wait, 60)
            running = [start(url, sendsms_url) for _ in range(senders)]
            await asyncio.sleep(WATCH_SECONDS)
            assert len(gateway.taken) == count, "a sender started again stays stopped"
            assert (await counted(database))[Status.QUEUED] == COUNT - count

            await command(url, "resume", "--all", "--reason", "drill over")
            await until(lambda: _is_more(gateway, count))
        finally:
            for sender in running:
                sender.kill()
                await asyncio.to_thread(sender.wait, 60)


async def _is_more(gateway: Gateway, count: int) -> bool:
    return len(gateway.taken) > count


async def test_two_senders_on_postgresql_stop_within_five_seconds(postgres_url: str) -> None:
    await stopped_run(postgres_url, 2)


async def test_a_sender_on_sqlite_stops_within_five_seconds(sqlite_file: str) -> None:
    await stopped_run(sqlite_file, 1)
