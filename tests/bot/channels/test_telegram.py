"""Telegram against a strict Bot API server: sending, polling, webhooks, every failure's meaning."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Incoming, Parcel
from bot.channels.telegram import Telegram, TelegramOptions
from bot.channels.telegram_updates import button_data, read_update
from bot.errors import BadPayload, Failure, SendError
from storage.database import Database
from tests.bot.channels.bot_api import TOKEN, BotApi, Fault, a_bot_api
from tests.bot.channels.servers import a_server_that_hangs_up, nobody_listens
from tests.bot.fakes import Hooks, Log, a_clock, a_delivery, a_message, an_inbox, write_to

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CHAT = 5550100
PARCEL = Parcel(
    reference="17", address=str(CHAT), text="您好，怎么还？", buttons=("今天付清", "分三期")
)


@asynccontextmanager
async def a_telegram(url: str, **changes: Any) -> AsyncIterator[Telegram]:
    values: dict[str, Any] = {"token": TOKEN, "secret": "telegram-secret-001", "api_url": url}
    channel = Telegram("tg", TelegramOptions(**(values | changes)), "https://duetalk.example")
    await channel.start()
    try:
        yield channel
    finally:
        await channel.close()


async def test_a_message_leaves_with_its_buttons_and_gives_an_id() -> None:
    async with a_bot_api() as api, a_telegram(api.url) as channel:
        assert await channel.send(PARCEL) == f"{CHAT}:1"
    (sent,) = api.sent
    assert (sent["chat_id"], sent["text"]) == (str(CHAT), "您好，怎么还？")
    assert json.loads(sent["reply_markup"]) == {
        "inline_keyboard": [
            [{"text": "今天付清", "callback_data": "今天付清"}],
            [{"text": "分三期", "callback_data": "分三期"}],
        ]
    }


async def test_a_message_without_buttons_has_no_keyboard() -> None:
    async with a_bot_api() as api, a_telegram(api.url) as channel:
        await channel.send(Parcel(reference="1", address=str(CHAT), text="hello"))
    assert "reply_markup" not in api.sent[0]


@given(text=st.text(min_size=1), number=st.integers(0, 20))
def test_a_buttons_data_always_fits(text: str, number: int) -> None:
    with suppress(UnicodeEncodeError):
        assert 1 <= len(button_data(text, number).encode()) <= 64


@pytest.mark.parametrize(
    ("fault", "failure", "reason", "wait"),
    [
        (
            Fault(403, "Forbidden: bot was blocked by the user"),
            Failure.REFUSED,
            "telegram:forbidden",
            None,
        ),
        (
            Fault(400, "Bad Request: chat not found"),
            Failure.REFUSED,
            "telegram:chat_not_found",
            None,
        ),
        (
            Fault(429, "Too Many Requests: retry after 7", {"retry_after": 7}),
            Failure.RETRY,
            "telegram:flood",
            timedelta(seconds=7),
        ),
        (Fault(500, "Internal Server Error"), Failure.UNKNOWN, "telegram:NetworkError", None),
        (Fault(502, "Bad Gateway"), Failure.UNKNOWN, "telegram:NetworkError", None),
    ],
)
async def test_what_an_error_means(
    fault: Fault, failure: Failure, reason: str, wait: timedelta | None
) -> None:
    async with a_bot_api() as api, a_telegram(api.url) as channel:
        api.faults[CHAT] = fault
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
    assert (raised.value.failure, raised.value.reason) == (failure, reason)
    assert raised.value.wait == wait


async def test_a_wrong_token_is_tried_again_later_for_it_is_our_fault() -> None:
    async with a_bot_api() as api, a_telegram(api.url, token="8:other") as channel:
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
    assert (raised.value.failure, raised.value.reason) == (Failure.RETRY, "telegram:token")


async def test_a_refused_connection_is_tried_again_and_a_lost_answer_is_not() -> None:
    async with a_telegram(await nobody_listens()) as channel:
        with pytest.raises(SendError) as refused:
            await channel.send(PARCEL)
    async with a_server_that_hangs_up(after_reading=True) as url, a_telegram(url) as channel:
        with pytest.raises(SendError) as lost:
            await channel.send(PARCEL)
    assert refused.value.failure is Failure.RETRY
    assert lost.value.failure is Failure.UNKNOWN


async def test_one_chat_hears_from_us_once_a_second_while_others_need_not_wait() -> None:
    loop = asyncio.get_running_loop()
    async with a_bot_api() as api, a_telegram(api.url) as channel:
        started = loop.time()
        others = [Parcel(reference="1", address=str(chat), text="x") for chat in range(1, 6)]
        await asyncio.gather(*(channel.send(each) for each in others))
        assert loop.time() - started < 1
        await asyncio.gather(channel.send(PARCEL), channel.send(PARCEL))
        assert loop.time() - started >= 1
    assert len(api.sent) == 7


async def test_the_webhook_is_registered_with_its_secret() -> None:
    async with a_bot_api() as api, a_telegram(api.url) as channel:
        await channel.register()
    assert api.webhook["url"] == "https://duetalk.example/webhooks/tg/messages"
    assert api.webhook["secret_token"] == "telegram-secret-001"


def test_a_pressed_button_is_acknowledged_in_the_answer_to_the_webhook() -> None:
    channel = Telegram("tg", TelegramOptions(token=TOKEN), "https://duetalk.example")
    press = Incoming(
        external_id="1", address="1", text="x", said_at=NOW, is_choice=True, press_id="77"
    )
    reply = channel.reply(is_report=False, incoming=[press])
    assert json.loads(reply.body) == {"method": "answerCallbackQuery", "callback_query_id": "77"}
    assert channel.reply(is_report=False).body == ""


async def poll_until(channel: Telegram, api: BotApi, keep: Any, offset: int) -> Log:
    """Poll until the server has been asked for this offset."""
    log = Log()
    polling = asyncio.create_task(channel.poll(keep, clock=a_clock(), log=log))
    try:
        async with asyncio.timeout(10):
            while offset not in api.offsets:  # noqa: ASYNC110 # The server sets no event.
                await asyncio.sleep(0.01)
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling
    return log


async def test_polling_tells_telegram_to_forget_only_what_was_stored() -> None:
    kept: list[Incoming] = []
    failures = [OSError("the database is away")]

    async def keep(incoming: Sequence[Incoming]) -> None:
        if any(message.text == "two" for message in incoming) and failures:
            raise failures.pop()
        kept.extend(incoming)

    async with a_bot_api() as api, a_telegram(api.url, polling=True) as channel:
        api.webhook = {"url": "https://old.example"}
        await channel.register()
        for text in ("one", "two", "three"):
            api.say(text)
        log = await poll_until(channel, api, keep, 903)
    assert [message.text for message in kept] == ["one", "two", "three"]
    # After the failure the first was forgotten and the second asked for again.
    assert api.offsets == [0, 901, 903]
    assert "OSError" in log.text


async def test_an_update_that_is_not_as_documented_does_not_stop_the_rest() -> None:
    kept: list[Incoming] = []

    async def keep(incoming: Sequence[Incoming]) -> None:
        kept.extend(incoming)

    async with a_bot_api() as api, a_telegram(api.url, polling=True) as channel:
        api.add(message={"message_id": "?"})
        api.say("after")
        await poll_until(channel, api, keep, 902)
    assert [message.text for message in kept] == ["after"]


async def test_a_press_that_was_fetched_is_acknowledged() -> None:
    async def keep(incoming: Sequence[Incoming]) -> None: ...

    person = {"id": CHAT, "is_bot": False, "first_name": "Mei"}
    here = {"id": CHAT, "type": "private"}
    async with a_bot_api() as api, a_telegram(api.url, polling=True) as channel:
        api.add(
            callback_query={
                "id": "77",
                "from": person,
                "chat_instance": "1",
                "data": "今天付清",
                "message": {"message_id": 1, "date": 0, "chat": here},
            }
        )
        await poll_until(channel, api, keep, 901)
    assert api.answered == ["77"]


async def test_the_whole_loop_stores_what_was_fetched_and_sends_the_answer(
    bot_db: Database,
) -> None:
    hooks, log = Hooks(), Log()
    async with a_bot_api() as api, a_telegram(api.url, polling=True) as channel:
        inbox = an_inbox(bot_db, channel, hooks=hooks, log=log)

        async def keep(incoming: Sequence[Incoming]) -> None:
            await inbox.keep(channel, incoming)

        api.say("/start MARKED-TOKEN")
        await poll_until(channel, api, keep, 901)
        await write_to(bot_db, a_message(channel="tg", address=str(CHAT), text="您好"))
        assert await a_delivery(bot_db, channel, hooks=hooks, log=log).run_once() == 1
    assert hooks.bound == [("tg", str(CHAT), "MARKED-TOKEN")]
    assert [sent["text"] for sent in api.sent] == ["您好"]
    assert "MARKED" not in log.text
    assert TOKEN not in log.text


async def test_listening_registers_fetches_and_stops_when_told(bot_db: Database) -> None:
    stop, log = asyncio.Event(), Log()
    async with a_bot_api() as api, a_telegram(api.url, polling=True) as channel:
        api.webhook = {"url": "https://old.example"}
        api.say("hello")
        listener = bot_db.subscribe("turns")
        inbox = an_inbox(bot_db, channel, hooks=Hooks(), log=log)
        listening = asyncio.create_task(inbox.listen(stop))
        assert await listener.wait(10)
        stop.set()
        await asyncio.wait_for(listening, 5)
    assert api.webhook == {}
    assert "inbox.stored" in log.text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each),
    max_leaves=6,
)
_FIELDS = ("message_id", "date", "chat", "from", "text", "sticker", "reply_markup", "photo")


@given(
    kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
    body=st.dictionaries(st.sampled_from(_FIELDS), _JSON) | _JSON,
)
def test_an_update_of_any_shape_is_read_or_refused(kind: str, body: Any) -> None:
    with suppress(BadPayload):
        read_update({"update_id": 1, kind: body}, NOW)
