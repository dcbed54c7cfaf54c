"""One persona from the first text to three months later, through the door of `duetalk converse`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bot.conversing import Talk, begin, state, take
from bot.rehearsal import Rehearsal
from bot.simulation.debtor import Debtor, Utterance
from bot.simulation.paying import Payment, payments
from bot.simulation.persona import Archetype, Persona, Spec, persona, record

State = Mapping[str, Any]

AFTER_DAYS = 97
_MOST_TURNS = 24
_BOOKED_AFTER = 2
_TAKEOVER_SHARE = 0.3
_LIVE = ("active", "at_risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One utterance and how things stood after the bot's answer."""

    said: Utterance
    after: State

    @property
    def says(self) -> list[Mapping[str, Any]]:
        """The structure of everything the bot sent since the utterance before."""
        return [say for message in self.after["sent"] for say in message["says"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A whole dialogue: the talk, how it ended, what was paid, and the lines for the judge."""

    persona: Persona
    steps: tuple[Step, ...]
    end: State
    end_at: datetime
    paid: tuple[Payment, ...]
    rehearsal: Rehearsal
    seed: int


def play(spec: Spec, seed: int) -> Episode:
    """The dialogue of one cell; the same seed gives the same bytes."""
    rng = Random(f"{seed}:{spec.id}")
    one = persona(spec, rng)
    talk = begin(record(one))
    steps = _talked(talk, Debtor(persona=one, rng=rng, at=_local(talk)))
    end, end_at = steps[-1].after, talk.rehearsal.now
    if end["outcome"] == "handed_off" and rng.random() < _TAKEOVER_SHARE:
        _taken_over(talk, one)
    paid = _paid(one, end)
    _live_on(talk, one, paid)
    return Episode(
        persona=one,
        steps=tuple(steps),
        end=end,
        end_at=end_at,
        paid=tuple(paid),
        rehearsal=talk.rehearsal,
        seed=seed,
    )


def _talked(talk: Talk, debtor: Debtor) -> list[Step]:
    state(talk)
    steps: list[Step] = []
    said: Utterance | None = debtor.open()
    while said is not None and len(steps) < _MOST_TURNS:
        at = said.at.replace(tzinfo=None).isoformat()
        take(talk, {"customer": list(said.texts), "at": at})
        step = Step(said=said, after=state(talk))
        steps.append(step)
        said = debtor.answer(step.says, _local(talk))
    return steps


def _local(talk: Talk) -> datetime:
    return talk.rehearsal.now.astimezone(talk.rehearsal.conversation.person.zone)


def _taken_over(talk: Talk, one: Persona) -> None:
    """A person takes the conversation, the customer writes meanwhile, the person gives it back."""
    take(talk, {"event": "agent_takeover"})
    for text in ("?", "ok"):
        take(talk, {"customer": text})
    take(talk, {"event": "agent_handback"})


def schedule(end: State) -> list[Payment]:
    """What was agreed to, as days and sums: the plan that runs, else the open promise."""
    records = end["records"]
    for plan in records["plans"]:
        if plan["status"] in _LIVE:
            days = map(date.fromisoformat, plan["due_dates"])
            return list(zip(days, plan["amounts"], strict=True))
    return [
        (date.fromisoformat(promise["date"]), promise["amount_minor"])
        for promise in records["promises"]
        if promise["status"] == "open"
    ]


def agreed(one: Persona, end: State) -> list[Payment]:
    """What was agreed to; who pays on the link at once pays on the day after (D.2)."""
    if end["outcome"] == "paying_now":
        return [(one.today + timedelta(days=1), end["facts"]["amount_minor"])]
    return schedule(end)


def _paid(one: Persona, end: State) -> list[Payment]:
    if one.spec.archetype is Archetype.PAID:
        return [(one.paid_on, one.outstanding)]
    found = agreed(one, end)
    return payments(one, found, lump=len(found) == 1)


def _live_on(talk: Talk, one: Persona, paid: Sequence[Payment]) -> None:
    """Time passes with its reminders and notices, and the ledger books what was paid."""
    until = one.today + timedelta(days=AFTER_DAYS)
    for number, (day, minor) in enumerate(paid):
        booked = max(day, one.today + timedelta(days=_BOOKED_AFTER))
        if booked > until:
            break
        _advance(talk, booked)
        payment = {"amount_minor": minor, "date": day.isoformat(), "ref": f"P{number}"}
        take(talk, {"payment": payment})
    _advance(talk, until)


def _advance(talk: Talk, day: date) -> None:
    now = _local(talk)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=now.tzinfo)
    seconds = int((noon - now).total_seconds())
    if seconds > 0:
        take(talk, {"advance": f"PT{seconds}S"})
