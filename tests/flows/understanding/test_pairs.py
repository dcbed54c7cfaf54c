"""Minimal pairs: a word or two turns the meaning round, and the reading must turn with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.understanding import understand

TODAY = date(2026, 3, 11)
PAIRS = Path(__file__).with_name("pairs.tsv")
PAIRS_MIN = 200
RIGHT_MIN = 0.97


def _sides() -> list[tuple[str, str]]:
    rows = [row.split("\t") for row in PAIRS.read_text("utf-8").splitlines() if row[:1] != "#"]
    return [side for row in rows for side in ((row[0], row[1]), (row[2], row[3]))]


def _is_right(text: str, meaning: str) -> bool:
    found = understand(text, today=TODAY)
    if meaning.startswith("!"):
        return found.intent != meaning[1:]
    return found.intent == meaning


def test_there_are_enough_pairs() -> None:
    assert len(_sides()) >= 2 * PAIRS_MIN


def test_the_reading_turns_with_the_polarity() -> None:
    sides = _sides()
    wrong = [
        (text, meaning, understand(text, today=TODAY).intent.value)
        for text, meaning in sides
        if not _is_right(text, meaning)
    ]
    assert len(wrong) <= len(sides) * (1 - RIGHT_MIN), wrong
