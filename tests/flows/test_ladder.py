"""Which reminder is next and when: by the due day, the history, and what the customer said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import ladder
from flows.ladder import Rung, Segment, Standing
from flows.languages import Language, Style
from flows.model import Case, Contact, ContactDirection, Conversation, Flag
from flows.money import Money
from flows.policy.likeness import likeness
from flows.policy.profile import load_policy, profile_names
from flows.policy.text_review import REMINDERS, typical_values
from flows.records import Dispute, Extension, Payment, Promise, PromiseStatus
from flows.wording import render, styles
from tests.builders import NOW, TODAY, a_conversation

DUE = date(2026, 3, 10)
STRICT = load_policy("strict-default").cadence
LOOSE = load_policy("hk").cadence


def on(days_after_due: int, **known: object) -> Rung | date:
    standing = replace(Standing(due_on=DUE), **known)  # type: ignore[arg-type]  # Its fields.
    return ladder.rung_on(standing, DUE + timedelta(days=days_after_due), STRICT)


@pytest.mark.rule("S30", "S81", "CN-12")
def test_the_ladder_has_a_notice_before_due_one_on_the_day_and_the_first_after_it() -> None:
    assert on(-3) == Rung(stage="pre_due", is_notice=True)
    assert on(0) == Rung(stage="due_today", is_notice=True)
    assert on(1) == Rung(stage="first_overdue")


def test_between_the_days_of_notice_it_looks_again_on_the_next_one() -> None:
    assert on(-9) == DUE - timedelta(days=3)
    assert on(-2) == DUE
    assert ladder.next_day(Standing(due_on=DUE), DUE, STRICT) == DUE + timedelta(days=1)


def test_each_stage_comes_once_and_the_last_one_only_before_a_person_takes_over() -> None:
    assert on(9, sent=1) == Rung(stage="followup_1")
    assert on(17, sent=2) == Rung(stage="followup_2")
    assert on(40, sent=3, unanswered=0) == Rung(stage="followup_2")
    assert on(40, sent=4, unanswered=1) == Rung(stage="followup_1")
    assert on(48, sent=4, unanswered=2) == Rung(stage="followup_3")


@pytest.mark.rule("S36")
@pytest.mark.parametrize("profile", profile_names())
@given(
    sent=st.integers(1, 9),
    segment=st.sampled_from(Segment),
    is_willing=st.booleans(),
    is_upset=st.booleans(),
)
def test_follow_ups_come_every_seven_to_ten_days_or_later(
    profile: str, sent: int, segment: Segment, is_willing: bool, is_upset: bool
) -> None:
    cadence = load_policy(profile).cadence
    standing = Standing(
        due_on=DUE, sent=sent, segment=segment, is_willing=is_willing, is_upset=is_upset
    )
    gap = ladder.gap_days(standing, cadence)
    assert gap >= 7
    assert gap <= 10 or is_willing or is_upset
    assert gap >= cadence.interval_min_days


@pytest.mark.rule("S41")
def test_a_willing_customer_gets_the_longer_gap() -> None:
    willing = Standing(due_on=DUE, sent=1, is_willing=True)
    assert ladder.gap_days(willing, STRICT) == STRICT.interval_willing_days
    assert on(9, sent=1, last_on=DUE + timedelta(days=1), is_willing=True) == date(2026, 3, 25)


@pytest.mark.rule("S44")
def test_after_a_bad_reaction_the_next_one_is_later_and_softer() -> None:
    upset = Standing(due_on=DUE, sent=1, is_upset=True)
    assert ladder.gap_days(upset, STRICT) > ladder.gap_days(replace(upset, is_upset=False), STRICT)
    assert ladder.wordings("followup_1", is_upset=True)[0] == "gentle_1"
    assert ladder.wordings("followup_3", is_upset=True)[0] == "followup_3"


@pytest.mark.rule("S33")
def test_who_pays_late_each_month_is_given_until_his_usual_day() -> None:
    habit = {"segment": Segment.LATE_BUT_PAYS}
    assert on(1, habit_days=4, **habit) == DUE + timedelta(days=5)
    assert on(5, habit_days=4, **habit) == Rung(stage="first_overdue")
    assert on(1, habit_days=30, **habit) == DUE + timedelta(days=7)


@pytest.mark.rule("S48", "S53")
def test_who_broke_a_promise_is_first_asked_what_is_hard() -> None:
    assert on(1, segment=Segment.BROKE_PROMISE) == Rung(stage="followup_1")


# --- What is known of a customer ----------------------------------------------------------------


def a_case(**known: object) -> Case:
    return replace(a_conversation().cases[0], **known)  # type: ignore[arg-type]  # Its fields.


def paid(minor: int, day: date) -> Payment:
    case = a_case()
    return Payment(
        account_id=case.id,
        reference=f"r{minor}",
        amount=replace(case.account.outstanding, minor=minor),
        paid_on=day,
    )


def a_promise(status: PromiseStatus) -> Promise:
    case = a_case()
    return Promise(
        id="p", account_id=case.id, amount=case.account.outstanding, due_on=TODAY, made_on=TODAY,
        status=status,
    )  # fmt: skip


def segment(*cases: Case, is_known: bool = False) -> Segment:
    return ladder.segment_of(cases, is_known=is_known)


@pytest.mark.rule("S53")
def test_segments_follow_from_what_was_promised_and_paid() -> None:
    late = a_case(payments=(paid(100, date(2026, 11, 14)),))
    assert segment(a_case()) is Segment.NEW
    assert segment(a_case(), is_known=True) is Segment.KNOWN
    assert segment(a_case(payments=(paid(100, date(2026, 11, 9)),))) is Segment.KNOWN
    assert segment(late) is Segment.LATE_BUT_PAYS
    assert segment(late, a_case(promises=(a_promise(PromiseStatus.BROKEN),))) is (
        Segment.BROKE_PROMISE
    )


def test_a_promise_more_time_or_a_late_part_payment_show_a_willing_customer() -> None:
    extension = Extension(account_id=a_case().id, until_on=TODAY, made_on=TODAY)
    assert not ladder.is_willing(a_case(), TODAY)
    assert ladder.is_willing(a_case(promises=(a_promise(PromiseStatus.OPEN),)), TODAY)
    assert ladder.is_willing(a_case(extension=extension), TODAY)
    assert ladder.is_willing(a_case(payments=(paid(100, TODAY - timedelta(days=13)),)), TODAY)
    assert not ladder.is_willing(a_case(payments=(paid(100, TODAY - timedelta(days=14)),)), TODAY)
    assert not ladder.is_willing(a_case(payments=(paid(-100, TODAY),)), TODAY)


def heard(kind: str, at: datetime = NOW) -> Contact:
    return Contact(at=at, direction=ContactDirection.IN, kind=kind, channel="sms")


@pytest.mark.parametrize("kind", ["abuse", "complaint", "refuse", "opt_out"])
def test_an_insult_a_complaint_a_refusal_or_a_stop_is_a_bad_reaction(kind: str) -> None:
    talk = a_conversation()
    assert ladder.is_upset(talk, [heard(kind)])
    assert not ladder.is_upset(talk, [heard("thanks")])
    assert ladder.is_upset(replace(talk, flags=frozenset({Flag.COMPLAINT})), [])


def a_disputed(talk: Conversation) -> Conversation:
    dispute = Dispute(id="d", account_id=talk.cases[0].id, kind="amount", opened_at=NOW)
    return replace(talk, cases=(replace(talk.cases[0], disputes=(dispute,)),))


def test_the_casual_style_ends_where_something_grave_was_noted() -> None:
    talk = replace(a_conversation(), style=Style.CASUAL)
    assert ladder.may_be_casual(talk)
    assert not ladder.may_be_casual(a_disputed(talk))
    for flag in (Flag.COMPLAINT, Flag.HARDSHIP, Flag.VULNERABLE):
        assert not ladder.may_be_casual(replace(talk, flags=frozenset({flag})))


@pytest.mark.rule("S51")
def test_a_large_bill_goes_to_a_person_after_one_text_and_an_old_one_at_its_age() -> None:
    account = a_case().account
    limits = replace(account.talk, person_from_minor=40_000, person_after_days=13)
    large = replace(account, talk=replace(limits, person_after_days=None))
    once = Standing(due_on=account.due_on, sent=1)
    assert ladder.needs_person(large, replace(once, sent=0), TODAY) == ""
    assert ladder.needs_person(large, once, TODAY) == "large"
    less = replace(large, outstanding=Money(39_999, large.outstanding.currency))
    assert ladder.needs_person(less, once, TODAY) == ""
    old = replace(account, talk=limits)
    assert ladder.needs_person(old, replace(once, sent=0), TODAY) == "old"
    assert ladder.needs_person(old, replace(once, sent=0), TODAY - timedelta(days=1)) == ""


# --- No text twice ------------------------------------------------------------------------------


def text_of(key: str, language: Language, style: Style, amount: int = 360_000) -> str:
    values = typical_values(language, load_policy("strict-default"))
    money = replace(values["amount"], minor=amount)  # type: ignore[type-var]  # It is Money.
    return render(key, values | {"amount": money}, language=language, style=style)


@pytest.mark.rule("S14", "S47")
@pytest.mark.parametrize("language", Language)
def test_no_two_reminders_or_wordings_are_alike(language: Language) -> None:
    texts = [
        (key, text_of(key, language, style)) for key in REMINDERS for style in styles(key, language)
    ]
    assert len(texts) == len(Style) * len(REMINDERS)
    pairs = [(a, b) for (one, a), (other, b) in combinations(texts, 2) if one != other]
    assert max(likeness(a, b) for a, b in pairs) <= STRICT.similarity_max


@pytest.mark.rule("S47")
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", REMINDERS)
def test_a_repeated_text_is_told_by_its_rule_though_the_figures_moved(
    key: str, language: Language
) -> None:
    again = text_of(key, language, Style.FORMAL, amount=123_400)
    rule = ladder.is_repeated(again, [text_of(key, language, Style.FORMAL)], STRICT)
    assert rule == "cadence.content_repeat_days"
    assert ladder.is_repeated(again, [], STRICT) == ""
