"""A bill that says nothing but what it must is answered like any other, whatever is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.rehearsal import Rehearsal, rehearsal_policy
from flows.languages import Language
from flows.model import Conversation, Sender
from flows.records import AccountId
from tests.builders import NOW, a_conversation

LINES = {
    Language.EN: (
        "how much is it",
        "who is this, is it a scam",
        "how do i pay",
        "can i pay in 3 parts",
        "the 10th of each month",
        "yes",
        "i paid 50 yesterday",
        "the amount is wrong",
        "will this hurt my credit",
        "send me a receipt",
        "i lost my job",
        "where did you get my number",
        "get me a person",
    ),
    Language.ZH_HANS: (
        "还差多少",
        "你是谁，是不是骗子",
        "怎么还",
        "分三期行吗",
        "每月10号",
        "好",
        "我昨天还了50",
        "金额不对",
        "会影响征信吗",
        "给我开个收据",
        "我失业了",
        "你们哪来的我的号码",
        "转人工",
    ),
    Language.ZH_HANT: ("還差多少", "你是誰", "怎麼還", "分三期可以嗎", "好", "金額不對", "轉專人"),
}


def bare(language: Language) -> Conversation:
    """What a file with the five columns that are asked for, and no others, leads to."""
    state = a_conversation(product="", reference="")
    case = state.cases[0]
    account = replace(case.account, product="", reference="", pay_link="")
    return replace(state, cases=(replace(case, account=account),), language=language)


def rehearsal(state: Conversation) -> Rehearsal:
    return Rehearsal(
        conversation=state, now=NOW, policy=rehearsal_policy(), sender=Sender(crisis_line="988")
    )


@pytest.mark.parametrize("language", list(Language))
def test_no_question_about_a_bill_without_a_name_stays_without_an_answer(
    language: Language,
) -> None:
    for line in LINES[language]:
        told = rehearsal(bare(language))
        told.customer_said([line], NOW + timedelta(minutes=1))
        assert any(each.sender != "customer" for each in told.lines), line


@pytest.mark.parametrize("language", list(Language))
def test_a_whole_talk_about_a_bill_without_a_name_comes_to_its_end(language: Language) -> None:
    told, at = rehearsal(bare(language)), NOW
    for line in LINES[language]:
        at += timedelta(minutes=1)
        told.customer_said([line], at)
    told.run_until(at + timedelta(days=60))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "Your bill: $400.00 is open"),
        (Language.ZH_HANS, "您的账单：待还"),
        (Language.ZH_HANT, "您的帳單：待還"),
    ],
)
def test_a_bill_without_a_name_is_called_a_bill(language: Language, words: str) -> None:
    told = rehearsal(bare(language))
    told.customer_said([LINES[language][0]], NOW + timedelta(minutes=1))
    assert words in told.lines[-1].text


def test_two_bills_without_names_are_told_apart_by_their_numbers() -> None:
    state = bare(Language.EN)
    first = state.cases[0]
    cases = tuple(
        replace(
            first,
            account=replace(
                first.account, id=AccountId(tail), reference=tail, due_on=date(2026, 11, day)
            ),
        )
        for tail, day in (("B-1001", 1), ("B-1002", 5))
    )
    told = rehearsal(replace(state, cases=cases))
    told.customer_said(["the amount is wrong"], NOW + timedelta(minutes=1))
    assert "bill (1001)" in told.lines[-1].text
