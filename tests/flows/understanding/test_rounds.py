"""Five rounds of minimal pairs, grave words and their decoys, after the mending that each led to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from flows.understanding import understand
from flows.understanding.lists import read_lists
from flows.understanding.rules import SAFETY
from flows.understanding.values import Understanding

TODAY = date(2026, 3, 11)
ROUNDS = Path(__file__).with_name("rounds.tsv")
SIDES_MIN = 0.91
HEARD_MIN = 0.96
FALSE_ALARMS_MAX = 0.08

Side = tuple[str, str]


def _rows(kind: str) -> Iterator[list[str]]:
    for line in ROUNDS.read_text("utf-8").splitlines():
        first, *rest = line.split("\t")
        if first == kind:
            yield rest


@cache
def _read(text: str) -> Understanding:
    return understand(text, today=TODAY)


def _is_right(text: str, meaning: str) -> bool:
    found = _read(text).intent.value
    if meaning.startswith("!"):
        return found != meaning[1:]
    return found in meaning.split("|")


def test_both_sides_of_a_pair_are_told_apart() -> None:
    sides: list[Side] = [side for a, b, c, d in _rows("P") for side in ((a, b), (c, d))]
    wrong = [(*side, _read(side[0]).intent.value) for side in sides if not _is_right(*side)]
    assert len(wrong) <= len(sides) * (1 - SIDES_MIN), wrong


def test_grave_words_are_heard() -> None:
    rows = list(_rows("S"))
    missed = [row for row in rows if row[1] not in _read(row[0]).intents]
    assert len(missed) <= len(rows) * (1 - HEARD_MIN), missed


def test_decoys_are_no_grave_words() -> None:
    rows = list(_rows("D"))
    alarms = [(text, _read(text).intent.value) for text, _ in rows if _read(text).intent in SAFETY]
    assert len(alarms) <= len(rows) * FALSE_ALARMS_MAX, alarms


def test_no_line_of_the_rounds_is_trained_on() -> None:
    trained = {example.text for example in read_lists()}
    said = {
        text for kind in "PSD" for row in _rows(kind) for text in row[:: 2 if kind == "P" else 9]
    }
    assert said & trained == set()
