"""The bodies of requests and answers; the OpenAPI document is made of these very types."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from bot.api.problems import Fault
from flows.money import Money as Amount

MOST_ACCOUNTS = 1_000
_LONGEST = 200
_LONGEST_REASON = 500
_LONGEST_ID = 64

Text = Annotated[str, Meta(max_length=_LONGEST)]
AccountNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=_LONGEST_ID,
        description="The creditor's own number of the account, as text.",
        examples=["B-1001"],
    ),
]
Decimal = Annotated[
    str,
    Meta(
        max_length=40,
        description="A decimal number as text, in major units, never a JSON number.",
        examples=["2360.00"],
    ),
]
Day = Annotated[str, Meta(max_length=20, description="A day, year first.", examples=["2026-02-28"])]
Reason = Annotated[
    str,
    Meta(min_length=1, max_length=_LONGEST_REASON, description="Why, for the audit; no names."),
]
CreditorId = Annotated[
    str, Meta(min_length=1, max_length=_LONGEST_ID, pattern=r"^[^:\s]+$", description="Whose bill.")
]


class In(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes in: a field nobody knows is a mistake, not something to pass over."""


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out."""


class Money(Out, frozen=True, kw_only=True):
    """An exact amount."""

    amount: Decimal
    currency: Annotated[str, Meta(description="ISO 4217.", examples=["CNY"])]


def money(amount: Amount) -> Money:
    """The amount as it goes out."""
    return Money(amount=str(amount.decimal), currency=amount.currency.code)


# --- Accounts -------------------------------------------------------------------------------------


class AccountIn(In, frozen=True, kw_only=True, omit_defaults=True):
    """An overdue account; fields, checks and reasons are those of a row of `duetalk import`.

    `amount` is what is owed now, all told: sent again it rules over what payments left.
    """

    account_id: Text
    name: Text
    amount: Decimal
    due_date: Day
    phone: Text = ""
    telegram: Text = ""
    currency: Text = ""
    product: Text = ""
    language: Annotated[str, Meta(max_length=20, description="zh-Hans, zh-Hant or en.")] = ""
    timezone: Text = ""
    country: Text = ""
    region: Text = ""
    fees: Decimal = ""
    pay_link: Annotated[str, Meta(max_length=500)] = ""
    verified: Annotated[bool, Meta(description="The number is known to be the customer's own.")] = (
        True
    )
    id_last4: Text = ""
    birthday: Text = ""
    postcode: Text = ""
    style: Text = ""
    consent: Text = ""


class OneAccount(AccountIn, frozen=True, kw_only=True):
    """One account to take in."""

    creditor: CreditorId = "main"
    campaign: Text = ""


class ManyAccounts(In, frozen=True, kw_only=True):
    """Accounts to take in together; `on_error` says what becomes of the good ones beside a bad one."""

    accounts: Annotated[list[AccountIn], Meta(min_length=1, max_length=MOST_ACCOUNTS)]
    on_error: Annotated[
        Literal["skip", "refuse_all"],
        Meta(description="`skip` stores the good ones; `refuse_all` stores none."),
    ] = "skip"
    creditor: CreditorId = "main"
    campaign: Text = ""


Taken = Literal["created", "updated", "same", "refused"]


class TakenAccount(Out, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one account."""

    account_id: str
    result: Taken
    errors: tuple[Fault, ...] = ()


class TakenAccounts(Out, frozen=True, kw_only=True):
    """What became of each, in the order they came, and in figures."""

    created: int
    updated: int
    same: int
    refused: int
    results: tuple[TakenAccount, ...]


class Reminding(Out, frozen=True, kw_only=True):
    """Whether anything may be planned; `reason` says why not, until `until` if that is known."""

    is_on: bool
    reason: str = ""
    until: datetime | None = None


class OpenPromise(Out, frozen=True, kw_only=True, tag_field="kind", tag="promise"):
    """A promise to pay on a day."""

    id: str
    amount: Money
    due_on: date
    made_by: Literal["bot", "agent"]


class OpenPlan(Out, frozen=True, kw_only=True, tag_field="kind", tag="plan"):
    """A running repayment plan."""

    id: str
    status: str
    total: Money
    parts: int
    next_due_on: date | None
    made_by: Literal["bot", "agent"]


class OpenExtension(Out, frozen=True, kw_only=True, tag_field="kind", tag="extension"):
    """More time, no amount promised."""

    until_on: date


class PersonOut(Out, frozen=True, kw_only=True):
    """Who it is, for tokens that may know."""

    name: str
    channel: str
    address: str


class AccountOut(Out, frozen=True, kw_only=True):
    """An account as it stands; `state` is the outcome so far, as `duetalk rehearse` names it."""

    account_id: str
    creditor: str
    status: Annotated[str, Meta(description="open, paid, closed or withdrawn.")]
    state: str
    outstanding: Money
    due_on: date
    reminding: Reminding
    commitment: OpenPromise | OpenPlan | OpenExtension | None
    open_dispute: str | None
    open_claim: str | None
    conversation_id: str | None
    person: PersonOut | UnsetType = UNSET


class AccountsPage(Out, frozen=True, kw_only=True):
    """Some accounts; `next_cursor` continues the list, null at its end."""

    items: tuple[AccountOut, ...]
    next_cursor: str | None


# --- Payments -------------------------------------------------------------------------------------


class PaymentIn(In, frozen=True, kw_only=True):
    """Money that came in; the same `reference` on the same account is booked once, ever."""

    account_id: AccountNumber
    reference: Annotated[str, Meta(min_length=1, max_length=_LONGEST)]
    amount: Decimal
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
    paid_on: date
    source: Text = ""
    creditor: CreditorId = "main"


class ReversalIn(In, frozen=True, kw_only=True):
    """A booked payment that the bank took back, by its reference."""

    account_id: AccountNumber
    reference: Annotated[str, Meta(min_length=1, max_length=_LONGEST)]
    reversed_on: date
    creditor: CreditorId = "main"


class Booked(Out, frozen=True, kw_only=True):
    """What became of it: `booked`, `repeated` (it is in the books already, nothing changed) or
    `unmatched` (kept, but no such account or another currency: a person looks).
    """

    result: Literal["booked", "repeated", "unmatched"]
    account_id: str
    reference: str
    outstanding: Money | None


# --- Contact --------------------------------------------------------------------------------------


class PauseIn(In, frozen=True, kw_only=True):
    """No reminder about this account, until a day's beginning or for good."""

    reason: Reason
    until: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="Until when; null: until resumed."),
    ] = None


class ResumeIn(In, frozen=True, kw_only=True):
    """Reminders may come again."""

    reason: Reason


class OptOutIn(In, frozen=True, kw_only=True):
    """An address that nothing is to be sent to any more: a stop that came by another way."""

    channel: Literal["sms", "telegram"]
    address: Annotated[str, Meta(min_length=1, max_length=128)]
    reason: Reason


class OptedOut(Out, frozen=True, kw_only=True):
    """How many accounts and conversations the stop covers now; it holds for later ones too."""

    accounts: int
    conversations: int


class MaySend(Out, frozen=True, kw_only=True):
    """What would go about this account next, and whether it may now: ladder and gate, as at a send.

    `held` names the rule that keeps it back and `at` the next look; `person`: a person decides.
    """

    verdict: Literal["send", "held", "person", "nothing"]
    at: datetime | None
    stage: str
    rules: tuple[str, ...]
    is_sending_stopped: bool
    text: str | UnsetType = UNSET


# --- Records --------------------------------------------------------------------------------------


class PromiseOut(Out, frozen=True, kw_only=True):
    """A promise, open or judged."""

    id: str
    account_id: str
    conversation_id: str
    amount: Money
    due_on: date
    made_on: date
    status: str
    made_by: str
    updated_at: datetime


class InstalmentOut(Out, frozen=True, kw_only=True):
    """One part of a plan; number 0 is the down payment."""

    number: int
    due_on: date
    amount: Money


class PlanOut(Out, frozen=True, kw_only=True):
    """A plan the customer accepted."""

    id: str
    account_id: str
    conversation_id: str
    total: Money
    frequency: str
    status: str
    made_by: str
    accepted_at: datetime
    updated_at: datetime
    instalments: tuple[InstalmentOut, ...]


class DisputeOut(Out, frozen=True, kw_only=True):
    """An objection to the amount or the debt; `words` are the customer's, for tokens that may know."""

    id: str
    account_id: str
    conversation_id: str
    kind: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    words: str | UnsetType = UNSET


class ClaimOut(Out, frozen=True, kw_only=True):
    """A customer's word that he has paid; never booked as a payment."""

    id: str
    account_id: str
    conversation_id: str
    status: str
    made_at: datetime
    paid_on: date | None
    amount: Money | None
    reference: str
    updated_at: datetime


class HandoffOut(Out, frozen=True, kw_only=True):
    """A case for a person; `reason` is `care` for what tells of health or death."""

    id: str
    account_id: str
    conversation_id: str
    reason: str
    priority: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    claimed_by: str | None
    closed_at: datetime | None
    updated_at: datetime


class PromisesPage(Out, frozen=True, kw_only=True):
    """Some promises, the earliest change first."""

    items: tuple[PromiseOut, ...]
    next_cursor: str | None


class PlansPage(Out, frozen=True, kw_only=True):
    """Some plans, the earliest change first."""

    items: tuple[PlanOut, ...]
    next_cursor: str | None


class DisputesPage(Out, frozen=True, kw_only=True):
    """Some disputes, the earliest change first."""

    items: tuple[DisputeOut, ...]
    next_cursor: str | None


class ClaimsPage(Out, frozen=True, kw_only=True):
    """Some claims of payment, the earliest change first."""

    items: tuple[ClaimOut, ...]
    next_cursor: str | None


class HandoffsPage(Out, frozen=True, kw_only=True):
    """Some cases, the earliest change first."""

    items: tuple[HandoffOut, ...]
    next_cursor: str | None


# --- Conversations --------------------------------------------------------------------------------


class ConversationOut(Out, frozen=True, kw_only=True):
    """One customer's talk."""

    id: str
    channel: str
    language: str
    holder: str | None
    outcome: str
    opened_at: datetime
    last_in_at: datetime | None
    last_out_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    person: PersonOut | UnsetType = UNSET


class ConversationsPage(Out, frozen=True, kw_only=True):
    """Some conversations, by id."""

    items: tuple[ConversationOut, ...]
    next_cursor: str | None


class TurnOut(Out, frozen=True, kw_only=True):
    """One decided turn of the audit: what happened and who answered, by which rules; no words."""

    number: int
    at: datetime
    event: str
    dialogue: str
    policy_version: str
    code_version: str
    hash: str


class TurnsPage(Out, frozen=True, kw_only=True):
    """Some turns, the oldest first."""

    items: tuple[TurnOut, ...]
    next_cursor: str | None


class MessageOut(Out, frozen=True, kw_only=True):
    """One message, in or out, with what became of it."""

    direction: Literal["in", "out"]
    at: datetime
    author: str
    kind: str
    status: str
    text: str


class MessagesPage(Out, frozen=True, kw_only=True):
    """Some messages, the newest last; `next_cursor` leads to earlier ones."""

    items: tuple[MessageOut, ...]
    next_cursor: str | None
