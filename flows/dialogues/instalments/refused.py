"""What the engine refuses: the reason, and a counter-offer that it accepts."""

from __future__ import annotations

from datetime import date

from flows import facts, wishes
from flows import terms as engine
from flows.commitments.plans import propose_plan
from flows.commitments.promises import PromiseAsk, make_promise
from flows.dialogues.instalments.figures import (
    NAME,
    ask_first_day,
    conceded,
    has_choice_of_rhythm,
    is_own,
    no_plan_possible,
    third_round,
    unaffordable,
)
from flows.languages.rhythms import other_rhythm
from flows.model import Turn
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
from flows.terms import Refusal, Wish
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Frequency, Role, Tag


def ask_rhythm(turn: Turn) -> Answer:
    """Twice a week, every four weeks: what he can have instead is told, and he chooses."""
    allowed = tuple(f for f in Frequency if turn.case.account.terms.allows(f))
    named = turn.conversation.dialogue.slots.frequency(turn.now) or facts.frequency(turn)
    slots = turn.conversation.dialogue.slots.without(SlotName.FREQUENCY)
    if len(allowed) == 1:
        wish = replace(wishes.wish_of(turn), frequency=allowed[0])
        return refused(turn, wish, Refusal(reason="frequency_not_allowed"))
    ours = _in_our_rhythm(turn, allowed[-1])
    if ours is not None:
        return _countered(turn, Refusal(reason="frequency_not_allowed"), ours)
    ask = Ask(
        asked=Asked.COUNT,
        owner=NAME,
        key="plan_ask_rhythm",
        structure="refusal",
        values=(("rhythms", allowed), ("named", named)),
        data=(("reason", "frequency_not_allowed"),),
    )
    dialogue = replace(settled(turn), slots=slots)
    return replace(
        asking(turn, ask, dialogue=dialogue),
        reasons=because("plan.ask_rhythm", "no plan has the rhythm he named"),
    )


def refused(turn: Turn, wish: Wish, refusal: Refusal) -> Answer:
    """Say the reason; offer what the engine itself would accept."""
    if refusal.reason in ("pays_in_full", "single_payment"):
        return pays_in_full(turn)
    if refusal.reason in ("first_payment_too_late", "first_payment_in_past"):
        return ask_first_day(turn, refusal)
    if refusal.reason == "frequency_not_allowed" and has_choice_of_rhythm(turn):
        near = _in_near_rhythm(turn, wish)
        return ask_rhythm(wishes.heard(turn)) if near is None else _countered(turn, refusal, near)
    counter = engine.counter(turn, wish, refusal)
    slower = _as_much_a_month(turn, wish, counter)
    counter = slower or counter
    if counter is None:
        return _asked_sooner(turn, wish) or no_plan_possible(turn, refusal)
    return _countered(turn, refusal, counter)


def _in_our_rhythm(turn: Turn, rhythm: Frequency) -> PlanTerms | None:
    """Asked for a rhythm he named another figure: his size in the slowest rhythm that there is."""
    question = turn.conversation.dialogue.question
    if question is None or question.key != "plan_ask_rhythm":
        return None
    if facts.rhythm_alone(turn) is not None or other_rhythm(turn.reading.text):
        return None
    wish = wishes.wish_of(turn)
    if wish.count is None and wish.amount_minor is None:
        return None
    named = dict(question.values).get("named")
    each = wish.amount_minor
    if isinstance(named, Frequency) and each is not None:
        # 每月还500 is half as much every two weeks.
        each = each * _A_MONTH[named] // _A_MONTH[rhythm]
    wish = replace(wish, frequency=rhythm, amount_minor=each, second_pay_day=None)
    found = engine.plan(turn, wish)
    return found if isinstance(found, PlanTerms) else None


_A_MONTH = {
    Frequency.WEEKLY: 4,
    Frequency.BIWEEKLY: 2,
    Frequency.SEMIMONTHLY: 2,
    Frequency.MONTHLY: 1,
}
# Two weeks and half a month are nearly the same to one who is paid so.
_NEAR_RHYTHM = {
    Frequency.SEMIMONTHLY: Frequency.BIWEEKLY,
    Frequency.BIWEEKLY: Frequency.SEMIMONTHLY,
}


def _in_near_rhythm(turn: Turn, wish: Wish) -> PlanTerms | None:
    """半个月一次 每次四百, where every two weeks is possible: as much each time, in that rhythm."""
    rhythm = _NEAR_RHYTHM.get(wish.frequency)
    if rhythm is None or not turn.case.account.terms.allows(rhythm):
        return None
    found = engine.plan(turn, replace(wish, frequency=rhythm, second_pay_day=None))
    return found if isinstance(found, PlanTerms) else None


def _countered(turn: Turn, refusal: Refusal, counter: PlanTerms) -> Answer:
    """The counter-offer, unless it stands already or the rounds are over."""
    if not _is_offered(turn, counter):
        if _stands_already(turn, counter) and not _tries_nearer(turn):
            return unaffordable(turn)
        if turn.conversation.dialogue.concessions >= turn.case.account.talk.concession_max:
            return third_round(turn)
        turn = conceded(turn)
    return propose_plan(
        turn, counter, key=f"plan_counter_{refusal.reason}", data=(("reason", refusal.reason),)
    )


def _as_much_a_month(turn: Turn, wish: Wish, counter: PlanTerms | None) -> PlanTerms | None:
    """ "12 a week, no more", where each payment must be larger: as much money, once a month.

    Only where the plan in his own rhythm would take half as much again.
    """
    each = wish.amount_minor
    if each is None or counter is None or 2 * engine.largest(counter) <= 3 * each:
        return None
    return engine.once_a_month(turn, wish)


def _asked_sooner(turn: Turn, wish: Wish) -> Answer | None:
    """A counter-offer that only the day he named forbids: the day is talked about first."""
    if wish.first_due is None:
        return None
    free = replace(wish, first_due=None, pay_day=None, second_pay_day=None)
    result = engine.plan(turn, free)
    counter = engine.counter(turn, free, result) if isinstance(result, Refusal) else result
    if counter is None:
        return None
    late = engine.plan(turn, replace(wish, count=counter.count, amount_minor=None))
    if not isinstance(late, Refusal) or late.latest_first_due is None:
        return None
    return ask_first_day(turn, late)


def _is_offered(turn: Turn, counter: PlanTerms) -> bool:
    """Whether the counter-offer stands already and only its day moves: that concedes nothing."""
    if facts.amounts(turn) or facts.count(turn) is not None:
        return False
    offered = turn.conversation.dialogue.proposals[-1:]
    return any(p.plan is not None and p.plan.count == counter.count for p in offered)


def _stands_already(turn: Turn, counter: PlanTerms) -> bool:
    """Whether he refused this very plan: no step is left, and none is put twice word for word."""
    newest = turn.conversation.dialogue.proposals[-1:]
    return any(proposal.plan == counter for proposal in newest)


def _tries_nearer(turn: Turn) -> bool:
    """ "13 then?", 1200行不行 to the most that there is: haggling, told once more what is possible.

    A figure that is all he has is none: a person looks for what he can bear.
    """
    is_all = facts.has(turn, Tag.CANNOT, Tag.TOO_MUCH, Tag.WILL_NOT)
    is_all = is_all or turn.reading.intent in (Intent.HARDSHIP, Intent.REFUSE, Intent.DENY)
    return not is_all and turn.conversation.dialogue.concessions < _TRIES


# Rounds after which the very same counter-offer is not made again.
_TRIES = 2


def _day_read_back(turn: Turn) -> date | None:
    """12800 一次, to the read-back of a promise: the sum once more, on that day."""
    newest = turn.conversation.dialogue.proposals[-1:]
    promised = newest[0].promise if newest else None
    return promised.due_on if promised is not None and not facts.days(turn) else None


def pays_in_full(turn: Turn) -> Answer:
    """One payment of everything is a promise; its day is asked where none was named."""
    owed = turn.case.account.outstanding
    day = facts.day(turn, None, Role.DEADLINE, Role.AFTER) or _day_read_back(turn)
    if day is not None and day > turn.today and facts.amount(turn) == owed:
        asked = PromiseAsk(due_on=day, amount=owed, is_stated_whole=is_own(turn))
        return make_promise(turn, asked)
    ask = Ask(
        asked=Asked.DATE,
        owner="promise",
        key="plan_pays_in_full",
        structure="ask_date",
        values=(("amount", owed),),
        data=(("reason", "pays_in_full"),),
    )
    dialogue = settled(turn)
    if facts.amount(turn) == owed:
        # The sum is his own; with the day the promise is whole.
        slots = dialogue.slots.put(SlotName.PART, owed.minor, turn.now)
        dialogue = replace(dialogue, slots=slots)
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because("plan.pays_in_full"))
