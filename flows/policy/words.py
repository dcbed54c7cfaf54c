"""What the gate asks about the words of a message: does it ask for money, does the guard stop it.

The wording guard judges; here the facts of a request become its questions.
"""

from __future__ import annotations

from datetime import date, timedelta

from flows.languages import Language
from flows.languages.detect import detect
from flows.policy.case import ANSWERS, Case
from flows.policy.guard.elements import is_pay_by
from flows.policy.guard.figures import amounts, days
from flows.policy.guard.reading import read
from flows.policy.request import Direction, Kind, Notice, SendRequest
from flows.policy.stops import notice_of
from flows.policy.wording_guard import (
    Allowed,
    TextKind,
    WordingRequest,
    asks_for_money,
    blocking_rules,
)
from flows.understanding.intents import Intent
from flows.understanding.values import LanguageTag

_LANGUAGES = {
    LanguageTag.ZH_HANS: Language.ZH_HANS,
    LanguageTag.ZH_HANT: Language.ZH_HANT,
    LanguageTag.YUE: Language.ZH_HANT,
}
_KINDS = {Kind.REMINDER: TextKind.REMINDER, Kind.AGENT: TextKind.AGENT}
# The templates whose exceptions belong to these kinds of message.
_TEMPLATES = {Kind.SAFETY: "vulnerable", Kind.OPTOUT_CONFIRMATION: "optout_ack"}
_NOTICE_TEMPLATES = {
    Notice.PRE_DUE: "pre_due",
    Notice.DUE_DAY: "due_today",
    Notice.PROMISE_DUE: "promise_due",
    Notice.INSTALMENT: "instalment_due",
}
_DETAILS = "privacy.details_before_verification"
# 12 CFR 1006.34(b)(5): received five business days after it was sent, a week of the calendar.
_ASSUMED_RECEIPT = timedelta(days=7)


def asks_money(request: SendRequest) -> bool:
    """Whether the message asks for money: a reminder does, any other by its text.

    The way to pay asks for nothing when the customer's newest words asked how to pay.
    """
    if request.kind is Kind.REMINDER:
        return True
    if not request.text:
        return False
    return asks_for_money(request.text, pays_on_request=_was_asked_how_to_pay(request))


def guarded(case: Case) -> tuple[str, ...]:
    """The wording guard blocks the text: the rules of its findings, details first.

    Help for a life at risk is stopped by what is certain only, a listed phrase or a detail: the
    detectors of meaning may err, and silence would be the worse error.
    """
    if not case.request.text:
        return ()
    rules = blocking_rules(_question(case, case.request.text))
    if case.kind is Kind.SAFETY:
        rules = tuple(rule for rule in rules if rule.startswith(("phrase:", _DETAILS)))
    return tuple(sorted(rules, key=lambda rule: rule != _DETAILS))


def amount_in_safety(case: Case) -> tuple[str, ...]:
    """A safety reply that names an amount or asks for money."""
    text = case.request.text
    if not text:
        return ()
    names_amount = next(amounts(read(text).text), None) is not None
    return ("safety.amount",) if names_amount or case.asks_money else ()


def pay_by_far(case: Case) -> tuple[str, ...]:
    """The text offers a pay-by date so late that a person has to decide."""
    if not case.request.text or case.kind is Kind.AGENT:
        return ()
    text, today = read(case.request.text).text, case.today
    latest = today + timedelta(days=case.policy.payby.max_days)
    named = (day.readings for day in days(text, today) if is_pay_by(text, day))
    is_far = any(readings and min(readings) > latest for readings in named)
    return ("payby.max_days",) if is_far else ()


def _question(case: Case, text: str) -> WordingRequest:
    request = case.request
    return WordingRequest(
        text=text,
        language=_LANGUAGES.get(detect(text), Language.EN),
        kind=_KINDS.get(case.kind, TextKind.REPLY),
        policy=case.policy,
        template=_template(case),
        is_verified=request.person.is_verified,
        channel=request.channel,
        # A day in an answer is the customer's own; only an ask for money makes it a deadline.
        today=case.today if case.asks_money else None,
        due_on=request.account.due_on,
        validation_until=_validation_until(case),
        allowed=Allowed(ledger=request.account.ledger),
    )


def _template(case: Case) -> str:
    if case.request.template:
        return case.request.template
    if case.kind is not Kind.NOTICE:
        return _TEMPLATES.get(case.kind, "")
    notice = notice_of(case)
    return _NOTICE_TEMPLATES[notice] if notice else ""


def _validation_until(case: Case) -> date | None:
    validation, period = case.request.account.validation, case.policy.validation.period_days
    if validation is None or validation.sent_on is None or period is None:
        return None
    return validation.sent_on + _ASSUMED_RECEIPT + timedelta(days=period)


def _was_asked_how_to_pay(request: SendRequest) -> bool:
    inbound = [entry for entry in request.history if entry.direction is Direction.IN]
    if request.kind not in ANSWERS or not inbound:
        return False
    return max(inbound, key=lambda entry: entry.at).kind == Intent.PAY_NOW
