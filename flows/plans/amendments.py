"""Changing an accepted plan: the same rules on what is left to pay."""

from __future__ import annotations

from dataclasses import dataclass

from flows.plans.results import Accepted, Reason, Refused
from flows.plans.terms import Terms, by_amount, by_count
from flows.records import PlanStatus

AMENDABLE = frozenset({PlanStatus.ACTIVE, PlanStatus.AT_RISK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSoFar:
    """A running plan's total and payments in minor units, and how often it was amended."""

    total_minor: int
    paid_minor: int = 0
    amendments_used: int = 0

    @property
    def left_minor(self) -> int:
        """What a new version of the plan has to pay."""
        return self.total_minor - self.paid_minor


def may_amend(status: PlanStatus) -> bool:
    """Whether a plan in this state can be changed at all."""
    return status in AMENDABLE


def replan(terms: Terms, plan: PlanSoFar, n: int) -> Accepted | Refused:
    """What is left of the plan in n new instalments; what is paid stays."""
    return _fault(terms, plan) or by_count(terms, plan.left_minor, n)


def replan_by_amount(terms: Terms, plan: PlanSoFar, amount_minor: int) -> Accepted | Refused:
    """What is left of the plan at so much a time; what is paid stays."""
    return _fault(terms, plan) or by_amount(terms, plan.left_minor, amount_minor)


def _fault(terms: Terms, plan: PlanSoFar) -> Refused | None:
    if plan.left_minor <= 0:
        return Refused(reason=Reason.NOTHING_LEFT)
    most = terms.policy.max_amendments
    if most is not None and plan.amendments_used >= most:
        return Refused(reason=Reason.AMENDMENT_LIMIT)
    return None
