"""What the gate says to an agent's draft, and until when this customer may be contacted.

The same gate that judges the message when it is sent; nothing is decided here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.console.pages import GuardState, GuardVerdict, Span, Window
from flows.languages import Language
from flows.languages.detect import detect
from flows.model import Contact, ContactDirection, Conversation
from flows.outbox import Parcelled, send_request
from flows.policy.gate import may_send
from flows.policy.model import Policy
from flows.policy.request import Action, Verdict
from flows.policy.segments import segments
from flows.policy.wording_guard import Finding, TextKind, WordingRequest, check
from flows.understanding.values import LanguageTag

_WRITTEN = {
    LanguageTag.ZH_HANS: Language.ZH_HANS,
    LanguageTag.ZH_HANT: Language.ZH_HANT,
    LanguageTag.YUE: Language.ZH_HANT,
    LanguageTag.EN: Language.EN,
}
_WEEK = timedelta(days=7)
_SATURDAY = 5
_MINUTES_PER_HOUR = 60
_STOPPED = ("optout.", "opted_out")
_UNVERIFIED = ("privacy.details", "disclosure.")


def judged(
    state: Conversation, history: tuple[Contact, ...], policy: Policy, text: str, now: datetime
) -> GuardVerdict:
    """The verdict on a text that an agent would send now, with its length in SMS parts."""
    verdict = may_send(send_request(state, _parcel(text), policy, now, history))
    found = _findings(state, policy, text, now)
    if verdict.action is Action.DROP and verdict.rules[0] not in {each.rule for each in found}:
        # Nobody may be written to at all: what the words say matters no more.
        found = ()
    size = segments(text)
    return GuardVerdict(
        state=_refusal(found) if found else _state(verdict),
        rules=tuple(finding.rule for finding in found) or verdict.rules,
        spans=_marked(found),
        opens_at=verdict.at if verdict.action is Action.DELAY and not found else None,
        contacts=_contacts(history, now),
        contacts_max=policy.cadence.cap_per_7_days,
        length=len(text),
        segments=size.count,
    )


def _marked(found: tuple[Finding, ...]) -> tuple[Span, ...]:
    """The places to mark, in order; findings that overlap are one, or words would stand twice."""
    spans: list[Span] = []
    for start, end in sorted((finding.start, finding.end) for finding in found):
        if spans and start <= spans[-1].end:
            spans[-1] = Span(start=spans[-1].start, end=max(spans[-1].end, end))
        else:
            spans.append(Span(start=start, end=end))
    return tuple(spans)


def window_of(state: Conversation, policy: Policy, now: datetime) -> Window | None:
    """Whether the customer may be contacted at this hour, and until or from when."""
    asked = Parcelled(kind="agent", text="", account_id=None, asks_money=False)
    verdict = may_send(send_request(state, asked, policy, now, ()))
    if verdict.action is Action.SEND:
        return Window(is_open=True, until_at=_closing(state, policy, now))
    if verdict.action is Action.DELAY and verdict.at is not None:
        return Window(is_open=False, until_at=verdict.at)
    return None


def _findings(state: Conversation, policy: Policy, text: str, now: datetime) -> tuple[Finding, ...]:
    """What may not be said so, whoever says it."""
    request = WordingRequest(
        text=text,
        language=_WRITTEN.get(detect(text), state.language),
        kind=TextKind.AGENT,
        policy=policy,
        is_verified=state.is_bound,
        channel=state.carrier,
        creditor=state.cases[0].account.creditor if state.cases else "",
        today=now.astimezone(state.person.zone).date(),
    )
    return check(request).blocking


def _refusal(found: tuple[Finding, ...]) -> GuardState:
    is_unverified = all(finding.rule.startswith(_UNVERIFIED) for finding in found)
    return GuardState.UNVERIFIED if is_unverified else GuardState.REFUSED


def _parcel(text: str) -> Parcelled:
    return Parcelled(kind="agent", text=text, account_id=None, asks_money=False)


def _state(verdict: Verdict) -> GuardState:
    if verdict.action is Action.SEND:
        return GuardState.OK
    if verdict.action is Action.DELAY:
        return GuardState.LATER
    if any(rule.startswith(_STOPPED) for rule in verdict.rules):
        return GuardState.STOPPED
    if any(rule.startswith(_UNVERIFIED) for rule in verdict.rules):
        return GuardState.UNVERIFIED
    return GuardState.REFUSED


def _contacts(history: tuple[Contact, ...], now: datetime) -> int:
    """How many messages of ours asked for money in the last seven days: what the cap counts."""
    return sum(
        contact.direction is ContactDirection.OUT
        and (contact.asks_money or contact.kind == "reminder")
        and now - contact.at < _WEEK
        for contact in history
    )


def _closing(state: Conversation, policy: Policy, now: datetime) -> datetime:
    """The end of today's hours by the customer's clock."""
    local = now.astimezone(state.person.zone)
    window = policy.window
    by_day = (window.mon_fri,) * _SATURDAY + (window.sat, window.sun)
    minutes = by_day[local.weekday()].end
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    hour, minute = divmod(minutes, _MINUTES_PER_HOUR)
    end = midnight + timedelta(days=hour // 24)
    return end.replace(hour=hour % 24, minute=minute)
