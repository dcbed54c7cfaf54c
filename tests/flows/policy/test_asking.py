"""What asks for money: requests, a day to pay by, a way to pay; not balances and read-backs."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.policy.text_review import STARTED, review
from flows.policy.wording_guard import asks_for_money

LINES = (Path(__file__).parent / "asks.tsv").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("answer", ["asks", "tells"])
def test_texts_ask_or_only_tell(answer: str) -> None:
    rows = [line.split("\t") for line in LINES]
    wrong = [
        text for kind, text in rows if kind == answer and asks_for_money(text) != (kind == "asks")
    ]
    assert not wrong


def test_every_text_we_start_asks() -> None:
    assert all(asks_for_money(text.text) for text in review(STARTED, ["strict-default"]))


def test_the_way_to_pay_asks_for_nothing_from_one_who_asked_how() -> None:
    text = "Pay $60.00 here: https://pay.example/1"
    assert asks_for_money(text)
    assert not asks_for_money("Here is the page: https://pay.example/1", pays_on_request=True)
