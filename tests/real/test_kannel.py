"""The whole SMS loop through Kannel itself and an SMPP link: exact words, each exactly once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import smpp34

from storage.database import Database
from storage.statuses import Status
from tests.bot.fakes import a_message, write_to
from tests.databases import migrate, sqlite_url
from tests.real.gateway import Bench, Verdict
from tests.real.loop import Loop, running, until

pytestmark = [pytest.mark.real]

CHINESE = "我明天还款500元，谢谢！"
LONG = "我想分三期还款，每月十五号还一笔。" * 8


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    url = sqlite_url(tmp_path / "duetalk.db")
    # A loop of its own: this fixture is set up before the test's loop runs.
    migrate(url)
    return url


@pytest_asyncio.fixture
async def loop(kannel: Bench, database_url: str) -> AsyncIterator[Loop]:
    async with await Database.open(database_url) as database, running(database, kannel) as ready:
        yield ready


@pytest.mark.parametrize(
    ("text", "parts"),
    [(CHINESE, 1), ("I will pay 500 on Friday.", 1), (LONG, 3)],
    ids=["chinese", "english", "long, in parts that arrive reversed"],
)
async def test_a_reply_is_stored_once_word_for_word(
    kannel: Bench, loop: Loop, text: str, parts: int
) -> None:
    await asyncio.to_thread(kannel.smsc.say, text, parts=parts)

    async def has_come() -> bool:
        return len(await loop.stored()) > 0

    await until(has_come)
    assert await loop.stored() == [("+8613800138000", text)]
    assert kannel.smsc.submitted == []  # Nothing went back to the customer by itself.


async def test_kannel_repeats_after_our_500_and_the_message_counts_once(
    kannel: Bench, loop: Loop
) -> None:
    loop.refusals = [500, 503]
    await asyncio.to_thread(kannel.smsc.say, CHINESE)

    async def was_repeated() -> bool:
        return loop.requests >= 3

    await until(was_repeated)
    assert [text for _, text in await loop.stored()] == [CHINESE]


async def send(loop: Loop, text: str) -> None:
    await write_to(loop.database, a_message(text=text, address="+8613800138000"))
    assert await loop.delivery.run_once() == 1


@pytest.mark.parametrize(
    "text",
    [
        "【测试】您的账单500元今日到期",
        "You owe $120.00 (€110) today.",
        "您好，这是一条很长的短信。" * 14,
    ],
    ids=["chinese", "english", "long"],
)
async def test_the_phone_shows_exactly_our_words_and_the_receipt_comes_back(
    kannel: Bench, loop: Loop, text: str
) -> None:
    await send(loop, text)

    async def has_arrived() -> bool:
        return (await loop.message()).status is Status.DELIVERED

    await until(has_arrived)
    assert kannel.smsc.texts() == [text]
    assert {part.to for part in kannel.smsc.submitted} == {"8613800138000"}


@pytest.mark.parametrize(
    ("verdict", "status", "reason"),
    [
        (Verdict(receipts=("UNDELIV",)), Status.FAILED, "smsc:UNDELIV:000"),
        (
            Verdict(rejected_with=smpp34.ESME_RINVDSTADR),
            Status.REFUSED,
            "smsc:0x0000000b",
        ),
    ],
    ids=["not delivered", "rejected"],
)
async def test_what_the_network_refuses_reaches_the_conversation(
    kannel: Bench, loop: Loop, verdict: Verdict, status: Status, reason: str
) -> None:
    kannel.smsc.decide = lambda _: verdict
    await send(loop, "您好")

    async def is_settled() -> bool:
        return (await loop.message()).status is status

    await until(is_settled)
    assert (await loop.message()).reason == reason
    assert [(f.message_id, f.status) for f in loop.hooks.failed] == [(1, status)]


async def test_reports_in_any_order_leave_the_message_delivered(kannel: Bench, loop: Loop) -> None:
    for _ in range(5):
        await write_to(loop.database, a_message(text="您好", address="+8613800138000"))
    assert await loop.delivery.run_once() == 5

    async def all_told() -> bool:
        return loop.requests >= 10

    await until(all_told)
    stands = [(await loop.message(number)).status for number in range(1, 6)]
    assert stands == [Status.DELIVERED] * 5


async def test_a_kill_between_storing_and_answering_neither_loses_nor_doubles(
    kannel: Bench, database_url: str
) -> None:
    with _webhooks(kannel, database_url, "--die") as dying:
        await asyncio.to_thread(kannel.smsc.say, CHINESE)
        await asyncio.to_thread(dying.wait, 60)
    async with await Database.open(database_url) as database:
        assert await _texts(database) == [CHINESE]
        with _webhooks(kannel, database_url):
            # The repeat comes a second later at the most; another message shows that one can.
            await asyncio.to_thread(kannel.smsc.say, "好的")

            async def has_come() -> bool:
                return "好的" in await _texts(database)

            await until(has_come)
            await asyncio.sleep(2)
            assert sorted(await _texts(database)) == sorted([CHINESE, "好的"])


@contextmanager
def _webhooks(bench: Bench, url: str, *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """Our webhooks as a process of their own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.real.webhooks", url, str(bench.web_port), *flags],
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


async def _texts(database: Database) -> list[str]:
    from sqlalchemy import select

    from storage.tables import table

    rows = table("incoming_messages")
    found = await database.read(lambda conn: conn.execute(select(rows.c.text)).scalars().all())
    return list(found)


async def test_a_gateway_that_does_not_recode_is_understood_as_well(
    kannel_installed: None, tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "kannel"
    folder.mkdir()
    bench = await asyncio.to_thread(lambda: Bench(folder, recodes=False))
    try:
        async with (
            await Database.open(database_url) as database,
            running(database, bench) as loop,
        ):
            await asyncio.to_thread(bench.smsc.say, CHINESE)

            async def has_come() -> bool:
                return len(await loop.stored()) > 0

            await until(has_come)
            assert await loop.stored() == [("+8613800138000", CHINESE)]
    finally:
        await asyncio.to_thread(bench.stop)
