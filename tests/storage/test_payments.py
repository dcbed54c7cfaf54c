"""Payments are booked once, reversals once, and the sum follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.money import Currency, Money
from storage import accounts, imports, payments
from storage.database import Database
from storage.payments import Booking, NewPayment
from tests.storage.test_imports import Bill
from tests.storage.values import NOW, dollars

HERE = "north:A1"


def a_payment(amount: Money | None = None, **changes: object) -> NewPayment:
    payment = NewPayment(
        account_id=HERE,
        reference="R1",
        amount=amount or dollars(50),
        paid_on=date(2026, 3, 2),
        received_at=NOW,
    )
    return replace(payment, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def owing(db: Database) -> Database:
    new = imports.NewImport(creditor_id="north", file_name="", file_hash="", started_at=NOW)
    await db.write(
        lambda c: imports.store_many(
            c, imports.begin(c, new), "north", [Bill(account_id="A1")], at=NOW
        )
    )
    return db


async def book(db: Database, *new: NewPayment) -> list[Booking]:
    return list(await db.write(lambda c: payments.book_many(c, new)))


async def owed(db: Database) -> tuple[Money, str]:
    found = (await db.read(lambda c: accounts.snapshot(c, [HERE])))[accounts.AccountId(HERE)]
    return found.outstanding, found.status


async def test_a_payment_reduces_the_bill_once(owing: Database) -> None:
    assert await book(owing, a_payment()) == [Booking.BOOKED]
    assert await book(owing, a_payment(), a_payment()) == [Booking.REPEATED] * 2
    assert await owed(owing) == (dollars(70), "open")


async def test_a_bill_that_is_paid_says_so_and_a_reversal_opens_it_again(owing: Database) -> None:
    await book(owing, a_payment(dollars(120)))
    assert await owed(owing) == (dollars(0), "paid")
    assert await book(owing, a_payment(dollars(-120)), a_payment(dollars(-120))) == [
        Booking.BOOKED,
        Booking.REPEATED,
    ]
    assert await owed(owing) == (dollars(120), "open")


async def test_what_was_paid_too_much_never_makes_a_negative_bill(owing: Database) -> None:
    await book(owing, a_payment(dollars(200)))
    assert await owed(owing) == (dollars(0), "paid")
    await book(owing, a_payment(dollars(-200)))
    assert await owed(owing) == (dollars(120), "open")


async def test_two_payments_of_one_batch_both_count(owing: Database) -> None:
    await book(owing, a_payment(dollars(10)), a_payment(dollars(20), reference="R2"))
    assert await owed(owing) == (dollars(90), "open")
    booked = await owing.read(lambda c: payments.of_accounts(c, [HERE]))
    assert [p.reference for p in booked[accounts.AccountId(HERE)]] == ["R1", "R2"]


async def test_a_payment_without_an_account_is_kept_for_a_person(owing: Database) -> None:
    euros = Money(500, Currency.of("EUR"))
    assert (
        await book(owing, a_payment(account_id="gone"), a_payment(euros, reference="R9"))
        == [Booking.UNMATCHED] * 2
    )
    found = await owing.read(payments.unmatched)
    assert [(p.account_id, p.amount) for p in found] == [(HERE, euros), ("gone", dollars(50))]
    assert await owed(owing) == (dollars(120), "open")
