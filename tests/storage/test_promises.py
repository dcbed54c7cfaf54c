"""Promises are counted by how they turned out and by who reached them, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.beginning import start_conversations
from flows.records import AccountId, MadeBy, Promise, PromiseStatus
from storage import projections
from storage.database import Database
from storage.projections import Step
from storage.promises import Kept, kept_rates
from tests.builders import NOW, TODAY, a_conversation

BOT, AGENT = MadeBy.BOT, MadeBy.AGENT
MADE = (
    (BOT, PromiseStatus.KEPT, 0),
    (BOT, PromiseStatus.KEPT, 1),
    (BOT, PromiseStatus.BROKEN, 2),
    (BOT, PromiseStatus.REPLACED, 3),
    (BOT, PromiseStatus.OPEN, 9),
    (AGENT, PromiseStatus.KEPT, 1),
    (AGENT, PromiseStatus.PARTIAL, 2),
    (AGENT, PromiseStatus.CANCELLED, 2),
)


async def _with_promises(db: Database) -> None:
    state = a_conversation()
    await db.write(lambda conn: start_conversations(conn, [state], NOW))
    case = state.cases[0]
    promises = tuple(
        Promise(
            id=f"p{number}",
            account_id=AccountId("A1"),
            amount=case.account.outstanding,
            due_on=TODAY + timedelta(days=days),
            made_on=TODAY,
            status=status,
            made_by=maker,
        )
        for number, (maker, status, days) in enumerate(MADE)
    )
    after = replace(state, cases=(replace(case, promises=promises),))
    step = Step(before=state, after=after, at=NOW)
    await db.write(lambda conn: projections.write_many(conn, [step]))


async def test_rates_tell_the_bots_promises_from_peoples(db: Database) -> None:
    await _with_promises(db)
    bots, peoples = await db.read(kept_rates)
    assert bots == Kept(made_by=BOT, kept=2, broken=1, open=1)
    assert peoples == Kept(made_by=AGENT, kept=1, partial=1)
    assert bots.kept_percent is not None
    assert round(bots.kept_percent, 1) == 66.7
    assert peoples.kept_percent == 50


async def test_rates_are_of_the_days_asked_for(db: Database) -> None:
    await _with_promises(db)
    day = TODAY + timedelta(days=1)
    bots, peoples = await db.read(lambda conn: kept_rates(conn, since_on=day, until_on=day))
    assert (bots.kept, bots.judged, peoples.kept, peoples.judged) == (1, 1, 1, 1)


async def test_no_promise_gives_no_rate(db: Database) -> None:
    bots, peoples = await db.read(lambda conn: kept_rates(conn, since_on=date(2030, 1, 1)))
    assert bots.kept_percent is None
    assert peoples.judged == 0
