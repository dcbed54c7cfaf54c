"""Limits of a record lie over a base policy; every field of a policy can be given."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from bot.commands.fields import Fields
from bot.commands.jsonl import BadRecord
from bot.commands.policies import read_policy
from flows.plans import STANDARD, HolidayShift, PlanPolicy, Remainder, SettlementTier
from flows.understanding.values import Frequency

GIVEN: dict[str, Any] = {
    "menu": [2, 4],
    "max_instalments": 5,
    "min_instalment_minor": 6,
    "max_first_delay_days": 7,
    "default_first_delay_days": 8,
    "max_duration_days": 9,
    "frequencies": ["weekly"],
    "down_payment_bp": 10,
    "down_payment_due_days": 11,
    "unit_minor": 12,
    "remainder": "first",
    "holiday_shift": "preceding",
    "grace_days": 13,
    "break_after_missed": 14,
    "break_after_days": 15,
    "cure_days": 16,
    "max_amendments": 17,
    "ptp_max_days": 18,
    "ptp_grace_days": 19,
    "ptp_max_broken": 20,
    "ptp_max_amend": 21,
    "min_partial_minor": 22,
    "max_extension_days": 23,
    "settlement_tiers": [{"min_days_overdue": 24, "max_discount_bp": 25}],
    "auto_discount_bp": 26,
    "affordability_share_bp": 27,
    "interest_on_plan": "accrue",
    "prepay_mode": "shorten",
}


def test_every_field_of_a_policy_can_be_given() -> None:
    assert set(GIVEN) == {field.name for field in fields(PlanPolicy)}
    policy = read_policy(Fields(GIVEN), PlanPolicy())
    standard = STANDARD
    assert all(getattr(policy, name) != getattr(standard, name) for name in GIVEN)
    assert policy.frequencies == {Frequency.WEEKLY}
    assert policy.remainder is Remainder.FIRST
    assert policy.holiday_shift is HolidayShift.PRECEDING
    assert policy.settlement_tiers == (SettlementTier(min_days_overdue=24, max_discount_bp=25),)


def test_what_is_not_given_stays_as_in_the_base() -> None:
    assert read_policy(Fields({"discount_needs_human": True}), STANDARD) == STANDARD
    policy = read_policy(Fields({"cure_days": 3, "grace_days": None}), STANDARD)
    assert (policy.cure_days, policy.grace_days) == (3, STANDARD.grace_days)


@pytest.mark.parametrize("name", [name for name in GIVEN if name != "settlement_tiers"])
def test_a_wrong_value_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadRecord, match=f"account.policy.{name}: expected .*, got"):
        read_policy(Fields({name: {}}, "account.policy"), STANDARD)


def test_fields_read_days_strictly() -> None:
    assert Fields({"on": "2026-11-23"}).day("on") == date(2026, 11, 23)
    for wrong in ("2026-11-23T00:00", "2026-W48-1", "２０２６-11-23", 20261123, None):
        with pytest.raises(BadRecord, match="on: expected a date"):
            Fields({"on": wrong}).day("on")
