"""The kill switch: nothing of its scope is claimed any more, and it tells what left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from storage import agents, outgoing, stops
from storage.database import Database
from storage.outgoing import Message, NewMessage, Sent
from storage.stops import Order, Scope
from tests.storage.values import NOW, SECOND, a_conversation, begin

HERE, THERE = "sms:+15550100", "sms:+15550101"
ALL = Order(scope=Scope(), by="cli:ann", reason="wrong amounts", at=NOW)


def a_message(conversation_id: str = HERE, channel: str = "sms") -> NewMessage:
    return NewMessage(
        conversation_id=conversation_id,
        channel=channel,
        address="+15550100",
        kind="reply",
        text="Thank you.",
        due_at=NOW,
        created_at=NOW,
    )


def claim(conn: Connection, channel: str = "sms") -> tuple[Message, ...]:
    lease = timedelta(seconds=30)
    return outgoing.claim_due(conn, channel, now=NOW, limit=50, lease=lease, owner="w1")


def claimed(conn: Connection) -> list[str]:
    return [m.conversation_id for name in ("sms", "tg") for m in claim(conn, name)]


@pytest.fixture
async def talking(db: Database) -> Database:
    here, there = a_conversation(HERE), a_conversation(THERE)
    case = there.cases[0]
    other = replace(case, account=replace(case.account, creditor="Other_Bank"))
    await db.write(lambda c: begin(c, here, replace(there, cases=(other,))))
    messages = [a_message(), a_message(THERE), a_message(channel="tg")]
    await db.write(lambda c: outgoing.add_many(c, messages))
    return db


async def order(db: Database, **scope: str) -> Order:
    given = replace(ALL, scope=Scope(**scope))
    return await db.write(lambda c: stops.stop(c, given))


async def test_an_order_for_all_stops_every_channel_until_it_is_lifted(talking: Database) -> None:
    await order(talking)
    assert await talking.write(claimed) == []
    assert await talking.write(lambda c: stops.resume(c, ALL))
    assert await talking.write(claimed) == [HERE, THERE]


async def test_an_order_for_a_channel_leaves_the_others_running(talking: Database) -> None:
    await order(talking, channel="sms")
    assert await talking.write(claimed) == [HERE]
    assert [w.channel for w in await talking.read(lambda c: stops.waiting(c, Scope()))] == ["sms"]


async def test_an_order_for_a_creditor_stops_only_his_customers(talking: Database) -> None:
    await order(talking, creditor="Other_Bank")
    assert await talking.write(claimed) == [HERE]
    assert await talking.write(lambda c: stops.resume(c, replace(ALL, scope=Scope()))) is False


async def test_lifting_one_order_leaves_the_others_standing(talking: Database) -> None:
    await order(talking)
    await order(talking, channel="sms")
    await talking.write(lambda c: stops.resume(c, ALL))
    assert [o.scope for o in await talking.read(stops.standing)] == [Scope(channel="sms")]
    assert await talking.write(claim) == ()


async def test_a_second_order_keeps_the_instant_of_the_first(talking: Database) -> None:
    await order(talking)
    later = replace(ALL, at=NOW + SECOND, reason="again", by="cli:bob")
    assert (await talking.write(lambda c: stops.stop(c, later))).at == NOW
    acts = await talking.read(agents.acts_of)
    assert [(a.agent_id, a.act, a.reason) for a in acts] == [
        ("cli:bob", "sending_stopped", "again"),
        ("cli:ann", "sending_stopped", "wrong amounts"),
    ]


async def test_what_left_since_and_what_is_held_is_told(talking: Database) -> None:
    first, second = await talking.write(claim)
    given = await order(talking)
    sent = Sent(message_id=first.id, provider_id="P1", at=NOW + SECOND)
    await talking.write(lambda c: outgoing.finish_many(c, [sent]))
    left = await talking.read(lambda c: stops.left_since(c, given))
    assert {(each.id, each.status) for each in left} == {
        (first.id, "sent"),
        (second.id, "sending"),
    }
    assert await talking.read(lambda c: stops.under_way(c, Scope())) == 1
    (held,) = await talking.read(lambda c: stops.waiting(c, Scope()))
    assert (held.channel, held.kind, held.count) == ("tg", "reply", 1)


async def test_creditors_are_known_by_id_and_by_the_name_conversations_use(
    talking: Database,
) -> None:
    assert "Other_Bank" in await talking.read(stops.creditors)
