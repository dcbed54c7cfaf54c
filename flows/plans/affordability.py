"""What a customer can spare, from at most three figures he states himself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.plans.splitting import BASIS_POINTS, floor_unit
from flows.understanding.values import Frequency

MONTHS = 12
WEEKS = 52
FORTNIGHTS = 26


class CapacityDecision(StrEnum):
    """Whether a plan is affordable at all."""

    PLAN = "plan"
    HARDSHIP_HUMAN = "hardship_human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The customer's own figures for a month in minor units; a skipped one is 0."""

    income_minor: int
    essentials_minor: int = 0
    other_debts_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a plan may take each time, in minor units, by rhythm."""

    monthly_minor: int
    weekly_minor: int
    biweekly_minor: int
    semimonthly_minor: int
    decision: CapacityDecision

    def each(self, frequency: Frequency) -> int:
        """The capacity for one instalment of this rhythm."""
        return {
            Frequency.WEEKLY: self.weekly_minor,
            Frequency.BIWEEKLY: self.biweekly_minor,
            Frequency.SEMIMONTHLY: self.semimonthly_minor,
            Frequency.MONTHLY: self.monthly_minor,
        }[frequency]


def capacity(
    statement: Statement, *, share_bp: int, unit_minor: int = 1, min_instalment_minor: int = 0
) -> Capacity:
    """The share (basis points) of the surplus that a plan may take, floored to the unit a month.

    Below the minimum instalment a person decides. Never used to raise a customer's own offer.
    """
    spent = statement.essentials_minor + statement.other_debts_minor
    surplus = max(0, statement.income_minor - spent)
    monthly = floor_unit(surplus * share_bp // BASIS_POINTS, unit_minor)
    is_enough = monthly >= min_instalment_minor
    return Capacity(
        monthly_minor=monthly,
        weekly_minor=monthly * MONTHS // WEEKS,
        biweekly_minor=monthly * MONTHS // FORTNIGHTS,
        semimonthly_minor=monthly // 2,
        decision=CapacityDecision.PLAN if is_enough else CapacityDecision.HARDSHIP_HUMAN,
    )
