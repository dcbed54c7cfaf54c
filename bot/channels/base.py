"""What a channel is: it verifies, parses and sends; it never decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.clock import Clock
from bot.log import Logger


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """A webhook request exactly as it came: signatures need the raw path, query and body.

    `url` is the public base URL with the raw path and query; header names are lower case.
    """

    method: str
    url: str
    path_qs: str
    headers: Mapping[str, str]
    body: bytes
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message of a customer. `external_id` is the provider's own id, unique on the channel.

    `token` is that of a deep link which binds this address to a customer. `has_left`: the customer
    blocked us, which stops like a stop word. `is_choice`: a pressed button, complete by itself;
    `press_id` is what the provider wants to see acknowledged of it.
    """

    external_id: str
    address: str
    text: str
    said_at: datetime
    token: str = ""
    has_left: bool = False
    is_choice: bool = False
    press_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a gateway tells of a message we sent: our own reference, or its id, or both.

    `status` is one of sent, delivered, failed, refused.
    """

    status: str
    at: datetime
    reference: str = ""
    provider_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message on its way out. `reference` is our own id, echoed back in reports."""

    reference: str
    address: str
    text: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a provider expects to hear after a webhook."""

    status: int = 200
    content_type: str = "text/plain"
    body: str = ""


class Channel(Protocol):
    """One configured channel. `name` is unique; `kind` names the provider's protocol.

    `medium` is what rules and limits know it as: sms or telegram. `per_second` is how many messages
    the provider takes a second (0: any number). `sent_is_delivered`: what `send` returned for has
    arrived, and no report will say so.
    """

    name: str
    kind: str
    medium: str
    per_second: float
    sent_is_delivered: bool

    def messages(self, request: RawRequest, received_at: datetime) -> list[Incoming]:
        """The messages in a webhook; raises BadSignature or BadPayload."""

    def reports(self, request: RawRequest, received_at: datetime) -> list[Report]:
        """The delivery reports in a webhook; raises BadSignature or BadPayload."""

    def reply(self, *, is_report: bool, incoming: Sequence[Incoming] = ()) -> Reply:
        """The provider's expected answer once everything (the messages, too) is stored."""

    async def send(self, parcel: Parcel) -> str | None:
        """Hand the message to the provider; its id, if it gives one. Raises SendError."""

    async def start(self) -> None:
        """Open connections; called once inside the running loop."""

    async def close(self) -> None:
        """Release what start opened."""


# Stores the messages; they are durable when it returns.
Keep = Callable[[Sequence[Incoming]], Awaitable[None]]


@runtime_checkable
class Polled(Protocol):
    """A channel that can fetch its messages itself, for a machine with no public address."""

    is_polled: bool

    async def poll(self, keep: Keep, *, clock: Clock, log: Logger) -> None:
        """Fetch messages until cancelled; the provider keeps what `keep` has not stored."""


@runtime_checkable
class Registered(Protocol):
    """A channel whose provider is told by us where to send its messages."""

    async def register(self) -> None:
        """Tell the provider; raises SendError."""
