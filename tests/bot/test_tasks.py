"""Tasks follow the records: a turn opens them, a person's deed or answer closes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import Connection, delete

from bot import tasks as deeds
from bot.beginning import start_conversations
from bot.turn import handle_waiting, take_turn
from flows.events import DisputeAnswered, DutyDone, Event
from flows.money import Currency, Money
from flows.records import Outcome
from storage import conversations, messages, registers, tasks
from storage.database import Database
from storage.registers import Wanted
from storage.tables import table
from storage.tasks import Filter, Task
from tests.builders import NOW, a_conversation, rules, said

LATER = NOW + timedelta(hours=2)


class Office:
    """One talk in a database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.count = 0

    async def say(self, text: str) -> None:
        self.count += 1
        message = said(text, self.count)
        await self.db.write(lambda c: messages.receive_many(c, [message]))
        await self.db.write(lambda c: handle_waiting(c, rules(), NOW))

    async def happen(self, event: Event) -> None:
        await self.db.write(lambda c: take_turn(c, "c1", event, rules(), LATER))

    async def open(self) -> dict[str, Task]:
        return await self._page(Filter())

    async def done(self) -> dict[str, Task]:
        return await self._page(Filter(is_done=True))

    async def _page(self, wanted: Filter) -> dict[str, Task]:
        found = await self.db.read(lambda c: tasks.page(c, wanted, now=LATER))
        return {task.kind: task for task in found}

    async def write(self, work: Callable[[Connection], object]) -> object:
        return await self.db.write(work)


@pytest_asyncio.fixture
async def office(bot_db: Database) -> Office:
    await bot_db.write(lambda c: start_conversations(c, [a_conversation()], NOW))
    return Office(bot_db)


async def test_words_that_oblige_us_become_tasks_the_first_due_first(office: Office) -> None:
    await office.say("the amount is wrong, i was charged 80 twice")
    found = await office.db.read(lambda c: tasks.page(c, Filter(), now=NOW))
    assert [task.kind for task in found] == ["dispute_creditor", "dispute_answer"]
    assert found[0].name == "Daniel Brooks"


async def test_a_deed_closes_its_task_with_who_when_and_what_was_noted(office: Office) -> None:
    await office.say("the amount is wrong, i was charged 80 twice")
    task = (await office.open())["dispute_creditor"]
    event = DutyDone(agent="lin", duty_id=task.id, note="mailed to Northlake")
    assert await office.write(lambda c: deeds.done(c, "c1", event, rules(), LATER))
    closed = (await office.done())["dispute_creditor"]
    assert (closed.done_by, closed.note, closed.done_at) == ("lin", "mailed to Northlake", LATER)
    assert not await office.write(lambda c: deeds.done(c, "c1", event, rules(), LATER))


async def test_an_upheld_dispute_corrects_the_account_and_the_register(office: Office) -> None:
    await office.say("the amount is wrong, i was charged 80 twice")
    (entry,) = await office.db.read(lambda c: registers.disputes(c, Wanted(is_open=True)))
    assert entry.due_at is not None
    right = Money(32_000, Currency.of("USD"))
    await office.happen(
        DisputeAnswered(
            agent="lin",
            dispute_id=entry.id,
            outcome=Outcome.UPHELD,
            answer="Entered twice.",
            right=right,
        )
    )
    loaded = await office.db.read(lambda c: conversations.load_many(c, ("c1",)))
    state = loaded["c1"].state
    assert state is not None
    assert state.cases[0].account.outstanding == right
    assert await office.open() == {}
    (entry,) = await office.db.read(lambda c: registers.disputes(c, Wanted()))
    assert (entry.status, entry.answer, entry.closed_by) == ("upheld", "Entered twice.", "lin")
    assert entry.days(LATER) == 0


async def test_of_two_who_take_a_task_one_has_it(office: Office) -> None:
    await office.say("i want to make a complaint about your service")
    task = (await office.open())["complaint_answer"]

    def take(agent: str) -> Callable[[Connection], bool]:
        return lambda c: tasks.take(c, "c1", task.id, agent, at=NOW)

    got = await asyncio.gather(office.write(take("lin")), office.write(take("xu")))
    assert sorted(map(bool, got)) == [False, True]
    owner = (await office.open())["complaint_answer"].owner or ""
    await office.say("nobody ever calls me back")
    assert (await office.open())["complaint_answer"].owner == owner, "a later turn keeps the owner"
    assert await office.write(lambda c: tasks.put_back(c, "c1", task.id, owner))


async def test_tasks_are_made_anew_from_the_records(office: Office) -> None:
    await office.say("i want to make a complaint about your service")
    before = await office.open()
    await office.write(lambda c: c.execute(delete(table("tasks"))))
    assert await office.write(lambda c: deeds.rebuild(c, rules(), NOW)) == len(before)
    assert set(await office.open()) == set(before)


async def test_counts_tell_what_is_overdue(office: Office) -> None:
    await office.say("i want to make a complaint about your service")
    counts = await office.db.read(lambda c: tasks.counts(c, now=NOW))
    assert (counts.total, counts.overdue, counts.by_kind) == (1, 0, {"complaint_answer": 1})
    late = await office.db.read(lambda c: tasks.counts(c, now=NOW + timedelta(days=60)))
    assert late.overdue == 1
