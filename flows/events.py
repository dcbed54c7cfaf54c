"""What can happen to a conversation. Past tense; every event goes through the same `decide`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flows.money import Money
from flows.records import AccountId, Outcome
from flows.understanding.values import Frequency, Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSaid:
    """One message, or a burst read as one; `parts` are the readings of the single messages."""

    reading: Understanding
    said_at: datetime
    message_ids: tuple[str, ...] = ()
    parts: tuple[Understanding, ...] = ()
    is_late: bool = False
    has_left: bool = False
    """The provider has stopped this address already and has told the customer so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCame:
    """An appointment of the conversation's agenda fell due; a cancelled one changes nothing."""

    appointment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSeen:
    """The ledger booked a payment (a negative amount reverses the one of the same reference)."""

    account_id: AccountId
    reference: str
    amount: Money
    paid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTookOver:
    """A person holds the conversation; `ownership` rises so that older bot words are refused."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSaid:
    """A person wrote to the customer; judged by the same gate as the bot's words."""

    agent: str
    text: str
    seen_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHandedBack:
    """The person returns the conversation to the bot, with a note and perhaps a quiet time."""

    agent: str
    note: str = ""
    quiet_until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAnswered:
    """A person looked into a dispute and explained what came of it.

    `right`: what is owed from here, where the amount changes. `is_sent`: the answer is to go to
    the customer as a message; else it reached him in writing by another way.
    """

    agent: str
    dispute_id: str
    outcome: Outcome
    answer: str
    right: Money | None = None
    is_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintAnswered:
    """A person gave the final answer to a complaint; `is_sent` as with a dispute."""

    agent: str
    complaint_id: str
    outcome: Outcome
    answer: str
    is_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProposed:
    """A person offers a plan: so many parts, or parts of `amount`, from `first_due_on`.

    The engine makes the schedule; `hands_back`: the bot takes the customer's yes.
    """

    agent: str
    account_id: AccountId
    count: int | None = None
    amount: Money | None = None
    frequency: Frequency = Frequency.MONTHLY
    first_due_on: date | None = None
    hands_back: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDone:
    """A person did what was owed; `finding` is what he found out, where a duty asks for it."""

    agent: str
    duty_id: str
    note: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAgreed:
    """A person reached an agreement with the customer himself, on the line or in the talk.

    With `count` or `is_plan` the engine makes a plan of the figures; else it is a promise of
    `amount` on `due_on`. `words`: what the customer agreed to, as the person notes it.
    `is_confirmed`: the customer gets it in writing.
    """

    agent: str
    account_id: AccountId
    words: str
    due_on: date | None = None
    amount: Money | None = None
    count: int | None = None
    frequency: Frequency = Frequency.MONTHLY
    is_plan: bool = False
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersPaused:
    """The creditor wants no reminder about an account, until an instant or until he resumes."""

    by: str
    account_id: AccountId
    until_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersResumed:
    """The creditor lets reminders about an account go on."""

    by: str
    account_id: AccountId
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStopped:
    """The customer's stop came by another way: a call, a letter, another system."""

    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed:
    """A gateway refused a message for good, or its outcome is unknown."""

    message_id: str
    reason: str
    is_unknown: bool = False


Event = (
    CustomerSaid
    | TimeCame
    | PaymentSeen
    | AgentTookOver
    | AgentSaid
    | AgentHandedBack
    | DisputeAnswered
    | ComplaintAnswered
    | DutyDone
    | AgentProposed
    | AgentAgreed
    | RemindersPaused
    | RemindersResumed
    | ContactStopped
    | DeliveryFailed
)
