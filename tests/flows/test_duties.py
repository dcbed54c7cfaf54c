"""What is owed after a customer's word: which duties, by when, and what ends them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from bot.dialogue_records import parse
from bot.playing import rehearsed
from bot.rehearsal import Rehearsal
from flows.days import CLOSES, is_working_day
from flows.decide import decide
from flows.duties import RULES, Duty, DutyKind, duties_of
from flows.events import DutyDone
from flows.model import Conversation, Turn
from flows.policy.profile import load_policy
from flows.records import Handoff, HandoffReason, Priority
from tests.builders import a_conversation, a_record

NEW_YORK = ZoneInfo("America/New_York")
POLICY = load_policy(("us-reg-f",))
WORDING = Path(flows.__file__).parent / "languages" / "wording"


def played(*texts: str, **account: object) -> Rehearsal:
    rehearsal = rehearsed(parse(a_record(**account)))
    for text in texts:
        rehearsal.customer_said([text], rehearsal.now + timedelta(minutes=1))
    return rehearsal


def duties(rehearsal: Rehearsal, holidays: frozenset[date] = frozenset()) -> dict[DutyKind, Duty]:
    return {d.kind: d for d in duties_of(rehearsal.conversation, POLICY, holidays)}


def kinds(found: Iterable[DutyKind]) -> set[str]:
    return {kind.value for kind in found} - {"validation_info"}


def test_every_kind_has_a_row_and_every_row_names_a_text_that_exists() -> None:
    known: set[str] = set()
    for name in ("replies.en", "templates.en"):
        known |= set(tomllib.loads((WORDING / f"{name}.toml").read_text("utf-8")))
    assert set(RULES) == set(DutyKind)
    assert {rule.sent for rule in RULES.values() if rule.sent} - known == set()


def test_every_deadline_of_the_profile_is_a_number_there() -> None:
    for names in (("strict-default",), ("us-reg-f",), ("cn-mainland",)):
        policy = load_policy(names)
        for kind, rule in RULES.items():
            if isinstance(rule.count, str) and kind is not DutyKind.VALIDATION_INFO:
                group, name = rule.count.split(".")
                assert isinstance(getattr(getattr(policy, group), name), int), kind


def test_every_reason_for_a_person_is_a_duty_or_has_a_record_that_is() -> None:
    recorded = {"complaint", "dispute_amount", "dispute_debt"}
    assert {reason.value for reason in HandoffReason} - recorded <= {k.value for k in DutyKind}


@pytest.mark.rule("CN-14", "CN-22", "TW-6", "UK-10", "UK-17", "AU-6")
@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i want to make a complaint about your service", {"complaint_answer"}),
        (
            "i want to file a complaint, your agent keeps threatening me",
            {"complaint_answer", "harassment_review"},
        ),
        ("the amount is wrong, i was charged 50 twice", {"dispute_answer", "dispute_creditor"}),
        ("i already paid this yesterday", {"claim_check"}),
        ("i want to talk to a real person", {"requested"}),
        ("call me at 3pm tomorrow", {"callback"}),
        ("i lost my job and cannot pay anything", {"hardship"}),
        ("how did you get my number, delete my data", {"privacy"}),
        ("this is the wrong number, i don't know him", {"wrong_person_record"}),
        ("he passed away last month", {"deceased"}),
        ("my lawyer handles this, talk to him", {"represented"}),
    ],
)
def test_words_that_oblige_us_make_the_duty(said: str, wanted: set[str]) -> None:
    assert wanted <= kinds(duties(played(said)))


def test_a_question_about_the_balance_obliges_nobody() -> None:
    assert kinds(duties(played("how much do i owe"))) == set()


@pytest.mark.rule("CN-18", "UK-17", "AU-8")
def test_a_complaint_is_due_by_the_days_of_the_profile_at_the_close_of_the_day() -> None:
    rehearsal = played("i want to make a complaint about your service")
    duty = duties(rehearsal)[DutyKind.COMPLAINT_ANSWER]
    zone = rehearsal.conversation.person.zone
    opened = duty.opened_at.astimezone(zone).date()
    due = duty.due_at.astimezone(zone)
    assert (due.date(), due.hour) == (opened + timedelta(days=30), CLOSES)


def test_working_days_skip_weekends_and_the_given_holidays() -> None:
    rehearsal = played("i already paid this yesterday")  # said on a Monday
    zone = rehearsal.conversation.person.zone
    usual = duties(rehearsal)[DutyKind.CLAIM_CHECK].due_at.astimezone(zone).date()
    assert usual == date(2026, 11, 24)
    off = frozenset({date(2026, 11, 24), date(2026, 11, 25)})
    moved = duties(rehearsal, off)[DutyKind.CLAIM_CHECK].due_at.astimezone(zone).date()
    assert moved == date(2026, 11, 26)


def test_a_call_is_due_at_the_hour_that_was_agreed() -> None:
    rehearsal = played("call me at 3pm tomorrow")
    assert duties(rehearsal)[DutyKind.CALLBACK].due_at == rehearsal.conversation.callback_at


@given(
    since=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001 # The strategy adds the zone.
        max_value=datetime(2027, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    reason=st.sampled_from([HandoffReason.VULNERABLE, HandoffReason.BROKEN_PROMISE]),
)
def test_a_duty_is_never_due_before_it_came_nor_outside_working_days(
    since: datetime, reason: HandoffReason
) -> None:
    state = a_conversation()
    handoff = Handoff(id="h1", reason=reason, priority=Priority.TODAY, opened_at=since)
    state = replace(
        state, handoffs=(handoff,), person=replace(state.person, timezone="America/New_York")
    )
    (duty,) = duties_of(state, POLICY)
    local = duty.due_at.astimezone(NEW_YORK)
    assert duty.due_at > since
    assert is_working_day(local.date())
    assert local.hour == CLOSES


def done(rehearsal: Rehearsal, kind: DutyKind, finding: str = "") -> Conversation:
    duty = duties(rehearsal)[kind]
    return decide(
        Turn(
            conversation=rehearsal.conversation,
            event=DutyDone(agent="lin", duty_id=duty.id, finding=finding),
            policy=POLICY,
            now=rehearsal.now,
        )
    ).conversation


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("i lost my job and cannot pay anything", DutyKind.HARDSHIP),
        ("i want to talk to a real person", DutyKind.REQUESTED),
        ("call me at 3pm tomorrow", DutyKind.CALLBACK),
        ("this is the wrong number, i don't know him", DutyKind.WRONG_PERSON_RECORD),
        ("the amount is wrong, i was charged 50 twice", DutyKind.DISPUTE_CREDITOR),
    ],
)
def test_a_duty_that_was_done_does_not_stand_any_more(said: str, kind: DutyKind) -> None:
    after = done(played(said), kind)
    assert kind not in {duty.kind for duty in duties_of(after, POLICY)}


def test_an_answer_that_is_owed_cannot_be_ticked_off() -> None:
    rehearsal = played("the amount is wrong, i was charged 50 twice")
    after = done(rehearsal, DutyKind.DISPUTE_ANSWER)
    assert after.cases[0].open_dispute is not None


def test_a_payment_that_was_not_found_becomes_a_case_for_a_person() -> None:
    after = done(played("i already paid this yesterday"), DutyKind.CLAIM_CHECK, "not_found")
    assert "claim_not_found" in {duty.kind for duty in duties_of(after, POLICY)}


def test_care_ends_by_its_own_end_not_with_the_case() -> None:
    rehearsal = played("i want to kill myself")
    after = done(rehearsal, DutyKind.DANGER)
    assert "vulnerable" in {hold.name for hold in after.holds}


def test_after_a_hold_a_reminder_comes_not_before_the_least_interval() -> None:
    rehearsal = played("i lost my job and cannot pay anything")
    after = done(rehearsal, DutyKind.HARDSHIP)
    reminders = [a for a in after.agenda if a.kind == "reminder"]
    least = timedelta(days=POLICY.cadence.interval_min_days) - timedelta(days=1)
    assert reminders == [] or min(a.due_at for a in reminders) > rehearsal.now + least
