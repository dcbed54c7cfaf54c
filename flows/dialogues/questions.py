"""Asides: balance_query and credit_query. Answered; then the open question stands again."""

from __future__ import annotations

from flows.actions import Action, Say
from flows.model import Dialogue, Turn
from flows.replacing import replace
from flows.talk import Answer, because, say
from flows.understanding.intents import Intent

NAME = "questions"
ANSWERS = frozenset({Intent.BALANCE_QUERY, Intent.CREDIT_QUERY})
NEEDS_BOUND = frozenset({Intent.BALANCE_QUERY})
EVENTS: tuple[type, ...] = ()


def step(turn: Turn) -> Answer:
    """Answer the side question; slots and the open question stay."""
    words = _credit(turn) if turn.reading.intent is Intent.CREDIT_QUERY else _balance(turn)
    return Answer(
        actions=(words,),
        dialogue=turn.conversation.dialogue,
        reasons=because(f"question.{turn.reading.intent}", "a side question"),
    )


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """This dialogue asks nothing."""
    return step(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """A side question beside a main matter is answered in the same message when it may be."""
    if intent is Intent.BALANCE_QUERY and turn.conversation.is_bound:
        return (_balance(turn),)
    return (_credit(turn),) if intent is Intent.CREDIT_QUERY else ()


def _balance(turn: Turn) -> Say:
    account = turn.case.account
    values = {
        "amount": account.outstanding,
        "product": account.product,
        "due_date": account.due_on,
    }
    if account.fees is not None and account.fees.minor > 0:
        principal = replace(
            account.outstanding, minor=account.outstanding.minor - account.fees.minor
        )
        return say("balance_with_fees", fees=account.fees, principal=principal, **values)
    return say("balance", **values)


def _credit(turn: Turn) -> Say:
    return say("credit_fact", phone=turn.sender.phone)
