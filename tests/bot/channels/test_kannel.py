"""Sending through Kannel: the words arrive exactly, and every answer has its meaning."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels.base import Parcel
from bot.channels.kannel import Kannel, KannelOptions
from bot.errors import Failure, SendError
from tests.bot.channels.servers import a_provider, a_server_that_hangs_up, nobody_listens

SECRET = "kannel-secret-0001"
PARCEL = Parcel(reference="17", address="+8613800138000", text="【测试】您的账单500元今日到期")


@asynccontextmanager
async def a_kannel(url: str, **options: str) -> AsyncIterator[Kannel]:
    given = KannelOptions(
        url=f"{url}/cgi-bin/sendsms",
        username="app",
        password="apppw",
        secret=SECRET,
        **options,  # type: ignore[arg-type]
    )
    channel = Kannel("sms", given, "https://duetalk.example")
    await channel.start()
    try:
        yield channel
    finally:
        await channel.close()


async def test_chinese_leaves_as_utf8_with_coding_2_and_asks_for_every_report() -> None:
    async with a_provider() as provider, a_kannel(provider.url, sender="10690000") as channel:
        assert await channel.send(PARCEL) is None
    (seen,) = provider.seen
    assert seen.path == "/cgi-bin/sendsms"
    assert seen.body.decode() == PARCEL.text
    sent = {k: v for k, v in seen.headers.items() if k.startswith(("X-Kannel", "Content-Type"))}
    assert sent == {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": "app",
        "X-Kannel-Password": "apppw",
        "X-Kannel-To": "+8613800138000",
        "X-Kannel-From": "10690000",
        "X-Kannel-Coding": "2",
        "X-Kannel-DLR-Mask": "31",
        "X-Kannel-DLR-Url": (
            f"https://duetalk.example/webhooks/sms/{SECRET}/receipts?ref=17&status=%d&reason=%A"
        ),
    }


async def test_plain_english_leaves_in_the_gsm_alphabet() -> None:
    parcel = Parcel(reference="1", address="+15550100", text="You owe €5 today.")
    async with a_provider() as provider, a_kannel(provider.url) as channel:
        await channel.send(parcel)
    assert "X-Kannel-Coding" not in provider.seen[0].headers


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, "Missing receiver number, rejected", Failure.REFUSED),
        (403, "Not routable. Do not try again.", Failure.REFUSED),
        (403, "Authorization failed for sendsms", Failure.RETRY),
        (503, "Temporal failure, try again later.", Failure.RETRY),
        (500, "", Failure.UNKNOWN),
        (502, "", Failure.UNKNOWN),
        (302, "", Failure.UNKNOWN),
    ],
)
async def test_what_an_answer_means(status: int, body: str, failure: Failure) -> None:
    async with a_provider() as provider, a_kannel(provider.url) as channel:
        provider.answer = lambda: web.Response(status=status, text=body)
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
    assert raised.value.failure is failure


async def test_queued_for_later_counts_as_taken() -> None:
    async with a_provider() as provider, a_kannel(provider.url) as channel:
        provider.answer = lambda: web.Response(status=202, text="3: Queued for later delivery")
        assert await channel.send(PARCEL) is None


async def test_a_connection_that_is_refused_can_be_tried_again() -> None:
    async with a_kannel(await nobody_listens()) as channel:
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
    assert raised.value.failure is Failure.RETRY


async def test_a_connection_that_died_after_the_request_leaves_the_outcome_unknown() -> None:
    async with (
        a_server_that_hangs_up(after_reading=True) as url,
        a_kannel(url) as channel,
    ):
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
    assert raised.value.failure is Failure.UNKNOWN


async def test_the_answer_to_a_webhook_is_empty_text_so_that_nothing_is_sent_back() -> None:
    async with a_kannel("http://127.0.0.1:1") as channel:
        reply = channel.reply(is_report=False)
    assert (reply.status, reply.content_type, reply.body) == (200, "text/plain", "")
