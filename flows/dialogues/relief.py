"""Cannot pay, will not pay, or wants to pay less: request_discount, hardship, refuse."""

from __future__ import annotations

from datetime import date, timedelta

from flows import facts, two_parts
from flows import terms as engine
from flows.actions import Action, SetFlag
from flows.commitments.plans import propose_plan
from flows.commitments.promises import PromiseAsk, make_promise
from flows.model import Dialogue, Flag, Turn
from flows.records import HandoffReason, Priority
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import Answer, Ask, asking, because, hold, say, say_as, settled, to_person
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Frequency, Role, Tag

NAME = "relief"
ANSWERS = frozenset({Intent.REQUEST_DISCOUNT, Intent.HARDSHIP, Intent.REFUSE})
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = ()

# negotiation.md C.5, rows 9 and 11.
HARDSHIP_HOLD = timedelta(days=30)
REFUSAL_HOLD = timedelta(days=30)
DISCOUNT_HOLD = timedelta(days=2)
REFUSALS_TO_PERSON = 2


def step(turn: Turn) -> Answer:
    """Answer a customer who cannot, will not, or would only pay less."""
    intent = turn.reading.intent
    if intent is Intent.REFUSE:
        return _refuse(turn)
    if Intent.REQUEST_DISCOUNT in turn.reading.intents and intent is not Intent.HARDSHIP:
        return _discount(turn)
    return _hardship(turn)


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """The reply to "what would be possible", "what sum, when" or "may I ask why"."""
    question = dialogue.question
    key = question.key if question else ""
    if key == "hardship_ask":
        return _capacity(turn)
    if key == "discount_ask_sum":
        return _discount_sum(turn)
    return _quiet(turn)


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """Flags that are kept whatever the message is mainly about."""
    flag = {
        Intent.HARDSHIP: Flag.HARDSHIP,
        Intent.REQUEST_DISCOUNT: Flag.DISCOUNT_REQUESTED,
        Intent.REFUSE: Flag.REFUSED,
    }.get(intent)
    if flag is None:
        return ()
    if flag is Flag.HARDSHIP:
        return (SetFlag(flag=flag), hold("hardship", turn, turn.now + HARDSHIP_HOLD))
    return (SetFlag(flag=flag),)


def _hardship(turn: Turn) -> Answer:
    """One kind sentence, then one question: what would be possible."""
    records: tuple[Action, ...] = (
        SetFlag(flag=Flag.HARDSHIP),
        hold("hardship", turn, turn.now + HARDSHIP_HOLD),
    )
    if Flag.HARDSHIP in turn.conversation.flags:
        return _hardship_person(turn, *records)
    if not turn.conversation.is_bound:
        return Answer(
            actions=(*records, say("hardship_soft")),
            dialogue=settled(turn),
            reasons=because("hardship.unbound", "recorded and answered without any detail"),
        )
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key="hardship_ask", structure="ask_capacity")
    slots = turn.conversation.dialogue.slots
    # "Dead broke till Friday": what he can spare begins then.
    begins_on = facts.starting_month(turn) or facts.day(turn, Role.UNTIL)
    if begins_on is not None and begins_on >= turn.today:
        # 这个月没钱 下个月开始还: a plan of what he can spare begins then.
        slots = slots.put(SlotName.FIRST_DUE, begins_on, turn.now)
    dialogue = replace(settled(turn), asked_capacity=True, slots=slots)
    return replace(
        asking(turn, ask, *records, dialogue=dialogue),
        reasons=because("hardship.recorded", "pressure stops; asks what would be possible"),
    )


def _hardship_person(turn: Turn, *records: Action) -> Answer:
    return Answer(
        actions=(
            *records,
            to_person(
                HandoffReason.HARDSHIP, turn, priority=Priority.TODAY, task="hardship_options"
            ),
            say_as("handoff", "hardship_person"),
        ),
        dialogue=settled(turn),
        reasons=because("hardship.person", "no capacity named: a person looks for options"),
    )


def _capacity(turn: Turn) -> Answer:
    """What he can spare each month: a plan of that size, or a person when it is too little."""
    each = facts.amount(turn, Role.PER_INSTALMENT) or facts.amount(turn)
    if each is None and facts.has(turn, Tag.VAGUE_AMOUNT):
        ask = Ask(
            asked=Asked.AMOUNT, owner="instalments", key="ask_one_figure", structure="ask_amount"
        )
        return replace(asking(turn, ask, dialogue=settled(turn)), reasons=because("hardship.vague"))
    if each is None or facts.has(turn, Tag.CANNOT) or turn.reading.intent is Intent.DENY:
        return _hardship_person(turn)
    if each >= turn.case.account.outstanding:
        return _pays_in_full(turn)
    now = two_parts.part_now(turn)
    wish = engine.Wish(
        amount_minor=each.minor,
        down_minor=now.minor if now else None,
        frequency=facts.frequency(turn) or Frequency.MONTHLY,
        pay_day=next(iter(facts.pay_days(turn)), None),
        first_due=facts.day(turn, Role.START, Role.AFTER, None) or _said_start(turn),
    )
    result = engine.plan(turn, wish)
    if isinstance(result, engine.Refusal) and result.latest_first_due is not None:
        # Another day is asked for with the plan itself.
        result = engine.plan(turn, replace(wish, pay_day=None, first_due=None))
    # 20 a week would take too many payments: the same money once a month may do.
    terms = result if isinstance(result, engine.PlanTerms) else engine.once_a_month(turn, wish)
    return propose_plan(turn, terms) if terms is not None else _hardship_person(turn)


def _said_start(turn: Turn) -> date | None:
    """The month that he named beside the hardship, where no other day is said now."""
    if facts.pay_days(turn):
        return None
    return turn.conversation.dialogue.slots.day(SlotName.FIRST_DUE, turn.now)


def _pays_in_full(turn: Turn) -> Answer:
    """One month covers all of it: no plan and no person, only a day."""
    owed, day = turn.case.account.outstanding, facts.day(turn)
    if day is not None and day >= turn.today:
        return make_promise(turn, PromiseAsk(due_on=day, amount=owed, is_stated_whole=True))
    ask = Ask(
        asked=Asked.DATE,
        owner="promise",
        key="plan_pays_in_full",
        structure="ask_date",
        values=(("amount", turn.case.account.outstanding),),
        data=(("reason", "pays_in_full"),),
    )
    answer = asking(turn, ask, dialogue=settled(turn))
    return replace(answer, reasons=because("plan.pays_in_full"))


def _discount(turn: Turn) -> Answer:
    """A colleague decides; the sum and the day he could do are asked for the colleague."""
    return replace(
        _to_colleague(turn, key="discount_ask_sum"),
        reasons=because("discount.person", "the bot never grants or quotes a reduction"),
    )


def _discount_sum(turn: Turn) -> Answer:
    offer = facts.amount(turn)
    slots = turn.conversation.dialogue.slots
    if offer is not None:
        slots = slots.put(SlotName.OFFER, offer.minor, turn.now)
    return Answer(
        actions=(say("discount_noted"),),
        dialogue=replace(settled(turn), slots=slots),
        reasons=because("discount.offer_noted", "kept for the colleague who decides"),
    )


def _to_colleague(turn: Turn, *, key: str) -> Answer:
    person = to_person(HandoffReason.DISCOUNT, turn, task="decide_discount")
    records: tuple[Action, ...] = (
        SetFlag(flag=Flag.DISCOUNT_REQUESTED),
        hold("discount", turn, turn.now + DISCOUNT_HOLD),
        person,
    )
    if facts.amounts(turn):
        return Answer(
            actions=(*records, say_as("handoff", "discount_noted")), dialogue=settled(turn)
        )
    ask = Ask(asked=Asked.AMOUNT, owner=NAME, key=key, structure="handoff")
    return asking(turn, ask, *records, dialogue=settled(turn))


def _refuse(turn: Turn) -> Answer:
    """Ask once for the reason; the second refusal goes to a person; no arguing."""
    refusals = turn.conversation.dialogue.refusals + 1
    records: tuple[Action, ...] = (
        SetFlag(flag=Flag.REFUSED),
        hold("refused", turn, turn.now + REFUSAL_HOLD),
    )
    if "us-reg-f" in turn.policy.names:
        return _cease(turn, *records)
    dialogue = replace(settled(turn), refusals=refusals)
    if refusals >= REFUSALS_TO_PERSON:
        return Answer(
            actions=(
                *records,
                to_person(HandoffReason.REFUSED, turn),
                say_as("handoff", "refused_person"),
            ),
            dialogue=dialogue,
            reasons=because("refuse.twice"),
        )
    key = "refuse_ask_why" if turn.conversation.is_bound else "refuse_ask_why_unbound"
    ask = Ask(asked=Asked.REASON, owner=NAME, key=key, structure="ask_reason")
    return replace(
        asking(turn, ask, *records, dialogue=dialogue),
        reasons=because("refuse.once", "asks once why, offers a plan or a person"),
    )


def _cease(turn: Turn, *records: Action) -> Answer:
    """Where a written refusal is a request to cease (US-4), nothing more is sent by machine."""
    return Answer(
        actions=(
            *records,
            hold("cease", turn, None, whole_person=True),
            to_person(HandoffReason.REFUSED_CONTACT, turn, priority=Priority.TODAY),
        ),
        dialogue=settled(turn),
        reasons=because("US-4", "a refusal in writing ends automatic contact here"),
    )


def _quiet(turn: Turn) -> Answer:
    """The reason he gave is kept; nothing is argued."""
    return Answer(
        actions=(say("refuse_noted"),),
        dialogue=settled(turn),
        reasons=because("refuse.reason_noted"),
    )
