"""Telegram: webhook or long polling in, sendMessage out, by python-telegram-bot's Bot.

Only the library's parsing and sending are used: state, jobs and handlers are our own.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.channels.base import Incoming, Keep, Parcel, RawRequest, Reply, Report
from bot.channels.gateway import MOST_CONNECTIONS
from bot.channels.options import LEAST_SECRET
from bot.channels.telegram_updates import ALLOWED_UPDATES, button_data, read_update
from bot.clock import Clock
from bot.errors import BadPayload, BadSignature, Failure, SendError
from bot.log import Logger

API_URL = "https://api.telegram.org"
SECRET_HEADER = "x-telegram-bot-api-secret-token"
# Bot FAQ, "My bot is hitting limits": about 30 messages a second, one a second to one chat.
_PER_SECOND = 25.0
_CHAT_PAUSE_SECONDS = 1.0
_MOST_CHATS_REMEMBERED = 10_000
_READ_SECONDS = 15.0
_POLL_SECONDS = 25
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0
_NO_TOKEN_WAIT = timedelta(minutes=5)

# The failures of httpx that come before the first byte of the request is written.
_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
# The library's refusals, by words of the Bot API that name no person.
_REFUSALS = ("chat not found", "message is too long", "user is deactivated", "peer_id_invalid")
# In this order: for the library a BadRequest is a NetworkError. An empty reason: by its words.
_MEANINGS: tuple[tuple[type[TelegramError], Failure, str], ...] = (
    (Forbidden, Failure.REFUSED, "telegram:forbidden"),
    (ChatMigrated, Failure.REFUSED, "telegram:migrated"),
    (BadRequest, Failure.REFUSED, ""),
    (InvalidToken, Failure.RETRY, "telegram:token"),
    (Conflict, Failure.RETRY, "telegram:conflict"),
)

# The library warns of its coming change of type otherwise, at every flood limit.
os.environ.setdefault("PTB_TIMEDELTA", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions:
    """What a Telegram channel needs."""

    token: str = field(repr=False)
    """The bot's token from BotFather."""
    secret: str = field(default="", repr=False, metadata=LEAST_SECRET)
    """What Telegram puts into the webhook's header; not needed for polling."""
    polling: bool = False
    """Fetch messages instead of being called: for a machine with no public address."""
    api_url: str = API_URL
    """The Bot API server."""
    callback_url: str = ""
    """How Telegram reaches us; empty: the public address."""
    per_second: float = _PER_SECOND
    """How many messages a second the bot may send."""


class Telegram:
    """One bot."""

    kind = "telegram"
    medium = "telegram"
    sent_is_delivered = False

    def __init__(self, name: str, options: TelegramOptions, base_url: str) -> None:
        self.name = name
        self.per_second = options.per_second
        self.is_polled = options.polling
        self._options = options
        base = (options.callback_url or base_url).rstrip("/")
        self._webhook_url = f"{base}/webhooks/{name}/messages"
        self._api_url = f"{options.api_url.rstrip('/')}/bot"
        self._spacing = _Spacing(_CHAT_PAUSE_SECONDS)
        self._requests: tuple[HTTPXRequest, ...] = ()
        self._opened: Bot | None = None

    def messages(self, request: RawRequest, received_at: datetime) -> list[Incoming]:
        """What a webhook's update says: one message or none; its id is the update_id."""
        given = request.headers.get(SECRET_HEADER, "").encode()
        secret = self._options.secret.encode()
        if not secret or not hmac.compare_digest(given, secret):
            raise BadSignature("the request does not carry this bot's secret")
        try:
            payload = msgspec.json.decode(request.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadPayload("expected a JSON object, got something else") from error
        return read_update(payload, received_at)

    def reports(self, request: RawRequest, received_at: datetime) -> list[Report]:
        """Telegram reports nothing; raises BadSignature."""
        raise BadSignature("Telegram sends no reports")

    def reply(self, *, is_report: bool, incoming: Sequence[Incoming] = ()) -> Reply:
        """Nothing, or for a pressed button the call that ends its hourglass."""
        press = next((message.press_id for message in incoming if message.press_id), "")
        if not press:
            return Reply()
        answer = {"method": "answerCallbackQuery", "callback_query_id": press}
        return Reply(content_type="application/json", body=msgspec.json.encode(answer).decode())

    async def send(self, parcel: Parcel) -> str | None:
        """Chat and message id; waits until this chat may hear from us again (about a second)."""
        await self._spacing.wait(parcel.address)
        try:
            sent = await self._bot().send_message(
                chat_id=parcel.address,
                text=parcel.text,
                reply_markup=_keyboard(parcel.buttons),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            raise _send_error(error) from error
        return f"{parcel.address}:{sent.message_id}"

    async def register(self) -> None:
        """Tell Telegram where to send updates, or that they will be fetched; raises SendError."""
        try:
            if self.is_polled:
                await self._bot().delete_webhook()
                return
            await self._bot().set_webhook(
                self._webhook_url,
                secret_token=self._options.secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=MOST_CONNECTIONS,
            )
        except TelegramError as error:
            raise _send_error(error) from error

    async def poll(self, keep: Keep, *, clock: Clock, log: Logger) -> None:
        """Fetch updates until cancelled; Telegram forgets only what `keep` has stored."""
        offset, pause = 0, _FIRST_PAUSE_SECONDS
        while True:
            try:
                updates = await self._updates(offset)
                for update in updates:
                    incoming = _readable(update, clock.now(), log)
                    await keep(incoming)
                    offset = int(update["update_id"]) + 1
                    await self._acknowledge(incoming, log)
                pause = _FIRST_PAUSE_SECONDS
            except Exception as error:
                # Neither Telegram's outage nor our database's ends the polling: fetch it again.
                log.warning("telegram.poll_failed", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def start(self) -> None:
        """Make the pools of connections; no connection is made yet."""
        # httpx logs each URL, and the URLs of the Bot API hold the token.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        sending = HTTPXRequest(
            connection_pool_size=MOST_CONNECTIONS, read_timeout=_READ_SECONDS, pool_timeout=5.0
        )
        polling = HTTPXRequest(connection_pool_size=1, read_timeout=_POLL_SECONDS + _READ_SECONDS)
        self._requests = (polling, sending)
        for request in self._requests:
            await request.initialize()
        self._opened = Bot(
            self._options.token,
            base_url=self._api_url,
            request=sending,
            get_updates_request=polling,
        )

    async def close(self) -> None:
        """Close them."""
        for request in self._requests:
            await request.shutdown()
        self._requests, self._opened = (), None

    def _bot(self) -> Bot:
        if self._opened is None:
            raise SendError(Failure.RETRY, "not_started")
        return self._opened

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        """Updates as they came: the library parses a batch whole, and one bad one loses all."""
        query = {
            "offset": offset,
            "timeout": _POLL_SECONDS,
            "allowed_updates": msgspec.json.encode(ALLOWED_UPDATES).decode(),
        }
        url = f"{self._api_url}{self._options.token}/getUpdates?{urlencode(query)}"
        found = await self._requests[0].post(url)
        return found if isinstance(found, list) else []

    async def _acknowledge(self, incoming: Sequence[Incoming], log: Logger) -> None:
        for message in incoming:
            if message.press_id:
                try:
                    await self._bot().answer_callback_query(message.press_id)
                except TelegramError as error:
                    # Only the hourglass turns a little longer.
                    log.warning("telegram.press_failed", error=type(error).__name__)


class _Spacing:
    """Lets one chat hear from us once in a while."""

    def __init__(self, pause_seconds: float) -> None:
        self._pause = pause_seconds
        self._free_at: dict[str, float] = {}

    async def wait(self, chat: str) -> None:
        """Return when this chat's turn has come."""
        now = asyncio.get_running_loop().time()
        at = max(self._free_at.get(chat, 0.0), now)
        self._free_at[chat] = at + self._pause
        if len(self._free_at) > _MOST_CHATS_REMEMBERED:
            self._free_at = {each: free for each, free in self._free_at.items() if free > now}
        if at > now:
            await asyncio.sleep(at - now)


def _readable(update: dict[str, Any], received_at: datetime, log: Logger) -> list[Incoming]:
    """What an update says; nothing, where it is not as documented: it must not stop the rest."""
    try:
        return read_update(update, received_at)
    except BadPayload:
        log.warning("telegram.update_unreadable")
        return []


def _keyboard(buttons: Sequence[str]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(text, callback_data=button_data(text, number))]
            for number, text in enumerate(buttons)
        ]
    )


def _send_error(error: TelegramError) -> SendError:
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        length = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
        return SendError(Failure.RETRY, "telegram:flood", length)
    for kind, failure, reason in _MEANINGS:
        if isinstance(error, kind):
            wait_for = _NO_TOKEN_WAIT if kind is InvalidToken else None
            return SendError(failure, reason or _refusal(error), wait_for)
    cause = error.__cause__
    name = type(cause or error).__name__
    if isinstance(cause, _BEFORE):
        return SendError(Failure.RETRY, f"connection:{name}")
    return SendError(Failure.UNKNOWN, f"telegram:{name}")


def _refusal(error: TelegramError) -> str:
    said = error.message.lower()
    named = next((words for words in _REFUSALS if words in said), "bad_request")
    return f"telegram:{named.replace(' ', '_')}"
