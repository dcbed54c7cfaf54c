"""Where an account stands after the last turn: the outcome and the facts of the command contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flows.model import Case, Conversation, Flag
from flows.records import HandoffReason, PlanTerms

# Contract 2: danger to life, death and a representative name the outcome before anything else.
_GRAVE = (HandoffReason.DANGER, HandoffReason.DECEASED, HandoffReason.REPRESENTED)
_PUBLIC_FLAGS = tuple(flag for flag in Flag if flag is not Flag.WRONG_PERSON)


def outcome(c: Conversation, case: Case, now: datetime) -> str:
    """The first outcome that holds, in the order of the contract."""
    return next((name for name, holds in _OUTCOMES if holds(c, case, now)), "unresolved")


def _grave(c: Conversation, case: Case, now: datetime) -> bool:
    return any(h.is_open and h.reason in _GRAVE for h in c.handoffs)


def _with_person(c: Conversation, case: Case, now: datetime) -> bool:
    return c.holder is not None or c.open_handoff is not None


def _held(c: Conversation, case: Case, now: datetime) -> bool:
    return any(
        h.account_id in (None, case.id)
        and h.name not in ("proposal", "identity")
        and (h.until_at is None or h.until_at > now)
        for h in c.holds
    )


_OUTCOMES: tuple[tuple[str, Callable[[Conversation, Case, datetime], bool]], ...] = (
    ("handed_off", _grave),
    ("opted_out", lambda c, case, now: bool(c.opted_out)),
    ("wrong_person_closed", lambda c, case, now: c.is_address_closed),
    ("dispute_open", lambda c, case, now: case.open_dispute is not None),
    ("handed_off", _with_person),
    ("plan_active", lambda c, case, now: case.live_plan is not None),
    ("promised", lambda c, case, now: case.open_promise is not None),
    ("paying_now", lambda c, case, now: case.paying is not None and case.paying.is_open),
    ("extension_agreed", lambda c, case, now: bool(case.extension and case.extension.is_open)),
    ("paid_claimed", lambda c, case, now: case.open_claim is not None),
    ("held", _held),
)


def facts(c: Conversation, case: Case, now: datetime) -> dict[str, Any]:
    """The facts that apply, under the names of the contract; JSON-ready."""
    found: dict[str, Any] = {"verified": c.is_bound}
    if case.live_plan is not None:
        found |= plan_facts(case.live_plan.terms)
    promise = case.open_promise
    if promise is not None and case.live_plan is None:
        found |= {
            "promise_date": promise.due_on.isoformat(),
            "amount_minor": promise.amount.minor,
        }
    if case.paying is not None and case.paying.is_open:
        found.setdefault("amount_minor", case.paying.amount.minor)
    if case.extension is not None and case.extension.is_open:
        found["until"] = case.extension.until_on.isoformat()
    found |= _claim_facts(case) | _dispute_facts(case) | _hold_facts(c, case, now)
    if c.callback_at is not None:
        found["callback_time"] = c.callback_at.astimezone(c.person.zone).strftime("%H:%M")
    return found | {str(flag): True for flag in _PUBLIC_FLAGS if flag in c.flags}


def plan_facts(terms: PlanTerms) -> dict[str, Any]:
    """The numbers of a plan under the names of the contract."""
    found: dict[str, Any] = {
        "instalments": terms.count,
        "instalment_minor": terms.regular.minor,
        "first_due": terms.first_due_on.isoformat(),
        "frequency": str(terms.frequency),
        "total_minor": terms.total.minor,
    }
    if terms.last != terms.regular:
        found["last_minor"] = terms.last.minor
    if terms.down is not None:
        found["down_payment_minor"] = terms.down.amount.minor
    return found


def _claim_facts(case: Case) -> dict[str, Any]:
    claim = case.open_claim
    if claim is None or claim.paid_on is None:
        return {}
    return {"claimed_date": claim.paid_on.isoformat()}


def _dispute_facts(case: Case) -> dict[str, Any]:
    dispute = case.open_dispute
    if dispute is None:
        return {}
    found: dict[str, Any] = {"dispute": dispute.kind}
    if dispute.disputed is not None:
        found["disputed_minor"] = dispute.disputed.minor
    return found


def _hold_facts(c: Conversation, case: Case, now: datetime) -> dict[str, Any]:
    ends = [
        h.until_at
        for h in c.holds
        if h.until_at is not None and h.until_at > now and h.account_id in (None, case.id)
    ]
    if not ends:
        return {}
    return {"hold_until": max(ends).astimezone(c.person.zone).date().isoformat()}
