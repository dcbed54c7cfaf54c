"""Payments and reversals in, each once: the talk hears of them in the transaction that books them."""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import Connection

from bot.api.access import Scope
from bot.api.endpoints import Answer, Call, Endpoint
from bot.api.problems import ApiError, Fault, invalid, not_found
from bot.api.shapes import Booked, PaymentIn, ReversalIn, money
from bot.importing.rows import KNOWN_CURRENCIES
from bot.turn import take_turn
from flows.events import PaymentSeen
from flows.money import Currency, Money, parse_money
from flows.records import AccountId
from storage import accounts, conversations, payments
from storage.audit import Entry, detail
from storage.payments import Booking, NewPayment

_TAG = "payments"


_NEVER_COUNTED = ApiError(
    name="unmatched",
    status=HTTPStatus.CONFLICT,
    detail="the payment was never counted on an account, so there is nothing to take back",
    expected="a payment that was answered `booked`",
    next="tell the person who looks at unmatched payments",
)


def book(conn: Connection, call: Call) -> Answer:
    """Book what came in; the same reference again changes nothing."""
    given: PaymentIn = call.body
    new = NewPayment(
        account_id=accounts.account_id(given.creditor, given.account_id),
        reference=given.reference,
        amount=_amount(given),
        paid_on=given.paid_on,
        received_at=call.now,
        source=given.source or call.actor,
    )
    return _booked(conn, call, new)


def reverse(conn: Connection, call: Call) -> Answer:
    """Take a booked payment back, whole."""
    given: ReversalIn = call.body
    account_id = accounts.account_id(given.creditor, given.account_id)
    found = payments.find(conn, account_id, given.reference)
    if found is None:
        hint = "POST /api/v1/payments books one; a reversal names the same account and reference"
        raise not_found("payment", given.reference, hint=hint)
    booked, is_matched = found
    if not is_matched:
        raise _NEVER_COUNTED
    new = NewPayment(
        account_id=account_id,
        reference=given.reference,
        amount=-booked.amount,
        paid_on=given.reversed_on,
        received_at=call.now,
        source=call.actor,
    )
    return _booked(conn, call, new)


def _amount(given: PaymentIn) -> Money:
    if given.currency not in KNOWN_CURRENCIES:
        reason = "expected a currency code such as CNY, HKD, TWD, USD or GBP"
        raise invalid((Fault(pointer="/currency", reason=reason, value=given.currency),))
    try:
        amount = parse_money(given.amount, Currency.of(given.currency))
    except ValueError as error:
        raise invalid((Fault(pointer="/amount", reason=str(error), value=given.amount),)) from None
    if amount.minor <= 0 or amount.minor > payments.LARGEST_MINOR:
        reason = (
            "expected an amount above zero that a payment can have; a reversal has its own path"
        )
        raise invalid((Fault(pointer="/amount", reason=reason, value=given.amount),))
    return amount


def _booked(conn: Connection, call: Call, new: NewPayment) -> Answer:
    """The talk first, by what the ledger said before this payment; then the ledger.

    The order of locks is that of a turn: the conversation, then the account.
    """
    record = accounts.snapshot(conn, [new.account_id]).get(AccountId(new.account_id))
    if record is not None and record.conversation_id:
        conversations.lock_many(conn, (record.conversation_id,))
    is_new = payments.lock_unless_booked(conn, new)
    is_same_money = record is not None and record.outstanding.currency == new.amount.currency
    if is_new and is_same_money and record is not None and record.conversation_id:
        seen = PaymentSeen(
            account_id=record.id,
            reference=new.reference,
            amount=new.amount,
            paid_on=new.paid_on,
        )
        take_turn(conn, record.conversation_id, seen, call.planner.rules, call.now)
    (booking,) = payments.book_many(conn, [new])
    left = accounts.snapshot(conn, [new.account_id]).get(AccountId(new.account_id))
    told = Booked(
        result=booking.value,
        account_id=new.account_id.partition(":")[2],
        reference=new.reference,
        outstanding=money(left.outstanding) if left else None,
    )
    status = HTTPStatus.OK if booking is Booking.REPEATED else HTTPStatus.CREATED
    return Answer(body=told, status=status, acts=_acts(call, new, booking))


def _acts(call: Call, new: NewPayment, booking: Booking) -> tuple[Entry, ...]:
    if booking is Booking.REPEATED:
        return ()
    kind = "payment_reversed" if new.amount.minor < 0 else "payment_booked"
    told = detail(
        reference=new.reference,
        amount_minor=new.amount.minor,
        currency=new.amount.currency.code,
        paid_on=new.paid_on,
        result=booking.value,
    )
    return (call.act(kind, account_id=new.account_id, detail_json=told),)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/payments",
        name="bookPayment",
        summary="Book a payment, once a reference",
        about=(
            "Reduces what is owed, settles the promise or the plan it pays, and lets the customer "
            "hear of it through the gate. Unknown accounts are kept as `unmatched` for a person."
        ),
        scope=Scope.PAYMENTS_WRITE,
        carry=book,
        body=PaymentIn,
        answers={201: Booked, 200: Booked},
        tag=_TAG,
    ),
    Endpoint(
        method="POST",
        path="/v1/payments/reversal",
        name="reversePayment",
        summary="Take a booked payment back",
        about="The whole payment of that reference, once; its promise or plan is judged anew.",
        scope=Scope.PAYMENTS_WRITE,
        carry=reverse,
        body=ReversalIn,
        answers={201: Booked, 200: Booked},
        problems=(404, 409),
        tag=_TAG,
    ),
)
