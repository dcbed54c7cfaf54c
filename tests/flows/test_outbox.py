"""From a conversation's facts to the gate's question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.forecast import request_for
from flows.ladder import Rung
from flows.model import Contact, ContactDirection
from flows.policy.gate import may_send
from flows.policy.profile import load_policy
from flows.policy.request import Action
from tests.builders import NOW, a_conversation

STRICT = load_policy("strict-default")
FIRST = Rung(stage="followup_1")


def a_reminder(hours: int, *, is_waiting: bool = False) -> Contact:
    """One so many hours from now (before it, where negative)."""
    return Contact(
        at=NOW + timedelta(hours=hours),
        direction=ContactDirection.OUT,
        kind="reminder",
        channel="sms",
        asks_money=True,
        text="Dear Ana, 60 is open.",
        is_waiting=is_waiting,
    )


def asked(*history: Contact) -> tuple[Action, tuple[str, ...]]:
    verdict = may_send(request_for(a_conversation(), FIRST, STRICT, NOW, history=history))
    return verdict.action, verdict.rules


@pytest.mark.rule("S43")
def test_a_clock_that_was_set_back_does_not_shrink_the_caps() -> None:
    action, rules = asked(a_reminder(36))
    assert action is Action.DELAY
    assert {"cadence.cap_per_day", "cadence.cap_per_7_days"} <= set(rules)


def test_what_waits_to_be_sent_later_spends_nothing_yet() -> None:
    sent = a_reminder(-24 * 12)
    assert asked(sent) == asked(sent, a_reminder(36, is_waiting=True))


def test_a_report_that_comes_twice_counts_once() -> None:
    once = a_reminder(-24 * 8)
    assert asked(once) == asked(once, once)
    assert asked(once)[0] is Action.SEND


def test_the_gate_sees_the_words_that_went_out_before() -> None:
    request = request_for(a_conversation(), FIRST, STRICT, NOW, history=(a_reminder(-24 * 12),))
    again = may_send(replace(request, text="Dear Tom, 75 is open."))
    assert "cadence.content_repeat_days" in again.rules
