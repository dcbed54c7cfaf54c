"""Events out: written with the turn, signed, at least once, with an end; nothing personal in them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.api.hooks import WAITS, Courier, Endpoint, body_of, wait_after
from bot.api.signing import is_safe_target, secret_of, signed
from bot.beginning import start_conversations
from bot.clock import MovableClock
from bot.errors import SettingsError
from bot.settings import load
from bot.turn import handle_waiting, take_turn
from flows.events import PaymentSeen
from flows.money import Currency, Money
from flows.records import AccountId
from storage import hooks, messages
from storage.database import Database
from storage.hooks import State
from tests.bot.fakes import Log
from tests.builders import NOW, TODAY, a_conversation, rules, said

SECRET = bytes(range(32))


@dataclass
class Receiver:
    """Another program: keeps what comes and answers as it is told."""

    answers: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append((headers, await request.read()))
        status = self.answers.pop(0) if self.answers else 204
        where = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, headers=where)

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.came]


@dataclass
class Post:
    """A database, a courier and the program it carries to."""

    db: Database
    receiver: Receiver
    courier: Courier
    clock: MovableClock
    client: aiohttp.ClientSession

    async def say(self, *texts: str) -> None:
        await self.db.write(lambda c: start_conversations(c, [a_conversation()], NOW))
        for number, text in enumerate(texts):
            at = NOW + timedelta(minutes=number + 1)
            message = said(text, number, at=at)
            await self.db.write(lambda c, m=message: messages.receive_many(c, [m]))
            await self.db.write(lambda c, at=at: handle_waiting(c, rules(), at))

    async def carry(self, after: timedelta = timedelta(0)) -> int:
        self.clock.move(after)
        return await self.courier.run_once(self.client)

    async def states(self) -> list[tuple[str, int, str]]:
        found = await self.db.read(hooks.listed)
        return [(d.status, d.attempts, d.answer) for d in reversed(found)]


async def _posting(db: Database, kinds: tuple[str, ...] = ()) -> AsyncIterator[Post]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/in", receiver.take)
    async with TestServer(app) as server, aiohttp.ClientSession() as client:
        url = str(server.make_url("/in"))
        endpoint = Endpoint(name="crm", url=url, secret=SECRET, kinds=kinds)
        clock = MovableClock(NOW + timedelta(hours=1))
        courier = Courier(database=db, endpoints={"crm": endpoint}, clock=clock, log=Log())
        yield Post(db=db, receiver=receiver, courier=courier, clock=clock, client=client)


@pytest_asyncio.fixture
async def post(bot_db: Database) -> AsyncIterator[Post]:
    async for found in _posting(bot_db):
        yield found


async def test_a_promise_reaches_the_other_program_once_on_both_databases(db: Database) -> None:
    async for post in _posting(db, kinds=("promise.*",)):
        await post.say("I'll pay 400 on friday")
        assert await post.carry() == 1
        assert await post.carry() == 0
        assert post.receiver.kinds == ["promise.made"]
        assert await post.states() == [("delivered", 1, "204")]


async def test_what_is_sent_is_signed_over_id_time_and_body(post: Post) -> None:
    await post.say("I'll pay 400 on friday")
    await post.carry()
    headers, body = post.receiver.came[0]
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(SECRET, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of github.com/standard-webhooks/standard-webhooks, computed by hand."""
    secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_nothing_personal_is_in_an_event(post: Post) -> None:
    await post.say("this is not my debt", "STOP")
    while await post.carry():
        pass
    told = b"".join(body for _, body in post.receiver.came).decode()
    assert {"dispute.opened", "handoff.opened", "contact.opted_out"} <= set(post.receiver.kinds)
    for personal in ("Daniel", "Brooks", "+1555", "not my debt"):
        assert personal not in told


async def test_money_tells_of_the_payment_and_the_promise_it_keeps(post: Post) -> None:
    await post.say("I'll pay 400 on friday")
    paid = PaymentSeen(
        account_id=AccountId("A1"),
        reference="P1",
        amount=Money(40_000, Currency.of("USD")),
        paid_on=TODAY,
    )
    later = NOW + timedelta(minutes=30)
    await post.db.write(lambda c: take_turn(c, "c1", paid, rules(), later))
    while await post.carry():
        pass
    assert post.receiver.kinds.count("promise.kept") == 1
    assert "payment.booked" in post.receiver.kinds


async def test_a_program_that_is_away_is_tried_again_with_the_same_id(post: Post) -> None:
    post.receiver.answers = [500, 302, 204]
    await post.say("I'll pay 400 on friday")
    await post.carry()
    assert await post.states() == [("waiting", 1, "500")]
    assert await post.carry() == 0, "not before its time"
    await post.carry(WAITS[0] * 2)
    assert await post.states() == [("waiting", 2, "302")], "a redirect is not followed"
    await post.carry(WAITS[1] * 2)
    assert await post.states() == [("delivered", 3, "204")]
    assert len({headers["webhook-id"] for headers, _ in post.receiver.came}) == 1
    assert len({body for _, body in post.receiver.came}) == 1


async def test_a_program_that_is_gone_or_away_too_long_leaves_a_dead_delivery(post: Post) -> None:
    post.receiver.answers = [500] * (len(WAITS) + 1)
    await post.say("I'll pay 400 on friday")
    for wait in (timedelta(0), *WAITS):
        await post.carry(wait * 2)
    assert await post.states() == [("dead", len(WAITS) + 1, "500")]
    assert await post.db.write(lambda c: hooks.redeliver(c, now=post.clock.now())) == 1
    post.receiver.answers = [410]
    await post.carry()
    assert await post.states() == [("dead", 1, "410")]


async def test_a_courier_that_died_in_the_middle_loses_nothing(post: Post) -> None:
    await post.say("I'll pay 400 on friday")
    await post.db.write(lambda c: hooks.fan_out(c, lambda kind: ["crm"], now=NOW, limit=9))
    lost = await post.db.write(
        lambda c: hooks.claim(c, ("crm",), now=NOW, limit=9, lease=timedelta(seconds=-1))
    )
    assert len(lost) == 1
    assert await post.carry() == 1
    assert await post.states() == [("delivered", 2, "204")]


async def test_without_endpoints_nothing_waits(bot_db: Database) -> None:
    async for post in _posting(bot_db, kinds=("plan.*",)):
        await post.say("I'll pay 400 on friday")
        assert await post.carry() == 0
        assert not await post.db.read(hooks.is_any_untold)
        assert await post.states() == []


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://crm.example/in", True),
        ("http://127.0.0.1:9/in", True),
        ("http://localhost/in", True),
        ("http://[::1]/in", True),
        ("http://crm.example/in", False),
        ("http://127.0.0.1.evil.example/", False),
        ("https://user:pass@crm.example/", False),
        ("ftp://127.0.0.1/", False),
        ("", False),
    ],
)
def test_events_go_to_https_or_this_machine(url: str, is_safe: bool) -> None:
    assert is_safe_target(url) is is_safe


def test_settings_want_a_safe_target_known_kinds_and_a_secret(tmp_path: Any) -> None:
    file = tmp_path / "duetalk.toml"
    file.write_text('[webhooks.crm]\nurl = "http://crm.example"\nevents = ["promise.mad"]\n')
    with pytest.raises(SettingsError) as refused:
        load(file, {"DUETALK_SECRET": "x" * 32}, needs_secret=True)
    told = str(refused.value)
    assert "webhooks.crm.url" in told
    assert "webhooks.crm.events" in told
    assert "DUETALK_WEBHOOK_CRM_SECRET" in told
    good = {"DUETALK_WEBHOOK_CRM_SECRET": "whsec_" + base64.b64encode(SECRET).decode()}
    file.write_text('[webhooks.crm]\nurl = "https://crm.example"\nevents = ["promise.*"]\n')
    assert load(file, good | {"DUETALK_SECRET": "x" * 32}, needs_secret=True).webhooks


def test_waits_grow_and_end() -> None:
    delivery = hooks.Delivery(
        id=1,
        event_id=1,
        endpoint="crm",
        status=State.WAITING,
        attempts=1,
        answer="",
        due_at=NOW,
        kind="promise.made",
        at=NOW,
        conversation_id="c",
        account_id="main:B-1",
        data_json="{}",
    )
    from dataclasses import replace

    waits = [wait_after(replace(delivery, attempts=n)) for n in range(1, len(WAITS) + 2)]
    assert waits[-1] is None
    assert all(
        wait is not None and wait >= least for wait, least in zip(waits, WAITS, strict=False)
    )
    assert json.loads(body_of(delivery))["data"]["account_id"] == "B-1"
