"""Webhooks: verify, parse, store, answer; nothing is answered 2xx before it is durable.

One of the two places that join channels and storage. What the words mean is not decided here.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy import Connection

from bot.channels.base import (
    Channel,
    Incoming,
    Polled,
    RawRequest,
    Registered,
    Reply,
    Report,
)
from bot.clock import Clock
from bot.errors import BadPayload, BadSignature, SendError, TooLarge
from bot.failures import OnFailure, failures
from bot.log import Logger
from bot.topics import LIVE, TURNS
from flows import burst
from storage import messages, receipts
from storage.database import Database
from storage.errors import StorageError
from storage.statuses import Status

# Far above what any provider sends: a Telegram update of a full message is about 20 kB.
LIMIT_BYTES = 262_144
_READ_SECONDS = 10.0
_LONGEST_KEY = 200
_LONGEST_ADDRESS = 128
_RETRY_AFTER_SECONDS = 5
_FORBIDDEN = 403
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 300.0
_LARGEST_ID = 2**63 - 1
# What a customer who left without a word is taken to have said.
STOP = "/stop"

# Binds (channel, address) to the customer of a deep link's token, in the transaction of the
# message; a token that is unknown or used up changes nothing. Never raises for a bad token.
Bind = Callable[[Connection, str, str, str, datetime], None]
_Take = Callable[[Channel, RawRequest], Coroutine[None, None, Reply]]
_REFUSALS: Mapping[type[Exception], int] = {
    BadPayload: 400,
    BadSignature: 403,
    TimeoutError: 408,
    TooLarge: 413,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What receiving needs. `never_waits` tells words that no burst may hold back."""

    database: Database
    channels: Mapping[str, Channel]
    base_url: str
    clock: Clock
    log: Logger
    never_waits: Callable[[str], bool]
    bind: Bind
    on_failure: OnFailure
    pause_on: Callable[[str], timedelta] = burst.pause_on

    def routes(self) -> list[web.RouteDef]:
        """The webhooks. Their paths may carry a secret: keep them out of access logs."""
        return [
            web.post("/webhooks/{channel}/messages", self.take_messages),
            web.post("/webhooks/{channel}/receipts", self.take_receipts),
            web.post("/webhooks/{channel}/{secret}/messages", self.take_messages),
            web.post("/webhooks/{channel}/{secret}/receipts", self.take_receipts),
            web.get("/webhooks/{channel}/{secret}/receipts", self.take_receipts, allow_head=False),
        ]

    async def take_messages(self, request: web.Request) -> web.Response:
        """Answer a webhook with customers' messages."""
        return await self._answer(request, self._messages)

    async def take_receipts(self, request: web.Request) -> web.Response:
        """Answer a webhook with delivery reports."""
        return await self._answer(request, self._receipts)

    async def keep(self, channel: Channel, incoming: Sequence[Incoming]) -> None:
        """Store messages, each once; they are durable when this returns."""
        received_at = self.clock.now()
        rows = [self._row(channel, message, received_at) for message in incoming]
        tokens = [(m.address, m.token) for m in incoming if m.token]

        def store(conn: Connection) -> int:
            for address, token in tokens:
                self.bind(conn, channel.name, address, token, received_at)
            stored = messages.receive_many(conn, rows)
            return sum(not each.is_repeated for each in stored)

        if rows:
            count = await self.database.write(store, wake=(TURNS, LIVE))
            self.log.info("inbox.stored", channel=channel.name, rows=len(rows), count=count)

    async def keep_reports(self, channel: Channel, reports: Sequence[Report]) -> None:
        """Store delivery reports, each once, and move the messages they are about."""
        received_at = self.clock.now()
        rows = [_receipt(channel, report, received_at) for report in reports]

        def store(conn: Connection) -> int:
            failed = failures(receipts.apply_many(conn, rows))
            if failed:
                self.on_failure(conn, failed, received_at)
            return len(failed)

        if rows:
            count = await self.database.write(store, wake=(TURNS, LIVE))
            self.log.info("inbox.reported", channel=channel.name, rows=len(rows), count=count)

    async def listen(self, stop: asyncio.Event) -> None:
        """Until told to stop: register with providers that want it, poll those that are polled."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._listen(each)) for each in self.channels.values()]
            await stop.wait()
            for task in tasks:
                task.cancel()

    async def _listen(self, channel: Channel) -> None:
        if isinstance(channel, Registered):
            await self._register(channel, channel.name)
        if isinstance(channel, Polled) and channel.is_polled:

            async def keep(incoming: Sequence[Incoming]) -> None:
                await self.keep(channel, incoming)

            await channel.poll(keep, clock=self.clock, log=self.log)

    async def _register(self, channel: Registered, name: str) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await channel.register()
            except SendError as error:
                self.log.warning("inbox.not_registered", channel=name, reason=error.reason)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _messages(self, channel: Channel, request: RawRequest) -> Reply:
        incoming = channel.messages(request, self.clock.now())
        await self.keep(channel, incoming)
        return channel.reply(is_report=False, incoming=incoming)

    async def _receipts(self, channel: Channel, request: RawRequest) -> Reply:
        await self.keep_reports(channel, channel.reports(request, self.clock.now()))
        return channel.reply(is_report=True)

    async def _answer(self, request: web.Request, take: _Take) -> web.Response:
        name = request.match_info["channel"]
        channel = self.channels.get(name)
        if channel is None:
            return web.Response(status=404)
        try:
            reply = await take(channel, await self._raw(request))
        except tuple(_REFUSALS) as error:
            return self._refuse(name, error)
        except StorageError as error:
            # Its words are ours and the driver's, which quotes no value here.
            return self._unable(name, error, status=503, reason=str(error))
        except Exception as error:
            # aiohttp would log it whole, and a driver's message quotes the customer's words.
            return self._unable(name, error, status=500)
        return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)

    async def _raw(self, request: web.Request) -> RawRequest:
        path_qs = request.raw_path
        return RawRequest(
            method=request.method,
            url=self.base_url + path_qs,
            path_qs=path_qs,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await _body(request),
            secret=request.match_info.get("secret", ""),
        )

    def _row(self, channel: Channel, message: Incoming, received_at: datetime) -> messages.Incoming:
        text = message.text
        is_urgent = message.is_choice or message.has_left or self.never_waits(text)
        if message.has_left and not self.never_waits(text):
            text = f"{text}\n{STOP}".strip()
        pause, longest = self.pause_on(channel.medium), burst.LONGEST
        return messages.Incoming(
            channel=channel.name,
            external_id=_key(message.external_id),
            address=_address(message.address),
            text=text,
            said_at=message.said_at,
            received_at=received_at,
            ready_at=received_at if is_urgent else received_at + pause,
            latest_at=received_at if is_urgent else received_at + max(pause, longest),
            payload_json=messages.LEFT_JSON if message.has_left else "",
        )

    def _refuse(self, channel: str, error: Exception) -> web.Response:
        status = _REFUSALS[type(error)]
        # Reasons hold no name, number or text: the contract of channels says so.
        reason = str(error) or "the body did not come in time"
        self.log.warning("inbox.refused", channel=channel, status=status, reason=reason)
        # Who has no proof is told nothing.
        return web.Response(status=status, text="" if status == _FORBIDDEN else f"{reason}\n")

    def _unable(
        self, channel: str, error: Exception, *, status: int, reason: str = ""
    ) -> web.Response:
        self.log.error("inbox.unable", channel=channel, error=type(error).__name__, reason=reason)
        headers = {"Retry-After": str(_RETRY_AFTER_SECONDS)}
        return web.Response(status=status, headers=headers)


async def _body(request: web.Request) -> bytes:
    """The body, of which never more than the limit is held; raises TooLarge."""
    if (request.content_length or 0) > LIMIT_BYTES:
        raise TooLarge("the body is over the limit")
    parts = bytearray()
    async with asyncio.timeout(_READ_SECONDS):
        while len(parts) <= LIMIT_BYTES:
            part = await request.content.read(LIMIT_BYTES + 1 - len(parts))
            if not part:
                return bytes(parts)
            parts += part
    raise TooLarge("the body is over the limit")


def _key(external_id: str) -> str:
    """The provider's id; a very long one by its digest, as indexes have limits."""
    if len(external_id) <= _LONGEST_KEY and "\x00" not in external_id:
        return external_id
    return hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()


def _address(address: str) -> str:
    if not address or len(address) > _LONGEST_ADDRESS or "\x00" in address:
        raise BadPayload(f"expected an address of 1 to {_LONGEST_ADDRESS} characters")
    return address


def _receipt(channel: Channel, report: Report, received_at: datetime) -> receipts.Receipt:
    message_id = _message_id(report.reference)
    return receipts.Receipt(
        channel=channel.name,
        # Reports of a gateway without ids are told apart by our own reference.
        provider_id=_key(report.provider_id or f"ref:{report.reference}"),
        status=Status(report.status),
        at=report.at,
        received_at=received_at,
        reason=report.reason,
        message_id=message_id,
    )


def _message_id(reference: str) -> int | None:
    if not (reference.isascii() and reference.isdecimal()):
        return None
    number = int(reference) if len(reference) <= len(str(_LARGEST_ID)) else 0
    return number if 0 < number <= _LARGEST_ID else None
