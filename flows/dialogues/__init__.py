"""The table of contents of the product: which dialogue answers which intent or event, in order.

Each module answers the intents in its `ANSWERS` and the events in its `EVENTS`. The order of
reading is negotiation.md C.2: safety first, the open question before new wishes, small talk last.
"""

from __future__ import annotations

from typing import Protocol

from flows.actions import Action
from flows.dialogues import (
    consent,
    desk,
    dispute,
    identity,
    instalments,
    payment,
    people,
    promise,
    questions,
    relief,
    reminder,
    small_talk,
)
from flows.model import Dialogue, Turn
from flows.talk import Answer
from flows.understanding.intents import Intent


class Talk(Protocol):
    """What a dialogue module provides; a plain module satisfies it."""

    NAME: str
    ANSWERS: frozenset[Intent]
    NEEDS_BOUND: frozenset[Intent]
    EVENTS: tuple[type, ...]

    def step(self, turn: Turn) -> Answer:
        """Answer the turn's event."""

    def answer_question(self, turn: Turn, dialogue: Dialogue) -> Answer:
        """Read the words against the question this dialogue asked."""

    def note(self, turn: Turn, intent: Intent) -> tuple[Action, ...]:
        """Record a further intent of a message that is mainly about something else."""


_MODULES: tuple[Talk, ...] = (
    people,
    identity,
    consent,
    dispute,
    payment,
    promise,
    instalments,
    relief,
    questions,
    small_talk,
    reminder,
    desk,
)

BY_NAME: dict[str, Talk] = {module.NAME: module for module in _MODULES}
BY_INTENT: dict[Intent, Talk] = {intent: module for module in _MODULES for intent in module.ANSWERS}
BY_EVENT: dict[type, Talk] = {event: module for module in _MODULES for event in module.EVENTS}

# Recorded and answered at once, whoever holds the conversation.
SAFETY: tuple[Intent, ...] = (
    Intent.VULNERABLE,
    Intent.DECEASED,
    Intent.LEGAL,
    Intent.OPT_OUT,
    Intent.WRONG_PERSON,
)
# Rows 2 to 9 of the order of reading come before any open question.
URGENT: tuple[Intent, ...] = (
    *SAFETY,
    Intent.DISPUTE_DEBT,
    Intent.COMPLAINT,
    Intent.PRIVACY,
    Intent.REQUEST_CALLBACK,
    Intent.REQUEST_HUMAN,
    Intent.DISPUTE_AMOUNT,
)
ORDER: tuple[Intent, ...] = (
    *URGENT,
    Intent.RECEIPT,
    Intent.ALREADY_PAID,
    Intent.PAYMENT_FAILED,
    Intent.PAY_NOW,
    Intent.REQUEST_INSTALMENTS,
    Intent.PROMISE_TO_PAY,
    Intent.PARTIAL_PAYMENT,
    Intent.REQUEST_EXTENSION,
    Intent.REQUEST_DISCOUNT,
    Intent.HARDSHIP,
    Intent.REFUSE,
    Intent.BALANCE_QUERY,
    Intent.CREDIT_QUERY,
    Intent.IDENTITY_QUERY,
    Intent.BUSY,
    Intent.GREETING,
    Intent.THANKS,
    Intent.AFFIRM,
    Intent.DENY,
    Intent.ABUSE,
    Intent.UNCLEAR,
)
ASIDES = frozenset({Intent.BALANCE_QUERY, Intent.CREDIT_QUERY, Intent.IDENTITY_QUERY})
