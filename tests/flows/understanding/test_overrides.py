"""Exceptions to the model: each has one name, and the evidence tells it where it spoke."""

from __future__ import annotations

from datetime import date

import pytest

from flows.sense import bare, in_talk, leading
from flows.understanding import understand
from flows.understanding.denials import denials
from flows.understanding.exemptions import EXEMPTIONS
from flows.understanding.idle import idle_guess
from flows.understanding.intents import Intent
from flows.understanding.rules import Said, make_said
from flows.understanding.vetoes import VETOES

TODAY = date(2026, 3, 11)


def test_every_exception_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in (*VETOES, *EXEMPTIONS)]
    names += [rule.name for rule in (*bare.RULES, *in_talk.RULES, *leading.FIRST, *leading.THEN)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("谁说不还", "veto.not_refusing"),
        ("text me after 6pm", "instead.hour_to_write"),
        ("might pay on friday", "instead.hedged"),
    ],
)
def test_the_evidence_names_the_exception_that_spoke(text: str, name: str) -> None:
    assert name in understand(text, today=TODAY).evidence.rules


@pytest.mark.parametrize(
    ("denied", "intent"),
    [
        ("no complaints here", Intent.COMPLAINT),
        ("我没有要投诉的意思", Intent.COMPLAINT),
        ("金额没错", Intent.DISPUTE_AMOUNT),
        ("not asking for a discount", Intent.REQUEST_DISCOUNT),
        ("分期就算了", Intent.REQUEST_INSTALMENTS),
        ("不用律師", Intent.LEGAL),
        ("the payment worked fine", Intent.PAYMENT_FAILED),
        ("我唔否認呢筆數", Intent.DISPUTE_DEBT),
        ("i never got the bill", Intent.DISPUTE_DEBT),
        ("will your lawyer call me?", Intent.LEGAL),
        ("我是她本人", Intent.WRONG_PERSON),
    ],
)
def test_what_is_denied_is_not_read(denied: str, intent: Intent) -> None:
    assert intent not in understand(denied, today=TODAY).intents


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("不给分期我就投诉", Intent.REQUEST_INSTALMENTS),
        ("没有优惠吗 能不能减免", Intent.REQUEST_DISCOUNT),
        ("金额不对", Intent.DISPUTE_AMOUNT),
        ("i haven't borrowed anything from you", Intent.DISPUTE_DEBT),
    ],
)
def test_a_refusal_of_ours_denies_nothing(said: str, intent: Intent) -> None:
    assert intent in understand(said, today=TODAY).intents


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("not paying until you show me the contract", Intent.DISPUTE_DEBT),
        ("利息没算清楚之前我不还", Intent.DISPUTE_AMOUNT),
    ],
)
def test_a_refusal_that_rests_on_a_complaint_is_a_dispute(said: str, intent: Intent) -> None:
    assert understand(said, today=TODAY).intent is intent


def test_a_wish_to_be_deleted_that_names_no_object_stops_and_is_answered_for_data() -> None:
    assert understand("给我删了", today=TODAY).intents == (Intent.OPT_OUT, Intent.PRIVACY)


def test_a_guess_is_idle_without_a_word_of_its_matter() -> None:
    assert idle_guess(Intent.DECEASED, "so about this bill") == "idle.deceased"
    assert idle_guess(Intent.DECEASED, "he PASSED away") is None
    assert idle_guess(Intent.GREETING, "so about this bill") is None


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("we never asked for instalments", Intent.REQUEST_INSTALMENTS),
        ("rather not pay it in bits", Intent.REQUEST_INSTALMENTS),
        ("monthly really won't work for me", Intent.REQUEST_INSTALMENTS),
        ("i do not need a longer term or an extension", Intent.REQUEST_EXTENSION),
        ("not after a delay", Intent.REQUEST_EXTENSION),
        ("not asking for any favours", Intent.REQUEST_DISCOUNT),
        ("keep your offer", Intent.REQUEST_DISCOUNT),
    ],
)
def test_a_denial_is_found_by_each_word_of_its_matter(said: str, intent: Intent) -> None:
    assert any(intent in veto.forbids and veto.holds(_said(said)) for veto in denials())


def _said(text: str) -> Said:
    return make_said(text=text, clauses=(), tags=frozenset(), kinds=frozenset())
