"""Records out: by when they changed, a page at a time, words only for who may read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.api.access import Scope
from bot.beginning import start_conversations
from bot.turn import handle_waiting
from storage import messages
from storage.agents import acts_of
from tests.bot.api.conftest import NOW as CLOCK
from tests.bot.api.conftest import Caller
from tests.builders import NOW, a_conversation, rules, said


async def _talk(
    caller: Caller, *texts: str, talk: str = "c1", address: str = "+15550100001"
) -> None:
    state = a_conversation(talk, address=address)
    await caller.write(lambda c: start_conversations(c, [state], NOW))
    for number, text in enumerate(texts):
        at = NOW + timedelta(minutes=number + 1)
        message = said(text, number, address=address, at=at)
        await caller.write(lambda c, m=message: messages.receive_many(c, [m]))
        await caller.write(lambda c, at=at: handle_waiting(c, rules(), at))


async def test_a_promise_is_told_with_its_change(either: Caller) -> None:
    await _talk(either, "I'll pay 400 on friday")
    (promise,) = (await either.get("/v1/promises")).body["items"]
    assert promise["amount"] == {"amount": "400.00", "currency": "USD"}
    assert (promise["status"], promise["made_by"]) == ("open", "bot")
    since = promise["updated_at"]
    assert len((await either.get("/v1/promises", since=since)).body["items"]) == 1
    later = (NOW + timedelta(hours=1)).isoformat()
    assert (await either.get("/v1/promises", since=later)).body["items"] == []
    assert (await either.get("/v1/promises", status="kept")).body["items"] == []


async def test_a_plan_has_its_parts_to_the_cent(caller: Caller) -> None:
    await _talk(caller, "can I pay in instalments", "6 payments, on the 15th of each month", "yes")
    (plan,) = (await caller.get("/v1/plans")).body["items"]
    assert [p["amount"]["amount"] for p in plan["instalments"]] == ["66.66"] * 5 + ["66.70"]
    assert plan["total"]["amount"] == "400.00"


async def test_pages_follow_one_another_without_loss_or_repeat(either: Caller) -> None:
    for number in range(3):
        await _talk(
            either, "I'll pay 400 on friday", talk=f"c{number}", address=f"+1555010000{number}"
        )
    seen, cursor = [], ""
    while True:
        page = await either.get("/v1/promises", limit="1", cursor=cursor)
        seen += [item["conversation_id"] for item in page.body["items"]]
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert seen == ["c0", "c1", "c2"]


async def test_a_dispute_and_its_case_tell_words_only_to_who_may_read(caller: Caller) -> None:
    await _talk(caller, "this is not my debt, i never opened this account")
    (dispute,) = (await caller.get("/v1/disputes")).body["items"]
    assert "never opened" in dispute["words"]
    (case,) = (await caller.get("/v1/handoffs")).body["items"]
    assert case["reason"] == "dispute_debt"
    await caller.use_token(Scope.READ, name="reader")
    (dispute,) = (await caller.get("/v1/disputes")).body["items"]
    assert "words" not in dispute
    assert (await caller.get("/v1/handoffs")).status == 403
    (talk,) = (await caller.get("/v1/conversations")).body["items"]
    assert "person" not in talk


async def test_a_claim_is_told_and_danger_only_as_care(caller: Caller) -> None:
    await _talk(caller, "i already paid 400 yesterday")
    assert len((await caller.get("/v1/claims")).body["items"]) == 1
    await _talk(caller, "i want to kill myself", talk="c2", address="+15550100002")
    reasons = {h["reason"] for h in (await caller.get("/v1/handoffs")).body["items"]}
    assert "care" in reasons
    assert not reasons & {"danger", "vulnerable"}


async def test_turns_hold_no_words_and_reading_messages_is_noted(caller: Caller) -> None:
    await _talk(caller, "hi", "how much do I owe")
    turns = (await caller.get("/v1/conversations/c1/turns", limit="1")).body
    assert [t["number"] for t in turns["items"]] == [1]
    rest = await caller.get("/v1/conversations/c1/turns", cursor=turns["next_cursor"])
    assert [t["number"] for t in rest.body["items"]] == [2]
    said_ = (await caller.get("/v1/conversations/c1/messages")).body["items"]
    assert said_[0]["direction"] == "in"
    (act, *_) = await caller.db.read(acts_of)
    assert (act.act, act.conversation_id, act.at) == ("messages_read", "c1", CLOCK)


@pytest.mark.parametrize("what", ["turns", "messages"])
async def test_a_talk_that_is_not_there_is_a_404(caller: Caller, what: str) -> None:
    assert (await caller.get(f"/v1/conversations/none/{what}")).status == 404
