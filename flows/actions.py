"""What can be done. Imperative; `flows.fold` applies each to the conversation, the shell keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.money import Money
from flows.records import (
    AccountId,
    AppointmentKind,
    Claim,
    Complaint,
    Dispute,
    Extension,
    HandoffReason,
    Hold,
    Outcome,
    Paying,
    Payment,
    Plan,
    PlanStatus,
    Priority,
    Promise,
    PromiseStatus,
)
from flows.replacing import quick

Values = tuple[tuple[str, object], ...]


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Words for the customer: a wording key with typed values; `kind` is the gate's row.

    `structure` names what programs read behind the text (`proposal`, `ask_date`, ...).
    """

    key: str
    values: Values = ()
    kind: str = "reply"
    structure: str = "text"
    data: Values = ()
    account_id: AccountId | None = None
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SayText:
    """A person's own words, checked by the gate like any other."""

    text: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPromise:
    """Record a promise; an open one on the same account is replaced."""

    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePromise:
    """Close the open promise as kept, partial, broken or cancelled."""

    promise_id: str
    status: PromiseStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreePlan:
    """Put an accepted plan in force; a live one on the same account is replaced."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlanStatus:
    """Move a plan along its life."""

    plan_id: str
    status: PlanStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClaim:
    """Record or complete a claim of payment (same id: details were added)."""

    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseClaim:
    """The claim was found in the ledger, or not."""

    claim_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute:
    """Record or complete a dispute (same id: details were added)."""

    dispute: Dispute


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDispute:
    """A person answered the dispute in writing."""

    dispute_id: str
    outcome: Outcome
    answer: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAmount:
    """What is owed on an account was wrong: from here it is `outstanding`."""

    account_id: AccountId
    outstanding: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordComplaint:
    """Record or complete a complaint (same id: more was said)."""

    complaint: Complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseComplaint:
    """A person gave the final answer."""

    complaint_id: str
    outcome: Outcome
    answer: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDuty:
    """A duty that no other record closes was done; `duty_id` as `flows.duties` names it."""

    duty_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTime:
    """Give more time without an amount."""

    extension: Extension


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPaying:
    """Note that the customer was shown a way to pay; None closes it."""

    account_id: AccountId
    paying: Paying | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPayment:
    """Book what the ledger told, once per reference."""

    payment: Payment


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    """Pause reminders; the longer of two holds of one name wins."""

    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold:
    """End a hold by name."""

    name: str
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFlag:
    """Note a fact about the person; names are those of `flows.model.Flag`."""

    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearFlag:
    """Take back a flag that words of the customer corrected."""

    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Ask for a person; one open handoff a reason."""

    reason: HandoffReason
    priority: Priority = Priority.NORMAL
    task: str = ""
    account_id: AccountId | None = None
    holds_bot: bool = True
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseHandoffs:
    """The wish for a person is withdrawn, or a person has dealt with it."""

    reasons: tuple[HandoffReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """Stop a channel (`all` for every one) until START."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptIn:
    """The customer's own START opened the channel again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """The address is (or is no longer) known to be the customer's own."""

    is_bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseAddress:
    """This address is not the customer's: nothing more goes to it.

    `is_lent`: it is his own, answered by somebody near him; it opens again once he is verified.
    """

    is_lent: bool = False


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Come back at an instant; replaces an appointment of the same kind and account."""

    kind: AppointmentKind
    due_at: datetime
    account_id: AccountId | None = None
    about: str = ""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Take appointments of these kinds off the agenda (of one account, or of all when None)."""

    kinds: tuple[AppointmentKind, ...]
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """A person holds the conversation from here."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """The bot may speak again."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCallback:
    """A call at this instant was agreed."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell the people at the console; `what` is a closed set of words, never the customer's text."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Take back every bot message that has not left yet."""


Action = (
    Say
    | SayText
    | RecordPromise
    | SettlePromise
    | AgreePlan
    | SetPlanStatus
    | RecordClaim
    | CloseClaim
    | OpenDispute
    | CloseDispute
    | CorrectAmount
    | RecordComplaint
    | CloseComplaint
    | MarkDuty
    | GiveTime
    | StartPaying
    | BookPayment
    | PlaceHold
    | LiftHold
    | SetFlag
    | ClearFlag
    | HandOver
    | CloseHandoffs
    | OptOut
    | OptIn
    | Bind
    | CloseAddress
    | Schedule
    | Cancel
    | TakeOver
    | HandBack
    | SetCallback
    | Notify
    | Recall
)
