"""A way to pay was shown: the short pause, the look afterwards, and the bill that comes next."""

from __future__ import annotations

import re
from datetime import timedelta

from flows.actions import (
    Action,
    Schedule,
    StartPaying,
)
from flows.model import Turn
from flows.money import Money
from flows.records import (
    AccountId,
    AppointmentKind,
    Paying,
)
from flows.replacing import replace
from flows.talk import (
    MORNING_HOUR,
    hold,
)

# negotiation.md C.7, time-outs: a payment link lives for a day.
LINK_LIFETIME = timedelta(hours=24)


def paying_records(turn: Turn, amount: Money) -> tuple[Action, ...]:
    """Note that a way to pay was shown: a short pause and one look afterwards."""
    until_at = turn.now + LINK_LIFETIME
    paying = Paying(account_id=turn.case.id, amount=amount, since_at=turn.now, until_at=until_at)
    return (
        StartPaying(account_id=turn.case.id, paying=paying),
        hold("paying", turn, until_at),
        Schedule(kind=AppointmentKind.PAYING_CHECK, due_at=until_at, account_id=turn.case.id),
    )


def with_paying(turn: Turn, amount: Money) -> Turn:
    """The turn as if the way to pay this part had been shown, for what follows in one message."""
    until_at = turn.now + LINK_LIFETIME
    paying = Paying(account_id=turn.case.id, amount=amount, since_at=turn.now, until_at=until_at)
    cases = tuple(
        replace(c, paying=paying) if c.id == turn.case.id else c for c in turn.conversation.cases
    )
    return replace(turn, conversation=replace(turn.conversation, cases=cases))


def next_bill(turn: Turn, settled_id: AccountId) -> tuple[Action, ...]:
    """With one bill settled the reminders go on with the next, unless one is planned already."""
    planned = {a.account_id for a in turn.conversation.agenda if a.kind is AppointmentKind.REMINDER}
    left = [
        case.id
        for case in turn.conversation.cases
        if case.id != settled_id and case.account.exists and case.account.outstanding.minor > 0
    ]
    if not left or planned.intersection(left):
        return ()
    at = turn.local(turn.today + timedelta(days=1), MORNING_HOUR)
    return (Schedule(kind=AppointmentKind.REMINDER, due_at=at, account_id=left[0]),)


_DONE = re.compile(
    r"\W*(?:ok |okay |all |it'?s |just |and )*(?:done|paid|sent)(?: it| now| thanks| thx)*\W*|\W*(?:已经|已經|[刚剛]|啱)?[还還付缴繳交畀搞][好完咗了]+\W*",
    re.IGNORECASE,
)


def is_link_used(turn: Turn) -> bool:
    """Whether "done" is said soon after a way to pay was given: paid today."""
    paying = turn.case.paying
    if paying is None or not paying.is_open or paying.since_at.date() != turn.now.date():
        return False
    return _DONE.fullmatch(turn.reading.text) is not None
