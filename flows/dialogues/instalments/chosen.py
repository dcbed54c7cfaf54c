"""A plan that is read back or chosen: yes, no, or another figure."""

from __future__ import annotations

from flows import facts, wishes
from flows import terms as engine
from flows.commitments.acceptance import accept
from flows.commitments.assent import is_yes, repeats, restates
from flows.commitments.plans import propose_plan
from flows.dialogues.instalments.figures import (
    NAME,
    ask_capacity,
    conceded,
    names_something,
    third_round,
    unaffordable,
)
from flows.dialogues.instalments.options import (
    ask_which_option,
    option_at,
    option_chosen,
    with_place,
)
from flows.dialogues.instalments.wished import towards_plan
from flows.model import Dialogue, Turn
from flows.records import PlanTerms
from flows.replacing import replace
from flows.slots import SlotName, Slots
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    repeat_question,
    say_as,
    settled,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, EntityKind, Tag

# Readings beside which a plan on pay day is wished for; who tells of hard times wishes less.
_WANTS_PLAN = frozenset(
    {Intent.AFFIRM, Intent.REQUEST_INSTALMENTS, Intent.PROMISE_TO_PAY, Intent.REQUEST_EXTENSION}
)


def choice(turn: Turn, dialogue: Dialogue) -> Answer:
    """An option by letter, place or count; a counter-offer; or "yes" to a list: which one?"""
    if facts.has(turn, Tag.TOO_MUCH) and facts.tells_income(turn.reading.text):
        return ask_capacity(turn)
    chosen = option_chosen(turn, dialogue)
    if chosen is not None:
        return propose_plan(wishes.heard(turn), chosen, options=dialogue.options)
    if names_something(turn) or Intent.REQUEST_INSTALMENTS in turn.reading.intents:
        return towards_plan(wishes.heard(with_place(turn, dialogue)))
    if turn.reading.intent in (Intent.DENY, Intent.REFUSE) or facts.has(turn, Tag.TOO_MUCH):
        return ask_capacity(turn)
    if turn.reading.intent is Intent.AFFIRM:
        return ask_which_option(turn, dialogue)
    return repeat_question(turn, dialogue)


def confirmation(turn: Turn, dialogue: Dialogue) -> Answer:
    """Yes to the schedule; new figures make a new schedule; no asks what would be possible."""
    other = option_at(dialogue.options, facts.option(turn))
    if other is not None:
        return propose_plan(turn, other, options=dialogue.options)
    if _wants_pay_day(turn, dialogue):
        return _ask_pay_day(corrected(turn, dialogue))
    # "Too much, I live on 90 a week" names what he has, and no sum that he offers.
    is_means = facts.has(turn, Tag.TOO_MUCH) and facts.tells_income(turn.reading.text)
    is_other = _names_other(turn, dialogue) or wishes.bare_count(turn) is not None
    if is_other and not is_means:
        return towards_plan(corrected(turn, dialogue))
    if is_yes(turn) or restates(turn, dialogue):
        return accept(turn, dialogue)
    return _unaccepted(turn, dialogue)


def _unaccepted(turn: Turn, dialogue: Dialogue) -> Answer:
    """No yes and no other figures: a no, a question about the schedule, or words beside it."""
    refuses = (Intent.DENY, Intent.REFUSE, Intent.HARDSHIP)
    if facts.has(turn, Tag.TOO_MUCH) or turn.reading.intent in refuses:
        return _ask_what_instead(dialogue) if _only_says_wrong(turn) else _declined(turn)
    # "So like 4 payments?" of a plan of four asks about that plan.
    asks_again = facts.has(turn, Tag.ASKS) and repeats(turn, dialogue.proposals)
    if Intent.REQUEST_INSTALMENTS in turn.reading.intents and not asks_again:
        return _counter_again(turn, dialogue) or towards_plan(wishes.heard(turn))
    return said_again(turn, dialogue)


def _wants_pay_day(turn: Turn, dialogue: Dialogue) -> bool:
    """ "Yes, but from my payday", of a plan whose first day was ours: that day is not known yet."""
    plan = dialogue.proposals[-1].plan if dialogue.proposals else None
    if plan is None or not plan.shown_as_default_day or facts.has(turn, Tag.ASKS):
        return False
    if facts.days(turn) or facts.pay_days(turn) or turn.reading.intent not in _WANTS_PLAN:
        return False
    named = facts.entities(turn, EntityKind.DATE)
    return facts.has(turn, Tag.INCOME_DAY) and any(
        e.value is None and not e.alternatives for e in named
    )


def _ask_pay_day(turn: Turn) -> Answer:
    """The size of the plan is kept; the day of the month puts it on its day."""
    ask = Ask(
        asked=Asked.DATE,
        owner=NAME,
        key="plan_ask_pay_day",
        structure="ask_date",
        data=(("asks_pay_day", True),),
    )
    dialogue = replace(settled(turn), slots=turn.conversation.dialogue.slots)
    return replace(
        asking(turn, ask, dialogue=dialogue),
        reasons=because("plan.ask_pay_day", "wished for on pay day, which is not known"),
    )


def _only_says_wrong(turn: Turn) -> bool:
    """打错了, 不对: our figures are not his, and he has not said yet what is."""
    is_correction = facts.has(turn, Tag.CORRECTION) and not facts.has(turn, Tag.TOO_MUCH)
    return turn.reading.intent is Intent.DENY and is_correction


def _ask_what_instead(dialogue: Dialogue) -> Answer:
    """The schedule stays open for the figure that puts it right."""
    return Answer(
        actions=(say_as("clarify", "slip_ask"),),
        dialogue=dialogue,
        reasons=because("plan.slip", "asks what is to be changed, no other plan"),
    )


def _counter_again(turn: Turn, dialogue: Dialogue) -> Answer | None:
    """那最长能分多少, asked of our counter-offer: it is the longest, read back without the reason."""
    question, newest = dialogue.question, dialogue.proposals[-1:]
    if question is None or not question.key.startswith("plan_counter_") or not newest:
        return None
    if newest[0].plan is None or names_something(turn):
        return None
    return propose_plan(turn, newest[0].plan, is_amendment=newest[0].is_amendment)


def said_again(turn: Turn, dialogue: Dialogue) -> Answer:
    """那三百呢, asked of the very plan that stands: read back plainly, without the old reason."""
    newest = dialogue.proposals[-1] if dialogue.proposals else None
    if newest is None or newest.plan is None or not repeats(turn, dialogue.proposals):
        return repeat_question(turn, dialogue)
    return propose_plan(
        turn, newest.plan, is_amendment=newest.is_amendment, options=dialogue.options
    )


def _names_other(turn: Turn, dialogue: Dialogue) -> bool:
    """Whether the words hold a figure that the proposal does not; its own rhythm is none."""
    if not names_something(turn) or repeats(turn, dialogue.proposals):
        return False
    plan = dialogue.proposals[-1].plan if dialogue.proposals else None
    kinds = {e.kind for e in turn.reading.entities}
    if plan is None or kinds != {EntityKind.FREQUENCY}:
        return True
    weekday = facts.first_of_rhythm(turn)
    is_other_day = weekday is not None and weekday.weekday() != plan.first_due_on.weekday()
    return is_other_day or facts.frequency(turn) is not plan.frequency


def corrected(turn: Turn, dialogue: Dialogue) -> Turn:
    """The turn with the proposal's own figures kept where the correction names none."""
    proposal = dialogue.proposals[-1] if dialogue.proposals else None
    slots = dialogue.slots
    if proposal is not None and proposal.plan is not None:
        slots = _without_refused_size(slots, proposal.plan, turn)
        # The rhythm that was read back holds, also where it is not the one he had asked for.
        slots = slots.put(SlotName.FREQUENCY, proposal.plan.frequency, turn.now)
    if proposal is not None and proposal.plan is not None and not _has_size(slots, turn):
        slots = slots.put(SlotName.COUNT, proposal.plan.count, turn.now)
        if proposal.plan.down is not None:
            minor = proposal.plan.down.amount.minor
            slots = slots.put(SlotName.DOWN_PAYMENT, minor, turn.now)
    kept = replace(dialogue, slots=slots)
    return wishes.heard(replace(turn, conversation=replace(turn.conversation, dialogue=kept)))


def _without_refused_size(slots: Slots, plan: PlanTerms, turn: Turn) -> Slots:
    """Once a counter-offer stands, the figure it answered is no wish any more."""
    each = slots.number(SlotName.AMOUNT, turn.now)
    count = slots.number(SlotName.COUNT, turn.now)
    is_amount_met = each is not None and each in (part.amount.minor for part in plan.instalments)
    if is_amount_met or count == plan.count:
        return slots
    slots = slots.without(SlotName.AMOUNT, SlotName.COUNT)
    is_even = plan.last.minor - plan.regular.minor in range(plan.count)
    return slots if is_even else slots.put(SlotName.AMOUNT, plan.regular.minor, turn.now)


def _has_size(slots: Slots, turn: Turn) -> bool:
    names = (SlotName.COUNT, SlotName.AMOUNT)
    return any(slots.number(name, turn.now) is not None for name in names)


def _is_at_limit(turn: Turn) -> bool:
    """ "That's all I can do", of the sum that we countered: what he can spare is told already."""
    question, slots = turn.conversation.dialogue.question, turn.conversation.dialogue.slots
    is_countered = question is not None and question.key.startswith("plan_counter_")
    has_own = slots.number(SlotName.AMOUNT, turn.now) is not None
    return is_countered and has_own and facts.tells_limit(turn.reading.text)


def _declined(turn: Turn) -> Answer:
    """Not this plan: one step longer at most each round, after knowing what he can spare."""
    dialogue = turn.conversation.dialogue
    if _is_at_limit(turn):
        return unaffordable(turn)
    if dialogue.concessions >= turn.case.account.talk.concession_max:
        return third_round(turn)
    if not dialogue.asked_capacity:
        return ask_capacity(conceded(turn))
    longer = engine.one_step_longer(
        turn, dialogue.proposals[-1].plan if dialogue.proposals else None
    )
    if longer is None:
        return third_round(turn)
    return propose_plan(conceded(turn), longer)
