"""The portfolio run forward: the same as customer by customer, and as the ladder really goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.forecast_page import chart, page
from bot.dialogue_records import parse
from bot.forecasting import Day, Forecast, foresee
from bot.onboarding import conversations_for, with_first_reminder
from bot.rehearsal import Rehearsal
from bot.reminding import first_step, plan
from flows import forecast
from flows.forecast import Outcome
from flows.ladder import Rung
from flows.model import Conversation
from flows.money import Currency, Money
from flows.policy.gate import may_send
from flows.policy.profile import load_policy, profile_names
from flows.policy.request import Action
from storage import accounts
from storage.accounts import AccountRecord
from storage.database import Database
from tests.bot.bills import NOW, TODAY, Bill, a_planner, everything, take_in
from tests.builders import a_record

DAYS = 90
COUNTRIES = ["CN", "HK", "TW", "US", "GB", "AU", ""]
ZONES = {"US": "America/New_York", "AU": "Australia/Sydney"}


def a_bill(number: int, country: str, late: int, *, is_bound: bool = True) -> AccountRecord:
    return AccountRecord(
        id=accounts.account_id("north", f"A{number}"),
        creditor_id="north",
        creditor_name="North",
        reference=f"A{number}",
        name=f"Person {number}",
        channel="sms",
        address=f"+1555010{number:04}",
        outstanding=Money(10_000 + number, Currency.of("USD")),
        due_on=TODAY - timedelta(days=late),
        language="en",
        status="open",
        conversation_id=None,
        contacted_at=None,
        pause="",
        paused_until_at=None,
        product="card",
        style="",
        timezone=ZONES.get(country, "Europe/Paris"),
        country=country,
        region="",
        pay_link="",
        consent="",
        is_bound=is_bound,
        fees=None,
        secrets=(),
    )


bills = st.builds(
    a_bill,
    st.integers(1, 9_999),
    st.sampled_from(COUNTRIES),
    st.integers(-9, 12),
    is_bound=st.booleans(),
)
instants = st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@settings(max_examples=25, deadline=None)
@given(st.lists(bills, min_size=1, max_size=8, unique_by=lambda bill: bill.id), instants)
def test_a_verdict_by_shape_is_the_gate_s_own_for_each_account(
    portfolio: list[AccountRecord], now: datetime
) -> None:
    portfolio = [replace(bill, due_on=now.date() - (TODAY - bill.due_on)) for bill in portfolio]
    planner = a_planner()
    for bill in portfolio:
        step = first_step(planner, [bill], now)
        (state,) = conversations_for([bill], planner.creditor, planner.channel_of)
        policy = planner.rules.policy_of(state)
        assert step == next(forecast.walk(state, policy, now), None)
        if step is not None:
            rung = _rung(state, step)
            verdict = may_send(forecast.request_for(state, rung, policy, step.at))
            expected = {
                Action.SEND: (Outcome.SENT, rung.stage),
                Action.HAND_OVER: (Outcome.PERSON, verdict.rules[:1]),
            }.get(verdict.action, (Outcome.HELD, verdict.rules[:1]))
            told = step.name if step.outcome is Outcome.SENT else (step.name,)
            assert (step.outcome, told) == expected


def _rung(state: Conversation, step: forecast.Step) -> Rung:
    """The rung that a step is about, told from the calendar alone."""
    if not state.is_bound:
        return Rung(stage="verify")
    late = (step.on - state.cases[0].account.due_on).days
    if late > 0:
        return Rung(stage="first_overdue")
    return Rung(stage="due_today" if late == 0 else "pre_due", is_notice=True)


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("late", [-6, -1, 0, 3, 20])
def test_the_forecast_goes_as_the_ladder_really_goes(profile: str, late: int) -> None:
    due = date(2026, 11, 23) - timedelta(days=late)
    record = parse(a_record(due_date=due.isoformat()))
    policy = load_policy(profile)
    real = Rehearsal(
        conversation=with_first_reminder(record.conversation, record.opens_at),
        now=record.opens_at,
        policy=policy,
        sender=record.sender,
    )
    real.run_until(record.opens_at + timedelta(days=DAYS))
    went = [(line.at, line.outgoing.template) for line in real.lines if line.outgoing]
    until = record.opens_at + timedelta(days=DAYS)
    steps = forecast.walk(record.conversation, policy, record.opens_at)
    seen = [
        (step.at, step.name)
        for step in takewhile(lambda step: step.at <= until, steps)
        if step.outcome is Outcome.SENT
    ]
    assert seen == went
    handed = any(
        s.outcome is Outcome.PERSON for s in islice(_walked(record.conversation, profile), 40)
    )
    assert handed == bool(real.conversation.handoffs)


def _walked(state: Conversation, profile: str) -> Iterable[forecast.Step]:
    return forecast.walk(state, load_policy(profile), parse(a_record()).opens_at)


PORTFOLIO = [
    Bill(
        account_id=f"A{n}",
        name=f"Person {n}",
        address=f"+1555010{n:04}",
        country=COUNTRIES[n % 6],
        timezone=ZONES.get(COUNTRIES[n % 6], ""),
        language="en",
        due_on=TODAY + timedelta(days=n % 40 - 10),
        is_bound=n % 7 > 0,
    )
    for n in range(120)
]


def _one_by_one(portfolio: Iterable[Bill], until_on: date) -> Counter[tuple[date, Outcome, str]]:
    planner, found = a_planner(), Counter[tuple[date, Outcome, str]]()
    for number, bill in enumerate(portfolio):
        made = replace(
            a_bill(number, bill.country, 0, is_bound=bill.is_bound),
            due_on=bill.due_on,
            timezone=bill.timezone,
        )
        (state,) = conversations_for([made], planner.creditor, planner.channel_of)
        steps = forecast.walk(state, planner.rules.policy_of(state), NOW)
        for step in takewhile(lambda step: step.on <= until_on, steps):
            found[step.on, step.outcome, step.name] += 1
    return found


async def test_the_portfolio_is_the_sum_of_its_customers_and_nothing_changes(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    before = await db.read(everything)
    found = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=DAYS))
    told = Counter[tuple[date, Outcome, str]]()
    for day in found.days:
        sides = (day.sent, Outcome.SENT), (day.held, Outcome.HELD), (day.people, Outcome.PERSON)
        for counts, outcome in sides:
            told.update({(day.on, outcome, name): count for name, count in counts.items()})
    assert told == _one_by_one(PORTFOLIO, found.days[-1].on)
    assert (found.accounts, found.customers) == (120, 120)
    # The day before, where it is still that day in America.
    assert [found.days[n].on for n in (0, -1)] == [date(2026, 3, 1), date(2026, 5, 30)]
    assert await db.read(everything) == before


async def test_what_is_planned_goes_the_same_way_as_what_is_not_planned_yet(db: Database) -> None:
    await take_in(db, PORTFOLIO)
    before = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=DAYS))
    await db.write(lambda conn: plan(conn, a_planner(), NOW))
    after = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=DAYS))
    assert after.total(Outcome.SENT) == before.total(Outcome.SENT)
    assert after.total(Outcome.PERSON) == before.total(Outcome.PERSON)


async def test_customers_at_rest_are_told_with_the_reason(db: Database) -> None:
    await take_in(db, [Bill(account_id="A1", channel="telegram", address="7")])
    found = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=7))
    assert found.resting == {"no_channel": 1}


# --- The page -----------------------------------------------------------------------------------


def a_forecast() -> Forecast:
    days = tuple(
        Day(
            on=TODAY + timedelta(days=n),
            sent=Counter(first_overdue=1_000 * n),
            held=Counter({"window.sat": 40 * n}),
            people=Counter({"cadence.no_reply_to_human": n}),
        )
        for n in range(30)
    )
    return Forecast(days=days, accounts=5_000, customers=4_000, resting=Counter(opted_out=12))


def test_the_page_stands_alone_and_tells_the_chart_in_words_and_figures() -> None:
    text = page(a_forecast(), creditor="<North & Sons>")
    assert "&lt;North &amp; Sons&gt;" in text
    assert "<script" not in text
    assert "src=" not in text
    assert "https://" not in text
    assert 'role="img" aria-label="Texts a day from 2026-03-02 to 2026-03-31; most on' in text
    assert "window.sat" in text
    assert "opted_out" in text


def test_the_chart_has_a_bar_for_each_day_with_texts_and_five_even_lines() -> None:
    drawn = chart(a_forecast().days)
    assert drawn.count('class="sent"') == 29
    assert drawn.count('class="grid"') == 6
    assert ">50,000<" in drawn


def test_an_empty_portfolio_has_a_page_too() -> None:
    days = tuple(Day(on=TODAY + timedelta(days=n)) for n in range(3))
    empty = Forecast(days=days, accounts=0, customers=0, resting=Counter())
    assert "none" in page(empty, creditor="North")
