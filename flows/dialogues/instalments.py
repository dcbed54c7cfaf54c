"""A plan in a few messages: request_instalments and partial_payment.

The customer's own figures first: what he names goes to the engine and is read back; what the
engine refuses comes back with a reason and a counter-offer that the engine accepts.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import facts, several_parts, two_parts, wishes
from flows import terms as engine
from flows.actions import Action, Notify, Say, Values
from flows.commitments.acceptance import accept
from flows.commitments.assent import is_yes, repeats, restates
from flows.commitments.paying import paying_records, with_paying
from flows.commitments.plans import plan_data, propose_plan
from flows.commitments.promises import PromiseAsk, make_promise
from flows.events import CustomerSaid
from flows.languages.rhythms import other_rhythm
from flows.model import Dialogue, Turn
from flows.money import Money
from flows.records import HandoffReason, Instalment, PlanTerms
from flows.replacing import replace
from flows.slots import SlotName, Slots
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    repeat_question,
    say,
    say_as,
    settled,
    to_person,
)
from flows.terms import Refusal, Wish
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, EntityKind, Frequency, Role, Tag

NAME = "instalments"
ANSWERS = frozenset({Intent.REQUEST_INSTALMENTS, Intent.PARTIAL_PAYMENT})
NEEDS_BOUND = ANSWERS
EVENTS: tuple[type, ...] = ()


_LETTERS = "ABC"
# Readings beside which a plan on pay day is wished for; who tells of hard times wishes less.
_WANTS_PLAN = frozenset(
    {Intent.AFFIRM, Intent.REQUEST_INSTALMENTS, Intent.PROMISE_TO_PAY, Intent.REQUEST_EXTENSION}
)
_FEWEST_TO_CHOOSE = 2


def step(turn: Turn) -> Answer:
    """Answer a wish to pay in parts."""
    if turn.case.live_plan is not None and LEAVES_PLAN.search(turn.reading.text):
        return _leaves_plan(turn)
    parts = several_parts.told(turn)
    if parts:
        return _in_parts(turn, parts)
    if two_parts.in_order(turn) or two_parts.now_and_even(turn) is not None:
        return _towards_plan(wishes.heard(turn))
    if _is_part_and_rest(turn):
        return _part_and_rest(turn)
    in_halves = two_parts.in_halves(turn)
    if in_halves and two_parts.too_far_apart(turn):
        return _partial(turn)
    turn = wishes.heard(turn)
    is_part = turn.reading.intent is Intent.PARTIAL_PAYMENT and _is_part_only(turn)
    return _partial(turn) if is_part and not in_halves else _towards_plan(turn)


def _in_parts(turn: Turn, parts: tuple[tuple[date, Money], ...]) -> Answer:
    """ "100 Friday, 150 the next, the rest on the 11th": his own sums and days, else a person's word."""
    rhythm = several_parts.rhythm(parts)
    if rhythm is not None:
        slots, now = turn.conversation.dialogue.slots.without(SlotName.PAY_DAY), turn.now
        slots = slots.put(SlotName.COUNT, len(parts), now).without(SlotName.AMOUNT)
        slots = slots.put(SlotName.FIRST_DUE, parts[0][0], now)
        slots = slots.put(SlotName.FREQUENCY, rhythm, now)
        dialogue = replace(turn.conversation.dialogue, slots=slots)
        return _towards_plan(
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
    if several_parts.told(turn) or (_is_part_and_rest(turn) and not two_parts.in_order(turn)):
        return step(turn)
    key = question.key if question else ""
    if asked is Asked.CHOOSE_OPTION:
        choose = _spare_given if key in wishes.ASKS_SPARE else _choice
        return choose(turn, dialogue)
    if asked is Asked.CONFIRM:
        asks_start = not turn.reading.entities and asks_latest_start(turn.reading.text)
        return (_latest_start if asks_start else _confirmation)(turn, dialogue)
    if key == "ask_capacity":
        return _capacity_given(turn)
    # "Forget it, equal is fine": the plan goes on without a part before it.
    leaves_part = facts.has(turn, Tag.WITHDRAWS) and not facts.amounts(turn)
    if key == "ask_part" and not leaves_part and _is_part_only(turn):
        return _partial(turn)
    if key == "ask_count_or_amount":
        turn = _settled_figure(turn, dialogue)
    if takes_latest(turn):
        turn = _latest_taken(turn, dialogue)
    return _towards_plan(wishes.heard(turn))


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


def _towards_plan(turn: Turn) -> Answer:
    """Options when nothing is named; the engine's verdict when something is."""
    plan = turn.case.live_plan
    if plan is not None and plan.amendments >= (turn.case.account.terms.max_amendments or 0):
        return _second_change(turn)
    if other_rhythm(turn.reading.text):
        return _ask_rhythm(turn)
    wish = wishes.wish_of(_keeping_size(turn))
    if wish.count is None and wish.amount_minor is None:
        return _without_size(turn)
    if _is_contradiction(turn, wish):
        return _ask_which(turn, wish)
    return _judged(turn, wish)


def _without_size(turn: Turn) -> Answer:
    if facts.has(turn, Tag.VAGUE_AMOUNT):
        return _ask_amount(turn)
    rhythm = wishes.wish_of(turn).frequency
    if not turn.case.account.terms.allows(rhythm) and _has_choice_of_rhythm(turn):
        # 按月还不行吗, where weeks alone are possible.
        return _ask_rhythm(turn)
    if _ASKS_LEAST.search(turn.reading.text):
        return _least_each_time(turn)
    return _options(turn) if _may_choose(turn) else _ask_spare(turn)


# "What's the least a month you'd take": the plan with the smallest payments answers it.
_ASKS_LEAST = re.compile(
    r"\b(?:smallest|lowest|least|minimum|min)\b|最(?:低|少|便宜|平)(?:要|可以|能|的|嘅)?(?:每[期月]|一[个個]月|多少|[几幾]|月[供付缴繳])|(?:每|一)[个個]?[期月]最(?:低|少)",
    re.IGNORECASE,
)


def _least_each_time(turn: Turn) -> Answer:
    shown = engine.options(turn, wish=wishes.wish_of(turn), capacity_minor=None)
    return propose_plan(turn, shown.plans[-1]) if shown.plans else _options(turn)


def _has_choice_of_rhythm(turn: Turn) -> bool:
    return sum(turn.case.account.terms.allows(f) for f in Frequency) > 1


def _ask_rhythm(turn: Turn) -> Answer:
    """Twice a week, every four weeks: what he can have instead is told, and he chooses."""
    allowed = tuple(f for f in Frequency if turn.case.account.terms.allows(f))
    named = turn.conversation.dialogue.slots.frequency(turn.now) or facts.frequency(turn)
    slots = turn.conversation.dialogue.slots.without(SlotName.FREQUENCY)
    if len(allowed) == 1:
        wish = replace(wishes.wish_of(turn), frequency=allowed[0])
        return _refused(turn, wish, Refusal(reason="frequency_not_allowed"))
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
    each = _money(turn, wish.amount_minor or 0)
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
    return _refused(turn, wish, result)


def _beside_claim(turn: Turn, proposed: Answer) -> Answer:
    """A part he says he paid is not booked yet: told once, before the first schedule."""
    claim = turn.case.open_claim
    is_told = bool(turn.conversation.dialogue.proposals)
    if claim is None or claim.made_at.date() != turn.now.date() or is_told:
        return proposed
    if Intent.ALREADY_PAID in turn.reading.intents:
        return proposed
    return replace(proposed, actions=(say("claim_noted_beside"), *proposed.actions))


def _refused(turn: Turn, wish: Wish, refusal: Refusal) -> Answer:
    """Say the reason; offer what the engine itself would accept."""
    if refusal.reason in ("pays_in_full", "single_payment"):
        return _pays_in_full(turn)
    if refusal.reason in ("first_payment_too_late", "first_payment_in_past"):
        return _ask_first_day(turn, refusal)
    if refusal.reason == "frequency_not_allowed" and _has_choice_of_rhythm(turn):
        near = _in_near_rhythm(turn, wish)
        return _ask_rhythm(wishes.heard(turn)) if near is None else _countered(turn, refusal, near)
    counter = engine.counter(turn, wish, refusal)
    slower = _as_much_a_month(turn, wish, counter)
    counter = slower or counter
    if counter is None:
        return _asked_sooner(turn, wish) or _no_plan_possible(turn, refusal)
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
            return _unaffordable(turn)
        if turn.conversation.dialogue.concessions >= turn.case.account.talk.concession_max:
            return _third_round(turn)
        turn = _conceded(turn)
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
    return _ask_first_day(turn, late)


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


def _conceded(turn: Turn) -> Turn:
    dialogue = turn.conversation.dialogue
    dialogue = replace(dialogue, concessions=dialogue.concessions + 1)
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def _day_read_back(turn: Turn) -> date | None:
    """12800 一次, to the read-back of a promise: the sum once more, on that day."""
    newest = turn.conversation.dialogue.proposals[-1:]
    promised = newest[0].promise if newest else None
    return promised.due_on if promised is not None and not facts.days(turn) else None


def _pays_in_full(turn: Turn) -> Answer:
    """One payment of everything is a promise; its day is asked where none was named."""
    owed = turn.case.account.outstanding
    day = facts.day(turn, None, Role.DEADLINE, Role.AFTER) or _day_read_back(turn)
    if day is not None and day > turn.today and facts.amount(turn) == owed:
        asked = PromiseAsk(due_on=day, amount=owed, is_stated_whole=_is_own(turn))
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


def _ask_first_day(turn: Turn, refusal: Refusal) -> Answer:
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


def _no_plan_possible(turn: Turn, refusal: Refusal) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.NEGOTIATION, turn, task="find_a_plan"),
            say_as("handoff", "plan_needs_person", data=(("reason", refusal.reason),)),
        ),
        dialogue=settled(turn),
        reasons=because(f"plan.{refusal.reason}", "no plan inside the creditor's limits"),
    )


def _third_round(turn: Turn) -> Answer:
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


def _second_change(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.PLAN_CHANGE, turn, task="change_plan"),
            say_as("handoff", "plan_change_person", data=(("reason", "amendment_limit"),)),
        ),
        dialogue=settled(turn),
        reasons=because("plan.amendment_limit", "the bot may change a plan once"),
    )


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


# Words that ask for the list itself: 有哪些方案, "what are my options".
_ASKS_FOR_LIST = re.compile(
    r"哪些|哪[几幾]|[几幾][种種]|[什甚][么麼]方案|[选選][项項]|\b(?:options?|(?:what|which) plans?)\b",
    re.IGNORECASE,
)
# 每月还400, 就400吧, "could I pay 400": his own offer, which is taken as it is.
_OFFERS = re.compile(
    r"[还還付缴繳交畀给給]|^\W*[就那]|\d(?:元|块|塊|蚊)?(?:就|都)?(?:可以|得|行|冇问题|冇問題|没问题|沒問題)\W*$"
    r"|[百千万萬](?:元|块|塊|蚊)?(?:就|都)?(?:可以|得|行|冇问题|冇問題|没问题|沒問題)\W*$|\b(?:pay|do|offer|let'?s|say|make it)\b",
    re.IGNORECASE,
)


def _may_choose(turn: Turn) -> bool:
    """Whether the list may be shown: what he can spare is known or asked, or he wants the list."""
    dialogue = turn.conversation.dialogue
    is_running = turn.case.live_plan is not None or bool(dialogue.options)
    return dialogue.asked_capacity or is_running or bool(_ASKS_FOR_LIST.search(turn.reading.text))


def _ask_spare(turn: Turn) -> Answer:
    """What is left each month, before any plan: one who says yes to all is not asked too much."""
    shown = engine.options(turn, wish=wishes.wish_of(turn), capacity_minor=None)
    if len(shown.plans) < _FEWEST_TO_CHOOSE:
        return _options(turn)
    dialogue = replace(settled(turn), options=shown.plans, asked_capacity=True)
    key = "plan_ask_spare" if _knows_day(turn) else "plan_ask_spare_day"
    return replace(
        asking(turn, _spare_ask(shown.plans, key), dialogue=dialogue),
        reasons=because("plan.ask_spare", "affordability before a plan he named no figure for"),
    )


def _spare_ask(plans: tuple[PlanTerms, ...], key: str) -> Ask:
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


def _spare_given(turn: Turn, dialogue: Dialogue) -> Answer:
    """A count or a sum of his own is taken; what is left yields the shortest plan that fits it."""
    chosen = _chosen(turn, dialogue)
    if chosen is not None:
        return propose_plan(wishes.heard(turn), chosen, options=dialogue.options)
    return _options(turn) if leaves_to_us(turn.reading.text) else _of_spare(turn, dialogue)


def _of_spare(turn: Turn, dialogue: Dialogue) -> Answer:
    """What is left each month, a size of his own, or the question left aside."""
    spare = facts.amount(turn)
    if spare is None and facts.has(turn, Tag.VAGUE_AMOUNT) and not _names_size(turn):
        return _ask_amount(turn)
    if facts.says_nothing(turn) or (spare is None and _has_nothing_left(turn)):
        return _unaffordable(turn)
    if spare is not None and wishes.bare_count(turn) is None and not _is_offer(turn):
        # A margin of what is left stays his (B.7).
        return _fitted(_with_days(turn), spare, within=engine.capacity_of(turn, spare))
    if _names_size(turn) or facts.starting_month(turn) is not None:
        return _towards_plan(wishes.heard(_with_place(turn, dialogue)))
    return _skipped(turn, dialogue)


def _names_size(turn: Turn) -> bool:
    return _names_something(turn) or wishes.bare_count(turn) is not None


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
    return bool(_LEAVES_TO_US.search(text)) and not any(ch.isdigit() for ch in text)


def _skipped(turn: Turn, dialogue: Dialogue) -> Answer:
    """The question left aside is put once more, lighter; left aside again, the list is shown."""
    key = dialogue.question.key if dialogue.question else ""
    is_aside = turn.reading.intent is Intent.UNCLEAR or facts.has(turn, Tag.TOO_MUCH)
    if not is_aside or key == "plan_ask_spare_again":
        return _options(turn)
    return replace(
        asking(turn, _spare_ask(dialogue.options, "plan_ask_spare_again"), dialogue=dialogue),
        reasons=because("plan.ask_spare_again", "a rough figure is enough"),
    )


def _is_offer(turn: Turn) -> bool:
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


def _with_days(turn: Turn) -> Turn:
    """The turn with the days of its words in the slots; its sum is what is left, no offer."""
    dialogue = turn.conversation.dialogue
    dialogue = replace(dialogue, slots=wishes.with_days_named(turn, dialogue.slots))
    return replace(turn, conversation=replace(turn.conversation, dialogue=dialogue))


def _fitted(turn: Turn, spare: Money, *, within: int) -> Answer:
    """The shortest plan within the sum, else the longest that fits what is left; else a person."""
    offered = _at_most(turn, spare)
    if offered is not None:
        return propose_plan(wishes.heard(turn), offered)
    fits = engine.fitting(turn, wish=wishes.wish_of(turn), spare=spare, within=within)
    return _unaffordable(turn) if fits is None else propose_plan(turn, fits)


# 每个月最多一千: as much as that he offers, where a plan can be made of it.
_AT_MOST = re.compile(
    r"[最顶頂]多|只能(?!.{0,4}剩)|\b(?:at (?:the )?most|max(?:imum)?|up to)\b", re.IGNORECASE
)


def _at_most(turn: Turn, spare: Money) -> PlanTerms | None:
    if not _AT_MOST.search(turn.reading.text):
        return None
    found = engine.plan(turn, replace(wishes.wish_of(turn), amount_minor=spare.minor, count=None))
    return found if isinstance(found, PlanTerms) else None


def _options(turn: Turn) -> Answer:
    """Two or three plans, shortest first, lettered so that a number is never mistaken."""
    slots, now = turn.conversation.dialogue.slots, turn.now
    late = _too_late(turn)
    if late is not None:
        return _ask_first_day(turn, Refusal(reason="first_payment_too_late", latest_first_due=late))
    shown = engine.options(
        turn, wish=wishes.wish_of(turn), capacity_minor=slots.number(SlotName.CAPACITY, now)
    )
    if not shown.plans:
        return _no_plan_possible(turn, Refusal(reason="no_option"))
    if shown.is_unaffordable:
        return _unaffordable(turn)
    if len(shown.plans) == 1:
        return propose_plan(turn, shown.plans[0])
    ask = Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=NAME,
        key="plan_options",
        structure="options",
        values=(("options", shown.plans), ("recommended", shown.recommended)),
        data=_options_data(shown.plans, shown.recommended),
        buttons=tuple(_LETTERS[: len(shown.plans)]),
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


def _unaffordable(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.UNAFFORDABLE, turn, task="find_a_way"),
            say_as("handoff", "hardship_person", data=(("reason", "unaffordable"),)),
        ),
        dialogue=settled(turn),
        reasons=because("plan.unaffordable", "nothing in the menu fits what he can spare"),
    )


def _choice(turn: Turn, dialogue: Dialogue) -> Answer:
    """An option by letter, place or count; a counter-offer; or "yes" to a list: which one?"""
    if facts.has(turn, Tag.TOO_MUCH) and facts.tells_income(turn.reading.text):
        return _ask_capacity(turn)
    chosen = _chosen(turn, dialogue)
    if chosen is not None:
        return propose_plan(wishes.heard(turn), chosen, options=dialogue.options)
    if _names_something(turn) or Intent.REQUEST_INSTALMENTS in turn.reading.intents:
        return _towards_plan(wishes.heard(_with_place(turn, dialogue)))
    if turn.reading.intent in (Intent.DENY, Intent.REFUSE) or facts.has(turn, Tag.TOO_MUCH):
        return _ask_capacity(turn)
    if turn.reading.intent is Intent.AFFIRM:
        return _ask_which_option(turn, dialogue)
    return repeat_question(turn, dialogue)


def _with_place(turn: Turn, dialogue: Dialogue) -> Turn:
    """最多的那个 每月25号: the count of the option named stands beside the day of his own."""
    named = _at(dialogue.options, facts.place_named(turn.reading.text, len(dialogue.options)))
    if named is None or facts.amounts(turn) or facts.count(turn) is not None:
        return turn
    slots = dialogue.slots.put(SlotName.COUNT, named.count, turn.now)
    kept = replace(turn.conversation.dialogue, slots=slots.without(SlotName.AMOUNT))
    return replace(turn, conversation=replace(turn.conversation, dialogue=kept))


def _chosen(turn: Turn, dialogue: Dialogue) -> PlanTerms | None:
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
    return by_count or _at(dialogue.options, named or place)


def _at(options: tuple[PlanTerms, ...], place: int | None) -> PlanTerms | None:
    if place is None or not 1 <= place <= len(options):
        return None
    return options[place - 1]


def _names_something(turn: Turn) -> bool:
    kinds = {EntityKind.AMOUNT, EntityKind.COUNT, EntityKind.PAY_DAY, EntityKind.SHARE}
    kinds |= {EntityKind.DATE, EntityKind.FREQUENCY}
    return any(e.kind in kinds for e in turn.reading.entities)


def _ask_which_option(turn: Turn, dialogue: Dialogue) -> Answer:
    ask = Ask(
        asked=Asked.CHOOSE_OPTION,
        owner=NAME,
        key="plan_which_option",
        structure="options",
        values=(("options", dialogue.options),),
        data=_options_data(dialogue.options, None),
        buttons=tuple(_LETTERS[: len(dialogue.options)]),
    )
    kept = replace(dialogue, unclear=dialogue.unclear)
    return replace(
        asking(turn, ask, dialogue=kept),
        reasons=because("plan.which_option", "a yes after a list names no option"),
    )


def _confirmation(turn: Turn, dialogue: Dialogue) -> Answer:
    """Yes to the schedule; new figures make a new schedule; no asks what would be possible."""
    other = _at(dialogue.options, facts.option(turn))
    if other is not None:
        return propose_plan(turn, other, options=dialogue.options)
    if _wants_pay_day(turn, dialogue):
        return _ask_pay_day(_corrected(turn, dialogue))
    # "Too much, I live on 90 a week" names what he has, and no sum that he offers.
    is_means = facts.has(turn, Tag.TOO_MUCH) and facts.tells_income(turn.reading.text)
    is_other = _names_other(turn, dialogue) or wishes.bare_count(turn) is not None
    if is_other and not is_means:
        return _towards_plan(_corrected(turn, dialogue))
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
        return _counter_again(turn, dialogue) or _towards_plan(wishes.heard(turn))
    return _said_again(turn, dialogue)


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
    turn = _corrected(turn, dialogue)
    far = turn.today + timedelta(days=_FAR_DAYS)
    wish = replace(wishes.wish_of(turn), first_due=far, pay_day=None, second_pay_day=None)
    result = engine.plan(turn, wish)
    if not isinstance(result, Refusal) or result.latest_first_due is None:
        return _said_again(turn, dialogue)
    return _ask_first_day(turn, result)


# Later than any plan may begin, so that the engine names the last day on which it may.
_FAR_DAYS = 366


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
    if newest[0].plan is None or _names_something(turn):
        return None
    return propose_plan(turn, newest[0].plan, is_amendment=newest[0].is_amendment)


def _said_again(turn: Turn, dialogue: Dialogue) -> Answer:
    """那三百呢, asked of the very plan that stands: read back plainly, without the old reason."""
    newest = dialogue.proposals[-1] if dialogue.proposals else None
    if newest is None or newest.plan is None or not repeats(turn, dialogue.proposals):
        return repeat_question(turn, dialogue)
    return propose_plan(
        turn, newest.plan, is_amendment=newest.is_amendment, options=dialogue.options
    )


def _names_other(turn: Turn, dialogue: Dialogue) -> bool:
    """Whether the words hold a figure that the proposal does not; its own rhythm is none."""
    if not _names_something(turn) or repeats(turn, dialogue.proposals):
        return False
    plan = dialogue.proposals[-1].plan if dialogue.proposals else None
    kinds = {e.kind for e in turn.reading.entities}
    if plan is None or kinds != {EntityKind.FREQUENCY}:
        return True
    weekday = facts.first_of_rhythm(turn)
    is_other_day = weekday is not None and weekday.weekday() != plan.first_due_on.weekday()
    return is_other_day or facts.frequency(turn) is not plan.frequency


def _corrected(turn: Turn, dialogue: Dialogue) -> Turn:
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
        return _unaffordable(turn)
    if dialogue.concessions >= turn.case.account.talk.concession_max:
        return _third_round(turn)
    if not dialogue.asked_capacity:
        return _ask_capacity(_conceded(turn))
    longer = engine.one_step_longer(
        turn, dialogue.proposals[-1].plan if dialogue.proposals else None
    )
    if longer is None:
        return _third_round(turn)
    return propose_plan(_conceded(turn), longer)


def _ask_capacity(turn: Turn) -> Answer:
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key="ask_capacity", structure="ask_capacity")
    dialogue = replace(settled(turn), asked_capacity=True)
    return replace(
        asking(turn, ask, dialogue=dialogue),
        reasons=because("plan.ask_capacity", "affordability is asked before a longer plan"),
    )


def _ask_amount(turn: Turn) -> Answer:
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key="ask_one_figure", structure="ask_amount")
    return replace(asking(turn, ask, dialogue=settled(turn)), reasons=because("plan.vague_figure"))


def _capacity_given(turn: Turn) -> Answer:
    """What he can bear makes a lighter plan than the one refused, no part of it above his sum."""
    if facts.number_put(turn.reading.text) is not None and facts.has(turn, Tag.ASKS):
        return _offer_given(_as_count(turn))
    if _is_count_rather(turn):
        return _towards_plan(_as_count(turn))
    own = facts.amount(turn)
    if own is None and facts.takes_longest(turn.reading.text):
        shown = engine.options(turn, wish=wishes.wish_of(_with_days(turn)), capacity_minor=None)
        if shown.plans:
            return propose_plan(turn, shown.plans[-1])
    if own is not None and not _names_own_size(turn):
        return _fitted(_with_days(turn), own, within=min([own.minor, *_least_named(turn)]))
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
        _is_offer(turn) or wishes.bare_count(turn) is not None or facts.frequency(turn) is not None
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
        return _unaffordable(turn)
    return _refused(turn, wishes.wish_of(turn), result)


def _as_count(turn: Turn) -> Turn:
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
    if is_count or _names_something(turn) or wishes.bare_count(turn) is not None:
        return _towards_plan(turn)
    is_about_plan = facts.has(turn, Tag.TOO_MUCH) and turn.conversation.dialogue.unclear == 0
    if is_about_plan and turn.reading.intent is not Intent.HARDSHIP:
        # 太贵 is said of the plan before; what he could do is still to be told.
        return repeat_question(turn, turn.conversation.dialogue)
    if facts.says_nothing(turn) or turn.reading.intent in (
        Intent.DENY,
        Intent.HARDSHIP,
        Intent.REFUSE,
    ):
        return _unaffordable(turn)
    return repeat_question(turn, turn.conversation.dialogue)


def _is_part_only(turn: Turn) -> bool:
    """A sum now, without a rhythm or a number of instalments."""
    return facts.count(turn) is None and facts.frequency(turn) is None


def _partial(turn: Turn) -> Answer:
    """A part now: the way to pay it, then one question about the rest."""
    part = two_parts.sum_beside_day(turn)
    part = part or facts.amount(turn, Role.PART, Role.DOWN_PAYMENT, None, Role.PER_INSTALMENT)
    if part is None:
        # "Can I do 4": no sum, so a number of payments.
        is_count = facts.number_put(turn.reading.text) is not None
        return _towards_plan(_as_count(turn)) if is_count else _ask_part(turn)
    day = facts.day(turn, None, Role.DEADLINE, Role.AFTER, Role.START)
    if two_parts.first_is_now(turn):
        # "80 now, 100 on the 10th, the rest later": no day is that of the first sum.
        day = None
    is_all = part.minor >= turn.case.account.outstanding.minor
    if is_all and day is None:
        return _pays_in_full(turn)
    is_later = day is not None and (day > turn.today or is_all)
    if day is None and not two_parts.is_now(turn):
        coming = max(facts.ambiguous_days(turn), default=turn.today)
        if coming > turn.today:
            # "50 on Monday", said on a Monday: the day is read back, no way to pay given at once.
            return make_promise(turn, PromiseAsk(due_on=coming, amount=part, is_stated_whole=False))
        if _IN_THE_WEEK.search(turn.reading.text):
            return _ask_part_day(turn, part)
    if day is not None and is_later and not facts.has(turn, Tag.SPLIT):
        # What he only asks for, or has on the day of his pay, is read back before it binds.
        asks = bool(_ASKS_WHETHER.search(turn.reading.text)) or facts.has(turn, Tag.INCOME_DAY)
        is_sure = _is_own(turn) and not asks
        asked = PromiseAsk(due_on=day, amount=part, is_stated_whole=is_sure)
        return make_promise(turn, asked)
    return _pay_part(turn, part)


_IN_THE_WEEK = re.compile(
    r"\b(?:this|(?:in|by|before)? ?the end of the|later in the) week\b|[这這本今]个?(?:星期|[周週])(?![一二三四五六日天末])(?:内|內|[里裡])?",
    re.IGNORECASE,
)


def _ask_part_day(turn: Turn, part: Money) -> Answer:
    """ "100 this week": which day of it; the sum is kept."""
    ask = Ask(asked=Asked.DATE, owner="promise", key="ask_which_day", structure="ask_date")
    slots = turn.conversation.dialogue.slots.put(SlotName.PART, part.minor, turn.now)
    dialogue = replace(settled(turn), slots=slots.without(SlotName.DOWN_PAYMENT))
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because("partial.needs_day"))


_ASKS_WHETHER = re.compile(
    r"\b(?:would|does|will|is) (?:that|this) (?:work|do|be|ok|okay|fine|help|alright)\b",
    re.IGNORECASE,
)


def _is_own(turn: Turn) -> bool:
    is_sure = not facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL)
    return is_sure and not two_parts.names_two_sums(turn)


def _is_part_and_rest(turn: Turn) -> bool:
    """先还500剩下月底: a sum now, the rest on a day, no number of instalments."""
    part = facts.amount(turn, Role.DOWN_PAYMENT, Role.PART)
    has_day = facts.day(turn) is not None and _day_is_of_rest(turn)
    is_told = wishes.names_rest(turn) or two_parts.is_now_and_then(turn)
    is_told = is_told or _clears_after(turn)
    return part is not None and has_day and _is_part_only(turn) and is_told


def _clears_after(turn: Turn) -> bool:
    is_whole = facts.has(turn, Tag.WHOLE)
    return is_whole and two_parts.part_then_all(turn.reading, turn) is not None


def _day_is_of_rest(turn: Turn) -> bool:
    """ "250 on the 30th, the rest after": the one day, before the rest, is that of the part."""
    rest = two_parts.rest_at(turn.reading.text)
    days = [e for e in facts.entities(turn, EntityKind.DATE) if isinstance(e.value, date)]
    if rest is None or len(days) != 1:
        return True
    is_at_once = two_parts.is_now(turn) and not two_parts.is_first_then(turn, days[0].start)
    if days[0].value != turn.today and is_at_once:
        return True
    return days[0].start > rest.start()


def _part_and_rest(turn: Turn) -> Answer:
    """The part is paid now; the rest is promised for the day he named."""
    part = facts.amount(turn, Role.DOWN_PAYMENT, Role.PART)
    # 今天先还500 剩下月底: the day of the rest is the later one.
    day = max(facts.days(turn), default=None)
    rest = turn.case.account.outstanding - part if part is not None else None
    if part is None or day is None or rest is None or rest.minor <= 0:
        return _towards_plan(wishes.heard(turn))
    first = two_parts.day_of_part(turn)
    if first is not None and turn.today < first < day:
        # 周五先给1200 剩下的15号: one promise stands at a time; the rest is told with it.
        sooner = PromiseAsk(due_on=first, amount=part, is_stated_whole=_is_own(turn))
        return make_promise(turn, sooner)
    link = say_as(
        "pay_link",
        "pay_part",
        data=(("amount_minor", part.minor),),
        amount=part,
        link=turn.case.account.pay_link,
        phone=turn.sender.phone,
    )
    records = paying_records(turn, part)
    paying = with_paying(turn, part)
    asked = PromiseAsk(due_on=day, amount=rest, is_stated_whole=_is_own(turn))
    promised = make_promise(paying, asked)
    # The link thanks already.
    told = tuple(
        replace(a, key="promise_beside") if isinstance(a, Say) and a.key in _NOTED else a
        for a in promised.actions
    )
    return replace(promised, actions=(*records, link, *told))


_NOTED = frozenset({"promise_confirmed"})


def _ask_part(turn: Turn) -> Answer:
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key="ask_part", structure="ask_amount")
    return replace(asking(turn, ask, dialogue=settled(turn)), reasons=because("partial.no_sum"))


def _pay_part(turn: Turn, part: Money) -> Answer:
    rest = turn.case.account.outstanding - part
    link = say_as(
        "pay_link",
        "pay_part",
        data=(("amount_minor", part.minor),),
        amount=part,
        link=turn.case.account.pay_link,
        phone=turn.sender.phone,
    )
    ask = Ask(
        asked=Asked.DATE,
        owner="promise",
        key="ask_rest",
        structure="ask_date",
        values=(("rest", rest),),
    )
    slots = turn.conversation.dialogue.slots.put(SlotName.PART, rest.minor, turn.now)
    # Should the rest become a plan, this part is its down payment.
    slots = slots.put(SlotName.DOWN_PAYMENT, part.minor, turn.now)
    slots = slots.without(SlotName.AMOUNT, SlotName.COUNT)
    dialogue = replace(settled(turn), slots=slots)
    records = paying_records(turn, part)
    answer = asking(turn, ask, *records, link, dialogue=dialogue)
    return replace(answer, reasons=because("partial.link", "takes the part and asks for the rest"))


def _money(turn: Turn, minor: int) -> Money:
    return replace(turn.case.account.outstanding, minor=minor)


def follow_up(turn: Turn) -> Say:
    """One line that takes up an unfinished talk about a plan."""
    return say("follow_up_plan", days=timedelta(days=1))
