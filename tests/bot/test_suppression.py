"""A person who was erased is not written to again, whatever file names him next."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.identities import rules_of
from bot.reminding import Planner, plan
from bot.settings import CreditorSettings, Settings
from flows.money import Currency, Money
from storage import conversations, creditors, imports, suppression
from storage.creditors import Creditor
from storage.database import Database
from tests.benchmarks.test_storage import Bill

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ERASED, OTHER = "+15550100", "+15550101"


async def test_a_bill_of_an_erased_person_starts_a_talk_that_may_send_nothing(
    bot_db: Database,
) -> None:
    bills = [
        Bill(
            account_id=f"A{n}",
            name=f"Person {n}",
            address=address,
            outstanding=Money(12_000, Currency.of("USD")),
            due_on=date(2026, 2, 27),
            country="US",
            timezone="America/New_York",
        )
        for n, address in enumerate((ERASED, OTHER))
    ]
    await bot_db.write(lambda c: suppression.add_many(c, [(ERASED, suppression.ALL)], at=NOW))
    await bot_db.write(
        lambda c: creditors.put(c, Creditor(id="main", name="Northbank", created_at=NOW))
    )
    new = imports.NewImport(creditor_id="main", file_name="", file_hash="", started_at=NOW)
    number = await bot_db.write(lambda c: imports.begin(c, new))
    await bot_db.write(lambda c: imports.store_many(c, number, "main", bills, at=NOW))
    creditor = CreditorSettings(name="Northbank", country="US", currency="USD")
    planner = Planner(
        rules=rules_of(Settings(creditor=creditor)), creditor=creditor, channel_of={"sms": "sms"}
    )
    assert await bot_db.write(lambda c: plan(c, planner, NOW)) == 2
    waiting = await bot_db.read(
        lambda c: conversations.load_many(
            c, conversations.waiting(c, now=datetime(2027, 1, 1, tzinfo=UTC), limit=9)
        )
    )
    stopped = {each.address: each.state and set(each.state.opted_out) for each in waiting.values()}
    assert stopped == {ERASED: {"all"}, OTHER: set()}
