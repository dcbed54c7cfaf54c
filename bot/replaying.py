"""Stored turns taken again by the present code, rules and wording; what came then against now."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.kept import Given, TurnBody, unpacked
from bot.reading import read_together
from bot.rules import Rules
from bot.turn import holidays_of
from flows.actions import Action, Say, SayText
from flows.decide import decide
from flows.events import CustomerSaid, Event
from flows.model import Outgoing, Reason, Turn
from storage import codec, replays
from storage.database import Database
from storage.errors import CodecError
from storage.replays import Wanted
from storage.turns import StoredTurn

INTENT, SAYS, RECORDS, RULES = "intent", "says", "records", "rules"
SIDES = (INTENT, SAYS, RECORDS, RULES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of a turn, in lines that can be laid side by side."""

    intent: tuple[str, ...]
    says: tuple[str, ...]
    records: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One stored turn beside the same turn now; `words` are the customer's, where he spoke."""

    conversation_id: str
    number: int
    at: datetime
    event: str
    words: str
    policies: tuple[str, str]
    then: Came
    now: Came

    @property
    def differs_in(self) -> tuple[str, ...]:
        """Which of `SIDES` are not as they were."""
        return tuple(s for s in SIDES if getattr(self.then, s) != getattr(self.now, s))


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many turns were replayed, differ (and in what), and could not be replayed."""

    replayed: int = 0
    differing: int = 0
    sides: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)

    def count(self, turn: Replayed) -> None:
        """Count one replayed turn."""
        self.replayed += 1
        self.differing += bool(turn.differs_in)
        self.sides.update(turn.differs_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A turn that cannot be replayed, and why."""

    why: str


ERASED, OLDER, UNREADABLE = "erased", "kept without what it was given", "unreadable"


async def replayed(
    database: Database, rules: Rules, wanted: Wanted, *, keeps_reading: bool = False
) -> AsyncIterator[Replayed | PassedOver]:
    """Every wanted turn, replayed or passed over; a page of turns in memory at a time.

    `keeps_reading` decides on the words as they were read then, so that only flows, rules and
    wording are compared.
    """
    async for stored in replays.turns(database, wanted):
        yield replay(stored, rules, keeps_reading=keeps_reading)


def replay(
    stored: StoredTurn, rules: Rules, *, keeps_reading: bool = False
) -> Replayed | PassedOver:
    """One stored turn taken again."""
    if stored.erased_at is not None:
        return PassedOver(why=ERASED)
    try:
        body: TurnBody = codec.loads(stored.body_json, TurnBody)
        if not body.given:
            return PassedOver(why=OLDER)
        given = unpacked(body.given)
    except CodecError:
        return PassedOver(why=UNREADABLE)
    return _replayed(stored, body, given, rules, keeps_reading=keeps_reading)


def _replayed(
    stored: StoredTurn, body: TurnBody, given: Given, rules: Rules, *, keeps_reading: bool
) -> Replayed:
    event = body.event if keeps_reading else _read_again(body.event, given, rules, stored.at)
    policy = rules.policy_of(given.conversation)
    decision = decide(
        Turn(
            conversation=given.conversation,
            event=event,
            policy=policy,
            now=stored.at,
            history=given.history,
            sender=rules.sender_of(given.conversation),
            holidays=holidays_of(given.conversation, stored.at),
        )
    )
    return Replayed(
        conversation_id=stored.conversation_id,
        number=stored.number,
        at=stored.at,
        event=stored.event,
        words=event.reading.text if isinstance(event, CustomerSaid) else "",
        policies=(stored.policy_version, policy.version),
        then=_came(body.event, body.actions, body.outgoing, body.reasons),
        now=_came(event, decision.actions, decision.outgoing, decision.reasons),
    )


def _read_again(event: Event, given: Given, rules: Rules, at: datetime) -> Event:
    """The same words, read as they are read today."""
    if not isinstance(event, CustomerSaid):
        return event
    texts = [part.text for part in event.parts] or [event.reading.text]
    reading, parts = read_together(given.conversation, texts, rules.examples, at)
    return replace(event, reading=reading, parts=parts)


def _came(
    event: Event,
    actions: tuple[Action, ...],
    outgoing: tuple[Outgoing, ...],
    reasons: tuple[Reason, ...],
) -> Came:
    return Came(
        intent=_intents(event),
        says=tuple(_said(message) for message in outgoing),
        records=tuple(codec.dumps(a) for a in actions if not isinstance(a, (Say, SayText))),
        rules=tuple(reason.rule for reason in reasons),
    )


def _intents(event: Event) -> tuple[str, ...]:
    return tuple(map(str, event.reading.intents)) if isinstance(event, CustomerSaid) else ()


def _said(message: Outgoing) -> str:
    """The template, when it may leave, and the words."""
    leaves_at = message.send_at.isoformat(timespec="minutes")
    return f"{message.template or message.author} ({message.kind}, {leaves_at}): {message.text}"
