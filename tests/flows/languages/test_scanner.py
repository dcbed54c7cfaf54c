"""Looking rules up by how a text goes on only spares: it must never hide what they would read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.languages import figures
from flows.languages.en import context, readers
from flows.languages.en.times import part_of_day
from flows.languages.scanner import Rule, Scanner, Scene
from flows.understanding.lists import read_lists
from flows.understanding.normalise import normalise

_SCENE = Scene(today=date(2026, 11, 23))
_EVERY = 60
_LETTERS_AND_SIGNS = tuple("abcdefghijklmnopqrstuvwxyz0123456789$£€¥+#/")


def _rules() -> list[Rule]:
    shared = figures.rules(
        is_month_first=False, part_of_day=part_of_day, lies_behind=context.lies_behind
    )
    return [*shared, *readers.rules()]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(_rules())


@pytest.fixture(scope="module")
def unhurried() -> Scanner:
    """Tries every rule at every word."""
    return Scanner(replace(rule, starts=_LETTERS_AND_SIGNS) for rule in _rules())


def test_a_rule_is_found_by_each_of_its_beginnings(scanner: Scanner, unhurried: Scanner) -> None:
    texts = [
        "the day after tmrw or this weekend, mid next week at the latest",
        "split it into three, thirty now and the rest in twelve weekly payments",
        "a third today, an hour ago i paid half, a couple hundred on the 1st",
        "paid on the thirteenth, pay day is the last working day of the month",
        "by the end of june or in january, twenty-fifth at ten past three",
        "my card no. 1234, ref tx5521, apt 12, hk$300 and rs. 500 each fortnight",
    ]
    assert all(scanner.scan(text, _SCENE) for text in texts)
    for text in texts:
        assert scanner.scan(text, _SCENE) == unhurried.scan(text, _SCENE), text


def test_no_reply_of_the_lists_loses_a_figure(scanner: Scanner, unhurried: Scanner) -> None:
    texts = [normalise(one.text).text for one in read_lists()[::_EVERY]]
    latin = [text for text in texts if text.isascii()]
    assert any(scanner.scan(text, _SCENE) for text in latin)
    for text in latin:
        assert scanner.scan(text, _SCENE) == unhurried.scan(text, _SCENE), text
