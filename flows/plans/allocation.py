"""Which instalments the money covers, recomputed from the ledger's entries each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flows.plans.policy import PrepayMode
from flows.plans.results import Due


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What the ledger told: a payment, or with a negative amount the reversal of its reference."""

    reference: str
    paid_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What is paid of each instalment, and the credit beyond them, in minor units."""

    paid: tuple[int, ...]
    credit_minor: int


def allocate(
    instalments: Sequence[Due],
    entries: Iterable[LedgerEntry],
    mode: PrepayMode = PrepayMode.ADVANCE,
) -> Allocation:
    """What the payments cover, whatever their order of arrival; sums back to the cent.

    `shorten`: what exceeds the instalments due by the payment's day comes off the last one
    backwards. What exceeds them all is credit, for a person to refund.
    """
    order = due_order(instalments)
    oldest_first = [instalments[place] for place in order]
    paid = [0] * len(instalments)
    credit = sum(cover(paid, oldest_first, entry, mode) for entry in booked(entries))
    return Allocation(paid=in_given_order(paid, order), credit_minor=credit)


def booked(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The payments that count, by day and reference.

    A reference counts once, with its earliest entry (of one day, the smallest); a reversal,
    whenever it came, removes it.
    """
    first: dict[str, LedgerEntry] = {}
    reversed_references: set[str] = set()
    for entry in entries:
        if entry.amount_minor < 0:
            reversed_references.add(entry.reference)
            continue
        known = first.get(entry.reference)
        if known is None or _is_before(entry, known):
            first[entry.reference] = entry
    counting = [e for reference, e in first.items() if reference not in reversed_references]
    return sorted(counting, key=lambda entry: (entry.paid_on, entry.reference))


def due_order(instalments: Sequence[Due]) -> list[int]:
    """The places of the instalments, the one due first at the front."""
    return sorted(range(len(instalments)), key=lambda place: instalments[place].due_on)


def in_given_order(paid: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    """Amounts kept by due order, back at the places of their instalments."""
    given = [0] * len(order)
    for amount, place in zip(paid, order, strict=True):
        given[place] = amount
    return tuple(given)


def cover(paid: list[int], instalments: Sequence[Due], entry: LedgerEntry, mode: PrepayMode) -> int:
    """Add one payment to `paid` in place and return what no instalment takes.

    The instalments, and what is paid of them, stand in the order of their due days.
    """
    count = len(instalments)
    if mode is PrepayMode.ADVANCE:
        return _fill(paid, instalments, range(count), entry.amount_minor)
    due = sum(1 for instalment in instalments if instalment.due_on <= entry.paid_on)
    left = _fill(paid, instalments, range(due), entry.amount_minor)
    return _fill(paid, instalments, range(count - 1, due - 1, -1), left)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClaim:
    """An account that a payment may be meant for.

    `awaited_minor` are the sums its plan or promise expects; `overdue_since` is None if nothing
    is overdue.
    """

    account_id: str
    references: frozenset[str] = frozenset()
    awaited_minor: frozenset[int] = frozenset()
    overdue_since: date | None = None


def meant_account(
    reference: str, amount_minor: int, accounts: Sequence[AccountClaim]
) -> str | None:
    """The account a payment is for, or None without accounts; say so to the customer.

    The one named by reference, else the one whose plan or promise has that amount, else the one
    overdue longest.
    """
    by_reference = [a for a in accounts if reference in a.references]
    by_amount = [a for a in accounts if amount_minor in a.awaited_minor]
    candidates = by_reference or by_amount or accounts
    oldest = min(candidates, key=_overdue_order, default=None)
    return oldest.account_id if oldest else None


def _overdue_order(account: AccountClaim) -> tuple[date, str]:
    return (account.overdue_since or date.max, account.account_id)


def _is_before(entry: LedgerEntry, known: LedgerEntry) -> bool:
    return (entry.paid_on, entry.amount_minor) < (known.paid_on, known.amount_minor)


def _fill(paid: list[int], instalments: Sequence[Due], order: Iterable[int], amount: int) -> int:
    for number in order:
        if amount == 0:
            break
        taken = min(amount, instalments[number].amount_minor - paid[number])
        paid[number] += taken
        amount -= taken
    return amount
