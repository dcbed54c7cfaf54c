"""Messages leave once, while the gate allows, and nothing unknown is ever sent again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, update

from bot.channels.base import Parcel
from bot.delivery import IN_FLIGHT, MOST_TRIES, Drop, Postpone, backoff
from bot.errors import Failure, SendError
from storage import outgoing, receipts
from storage.database import Database
from storage.receipts import Receipt
from storage.statuses import Status
from storage.tables import table
from tests.bot.fakes import (
    NOW,
    Hooks,
    Log,
    RecordingChannel,
    a_clock,
    a_delivery,
    a_message,
    a_phone,
    statuses,
    write_to,
)


def failing(failure: Failure, reason: str = "said no", wait: timedelta | None = None):  # type: ignore[no-untyped-def]
    async def answer(parcel: Parcel) -> str | None:
        raise SendError(failure, reason, wait)

    return answer


async def test_a_due_message_leaves_once_and_is_noted_with_the_gateways_id(
    bot_db: Database,
) -> None:
    channel, hooks = RecordingChannel(), Hooks()
    await write_to(bot_db, a_message(buttons_json='["Pay now","Later"]'))
    delivery = a_delivery(bot_db, channel, hooks=hooks, log=Log())
    assert await delivery.run_once() == 1
    assert await delivery.run_once() == 0
    assert channel.sent == [
        Parcel(reference="1", address="+15550000", text="words 0", buttons=("Pay now", "Later"))
    ]
    found = await bot_db.read(lambda conn: outgoing.find(conn, 1))
    assert found
    assert (found.status, found.provider_id, found.sent_at) == (Status.SENT, "P1", NOW)


async def test_a_conversations_messages_leave_in_order_and_all_of_them(bot_db: Database) -> None:
    channel = RecordingChannel()
    await write_to(bot_db, *(a_message(text=f"{n}") for n in range(5)))
    assert await a_delivery(bot_db, channel, hooks=Hooks(), log=Log()).run_once() == 5
    assert [parcel.text for parcel in channel.sent] == ["0", "1", "2", "3", "4"]


async def test_sending_is_committed_before_the_request_leaves(bot_db: Database) -> None:
    channel = RecordingChannel()
    seen: list[Status] = []

    async def answer(parcel: Parcel) -> str | None:
        found = await bot_db.read(lambda conn: outgoing.find(conn, int(parcel.reference)))
        assert found
        seen.append(found.status)
        return None

    channel.answer = answer
    await write_to(bot_db, a_message())
    await a_delivery(bot_db, channel, hooks=Hooks(), log=Log()).run_once()
    assert seen == [Status.SENDING]


async def test_what_certainly_did_not_leave_is_tried_again_later(bot_db: Database) -> None:
    channel, hooks, clock = RecordingChannel(), Hooks(), a_clock()
    channel.answer = failing(Failure.RETRY, "busy")
    await write_to(bot_db, a_message())
    delivery = a_delivery(bot_db, channel, hooks=hooks, log=Log(), clock=clock)
    assert await delivery.run_once() == 1
    assert await statuses(bot_db, 1) == [("queued", "busy")]
    assert await delivery.run_once() == 0
    clock.move(backoff(1, 1))
    channel.answer = channel._accept
    assert await delivery.run_once() == 1
    assert await statuses(bot_db, 1) == [("sent", "")]
    assert hooks.failed == []


async def test_a_provider_that_names_a_wait_is_left_alone_so_long(bot_db: Database) -> None:
    channel, clock = RecordingChannel(), a_clock()
    channel.answer = failing(Failure.RETRY, wait=timedelta(minutes=5))
    await write_to(bot_db, a_message())
    delivery = a_delivery(bot_db, channel, hooks=Hooks(), log=Log(), clock=clock)
    await delivery.run_once()
    clock.move(timedelta(minutes=5) - timedelta(seconds=1))
    assert await delivery.run_once() == 0
    clock.move(timedelta(seconds=1))
    assert await delivery.run_once() == 1


async def test_after_the_last_try_the_conversation_hears_of_it(bot_db: Database) -> None:
    channel, hooks, clock = RecordingChannel(), Hooks(), a_clock()
    channel.answer = failing(Failure.RETRY, "busy")
    await write_to(bot_db, a_message())
    delivery = a_delivery(bot_db, channel, hooks=hooks, log=Log(), clock=clock)
    for _ in range(MOST_TRIES):
        assert await delivery.run_once() == 1
        clock.move(timedelta(minutes=20))
    assert await delivery.run_once() == 0
    assert await statuses(bot_db, 1) == [("failed", "tries:busy")]
    assert [(f.message_id, f.status) for f in hooks.failed] == [(1, Status.FAILED)]


@pytest.mark.parametrize(
    ("failure", "status"),
    [(Failure.REFUSED, Status.REFUSED), (Failure.UNKNOWN, Status.UNKNOWN)],
)
async def test_refused_and_unknown_are_told_and_never_sent_again(
    bot_db: Database, failure: Failure, status: Status
) -> None:
    channel, hooks, clock = RecordingChannel(), Hooks(), a_clock()
    channel.answer = failing(failure)
    await write_to(bot_db, a_message())
    delivery = a_delivery(bot_db, channel, hooks=hooks, log=Log(), clock=clock)
    await delivery.run_once()
    clock.move(timedelta(days=1))
    assert await delivery.run_once() == 0
    assert await statuses(bot_db, 1) == [(status.value, "said no")]
    (failed,) = hooks.failed
    assert (failed.conversation_id, failed.status, failed.reason) == (
        "sms:+15550000",
        status,
        "said no",
    )


async def test_a_fault_of_ours_while_sending_counts_as_unknown(bot_db: Database) -> None:
    channel, hooks = RecordingChannel(), Hooks()

    async def answer(parcel: Parcel) -> str | None:
        raise KeyError("a bug")

    channel.answer = answer
    await write_to(bot_db, a_message())
    await a_delivery(bot_db, channel, hooks=hooks, log=Log()).run_once()
    assert await statuses(bot_db, 1) == [("unknown", "fault:KeyError")]


async def test_a_report_that_overtook_an_unknown_outcome_settles_it(bot_db: Database) -> None:
    channel, hooks = RecordingChannel(), Hooks()

    async def answer(parcel: Parcel) -> str | None:
        report = Receipt(
            channel="sms",
            provider_id="ref:1",
            status=Status.SENT,
            at=NOW,
            received_at=NOW,
            message_id=1,
        )
        await bot_db.write(lambda conn: receipts.apply_many(conn, [report]))
        raise SendError(Failure.UNKNOWN, "the answer was lost")

    channel.answer = answer
    await write_to(bot_db, a_message())
    await a_delivery(bot_db, channel, hooks=hooks, log=Log()).run_once()
    assert await statuses(bot_db, 1) == [("sent", "")]
    assert hooks.failed == []


@pytest.mark.rule("S17")
async def test_the_gate_is_asked_again_just_before_sending(bot_db: Database) -> None:
    channel, hooks, clock = RecordingChannel(), Hooks(), a_clock()
    later = NOW + timedelta(hours=8)
    hooks.verdicts = {
        "words 1": Drop(reason="opted_out"),
        "words 2": Postpone(at=later, reason="quiet_hours"),
    }
    await write_to(bot_db, *(a_message(n) for n in range(3)))
    delivery = a_delivery(bot_db, channel, hooks=hooks, log=Log(), clock=clock)
    assert await delivery.run_once() == 1
    assert [parcel.text for parcel in channel.sent] == ["words 0"]
    assert await statuses(bot_db, 3) == [
        ("sent", ""),
        ("dropped", "opted_out"),
        ("queued", "quiet_hours"),
    ]
    hooks.verdicts = {}
    clock.move(timedelta(hours=8))
    assert await delivery.run_once() == 1
    found = await bot_db.read(lambda conn: outgoing.find(conn, 3))
    assert found
    assert found.attempts == 1


async def test_one_message_that_cannot_be_judged_stops_only_itself(bot_db: Database) -> None:
    channel, hooks = RecordingChannel(), Hooks(poisoned="words 1")
    await write_to(bot_db, *(a_message(n) for n in range(3)))
    await a_delivery(bot_db, channel, hooks=hooks, log=Log()).run_once()
    assert [s for s, _ in await statuses(bot_db, 3)] == ["sent", "queued", "sent"]


def switch(conn: Connection, key: str, value: str) -> None:
    settings = table("settings")
    conn.execute(settings.delete().where(settings.c.key == key))
    conn.execute(
        insert(settings).values(key=key, value_json=value, changed_by="test", changed_at=NOW)
    )


async def test_the_switch_stops_all_sending_until_it_is_on_again(bot_db: Database) -> None:
    channel = RecordingChannel()
    await write_to(bot_db, a_message())
    await bot_db.write(lambda conn: switch(conn, "sending", "false"))
    delivery = a_delivery(bot_db, channel, hooks=Hooks(), log=Log())
    assert await delivery.run_once() == 0
    await bot_db.write(lambda conn: switch(conn, "sending", "true"))
    assert await delivery.run_once() == 1


async def test_what_a_dead_sender_left_behind_is_unknown_and_told(bot_db: Database) -> None:
    channel, hooks = RecordingChannel(), Hooks()
    await write_to(bot_db, a_message())
    lease = timedelta(seconds=30)
    await bot_db.write(
        lambda conn: outgoing.claim_due(
            conn, "sms", now=NOW, limit=1, lease=lease, owner="the dead one"
        )
    )
    delivery = a_delivery(bot_db, channel, hooks=hooks, log=Log())
    assert await delivery.expire_leases() == 0
    rows = table("outgoing_messages")
    await bot_db.write(
        lambda conn: conn.execute(update(rows).values(lease_until_at=NOW - timedelta(days=900)))
    )
    assert await delivery.expire_leases() == 1
    assert await delivery.run_once() == 0
    assert channel.sent == []
    assert [(f.status, f.reason) for f in hooks.failed] == [(Status.UNKNOWN, "lease_expired")]


async def test_a_stop_lets_what_is_in_flight_finish_and_claims_no_more(bot_db: Database) -> None:
    channel, stop = RecordingChannel(), asyncio.Event()
    underway, go_on = asyncio.Event(), asyncio.Event()

    async def answer(parcel: Parcel) -> str | None:
        underway.set()
        await go_on.wait()
        return "P"

    channel.answer = answer
    await write_to(bot_db, a_message(text="first"), a_message(text="second"))
    delivery = a_delivery(bot_db, channel, hooks=Hooks(), log=Log())
    running = asyncio.create_task(delivery.run(stop))
    await underway.wait()
    stop.set()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait_for(running, 5)
    assert await statuses(bot_db, 2) == [("sent", ""), ("queued", "")]


async def test_many_are_in_flight_at_once_but_no_more_than_allowed(bot_db: Database) -> None:
    channel, stop = RecordingChannel(), asyncio.Event()
    count = 3 * IN_FLIGHT

    async def answer(parcel: Parcel) -> str | None:
        await asyncio.sleep(0.005)
        if len(channel.sent) == count:
            stop.set()
        return None

    channel.answer = answer
    await write_to(bot_db, *(a_message(n) for n in range(count)))
    delivery = a_delivery(bot_db, channel, hooks=Hooks(), log=Log())
    await asyncio.wait_for(delivery.run(stop), 20)
    assert {s for s, _ in await statuses(bot_db, count)} == {"sent"}
    assert IN_FLIGHT // 2 < channel.most_at_once <= IN_FLIGHT


async def test_no_more_leave_in_a_second_than_the_provider_takes(bot_db: Database) -> None:
    channel = RecordingChannel(per_second=20.0)
    await write_to(bot_db, *(a_message(n) for n in range(26)))
    loop = asyncio.get_running_loop()
    started = loop.time()
    await a_delivery(bot_db, channel, hooks=Hooks(), log=Log()).run_once()
    # A second's worth leaves at once; each of the other six waits for a twentieth of a second.
    assert len(channel.sent) == 26
    assert loop.time() - started >= 0.25


async def test_what_the_phone_takes_has_arrived(bot_db: Database) -> None:
    phone = a_phone("sms")
    await write_to(bot_db, a_message())
    await a_delivery(bot_db, phone, hooks=Hooks(), log=Log()).run_once()
    assert await statuses(bot_db, 1) == [("delivered", "")]


async def test_the_log_tells_outcomes_and_nothing_personal(bot_db: Database) -> None:
    channel, log = RecordingChannel(), Log()
    await write_to(bot_db, a_message(77, text="MARKED"))
    await a_delivery(bot_db, channel, hooks=Hooks(), log=log).run_once()
    assert "send.done" in log.text
    assert "MARKED" not in log.text
    assert "+15550077" not in log.text


def test_waits_grow_and_differ_from_message_to_message() -> None:
    waits = [backoff(1, attempts) for attempts in range(1, 12)]
    assert timedelta(seconds=2) <= waits[0] <= timedelta(seconds=3)
    assert all(wait <= timedelta(minutes=15) for wait in waits)
    assert len({backoff(number, 3) for number in range(50)}) > 20
