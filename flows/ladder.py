"""The reminder ladder: which text a bill is due for on a day, and when to look again.

Pure facts in, a rung out. The ladder only proposes; what may leave is the gate's word. What is
known of a customer makes it later or softer, never more frequent or harder (S59).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flows.model import Account, Case, Contact, ContactDirection, Conversation, Flag
from flows.policy.likeness import likeness, masked
from flows.policy.model import Cadence
from flows.records import PromiseStatus

# The stages after the due date, each once in a round (templates.md rule 5).
OVERDUE_STAGES = ("first_overdue", "followup_1", "followup_2", "followup_3")
LAST_STAGE = OVERDUE_STAGES[-1]
# Further wordings of a stage, for whoever got the first one lately.
VARIANTS = {stage: (stage, f"{stage}_2") for stage in OVERDUE_STAGES}
# Softer wordings, for whoever took an earlier message badly (S44).
GENTLE = ("gentle_1", "gentle_2")
# S36: follow-ups come every 7 to 10 days, also where the law would let them come sooner.
FOLLOW_UP_DAYS = 7
_ANGRY = frozenset({"abuse", "complaint", "refuse", "opt_out"})
_ANGRY_FLAGS = frozenset({Flag.COMPLAINT, Flag.REFUSED})
# templates.md rule 4: none of these was ever noted where the casual style is used.
_GRAVE_FLAGS = frozenset({Flag.COMPLAINT, Flag.HARDSHIP, Flag.VULNERABLE, Flag.LEGAL})


class Segment(StrEnum):
    """What the customer's history says of him."""

    NEW = "new"
    LATE_BUT_PAYS = "late_but_pays"
    BROKE_PROMISE = "broke_promise"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the ladder looks at.

    `sent`: reminders on this bill so far, `last_on` the day of the newest; `unanswered`: reminders
    to the person since his last word; `habit_days`: how late he usually pays, None: he never did.
    """

    due_on: date
    sent: int = 0
    last_on: date | None = None
    unanswered: int = 0
    segment: Segment = Segment.NEW
    habit_days: int | None = None
    is_willing: bool = False
    is_upset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A text that is due: its stage, and whether it is a courtesy notice or a reminder."""

    stage: str
    is_notice: bool = False


# --- What is known ------------------------------------------------------------------------------


def standing_of(
    conversation: Conversation, case: Case, history: Sequence[Contact], today: date
) -> Standing:
    """The ladder's facts of one bill."""
    return Standing(
        due_on=case.account.due_on,
        sent=case.reminders_sent,
        last_on=_last_on(conversation, case, history),
        unanswered=_unanswered(history),
        segment=segment_of(conversation.cases, is_known=conversation.last_in_at is not None),
        habit_days=_habit_days(conversation.cases),
        is_willing=is_willing(case, today),
        is_upset=is_upset(conversation, history),
    )


def segment_of(cases: Iterable[Case], *, is_known: bool) -> Segment:
    """The segment of a customer by what he promised and paid; `is_known`: he wrote before."""
    cases = tuple(cases)
    promises = [promise.status for case in cases for promise in case.promises]
    if PromiseStatus.BROKEN in promises:
        return Segment.BROKE_PROMISE
    if _habit_days(cases) is not None:
        return Segment.LATE_BUT_PAYS
    has_paid = any(case.payments for case in cases)
    return Segment.KNOWN if is_known or has_paid or promises else Segment.NEW


def is_willing(case: Case, today: date) -> bool:
    """Whether he is raising the money (S41): a promise or more time runs, or he paid a part lately.

    Lately is the gap that a willing customer gets.
    """
    if case.open_promise is not None or (case.extension is not None and case.extension.is_open):
        return True
    if not case.payments:
        return False
    since = today - timedelta(days=_WILLING_DAYS)
    return any(paid.amount.minor > 0 and paid.paid_on > since for paid in case.payments)


_WILLING_DAYS = 14


def is_upset(conversation: Conversation, history: Iterable[Contact]) -> bool:
    """Whether the customer took a message badly in the time the history tells of."""
    talk = conversation.dialogue
    if talk.insults or talk.refusals or conversation.flags & _ANGRY_FLAGS:
        return True
    return any(c.direction is ContactDirection.IN and c.kind in _ANGRY for c in history)


def may_be_casual(conversation: Conversation) -> bool:
    """Whether the casual style is fit for what we start: no grave matter was ever noted."""
    was_disputed = any(case.disputes for case in conversation.cases)
    return not (was_disputed or conversation.flags & _GRAVE_FLAGS)


def needs_person(account: Account, standing: Standing, today: date) -> str:
    """Why a person should write instead (S51): `large` or `old`; empty when the ladder may go on.

    A large sum gets its first reminder as any other.
    """
    limits = account.talk
    overdue = (today - account.due_on).days
    if limits.person_after_days is not None and overdue >= limits.person_after_days:
        return "old"
    if limits.person_from_minor is not None and standing.sent:
        return "large" if account.outstanding.minor >= limits.person_from_minor else ""
    return ""


def _unanswered(history: Sequence[Contact]) -> int:
    heard = max((c.at for c in history if c.direction is ContactDirection.IN), default=None)
    return sum(
        c.direction is ContactDirection.OUT
        and c.kind == "reminder"
        and (heard is None or c.at > heard)
        for c in history
    )


def _last_on(conversation: Conversation, case: Case, history: Iterable[Contact]) -> date | None:
    sent = [
        c.at
        for c in history
        if c.direction is ContactDirection.OUT
        and c.kind == "reminder"
        and c.account_id in (None, case.id)
    ]
    return max(sent).astimezone(conversation.person.zone).date() if sent else None


def _habit_days(cases: Iterable[Case]) -> int | None:
    late = [
        (payment.paid_on - case.account.due_on).days
        for case in cases
        for payment in case.payments
        if payment.amount.minor > 0 and payment.paid_on > case.account.due_on
    ]
    return max(late, default=None)


# --- The next step ------------------------------------------------------------------------------


def rung_on(standing: Standing, today: date, cadence: Cadence) -> Rung | date:
    """The text that is due on a local day, or the first later day to look at again."""
    ahead = (standing.due_on - today).days
    if ahead > 0:
        is_notice_day = ahead in cadence.pre_due_days and not standing.sent
        return (
            Rung(stage="pre_due", is_notice=True)
            if is_notice_day
            else next_day(standing, today, cadence)
        )
    if ahead == 0:
        may_notice = cadence.due_day_notice and not standing.sent
        return (
            Rung(stage="due_today", is_notice=True)
            if may_notice
            else next_day(standing, today, cadence)
        )
    if not standing.sent and today < first_day(standing, cadence):
        return first_day(standing, cadence)
    if standing.last_on is not None:
        # What was planned before he grew upset or willing waits for the longer gap.
        day = standing.last_on + timedelta(days=gap_days(standing, cadence))
        if today < day:
            return day
    return Rung(stage=_stage(standing, cadence))


def step_for(
    conversation: Conversation, standing: Standing, today: date, cadence: Cadence
) -> Rung | date:
    """The same for a customer: an address that is not verified gets no notice of the bill."""
    step = rung_on(standing, today, cadence)
    if isinstance(step, Rung) and step.is_notice and not conversation.is_bound:
        return first_day(standing, cadence)
    return step


def next_day(standing: Standing, today: date, cadence: Cadence) -> date:
    """The local day after today on which the ladder looks at the bill again."""
    due_on = standing.due_on
    if today < due_on:
        ahead = [days for days in cadence.pre_due_days if due_on - timedelta(days=days) > today]
        return due_on - timedelta(days=max(ahead)) if ahead else due_on
    if today == due_on:
        return first_day(standing, cadence)
    return today + timedelta(days=gap_days(standing, cadence))


def first_day(standing: Standing, cadence: Cadence) -> date:
    """The day of the first overdue reminder.

    Who always pays late but pays is given until his usual day, inside the first week (S33).
    """
    earliest, latest = cadence.first_overdue_min_days, cadence.first_overdue_max_days
    days = earliest
    if standing.segment is Segment.LATE_BUT_PAYS and standing.habit_days is not None:
        days = max(earliest, min(standing.habit_days + 1, latest))
    return standing.due_on + timedelta(days=days)


def gap_days(standing: Standing, cadence: Cadence) -> int:
    """Days until the next follow-up: longer for the willing (S41), the upset and the sure payer."""
    usual = min(FOLLOW_UP_DAYS, cadence.interval_target_max_days)
    days = max(cadence.interval_min_days, usual)
    if standing.is_upset or standing.segment is Segment.LATE_BUT_PAYS:
        days = max(days, cadence.interval_target_max_days)
    if standing.is_willing or (standing.is_upset and standing.segment is Segment.BROKE_PROMISE):
        days = max(days, cadence.interval_willing_days)
    return days


def _stage(standing: Standing, cadence: Cadence) -> str:
    """The stage by the reminders sent; the last one only where a person really takes over next."""
    if not standing.sent:
        # S14, S24: who broke a promise is asked what is hard, not told of a bill he knows.
        is_known_bill = standing.segment is Segment.BROKE_PROMISE
        return OVERDUE_STAGES[1] if is_known_bill else OVERDUE_STAGES[0]
    if standing.sent < len(OVERDUE_STAGES) - 1:
        return OVERDUE_STAGES[standing.sent]
    if standing.unanswered + 1 >= cadence.no_reply_to_human:
        return LAST_STAGE
    return OVERDUE_STAGES[1 + standing.sent % 2]


# --- No text twice ------------------------------------------------------------------------------


def wordings(stage: str, *, is_upset: bool = False) -> tuple[str, ...]:
    """The wording keys of a stage, the preferred one first."""
    usual = VARIANTS.get(stage, (stage,))
    if not is_upset or stage == LAST_STAGE or stage not in VARIANTS:
        return usual
    return (*GENTLE, *usual)


def is_repeated(text: str, earlier: Iterable[str], cadence: Cadence) -> str:
    """The rule by which a text repeats one of the earlier ones; empty when it is fresh (S47)."""
    earlier = tuple(earlier)
    if any(masked(text) == masked(each) for each in earlier):
        return "cadence.content_repeat_days"
    if any(likeness(text, each) > cadence.similarity_max for each in earlier):
        return "cadence.similarity_max"
    return ""
