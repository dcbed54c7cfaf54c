"""Three simpler negotiators before the same personas: the bar that ours must clear (D.2).

They speak in structures only: each proposes, the persona accepts or leaves by the rules of his
agenda, and the first payment is put on his pay day for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.simulation.paying import Payment, payments
from bot.simulation.persona import (
    MAX_DURATION_DAYS,
    MAX_FIRST_DELAY_DAYS,
    MAX_INSTALMENTS,
    MENU,
    MIN_INSTALMENT_MINOR,
    Persona,
)
from bot.simulation.recovery import Means, Recovery, measured
from flows.plans import Accepted, PlanPolicy, Terms, by_count

Negotiator = Callable[[Persona], list[Payment]]


def means_of(one: Persona) -> Means:
    """What an agreement with this persona is measured against."""
    return Means(
        outstanding=one.outstanding,
        capacity=max(one.capacity, one.lump),
        talked_on=one.today,
        max_days=MAX_DURATION_DAYS,
        max_count=MAX_INSTALMENTS,
    )


def _plan(one: Persona, count: int) -> list[Payment]:
    policy = PlanPolicy(
        max_instalments=MAX_INSTALMENTS,
        min_instalment_minor=MIN_INSTALMENT_MINOR,
        max_first_delay_days=MAX_FIRST_DELAY_DAYS,
    )
    terms = Terms(policy=policy, today=one.today, first_due=one.pay_on)
    made = by_count(terms, one.outstanding, count)
    if not isinstance(made, Accepted):
        return []
    return list(zip(made.due_dates, made.amounts, strict=True))


def _is_accepted(one: Persona, schedule: list[Payment]) -> bool:
    """By his agenda: within what he says he can bear; who has it all at once pays all at once."""
    largest = max((minor for _, minor in schedule), default=0)
    return bool(schedule) and (one.is_yea_sayer or largest <= max(one.claimed, one.lump))


def _longest(one: Persona) -> list[Payment]:
    """Always the longest plan the creditor allows."""
    for count in range(MAX_INSTALMENTS, 1, -1):
        plan = _plan(one, count)
        if plan:
            return plan if _is_accepted(one, plan) else []
    return []


def _full(one: Persona) -> list[Payment]:
    """Always everything at once."""
    whole = [(one.pay_on, one.outstanding)]
    return whole if _is_accepted(one, whole) else []


def _menu(one: Persona) -> list[Payment]:
    """The three counts of the menu, the shortest that he says he can bear, no question asked."""
    plans = (_plan(one, count) for count in MENU)
    return next((plan for plan in plans if _is_accepted(one, plan)), [])


BASELINES: dict[str, Negotiator] = {
    "always longest": _longest,
    "always full amount": _full,
    "menu, no capacity question": _menu,
}


def baselines(one: Persona) -> dict[str, Recovery]:
    """What each of them would have reached with this persona."""
    return {name: _reached(one, negotiate(one)) for name, negotiate in BASELINES.items()}


def best(one: Persona) -> Recovery:
    """The bound: the best plan that he says he can bear, found with his true means in view."""
    schedules = [[(one.pay_on, one.outstanding)]]
    schedules += [_plan(one, count) for count in range(2, MAX_INSTALMENTS + 1)]
    sayable = max(one.claimed, one.lump)
    honest = [plan for plan in schedules if plan and max(m for _, m in plan) <= sayable]
    reached = (_reached(one, plan) for plan in honest)
    return max(reached, key=lambda found: found.composite, default=Recovery())


def _reached(one: Persona, agreed: list[Payment]) -> Recovery:
    is_lump = len(agreed) == 1 and one.lump > 0
    return measured(means_of(one), agreed, payments(one, agreed, lump=is_lump))
