"""Everything recorded in a conversation, JSON-ready: one function a kind of record.

The names are those of the command contract; instants are local to the customer.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.jsonl import Record
from flows.model import Conversation
from flows.outcomes import plan_facts
from flows.records import Appointment, Claim, Dispute, Handoff, Hold, Plan, Promise


def records(c: Conversation) -> Record:
    """Every kind of record under its name, in the order in which they were made."""
    zone = c.person.zone
    return {
        "promises": [_promise(each) for case in c.cases for each in case.promises],
        "plans": [_plan(each) for case in c.cases for each in case.plans],
        "claims": [_claim(each) for case in c.cases for each in case.claims],
        "disputes": [_dispute(each) for case in c.cases for each in case.disputes],
        "handoffs": [_handoff(each) for each in c.handoffs],
        "holds": [_hold(each, zone) for each in c.holds],
        "flags": sorted(c.flags),
        "scheduled": [_scheduled(each, zone) for each in sorted(c.agenda, key=_due_at)],
    }


def _promise(promise: Promise) -> Record:
    return {
        "id": promise.id,
        "account_id": promise.account_id,
        "amount_minor": promise.amount.minor,
        "date": promise.due_on.isoformat(),
        "made": promise.made_on.isoformat(),
        "status": str(promise.status),
    }


def _plan(plan: Plan) -> Record:
    return {
        "id": plan.id,
        "account_id": plan.account_id,
        "status": str(plan.status),
        "version": plan.version,
        "accepted_words": plan.words,
        **plan_facts(plan.terms),
        "amounts": [part.amount.minor for part in plan.terms.instalments],
        "due_dates": [part.due_on.isoformat() for part in plan.terms.instalments],
    }


def _claim(claim: Claim) -> Record:
    return {
        "id": claim.id,
        "account_id": claim.account_id,
        "date": claim.paid_on.isoformat() if claim.paid_on else None,
        "amount_minor": claim.amount.minor if claim.amount else None,
        "reference": claim.reference,
        "status": claim.status,
    }


def _dispute(dispute: Dispute) -> Record:
    return {
        "id": dispute.id,
        "account_id": dispute.account_id,
        "kind": dispute.kind,
        "disputed_minor": dispute.disputed.minor if dispute.disputed else None,
        "status": dispute.status,
    }


def _handoff(handoff: Handoff) -> Record:
    return {
        "id": handoff.id,
        "reason": str(handoff.reason),
        "priority": str(handoff.priority),
        "account_id": handoff.account_id,
        "task": handoff.task,
        "open": handoff.is_open,
    }


def _hold(hold: Hold, zone: ZoneInfo) -> Record:
    until = None if hold.until_at is None else _local(hold.until_at, zone)
    return {"name": hold.name, "account_id": hold.account_id, "until": until}


def _scheduled(appointment: Appointment, zone: ZoneInfo) -> Record:
    return {
        "kind": str(appointment.kind),
        "at": _local(appointment.due_at, zone),
        "account_id": appointment.account_id,
    }


def _due_at(appointment: Appointment) -> datetime:
    return appointment.due_at


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat()
