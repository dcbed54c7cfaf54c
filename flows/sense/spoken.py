"""How days and sums are told in passing: asked away, said again in short, and so on till it is paid."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from flows import facts
from flows.days import months_after
from flows.model import Turn
from flows.replacing import replace
from flows.sense.named import OF_DAYS, OF_PAY_DAYS, OF_SCHEDULE, OF_SUMS, Rule
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Asked,
    Band,
    Entity,
    EntityKind,
    Frequency,
    Role,
    Tag,
    Understanding,
)
from flows.wishes import ASKS_SPARE

_ASKED_AWAY = re.compile(r" ?\?+ ?(?:no+|nope|nah|not|can'?t|sorry|唔得|不行)\b", re.IGNORECASE)


def _without_day_asked_away(reading: Understanding, turn: Turn) -> Understanding:
    """ "Today? No. The 10th": the day that is asked and denied at once is none of his."""
    if "?" not in reading.text:
        return reading
    denied = [
        e
        for e in reading.entities
        if e.kind is EntityKind.DATE and _ASKED_AWAY.match(reading.text, e.end)
    ]
    if not denied or len(denied) == len(reading.entities):
        return reading
    kept = tuple(e for e in reading.entities if e not in denied)
    return replace(reading, entities=kept, tags=reading.tags - {Tag.ASKS, Tag.CONDITIONAL})


_DAY_ALONE = re.compile(r"(?:the |on the )?\d{1,2}(?:st|nd|rd|th)?|\d{1,2}[号號日]", re.IGNORECASE)


def _with_day_proposed(reading: Understanding, turn: Turn) -> Understanding:
    """ "Ok, the 23rd" to "December 23 at the latest?" is that day, also on a November 23."""
    question, proposals = turn.conversation.dialogue.question, turn.conversation.dialogue.proposals
    latest = dict(question.values).get("latest") if question is not None else None
    is_asked = question is not None and question.asked is Asked.CONFIRM and bool(proposals)
    promised = proposals[-1].promise if is_asked else None
    due_on = promised.due_on if promised is not None else latest
    if not isinstance(due_on, date):
        return reading
    entities = tuple(_same_day(entity, due_on) for entity in reading.entities)
    return reading if entities == reading.entities else replace(reading, entities=entities)


def _same_day(entity: Entity, due_on: date) -> Entity:
    value = entity.value
    is_day = isinstance(value, date) and value != due_on and value.day == due_on.day
    is_short = bool(_DAY_ALONE.fullmatch(entity.text.strip()))
    return replace(entity, value=due_on) if is_day and is_short else entity


_AND_SO_ON = re.compile(
    r"\b(?:and so on|so on|etc|and on|keep going|(?:un)?til+ (?:it|its|it's|that|the)\b.{0,20}\b(?:gone|paid|cleared|done|zero|nothing)"
    r"|(?:un)?til+ (?:gone|paid|cleared|done))\b",
    re.IGNORECASE,
)
_STEPS = {7: Frequency.WEEKLY, 14: Frequency.BIWEEKLY}
# A sum, and two days for the rhythm between them.
_LEAST_OF_ROW = 3


def _with_row_of_sums(reading: Understanding, turn: Turn) -> Understanding:
    """ "100 on Friday, 100 the Friday after and so on" is a plan in the rhythm of its first days."""
    if reading.tags & {Tag.HEDGE, Tag.NEGATED} or not _AND_SO_ON.search(reading.text):
        return reading
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    days = [e for e in reading.entities if isinstance(e.value, date)]
    rhythm = _rhythm([e.value for e in days if isinstance(e.value, date)])
    if not sums or len({e.value for e in sums}) != 1 or rhythm is None:
        return reading
    each = replace(sums[0], role=Role.PER_INSTALMENT)
    first = replace(days[0], role=Role.START)
    told = replace(days[-1], kind=EntityKind.FREQUENCY, value=rhythm, role=None)
    if not isinstance(first.value, date) or first.value < turn.today:
        return reading
    told_of = (each, first, told)
    # "Till it's cleared" tells of no payment made.
    tags = reading.tags - {Tag.PAST}
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=told_of, tags=tags)


def _rhythm(days: list[date]) -> Frequency | None:
    steps = {(second - first).days for first, second in pairwise(days)}
    if len(days) > 1 and all(second == months_after(days[0], n) for n, second in enumerate(days)):
        return Frequency.MONTHLY
    return _STEPS.get(steps.pop()) if len(steps) == 1 else None


_OF_PART_PAID = frozenset({Intent.PAYMENT_FAILED, Intent.UNCLEAR, Intent.PAY_NOW})


def _with_part_paid(reading: Understanding, turn: Turn) -> Understanding:
    """ "Just paid 150 with the link. When do you need the rest" claims a payment; none failed."""
    if reading.intent not in _OF_PART_PAID or reading.band is Band.ACT:
        return reading
    is_paid = any(e.role is Role.PAID for e in reading.entities) and Tag.PAST in reading.tags
    if not is_paid or reading.tags & {Tag.NEGATED, Tag.CANNOT} or _FAILED.search(reading.text):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=())


_FAILED = re.compile(
    r"\b(?:fail\w*|declin\w*|reject\w*|error|bounc\w*|stuck|did ?n'?t|not)\b", re.IGNORECASE
)
# 多一個 week, 兩個 month: a length in both languages.
_MIXED_LENGTH = re.compile(
    r"(?P<n>\d{1,2}|[一二兩两三四])\s*[個个]?\s*(?P<unit>day|week|month)s?(?![a-z])", re.IGNORECASE
)
_NUMBERS = {"一": 1, "二": 2, "兩": 2, "两": 2, "三": 3, "四": 4}
_DAYS_OF = {"day": 1, "week": 7}
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _with_mixed_length(reading: Understanding, turn: Turn) -> Understanding:
    """可唔可以 delay 多一個 week: the time asked for is told half in English."""
    if reading.intent is not Intent.REQUEST_EXTENSION or not _HAN.search(reading.text):
        return reading
    said = _MIXED_LENGTH.search(reading.text)
    if said is None or any(e.kind is EntityKind.DATE for e in reading.entities):
        return reading
    number = _NUMBERS.get(said["n"]) or int(said["n"])
    unit = said["unit"].lower()
    is_month = unit == "month"
    until = months_after(turn.today, number) if is_month else None
    until = until or turn.today + timedelta(days=number * _DAYS_OF.get(unit, 0))
    length = Entity(
        kind=EntityKind.DATE,
        text=said[0],
        start=said.start(),
        end=said.end(),
        value=until,
        role=Role.UNTIL,
    )
    return replace(reading, entities=(*reading.entities, length))


_DAY_ASKED = re.compile(
    r"\b(?:texts?|messages?|calls?|reminders?|times?) (?:already |so far )?today\b|"
    r"\bwhat(?:'?s| is)? (?:the |today'?s )?(?:date|day)\b|\bwhat day is\b|今天(?:几号|幾號|星期几|星期幾)",
    re.IGNORECASE,
)


def _without_day_of_question(reading: Understanding, turn: Turn) -> Understanding:
    """ "What's the date today", "third text today": no day of his own."""
    if not reading.entities or not _DAY_ASKED.search(reading.text):
        return reading
    kept = tuple(e for e in reading.entities if e.value != turn.today)
    return reading if len(kept) == len(reading.entities) else replace(reading, entities=kept)


_KEEPS_DATA = re.compile(
    r"\b(?:not|never|ain'?t|won'?t|wont|don'?t|no) (?:\w+ ){0,2}(?:giv\w*|tell\w*|shar\w*|send\w*|answer\w*)"
    r" (?:\w+ ){0,3}(?:info\w*|details|birthday|dob|id|ssn|social|data|number|anything)\b",
    re.IGNORECASE,
)


_OF_DATA_KEPT = frozenset({Intent.PRIVACY, Intent.REQUEST_CALLBACK, Intent.DENY, Intent.REFUSE})


def _with_data_kept(reading: Understanding, turn: Turn) -> Understanding:
    """ "I'm not giving you my info, you called me" asks nothing about his data, and for no call."""
    if turn.conversation.is_bound or not _OF_DATA_KEPT.issuperset(reading.intents):
        return reading
    if not _KEEPS_DATA.search(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_SENDS_LINK = re.compile(r"\b(?:link|where do i|how do i|where can i|how can i)\b", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"现在|現在|即刻|馬上|马上|而家|\b(?:now|rn|today|tonight|asap)\b", re.IGNORECASE
)


def _with_day_for_payment(reading: Understanding, turn: Turn) -> Understanding:
    """15號出糧 嗰日 pay full: a day to come is named for paying, so it is not now."""
    is_guess = reading.intent is Intent.PAY_NOW and reading.band is not Band.ACT
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    if not is_guess or not days or min(days) <= turn.today or _SENDS_LINK.search(reading.text):
        return reading
    if reading.tags & {Tag.PAST, Tag.NEGATED, Tag.CANNOT} or _AT_ONCE.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


def _with_way_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can pay 180 today, send link": he wants to pay at once, and no promise for today."""
    if Intent.PAY_NOW not in reading.also or not _SENDS_LINK.search(reading.text):
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    owed = turn.case.account.outstanding.decimal
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    leads = (Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY)
    is_whole = not sums or sums == [owed]
    if reading.intent not in leads or any(day != turn.today for day in days) or not is_whole:
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PAY_NOW)
    return replace(reading, intent=Intent.PAY_NOW, also=also)


_WAS_BUSY = re.compile(
    r"\b(?:was|were|been|got) (?:\w+ ){0,2}(?:in|at|busy|driving|working|asleep|away|stuck|held up|tied up|out)\b"
    r"|\b(?:fell|dropped|dozed|nodded|drifted) (?:asleep|off)\b|\b(?:only )?just (?:saw|seen|got|noticed|woke|woken)\b|\bpassed out\b|\bmissed (?:this|that|your|the)\b",
    re.IGNORECASE,
)
_GOES_AHEAD = re.compile(
    r"(?:^|[.,!;] ?|\b(?:but|and|so) )(?:yes|yeah|yep|yup|ok|okay|sure|go ahead|do it|agreed|deal|confirmed?)\b",
    re.IGNORECASE,
)


# What the excuse in front of a late yes is taken for; a claim or a failure only by a guess.
_OVER = frozenset({Intent.BUSY, Intent.UNCLEAR})
_OVER_GUESSED = frozenset({Intent.ALREADY_PAID, Intent.PAYMENT_FAILED, Intent.HARDSHIP})


def _with_busy_over(reading: Understanding, turn: Turn) -> Understanding:
    """ "Sorry, was in a meeting. Yes, go ahead" agrees to what stands open; the pause is over."""
    question = turn.conversation.dialogue.question
    if reading.intent is Intent.BUSY and _WAS_BUSY.search(reading.text):
        told = _with_wish_after_pause(reading)
        if told is not reading:
            return told
    is_guess = reading.intent in _OVER_GUESSED and reading.band is not Band.ACT
    if not (is_guess or reading.intent in _OVER) or question is None:
        return reading
    if question.asked is not Asked.CONFIRM or (is_guess and reading.entities):
        return reading
    if not _WAS_BUSY.search(reading.text) or not _GOES_AHEAD.search(reading.text):
        return reading
    tags = reading.tags - {Tag.ASKS, Tag.PAST}
    return replace(reading, intent=Intent.AFFIRM, also=(), band=Band.ACT, tags=tags)


_SO_MANY_FROM = re.compile(
    r"(?<![\d.,$£€])(?P<n>\d{1,2})(?: payments?| instal\w+)? (?:from|starting|start|beginning|on) the (?=\d)",
    re.IGNORECASE,
)


def _with_wish_after_pause(reading: Understanding) -> Understanding:
    """ "Sorry, got busy. 6 from the 10th is good": the pause is over, what follows is the matter."""
    others = tuple(i for i in reading.also if i not in (Intent.UNCLEAR, Intent.GREETING))
    if others:
        return replace(reading, intent=others[0], also=others[1:])
    said = _SO_MANY_FROM.search(reading.text)
    starts = any(e.role is Role.START for e in reading.entities)
    if said is None or not starts or int(said["n"]) < _FEWEST:
        return reading
    start, end = said.span("n")
    count = Entity(
        kind=EntityKind.COUNT, text=said["n"], start=start, end=end, value=int(said["n"])
    )
    entities = (count, *(e for e in reading.entities if e.start != start))
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, entities=entities)


_FEE_WRONG = re.compile(
    r"\b(?:fees?|charges?|interest|penalty)\b[^.!?]{0,30}(?:n'?t (?:be|owe|right|belong)|wrong|bogus|not (?:right|mine|be))",
    re.IGNORECASE,
)
_OF_BILL = re.compile(r"\b(?:owe|balance|bill|total|debt)\b", re.IGNORECASE)


def _with_fee_disputed(reading: Understanding, turn: Turn) -> Understanding:
    """ "The late fee shouldn't be there, it's 35": 35 is the part that is wrong, not what is right."""
    if reading.intent is not Intent.DISPUTE_AMOUNT or _OF_BILL.search(reading.text):
        return reading
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if len(sums) != 1 or sums[0].role is not Role.RIGHT or not _FEE_WRONG.search(reading.text):
        return reading
    wrong = replace(sums[0], role=Role.WRONG)
    return replace(reading, entities=tuple(wrong if e is sums[0] else e for e in reading.entities))


_DECLINES = re.compile(
    r"\W*(?:(?:no+|nope|nah),? )+(?:thanks?|thank you|thx|ta|way|chance|i won'?t|i will not|not (?:giving|doing|telling)\b.*)\W*",
    re.IGNORECASE,
)


def _with_data_declined(reading: Understanding, turn: Turn) -> Understanding:
    """ "No thanks", asked for two items, keeps them; it says nothing of who he is."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.asked is Asked.IDENTITY
    if not is_asked or reading.intent not in (Intent.WRONG_PERSON, Intent.DENY):
        return reading
    if not _DECLINES.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_MIXED_MONTHS = re.compile(
    r"(?P<n>\d{1,2}|[三四五六七八九十])\s*[個个]?\s*(?:months?|mths?)(?![a-z])", re.IGNORECASE
)
_HAN_NUMBERS = {han: number for number, han in enumerate("三四五六七八九十", 3)}


def _with_mixed_months(reading: Understanding, turn: Turn) -> Understanding:
    """可以分 6 個 month 還嗎: as many payments as months, told half in English."""
    if reading.text.isascii() or reading.intent is not Intent.REQUEST_INSTALMENTS:
        return reading
    if not _HAN.search(reading.text):
        return reading
    said = _MIXED_MONTHS.search(reading.text)
    sizes = (EntityKind.COUNT, EntityKind.AMOUNT)
    if said is None or any(e.kind in sizes for e in reading.entities):
        return reading
    count = Entity(
        kind=EntityKind.COUNT,
        text=said[0],
        start=said.start(),
        end=said.end(),
        value=_HAN_NUMBERS.get(said["n"]) or int(said["n"]),
    )
    return replace(reading, entities=(*reading.entities, count))


_MOVES_PART = re.compile(
    r"\b(?:move|change|push|shift|switch|start)\b[^.!?]{0,30}\b(?:first|1st one|payments?|date|plan|instal\w+|due|start)\b"
    r"|[改换換推挪].{0,6}(?:首期|第一期|第一次|扣款日|还款日|還款日)|(?:首期|第一期|扣款日|还款日|還款日).{0,6}[改换換推挪]",
    re.IGNORECASE,
)


_MOVED_BY = frozenset({Intent.PROMISE_TO_PAY, Intent.REQUEST_EXTENSION, Intent.UNCLEAR})


def _with_plan_moved(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can you move the first one to the 8th", with a plan running: its days are to change."""
    is_guess = reading.intent is Intent.REFUSE and reading.band is Band.CLARIFY
    if turn.case.live_plan is None or not (reading.intent in _MOVED_BY or is_guess):
        return reading
    has_day = any(e.kind in (EntityKind.DATE, EntityKind.PAY_DAY) for e in reading.entities)
    live = turn.case.live_plan
    starts = any(e.role is Role.START for e in reading.entities)
    # "From December 3", said just after the plan was agreed.
    is_alone = len(reading.entities) == 1 and _is_all_said(reading)
    is_start = (starts or is_alone) and live.accepted_at.date() == turn.now.date()
    if not has_day or not (is_start or _MOVES_PART.search(reading.text)):
        return reading
    also = tuple(i for i in reading.also if i is Intent.HARDSHIP)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


def _is_all_said(reading: Understanding) -> bool:
    """The 1st, and nothing more: said just after the plan was agreed, its day."""
    rest = reading.text.replace(reading.entities[0].text, "").casefold()
    return not re.search(
        r"\w", re.sub(r"\b(?:the|on|from|each|of|month|please|pls|ok)\b", "", rest)
    )


_RESIZES = re.compile(
    r"\b(?:make (?:it|that)|change (?:it|that|the plan)? ?to|do|go (?:to|with|for)|switch (?:it )?to|split (?:it )?(?:in|into|over)|spread (?:it )?over) "
    r"(?P<n>\d{1,2})(?= ?(?:$|[?.!,]|payments?|instal\w+|months?|instead|then|pls|please))",
    re.IGNORECASE,
)
_RESIZED_BY = frozenset({Intent.PAY_NOW, Intent.HARDSHIP, Intent.UNCLEAR, Intent.REQUEST_EXTENSION})


def _with_plan_resized(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can we make it 4?", with a plan running: another number of payments."""
    said = _RESIZES.search(reading.text) if turn.case.live_plan is not None else None
    if said is None or int(said["n"]) < _FEWEST:
        return reading
    counts = any(e.kind is EntityKind.COUNT for e in reading.entities)
    is_bare = reading.intent is Intent.REQUEST_INSTALMENTS and not counts
    if reading.intent not in _RESIZED_BY and not is_bare:
        return reading
    start, end = said.span("n")
    count = Entity(
        kind=EntityKind.COUNT, text=said["n"], start=start, end=end, value=int(said["n"])
    )
    also = tuple(i for i in reading.intents if i is Intent.HARDSHIP)
    entities = (*(e for e in reading.entities if e.start != start), count)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also, entities=entities)


_OF_LIMIT = frozenset(
    {Intent.THANKS, Intent.UNCLEAR, Intent.DENY, Intent.HARDSHIP, Intent.AFFIRM, Intent.REFUSE}
)


def _with_limit_told(reading: Understanding, turn: Turn) -> Understanding:
    """ "That's all I got", below our counter-offer: it is too much for him."""
    if reading.entities or turn.conversation.dialogue.question is None:
        return reading
    if not facts.tells_limit(reading.text):
        return reading
    tags = reading.tags | {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.DENY, also=(), band=Band.ACT, tags=tags)


_ANY_FIGURE = re.compile(r"\d")
_LONE_FIGURE = re.compile(
    r"(?<![\d.,:/#-])[$£€]?(?P<n>\d{2,6}(?:\.\d{1,2})?)(?![\d:/%]|[.,]\d|st\b|nd\b|rd\b|th\b| ?(?:payments?|months?|weeks?|days?|instal|times|am|pm|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|期|号|號|日|月))",
    re.IGNORECASE,
)
_FIGURES = frozenset(
    {EntityKind.AMOUNT, EntityKind.COUNT, EntityKind.DATE, EntityKind.PAY_DAY, EntityKind.TIME}
)


def _with_sum_tried(reading: Understanding, turn: Turn) -> Understanding:
    """ "What if I found 55", under a schedule: a figure above any number of payments is a sum."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "instalments" or reading.intent in _NO_SUM:
        return reading
    terms = turn.case.account.terms
    if terms.max_instalments is None or not _ANY_FIGURE.search(reading.text):
        return reading
    found = [e for e in reading.entities if e.kind in _FIGURES]
    plain = (None, Role.PER_INSTALMENT, Role.PART)
    is_bare = all([e.kind is EntityKind.AMOUNT and e.role in plain for e in found])
    said = list(_LONE_FIGURE.finditer(reading.text)) if len(found) <= 1 and is_bare else []
    if len(said) != 1:
        return reading
    value = Decimal(said[0]["n"])
    owed = turn.case.account.outstanding.decimal
    if not terms.max_instalments < value < owed:
        return reading
    start, end = said[0].span("n")
    each = Entity(
        kind=EntityKind.AMOUNT,
        text=said[0]["n"],
        start=start,
        end=end,
        value=value,
        role=Role.PER_INSTALMENT,
    )
    if found and reading.intent is not Intent.CREDIT_QUERY:
        return reading
    entities = (*(e for e in reading.entities if e not in found), each)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


# What a figure may belong to besides: a fee, a claim, an account.
_NO_SUM = frozenset(
    {
        Intent.ALREADY_PAID,
        Intent.DISPUTE_AMOUNT,
        Intent.DISPUTE_DEBT,
        Intent.REQUEST_CALLBACK,
        Intent.REQUEST_DISCOUNT,
        Intent.RECEIPT,
        Intent.PAYMENT_FAILED,
        Intent.WRONG_PERSON,
        Intent.BUSY,
    }
)
_FEWEST = 2
_SOME = re.compile(
    r"先|部分|一[点點些半]|[剩余餘]|\b(?:part|some|half|bit|something|rest|most)\b", re.IGNORECASE
)


def _with_whole_for_part(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can do all of it Dec 3": nothing is said of a part."""
    if reading.intent is not Intent.PARTIAL_PAYMENT or Tag.WHOLE not in reading.tags:
        return reading
    kinds = {e.kind for e in reading.entities}
    if kinds != {EntityKind.DATE} or _SOME.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also)


_OF_MONTH = re.compile(r"(?:on |from |the )*(?P<n>\d{1,2})(?:st|nd|rd|th)", re.IGNORECASE)


def _with_last_day(reading: Understanding, turn: Turn) -> Understanding:
    """ "The 31st", under a schedule in a month of thirty days: the last day of each month."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "instalments":
        return reading
    found = [e for e in reading.entities if e.kind is EntityKind.DATE]
    said = _OF_MONTH.fullmatch(found[0].text.strip()) if len(found) == 1 else None
    is_last = said is not None and _SHORTEST_MONTH < int(said["n"]) <= _LAST_DAY
    if said is None or not is_last or found[0].value is not None:
        return reading
    day = replace(found[0], kind=EntityKind.PAY_DAY, value=int(said["n"]))
    entities = tuple(day if e is found[0] else e for e in reading.entities)
    return replace(reading, entities=entities)


_DAY_TEN = re.compile(r"\b(?:on )?(?:the )?day (?P<n>\d{1,2})\b", re.IGNORECASE)


def _with_numbered_day(reading: Understanding, turn: Turn) -> Understanding:
    """ "Day 10", under a schedule: the tenth of each month."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "instalments":
        return reading
    if "day" not in reading.text.lower():
        return reading
    said = _DAY_TEN.search(reading.text)
    days = any(e.kind in (EntityKind.DATE, EntityKind.PAY_DAY) for e in reading.entities)
    if said is None or days or not 1 <= int(said["n"]) <= _LAST_DAY:
        return reading
    start, end = said.span()
    day = Entity(kind=EntityKind.PAY_DAY, text=said[0], start=start, end=end, value=int(said["n"]))
    kept = tuple(e for e in reading.entities if e.end <= start or e.start >= end)
    return replace(reading, intent=Intent.UNCLEAR, also=(), entities=(*kept, day))


def _with_day_for_place(reading: Understanding, turn: Turn) -> Understanding:
    """ "The 1st", asked what is left and when he is paid: a day, and no place in a list."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in ASKS_SPARE:
        return reading
    places = [e for e in reading.entities if e.kind is EntityKind.OPTION]
    said = _OF_MONTH.fullmatch(places[0].text.strip()) if len(places) == 1 else None
    if said is None or not 1 <= int(said["n"]) <= _LAST_DAY:
        return reading
    day = replace(places[0], kind=EntityKind.PAY_DAY, value=int(said["n"]))
    entities = tuple(day if e is places[0] else e for e in reading.entities)
    return replace(reading, entities=entities)


_CALLS = re.compile(
    r"\b(?:call\w*|phone|ring|reach|contact|speak|talk|chat|hour|am|pm|o'?clock|noon|morning|afternoon|evening)\b|[电電][话話]|打|点|點|聊|\d:\d",
    re.IGNORECASE,
)
_SIZES = frozenset({EntityKind.AMOUNT, EntityKind.COUNT, EntityKind.OPTION})


def _with_count_for_call(reading: Understanding, turn: Turn) -> Understanding:
    """ "Could we do 5 instead", under a schedule: another number of payments, and no call at five."""
    is_guess = reading.intent is Intent.REQUEST_CALLBACK and reading.band is not Band.ACT
    kinds = {e.kind for e in reading.entities}
    if not is_guess or not kinds or not kinds <= _SIZES or _CALLS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)


_LAST_DAY = 31
_SHORTEST_MONTH = 28


RULES = (
    Rule("spoken.numbered_day", _with_numbered_day, of_question=OF_SCHEDULE),
    Rule("spoken.last_day", _with_last_day, of_kinds=OF_DAYS, of_question=OF_SCHEDULE),
    Rule(
        "spoken.day_for_place",
        _with_day_for_place,
        of_kinds={EntityKind.OPTION},
        of_question=OF_SCHEDULE,
    ),
    Rule("spoken.sum_tried", _with_sum_tried, frozenset(Intent) - _NO_SUM, of_question=OF_SCHEDULE),
    Rule(
        "spoken.count_for_call",
        _with_count_for_call,
        {Intent.REQUEST_CALLBACK},
        of_question=OF_SCHEDULE,
    ),
    Rule("spoken.limit_told", _with_limit_told, _OF_LIMIT, of_question=OF_SCHEDULE),
    Rule("spoken.plan_resized", _with_plan_resized, _RESIZED_BY | {Intent.REQUEST_INSTALMENTS}),
    Rule("spoken.whole_for_part", _with_whole_for_part, {Intent.PARTIAL_PAYMENT}, of_kinds=OF_DAYS),
    Rule("spoken.plan_moved", _with_plan_moved, _MOVED_BY | {Intent.REFUSE}, of_kinds=OF_PAY_DAYS),
    Rule("spoken.fee_disputed", _with_fee_disputed, {Intent.DISPUTE_AMOUNT}, of_kinds=OF_SUMS),
    Rule("spoken.data_declined", _with_data_declined, {Intent.WRONG_PERSON, Intent.DENY}),
    Rule("spoken.mixed_months", _with_mixed_months, {Intent.REQUEST_INSTALMENTS}),
    Rule("spoken.day_for_payment", _with_day_for_payment, {Intent.PAY_NOW}, of_kinds=OF_DAYS),
    Rule("spoken.way_wanted", _with_way_wanted, {Intent.PAY_NOW}),
    Rule("spoken.busy_over", _with_busy_over, _OVER | _OVER_GUESSED),
    Rule("spoken.day_asked_away", _without_day_asked_away, of_facts=2, of_kinds=OF_DAYS),
    Rule("spoken.day_of_question", _without_day_of_question, of_kinds=OF_DAYS),
    Rule("spoken.day_proposed", _with_day_proposed, of_kinds=OF_DAYS),
    Rule("spoken.row_of_sums", _with_row_of_sums, of_facts=_LEAST_OF_ROW, of_kinds=OF_SUMS),
    Rule("spoken.part_paid", _with_part_paid, _OF_PART_PAID, of_facts=1),
    Rule("spoken.mixed_length", _with_mixed_length, {Intent.REQUEST_EXTENSION}),
    Rule("spoken.data_kept", _with_data_kept, _OF_DATA_KEPT),
)
