"""A part of the bill now, and what becomes of the rest."""

from __future__ import annotations

import re
from datetime import date

from flows import facts, two_parts, wishes
from flows.actions import Say
from flows.commitments.paying import paying_records, with_paying
from flows.commitments.promises import PromiseAsk, make_promise
from flows.dialogues.instalments.capacity import as_count
from flows.dialogues.instalments.figures import NAME, is_own
from flows.dialogues.instalments.refused import pays_in_full
from flows.dialogues.instalments.wished import towards_plan
from flows.model import Turn
from flows.money import Money
from flows.replacing import replace
from flows.slots import SlotName
from flows.talk import (
    Answer,
    Ask,
    asking,
    because,
    say_as,
    settled,
)
from flows.understanding.values import Asked, EntityKind, Role, Tag


def is_part_only(turn: Turn) -> bool:
    """A sum now, without a rhythm or a number of instalments."""
    return facts.count(turn) is None and facts.frequency(turn) is None


def part_now(turn: Turn) -> Answer:
    """A part now: the way to pay it, then one question about the rest."""
    part = two_parts.sum_beside_day(turn)
    part = part or facts.amount(turn, Role.PART, Role.DOWN_PAYMENT, None, Role.PER_INSTALMENT)
    if part is None:
        # "Can I do 4": no sum, so a number of payments.
        is_count = facts.number_put(turn.reading.text) is not None
        return towards_plan(as_count(turn)) if is_count else _ask_part(turn)
    day = facts.day(turn, None, Role.DEADLINE, Role.AFTER, Role.START)
    if two_parts.first_is_now(turn):
        # "80 now, 100 on the 10th, the rest later": no day is that of the first sum.
        day = None
    is_all = part.minor >= turn.case.account.outstanding.minor
    if is_all and day is None:
        return pays_in_full(turn)
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
        is_sure = is_own(turn) and not asks
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


def is_part_and_rest(turn: Turn) -> bool:
    """先还500剩下月底: a sum now, the rest on a day, no number of instalments."""
    part = facts.amount(turn, Role.DOWN_PAYMENT, Role.PART)
    has_day = facts.day(turn) is not None and _day_is_of_rest(turn)
    is_told = wishes.names_rest(turn) or two_parts.is_now_and_then(turn)
    is_told = is_told or _clears_after(turn)
    return part is not None and has_day and is_part_only(turn) and is_told


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


def part_and_rest(turn: Turn) -> Answer:
    """The part is paid now; the rest is promised for the day he named."""
    part = facts.amount(turn, Role.DOWN_PAYMENT, Role.PART)
    # 今天先还500 剩下月底: the day of the rest is the later one.
    day = max(facts.days(turn), default=None)
    rest = turn.case.account.outstanding - part if part is not None else None
    if part is None or day is None or rest is None or rest.minor <= 0:
        return towards_plan(wishes.heard(turn))
    first = two_parts.day_of_part(turn)
    if first is not None and turn.today < first < day:
        # 周五先给1200 剩下的15号: one promise stands at a time; the rest is told with it.
        sooner = PromiseAsk(due_on=first, amount=part, is_stated_whole=is_own(turn))
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
    asked = PromiseAsk(due_on=day, amount=rest, is_stated_whole=is_own(turn))
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
