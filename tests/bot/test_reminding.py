"""Planning: every candidate once, page by page, without making what is there already again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import reminding
from bot.beginning import start_conversations
from bot.forecasting import foresee
from bot.onboarding import conversations_for
from bot.reminding import Planner, plan, plan_page, preview
from flows.model import Conversation
from flows.money import Money
from flows.records import AppointmentKind
from storage import accounts, conversations, starting, suppression
from storage.accounts import START
from storage.conversations import written
from storage.database import Database
from tests.bot.bills import NOW, TODAY, Bill, a_planner, everything, take_in
from tests.databases import sqlite_url

NAMES = ["王伟", 'Ana "Q" Marsh', "O'Neil\\", "陳大文", "\ue000id\ue001", "982451653115249", "Zoë"]
BILLS = [
    Bill(
        account_id=f"A{n}",
        name=NAMES[n % len(NAMES)],
        address=f"+1555010{n:04}",
        outstanding=replace(Bill(account_id="x").outstanding, minor=10_000 + 700 * n),
        due_on=TODAY - timedelta(days=n % 9 - 3),
        country=("CN", "HK", "", "GB")[n % 4],
        style=("", "casual")[n % 2],
        pay_link="" if n % 3 else f"https://pay.example/{n}",
        is_bound=bool(n % 5),
    )
    for n in range(40)
]


async def states(db: Database) -> list[Conversation]:
    def work(conn: object) -> list[Conversation]:
        ids = [row["id"] for row in everything(conn)["conversations"]]  # type: ignore[arg-type]
        loaded = conversations.load_many(conn, ids)  # type: ignore[arg-type]  # A connection.
        return [each.state for each in loaded.values() if each.state is not None]

    return await db.read(work)


async def test_a_new_customer_gets_a_conversation_with_one_reminder(db: Database) -> None:
    await take_in(db, [Bill(account_id="A1")])
    assert await db.write(lambda conn: plan(conn, a_planner(), NOW)) == 1
    (state,) = await states(db)
    assert [a.kind for a in state.agenda] == [AppointmentKind.REMINDER]
    assert state.agenda[0].due_at == NOW
    rows = await db.read(everything)
    assert [job["due_at"] for job in rows["jobs"]] == [NOW]
    assert rows["accounts"][0]["conversation_id"] == state.id


async def test_planning_twice_plans_nothing_twice(db: Database) -> None:
    await take_in(db, BILLS)
    planner = a_planner()
    assert await db.write(lambda conn: plan(conn, planner, NOW)) == len(BILLS)
    once = await db.read(everything)
    assert await db.write(lambda conn: plan(conn, planner, NOW)) == 0
    later = NOW + timedelta(days=2)
    assert await db.write(lambda conn: plan(conn, planner, later)) == 0
    assert await db.read(everything) == once


async def test_planning_that_was_stopped_after_a_page_goes_on_with_the_rest(db: Database) -> None:
    await take_in(db, BILLS)
    planner = a_planner()
    first = await db.write(lambda conn: plan_page(conn, planner, NOW, START, limit=7))
    assert (first.looked, first.planned) == (7, 7)
    assert await db.write(lambda conn: plan(conn, a_planner(), NOW)) == len(BILLS) - 7
    assert len(await states(db)) == len(BILLS)


async def test_what_is_written_by_form_is_what_is_written_one_by_one(
    sqlite_db: Database, tmp_path: Path, sqlite_template: Path
) -> None:
    await take_in(sqlite_db, BILLS)
    await sqlite_db.write(lambda conn: plan(conn, a_planner(), NOW))
    shutil.copy(sqlite_template, tmp_path / "other.db")
    async with await Database.open(sqlite_url(tmp_path / "other.db")) as other:
        await take_in(other, BILLS)
        planner = a_planner()

        def one_by_one(conn: object) -> None:
            found = accounts.candidates(conn, reminding._wanted(NOW))  # type: ignore[arg-type]
            made = conversations_for(found, planner.creditor, planner.channel_of)
            fresh = [reminding._with_reminder(planner, state, NOW) for state in made]
            start_conversations(conn, fresh, NOW)  # type: ignore[arg-type]  # A connection.

        await other.write(one_by_one)
        assert await sqlite_db.read(everything) == await other.read(everything)


@pytest.fixture(scope="module")
def planner() -> Planner:
    return a_planner()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.text(min_size=1), address=st.text(min_size=1), minor=st.integers(1, 10**12))
def test_a_form_filled_is_the_text_of_the_state(
    planner: Planner, name: str, address: str, minor: int
) -> None:
    like, own = (
        reminding._with_reminder(planner, a_state(planner, *facts), NOW)
        for facts in (("王伟", "+15550100", 1), (name, address, minor))
    )
    account = own.cases[0].account
    values = {
        "id": own.id,
        "name": own.person.name,
        "address": own.address,
        "account_id": account.id,
        "reference": account.reference,
        "pay_link": account.pay_link,
        "outstanding_minor": minor,
        "appointment_id": own.agenda[0].id,
    }
    assert starting.Form(like).filled(values) == written(own)


def a_state(planner: Planner, name: str, address: str, minor: int) -> Conversation:
    record = accounts.AccountRecord(
        id=accounts.account_id("north", name),
        creditor_id="north",
        creditor_name="North",
        reference=name,
        name=name,
        channel="sms",
        address=address,
        outstanding=Money(minor, Bill(account_id="x").outstanding.currency),
        due_on=TODAY,
        language="en",
        status="open",
        conversation_id=None,
        contacted_at=None,
        pause="",
        paused_until_at=None,
        product="card",
        style="",
        timezone="",
        country="HK",
        region="",
        pay_link="",
        consent="",
        is_bound=True,
        fees=None,
        secrets=(),
    )
    (state,) = conversations_for([record], planner.creditor, planner.channel_of)
    return state


async def test_bills_of_one_person_share_a_conversation_and_a_ladder(db: Database) -> None:
    await take_in(db, [Bill(account_id="A1"), Bill(account_id="A2", due_on=TODAY)])
    assert await db.write(lambda conn: plan(conn, a_planner(), NOW)) == 1
    (state,) = await states(db)
    assert len(state.cases) == 2
    assert state.agenda[0].account_id == "north:A1"


async def test_a_bill_that_comes_later_joins_the_conversation_that_runs(db: Database) -> None:
    await take_in(db, [Bill(account_id="A1")])
    await db.write(lambda conn: plan(conn, a_planner(), NOW))
    await take_in(db, [Bill(account_id="A2", due_on=TODAY)], name="more.csv")
    assert await db.write(lambda conn: plan(conn, a_planner(), NOW)) == 0
    (state,) = await states(db)
    assert [case.id for case in state.cases] == ["north:A1", "north:A2"]
    assert len(state.agenda) == 1
    rows = await db.read(everything)
    assert {row["conversation_id"] for row in rows["accounts"]} == {state.id}


async def test_a_day_ahead_waits_on_the_agenda(db: Database) -> None:
    await take_in(db, [Bill(account_id="A1", due_on=date(2026, 3, 5))])
    await db.write(lambda conn: plan(conn, a_planner(), NOW - timedelta(hours=8)))
    (state,) = await states(db)
    # 19:00 UTC is 03:00 in Shanghai: the notice waits until the hours open.
    assert state.agenda[0].due_at == NOW - timedelta(hours=3)


async def test_a_preview_tells_what_would_go_and_changes_nothing(db: Database) -> None:
    bills = [
        Bill(account_id="A1", address="+15550101"),
        Bill(account_id="A2", address="+15550102", due_on=TODAY + timedelta(days=3)),
        Bill(account_id="A3", address="+15550103", due_on=TODAY - timedelta(days=30)),
        Bill(account_id="A4", address="+15550104", due_on=TODAY + timedelta(days=2)),
        Bill(account_id="A5", address="7", channel="telegram"),
    ]
    await take_in(db, bills)
    before = await db.read(everything)
    found = await db.read(lambda conn: preview(conn, a_planner(), NOW, 2))
    assert found.by_template == {"first_overdue": 1, "pre_due": 1}
    assert found.held == {"cadence.first_overdue_max_days": 1, "no_channel": 1}
    assert (found.to_send, found.later) == (2, 1)
    assert [bool(sample.text) for sample in found.samples] == [True, True]
    assert await db.read(everything) == before


LONG_NAME = "Alexandria Montgomery-Featherstonehaugh"


async def test_a_preview_tells_whose_texts_no_wording_makes_short_enough(db: Database) -> None:
    bills = [
        Bill(account_id="A1", name=LONG_NAME),
        Bill(account_id="A2", name="王伟"),
        Bill(account_id="A3", name="Ana", pay_link="https://pay.example/" + "x" * 400),
        Bill(account_id="A4", name="João Ławski"),
    ]
    bills = [
        replace(bill, address=f"+1555010{number}", language="en", country="GB")
        for number, bill in enumerate(bills)
    ]
    await take_in(db, bills)
    english = replace(a_planner().creditor, name="Northlake Credit", country="GB")
    planner = replace(a_planner(), creditor=english)
    found = await db.read(lambda conn: preview(conn, planner, NOW + timedelta(hours=9), 2))
    assert found.to_send == 2
    assert found.held == {"text.sms_segments_max": 2}
    assert [(each.account_id, each.heavy) for each in found.too_long] == [
        ("A2", "name"),
        ("A3", ""),
    ]


async def test_a_stop_that_outlived_its_erased_words_holds_from_the_first_moment(
    db: Database,
) -> None:
    await take_in(db, [Bill(account_id="A1")])
    await db.write(lambda conn: suppression.add_many(conn, [("+15550100", "all")], at=NOW))
    found = await db.read(lambda conn: preview(conn, a_planner(), NOW))
    ahead = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=30))
    assert (found.to_send, found.held) == (0, {"opted_out": 1})
    assert ahead.resting == {"opted_out": 1}
    await db.write(lambda conn: plan(conn, a_planner(), NOW))
    (state,) = await states(db)
    assert state.opted_out == {"all"}
