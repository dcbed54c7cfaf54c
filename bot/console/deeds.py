"""What turns did, in the words of the console: one phrase for each action worth a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.console.pages import Phrase
from flows import actions as act
from flows.model import Conversation, Flag
from flows.records import PlanStatus, Promise, PromiseStatus

# Names of agents by their ids.
Names = Mapping[str, str]

_CARE = frozenset({Flag.VULNERABLE, Flag.DECEASED, Flag.LEGAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A phrase and the icon it is shown with."""

    what: Phrase
    icon: str = "info"


def deed_of(action: act.Action, state: Conversation, names: Names) -> Deed | None:
    """What the action did, or None when it is not worth a line (words, plans for later, holds)."""
    tell = _TELL.get(type(action))
    return tell(action, state, names) if tell else None


def _promised(a: act.RecordPromise, state: Conversation, names: Names) -> Deed:
    return _deed("system.promise", "calendar", amount=a.promise.amount, day=a.promise.due_on)


def _settled(a: act.SettlePromise, state: Conversation, names: Names) -> Deed | None:
    promise = _promise(state, a.promise_id)
    if promise is None:
        return None
    if a.status is PromiseStatus.KEPT:
        return _deed("system.promise_kept", "check", amount=promise.amount)
    if a.status is PromiseStatus.REPLACED:
        return _deed("system.promise_replaced", "calendar")
    return _deed("system.promise_broken", "calendar", day=promise.due_on)


def _agreed(a: act.AgreePlan, state: Conversation, names: Names) -> Deed:
    terms = a.plan.terms
    return _deed("system.plan_agreed", "calendar", count=len(terms.parts), amount=terms.total)


def _moved(a: act.SetPlanStatus, state: Conversation, names: Names) -> Deed | None:
    if a.status is PlanStatus.ACTIVE:
        return None
    return _deed("system.plan_status", "calendar", status=a.status)


def _claimed(a: act.RecordClaim, state: Conversation, names: Names) -> Deed:
    return _deed("system.claim", "card")


def _disputed(a: act.OpenDispute, state: Conversation, names: Names) -> Deed:
    if a.dispute.disputed is None:
        return _deed("system.dispute_open", "scales")
    return _deed("system.dispute", "scales", amount=a.dispute.disputed)


def _extended(a: act.GiveTime, state: Conversation, names: Names) -> Deed:
    return _deed("system.extension", "calendar", day=a.extension.until_on)


def _booked(a: act.BookPayment, state: Conversation, names: Names) -> Deed:
    amount = a.payment.amount
    if amount.minor < 0:
        return _deed("system.payment_reversed", "card", amount=-amount)
    return _deed("system.payment", "card", amount=amount)


def _handed_over(a: act.HandOver, state: Conversation, names: Names) -> Deed:
    return _deed("system.handed_over", "user", reason=a.reason)


def _taken_over(a: act.TakeOver, state: Conversation, names: Names) -> Deed:
    return _deed("system.taken_over", "user", name=names.get(a.agent, a.agent))


def _called_back(a: act.SetCallback, state: Conversation, names: Names) -> Deed:
    return _deed("system.callback", "phone", at=a.at)


def _flagged(a: act.SetFlag, state: Conversation, names: Names) -> Deed | None:
    flag = Flag(a.flag)
    return _deed("system.flag", "heart", flag=flag) if flag in _CARE else None


def _bound(a: act.Bind, state: Conversation, names: Names) -> Deed:
    return _deed("system.bound" if a.is_bound else "system.unbound", "shield")


def _deed(key: str, icon: str, **values: Any) -> Deed:
    return Deed(what=Phrase(key=key, values=values), icon=icon)


def _plain(key: str, icon: str) -> Callable[[Any, Conversation, Names], Deed]:
    return lambda action, state, names: _deed(key, icon)


def _promise(state: Conversation, promise_id: str) -> Promise | None:
    promises = (promise for case in state.cases for promise in case.promises)
    return next((promise for promise in promises if promise.id == promise_id), None)


_TELL: Mapping[type, Callable[[Any, Conversation, Names], Deed | None]] = {
    act.RecordPromise: _promised,
    act.SettlePromise: _settled,
    act.AgreePlan: _agreed,
    act.SetPlanStatus: _moved,
    act.RecordClaim: _claimed,
    act.OpenDispute: _disputed,
    act.GiveTime: _extended,
    act.BookPayment: _booked,
    act.HandOver: _handed_over,
    act.TakeOver: _taken_over,
    act.SetCallback: _called_back,
    act.SetFlag: _flagged,
    act.Bind: _bound,
    act.OptOut: _plain("system.opted_out", "close"),
    act.OptIn: _plain("system.opted_in", "check"),
    act.CloseAddress: _plain("system.address_closed", "close"),
}
