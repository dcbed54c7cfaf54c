"""The day on which he means to pay: told before, named without its year, or beside another matter."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows.days import months_after
from flows.dialogues import ASIDES
from flows.languages.days import DAYS_PER_WEEK
from flows.languages.rhythms import lone_weekday
from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import is_asking_time
from flows.sense.told.claims import OF_WAGES, PAID
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Role, Tag, Understanding

_WOULD_PAY = re.compile(
    r"\b(?:i|we)(?:'d|'ll| would| will| was going to| am going to| said)\b[^.!?]{0,20}\b(?:pay|clear|settle|sort)\b"
    r"|[会會要]?[说說講讲][过過]?.{0,6}[会會才就][还還付缴繳交]",
    re.IGNORECASE,
)
_TOLD_PAYING = re.compile(
    r"\b(?:told|said|tell\w*|agreed)\b[^.!?]{0,30}\b(?:was|am|i'?m|were|be|is) (?:paying|clearing|settling|sending|sorting)\b"
    r"|\b(?:already|just) (?:said|told (?:you|u)) (?:on |by |till )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun|tomorrow|the \d|next)",
    re.IGNORECASE,
)
# 我昨天答应的周五还清: the day of the word given is not that of a payment.
_AGREED = re.compile(r"[答应應][应應承][的过過了]|[说說讲講约約]好")


def with_promise_told(reading: Understanding, turn: Turn) -> Understanding:
    """ "I already told you I'd pay on the 27th" claims no payment: it names a day to come."""
    if reading.intent is Intent.ALREADY_PAID and Tag.INCOME_DAY in reading.tags:
        return _with_promise_after_wages(reading, turn)
    if reading.intent is not Intent.ALREADY_PAID or Tag.PAST in reading.tags:
        return reading
    if _TOLD_PAYING.search(reading.text):
        reading = _with_days_to_come(reading, turn)
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    agreed = bool(_AGREED.search(reading.text))
    is_ahead = bool(days) and (max if agreed else min)(days) >= turn.today
    would_pay = agreed or _WOULD_PAY.search(reading.text) or _TOLD_PAYING.search(reading.text)
    if not is_ahead or not would_pay:
        return reading
    ahead = tuple(
        e for e in reading.entities if not (isinstance(e.value, date) and e.value < turn.today)
    )
    reading = replace(reading, entities=ahead)
    also = tuple(i for i in reading.also if i not in (*ASIDES, Intent.PROMISE_TO_PAY))
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also)


_SAID_DAY = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:already |just )?(?:said|told (?:you|u|ya|them|him|her))(?: (?:it'?s|on|by|for))* (?=\S)",
    re.IGNORECASE,
)


def with_day_said(reading: Understanding, turn: Turn) -> Understanding:
    """ "I already said Thursday": the day he named is to come, and nothing is claimed paid."""
    said = _SAID_DAY.search(reading.text)
    is_guess = reading.intent is Intent.ALREADY_PAID and reading.band is not Band.ACT
    if said is None or not is_guess or PAID.search(reading.text):
        return reading
    named = next((e for e in reading.entities if e.start == said.end()), None)
    if named is None or not isinstance(named.value, date):
        return reading
    is_weekday = lone_weekday(named.text) is not None and named.value < turn.today
    value = named.value + timedelta(days=DAYS_PER_WEEK) if is_weekday else named.value
    if value < turn.today:
        return reading
    told = replace(named, value=value, role=None)
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=(), entities=(told,), band=Band.CONFIRM
    )


def _with_days_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """ "I told them I was paying on the 1st": a day of the month still to come."""
    entities = tuple(_to_come(entity, turn.today) for entity in reading.entities)
    return reading if entities == reading.entities else replace(reading, entities=entities)


_OF_MONTH = re.compile(r"\d{1,2}(?:st|nd|rd|th)?", re.IGNORECASE)
_OF_WEEK = re.compile(
    r"(?:mon|tue|tues|wed|weds|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?", re.IGNORECASE
)


def _to_come(entity: Entity, today: date) -> Entity:
    value = entity.value
    if not isinstance(value, date) or value >= today:
        return entity
    if _OF_WEEK.fullmatch(entity.text):
        return replace(entity, value=value + timedelta(weeks=1), role=None)
    if not _OF_MONTH.fullmatch(entity.text):
        return entity
    return replace(entity, value=months_after(value, 1), role=None)


# Nobody paid a bill so long before it was due.
_LONG_BEFORE = timedelta(days=180)


def with_year_ahead(reading: Understanding, turn: Turn) -> Understanding:
    """10月2日把6250全还了, said in September: the day to come, not that of last year."""
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    if reading.intent is not Intent.ALREADY_PAID or len(days) != 1:
        return reading
    value, due_on = days[0].value, turn.case.account.due_on
    if not isinstance(value, date) or value > due_on - _LONG_BEFORE:
        return reading
    ahead = months_after(value, _MONTHS_A_YEAR)
    if not turn.today <= ahead <= turn.today + _LONG_BEFORE:
        return reading
    entities = tuple(
        replace(e, role=None, value=ahead) if e is days[0] else replace(e, role=None)
        for e in reading.entities
    )
    tags = reading.tags - {Tag.PAST}
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(
        reading,
        intent=Intent.PROMISE_TO_PAY,
        also=also,
        entities=entities,
        tags=tags,
        band=Band.CONFIRM,
    )


_MONTHS_A_YEAR = 12
# 12月15号: a day with its month; 15号 alone may be that of the month gone by.
_WITH_MONTH = re.compile(
    r"\d{1,2} ?[月/.\-]|[一二三四五六七八九十]+月|下个?月|下個月|明年|[明后後]天|聽日|听日"
)
_GETS_THEN = re.compile(
    r"到[了咗账帳手]|先[把将將]|[等到].{0,12}(?:就|再|才|先)|(?:就|会|會|再)[^,，。]{0,8}[还還付缴繳交转轉打汇匯畀俾]"
)


def with_day_ahead(reading: Understanding, turn: Turn) -> Understanding:
    """12月15号到了就让女儿转过去: what comes on a day ahead has not been paid."""
    is_claim = reading.intent is Intent.ALREADY_PAID and bool(_GETS_THEN.search(reading.text))
    if not is_claim and reading.intent is not Intent.PROMISE_TO_PAY:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(days) != 1 or not _WITH_MONTH.search(days[0].text):
        return reading
    ahead = _next_of(days[0], turn.today)
    is_said_so = reading.intent is Intent.PROMISE_TO_PAY and ahead == days[0]
    if ahead is None or is_said_so:
        return reading
    entities = tuple(ahead if e is days[0] else e for e in reading.entities)
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    tags = reading.tags - {Tag.PAST, Tag.CORRECTION}
    lead = Intent.PROMISE_TO_PAY
    return replace(reading, intent=lead, also=also, band=Band.CONFIRM, tags=tags, entities=entities)


# A day so long ago that was named without its year is the one of this year.
_LONG_AGO = timedelta(days=183)


def _next_of(entity: Entity, today: date) -> Entity | None:
    """The day as one to come, where it is, or was read as that of last year."""
    day = entity.value
    if not isinstance(day, date) or re.search(r"\d{4}|去年", entity.text):
        return None
    if day < today - _LONG_AGO and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year + 1)
    if day == entity.value and entity.role is None:
        return entity
    return replace(entity, value=day, role=None) if day > today else None


def without_claim_of_promise(reading: Understanding, turn: Turn) -> Understanding:
    """别再发了 我说过会还的: what he said he would pay is no claim beside the stop."""
    if Intent.ALREADY_PAID not in reading.also or not _WOULD_PAY.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(reading, also=also)


_WILL_PAY = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| can|'m going to| am going to)\b[^.!?]{0,20}\b(?:pay|clear|settle|sort|send)\b",
    re.IGNORECASE,
)


def _with_promise_after_wages(reading: Understanding, turn: Turn) -> Understanding:
    """ "My pension is paid on the second Tuesday. I shall pay on 8 December" claims no payment."""
    promised = _WILL_PAY.search(reading.text)
    rest, found = OF_WAGES.subn(" ", reading.text)
    if promised is None or not found or PAID.search(rest):
        return reading
    ahead = tuple(e for e in reading.entities if e.start > promised.start())
    if not any(isinstance(e.value, date) and e.value >= turn.today for e in ahead):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    tags = reading.tags - {Tag.INCOME_DAY, Tag.PAST}
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=also, entities=ahead, tags=tags, band=Band.ACT
    )


_PING = re.compile(
    r"\b(?:ping|buzz|text|txt|message|msg|try|hit|remind|nudge) (?:me|us)\b", re.IGNORECASE
)


def with_later_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """ "At work, ping me tomorrow": a day on which to write to him, and none to pay on."""
    is_guess = reading.intent is Intent.PROMISE_TO_PAY and Intent.BUSY in reading.also
    if not is_guess or not _PING.search(reading.text) or PAID.search(reading.text):
        return reading
    if any(e.kind is EntityKind.AMOUNT for e in reading.entities) or _PAYS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BUSY, also=())


_ANSWERS_THEN = re.compile(
    r"\b(?:i'?ll|i will|will|gonna|let me) (?:write|text|txt|msg|message|reply|answer|get back|come back|let (?:you|u|ya) know|check back)\b",
    re.IGNORECASE,
)


def with_answer_later(reading: Understanding, turn: Turn) -> Understanding:
    """ "Can't think about it now, I'll write tomorrow": the day of an answer, and none to pay on."""
    if reading.intent is not Intent.PROMISE_TO_PAY:
        return reading
    if not _ANSWERS_THEN.search(reading.text) or PAID.search(reading.text):
        return reading
    if {e.kind for e in reading.entities} != {EntityKind.DATE} or Tag.WHOLE in reading.tags:
        return reading
    if _PAYS.search(reading.text):
        return reading
    return replace(reading, intent=Intent.BUSY, also=())


_PAYS = re.compile(r"\b(?:pay|send|settle|clear|transfer|cover)\b", re.IGNORECASE)
_PAYS_ALL_THEN = re.compile(
    r"\b(?:i|we|can|will|'ll)\b[^,.!?]{0,10}\b(?:pay|clear|settle|send)\b", re.IGNORECASE
)


def with_day_for_all(reading: Understanding, turn: Turn) -> Understanding:
    """ "Wed I pay lah all": a day and paying is a promise, and more time is not asked for."""
    is_both = reading.intent is Intent.REQUEST_EXTENSION and Intent.PROMISE_TO_PAY in reading.also
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if not is_both or len(days) != 1 or days[0].role is not None or reading.band is Band.ACT:
        return reading
    if reading.tags & {Tag.HEDGE, Tag.CANNOT, Tag.NEGATED} or is_asking_time(reading.text):
        return reading
    if not _PAYS_ALL_THEN.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


_ALL_THEN = re.compile(
    r"\b(?:all(?: of (?:it|that))?|everything|the (?:lot|whole (?:thing|lot|amount|bill))|in full|the full (?:thing|amount))\b[^.!?]{0,12}\bthen\b"
    r"|\b(?:will|'ll|can|gonna|shall) (?:just )?(?:pay|clear|settle|sort|send)\b[^.!?]{0,16}\bthen\b"
    r"|\bthen\b[^.!?]{0,24}\b(?:all of (?:it|that)|it all|everything|the (?:lot|whole (?:thing|lot|amount|bill))|in full)\b",
    re.IGNORECASE,
)
THEN_TAKEN_FOR = frozenset(
    {Intent.HARDSHIP, Intent.REQUEST_EXTENSION, Intent.UNCLEAR, Intent.DENY, Intent.REFUSE}
)


def with_all_then(reading: Understanding, turn: Turn) -> Understanding:
    """ "I won't have anything until the 10th. All of it then": the day ends the wait, and is his word."""
    if reading.intent not in THEN_TAKEN_FOR or not _ALL_THEN.search(reading.text):
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value >= turn.today]
    if len(days) != 1 or reading.tags & {Tag.HEDGE, Tag.ASKS, Tag.CONDITIONAL}:
        return reading
    entities = tuple(replace(e, role=None) if e is days[0] else e for e in reading.entities)
    tags = reading.tags - {Tag.CANNOT, Tag.NEGATED, Tag.WILL_NOT}
    return replace(
        reading,
        intent=Intent.PROMISE_TO_PAY,
        also=(),
        entities=entities,
        tags=tags,
        band=Band.CONFIRM,
    )


# 一期一期还太烦 一次还了拉倒: what he does not want comes first.
_TIRED_OF_PARTS = re.compile(
    r"(?:分期|一期一期|[每按]月|慢慢)[^,，。]{0,6}(?:[烦煩]|[麻]|累|[没沒]意思|[长長慢])[^,，。]{0,3}[ ,，]*[^,，。]{0,4}一(?:次|把|笔|筆|下)"
)
_ONE_GO = re.compile(
    r"一(?:次|把|笔|筆|下)(?:子|性|[过過])?(?:全|都|给|給)?(?:[还還付缴繳交清结結])|"
    r"\b(?:one|1|a single) (?:shot|go|time|hit|payment|lump)\b|\blump sum\b|\bone[- ]off\b",
    re.IGNORECASE,
)


def with_all_in_one_go(reading: Understanding, turn: Turn) -> Understanding:
    """ "Then I clear everything one shot, can?": all of it at once, and no instalments."""
    is_tired = bool(_TIRED_OF_PARTS.search(reading.text))
    is_guess = is_tired or reading.band is not Band.ACT
    is_guess = is_guess and reading.intent is Intent.REQUEST_INSTALMENTS
    if not is_guess or Tag.WHOLE not in reading.tags or not _ONE_GO.search(reading.text):
        return reading
    sizes = {EntityKind.COUNT, EntityKind.AMOUNT, EntityKind.FREQUENCY}
    parted = {Tag.CANNOT} if is_tired else {Tag.SPLIT, Tag.CANNOT}
    if any(e.kind in sizes for e in reading.entities) or reading.tags & parted:
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


_ONLY_TILL = re.compile(r"\b(?:just|only) (?:(?:un)?till?|'til)\b", re.IGNORECASE)


def with_time_only(reading: Understanding, turn: Turn) -> Understanding:
    """ "No plan, no discount, just till the 7th": time is asked for, and no sum is promised."""
    if reading.intent is not Intent.PROMISE_TO_PAY or not _ONLY_TILL.search(reading.text):
        return reading
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    is_until = len(days) == 1 == len(reading.entities) and days[0].role is Role.UNTIL
    if not is_until or Tag.WHOLE in reading.tags or _WILL_PAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_EXTENSION, also=())


_GONE_BY = re.compile(r"this morning|earlier today|今早|今朝|今天早上|今日朝早", re.IGNORECASE)
MORNING_TAKEN_FOR = frozenset({Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT, Intent.PAY_NOW})


def without_morning_gone(reading: Understanding, turn: Turn) -> Understanding:
    """ "It failed this morning, I redo it tomorrow": of the two days only the one to come is meant."""
    if reading.intent not in MORNING_TAKEN_FOR:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    gone = [e for e in days if _GONE_BY.fullmatch(e.text.strip())]
    if not gone or not any(isinstance(e.value, date) and e.value > turn.today for e in days):
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e not in gone))


_SENTENCE_ENDS = re.compile(r"[.!?;\n。！？；]")
_BESIDE_DAY = re.compile(
    r"(?:[\W_]|\b(?:ok(?:ay)?|works?|good|fine|alright|for|me|you|how|what|about|can|is|the|on|by|maybe|possible|suits?|then|pls|please)\b)*",
    re.IGNORECASE,
)
_NOT_AT_LAST = frozenset({Tag.PAST, Tag.WILL_NOT, Tag.HEDGE, Tag.CONDITIONAL})


def with_day_at_last(reading: Understanding, turn: Turn) -> Understanding:
    """ "Haven't paid yet, been sick. Monday ok? The 30th": the last words name a day, read back."""
    if reading.intent is not Intent.UNCLEAR or reading.tags & _NOT_AT_LAST:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(days) != 1 or len(reading.entities) != 1 or days[0].role is not None:
        return reading
    day, text = days[0], reading.text
    starts = [m.end() for m in _SENTENCE_ENDS.finditer(text, 0, day.start)]
    is_last = bool(starts) and bool(_BESIDE_DAY.fullmatch(text, starts[-1], day.start))
    is_last = is_last and bool(_BESIDE_DAY.fullmatch(text, day.end))
    if not is_last or not isinstance(day.value, date) or day.value <= turn.today:
        return reading
    tags = reading.tags - {Tag.NEGATED, Tag.CORRECTION}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM, tags=tags)


_ASKS_TO_PAY = re.compile(
    r"\b(?:can|could|may) i (?:just |maybe |still )?(?:pay|settle|clear|do|send|sort)\b",
    re.IGNORECASE,
)


def with_all_asked_for(reading: Understanding, turn: Turn) -> Understanding:
    """ "What's the due date, and can I pay the whole thing Friday?": his day, and a question beside."""
    if reading.intent is not Intent.BALANCE_QUERY:
        return reading
    if Tag.WHOLE not in reading.tags or not _ASKS_TO_PAY.search(reading.text):
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    if len(days) != 1 or days[0] < turn.today or reading.tags & {Tag.PAST, Tag.SPLIT, Tag.HEDGE}:
        return reading
    also = tuple(i for i in reading.intents if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)
