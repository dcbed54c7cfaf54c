"""A wish for a plan in the customer's own figures: judged by the engine and read back."""

from __future__ import annotations

import re

from flows import facts, wishes
from flows import terms as engine
from flows.commitments.plans import propose_plan
from flows.dialogues.instalments.figures import NAME, ask_amount, has_choice_of_rhythm, money_of
from flows.dialogues.instalments.options import ask_spare, may_choose, offer_options
from flows.dialogues.instalments.refused import ask_rhythm, refused
from flows.languages.rhythms import other_rhythm
from flows.model import Turn
from flows.records import HandoffReason, PlanTerms
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    say,
    say_as,
    settled,
    to_person,
)
from flows.terms import Wish
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Tag


def towards_plan(turn: Turn) -> Answer:
    """Options when nothing is named; the engine's verdict when something is."""
    plan = turn.case.live_plan
    if plan is not None and plan.amendments >= (turn.case.account.terms.max_amendments or 0):
        return _second_change(turn)
    if other_rhythm(turn.reading.text):
        return ask_rhythm(turn)
    wish = wishes.wish_of(_keeping_size(turn))
    if wish.count is None and wish.amount_minor is None:
        return _without_size(turn)
    if _is_contradiction(turn, wish):
        return _ask_which(turn, wish)
    return _judged(turn, wish)


def _without_size(turn: Turn) -> Answer:
    if facts.has(turn, Tag.VAGUE_AMOUNT):
        return ask_amount(turn)
    rhythm = wishes.wish_of(turn).frequency
    if not turn.case.account.terms.allows(rhythm) and has_choice_of_rhythm(turn):
        # 按月还不行吗, where weeks alone are possible.
        return ask_rhythm(turn)
    if _ASKS_LEAST.search(turn.reading.text):
        return _least_each_time(turn)
    return offer_options(turn) if may_choose(turn) else ask_spare(turn)


# "What's the least a month you'd take": the plan with the smallest payments answers it.
_ASKS_LEAST = re.compile(
    r"\b(?:smallest|lowest|least|minimum|min)\b|最(?:低|少|便宜|平)(?:要|可以|能|的|嘅)?(?:每[期月]|一[个個]月|多少|[几幾]|月[供付缴繳])|(?:每|一)[个個]?[期月]最(?:低|少)",
    re.IGNORECASE,
)


def _least_each_time(turn: Turn) -> Answer:
    shown = engine.options(turn, wish=wishes.wish_of(turn), capacity_minor=None)
    return propose_plan(turn, shown.plans[-1]) if shown.plans else offer_options(turn)


def _keeping_size(turn: Turn) -> Turn:
    """Of a plan in force only the day is moved: each sum stays what it is."""
    plan = turn.case.live_plan
    has_day = bool(facts.pay_days(turn) or facts.days(turn))
    names_size = facts.count(turn) is not None or wishes.each_time(turn) is not None
    if plan is None or not has_day or names_size:
        return turn
    slots = turn.conversation.dialogue.slots.without(SlotName.COUNT, SlotName.AMOUNT)
    if plan.terms.down is None:
        slots = slots.put(SlotName.AMOUNT, plan.terms.regular.minor, turn.now)
    else:
        # Beside the first part the number holds, not the one he had wished for before.
        slots = slots.put(SlotName.COUNT, plan.terms.count, turn.now)
    slots = slots.put(SlotName.FREQUENCY, plan.terms.frequency, turn.now)
    dialogue = replace(turn.conversation.dialogue, slots=slots)
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def _is_contradiction(turn: Turn, wish: Wish) -> bool:
    """Count and amount together pay less than what is owed: never guess which one holds."""
    if wish.count is None or wish.amount_minor is None:
        return False
    rest = turn.case.account.outstanding.minor - (wish.down_minor or 0)
    # 12 times 33.33 is 400 to the cent of each payment.
    return rest - wish.count * wish.amount_minor >= wish.count


def _ask_which(turn: Turn, wish: Wish) -> Answer:
    each = money_of(turn, wish.amount_minor or 0)
    ask = Ask(
        asked=Asked.COUNT_OR_AMOUNT,
        owner=NAME,
        key="ask_count_or_amount",
        structure="ask_count",
        values=(
            ("count", wish.count),
            ("amount", each),
            ("total", turn.case.account.outstanding),
        ),
    )
    slots = turn.conversation.dialogue.slots.without(SlotName.COUNT, SlotName.AMOUNT)
    dialogue = replace(settled(turn), slots=slots)
    return replace(
        asking(turn, ask, dialogue=dialogue), reasons=because("plan.count_and_amount_differ")
    )


def _judged(turn: Turn, wish: Wish) -> Answer:
    result = engine.plan(turn, wish)
    if isinstance(result, PlanTerms):
        proposed = propose_plan(turn, result, is_amendment=turn.case.live_plan is not None)
        return _beside_claim(turn, proposed)
    return refused(turn, wish, result)


def _beside_claim(turn: Turn, proposed: Answer) -> Answer:
    """A part he says he paid is not booked yet: told once, before the first schedule."""
    claim = turn.case.open_claim
    is_told = bool(turn.conversation.dialogue.proposals)
    if claim is None or claim.made_at.date() != turn.now.date() or is_told:
        return proposed
    if Intent.ALREADY_PAID in turn.reading.intents:
        return proposed
    return replace(proposed, actions=(say("claim_noted_beside"), *proposed.actions))


def _second_change(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.PLAN_CHANGE, turn, task="change_plan"),
            say_as("handoff", "plan_change_person", data=(("reason", "amendment_limit"),)),
        ),
        dialogue=settled(turn),
        reasons=because("plan.amendment_limit", "the bot may change a plan once"),
    )
