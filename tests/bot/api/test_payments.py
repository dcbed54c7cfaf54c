"""Payments in, each once: the ledger, the talk and the audit agree, whatever is repeated."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.beginning import start_conversations
from bot.onboarding import conversations_for
from flows.model import Conversation
from storage import accounts as stored
from storage import conversations, verification
from storage.agents import acts_of
from storage.tables import table
from tests.bot.api.conftest import NOW, Caller, an_account


def a_payment(**changes: Any) -> dict[str, Any]:
    payment = {
        "account_id": "B-1001",
        "reference": "P-1",
        "amount": "600.00",
        "currency": "CNY",
        "paid_on": "2026-03-02",
    }
    return payment | changes


async def _owed(caller: Caller) -> str:
    return str((await caller.get("/v1/accounts/B-1001")).body["outstanding"]["amount"])


async def with_talk(caller: Caller) -> str:
    """The account with a conversation; its id."""
    await caller.post("/v1/accounts", an_account())

    def begin(conn: Connection) -> str:
        records = stored.snapshot(conn, ["main:B-1001"]).values()
        planner = caller.planner
        (state,) = conversations_for(records, planner.creditor, planner.channel_of)
        start_conversations(conn, [state], NOW)
        return state.id

    return str(await caller.write(begin))


async def state_of(caller: Caller, talk: str) -> Conversation:
    loaded = await caller.db.read(lambda c: conversations.load_many(c, [talk]))
    state = loaded[talk].state
    assert state is not None
    return state


async def test_a_payment_counts_once_however_often_it_comes(either: Caller) -> None:
    talk = await with_talk(either)
    first = await either.post("/v1/payments", a_payment())
    assert (first.status, first.body["result"]) == (201, "booked")
    assert first.body["outstanding"]["amount"] == "3000.00"
    for key in ("", "k1", "k1"):
        again = await either.post("/v1/payments", a_payment(), key=key)
        assert (again.status, again.body["result"]) == (200, "repeated")
    assert await _owed(either) == "3000.00"
    (case,) = (await state_of(either, talk)).cases
    assert [p.amount.minor for p in case.payments] == [60_000]
    assert case.account.outstanding.minor == 300_000
    assert await either.db.read(verification.everything_wrong) == ()
    acts = await either.db.read(acts_of)
    assert [act.act for act in acts].count("payment_booked") == 1


async def test_of_many_that_bring_it_at_once_one_is_booked(either: Caller) -> None:
    talk = await with_talk(either)
    answers = await asyncio.gather(*(either.post("/v1/payments", a_payment()) for _ in range(6)))
    assert sorted(a.body["result"] for a in answers) == ["booked", *["repeated"] * 5]
    assert await _owed(either) == "3000.00"
    (case,) = (await state_of(either, talk)).cases
    assert len(case.payments) == 1


async def test_of_many_with_one_key_one_is_done(either: Caller) -> None:
    await with_talk(either)
    asked = [either.post("/v1/payments", a_payment(), key="k") for _ in range(5)]
    answers = await asyncio.gather(*asked)
    assert {a.status for a in answers} == {201}
    assert sum("Idempotency-Replayed" in a.headers for a in answers) == 4
    assert await _owed(either) == "3000.00"


async def test_a_reversal_takes_the_whole_payment_back_once(caller: Caller) -> None:
    talk = await with_talk(caller)
    await caller.post("/v1/payments", a_payment())
    body = {"account_id": "B-1001", "reference": "P-1", "reversed_on": "2026-03-02"}
    first = await caller.post("/v1/payments/reversal", body)
    assert (first.status, first.body["result"]) == (201, "booked")
    again = await caller.post("/v1/payments/reversal", body)
    assert again.body["result"] == "repeated"
    assert await _owed(caller) == "3600.00"
    (case,) = (await state_of(caller, talk)).cases
    assert [p.amount.minor for p in case.payments] == [60_000, -60_000]


async def test_a_reversal_of_nothing_is_a_404(caller: Caller) -> None:
    body = {"account_id": "B-1001", "reference": "P-9", "reversed_on": "2026-03-02"}
    assert (await caller.post("/v1/payments/reversal", body)).status == 404


async def test_money_for_nobody_we_know_is_kept_for_a_person(caller: Caller) -> None:
    answer = await caller.post("/v1/payments", a_payment(account_id="B-404"))
    assert (answer.status, answer.body["result"]) == (201, "unmatched")
    body = {"account_id": "B-404", "reference": "P-1", "reversed_on": "2026-03-02"}
    assert (await caller.post("/v1/payments/reversal", body)).status == 409


async def test_another_currency_is_not_counted(caller: Caller) -> None:
    talk = await with_talk(caller)
    answer = await caller.post("/v1/payments", a_payment(currency="USD"))
    assert answer.body["result"] == "unmatched"
    assert await _owed(caller) == "3600.00"
    assert (await state_of(caller, talk)).cases[0].payments == ()


async def test_a_bill_nobody_wrote_about_is_paid_too(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account())
    answer = await caller.post("/v1/payments", a_payment(amount="3600"))
    assert answer.body["outstanding"]["amount"] == "0.00"
    assert (await caller.get("/v1/accounts/B-1001")).body["status"] == "paid"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount": "-5"}, "/amount"),
        ({"amount": "0"}, "/amount"),
        ({"amount": "1.234"}, "/amount"),
        ({"amount": "9" * 30}, "/amount"),
        ({"amount": "5 USD"}, "/amount"),
        ({"currency": "XXX"}, "/currency"),
        ({"paid_on": "yesterday"}, "/paid_on"),
        ({"reference": ""}, "/reference"),
    ],
)
async def test_a_payment_that_cannot_be_is_refused(
    caller: Caller, changes: dict[str, str], pointer: str
) -> None:
    answer = await caller.post("/v1/payments", a_payment(**changes))
    assert answer.status == 422
    assert answer.body["errors"][0]["pointer"] == pointer


async def test_the_thanks_wait_for_the_gate_like_any_word(caller: Caller) -> None:
    await with_talk(caller)
    await caller.post("/v1/payments", a_payment())
    rows = await caller.db.read(
        lambda c: c.execute(select(table("outgoing_messages").c.status)).scalars().all()
    )
    assert rows == ["queued"]


async def test_a_crash_after_the_commit_loses_nothing(caller: Caller) -> None:
    """The answer never arrives; the program asks again with its key and learns what was done."""
    await with_talk(caller)
    await caller.post("/v1/payments", a_payment(), key="k1")
    count = await caller.db.read(
        lambda c: c.scalar(select(func.count()).select_from(table("api_requests")))
    )
    assert count == 1, "the answer is in the database with what it tells of"
    again = await caller.post("/v1/payments", a_payment(), key="k1")
    assert (again.status, again.body["result"]) == (201, "booked")
