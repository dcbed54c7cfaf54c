"""Rules that drop a message: it may not go, now or later, while the facts stay as they are.

Each rule returns the names it gives in a verdict, the deciding one first; none when it does not
apply.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from flows.policy.case import ANSWERS, UNTIMED, Case, is_here, is_out, is_over, is_spending
from flows.policy.footers import has_footer
from flows.policy.likeness import likeness, masked
from flows.policy.model import Policy
from flows.policy.request import Channel, Consent, Contact, Direction, Hold, Kind, Notice

# Table "Holds and flags at the gate": which row a name belongs to.
Row = Literal["grave", "collection", "reminders", "plan", "promise"]
_GRAVE = frozenset({"deceased", "legal", "third_party", "wrong_person", "minor"})
# The order when several apply; the opt-out stands between the two lists.
_BEFORE_OPT_OUT = ("deceased", "legal")
_AFTER_OPT_OUT = (
    "wrong_person",
    "third_party",
    "minor",
    "dispute",
    "complaint",
    "vulnerable",
    "hardship",
)
_COMMITMENTS = ("plan_active", "promise_open")
_STARTED = (Kind.REMINDER, Kind.NOTICE)
KNOWN_NAMES = frozenset((*_BEFORE_OPT_OUT, *_AFTER_OPT_OUT, *_COMMITMENTS))
_FIELDS = {
    "deceased": "deceased.stop_all",
    "legal": "represented.stop_direct_contact",
    "third_party": "privacy.third_party_contact",
    "dispute": "dispute.hold",
    "complaint": "complaint.pause_reminders",
    "vulnerable": "vulnerable.hold",
    "hardship": "hardship.stop_reminders_until_answer",
    "plan_active": "plan.stop_reminders_while_kept",
}
# An instalment notice goes on the day or up to this many days before.
_INSTALMENT_DAYS_BEFORE = 3


def held_before_opt_out(case: Case) -> tuple[str, ...]:
    """Death and representation."""
    return _held(case, _BEFORE_OPT_OUT) if _may_be_held(case) else ()


def opted_out(case: Case) -> tuple[str, ...]:
    """The customer said stop; only the confirmation, safety and a person's answer pass."""
    if not case.is_opted_out or case.kind is Kind.SAFETY:
        return ()
    if case.kind is Kind.OPTOUT_CONFIRMATION and not case.asks_money:
        return ()
    if case.kind is Kind.AGENT and _answers_words_after_opt_out(case):
        return ()
    return "optout.scope", "opted_out"


def held_after_opt_out(case: Case) -> tuple[str, ...]:
    """Every other hold or flag; an unknown name stops as a doubt about the person does."""
    if not _may_be_held(case):
        return ()
    unknown = tuple(hold.name for _, hold in _active(case) if hold.name not in KNOWN_NAMES)
    return _held(case, (*_AFTER_OPT_OUT, *unknown, *_COMMITMENTS))


def commitment_until(case: Case, hold: Hold, instant: datetime) -> bool:
    """Whether a running plan or promise with a known end holds the message at the instant."""
    return (
        _is_timed(case, hold)
        and not is_over(hold, instant, case.place)
        and _is_stopped_by(case, hold.name)
    )


def stopping_names(label: str, hold: Hold) -> tuple[str, ...]:
    """The names a hold or flag gives in a verdict: its field if any, then itself."""
    field = _FIELDS.get(hold.name)
    return (field, f"{label}:{hold.name}") if field else (f"{label}:{hold.name}",)


def stopping_ids(case: Case) -> tuple[str, ...]:
    """The ids of the active holds and flags that stop this message."""
    return tuple(
        hold.id for _, hold in _active(case) if hold.id and _is_stopped_by(case, hold.name)
    )


def no_consent(case: Case) -> tuple[str, ...]:
    """SMS may start only on the basis the profile asks for."""
    basis = case.request.person.sms_consent
    if basis is None or case.request.channel is not Channel.SMS:
        return ()
    is_enough = basis is Consent.CONSENT or (
        basis is Consent.CONTRACT and case.policy.consent.sms_basis == "contract_or_consent"
    )
    return () if is_enough else ("consent.sms_basis",)


def validation_overdue(case: Case) -> tuple[str, ...]:
    """The validation notice was not sent in the days after the first communication."""
    validation, days = case.request.account.validation, case.policy.validation.within_days
    if validation is None or days is None or not case.policy.validation.needed:
        return ()
    is_sent = validation.sent_on is not None and validation.sent_on <= case.today
    if is_sent:
        return ()
    first_at = min(
        (entry.at for entry in case.request.history if _is_communication(case, entry)),
        default=case.now,
    )
    is_late = (case.today - case.place.earliest_date(first_at)).days >= days
    return ("validation.within_days",) if is_late else ()


def text_repeated(case: Case) -> tuple[str, ...]:
    """The same words again, or nearly, inside the time the profile sets."""
    text, cadence = case.request.text, case.policy.cadence
    if text is None:
        return ()
    since = case.now - timedelta(days=cadence.content_repeat_days)
    earlier = [
        entry.text
        for entry in case.request.history
        if entry.text and entry.at > since and is_spending(entry, case.policy)
    ]
    if any(masked(text) == masked(each) for each in earlier):
        return ("cadence.content_repeat_days",)
    if any(likeness(text, each) > cadence.similarity_max for each in earlier):
        return ("cadence.similarity_max",)
    return ()


def confirmation_without_opt_out(case: Case) -> tuple[str, ...]:
    """There is no opt-out to confirm, or START came after it."""
    return () if _has_open_opt_out(case) else ("optout.none",)


def confirmation_repeated(case: Case) -> tuple[str, ...]:
    """The confirmations allowed since the last START are spent."""
    sent = {
        entry.at
        for entry in case.request.history
        if is_out(entry, Kind.OPTOUT_CONFIRMATION)
        and (case.started_at is None or entry.at > case.started_at)
    }
    is_spent = len(sent) >= case.policy.optout.confirmations_max
    return ("optout.confirmations_max",) if is_spent else ()


def confirmation_late(case: Case) -> tuple[str, ...]:
    """The newest opt-out is too old to be confirmed."""
    if not _has_open_opt_out(case):
        return ()
    within = timedelta(seconds=case.policy.optout.confirmation_within_s)
    is_late = case.stopped_at is not None and case.now - case.stopped_at > within
    return ("optout.confirmation_within_s",) if is_late else ()


def safety_repeated(case: Case) -> tuple[str, ...]:
    """The newest inbound message already got its one safety reply."""
    answered = any(
        is_out(entry, Kind.SAFETY) and (case.newest_in_at is None or entry.at >= case.newest_in_at)
        for entry in case.request.history
    )
    return ("safety.once",) if answered else ()


def notice_off_its_day(case: Case) -> tuple[str, ...]:
    """A notice goes on its own local day and on no other."""
    notice = notice_of(case)
    if notice is Notice.DUE_DAY and not case.policy.cadence.due_day_notice:
        return ("cadence.due_day_notice",)
    return () if is_on_its_day(case, notice, case.today) else ("notice.day",)


def notice_of(case: Case) -> Notice | None:
    """Which notice this is: as said, by the running plan or promise, or by the day; else None."""
    if case.request.notice is not None:
        return case.request.notice
    names = {hold.name for _, hold in _active(case)}
    if "plan_active" in names:
        return Notice.INSTALMENT
    if "promise_open" in names:
        return Notice.PROMISE_DUE
    by_day = (Notice.DUE_DAY, Notice.PRE_DUE)
    return next((each for each in by_day if is_on_its_day(case, each, case.today)), None)


def is_on_its_day(case: Case, notice: Notice | None, today: date) -> bool:
    """Whether the notice may go on that local day."""
    due_on = case.request.account.due_on
    if notice is None or due_on is None:
        return False
    days = (due_on - today).days
    if notice is Notice.PRE_DUE:
        return days in case.policy.cadence.pre_due_days
    if notice is Notice.INSTALMENT:
        return 0 <= days <= _INSTALMENT_DAYS_BEFORE
    return days == 0


def _may_be_held(case: Case) -> bool:
    """Whether any hold could stop it: of answers that ask for nothing only a grave matter does."""
    if not case.holds or case.asks_money or case.kind in _STARTED:
        return bool(case.holds)
    return not _GRAVE.isdisjoint([hold.name for _, hold in case.holds])


def _held(case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for label, hold in sorted(_active(case), key=lambda held: _rank(held[1].name, names)):
        if hold.name in names and not _is_timed(case, hold) and _is_stopped_by(case, hold.name):
            found.extend(stopping_names(label, hold))
    return tuple(found)


def _is_timed(case: Case, hold: Hold) -> bool:
    """Whether the hold delays instead of dropping: a notice cannot wait for another day."""
    is_commitment = hold.name in _COMMITMENTS and hold.until is not None
    return is_commitment and case.kind is not Kind.NOTICE


def _rank(name: str, names: tuple[str, ...]) -> int:
    return names.index(name) if name in names else len(names)


def _active(case: Case) -> tuple[tuple[str, Hold], ...]:
    if not case.holds:
        return ()
    return tuple(held for held in case.holds if not is_over(held[1], case.now, case.place))


def _is_stopped_by(case: Case, name: str) -> bool:
    """The cell of the table for this name and this message."""
    if case.kind in UNTIMED:
        return False
    row = _row(name, case.policy)
    if case.kind is Kind.NOTICE:
        return _stops_notice(case, row)
    if case.asks_money or case.kind is Kind.REMINDER:
        return True
    if row != "grave":
        return False
    return not _is_the_one_answer(case)


def _row(name: str, policy: Policy) -> Row:
    if name in _GRAVE:
        return "grave"
    if name == "plan_active":
        return "plan"
    if name == "promise_open":
        return "promise"
    if name in ("hardship", "complaint"):
        return "reminders"
    if name == "dispute" and policy.dispute.hold == "all_reminders":
        return "reminders"
    return "collection"


def _stops_notice(case: Case, row: Row) -> bool:
    if row == "plan":
        return notice_of(case) is not Notice.INSTALMENT
    if row == "promise":
        return notice_of(case) is not Notice.PROMISE_DUE or _has_gone_today(case)
    return row != "reminders" or case.asks_money


def _has_gone_today(case: Case) -> bool:
    """Whether a notice about this account went on this local day already."""
    return any(
        is_out(entry, Kind.NOTICE)
        and is_here(entry, case.request)
        and case.place.earliest_date(entry.at) == case.today
        for entry in case.request.history
    )


def _is_the_one_answer(case: Case) -> bool:
    """Whether this answers an inbound message that has no answer yet."""
    if case.kind is not Kind.REPLY and not case.is_answer:
        return False
    return not any(
        is_out(entry, *ANSWERS) and (case.newest_in_at is None or entry.at > case.newest_in_at)
        for entry in case.request.history
    )


def _answers_words_after_opt_out(case: Case) -> bool:
    is_newer = case.stopped_at is None or (
        case.newest_in_at is not None and case.newest_in_at > case.stopped_at
    )
    text = case.request.text
    return case.is_answer and is_newer and not (text and has_footer(text))


def _has_open_opt_out(case: Case) -> bool:
    if case.stopped_at is None:
        return False
    return case.started_at is None or case.started_at < case.stopped_at


def _is_communication(case: Case, entry: Contact) -> bool:
    return (
        entry.direction is Direction.OUT
        and entry.kind not in UNTIMED
        and is_here(entry, case.request)
    )
