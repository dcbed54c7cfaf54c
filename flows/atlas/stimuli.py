"""What is tried on every state: readings of customers' words, money, time, people, gateways.

Readings are values, not texts, so that the map shows the flows and not the reader of words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from flows.events import (
    AgentHandedBack,
    AgentSaid,
    AgentTookOver,
    ComplaintAnswered,
    CustomerSaid,
    DeliveryFailed,
    DisputeAnswered,
    DutyDone,
    Event,
    PaymentSeen,
)
from flows.model import Conversation
from flows.money import Money
from flows.records import HandoffReason, Outcome
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Band,
    Entity,
    EntityKind,
    Frequency,
    LanguageTag,
    Role,
    Tag,
    Understanding,
    Value,
)

# The answers that prove the person of the map's conversations.
SECRETS = (("id4", "0417"), ("dob", "19900501"))
_RIGHT_ITEMS = "0417, 1990-05-01"
_ONE_RIGHT_ITEM = "0417"
_WRONG_ITEMS = "9999, 1971-01-01"

Make = Callable[[Conversation, datetime], Event | None]
WORDS, MONEY, PEOPLE, GATEWAY, TIME = "words", "money", "people", "gateway", "time"


@dataclass(frozen=True, slots=True)
class Stimulus:
    """Something that may happen: the word the map shows, its kind, and the event it makes.

    `make` answers None where it cannot happen. `intent` is what the words mean, for words.
    """

    label: str
    kind: str
    make: Make
    intent: Intent | None = None


def _entity(kind: EntityKind, value: Value, role: Role | None = None) -> Entity:
    return Entity(kind=kind, text=str(value), start=0, end=1, value=value, role=role)


def _days(number: int) -> Callable[[date], Entity]:
    return lambda today: _entity(EntityKind.DATE, today + timedelta(days=number))


def _ago(number: int) -> Callable[[date], Entity]:
    return _days(-number)


def _fixed(kind: EntityKind, value: Value, role: Role | None = None) -> Callable[[date], Entity]:
    return lambda today: _entity(kind, value, role)


def _amount(value: int, role: Role | None = None) -> Callable[[date], Entity]:
    return _fixed(EntityKind.AMOUNT, Decimal(value), role)


def _count(value: int) -> Callable[[date], Entity]:
    return _fixed(EntityKind.COUNT, value)


Facts = tuple[Callable[[date], Entity], ...]


def _said(
    intent: Intent, what: str = "", facts: Facts = (), *, tags: Iterable[Tag] = (), text: str = "x"
) -> Stimulus:
    """Words of this meaning; `what` says which figures they hold."""
    told = frozenset(tags)

    def make(conversation: Conversation, now: datetime) -> Event:
        today = now.astimezone(conversation.person.zone).date()
        reading = Understanding(
            text=text,
            intent=intent,
            confidence=1.0,
            band=Band.ACT,
            language=LanguageTag.EN,
            entities=tuple(fact(today) for fact in facts),
            tags=told,
        )
        return CustomerSaid(reading=reading, said_at=now)

    label = f"{intent} ({what})" if what else str(intent)
    return Stimulus(label=label, kind=WORDS, make=make, intent=intent)


def _foreign(conversation: Conversation, now: datetime) -> Event:
    reading = Understanding(
        text="x",
        intent=Intent.UNCLEAR,
        confidence=0.0,
        band=Band.CLARIFY,
        language=LanguageTag.OTHER,
    )
    return CustomerSaid(reading=reading, said_at=now)


_SEVERAL_INSTALMENTS = 6
_WITH_FIGURES = (
    _said(Intent.ALREADY_PAID, "day", (_ago(1),), tags=(Tag.PAST,)),
    _said(Intent.PROMISE_TO_PAY, "day", (_days(3),)),
    _said(Intent.PROMISE_TO_PAY, "day, all of it", (_days(3),), tags=(Tag.WHOLE,)),
    _said(Intent.PROMISE_TO_PAY, "day, part", (_days(3), _amount(150))),
    _said(Intent.PROMISE_TO_PAY, "too far", (_days(90),), tags=(Tag.WHOLE,)),
    _said(Intent.PROMISE_TO_PAY, "past day", (_ago(3),), tags=(Tag.WHOLE,)),
    _said(Intent.PROMISE_TO_PAY, "too little", (_days(3), _amount(5))),
    _said(Intent.REQUEST_INSTALMENTS, "count", (_count(_SEVERAL_INSTALMENTS),)),
    _said(
        Intent.REQUEST_INSTALMENTS,
        "count, pay day",
        (_count(4), _fixed(EntityKind.PAY_DAY, 1)),
    ),
    _said(
        Intent.REQUEST_INSTALMENTS,
        "amount each month",
        (
            _amount(50, Role.PER_INSTALMENT),
            _fixed(EntityKind.FREQUENCY, Frequency.MONTHLY),
        ),
    ),
    _said(
        Intent.REQUEST_INSTALMENTS,
        "count and amount differ",
        (_count(5), _amount(50, Role.PER_INSTALMENT)),
    ),
    _said(Intent.REQUEST_INSTALMENTS, "outside policy", (_count(40),)),
    _said(Intent.REQUEST_INSTALMENTS, "late first day", (_count(4), _days(80))),
    _said(Intent.PARTIAL_PAYMENT, "amount", (_amount(150, Role.PART),)),
    _said(Intent.PARTIAL_PAYMENT, "too little", (_amount(5, Role.PART),)),
    _said(Intent.REQUEST_EXTENSION, "day", (_days(7),)),
    _said(Intent.REQUEST_EXTENSION, "too long", (_days(60),)),
    _said(Intent.REQUEST_DISCOUNT, "amount", (_amount(300),)),
    _said(Intent.REQUEST_CALLBACK, "time", (_fixed(EntityKind.TIME, time(15)),)),
    _said(Intent.HARDSHIP, "nothing at all", text="nothing"),
    _said(Intent.BUSY, "day", (_days(2),)),
    _said(Intent.AFFIRM, "hedged", tags=(Tag.HEDGE,)),
    _said(Intent.AFFIRM, "all accounts", tags=(Tag.ALL_ACCOUNTS,)),
    _said(Intent.DENY, "other day", (_days(5),), tags=(Tag.CORRECTION,)),
    _said(Intent.DENY, "too much", tags=(Tag.TOO_MUCH,)),
    _said(Intent.DENY, "no person wanted", tags=(Tag.WITHDRAWS,)),
    _said(Intent.UNCLEAR, "day", (_days(4),)),
    _said(Intent.UNCLEAR, "amount", (_amount(100),)),
    _said(Intent.UNCLEAR, "small amount", (_amount(30),)),
    _said(Intent.UNCLEAR, "count", (_count(_SEVERAL_INSTALMENTS),)),
    _said(Intent.UNCLEAR, "first option", (_fixed(EntityKind.OPTION, 1),)),
    _said(Intent.UNCLEAR, "time", (_fixed(EntityKind.TIME, time(15)),)),
    _said(Intent.UNCLEAR, "right items", text=_RIGHT_ITEMS),
    _said(Intent.UNCLEAR, "one right item", text=_ONE_RIGHT_ITEM),
    _said(Intent.UNCLEAR, "wrong items", text=_WRONG_ITEMS),
    _said(Intent.UNCLEAR, "START", tags=(Tag.RESTART,), text="START"),
    _said(Intent.UNCLEAR, "HELP", tags=(Tag.HELP,), text="HELP"),
    Stimulus(label="other language", kind=WORDS, make=_foreign, intent=Intent.UNCLEAR),
)


def _paid(share_percent: int) -> Make:
    def make(conversation: Conversation, now: datetime) -> Event | None:
        case = conversation.case()
        owed = case.account.outstanding
        if owed.minor <= 0:
            return None
        amount = Money(owed.minor * share_percent // 100, owed.currency)
        reference = f"r{len(case.payments) + 1}"
        paid_on = now.astimezone(conversation.person.zone).date()
        return PaymentSeen(account_id=case.id, reference=reference, amount=amount, paid_on=paid_on)

    return make


def _reversed(conversation: Conversation, now: datetime) -> Event | None:
    """The ledger takes the last payment back."""
    payments = conversation.case().payments
    if not payments or payments[-1].amount.minor < 0:
        return None
    last = payments[-1]
    amount = Money(-last.amount.minor, last.amount.currency)
    return PaymentSeen(
        account_id=last.account_id, reference=last.reference, amount=amount, paid_on=last.paid_on
    )


def _held(event: Event) -> Make:
    return lambda conversation, now: event if conversation.holder is not None else None


def _free(event: Event) -> Make:
    return lambda conversation, now: event if conversation.holder is None else None


def _always(event: Event) -> Make:
    return lambda conversation, now: event


def _dispute(outcome: Outcome) -> Make:
    def make(conversation: Conversation, now: datetime) -> Event | None:
        dispute = conversation.case().open_dispute
        if dispute is None:
            return None
        return DisputeAnswered(
            agent=_AGENT, dispute_id=dispute.id, outcome=outcome, answer="We looked into it."
        )

    return make


def _complaint(conversation: Conversation, now: datetime) -> Event | None:
    standing = next((c for c in conversation.complaints if c.status == "open"), None)
    if standing is None:
        return None
    return ComplaintAnswered(
        agent=_AGENT, complaint_id=standing.id, outcome=Outcome.UPHELD, answer="We are sorry."
    )


def _duty(kind: HandoffReason) -> Make:
    """What a handoff asked for is done."""

    def make(conversation: Conversation, now: datetime) -> Event | None:
        standing = next((h for h in conversation.handoffs if h.is_open and h.reason is kind), None)
        return DutyDone(agent=_AGENT, duty_id=f"{kind}/{standing.id}") if standing else None

    return make


_AGENT = "agent"
_HALF, _ALL, _TOO_MUCH = 50, 100, 110
_OTHERS = (
    Stimulus("part is paid", MONEY, _paid(_HALF)),
    Stimulus("all is paid", MONEY, _paid(_ALL)),
    Stimulus("too much is paid", MONEY, _paid(_TOO_MUCH)),
    Stimulus("payment is reversed", MONEY, _reversed),
    Stimulus("agent takes over", PEOPLE, _free(AgentTookOver(agent=_AGENT))),
    Stimulus("agent writes", PEOPLE, _held(AgentSaid(agent=_AGENT, text="We look into it."))),
    Stimulus("agent hands back", PEOPLE, _held(AgentHandedBack(agent=_AGENT, note="done"))),
    Stimulus("dispute is upheld", PEOPLE, _dispute(Outcome.UPHELD)),
    Stimulus("dispute is rejected", PEOPLE, _dispute(Outcome.REJECTED)),
    Stimulus("complaint is answered", PEOPLE, _complaint),
    *(Stimulus(f"done: {reason}", PEOPLE, _duty(reason)) for reason in HandoffReason),
    Stimulus("undelivered", GATEWAY, _always(DeliveryFailed(message_id="1", reason="unknown"))),
    Stimulus(
        "outcome unknown",
        GATEWAY,
        _always(DeliveryFailed(message_id="1", reason="lost", is_unknown=True)),
    ),
)
STIMULI: tuple[Stimulus, ...] = (*(_said(intent) for intent in Intent), *_WITH_FIGURES, *_OTHERS)
