"""Plain conversations by a hand that never saw the bot: their outcomes follow from the rules alone."""

from __future__ import annotations

import json
from pathlib import Path

from bot.dialogue_records import parse
from bot.playing import play

PLAIN = Path(__file__).with_name("plain.jsonl")


def test_plain_conversations_end_as_the_rules_say() -> None:
    records = [json.loads(line) for line in PLAIN.read_text(encoding="utf-8").splitlines()]
    results = [play(parse(record)) for record in records]
    assert {r["id"]: r["broken"] for r in results if not r["passed"]} == {}
