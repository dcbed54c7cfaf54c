"""Scripted conversations, hundreds of them: each ends where the rules say it must."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue_records import parse
from bot.playing import play

SCRIPTS = Path(__file__).parent / "scripts"
TODAY = "2026-11-23"
POLICY = {
    "max_instalments": 12,
    "menu": [3, 6, 12],
    "min_instalment_minor": 10000,
    "max_first_delay_days": 30,
    "frequencies": ["weekly", "biweekly", "semimonthly", "monthly"],
    "max_duration_days": 400,
    "holiday_shift": "none",
    "ptp_max_days": 30,
    "max_extension_days": 14,
}
USUAL = {"account_id": "A1", "exponent": 2, "due_date": "2026-11-10", "channel": "sms"}
BASES: dict[str, dict[str, Any]] = {
    "zh-Hans": {
        "lang": "zh-Hans",
        "customer_name": "王伟",
        "creditor": "晨光消费金融",
        "product": "消费贷",
        "currency": "CNY",
        "outstanding_minor": 360000,
    },
    "zh-Hant": {
        "lang": "zh-Hant",
        "customer_name": "陳大文",
        "creditor": "港灣信貸",
        "product": "私人貸款",
        "currency": "HKD",
        "outstanding_minor": 480000,
        "channel": "telegram",
    },
    "tw": {
        "lang": "zh-Hant",
        "customer_name": "林怡君",
        "creditor": "和順分期",
        "product": "分期付款",
        "currency": "TWD",
        "outstanding_minor": 1200000,
    },
    "en": {
        "lang": "en",
        "customer_name": "Daniel Brooks",
        "creditor": "Northlake Credit",
        "product": "store card",
        "currency": "USD",
        "outstanding_minor": 40000,
        "min_instalment_minor": 2500,
    },
}


def _record(script: dict[str, Any]) -> dict[str, Any]:
    base = dict(BASES[script["base"]])
    lang = base.pop("lang")
    least = base.pop("min_instalment_minor", POLICY["min_instalment_minor"])
    policy = {**POLICY, "min_instalment_minor": least, **script.get("policy", {})}
    account = {**USUAL, **base, "verified": True, "policy": policy, **script.get("account", {})}
    if "accounts" in account:
        plain = {name: value for name, value in account.items() if name != "accounts"}
        account["accounts"] = [{**plain, **row} for row in account["accounts"]]
    turns = [_turn(said) for said in script["turns"]]
    shared = {"id": script["id"], "lang": lang, "today": TODAY, "expect": script["expect"]}
    return {**shared, "account": account, "turns": turns}


def _turn(said: str) -> dict[str, Any]:
    turn: dict[str, Any] = {}
    if said.startswith("@"):
        at, _, said = said[1:].partition(" ")
        turn["at"] = at if "T" in at else f"{TODAY}T{at}"
    if said.startswith("#"):
        number, _, said = said[1:].partition(" ")
        turn["seq"] = int(number)
    return turn | ({"event": said[1:]} if said.startswith("!") else {"customer": said})


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_scripted_conversations_end_as_the_rules_say(path: Path) -> None:
    scripts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    results = [play(parse(_record(script))) for script in scripts]
    assert {r["id"]: r["broken"] for r in results if not r["passed"]} == {}
