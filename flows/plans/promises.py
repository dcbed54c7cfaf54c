"""Promises to pay, extensions without an amount, and how a promise turned out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows.plans.allocation import LedgerEntry, booked
from flows.plans.policy import PlanPolicy


class PromiseDecision(StrEnum):
    """What becomes of a promised day and amount."""

    ACCEPT = "accept"
    AMEND = "amend"
    NO_MORE_PROMISES = "no_more_promises"
    IN_PAST = "in_past"
    TOO_FAR = "too_far"
    TOO_SMALL = "too_small"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseHistory:
    """Broken promises so far, whether one is open, and how often the open one was amended."""

    broken: int = 0
    is_open: bool = False
    amended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswer:
    """The decision; `amount_minor` (capped to the outstanding) and `rest_minor` if it is taken.

    `latest` is the last day within policy, when the promised one is too far away.
    """

    decision: PromiseDecision
    amount_minor: int | None = None
    rest_minor: int | None = None
    latest: date | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the promise is recorded, as a new one or in place of the open one."""
        return self.amount_minor is not None


def promise(
    due_on: date,
    amount_minor: int,
    *,
    today: date,
    outstanding_minor: int,
    policy: PlanPolicy,
    history: PromiseHistory,
) -> PromiseAnswer:
    """Whether a promise is taken; an open one is replaced, there are never two."""
    if _has_used_up(policy, history):
        return PromiseAnswer(decision=PromiseDecision.NO_MORE_PROMISES)
    if due_on < today:
        return PromiseAnswer(decision=PromiseDecision.IN_PAST)
    if policy.ptp_max_days is not None and (due_on - today).days > policy.ptp_max_days:
        latest = today + timedelta(days=policy.ptp_max_days)
        return PromiseAnswer(decision=PromiseDecision.TOO_FAR, latest=latest)
    if amount_minor < max(1, min(policy.min_partial_minor or 0, outstanding_minor)):
        return PromiseAnswer(decision=PromiseDecision.TOO_SMALL)
    amount = min(amount_minor, outstanding_minor)
    return PromiseAnswer(
        decision=PromiseDecision.AMEND if history.is_open else PromiseDecision.ACCEPT,
        amount_minor=amount,
        rest_minor=outstanding_minor - amount,
    )


class PromiseResult(StrEnum):
    """How a promise turned out."""

    KEPT = "kept"
    PENDING = "pending"
    PARTIAL = "partial"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOutcome:
    """How a promise stands; `short_minor` is what was missing once its time was over, else 0."""

    result: PromiseResult
    paid_minor: int
    short_minor: int = 0


def promise_eval(
    *,
    amount_minor: int,
    made_on: date,
    due_on: date,
    grace_days: int,
    entries: Iterable[LedgerEntry],
    as_of: date,
) -> PromiseOutcome:
    """How a promise stands at the end of a day, by the payments booked up to it.

    Kept: payments from the day made to the promised day and grace, both included, reach the
    amount. Until that day is over it is pending, then partial or broken.
    """
    known = (entry for entry in entries if entry.paid_on <= as_of)
    window = (as_of - due_on).days - grace_days
    paid = sum(
        entry.amount_minor
        for entry in booked(known)
        if entry.paid_on >= made_on and (entry.paid_on - due_on).days <= grace_days
    )
    if paid >= amount_minor:
        return PromiseOutcome(result=PromiseResult.KEPT, paid_minor=paid)
    if window <= 0:
        return PromiseOutcome(result=PromiseResult.PENDING, paid_minor=paid)
    result = PromiseResult.PARTIAL if paid > 0 else PromiseResult.BROKEN
    return PromiseOutcome(result=result, paid_minor=paid, short_minor=amount_minor - paid)


class ExtensionDecision(StrEnum):
    """What becomes of a wish for more time."""

    GIVEN = "given"
    IN_PAST = "in_past"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAnswer:
    """The decision and, when the wish is too long, the latest day within policy."""

    decision: ExtensionDecision
    latest: date | None = None


def extension(until_on: date, *, today: date, policy: PlanPolicy) -> ExtensionAnswer:
    """Whether more time without an amount is given up to a day, itself included."""
    if until_on < today:
        return ExtensionAnswer(decision=ExtensionDecision.IN_PAST)
    longest = policy.max_extension_days
    if longest is not None and (until_on - today).days > longest:
        latest = today + timedelta(days=longest)
        return ExtensionAnswer(decision=ExtensionDecision.TOO_LONG, latest=latest)
    return ExtensionAnswer(decision=ExtensionDecision.GIVEN)


def _has_used_up(policy: PlanPolicy, history: PromiseHistory) -> bool:
    if policy.ptp_max_broken is not None and history.broken >= policy.ptp_max_broken:
        return True
    has_limit = history.is_open and policy.ptp_max_amend is not None
    return has_limit and history.amended >= (policy.ptp_max_amend or 0)
