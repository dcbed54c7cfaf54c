"""Which customers get a first or further reminder: the database narrows, ladder and gate decide.

Planning says why and when; the text is decided when the reminder falls due. What ladder and gate
say of a bill nobody spoke of yet depends on its shape alone, so it is worked out once a shape.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from bot.beginning import start_conversations
from bot.onboarding import case_of, conversations_for, with_first_reminder
from bot.rules import HISTORY, Rules
from bot.settings import CreditorSettings
from flows import forecast
from flows.decide import decide
from flows.events import TimeCame
from flows.forecast import Outcome, Step
from flows.languages import Language
from flows.model import Contact, Conversation, Decision, Turn
from flows.policy.segments import Encoding, in_gsm_letters, segments
from flows.records import ENDS_REMINDERS, AppointmentKind
from storage import accounts, contacts, conversations, projections, starting, suppression
from storage.accounts import START, AccountRecord, Candidates, Place
from storage.conversations import Loaded, Save
from storage.projections import Step as Change

_PAGE = 250
# More shapes than this in one portfolio are made anew rather than kept.
_MOST_FORMS = 2_048
# Courtesy notices come up to three days before the due date, by a clock that may be a day ahead.
LOOK_AHEAD = timedelta(days=4)
_QUIET = timedelta(days=1)
# A name and a link that are shorter together fit the parts of every text we have.
_SURELY_SHORT = 40
_TOO_LONG = "text.sms_segments_max"
_MOST_TOLD = 20
# A bill that no step is open for in so many looks is left to the day it falls due.
_MOST_STEPS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would go to one customer: a text, or the rules that hold it back."""

    conversation: Conversation
    decision: Decision

    @property
    def text(self) -> str:
        """The text that would leave, else empty."""
        return self.decision.outgoing[0].text if self.decision.outgoing else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLong:
    """A bill whose texts take more SMS parts than the policy allows, even in their brief form.

    `heavy`: what in an English text makes every letter take 16 bits: `creditor`, `name` or nothing.
    """

    account_id: str
    name_length: int
    link_length: int
    heavy: str


@dataclass(slots=True, kw_only=True)
class Preview:
    """Who gets what now and why not, in figures and samples; `later` have their day to come."""

    to_send: int = 0
    later: int = 0
    held: Counter[str] = field(default_factory=Counter)
    by_template: Counter[str] = field(default_factory=Counter)
    samples: list[Planned] = field(default_factory=list)
    most_samples: int = 0
    too_long: list[TooLong] = field(default_factory=list)

    def counted(self, step: Step | None, now: datetime) -> bool:
        """Count a step; whether it is a text that goes out now."""
        if step is None or step.at > now:
            self.later += 1
            return False
        if step.outcome is not Outcome.SENT:
            self.held[step.name] += 1
            return False
        self.to_send += 1
        self.by_template[step.name] += 1
        return True

    def wants_sample(self, step: Step | None) -> bool:
        """Whether the text just counted is one of the first of its stage."""
        return step is not None and self.by_template[step.name] <= self.most_samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page of planning did; `after` is where the next one begins, None at the end."""

    looked: int
    planned: int
    after: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What every new conversation of a shape shares: its form and the columns beside it."""

    form: starting.Form
    channel: str
    timezone: str
    country: str
    region: str
    language: str
    is_bound: bool
    creditor: str
    remind_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Everything that planning needs beside the database, and what it found out of shapes."""

    rules: Rules
    creditor: CreditorSettings
    channel_of: Mapping[str, str]
    firsts: dict[Hashable, Step | None] = field(default_factory=dict)
    forms: dict[Hashable, _Made] = field(default_factory=dict)


def shape_of(record: AccountRecord, limit: str = "") -> Hashable:
    """All of a bill that ladder and gate look at before anybody spoke of it.

    `limit`: the sum from which on a person writes, in major units; empty: none.
    """
    is_large = bool(limit) and (
        record.outstanding.minor >= int(limit) * 10**record.outstanding.currency.exponent
    )
    return (
        record.due_on,
        record.channel,
        record.language,
        record.outstanding.currency,
        record.timezone,
        record.country,
        record.region,
        record.consent,
        record.is_bound,
        is_large,
    )


# --- Planning -----------------------------------------------------------------------------------


def plan(conn: Connection, planner: Planner, now: datetime) -> int:
    """Bring a reminder to each candidate's conversation; how many there are.

    Planning twice plans nothing twice: a conversation with a step on its agenda keeps that one.
    """
    count, after = 0, START
    while True:
        page = plan_page(conn, planner, now, after)
        count += page.planned
        if page.after is None:
            return count
        after = page.after


def plan_page(
    conn: Connection, planner: Planner, now: datetime, after: Place, *, limit: int = _PAGE
) -> Page:
    """Plan for the next accounts; to be committed before the page after it."""
    records = accounts.candidates(conn, _wanted(now), after=after, limit=limit)
    if not records:
        return Page(looked=0, planned=0, after=None)
    people: dict[str, list[AccountRecord]] = defaultdict(list)
    for record in records:
        if record.channel in planner.channel_of:
            people[record.person_id].append(record)
    known = conversations.load_many(conn, list(people))
    planned = _begin(conn, planner, [b for key, b in people.items() if key not in known], now)
    planned += _join(conn, planner, [(known[k], people[k]) for k in people if k in known], now)
    return Page(looked=len(records), planned=planned, after=accounts.place_of(records[-1]))


def _wanted(now: datetime) -> Candidates:
    return Candidates(now=now, due_by_on=now.date() + LOOK_AHEAD, quiet_since_at=now - _QUIET)


def _begin(
    conn: Connection, planner: Planner, people: Sequence[Sequence[AccountRecord]], now: datetime
) -> int:
    """New conversations: the usual ones by form, the others one by one."""
    stopped = suppression.scopes_of(conn, [bills[0].address for bills in people])
    usual, others = [], []
    for bills in people:
        if len(bills) == 1 and _is_usual(bills[0]) and bills[0].address not in stopped:
            usual.append(bills[0])
        else:
            others.append(bills)
    count = starting.begin_many(conn, [_begun(planner, record, now) for record in usual], now)
    states = [
        _with_reminder(planner, state, now)
        for state in conversations_for(
            (record for bills in others for record in bills), planner.creditor, planner.channel_of
        )
    ]
    start_conversations(conn, states, now)
    return count + len(states)


def _is_usual(record: AccountRecord) -> bool:
    return not record.secrets and record.fees is None


def _begun(planner: Planner, record: AccountRecord, now: datetime) -> starting.Begun:
    made = _made(planner, record, now)
    key = record.person_id
    values = {
        "id": key,
        "name": record.name,
        "address": record.address,
        "account_id": record.id,
        "reference": record.reference,
        "pay_link": record.pay_link,
        "outstanding_minor": record.outstanding.minor,
        "appointment_id": f"{key}-1",
    }
    return starting.Begun(
        id=key,
        state_json=made.form.filled(values),
        channel=made.channel,
        address=record.address,
        name=record.name,
        timezone=made.timezone,
        country=made.country,
        region=made.region,
        language=made.language,
        is_bound=made.is_bound,
        creditor=made.creditor,
        account_id=record.id,
        outstanding_minor=record.outstanding.minor,
        currency=record.outstanding.currency.code,
        exponent=record.outstanding.currency.exponent,
        due_on=record.due_on,
        appointment_id=f"{key}-1",
        remind_at=made.remind_at,
    )


def _made(planner: Planner, record: AccountRecord, now: datetime) -> _Made:
    key = (
        *(shape_of(record, planner.creditor.person_from), record.style, record.product),
        *(record.creditor_name, bool(record.reference), bool(record.pay_link), bool(record.name)),
    )
    found = planner.forms.get(key)
    if found is None:
        if len(planner.forms) >= _MOST_FORMS:
            del planner.forms[next(iter(planner.forms))]
        found = planner.forms[key] = _make(planner, record, now)
    return found


def _make(planner: Planner, record: AccountRecord, now: datetime) -> _Made:
    (state,) = conversations_for([record], planner.creditor, planner.channel_of)
    like = _with_reminder(planner, state, now)
    return _Made(
        form=starting.Form(like),
        channel=like.channel,
        timezone=like.person.timezone,
        country=like.person.country,
        region=like.person.region,
        language=like.language.value,
        is_bound=like.is_bound,
        creditor=like.cases[0].account.creditor,
        remind_at=like.agenda[0].due_at,
    )


def _with_reminder(planner: Planner, state: Conversation, now: datetime) -> Conversation:
    """The conversation with its reminder on the first instant that something may happen."""
    steps = forecast.walk(state, planner.rules.policy_of(state), now)
    first = next((s for s in islice(steps, _MOST_STEPS) if s.outcome is not Outcome.HELD), None)
    return with_first_reminder(state, first.at if first else now)


def _join(
    conn: Connection,
    planner: Planner,
    found: Sequence[tuple[Loaded, Sequence[AccountRecord]]],
    now: datetime,
) -> int:
    """Conversations that run get their new bills, and a reminder where none is planned."""
    changes = []
    for loaded, bills in found:
        if loaded.state is not None:
            state = _joined(planner, loaded.state, bills, now)
            if state is not loaded.state:
                changes.append((loaded, state))
    saves = [
        Save(
            before=loaded,
            state=state,
            state_json=conversations.written(state),
            at=now,
            head=loaded.head,
        )
        for loaded, state in changes
    ]
    conversations.save_many(conn, saves)
    steps = [Change(before=loaded.state, after=state, at=now) for loaded, state in changes]
    projections.write_many(conn, steps)
    return sum(len(state.agenda) > len(_agenda(loaded)) for loaded, state in changes)


def _agenda(loaded: Loaded) -> Sequence[object]:
    return loaded.state.agenda if loaded.state else ()


def _joined(
    planner: Planner, state: Conversation, bills: Sequence[AccountRecord], now: datetime
) -> Conversation:
    held = {case.id for case in state.cases}
    fresh = [case_of(bill, planner.creditor) for bill in bills if bill.id not in held]
    if fresh:
        ordered = sorted((*state.cases, *fresh), key=lambda c: (c.account.due_on, c.id))
        state = replace(state, cases=tuple(ordered))
    waits = any(h.is_open and h.reason in ENDS_REMINDERS for h in state.handoffs)
    if waits or any(a.kind is AppointmentKind.REMINDER for a in state.agenda):
        return state
    owed = [c for c in state.cases if c.account.exists and c.account.outstanding.minor > 0]
    return with_first_reminder(state, now, owed[0].id) if owed else state


# --- Looking without planning -------------------------------------------------------------------


def preview(conn: Connection, planner: Planner, now: datetime, samples: int = 5) -> Preview:
    """What `plan` would lead to now; changes nothing."""
    found, after = Preview(most_samples=samples), START
    while True:
        records = accounts.candidates(conn, _wanted(now), after=after, limit=_PAGE)
        if not records:
            return found
        after = accounts.place_of(records[-1])
        people: dict[str, list[AccountRecord]] = defaultdict(list)
        for record in records:
            if record.channel in planner.channel_of:
                people[record.person_id].append(record)
            else:
                found.held["no_channel"] += 1
        _preview_people(conn, planner, people, now=now, found=found)


def _preview_people(
    conn: Connection,
    planner: Planner,
    people: Mapping[str, Sequence[AccountRecord]],
    *,
    now: datetime,
    found: Preview,
) -> None:
    known = conversations.load_many(conn, list(people))
    histories = contacts.since_many(conn, list(known), now - HISTORY)
    stopped = suppression.scopes_of(conn, [bills[0].address for bills in people.values()])
    for key, bills in people.items():
        loaded = known.get(key)
        if loaded is None and bills[0].address in stopped:
            found.held["opted_out"] += 1
        elif loaded is None:
            step = first_step(planner, bills, now)
            first = _oldest(bills)
            if _may_be_long(planner, first.name, first.pay_link, first.language):
                (made,) = conversations_for([first], planner.creditor, planner.channel_of)
                step = _worded(planner, made, now, step, found=found)
            if found.counted(step, now) and found.wants_sample(step):
                (made,) = conversations_for([first], planner.creditor, planner.channel_of)
                found.samples.append(decided(planner, made, now))
        elif loaded.state is not None:
            state = _joined(planner, loaded.state, bills, now)
            history = tuple(histories.get(key, ()))
            step = next(forecast.walk(state, planner.rules.policy_of(state), now, history), None)
            account = state.case().account
            if _may_be_long(planner, state.person.name, account.pay_link, state.language):
                step = _worded(planner, state, now, step, history, found=found)
            found.counted(step, now)


def _may_be_long(planner: Planner, name: str, link: str, language: str) -> bool:
    """Whether the words are worth a look: most names and links fit every text there is."""
    length = len(name) + len(link or planner.creditor.help_link)
    return length > _SURELY_SHORT or not (name.isascii() or language.startswith("zh"))


def _worded(
    planner: Planner,
    state: Conversation,
    now: datetime,
    step: Step | None,
    history: tuple[Contact, ...] = (),
    *,
    found: Preview,
) -> Step | None:
    """The step with its words judged, where a long name or link may make them too long."""
    if step is None or step.outcome is not Outcome.SENT or step.at > now:
        return step
    account, name = state.case().account, state.person.name
    rules = {reason.rule for reason in decided(planner, state, now, history).decision.reasons}
    if _TOO_LONG not in rules:
        return step
    if len(found.too_long) < _MOST_TOLD:
        told = TooLong(
            account_id=account.reference or account.id,
            name_length=len(name),
            link_length=len(account.pay_link or planner.creditor.help_link),
            heavy=_heavy(account.creditor, name) if state.language is Language.EN else "",
        )
        found.too_long.append(told)
    return replace(step, outcome=Outcome.HELD, name=_TOO_LONG)


def _heavy(creditor: str, name: str) -> str:
    if segments(creditor).encoding is not Encoding.GSM7:
        return "creditor"
    return "" if segments(in_gsm_letters(name)).encoding is Encoding.GSM7 else "name"


def _oldest(bills: Sequence[AccountRecord]) -> AccountRecord:
    return min(bills, key=lambda bill: (bill.due_on, bill.id))


def first_step(planner: Planner, bills: Sequence[AccountRecord], now: datetime) -> Step | None:
    """The first step of the ladder for a person nobody wrote to yet, by his oldest bill."""
    oldest = _oldest(bills)
    shape = shape_of(oldest, planner.creditor.person_from)
    if shape not in planner.firsts:
        (state,) = conversations_for([oldest], planner.creditor, planner.channel_of)
        steps = forecast.walk(state, planner.rules.policy_of(state), now)
        planner.firsts[shape] = next(steps, None)
    return planner.firsts[shape]


def decided(
    planner: Planner, state: Conversation, now: datetime, history: Iterable[Contact] = ()
) -> Planned:
    """The text of a conversation's next reminder, decided as it would be now."""
    waiting = with_first_reminder(state, now)
    turn = Turn(
        conversation=waiting,
        event=TimeCame(appointment_id=waiting.agenda[-1].id),
        policy=planner.rules.policy_of(state),
        now=now,
        history=tuple(history),
        sender=planner.rules.sender_of(state),
    )
    return Planned(conversation=state, decision=decide(turn))
