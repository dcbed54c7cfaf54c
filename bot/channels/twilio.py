"""Twilio Programmable Messaging: signed form webhooks, sending by its REST API.

The signature follows Twilio's "Webhooks security": HMAC over the public URL and the sorted
parameters, or over the URL with the body's hash for JSON. The tests hold it against Twilio's SDK.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlparse

import msgspec

from bot.channels.addresses import e164
from bot.channels.base import Incoming, Parcel, RawRequest, Reply, Report
from bot.channels.gateway import Answer, Gateway
from bot.errors import BadPayload, BadSignature, Failure, SendError

API_URL = "https://api.twilio.com"
_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_FORM = "application/x-www-form-urlencoded"
_HASH_FUNCTIONS: Mapping[str, Callable[[], Any]] = {
    "HMAC_SHA1": hashlib.sha1,
    "HMAC_SHA256": hashlib.sha256,
}
_DEFAULT_PORTS = {"https": 443, "http": 80}

# Twilio's "Message status values"; those not named here come before "sent" and say nothing new.
_STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
# Twilio's "Error and warning dictionary". The customer cannot be reached so: 21211 and 21214 bad
# number, 21217 no number, 21408 region not allowed, 21610 opted out, 21612 not routable, 21614
# not a mobile.
_REFUSED = frozenset({21211, 21214, 21217, 21408, 21610, 21612, 21614})
# Our account, not this message: 20003 credentials, 20404 no such account, 20429 too many
# requests, 21606 the sender is not ours, 21611 the sender's queue is full.
_LATER = frozenset({20003, 20404, 20429, 21606, 21611})
_SURELY_NOT_TAKEN = frozenset({401, 403, 404, 405, 429, 503})
_LONGEST_WAIT = timedelta(hours=1)
# What Twilio already answered by itself (its default and advanced opt-out).
_OPTED_OUT = "STOP"
MEDIA_TEXT = "[media]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioOptions:
    """What a Twilio channel needs; one of sender and messaging_service."""

    account_sid: str
    """The account, AC and 32 hexadecimal digits."""
    auth_token: str = field(repr=False)
    """The account's token; it signs webhooks even where an API key sends."""
    api_key_sid: str = ""
    """An API key to send with instead of the account's token."""
    api_key_secret: str = field(default="", repr=False)
    """The API key's secret."""
    shared_key: str = field(default="", repr=False)
    """The secret of a SharedKey, where webhooks are signed with one (HMAC_SHA256)."""
    sender: str = ""
    """The number messages come from."""
    messaging_service: str = ""
    """The messaging service that chooses the number."""
    country: str = ""
    """The country of numbers that come without its code."""
    api_url: str = API_URL
    """Twilio's address; tests use their own."""
    callback_url: str = ""
    """How Twilio reaches us; empty: the public address."""
    per_second: float = 10.0
    """How many messages a second the sender may hand over."""


class Twilio:
    """One Twilio account's sender."""

    kind = "twilio"
    medium = "sms"
    sent_is_delivered = False

    def __init__(self, name: str, options: TwilioOptions, base_url: str) -> None:
        self.name = name
        self.per_second = options.per_second
        self._options = options
        base = (options.callback_url or base_url).rstrip("/")
        self._receipts_url = f"{base}/webhooks/{name}/receipts"
        account = quote(options.account_sid, safe="")
        api = options.api_url.rstrip("/")
        self._send_url = f"{api}/2010-04-01/Accounts/{account}/Messages.json"
        self._gateway = Gateway()

    def messages(self, request: RawRequest, received_at: datetime) -> list[Incoming]:
        """The one message of a webhook; its id is the MessageSid."""
        fields = self._checked(request)
        external_id, sender = fields.get("MessageSid", ""), fields.get("From", "")
        if not external_id or not sender:
            raise BadPayload("expected MessageSid and From, got a request without")
        has_media = fields.get("NumMedia", "0") not in ("", "0")
        return [
            Incoming(
                external_id=external_id,
                address=e164(sender, self._options.country),
                text=fields.get("Body", "") or (MEDIA_TEXT if has_media else ""),
                said_at=received_at,
                has_left=fields.get("OptOutType", "").upper() == _OPTED_OUT,
            )
        ]

    def reports(self, request: RawRequest, received_at: datetime) -> list[Report]:
        """The report of a status callback; none for the states before "sent"."""
        fields = self._checked(request)
        provider_id = fields.get("MessageSid", "")
        given = fields.get("MessageStatus", "")
        if not provider_id or not given:
            raise BadPayload("expected MessageSid and MessageStatus, got a request without")
        status, code = _STATUSES.get(given), _number(fields.get("ErrorCode"))
        if status is None:
            return []
        return [
            Report(
                status="refused" if status == "failed" and code in _REFUSED else status,
                at=received_at,
                reference=_first(parse_qs(_query(request.path_qs)), "ref"),
                provider_id=provider_id,
                reason=f"twilio:{code}" if code else "",
            )
        ]

    def reply(self, *, is_report: bool, incoming: Sequence[Incoming] = ()) -> Reply:
        """Empty TwiML: what we say goes out by the API."""
        return Reply(content_type="text/xml", body=_TWIML)

    async def send(self, parcel: Parcel) -> str | None:
        """The message's sid; raises SendError by Twilio's status and error code."""
        body = urlencode(self._form(parcel)).encode()
        headers = {"Content-Type": _FORM, "Authorization": self._authorization()}
        return _sid(await self._gateway.post(self._send_url, body, headers))

    async def start(self) -> None:
        """Open the pool of connections."""
        await self._gateway.start()

    async def close(self) -> None:
        """Close them."""
        await self._gateway.close()

    def _form(self, parcel: Parcel) -> dict[str, str]:
        form = {
            "To": parcel.address,
            "Body": parcel.text,
            "StatusCallback": f"{self._receipts_url}?ref={quote(parcel.reference, safe='')}",
        }
        if self._options.messaging_service:
            form["MessagingServiceSid"] = self._options.messaging_service
        if self._options.sender:
            form["From"] = self._options.sender
        return form

    def _authorization(self) -> str:
        options = self._options
        user, password = options.account_sid, options.auth_token
        if options.api_key_sid:
            user, password = options.api_key_sid, options.api_key_secret
        return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"

    def _checked(self, request: RawRequest) -> dict[str, str]:
        """The fields of a request that Twilio signed; raises BadSignature, then BadPayload."""
        is_form = request.headers.get("content-type", "").partition(";")[0].strip() == _FORM
        pairs = _pairs(request.body) if is_form else []
        if not self._is_signed(request, pairs if is_form else None):
            raise BadSignature("the request is not signed with this account's token")
        return dict(pairs) if is_form else _json_fields(request.body)

    def _is_signed(self, request: RawRequest, pairs: list[tuple[str, str]] | None) -> bool:
        given = request.headers.get("x-twilio-signature", "")
        algorithm = _algorithm(request.headers.get("x-twilio-webhooks-signature-settings", ""))
        secret = self._options.auth_token
        if algorithm != "HMAC_SHA1":
            secret = self._options.shared_key
        if not given or not secret or algorithm not in _HASH_FUNCTIONS:
            return False
        if pairs is None and not _is_body_intact(request):
            return False
        wanted = [
            signature(secret, url, pairs or (), algorithm=algorithm)
            for url in _with_and_without_port(request.url)
        ]
        return any([hmac.compare_digest(given.encode(), each.encode()) for each in wanted])


def signature(
    secret: str, url: str, pairs: Iterable[tuple[str, str]], *, algorithm: str = "HMAC_SHA1"
) -> str:
    """Twilio's signature of a request: the URL, then each name and its values, all sorted.

    A value that comes twice under one name counts once, as in Twilio's own validator.
    """
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    digest = hmac.new(secret.encode(), signed.encode(), _HASH_FUNCTIONS[algorithm]).digest()
    return base64.b64encode(digest).decode()


def _with_and_without_port(url: str) -> tuple[str, ...]:
    """The URL in both forms, as Twilio signs now one and now the other."""
    try:
        parsed = urlparse(url)
        port = parsed.port
    except ValueError:
        return ()
    host = parsed.netloc.partition(":")[0]
    default = _DEFAULT_PORTS.get(parsed.scheme, 80)
    return (
        parsed._replace(netloc=host).geturl() if port else parsed.geturl(),
        parsed.geturl() if port else parsed._replace(netloc=f"{host}:{default}").geturl(),
    )


def _is_body_intact(request: RawRequest) -> bool:
    """Whether a body that is no form is the one whose hash the signed URL carries."""
    wanted = _first(parse_qs(_query(request.path_qs)), "bodySHA256")
    found = hashlib.sha256(request.body).hexdigest()
    return hmac.compare_digest(wanted.encode(), found.encode())


def _algorithm(header: str) -> str:
    for part in header.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        # A body that is no form in UTF-8 cannot be what Twilio signed.
        raise BadSignature("expected a form in UTF-8") from None


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        found = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadPayload("expected a form or a JSON object, got something else") from error
    return {name: str(value) for name, value in found.items() if value is not None}


def _query(path_qs: str) -> str:
    return path_qs.partition("?")[2]


def _first(query: Mapping[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() else None


class _Message(msgspec.Struct):
    """What we need of Twilio's answer, good or bad."""

    sid: str | None = None
    code: int | None = None


_read_answer = msgspec.json.Decoder(_Message).decode


def _sid(answer: Answer) -> str | None:
    """The sid of a message that was taken; raises SendError for one that was not."""
    try:
        told = _read_answer(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = _Message()
    if 200 <= answer.status < 300:
        return told.sid
    reason = f"twilio:{told.code or answer.status}"
    if told.code in _REFUSED:
        raise SendError(Failure.REFUSED, reason)
    if told.code in _LATER or answer.status in _SURELY_NOT_TAKEN:
        raise SendError(Failure.RETRY, reason, _wait(answer.headers.get("retry-after", "")))
    if 400 <= answer.status < 500:
        raise SendError(Failure.REFUSED, reason)
    # A 500 or a gateway's timeout may come after the message was queued.
    raise SendError(Failure.UNKNOWN, reason)


def _wait(retry_after: str) -> timedelta | None:
    seconds = _number(retry_after)
    return min(timedelta(seconds=seconds), _LONGEST_WAIT) if seconds is not None else None
