"""What every kind of channel keeps, checked with the payloads in `tests/bot/payloads/<kind>/`."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import errors
from bot.channels.base import Channel, Incoming, RawRequest, Report
from bot.channels.kinds import KINDS, make_channels
from bot.errors import BadPayload, BadSignature

PAYLOADS = Path(__file__).parents[1] / "payloads"
FILES = sorted(PAYLOADS.glob("*/*.json"))
RECEIVED_AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
BASE_URL = "https://duetalk.example"
_INSTANTS = frozenset({"said_at", "at"})


@dataclass(frozen=True, kw_only=True)
class Given:
    """A channel as settings name it."""

    name: str
    kind: str
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Payload:
    """A request as a provider sends it, and what must come of it."""

    kind: str
    data: dict[str, Any]

    def channel(self) -> Channel:
        given = Given(name="it", kind=self.kind, values=self.data["options"])
        return make_channels([given], BASE_URL)["it"]

    def request(self) -> RawRequest:
        body = self.data.get("body", "").encode()
        if "body_hex" in self.data:
            body = bytes.fromhex(self.data["body_hex"])
        if "json" in self.data:
            body = json.dumps(self.data["json"]).encode()
        return RawRequest(
            method=self.data.get("method", "POST"),
            url=self.data.get("base_url", BASE_URL) + self.data["path"],
            path_qs=self.data["path"],
            headers={name.lower(): value for name, value in self.data["headers"].items()},
            body=body,
            secret=self.data.get("secret", ""),
        )

    def read(self, request: RawRequest) -> list[Incoming] | list[Report]:
        if self.is_report:
            return self.channel().reports(request, RECEIVED_AT)
        return self.channel().messages(request, RECEIVED_AT)

    @property
    def is_report(self) -> bool:
        return "reports" in self.data or bool(self.data.get("is_report"))


def load(path: Path) -> Payload:
    return Payload(kind=path.parent.name, data=json.loads(path.read_text(encoding="utf-8")))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _expected(kind: type[Any], values: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    assert set(values) <= known, f"unknown: {set(values) - known}"
    read = {
        key: datetime.fromisoformat(value) if key in _INSTANTS else value
        for key, value in values.items()
    }
    default = "said_at" if kind is Incoming else "at"
    return kind(**({default: RECEIVED_AT} | read))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_providers_request_becomes_what_the_payload_says(path: Path) -> None:
    payload = load(path)
    if "error" in payload.data:
        with pytest.raises(getattr(errors, payload.data["error"])):
            payload.read(payload.request())
        return
    kind = Report if payload.is_report else Incoming
    wanted = payload.data["reports" if payload.is_report else "messages"]
    assert payload.read(payload.request()) == [_expected(kind, each) for each in wanted]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_payloads_of_a_message_and_of_a_forgery(kind: str) -> None:
    payloads = [load(path) for path in FILES if path.parent.name == kind]
    assert any(payload.data.get("messages") for payload in payloads)
    assert any(payload.data.get("error") == BadSignature.__name__ for payload in payloads)
    assert any(payload.data.get("error") == BadPayload.__name__ for payload in payloads)


@pytest.mark.parametrize("path", [p for p in FILES if "error" not in load(p).data], ids=name)
def test_without_its_proof_no_request_is_taken(path: Path) -> None:
    payload = load(path)
    real = payload.request()
    forged = RawRequest(
        method=real.method, url=real.url, path_qs=real.path_qs, headers={}, body=real.body
    )
    with pytest.raises(BadSignature):
        payload.read(forged)


@pytest.mark.parametrize("path", FILES, ids=name)
@settings(max_examples=15, deadline=None)
@given(body=st.binary(max_size=200), query=st.text(max_size=40))
def test_whatever_comes_is_read_or_refused_but_never_raises_anything_else(
    path: Path, body: bytes, query: str
) -> None:
    payload = load(path)
    real = payload.request()
    path_qs = f"{real.path_qs.partition('?')[0]}?{query}"
    broken = RawRequest(
        method=real.method,
        url=BASE_URL + path_qs,
        path_qs=path_qs,
        headers=real.headers,
        body=body,
        secret=real.secret,
    )
    with suppress(BadSignature, BadPayload):
        payload.read(broken)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_channel_knows_its_name_kind_and_medium(kind: str) -> None:
    path = next(path for path in FILES if path.parent.name == kind)
    channel = load(path).channel()
    assert (channel.name, channel.kind) == ("it", kind)
    assert channel.medium in ("sms", "telegram")
    assert channel.per_second >= 0
    assert channel.reply(is_report=False).status == channel.reply(is_report=True).status == 200


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_secret_shows_when_options_are_printed(kind: str) -> None:
    path = next(path for path in FILES if path.parent.name == kind)
    payload = load(path)
    options = KINDS[kind].options(**payload.data["options"])
    for key, value in payload.data["options"].items():
        if any(word in key for word in ("secret", "password", "token")):
            assert str(value) not in repr(options)
