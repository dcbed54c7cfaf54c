"""Twilio as its own SDK sees it: its validator, its client, and every answer's meaning."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import web
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels.base import Parcel, RawRequest
from bot.channels.twilio import Twilio, TwilioOptions, signature
from bot.errors import BadPayload, BadSignature, Failure, SendError
from tests.bot.channels.servers import (
    Provider,
    a_provider,
    a_server_that_hangs_up,
    nobody_listens,
)

TOKEN = "twilio-auth-token-1"
ACCOUNT = "AC" + "0" * 32
SID = "SM" + "a1" * 16
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PARCEL = Parcel(reference="17", address="+15550100", text="您好，您的账单今日到期 😊")


def options(url: str = "http://127.0.0.1:1", **changes: Any) -> TwilioOptions:
    values = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "sender": "+15005550006",
        "api_url": url,
    }
    return TwilioOptions(**(values | changes))


@asynccontextmanager
async def a_twilio(url: str, **changes: Any) -> AsyncIterator[Twilio]:
    channel = Twilio("sms", options(url, **changes), "https://duetalk.example")
    await channel.start()
    try:
        yield channel
    finally:
        await channel.close()


def test_the_signature_of_twilios_own_example() -> None:
    pairs = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, pairs.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


_NAMES = _TEXTS.filter(lambda name: name not in {"MessageSid", "From"})


@settings(max_examples=200, deadline=None)
@example(
    pairs=[("MessageSid", "SM" + "b2" * 16)], port="", signed_port="", query="", is_genuine=True
)
@given(
    pairs=st.lists(st.tuples(_NAMES, _TEXTS), max_size=6),
    port=st.sampled_from(["", ":443", ":8443"]),
    signed_port=st.sampled_from(["", ":443", ":8443"]),
    query=st.sampled_from(["", "?a=1", "?ref=17&b=%E6%88%91", "?bodySHA256=00"]),
    is_genuine=st.booleans(),
)
def test_whatever_twilios_validator_says_of_a_form_we_say_too(
    pairs: list[tuple[str, str]], port: str, signed_port: str, query: str, is_genuine: bool
) -> None:
    path = f"/webhooks/sms/messages{query}"
    form = MultiDict([("MessageSid", SID), ("From", "+15550100"), *pairs])
    validator = RequestValidator(TOKEN)
    given_signature = validator.compute_signature(
        f"https://duetalk.example{signed_port}{path}", form
    )
    if not is_genuine:
        form.add("Body", "added afterwards")
    url = f"https://duetalk.example{port}{path}"
    request = RawRequest(
        method="POST",
        url=url,
        path_qs=path,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": given_signature,
        },
        body=urlencode(list(form.items())).encode(),
    )
    channel = Twilio("sms", options(), "https://duetalk.example")
    if validator.validate(url, form, given_signature):
        assert channel.messages(request, NOW)[0].external_id == [*form.getall("MessageSid")][-1]
        return
    with pytest.raises(BadSignature):
        channel.messages(request, NOW)


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_genuine_form_without_its_id_or_sender_is_told_what_was_expected(missing: str) -> None:
    url = "https://duetalk.example/webhooks/sms/messages"
    form = MultiDict([("MessageSid", SID), ("From", "+15550100"), (missing, "")])
    request = RawRequest(
        method="POST",
        url=url,
        path_qs="/webhooks/sms/messages",
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, form),
        },
        body=urlencode(list(form.items())).encode(),
    )
    with pytest.raises(BadPayload, match="expected MessageSid and From"):
        Twilio("sms", options(), "https://duetalk.example").messages(request, NOW)


def test_a_webhook_signed_with_a_shared_key_needs_that_key() -> None:
    path = "/webhooks/sms/messages"
    form = {"MessageSid": SID, "From": "+15550100", "Body": "yes"}
    url = f"https://duetalk.example{path}"
    request = RawRequest(
        method="POST",
        url=url,
        path_qs=path,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": RequestValidator("shared").compute_signature(
                url, form, "HMAC_SHA256"
            ),
            "x-twilio-webhooks-signature-settings": "key=webhooks_1,algorithm=HMAC_SHA256",
        },
        body=urlencode(form).encode(),
    )
    with_key = Twilio("sms", options(shared_key="shared"), "https://duetalk.example")
    assert with_key.messages(request, NOW)[0].text == "yes"
    with pytest.raises(BadSignature):
        Twilio("sms", options(), "https://duetalk.example").messages(request, NOW)


class LocalClient(AsyncTwilioHttpClient):
    """The SDK's own client, sent to our server instead of Twilio's."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    async def request(self, method: str, url: str, **rest: Any) -> Any:
        parts = urlsplit(url)
        with warnings.catch_warnings():
            # The SDK still hands `auth` to aiohttp in the old way.
            warnings.simplefilter("ignore", DeprecationWarning)
            return await super().request(method, f"{self._base}{parts.path}", **rest)


async def sdk_sends(base: str) -> Any:
    http = LocalClient(base)
    try:
        client = Client(ACCOUNT, TOKEN, http_client=http)
        return await client.messages.create_async(
            to=PARCEL.address,
            from_="+15005550006",
            body=PARCEL.text,
            status_callback="https://duetalk.example/webhooks/sms/receipts?ref=17",
        )
    finally:
        await http.close()


def accepting(provider: Provider) -> None:
    provider.answer = lambda: web.json_response({"sid": SID, "status": "queued"}, status=201)


async def test_we_ask_twilio_for_exactly_what_its_sdk_asks_for() -> None:
    async with a_provider() as provider, a_twilio(provider.url) as channel:
        accepting(provider)
        assert await channel.send(PARCEL) == SID
        assert (await sdk_sends(provider.url)).sid == SID
    ours, theirs = provider.seen
    assert ours.path == theirs.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert parse_qs(ours.body.decode()) == parse_qs(theirs.body.decode())
    assert ours.headers["Authorization"] == theirs.headers["Authorization"]


async def test_an_api_key_sends_while_the_accounts_token_checks() -> None:
    async with (
        a_provider() as provider,
        a_twilio(provider.url, api_key_sid="SK1", api_key_secret="s") as channel,
    ):
        accepting(provider)
        await channel.send(PARCEL)
    assert provider.seen[0].headers["Authorization"] == "Basic U0sxOnM="
    assert f"/Accounts/{ACCOUNT}/" in provider.seen[0].path


async def test_a_messaging_service_may_choose_the_number() -> None:
    async with (
        a_provider() as provider,
        a_twilio(provider.url, sender="", messaging_service="MG1") as channel,
    ):
        accepting(provider)
        await channel.send(PARCEL)
    form = parse_qs(provider.seen[0].body.decode())
    assert form["MessagingServiceSid"] == ["MG1"]
    assert "From" not in form


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (400, 21610, Failure.REFUSED),
        (400, 21211, Failure.REFUSED),
        (400, 21614, Failure.REFUSED),
        (400, 21617, Failure.REFUSED),
        (400, 21611, Failure.RETRY),
        (401, 20003, Failure.RETRY),
        (429, 20429, Failure.RETRY),
        (503, 20503, Failure.RETRY),
        (500, 20500, Failure.UNKNOWN),
        (504, None, Failure.UNKNOWN),
    ],
)
async def test_what_an_error_means_and_that_the_sdk_reads_the_same_code(
    status: int, code: int | None, failure: Failure
) -> None:
    async with a_provider() as provider, a_twilio(provider.url) as channel:
        provider.answer = lambda: web.json_response(
            {"code": code, "message": "no", "more_info": "", "status": status}, status=status
        )
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
        with pytest.raises(TwilioRestException) as theirs:
            await sdk_sends(provider.url)
    assert raised.value.failure is failure
    assert raised.value.reason == f"twilio:{code or status}"
    assert theirs.value.code == code


async def test_a_wait_that_twilio_names_is_handed_on() -> None:
    async with a_provider() as provider, a_twilio(provider.url) as channel:
        provider.answer = lambda: web.json_response(
            {"code": 20429}, status=429, headers={"Retry-After": "42"}
        )
        with pytest.raises(SendError) as raised:
            await channel.send(PARCEL)
    assert raised.value.wait == timedelta(seconds=42)


async def test_a_refused_connection_is_tried_again_and_a_lost_answer_is_not() -> None:
    async with a_twilio(await nobody_listens()) as channel:
        with pytest.raises(SendError) as refused:
            await channel.send(PARCEL)
    async with a_server_that_hangs_up(after_reading=True) as url, a_twilio(url) as channel:
        with pytest.raises(SendError) as lost:
            await channel.send(PARCEL)
    assert refused.value.failure is Failure.RETRY
    assert lost.value.failure is Failure.UNKNOWN


async def test_an_answer_that_is_no_json_still_counts_as_taken() -> None:
    async with a_provider() as provider, a_twilio(provider.url) as channel:
        provider.answer = lambda: web.Response(status=201, text="<html>")
        assert await channel.send(PARCEL) is None
