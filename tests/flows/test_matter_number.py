"""A matter's number: nine digits, the same every time, and no slip of one digit finds another's."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.matter_number import heard_number, matter_number
from flows.understanding.intents import Intent
from flows.understanding.read import understand
from flows.understanding.values import EntityKind

NUMBER = "785130154"


def test_a_number_stays_what_it_was() -> None:
    """Customers wrote it down."""
    assert matter_number("ca7173f5b6eb59f9bee5-3") == NUMBER


@given(st.text(min_size=1))
def test_a_number_is_nine_digits_and_is_heard_however_it_is_grouped(record: str) -> None:
    number = matter_number(record)
    assert len(number) == 9
    assert number[0] != "0"
    grouped = f" {number[:3]} {number[3:6]}-{number[6:]}"
    assert heard_number(grouped) == heard_number(number) == number


@given(st.text(min_size=1), st.integers(0, 8), st.integers(1, 9))
def test_one_digit_heard_wrongly_is_no_number(record: str, place: int, off: int) -> None:
    number = matter_number(record)
    wrong = str((int(number[place]) + off) % 10)
    assert heard_number(number[:place] + wrong + number[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "12345", "٤٨٢١٩٠٧٧٥", "4821907755", "482190x75", "王伟"])
def test_other_words_are_no_number(text: str) -> None:
    assert heard_number(text) is None


@pytest.mark.parametrize(
    "text", ["我的投诉{n}怎么样了", "投诉编号{n}什么时候答复", "my complaint {n}, any news?"]
)
def test_a_customer_who_quotes_his_number_names_no_amount(text: str) -> None:
    read = understand(text.format(n=NUMBER), today=date(2026, 3, 2))
    assert read.intent is Intent.COMPLAINT
    assert not [each for each in read.entities if each.kind is EntityKind.AMOUNT]
