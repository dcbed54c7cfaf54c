"""From the records of a conversation to the plain numbers the plan engine works on."""

from __future__ import annotations

from collections.abc import Iterable

from flows.plans.allocation import LedgerEntry
from flows.plans.results import Due
from flows.records import Payment, PlanTerms
from flows.replacing import maker

_make_due = maker(Due)


def dues_of(terms: PlanTerms) -> tuple[Due, ...]:
    """The parts of an accepted plan, the down payment first."""
    return tuple([_make_due(due_on=p.due_on, amount_minor=p.amount.minor) for p in terms.parts])


def entries_of(payments: Iterable[Payment]) -> tuple[LedgerEntry, ...]:
    """The booked payments as ledger entries."""
    return tuple(
        LedgerEntry(reference=p.reference, paid_on=p.paid_on, amount_minor=p.amount.minor)
        for p in payments
    )
