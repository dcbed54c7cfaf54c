"""`duetalk plan`: bad records are answered in their place, in words that help to mend them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run

POLICY = {
    "max_instalments": 12,
    "min_instalment_minor": 10_000,
    "max_first_delay_days": 30,
    "frequencies": ["weekly", "biweekly", "semimonthly", "monthly"],
    "unit_minor": 1,
    "remainder": "last",
    "max_duration_days": 400,
}
BY_COUNT = {
    "total_minor": 300_000,
    "n": 3,
    "policy": POLICY,
    "today": "2026-11-23",
    "frequency": "monthly",
    "pay_day": 15,
}
DATES = {
    "first_due": "2026-12-05",
    "frequency": "monthly",
    "n": 2,
    "holiday_shift": "none",
    "weekend": [5, 6],
    "holidays": [],
    "extra_workdays": [],
}
PROMISE = {
    "today": "2026-11-23",
    "date": "2026-11-27",
    "amount_minor": 1,
    "outstanding_minor": 1,
    "policy": {"ptp_max_days": 14},
    "history": {"broken": 0, "open": False, "amended": 0},
}
STATUS = {
    "instalments": [{"due": "2026-12-15", "amount_minor": 1}],
    "payments": [],
    "mode": "advance",
    "as_of": "2026-12-18",
    "policy": {"grace_days": 3},
}


def answers(lines: list[str], tmp_path: Path, capsys: Any) -> tuple[list[dict[str, Any]], int]:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    status = run(["plan", str(file)])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()], status


def record(op: str, inputs: Any, **changed: Any) -> str:
    if isinstance(inputs, dict):
        inputs = {k: v for k, v in (inputs | changed).items() if v != "GONE"}
    return json.dumps({"case": "x", "op": op, "inputs": inputs})


BAD = [
    ("{", "one JSON object a line"),
    ("[1]", "a JSON object, got list"),
    ('{"case": "x"}', "op: expected a string, got nothing"),
    ('{"op": "split", "inputs": {}}', "case: expected a name, got nothing"),
    (record("spilt", {}), "op: expected one of split, by_count"),
    (record("split", 7), "inputs: expected a JSON object, got 7"),
    (record("by_count", BY_COUNT, total_minor="GONE"), "inputs.total_minor: expected a whole"),
    (record("by_count", BY_COUNT, total_minor=3.5), "got 3.5"),
    (record("by_count", BY_COUNT, total_minor=True), "got true"),
    (record("by_count", BY_COUNT, total_minor="300000"), 'got "300000"'),
    (record("by_count", BY_COUNT, total_minor=-1), "from 0 to 10000000000000000, got -1"),
    (record("by_count", BY_COUNT, total_minor=10**30), "inputs.total_minor: expected"),
    (record("by_count", BY_COUNT, n=-3), "inputs.n: expected a whole number from 0"),
    (record("by_count", BY_COUNT, n=10**7), "inputs.n: expected a whole number from 0 to 10000"),
    (record("by_count", BY_COUNT, policy="GONE"), "inputs.policy: expected a JSON object"),
    (record("by_count", BY_COUNT, today="23.11.2026"), "inputs.today: expected a date"),
    (record("by_count", BY_COUNT, today="20261123"), "inputs.today: expected a date"),
    (record("by_count", BY_COUNT, today="2026-02-30"), "inputs.today: expected a date"),
    (record("by_count", BY_COUNT, pay_day=32), "inputs.pay_day: expected a whole number from 1"),
    (record("by_count", BY_COUNT, pay_day="GONE"), "expected either this or pay_day"),
    (record("by_count", BY_COUNT, first_due="2026-12-01"), "expected either this or pay_day"),
    (record("by_count", BY_COUNT, anchor_days=[15, 15]), "two different days of the month"),
    (record("by_count", BY_COUNT, anchor_days=[1, 15, 20]), "two different days of the month"),
    (record("by_count", BY_COUNT, policy=POLICY | {"unit_minor": 0}), "inputs.policy.unit_minor"),
    (record("by_count", BY_COUNT, policy=POLICY | {"frequencies": "weekly"}), "a list of words"),
    (record("by_count", BY_COUNT, policy=POLICY | {"frequencies": ["daily"]}), "a list of words"),
    (record("by_count", BY_COUNT, policy=POLICY | {"remainder": "middle"}), "one of last, first"),
    (record("by_count", BY_COUNT, policy=POLICY | {"max_duration_days": -1}), "max_duration_days"),
    (record("by_count", BY_COUNT, frequency=7), "inputs.frequency: expected a string, got 7"),
    (record("dates", DATES, frequency="daily"), "inputs.frequency: expected one of weekly"),
    (record("dates", DATES, holiday_shift="GONE"), "inputs.holiday_shift: expected one of none"),
    (record("dates", DATES, weekend=[0, 1, 2, 3, 4, 5, 6]), "at least one weekday left"),
    (record("dates", DATES, weekend=[7]), "whole numbers from 0 to 6"),
    (record("dates", DATES, holidays=["soon"]), "inputs.holidays: expected a list of dates"),
    (record("dates", DATES, first_due="9999-11-30", n=3), "days of the years 1 to 9999"),
    (record("dates", DATES, n=0), "inputs.n: expected a whole number from 1"),
    (record("promise", PROMISE, history={"broken": 0}), "inputs.history.open: expected true"),
    (record("promise", PROMISE, amount_minor=-5), "inputs.amount_minor"),
    (record("status", STATUS, mode="backwards"), "inputs.mode: expected one of advance, shorten"),
    (record("status", STATUS, instalments=[]), "at least one instalment"),
    (record("status", STATUS, instalments=[7]), "a list of JSON objects"),
    (
        record("status", STATUS, payments=[{"ref": 7, "date": "2026-12-01", "amount_minor": 1}]),
        "inputs.payments[0].ref: expected a string, got 7",
    ),
]


@pytest.mark.parametrize(("line", "part"), BAD)
def test_a_bad_line_is_answered_in_its_place(
    line: str, part: str, tmp_path: Path, capsys: Any
) -> None:
    good = record("split", {"total_minor": 4, "n": 2, "unit_minor": 1, "remainder": "last"})
    (first, bad, last), status = answers([good, line, good], tmp_path, capsys)
    assert part in bad["error"]
    assert first == last == {"case": "x", "result": {"amounts": [2, 2]}}
    assert status == 1


def test_good_lines_exit_with_zero_in_input_order(tmp_path: Path, capsys: Any) -> None:
    inputs = {"total_minor": 4, "n": 2, "unit_minor": 1, "remainder": "last"}
    lines = [json.dumps({"case": n, "op": "split", "inputs": inputs}) for n in range(5)]
    replies, status = answers(lines, tmp_path, capsys)
    assert [reply["case"] for reply in replies] == list(range(5))
    assert status == 0


def test_a_missing_file_is_told_on_standard_error(tmp_path: Path, capsys: Any) -> None:
    assert run(["plan", str(tmp_path / "none.jsonl")]) == 2
    assert "expected a file of JSON Lines" in capsys.readouterr().err


def test_a_number_with_thousands_of_digits_is_a_bad_line(tmp_path: Path, capsys: Any) -> None:
    (reply,), status = answers(['{"case": 1, "op": ' + "9" * 5000 + "}"], tmp_path, capsys)
    assert "expected one JSON object a line" in reply["error"]
    assert status == 1


def test_half_a_surrogate_pair_is_answered(tmp_path: Path, capsys: Any) -> None:
    (reply,), status = answers(['{"case": "\\ud800", "op": "x"}'], tmp_path, capsys)
    assert reply["case"] == "\ud800"
    assert status == 1


def test_help_names_every_operation(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        run(["plan", "--help"])
    text = capsys.readouterr().out
    for op in ("by_count", "promise_eval", "settlement", "replan", "capacity"):
        assert f"  {op} " in text
