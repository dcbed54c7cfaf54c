"""Fakes that we own: a channel that records, a log that can be searched, hooks that remember."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.channels.base import Channel, Incoming, Parcel, RawRequest, Reply, Report
from bot.channels.phone import Phone, PhoneOptions
from bot.clock import Clock, MovableClock
from bot.delivery import Delivery, Verdict
from bot.errors import BadPayload, BadSignature
from bot.failures import Failed
from bot.inbox import Inbox
from storage import outgoing
from storage.database import Database
from storage.outgoing import Message

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-tests"


def a_clock() -> MovableClock:
    return MovableClock(NOW)


@dataclass
class Log:
    """Keeps every line, to be searched for what must not be in it."""

    lines: list[str] = field(default_factory=list)

    def info(self, event: str, **facts: Any) -> None:
        self.lines.append(f"{event} {facts}")

    warning = info
    error = info

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class RecordingChannel:
    """Keeps what it is given; `answer` is what happens on a send."""

    kind = "recording"
    medium = "sms"
    sent_is_delivered = False

    def __init__(self, name: str = "sms", *, per_second: float = 0.0) -> None:
        self.name = name
        self.per_second = per_second
        self.sent: list[Parcel] = []
        self.most_at_once = 0
        self.answer: Callable[[Parcel], Awaitable[str | None]] = self._accept
        self._at_once = 0

    async def _accept(self, parcel: Parcel) -> str | None:
        await asyncio.sleep(0)
        return f"P{parcel.reference}"

    def messages(self, request: RawRequest, received_at: datetime) -> list[Incoming]:
        if request.headers.get("proof") != SECRET:
            raise BadSignature("no proof")
        external_id, _, text = request.body.decode().partition(" ")
        if not text:
            raise BadPayload("expected an id and a text")
        return [
            Incoming(external_id=external_id, address="+15550100", text=text, said_at=received_at)
        ]

    def reports(self, request: RawRequest, received_at: datetime) -> list[Report]:
        reference, _, status = request.body.decode().partition(" ")
        return [Report(status=status, at=received_at, reference=reference, reason="said so")]

    def reply(self, *, is_report: bool, incoming: Sequence[Incoming] = ()) -> Reply:
        return Reply(content_type="text/xml", body="<Response/>")

    async def send(self, parcel: Parcel) -> str | None:
        self.sent.append(parcel)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self.answer(parcel)
        finally:
            self._at_once -= 1

    async def start(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class Hooks:
    """The callables that the turn provides, which only remember."""

    failed: list[Failed] = field(default_factory=list)
    bound: list[tuple[str, str, str]] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    poisoned: str = ""
    is_broken: bool = False

    def on_failure(self, conn: Connection, failed: Sequence[Failed], at: datetime) -> None:
        self.failed += failed

    def bind(self, conn: Connection, channel: str, address: str, token: str, at: datetime) -> None:
        if self.is_broken:
            raise ValueError(f"a fault that quotes {token}")
        self.bound.append((channel, address, token))

    def recheck(
        self, conn: Connection, claimed: Sequence[Message], now: datetime
    ) -> Sequence[Verdict]:
        if any(message.text == self.poisoned for message in claimed):
            raise ZeroDivisionError("a fault of the gate")
        return [self.verdicts.get(message.text) for message in claimed]


def never_waits(text: str) -> bool:
    return text.strip().lower() in {"stop", "/stop", "退订"}


def a_phone(name: str = "phone", medium: str = "sms") -> Phone:
    return Phone(name, PhoneOptions(secret=SECRET, medium=medium), "http://127.0.0.1")


def an_inbox(
    db: Database, *channels: Channel, hooks: Hooks, log: Log, clock: Clock | None = None
) -> Inbox:
    return Inbox(
        database=db,
        channels={channel.name: channel for channel in channels},
        base_url="http://127.0.0.1",
        clock=clock or a_clock(),
        log=log,
        never_waits=never_waits,
        bind=hooks.bind,
        on_failure=hooks.on_failure,
    )


def a_delivery(
    db: Database, *channels: Channel, hooks: Hooks, log: Log, clock: Clock | None = None
) -> Delivery:
    return Delivery(
        database=db,
        channels={channel.name: channel for channel in channels},
        clock=clock or a_clock(),
        log=log,
        recheck=hooks.recheck,
        on_failure=hooks.on_failure,
    )


def a_message(number: int = 0, **changes: object) -> outgoing.NewMessage:
    """A reply to the customer of this number; conversations are made by `write_to`."""
    channel, address = changes.get("channel", "sms"), changes.get("address", f"+1555{number:04}")
    values: dict[str, object] = {
        "conversation_id": f"{channel}:{address}",
        "channel": channel,
        "address": address,
        "kind": "reply",
        "text": f"words {number}",
        "due_at": NOW - timedelta(seconds=1),
        "created_at": NOW - timedelta(seconds=1),
    }
    return outgoing.NewMessage(**(values | changes))  # type: ignore[arg-type]


async def write_to(db: Database, *new: outgoing.NewMessage) -> None:
    """Queue messages, each in a conversation that exists."""
    from storage import messages

    senders = {(m.channel, m.address): m for m in new}
    rows = [
        messages.Incoming(
            channel=channel,
            external_id=f"hello {channel} {address}",
            address=address,
            text="hello",
            said_at=NOW,
            received_at=NOW,
        )
        for channel, address in senders
    ]
    await db.write(lambda conn: messages.receive_many(conn, rows))
    await db.write(lambda conn: outgoing.add_many(conn, new))


async def statuses(db: Database, count: int) -> list[tuple[str, str]]:
    """Status and reason of the first messages."""
    found = [
        await db.read(lambda conn, n=number: outgoing.find(conn, n))  # type: ignore[misc]
        for number in range(1, count + 1)
    ]
    return [(str(message.status), message.reason) for message in found if message]
