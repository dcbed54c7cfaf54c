"""Rows for what a conversation's state holds: written with it, found by stable ids, upserted.

They serve lists, figures and exports; a turn never reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from flows.model import Case, Conversation
from flows.money import Money
from flows.records import (
    Appointment,
    Claim,
    Complaint,
    Dispute,
    Handoff,
    Hold,
    Plan,
    PlanStatus,
    Promise,
)
from storage import jobs, people, tables
from storage.batches import Insert, Update
from storage.columns import Instant, word
from storage.conversations import CARE, URGENCY
from storage.jobs import NewJob

Values = dict[str, object]
APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One conversation's way from one state to the next, at an instant."""

    before: Conversation | None
    after: Conversation
    at: datetime


def write_many(conn: Connection, steps: Sequence[Step]) -> None:
    """Bring every row that these steps changed up to date."""
    moved = [s for s in steps if s.before is None or s.before.cases is not s.after.cases]
    for projection in _PROJECTIONS:
        _project(conn, projection, moved)
    _project(conn, _COMPLAINTS, steps)
    _write_handoffs(conn, steps)
    _write_holds(conn, steps)
    _write_persons(conn, steps)
    _write_flags(conn, steps)
    _write_addresses(conn, steps)
    _write_agenda(conn, steps)
    _write_accounts(conn, steps)


def _project(conn: Connection, projection: _Projection, steps: Sequence[Step]) -> None:
    rows = [
        row | {"updated_at": step.at} if projection.is_dated else row
        for step in steps
        for item in _changed(step, projection.items)
        for row in projection.rows(step.after.id, item)
    ]
    projection.insert.run(conn, rows)


def _changed(step: Step, items: Callable[[Conversation], Iterable[Any]]) -> list[Any]:
    """The items of the new state that the old one did not hold just so."""
    if step.before is None:
        return list(items(step.after))
    old = {item.id: item for item in items(step.before)}
    return [
        item for item in items(step.after) if (was := old.get(item.id)) is not item and was != item
    ]


@dataclass(frozen=True, slots=True)
class _Projection:
    items: Callable[[Conversation], Iterable[Any]]
    insert: Insert
    rows: Callable[[str, Any], list[Values]]
    is_dated: bool = True  # Its rows tell when they last changed.


def _upsert(name: str, key: Sequence[str], *, keep: Sequence[str] = ()) -> Insert:
    """An insert that replaces every column but the key's; `keep` names columns it leaves alone."""
    table = tables.table(name)
    columns = [column.name for column in table.c if column.name not in keep]
    return Insert(
        table,
        columns,
        unless=key,
        replace=[name for name in columns if name not in key],
    )


def _money(amount: Money | None) -> Values:
    if amount is None:
        return {"amount_minor": None, "currency": ""}
    return {"amount_minor": amount.minor, "currency": amount.currency.code}


def _promise(conversation_id: str, promise: Promise) -> list[Values]:
    return [
        {
            "conversation_id": conversation_id,
            "id": promise.id,
            "account_id": promise.account_id,
            **_money(promise.amount),
            "exponent": promise.amount.currency.exponent,
            "due_on": promise.due_on,
            "made_on": promise.made_on,
            "status": promise.status.value,
            "amended": promise.amended,
            "made_by": promise.made_by.value,
            "words": promise.words,
        }
    ]


def _plan(conversation_id: str, plan: Plan) -> list[Values]:
    total = plan.terms.total
    return [
        {
            "conversation_id": conversation_id,
            "id": plan.id,
            "account_id": plan.account_id,
            "total_minor": total.minor,
            "currency": total.currency.code,
            "exponent": total.currency.exponent,
            "frequency": plan.terms.frequency.value,
            "parts": len(plan.terms.parts),
            "accepted_at": plan.accepted_at,
            "status": plan.status.value,
            "version": plan.version,
            "amendments": plan.amendments,
            "made_by": plan.made_by.value,
            "words": plan.words,
        }
    ]


def _instalments(conversation_id: str, plan: Plan) -> list[Values]:
    first = 0 if plan.terms.down else 1
    return [
        {
            "conversation_id": conversation_id,
            "plan_id": plan.id,
            "number": number,
            "due_on": part.due_on,
            "amount_minor": part.amount.minor,
        }
        for number, part in enumerate(plan.terms.parts, first)
    ]


def _claim(conversation_id: str, claim: Claim) -> list[Values]:
    return [
        {
            "conversation_id": conversation_id,
            "id": claim.id,
            "account_id": claim.account_id,
            "made_at": claim.made_at,
            "paid_on": claim.paid_on,
            **_money(claim.amount),
            "way": claim.way or "",
            "reference": claim.reference or "",
            "status": claim.status,
            "words": claim.words,
        }
    ]


def _dispute(conversation_id: str, dispute: Dispute) -> list[Values]:
    amount = dispute.disputed or dispute.right
    return [
        {
            "conversation_id": conversation_id,
            "id": dispute.id,
            "account_id": dispute.account_id,
            "kind": dispute.kind,
            "opened_at": dispute.opened_at,
            "disputed_minor": dispute.disputed.minor if dispute.disputed else None,
            "right_minor": dispute.right.minor if dispute.right else None,
            "currency": amount.currency.code if amount else "",
            "status": dispute.status,
            "words": dispute.words,
            "answer": dispute.answer,
            "closed_at": dispute.closed_at,
            "closed_by": dispute.closed_by,
        }
    ]


def _complaint(conversation_id: str, complaint: Complaint) -> list[Values]:
    return [
        {
            "conversation_id": conversation_id,
            "id": complaint.id,
            "account_id": complaint.account_id or "",
            "kind": complaint.kind.value,
            "opened_at": complaint.opened_at,
            "status": complaint.status,
            "words": complaint.words,
            "answer": complaint.answer,
            "closed_at": complaint.closed_at,
            "closed_by": complaint.closed_by,
        }
    ]


def _of_cases(name: str) -> Callable[[Conversation], Iterable[Any]]:
    return lambda state: [item for case in state.cases for item in getattr(case, name)]


_ID = ("conversation_id", "id")
_PROJECTIONS = (
    _Projection(_of_cases("promises"), _upsert("promises", _ID), _promise),
    _Projection(_of_cases("plans"), _upsert("plans", _ID), _plan),
    _Projection(
        _of_cases("plans"),
        _upsert("instalments", ("conversation_id", "plan_id", "number")),
        _instalments,
        is_dated=False,
    ),
    _Projection(_of_cases("claims"), _upsert("claims", _ID), _claim),
    _Projection(_of_cases("disputes"), _upsert("disputes", _ID), _dispute),
)
_COMPLAINTS = _Projection(
    lambda state: state.complaints, _upsert("complaints", _ID), _complaint, is_dated=False
)


# --- Handoffs -----------------------------------------------------------------------------------

_HANDOFFS = tables.table("handoffs")
_BY_PEOPLE = ("summary", "claimed_by", "claimed_at")
_OPEN_HANDOFFS = _upsert("handoffs", _ID, keep=(*_BY_PEOPLE, "state", "closed_at"))
_CLOSED_HANDOFFS = _upsert("handoffs", _ID, keep=_BY_PEOPLE)
_TAKE_HANDOFFS = (
    update(_HANDOFFS)
    .where(
        _HANDOFFS.c.conversation_id == bindparam("of_conversation"),
        _HANDOFFS.c.state == word("waiting"),
    )
    .values(
        state="claimed",
        claimed_by=bindparam("agent"),
        claimed_at=bindparam("at", type_=Instant()),
        updated_at=bindparam("at", type_=Instant()),
    )
)


def _write_handoffs(conn: Connection, steps: Sequence[Step]) -> None:
    changed = [(s, h) for s in steps for h in _changed(s, lambda state: state.handoffs)]
    _OPEN_HANDOFFS.run(conn, [_handoff(s, h) for s, h in changed if h.is_open])
    closed = [(s, h) for s, h in changed if not h.is_open]
    _CLOSED_HANDOFFS.run(
        conn, [{**_handoff(s, h), "state": "closed", "closed_at": s.at} for s, h in closed]
    )
    for step in steps:
        if step.after.holder and (step.before is None or step.before.holder != step.after.holder):
            taken = {"of_conversation": step.after.id, "agent": step.after.holder, "at": step.at}
            conn.execute(_TAKE_HANDOFFS, taken)


def _handoff(step: Step, handoff: Handoff) -> Values:
    return {
        "conversation_id": step.after.id,
        "id": handoff.id,
        "account_id": handoff.account_id or "",
        "reason": handoff.reason.value,
        "priority": handoff.priority.value,
        "urgency": URGENCY[handoff.priority],
        "task": handoff.task,
        "holds_bot": handoff.holds_bot,
        "opened_at": handoff.opened_at,
        "due_at": handoff.due_at,
        "updated_at": step.at,
    }


# --- Holds and flags ----------------------------------------------------------------------------

_HOLD_KEY = ("conversation_id", "name", "account_id")
_SET_HOLDS = _upsert("holds", _HOLD_KEY)
_LIFT_HOLDS = Update(tables.table("holds"), _HOLD_KEY, ("lifted_at",))
_SET_FLAGS = _upsert("flags", ("person_id", "name"))
_CLEAR_FLAGS = Update(tables.table("flags"), ("person_id", "name"), ("cleared_at",))


def _write_holds(conn: Connection, steps: Sequence[Step]) -> None:
    placed, lifted = [], []
    for step in steps:
        before = set(step.before.holds) if step.before else set()
        after = set(step.after.holds)
        placed += [_hold(step, hold) for hold in after - before]
        kept = {(hold.name, hold.account_id) for hold in after}
        gone = [hold for hold in before if (hold.name, hold.account_id) not in kept]
        lifted += [_hold(step, hold) | {"lifted_at": step.at} for hold in gone]
    _SET_HOLDS.run(conn, placed)
    _LIFT_HOLDS.run(conn, [{k: row[k] for k in (*_HOLD_KEY, "lifted_at")} for row in lifted])


def _hold(step: Step, hold: Hold) -> Values:
    return {
        "conversation_id": step.after.id,
        "name": hold.name,
        "account_id": hold.account_id or "",
        "since_at": hold.since_at,
        "until_at": hold.until_at,
        "lifted_at": None,
    }


def _write_flags(conn: Connection, steps: Sequence[Step]) -> None:
    raised, cleared = [], []
    for step in steps:
        before = step.before.flags if step.before else frozenset()
        key = {"person_id": step.after.person.id}
        for flag in sorted(step.after.flags - before):
            raised.append(key | {"name": flag.value, "since_at": step.at, "cleared_at": None})
        for flag in sorted(before - step.after.flags):
            cleared.append(key | {"name": flag.value, "cleared_at": step.at})
    _SET_FLAGS.run(conn, raised)
    _CLEAR_FLAGS.run(conn, cleared)


# --- The person and what he allows ---------------------------------------------------------------

_SET_PERSONS = _upsert("persons", ("id",))


def _write_persons(conn: Connection, steps: Sequence[Step]) -> None:
    changed = [s for s in steps if s.before is None or s.before.person != s.after.person]
    _SET_PERSONS.run(
        conn,
        [
            {
                "id": step.after.person.id,
                "name": step.after.person.name,
                "timezone": step.after.person.timezone,
                "country": step.after.person.country,
                "region": step.after.person.region,
                "updated_at": step.at,
            }
            for step in changed
        ],
    )


def _write_addresses(conn: Connection, steps: Sequence[Step]) -> None:
    people.note_many(conn, [noted for step in steps for noted in _noted(step)])


def _noted(step: Step) -> list[people.Noted]:
    before, after = step.before, step.after
    if before is not None and _standing(before) == _standing(after):
        return []
    stopped = after.opted_out if before is None else after.opted_out - before.opted_out
    opened = frozenset() if before is None else before.opted_out - after.opted_out
    return [
        people.Noted(
            channel=after.channel,
            value=after.address,
            person_id=after.person.id,
            at=step.at,
            is_bound=after.is_bound,
            is_closed=after.is_address_closed,
            language=after.language.value,
            stopped=frozenset(stopped),
            opened=frozenset(opened),
        )
    ]


def _standing(state: Conversation) -> tuple[object, ...]:
    return (state.is_bound, state.is_address_closed, state.opted_out, state.language)


# --- The agenda becomes jobs --------------------------------------------------------------------


def appointment_key(conversation_id: str, appointment_id: str) -> str:
    """The job's key of an appointment; appointment ids are never reused in a conversation."""
    return f"{conversation_id}/{appointment_id}"


def _write_agenda(conn: Connection, steps: Sequence[Step]) -> None:
    wanted = [
        _job(step, appointment)
        for step in steps
        for appointment in _changed(step, lambda state: state.agenda)
    ]
    jobs.cancel_many(conn, [key for step in steps for key in _dropped(step)])
    jobs.set_many(conn, wanted)


def _job(step: Step, appointment: Appointment) -> NewJob:
    return NewJob(
        kind=APPOINTMENT,
        key=appointment_key(step.after.id, appointment.id),
        conversation_id=step.after.id,
        due_at=appointment.due_at,
        created_at=step.at,
        payload_json=appointment.id,
    )


def _dropped(step: Step) -> list[str]:
    if step.before is None:
        return []
    kept = {appointment.id for appointment in step.after.agenda}
    gone = [a.id for a in step.before.agenda if a.id not in kept]
    return [appointment_key(step.after.id, appointment_id) for appointment_id in gone]


# --- What planning must know of an account ------------------------------------------------------

_PLANNING = ("conversation_id", "contacted_at", "pause", "paused_until_at")
_SET_PLANNING = Update(tables.table("accounts"), ("id",), _PLANNING)


def _write_accounts(conn: Connection, steps: Sequence[Step]) -> None:
    rows = []
    for step in steps:
        before = {}
        if step.before is not None:
            before = {case.id: _planning(step.before, case) for case in step.before.cases}
        for case in step.after.cases:
            now = _planning(step.after, case)
            if before.get(case.id) != now:
                rows.append({"id": case.id, **now})
    _SET_PLANNING.run(conn, rows)


def _planning(state: Conversation, case: Case) -> Values:
    pause, until_at = _pause(state, case)
    return {
        "conversation_id": state.id,
        "contacted_at": state.last_out_at,
        "pause": pause,
        "paused_until_at": until_at,
    }


def _pause(state: Conversation, case: Case) -> tuple[str, datetime | None]:
    """Why nothing may be planned for a bill (empty: it may), and until when (None: no end)."""
    live_plans = (PlanStatus.ACTIVE, PlanStatus.AT_RISK, PlanStatus.FROZEN)
    reasons = (
        ("opted_out", bool(state.opted_out)),
        ("address_closed", state.is_address_closed),
        ("care", not state.flags.isdisjoint(CARE)),
        ("handoff", any(handoff.is_open for handoff in state.handoffs)),
        ("held", state.holder is not None),
        ("dispute", case.open_dispute is not None),
        ("claim", case.open_claim is not None),
        ("plan", any(plan.status in live_plans for plan in case.plans)),
        ("promise", case.open_promise is not None),
    )
    for reason, holds in reasons:
        if holds:
            return reason, None
    ends = [hold.until_at for hold in state.holds if hold.account_id in (None, case.id)]
    if not ends:
        return "", None
    return "hold", None if None in ends else max(end for end in ends if end)
