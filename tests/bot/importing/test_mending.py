"""The rows to mend: as they were written, never as a formula, and readable again."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.columns import guessed, lacking
from bot.importing.mending import harmless, mending_header, mending_row
from bot.importing.rows import AccountRow, DayOrder, Defaults, order_of_days, parse_row
from tests.builders import NOW

SIGNS = st.text(alphabet="=+-@\t\r\uff1d\uff0b\uff0d\uff20 0129.,eE'\"\n陈x", max_size=12)


@given(SIGNS)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    shown = harmless(cell)
    is_number = re.fullmatch(r"[+-]?[\d.,]*\d", shown) is not None
    assert is_number or not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]", shown)
    assert shown.removeprefix("'") == cell or shown == cell


@given(st.lists(SIGNS, min_size=1, max_size=4), SIGNS)
def test_a_row_comes_back_as_it_was_written(cells: list[str], why: str) -> None:
    text = mending_header(["a"] * 5, ("line", "why")) + mending_row(5, cells, line=7, why=why)
    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row == [*map(harmless, cells), *[""] * (5 - len(cells)), "7", harmless(why)]


@pytest.mark.parametrize("phone", ['="13800138001"', "+8613800138001", "'13800138001", "@x"])
def test_what_an_apostrophe_guards_is_read_as_before(phone: str) -> None:
    places = {"account_id": 0, "name": 1, "phone": 2, "amount": 3, "due_date": 4}
    rows = [
        parse_row(2, ["A1", "陈思远", cell, "5", "2026-02-18"], places, Defaults(country="CN"), DAY)
        for cell in (phone, harmless(phone))
    ]
    if isinstance(rows[0], AccountRow):
        assert rows[0] == rows[1]
    else:
        assert not isinstance(rows[1], AccountRow)


DAY = NOW.date()


def test_a_header_that_stands_twice_is_no_guess() -> None:
    assert guessed(("手机号", "姓名", "手机号", "金额")) == {"name": 1, "amount": 3}


def test_a_chat_stands_for_a_phone() -> None:
    known = ("account_id", "name", "amount", "due_date")
    assert lacking(known) == ("phone",)
    assert lacking((*known, "telegram")) == ()


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ([], DayOrder.YEAR_FIRST),
        (["2026-02-18", "", "x"], DayOrder.YEAR_FIRST),
        (["03/04/2026", "05/06/2026"], DayOrder.YEAR_FIRST),
        (["03/04/2026", "18/02/2026"], DayOrder.DAY_FIRST),
        (["2.18.2026 0:00"], DayOrder.MONTH_FIRST),
    ],
)
def test_the_order_of_days_is_guessed_only_from_what_shows_it(
    written: list[str], order: DayOrder
) -> None:
    assert order_of_days(written) is order
