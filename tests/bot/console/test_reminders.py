"""The page of today's reminders over a real database: who sees it, what it shows and what not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from flows.money import Currency, Money
from storage import agents, planning, stops
from tests.bot.bills import Bill, take_in
from tests.bot.console.test_work import ROLES, Office, office, pages
from tests.builders import TODAY

__all__ = ["office", "pages"]
SUM = Money(45_678, Currency.of("USD"))


def bill(number: int, late: int, **more: str) -> Bill:
    return Bill(
        account_id=f"A-{number}",
        name="Dana Mills",
        address=f"+1555010{number:04}",
        outstanding=SUM,
        due_on=TODAY - timedelta(days=late),
        country="US",
        timezone="America/New_York",
        language="en",
        **more,  # type: ignore[arg-type]  # Each value is of its field.
    )


async def filled(office: Office) -> None:
    await take_in(
        office.db, [bill(9001, 1), bill(9002, 1), bill(9003, 1, channel="telegram"), bill(9004, 60)]
    )


def shown(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1]))


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_stop_sending_sees_the_reminders(office: Office, role: str) -> None:
    await office.log_in(role)
    status = (await office.get("/reminders")).status
    assert status == (200 if role in ("lead", "operator") else 403)


async def test_texts_and_reasons_are_told_in_words(office: Office) -> None:
    await filled(office)
    await office.log_in("operator")
    page = shown(await office.text("/reminders"))
    assert "To send 2" in page
    assert "First reminder" in page
    assert "not planned yet" in page
    assert "Ana Marsh" in page, "the sample is nobody's"
    held = shown(await office.text("/reminders?outcome=held"))
    assert "no channel for this address" in held
    people = shown(await office.text("/reminders?outcome=person"))
    assert "late for a first reminder: a person decides" in people
    one = await office.text("/reminders?outcome=held&why=rest.no_channel")
    assert one.split("<tbody>")[1].count("<tr>") == 1
    none = await office.text("/reminders?outcome=held&why=rest.nothing")
    assert "None today" in none


async def test_customers_are_masked_and_the_look_is_noted(office: Office) -> None:
    await filled(office)
    await office.log_in("operator")
    page = await office.text("/reminders")
    assert not any(word in page for word in ("Dana Mills", "456.78", "A-9001"))
    assert "D**** M." in page
    assert "…9001" in page
    acts = await office.db.read(agents.acts_of)
    assert (acts[0].act, acts[0].agent_id) == ("reminders_listed", "operator")
    assert acts[0].reason.startswith("sent: ")
    await office.log_in("lead")
    assert "Dana Mills" in await office.text("/reminders")


async def test_everything_is_stopped_from_the_page(office: Office) -> None:
    await filled(office)
    await office.log_in("operator")
    assert 'action="/console/sending/stop"' in await office.text("/reminders")
    assert (await office.post("/sending/stop", scope="all", reason="wrong file")).status == 422
    answer = await office.post("/sending/stop", scope="all", reason="wrong file", sure="1")
    assert answer.status == 303
    assert await office.db.read(stops.standing)
    assert "Sending is stopped" in await office.text("/reminders")


async def test_settings_that_are_still_examples_are_told(office: Office) -> None:
    await office.log_in("operator")
    page = shown(await office.text("/reminders"))
    assert "creditor.name, creditor.phone, creditor.help_link" in page


async def test_the_page_is_reached_from_sending(office: Office) -> None:
    await office.log_in("operator")
    assert 'href="/console/reminders"' in await office.text("/sending")


async def test_the_page_says_where_and_when_planning_happens(office: Office) -> None:
    await office.log_in("operator")
    page = shown(await office.text("/reminders"))
    assert "Nothing is planned on this page" in page
    assert "duetalk remind" in page
    assert "Nobody has planned yet" in page
    run = planning.Planning(at=office.clock.now(), by="cli:ops", count=2)
    await office.db.write(lambda conn: planning.note(conn, run))
    assert re.search(r"Planned last: [^,]+, 2 reminders", shown(await office.text("/reminders")))
    acts = await office.db.read(agents.acts_of)
    assert "reminders_planned" not in [act.act for act in acts], "storage's own note is no act"
