"""A simulated year of one customer: whatever he says and pays, nothing leaves against a rule.

The product runs as it is, ladder, dialogues and gate; what left is judged by the naive reading of
the rules alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue_records import parse
from bot.onboarding import with_first_reminder
from bot.rehearsal import Line, Rehearsal
from bot.sending import _judged
from flows.model import Conversation, Outgoing
from flows.policy.profile import load_policy
from flows.records import AccountId
from storage.outgoing import Message
from storage.statuses import Status
from tests.builders import a_record, rules
from tests.flows.policy import oracle

PROFILES = sorted(oracle.WINDOW)
PLACES = {
    "Asia/Shanghai": "CN",
    "Asia/Hong_Kong": "HK",
    "Asia/Taipei": "TW",
    "America/New_York": "US",
    "America/St_Johns": "CA",
    "Europe/London": "GB",
    "Australia/Sydney": "AU",
    "Australia/Lord_Howe": "AU",
    "America/Santiago": "CL",
    "Africa/Cairo": "EG",
    "Asia/Kathmandu": "NP",
}
SAID = (
    *("ok thanks", "STOP", "START", "the amount is wrong", "i lost my job", "you useless idiots"),
    *("can i pay in installments", "yes", "i already paid", "i will pay it all on friday"),
    *("let me talk to a real person", "how much do i owe", "i want to complain"),
)
STARTED = ("reminder", "notice")
MOST_TEXTS = 40


@dataclass(frozen=True, slots=True)
class Scene:
    """Whose year it is."""

    profile: str
    zone: str
    first_on: date
    days_to_due: int

    def opened(self) -> Rehearsal:
        due = self.first_on + timedelta(days=self.days_to_due)
        record = parse(a_record(due_date=due.isoformat()))
        talk = record.conversation
        person = replace(talk.person, timezone=self.zone, country=PLACES[self.zone])
        now = datetime(self.first_on.year, self.first_on.month, self.first_on.day, 5, tzinfo=UTC)
        return Rehearsal(
            conversation=with_first_reminder(replace(talk, person=person), now),
            now=now,
            policy=load_policy(self.profile),
            sender=record.sender,
        )


scenes = st.builds(
    Scene,
    st.sampled_from(PROFILES),
    st.sampled_from(sorted(PLACES)),
    st.dates(date(2026, 1, 5), date(2026, 5, 1)),
    st.integers(-5, 6),
)
waits = st.integers(1, 24 * 20).map(lambda hours: ("wait", hours))
events = st.one_of(
    waits,
    waits,
    st.sampled_from(SAID).map(lambda text: ("said", text)),
    st.integers(1, 20_000).map(lambda minor: ("paid", minor)),
)


def lived(talk: Rehearsal, steps: list[tuple[str, object]]) -> Rehearsal:
    for kind, value in steps:
        if kind == "wait":
            talk.run_until(talk.now + timedelta(hours=int(str(value))))
        elif kind == "said":
            talk.customer_said([str(value)], talk.now + timedelta(minutes=1))
        else:
            reference = f"r{len(talk.decisions)}"
            talk.paid(AccountId("A1"), int(str(value)), talk.today, reference)
    return talk


def ended(talk: Rehearsal) -> Rehearsal:
    talk.run_until(talk.now + timedelta(days=120))
    return talk


@pytest.mark.rule("S35", "S37", "S47", "US-1", "CN-1", "TW-1", "UK-18")
@given(scenes, st.lists(events, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_over_a_year_no_text_we_start_breaks_a_rule(
    scene: Scene, steps: list[tuple[str, object]]
) -> None:
    talk = ended(lived(scene.opened(), steps))
    ours = [line for line in talk.lines if line.sender == "bot"]
    assert len(ours) <= MOST_TEXTS
    for line in ours:
        if line.kind in STARTED and not _only_tells(line):
            assert oracle.is_open(scene.profile, scene.zone, line.at), line.text
            country = PLACES[scene.zone]
            assert not oracle.is_holiday(scene.profile, scene.zone, country, line.at), line.text
    reminders = [line for line in ours if line.kind == "reminder"]
    for number, line in enumerate(reminders):
        _check(scene, talk, line, reminders[:number])


def _only_tells(line: Line) -> bool:
    return line.outgoing is not None and line.outgoing.kind == "status"


def _check(scene: Scene, talk: Rehearsal, line: Line, earlier: list[Line]) -> None:
    """One reminder against the figures of the table, counted by hand."""
    interval, per_day, per_week, per_month, silence, _ = oracle.CADENCE[scene.profile]
    ages = [line.at - one.at for one in earlier]
    day, month = (oracle.wall(line.at, scene.zone).strftime(form) for form in ("%Y%m%d", "%Y%m"))
    walls = [oracle.wall(one.at, scene.zone) for one in earlier]
    assert all(age >= timedelta(days=interval) for age in ages)
    assert sum(age < timedelta(days=7) for age in ages) < per_week
    assert sum(age < timedelta(days=30) for age in ages) < per_month
    assert sum(wall.strftime("%Y%m%d") == day for wall in walls) < per_day
    assert sum(wall.strftime("%Y%m") == month for wall in walls) < per_month
    heard = [one.at for one in talk.lines if one.sender == "customer" and one.at < line.at]
    assert sum(not heard or one.at > heard[-1] for one in earlier) < silence
    recent = [one for one in earlier if line.at - one.at < timedelta(days=90)]
    assert _bare(line.text) not in {_bare(one.text) for one in recent}
    state = line.conversation
    assert state is not None
    assert not _is_held(state)


def _bare(text: str) -> str:
    """The words alone: figures and names of months do not make a text another one."""
    return re.sub(r"[\d.,]+|(?:Jan|Febr)uary|March|April|May|Ju(?:ne|ly)|August|\w+ber", "#", text)


def _is_held(state: Conversation) -> bool:
    case = state.case()
    return bool(
        state.opted_out
        or case.account.outstanding.minor <= 0
        or case.open_dispute
        or case.open_promise
        or case.live_plan
        or case.open_claim
    )


@pytest.mark.rule("CN-19", "CN-24", "US-24", "US-25")
@given(scenes, st.lists(events, max_size=4), st.lists(events, max_size=5))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_stop_is_followed_by_nothing_but_its_one_confirmation(
    scene: Scene, before: list[tuple[str, object]], after: list[tuple[str, object]]
) -> None:
    talk = lived(scene.opened(), [*before, ("said", "START")])
    spoken = len(talk.lines)
    lived(talk, [("said", "STOP"), *(step for step in after if step != ("said", "START"))])
    ours = [line for line in ended(talk).lines[spoken:] if line.sender == "bot"]
    assert {line.kind for line in ours} <= {"optout_confirmation", "safety"}
    assert sum(line.kind == "optout_confirmation" for line in ours) <= 1


@given(scenes, st.lists(events, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_decided_stands_at_the_moment_of_sending_unless_facts_changed(
    scene: Scene, steps: list[tuple[str, object]]
) -> None:
    talk = ended(lived(scene.opened(), steps))
    the_rules = replace(rules(), policy_of=lambda _: load_policy(scene.profile))
    for at, _, decision in talk.decisions:
        for outgoing in decision.outgoing:
            if outgoing.send_at > at or outgoing.kind not in ("reminder", "notice"):
                continue
            again = _judged(
                _stored(outgoing, decision.conversation, at),
                decision.conversation,
                tuple(c for c in talk.history() if c.at < at),
                the_rules,
                at,
            )
            assert again.verdict is None, (outgoing.template, again.rules)


def _stored(outgoing: Outgoing, state: Conversation, at: datetime) -> Message:
    return Message(
        id=1,
        conversation_id=state.id,
        person_id=None,
        account_id=outgoing.account_id,
        channel=state.channel,
        address=state.address,
        kind=outgoing.kind,
        text=outgoing.text,
        says_json="",
        buttons_json="",
        template=outgoing.template,
        campaign="",
        asks_money=outgoing.asks_money,
        author=outgoing.author,
        ownership=state.ownership,
        turn=1,
        created_at=at,
        due_at=outgoing.send_at,
        not_after_at=outgoing.not_after_at,
        status=Status.QUEUED,
        reason="",
        attempts=0,
        provider_id=None,
        sent_at=None,
        settled_at=None,
    )
