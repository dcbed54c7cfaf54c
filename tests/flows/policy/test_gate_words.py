"""The gate reads real words: every text of ours may leave in its place, bad ones may not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.languages import Language
from flows.policy import load_policy
from flows.policy.gate import may_send
from flows.policy.place import place_of
from flows.policy.profile import profile_names
from flows.policy.request import (
    AccountFacts,
    Action,
    Channel,
    Contact,
    Direction,
    Kind,
    Notice,
    PersonFacts,
    SendRequest,
)
from flows.policy.text_review import ReviewedText, review
from flows.policy.wording_guard import asks_for_money
from flows.policy.words import asks_money

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
# Wording key: kind, notice, days from today to the day the message is about, what came before.
PLACES = {
    **dict.fromkeys(
        ("first_overdue", "followup_1", "followup_2", "followup_3"),
        (Kind.REMINDER, None, -5, None),
    ),
    "broken_promise": (Kind.REMINDER, None, -5, None),
    "pre_due": (Kind.NOTICE, Notice.PRE_DUE, 3, None),
    "due_today": (Kind.NOTICE, Notice.DUE_DAY, 0, None),
    "promise_due": (Kind.NOTICE, Notice.PROMISE_DUE, 0, None),
    "instalment_due": (Kind.NOTICE, Notice.INSTALMENT, 3, None),
    "vulnerable": (Kind.SAFETY, None, -5, "vulnerable"),
    "optout_ack": (Kind.OPTOUT_CONFIRMATION, None, -5, "opt_out"),
    "hardship": (Kind.REPLY, None, -5, "hardship"),
    "dispute_ack": (Kind.REPLY, None, -5, "dispute_amount"),
    "handoff_ack": (Kind.REPLY, None, -5, "request_human"),
    "plan_confirmed": (Kind.REPLY, None, -5, "affirm"),
}


def a_request(text: ReviewedText) -> SendRequest:
    kind, notice, days, said = PLACES[text.key]
    before = Contact(at=NOON - timedelta(minutes=1), direction=Direction.IN, kind=said or "reply")
    is_chinese_sms = text.profile != "cn-mainland" or text.language is not Language.EN
    return SendRequest(
        now=NOON,
        channel=Channel.SMS if is_chinese_sms else Channel.TELEGRAM,
        kind=kind,
        policy=load_policy(text.profile),
        place=place_of(["Europe/London"], ["GB"], ["GB-ENG"]),
        text=text.text,
        notice=notice,
        account=AccountFacts(due_on=TODAY + timedelta(days=days)),
        person=PersonFacts(is_verified=True),
        history=(before,) if said else (),
    )


@pytest.mark.parametrize("key", PLACES)
def test_every_text_of_ours_may_leave_in_its_place(key: str) -> None:
    for text in review([key]):
        verdict = may_send(a_request(text))
        assert verdict.action is Action.SEND, (text.profile, text.language, verdict, text.text)


@pytest.mark.parametrize("key", ["handoff_ack", "dispute_ack", "hardship", "plan_confirmed"])
def test_answers_of_ours_do_not_ask_for_money(key: str) -> None:
    for text in review([key]):
        assert not asks_money(a_request(text)), text.text


@pytest.mark.rule("S21", "S28", "CN-8", "CN-26", "TW-2")
@pytest.mark.parametrize("profile", profile_names())
def test_a_threat_is_dropped_under_every_profile_whoever_writes_it(profile: str) -> None:
    for kind in (Kind.REMINDER, Kind.NOTICE, Kind.REPLY, Kind.AGENT, Kind.SAFETY):
        request = SendRequest(
            now=NOON,
            channel=Channel.SMS,
            kind=kind,
            policy=load_policy(profile),
            place=place_of(["Europe/London"]),
            text="If you do not answer, we will come to your home.",
            account=AccountFacts(due_on=TODAY),
            person=PersonFacts(is_verified=True),
        )
        verdict = may_send(request)
        assert verdict.action is Action.DROP
        assert any(rule.startswith("phrase:") for rule in verdict.rules)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("key", ["represented_ack", "identity_reply"])
def test_a_text_keeps_its_own_exceptions_at_an_unbound_address(
    key: str, language: Language
) -> None:
    for text in review([key], ["uk-conc"], [language]):
        asked = SendRequest(
            now=NOON,
            channel=Channel.SMS,
            kind=Kind.REPLY,
            policy=load_policy("uk-conc"),
            place=place_of(["Europe/London"], ["GB"], ["GB-ENG"]),
            text=text.text,
            template=key,
            history=(Contact(at=NOON, direction=Direction.IN, kind="legal"),),
        )
        assert may_send(asked).action is Action.SEND


def test_an_answer_about_a_running_plan_asks_for_no_money() -> None:
    for text in review(["plan_stands"], ["strict-default"]):
        assert not asks_for_money(text.text)
