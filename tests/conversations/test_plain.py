"""Conversations by hands that never saw the bot: their outcomes follow from the rules alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.dialogue_records import parse
from bot.playing import play


@pytest.mark.parametrize("name", ["plain", "hard"])
def test_conversations_end_as_the_rules_say(name: str) -> None:
    lines = Path(__file__).with_name(f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    results = [play(parse(json.loads(line))) for line in lines]
    assert {r["id"]: r["broken"] for r in results if not r["passed"]} == {}
