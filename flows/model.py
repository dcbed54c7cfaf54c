"""The aggregate of one person with us, and what goes into and comes out of one turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flows.actions import Action
from flows.events import Event
from flows.languages import Language, Style
from flows.money import Money
from flows.plans import PlanPolicy
from flows.policy.model import Policy
from flows.records import (
    AccountId,
    Appointment,
    Claim,
    Complaint,
    ConversationId,
    Dispute,
    Extension,
    Handoff,
    Hold,
    Paying,
    Payment,
    PersonId,
    Plan,
    PlanStatus,
    PlanTerms,
    Promise,
    PromiseStatus,
)
from flows.replacing import quick
from flows.slots import Slots
from flows.understanding.values import Asked, Understanding


class Flag(StrEnum):
    """What is known of the person beyond one account; names as in the command contract."""

    VULNERABLE = "vulnerable"
    DECEASED = "deceased"
    THIRD_PARTY = "third_party"
    OPTED_OUT = "opted_out"
    LEGAL = "legal"
    HARDSHIP = "hardship"
    PAYMENT_FAILED = "payment_failed"
    DISCOUNT_REQUESTED = "discount_requested"
    REFUSED = "refused"
    COMPLAINT = "complaint"
    PRIVACY = "privacy"
    CALLBACK = "callback"
    WRONG_PERSON = "wrong_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRules:
    """Limits of the talk itself: tries of verification, of clarifying, of concession.

    A person writes, not the ladder, about a bill of `person_from_minor` and more once it was
    reminded of, and about any bill `person_after_days` after its due date (None: no limit).
    """

    verify_max_tries: int = 2
    clarify_max: int = 2
    concession_max: int = 3
    discount_needs_human: bool = True
    person_from_minor: int | None = None
    person_after_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One overdue bill as the creditor's ledger tells it."""

    id: AccountId
    product: str
    creditor: str
    outstanding: Money
    due_on: date
    reference: str = ""
    terms: PlanPolicy
    talk: TalkRules = field(default_factory=TalkRules)
    pay_link: str = ""
    fees: Money | None = None
    interest_runs: bool | None = None
    exists: bool = True


_LIVE = (PlanStatus.ACTIVE, PlanStatus.AT_RISK)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An account with everything agreed, claimed or disputed about it."""

    account: Account
    promises: tuple[Promise, ...] = ()
    plans: tuple[Plan, ...] = ()
    claims: tuple[Claim, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    extension: Extension | None = None
    paying: Paying | None = None
    payments: tuple[Payment, ...] = ()
    reminders_sent: int = 0
    first_reminded_at: datetime | None = None

    @property
    def id(self) -> AccountId:
        """The account's id."""
        return self.account.id

    @property
    def open_promise(self) -> Promise | None:
        """The one promise that still binds, if any."""
        for promise in self.promises:
            if promise.status is PromiseStatus.OPEN:
                return promise
        return None

    @property
    def live_plan(self) -> Plan | None:
        """The plan that runs or can still be cured, if any."""
        for plan in self.plans:
            if plan.status in _LIVE:
                return plan
        return None

    @property
    def open_dispute(self) -> Dispute | None:
        """The oldest open dispute, if any."""
        for dispute in self.disputes:
            if dispute.status == "open":
                return dispute
        return None

    @property
    def open_claim(self) -> Claim | None:
        """The newest unchecked claim of payment, if any."""
        for claim in reversed(self.claims):
            if claim.status == "open":
                return claim
        return None


_ZONES_KEPT = 1_024
# A turn asks some eight times, and this finds a zone sooner than the library's own cache.
_zone = lru_cache(_ZONES_KEPT)(ZoneInfo)
# Of the turns in hand; each asks some five times.
_DAYS_KEPT = 16


@lru_cache(_DAYS_KEPT)
def _day_of(instant: datetime, timezone: str) -> date:
    return instant.astimezone(_zone(timezone)).date()


# A plan has some ten days, and customers of one zone have many of them in common.
_INSTANTS_KEPT = 1_024


@lru_cache(_INSTANTS_KEPT)
def _instant(day: date, hour: int, timezone: str) -> datetime:
    zone = _zone(timezone)
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who we talk with. `secrets` are the answers that verify him; compared, never shown."""

    id: PersonId
    name: str
    timezone: str
    country: str = ""
    region: str = ""
    consent: str = ""
    """On which basis he gets SMS, as the creditor's file says: consent, contract, none or empty."""
    secrets: tuple[tuple[str, str], ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return _zone(self.timezone)

    def day_of(self, instant: datetime) -> date:
        """The person's local day at an instant."""
        return _day_of(instant, self.timezone)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the bot waits for; `owner` is the dialogue that asked, `key` the wording to repeat."""

    asked: Asked
    owner: str
    key: str
    asked_at: datetime
    account_id: AccountId | None = None
    values: tuple[tuple[str, object], ...] = ()
    structure: str = "clarify"
    data: tuple[tuple[str, object], ...] = ()
    is_nudged: bool = False


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Exactly what a yes would accept: a plan or a promise, until it expires."""

    id: str
    account_id: AccountId
    made_at: datetime
    expires_at: datetime
    plan: PlanTerms | None = None
    promise: Promise | None = None
    extension: Extension | None = None
    is_amendment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """What the bot waits for and has heard so far; it decides only how the next words are read."""

    question: Question | None = None
    proposals: tuple[Proposal, ...] = ()
    options: tuple[PlanTerms, ...] = ()
    slots: Slots = field(default_factory=Slots)
    unclear: int = 0
    concessions: int = 0
    verify_tries: int = 0
    verified_items: frozenset[str] = frozenset()
    locked_until: datetime | None = None
    refusals: int = 0
    insults: int = 0
    pending: Understanding | None = None  # taken up once the person is verified
    told_wait: bool = False  # the customer knows that a person will come
    asked_capacity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One person with us on one address: the aggregate that a turn reads and replaces."""

    id: ConversationId
    person: Person
    channel: str
    medium: str = ""
    """What the channel is for the rules: sms or telegram; empty where the name says it."""
    address: str
    language: Language
    style: Style = Style.FORMAL
    is_bound: bool
    cases: tuple[Case, ...]
    dialogue: Dialogue = field(default_factory=Dialogue)
    flags: frozenset[Flag] = frozenset()
    opted_out: frozenset[str] = frozenset()
    is_address_closed: bool = False
    address_closed_at: datetime | None = None
    is_address_lent: bool = False
    """A relative answered on the customer's own number: it opens again once he is verified."""
    holds: tuple[Hold, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    done_duties: frozenset[str] = frozenset()
    """Ids of duties that no record of theirs closes, once a person did them."""
    handoffs: tuple[Handoff, ...] = ()
    holder: str | None = None
    ownership: int = 0
    agenda: tuple[Appointment, ...] = ()
    focus: AccountId | None = None
    serial: int = 0
    last_in_at: datetime | None = None
    last_out_at: datetime | None = None
    callback_at: datetime | None = None

    @property
    def carrier(self) -> str:
        """The medium of the channel: sms or telegram."""
        return self.medium or self.channel

    def case(self, account_id: AccountId | None = None) -> Case:
        """The case of the account, or the one the talk is about (the oldest due by default)."""
        cases = self.cases
        if len(cases) == 1:
            return cases[0]
        wanted = account_id or self.focus
        for case in cases:
            if case.account.id == wanted:
                return case
        return cases[0]

    @property
    def open_complaint(self) -> Complaint | None:
        """The oldest complaint without a final answer, if any."""
        return next((c for c in self.complaints if c.status == "open"), None)

    @property
    def open_handoff(self) -> Handoff | None:
        """The open handoff that keeps the bot quiet, if any."""
        for handoff in reversed(self.handoffs):
            if handoff.is_open and handoff.holds_bot:
                return handoff
        return None


class ContactDirection(StrEnum):
    """Whether a message came in or went out."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One message of the last 90 days as the gate counts it."""

    at: datetime
    direction: ContactDirection
    kind: str
    channel: str
    account_id: AccountId | None = None
    asks_money: bool = False
    text: str = ""
    is_waiting: bool = False
    """Ours, and not sent yet: `at` is when it is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who we are on this channel: names, contacts and links that wording may use."""

    agent_name: str = "Duetalk"
    creditor_safe: str = "Duetalk"
    signature: str = ""
    signature_neutral: str = ""
    phone: str = "+1 555 0100"
    chat: str = ""
    hours: str = "09:00-18:00"
    help_link: str = "https://duetalk.example/help"
    complaint_route: str = ""
    advice_line: str = ""
    crisis_line: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Everything `decide` may look at. `now` is aware UTC; days are taken in the person's zone."""

    conversation: Conversation
    event: Event
    policy: Policy
    now: datetime
    history: tuple[Contact, ...] = ()
    sender: Sender = field(default_factory=Sender)
    holidays: frozenset[date] = frozenset()
    is_given: bool = False
    """A message of this turn is a fact of the past (a rehearsal's first text): no gate is asked."""

    @property
    def today(self) -> date:
        """The customer's local day."""
        return self.conversation.person.day_of(self.now)

    @property
    def case(self) -> Case:
        """The case this turn is about."""
        cases = self.conversation.cases
        return cases[0] if len(cases) == 1 else self.conversation.case()

    @property
    def reading(self) -> Understanding:
        """What the customer said; only on a CustomerSaid event."""
        # Asked some forty times a turn, and nearly always of such an event.
        event: Any = self.event
        try:
            reading: Understanding = event.reading
        except AttributeError:
            name = type(event).__name__
            raise TypeError(f"expected a CustomerSaid event, got {name}") from None
        return reading

    def local(self, day: date, hour: int) -> datetime:
        """The instant (UTC) of an hour on a local day of the customer."""
        return _instant(day, hour, self.conversation.person.timezone)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was done or held back: a rule's id and a short phrase for people."""

    rule: str
    why: str = ""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A rendered message that passed the gate, or waits until it may leave."""

    text: str
    kind: str
    says: tuple[tuple[str, tuple[tuple[str, object], ...]], ...]
    account_id: AccountId | None
    asks_money: bool
    send_at: datetime
    not_after_at: datetime | None
    buttons: tuple[str, ...] = ()
    template: str = ""
    author: str = "bot"
    ownership: int = 0


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from an event: the next conversation, the actions, the messages, the reasons."""

    conversation: Conversation
    actions: tuple[Action, ...]
    outgoing: tuple[Outgoing, ...]
    reasons: tuple[Reason, ...]
    dialogue: str
    recall: bool = False
    # The customer's words as the talk gives them their meaning, for a message of his.
    heard: Understanding | None = None
