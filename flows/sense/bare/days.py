"""Bare days: of a promise, of a plan, of wages, and those that are named for nothing."""

from __future__ import annotations

import re
from datetime import date

from flows.model import Question, Turn
from flows.replacing import replace
from flows.sense.bare.words import NO_DAY, NO_PROMISE, WHOLE, as_pay_day, words_left
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Asked,
    Band,
    Entity,
    EntityKind,
    Role,
    Tag,
    Understanding,
)
from flows.wishes import ASKS_SPARE


def without_past_day(reading: Understanding, turn: Turn) -> Understanding:
    """昨天说的那个 可以: the day of our own words is no figure of the plan that is agreed to."""
    question = turn.conversation.dialogue.question
    if question is None or question.asked is not Asked.CONFIRM:
        return reading
    if reading.intent is not Intent.AFFIRM:
        return reading
    kept = tuple(
        e for e in reading.entities if not (isinstance(e.value, date) and e.value < turn.today)
    )
    return reading if len(kept) == len(reading.entities) else replace(reading, entities=kept)


_EVERY_MONTH = re.compile(r"每[个個]?月的?$")
_LAST_DAY_OF_MONTH = 31


def with_day_for_sum(reading: Understanding, turn: Turn) -> Understanding:
    """6期 每月15: a figure too small for an instalment, after "each month", is its day.

    Alone it may be all that he can pay: 我只能每月30, which accepts no plan from the 30th on.
    """
    question = turn.conversation.dialogue.question
    is_day_asked = question is not None and question.asked is Asked.DATE
    is_day_asked = is_day_asked or _days_follow_part(reading, question)
    is_day_asked = is_day_asked or Tag.INCOME_DAY in reading.tags
    is_day_asked = is_day_asked or bool(_DAY_OF_BILL.search(reading.text))
    is_day_asked = is_day_asked or _names_standing_count(reading.text, turn)
    if not is_day_asked and not any(e.kind is EntityKind.COUNT for e in reading.entities):
        return reading
    least = turn.case.account.terms.min_instalment_minor or 0
    unit = 10**turn.case.account.outstanding.currency.exponent
    days = {
        e
        for e in reading.entities
        if _is_day_of_month(e, reading.text) or _is_day_of_wages(e, reading)
    }
    days = {e for e in days if int(e.text) * unit < least}
    if not days:
        return reading
    entities = tuple(as_pay_day(e) if e in days else e for e in reading.entities)
    return replace(reading, entities=entities)


def _names_standing_count(text: str, turn: Turn) -> bool:
    """10就10 每月15, of a plan of ten: the number is taken, and then comes the day."""
    newest = turn.conversation.dialogue.proposals[-1:]
    plan = newest[0].plan if newest else None
    begins = _NUMBER_TAKEN.match(text) if plan is not None else None
    return begins is not None and plan is not None and int(begins[1]) == plan.count


_NUMBER_TAKEN = re.compile(r"\W*(?:[那就咁好行]|好吧)*\W*(\d{1,2})(?![\d.])[^,，。\d]{0,4}")
_DAY_OF_BILL = re.compile(r"(?:[还還]款|扣款|[缴繳]款|[付交]款|[账帳][单單])(?:日|[的嘅]?日[子期])")
_THEN_MONTHLY = re.compile(
    r"(?:然[后後]|之[后後]|以[后後]|往[后後]|[后後]面|接[着著]|跟住)[^,，。]{0,3}每"
)


def _days_follow_part(reading: Understanding, question: Question | None) -> bool:
    """首付明天 之后每月20, of the plan that is read back: a day for its first part, then the others."""
    is_plan = question is not None and question.key.startswith(("plan_propose", "plan_counter"))
    has_day = any(isinstance(e.value, date) for e in reading.entities)
    return is_plan and has_day and bool(_THEN_MONTHLY.search(reading.text))


def with_day_of_plan(reading: Understanding, turn: Turn) -> Understanding:
    """ "25" to a schedule whose first day was ours: too small a sum, too large a count, so a day."""
    question, terms = turn.conversation.dialogue.question, turn.case.account.terms
    is_schedule = question is not None and question.key == "plan_propose"
    said = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.COUNT)]
    is_only = len(said) == 1 == len(reading.entities) and said[0].text.isdecimal()
    if not is_schedule or not is_only or words_left(reading):
        return reading
    number, unit = int(said[0].text), 10**turn.case.account.outstanding.currency.exponent
    is_sum = number * unit >= (terms.min_instalment_minor or 0)
    is_count = terms.max_instalments is None or number <= terms.max_instalments
    if is_sum or is_count or number > _LAST_DAY_OF_MONTH:
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=(), entities=(as_pay_day(said[0]),))


def _is_day_of_month(entity: Entity, text: str) -> bool:
    if entity.kind is not EntityKind.AMOUNT or not entity.text.isdecimal():
        return False
    follows = _EVERY_MONTH.search(text[: entity.start])
    return bool(follows) and 0 < int(entity.text) <= _LAST_DAY_OF_MONTH


_EACH_MONTH = re.compile(r" (?:of )?(?:every|each) month\b", re.IGNORECASE)


def _is_day_of_wages(entity: Entity, reading: Understanding) -> bool:
    """ "My salary come 7 every month": the seventh, on which he is paid."""
    if entity.kind is not EntityKind.AMOUNT or not entity.text.isdecimal():
        return False
    if Tag.INCOME_DAY not in reading.tags or not 0 < int(entity.text) <= _LAST_DAY_OF_MONTH:
        return False
    return bool(_EACH_MONTH.match(reading.text, entity.end))


def with_bare_day(reading: Understanding, turn: Turn) -> Understanding:
    """ "Friday" as the answer to a reminder: a day to pay on, which is read back before it counts.

    Right after more time was given it is another day for that.
    """
    conversation = turn.conversation
    question = conversation.dialogue.question
    is_free = question is None or question.owner == "small_talk"
    # "From december 6" moves the plan that runs; a bare day beside it says nothing plain.
    is_start = any(e.role is Role.START for e in reading.entities)
    is_free = is_free and (turn.case.live_plan is None or is_start)
    if not is_free or conversation.open_handoff is not None:
        return reading
    if _repeats_agreement(reading, turn):
        return replace(reading, intent=Intent.PROMISE_TO_PAY, band=Band.ACT)
    # Below our list of likely meanings a bare value reads as a choice.
    bare = {Intent.UNCLEAR} if question is None else {Intent.UNCLEAR, Intent.AFFIRM}
    if reading.intent not in bare or reading.tags & NO_DAY or not _is_bare_day(reading, turn):
        return reading
    if is_start:
        # "From the 5th" begins a plan; one payment has no start.
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)
    given = turn.case.extension
    is_same_talk = given is not None and given.is_open and given.made_on == turn.today
    meant = Intent.REQUEST_EXTENSION if is_same_talk else Intent.PROMISE_TO_PAY
    return replace(reading, intent=meant, band=Band.CONFIRM)


def _repeats_agreement(reading: Understanding, turn: Turn) -> bool:
    """ "Yes, 400 on the 1st as agreed", with nothing of ours open: a promise in his own words."""
    if turn.conversation.dialogue.question is not None or reading.intent is not Intent.AFFIRM:
        return False
    if reading.tags & NO_DAY or turn.case.open_promise is not None:
        return False
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    has_sum = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    return has_sum and len(days) == 1 and days[0] >= turn.today


def _is_bare_day(reading: Understanding, turn: Turn) -> bool:
    kinds = {e.kind for e in reading.entities}
    if EntityKind.DATE not in kinds or not kinds <= {EntityKind.DATE, EntityKind.AMOUNT}:
        return False
    days = [d for e in reading.entities for d in (e.value, *e.alternatives) if isinstance(d, date)]
    return max(days, default=date.min) >= turn.today and not words_left(reading)


# "450, paid on the 17th" to "when are you paid"; "I paid on the 17th" stays a claim.
_PAY_DAY = re.compile(
    r"(?<!i )(?<!have )(?<!'ve )(?<!was )(?<!already )(?<!been )"
    r"\bpaid (?:(?:monthly )?(?:on |every |each )?(?:the )?(\d{1,2})(?:st|nd|rd|th)\b"
    r"|(?:weekly|fortnightly|biweekly|(?:every|each) (?:other |second )?(?:week|\w{3,6}day)s?)\b)",
    re.IGNORECASE,
)


def with_pay_day(reading: Understanding, turn: Turn) -> Understanding:
    """The day of his pay, where that was asked, is no payment that was made."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in ASKS_SPARE:
        return reading
    said = _PAY_DAY.search(reading.text)
    if said is None:
        return reading
    entities = tuple(replace(e, role=None) for e in reading.entities)
    if said[1] is not None:
        start, end = said.span()
        day = Entity(
            kind=EntityKind.PAY_DAY, text=said[0], start=start, end=end, value=int(said[1])
        )
        entities = (*(e for e in entities if e.end <= start or e.start >= end), day)
    tags = (reading.tags - {Tag.PAST}) | {Tag.INCOME_DAY}
    intent = Intent.AFFIRM if reading.intent is Intent.ALREADY_PAID else reading.intent
    return replace(reading, intent=intent, also=(), entities=entities, tags=tags)


_THAT_DAY = re.compile(
    r"[那嗰当當][一]?[天日]|嗰[陣阵]|到[时時]|\bthat day\b|\bby then\b", re.IGNORECASE
)
_PAYS_ALL = re.compile(r"[还還付缴繳交清畀俾]|\b(?:pay|clear|settle)\b", re.IGNORECASE)
OF_THAT_DAY = frozenset({Intent.UNCLEAR, Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID})


def with_that_day(reading: Understanding, turn: Turn) -> Understanding:
    """嗰日還晒, or 全部, after time was given: all of it on the day until which we wait."""
    extension = turn.case.extension
    is_given = extension is not None and extension.is_open and extension.made_on == turn.today
    is_bare = reading.intent in OF_THAT_DAY
    if extension is None or not is_given or not is_bare or reading.entities:
        return reading
    text = reading.text
    is_that = bool(_THAT_DAY.search(text) and _PAYS_ALL.search(text)) or bool(WHOLE.search(text))
    if not is_that or reading.tags & NO_PROMISE:
        return reading
    day = Entity(kind=EntityKind.DATE, text=text, start=0, end=len(text), value=extension.until_on)
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM, entities=(day,)
    )


_THEN_PAYS = re.compile(
    r"^(?:早上|上午|中午|下午|晚上)?[再才就先]?(?:可以|能|一定|會|会)?[再才就先]?(?:[还還付缴繳交清]|[转轉][账帳賬]|匯款|汇款|過數|过数|找數|找数)"
)
_MORE_TIME = re.compile(
    r"[缓緩]|[宽寬]|延|推|[晚迟遲][点點几幾一]|等我|再等|[给給畀俾]我|[通融]|到.{0,8}(?:为止|為止)"
)


def with_day_and_pays(reading: Understanding, turn: Turn) -> Understanding:
    """下週一再繳可以嗎: a nameable day on which he pays is a promise, also as a question."""
    if reading.intent is not Intent.REQUEST_EXTENSION or turn.case.live_plan is not None:
        return reading
    question = turn.conversation.dialogue.question
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_plain = len(days) == 1 == len(reading.entities) and days[0].role is not Role.UNTIL
    if question is not None or not is_plain or reading.tags & (NO_PROMISE - {Tag.NEGATED}):
        return reading
    follows = _THEN_PAYS.search(reading.text[days[0].end :])
    if not follows or _MORE_TIME.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


_NAMED_MONTH = re.compile(r"^[头頭初底中末尾]|^\s?\d")


def without_month_as_count(reading: Understanding, turn: Turn) -> Understanding:
    """12月頭出糧 names a month, and no twelve payments."""
    wrong = [
        e
        for e in reading.entities
        if e.kind is EntityKind.COUNT
        and e.text.endswith("月")
        and _NAMED_MONTH.search(reading.text[e.end :])
    ]
    if not wrong:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e not in wrong))


_SOME = re.compile(
    r"部分|一[点點些]|[点點]儿|啲|多少|半|剩|[余餘]|\b(?:part|some|half|bit|something|rest)\b",
    re.IGNORECASE,
)


def with_day_first(reading: Understanding, turn: Turn) -> Understanding:
    """下星期三先還得: 先 puts off the payment to the day, and no part of it is meant."""
    if reading.intent is not Intent.PARTIAL_PAYMENT or reading.tags & NO_PROMISE:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_only = len(days) == 1 == len(reading.entities)
    if not is_only or Tag.VAGUE_AMOUNT in reading.tags or _SOME.search(reading.text):
        return reading
    if "先" not in reading.text[days[0].end :]:
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)
