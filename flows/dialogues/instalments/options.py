"""Plans to choose from, and which of them was chosen."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import facts, wishes
from flows import terms as engine
from flows.actions import Values
from flows.commitments.plans import plan_data, propose_plan
from flows.dialogues.instalments.figures import (
    LETTERS,
    NAME,
    ask_first_day,
    no_plan_possible,
    unaffordable,
)
from flows.model import Dialogue, Turn
from flows.records import PlanTerms
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    settled,
)
from flows.terms import Refusal
from flows.understanding.values import Asked, EntityKind

_FEWEST_TO_CHOOSE = 2
# Words that ask for the list itself: 有哪些方案, "what are my options".
_ASKS_FOR_LIST = re.compile(
    r"哪些|哪[几幾]|[几幾][种種]|[什甚][么麼]方案|[选選][项項]|\b(?:options?|(?:what|which) plans?)\b",
    re.IGNORECASE,
)


def may_choose(turn: Turn) -> bool:
    """Whether the list may be shown: what he can spare is known or asked, or he wants the list."""
    dialogue = turn.conversation.dialogue
    is_running = turn.case.live_plan is not None or bool(dialogue.options)
    return dialogue.asked_capacity or is_running or bool(_ASKS_FOR_LIST.search(turn.reading.text))


def ask_spare(turn: Turn) -> Answer:
    """What is left each month, before any plan: one who says yes to all is not asked too much."""
    shown = engine.options(turn, wish=wishes.wish_of(turn), capacity_minor=None)
    if len(shown.plans) < _FEWEST_TO_CHOOSE:
        return offer_options(turn)
    dialogue = replace(settled(turn), options=shown.plans, asked_capacity=True)
    key = "plan_ask_spare" if _knows_day(turn) else "plan_ask_spare_day"
    return replace(
        asking(turn, spare_ask(shown.plans, key), dialogue=dialogue),
        reasons=because("plan.ask_spare", "affordability before a plan he named no figure for"),
    )


def spare_ask(plans: tuple[PlanTerms, ...], key: str) -> Ask:
    """The question after what is left; with `_day` also after the day of his pay (B.7)."""
    counts = tuple(terms.count for terms in plans)
    return Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=NAME,
        key=key,
        structure="ask_capacity",
        values=(("counts", "/".join(map(str, counts))),),
        data=(("counts", counts), ("asks_pay_day", key == "plan_ask_spare_day")),
    )


def _knows_day(turn: Turn) -> bool:
    wish = wishes.wish_of(turn)
    return wish.pay_day is not None or wish.first_due is not None


def offer_options(turn: Turn) -> Answer:
    """Two or three plans, shortest first, lettered so that a number is never mistaken."""
    slots, now = turn.conversation.dialogue.slots, turn.now
    late = _too_late(turn)
    if late is not None:
        return ask_first_day(turn, Refusal(reason="first_payment_too_late", latest_first_due=late))
    shown = engine.options(
        turn, wish=wishes.wish_of(turn), capacity_minor=slots.number(SlotName.CAPACITY, now)
    )
    if not shown.plans:
        return no_plan_possible(turn, Refusal(reason="no_option"))
    if shown.is_unaffordable:
        return unaffordable(turn)
    if len(shown.plans) == 1:
        return propose_plan(turn, shown.plans[0])
    ask = Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=NAME,
        key="plan_options",
        structure="options",
        values=(("options", shown.plans), ("recommended", shown.recommended)),
        data=_options_data(shown.plans, shown.recommended),
        buttons=tuple(LETTERS[: len(shown.plans)]),
    )
    dialogue = replace(settled(turn), options=shown.plans, slots=slots)
    return replace(
        asking(turn, ask, dialogue=dialogue),
        reasons=because("plan.options", "shortest first, inside the creditor's limits"),
    )


def _too_late(turn: Turn) -> date | None:
    """The latest first day, where he named a later one before any size."""
    first, limit = wishes.wish_of(turn).first_due, turn.case.account.terms.max_first_delay_days
    if first is None or limit is None:
        return None
    latest = turn.today + timedelta(days=limit)
    return latest if first > latest else None


def _options_data(plans: tuple[PlanTerms, ...], recommended: int | None) -> Values:
    listed = tuple(plan_data(terms) for terms in plans)
    return (("plans", listed), ("recommended_n", recommended))


def with_place(turn: Turn, dialogue: Dialogue) -> Turn:
    """最多的那个 每月25号: the count of the option named stands beside the day of his own."""
    named = option_at(dialogue.options, facts.place_named(turn.reading.text, len(dialogue.options)))
    if named is None or facts.amounts(turn) or facts.count(turn) is not None:
        return turn
    slots = dialogue.slots.put(SlotName.COUNT, named.count, turn.now)
    kept = replace(turn.conversation.dialogue, slots=slots.without(SlotName.AMOUNT))
    return replace(turn, conversation=replace(turn.conversation, dialogue=kept))


def option_chosen(turn: Turn, dialogue: Dialogue) -> PlanTerms | None:
    """The option meant, by the count it has or by its place.

    The list has letters, so a bare number that is an offered count means that count
    (negotiation.md B.5).
    """
    place = facts.option(turn)
    is_unlettered = dialogue.question is not None and dialogue.question.key in wishes.ASKS_SPARE
    options = facts.entities(turn, EntityKind.OPTION)
    is_figure = bool(options) and options[0].text.isdecimal()
    is_number = turn.reading.text.strip().isdecimal() or (is_unlettered and is_figure)
    number = facts.count(turn) or (place if is_number else None)
    by_count = next((o for o in dialogue.options if number is not None and o.count == number), None)
    if facts.pay_days(turn) or facts.days(turn) or facts.amounts(turn):
        return None
    named = facts.place_named(turn.reading.text, len(dialogue.options))
    if is_unlettered and is_figure and by_count is None:
        return None
    return by_count or option_at(dialogue.options, named or place)


def option_at(options: tuple[PlanTerms, ...], place: int | None) -> PlanTerms | None:
    if place is None or not 1 <= place <= len(options):
        return None
    return options[place - 1]


def ask_which_option(turn: Turn, dialogue: Dialogue) -> Answer:
    ask = Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=NAME,
        key="plan_which_option",
        structure="options",
        values=(("options", dialogue.options),),
        data=_options_data(dialogue.options, None),
        buttons=tuple(LETTERS[: len(dialogue.options)]),
    )
    kept = replace(dialogue, unclear=dialogue.unclear)
    return replace(
        asking(turn, ask, dialogue=kept),
        reasons=because("plan.which_option", "a yes after a list names no option"),
    )
