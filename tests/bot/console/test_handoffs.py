"""One screen for each reason why a person is asked for: words, facts, task, who takes it, by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.story import handoff_of
from bot.rehearsal import rehearsal_policy
from flows.duties import DutyKind, duties_of
from flows.fold import fold
from flows.model import Conversation
from flows.records import Handoff, HandoffReason, Priority
from flows.summary import most_urgent, summarise
from storage.transcripts import Heard, Place
from tests.builders import NOW, TODAY, a_conversation

SAID = ("hello", "I lost my job", "I can pay 50 a month", "please help")


def _handed_over(reason: HandoffReason, **changes: object) -> Conversation:
    values: dict[str, object] = {
        "id": "h1",
        "reason": reason,
        "priority": Priority.NORMAL,
        "opened_at": NOW + timedelta(minutes=5),
        "account_id": "A1",
        "task": reason.value,
    }
    handoff = Handoff(**(values | changes))  # type: ignore[arg-type]
    return replace(a_conversation(), handoffs=(handoff,))


def _heard() -> list[Heard]:
    return [
        Heard(
            place=Place(NOW + timedelta(minutes=n), 0, n),
            id=n,
            at=NOW + timedelta(minutes=n),
            text=text,
            channel="sms",
            said_at=NOW,
            state="handled",
            turn=n,
            reading_json="",
        )
        for n, text in enumerate(SAID)
    ]


@pytest.mark.parametrize("reason", HandoffReason)
def test_every_reason_has_its_screen(reason: HandoffReason) -> None:
    card = handoff_of(_handed_over(reason), _heard(), NOW + timedelta(hours=1))
    assert card is not None
    assert card.reason is reason
    assert [quote.text for quote in card.said] == list(SAID[-3:])
    assert card.to_do[0].key == f"task.{reason}"


@pytest.mark.parametrize("reason", HandoffReason)
def test_every_reason_says_who_takes_it_and_by_when(reason: HandoffReason) -> None:
    """Complaints and disputes are owed by their records; every other case is a duty itself."""
    recorded = (HandoffReason.COMPLAINT, HandoffReason.DISPUTE_DEBT, HandoffReason.DISPUTE_AMOUNT)
    owed = duties_of(_handed_over(reason), rehearsal_policy())
    if reason in recorded:
        return
    (duty,) = [duty for duty in owed if duty.kind == DutyKind(reason)]
    assert duty.desk
    assert duty.due_at > duty.opened_at


def test_the_gravest_case_is_shown_first() -> None:
    early = _handed_over(HandoffReason.REQUESTED)
    danger = replace(
        _handed_over(HandoffReason.DANGER, priority=Priority.NOW).handoffs[0],
        id="h2",
        opened_at=NOW + timedelta(hours=1),
    )
    both = replace(early, handoffs=(*early.handoffs, danger))
    first = most_urgent(both)
    assert first is not None
    assert first.reason is HandoffReason.DANGER


def test_the_summary_tells_who_where_and_how_late() -> None:
    found = summarise(_handed_over(HandoffReason.HARDSHIP), SAID, TODAY)
    assert (found.name, found.channel, found.language) == ("Daniel Brooks", "sms", "en")
    assert found.is_verified
    assert found.outstanding.minor == 40_000
    assert found.days_overdue == 13
    assert found.task == "hardship"
    assert found.words == SAID[-3:]


def test_nobody_is_asked_for_in_a_plain_talk() -> None:
    assert handoff_of(fold(a_conversation(), (), NOW), _heard(), NOW) is None


@pytest.mark.parametrize(
    ("task", "keys"),
    [
        ("cadence.first_overdue_max_days", ["rule.first_overdue_max_days", "task.by_hand"]),
        ("ladder.large", ["rule.large", "task.by_hand"]),
        ("zone.unknown", ["task.by_hand"]),
    ],
)
def test_a_reminder_that_a_person_decides_says_why(task: str, keys: list[str]) -> None:
    state = _handed_over(HandoffReason.BY_HAND, task=task)
    card = handoff_of(state, _heard(), NOW)
    assert card is not None
    assert [phrase.key for phrase in card.to_do] == keys
