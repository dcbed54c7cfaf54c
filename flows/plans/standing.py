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
    life, arrears = _Life(), _NOTHING_OWED
    cancelling = order.index(0) if has_down_payment else None
    course = _Course(parts, payments, policy)
    for day in course.days_that_matter(as_of.toordinal()):
        arrears = course.arrears_on(day)
        life = _judge(life, day, arrears, policy, cancelling=cancelling)
    if course.is_complete:
        life = replace(life, status=PlanStatus.COMPLETED)
    return Standing(
        status=life.status,
        missed=len(arrears.missed),
        overdue_minor=arrears.overdue_minor,
        paid=in_given_order(course.paid, order),
        credit_minor=course.credit_minor,
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


class _Course:
    """One walk through the days of a plan: what is paid so far, day by day, oldest first."""

    __slots__ = (
        "_amounts",
        "_booked",
        "_dues",
        "_front",
        "_parts",
        "_payments",
        "_policy",
        "credit_minor",
        "paid",
    )

    def __init__(
        self, parts: Sequence[Due], payments: Sequence[LedgerEntry], policy: PlanPolicy
    ) -> None:
        self._parts, self._policy = parts, policy
        self._payments = [(payment.paid_on.toordinal(), payment) for payment in payments]
        self._dues = [part.due_on.toordinal() for part in parts]
        self._amounts = [part.amount_minor for part in parts]
        self._booked = self._front = self.credit_minor = 0
        self.paid = [0] * len(parts)

    @property
    def is_complete(self) -> bool:
        return self.paid == self._amounts

    def days_that_matter(self, as_of: int) -> list[int]:
        """The days (ordinals) on which the plan's life can change, and the last one asked for.

        Falling due is none of them: it is grace running out that starts trouble, and only a
        payment ends it.
        """
        days = {day for day, _ in self._payments}
        steps = [self._policy.grace_days + 1]
        if self._policy.break_after_days is not None:
            steps.append(self._policy.break_after_days + 1)
        days.update(due + step for due in self._dues for step in steps)
        return [*sorted(day for day in days if day < as_of), as_of]

    def arrears_on(self, day: int) -> _Arrears:
        """What is owed at the end of a day; days must come in order."""
        self._book_until(day)
        overdue = 0
        missed: dict[int, int] = {}
        last_missed = day - self._policy.grace_days
        for place in range(self._front, len(self._dues)):
            due = self._dues[place]
            if due >= day:
                break
            unpaid = self._amounts[place] - self.paid[place]
            if unpaid:
                overdue += unpaid
                if due < last_missed:
                    missed[place] = due
        return _Arrears(overdue, missed) if overdue else _NOTHING_OWED

    def _book_until(self, day: int) -> None:
        while self._booked < len(self._payments) and self._payments[self._booked][0] <= day:
            payment = self._payments[self._booked][1]
            self.credit_minor += cover(self.paid, self._parts, payment, self._policy.prepay_mode)
            self._booked += 1
            self._skip_what_is_paid()

    def _skip_what_is_paid(self) -> None:
        while self._front < len(self.paid) and self.paid[self._front] == self._amounts[self._front]:
            self._front += 1


def _judge(
    life: _Life, day: int, arrears: _Arrears, policy: PlanPolicy, *, cancelling: int | None
) -> _Life:
    """The life after one more day; the same value when nothing changes."""
    if life.status is PlanStatus.CANCELLED:
        return life
    if life.status is PlanStatus.BROKEN:
        return _cured(life) if _is_cured(life, day, arrears, policy) else life
    if not arrears.missed:
        is_settled = life.status is PlanStatus.AT_RISK and not arrears.overdue_minor
        return replace(life, status=PlanStatus.ACTIVE) if is_settled else life
    if cancelling in arrears.missed:
        return replace(life, status=PlanStatus.CANCELLED)
    if _breaks(arrears, day, policy):
        return replace(life, status=PlanStatus.BROKEN, broken_on=day)
    is_new = life.status is PlanStatus.ACTIVE
    return replace(life, status=PlanStatus.AT_RISK) if is_new else life


def _breaks(arrears: _Arrears, day: int, policy: PlanPolicy) -> bool:
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
