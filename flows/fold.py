"""How an action changes a conversation: the one place where records are made, moved and closed.

Order matters and is the order in which the actions were decided. Applying the same actions to the
same conversation always gives the same result, so stored turns can be replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from flows import actions as act
from flows.model import Case, Conversation, Dialogue, Flag
from flows.records import (
    AccountId,
    Appointment,
    Handoff,
    HandoffReason,
    Hold,
    PlanStatus,
    PromiseStatus,
)
from flows.replacing import changer, maker, replace

# A plan makes a dozen and more.
_make_appointment = maker(Appointment)
_with_agenda = changer(Conversation, "agenda", "serial")
_with_holds = changer(Conversation, "holds")
_with_cases = changer(Conversation, "cases")
_with_record = changer(Conversation, "cases", "serial")


def fold(conversation: Conversation, actions: Iterable[act.Action], now: datetime) -> Conversation:
    """The conversation after all actions."""
    for kind, several in groupby(actions, type):
        if kind is act.Schedule:
            conversation = _scheduled(conversation, several)
            continue
        apply = _APPLY.get(kind)
        if apply is not None:
            for action in several:
                conversation = apply(conversation, action, now)
    return conversation


def with_case(conversation: Conversation, case: Case) -> Conversation:
    """The conversation with this case in the place of the one of the same account."""
    return _with_cases(conversation, cases=_cases_with(conversation, case))


def _cases_with(conversation: Conversation, case: Case) -> tuple[Case, ...]:
    return tuple([case if old.id == case.id else old for old in conversation.cases])


def _with_new(conversation: Conversation, case: Case) -> Conversation:
    """The same where the case holds a record of the next number."""
    cases = _cases_with(conversation, case)
    return _with_record(conversation, cases=cases, serial=conversation.serial + 1)


def _next_id(conversation: Conversation) -> str:
    return f"{conversation.id}-{conversation.serial + 1}"


def _record_promise(c: Conversation, a: act.RecordPromise, now: datetime) -> Conversation:
    case = c.case(a.promise.account_id)
    old = tuple(
        replace(p, status=PromiseStatus.REPLACED) if p.status is PromiseStatus.OPEN else p
        for p in case.promises
    )
    promise = replace(a.promise, id=_next_id(c))
    closed = _without_agreements(case)
    return _with_new(c, replace(closed, promises=(*old, promise)))


def _without_agreements(case: Case) -> Case:
    """The case with any extension or payment under way closed: a new agreement replaces them."""
    if case.extension is None and case.paying is None:
        return case
    extension = replace(case.extension, is_open=False) if case.extension else None
    paying = replace(case.paying, is_open=False) if case.paying else None
    return replace(case, extension=extension, paying=paying)


def _settle_promise(c: Conversation, a: act.SettlePromise, now: datetime) -> Conversation:
    for case in c.cases:
        promises = tuple(
            replace(p, status=a.status) if p.id == a.promise_id else p for p in case.promises
        )
        c = with_case(c, replace(case, promises=promises))
    return c


def _agree_plan(c: Conversation, a: act.AgreePlan, now: datetime) -> Conversation:
    case = c.case(a.plan.account_id)
    live = (PlanStatus.ACTIVE, PlanStatus.AT_RISK)
    old = tuple(
        replace(p, status=PlanStatus.REPLACED) if p.status in live else p for p in case.plans
    )
    promises = tuple(
        replace(p, status=PromiseStatus.REPLACED) if p.status is PromiseStatus.OPEN else p
        for p in case.promises
    )
    plans = (*old, replace(a.plan, id=_next_id(c)))
    return _with_new(c, replace(_without_agreements(case), promises=promises, plans=plans))


def _set_plan_status(c: Conversation, a: act.SetPlanStatus, now: datetime) -> Conversation:
    for case in c.cases:
        plans = tuple(replace(p, status=a.status) if p.id == a.plan_id else p for p in case.plans)
        c = with_case(c, replace(case, plans=plans))
    return c


def _record_claim(c: Conversation, a: act.RecordClaim, now: datetime) -> Conversation:
    case = c.case(a.claim.account_id)
    if any(old.id == a.claim.id for old in case.claims):
        claims = tuple(a.claim if old.id == a.claim.id else old for old in case.claims)
        return with_case(c, replace(case, claims=claims))
    return _with_new(c, replace(case, claims=(*case.claims, replace(a.claim, id=_next_id(c)))))


def _close_claim(c: Conversation, a: act.CloseClaim, now: datetime) -> Conversation:
    for case in c.cases:
        claims = tuple(
            replace(old, status=a.status) if old.id == a.claim_id else old for old in case.claims
        )
        c = with_case(c, replace(case, claims=claims))
    return c


def _open_dispute(c: Conversation, a: act.OpenDispute, now: datetime) -> Conversation:
    case = c.case(a.dispute.account_id)
    if any(old.id == a.dispute.id for old in case.disputes):
        disputes = tuple(a.dispute if old.id == a.dispute.id else old for old in case.disputes)
        return with_case(c, replace(case, disputes=disputes))
    # negotiation.md B.11: a dispute freezes a running plan, it does not break it.
    plans = tuple(
        replace(p, status=PlanStatus.FROZEN)
        if p.status in (PlanStatus.ACTIVE, PlanStatus.AT_RISK)
        else p
        for p in case.plans
    )
    promises = tuple(
        replace(p, status=PromiseStatus.CANCELLED) if p.status is PromiseStatus.OPEN else p
        for p in case.promises
    )
    disputes = (*case.disputes, replace(a.dispute, id=_next_id(c)))
    case = _without_agreements(case)
    return _with_new(c, replace(case, plans=plans, promises=promises, disputes=disputes))


def _close_dispute(c: Conversation, a: act.CloseDispute, now: datetime) -> Conversation:
    for case in c.cases:
        disputes = tuple(
            replace(old, status=a.outcome.value, answer=a.answer, closed_at=now, closed_by=a.agent)
            if old.id == a.dispute_id
            else old
            for old in case.disputes
        )
        c = with_case(c, replace(case, disputes=disputes))
    return c


def _correct_amount(c: Conversation, a: act.CorrectAmount, now: datetime) -> Conversation:
    case = c.case(a.account_id)
    return with_case(c, replace(case, account=replace(case.account, outstanding=a.outstanding)))


def _record_complaint(c: Conversation, a: act.RecordComplaint, now: datetime) -> Conversation:
    if any(old.id == a.complaint.id for old in c.complaints):
        known = tuple(a.complaint if o.id == a.complaint.id else o for o in c.complaints)
        return replace(c, complaints=known)
    complaint = replace(a.complaint, id=_next_id(c))
    return replace(c, complaints=(*c.complaints, complaint), serial=c.serial + 1)


def _close_complaint(c: Conversation, a: act.CloseComplaint, now: datetime) -> Conversation:
    complaints = tuple(
        replace(old, status=a.outcome.value, answer=a.answer, closed_at=now, closed_by=a.agent)
        if old.id == a.complaint_id
        else old
        for old in c.complaints
    )
    return replace(c, complaints=complaints)


def _mark_duty(c: Conversation, a: act.MarkDuty, now: datetime) -> Conversation:
    return replace(c, done_duties=c.done_duties | {a.duty_id})


def _give_time(c: Conversation, a: act.GiveTime, now: datetime) -> Conversation:
    case = _without_agreements(c.case(a.extension.account_id))
    return with_case(c, replace(case, extension=a.extension))


def _start_paying(c: Conversation, a: act.StartPaying, now: datetime) -> Conversation:
    return with_case(c, replace(c.case(a.account_id), paying=a.paying))


def _book_payment(c: Conversation, a: act.BookPayment, now: datetime) -> Conversation:
    case = c.case(a.payment.account_id)
    known = {(p.reference, p.amount.minor < 0) for p in case.payments}
    if (a.payment.reference, a.payment.amount.minor < 0) in known:
        return c
    account = replace(case.account, outstanding=case.account.outstanding - a.payment.amount)
    return with_case(c, replace(case, account=account, payments=(*case.payments, a.payment)))


def _place_hold(c: Conversation, a: act.PlaceHold, now: datetime) -> Conversation:
    if not c.holds:
        return _with_holds(c, holds=(a.hold,))
    rest = [h for h in c.holds if (h.name, h.account_id) != (a.hold.name, a.hold.account_id)]
    same = [h for h in c.holds if (h.name, h.account_id) == (a.hold.name, a.hold.account_id)]
    longest = a.hold
    for hold in same:
        longest = _longer(longest, hold)
        if hold.until_at is None or hold.until_at > now:
            # It goes on: what is owed for it counts from where it began.
            longest = replace(longest, since_at=min(longest.since_at, hold.since_at))
    return _with_holds(c, holds=(*rest, longest))


def _longer(one: Hold, other: Hold) -> Hold:
    if one.until_at is None or other.until_at is None:
        return one if one.until_at is None else other
    return one if one.until_at >= other.until_at else other


def _lift_hold(c: Conversation, a: act.LiftHold, now: datetime) -> Conversation:
    keep = tuple(
        h
        for h in c.holds
        if h.name != a.name or (a.account_id is not None and h.account_id != a.account_id)
    )
    return c if len(keep) == len(c.holds) else _with_holds(c, holds=keep)


def _set_flag(c: Conversation, a: act.SetFlag, now: datetime) -> Conversation:
    return replace(c, flags=c.flags | {Flag(a.flag)})


def _clear_flag(c: Conversation, a: act.ClearFlag, now: datetime) -> Conversation:
    return replace(c, flags=c.flags - {Flag(a.flag)})


def _hand_over(c: Conversation, a: act.HandOver, now: datetime) -> Conversation:
    standing = next((h for h in c.handoffs if h.is_open and h.reason is a.reason), None)
    if standing is not None and (standing.holds_bot or not a.holds_bot):
        return c
    if standing is not None:
        waits = replace(standing, holds_bot=True, task=a.task)
        return replace(c, handoffs=tuple(waits if h is standing else h for h in c.handoffs))
    handoff = Handoff(
        id=_next_id(c),
        reason=a.reason,
        priority=a.priority,
        opened_at=now,
        account_id=a.account_id,
        task=a.task,
        holds_bot=a.holds_bot,
        due_at=a.due_at,
        is_from_takeover=c.holder is not None,
    )
    return replace(c, handoffs=(*c.handoffs, handoff), serial=c.serial + 1)


def _close_handoffs(c: Conversation, a: act.CloseHandoffs, now: datetime) -> Conversation:
    if not c.handoffs:
        return c
    handoffs = tuple(
        replace(h, is_open=False) if h.is_open and (not a.reasons or h.reason in a.reasons) else h
        for h in c.handoffs
    )
    return replace(c, handoffs=handoffs)


def _opt_out(c: Conversation, a: act.OptOut, now: datetime) -> Conversation:
    return replace(c, opted_out=c.opted_out | {a.channel}, flags=c.flags | {Flag.OPTED_OUT})


def _opt_in(c: Conversation, a: act.OptIn, now: datetime) -> Conversation:
    return replace(c, opted_out=frozenset(), flags=c.flags - {Flag.OPTED_OUT})


def _bind(c: Conversation, a: act.Bind, now: datetime) -> Conversation:
    c = replace(c, is_bound=a.is_bound)
    if not a.is_bound or not c.is_address_lent:
        return c
    flags = c.flags - {Flag.WRONG_PERSON, Flag.THIRD_PARTY}
    return replace(
        c, is_address_closed=False, address_closed_at=None, is_address_lent=False, flags=flags
    )


def _close_address(c: Conversation, a: act.CloseAddress, now: datetime) -> Conversation:
    at = c.address_closed_at or now
    lent = c.is_address_lent or (a.is_lent and not c.is_address_closed)
    return replace(
        c, is_address_closed=True, address_closed_at=at, is_address_lent=lent, is_bound=False
    )


def _scheduled(c: Conversation, several: Iterable[Any]) -> Conversation:
    """Each appointment in the place of the one of the same kind and matter; all in one copy.

    A plan makes three of every instalment.
    """
    serial, begins = c.serial, f"{c.id}-"
    new: dict[tuple[object, ...], Appointment] = {}
    for a in several:
        serial += 1
        kind, about, account_id = matter = (a.kind, a.about, a.account_id)
        new.pop(matter, None)  # The later one stands last.
        new[matter] = _make_appointment(
            id=f"{begins}{serial}",
            kind=kind,
            due_at=a.due_at,
            account_id=account_id,
            about=about,
        )
    rest = [old for old in c.agenda if (old.kind, old.about, old.account_id) not in new]
    return _with_agenda(c, agenda=(*rest, *new.values()), serial=serial)


def _cancel(c: Conversation, a: act.Cancel, now: datetime) -> Conversation:
    def stays(account_id: AccountId | None) -> bool:
        return a.account_id is not None and account_id != a.account_id

    agenda = tuple([x for x in c.agenda if x.kind not in a.kinds or stays(x.account_id)])
    return c if len(agenda) == len(c.agenda) else replace(c, agenda=agenda)


def _take_over(c: Conversation, a: act.TakeOver, now: datetime) -> Conversation:
    return replace(c, holder=a.agent, ownership=c.ownership + 1)


# Told first during a takeover, these still want a person of their own after the hand-back.
_OUTLASTING = (HandoffReason.DANGER, HandoffReason.DECEASED, HandoffReason.REPRESENTED)


def _outlasts(handoff: Handoff) -> bool:
    return handoff.is_open and handoff.is_from_takeover and handoff.reason in _OUTLASTING


def _hand_back(c: Conversation, a: act.HandBack, now: datetime) -> Conversation:
    handoffs = tuple(h if _outlasts(h) else replace(h, is_open=False) for h in c.handoffs)
    dialogue = replace(c.dialogue, told_wait=False, unclear=0)
    return replace(c, holder=None, ownership=c.ownership + 1, handoffs=handoffs, dialogue=dialogue)


def _set_callback(c: Conversation, a: act.SetCallback, now: datetime) -> Conversation:
    return replace(c, callback_at=a.at)


def fresh_dialogue(conversation: Conversation) -> Dialogue:
    """The dialogue with open questions and proposals dropped; counts and tries stay."""
    return replace(conversation.dialogue, question=None, proposals=(), options=())


_APPLY: dict[type, Callable[[Conversation, Any, datetime], Conversation]] = {
    act.RecordPromise: _record_promise,
    act.SettlePromise: _settle_promise,
    act.AgreePlan: _agree_plan,
    act.SetPlanStatus: _set_plan_status,
    act.RecordClaim: _record_claim,
    act.CloseClaim: _close_claim,
    act.OpenDispute: _open_dispute,
    act.CloseDispute: _close_dispute,
    act.CorrectAmount: _correct_amount,
    act.RecordComplaint: _record_complaint,
    act.CloseComplaint: _close_complaint,
    act.MarkDuty: _mark_duty,
    act.GiveTime: _give_time,
    act.StartPaying: _start_paying,
    act.BookPayment: _book_payment,
    act.PlaceHold: _place_hold,
    act.LiftHold: _lift_hold,
    act.SetFlag: _set_flag,
    act.ClearFlag: _clear_flag,
    act.HandOver: _hand_over,
    act.CloseHandoffs: _close_handoffs,
    act.OptOut: _opt_out,
    act.OptIn: _opt_in,
    act.Bind: _bind,
    act.CloseAddress: _close_address,
    act.Cancel: _cancel,
    act.TakeOver: _take_over,
    act.HandBack: _hand_back,
    act.SetCallback: _set_callback,
}
