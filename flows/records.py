"""What is agreed, claimed, disputed or held about one account: frozen values with an end or owner.

Ids are unique inside one conversation and never reused. Days are local days of the customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import NewType

from flows.money import Money, summed
from flows.replacing import quick
from flows.understanding.values import Frequency

AccountId = NewType("AccountId", str)
ConversationId = NewType("ConversationId", str)
PersonId = NewType("PersonId", str)
_AMOUNT = attrgetter("amount")


class PromiseStatus(StrEnum):
    """Where a promise to pay stands."""

    OPEN = "open"
    KEPT = "kept"
    PARTIAL = "partial"
    BROKEN = "broken"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class PlanStatus(StrEnum):
    """Where an accepted plan stands; a proposal is not a plan."""

    ACTIVE = "active"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    FROZEN = "frozen"


class MadeBy(StrEnum):
    """Who reached an agreement with the customer; kept-rates are told apart by it."""

    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise to pay `amount` on `due_on`; at most one is open on an account."""

    id: str
    account_id: AccountId
    amount: Money
    due_on: date
    made_on: date
    status: PromiseStatus = PromiseStatus.OPEN
    amended: int = 0
    made_by: MadeBy = MadeBy.BOT
    words: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a plan."""

    due_on: date
    amount: Money


# Of more than two instalments the second is the usual one, whichever end takes the remainder.
_PAIR, _USUAL = 2, 1


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """The numbers of a plan: exact amounts on strictly increasing days; `down` is instalment 0.

    `is_told_whole`: the customer named every sum and every day himself; no rhythm need be in them.
    """

    account_id: AccountId
    instalments: tuple[Instalment, ...]
    frequency: Frequency
    down: Instalment | None = None
    shown_as_default_day: bool = False
    is_told_whole: bool = False

    @property
    def count(self) -> int:
        """The number of instalments without the down payment."""
        return len(self.instalments)

    @property
    def regular(self) -> Money:
        """The usual instalment; of more than two the first may hold the remainder instead."""
        return self.instalments[_USUAL if self.count > _PAIR else 0].amount

    @property
    def first(self) -> Money:
        """The amount of the first instalment."""
        return self.instalments[0].amount

    @property
    def last(self) -> Money:
        """The amount of the last instalment."""
        return self.instalments[-1].amount

    @property
    def first_due_on(self) -> date:
        """The day of the first instalment after the down payment."""
        return self.instalments[0].due_on

    @property
    def total(self) -> Money:
        """Everything the plan pays, the down payment included."""
        return summed(*map(_AMOUNT, self.parts))

    @property
    def parts(self) -> tuple[Instalment, ...]:
        """All payments in order, the down payment first."""
        return (self.down, *self.instalments) if self.down else self.instalments


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan the customer accepted with an explicit yes; `words` are his own."""

    id: str
    account_id: AccountId
    terms: PlanTerms
    accepted_at: datetime
    words: str
    status: PlanStatus = PlanStatus.ACTIVE
    version: int = 1
    amendments: int = 0
    made_by: MadeBy = MadeBy.BOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A customer's word that he has paid: to be checked, never booked as a payment."""

    id: str
    account_id: AccountId
    made_at: datetime
    paid_on: date | None = None
    amount: Money | None = None
    way: str | None = None
    reference: str | None = None
    words: str = ""
    status: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """An objection to the amount or to the debt; collection on the account waits for its answer."""

    id: str
    account_id: AccountId
    kind: str
    opened_at: datetime
    disputed: Money | None = None
    right: Money | None = None
    words: str = ""
    status: str = "open"
    answer: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""


class Outcome(StrEnum):
    """How a person answered a complaint or a dispute."""

    UPHELD = "upheld"  # the customer is right
    ADJUSTED = "adjusted"  # partly right
    REJECTED = "rejected"


class ComplaintKind(StrEnum):
    """What a complaint is about: how we work, or that somebody threatened or harassed him."""

    SERVICE = "service"
    HARASSMENT = "harassment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint about us; `is_acknowledged` once its receipt was confirmed to the customer.

    `status` is `open` until a person answers it; then it is an `Outcome`.
    """

    id: str
    opened_at: datetime
    kind: ComplaintKind = ComplaintKind.SERVICE
    account_id: AccountId | None = None
    words: str = ""
    is_acknowledged: bool = False
    status: str = "open"
    answer: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Reminders wait: until an instant, or until a person lifts it when `until_at` is None."""

    name: str
    account_id: AccountId | None
    since_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time, no amount promised; `until_on` is its last day."""

    account_id: AccountId
    until_on: date
    made_on: date
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """The customer was given a way to pay `amount`; lapses at `until_at`."""

    account_id: AccountId
    amount: Money
    since_at: datetime
    until_at: datetime
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment booked by the ledger; a repeated reference counts once, a negative one reverses."""

    account_id: AccountId
    reference: str
    amount: Money
    paid_on: date


class HandoffReason(StrEnum):
    """Why a person is needed: a closed list, most urgent first."""

    DANGER = "danger"
    DECEASED = "deceased"
    REPRESENTED = "represented"
    VULNERABLE = "vulnerable"
    COMPLAINT = "complaint"
    DISPUTE_DEBT = "dispute_debt"
    DISPUTE_AMOUNT = "dispute_amount"
    PRIVACY = "privacy"
    REFUSED_CONTACT = "refused_contact"
    BROKEN_PROMISE = "broken_promise"
    BROKEN_PLAN = "broken_plan"
    HARDSHIP = "hardship"
    UNAFFORDABLE = "unaffordable"
    DISCOUNT = "discount"
    REQUESTED = "requested"
    CALLBACK = "callback"
    NEGOTIATION = "negotiation"
    PLAN_CHANGE = "plan_change"
    VERIFICATION = "verification"
    PAYMENT_PROBLEM = "payment_problem"
    CLAIM_NOT_FOUND = "claim_not_found"
    RECEIPT = "receipt"
    REFUSED = "refused"
    ABUSE = "abuse"
    UNCLEAR = "unclear"
    NO_REPLY = "no_reply"
    BY_HAND = "by_hand"
    OVERPAID = "overpaid"
    UNDELIVERED = "undelivered"
    OTHER_LANGUAGE = "other_language"


# Until a person decided how to go on, no further reminder is planned.
ENDS_REMINDERS = frozenset({HandoffReason.NO_REPLY, HandoffReason.BY_HAND})


class Priority(StrEnum):
    """How soon a person should look: now (crisis), today, or in turn."""

    NOW = "now"
    TODAY = "today"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """A case for a person; `is_open` until a person hands it back or closes it."""

    id: str
    reason: HandoffReason
    priority: Priority
    opened_at: datetime
    account_id: AccountId | None = None
    task: str = ""
    holds_bot: bool = True
    is_open: bool = True
    due_at: datetime | None = None
    # Opened while a person held the talk, who was there for something else.
    is_from_takeover: bool = False


class AppointmentKind(StrEnum):
    """What the scheduler may bring back to a conversation."""

    REMINDER = "reminder"
    PROMISE_NOTICE = "promise_notice"
    PROMISE_CHECK = "promise_check"
    INSTALMENT_NOTICE = "instalment_notice"
    PLAN_CHECK = "plan_check"
    QUESTION_NUDGE = "question_nudge"
    PROPOSAL_EXPIRY = "proposal_expiry"
    CLAIM_CHECK = "claim_check"
    PAYING_CHECK = "paying_check"
    HOLD_END = "hold_end"
    EXTENSION_END = "extension_end"
    FOLLOW_UP = "follow_up"
    CALLBACK = "callback"


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Why and when a conversation is to be looked at again; never a text."""

    id: str
    kind: AppointmentKind
    due_at: datetime
    account_id: AccountId | None = None
    about: str = ""
