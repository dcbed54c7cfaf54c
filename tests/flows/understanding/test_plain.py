"""Replies, pairs, grave words and decoys as plain as people text, by who saw neither lists nor code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from flows.understanding import understand
from flows.understanding.intents import Intent
from flows.understanding.lists import read_lists
from flows.understanding.values import Understanding

TODAY = date(2026, 11, 22)
PLAIN = Path(__file__).with_name("plain.tsv")
# The goals for replies that were never seen, the first one with two points to spare.
SIDES_MIN = 0.95
HEARD_MIN = 0.98
FALSE_ALARMS_MAX = 0.03
# At first sight 0.977 were read right.
READ_MIN = 0.96


def _rows(kind: str) -> Iterator[list[str]]:
    for line in PLAIN.read_text("utf-8").splitlines():
        first, *rest = line.split("\t")
        if first == kind:
            yield rest[2:]


@cache
def _read(text: str) -> Understanding:
    return understand(text, today=TODAY)


def test_both_sides_of_a_pair_are_told_apart() -> None:
    rows = list(_rows("P"))
    wrong = [row for row in rows if _read(row[0]).intent not in row[1].split("|")]
    assert len(wrong) <= len(rows) * (1 - SIDES_MIN), wrong


def test_grave_words_are_heard() -> None:
    rows = list(_rows("S"))
    missed = [row for row in rows if row[1] not in _read(row[0]).intents]
    assert len(missed) <= len(rows) * (1 - HEARD_MIN), missed


def test_decoys_are_no_grave_words() -> None:
    rows = list(_rows("D"))
    alarms = [row for row in rows if Intent(row[1]) in _read(row[0]).intents]
    assert len(alarms) <= len(rows) * FALSE_ALARMS_MAX, alarms


def test_replies_of_every_meaning_are_read() -> None:
    rows = list(_rows("R"))
    wrong = [row for row in rows if _read(row[0]).intent != row[1]]
    assert {row[1] for row in rows} == set(Intent)
    assert len(wrong) <= len(rows) * (1 - READ_MIN), wrong


def test_none_of_it_is_trained_on() -> None:
    trained = {example.text for example in read_lists()}
    assert {row[0] for kind in "PSDR" for row in _rows(kind)} & trained == set()
