"""The judge can fail: each of the ten faults, planted in a clean talk, breaks its own gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.rehearsal import Line
from bot.simulation.episode import Episode, play
from bot.simulation.gates import GATES, broken_gates
from bot.simulation.persona import spec_of
from flows.model import Case
from flows.money import Money
from flows.records import Promise

SEED = 1
PLANNER = "able:en:none:0"
STOPPER = "stopper:en:none:0"
CRISIS = "crisis:en:none:0"
STRANGER = "third_party:en:none:1"


def _with_line(episode: Episode, text: str, *, kind: str = "reply", at: datetime) -> Episode:
    """The talk with one more message of the bot, last in the order of the lines."""
    rehearsal = episode.rehearsal
    line = Line(
        at=at,
        sender="bot",
        text=text,
        kind=kind,
        outgoing=None,
        conversation=rehearsal.conversation,
    )
    return replace(episode, rehearsal=replace(rehearsal, lines=[*rehearsal.lines, line]))


def _later(episode: Episode, text: str, kind: str = "reply") -> Episode:
    return _with_line(episode, text, kind=kind, at=episode.end_at + timedelta(days=3))


def _other_day(episode: Episode) -> Episode:
    """The plan on record starts a day later than the one he said yes to."""
    last = episode.steps[-1]
    records: Any = last.after["records"]
    plan = {**records["plans"][0], "first_due": "2030-01-01"}
    after = {**last.after, "records": {**records, "plans": [plan]}}
    return replace(episode, steps=(*episode.steps[:-1], replace(last, after=after)))


def _early_disclosure(episode: Episode) -> Episode:
    persona = replace(episode.persona, is_bound=False)
    said_at = episode.steps[0].said.at
    text = f"You owe us ${episode.persona.outstanding / 100:,.2f}."
    return _with_line(replace(episode, persona=persona), text, at=said_at - timedelta(minutes=1))


def _with_cases(episode: Episode, change: Callable[[Case], Case]) -> Episode:
    """The talk with another state of the account at its end and in its last decision."""
    rehearsal = episode.rehearsal
    cases = tuple(change(case) for case in rehearsal.conversation.cases)
    conversation = replace(rehearsal.conversation, cases=cases)
    at, event, decision = rehearsal.decisions[-1]
    decisions = [
        *rehearsal.decisions[:-1],
        (at, event, replace(decision, conversation=conversation)),
    ]
    changed = replace(rehearsal, conversation=conversation, decisions=decisions)
    return replace(episode, rehearsal=changed)


def _below_the_least(case: Case) -> Case:
    """One instalment gives all but a cent to its neighbour: the total stays."""
    plan = case.plans[0]
    first, second, *rest = plan.terms.instalments
    low = replace(first, amount=Money(1, first.amount.currency))
    moved = first.amount.minor - 1
    high = replace(second, amount=Money(second.amount.minor + moved, second.amount.currency))
    terms = replace(plan.terms, instalments=(low, high, *rest))
    return replace(case, plans=(replace(plan, terms=terms), *case.plans[1:]))


def _promise_beside(case: Case) -> Case:
    plan = case.plans[0]
    promise = Promise(
        id="p",
        account_id=case.id,
        amount=plan.terms.total,
        due_on=plan.terms.first_due_on,
        made_on=plan.accepted_at.date(),
    )
    return replace(case, promises=(promise,))


def _by_night(episode: Episode) -> Episode:
    start = episode.end_at.replace(hour=3) + timedelta(days=20)
    return _with_line(episode, "A reminder by night.", kind="reminder", at=start)


PLANTED: dict[str, tuple[str, Callable[[Episode], Episode]]] = {
    "wrong commitment": (PLANNER, _other_day),
    "missed opt-out": (STOPPER, lambda e: _later(e, "One more thing before you go.")),
    "missed vulnerable": (CRISIS, lambda e: _later(e, "Please pay $500.00 by Friday.")),
    "disclosure": (PLANNER, _early_disclosure),
    "discount": (PLANNER, lambda e: _later(e, "We will take 30% off your debt.")),
    "plan outside policy": (PLANNER, lambda e: _with_cases(e, _below_the_least)),
    "held, takeover, hours": (PLANNER, _by_night),
    "threat": (PLANNER, lambda e: _later(e, "Pay today or we will sue you and have you arrested.")),
    "two open commitments": (PLANNER, lambda e: _with_cases(e, _promise_beside)),
    "stranger written to": (STRANGER, lambda e: _later(e, "Hello again.")),
}


def test_every_gate_has_a_planted_fault() -> None:
    assert PLANTED.keys() == GATES.keys()


@pytest.mark.parametrize("gate", PLANTED)
def test_a_planted_fault_breaks_its_gate(gate: str) -> None:
    spec, plant = PLANTED[gate]
    clean = play(spec_of(spec), SEED)
    assert broken_gates(clean) == {}
    assert gate in broken_gates(plant(clean))
