"""Stopping and starting again: opt_out, START, and the silence in between."""

from __future__ import annotations

from flows.actions import Action, Cancel, CloseHandoffs, OptIn, OptOut, Recall, Say
from flows.events import ContactStopped, CustomerSaid
from flows.model import Dialogue, Turn
from flows.records import AppointmentKind, HandoffReason
from flows.talk import Answer, because, say, settled, to_person
from flows.understanding.intents import Intent
from flows.understanding.values import Tag

NAME = "consent"
ANSWERS = frozenset({Intent.OPT_OUT})
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = (ContactStopped,)

# What a customer may ask after a stop that deserves a person's eye.
_QUESTIONS = frozenset(
    {
        Intent.REQUEST_HUMAN,
        Intent.REQUEST_CALLBACK,
        Intent.BALANCE_QUERY,
        Intent.PAY_NOW,
        Intent.REQUEST_INSTALMENTS,
        Intent.ALREADY_PAID,
        Intent.RECEIPT,
        Intent.COMPLAINT,
        Intent.PRIVACY,
        Intent.LEGAL,
        Intent.DISPUTE_AMOUNT,
        Intent.DISPUTE_DEBT,
    }
)


def step(turn: Turn) -> Answer:
    """Stop at once with one confirmation; open again at START; stay silent between the two."""
    if isinstance(turn.event, ContactStopped):
        return _told_elsewhere(turn)
    if Tag.RESTART in turn.reading.tags:
        return _start(turn)
    if turn.conversation.opted_out:
        return _silence(turn)
    if isinstance(turn.event, CustomerSaid) and turn.event.has_left:
        return Answer(
            actions=_stop(turn),
            dialogue=settled(turn),
            reasons=because("optout.by_provider", "the provider has confirmed it; we are silent"),
        )
    return Answer(
        actions=(*_stop(turn), _confirmation()),
        dialogue=settled(turn),
        reasons=because("optout.recorded", "stops at once, confirmed once"),
    )


def _told_elsewhere(turn: Turn) -> Answer:
    """Stop without a word: he did not write here, and whoever took his stop has told him so."""
    if turn.conversation.opted_out:
        return Answer(reasons=because("optout.known", "stopped already"))
    return Answer(
        actions=_stop(turn),
        dialogue=settled(turn),
        reasons=because("optout.elsewhere", "his stop came by another way"),
    )


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """This dialogue asks nothing."""
    return step(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """A stop binds whatever else the message says; the confirmation is left to the main answer."""
    return _stop(turn)


def _stop(turn: Turn) -> tuple[Action, ...]:
    scope = turn.policy.optout.scope
    channel = turn.conversation.carrier if scope == "channel" else "all"
    return (
        OptOut(channel=channel),
        Recall(),
        Cancel(kinds=tuple(AppointmentKind)),
    )


def _confirmation() -> Say:
    return Say(key="optout_ack", kind="optout_confirmation", structure="stopped")


def _start(turn: Turn) -> Answer:
    if not turn.conversation.opted_out:
        return Answer(actions=(say("start_already"),), reasons=because("optin.not_needed"))
    return Answer(
        actions=(OptIn(), CloseHandoffs(reasons=(HandoffReason.REQUESTED,)), say("start_ack")),
        dialogue=settled(turn),
        reasons=because("optin.start", "only the customer's own START opens again"),
    )


def _silence(turn: Turn) -> Answer:
    """Read and recorded; a question goes to a person; the bot writes nothing."""
    actions: tuple[Action, ...] = ()
    if _QUESTIONS & set(turn.reading.intents):
        actions = (to_person(HandoffReason.REQUESTED, turn, task="answer_after_stop"),)
    return Answer(actions=actions, reasons=because("optout.silent", "nothing but START answers"))
