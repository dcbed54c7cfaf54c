"""Every state that can be reached, and what each event does there: `decide`, tried breadth first.

A conversation is looked at further when it brings a feature that none before it had (`_features`).
The order of trying is fixed, so the map is the same every time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from flows.actions import HandOver
from flows.atlas.stimuli import SECRETS, STIMULI, TIME, WORDS, Stimulus
from flows.decide import decide
from flows.events import Event, TimeCame
from flows.languages import Language
from flows.model import (
    Account,
    Case,
    Contact,
    ContactDirection,
    Conversation,
    Decision,
    Flag,
    Person,
    Sender,
    Turn,
)
from flows.money import Currency, Money
from flows.plans import STANDARD
from flows.policy.model import Policy
from flows.policy.profile import load_policy
from flows.records import (
    AccountId,
    Appointment,
    AppointmentKind,
    ConversationId,
    PersonId,
    PromiseStatus,
)
from flows.states import AccountState, account_state, waits_for
from flows.talk import is_open
from flows.understanding.intents import Intent

_NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # A Monday, inside every window.
_DUE_ON = date(2026, 11, 10)
_OWED_MINOR = 40_000
_SENDER = Sender(crisis_line="your local crisis line", emergency="your local emergency number")
_A_MINUTE = timedelta(minutes=1)
# Long enough for every open question to lapse, where nothing is on the agenda.
_A_LONG_SILENCE = timedelta(days=4)
# So many appointments may pass without a change before the state counts as one that stays.
_MOST_APPOINTMENTS = 40
# Counters beyond this change nothing any more.
_TWICE, _THRICE = 2, 3


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What the map shows of a state: the account, what the bot waits for, whether he is verified."""

    account: AccountState
    waits_for: str
    is_bound: bool
    question: str = ""  # the wording key of the open question

    @property
    def name(self) -> str:
        """The place in words."""
        verified = "" if self.is_bound else ", not verified"
        asked = f" {self.question}" if self.question else ""
        return f"{self.account}, {self.waits_for}{asked}{verified}"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A reachable state: a conversation that is in it, the instant, and how it was reached."""

    conversation: Conversation
    now: datetime
    place: Place
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """What one event did in one state, with the decisions that were taken on the way."""

    source: State
    target: State
    label: str
    kind: str
    intent: Intent | None
    decisions: tuple[Decision, ...]
    appointments: tuple[AppointmentKind, ...] = ()

    @property
    def dialogues(self) -> tuple[str, ...]:
        """The dialogues that answered, in order."""
        return tuple(decision.dialogue for decision in self.decisions)

    @property
    def handed_over(self) -> tuple[str, ...]:
        """Why a person was asked for, in this transition."""
        actions = (action for decision in self.decisions for action in decision.actions)
        return tuple(str(a.reason) for a in actions if isinstance(a, HandOver))


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """All states in the order they were found, and all transitions."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]


def openings() -> tuple[State, ...]:
    """Where every talk starts: the first text went out to each kind of customer."""
    return (
        _opened(is_bound=True),
        _opened(is_bound=False),
        _opened(is_bound=False, secrets=()),
        _opened(is_bound=True, accounts=2),
    )


@cache
def explored() -> Atlas:
    """The whole map, worked out once a process; some seconds of one core."""
    return explore(openings())


def explore(starts: tuple[State, ...]) -> Atlas:
    """Try every event on every state that can be reached from these."""
    seen = {feature for start in starts for feature in _features(start)}
    states, transitions = list(starts), []
    waiting = deque(starts)
    while waiting:
        for transition in tried(waiting.popleft()):
            transitions.append(transition)
            features = _features(transition.target)
            if not features <= seen:
                seen |= features
                states.append(transition.target)
                waiting.append(transition.target)
    return Atlas(states=tuple(states), transitions=tuple(transitions))


def tried(state: State) -> Iterator[Transition]:
    """What each event does in one state, time last."""
    for stimulus in STIMULI:
        now = state.now + _A_MINUTE
        event = stimulus.make(state.conversation, now)
        if event is not None:
            yield _taken(state, stimulus, event, now)
    yield from _time_passes(state)


def _taken(state: State, stimulus: Stimulus, event: Event, now: datetime) -> Transition:
    decision = take(state.conversation, event, now)
    target = _state(decision.conversation, now, (*state.path, stimulus.label))
    return Transition(
        source=state,
        target=target,
        label=stimulus.label,
        kind=stimulus.kind,
        intent=stimulus.intent if stimulus.kind == WORDS else None,
        decisions=(decision,),
    )


def take(conversation: Conversation, event: Event, now: datetime) -> Decision:
    """One turn of the map, under the strict profile."""
    turn = Turn(
        conversation=conversation,
        event=event,
        policy=_policy(),
        now=now,
        sender=_SENDER,
        history=_history(conversation),
    )
    return decide(turn)


def _history(conversation: Conversation) -> tuple[Contact, ...]:
    """The first text, and the customer's last words: what the gate asks about an answer."""
    wrote = Contact(at=_NOW, direction=ContactDirection.OUT, kind="reminder", channel="sms")
    if conversation.last_in_at is None:
        return (wrote,)
    heard = conversation.last_in_at
    return (wrote, Contact(at=heard, direction=ContactDirection.IN, kind="reply", channel="sms"))


def _time_passes(state: State) -> Iterator[Transition]:
    """Appointments in their order until something changes; then a long silence."""
    conversation, now = state.conversation, state.now
    decisions: list[Decision] = []
    kinds: list[AppointmentKind] = []
    for _ in range(_MOST_APPOINTMENTS):
        due = min(conversation.agenda, key=lambda a: (a.due_at, a.id), default=None)
        if due is None:
            break
        now = max(now + _A_MINUTE, due.due_at)
        decision = take(conversation, TimeCame(appointment_id=due.id), now)
        conversation = decision.conversation
        decisions.append(decision)
        kinds.append(due.kind)
        if _changed(state, conversation, now):
            break
    if not kinds:
        now += _A_LONG_SILENCE
    label = f"{kinds[-1]}" if kinds else "silence"
    yield Transition(
        source=state,
        target=_state(conversation, now, (*state.path, label)),
        label=label,
        kind=TIME,
        intent=None,
        decisions=tuple(decisions),
        appointments=tuple(kinds),
    )


def _changed(state: State, conversation: Conversation, now: datetime) -> bool:
    """Whether a person who looks would see another state; a shorter agenda alone is none."""
    before = state.conversation
    is_asked = len(conversation.handoffs) != len(before.handoffs)
    return is_asked or place_of(conversation, now) != state.place


def _state(conversation: Conversation, now: datetime, path: tuple[str, ...]) -> State:
    return State(conversation=conversation, now=now, place=place_of(conversation, now), path=path)


def place_of(conversation: Conversation, now: datetime) -> Place:
    """Where a conversation stands on the map."""
    waits = waits_for(conversation, now)
    question = conversation.dialogue.question
    is_asking = waits not in ("idle", "handoff_pending", "agent", "silent")
    is_asking = is_asking and question is not None and is_open(question, now)
    return Place(
        account=account_state(conversation, conversation.case(), now),
        waits_for=waits,
        is_bound=conversation.is_bound,
        question=question.key if question is not None and is_asking else "",
    )


def _features(state: State) -> frozenset[tuple[object, ...]]:
    """What makes a state worth its own look: a conversation that brings one new of these is new.

    Where it stands, and beside that each count that later decisions look at, on its own: all of
    them together would be tens of thousands of states that differ in nothing a person would see.
    """
    place, c = state.place, state.conversation
    talk, case = c.dialogue, c.case()
    broken = sum(p.status is PromiseStatus.BROKEN for p in case.promises)
    handoff = c.open_handoff
    newest = case.plans[-1] if case.plans else None
    return frozenset(
        {
            ("place", place.account, place.waits_for),
            ("bound", place.is_bound, bool(c.person.secrets), place.waits_for),
            ("question", place.question, place.is_bound),
            ("person", str(handoff.reason) if handoff else ""),
            ("broken", min(broken, _TWICE), place.account is AccountState.PROMISED),
            ("unclear", min(talk.unclear, _TWICE), place.is_bound),
            ("concessions", min(talk.concessions, _THRICE)),
            ("refusals", min(talk.refusals, _TWICE)),
            ("insults", min(talk.insults, _TWICE)),
            ("tries", min(talk.verify_tries, _TWICE)),
            ("failed", Flag.PAYMENT_FAILED in c.flags),
            ("amended", newest.amendments if newest else 0),
            ("accounts", len(c.cases)),
            *(("agenda", appointment.kind) for appointment in c.agenda),
            *(("hold", hold.name) for hold in c.holds),
        }
    )


def _opened(
    *, is_bound: bool, secrets: tuple[tuple[str, str], ...] = SECRETS, accounts: int = 1
) -> State:
    first = Appointment(id="first", kind=AppointmentKind.REMINDER, due_at=_NOW)
    conversation = Conversation(
        id=ConversationId("map"),
        person=Person(
            id=PersonId("map"),
            name="A. Brown",
            timezone="America/New_York",
            country="US",
            secrets=secrets,
        ),
        channel="sms",
        address="",
        language=Language.EN,
        is_bound=is_bound,
        cases=tuple(_case(number) for number in range(accounts)),
        agenda=(first,),
    )
    opened = take(conversation, TimeCame(appointment_id="first"), _NOW).conversation
    return _state(opened, _NOW, ())


def _case(number: int) -> Case:
    products = ("store card", "auto loan")
    terms = replace(STANDARD, min_instalment_minor=2_500)
    account = Account(
        id=AccountId(f"A{number + 1}"),
        product=products[number],
        creditor="Northlake Credit",
        outstanding=Money(_OWED_MINOR, Currency.of("USD")),
        due_on=_DUE_ON,
        reference=f"A{number + 1}",
        terms=terms,
        pay_link="https://pay.duetalk.example/a1",
    )
    return Case(account=account)


@cache
def _policy() -> Policy:
    return load_policy("strict-default")
