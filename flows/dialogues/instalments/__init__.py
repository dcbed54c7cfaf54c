"""A plan in a few messages: request_instalments and partial_payment.

The customer's own figures first: what he names goes to the engine and is read back; what the
engine refuses comes back with a reason and a counter-offer that the engine accepts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import facts, several_parts, two_parts, wishes
from flows import terms as engine
from flows.actions import Action, Say
from flows.commitments.plans import propose_plan
from flows.commitments.promises import PromiseAsk, make_promise
from flows.dialogues.instalments.capacity import capacity_given, spare_given
from flows.dialogues.instalments.chosen import choice, confirmation, corrected, said_again
from flows.dialogues.instalments.figures import NAME as NAME
from flows.dialogues.instalments.figures import ask_first_day
from flows.dialogues.instalments.parts import (
    is_part_and_rest,
    is_part_only,
    part_and_rest,
    part_now,
)
from flows.dialogues.instalments.wished import towards_plan
from flows.model import Dialogue, Turn
from flows.money import Money
from flows.records import HandoffReason, Instalment, PlanTerms
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
from flows.terms import Refusal
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, EntityKind, Tag

ANSWERS = frozenset({Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT})
NEEDS_BOUND = ANSWERS
EVENTS: tuple[type, ...] = ()


def step(turn: Turn) -> Answer:
    """Answer a wish to pay in parts."""
    if turn.case.live_plan is not None and LEAVES_PLAN.search(turn.reading.text):
        return _leaves_plan(turn)
    parts = several_parts.told(turn)
    if parts:
        return _in_parts(turn, parts)
    if two_parts.in_order(turn) or two_parts.now_and_even(turn) is not None:
        return towards_plan(wishes.heard(turn))
    if is_part_and_rest(turn):
        return part_and_rest(turn)
    in_halves = two_parts.in_halves(turn)
    if in_halves and two_parts.too_far_apart(turn):
        return part_now(turn)
    turn = wishes.heard(turn)
    is_part = turn.reading.intent is Intent.PARTIAL_PAYMENT and is_part_only(turn)
    return part_now(turn) if is_part and not in_halves else towards_plan(turn)


def _in_parts(turn: Turn, parts: tuple[tuple[date, Money], ...]) -> Answer:
    """ "100 Friday, 150 the next, the rest on the 11th": his own sums and days, else a person's word."""
    rhythm = several_parts.rhythm(parts)
    if rhythm is not None:
        slots, now = turn.conversation.dialogue.slots.without(SlotName.PAY_DAY), turn.now
        slots = slots.put(SlotName.COUNT, len(parts), now).without(SlotName.AMOUNT)
        slots = slots.put(SlotName.FIRST_DUE, parts[0][0], now)
        slots = slots.put(SlotName.FREQUENCY, rhythm, now)
        dialogue = replace(turn.conversation.dialogue, slots=slots)
        return towards_plan(
            replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))
        )
    result = engine.own_parts(turn, parts)
    if isinstance(result, PlanTerms):
        return propose_plan(turn, result)
    last = several_parts.last_of_dense(turn, parts)
    if last is not None and turn.case.live_plan is None:
        owed = turn.case.account.outstanding
        asked = PromiseAsk(due_on=last, amount=owed, is_stated_whole=False, in_parts=True)
        return make_promise(turn, asked)
    told = tuple(Instalment(due_on=day, amount=money) for day, money in parts)
    data = (("reason", result.reason),)
    return Answer(
        actions=(
            to_person(HandoffReason.NEGOTIATION, turn, task="find_a_plan"),
            say_as("handoff", "plan_parts_person", data=data, parts=told),
        ),
        dialogue=settled(turn),
        reasons=because(f"plan.{result.reason}", "his own sums and days are beyond the limits"),
    )


def move(turn: Turn) -> Answer:
    """A running plan is not put off as a bill is: its next day is moved, with a yes."""
    if facts.day(turn) is not None:
        return step(turn)
    ask = Ask(asked=Asked.DATE, owner=NAME, key="plan_move_ask", structure="ask_date")
    answer = asking(turn, ask, dialogue=settled(turn))
    return replace(answer, reasons=because("plan.move", "asks to which day the plan is moved"))


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """The reply to a question of this dialogue: a choice, a figure, a day, or yes or no."""
    question = dialogue.question
    asked = question.asked if question else None
    if several_parts.told(turn) or (is_part_and_rest(turn) and not two_parts.in_order(turn)):
        return step(turn)
    key = question.key if question else ""
    if asked is Asked.CHOOSE_OPTION:
        choose = spare_given if key in wishes.ASKS_SPARE else choice
        return choose(turn, dialogue)
    if asked is Asked.CONFIRM:
        asks_start = not turn.reading.entities and asks_latest_start(turn.reading.text)
        return (_latest_start if asks_start else confirmation)(turn, dialogue)
    if key == "ask_capacity":
        return capacity_given(turn)
    # "Forget it, equal is fine": the plan goes on without a part before it.
    leaves_part = facts.has(turn, Tag.WITHDRAWS) and not facts.amounts(turn)
    if key == "ask_part" and not leaves_part and is_part_only(turn):
        return part_now(turn)
    if key == "ask_count_or_amount":
        turn = _settled_figure(turn, dialogue)
    if takes_latest(turn):
        turn = _latest_taken(turn, dialogue)
    return towards_plan(wishes.heard(turn))


def takes_latest(turn: Turn) -> bool:
    """A mere yes where the latest first day was told: that day suits."""
    question = turn.conversation.dialogue.question
    is_told = question is not None and question.key == "plan_first_payment_too_late"
    return is_told and turn.reading.intent is Intent.AFFIRM and not turn.reading.entities


def _latest_taken(turn: Turn, dialogue: Dialogue) -> Turn:
    """A yes to "December 23 at the latest": the plan is proposed from that day."""
    latest = dict(dialogue.question.values).get("latest") if dialogue.question else None
    if not isinstance(latest, date):
        return turn
    slots = dialogue.slots.put(SlotName.FIRST_DUE, latest, turn.now)
    dialogue = replace(dialogue, slots=slots)
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def _settled_figure(turn: Turn, dialogue: Dialogue) -> Turn:
    """ "By the count", "the amount": the one of the two figures that is to hold."""
    held = facts.names_count_or_amount(turn)
    said = dict(dialogue.question.values) if dialogue.question else {}
    count, each = said.get("count"), said.get("amount")
    slots = dialogue.slots
    if held is EntityKind.COUNT and isinstance(count, int):
        slots = slots.put(SlotName.COUNT, count, turn.now)
    if held is EntityKind.AMOUNT and isinstance(each, Money):
        slots = slots.put(SlotName.AMOUNT, each.minor, turn.now)
    dialogue = replace(dialogue, slots=slots)
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """A plan is never recorded in passing."""
    return ()


# "Can I drop out of the plan", 取消分期: he wants none at all, and no other figures.
LEAVES_PLAN = re.compile(
    r"\b(?:drop(?: out)?|pull out|back out|get out|come out|opt out|cancel|leave|quit|end|scrap|stop|exit)"
    r"(?: (?:of|from|with|the|this|that|my|our|payment|repayment|whole|instal\w+))* (?:plan|arrangement|agreement|instal\w+)\b"
    r"|(?:取消|[终終][止结結]|[退停]出?|不[要想]).{0,4}(?:分期|方案|[计計][划劃])",
    re.IGNORECASE,
)


def _leaves_plan(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.PLAN_CHANGE, turn, task="end_plan"),
            say_as("handoff", "plan_change_person", data=(("reason", "leaves_plan"),)),
        ),
        dialogue=settled(turn),
        reasons=because("plan.leaves", "a running plan is ended by a person"),
    )


_FIRST_DAY_ASKED = re.compile(
    r"最[晚迟遲][^,，。]{0,6}[几幾哪邊边][號号天日時时][^,，。]{0,4}[开開]?始?|[几幾哪邊边][號号天日][^,，。]{0,3}(?:[开開]始|起)[^,，。]{0,4}最[晚迟遲]"
    r"|\b(?:latest|last)\b[^,.!?]{0,24}\b(?:start|begin|first (?:one|payment|day))\b|\bhow late\b[^,.!?]{0,16}\b(?:start|begin)\b",
    re.IGNORECASE,
)


def asks_latest_start(text: str) -> bool:
    """Whether the words ask on which day at the latest a plan may begin."""
    return bool(_FIRST_DAY_ASKED.search(text))


def _latest_start(turn: Turn, dialogue: Dialogue) -> Answer:
    """The latest first day there is for the schedule that stands, and a question which one."""
    turn = corrected(turn, dialogue)
    far = turn.today + timedelta(days=_FAR_DAYS)
    wish = replace(wishes.wish_of(turn), first_due=far, pay_day=None, second_pay_day=None)
    result = engine.plan(turn, wish)
    if not isinstance(result, Refusal) or result.latest_first_due is None:
        return said_again(turn, dialogue)
    return ask_first_day(turn, result)


# Later than any plan may begin, so that the engine names the last day on which it may.
_FAR_DAYS = 366


def follow_up(turn: Turn) -> Say:
    """One line that takes up an unfinished talk about a plan."""
    return say("follow_up_plan", days=timedelta(days=1))
