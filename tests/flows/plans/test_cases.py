"""Every line of cases.jsonl, worked out by hand, is answered exactly as it says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.commands.fields import Fields
from bot.commands.plan import OPERATIONS
from flows.plans import (
    ExtensionDecision,
    PromiseDecision,
    PromiseResult,
    Reason,
    SettlementDecision,
)

FILE = Path(__file__).with_name("cases.jsonl")
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}: {case['note']}")
def test_a_case_is_answered_as_worked_out_by_hand(case: dict[str, Any]) -> None:
    result = OPERATIONS[case["op"]](Fields(case["inputs"]))
    assert json.loads(json.dumps(result)) == case["expected"]


def test_every_operation_has_cases() -> None:
    counted = Counter(case["op"] for case in CASES)
    assert set(counted) == set(OPERATIONS)
    assert min(counted.values()) >= 10


def test_every_code_occurs() -> None:
    words = {word for case in CASES for word in case["expected"].values() if isinstance(word, str)}
    for codes in (Reason, PromiseDecision, PromiseResult, SettlementDecision):
        assert set(codes) <= words
    assert {"active", "at_risk", "broken", "completed"} <= words
    assert {"plan", "hardship_human", "full_or_human", "unaffordable_human"} <= words
    assert ExtensionDecision.GIVEN not in words
