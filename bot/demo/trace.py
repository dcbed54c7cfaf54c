"""What the newest turn did, step by step: wrote, understood, decided, checked, sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.console.pages import (
    DemoTrace,
    Phrase,
    Quote,
    Reading,
    StepKind,
    StepState,
    TraceStep,
)
from bot.kept import TurnBody
from flows.model import Conversation
from flows.understanding.values import Understanding
from storage import codec
from storage.transcripts import Did, Heard, Line, Wrote

# Rules of the gate are fields of a policy profile; those of a dialogue are words of our own.
_GATE = (
    "window.",
    "cadence.",
    "optout.",
    "privacy.",
    "dispute.",
    "vulnerable.",
    "hardship.",
    "complaint.",
    "plan.stop",
    "notice.",
    "hold:",
    "flag:",
    "validation.",
    "consent.",
    "disclosure.",
    "deceased.",
    "represented.",
    "no_open_instant",
)


def trace_of(lines: Sequence[Line], state: Conversation, took: timedelta) -> DemoTrace | None:
    """The last turn among the lines, or None when nothing happened yet."""
    turn = next((line for line in reversed(lines) if isinstance(line, Did)), None)
    if turn is None or not turn.body_json:
        return None
    body: TurnBody = codec.loads(turn.body_json, TurnBody)
    heard = next((x for x in lines if isinstance(x, Heard) and x.turn == turn.number), None)
    wrote = [x for x in lines if isinstance(x, Wrote) and x.turn == turn.number]
    steps = [
        *_heard_steps(heard, state),
        _decided(body, wrote, state),
        _checked(body, wrote),
        *([_sent(wrote[-1])] if wrote else []),
    ]
    return DemoTrace(turn=turn.number, who=state.person.name, took=took, steps=tuple(steps))


def _heard_steps(heard: Heard | None, state: Conversation) -> list[TraceStep]:
    if heard is None:
        return []
    wrote = TraceStep(
        kind=StepKind.WROTE, what=(Quote(text=heard.text, language=str(state.language)),)
    )
    if not heard.reading_json:
        return [wrote]
    reading: Understanding = codec.loads(heard.reading_json, Understanding)
    shown = Reading(
        intent=reading.intent,
        confidence=reading.confidence,
        also=reading.also,
        entities=reading.entities,
    )
    return [wrote, TraceStep(kind=StepKind.UNDERSTOOD, what=(), reading=shown)]


def _decided(body: TurnBody, wrote: Sequence[Wrote], state: Conversation) -> TraceStep:
    rules = tuple(r.rule for r in body.reasons if not r.rule.startswith(_GATE))
    what = tuple(Quote(text=w.text, language=str(state.language)) for w in wrote[-1:])
    return TraceStep(kind=StepKind.DECIDED, what=what, because=rules)


def _checked(body: TurnBody, wrote: Sequence[Wrote]) -> TraceStep:
    held = tuple(r.rule for r in body.reasons if r.rule.startswith(_GATE))
    if wrote or not held:
        return TraceStep(
            kind=StepKind.CHECKED, what=(Phrase(key="guard.ok"),), state=StepState.PASSED
        )
    return TraceStep(
        kind=StepKind.CHECKED,
        what=(Phrase(key="guard.later"),),
        because=held,
        state=StepState.HELD,
    )


def _sent(wrote: Wrote) -> TraceStep:
    known = {"queued", "sent", "delivered", "failed", "unknown", "held"}
    key = f"delivery.{wrote.status}" if wrote.status in known else "delivery.queued"
    return TraceStep(kind=StepKind.SENT, what=(Phrase(key=key),), state=StepState.PASSED)
