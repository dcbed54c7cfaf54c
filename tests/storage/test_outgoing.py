"""Messages leave once, in order, while allowed, and only under the present owner."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, update

from storage import conversations, outgoing, receipts
from storage.database import Database
from storage.outgoing import Ended, Message, NewMessage, Postponed, Retry, Sent
from storage.receipts import Receipt
from storage.statuses import Status
from storage.tables import table
from tests.storage.values import NOW, SECOND, a_conversation, begin

LEASE = timedelta(seconds=30)
HERE = "sms:+15550100"


def a_message(text: str = "Thank you.", **changes: object) -> NewMessage:
    values: dict[str, object] = {
        "conversation_id": HERE,
        "channel": "sms",
        "address": "+15550100",
        "kind": "reply",
        "text": text,
        "due_at": NOW,
        "created_at": NOW,
    }
    return NewMessage(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
async def talking(db: Database) -> Database:
    await db.write(lambda c: begin(c, a_conversation(HERE), a_conversation("sms:+15550101")))
    return db


async def add(db: Database, *messages: NewMessage) -> None:
    await db.write(lambda c: outgoing.add_many(c, messages))


def claim(conn: Connection, *, now: object = NOW, lease: timedelta = LEASE) -> tuple[Message, ...]:
    return outgoing.claim_due(conn, "sms", now=now, limit=50, lease=lease, owner="w1")  # type: ignore[arg-type]


async def status(db: Database, message_id: int = 1) -> tuple[Status, str]:
    found = await db.read(lambda c: outgoing.find(c, message_id))
    assert found is not None
    return found.status, found.reason


async def test_a_due_message_is_claimed_once(talking: Database) -> None:
    await add(talking, a_message(), a_message("Later.", due_at=NOW + SECOND))
    first = await talking.write(claim)
    assert [(m.text, m.status, m.attempts) for m in first] == [("Thank you.", Status.SENDING, 1)]
    assert await talking.write(claim) == ()


async def test_of_many_who_claim_at_once_each_message_has_one(talking: Database, url: str) -> None:
    talks = [a_conversation(f"sms:+1555020{n}") for n in range(9)]
    await talking.write(lambda c: begin(c, *talks))
    await add(talking, *(a_message(conversation_id=t.id) for t in talks))
    async with await Database.open(url) as other:
        claims = await asyncio.gather(*(one.write(claim) for one in (talking, other) * 4))
    ids = [message.id for claimed in claims for message in claimed]
    assert len(set(ids)) == len(ids)
    left = await talking.write(claim)
    assert len(ids) + len(left) == 9


async def test_a_conversations_messages_leave_one_by_one_in_order(talking: Database) -> None:
    await add(talking, a_message("1"), a_message("2"), a_message("3"))
    texts = []
    for _ in range(3):
        (message,) = await talking.write(claim)
        texts.append(message.text)
        sent = Sent(message_id=message.id, provider_id=f"P{message.id}", at=NOW)
        await talking.write(lambda c, sent=sent: outgoing.finish_many(c, [sent]))
    assert texts == ["1", "2", "3"]


async def test_a_retried_message_leaves_before_what_was_written_after_it(
    talking: Database,
) -> None:
    await add(talking, a_message("1"), a_message("2"))
    (first,) = await talking.write(claim)
    again = Retry(message_id=first.id, at=NOW + SECOND, reason="busy")
    await talking.write(lambda c: outgoing.finish_many(c, [again]))
    assert await talking.write(claim) == ()
    assert [m.text for m in await talking.write(lambda c: claim(c, now=NOW + SECOND))] == ["1"]


async def test_what_waits_for_its_hour_holds_up_no_answer(talking: Database) -> None:
    await add(talking, a_message("reminder"), a_message("answer", due_at=NOW))
    (first,) = await talking.write(claim)
    later = Postponed(message_id=first.id, at=NOW + SECOND, reason="window")
    await talking.write(lambda c: outgoing.finish_many(c, [later]))
    assert [m.text for m in await talking.write(claim)] == ["answer"]


async def test_answers_leave_before_what_we_start(talking: Database) -> None:
    other = {"conversation_id": "sms:+15550101"}
    await add(talking, a_message("bulk", priority=9), a_message("answer", priority=0, **other))
    claimed = await talking.write(
        lambda c: outgoing.claim_due(c, "sms", now=NOW, limit=1, lease=LEASE, owner="w")
    )
    assert [m.text for m in claimed] == ["answer"]


async def test_a_message_with_a_used_key_is_left_out(talking: Database) -> None:
    await add(talking, a_message("once", key="r1"), a_message("twice", key="r1"))
    await add(talking, a_message("thrice", key="r1"))
    assert [m.text for m in await talking.write(claim)] == ["once"]


@pytest.mark.rule("S34")
async def test_a_message_that_is_too_late_is_dropped(talking: Database) -> None:
    await add(talking, a_message(not_after_at=NOW + SECOND))
    assert await talking.write(lambda c: claim(c, now=NOW + 2 * SECOND)) == ()
    assert await status(talking) == (Status.DROPPED, "too_late")


async def test_an_older_word_of_the_bot_is_refused_after_a_takeover(talking: Database) -> None:
    await add(talking, a_message(status=Status.HELD, ownership=0), a_message("me", author="ann"))
    await talking.write(lambda c: conversations.claim(c, HERE, "ann", now=NOW))
    # A bot that decided just before writes its words just after.
    await add(talking, a_message("old", ownership=0), a_message("new", ownership=1))
    assert [m.text for m in await talking.write(claim)] == ["me"]
    assert await status(talking, 1) == (Status.DROPPED, "taken_over")
    await talking.write(
        lambda c: outgoing.finish_many(c, [Sent(message_id=2, provider_id="P2", at=NOW)])
    )
    assert await talking.write(claim) == ()
    assert await status(talking, 3) == (Status.REFUSED, "older_owner")
    assert [m.text for m in await talking.write(claim)] == ["new"]


async def test_a_takeover_tells_what_is_just_leaving(talking: Database) -> None:
    await add(talking, a_message("leaving"), a_message("waiting"))
    await talking.write(claim)
    taken = await talking.write(lambda c: conversations.claim(c, HERE, "ann", now=NOW))
    assert isinstance(taken, conversations.Claimed)
    assert (taken.leaving, taken.recalled) == (1, (2,))


@pytest.mark.parametrize("switch", ["sending", "sending:sms"])
async def test_the_kill_switch_stops_every_claim(talking: Database, switch: str) -> None:
    await add(talking, a_message())
    settings = table("settings")
    row = {
        "key": switch,
        "value_json": "false",
        "changed_by": "op",
        "reason": "",
        "changed_at": NOW,
    }
    await talking.write(lambda c: c.execute(insert(settings), row))
    assert await talking.write(claim) == ()
    await talking.write(lambda c: c.execute(update(settings).values(value_json="true")))
    assert len(await talking.write(claim)) == 1


async def test_a_recall_takes_back_what_has_not_left(talking: Database) -> None:
    await add(talking, a_message("leaving"), a_message("queued"), a_message(status=Status.HELD))
    await talking.write(claim)
    recalled = await talking.write(lambda c: outgoing.recall(c, [HERE], reason="opted_out", at=NOW))
    assert recalled == (2, 3)
    assert await status(talking, 2) == (Status.DROPPED, "opted_out")
    assert (await status(talking, 1))[0] is Status.SENDING


async def test_one_message_can_be_taken_back_until_it_leaves(talking: Database) -> None:
    await add(talking, a_message())
    assert await talking.write(lambda c: outgoing.take_back(c, 1, reason="undone", at=NOW))
    assert not await talking.write(lambda c: outgoing.take_back(c, 1, reason="undone", at=NOW))


async def test_a_held_message_leaves_after_its_release(talking: Database) -> None:
    await add(talking, a_message(status=Status.HELD))
    assert await talking.write(claim) == ()
    assert await talking.write(lambda c: outgoing.release(c, [1], due_at=NOW)) == 1
    assert len(await talking.write(claim)) == 1


@pytest.mark.rule("S34")
async def test_a_retry_waits_and_counts_and_a_postponement_does_not(talking: Database) -> None:
    await add(talking, a_message())
    await talking.write(claim)
    again = NOW + 60 * SECOND
    await talking.write(
        lambda c: outgoing.finish_many(c, [Retry(message_id=1, at=again, reason="busy")])
    )
    assert await talking.write(claim) == ()
    (message,) = await talking.write(lambda c: claim(c, now=again))
    assert message.attempts == 2
    later = NOW + 90 * SECOND
    await talking.write(
        lambda c: outgoing.finish_many(c, [Postponed(message_id=1, at=later, reason="night")])
    )
    (message,) = await talking.write(lambda c: claim(c, now=later))
    assert message.attempts == 2


async def test_a_sender_that_died_leaves_unknown_and_never_a_second_send(
    talking: Database,
) -> None:
    await add(talking, a_message())
    await talking.write(lambda c: claim(c, lease=timedelta(seconds=-1)))
    (lost,) = await talking.write(outgoing.expire_leases)
    assert (lost.id, lost.status, lost.reason) == (1, Status.UNKNOWN, "lease_expired")
    assert await talking.write(outgoing.expire_leases) == ()
    await talking.write(
        lambda c: outgoing.finish_many(c, [Retry(message_id=1, at=NOW, reason="late news")])
    )
    assert await talking.write(claim) == ()
    assert [m.id for m in await talking.read(outgoing.unknown)] == [1]
    await talking.write(
        lambda c: outgoing.finish_many(c, [Sent(message_id=1, provider_id="P1", at=NOW)])
    )
    assert (await status(talking))[0] is Status.SENT


async def test_a_lease_that_runs_is_left_alone(talking: Database) -> None:
    await add(talking, a_message())
    await talking.write(claim)
    assert await talking.write(outgoing.expire_leases) == ()


# --- Receipts -----------------------------------------------------------------------------------


def a_receipt(word: Status, **changes: object) -> Receipt:
    values: dict[str, object] = {
        "channel": "sms",
        "provider_id": "P1",
        "status": word,
        "at": NOW,
        "received_at": NOW,
    }
    return Receipt(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
async def sent(talking: Database) -> Database:
    await add(talking, a_message())
    await talking.write(claim)
    outcome = Sent(message_id=1, provider_id="P1", at=NOW)
    await talking.write(lambda c: outgoing.finish_many(c, [outcome]))
    return talking


async def report(db: Database, *reports: Receipt) -> list[tuple[Status, Status]]:
    changes = await db.write(lambda c: receipts.apply_many(c, reports))
    return [(change.before, change.after) for change in changes]


async def test_a_receipt_moves_a_message_once(sent: Database) -> None:
    delivered = a_receipt(Status.DELIVERED)
    assert await report(sent, delivered) == [(Status.SENT, Status.DELIVERED)]
    assert await report(sent, delivered) == []
    assert (await status(sent))[0] is Status.DELIVERED


async def test_a_late_sent_never_overwrites_failed(sent: Database) -> None:
    await report(sent, a_receipt(Status.FAILED, reason="30003"))
    assert await report(sent, a_receipt(Status.SENT), a_receipt(Status.DELIVERED)) == []
    assert await status(sent) == (Status.FAILED, "30003")


async def test_a_receipt_before_we_noted_the_id_is_applied_when_we_do(talking: Database) -> None:
    await add(talking, a_message())
    await talking.write(claim)
    assert await report(talking, a_receipt(Status.DELIVERED)) == []
    outcome = Sent(message_id=1, provider_id="P1", at=NOW)
    (change,) = await talking.write(lambda c: outgoing.finish_many(c, [outcome]))
    assert (change.before, change.after) == (Status.SENT, Status.DELIVERED)


async def test_a_receipt_with_our_own_number_settles_an_unknown_message(
    talking: Database,
) -> None:
    await add(talking, a_message())
    await talking.write(lambda c: claim(c, lease=timedelta(seconds=-1)))
    await talking.write(outgoing.expire_leases)
    moved = await report(talking, a_receipt(Status.DELIVERED, message_id=1))
    assert moved == [(Status.UNKNOWN, Status.DELIVERED)]
    assert await talking.read(outgoing.unknown) == ()


async def test_receipts_of_one_batch_apply_in_any_order(sent: Database) -> None:
    await report(sent, a_receipt(Status.DELIVERED), a_receipt(Status.SENT))
    assert (await status(sent))[0] is Status.DELIVERED


async def test_an_outcome_after_the_receipt_keeps_what_the_receipt_said(
    talking: Database,
) -> None:
    await add(talking, a_message())
    await talking.write(claim)
    await report(talking, a_receipt(Status.DELIVERED, message_id=1))
    outcome = Ended(message_id=1, status=Status.UNKNOWN, at=NOW, reason="connection lost")
    await talking.write(lambda c: outgoing.finish_many(c, [outcome]))
    assert (await status(talking))[0] is Status.DELIVERED


async def test_the_backlog_counts_what_waits(talking: Database) -> None:
    await add(talking, a_message(), a_message(due_at=NOW + SECOND))
    found = await talking.read(lambda c: outgoing.backlog(c, now=NOW))
    assert (found.due, found.oldest_due_at, found.sending, found.unknown) == (1, NOW, 0, 0)
