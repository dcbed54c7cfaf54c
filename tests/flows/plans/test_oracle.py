"""The engine agrees with a slow, literal reading of the rules on random cases."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.plans import (
    Accepted,
    CountOffer,
    PrepayMode,
    Refused,
    Terms,
    allocate,
    by_amount,
    by_count,
    options,
    status,
)
from tests.flows.plans import laws, oracle

LONGEST_SEARCH = 30
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.randoms(use_true_random=False)


def seen(plan: Accepted | Refused) -> tuple[str, object]:
    if isinstance(plan, Accepted):
        return "ok", (list(plan.amounts), list(plan.due_dates))
    counter = plan.counter
    return plan.reason, counter.counter_n if isinstance(counter, CountOffer) else None


def short_terms(rng: Random) -> Terms:
    """Terms whose counts are few enough to try them all."""
    terms = laws.some_terms(rng)
    most = rng.randrange(1, LONGEST_SEARCH)
    return replace(terms, policy=replace(terms.policy, max_instalments=most))


def compare_by_count(rng: Random) -> None:
    terms, total, n = short_terms(rng), laws.a_total(rng), rng.randrange(0, 16)
    expected = oracle.by_count(terms, total, n, LONGEST_SEARCH)
    assert seen(by_count(terms, total, n)) == expected


def compare_by_amount(rng: Random) -> None:
    terms, total = short_terms(rng), rng.randrange(1, 60_000)
    amount = rng.randrange(max(1, total // 20), total + 2)
    reason, plan = oracle.by_amount(terms, total, amount)
    assert seen(by_amount(terms, total, amount)) == (reason, plan)


def compare_allocation(rng: Random) -> None:
    schedule = laws.a_schedule(rng)
    entries, mode = laws.some_entries(rng, schedule), rng.choice(list(PrepayMode))
    result = allocate(schedule, entries, mode)
    assert (list(result.paid), result.credit_minor) == oracle.allocate(schedule, entries, mode)


def compare_status(rng: Random) -> None:
    schedule = tuple(
        replace(part, amount_minor=rng.randrange(1, 5)) for part in laws.a_schedule(rng)
    )
    entries = [
        replace(entry, amount_minor=max(-9, min(9, entry.amount_minor)))
        for entry in laws.some_entries(rng, schedule)
    ]
    policy, as_of = laws.a_life_policy(rng), laws.a_day_near(rng, schedule)
    stand = status(schedule, entries, as_of=as_of, policy=policy)
    found = (
        stand.status.value,
        stand.missed,
        stand.overdue_minor,
        stand.broken_on,
        stand.is_reinstated,
    )
    assert found == oracle.status(schedule, entries, as_of, policy)


def compare_options(rng: Random) -> None:
    terms, total = short_terms(rng), laws.a_total(rng)
    capacity = rng.randrange(0, total + 1) if rng.random() < 0.7 else None
    menu = options(
        total,
        policy=terms.policy,
        today=terms.today,
        frequency=terms.frequency,
        pay_day=terms.pay_day,
        capacity_minor=capacity,
        calendar=terms.calendar,
    )
    expected = oracle.options(menu.terms, total, terms.policy.menu, capacity, LONGEST_SEARCH)
    assert ([o.n for o in menu.options], menu.recommended_n, menu.fallback) == expected


COMPARISONS = [
    compare_options,
    compare_by_count,
    compare_by_amount,
    compare_allocation,
    compare_status,
]


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda compare: compare.__name__)
@quick
@given(rng=seeds)
def test_the_engine_agrees_with_the_literal_reading(compare: object, rng: Random) -> None:
    assert callable(compare)
    compare(rng)


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda compare: compare.__name__)
def test_it_agrees_on_seeded_cases(compare: object) -> None:
    assert callable(compare)
    rng = Random(11)
    for _ in range(150):
        compare(rng)
