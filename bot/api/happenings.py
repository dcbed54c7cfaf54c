"""What a turn changed that other programs may hear of: ids, sums and days, never names or words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.model import Case, Conversation
from flows.money import Money
from flows.records import (
    AccountId,
    Claim,
    Complaint,
    Dispute,
    Handoff,
    HandoffReason,
    Payment,
    Plan,
    PlanStatus,
    Promise,
    PromiseStatus,
)

# Health, death and danger are told as care: who must know looks at the console.
_CARE = frozenset(
    {HandoffReason.DANGER, HandoffReason.DECEASED, HandoffReason.VULNERABLE, HandoffReason.HARDSHIP}
)
CARE = "care"

PROMISE_KINDS: Mapping[PromiseStatus, str] = {
    PromiseStatus.OPEN: "promise.made",
    PromiseStatus.KEPT: "promise.kept",
    PromiseStatus.PARTIAL: "promise.partly_kept",
    PromiseStatus.BROKEN: "promise.broken",
    PromiseStatus.REPLACED: "promise.replaced",
    PromiseStatus.CANCELLED: "promise.cancelled",
}
PLAN_KINDS: Mapping[PlanStatus, str] = {
    PlanStatus.ACTIVE: "plan.resumed",
    PlanStatus.AT_RISK: "plan.at_risk",
    PlanStatus.BROKEN: "plan.broken",
    PlanStatus.COMPLETED: "plan.completed",
    PlanStatus.CANCELLED: "plan.cancelled",
    PlanStatus.REPLACED: "plan.replaced",
    PlanStatus.FROZEN: "plan.frozen",
}
AGREED = "plan.agreed"
KINDS: tuple[str, ...] = (
    *PROMISE_KINDS.values(),
    AGREED,
    *PLAN_KINDS.values(),
    "payment.claimed",
    "payment.booked",
    "payment.reversed",
    "dispute.opened",
    "dispute.answered",
    "complaint.opened",
    "complaint.answered",
    "handoff.opened",
    "handoff.closed",
    "contact.opted_out",
    "contact.opted_in",
    "contact.address_closed",
)
"""Every kind of event, as endpoints subscribe to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened to an account (or to the person, when `account_id` is empty)."""

    at: datetime
    kind: str
    conversation_id: str
    account_id: str
    data: Mapping[str, Any]


Told = tuple[str, str, Mapping[str, Any]]


def discreet(reason: str) -> str:
    """A reason for a handoff as other programs may know it."""
    return CARE if reason in _CARE else reason


def happened(before: Conversation | None, after: Conversation, at: datetime) -> list[Happening]:
    """What is otherwise now; nothing for a conversation that just began."""
    if before is None or before is after:
        return []
    return [
        Happening(at=at, kind=kind, conversation_id=after.id, account_id=account_id, data=data)
        for kind, account_id, data in _differences(before, after)
    ]


def _differences(before: Conversation, after: Conversation) -> Iterator[Told]:
    if before.cases is not after.cases:
        known = {case.id: case for case in before.cases}
        for case in after.cases:
            if case is not known.get(case.id):
                yield from _of_case(known.get(case.id), case)
    if before.handoffs is not after.handoffs:
        yield from _of_handoffs(before.handoffs, after.handoffs)
    if before.complaints is not after.complaints:
        yield from _of_complaints(before.complaints, after.complaints)
    yield from _of_contact(before, after)


def _of_contact(before: Conversation, after: Conversation) -> Iterator[Told]:
    if before.opted_out != after.opted_out:
        kind = "contact.opted_out" if after.opted_out else "contact.opted_in"
        # The stop is about every bill of the person in this talk.
        for case in after.cases:
            yield kind, case.id, {"channel": after.carrier}
    if after.is_address_closed and not before.is_address_closed:
        for case in after.cases:
            yield "contact.address_closed", case.id, {"channel": after.carrier}


def _of_case(before: Case | None, after: Case) -> Iterator[Told]:
    yield from _of_promises(before.promises if before else (), after.promises)
    yield from _of_plans(before.plans if before else (), after.plans)
    old_claims = {claim.id for claim in before.claims} if before else set()
    for claim in after.claims:
        if claim.id not in old_claims:
            yield "payment.claimed", claim.account_id, _claim(claim)
    booked = before.payments if before else ()
    for payment in after.payments[len(booked) :]:
        yield _paid(payment)
    yield from _of_disputes(before.disputes if before else (), after.disputes)


def _of_promises(before: Iterable[Promise], after: Iterable[Promise]) -> Iterator[Told]:
    old = {promise.id: promise.status for promise in before}
    for promise in after:
        if old.get(promise.id) is not promise.status:
            yield PROMISE_KINDS[promise.status], promise.account_id, _promise(promise)


def _of_plans(before: Iterable[Plan], after: Iterable[Plan]) -> Iterator[Told]:
    old = {plan.id: plan.status for plan in before}
    for plan in after:
        was = old.get(plan.id)
        if was is not plan.status:
            kind = AGREED if was is None else PLAN_KINDS[plan.status]
            yield kind, plan.account_id, _plan(plan)


def _of_disputes(before: Iterable[Dispute], after: Iterable[Dispute]) -> Iterator[Told]:
    old = {dispute.id: dispute.status for dispute in before}
    for dispute in after:
        if old.get(dispute.id) != dispute.status:
            kind = "dispute.opened" if dispute.id not in old else "dispute.answered"
            data = {"dispute_id": dispute.id, "about": dispute.kind, "status": dispute.status}
            yield kind, dispute.account_id, data


def _of_complaints(before: Iterable[Complaint], after: Iterable[Complaint]) -> Iterator[Told]:
    old = {complaint.id: complaint.status for complaint in before}
    for complaint in after:
        if old.get(complaint.id) != complaint.status:
            kind = "complaint.opened" if complaint.id not in old else "complaint.answered"
            data = {"complaint_id": complaint.id, "status": complaint.status}
            yield kind, complaint.account_id or AccountId(""), data


def _of_handoffs(before: Iterable[Handoff], after: Iterable[Handoff]) -> Iterator[Told]:
    old = {handoff.id: handoff.is_open for handoff in before}
    for handoff in after:
        if old.get(handoff.id, False) is handoff.is_open:
            continue
        kind = "handoff.opened" if handoff.is_open else "handoff.closed"
        data = {
            "handoff_id": handoff.id,
            "reason": discreet(handoff.reason),
            "priority": handoff.priority.value,
        }
        yield kind, handoff.account_id or AccountId(""), data


def _promise(promise: Promise) -> Mapping[str, Any]:
    return {
        "promise_id": promise.id,
        **_amount(promise.amount),
        "due_on": promise.due_on.isoformat(),
        "made_by": promise.made_by.value,
    }


def _plan(plan: Plan) -> Mapping[str, Any]:
    return {
        "plan_id": plan.id,
        **_amount(plan.terms.total),
        "instalments": [
            {"due_on": part.due_on.isoformat(), "amount": str(part.amount.decimal)}
            for part in plan.terms.parts
        ],
        "made_by": plan.made_by.value,
    }


def _claim(claim: Claim) -> Mapping[str, Any]:
    return {
        "claim_id": claim.id,
        **(_amount(claim.amount) if claim.amount else {}),
        "paid_on": claim.paid_on.isoformat() if claim.paid_on else None,
    }


def _paid(payment: Payment) -> Told:
    kind = "payment.reversed" if payment.amount.minor < 0 else "payment.booked"
    data = {
        "reference": payment.reference,
        **_amount(payment.amount),
        "paid_on": payment.paid_on.isoformat(),
    }
    return kind, payment.account_id, data


def _amount(amount: Money) -> Mapping[str, str]:
    return {"amount": str(amount.decimal), "currency": amount.currency.code}
