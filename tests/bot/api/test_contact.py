"""Pause, resume, stop, and what would go: no endpoint sends, and the gate has the last word."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.api.access import Scope
from bot.reminding import plan, preview
from flows.records import AppointmentKind
from storage import conversations, people, verification
from storage.agents import acts_of
from storage.tables import table
from tests.bot.api.conftest import NOW, Caller, an_account
from tests.bot.api.test_payments import state_of, with_talk

REASON = {"reason": "asked by the branch"}
STOP = {"channel": "sms", "address": "+8613800138000", "reason": "said so on the phone"}


async def _planned(caller: Caller) -> int:
    return int(await caller.write(lambda c: plan(c, caller.planner, NOW)))


async def test_a_pause_before_anybody_wrote_keeps_planning_away(either: Caller) -> None:
    await either.post("/v1/accounts", an_account())
    paused = await either.post("/v1/accounts/B-1001/pause", REASON)
    assert paused.body["reminding"] == {"is_on": False, "reason": "hold", "until": None}
    assert (await either.get("/v1/accounts/B-1001/may-send")).body["verdict"] == "held"
    assert await _planned(either) == 0
    resumed = await either.post("/v1/accounts/B-1001/resume", REASON)
    assert resumed.body["reminding"]["is_on"]
    assert await _planned(either) == 1


async def test_a_pause_in_a_talk_is_a_hold_that_resuming_lifts(either: Caller) -> None:
    talk = await with_talk(either)
    paused = await either.post("/v1/accounts/B-1001/pause", REASON)
    assert paused.body["reminding"]["reason"] == "hold"
    told = await either.get("/v1/accounts/B-1001/may-send")
    assert (told.body["verdict"], told.body["rules"]) == ("held", ["hold.creditor"])
    assert [h.name for h in (await state_of(either, talk)).holds] == ["creditor"]
    resumed = await either.post("/v1/accounts/B-1001/resume", REASON)
    assert resumed.body["reminding"]["is_on"]
    state = await state_of(either, talk)
    assert state.holds == ()
    assert [a.kind for a in state.agenda] == [AppointmentKind.REMINDER]
    assert await either.db.read(verification.everything_wrong) == ()
    acts = [act.act for act in await either.db.read(acts_of)]
    assert acts[:2] == ["reminders_resumed", "reminders_paused"]


async def test_a_pause_has_an_end_when_it_names_one(caller: Caller) -> None:
    talk = await with_talk(caller)
    body = REASON | {"until": "2026-03-20T00:00:00Z"}
    paused = await caller.post("/v1/accounts/B-1001/pause", body)
    assert paused.body["reminding"]["until"] == "2026-03-20T00:00:00Z"
    kinds = [a.kind for a in (await state_of(caller, talk)).agenda]
    assert AppointmentKind.HOLD_END in kinds
    shorter = REASON | {"until": "2026-03-09T00:00:00Z"}
    paused = await caller.post("/v1/accounts/B-1001/pause", shorter)
    assert paused.body["reminding"]["until"] == "2026-03-09T00:00:00Z"
    past = REASON | {"until": "2026-03-01T00:00:00Z"}
    assert (await caller.post("/v1/accounts/B-1001/pause", past)).status == 422
    naive = REASON | {"until": "2026-03-09T00:00:00"}
    assert (await caller.post("/v1/accounts/B-1001/pause", naive)).status == 422


async def test_resuming_what_was_not_paused_changes_nothing(caller: Caller) -> None:
    talk = await with_talk(caller)
    before = (await state_of(caller, talk)).agenda
    assert (await caller.post("/v1/accounts/B-1001/resume", REASON)).status == 200
    assert (await state_of(caller, talk)).agenda == before


async def test_a_stop_ends_every_talk_and_account_at_the_address(either: Caller) -> None:
    talk = await with_talk(either)
    await either.post("/v1/accounts", an_account(account_id="B-2", name="李娜"))
    answer = await either.post("/v1/opt-outs", STOP)
    assert answer.body == {"accounts": 2, "conversations": 1}
    state = await state_of(either, talk)
    assert state.opted_out
    assert state.agenda == ()
    assert await _planned(either) == 0
    rows = await either.db.read(
        lambda c: c.execute(select(table("outgoing_messages").c.status)).scalars().all()
    )
    assert rows == [], "nothing is written to him about it"
    for account in ("B-1001", "B-2"):
        told = await either.get(f"/v1/accounts/{account}/may-send")
        assert (told.body["verdict"], told.body["rules"]) == ("nothing", ["opted_out"])
    closed = await either.db.read(lambda c: people.closed_among(c, {("gateway", STOP["address"])}))
    assert closed
    assert await either.db.read(verification.everything_wrong) == ()


async def test_a_stop_holds_for_an_account_that_comes_later(caller: Caller) -> None:
    assert (await caller.post("/v1/opt-outs", STOP)).body == {"accounts": 0, "conversations": 0}
    assert (await caller.post("/v1/opt-outs", STOP)).status == 200
    await caller.post("/v1/accounts", an_account())
    assert (await caller.get("/v1/accounts/B-1001/may-send")).body["rules"] == ["opted_out"]
    await _planned(caller)
    ids = await caller.db.read(lambda c: conversations.ids_after(c, "", limit=9))
    for talk in ids:
        assert (await state_of(caller, talk)).opted_out


async def test_what_would_go_is_told_without_planning_it(caller: Caller) -> None:
    await caller.post("/v1/accounts", an_account())
    told = await caller.get("/v1/accounts/B-1001/may-send")
    seen = await caller.db.read(lambda c: preview(c, caller.planner, NOW))
    assert (told.body["verdict"] == "send") == (seen.to_send + seen.later > 0)
    assert told.body["text"]
    assert await caller.db.read(lambda c: conversations.ids_after(c, "", limit=9)) == ()
    await caller.use_token(Scope.READ, name="reader")
    assert "text" not in (await caller.get("/v1/accounts/B-1001/may-send")).body


@pytest.mark.parametrize("what", ["pause", "resume"])
async def test_a_wish_needs_a_reason_and_an_account(caller: Caller, what: str) -> None:
    assert (await caller.post(f"/v1/accounts/B-1001/{what}", REASON)).status == 404
    assert (await caller.post(f"/v1/accounts/B-1001/{what}", {"reason": ""})).status == 422
