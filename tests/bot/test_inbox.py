"""A webhook is answered 2xx only once its messages are durable, and each counts once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.inbox import LIMIT_BYTES
from flows.burst import LONGEST, SMS_PAUSE
from storage import outgoing
from storage.database import Database
from storage.statuses import Status
from storage.tables import table
from tests.bot.fakes import (
    NOW,
    SECRET,
    Hooks,
    Log,
    RecordingChannel,
    a_message,
    a_phone,
    an_inbox,
    statuses,
    write_to,
)

Client = TestClient[web.Request, web.Application]
PROOF = {"proof": SECRET}


@pytest.fixture
def hooks() -> Hooks:
    return Hooks()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest_asyncio.fixture
async def client(bot_db: Database, hooks: Hooks, log: Log) -> AsyncIterator[Client]:
    inbox = an_inbox(bot_db, RecordingChannel(), a_phone(), hooks=hooks, log=log)
    app = web.Application()
    app.add_routes(inbox.routes())
    async with TestClient(TestServer(app)) as opened:
        yield opened


async def stored(db: Database) -> list[dict[str, object]]:
    rows = await db.read(
        lambda conn: conn.execute(select(table("incoming_messages"))).mappings().all()
    )
    return [dict(row) for row in rows]


async def say(client: Client, body: str, **headers: str) -> tuple[int, str]:
    answer = await client.post("/webhooks/sms/messages", data=body, headers=headers or PROOF)
    return answer.status, await answer.text()


@pytest.mark.rule("S62")
async def test_a_message_is_stored_before_the_provider_hears_its_own_kind_of_yes(
    client: Client, bot_db: Database
) -> None:
    assert await say(client, "SM1 I pay tomorrow") == (200, "<Response/>")
    (row,) = await stored(bot_db)
    assert (row["text"], row["address"], row["external_id"]) == (
        "I pay tomorrow",
        "+15550100",
        "SM1",
    )


async def test_a_repeat_is_answered_alike_and_changes_nothing(
    client: Client, bot_db: Database
) -> None:
    answers = await asyncio.gather(*(say(client, "SM1 yes") for _ in range(8)))
    assert set(answers) == {(200, "<Response/>")}
    assert len(await stored(bot_db)) == 1


async def test_two_messages_with_the_same_words_both_count(
    client: Client, bot_db: Database
) -> None:
    await say(client, "SM1 yes")
    await say(client, "SM2 yes")
    assert len(await stored(bot_db)) == 2


async def test_a_bad_signature_gets_403_and_an_empty_body(client: Client, bot_db: Database) -> None:
    assert await say(client, "SM1 yes", proof="wrong") == (403, "")
    assert await stored(bot_db) == []


async def test_what_cannot_be_read_gets_400(client: Client) -> None:
    status, why = await say(client, "nothing")
    assert status == 400
    assert why.strip(), "its sender is told what was expected"


async def test_an_unknown_channel_gets_404(client: Client) -> None:
    assert (await client.post("/webhooks/other/messages", data="x")).status == 404


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_over_the_limit_gets_413(client: Client, is_chunked: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LIMIT_BYTES // 1024 + 2):
            yield b"x" * 1024

    data = pieces() if is_chunked else b"x" * (LIMIT_BYTES + 1)
    answer = await client.post("/webhooks/sms/messages", data=data, headers=PROOF)
    assert answer.status == 413
    assert await answer.text() == "the body is over the limit\n"


async def test_words_wait_for_more_but_a_stop_never_does(client: Client, bot_db: Database) -> None:
    await say(client, "SM1 I pay")
    await say(client, "SM2 stop")
    words, stop = await stored(bot_db)
    assert (words["ready_at"], words["latest_at"]) == (NOW + SMS_PAUSE, NOW + LONGEST)
    assert (stop["ready_at"], stop["latest_at"]) == (NOW, NOW)


async def test_nothing_is_confirmed_when_the_database_cannot_store(
    bot_url: str, hooks: Hooks, log: Log
) -> None:
    database = await Database.open(bot_url)
    inbox = an_inbox(database, RecordingChannel(), hooks=hooks, log=log)
    app = web.Application()
    app.add_routes(inbox.routes())
    async with TestClient(TestServer(app)) as client:
        await database.close()
        answer = await client.post("/webhooks/sms/messages", data="SM1 yes", headers=PROOF)
    assert answer.status == 503
    assert "Retry-After" in answer.headers


async def test_a_fault_of_ours_is_answered_500_kept_out_of_the_log_and_stores_nothing(
    client: Client, bot_db: Database, hooks: Hooks, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    hooks.is_broken = True
    raw, headers = signed({"id": "1", "from": "+15550101", "text": "MARKED", "token": "MARKED"})
    answer = await client.post("/webhooks/phone/messages", data=raw, headers=headers)
    assert (answer.status, await answer.text()) == (500, "")
    assert await stored(bot_db) == []
    assert "ValueError" in log.text
    assert "MARKED" not in log.text + caplog.text


def signed(body: dict[str, object]) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    return raw, {"X-Duetalk-Signature": a_phone().sign(raw)}


async def test_a_deep_link_binds_its_address_in_the_same_write(
    client: Client, bot_db: Database, hooks: Hooks
) -> None:
    raw, headers = signed({"id": "1", "from": "+15550101", "text": "/start", "token": "abc"})
    answer = await client.post("/webhooks/phone/messages", data=raw, headers=headers)
    assert answer.status == 200
    assert hooks.bound == [("phone", "+15550101", "abc")]
    (row,) = await stored(bot_db)
    assert row["text"] == "/start"


async def test_a_customer_who_left_counts_as_having_said_stop(
    client: Client, bot_db: Database
) -> None:
    raw, headers = signed({"id": "1", "from": "+15550101", "text": "", "left": True})
    await client.post("/webhooks/phone/messages", data=raw, headers=headers)
    (row,) = await stored(bot_db)
    assert (row["text"], row["payload_json"]) == ("/stop", '{"has_left":true}')
    assert row["ready_at"] == NOW


async def test_reports_in_any_order_and_twice_move_a_message_only_forward(
    client: Client, bot_db: Database, hooks: Hooks
) -> None:
    await write_to(bot_db, a_message())
    for status in ("delivered", "sent", "delivered", "sent"):
        answer = await client.post("/webhooks/sms/receipts", data=f"1 {status}")
        assert answer.status == 200
    assert await statuses(bot_db, 1) == [("delivered", "said so")]
    assert hooks.failed == []


async def test_a_report_settles_a_message_whose_outcome_was_unknown(
    client: Client, bot_db: Database
) -> None:
    await write_to(bot_db, a_message())
    ended = outgoing.Ended(message_id=1, status=Status.UNKNOWN, at=NOW, reason="lost")
    await bot_db.write(lambda conn: outgoing.finish_many(conn, [ended]))
    await client.post("/webhooks/sms/receipts", data="1 delivered")
    assert [status for status, _ in await statuses(bot_db, 1)] == ["delivered"]


async def test_a_failure_that_a_report_tells_reaches_the_conversation_once(
    client: Client, bot_db: Database, hooks: Hooks
) -> None:
    await write_to(bot_db, a_message())
    for _ in range(2):
        await client.post("/webhooks/sms/receipts", data="1 failed")
    assert [(f.message_id, f.status, f.reason) for f in hooks.failed] == [
        (1, Status.FAILED, "said so")
    ]


@pytest.mark.parametrize("reference", ["999", "99999999999999999999999", "-1", "x", "½"])
async def test_a_report_about_no_message_of_ours_is_taken_and_changes_nothing(
    client: Client, bot_db: Database, reference: str
) -> None:
    await write_to(bot_db, a_message())
    answer = await client.post("/webhooks/sms/receipts", data=f"{reference} delivered")
    assert answer.status == 200
    assert await statuses(bot_db, 1) == [("queued", "")]


async def test_an_id_of_any_length_is_stored_once(client: Client, bot_db: Database) -> None:
    for _ in range(2):
        assert (await say(client, "S" * 5000 + " yes"))[0] == 200
    (row,) = await stored(bot_db)
    assert len(str(row["external_id"])) == 64


async def test_the_log_tells_nothing_personal(client: Client, log: Log) -> None:
    await say(client, "SM1 MARKED")
    await say(client, "SM1 MARKED", proof="MARKED")
    assert "inbox.stored" in log.text
    assert "inbox.refused" in log.text
    assert "MARKED" not in log.text
    assert "+1555" not in log.text


async def test_a_message_wakes_the_worker(client: Client, bot_db: Database) -> None:
    listener = bot_db.subscribe("turns")
    await say(client, "SM1 yes")
    assert await listener.wait(timedelta(seconds=2).total_seconds())
