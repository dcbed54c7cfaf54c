"""The story of a handoff on one screen (negotiation.md C.5): values, worded by the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.model import Case, Conversation, Flag
from flows.money import Money
from flows.records import Handoff, Hold, Plan, PlanTerms, Priority, Promise
from flows.slots import Slot

LAST_WORDS = 3
_ORDER = {Priority.NOW: 0, Priority.TODAY: 1, Priority.NORMAL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffSummary:
    """What a person must know before writing a word.

    `words` are the customer's last messages, oldest first, in the original. `highest_offer` is
    the largest figure he named himself, in minor units.
    """

    handoff: Handoff | None
    name: str
    channel: str
    language: str
    is_verified: bool
    account_id: str
    product: str
    outstanding: Money
    days_overdue: int
    words: tuple[str, ...]
    offered: tuple[PlanTerms, ...]
    highest_offer: Money | None
    promises: tuple[Promise, ...]
    plans: tuple[Plan, ...]
    stated: tuple[Slot, ...]
    flags: tuple[Flag, ...]
    holds: tuple[Hold, ...]
    task: str


def summarise(conversation: Conversation, words: tuple[str, ...], today: date) -> HandoffSummary:
    """The summary of the most urgent open handoff, or of the talk when there is none."""
    handoff = most_urgent(conversation)
    case = conversation.case(handoff.account_id if handoff else None)
    account = case.account
    return HandoffSummary(
        handoff=handoff,
        name=conversation.person.name,
        channel=conversation.channel,
        language=str(conversation.language),
        is_verified=conversation.is_bound,
        account_id=str(account.id),
        product=account.product,
        outstanding=account.outstanding,
        days_overdue=(today - account.due_on).days,
        words=words[-LAST_WORDS:],
        offered=_offered(conversation),
        highest_offer=_highest_offer(conversation, case),
        promises=case.promises,
        plans=case.plans,
        stated=conversation.dialogue.slots.items,
        flags=tuple(sorted(conversation.flags)),
        holds=conversation.holds,
        task=handoff.task if handoff else "",
    )


def most_urgent(conversation: Conversation) -> Handoff | None:
    """The open handoff to deal with first: by priority, then the oldest."""
    waiting = [h for h in conversation.handoffs if h.is_open]
    return min(waiting, key=lambda h: (_ORDER[h.priority], h.opened_at), default=None)


def _offered(conversation: Conversation) -> tuple[PlanTerms, ...]:
    dialogue = conversation.dialogue
    proposed = tuple(p.plan for p in dialogue.proposals if p.plan is not None)
    return (*dialogue.options, *proposed)


def _highest_offer(conversation: Conversation, case: Case) -> Money | None:
    from_slots = [
        slot.value
        for slot in conversation.dialogue.slots.items
        if slot.name in ("amount", "part", "down_payment", "offer") and isinstance(slot.value, int)
    ]
    if not from_slots:
        return None
    return Money(max(from_slots), case.account.outstanding.currency)
