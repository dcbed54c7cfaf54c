"""Tasks and registers on both databases."""

from __future__ import annotations

from datetime import timedelta

from flows.duties import Desk, Duty, DutyKind
from flows.records import AccountId
from storage import accounts, registers, tasks
from storage.database import Database
from storage.registers import Wanted
from storage.tasks import Change, Filter
from tests.storage.values import NOW, a_conversation, begin

HERE = "sms:+15550100"


def a_duty(number: int, kind: DutyKind = DutyKind.CLAIM_CHECK, hours: int = 1) -> Duty:
    return Duty(
        id=f"{kind}/{number}",
        kind=kind,
        desk=Desk.PAYMENTS,
        opened_at=NOW,
        due_at=NOW + timedelta(hours=hours),
        account_id=AccountId("A1"),
    )


async def opened(db: Database, *duties: Duty) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    change = Change(conversation_id=HERE, at=NOW, opened=duties)
    await db.write(lambda c: tasks.write_many(c, [change]))


async def ids(db: Database, wanted: Filter, hours: int = 0) -> list[str]:
    now = NOW + timedelta(hours=hours)
    return [task.id for task in await db.read(lambda c: tasks.page(c, wanted, now=now))]


async def test_tasks_come_by_deadline_and_can_be_filtered(db: Database) -> None:
    await opened(db, a_duty(1, hours=5), a_duty(2), a_duty(3, DutyKind.PRIVACY, hours=3))
    assert await ids(db, Filter()) == ["claim_check/2", "privacy/3", "claim_check/1"]
    assert await ids(db, Filter(kind="privacy")) == ["privacy/3"]
    assert await ids(db, Filter(is_overdue=True), hours=4) == ["claim_check/2", "privacy/3"]
    assert await db.write(lambda c: tasks.take(c, HERE, "privacy/3", "lin", at=NOW))
    assert not await db.write(lambda c: tasks.take(c, HERE, "privacy/3", "xu", at=NOW))
    assert await ids(db, Filter(owner="lin")) == ["privacy/3"]
    assert await ids(db, Filter(owner="")) == ["claim_check/2", "claim_check/1"]
    counts = await db.read(lambda c: tasks.counts(c, now=NOW, owner="lin"))
    assert (counts.total, counts.mine, counts.by_kind) == (3, 1, {"claim_check": 2, "privacy": 1})


async def test_a_task_that_comes_again_is_open_again(db: Database) -> None:
    await opened(db, a_duty(1))
    closed = Change(conversation_id=HERE, at=NOW, closed=("claim_check/1",), by="lin", note="ok")
    await db.write(lambda c: tasks.write_many(c, [closed]))
    assert await ids(db, Filter()) == []
    again = Change(conversation_id=HERE, at=NOW, opened=(a_duty(1, hours=9),))
    await db.write(lambda c: tasks.write_many(c, [again]))
    found = await db.read(lambda c: tasks.find(c, HERE, "claim_check/1"))
    assert found is not None
    assert (found.state, found.done_by, found.due_at) == ("open", "", NOW + timedelta(hours=9))


async def test_registers_without_entries_are_empty(db: Database) -> None:
    for wanted in (Wanted(), Wanted(is_open=True), Wanted(is_open=False, kind="debt")):
        assert await db.read(lambda c, w=wanted: registers.disputes(c, w)) == ()
        assert await db.read(lambda c, w=wanted: registers.complaints(c, w)) == ()
    assert await db.read(lambda c: list(registers.every(c, "complaints", Wanted()))) == []


async def test_a_correction_of_nothing_writes_nothing(db: Database) -> None:
    await db.write(lambda c: accounts.correct_many(c, [], at=NOW))
