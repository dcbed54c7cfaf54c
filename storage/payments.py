"""Booked payments: each reference once, a reversal once, and the account's sum with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, case, select, update

from flows.money import Currency, Money
from flows.records import AccountId
from flows.records import Payment as BookedPayment
from storage import tables
from storage.batches import Insert, padded
from storage.columns import Instant

_PAYMENTS = tables.table("payments")
_ACCOUNTS = tables.table("accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment a ledger or gateway told of; a negative amount reverses its reference."""

    account_id: str
    reference: str
    amount: Money
    paid_on: date
    received_at: datetime
    source: str = ""


class Booking(StrEnum):
    """What became of a payment."""

    BOOKED = "booked"
    REPEATED = "repeated"  # this reference was booked before
    UNMATCHED = "unmatched"  # no such account, or another currency: a person looks


_ADD = Insert(
    _PAYMENTS,
    (
        "account_id",
        "reference",
        "is_reversal",
        "amount_minor",
        "currency",
        "exponent",
        "paid_on",
        "source",
        "is_matched",
        "received_at",
    ),
    unless=("account_id", "reference", "is_reversal"),
    returning=("account_id", "reference", "is_reversal"),
)
_OWED = (
    select(_ACCOUNTS.c.id, _ACCOUNTS.c.currency)
    .where(_ACCOUNTS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_ACCOUNTS.c.id)
    .with_for_update()
)
_LEFT = _ACCOUNTS.c.outstanding_minor - bindparam("paid")
_REDUCE = (
    update(_ACCOUNTS)
    .where(_ACCOUNTS.c.id == bindparam("account"))
    .values(
        outstanding_minor=_LEFT,
        status=case(
            (_ACCOUNTS.c.status.not_in(("open", "paid")), _ACCOUNTS.c.status),
            (_LEFT <= 0, "paid"),
            else_="open",
        ),
        updated_at=bindparam("at", type_=Instant()),
    )
)


def book_many(conn: Connection, payments: Sequence[NewPayment]) -> tuple[Booking, ...]:
    """Book each payment once and reduce its account by it; what became of each, in order."""
    if not payments:
        return ()
    ids = sorted({payment.account_id for payment in payments})
    found = {row.id: row.currency for row in conn.execute(_OWED, {"ids": padded(ids)})}
    rows = [_row(p, is_matched=found.get(p.account_id) == p.amount.currency.code) for p in payments]
    new = {(a, r, bool(back)) for a, r, back in _ADD.run(conn, rows)}
    bookings = []
    reduced: dict[str, int] = defaultdict(int)
    for payment, row in zip(payments, rows, strict=True):
        key = (payment.account_id, payment.reference, payment.amount.minor < 0)
        if key not in new:
            bookings.append(Booking.REPEATED)
            continue
        new.discard(key)
        bookings.append(Booking.BOOKED if row["is_matched"] else Booking.UNMATCHED)
        if row["is_matched"]:
            reduced[payment.account_id] += payment.amount.minor
    at = max(payment.received_at for payment in payments)
    for account, paid in reduced.items():
        conn.execute(_REDUCE, {"account": account, "paid": paid, "at": at})
    return tuple(bookings)


def _row(payment: NewPayment, *, is_matched: bool) -> dict[str, object]:
    return {
        "account_id": payment.account_id,
        "reference": payment.reference,
        "is_reversal": payment.amount.minor < 0,
        "amount_minor": payment.amount.minor,
        "currency": payment.amount.currency.code,
        "exponent": payment.amount.currency.exponent,
        "paid_on": payment.paid_on,
        "source": payment.source,
        "is_matched": is_matched,
        "received_at": payment.received_at,
    }


# Fits every database's integer with room for sums.
LARGEST_MINOR = 10**15


def find(conn: Connection, account_id: str, reference: str) -> tuple[BookedPayment, bool] | None:
    """The payment of this reference, never its reversal, and whether it was matched."""
    row = conn.execute(
        select(_PAYMENTS).where(
            _PAYMENTS.c.account_id == account_id,
            _PAYMENTS.c.reference == reference,
            ~_PAYMENTS.c.is_reversal,
        )
    ).one_or_none()
    if row is None:
        return None
    found = BookedPayment(
        account_id=AccountId(row.account_id),
        reference=row.reference,
        amount=Money(row.amount_minor, Currency(row.currency, row.exponent)),
        paid_on=row.paid_on,
    )
    return found, bool(row.is_matched)


def lock_unless_booked(conn: Connection, payment: NewPayment) -> bool:
    """Lock the payment's account; whether its reference is not in the books yet.

    Of two that bring the same payment at once, the second waits here and finds it booked.
    """
    conn.execute(_OWED, {"ids": padded([payment.account_id])}).all()
    is_there = select(_PAYMENTS.c.id).where(
        _PAYMENTS.c.account_id == payment.account_id,
        _PAYMENTS.c.reference == payment.reference,
        _PAYMENTS.c.is_reversal == (payment.amount.minor < 0),
    )
    return conn.execute(is_there).first() is None


_OF_ACCOUNTS = (
    select(_PAYMENTS)
    .where(_PAYMENTS.c.account_id.in_(bindparam("ids", expanding=True)), _PAYMENTS.c.is_matched)
    .order_by(_PAYMENTS.c.paid_on, _PAYMENTS.c.reference, _PAYMENTS.c.id)
)


def of_accounts(
    conn: Connection, account_ids: Sequence[str]
) -> dict[AccountId, tuple[BookedPayment, ...]]:
    """The booked payments of accounts, by (day, reference) as the ledger orders them."""
    found: dict[AccountId, list[BookedPayment]] = defaultdict(list)
    if account_ids:
        for row in conn.execute(_OF_ACCOUNTS, {"ids": padded(account_ids)}):
            payment = BookedPayment(
                account_id=AccountId(row.account_id),
                reference=row.reference,
                amount=Money(row.amount_minor, Currency(row.currency, row.exponent)),
                paid_on=row.paid_on,
            )
            found[payment.account_id].append(payment)
    return {account_id: tuple(payments) for account_id, payments in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A payment nobody knows the account of."""

    id: int
    account_id: str
    reference: str
    amount: Money
    paid_on: date
    source: str
    received_at: datetime


def unmatched(conn: Connection, *, limit: int = 100) -> tuple[Unmatched, ...]:
    """Payments without an account, newest first."""
    rows = conn.execute(
        select(_PAYMENTS)
        .where(~_PAYMENTS.c.is_matched)
        .order_by(_PAYMENTS.c.id.desc())
        .limit(limit)
    )
    return tuple(
        Unmatched(
            id=row.id,
            account_id=row.account_id,
            reference=row.reference,
            amount=Money(row.amount_minor, Currency(row.currency, row.exponent)),
            paid_on=row.paid_on,
            source=row.source,
            received_at=row.received_at,
        )
        for row in rows
    )
