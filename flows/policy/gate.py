"""The send gate: what may leave, whoever wrote it, and when.

`may_send` reads three tables from top to bottom: rules that drop, rules that ask for a person,
rules that delay. The strongest wins; the verdict names every rule that applies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from flows.policy import handovers, stops, timing, words
from flows.policy.case import UNTIMED, Case, study
from flows.policy.request import Action, Kind, SendRequest, Verdict
from flows.policy.timing import TimeRule, Wait
from flows.policy.words import asks_money

Judge = Callable[[Case], tuple[str, ...]]
Names = tuple[str, ...]


class For(StrEnum):
    """Which messages a rule is about."""

    EVERY = "every message"
    TIMED = "all but confirmation and safety"
    STARTED = "reminders, notices"
    REMINDER = "reminders"
    NOTICE = "notices"
    CONFIRMATION = "confirmations"
    SAFETY = "safety replies"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table: the function, whom it is for, the names it may give, its source.

    A reminder is also whatever else asks for money. In a name, `hold:*` stands for `hold:` or
    `flag:` and the name of the hold or flag.
    """

    judge: Judge
    scope: For
    names: Names
    source: str


@dataclass(frozen=True, slots=True)
class TimedRule:
    """The same for a rule that delays."""

    wait: TimeRule
    scope: For
    names: Names
    source: str


DROPS: tuple[Rule, ...] = (
    Rule(
        stops.held_before_opt_out,
        For.TIMED,
        ("deceased.stop_all", "represented.stop_direct_contact", "hold:*"),
        "US-2, US-22, AU-5",
    ),
    Rule(stops.opted_out, For.EVERY, ("optout.scope", "opted_out"), "CN-24, US-10, US-24"),
    Rule(
        stops.held_after_opt_out,
        For.TIMED,
        (
            "privacy.third_party_contact",
            "dispute.hold",
            "complaint.pause_reminders",
            "vulnerable.hold",
            "hardship.stop_reminders_until_answer",
            "plan.stop_reminders_while_kept",
            "hold:*",
        ),
        "S37, S85, CN-3, CN-15, US-18, UK-9, UK-11",
    ),
    Rule(
        words.guarded,
        For.EVERY,
        (
            "privacy.details_before_verification",
            "phrase:*",
            "kind:*",
            "claims.credit_bureau_statement",
            "claims.legal_action_statement",
            "text.sms_segments_max",
        ),
        "S19, S21, UK-4, AU-4",
    ),
    Rule(words.amount_in_safety, For.SAFETY, ("safety.amount",), "design"),
    Rule(stops.no_consent, For.STARTED, ("consent.sms_basis",), "CN-24, US-6"),
    Rule(stops.validation_overdue, For.STARTED, ("validation.within_days",), "US-16"),
    Rule(
        stops.text_repeated,
        For.REMINDER,
        ("cadence.content_repeat_days", "cadence.similarity_max"),
        "S47",
    ),
    Rule(stops.confirmation_without_opt_out, For.CONFIRMATION, ("optout.none",), "US-25"),
    Rule(stops.confirmation_repeated, For.CONFIRMATION, ("optout.confirmations_max",), "US-25"),
    Rule(stops.confirmation_late, For.CONFIRMATION, ("optout.confirmation_within_s",), "US-25"),
    Rule(stops.safety_repeated, For.SAFETY, ("safety.once",), "design"),
    Rule(stops.notice_off_its_day, For.NOTICE, ("notice.day", "cadence.due_day_notice"), "CN-12"),
)

HAND_OVERS: tuple[Rule, ...] = (
    Rule(handovers.no_answer, For.REMINDER, ("cadence.no_reply_to_human",), "S49"),
    Rule(
        handovers.first_reminder_late, For.REMINDER, ("cadence.first_overdue_max_days",), "S31, S32"
    ),
    Rule(handovers.zone_unknown, For.TIMED, ("window.unknown_tz",), "S84"),
    Rule(handovers.calendar_missing, For.TIMED, ("window.public_holidays",), "S29, AU-1"),
    Rule(handovers.address_unbound, For.TIMED, ("disclosure.first",), "US-5, US-12"),
    Rule(words.pay_by_far, For.REMINDER, ("payby.max_days",), "S68"),
    Rule(handovers.number_unchecked, For.REMINDER, ("privacy.number_recheck_days",), "US-6"),
)

DELAYS: tuple[TimedRule, ...] = (
    TimedRule(
        timing.outside_window,
        For.TIMED,
        ("window.mon_fri", "window.sat", "window.sun", "window.unknown_tz"),
        "S29, S35, CN-1, TW-1, US-1, AU-1",
    ),
    TimedRule(
        timing.on_public_holiday,
        For.TIMED,
        ("window.public_holidays", "window.unknown_tz"),
        "S29, AU-1",
    ),
    TimedRule(
        timing.outside_customer_hours,
        For.TIMED,
        ("window.customer_hours_honoured", "window.unknown_tz"),
        "CN-1, US-1, UK-1",
    ),
    TimedRule(
        timing.while_committed,
        For.TIMED,
        ("plan.stop_reminders_while_kept", "hold:*"),
        "S37, CN-15",
    ),
    TimedRule(timing.before_first_day, For.REMINDER, ("cadence.first_overdue_min_days",), "S30"),
    TimedRule(timing.inside_interval, For.REMINDER, ("cadence.interval_min_days",), "S36, S42"),
    TimedRule(
        timing.inside_willing_interval, For.REMINDER, ("cadence.interval_willing_days",), "S41"
    ),
    TimedRule(timing.over_day_cap, For.REMINDER, ("cadence.cap_per_day",), "S43"),
    TimedRule(timing.over_week_cap, For.REMINDER, ("cadence.cap_per_7_days",), "S36, AU-2"),
    TimedRule(timing.over_month_cap, For.REMINDER, ("cadence.cap_per_30_days",), "S38, AU-2"),
)

NO_OPEN_INSTANT = "no_open_instant"
_SEND = Verdict(Action.SEND)


def may_send(request: SendRequest) -> Verdict:
    """Whether the message may leave at `request.now`, later, only through a person, or never.

    Total: any request gets a verdict.
    """
    case = study(request, asks_money=asks_money(request))
    table = _TABLES[case.kind, case.spends]
    drops, people = _applying(table.drops, case), _applying(table.hand_overs, case)
    waits = timing.waits_at(case, table.delays, case.now)
    if not (drops or people or waits):
        return _SEND
    opening = None
    if waits and not drops:
        opening = timing.first_opening(case, table.delays, waits)
        drops, late = _after_delay(case, opening)
        people += late
    rules = tuple(dict.fromkeys((*drops, *people, *_names(waits))))
    if drops:
        return Verdict(Action.DROP, rules=rules, holds=stops.stopping_ids(case))
    if people or opening is None:
        return Verdict(Action.HAND_OVER, rules=rules)
    return Verdict(Action.DELAY, _local(case, opening), rules, stops.stopping_ids(case))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The functions that are about one kind of message, in order."""

    drops: tuple[Judge, ...]
    hand_overs: tuple[Judge, ...]
    delays: tuple[TimeRule, ...]


def _is_about(scope: For, kind: Kind, spends: bool) -> bool:
    return {
        For.EVERY: True,
        For.TIMED: kind not in UNTIMED,
        For.STARTED: spends or kind is Kind.NOTICE,
        For.REMINDER: spends,
        For.NOTICE: kind is Kind.NOTICE,
        For.CONFIRMATION: kind is Kind.OPTOUT_CONFIRMATION,
        For.SAFETY: kind is Kind.SAFETY,
    }[scope]


def _table(kind: Kind, spends: bool) -> _Table:
    return _Table(
        drops=tuple(rule.judge for rule in DROPS if _is_about(rule.scope, kind, spends)),
        hand_overs=tuple(rule.judge for rule in HAND_OVERS if _is_about(rule.scope, kind, spends)),
        delays=tuple(rule.wait for rule in DELAYS if _is_about(rule.scope, kind, spends)),
    )


_TABLES = {(kind, spends): _table(kind, spends) for kind in Kind for spends in (False, True)}


def _applying(judges: Iterable[Judge], case: Case) -> Names:
    return tuple([name for judge in judges for name in judge(case)])


def _after_delay(case: Case, opening: datetime | None) -> tuple[Names, Names]:
    """What drops, and what asks for a person, because the message can only leave later."""
    if opening is None:
        return (), (NO_OPEN_INSTANT,)
    day = case.place.earliest_date(opening)
    if case.kind is Kind.NOTICE and not stops.is_on_its_day(case, stops.notice_of(case), day):
        return ("notice.day",), ()
    missing = handovers.calendar_missing_at(case, opening)
    return (), missing + handovers.first_reminder_late_on(case, day)


def _names(waits: list[Wait]) -> Names:
    """The names of the rules that delay, the one that lasts longest first."""
    longest = sorted(waits, key=_end, reverse=True)
    return tuple(name for wait in longest for name in wait.rules)


def _end(wait: Wait) -> datetime:
    return wait.until or datetime.max.replace(tzinfo=UTC)


def _local(case: Case, instant: datetime) -> datetime:
    return instant.astimezone(case.place.clocks[0])
