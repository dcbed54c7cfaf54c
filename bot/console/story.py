"""From what storage holds of a talk to what its page shows: lines, handoff, cards. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.console.deeds import deed_of
from bot.console.pages import (
    AccountCard,
    AgentId,
    AgentLine,
    BotLine,
    Care,
    CareFlag,
    ChannelConsent,
    Consent,
    ContactCard,
    CustomerLine,
    Delivery,
    DeliveryState,
    Face,
    HandoffCard,
    Line,
    NoteLine,
    PartState,
    Phrase,
    PlanCard,
    PlanPart,
    Quote,
    Reading,
    SystemLine,
    Why,
)
from bot.kept import TurnBody
from flows import plans
from flows.events import AgentHandedBack, DeliveryFailed
from flows.languages.detect import detect
from flows.model import Case, Conversation, Flag
from flows.money import Currency, Money
from flows.plans import dues_of, entries_of
from flows.records import HandoffReason, Plan, PlanTerms, Promise, PromiseStatus
from flows.slots import Slot, SlotName
from flows.summary import HandoffSummary, most_urgent, summarise
from flows.understanding.values import Frequency, LanguageTag, Understanding
from storage import codec
from storage.outgoing import BOT
from storage.statuses import Status
from storage.transcripts import Did, Heard, Noted, Wrote
from storage.transcripts import Line as Stored

_DELIVERY = {
    Status.QUEUED: DeliveryState.QUEUED,
    Status.SENDING: DeliveryState.QUEUED,
    Status.HELD: DeliveryState.HELD,
    Status.UNKNOWN: DeliveryState.UNKNOWN,
    Status.SENT: DeliveryState.SENT,
    Status.DELIVERED: DeliveryState.DELIVERED,
    Status.FAILED: DeliveryState.FAILED,
    Status.REFUSED: DeliveryState.FAILED,
    Status.DROPPED: DeliveryState.RECALLED,
}
CARE = {
    Flag.VULNERABLE: Care.VULNERABLE,
    Flag.DECEASED: Care.DECEASED,
    Flag.LEGAL: Care.REPRESENTED,
}
# Facts that slots hold in minor units, with the phrase that tells them.
_MONEY_SLOTS = {
    SlotName.AMOUNT: "offer_amount",
    SlotName.PART: "part",
    SlotName.DOWN_PAYMENT: "down_payment",
    SlotName.INCOME: "income",
    SlotName.ESSENTIALS: "essentials",
    SlotName.OTHER_DEBTS: "other_debts",
    SlotName.CAPACITY: "capacity",
    SlotName.OFFER: "settle",
}
_DAY_SLOTS = {SlotName.FIRST_DUE: "first_due", SlotName.PROMISE_DATE: "promise_date"}
# console-design.md, principle 11: a send can be undone for so long.
UNDO_FOR = timedelta(seconds=5)
_SHOWN_OFFERS = 2
_TAIL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the lines of one talk are told with: its state, the names of agents, the instant."""

    state: Conversation | None
    names: Mapping[str, str]
    now: datetime
    viewer: str = ""

    def face(self, agent: str) -> Face:
        """The agent with this id."""
        return face(agent, self.names)


def face(agent: str, names: Mapping[str, str]) -> Face:
    """An agent by his id; one who left is shown by it."""
    return Face(id=AgentId(agent), name=names.get(agent, agent))


# --- lines -------------------------------------------------------------------------------------


def lines_of(stored: Sequence[Stored], told: Told) -> tuple[Line, ...]:
    """The lines of a talk as its page shows them, oldest first."""
    bodies = {line.number: _body(line) for line in stored if isinstance(line, Did)}
    return tuple(shown for line in stored for shown in _shown(line, bodies, told))


def _shown(line: Stored, bodies: Mapping[int, TurnBody | None], told: Told) -> Iterator[Line]:
    match line:
        case Heard():
            yield _heard(line)
        case Wrote():
            yield _wrote(line, bodies, told)
        case Noted():
            said = Quote(text=line.text, language=language_of(line.text))
            yield NoteLine(
                id=f"note-{line.id}", at=line.at, said=said, agent=told.face(line.agent_id)
            )
        case Did():
            yield from _did(line, bodies[line.number], told)


def _heard(line: Heard) -> CustomerLine:
    reading = reading_of(line.reading_json)
    language = _tag(reading.language.value) if reading else language_of(line.text)
    return CustomerLine(
        id=f"in-{line.id}",
        at=line.at,
        said=Quote(text=line.text, language=language),
        reading=_reading(reading) if reading else None,
        channel=line.channel,
    )


def reading_of(stored: str) -> Understanding | None:
    """How a message was read, as it is kept; None before any turn read it."""
    return codec.loads(stored, Understanding) if stored else None


def _reading(reading: Understanding) -> Reading:
    return Reading(
        intent=reading.intent,
        confidence=reading.confidence,
        also=reading.also,
        entities=reading.entities,
    )


def _wrote(line: Wrote, bodies: Mapping[int, TurnBody | None], told: Told) -> Line:
    said = Quote(text=line.text, language=language_of(line.text))
    delivery = _delivery(line, told)
    if line.author != BOT:
        return AgentLine(
            id=f"out-{line.id}",
            at=line.at,
            said=said,
            agent=told.face(line.author),
            delivery=delivery,
        )
    body = bodies.get(line.turn or 0)
    why = _why(body, told) if body else None
    return BotLine(id=f"out-{line.id}", at=line.at, said=said, why=why, delivery=delivery)


def _why(body: TurnBody, told: Told) -> Why | None:
    rules = tuple(dict.fromkeys(reason.rule for reason in body.reasons))
    if not rules:
        return None
    state, names = told.state, told.names
    deeds = [deed_of(action, state, names) for action in body.actions] if state else []
    return Why(rules=rules, facts=tuple(deed.what for deed in deeds if deed))


def _delivery(line: Wrote, told: Told) -> Delivery:
    state = _DELIVERY[Status(line.status)]
    is_later = state is DeliveryState.QUEUED and line.due_at > told.now
    undo = line.id if is_later and line.author == told.viewer else None
    if undo is not None and line.due_at - line.at <= UNDO_FOR:
        return Delivery(state=state, undo=undo)
    if is_later and not line.reason:
        return Delivery(state=DeliveryState.HELD, until_at=line.due_at, undo=undo)
    return Delivery(
        state=state,
        reason=line.reason or None,
        until_at=line.due_at if is_later else None,
        undo=undo,
    )


def _did(line: Did, body: TurnBody | None, told: Told) -> Iterator[Line]:
    if body is None or told.state is None:
        return
    deeds = [deed_of(action, told.state, told.names) for action in body.actions]
    for number, deed in enumerate(deed for deed in deeds if deed):
        yield SystemLine(
            id=f"turn-{line.number}-{number}", at=line.at, what=deed.what, icon=deed.icon
        )
    event = _event(body, told)
    if event:
        yield SystemLine(id=f"turn-{line.number}", at=line.at, what=event, icon="info")


def _event(body: TurnBody, told: Told) -> Phrase | None:
    match body.event:
        case AgentHandedBack(agent=agent, note=note):
            values = {"name": told.names.get(agent, agent), "note": note}
            return Phrase(
                key="system.handed_back_note" if note else "system.handed_back", values=values
            )
        case DeliveryFailed(is_unknown=True):
            return Phrase(key="system.unknown")
        case DeliveryFailed(reason=reason):
            return Phrase(key="system.undelivered", values={"reason": reason})
    return None


def _body(line: Did) -> TurnBody | None:
    return codec.loads(line.body_json, TurnBody) if line.body_json else None


def language_of(text: str) -> str:
    """The language a text is written in, as HTML knows it."""
    return _tag(detect(text).value)


def _tag(language: str) -> str:
    """The language as HTML knows it; what we cannot read is undetermined."""
    return "und" if language == LanguageTag.OTHER.value else language


# --- handoff -----------------------------------------------------------------------------------


def handoff_of(state: Conversation, stored: Sequence[Stored], now: datetime) -> HandoffCard | None:
    """Why a person is needed, in the customer's words and in facts; None when nobody is."""
    if not state.cases:
        return None
    today = now.astimezone(state.person.zone).date()
    handoff = most_urgent(state)
    if handoff is None:
        return None
    opened_at = handoff.opened_at
    heard = [line for line in stored if isinstance(line, Heard) and line.at <= opened_at]
    summary = summarise(state, tuple(line.text for line in heard), today)
    answered = (
        isinstance(line, Wrote) and line.author != BOT and line.at >= opened_at for line in stored
    )
    return HandoffCard(
        reason=handoff.reason,
        at=opened_at,
        said=tuple(Quote(text=text, language=language_of(text)) for text in summary.words),
        so_far=tuple(_so_far(summary, _offers(stored, opened_at), state.case(handoff.account_id))),
        to_do=tuple(_to_do(handoff.reason, summary)),
        is_answered=any(answered),
    )


def _offers(stored: Sequence[Stored], until_at: datetime) -> tuple[tuple[int, int], ...]:
    """The plans that the bot read back or listed, as count and regular minor units, oldest first.

    They are read from the turns: once a person is asked for, the talk itself has dropped them.
    """
    found: dict[tuple[int, int], None] = {}
    for line in stored:
        body = _body(line) if isinstance(line, Did) and line.at <= until_at else None
        for message in body.outgoing if body else ():
            for structure, data in message.says:
                found |= dict.fromkeys(_plans_in(structure, dict(data)))
    return tuple(found)


def _plans_in(structure: str, data: Mapping[str, object]) -> Iterator[tuple[int, int]]:
    plans = data.get("plans", ()) if structure == "options" else (tuple(data.items()),)
    for plan in plans if isinstance(plans, tuple) else ():
        told = dict(plan)
        count, minor = told.get("instalments"), told.get("instalment_minor")
        if structure in ("options", "proposal") and isinstance(count, int):
            yield count, int(str(minor))


def _so_far(
    summary: HandoffSummary, offers: Sequence[tuple[int, int]], case: Case
) -> Iterator[Phrase]:
    currency = summary.outstanding.currency
    for slot in summary.stated:
        yield from _stated(slot, currency)
    for count, minor in offers[-_SHOWN_OFFERS:]:
        yield _fact("offered", count=count, amount=Money(minor, currency))
    for promise in summary.promises:
        yield from _promised(promise)
    if case.live_plan:
        yield _plan_fact(case.live_plan.terms)
    for claim in case.claims:
        yield _fact("claim", amount=claim.amount) if claim.amount else _fact("claim_open")
    for dispute in case.disputes:
        if dispute.disputed:
            yield _fact("dispute", amount=dispute.disputed)


def _stated(slot: Slot, currency: Currency) -> Iterator[Phrase]:
    value = slot.value
    if slot.name in _MONEY_SLOTS and isinstance(value, int):
        yield _fact(_MONEY_SLOTS[slot.name], amount=Money(value, currency))
    elif slot.name in _DAY_SLOTS and isinstance(value, date):
        yield _fact(_DAY_SLOTS[slot.name], day=value)
    elif slot.name is SlotName.COUNT and isinstance(value, int):
        yield _fact("offer_count", count=value)
    elif slot.name in (SlotName.PAY_DAY, SlotName.SECOND_PAY_DAY) and isinstance(value, int):
        yield _fact("pay_day", day=value)
    elif slot.name is SlotName.FREQUENCY and isinstance(value, str):
        yield _fact("frequency", frequency=Frequency(value))
    elif slot.name is SlotName.CALLBACK_TIME:
        yield _fact("callback", at=str(value))


def _promised(promise: Promise) -> Iterator[Phrase]:
    if promise.status is PromiseStatus.OPEN:
        yield _fact("promise_open", day=promise.due_on, amount=promise.amount)
    elif promise.status is PromiseStatus.BROKEN:
        yield _fact("promise_broken", day=promise.due_on, amount=promise.amount)
    elif promise.status is PromiseStatus.KEPT:
        yield _fact("promise_kept", day=promise.due_on)


def _plan_fact(terms: PlanTerms) -> Phrase:
    return _fact("plan_active", count=terms.count, amount=terms.regular)


# Why a reminder is a person's to decide, where the case alone does not say it.
_WHY_BY_HAND = frozenset({"first_overdue_max_days", "large", "old"})


def _to_do(reason: HandoffReason, summary: HandoffSummary) -> Iterator[Phrase]:
    rule = summary.task.rpartition(".")[2]
    if reason is HandoffReason.BY_HAND and rule in _WHY_BY_HAND:
        yield Phrase(key=f"rule.{rule}")
    yield Phrase(key=f"task.{reason.value}")
    ends = [hold.until_at for hold in summary.holds]
    if ends and None in ends:
        yield _fact("hold_open")
    elif ends:
        yield _fact("hold_until", at=max(end for end in ends if end))


def _fact(key: str, **values: object) -> Phrase:
    return Phrase(key=f"fact.{key}", values=values)  # type: ignore[arg-type] # All are facts.


# --- cards -------------------------------------------------------------------------------------


def account_of(case: Case, today: date) -> AccountCard:
    """One bill as the context shows it; paid is what the ledger booked since we know it."""
    account = case.account
    paid = sum(payment.amount.minor for payment in case.payments)
    currency = account.outstanding.currency
    return AccountCard(
        id=str(account.id),
        product=account.product,
        tail=(account.reference or str(account.id))[-_TAIL:],
        balance=account.outstanding,
        billed=Money(account.outstanding.minor + paid, currency),
        paid=Money(paid, currency),
        fees=account.fees,
        due_on=account.due_on,
        days_late=(today - account.due_on).days,
    )


def plan_of(state: Conversation, today: date) -> PlanCard | None:
    """The plan that runs, or else the one that waits for a yes."""
    for case in state.cases:
        if case.live_plan:
            return _running(case, case.live_plan, today)
    proposed = [p.plan for p in state.dialogue.proposals if p.plan]
    if not proposed:
        return None
    terms = proposed[-1]
    first = 0 if terms.down else 1
    parts = tuple(
        PlanPart(number=number, due_on=part.due_on, amount=part.amount)
        for number, part in enumerate(terms.parts, first)
    )
    return PlanCard(parts=parts, total=terms.total)


def _running(case: Case, plan: Plan, today: date) -> PlanCard:
    since = plan.accepted_at.date()
    booked = entries_of(payment for payment in case.payments if payment.paid_on >= since)
    paid = plans.allocate(dues_of(plan.terms), booked, case.account.terms.prepay_mode).paid
    first = 0 if plan.terms.down else 1
    parts: list[PlanPart] = []
    for number, (part, minor) in enumerate(zip(plan.terms.parts, paid, strict=True), first):
        is_next = all(earlier.state is PartState.PAID for earlier in parts)
        parts.append(
            PlanPart(
                number=number,
                due_on=part.due_on,
                amount=part.amount,
                state=_part_state(part.amount.minor - minor, minor, part.due_on < today, is_next),
                paid=Money(minor, part.amount.currency),
                days_late=max(0, (today - part.due_on).days),
            )
        )
    return PlanCard(parts=tuple(parts), total=plan.terms.total, status=plan.status)


def _part_state(left: int, paid: int, is_late: bool, is_next: bool) -> PartState:
    if left <= 0:
        return PartState.PAID
    if is_late:
        return PartState.LATE
    if paid:
        return PartState.PARTLY_PAID
    return PartState.NEXT if is_next else PartState.OPEN


def contact_of(state: Conversation, now: datetime) -> ContactCard:
    """May we write, what comes next, what was promised and kept."""
    promises = [promise for case in state.cases for promise in case.promises]
    settled = (PromiseStatus.KEPT, PromiseStatus.PARTIAL, PromiseStatus.BROKEN)
    return ContactCard(
        consents=(ChannelConsent(channel=state.carrier, consent=_consent(state)),),
        next_step=_next_step(state),
        promises_kept=sum(promise.status is PromiseStatus.KEPT for promise in promises),
        promises_made=sum(promise.status in settled for promise in promises),
        holds=tuple(_holds(state, now)),
    )


def _consent(state: Conversation) -> Consent:
    if state.opted_out or state.is_address_closed:
        return Consent.STOPPED
    return Consent.CONTRACT if state.is_bound else Consent.UNKNOWN


def _next_step(state: Conversation) -> Phrase | None:
    if state.holder:
        return Phrase(key="next.paused")
    first = min(state.agenda, key=lambda appointment: appointment.due_at, default=None)
    if first is None:
        return None
    return Phrase(key=f"next.{first.kind.value}", values={"at": first.due_at})


def _holds(state: Conversation, now: datetime) -> Iterator[Phrase]:
    for hold in state.holds:
        name = Phrase(key=f"hold.{hold.name}")
        if hold.until_at is None:
            yield name
        elif hold.until_at > now:
            yield Phrase(key="hold.until", values={"hold": name, "at": hold.until_at})


def care_of(state: Conversation) -> tuple[CareFlag, ...]:
    """Why this person is to be handled with care, the gravest reason first."""
    order = (Flag.DECEASED, Flag.VULNERABLE, Flag.LEGAL)
    return tuple(CareFlag(care=CARE[flag]) for flag in order if flag in state.flags)
