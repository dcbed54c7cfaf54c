"""Answers that verify a person, in the spellings people give."""

from __future__ import annotations

import pytest

from flows import proof

SECRETS = (("birthday", "1972-11-08"), ("card", "3306"))


@pytest.mark.parametrize(
    "said",
    [
        "1972-11-08",
        "十一月八号 一九七二",
        "11月8号，1972年",
        "十一月八日七二年的",
        "七二年十一月八号",
        "72年生的，11月8号",
        "一九七二年十一月八日",
        "1972 11 08",
        "8 11 1972",
        "8 nov 72",
        "nov 8th '72",
        "十一月八号",
    ],
)
def test_a_birthday_is_known_in_any_spelling(said: str) -> None:
    found = proof.check(f"{said} 3306", SECRETS)
    assert found.is_enough
    assert not found.has_wrong_item


@pytest.mark.parametrize("said", ["十一月九号 一九七二", "七三年十一月八号", "9 nov 72"])
def test_another_birthday_is_wrong(said: str) -> None:
    assert proof.check(said, SECRETS).has_wrong_item


def test_figures_said_one_by_one_are_digits() -> None:
    assert proof.check("后四位三三零六", SECRETS).right_items == {"card"}
