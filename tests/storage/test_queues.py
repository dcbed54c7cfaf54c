"""Console lists: nothing hides, the counts agree with the rows, cases go to one person each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from flows.model import Case, Conversation, Flag
from flows.records import Dispute, Handoff, HandoffReason, Priority, Promise
from storage import contacts, conversations, handoffs, messages, outgoing, queues, transcripts
from storage.database import Database
from storage.handoffs import Taker
from storage.messages import Handled
from storage.queues import Filter, Order, Row, Tab, Viewer
from tests.storage import commits
from tests.storage.values import (
    NOW,
    SECOND,
    a_commit,
    a_conversation,
    an_account,
    an_incoming,
    an_outgoing,
    begin,
    dollars,
    said,
)

ANN = Viewer(agent_id="ann", now=NOW, today=date(2026, 3, 2))
HOLDING = (Tab.MINE, Tab.UNASSIGNED, Tab.TEAM, Tab.WAITING, Tab.SNOOZED)


def talk(number: int, **changes: object) -> Conversation:
    return a_conversation(f"sms:+1555{number:07}", **changes)


def a_handoff(
    reason: HandoffReason = HandoffReason.REQUESTED,
    priority: Priority = Priority.NORMAL,
    **changes: object,
) -> Handoff:
    handoff = Handoff(id="h", reason=reason, priority=priority, opened_at=NOW)
    return replace(handoff, **changes)  # type: ignore[arg-type]


_TALKS = st.fixed_dictionaries(
    {
        "holder": st.sampled_from([None, None, "ann", "bob"]),
        "handoffs": st.sampled_from([(), (a_handoff(),), (a_handoff(is_open=False),)]),
        "flags": st.sampled_from([frozenset(), frozenset({Flag.VULNERABLE, Flag.LEGAL})]),
    }
)
_LATER = st.sampled_from(["open", "snoozed", "woken", "closed"])


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(_TALKS, _LATER), min_size=1, max_size=12))
def test_every_open_conversation_is_in_a_tab_and_the_counts_are_the_rows(
    url: str, talks: list[tuple[dict[str, object], str]]
) -> None:
    asyncio.run(_check_tabs(url, talks))


_numbers = iter(range(1, 1_000_000))


async def _check_tabs(url: str, talks: list[tuple[dict[str, object], str]]) -> None:
    states = [(talk(next(_numbers), **changes), later) for changes, later in talks]
    open_ids = {state.id for state, later in states if later != "closed"}

    def store(conn: Connection) -> None:
        begin(conn, *(state for state, _ in states))
        for state, later in states:
            until_at = {"snoozed": NOW + SECOND, "woken": NOW - SECOND}.get(later)
            conversations.snooze(conn, state.id, until_at=until_at)
            if later == "closed":
                conversations.close(conn, state.id, outcome="", now=NOW)

    def look(conn: Connection) -> tuple[dict[Tab, queues.Count], dict[Tab, tuple[Row, ...]]]:
        rows = {tab: queues.page(conn, tab, ANN, limit=10_000) for tab in Tab}
        return queues.counts(conn, ANN), rows

    async with await Database.open(url) as db:
        await db.write(store)
        counts, rows = await db.read(look)
    assert {tab: count.total for tab, count in counts.items()} == {
        tab: len(found) for tab, found in rows.items()
    }
    held = [row.id for tab in HOLDING for row in rows[tab]]
    assert len(held) == len(set(held))
    assert open_ids <= set(held)
    assert open_ids.isdisjoint(row.id for row in rows[Tab.CLOSED])


async def test_over_time_comes_first_then_care_then_urgency(db: Database) -> None:
    late = {"due_at": NOW - SECOND}
    states = [
        talk(1, handoffs=(a_handoff(),)),
        talk(2, handoffs=(a_handoff(priority=Priority.NOW),)),
        talk(3, handoffs=(a_handoff(),), flags=frozenset({Flag.DECEASED})),
        talk(4, handoffs=(a_handoff(**late),)),
    ]
    await db.write(lambda c: begin(c, *states))
    rows = await db.read(lambda c: queues.page(c, Tab.UNASSIGNED, ANN))
    assert [row.address[-1] for row in rows] == ["4", "3", "2", "1"]
    counts = await db.read(lambda c: queues.counts(c, ANN))
    assert counts[Tab.UNASSIGNED] == queues.Count(total=4, breached=1)


async def test_a_row_shows_the_talk(db: Database) -> None:
    promise = Promise(
        id="1",
        account_id=an_account().id,
        amount=dollars(50),
        due_on=ANN.today,
        made_on=ANN.today,
    )
    dispute = Dispute(id="2", account_id=an_account().id, kind="amount", opened_at=NOW)
    case = Case(account=an_account(), promises=(promise,), disputes=(dispute,))
    state = talk(1, cases=(case,), last_in_at=NOW)
    await db.write(lambda c: begin(c, state))
    for tab in (Tab.DUE_TODAY, Tab.DISPUTES, Tab.WAITING):
        (row,) = await db.read(lambda c, t=tab: queues.page(c, t, ANN))
    assert row.outstanding == dollars(120)
    assert (row.promised_on, row.has_dispute, row.is_unread) == (ANN.today, True, True)
    await db.write(lambda c: conversations.mark_seen(c, state.id, now=NOW))
    found = await db.read(lambda c: queues.find(c, state.id))
    assert found is not None
    assert not found.is_unread


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(text="pay on friday"), "1"),
        (Filter(text="thank you"), "1"),
        (Filter(text="0000002"), "2"),
        (Filter(text="nobody said this"), ""),
        (Filter(reason="requested"), "2"),
        (Filter(language="zh-Hans"), ""),
        (Filter(least_minor=12_001), ""),
        (Filter(is_unread=True), "1"),
        (Filter(intent="affirm"), "1"),
        (Filter(due_before_on=date(2026, 3, 1), channel="sms"), "1 2"),
    ],
)
async def test_a_list_shows_what_is_asked(db: Database, wanted: Filter, found: str) -> None:
    await db.write(lambda c: begin(c, talk(1), talk(2, handoffs=(a_handoff(holds_bot=False),))))
    await hear(db, talk(1).id, "I will pay on Friday")
    rows = [
        row
        for tab in (Tab.WAITING, Tab.UNASSIGNED)
        for row in await db.read(
            lambda c, t=tab: queues.page(c, t, ANN, wanted=wanted, order=Order.NEWEST)
        )
    ]
    assert sorted(row.address[-1] for row in rows) == found.split()


async def hear(db: Database, conversation_id: str, text: str, *, number: int = 1) -> None:
    """The customer writes, and a turn answers."""

    def work(conn: Connection) -> None:
        incoming = an_incoming(number, address=conversation_id.partition(":")[2], text=text)
        (received,) = messages.receive_many(conn, [incoming])
        before = conversations.load_many(conn, [conversation_id])[conversation_id]
        assert before.state is not None
        handled = Handled(message_id=received.message_id or 0, turn=before.head.count + 1)
        commit = a_commit(
            before,
            replace(before.state, last_in_at=NOW),
            event=said(text),
            outgoing=(an_outgoing(),),
            handled=(handled,),
            line=text,
            intent="affirm",
        )
        commits.commit_many(conn, [commit])

    await db.write(work)


# --- Cases for people ---------------------------------------------------------------------------


async def test_the_next_case_is_the_most_urgent_then_the_first_due(db: Database) -> None:
    soon, later = {"due_at": NOW + SECOND}, {"due_at": NOW + 60 * SECOND}
    states = [
        talk(1, handoffs=(a_handoff(**later),)),
        talk(2, handoffs=(a_handoff(**soon),)),
        talk(3, handoffs=(a_handoff(HandoffReason.DANGER, Priority.NOW),)),
        talk(4),
    ]
    await db.write(lambda c: begin(c, *states))
    taker = Taker(agent_id="ann", open_limit=3)
    taken = [await db.write(lambda c: handoffs.take_next(c, taker, now=NOW)) for _ in range(4)]
    assert [t.conversation_id[-1] if t else None for t in taken] == ["3", "2", "1", None]
    (case,) = await db.read(lambda c: handoffs.of_conversation(c, talk(3).id))
    assert (case.state, case.claimed_by, case.claimed_at) == ("claimed", "ann", NOW)


async def test_nobody_takes_more_than_he_may(db: Database) -> None:
    await db.write(lambda c: begin(c, *(talk(n, handoffs=(a_handoff(),)) for n in (1, 2))))
    taker = Taker(agent_id="ann", open_limit=1)
    assert await db.write(lambda c: handoffs.take_next(c, taker, now=NOW)) is not None
    assert await db.write(lambda c: handoffs.take_next(c, taker, now=NOW)) is None


async def test_a_case_goes_to_somebody_who_speaks_the_language(db: Database) -> None:
    await db.write(lambda c: begin(c, talk(1, handoffs=(a_handoff(),))))
    chinese = Taker(agent_id="li", open_limit=9, languages=("zh-Hans",))
    english = Taker(agent_id="ann", open_limit=9, languages=("zh-Hans", "en"))
    assert await db.write(lambda c: handoffs.take_next(c, chinese, now=NOW)) is None
    assert await db.write(lambda c: handoffs.take_next(c, english, now=NOW)) is not None


async def test_of_many_who_take_at_once_each_gets_another_case(db: Database, url: str) -> None:
    await db.write(lambda c: begin(c, *(talk(n, handoffs=(a_handoff(),)) for n in range(10))))
    async with await Database.open(url) as other:
        taken = await asyncio.gather(
            *(
                (db, other)[n % 2].write(
                    lambda c, n=n: handoffs.take_next(
                        c, Taker(agent_id=f"agent{n}", open_limit=1), now=NOW
                    )
                )
                for n in range(20)
            )
        )
    ids = [claimed.conversation_id for claimed in taken if claimed]
    assert len(ids) == len(set(ids)) == 10


async def test_a_closed_handoff_closes_its_case_and_keeps_its_summary(db: Database) -> None:
    state = talk(1, handoffs=(a_handoff(),))
    await db.write(lambda c: begin(c, state))
    await db.write(lambda c: handoffs.set_summary(c, state.id, "h", "wants a plan"))
    before = (await db.read(lambda c: conversations.load_many(c, [state.id])))[state.id]
    closed = replace(state, handoffs=(a_handoff(is_open=False),))
    await db.write(lambda c: commits.commit_many(c, [a_commit(before, closed)]))
    (case,) = await db.read(lambda c: handoffs.of_conversation(c, state.id))
    assert (case.state, case.closed_at, case.summary) == ("closed", NOW, "wants a plan")


# --- Transcripts and contacts -------------------------------------------------------------------


async def test_a_transcript_holds_every_line_in_order(db: Database) -> None:
    state = talk(1)
    await db.write(lambda c: begin(c, state))
    await hear(db, state.id, "first")
    await db.write(lambda c: transcripts.add_note(c, state.id, "ann", "call him", at=NOW + SECOND))
    lines = await db.read(lambda c: transcripts.page(c, state.id))
    assert [type(line).__name__ for line in lines] == ["Heard", "Did", "Did", "Wrote", "Noted"]
    newest = await db.read(lambda c: transcripts.page(c, state.id, limit=2))
    assert newest == lines[-2:]
    older = await db.read(lambda c: transcripts.page(c, state.id, before=newest[0].place, limit=2))
    oldest = await db.read(lambda c: transcripts.page(c, state.id, before=older[0].place, limit=9))
    assert (*oldest, *older, *newest) == lines


async def test_contacts_count_over_all_conversations_of_a_person(db: Database) -> None:
    await db.write(lambda c: begin(c, talk(1), talk(2), a_conversation("telegram:7")))
    await hear(db, talk(1).id, "hello")
    since = NOW - timedelta(days=90)
    ids = [talk(1).id, talk(2).id]
    found = await db.read(lambda c: contacts.since_many(c, ids, since))
    assert [(c.direction.value, c.channel) for c in found[talk(2).id]] == [
        ("in", "sms"),
        ("out", "sms"),
    ]
    left_out = await db.read(lambda c: contacts.since_many(c, ids, since, besides=(1,)))
    assert [c.direction.value for c in left_out[talk(1).id]] == ["in"]


async def test_what_never_left_is_no_contact(db: Database) -> None:
    await db.write(lambda c: begin(c, talk(1)))
    await hear(db, talk(1).id, "hello")
    await db.write(lambda c: outgoing.recall(c, [talk(1).id], reason="x", at=NOW))
    found = await db.read(lambda c: contacts.since_many(c, [talk(1).id], NOW - SECOND))
    assert [c.direction.value for c in found[talk(1).id]] == ["in"]
