"""What the booked payments and the holds mean for a case on a day: pure arithmetic over records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from flows import plans
from flows.actions import Action, CloseHandoffs, LiftHold, SetPlanStatus, SettlePromise
from flows.model import Case, Conversation
from flows.money import Money
from flows.plans import dues_of, entries_of
from flows.records import (
    HandoffReason,
    Hold,
    Payment,
    Plan,
    PlanStatus,
    Promise,
    PromiseStatus,
)
from flows.replacing import replace


def hold_on(
    conversation: Conversation, case: Case, now: datetime, besides: Collection[str] = ()
) -> Hold | None:
    """The hold that keeps reminders of this case back longest, or None."""
    found = [
        hold
        for hold in conversation.holds
        if hold.name not in besides
        and hold.account_id in (None, case.id)
        and (hold.until_at is None or hold.until_at > now)
    ]
    if not found:
        return None
    endless = [hold for hold in found if hold.until_at is None]
    return endless[0] if endless else max(found, key=lambda hold: hold.until_at or now)


def is_booked(case: Case, payment: Payment) -> bool:
    """Whether this reference (or its reversal) is in the books already."""
    sign = payment.amount.minor < 0
    return any(
        p.reference == payment.reference and (p.amount.minor < 0) == sign for p in case.payments
    )


def payable(case: Case, named: Money | None, today: date) -> Money:
    """What a pay link is made out for: the sum named, the instalment next due, or everything."""
    owed = case.account.outstanding
    if named is not None and 0 < named.minor < owed.minor:
        return named
    plan = case.live_plan
    if plan is not None:
        due = next_part(case, plan, today)
        return due if due is not None else owed
    return owed


def next_part(case: Case, plan: Plan, today: date) -> Money | None:
    """What is unpaid of the instalments due by today, or of the next one."""
    behind = overdue_on_plan(case, plan, today)
    if behind is not None and behind.minor > 0:
        return behind
    paid = _paid(case, plan)
    for part, minor in zip(plan.terms.parts, paid, strict=True):
        if minor < part.amount.minor:
            return replace(part.amount, minor=part.amount.minor - minor)
    return None


def _paid(case: Case, plan: Plan) -> tuple[int, ...]:
    since = plan.accepted_at.date()
    entries = entries_of(p for p in case.payments if p.paid_on >= since)
    mode = case.account.terms.prepay_mode
    return plans.allocate(dues_of(plan.terms), entries, mode).paid


def is_part_paid(case: Case, plan: Plan, number: int) -> bool:
    """Whether the numbered part (from 0) is paid in full."""
    return _paid(case, plan)[number] >= plan.terms.parts[number].amount.minor


def overdue_on_plan(case: Case, plan: Plan, today: date) -> Money | None:
    """What is unpaid of the instalments due before today."""
    standing = _standing(case, plan, today)
    return replace(plan.terms.regular, minor=standing.overdue_minor)


def _standing(case: Case, plan: Plan, today: date) -> plans.Standing:
    since = plan.accepted_at.date()
    return plans.status(
        dues_of(plan.terms),
        entries_of(p for p in case.payments if p.paid_on >= since),
        as_of=today,
        policy=case.account.terms,
        has_down_payment=plan.terms.down is not None,
    )


def plan_status(case: Case, plan: Plan, today: date) -> PlanStatus:
    """Where the plan stands at the end of this day."""
    return _standing(case, plan, today).status


def promise_status(case: Case, promise: Promise, today: date) -> PromiseStatus:
    """How the promise turned out; still open while its time runs."""
    outcome = plans.promise_eval(
        amount_minor=promise.amount.minor,
        made_on=promise.made_on,
        due_on=promise.due_on,
        grace_days=case.account.terms.ptp_grace_days,
        entries=entries_of(case.payments),
        as_of=today,
    )
    return {
        plans.PromiseResult.KEPT: PromiseStatus.KEPT,
        plans.PromiseResult.PENDING: PromiseStatus.OPEN,
        plans.PromiseResult.PARTIAL: PromiseStatus.PARTIAL,
        plans.PromiseResult.BROKEN: PromiseStatus.BROKEN,
    }[outcome.result]


def is_promise_paid(case: Case, promise: Promise) -> bool:
    """Whether the promised sum is in the books already."""
    return promise_status(case, promise, promise.due_on) is PromiseStatus.KEPT


def after_payment(case: Case, payment: Payment, today: date) -> tuple[Action, ...]:
    """What a new payment settles: the open promise, the state of the plan."""
    with_it = replace(case, payments=(*case.payments, payment))
    actions = _promises_after(with_it, today)
    plan = case.live_plan or _broken_plan(case)
    if plan is not None:
        status = plan_status(with_it, plan, today)
        if status is not plan.status:
            actions.append(SetPlanStatus(plan_id=plan.id, status=status))
    return tuple(actions)


_JUDGED = (PromiseStatus.KEPT, PromiseStatus.PARTIAL, PromiseStatus.BROKEN)


def _promises_after(case: Case, today: date) -> list[Action]:
    """Each promise by what is booked now: money booked late still keeps it, a reversal breaks it."""
    actions: list[Action] = []
    for promise in case.promises:
        status = promise_status(case, promise, today)
        if promise.status is PromiseStatus.OPEN and status is PromiseStatus.KEPT:
            actions += [
                SettlePromise(promise_id=promise.id, status=status),
                LiftHold(name="promise_open", account_id=case.id),
            ]
        is_judged = promise.status in _JUDGED and status in _JUDGED
        if is_judged and status is not promise.status:
            actions.append(SettlePromise(promise_id=promise.id, status=status))
    if _forgives(case, actions):
        actions.append(CloseHandoffs(reasons=(HandoffReason.BROKEN_PROMISE,)))
    return actions


def _forgives(case: Case, actions: Sequence[Action]) -> bool:
    """Whether a promise that a person was asked about turns out to have been kept."""
    broken = {p.id for p in case.promises if p.status is PromiseStatus.BROKEN}
    settled = {a.promise_id: a.status for a in actions if isinstance(a, SettlePromise)}
    return any(settled.get(each) is PromiseStatus.KEPT for each in broken)


def _broken_plan(case: Case) -> Plan | None:
    """The newest plan if it is broken: paid up within the cure days it lives again (B.11)."""
    newest = case.plans[-1] if case.plans else None
    is_broken = newest is not None and newest.status is PlanStatus.BROKEN
    has_promise = case.open_promise is not None
    return newest if is_broken and not has_promise else None


def part_of(about: str) -> tuple[int, date]:
    """The number and due day kept in an instalment's appointment."""
    number, due_on, *_ = about.split(":")
    return int(number), date.fromisoformat(due_on)
