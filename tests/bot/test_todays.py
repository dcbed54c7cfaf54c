"""The day's reminders customer by customer agree with the forecast's first day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, update

from bot.forecasting import foresee
from bot.reminding import plan
from bot.todays import AT_REST, Today, todays
from flows.forecast import Outcome
from flows.money import Currency, Money
from storage import tables
from storage.database import Database
from tests.bot.bills import NOW, TODAY, Bill, a_planner, everything, take_in


def bill(number: int, late: int, **more: object) -> Bill:
    values = {"name": f"王伟{number}", "address": f"+861380013{number:04}"} | more
    return Bill(account_id=f"A{number}", due_on=TODAY - timedelta(days=late), **values)  # type: ignore[arg-type]  # Each value is of its field.


PORTFOLIO = [
    bill(1, 1),
    bill(2, 1, pay_link="https://pay.example/secret-2"),
    bill(3, 0),
    bill(4, -3),
    bill(5, -20),
    bill(6, 50),
    bill(7, 1, channel="telegram"),
]


async def look(db: Database, most_bills: int = 1_000) -> Today:
    return await db.read(
        lambda conn: todays(conn, a_planner(), NOW, most_bills=most_bills),
    )


async def test_each_customer_of_the_day_has_a_text_or_a_reason(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    found = await look(db)
    assert {row.reference: (row.outcome, row.name) for row in found.rows} == {
        "A1": (Outcome.SENT, "first_overdue"),
        "A2": (Outcome.SENT, "first_overdue"),
        "A3": (Outcome.SENT, "due_today"),
        "A4": (Outcome.SENT, "pre_due"),
        "A6": (Outcome.PERSON, "cadence.first_overdue_max_days"),
        "A7": (Outcome.HELD, f"{AT_REST}no_channel"),
    }
    assert found.quiet == 0, "a bill due in three weeks is not looked at"
    assert not any(row.is_planned for row in found.rows)


async def test_the_figures_are_those_of_the_forecasts_first_day(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    await db.write(lambda conn: plan(conn, a_planner(), NOW))
    found = await look(db)
    ahead = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=1))
    (day,) = ahead.days
    assert found.counts(Outcome.SENT) == day.sent
    assert found.counts(Outcome.PERSON) == day.people
    assert all(row.is_planned for row in found.of(Outcome.SENT))


async def test_who_may_not_be_written_to_is_told_with_why(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    await db.write(lambda conn: plan(conn, a_planner(), NOW))
    table = tables.table("accounts")

    def pause(conn: Connection) -> None:
        conn.execute(update(table).where(table.c.reference == "A1").values(pause="dispute"))

    await db.write(pause)
    found = await look(db)
    assert {r.reference: r.name for r in found.of(Outcome.HELD)} == {
        "A1": "rest.dispute",
        "A7": "rest.no_channel",
    }
    assert [r.reference for r in found.of(Outcome.HELD, "rest.dispute")] == ["A1"]


async def test_looking_changes_nothing(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    before = await db.read(everything)
    await look(db)
    assert await db.read(everything) == before


async def test_samples_hold_nothing_of_a_customer(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    found = await look(db)
    assert {sample.stage for sample in found.samples} == {"first_overdue", "due_today", "pre_due"}
    for sample in found.samples:
        assert "王伟" not in sample.text
        assert "secret" not in sample.text
        assert "3,600" not in sample.text
        assert "1,234.00" in sample.text


async def test_a_sum_without_cents_stands_in_too(db: Database) -> None:
    yen = Money(360_000, Currency.of("JPY"))
    await take_in(db, [bill(1, 1, outstanding=yen)])
    found = await look(db)
    assert "1,234" in found.samples[0].text


async def test_the_look_ends_after_so_many_bills_and_says_so(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    found = await look(db, most_bills=1)
    assert not found.is_all
    assert (await look(db)).is_all
