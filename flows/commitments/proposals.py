"""What promises and plans share while they stand open: neighbours, withdrawal, what they end."""

from __future__ import annotations

from flows.actions import (
    Action,
)
from flows.model import Proposal, Turn
from flows.records import (
    AppointmentKind,
    HandoffReason,
)
from flows.replacing import replace
from flows.talk import (
    say,
)

# Handoffs that a commitment of the customer answers (negotiation.md C.7, waiting for a person).
ANSWERED_BY_COMMITMENT = (
    HandoffReason.REQUESTED,
    HandoffReason.CALLBACK,
    HandoffReason.DISCOUNT,
    HandoffReason.NEGOTIATION,
    HandoffReason.UNCLEAR,
    HandoffReason.HARDSHIP,
    HandoffReason.UNAFFORDABLE,
)


REMINDERS = (
    AppointmentKind.REMINDER,
    AppointmentKind.QUESTION_NUDGE,
    AppointmentKind.PROPOSAL_EXPIRY,
    AppointmentKind.PAYING_CHECK,
    AppointmentKind.EXTENSION_END,
    AppointmentKind.FOLLOW_UP,
)


def beside(turn: Turn) -> tuple[Proposal, ...]:
    """Live proposals on the customer's other accounts; they stand side by side."""
    return tuple(
        p
        for p in turn.conversation.dialogue.proposals
        if p.account_id != turn.case.id and p.expires_at >= turn.now
    )


def focused_on(turn: Turn, proposal: Proposal) -> Turn:
    talk = turn.conversation
    if talk.focus == proposal.account_id:
        return turn
    return replace(turn, conversation=replace(talk, focus=proposal.account_id))


def withdrawn(turn: Turn, new: Proposal) -> tuple[Action, ...]:
    """A change of goal withdraws the old proposal aloud (negotiation.md C.7, interruption)."""
    old = [
        p
        for p in turn.conversation.dialogue.proposals
        if p.account_id == new.account_id and p.expires_at >= turn.now
    ]
    if not old or (old[-1].plan is None) == (new.plan is None):
        return ()
    return (say("proposal_withdrawn"),)
