"""What the ladder would do for one customer, step by step, if nobody wrote and nobody paid.

The ladder proposes and the gate judges, as when a reminder falls due; but for the words, which
are judged when they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from flows import ladder, ledger
from flows.fold import with_case
from flows.ladder import Rung
from flows.model import Case, Contact, ContactDirection, Conversation
from flows.outbox import Parcelled, notice_of, send_request
from flows.policy.gate import may_send
from flows.policy.model import Policy
from flows.policy.request import Action, SendRequest
from flows.records import ENDS_REMINDERS, AppointmentKind
from flows.talk import MORNING_HOUR

HISTORY = timedelta(days=90)
NEUTRAL_STAGE = "verify"


class Outcome(StrEnum):
    """What becomes of a text that was due."""

    SENT = "sent"
    HELD = "held"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One look at a bill: when, on which local day, and what came of it.

    `name` is the stage that goes out, or the rule that holds it back or gives it to a person.
    """

    at: datetime
    on: date
    outcome: Outcome
    name: str


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One customer on the way: where he stands and what went out."""

    conversation: Conversation
    policy: Policy
    history: tuple[Contact, ...]
    at: datetime

    @property
    def case(self) -> Case:
        return self.conversation.case()

    @property
    def today(self) -> date:
        return self.at.astimezone(self.conversation.person.zone).date()

    def morning(self, day: date) -> datetime:
        day = max(day, self.today + timedelta(days=1))
        zone = self.conversation.person.zone
        return datetime(day.year, day.month, day.day, MORNING_HOUR, tzinfo=zone).astimezone(UTC)


def walk(
    conversation: Conversation, policy: Policy, now: datetime, history: tuple[Contact, ...] = ()
) -> Iterator[Step]:
    """The steps in order, without end unless the ladder ends; the caller stops at his horizon."""
    case = _reminded(conversation)
    if case is None:
        return
    on_it = replace(conversation, focus=case.id)
    way = _Walk(
        conversation=on_it,
        policy=policy,
        history=history,
        at=max(now, _planned_at(on_it, case) or now),
    )
    while True:
        step, later = _look(way)
        if step is not None:
            yield step
        if later is None:
            return
        way.at = later


def request_for(
    conversation: Conversation,
    rung: Rung,
    policy: Policy,
    at: datetime,
    *,
    history: tuple[Contact, ...] = (),
) -> SendRequest:
    """The gate's question about a rung of the ladder, before its words are written."""
    parcel = Parcelled(
        kind="notice" if rung.is_notice else "reminder",
        text="",
        account_id=conversation.case().id,
        asks_money=True,
        notice=notice_of(rung.stage) if rung.is_notice else None,
        template=rung.stage,
    )
    return send_request(conversation, parcel, policy, at, history)


def _reminded(conversation: Conversation) -> Case | None:
    """The oldest bill that is still owed: the one the ladder is on."""
    owed = (c for c in conversation.cases if c.account.exists and c.account.outstanding.minor > 0)
    return next(owed, None)


def _planned_at(conversation: Conversation, case: Case) -> datetime | None:
    planned = [
        a.due_at
        for a in conversation.agenda
        if a.kind is AppointmentKind.REMINDER and a.account_id in (None, case.id)
    ]
    return min(planned, default=None)


def _look(way: _Walk) -> tuple[Step | None, datetime | None]:
    """What happens now, and when to look again (None: the ladder ends)."""
    held = ledger.hold_on(way.conversation, way.case, way.at)
    if held is not None:
        again = None if held.until_at is None else way.morning(held.until_at.date())
        return _step(way, Outcome.HELD, f"hold.{held.name}"), again
    handoffs = way.conversation.handoffs
    if any(h.is_open and h.reason in ENDS_REMINDERS for h in handoffs):
        return _step(way, Outcome.HELD, "handoff.waiting"), None
    history = tuple(c for c in way.history if c.at > way.at - HISTORY)
    standing = ladder.standing_of(way.conversation, way.case, history, way.today)
    cadence = way.policy.cadence
    rung = ladder.step_for(way.conversation, standing, way.today, cadence)
    if not isinstance(rung, Rung):
        return None, way.morning(rung)
    if not way.conversation.is_bound:
        if way.case.reminders_sent:
            return None, None
        rung = Rung(stage=NEUTRAL_STAGE)
    elif not rung.is_notice:
        wish = ladder.needs_person(way.case.account, standing, way.today)
        if wish:
            return _step(way, Outcome.PERSON, f"ladder.{wish}"), None
    return _judged(way, rung, history, way.morning(ladder.next_day(standing, way.today, cadence)))


def _judged(
    way: _Walk, rung: Rung, history: tuple[Contact, ...], then_at: datetime
) -> tuple[Step | None, datetime | None]:
    verdict = may_send(request_for(way.conversation, rung, way.policy, way.at, history=history))
    if verdict.action is Action.SEND:
        step = _step(way, Outcome.SENT, rung.stage)
        _sent(way, rung)
        return step, then_at
    rule = verdict.rules[0]
    if verdict.action is Action.HAND_OVER:
        return _step(way, Outcome.PERSON, rule), None
    if verdict.action is Action.DELAY and verdict.at is not None:
        return _step(way, Outcome.HELD, rule), verdict.at.astimezone(UTC)
    return _step(way, Outcome.HELD, rule), then_at


def _step(way: _Walk, outcome: Outcome, name: str) -> Step:
    return Step(at=way.at, on=way.today, outcome=outcome, name=name)


def _sent(way: _Walk, rung: Rung) -> None:
    contact = Contact(
        at=way.at,
        direction=ContactDirection.OUT,
        kind="notice" if rung.is_notice else "reminder",
        channel=way.conversation.carrier,
        account_id=way.case.id,
        # A notice of the day names the way to pay, but spends no cap.
        asks_money=not rung.is_notice,
    )
    way.history = (*way.history, contact)
    if not rung.is_notice:
        case = replace(way.case, reminders_sent=way.case.reminders_sent + 1)
        way.conversation = with_case(way.conversation, case)
