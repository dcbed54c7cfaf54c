"""A full disk: providers are told to try again, nothing dies, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot import health
from bot.beginning import start_conversations
from bot.clock import MovableClock
from bot.worker import Worker
from storage.database import Database
from storage.tables import table
from tests.bot.fakes import (
    NOW,
    SECRET,
    Hooks,
    Log,
    RecordingChannel,
    a_delivery,
    an_inbox,
)
from tests.builders import a_conversation, rules

ROOM = 1_000_000
LONG = "x" * 3_000
MOST_MESSAGES = 50


@dataclass
class Office:
    """A service whose disk can be filled."""

    db: Database
    client: TestClient[web.Request, web.Application]
    worker: Worker
    channel: RecordingChannel
    clock: MovableClock
    log: Log

    async def limit(self, pages: int = 0) -> None:
        """Let the file grow to so many pages; 0: not at all any more."""
        pages = pages or await self.db.read(
            lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        )
        await self.db.write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}"))

    async def say(self, number: int) -> tuple[int, str]:
        words = f"SM{number} I can pay on Friday {LONG}"
        proof = {"proof": SECRET}
        answer = await self.client.post("/webhooks/sms/messages", data=words, headers=proof)
        return answer.status, answer.headers.get("Retry-After", "")

    async def ready(self) -> tuple[int, str]:
        answer = await self.client.get("/readyz")
        return answer.status, await answer.text()

    async def fill(self) -> int:
        """Say things until the disk is full; how many were accepted."""
        await self.limit()
        for number in range(MOST_MESSAGES):
            status, retry = await self.say(number)
            if status != 200:
                assert (status, bool(retry)) == (503, True)
                return number
        raise AssertionError("the disk never filled")


@pytest_asyncio.fixture
async def office(bot_db: Database) -> AsyncIterator[Office]:
    talk = a_conversation(address="+15550100")
    await bot_db.write(lambda conn: start_conversations(conn, [talk], NOW))
    channel, clock, log = RecordingChannel(), MovableClock(NOW), Log()
    inbox = an_inbox(bot_db, channel, hooks=Hooks(), log=log, clock=clock)
    app = web.Application()
    app[health.DATABASE], app[health.CLOCK] = bot_db, clock
    app.add_routes([*inbox.routes(), web.get("/readyz", health.ready)])
    worker = Worker(database=bot_db, rules=rules(), clock=clock, log=log)
    async with TestClient(TestServer(app)) as client:
        yield Office(bot_db, client, worker, channel, clock, log)


async def test_a_provider_is_asked_to_come_again_and_the_operator_is_told_why(
    office: Office,
) -> None:
    assert await office.ready() == (200, "ready\n")
    await office.fill()
    status, why = await office.ready()
    assert status == 503
    assert "the disk is full: free some space" in why
    assert "inbox.unable" in office.log.text
    assert "the disk is full: free some space" in office.log.text
    assert LONG not in office.log.text


async def test_the_worker_waits_and_blames_no_talk(office: Office) -> None:
    accepted = await office.fill()
    assert accepted
    office.clock.move(timedelta(minutes=10))
    for _ in range(10):
        await office.worker.run_once()
    rows = await _incoming(office.db)
    assert "turn.storage_failed" in office.log.text
    assert {row["attempts"] for row in rows} == {0}


@pytest.mark.rule("S62")
async def test_nothing_is_lost_or_doubled_once_there_is_room_again(office: Office) -> None:
    accepted = await office.fill()
    office.clock.move(timedelta(minutes=10))
    await office.worker.run_once()
    await office.limit(ROOM)
    # Providers repeat what they got no yes for, and sometimes what they did.
    assert {(await office.say(number))[0] for number in range(accepted + 3)} == {200}
    office.clock.move(timedelta(minutes=10))
    while await office.worker.run_once():
        pass
    delivery = a_delivery(
        office.db, office.channel, hooks=Hooks(), log=office.log, clock=office.clock
    )
    await delivery.run_once()
    rows = await _incoming(office.db)
    assert sorted(row["external_id"] for row in rows) == sorted(
        f"SM{number}" for number in range(accepted + 3)
    )
    assert {row["state"] for row in rows} == {"handled"}
    assert len({parcel.reference for parcel in office.channel.sent}) == len(office.channel.sent)
    assert office.channel.sent


async def _incoming(db: Database) -> list[dict[str, object]]:
    rows = await db.read(
        lambda conn: conn.execute(select(table("incoming_messages"))).mappings().all()
    )
    return [dict(row) for row in rows]
