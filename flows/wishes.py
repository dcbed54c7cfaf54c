"""What the customer wishes for in a plan: the figures of his words in the slots, and the wish they make.

Nothing is judged here: the engine says what of it is possible.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from flows import facts, two_parts
from flows import terms as engine
from flows.days import months_after
from flows.model import Conversation, Dialogue, Turn
from flows.money import Money
from flows.plans import next_pay_day
from flows.replacing import changer
from flows.slots import SlotName, Slots
from flows.terms import Wish
from flows.understanding.intents import Intent
from flows.understanding.values import EntityKind, Frequency, Role, Tag

# The dialogue whose questions these figures answer.
_OWNER = "instalments"
# The questions after what is left each month; a plan is asked for, so a count answers them too.
ASKS_SPARE = frozenset({"plan_ask_spare", "plan_ask_spare_day", "plan_ask_spare_again"})
# A bare number up to here counts months; nobody pays that little each time.
_LARGEST_BARE_COUNT = 36


def heard(turn: Turn) -> Turn:
    """The turn with the figures of its words in the slots."""
    conversation = turn.conversation
    slots = _fill(turn, conversation.dialogue.slots)
    if slots is conversation.dialogue.slots:
        return turn
    dialogue = _with_slots(conversation.dialogue, slots=slots)
    return _with_conversation(turn, conversation=_with_dialogue(conversation, dialogue=dialogue))


_with_slots = changer(Dialogue, "slots")
_with_dialogue = changer(Conversation, "dialogue")
_with_conversation = changer(Turn, "conversation")


def _fill(turn: Turn, slots: Slots) -> Slots:
    now = turn.now
    down = facts.amount(turn, Role.DOWN_PAYMENT) or _part_before_rhythm(turn)
    number = (
        _renamed_count(turn)
        or _count_preferred(turn)
        or _count_said(turn)
        or bare_count(turn)
        or _months(turn)
    )
    each = each_time(turn)
    rhythm = facts.frequency(turn) or _rhythm_chosen(turn)
    if down is not None and number is not None and _is_one_of_all(turn, down, number):
        # 这周先还600 每周600 六次还完: the first of six, and no part before them.
        down, each = None, down
    if each is not None and down is None and _is_first_part_again(turn, each):
        # 5000后天到账, of a plan that begins with 5000: its first part, and no size of the others.
        down, each = each, None
    if down is not None:
        slots = slots.put(SlotName.DOWN_PAYMENT, down.minor, now).without(SlotName.DOWN_DUE)
    is_each = each is not None and (each != down or _part_before_rhythm(turn) is not None)
    if each is not None and is_each:
        # A new figure for one of the two replaces the other unless both were said together.
        slots = slots.put(SlotName.AMOUNT, each.minor, now).without(SlotName.FIRST_PART)
        slots = slots if number is not None else slots.without(SlotName.COUNT)
    if number is not None:
        slots = slots.put(SlotName.COUNT, number, now).without(SlotName.FIRST_PART)
        slots = slots if is_each else slots.without(SlotName.AMOUNT)
    if rhythm is not None:
        slots = slots.put(SlotName.FREQUENCY, rhythm, now)
    promised = turn.case.open_promise
    is_rest = down is None and (each is not None or number is not None) and names_rest(turn)
    if promised is not None and is_rest and promised.amount < turn.case.account.outstanding:
        # "150 on Thursday", then "rest 100 a fortnight": the promise comes before the plan.
        slots = slots.put(SlotName.DOWN_PAYMENT, promised.amount.minor, now)
        slots = slots.put(SlotName.DOWN_DUE, promised.due_on, now)
    paying = turn.case.paying
    is_begun = promised is None and is_rest and paying is not None and paying.is_open
    if is_begun and paying is not None and paying.amount < turn.case.account.outstanding:
        # "I have 120 in cash", then "the rest over 4 months".
        slots = slots.put(SlotName.DOWN_PAYMENT, paying.amount.minor, now)
    if each is None and number is None and down is None:
        slots = _part_as_each(turn, slots)
    return _after_part(turn, two_parts.filled(turn, with_days_named(turn, slots)))


def _is_one_of_all(turn: Turn, down: Money, number: int) -> bool:
    """Whether that many payments, each of the sum said first, are all that is owed."""
    is_all = down.minor * number == turn.case.account.outstanding.minor
    return is_all and facts.amount(turn, Role.PER_INSTALMENT) == down


def _is_first_part_again(turn: Turn, each: Money) -> bool:
    """Whether the one sum said, with its day, is that of the first part of the plan read back."""
    newest = turn.conversation.dialogue.proposals[-1:]
    plan = newest[0].plan if newest else None
    if plan is None or plan.down is None or plan.down.amount != each:
        return False
    is_plain = facts.frequency(turn) is None and facts.count(turn) is None
    return is_plain and each != plan.regular and facts.day(turn) is not None


_STEPS = {Frequency.WEEKLY: timedelta(days=7), Frequency.BIWEEKLY: timedelta(days=14)}


def _after_part(turn: Turn, slots: Slots) -> Slots:
    """ "100 today and 50 every two weeks": today is the day of the part, the rest comes after it."""
    now = turn.now
    is_part = slots.number(SlotName.DOWN_PAYMENT, now) is not None
    if not is_part or slots.day(SlotName.FIRST_DUE, now) != turn.today:
        return slots
    rhythm = slots.frequency(now) or Frequency.MONTHLY
    step = _STEPS.get(rhythm)
    first = turn.today + step if step is not None else months_after(turn.today, 1)
    limit = turn.case.account.terms.max_first_delay_days
    if limit is not None and (first - turn.today).days > limit:
        return slots.without(SlotName.FIRST_DUE)
    return slots.put(SlotName.FIRST_DUE, first, now)


def _rhythm_chosen(turn: Turn) -> Frequency | None:
    """The rhythm said alone, where we asked which one."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.key == "plan_ask_rhythm"
    return facts.rhythm_alone(turn) if is_asked else None


_AFTER_THE_WORD = re.compile(r"分期\W{0,2}(\d{1,2})(?![\d.,:/号號日月个個元块塊蚊])")


def _count_said(turn: Turn) -> int | None:
    """The number of instalments; 一期2500 is the sum of one, and 分期 3 is three of them."""
    number = facts.count(turn)
    if number == 1 and facts.amounts(turn):
        return None
    if number is not None or turn.reading.entities:
        return number
    bare = _AFTER_THE_WORD.search(turn.reading.text)
    return int(bare[1]) if bare and int(bare[1]) > 1 else None


def _part_as_each(turn: Turn, slots: Slots) -> Slots:
    """ "I can do 80" and then "a month, I mean": the part is the sum of every instalment."""
    question, now = turn.conversation.dialogue.question, turn.now
    rhythm, part = facts.rhythm_alone(turn), slots.number(SlotName.DOWN_PAYMENT, now)
    if question is None or question.key != "ask_rest" or rhythm is None or part is None:
        return slots
    slots = slots.without(SlotName.DOWN_PAYMENT, SlotName.PART)
    return slots.put(SlotName.AMOUNT, part, now).put(SlotName.FREQUENCY, rhythm, now)


def each_time(turn: Turn) -> Money | None:
    """The sum of one instalment; what is named for a rhythm comes before any other."""
    if bare_count(turn):
        return None
    named = facts.amount(turn, Role.PER_INSTALMENT)
    return named or facts.amount(turn, None, Role.PART)


def _part_before_rhythm(turn: Turn) -> Money | None:
    """ "50 now and 50 a month": the part now comes before the instalments."""
    return two_parts.part_now(turn)


# Thirty pounds: a sum, however small.
_IN_MONEY = re.compile(r"[$£€¥元块塊蚊]|\b(?:pounds?|quid|bucks?|dollars?|euros?)\b", re.IGNORECASE)


def bare_count(turn: Turn) -> int | None:
    """A small bare number beside no other figure is a count: "can I do 6" is not six dollars."""
    if not turn.reading.entities and facts.has(turn, Tag.CORRECTION):
        return _only_number(turn.reading.text)
    is_day = bool(facts.pay_days(turn))
    if not is_day and not facts.amounts(turn) and (_is_without_list(turn) or _is_beyond_list(turn)):
        return facts.number_put(turn.reading.text) or _figure_unlettered(turn)
    found = facts.entities(turn, EntityKind.AMOUNT)
    if len(found) != 1 or found[0].currency or found[0].role not in (None, Role.PART):
        return None
    is_part = found[0].role is Role.PART and turn.reading.intent is Intent.PARTIAL_PAYMENT
    if is_part or _IN_MONEY.search(found[0].text):
        return None
    value = found[0].value
    if not isinstance(value, Decimal) or not 1 < value <= _LARGEST_BARE_COUNT:
        return None
    return None if _is_sum_each(turn, value) else _as_whole(value)


def _as_whole(value: Decimal) -> int | None:
    return int(value) if value == int(value) else None


def _is_sum_each(turn: Turn, value: Decimal) -> bool:
    """ "What about 35?" where no plan has so many payments, and each may be as small as that."""
    newest = turn.conversation.dialogue.proposals[-1:]
    if any(p.plan is not None and p.plan.regular.decimal == value for p in newest):
        # "20 then", after we offered 20 each time.
        return True
    terms, owed = turn.case.account.terms, turn.case.account.outstanding
    is_beyond = terms.max_instalments is not None and value > terms.max_instalments
    own = turn.conversation.dialogue.slots.number(SlotName.AMOUNT, turn.now)
    if is_beyond and own is not None:
        # "20 then?", after "10 a month".
        return True
    least = Decimal(terms.min_instalment_minor or 0).scaleb(-owed.currency.exponent)
    return is_beyond and value >= least


def _figure_unlettered(turn: Turn) -> int | None:
    """ "About 7", asked how many payments with no list beside: the figure is the count itself."""
    question = turn.conversation.dialogue.question
    options = facts.entities(turn, EntityKind.OPTION)
    if question is None or question.key not in ASKS_SPARE or len(options) != 1:
        return None
    value = options[0].value
    is_figure = options[0].text.isdecimal() and isinstance(value, int)
    return value if is_figure and isinstance(value, int) and value > 1 else None


# "Not 4, 5": the number that stands and the one in its place.
_NOT_THIS_COUNT = re.compile(
    r"(?:\bnot|不是|不要) ?(\d{1,2})[期次]?(?: (?:payments?|months?|instal\w+))?,? ?(?:but |是|要)?(\d{1,2})(?![\d.,:/]|\w)"
)


def _renamed_count(turn: Turn) -> int | None:
    named = _NOT_THIS_COUNT.search(turn.reading.text)
    newest = turn.conversation.dialogue.proposals[-1:]
    standing = [p.plan.count for p in newest if p.plan is not None]
    said = [e.value for e in facts.entities(turn, EntityKind.COUNT)]
    is_known = named is not None and (int(named[1]) in standing or said == [int(named[1])])
    return int(named[2]) if named and is_known else None


# What turns down the number before it: 12期太久, 六期还不起.
_REFUSED_LENGTH = re.compile(
    r"[还還也都就是有点點的]*(?:太|[过過]于|有[点點])(?:[长長久多短少密贵貴][了啦喇]?|[紧緊急])"
    r"|[就也都]?(?:不行|唔得|不要|唔要|不[合适適]|[还還]不起|受不了|吃力)(?![吗嗎?？])"
)


def _count_preferred(turn: Turn) -> int | None:
    """分12期太久 9期吧: of two numbers the one that is not turned down."""
    said = facts.entities(turn, EntityKind.COUNT)
    if len(said) != _PAIR:
        return None
    first, second = said
    text = turn.reading.text
    if not _REFUSED_LENGTH.match(text, first.end) or _REFUSED_LENGTH.match(text, second.end):
        return None
    return second.value if isinstance(second.value, int) else None


_PAIR = 2


def _is_without_list(turn: Turn) -> bool:
    """Whether we asked about a plan with no lettered list, of which a number could be a place."""
    question = turn.conversation.dialogue.question
    if question is None:
        # "Could I do 5", as the first word of a wish for instalments.
        return turn.reading.intent is Intent.REQUEST_INSTALMENTS
    if question.owner != _OWNER:
        return False
    return question.key not in ("plan_options", "plan_which_option")


def _is_beyond_list(turn: Turn) -> bool:
    """ "Five, starting the first" below three lettered plans: no place, so a number of payments."""
    options = turn.conversation.dialogue.options
    number = facts.number_put(turn.reading.text)
    return bool(options) and number is not None and number > len(options)


_MONTHS = re.compile(r"(?<![\d.])(?<!not )(\d{1,2}) ?(?:months?\b|个月|個月)", re.IGNORECASE)


def _months(turn: Turn) -> int | None:
    """ "6 months please" as a wish for instalments: as many monthly payments."""
    named = _MONTHS.search(turn.reading.text)
    is_wish = turn.reading.intent is Intent.REQUEST_INSTALMENTS
    is_wish = is_wish and not facts.amounts(turn, (None, Role.PART, Role.PER_INSTALMENT))
    return int(named[1]) if named and is_wish and int(named[1]) > 1 else None


def _only_number(text: str) -> int | None:
    """The one bare number in "no, I meant 4"."""
    found = re.findall(r"(?<![\d.,])\d{1,2}(?![\d.,])", text)
    if len(found) != 1 or not 1 < int(found[0]) <= _LARGEST_BARE_COUNT:
        return None
    return int(found[0])


_TOLD = re.compile(
    r"[说說讲講提聊谈談约約]|\b(?:said|told|agreed|spoke|talked|asked)\b", re.IGNORECASE
)


def with_days_named(turn: Turn, slots: Slots) -> Slots:
    text = turn.reading.text
    down_on = _day_beside_down(turn, slots)
    if down_on is None and facts.amount(turn, Role.DOWN_PAYMENT) is not None:
        down_on = two_parts.day_of_part(turn)
    # The day of the part is none of two that come every month.
    twice = two_parts.twice_a_month(turn) if down_on is None else ()
    monthly = twice or _last_named(turn)
    first = facts.day(turn, Role.START)
    first = first or facts.day(turn, None, Role.DEADLINE, Role.AFTER, Role.RIGHT)
    first = first or _likely_day(turn)
    # 我昨天就说了分6期: the day of what he said before is none to pay on.
    first = None if first is not None and first < turn.today and _TOLD.search(text) else first
    # 第一期改到7号: moved until that day.
    first = first or facts.day(turn, Role.UNTIL)
    if down_on is not None:
        # 周四先还1000剩下分6期: the day is that of the part, not of the first instalment.
        slots = slots.put(SlotName.DOWN_DUE, down_on, turn.now)
        first = next((day for day in facts.days(turn) if day != down_on), None)
    if first is not None and not monthly and _is_day_of_down(turn, first):
        return slots.put(SlotName.DOWN_DUE, first, turn.now)
    if first is not None and _is_day_of_part(turn, slots, first):
        # 后天给, of a plan with a first part today: its own day; 然后每月16 the others'.
        slots = slots.put(SlotName.DOWN_DUE, first, turn.now)
        if not monthly:
            return slots
        first = None
    first = None if len(monthly) > 1 and first and first.day in monthly else first
    first = first or _in_starting_month(turn, monthly) or facts.first_of_rhythm(turn)
    if monthly:
        slots = slots.put(SlotName.PAY_DAY, monthly[0], turn.now).without(SlotName.FIRST_DUE)
        slots = slots.without(SlotName.SECOND_PAY_DAY)
        if len(monthly) > 1:
            slots = slots.put(SlotName.SECOND_PAY_DAY, monthly[1], turn.now)
            slots = slots.put(SlotName.FREQUENCY, Frequency.SEMIMONTHLY, turn.now)
    if first is not None:
        slots = slots.put(SlotName.FIRST_DUE, first, turn.now)
        slots = slots if monthly else slots.without(SlotName.PAY_DAY)
    return slots


_DOWN_AFTER_DAY = re.compile(
    r"[号號日]?(?:我|就|先|可以|能|会|會)*(?:[付交给給缴繳还還俾畀])?(?:那个|那個)?(?:首付|[头頭]期?款|[定订訂]金)"
)
_DOWN_BEFORE_DAY = re.compile(r"(?:首付|[头頭]期?款|[定订訂]金)[我就先可以能的款是在]*$")


def _day_beside_down(turn: Turn, slots: Slots) -> date | None:
    """明天付首付 以后每月12号: the day that stands beside the first part is its own."""
    if slots.number(SlotName.DOWN_PAYMENT, turn.now) is None:
        return None
    text = turn.reading.text
    for entity in facts.entities(turn, EntityKind.DATE):
        before = _DOWN_BEFORE_DAY.search(text[: entity.start])
        if isinstance(entity.value, date) and (before or _DOWN_AFTER_DAY.match(text, entity.end)):
            return entity.value
    return None


def _likely_day(turn: Turn) -> date | None:
    """12/10 of two readings is the one that a plan may begin on; it is read back in any case."""
    limit = turn.case.account.terms.max_first_delay_days
    several = facts.ambiguous_days(turn)
    if limit is None or len(several) < _READINGS or facts.starting_month(turn) is not None:
        return None
    latest = turn.today + timedelta(days=limit)
    near = [day for day in several if turn.today <= day <= latest]
    others = [day for day in several if day not in near]
    is_alone = all(day < turn.today or day - near[0] > _FAR for day in others if near)
    return near[0] if len(near) == 1 and is_alone else None


# Of two readings of one week either may be meant; of 12/10 the one lies far away.
_READINGS, _FAR = 2, timedelta(days=60)


def _is_day_of_down(turn: Turn, day: date) -> bool:
    """25号行吗, where the first part was asked too late: its own day, within the days it has."""
    question, limit = turn.conversation.dialogue.question, turn.case.account.terms
    if question is None or question.key != "plan_counter_down_payment_too_late":
        return False
    within = limit.down_payment_due_days
    return within is not None and day - turn.today <= timedelta(days=within)


_OF_INSTALMENTS = re.compile(
    r"首期|第[一1][期次笔筆]|[开開]始|[每逐]|起|\b(?:first|start\w*|begin\w*|from|every|each|monthly)\b",
    re.IGNORECASE,
)


_IS_PAID_THEN = re.compile(
    r"(?:[我就先再能可以会會才]|晚上|早上|下午|中午)*[给給付交还還畀俾缴繳转轉打汇匯过過]"
)


def _is_day_of_part(turn: Turn, slots: Slots, day: date) -> bool:
    """Whether a day of the next few is that of the first part, for which today was proposed."""
    newest = turn.conversation.dialogue.proposals[-1:]
    down = newest[0].plan.down if newest and newest[0].plan is not None else None
    if down is None or slots.day(SlotName.DOWN_DUE, turn.now) is not None:
        return False
    if down.due_on != turn.today or not turn.today < day:
        return False
    within = turn.case.account.terms.down_payment_due_days
    is_near = within is not None and day - turn.today <= timedelta(days=within)
    named = [e for e in facts.entities(turn, EntityKind.DATE) if e.value == day]
    text = turn.reading.text
    # 25号 alone is the day of the first instalment, which we asked about; 后天给 is no such answer.
    is_paid = bool(named) and bool(_IS_PAID_THEN.match(text, named[0].end))
    is_paid = is_paid or down.amount in facts.amounts(turn)
    return is_near and is_paid and not _OF_INSTALMENTS.search(text, 0, named[0].end + 1)


def _in_starting_month(turn: Turn, monthly: tuple[int, ...]) -> date | None:
    """ "From January": the pay day in that month, else its first day."""
    begins_on = facts.starting_month(turn)
    if begins_on is None:
        return None
    return next_pay_day(begins_on, monthly[0]) if monthly else begins_on


def _last_named(turn: Turn) -> tuple[int, ...]:
    """The days of the month, unless a day named later corrects them: "the 5th, no, the 10th"."""
    monthly = facts.entities(turn, EntityKind.PAY_DAY)
    days = [d for d in facts.entities(turn, EntityKind.DATE) if isinstance(d.value, date)]
    if not monthly or not days or not facts.has(turn, Tag.CORRECTION):
        return facts.pay_days(turn)
    return () if days[-1].start > monthly[-1].start else facts.pay_days(turn)


def wish_of(turn: Turn) -> Wish:
    slots, now = turn.conversation.dialogue.slots, turn.now
    second = slots.number(SlotName.SECOND_PAY_DAY, now)
    pay_day = slots.number(SlotName.PAY_DAY, now)
    first_due = slots.day(SlotName.FIRST_DUE, now)
    if first_due is None and pay_day is None:
        first_due = _when_time_ends(turn)
    return Wish(
        count=slots.number(SlotName.COUNT, now),
        amount_minor=slots.number(SlotName.AMOUNT, now),
        down_minor=slots.number(SlotName.DOWN_PAYMENT, now),
        down_due=slots.day(SlotName.DOWN_DUE, now),
        first_part_minor=slots.number(SlotName.FIRST_PART, now),
        frequency=slots.frequency(now) or engine.usual_rhythm(turn),
        pay_day=pay_day,
        second_pay_day=second,
        first_due=first_due,
    )


def _when_time_ends(turn: Turn) -> date | None:
    """The day until which time was given, where it lies beyond the day we would propose."""
    given = turn.case.extension
    usual = turn.case.account.terms.default_first_delay_days or 0
    if given is None or not given.is_open or turn.case.live_plan is not None:
        return None
    return given.until_on if (given.until_on - turn.today).days > usual else None


def names_rest(turn: Turn) -> bool:
    return two_parts.rest_at(turn.reading.text) is not None
