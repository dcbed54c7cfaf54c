"""The gate's word on one message: it leaves now, later, not at all, or a person decides.

Here the facts of a conversation become the gate's request; no rule stands here. `delivery` asks
the same function again, with fresh facts, at the moment of sending.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from flows.actions import Action, HandOver, Schedule
from flows.compose import Draft, structure
from flows.events import CustomerSaid, TimeCame
from flows.ladder import is_willing
from flows.ledger import part_of
from flows.model import Case, Contact, ContactDirection, Conversation, Flag, Outgoing, Reason, Turn
from flows.policy import request as gate
from flows.policy.gate import may_send
from flows.policy.model import Policy
from flows.policy.place import Place, place_of
from flows.records import AccountId, Appointment, AppointmentKind, HandoffReason
from flows.replacing import maker, quick, replace
from flows.understanding.intents import Intent
from flows.understanding.values import Tag, Understanding

# A message that could not leave for so long is stale: dropped, never sent next morning.
_LIFETIMES = {
    "reply": timedelta(minutes=30),
    "optout_confirmation": timedelta(minutes=5),
    "safety": timedelta(hours=24),
    "agent": timedelta(hours=24),
}
# The day of a notice begins an hour or two apart from that of one that was put off.
_REPLACED_WITHIN = timedelta(hours=36)
_STARTED_LIFETIME = timedelta(hours=12)
_NO_REPLY_RULE = "cadence.no_reply_to_human"
_PAY_KEYS = frozenset({"pay_link", "pay_part", "pay_other_way"})
# A status message tells, it does not ask: for the rules it is an answer outside its grace.
_KINDS = {str(kind): kind for kind in gate.Kind} | {"status": gate.Kind.REPLY}
_DIRECTIONS = {
    ContactDirection.IN: gate.Direction.IN,
    ContactDirection.OUT: gate.Direction.OUT,
}
_NOTICES = {
    AppointmentKind.PROMISE_NOTICE: gate.Notice.PROMISE_DUE,
    AppointmentKind.INSTALMENT_NOTICE: gate.Notice.INSTALMENT,
}
_NOTICE_KEYS = {
    "pre_due": gate.Notice.PRE_DUE,
    "due_today": gate.Notice.DUE_DAY,
    "promise_due": gate.Notice.PROMISE_DUE,
    "instalment_due": gate.Notice.INSTALMENT,
}
# Appointments that are decided again when the gate says later; others wait with their text.
_DECIDED_AGAIN = frozenset(
    {
        AppointmentKind.REMINDER,
        AppointmentKind.PROMISE_NOTICE,
        AppointmentKind.INSTALMENT_NOTICE,
    }
)
_HOLDS = frozenset(
    {
        "dispute",
        "hardship",
        "vulnerable",
        "legal",
        "deceased",
        "complaint",
        "plan_active",
        "promise_open",
    }
)
_COMMITMENTS = ("plan_active", "promise_open")
_FLAGS = (Flag.DECEASED, Flag.LEGAL, Flag.WRONG_PERSON)
# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_RESTART, _OPT_OUT, _IN = Tag.RESTART, Intent.OPT_OUT, ContactDirection.IN
_SEND = gate.Action.SEND
# More than an installation has.
_CHANNELS_KEPT = 256


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The message as it may leave (None: it may not), with reasons and what follows."""

    outgoing: Outgoing | None
    reasons: tuple[Reason, ...] = ()
    actions: tuple[Action, ...] = ()


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Parcelled:
    """What the gate must know of a message, whether drafted or stored."""

    kind: str
    text: str
    account_id: AccountId | None
    asks_money: bool
    notice: gate.Notice | None = None
    due_on: date | None = None
    template: str = ""


# Made every turn: a function is called in less than half the time of a class.
_make_judged = maker(Judged)
_make_outgoing = maker(Outgoing)
_make_parcelled = maker(Parcelled)
_make_heard = maker(Contact)
_make_contact = maker(gate.Contact)
_make_hold = maker(gate.Hold)
_make_request = maker(gate.SendRequest)
_make_account = maker(gate.AccountFacts)
_make_person = maker(gate.PersonFacts)


def judged(turn: Turn, after: Conversation, draft: Draft) -> Judged:
    """Put a draft before the gate."""
    keys = [each.key for each in draft.says]
    asks_money = draft.kind == "reminder" or not _PAY_KEYS.isdisjoint(keys)
    outgoing = _make_outgoing(
        text=draft.text,
        kind=draft.kind,
        says=structure(draft),
        account_id=draft.account_id,
        asks_money=asks_money,
        send_at=turn.now,
        not_after_at=turn.now + _LIFETIMES.get(draft.kind, _STARTED_LIFETIME),
        buttons=draft.buttons,
        template=draft.says[0].key if draft.says else "",
        author=draft.author,
        ownership=after.ownership,
    )
    if turn.is_given:
        return _make_judged(outgoing=outgoing)
    request = _request_of_turn(turn, after, outgoing)
    verdict = may_send(request)
    if verdict.at is not None and _is_replaced(turn, verdict.at, request):
        why = "the notice of the day itself stands for it"
        return Judged(outgoing=None, reasons=(Reason(rule="plan.notice_replaced", why=why),))
    return _followed(turn, outgoing, verdict)


def _is_replaced(turn: Turn, at: datetime, request: gate.SendRequest) -> bool:
    """Whether the next notice of the same instalment leaves within a day of this belated one."""
    this = _appointment(turn)
    if this is None or this.kind is not AppointmentKind.INSTALMENT_NOTICE:
        return False
    later = (
        other.due_at
        for other in turn.conversation.agenda
        if other.kind is this.kind
        and other.account_id == this.account_id
        and other.id != this.id
        and part_of(other.about) == part_of(this.about)
        and turn.now < other.due_at <= at + _REPLACED_WITHIN
    )
    return any(
        may_send(replace(request, now=due_at)).action is gate.Action.SEND for due_at in later
    )


def _followed(turn: Turn, outgoing: Outgoing, verdict: gate.Verdict) -> Judged:
    if verdict.action is _SEND:
        return _make_judged(outgoing=outgoing)
    reasons = tuple(Reason(rule=rule, why=str(verdict.action)) for rule in verdict.rules)
    if verdict.action is gate.Action.HAND_OVER:
        return Judged(outgoing=None, reasons=reasons, actions=(_to_person(turn, verdict),))
    if verdict.action is gate.Action.DROP or verdict.at is None:
        return Judged(outgoing=None, reasons=reasons)
    return _later(turn, outgoing, verdict.at, reasons)


def _later(turn: Turn, outgoing: Outgoing, at: datetime, reasons: tuple[Reason, ...]) -> Judged:
    """Decided again when it may leave; what cannot be decided again waits with its text."""
    appointment = _appointment(turn)
    if appointment is not None and appointment.kind in _DECIDED_AGAIN:
        again = Schedule(
            kind=appointment.kind,
            due_at=at.astimezone(UTC),
            account_id=appointment.account_id,
            about=appointment.about,
        )
        return Judged(outgoing=None, reasons=reasons, actions=(again,))
    at = at.astimezone(UTC)
    stale_at = at + _LIFETIMES.get(outgoing.kind, _STARTED_LIFETIME)
    waiting = replace(outgoing, send_at=at, not_after_at=stale_at)
    return Judged(outgoing=waiting, reasons=reasons)


def _to_person(turn: Turn, verdict: gate.Verdict) -> HandOver:
    reason = HandoffReason.BY_HAND
    if verdict.rules[:1] == (_NO_REPLY_RULE,):
        reason = HandoffReason.NO_REPLY
    elif verdict.rules and verdict.rules[0].startswith(("disclosure", "privacy")):
        reason = HandoffReason.VERIFICATION
    return HandOver(
        reason=reason,
        task=verdict.rules[0] if verdict.rules else "decide",
        account_id=turn.case.id,
        holds_bot=False,
    )


def _appointment(turn: Turn) -> Appointment | None:
    if not isinstance(turn.event, TimeCame):
        return None
    wanted = turn.event.appointment_id
    return next((a for a in turn.conversation.agenda if a.id == wanted), None)


def _request_of_turn(turn: Turn, after: Conversation, outgoing: Outgoing) -> gate.SendRequest:
    appointment = _appointment(turn)
    parcel = _make_parcelled(
        kind=outgoing.kind,
        text=outgoing.text,
        account_id=outgoing.account_id,
        asks_money=outgoing.asks_money,
        notice=_notice(appointment, outgoing),
        due_on=_part_day(appointment),
        template=outgoing.template,
    )
    history = turn.history
    if isinstance(turn.event, CustomerSaid):
        history = (*history, _heard(turn.event.reading, turn))
    return send_request(after, parcel, turn.policy, turn.now, history)


def _notice(appointment: Appointment | None, outgoing: Outgoing) -> gate.Notice | None:
    by_kind = _NOTICES.get(appointment.kind) if appointment else None
    return by_kind or (notice_of(outgoing.template) if outgoing.kind == "notice" else None)


def _part_day(appointment: Appointment | None) -> date | None:
    if appointment is None or appointment.kind is not AppointmentKind.INSTALMENT_NOTICE:
        return None
    return part_of(appointment.about)[1]


def _heard(reading: Understanding, turn: Turn) -> Contact:
    return _make_heard(
        at=turn.now,
        direction=_IN,
        kind=gate_kind(reading),
        channel=turn.conversation.carrier,
    )


def gate_kind(reading: Understanding) -> str:
    """What the gate calls a message of the customer: a stop, a start, or its intent."""
    if _RESTART in reading.tags:
        return gate.START
    if reading.intent is _OPT_OUT or _OPT_OUT in reading.also:
        return gate.OPT_OUT
    return str(reading.intent)


def send_request(
    conversation: Conversation,
    parcel: Parcelled,
    policy: Policy,
    now: datetime,
    history: tuple[Contact, ...],
) -> gate.SendRequest:
    """The gate's question about one message of a conversation as it stands."""
    person = conversation.person
    case = conversation.case(parcel.account_id)
    return _make_request(
        now=now,
        channel=_medium(conversation.carrier),
        kind=_KINDS[parcel.kind],
        policy=policy,
        place=_place(person.timezone, person.country, person.region),
        text=_read_words(conversation, parcel),
        template=parcel.template if parcel.kind != "agent" else "",
        notice=parcel.notice,
        account=_make_account(
            id=str(case.id),
            due_on=_due_on(case, parcel),
            holds=_holds(conversation, parcel, now),
        ),
        person=_make_person(
            opted_out=_stopped(conversation),
            flags=_flags(conversation),
            is_verified=conversation.is_bound,
            sms_consent=gate.Consent(person.consent) if person.consent else None,
            is_willing=is_willing(case, person.day_of(now)),
        ),
        history=_contacts(history, now),
    )


def _read_words(conversation: Conversation, parcel: Parcelled) -> str | None:
    """The words the guard must read: what we start, what people write, what may go to a stranger.

    An answer to the customer's own question about paying names sums on purpose; its wording is
    checked with the templates, and the plan engine has approved its numbers.
    """
    if parcel.kind in ("reminder", "notice", "agent") or not conversation.is_bound:
        return parcel.text or None
    return None


@lru_cache(_CHANNELS_KEPT)
def _medium(channel: str) -> gate.Channel:
    return gate.Channel.TELEGRAM if channel.startswith("telegram") else gate.Channel.SMS


def _place(timezone: str, country: str, region: str) -> Place:
    countries = (country,) if country else ()
    return place_of((timezone,), countries, (region,) if region else ())


def notice_of(template: str) -> gate.Notice | None:
    """Which notice a stored message is, by its wording key."""
    return _NOTICE_KEYS.get(template)


def _due_on(case: Case, parcel: Parcelled) -> date:
    """The day a notice is about, or the day the bill was due."""
    promise = case.open_promise
    if parcel.notice is gate.Notice.PROMISE_DUE and promise is not None:
        return promise.due_on
    return parcel.due_on or case.account.due_on


def _holds(conversation: Conversation, parcel: Parcelled, now: datetime) -> tuple[gate.Hold, ...]:
    """The holds the gate has rules for; any other of ours stops reminders like an unknown one."""
    if not conversation.holds:
        return ()
    found = []
    for hold in conversation.holds:
        if hold.account_id not in (None, parcel.account_id):
            continue
        if hold.until_at is not None and hold.until_at <= now:
            continue
        if hold.name in _HOLDS:
            # The two commitments end when they are kept or broken, not at a day of the hold.
            until = None if hold.name in _COMMITMENTS else hold.until_at
            found.append(_make_hold(name=hold.name, until=until))
        elif parcel.kind == "reminder":
            found.append(gate.Hold(name=hold.name, until=hold.until_at))
    return tuple(found)


def _stopped(conversation: Conversation) -> frozenset[gate.Channel]:
    if not conversation.opted_out:
        return frozenset()
    if "all" in conversation.opted_out:
        return frozenset(gate.Channel)
    return frozenset(_medium(name) for name in conversation.opted_out)


def _flags(conversation: Conversation) -> tuple[gate.Hold, ...]:
    flags = conversation.flags
    return tuple(gate.Hold(name=str(f)) for f in _FLAGS if f in flags) if flags else ()


def _contacts(history: tuple[Contact, ...], now: datetime) -> tuple[gate.Contact, ...]:
    """The contacts as the gate counts them; a clock that was set back makes none undone."""
    return tuple(
        [
            _make_contact(
                at=c.at if c.at <= now else now,
                direction=_DIRECTIONS[c.direction],
                kind="reply" if c.kind == "status" else c.kind,
                asks_money=c.asks_money,
                channel=_medium(c.channel),
                account=str(c.account_id) if c.account_id else None,
                text=c.text or None,
            )
            for c in history
            if not (c.is_waiting and c.at > now)
        ]
    )
