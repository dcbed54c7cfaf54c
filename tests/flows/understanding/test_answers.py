"""Replies read against the open question: lists by question and language, and what is no answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.understanding import understand
from flows.understanding.values import Asked

HERE = Path(__file__).parent
TODAY = date(2026, 3, 11)


def rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("asked", sorted({row[0] for row in rows("answers.tsv")}))
def test_an_answer_without_its_question_in_it_is_read_against_it(asked: str) -> None:
    read = {
        text: understand(text, asked=Asked(asked), today=TODAY).intent.value
        for question, _, text, _ in rows("answers.tsv")
        if question == asked
    }
    meant = {text: intent for question, _, text, intent in rows("answers.tsv") if question == asked}
    assert {text: found for text, found in read.items() if found != meant[text]} == {}


def test_a_matter_of_its_own_is_no_answer_though_the_words_are_like_one() -> None:
    taken = [
        (asked, text)
        for asked, _, text in rows("beside_the_question.tsv")
        if "asked." in str(understand(text, asked=Asked(asked), today=TODAY).evidence.rules)
    ]
    assert taken == []
