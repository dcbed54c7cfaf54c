"""Kannel, the SMS gateway: replies by its post-url, receipts by dlr-url, sending by sendsms.

Kannel signs nothing, so our URLs carry a secret. Its sms-service must set `max-messages = 0`
and `omit-empty = true`: any body we answered would be sent to the customer as a reply.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Header
from urllib.parse import parse_qs, quote, urlsplit

from bot.channels.addresses import e164
from bot.channels.base import Incoming, Parcel, RawRequest, Reply, Report
from bot.channels.gateway import Answer, Gateway
from bot.channels.options import LEAST_SECRET
from bot.errors import BadPayload, BadSignature, Failure, SendError
from flows.policy.segments import Encoding, segments

# Kannel userguide, "Delivery reports": a bit mask of what happened to the message.
_STATUSES = {
    "1": "delivered",
    "2": "failed",
    "4": "sent",  # buffered at the SMSC
    "8": "sent",  # accepted by the SMSC
    "16": "refused",  # rejected by the SMSC
}
_EVERY_REPORT = "31"
_UCS2 = "2"
# A receipt's text may quote the message; only its state and code are kept.
_RECEIPT = re.compile(r"stat:(\w{1,10})(?:.*?err:(\w{1,10}))?", re.DOTALL)
_NACK = re.compile(r"NACK/(0x[0-9a-fA-F]{1,8})")
_NOT_ROUTABLE = b"Not routable"
_ACCEPTED = frozenset({200, 201, 202})
_SURELY_NOT_TAKEN = frozenset({401, 403, 404, 405, 408, 413, 429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class KannelOptions:
    """What a Kannel channel needs."""

    url: str
    """The address of sendsms, as in http://127.0.0.1:13013/cgi-bin/sendsms."""
    username: str
    """The sendsms user."""
    password: str = field(repr=False)
    """The sendsms user's password."""
    secret: str = field(repr=False, metadata=LEAST_SECRET)
    """The part of our webhook URLs that only Kannel knows."""
    sender: str = ""
    """The number messages come from; empty: Kannel's own default."""
    smsc: str = ""
    """The route to use; empty: Kannel's own choice."""
    country: str = ""
    """The country of numbers that come without its code (CN)."""
    callback_url: str = ""
    """How Kannel reaches us; empty: the public address."""
    per_second: float = 10.0
    """How many messages a second the route takes."""


class Kannel:
    """One Kannel gateway."""

    kind = "kannel"
    medium = "sms"
    sent_is_delivered = False

    def __init__(self, name: str, options: KannelOptions, base_url: str) -> None:
        self.name = name
        self.per_second = options.per_second
        self._options = options
        base = (options.callback_url or base_url).rstrip("/")
        self._receipts_url = f"{base}/webhooks/{name}/{quote(options.secret, safe='')}/receipts"
        self._gateway = Gateway()

    def messages(self, request: RawRequest, received_at: datetime) -> list[Incoming]:
        """The one message of a post-url request; `?id=%I&from=%p&ts=%T` must be in the URL."""
        self._check(request)
        query = _query(request)
        external_id, sender = query.get("id", ""), query.get("from", "")
        sender = sender or request.headers.get("x-kannel-from", "")
        if not external_id or not sender:
            raise BadPayload("expected id=%I and from=%p in post-url, got a request without")
        return [
            Incoming(
                external_id=external_id,
                address=e164(sender, self._options.country),
                text=_text(request),
                said_at=_said_at(query, request.headers) or received_at,
            )
        ]

    def reports(self, request: RawRequest, received_at: datetime) -> list[Report]:
        """The one report of a dlr-url request."""
        self._check(request)
        query = _query(request)
        status, reference = _STATUSES.get(query.get("status", "")), query.get("ref", "")
        if status is None or not reference:
            raise BadPayload("expected status=%d and ref in dlr-url, got a request without")
        reason = _reason(query.get("reason", ""))
        return [Report(status=status, at=received_at, reference=reference, reason=reason)]

    def reply(self, *, is_report: bool, incoming: Sequence[Incoming] = ()) -> Reply:
        """Nothing at all: whatever we answered might be sent to the customer."""
        return Reply()

    async def send(self, parcel: Parcel) -> str | None:
        """None: Kannel gives no id; its reports carry our reference."""
        answer = await self._gateway.post(
            self._options.url, parcel.text.encode("utf-8", "replace"), self._headers(parcel)
        )
        _raise_unless_taken(answer)
        return None

    async def start(self) -> None:
        """Open the pool of connections."""
        await self._gateway.start()

    async def close(self) -> None:
        """Close them."""
        await self._gateway.close()

    def _check(self, request: RawRequest) -> None:
        if not hmac.compare_digest(request.secret.encode(), self._options.secret.encode()):
            raise BadSignature("the URL does not carry this channel's secret")

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": self._options.username,
            "X-Kannel-Password": self._options.password,
            "X-Kannel-To": parcel.address,
            "X-Kannel-DLR-Mask": _EVERY_REPORT,
            "X-Kannel-DLR-Url": (
                f"{self._receipts_url}?ref={quote(parcel.reference, safe='')}&status=%d&reason=%A"
            ),
        }
        if self._options.sender:
            headers["X-Kannel-From"] = self._options.sender
        if self._options.smsc:
            headers["X-Kannel-SMSC"] = self._options.smsc
        if segments(parcel.text).encoding is Encoding.UCS2:
            headers["X-Kannel-Coding"] = _UCS2
        return headers


def _query(request: RawRequest) -> dict[str, str]:
    try:
        found = parse_qs(urlsplit(request.path_qs).query, keep_blank_values=True)
    except ValueError as error:
        raise BadPayload("expected a query string, got none that can be read") from error
    return {name: values[-1] for name, values in found.items()}


def _text(request: RawRequest) -> str:
    header = Header()
    header["content-type"] = request.headers.get("content-type", "text/plain")
    charset = str(header.get_param("charset") or "")
    if not charset and request.headers.get("x-kannel-coding") == _UCS2:
        charset = "UTF-16BE"
    try:
        return request.body.decode(charset or "UTF-8", "replace")
    except LookupError:
        # A reply in an alphabet we do not know is still a reply: a person can look at it.
        return request.body.decode("UTF-8", "replace")


def _said_at(query: Mapping[str, str], headers: Mapping[str, str]) -> datetime | None:
    try:
        if query.get("ts"):
            return datetime.fromtimestamp(int(query["ts"]), UTC)
        written = headers.get("x-kannel-time", "")
        return datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _reason(answer: str) -> str:
    if found := _NACK.search(answer):
        return f"smsc:{found[1].lower()}"
    if found := _RECEIPT.search(answer):
        return f"smsc:{found[1]}" + (f":{found[2]}" if found[2] else "")
    return ""


def _raise_unless_taken(answer: Answer) -> None:
    """smsbox answers 202 (taken or queued), 400 (the message), 403 (user or route), 503 (later)."""
    if answer.status in _ACCEPTED:
        return
    reason = f"kannel:{answer.status}"
    if answer.status == 403 and _NOT_ROUTABLE in answer.body:
        raise SendError(Failure.REFUSED, "kannel:not_routable")
    if answer.status in _SURELY_NOT_TAKEN:
        raise SendError(Failure.RETRY, reason)
    if 400 <= answer.status < 500:
        raise SendError(Failure.REFUSED, reason)
    raise SendError(Failure.UNKNOWN, reason)
