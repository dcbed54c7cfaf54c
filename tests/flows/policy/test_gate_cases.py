"""The send gate on cases worked out by hand, each with its reason, through the command's face."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands.may_send import answer

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("gate_cases.jsonl").read_text("utf-8").splitlines()
]
# What a case leaves out.
USUAL = {"id": 1, "channel": "sms", "kind": "reminder", "history": []}


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_case_gets_the_verdict_worked_out_by_hand(case: dict[str, Any]) -> None:
    expected = {key: case[key] for key in ("verdict", "at", "rules") if key in case}
    assert answer(USUAL | case["in"]) == {"id": 1} | expected


def test_the_table_is_large_enough_to_trust() -> None:
    assert len(CASES) >= 150
    assert len({json.dumps(case["in"], sort_keys=True) for case in CASES}) == len(CASES)
