"""Where an account and a talk stand, in one word each (negotiation.md C.1).

The account's state says what collection may do; what the bot waits for says only how the next
message is read. Both are read off the records, never stored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from flows.model import Case, Conversation, Flag, Question
from flows.records import PlanStatus
from flows.talk import is_open
from flows.understanding.values import Asked


class AccountState(StrEnum):
    """What collection may do on an account; the gravest word that holds."""

    DECEASED = "deceased"
    VULNERABLE_HOLD = "vulnerable_hold"
    LEGAL_HOLD = "legal_hold"
    WRONG_NUMBER = "wrong_number"
    STOPPED = "stopped"
    DISPUTED = "disputed"
    COMPLAINT_HOLD = "complaint_hold"
    SETTLED = "settled"
    PLAN_AT_RISK = "plan_at_risk"
    PLAN_ACTIVE = "plan_active"
    PROMISED = "promised"
    PAYING = "paying"
    EXTENDED = "extended"
    PAID_CLAIMED = "paid_claimed"
    HARDSHIP_HOLD = "hardship_hold"
    PLAN_BROKEN = "plan_broken"
    OPEN = "open"


Holds = Callable[[Conversation, Case, datetime], bool]


def account_state(conversation: Conversation, case: Case, now: datetime) -> AccountState:
    """The state of one account of the conversation at an instant."""
    found = (state for state, holds in _STATES if holds(conversation, case, now))
    return next(found, AccountState.OPEN)


def waits_for(conversation: Conversation, now: datetime) -> str:
    """What the bot waits for: idle, verify, clarify, confirm, ask_*, handoff_pending, agent, silent.

    A person who holds the talk comes before all; an open question before a handoff that waits.
    """
    if conversation.holder is not None:
        return "agent"
    if _is_silent(conversation):
        return "silent"
    question = conversation.dialogue.question
    if question is not None and is_open(question, now):
        return _asked(question)
    if conversation.dialogue.unclear and conversation.open_handoff is None:
        return "clarify"
    return "idle" if conversation.open_handoff is None else "handoff_pending"


def _is_silent(c: Conversation) -> bool:
    gone = c.flags & {Flag.DECEASED, Flag.LEGAL}
    return bool(gone) or bool(c.opted_out) or c.is_address_closed


def _asked(question: Question) -> str:
    if question.owner == "small_talk":
        return "clarify"
    if question.owner == "accounts":
        return "ask_account"
    plain = {Asked.IDENTITY: "verify", Asked.CONFIRM: "confirm"}
    return plain.get(question.asked, f"ask_{question.asked}")


def _flagged(flag: Flag) -> Holds:
    return lambda c, case, now: flag in c.flags


def _held(name: str) -> Holds:
    def holds(c: Conversation, case: Case, now: datetime) -> bool:
        return any(
            hold.name == name
            and hold.account_id in (None, case.id)
            and (hold.until_at is None or hold.until_at > now)
            for hold in c.holds
        )

    return holds


def _plan(status: PlanStatus) -> Holds:
    return lambda c, case, now: bool(case.plans) and case.plans[-1].status is status


_STATES: tuple[tuple[AccountState, Holds], ...] = (
    (AccountState.DECEASED, _flagged(Flag.DECEASED)),
    (AccountState.VULNERABLE_HOLD, _held("vulnerable")),
    (AccountState.LEGAL_HOLD, _flagged(Flag.LEGAL)),
    (AccountState.WRONG_NUMBER, lambda c, case, now: c.is_address_closed),
    (AccountState.STOPPED, lambda c, case, now: bool(c.opted_out)),
    (AccountState.DISPUTED, lambda c, case, now: case.open_dispute is not None),
    (AccountState.COMPLAINT_HOLD, _held("complaint")),
    (AccountState.SETTLED, lambda c, case, now: case.account.outstanding.minor <= 0),
    (AccountState.PLAN_AT_RISK, _plan(PlanStatus.AT_RISK)),
    (AccountState.PLAN_ACTIVE, _plan(PlanStatus.ACTIVE)),
    (AccountState.PROMISED, lambda c, case, now: case.open_promise is not None),
    (AccountState.PAYING, lambda c, case, now: bool(case.paying and case.paying.is_open)),
    (AccountState.EXTENDED, lambda c, case, now: bool(case.extension and case.extension.is_open)),
    (AccountState.PAID_CLAIMED, lambda c, case, now: case.open_claim is not None),
    (AccountState.HARDSHIP_HOLD, _held("hardship")),
    (AccountState.PLAN_BROKEN, _plan(PlanStatus.BROKEN)),
)
