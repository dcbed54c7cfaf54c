"""Answers that verify a person, in the spellings of real texts, beside other matters."""

from __future__ import annotations

import pytest

from flows import proof

SECRETS = (("id_last4", "3391"), ("birthday", "1986-04-17"))


@pytest.mark.parametrize(
    "text",
    [
        "3391 april 17 1986",
        "3391 / 17 april",
        "3391, 4/17/1986",
        "17 April 1986 and 3391",
        "this is me, 3391, born 17/4/86",
        "3391 and 17 april 1986. i want to do 4 payments from dec 1",
        "dob 4-17-1986, 3391, i can pay $400 on december 5th",
    ],
)
def test_two_right_items_are_enough_whatever_else_is_said(text: str) -> None:
    assert proof.check(text, SECRETS).is_enough


@pytest.mark.parametrize(
    "text", ["3391 april 18 1986", "3392, 17 april 1986", "3391 or 3392, 17 april 1986"]
)
def test_a_wrong_item_beside_a_right_one_is_a_wrong_try(text: str) -> None:
    found = proof.check(text, SECRETS)
    assert found.has_wrong_item
    assert not found.is_enough
