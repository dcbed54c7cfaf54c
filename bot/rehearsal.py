"""A conversation without a world: the same `understand` and `decide`, a clock that is moved by hand.

Rehearsals, golden conversations and simulators run on this; the service runs on `bot/turn.py`.
Both only carry values to the same pure functions and keep what they answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

from flows.burst import joined_text, merged
from flows.decide import decide
from flows.events import (
    AgentHandedBack,
    AgentSaid,
    AgentTookOver,
    CustomerSaid,
    Event,
    PaymentSeen,
    TimeCame,
)
from flows.languages import Language
from flows.model import (
    Contact,
    ContactDirection,
    Conversation,
    Decision,
    Outgoing,
    Sender,
    Turn,
)
from flows.money import Money
from flows.outbox import Parcelled, gate_kind, notice_of, send_request
from flows.policy.gate import may_send
from flows.policy.model import Policy
from flows.policy.profile import load_policy
from flows.policy.request import Action, Notice
from flows.records import AccountId, Appointment, AppointmentKind
from flows.understanding import understand
from flows.understanding.values import LanguageTag, Understanding

BOT = "bot"
_TAGS = {
    Language.ZH_HANS: LanguageTag.ZH_HANS,
    Language.ZH_HANT: LanguageTag.ZH_HANT,
    Language.EN: LanguageTag.EN,
}


# The contract knows notices; that some of them only tell is our own distinction.
_SHOWN = {"status": "notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the transcript; `sender` is customer, bot, agent or system."""

    at: datetime
    sender: str
    text: str
    kind: str
    outgoing: Outgoing | None = None
    conversation: Conversation | None = None


@dataclass(slots=True, kw_only=True)
class Rehearsal:
    """One conversation under way: its state, what was said, and what is still to come."""

    conversation: Conversation
    now: datetime
    policy: Policy
    sender: Sender = field(default_factory=Sender)
    lines: list[Line] = field(default_factory=list)
    decisions: list[tuple[datetime, Event, Decision]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    waiting: list[Outgoing] = field(default_factory=list)
    last_changed: AccountId | None = None
    heard: dict[int, str] = field(default_factory=dict)

    def open_with_reminder(self) -> None:
        """The first text goes out: the reminder, or the neutral text to an unbound address."""
        case = self.conversation.cases[0]
        first = Appointment(
            id="first",
            kind=AppointmentKind.REMINDER,
            due_at=self.now,
            account_id=case.id,
        )
        agenda = (*self.conversation.agenda, first)
        self.conversation = replace(self.conversation, agenda=agenda)
        self.take(TimeCame(appointment_id="first"), is_given=True)
        self.conversation = replace(self.conversation, focus=None)

    def customer_said(self, texts: Sequence[str], at: datetime, *, is_late: bool = False) -> None:
        """The customer's words, one message or a burst, read against the open question."""
        self.run_until(at)
        reading, parts = self._read(texts)
        first = len(self.lines)
        for text in texts:
            self.lines.append(Line(at=at, sender="customer", text=text, kind="message"))
        event = CustomerSaid(reading=reading, said_at=at, parts=parts, is_late=is_late)
        self.heard[first] = gate_kind(self.take(event).heard or reading)

    def _read(self, texts: Sequence[str]) -> tuple[Understanding, tuple[Understanding, ...]]:
        if len(texts) == 1:
            return self.understood(texts[0]), ()
        parts = tuple(self.understood(text) for text in texts)
        whole = self.understood(joined_text(texts, parts[-1].language))
        return merged(whole, parts), parts

    def understood(self, text: str) -> Understanding:
        """The reading of one text here and now."""
        question = self.conversation.dialogue.question
        return understand(
            text,
            asked=question.asked if question else None,
            today=self.today,
            language=_TAGS[self.conversation.language],
        )

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.conversation.person.zone).date()

    def agent_took_over(self, agent: str = "agent") -> None:
        """A person holds the conversation from now on."""
        self._note("agent_takeover")
        self.take(AgentTookOver(agent=agent))

    def agent_handed_back(self, note: str = "", agent: str = "agent") -> None:
        """The person gives the conversation back to the bot."""
        self._note("agent_handback")
        self.take(AgentHandedBack(agent=agent, note=note))

    def agent_said(self, text: str, agent: str = "agent") -> None:
        """The person writes to the customer."""
        self.take(AgentSaid(agent=agent, text=text))

    def paid(self, account_id: AccountId, minor: int, paid_on: date, reference: str) -> None:
        """The ledger books a payment."""
        currency = self.conversation.case(account_id).account.outstanding.currency
        self._note("payment")
        self.take(
            PaymentSeen(
                account_id=account_id,
                reference=reference,
                amount=Money(minor, currency),
                paid_on=paid_on,
            )
        )

    def _note(self, kind: str) -> None:
        self.lines.append(Line(at=self.now, sender="system", text="", kind=kind))

    def run_until(self, at: datetime) -> None:
        """Let time pass: what falls due happens in its order, each at its own instant."""
        while True:
            due = self._next_due(at)
            if due is None:
                break
            when, thing = due
            self.now = max(self.now, when)
            if isinstance(thing, Appointment):
                self.take(TimeCame(appointment_id=thing.id))
            else:
                self.waiting.remove(thing)
                self._leave(thing)
        self.now = max(self.now, at)

    def _next_due(self, at: datetime) -> tuple[datetime, Appointment | Outgoing] | None:
        items: list[tuple[datetime, int, Appointment | Outgoing]] = [
            (a.due_at, 1, a) for a in self.conversation.agenda if a.due_at <= at
        ]
        items += [(o.send_at, 0, o) for o in self.waiting if o.send_at <= at]
        if not items:
            return None
        when, _, thing = min(items, key=lambda item: (item[0], item[1]))
        return when, thing

    def take(self, event: Event, *, is_given: bool = False) -> Decision:
        """One turn: decide, keep the result, send what may leave now."""
        turn = Turn(
            conversation=self.conversation,
            event=event,
            policy=self.policy,
            now=self.now,
            history=self.history(),
            sender=self.sender,
            is_given=is_given,
        )
        decision = decide(turn)
        self.turns.append(turn)
        self._remember_change(decision)
        self.conversation = decision.conversation
        self.decisions.append((self.now, event, decision))
        if decision.recall:
            self.waiting.clear()
        for outgoing in decision.outgoing:
            if outgoing.send_at <= self.now:
                self._send(outgoing)
            else:
                self.waiting.append(outgoing)
        return decision

    def _remember_change(self, decision: Decision) -> None:
        before = {case.id: case for case in self.conversation.cases}
        for case in decision.conversation.cases:
            if before.get(case.id) != case:
                self.last_changed = case.id

    def _leave(self, outgoing: Outgoing) -> None:
        """The gate's last word on a text that waited, from the facts of now, as delivery asks it."""
        is_late = outgoing.not_after_at is not None and outgoing.not_after_at < self.now
        is_older = outgoing.author == BOT and outgoing.ownership != self.conversation.ownership
        if is_late or is_older:
            return
        request = send_request(
            self.conversation, self._parcel(outgoing), self.policy, self.now, self.history()
        )
        verdict = may_send(request)
        if verdict.action is Action.SEND:
            self._send(outgoing)
        if verdict.action is Action.DELAY and verdict.at is not None and verdict.at > self.now:
            self.waiting.append(replace(outgoing, send_at=verdict.at))

    def _parcel(self, outgoing: Outgoing) -> Parcelled:
        notice = notice_of(outgoing.template)
        # A notice of an agreement is about its own day; one of the bill is about the bill's.
        is_dated = notice in (Notice.INSTALMENT, Notice.PROMISE_DUE)
        return Parcelled(
            kind=outgoing.kind,
            text=outgoing.text,
            account_id=outgoing.account_id,
            asks_money=outgoing.asks_money,
            notice=notice,
            due_on=self.today if is_dated else None,
            template=outgoing.template,
        )

    def _send(self, outgoing: Outgoing) -> None:
        self.lines.append(
            Line(
                at=max(self.now, outgoing.send_at),
                sender="agent" if outgoing.author != "bot" else "bot",
                text=outgoing.text,
                kind=_SHOWN.get(outgoing.kind, outgoing.kind),
                outgoing=outgoing,
                conversation=self.conversation,
            )
        )

    def history(self) -> tuple[Contact, ...]:
        """What went in and out so far, as the gate counts it."""
        return tuple(
            Contact(
                at=line.at,
                direction=(
                    ContactDirection.IN if line.sender == "customer" else ContactDirection.OUT
                ),
                kind=line.outgoing.kind if line.outgoing else self.heard.get(number, "reply"),
                channel=self.conversation.carrier,
                account_id=line.outgoing.account_id if line.outgoing else None,
                asks_money=bool(line.outgoing and line.outgoing.asks_money),
                text=line.text,
            )
            for number, line in enumerate(self.lines)
            if line.sender != "system"
        )


@cache
def rehearsal_policy() -> Policy:
    """The profile of an unknown place: a record names none."""
    return load_policy("strict-default")


TAIL = timedelta(days=7)
