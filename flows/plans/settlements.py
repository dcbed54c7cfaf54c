"""Paying less than the whole: who may agree, what is waived first, and when an approval lapses.

The least settlement is for people; no text to a customer ever holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.plans.allocation import LedgerEntry, allocate, booked
from flows.plans.policy import SettlementTier
from flows.plans.results import Due
from flows.plans.splitting import BASIS_POINTS, floor_unit


class SettlementDecision(StrEnum):
    """Who may accept an offer to settle."""

    FULL = "full"
    AUTO = "auto"
    NEEDS_APPROVAL = "needs_approval"
    BELOW_FLOOR = "below_floor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The decision on an offer, and the least sum (minor units) a person may accept."""

    decision: SettlementDecision
    min_settlement_minor: int


def settlement(
    offer_minor: int,
    *,
    total_minor: int,
    days_overdue: int,
    tiers: Iterable[SettlementTier],
    auto_discount_bp: int = 0,
    unit_minor: int = 1,
) -> Settlement:
    """Who may accept the offer: the largest discount among the tiers reached is the limit."""
    reached = (t.max_discount_bp for t in tiers if days_overdue >= t.min_days_overdue)
    tier_bp = max(reached, default=0)
    least = _after_discount(total_minor, tier_bp, unit_minor)
    least_auto = _after_discount(total_minor, min(tier_bp, auto_discount_bp), unit_minor)
    if offer_minor >= total_minor:
        decision = SettlementDecision.FULL
    elif offer_minor >= least_auto:
        decision = SettlementDecision.AUTO
    elif offer_minor >= least:
        decision = SettlementDecision.NEEDS_APPROVAL
    else:
        decision = SettlementDecision.BELOW_FLOOR
    return Settlement(decision=decision, min_settlement_minor=least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """What a debt consists of, in minor units."""

    fees_minor: int = 0
    penalty_interest_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0


def waived(discount_minor: int, charges: Charges) -> Charges:
    """What a discount takes from each part: fees, penalty interest, interest, principal last."""
    taken: list[int] = []
    for part in (
        charges.fees_minor,
        charges.penalty_interest_minor,
        charges.interest_minor,
        charges.principal_minor,
    ):
        taken.append(min(part, discount_minor - sum(taken)))
    fees, penalty, interest, principal = taken
    return Charges(
        fees_minor=fees,
        penalty_interest_minor=penalty,
        interest_minor=interest,
        principal_minor=principal,
    )


class ApprovalState(StrEnum):
    """Where an approved settlement stands."""

    OPEN = "open"
    SETTLED = "settled"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedSettlement:
    """A settlement a person approved: its parts, the whole debt it ends, its last day."""

    parts: tuple[Due, ...]
    total_minor: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStanding:
    """Where it stands and what is left to pay: of the settlement, or of the debt once lapsed."""

    state: ApprovalState
    left_minor: int


def approval_standing(
    approved: ApprovedSettlement, payments: Sequence[LedgerEntry], *, as_of: date
) -> ApprovalStanding:
    """Where an approved settlement stands on a day, with the payments made under it.

    It lapses on the day after a part was due and unpaid, or after its expiry; payments then count
    towards the whole debt, and later money does not bring it back.
    """
    known = [entry for entry in payments if entry.paid_on <= as_of]
    paid = sum(entry.amount_minor for entry in booked(known))
    if _has_lapsed(approved, known, as_of):
        return ApprovalStanding(
            state=ApprovalState.LAPSED, left_minor=max(0, approved.total_minor - paid)
        )
    left = max(0, sum(part.amount_minor for part in approved.parts) - paid)
    state = ApprovalState.OPEN if left else ApprovalState.SETTLED
    return ApprovalStanding(state=state, left_minor=left)


def _has_lapsed(approved: ApprovedSettlement, payments: Sequence[LedgerEntry], as_of: date) -> bool:
    for number, part in enumerate(approved.parts):
        deadline = min(part.due_on, approved.expires_on)
        in_time = [entry for entry in payments if entry.paid_on <= deadline]
        if deadline < as_of and allocate(approved.parts, in_time).paid[number] < part.amount_minor:
            return True
    return False


def _after_discount(total_minor: int, discount_bp: int, unit_minor: int) -> int:
    return total_minor - floor_unit(total_minor * discount_bp // BASIS_POINTS, unit_minor)
