"""The built-in phone: a channel like any other whose provider is ourselves.

What is sent to it is read by its page from the outgoing rows; what is typed there comes in by a
signed webhook. For demos, trials and tests; nothing leaves the machine.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from bot.channels.addresses import e164
from bot.channels.base import Incoming, Parcel, RawRequest, Reply, Report
from bot.channels.options import LEAST_SECRET
from bot.errors import BadPayload, BadSignature

SIGNATURE_HEADER = "x-duetalk-signature"
MEDIA = frozenset({"sms", "telegram"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneOptions:
    """What the built-in phone needs."""

    secret: str = field(repr=False, metadata=LEAST_SECRET)
    """Signs what the page sends us."""
    medium: str = "sms"
    """What rules take it for: sms or telegram."""
    country: str = ""
    """The country of numbers that are typed without its code."""


class _Said(msgspec.Struct, kw_only=True):
    """The body of the phone's webhook."""

    id: str
    sender: str = msgspec.field(name="from")
    text: str
    at: datetime | None = None
    token: str = ""
    left: bool = False
    choice: bool = False


class _Told(msgspec.Struct, kw_only=True):
    """The body of the phone's report, for trying out failures by hand."""

    reference: str
    status: str
    reason: str = ""


_STATUSES = frozenset({"sent", "delivered", "failed", "refused"})
_read_said = msgspec.json.Decoder(_Said).decode
_read_told = msgspec.json.Decoder(_Told).decode


class Phone:
    """The built-in phone."""

    kind = "phone"
    per_second = 0.0
    sent_is_delivered = True

    def __init__(self, name: str, options: PhoneOptions, base_url: str) -> None:
        self.name = name
        self.medium = options.medium
        self._options = options

    def sign(self, body: bytes) -> str:
        """What the header `X-Duetalk-Signature` of a webhook with this body must be."""
        digest = hmac.new(self._options.secret.encode(), body, hashlib.sha256).hexdigest()
        return f"sha256={digest}"

    def messages(self, request: RawRequest, received_at: datetime) -> list[Incoming]:
        """The one message of a signed JSON body."""
        self._check(request)
        try:
            said = _read_said(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadPayload("expected JSON with id, from and text, got something else") from error
        if not said.id or not said.sender:
            raise BadPayload("expected id and from, got one that is empty")
        return [
            Incoming(
                external_id=said.id,
                address=self._address(said.sender),
                text=said.text,
                said_at=_utc(said.at) or received_at,
                token=said.token,
                has_left=said.left,
                is_choice=said.choice,
            )
        ]

    def reports(self, request: RawRequest, received_at: datetime) -> list[Report]:
        """The one report of a signed JSON body."""
        self._check(request)
        try:
            told = _read_told(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadPayload("expected JSON with reference and status") from error
        if told.status not in _STATUSES or not told.reference:
            raise BadPayload(f"expected a reference and one of {sorted(_STATUSES)}")
        return [
            Report(status=told.status, at=received_at, reference=told.reference, reason=told.reason)
        ]

    def reply(self, *, is_report: bool, incoming: Sequence[Incoming] = ()) -> Reply:
        """An empty JSON object."""
        return Reply(content_type="application/json", body="{}")

    async def send(self, parcel: Parcel) -> str | None:
        """An id; the page shows the row as soon as it is marked as sent."""
        return f"phone-{parcel.reference}"

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to release."""

    def _address(self, sender: str) -> str:
        return e164(sender, self._options.country) if self.medium == "sms" else sender

    def _check(self, request: RawRequest) -> None:
        given = request.headers.get(SIGNATURE_HEADER, "")
        if not hmac.compare_digest(given.encode(), self.sign(request.body).encode()):
            raise BadSignature("the body is not signed with this channel's secret")


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
