"""Rules for calls: answered calls, dials to a number, dials about a debt, quiet after a talk."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.policy import load_policy
from flows.policy.calls import Call, may_call
from flows.policy.place import place_of

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 2, 12, tzinfo=NEW_YORK)


def a_call(at: datetime, *, answered: bool = False, number: str = "+15550100") -> Call:
    return Call(at=at, number=number, account="A1", was_answered=answered)


def refused(profile: str, calls: list[Call], at: datetime) -> tuple[str, ...]:
    place = place_of(["America/New_York"])
    return may_call(load_policy(profile), place, calls, next_call=a_call(at))


@pytest.mark.rule("US-9")
@pytest.mark.parametrize("days", range(7))
def test_after_a_talk_there_is_no_call_for_seven_days_the_talk_being_day_one(days: int) -> None:
    talk = a_call(NOON, answered=True)
    rules = refused("us-reg-f", [talk], NOON + timedelta(days=days, minutes=1))
    assert "voice.quiet_after_talk_days" in rules


def test_on_the_eighth_day_a_call_may_be_made() -> None:
    talk = a_call(NOON, answered=True)
    # 8 March changes the clocks; the day counts, not the hours.
    assert refused("us-reg-f", [talk], datetime(2026, 3, 9, 8, tzinfo=NEW_YORK)) == ()


@pytest.mark.rule("US-9")
def test_seven_dials_about_a_debt_in_seven_days_refuse_the_eighth() -> None:
    dials = [a_call(NOON + timedelta(days=day), number=f"+155501{day:02}") for day in range(7)]
    # Seven days of 24 hours: the clocks go forward on 8 March, so noon comes an hour early.
    noon, one = datetime(2026, 3, 9, 12, tzinfo=NEW_YORK), datetime(2026, 3, 9, 13, tzinfo=NEW_YORK)
    assert refused("us-reg-f", dials, noon) == ("voice.attempts_per_debt_per_7_days",)
    assert refused("us-reg-f", dials, one) == ()


@pytest.mark.rule("CN-7")
def test_six_dials_to_a_number_in_a_day_refuse_the_seventh() -> None:
    dials = [a_call(NOON + timedelta(minutes=minute)) for minute in range(6)]
    later = NOON + timedelta(hours=1)
    assert refused("cn-mainland", dials, later) == ("voice.attempts_per_number_per_day",)
    assert refused("cn-mainland", dials[:5], later) == ()
    assert refused("cn-mainland", dials, NOON + timedelta(hours=13)) == ()


@pytest.mark.rule("S63")
def test_strict_default_leaves_no_calls() -> None:
    assert set(refused("strict-default", [], NOON)) == {
        "voice.effective_calls_per_day",
        "voice.attempts_per_number_per_day",
        "voice.attempts_per_debt_per_7_days",
    }
