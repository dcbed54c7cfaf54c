"""The life of a plan, judged day by day from its instalments and the ledger alone.

active -> at_risk -> active when all overdue is paid; -> broken -> reinstated once by a cure in
time; completed when everything is paid, whatever came before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flows.plans.allocation import LedgerEntry, booked, cover, due_order, in_given_order
from flows.plans.policy import PlanPolicy
from flows.plans.results import Due
from flows.records import PlanStatus

# negotiation.md B.11: a proposal stands for three days.
PROPOSAL_LIFE = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a plan stands at the end of a day; amounts in minor units.

    `missed` counts instalments unpaid after grace, `overdue_minor` what is unpaid of those due
    before the day. `broken_on` is set while broken, `is_reinstated` from the cure on.
    """

    status: PlanStatus
    missed: int
    overdue_minor: int
    paid: tuple[int, ...]
    credit_minor: int
    broken_on: date | None = None
    is_reinstated: bool = False


def status(
    instalments: Sequence[Due],
    entries: Iterable[LedgerEntry],
    *,
    as_of: date,
    policy: PlanPolicy,
    has_down_payment: bool = False,
) -> Standing:
    """Where a plan stands, by the entries dated up to the day.

    A reversal known by then undoes its payment from the start. With `has_down_payment` the first
    instalment is number 0: missing it cancels the plan.
    """
    payments = booked(entry for entry in entries if entry.paid_on <= as_of)
    order = due_order(instalments)
    parts = [instalments[place] for place in order]
    cancelling = order.index(0) if has_down_payment else None
    paid = [0] * len(parts)
    credit = done = 0
    life, arrears = _Life(), _NOTHING_OWED
    for day in _days_that_matter(parts, payments, policy, as_of.toordinal()):
        while done < len(payments) and payments[done].paid_on.toordinal() <= day:
            credit += cover(paid, parts, payments[done], policy.prepay_mode)
            done += 1
        arrears = _arrears(parts, paid, policy, day)
        life = _judge(life, day, arrears, policy, cancelling=cancelling)
    if all(p >= part.amount_minor for p, part in zip(paid, parts, strict=True)):
        life = replace(life, status=PlanStatus.COMPLETED)
    return Standing(
        status=life.status,
        missed=len(arrears.missed),
        overdue_minor=arrears.overdue_minor,
        paid=in_given_order(paid, order),
        credit_minor=credit,
        broken_on=life.day_broken,
        is_reinstated=life.is_reinstated,
    )


def lapses_at(proposed_at: datetime) -> datetime:
    """When a proposal that nobody accepted stops being one."""
    return proposed_at + PROPOSAL_LIFE


@dataclass(frozen=True, slots=True)
class _Arrears:
    overdue_minor: int
    missed: dict[int, int]  # Place of each missed instalment: ordinal of its due day.


_NOTHING_OWED = _Arrears(0, {})


@dataclass(frozen=True, slots=True)
class _Life:
    status: PlanStatus = PlanStatus.ACTIVE
    broken_on: int = 0  # Ordinal; meaningless unless broken.
    is_reinstated: bool = False

    @property
    def day_broken(self) -> date | None:
        return date.fromordinal(self.broken_on) if self.status is PlanStatus.BROKEN else None


def _days_that_matter(
    instalments: Sequence[Due], payments: Sequence[LedgerEntry], policy: PlanPolicy, as_of: int
) -> list[int]:
    """The days (ordinals) on which anything can change; the days between repeat the one before."""
    days = {as_of}
    days.update(payment.paid_on.toordinal() for payment in payments)
    steps = [1, policy.grace_days + 1]
    if policy.break_after_days is not None:
        steps.append(policy.break_after_days + 1)
    for instalment in instalments:
        due = instalment.due_on.toordinal()
        days.update(due + step for step in steps if due + step <= as_of)
    return sorted(days)


def _arrears(
    instalments: Sequence[Due], paid: Sequence[int], policy: PlanPolicy, day: int
) -> _Arrears:
    overdue = 0
    missed: dict[int, int] = {}
    for place, instalment in enumerate(instalments):
        due = instalment.due_on.toordinal()
        if due >= day:
            break
        unpaid = instalment.amount_minor - paid[place]
        if unpaid <= 0:
            continue
        overdue += unpaid
        if day > due + policy.grace_days:
            missed[place] = due
    return _Arrears(overdue, missed) if overdue else _NOTHING_OWED


def _judge(
    life: _Life, day: int, arrears: _Arrears, policy: PlanPolicy, *, cancelling: int | None
) -> _Life:
    """The life after one more day."""
    if life.status is PlanStatus.CANCELLED:
        return life
    if life.status is PlanStatus.BROKEN:
        return _cured(life) if _is_cured(life, day, arrears, policy) else life
    if cancelling in arrears.missed:
        return replace(life, status=PlanStatus.CANCELLED)
    if _breaks(arrears, day, policy):
        return replace(life, status=PlanStatus.BROKEN, broken_on=day)
    if arrears.missed:
        return replace(life, status=PlanStatus.AT_RISK)
    return life if arrears.overdue_minor else replace(life, status=PlanStatus.ACTIVE)


def _breaks(arrears: _Arrears, day: int, policy: PlanPolicy) -> bool:
    if not arrears.missed:
        return False
    most, longest = policy.break_after_missed, policy.break_after_days
    if most is not None and len(arrears.missed) >= most:
        return True
    return longest is not None and day > min(arrears.missed.values()) + longest


def _is_cured(life: _Life, day: int, arrears: _Arrears, policy: PlanPolicy) -> bool:
    if life.is_reinstated or arrears.overdue_minor:
        return False
    return policy.cure_days is None or day <= life.broken_on + policy.cure_days


def _cured(life: _Life) -> _Life:
    return _Life(status=PlanStatus.ACTIVE, broken_on=life.broken_on, is_reinstated=True)
