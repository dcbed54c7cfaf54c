"""The send gate: what may leave, whoever wrote it, and when.

`may_send` reads three tables from top to bottom: rules that drop, rules that ask for a person,
rules that delay. The strongest wins; the verdict names every rule that applies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.policy import handovers, stops, timing
from flows.policy.case import Case, study
from flows.policy.request import Action, Kind, SendRequest, Verdict
from flows.policy.timing import TimeRule, Wait

Judge = Callable[[Case], tuple[str, ...]]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table: the function, the names it may give, and where the rule comes from.

    In a name, `hold:*` stands for `hold:` or `flag:` and the name of the hold or flag.
    """

    judge: Judge
    names: Names
    source: str


@dataclass(frozen=True, slots=True)
class TimedRule:
    """The same for a rule that delays."""

    wait: TimeRule
    names: Names
    source: str


DROPS: tuple[Rule, ...] = (
    Rule(
        stops.held_before_opt_out,
        ("deceased.stop_all", "represented.stop_direct_contact", "hold:*"),
        "US-2, US-22, AU-5",
    ),
    Rule(stops.opted_out, ("optout.scope", "opted_out"), "CN-24, US-10, US-24"),
    Rule(
        stops.held_after_opt_out,
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
    Rule(stops.no_consent, ("consent.sms_basis",), "CN-24, US-6"),
    Rule(stops.validation_overdue, ("validation.within_days",), "US-16"),
    Rule(
        stops.text_repeated,
        ("cadence.content_repeat_days", "cadence.similarity_max"),
        "S47",
    ),
    Rule(stops.confirmation_without_opt_out, ("optout.none",), "US-25"),
    Rule(stops.confirmation_repeated, ("optout.confirmations_max",), "US-25"),
    Rule(stops.confirmation_late, ("optout.confirmation_within_s",), "US-25"),
    Rule(stops.safety_repeated, ("safety.once",), "design"),
    Rule(stops.notice_off_its_day, ("notice.day", "cadence.due_day_notice"), "CN-12"),
)

HAND_OVERS: tuple[Rule, ...] = (
    Rule(handovers.no_answer, ("cadence.no_reply_to_human",), "S49"),
    Rule(handovers.first_reminder_late, ("cadence.first_overdue_max_days",), "S31, S32"),
    Rule(handovers.zone_unknown, ("window.unknown_tz",), "S84"),
    Rule(handovers.calendar_missing, ("window.public_holidays",), "S29, AU-1"),
    Rule(handovers.address_unbound, ("disclosure.first",), "US-5, US-12"),
    Rule(handovers.number_unchecked, ("privacy.number_recheck_days",), "US-6"),
)

DELAYS: tuple[TimedRule, ...] = (
    TimedRule(
        timing.outside_window,
        ("window.mon_fri", "window.sat", "window.sun", "window.unknown_tz"),
        "S29, S35, CN-1, TW-1, US-1, AU-1",
    ),
    TimedRule(timing.on_public_holiday, ("window.public_holidays",), "S29, AU-1"),
    TimedRule(
        timing.outside_customer_hours, ("window.customer_hours_honoured",), "CN-1, US-1, UK-1"
    ),
    TimedRule(timing.while_committed, ("plan.stop_reminders_while_kept", "hold:*"), "S37, CN-15"),
    TimedRule(timing.before_first_day, ("cadence.first_overdue_min_days",), "S30"),
    TimedRule(timing.inside_interval, ("cadence.interval_min_days",), "S36, S42"),
    TimedRule(timing.inside_willing_interval, ("cadence.interval_willing_days",), "S41"),
    TimedRule(timing.over_day_cap, ("cadence.cap_per_day",), "S43"),
    TimedRule(timing.over_week_cap, ("cadence.cap_per_7_days",), "S36, AU-2"),
    TimedRule(timing.over_month_cap, ("cadence.cap_per_30_days",), "S38, AU-2"),
)

NO_OPEN_INSTANT = "no_open_instant"
_SEND = Verdict(Action.SEND)
_TIME_RULES = tuple(rule.wait for rule in DELAYS)


def may_send(request: SendRequest) -> Verdict:
    """Whether the message may leave at `request.now`, later, only through a person, or never.

    Total: any request gets a verdict.
    """
    case = study(request, asks_money=asks_money(request))
    drops = _applying(DROPS, case)
    people = _applying(HAND_OVERS, case)
    waits = [wait for rule in _TIME_RULES if (wait := rule(case, case.now)) is not None]
    if not (drops or people or waits):
        return _SEND
    opening = timing.first_opening(case, _TIME_RULES) if waits and not drops else None
    if waits and not drops:
        drops, late = _after_delay(case, opening)
        people += late
    rules = tuple(dict.fromkeys((*drops, *people, *_names(waits))))
    if drops:
        return Verdict(Action.DROP, rules=rules, holds=stops.stopping_ids(case))
    if people or opening is None:
        return Verdict(Action.HAND_OVER, rules=rules)
    return Verdict(Action.DELAY, _local(case, opening), rules, stops.stopping_ids(case))


def asks_money(request: SendRequest) -> bool:
    """Whether the message asks for money: a reminder does, any other text by its words."""
    return request.kind is Kind.REMINDER


def _applying(table: Iterable[Rule], case: Case) -> Names:
    names: list[str] = []
    for rule in table:
        if found := rule.judge(case):
            names.extend(found)
    return tuple(names)


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
