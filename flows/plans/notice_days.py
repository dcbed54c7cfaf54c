"""Which notices a plan or a promise owes the customer on which days; nothing else goes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows.plans.allocation import LedgerEntry
from flows.plans.policy import PlanPolicy
from flows.plans.results import Due
from flows.plans.standing import Standing, status
from flows.records import PlanStatus
from flows.replacing import quick
from flows.understanding.values import Frequency

_DAYS_BEFORE_DUE = 3
_DAY = timedelta(days=1)
_OFTEN = frozenset({Frequency.WEEKLY, Frequency.BIWEEKLY})
_LIVE = frozenset({PlanStatus.ACTIVE, PlanStatus.AT_RISK})


class NoticeKind(StrEnum):
    """What a notice of a plan or a promise says."""

    BEFORE_DUE = "before_due"
    DUE_TODAY = "due_today"
    MISSED = "missed"
    BROKEN = "broken"
    PROMISE_DUE = "promise_due"


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_BEFORE_DUE = NoticeKind.BEFORE_DUE
_DUE_TODAY = NoticeKind.DUE_TODAY
_MISSED = NoticeKind.MISSED


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice on its day: which instalment (from 0) and how much (minor units) it is about."""

    kind: NoticeKind
    on: date
    instalment: int | None = None
    amount_minor: int


def days_told_before(due_on: date, frequency: Frequency, policy: PlanPolicy) -> list[date]:
    """The days of the notices before an instalment and on its day, in order: days to come back on.

    `owed_notices` decides on the day itself, with the payments known then.
    """
    return [day for kind, day in _notice_days(due_on, frequency, policy) if kind is not _MISSED]


def owed_notices(
    instalments: Sequence[Due],
    entries: Iterable[LedgerEntry],
    *,
    on: date,
    frequency: Frequency,
    policy: PlanPolicy,
    has_down_payment: bool = False,
) -> tuple[Notice, ...]:
    """The notices a running plan owes on this day; none for what is paid already.

    On the first day after grace one notice names all that is overdue; on the day a plan breaks
    one says so instead. A broken, completed or cancelled plan owes nothing else.
    """
    stand = status(instalments, entries, as_of=on, policy=policy, has_down_payment=has_down_payment)
    if stand.broken_on == on:
        return (Notice(kind=NoticeKind.BROKEN, on=on, amount_minor=stand.overdue_minor),)
    if stand.status not in _LIVE:
        return ()
    return tuple(
        Notice(kind=kind, on=on, instalment=number, amount_minor=_amount(kind, left, stand))
        for number, (part, paid) in enumerate(zip(instalments, stand.paid, strict=True))
        if (left := part.amount_minor - paid)
        for kind, day in _notice_days(part.due_on, frequency, policy)
        if day == on
    )


def promise_notice(due_on: date, amount_minor: int) -> Notice:
    """The one friendly note on the day of a promise; none while it is paid already."""
    return Notice(kind=NoticeKind.PROMISE_DUE, on=due_on, amount_minor=amount_minor)


def _notice_days(
    due_on: date, frequency: Frequency, policy: PlanPolicy
) -> list[tuple[NoticeKind, date]]:
    missed = (_MISSED, due_on + timedelta(days=policy.grace_days + 1))
    if frequency in _OFTEN:
        return [(_BEFORE_DUE, due_on - _DAY), missed]
    before = due_on - timedelta(days=_DAYS_BEFORE_DUE)
    return [(_BEFORE_DUE, before), (_DUE_TODAY, due_on), missed]


def _amount(kind: NoticeKind, left: int, stand: Standing) -> int:
    return stand.overdue_minor if kind is _MISSED else left
