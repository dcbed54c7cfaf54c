"""Today's reminders, customer by customer: what leaves and when, and what holds back the rest.

The same look as `bot/forecasting.py` takes, of one day, with names instead of figures alone. Reads
only, and no further than so many bills: a page must answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import Connection

from bot.forecasting import pages, people
from bot.ledger import refreshed
from bot.onboarding import conversations_for
from bot.reminding import LOOK_AHEAD, Planner, decided, shape_of
from bot.rules import HISTORY
from flows import forecast
from flows.forecast import Outcome, Step
from flows.model import Contact, Conversation
from flows.money import Money
from flows.records import AppointmentKind
from storage import accounts, contacts, conversations, suppression
from storage.batches import AnyRow

MOST_BILLS = 20_000
AT_REST = "rest."
_MAJOR_UNITS = 1_234
_STAND_IN_DIGITS = "0000"
# Who is at rest has no instant of his own.
_ANY_ZONE = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One customer's day: a text and when, or the rule that holds it back or asks for a person.

    `name` is the stage, the rule, or `rest.` and why nothing may be planned for him at all;
    `conversation_id` is empty and `is_planned` false until a reminder is planned.
    """

    conversation_id: str
    name_of_customer: str
    reference: str
    outstanding: Money
    due_on: date
    outcome: Outcome
    name: str
    at: datetime
    zone: str
    is_planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text of a stage as it would leave, with a stand-in for name, sum and number."""

    stage: str
    language: str
    text: str


@dataclass(slots=True, kw_only=True)
class Today:
    """Everything of the day; `quiet` customers have no step today, `is_all` says none was left."""

    rows: list[Seen] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    quiet: int = 0
    bills: int = 0
    is_all: bool = True

    def of(self, outcome: Outcome, name: str = "") -> list[Seen]:
        """The rows of an outcome, of one rule or stage where it is named; the first due first."""
        found = (r for r in self.rows if r.outcome is outcome and name in ("", r.name))
        return sorted(found, key=lambda row: (row.at, row.reference))

    def counts(self, outcome: Outcome) -> Counter[str]:
        """How many rows of an outcome each stage or rule has."""
        return Counter(row.name for row in self.rows if row.outcome is outcome)


@dataclass(slots=True, kw_only=True)
class _Look:
    """A look under way."""

    planner: Planner
    now: datetime
    found: Today = field(default_factory=Today)
    ways: dict[Hashable, tuple[Step | None, str]] = field(default_factory=dict)
    talks: dict[str, AnyRow] = field(default_factory=dict)
    shown: set[tuple[str, str]] = field(default_factory=set)


def todays(
    conn: Connection, planner: Planner, now: datetime, *, most_bills: int = MOST_BILLS
) -> Today:
    """What becomes of every customer today, by his own clock; at most of so many bills."""
    look = _Look(planner=planner, now=now)
    for page in pages(conn, now.date() + LOOK_AHEAD, None):
        stopped = suppression.scopes_of(conn, [household[0].address for household in page])
        for household in page:
            for bills in people(household):
                _take(look, bills, is_stopped=bills[0].address in stopped)
            look.found.bills += len(household)
        _walk_talks(conn, look)
        if look.found.bills >= most_bills:
            look.found.is_all = False
            break
    return look.found


def _take(look: _Look, bills: Sequence[AnyRow], *, is_stopped: bool) -> None:
    first = min(bills, key=lambda row: (row.due_on, row.id))
    rest = _rest(look, first, is_stopped=is_stopped)
    if rest:
        step = Step(at=look.now, on=look.now.date(), outcome=Outcome.HELD, name=AT_REST + rest)
        _keep(look, first, step, zone=_ANY_ZONE)
    elif first.conversation_id is not None:
        look.talks[first.conversation_id] = first
    else:
        _take_new(look, first)


def _rest(look: _Look, first: AnyRow, *, is_stopped: bool) -> str:
    """Why nothing may be planned for this customer; empty: it may."""
    if first.channel not in look.planner.channel_of:
        return "no_channel"
    if first.pause and first.paused_until_at is None:
        return str(first.pause)
    is_new = first.conversation_id is None
    return "opted_out" if is_new and (is_stopped or first.is_stopped) else ""


def _take_new(look: _Look, row: AnyRow) -> None:
    """A customer nobody wrote to yet: his day is that of every bill of the same shape."""
    record = accounts.record_of(row)
    shape = shape_of(record, look.planner.creditor.person_from)
    if shape not in look.ways:
        (state,) = conversations_for([record], look.planner.creditor, look.planner.channel_of)
        look.ways[shape] = _day_of(look, state, ()), str(state.person.zone)
        _sample(look, state, look.ways[shape][0])
    step, zone = look.ways[shape]
    _keep(look, row, step, zone=zone)


def _walk_talks(conn: Connection, look: _Look) -> None:
    """The conversations gathered so far, each by its own state and history."""
    rows, ids = dict(look.talks), list(look.talks)
    look.talks.clear()
    states = _states(conn, ids)
    histories = contacts.since_many(conn, ids, look.now - HISTORY)
    for state in states:
        step = _day_of(look, state, tuple(histories.get(state.id, ())))
        is_planned = any(a.kind is AppointmentKind.REMINDER for a in state.agenda)
        _keep(look, rows[state.id], step, zone=str(state.person.zone), is_planned=is_planned)
        _sample(look, state, step)


def _states(conn: Connection, ids: Sequence[str]) -> Iterator[Conversation]:
    loaded = conversations.load_many(conn, ids)
    states = [each.state for each in loaded.values() if each.state is not None]
    ledger = accounts.snapshot(conn, [case.id for state in states for case in state.cases])
    return (refreshed(state, ledger) for state in states)


def _day_of(look: _Look, state: Conversation, history: tuple[Contact, ...]) -> Step | None:
    """What becomes of the customer's day in the end: a text, else what spoke against it last."""
    today = look.now.astimezone(state.person.zone).date()
    policy = look.planner.rules.policy_of(state)
    steps = forecast.walk(state, policy, look.now, history)
    last: Step | None = None
    for step in takewhile(lambda each: each.on <= today, steps):
        if step.outcome is not Outcome.HELD:
            return step
        last = step
    return last


def _keep(
    look: _Look, row: AnyRow, step: Step | None, *, zone: str, is_planned: bool = False
) -> None:
    if step is None:
        look.found.quiet += 1
        return
    record = accounts.record_of(row)
    look.found.rows.append(
        Seen(
            conversation_id=row.conversation_id or "",
            name_of_customer=record.name,
            reference=record.reference,
            outstanding=record.outstanding,
            due_on=record.due_on,
            outcome=step.outcome,
            name=step.name,
            at=step.at,
            zone=zone,
            is_planned=is_planned,
        )
    )


# --- Samples ------------------------------------------------------------------------------------

_STAND_INS: Mapping[str, str] = {"zh-Hans": "陈晓明", "zh-Hant": "陳曉明", "en": "Ana Marsh"}


def _sample(look: _Look, state: Conversation, step: Step | None) -> None:
    """The first text of each stage and language, with nothing of the customer in it."""
    if step is None or step.outcome is not Outcome.SENT:
        return
    place = (step.name, state.language.value)
    if place in look.shown:
        return
    look.shown.add(place)
    text = decided(look.planner, _anybody(state), step.at).text
    if text:
        sample = Sample(stage=step.name, language=state.language.value, text=text)
        look.found.samples.append(sample)


def _anybody(state: Conversation) -> Conversation:
    cases = tuple(
        replace(
            case,
            account=replace(
                case.account,
                outstanding=_any_sum(case.account.outstanding),
                fees=None,
                reference=_STAND_IN_DIGITS,
                pay_link="",
            ),
        )
        for case in state.cases
    )
    person = replace(state.person, name=_STAND_INS.get(state.language.value, "Ana Marsh"))
    return replace(state, cases=cases, person=person)


def _any_sum(of: Money) -> Money:
    return Money(_MAJOR_UNITS * 10**of.currency.exponent, of.currency)


def by_frequency(counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    """The most frequent first, equal ones by name."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
