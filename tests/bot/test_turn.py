"""Turns on a real database: what is decided is what is stored, once, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot.beginning import start_conversations
from bot.turn import handle_waiting, take_turn
from flows.events import AgentHandedBack, AgentSaid, AgentTookOver
from flows.model import Flag
from flows.records import PlanStatus
from storage import conversations, messages, tables, verification
from storage.database import Database
from tests.builders import NOW, a_conversation, rules, said


async def _talk(db: Database, *texts: str) -> None:
    await db.write(lambda conn: start_conversations(conn, [a_conversation()], NOW))
    for number, text in enumerate(texts):
        at = NOW + timedelta(minutes=number + 1)
        message = said(text, number, at=at)
        await db.write(lambda conn, m=message: messages.receive_many(conn, [m]))
        await db.write(lambda conn, now=at: handle_waiting(conn, rules(), now))


def _state(conn: Connection):
    return conversations.load_many(conn, ["c1"])["c1"].state


def _outgoing(conn: Connection) -> list[tuple[str, str, str]]:
    table = tables.table("outgoing_messages")
    rows = conn.execute(select(table.c.kind, table.c.status, table.c.text).order_by(table.c.id))
    return [tuple(row) for row in rows]


@pytest.mark.rule("CN-19", "US-25")
async def test_a_stop_recalls_what_is_queued_and_is_confirmed_once(db: Database) -> None:
    await _talk(db, "can I pay in instalments", "STOP", "STOP")
    rows = await db.read(_outgoing)
    assert [(kind, status) for kind, status, _ in rows] == [
        ("reply", "dropped"),
        ("optout_confirmation", "queued"),
    ]
    assert Flag.OPTED_OUT in (await db.read(_state)).flags


async def test_who_is_to_be_left_out_stops_nothing_for_the_customer_himself(db: Database) -> None:
    await _talk(db, "别打给我家人", "周五还500")
    kinds = [(kind, status) for kind, status, _ in await db.read(_outgoing)]
    assert kinds == [("reply", "queued"), ("reply", "queued")]


async def test_a_stop_recalls_what_a_person_wrote_too(db: Database) -> None:
    await _talk(db, "let me talk to a person")
    await db.write(lambda c: take_turn(c, "c1", AgentTookOver(agent="lin"), rules(), NOW))
    words = AgentSaid(agent="lin", text="Hello, this is Lin. How can I help?")
    await db.write(lambda c: take_turn(c, "c1", words, rules(), NOW))
    at = NOW + timedelta(minutes=9)
    await db.write(lambda c: messages.receive_many(c, [said("STOP", 9, at=at)]))
    await db.write(lambda c: handle_waiting(c, rules(), at))
    left = [kind for kind, status, _ in await db.read(_outgoing) if status == "queued"]
    assert left == ["optout_confirmation"]


async def test_a_stop_the_provider_has_confirmed_is_recorded_in_silence(db: Database) -> None:
    await db.write(lambda conn: start_conversations(conn, [a_conversation()], NOW))
    stop = replace(said("STOP"), payload_json=messages.LEFT_JSON)
    await db.write(lambda conn: messages.receive_many(conn, [stop]))
    await db.write(lambda conn: handle_waiting(conn, rules(), NOW))
    assert await db.read(_outgoing) == []
    assert Flag.OPTED_OUT in (await db.read(_state)).flags


async def test_a_message_overtaken_by_a_later_one_changes_no_promise(db: Database) -> None:
    await _talk(db, "I'll pay 400 on friday", "sorry, monday the 30th")
    late = said("make it wednesday", 7, at=NOW + timedelta(seconds=70))
    await db.write(lambda conn: messages.receive_many(conn, [late]))
    await db.write(lambda conn: handle_waiting(conn, rules(), NOW + timedelta(minutes=9)))
    (case,) = (await db.read(_state)).cases
    assert case.open_promise is not None
    assert case.open_promise.due_on == date(2026, 11, 30)


async def test_while_an_agent_holds_the_talk_the_bot_is_silent(db: Database) -> None:
    await _talk(db, "let me talk to a person")
    took = AgentTookOver(agent="lin")
    await db.write(lambda conn: take_turn(conn, "c1", took, rules(), NOW + timedelta(minutes=5)))
    at = NOW + timedelta(minutes=6)
    await db.write(lambda conn: messages.receive_many(conn, [said("hello?", 9, at=at)]))
    before = await db.read(_outgoing)
    await db.write(lambda conn: handle_waiting(conn, rules(), at))
    assert await db.read(_outgoing) == before
    words = AgentSaid(agent="lin", text="Hello, this is Lin. How can I help?")
    await db.write(lambda conn: take_turn(conn, "c1", words, rules(), at))
    assert (await db.read(_outgoing))[-1][0] == "agent"
    back = AgentHandedBack(agent="lin", note="explained the bill")
    await db.write(lambda conn: take_turn(conn, "c1", back, rules(), at))
    assert (await db.read(_state)).holder is None


@pytest.mark.rule("S40", "S75")
async def test_the_audit_chain_of_a_talk_holds(db: Database) -> None:
    await _talk(db, "hi", "how much do I owe", "thanks")
    assert await db.read(verification.everything_wrong) == ()


async def test_a_sender_nobody_wrote_to_is_kept_and_not_answered(db: Database) -> None:
    stranger = said("who is this", address="+15550100999")
    await db.write(lambda conn: messages.receive_many(conn, [stranger]))
    assert await db.write(lambda conn: handle_waiting(conn, rules(), NOW)) == 1
    assert await db.read(_outgoing) == []


@pytest.mark.parametrize("copies", [2, 5])
async def test_a_message_delivered_again_is_handled_once(db: Database, copies: int) -> None:
    await db.write(lambda conn: start_conversations(conn, [a_conversation()], NOW))
    for _ in range(copies):
        await db.write(lambda conn: messages.receive_many(conn, [said("how much do I owe")]))
        await db.write(lambda conn: handle_waiting(conn, rules(), NOW))
    assert len(await db.read(_outgoing)) == 1


@pytest.mark.rule("S80")
async def test_a_plan_is_agreed_in_three_messages_and_stored_to_the_cent(db: Database) -> None:
    await _talk(db, "can I pay in instalments", "6 payments, on the 15th of each month", "yes")
    state = await db.read(_state)
    plan = state.cases[0].live_plan
    assert plan is not None
    assert plan.status is PlanStatus.ACTIVE
    assert plan.terms.total.minor == 40_000
    assert [p.amount.minor for p in plan.terms.instalments] == [6_666] * 5 + [6_670]
    stored = await db.read(
        lambda conn: conn.scalar(select(func.count()).select_from(tables.table("plans")))
    )
    assert stored == 1
