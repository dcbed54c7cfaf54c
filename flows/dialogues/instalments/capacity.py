"""What is left to him each month, and the plan that fits it."""

from __future__ import annotations

import re

from flows import facts, wishes
from flows import terms as engine
from flows.commitments.plans import propose_plan
from flows.dialogues.instalments.figures import (
    ask_amount,
    is_offer,
    names_something,
    unaffordable,
    with_days,
)
from flows.dialogues.instalments.options import offer_options, option_chosen, spare_ask, with_place
from flows.dialogues.instalments.refused import refused
from flows.dialogues.instalments.wished import towards_plan
from flows.events import CustomerSaid
from flows.model import Dialogue, Turn
from flows.money import Money
from flows.records import PlanTerms
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import (
    Answer,
    asking,
    because,
    repeat_question,
)
from flows.understanding.intents import Intent
from flows.understanding.values import EntityKind, Tag


def spare_given(turn: Turn, dialogue: Dialogue) -> Answer:
    """A count or a sum of his own is taken; what is left yields the shortest plan that fits it."""
    chosen = option_chosen(turn, dialogue)
    if chosen is not None:
        return propose_plan(wishes.heard(turn), chosen, options=dialogue.options)
    return offer_options(turn) if leaves_to_us(turn.reading.text) else _of_spare(turn, dialogue)


def _of_spare(turn: Turn, dialogue: Dialogue) -> Answer:
    """What is left each month, a size of his own, or the question left aside."""
    spare = facts.amount(turn)
    if spare is None and facts.has(turn, Tag.VAGUE_AMOUNT) and not _names_size(turn):
        return ask_amount(turn)
    if facts.says_nothing(turn) or (spare is None and _has_nothing_left(turn)):
        return unaffordable(turn)
    if spare is not None and wishes.bare_count(turn) is None and not is_offer(turn):
        # A margin of what is left stays his (B.7).
        return _fitted(with_days(turn), spare, within=engine.capacity_of(turn, spare))
    if _names_size(turn) or facts.starting_month(turn) is not None:
        return towards_plan(wishes.heard(with_place(turn, dialogue)))
    return _skipped(turn, dialogue)


def _names_size(turn: Turn) -> bool:
    return names_something(turn) or wishes.bare_count(turn) is not None


def _has_nothing_left(turn: Turn) -> bool:
    """ "真的拿不出来" to the question what is left; "all too much" leaves the question aside."""
    is_size = facts.has(turn, Tag.TOO_MUCH) and not facts.has(turn, Tag.CANNOT)
    return turn.reading.intent in (Intent.HARDSHIP, Intent.REFUSE) and not is_size


# 几期都行 你定, "you choose": ours to propose.
_LEAVES_TO_US = re.compile(
    r"你们?(?:帮我|來|来)?(?:看着|看著)?(?:定|[选選]|安排|[决決]定|[说說]了算|看着办|看著辦)|你哋(?:幫我)?(?:定|[揀拣]|話|安排)"
    r"|[几幾]期都(?:行|可以|好|得|[没沒]问题|ok)|[随隨](?:便|你)|都(?:行|可以|得|ok|無所謂|无所谓)\W*$|是但|求其|[无無]所[谓謂]"
    r"|\b(?:you (?:choose|decide|pick|tell me)|up to you|whatever (?:works|you (?:think|say|want))|any(?: of them)? (?:is|are) fine|don'?t mind)\b",
    re.IGNORECASE,
)


def leaves_to_us(text: str) -> bool:
    """Whether the words leave the choice of a plan to us."""
    return bool(_LEAVES_TO_US.search(text)) and not facts.has_figure(text)


def _skipped(turn: Turn, dialogue: Dialogue) -> Answer:
    """The question left aside is put once more, lighter; left aside again, the list is shown."""
    key = dialogue.question.key if dialogue.question else ""
    is_aside = turn.reading.intent is Intent.UNCLEAR or facts.has(turn, Tag.TOO_MUCH)
    if not is_aside or key == "plan_ask_spare_again":
        return offer_options(turn)
    return replace(
        asking(turn, spare_ask(dialogue.options, "plan_ask_spare_again"), dialogue=dialogue),
        reasons=because("plan.ask_spare_again", "a rough figure is enough"),
    )


def _fitted(turn: Turn, spare: Money, *, within: int) -> Answer:
    """The shortest plan within the sum, else the longest that fits what is left; else a person."""
    offered = _at_most(turn, spare)
    if offered is not None:
        return propose_plan(wishes.heard(turn), offered)
    fits = engine.fitting(turn, wish=wishes.wish_of(turn), spare=spare, within=within)
    return unaffordable(turn) if fits is None else propose_plan(turn, fits)


# 每个月最多一千: as much as that he offers, where a plan can be made of it.
_AT_MOST = re.compile(
    r"[最顶頂]多|只能(?!.{0,4}剩)|\b(?:at (?:the )?most|max(?:imum)?|up to)\b", re.IGNORECASE
)


def _at_most(turn: Turn, spare: Money) -> PlanTerms | None:
    if not _AT_MOST.search(turn.reading.text):
        return None
    found = engine.plan(turn, replace(wishes.wish_of(turn), amount_minor=spare.minor, count=None))
    return found if isinstance(found, PlanTerms) else None


def capacity_given(turn: Turn) -> Answer:
    """What he can bear makes a lighter plan than the one refused, no part of it above his sum."""
    if facts.number_put(turn.reading.text) is not None and facts.has(turn, Tag.ASKS):
        return _offer_given(as_count(turn))
    if _is_count_rather(turn):
        return towards_plan(as_count(turn))
    own = facts.amount(turn)
    if own is None and facts.takes_longest(turn.reading.text):
        shown = engine.options(turn, wish=wishes.wish_of(with_days(turn)), capacity_minor=None)
        if shown.plans:
            return propose_plan(turn, shown.plans[-1])
    if own is not None and not _names_own_size(turn):
        return _fitted(with_days(turn), own, within=min([own.minor, *_least_named(turn)]))
    return _offer_given(wishes.heard(turn))


def _is_count_rather(turn: Turn) -> bool:
    """ "8 then", where no instalment may be as small: another number of payments."""
    number, terms = facts.number_put(turn.reading.text), turn.case.account.terms
    sums = facts.amounts(turn)
    if number is None or len(sums) != 1 or len(turn.reading.entities) != 1:
        return False
    is_too_small = sums[0].minor < (terms.min_instalment_minor or 0)
    return is_too_small and number <= (terms.max_instalments or 0)


def _names_own_size(turn: Turn) -> bool:
    return (
        is_offer(turn) or wishes.bare_count(turn) is not None or facts.frequency(turn) is not None
    )


def _least_named(turn: Turn) -> list[int]:
    """What he offered each time, and less than he refused: what is left never raises it (B.7)."""
    dialogue = turn.conversation.dialogue
    refused = [p.plan for p in dialogue.proposals[-1:] if p.plan is not None]
    offered = dialogue.slots.number(SlotName.AMOUNT, turn.now)
    lighter = [engine.largest(terms) - 1 for terms in refused]
    return lighter if offered is None else [*lighter, offered]


def _offer_given(turn: Turn) -> Answer:
    """What he would pay each time; under the least instalment a person decides."""
    each = facts.amount(turn)
    if each is None:
        return _capacity_unknown(turn)
    result = engine.plan(turn, replace(wishes.wish_of(turn), amount_minor=each.minor, count=None))
    if isinstance(result, PlanTerms):
        return propose_plan(turn, result, is_amendment=turn.case.live_plan is not None)
    if result.reason in ("below_min_instalment", "too_many_instalments", "too_long"):
        return unaffordable(turn)
    return refused(turn, wishes.wish_of(turn), result)


def as_count(turn: Turn) -> Turn:
    """ "What about 8?" after a schedule was refused tries another number of payments."""
    number = facts.number_put(turn.reading.text)
    kept = tuple(e for e in turn.reading.entities if e.kind is not EntityKind.AMOUNT)
    if number is None or not isinstance(turn.event, CustomerSaid):
        return turn
    event = replace(turn.event, reading=replace(turn.reading, entities=kept))
    slots = turn.conversation.dialogue.slots.put(SlotName.COUNT, number, turn.now)
    dialogue = replace(turn.conversation.dialogue, slots=slots.without(SlotName.AMOUNT))
    conversation = replace(turn.conversation, dialogue=dialogue)
    return replace(turn, conversation=conversation, event=event)


def _capacity_unknown(turn: Turn) -> Answer:
    is_count = facts.number_put(turn.reading.text) is not None and facts.has(turn, Tag.ASKS)
    if is_count or names_something(turn) or wishes.bare_count(turn) is not None:
        return towards_plan(turn)
    is_about_plan = facts.has(turn, Tag.TOO_MUCH) and turn.conversation.dialogue.unclear == 0
    if is_about_plan and turn.reading.intent is not Intent.HARDSHIP:
        # 太贵 is said of the plan before; what he could do is still to be told.
        return repeat_question(turn, turn.conversation.dialogue)
    if facts.says_nothing(turn) or turn.reading.intent in (
        Intent.DENY,
        Intent.HARDSHIP,
        Intent.REFUSE,
    ):
        return unaffordable(turn)
    return repeat_question(turn, turn.conversation.dialogue)
