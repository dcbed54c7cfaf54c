"""Incoming messages are stored once, kept in order and never lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage import conversations, messages
from storage.database import Database
from storage.errors import StorageError
from tests.storage.values import NOW, SECOND, an_incoming, handle_waiting


async def test_a_message_is_stored_once_per_channel_and_external_id(db: Database) -> None:
    first = await db.write(lambda c: messages.receive_many(c, [an_incoming(1), an_incoming(1)]))
    again = await db.write(lambda c: messages.receive_many(c, [an_incoming(1, text="other")]))
    elsewhere = await db.write(lambda c: messages.receive_many(c, [an_incoming(1, channel="tg")]))
    assert [r.is_repeated for r in (*first, *again, *elsewhere)] == [False, True, True, False]


async def test_two_different_messages_with_the_same_words_both_count(db: Database) -> None:
    both = [an_incoming(1, text="yes"), an_incoming(2, text="yes")]
    await db.write(lambda c: messages.receive_many(c, both))
    assert await db.write(handle_waiting) == 2


async def test_a_repeat_on_two_connections_at_once_is_stored_once(db: Database, url: str) -> None:
    async with await Database.open(url) as other:
        answers = await asyncio.gather(
            *(
                one.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
                for one in (db, other) * 5
            )
        )
    assert [r.is_repeated for (r,) in answers].count(False) == 1


async def test_an_unknown_sender_gets_a_conversation_of_his_own(db: Database) -> None:
    (received,) = await db.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
    assert received.conversation_id == "sms:+15550100"
    loaded = await db.read(lambda c: conversations.load_many(c, [received.conversation_id]))
    assert loaded["sms:+15550100"].state is None


async def test_words_no_database_can_store_are_mended(db: Database) -> None:
    text = "pay\x00 now \ud83d 好"
    await db.write(lambda c: messages.receive_many(c, [an_incoming(1, text=text)]))
    waiting = await db.read(lambda c: messages.waiting_of(c, ["sms:+15550100"]))
    assert [m.text for m in waiting["sms:+15550100"]] == ["pay now ? 好"]


async def test_messages_wait_in_the_order_they_arrived(db: Database) -> None:
    await db.write(lambda c: messages.receive_many(c, [an_incoming(n) for n in (3, 1, 2)]))
    waiting = await db.read(lambda c: messages.waiting_of(c, ["sms:+15550100"]))
    assert [m.external_id for m in waiting["sms:+15550100"]] == ["SM3", "SM1", "SM2"]


async def test_a_burst_waits_until_nothing_follows(db: Database) -> None:
    def part(number: int, after: int) -> messages.Incoming:
        at = NOW + after * SECOND
        return an_incoming(
            number, received_at=at, ready_at=at + 6 * SECOND, latest_at=at + 30 * SECOND
        )

    await db.write(lambda c: messages.receive_many(c, [part(1, 0), part(2, 5)]))

    async def ready(after: int) -> tuple[str, ...]:
        now = NOW + after * SECOND
        return await db.write(lambda c: conversations.waiting(c, now=now, limit=9))

    assert await ready(5) == ()
    assert await ready(7) == ()
    assert await ready(11) == ("sms:+15550100",)


async def test_an_endless_burst_is_read_at_its_latest_moment(db: Database) -> None:
    parts = [
        an_incoming(
            n,
            received_at=NOW + n * 5 * SECOND,
            ready_at=NOW + n * 5 * SECOND + 6 * SECOND,
            latest_at=NOW + n * 5 * SECOND + 30 * SECOND,
        )
        for n in range(7)
    ]
    await db.write(lambda c: messages.receive_many(c, parts))
    now = NOW + 31 * SECOND
    assert await db.write(lambda c: conversations.waiting(c, now=now, limit=9)) != ()


async def test_words_that_cannot_wait_take_the_burst_with_them(db: Database) -> None:
    later = NOW + 6 * SECOND
    burst = [
        an_incoming(1, ready_at=later, latest_at=NOW + 30 * SECOND),
        an_incoming(2, text="I want to die"),
    ]
    await db.write(lambda c: messages.receive_many(c, burst))
    assert await db.write(handle_waiting) == 2


async def test_a_message_out_of_tries_becomes_a_dead_letter_and_the_next_goes_on(
    db: Database,
) -> None:
    await db.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
    (first,) = (await db.read(lambda c: messages.waiting_of(c, ["sms:+15550100"])))["sms:+15550100"]
    for attempt in range(3):
        at = NOW + timedelta(minutes=attempt + 1)
        await db.write(
            lambda c, at=at: messages.put_off(c, [first.id], error="it broke", retry_at=at, tries=3)
        )
    (dead,) = await db.read(messages.dead_letters)
    assert (dead.id, dead.attempts, dead.error) == (first.id, 3, "it broke")
    await db.write(lambda c: messages.receive_many(c, [an_incoming(2)]))
    assert await db.write(handle_waiting) == 1
    assert await db.write(lambda c: messages.replay(c, first.id, now=NOW))
    assert await db.write(handle_waiting) == 1
    assert await db.read(messages.dead_letters) == ()


async def test_a_message_that_failed_waits_for_its_next_try(db: Database) -> None:
    await db.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
    (first,) = (await db.read(lambda c: messages.waiting_of(c, ["sms:+15550100"])))["sms:+15550100"]
    retry_at = NOW + 60 * SECOND
    await db.write(lambda c: messages.put_off(c, [first.id], error="x", retry_at=retry_at, tries=3))
    assert await db.write(handle_waiting) == 0
    assert await db.write(lambda c: handle_waiting(c, now=retry_at)) == 1


async def test_the_backlog_tells_its_age(db: Database) -> None:
    await db.write(lambda c: messages.receive_many(c, [an_incoming(1), an_incoming(2)]))
    found = await db.read(messages.backlog)
    assert (found.waiting, found.dead, found.oldest_at) == (2, 0, NOW)


async def test_a_message_handled_twice_is_an_error(db: Database) -> None:
    await db.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
    handled = messages.Handled(message_id=1, turn=1)
    await db.write(lambda c: messages.mark_handled(c, [handled]))
    with pytest.raises(RuntimeError, match="waiting messages"):
        await db.write(lambda c: messages.mark_handled(c, [handled]))


async def test_nothing_is_stored_after_the_database_was_closed(url: str) -> None:
    db = await Database.open(url)
    await db.close()
    with pytest.raises(StorageError):
        await db.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
