"""The limits of plans and promises as a JSON record gives them, over a policy it starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.commands.fields import MOST_MINOR, Fields
from flows.plans import (
    HolidayShift,
    InterestOnPlan,
    PlanPolicy,
    PrepayMode,
    Remainder,
    SettlementTier,
)
from flows.understanding.values import Frequency

ALL_BASIS_POINTS = 10_000
MOST_DAYS = 100_000
MOST_INSTALMENTS = 10_000
_ANY = (0, MOST_MINOR)
_DAYS = (0, MOST_DAYS)
_SHARE = (0, ALL_BASIS_POINTS)
_WHOLE_NUMBERS = {
    "max_instalments": _ANY,
    "min_instalment_minor": _ANY,
    "max_first_delay_days": _DAYS,
    "default_first_delay_days": _DAYS,
    "max_duration_days": _DAYS,
    "down_payment_bp": _SHARE,
    "down_payment_due_days": _DAYS,
    "unit_minor": (1, MOST_MINOR),
    "grace_days": _DAYS,
    "break_after_missed": (1, MOST_INSTALMENTS),
    "break_after_days": _DAYS,
    "cure_days": _DAYS,
    "max_amendments": _ANY,
    "ptp_max_days": _DAYS,
    "ptp_grace_days": _DAYS,
    "ptp_max_broken": _ANY,
    "ptp_max_amend": _ANY,
    "min_partial_minor": _ANY,
    "max_extension_days": _DAYS,
    "auto_discount_bp": _SHARE,
    "affordability_share_bp": _SHARE,
}


def read_tiers(fields: Fields, name: str) -> tuple[SettlementTier, ...]:
    """A list of discounts by days overdue."""
    return tuple(
        SettlementTier(
            min_days_overdue=tier.whole("min_days_overdue", 0, MOST_DAYS),
            max_discount_bp=tier.whole("max_discount_bp", 0, ALL_BASIS_POINTS),
        )
        for tier in fields.groups(name)
    )


_OTHERS: dict[str, Callable[[Fields, str], Any]] = {
    "menu": lambda limits, name: limits.wholes(name, 0, MOST_INSTALMENTS),
    "frequencies": lambda limits, name: frozenset(limits.choices(name, Frequency)),
    "remainder": lambda limits, name: limits.choice(name, Remainder),
    "holiday_shift": lambda limits, name: limits.choice(name, HolidayShift),
    "interest_on_plan": lambda limits, name: limits.choice(name, InterestOnPlan),
    "prepay_mode": lambda limits, name: limits.choice(name, PrepayMode),
    "settlement_tiers": read_tiers,
}


def read_policy(limits: Fields, base: PlanPolicy) -> PlanPolicy:
    """The policy with the limits the record gives; others stay as in `base`, unknown ones aside."""
    given: dict[str, Any] = {
        name: limits.whole(name, least, most)
        for name, (least, most) in _WHOLE_NUMBERS.items()
        if limits.has(name)
    }
    for name, read in _OTHERS.items():
        if limits.has(name):
            given[name] = read(limits, name)
    return replace(base, **given)
