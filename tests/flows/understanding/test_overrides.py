"""Exceptions to the model: each has one name, and the evidence tells it where it spoke."""

from __future__ import annotations

from datetime import date

import pytest

from flows.sense import bare, in_talk, leading
from flows.understanding import understand
from flows.understanding.intents import Intent
from flows.understanding.overrides import EXEMPTIONS, VETOES, idle_guess

TODAY = date(2026, 3, 11)


def test_every_exception_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in (*VETOES, *EXEMPTIONS)]
    names += [rule.name for rule in (*bare.RULES, *in_talk.RULES, *leading.FIRST, *leading.THEN)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("不是不还", "veto.not_refusing"),
        ("text me after 6pm", "instead.hour_to_write"),
    ],
)
def test_the_evidence_names_the_exception_that_spoke(text: str, name: str) -> None:
    assert name in understand(text, today=TODAY).evidence.rules


def test_a_guess_is_idle_without_a_word_of_its_matter() -> None:
    assert idle_guess(Intent.DECEASED, "so about this bill") == "idle.deceased"
    assert idle_guess(Intent.DECEASED, "he PASSED away") is None
    assert idle_guess(Intent.GREETING, "so about this bill") is None
