"""Conversations are saved against their version and held by one person at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from flows.model import Case, Flag
from flows.records import Handoff, HandoffReason, Priority, Promise
from storage import conversations, messages
from storage.database import Database
from storage.errors import Stale
from storage.tables import table
from tests.storage import commits
from tests.storage.values import (
    NOW,
    SECOND,
    a_commit,
    a_conversation,
    an_account,
    an_incoming,
    begin,
    dollars,
    new,
)

HERE = "sms:+15550100"


async def load(db: Database, conversation_id: str = HERE) -> conversations.Loaded:
    return (await db.read(lambda c: conversations.load_many(c, [conversation_id])))[conversation_id]


async def test_a_saved_state_is_loaded_again(db: Database) -> None:
    state = a_conversation(HERE, flags=frozenset({Flag.HARDSHIP}), last_in_at=NOW)
    await db.write(lambda c: begin(c, state))
    loaded = await load(db)
    assert loaded.state == state
    assert (loaded.version, loaded.head.count) == (1, 1)


async def test_an_older_version_cannot_be_saved(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE), a_conversation("sms:+15550101")))
    old = await load(db)
    other = await load(db, "sms:+15550101")
    await db.write(lambda c: commits.commit_many(c, [a_commit(old, a_conversation(HERE))]))
    late = [a_commit(old, a_conversation(HERE)), a_commit(other, a_conversation(other.id))]
    with pytest.raises(Stale) as caught:
        await db.write(lambda c: commits.commit_many(c, late))
    assert caught.value.conversation_ids == (HERE,)
    # Nothing of the batch was kept, not even what was not stale.
    assert (await load(db, "sms:+15550101")).version == 1


async def test_two_who_create_the_same_conversation_do_not_both_win(db: Database) -> None:
    state = a_conversation(HERE)
    results = await asyncio.gather(
        *(
            db.write(lambda c: commits.commit_many(c, [a_commit(new(state), state)]))
            for _ in range(4)
        ),
        return_exceptions=True,
    )
    assert sorted(map(type, results), key=str) == [type(None), Stale, Stale, Stale] or (
        [r for r in results if r is None] == [None] and (await load(db)).version == 1
    )


async def test_of_fifty_who_claim_exactly_one_holds(db: Database, url: str) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    async with await Database.open(url) as other:
        answers = await asyncio.gather(
            *(
                (db, other)[n % 2].write(
                    lambda c, n=n: conversations.claim(c, HERE, f"agent{n}", now=NOW)
                )
                for n in range(50)
            )
        )
    won = [answer for answer in answers if isinstance(answer, conversations.Claimed)]
    lost = {answer.holder for answer in answers if isinstance(answer, conversations.HeldBy)}
    loaded = await load(db)
    assert len(won) == 1
    assert lost == {loaded.holder}
    assert (loaded.ownership, won[0].ownership) == (1, 1)


async def test_the_holder_is_part_of_the_loaded_state(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    await db.write(lambda c: conversations.claim(c, HERE, "ann", now=NOW))
    state = (await load(db)).state
    assert state is not None
    assert (state.holder, state.ownership) == ("ann", 1)


async def test_a_turn_decided_before_a_takeover_is_stale(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    before = await load(db)
    await db.write(lambda c: conversations.claim(c, HERE, "ann", now=NOW))
    with pytest.raises(Stale):
        await db.write(lambda c: commits.commit_many(c, [a_commit(before, a_conversation(HERE))]))


async def test_only_the_holder_hands_back(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    await db.write(lambda c: conversations.claim(c, HERE, "ann", now=NOW))
    assert not await db.write(lambda c: conversations.hand_back(c, HERE, "bob", now=NOW))
    assert await db.write(lambda c: conversations.hand_back(c, HERE, "ann", now=NOW))
    loaded = await load(db)
    assert (loaded.holder, loaded.ownership) == (None, 2)


async def test_a_held_conversation_can_be_stolen_on_purpose(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    await db.write(lambda c: conversations.claim(c, HERE, "ann", now=NOW))
    taken = await db.write(lambda c: conversations.claim(c, HERE, "bob", now=NOW, is_steal=True))
    assert isinstance(taken, conversations.Claimed)
    assert (await load(db)).holder == "bob"


async def test_a_conversation_in_hand_is_passed_over_by_other_workers(
    postgres_url: str,
) -> None:
    async with (
        await Database.open(postgres_url) as one,
        await Database.open(postgres_url) as other,
    ):
        senders = [an_incoming(n, address=f"+1555010{n}") for n in range(4)]
        await one.write(lambda c: messages.receive_many(c, senders))
        is_held, may_end = asyncio.Event(), asyncio.Event()

        async def hold() -> tuple[str, ...]:
            from sqlalchemy.util import await_only

            def work(conn: object) -> tuple[str, ...]:
                ids = conversations.waiting(conn, now=NOW, limit=2)  # type: ignore[arg-type]
                is_held.set()
                await_only(may_end.wait())
                return ids

            return await one.write(work)

        holding = asyncio.create_task(hold())
        await is_held.wait()
        theirs = await other.write(lambda c: conversations.waiting(c, now=NOW, limit=9))
        # New messages of a conversation in hand are stored at once.
        await other.write(lambda c: messages.receive_many(c, [an_incoming(9, address="+15550100")]))
        may_end.set()
        mine = await holding
    assert len(mine) == 2
    assert set(mine) & set(theirs) == set()
    assert len(theirs) == 2


async def test_the_row_shows_what_lists_need(db: Database) -> None:
    promise = Promise(
        id="1",
        account_id=an_account().id,
        amount=dollars(50),
        due_on=date(2026, 3, 6),
        made_on=date(2026, 3, 2),
    )
    handoffs = tuple(
        Handoff(id=str(n), reason=reason, priority=priority, opened_at=NOW + n * SECOND, due_at=NOW)
        for n, (reason, priority) in enumerate(
            [
                (HandoffReason.REQUESTED, Priority.NORMAL),
                (HandoffReason.DANGER, Priority.NOW),
                (HandoffReason.COMPLAINT, Priority.NOW),
            ]
        )
    )
    state = a_conversation(
        HERE,
        cases=(Case(account=an_account(), promises=(promise,)),),
        flags=frozenset({Flag.VULNERABLE}),
        handoffs=handoffs,
    )
    await db.write(lambda c: begin(c, state))
    row = await db.read(lambda c: c.execute(select(table("conversations"))).one())
    assert row.outstanding_minor == 12_000
    assert (row.promised_on, row.oldest_due_on) == (date(2026, 3, 6), date(2026, 2, 1))
    assert (row.care, row.has_dispute) == ("vulnerable", False)
    assert (row.urgency, row.wanted_for, row.wanted_at) == (3, "danger", NOW + SECOND)


async def test_a_closed_conversation_opens_when_the_customer_writes(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    await db.write(lambda c: conversations.close(c, HERE, outcome="paid", now=NOW))
    later = NOW + timedelta(days=1)
    await db.write(lambda c: conversations.snooze(c, HERE, until_at=later))
    before = await load(db)
    assert (before.closed_at, before.snoozed_until_at) == (NOW, later)
    (received,) = await db.write(lambda c: messages.receive_many(c, [an_incoming(1)]))
    heard = messages.Handled(message_id=received.message_id or 0, turn=2)
    after = replace(a_conversation(HERE), serial=1)
    await db.write(lambda c: commits.commit_many(c, [a_commit(before, after, handled=(heard,))]))
    now = await load(db)
    assert (now.closed_at, now.snoozed_until_at) == (None, None)
