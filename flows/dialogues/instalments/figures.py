"""What every step towards a plan asks, says or looks at."""

from __future__ import annotations

import re

from flows import facts, two_parts, wishes
from flows.actions import Notify
from flows.model import Turn
from flows.money import Money
from flows.records import HandoffReason
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    say_as,
    settled,
    to_person,
)
from flows.terms import Refusal
from flows.understanding.values import Asked, EntityKind, Frequency, Tag

NAME = "instalments"
LETTERS = "ABC"


def has_choice_of_rhythm(turn: Turn) -> bool:
    return sum(turn.case.account.terms.allows(f) for f in Frequency) > 1


def conceded(turn: Turn) -> Turn:
    dialogue = turn.conversation.dialogue
    dialogue = replace(dialogue, concessions=dialogue.concessions + 1)
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def ask_first_day(turn: Turn, refusal: Refusal) -> Answer:
    latest = refusal.latest_first_due or turn.today
    ask = Ask(
        asked=Asked.DATE,
        owner=NAME,
        key=f"plan_{refusal.reason}",
        structure="refusal",
        values=(("latest", latest),),
        data=(("reason", refusal.reason), ("latest_first_due", latest)),
    )
    slots = turn.conversation.dialogue.slots.without(SlotName.FIRST_DUE, SlotName.PAY_DAY)
    dialogue = replace(settled(turn), slots=slots)
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because(f"plan.{refusal.reason}"))


def no_plan_possible(turn: Turn, refusal: Refusal) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.NEGOTIATION, turn, task="find_a_plan"),
            say_as("handoff", "plan_needs_person", data=(("reason", refusal.reason),)),
        ),
        dialogue=settled(turn),
        reasons=because(f"plan.{refusal.reason}", "no plan inside the creditor's limits"),
    )


def third_round(turn: Turn) -> Answer:
    if turn.conversation.open_handoff is not None:
        return Answer(
            actions=(Notify(what="customer_wrote"),),
            reasons=because("plan.three_rounds", "a person is asked already"),
        )
    return Answer(
        actions=(
            to_person(HandoffReason.NEGOTIATION, turn, task="find_a_plan"),
            say_as("handoff", "plan_needs_person", data=(("reason", "three_rounds"),)),
        ),
        dialogue=settled(turn),
        reasons=because("plan.three_rounds", "after three rounds a person decides"),
    )


# 每月还400, 就400吧, "could I pay 400": his own offer, which is taken as it is.
_OFFERS = re.compile(
    r"[还還付缴繳交畀给給]|^\W*[就那]|\d(?:元|块|塊|蚊)?(?:就|都)?(?:可以|得|行|冇问题|冇問題|没问题|沒問題)\W*$"
    r"|[百千万萬](?:元|块|塊|蚊)?(?:就|都)?(?:可以|得|行|冇问题|冇問題|没问题|沒問題)\W*$|\b(?:pay|do|offer|let'?s|say|make it)\b",
    re.IGNORECASE,
)


def is_offer(turn: Turn) -> bool:
    """Whether the sum is what he would pay each time, and not what he has left."""
    if facts.count(turn) is not None:
        return True
    if (facts.pay_days(turn) or facts.days(turn)) and not facts.has(turn, Tag.INCOME_DAY):
        return not _asked_pay_day(turn) or bool(_OFFERS.search(turn.reading.text))
    return facts.has(turn, Tag.ASKS) or bool(_OFFERS.search(_without_pay_day(turn)))


def _asked_pay_day(turn: Turn) -> bool:
    question = turn.conversation.dialogue.question
    return question is not None and question.key == "plan_ask_spare_day"


def _without_pay_day(turn: Turn) -> str:
    """The words without the day of his pay: "I get paid" offers nothing."""
    text = turn.reading.text
    for entity in facts.entities(turn, EntityKind.PAY_DAY):
        text = text.replace(entity.text, " ")
    return text


def with_days(turn: Turn) -> Turn:
    """The turn with the days of its words in the slots; its sum is what is left, no offer."""
    dialogue = turn.conversation.dialogue
    dialogue = replace(dialogue, slots=wishes.with_days_named(turn, dialogue.slots))
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def unaffordable(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.UNAFFORDABLE, turn, task="find_a_way"),
            say_as("handoff", "hardship_person", data=(("reason", "unaffordable"),)),
        ),
        dialogue=settled(turn),
        reasons=because("plan.unaffordable", "nothing in the menu fits what he can spare"),
    )


def names_something(turn: Turn) -> bool:
    kinds = {EntityKind.AMOUNT, EntityKind.COUNT, EntityKind.PAY_DAY, EntityKind.SHARE}
    kinds |= {EntityKind.DATE, EntityKind.FREQUENCY}
    return any(e.kind in kinds for e in turn.reading.entities)


def ask_capacity(turn: Turn) -> Answer:
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key="ask_capacity", structure="ask_capacity")
    dialogue = replace(settled(turn), asked_capacity=True)
    return replace(
        asking(turn, ask, dialogue=dialogue),
        reasons=because("plan.ask_capacity", "affordability is asked before a longer plan"),
    )


def ask_amount(turn: Turn) -> Answer:
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key="ask_one_figure", structure="ask_amount")
    return replace(asking(turn, ask, dialogue=settled(turn)), reasons=because("plan.vague_figure"))


def is_own(turn: Turn) -> bool:
    is_sure = not facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL)
    return is_sure and not two_parts.names_two_sums(turn)


def money_of(turn: Turn, minor: int) -> Money:
    return replace(turn.case.account.outstanding, minor=minor)
