"""The two or three plans shown first, and how far to give way when the customer refuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows.plans.calendar import WEEKENDS_ONLY, BusinessCalendar
from flows.plans.policy import PlanPolicy
from flows.plans.results import Accepted
from flows.plans.schedule import next_pay_day
from flows.plans.splitting import ceil_division, largest_amount, split
from flows.plans.terms import (
    FEWEST,
    Terms,
    by_count,
    fitting_dates,
    is_right_size,
    largest_count,
    largest_size,
)
from flows.understanding.values import Frequency

MOST_SHOWN = 3
MOST_CONCESSIONS = 3


class Fallback(StrEnum):
    """What to do where a menu alone does not help."""

    FULL_OR_HUMAN = "full_or_human"
    UNAFFORDABLE_HUMAN = "unaffordable_human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A plan to show: its count, and its first and last amount in minor units."""

    n: int
    first_minor: int
    last_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """At most three plans, shortest first; `terms` turn a chosen count into a schedule.

    `recommended_n` is set only when the capacity is known and one of the plans fits it.
    """

    options: tuple[Option, ...]
    terms: Terms
    recommended_n: int | None = None
    fallback: Fallback | None = None

    @property
    def first_due(self) -> date:
        """The day from which the plans run."""
        return self.terms.starts_on


def options(
    total_minor: int,
    *,
    policy: PlanPolicy,
    today: date,
    frequency: Frequency = Frequency.MONTHLY,
    pay_day: int | None = None,
    capacity_minor: int | None = None,
    calendar: BusinessCalendar = WEEKENDS_ONLY,
) -> Options:
    """The plans of the policy's menu that pass every rule, and the one the customer can afford.

    `capacity_minor` is what he can spare each time, in the rhythm of the plan; None if unknown.
    """
    terms = menu_terms(
        policy=policy, today=today, frequency=frequency, pay_day=pay_day, calendar=calendar
    )
    menu = feasible_counts(terms, total_minor, policy.menu)
    listed = _with_longest(terms, total_minor, menu)
    if not listed:
        return Options(options=(), terms=terms, fallback=Fallback.FULL_OR_HUMAN)
    if capacity_minor is None:
        return Options(options=_shown(policy, total_minor, _spread(listed)), terms=terms)
    best = _shortest_affordable(policy, total_minor, menu, capacity_minor)
    best = best or _shortest_outside(terms, total_minor, capacity_minor)
    if best is None:
        shown = _shown(policy, total_minor, listed[-MOST_SHOWN:])
        return Options(options=shown, terms=terms, fallback=Fallback.UNAFFORDABLE_HUMAN)
    window = _around(sorted({*listed, best}), best)
    return Options(options=_shown(policy, total_minor, window), terms=terms, recommended_n=best)


def menu_terms(
    *,
    policy: PlanPolicy,
    today: date,
    frequency: Frequency = Frequency.MONTHLY,
    pay_day: int | None = None,
    calendar: BusinessCalendar = WEEKENDS_ONLY,
) -> Terms:
    """The terms options are made on: from the pay day if it is near enough, else the default day.

    The first due date keeps the pay day as its anchor, so the 31st stays the 31st.
    """
    first_due = today + timedelta(days=policy.default_first_delay_days)
    usual = Terms(
        policy=policy, today=today, frequency=frequency, first_due=first_due, calendar=calendar
    )
    if pay_day is None:
        return usual
    named = Terms(
        policy=policy,
        today=today,
        frequency=frequency,
        first_due=next_pay_day(today, pay_day),
        anchor_day=pay_day,
        calendar=calendar,
    )
    return named if fitting_dates(named, 1) else usual


def feasible_counts(terms: Terms, total_minor: int, counts: Iterable[int]) -> tuple[int, ...]:
    """Those of the counts that pass every rule of size and date, ascending, each once."""
    wanted = sorted({n for n in counts if is_right_size(terms.policy, total_minor, n)})
    if not wanted or not terms.policy.allows(terms.frequency):
        return ()
    fitting = fitting_dates(terms, wanted[-1])
    return tuple(n for n in wanted if n <= fitting)


def concede(
    terms: Terms, total_minor: int, *, offered: Sequence[int], rounds: int = 0
) -> Accepted | None:
    """The next longer plan after a refusal, or None when a person should take over.

    One step along the menu (its end is the longest count policy allows), never a count at or
    below one already offered, at most three `rounds` of giving way.
    """
    if rounds >= MOST_CONCESSIONS:
        return None
    ladder = _with_end(terms, total_minor, terms.policy.menu)
    longer = [n for n in ladder if n > max(offered, default=0)]
    plan = by_count(terms, total_minor, longer[0]) if longer else None
    return plan if isinstance(plan, Accepted) else None


def _with_longest(terms: Terms, total_minor: int, menu: tuple[int, ...]) -> tuple[int, ...]:
    return menu if len(menu) >= FEWEST else _with_end(terms, total_minor, menu)


def _with_end(terms: Terms, total_minor: int, menu: tuple[int, ...]) -> tuple[int, ...]:
    """The possible counts of the menu and the longest count of all, where policy limits it."""
    longest = largest_count(terms, total_minor) if _has_limit(terms.policy) else None
    return feasible_counts(terms, total_minor, (*menu, longest or 0))


def _has_limit(policy: PlanPolicy) -> bool:
    limits = (policy.max_instalments, policy.min_instalment_minor, policy.max_duration_days)
    return any(limit is not None for limit in limits)


def _shortest_affordable(
    policy: PlanPolicy, total_minor: int, counts: Iterable[int], capacity_minor: int
) -> int | None:
    for n in counts:
        if largest_amount(total_minor, n, policy.unit_minor) <= capacity_minor:
            return n
    return None


def _shortest_outside(terms: Terms, total_minor: int, capacity_minor: int) -> int | None:
    """The shortest affordable count of all; where its dates do not fit, no longer one's do."""
    if capacity_minor <= 0:
        return None
    fewest = max(FEWEST, ceil_division(total_minor, capacity_minor))
    counts = range(fewest, largest_size(terms.policy, total_minor) + 1)
    best = _shortest_affordable(terms.policy, total_minor, counts, capacity_minor)
    return best if best and fitting_dates(terms, best) == best else None


def _spread(counts: Sequence[int]) -> Sequence[int]:
    if len(counts) <= MOST_SHOWN:
        return counts
    return [counts[0], counts[len(counts) // 2], counts[-1]]


def _around(counts: list[int], best: int) -> list[int]:
    last_start = max(len(counts) - MOST_SHOWN, 0)
    start = min(max(counts.index(best) - 1, 0), last_start)
    return counts[start : start + MOST_SHOWN]


def _shown(policy: PlanPolicy, total_minor: int, counts: Iterable[int]) -> tuple[Option, ...]:
    return tuple(_option(policy, total_minor, n) for n in counts)


def _option(policy: PlanPolicy, total_minor: int, n: int) -> Option:
    amounts = split(total_minor, n, policy.unit_minor, policy.remainder)
    return Option(n=n, first_minor=amounts[0], last_minor=amounts[-1])
