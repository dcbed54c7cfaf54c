"""The day on which he pays, among others that he names in passing."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows.days import months_after
from flows.languages.zh.numbers import read_number
from flows.model import Turn
from flows.replacing import replace
from flows.sense.chinese.claims import COMPLAINS
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Role, Tag, Understanding

# Without one of these nobody wants to be called.
_CALLS = re.compile(
    r"[电電][话話]|打|来电|來電|[联聯]|微信|[加找搵回覆]|叫|\b(?:call\w*|phone|ring)\b",
    re.IGNORECASE,
)
_CALLS_HIM = re.compile(r"打(?:[电電][话話])?[给給俾畀比]我|打[电電][话話]")
_SENDS_OVER = re.compile(
    r"[打转轉汇匯](?:[过過][来來去]|[给給俾畀]你|[进進][来來]|[钱錢款])(?![^,，。]{0,3}[电電][话話])"
)
_GIVES = re.compile(r"[俾畀比給给還还付繳缴交找清]")
_NOT_TO_COME = frozenset({Tag.PAST, Tag.NEGATED, Tag.CANNOT, Tag.WILL_NOT, Tag.HEDGE})
_PARTS = re.compile(r"[ ,，。;；!！]+")


def _last_part(reading: Understanding) -> str:
    """The clause with the last day that is named: 先得閒睇電話 before it tells another thing."""
    named = [e.text for e in reading.entities if isinstance(e.value, date)]
    parts = [part for part in _PARTS.split(reading.text) if named and named[-1] in part]
    return parts[-1] if parts else reading.text


def with_payment_back(reading: Understanding, turn: Turn) -> Understanding:
    """月尾俾返晒你: what is given back on a day is the money, and no call."""
    if reading.intent is not Intent.REQUEST_CALLBACK or reading.evidence.keyword is not None:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    has_sum = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    # 他下周一打过来 3600: money is sent over, and nobody rings.
    is_sent = has_sum and bool(_SENDS_OVER.search(reading.text))
    is_told = is_sent or bool(_GIVES.search(reading.text))
    is_told = is_told and bool(days) and days[-1] >= turn.today
    if _CALLS_HIM.search(reading.text):
        return reading
    is_call = not is_sent and bool(_CALLS.search(_last_part(reading)))
    if not is_told or reading.tags & _NOT_TO_COME or is_call:
        return reading
    calls = (Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN, Intent.PROMISE_TO_PAY)
    also = tuple(i for i in reading.also if i not in calls)
    ahead = tuple(e for e in reading.entities if e.value == days[-1] or e.kind is EntityKind.AMOUNT)
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=also, entities=ahead, band=Band.CONFIRM
    )


_WAITS = re.compile(r"[缓緩宽寬]|延|推|[晚迟遲][点點些几幾一两兩三半\d]|再等")


def with_later_asked(reading: Understanding, turn: Turn) -> Understanding:
    """能不能晚一周还: more time is asked for, and no day to pay on is promised."""
    is_guess = reading.intent is Intent.PROMISE_TO_PAY and reading.band is not Band.ACT
    is_until = [e.role for e in reading.entities] == [Role.UNTIL]
    if not is_guess or not is_until or Tag.ASKS not in reading.tags:
        return reading
    if not _WAITS.search(reading.text) or Tag.WHOLE in reading.tags:
        return reading
    return replace(reading, intent=Intent.REQUEST_EXTENSION, band=Band.ACT)


_OF_FIRST = re.compile(r"首[期次]|第一[期次笔筆]|[开開]始|[几幾][号號]")
_MONTH_AND_DAY = re.compile(r"(1[0-2]|0?[1-9])/(3[01]|[12][0-9]|0?[1-9])")


def with_day_for_share(reading: Understanding, turn: Turn) -> Understanding:
    """第一期可以1/5嗎: the fifth of January, and no fifth of the debt."""
    shares = [e for e in reading.entities if e.kind is EntityKind.SHARE]
    # 1/3 全額繳清: in full, on the third of January.
    is_day = Tag.WHOLE in reading.tags or bool(_OF_FIRST.search(reading.text))
    if len(shares) != 1 or not is_day:
        return reading
    said = _MONTH_AND_DAY.fullmatch(shares[0].text.strip())
    day = _coming(int(said[1]), int(said[2]), turn.today) if said is not None else None
    if day is None:
        return reading
    role = None if Tag.WHOLE in reading.tags else Role.START
    meant = replace(shares[0], kind=EntityKind.DATE, value=day, role=role)
    entities = tuple(meant if e is shares[0] else e for e in reading.entities)
    return replace(reading, entities=entities)


def _coming(month: int, day: int, today: date) -> date | None:
    """The next such day, today included; None where the month has none."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= today:
            return found
    return None


# 结了先给你: what comes after, and not what is done.
_AND_THEN = re.compile(r"[了咗](?=[先再就])")
_IS_DONE = re.compile(
    r"[了過过咗已]|[刚剛啱][刚剛啱才]?|\b(?:sent|paid|done|did|made|transferred|went|just|already)\b",
    re.IGNORECASE,
)


def with_payment_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """下個月3號找晒數: no word says that it is done, and the day is ahead."""
    if reading.intent is not Intent.ALREADY_PAID or reading.evidence.keyword is not None:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    is_ahead = bool(days) and min(days) > turn.today
    is_told = bool(reading.tags & {Tag.FUTURE, Tag.WHOLE}) or Intent.PROMISE_TO_PAY in reading.also
    is_ahead = is_ahead and is_told
    text = _AND_THEN.sub(" ", reading.text)
    if not is_ahead or _IS_DONE.search(text) or reading.tags & (_NOT_TO_COME - {Tag.PAST}):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    tags = reading.tags - {Tag.PAST}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, tags=tags, band=Band.CONFIRM)


_MUCH_NEARER = 2
_WILL_BE_DONE = re.compile(
    r"(?P<day>\d{1,2})[号號日][^,，。 \d]{0,3}?(?:就|便)[^,，。 ]{0,5}[了咗](?![吗嗎嘛没沒呢])"
)
_IS_SURE_PAST = re.compile(
    r"已|早|[刚剛啱]|上[个個]?月|\d月|昨|[查收]|[过過](?![咗数數])|[没沒冇]|怎|[还還]在|[还還]催|点解|點解"
)


def with_day_still_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """28号就打款了, said on the 23rd: a day that has not come yet may as well be meant."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_claim = reading.intent is Intent.ALREADY_PAID and len(days) == 1
    said = _WILL_BE_DONE.search(reading.text) if is_claim else None
    if said is None or _IS_SURE_PAST.search(reading.text):
        return reading
    number, before = int(said["day"]), days[0].value
    if not isinstance(before, date) or before >= turn.today or before.day != number:
        return reading
    coming = months_after(before, 1)
    # Of two days as far away the one gone by: 26号就还了, said on the 3rd, is last month's.
    if number <= turn.today.day or coming - turn.today >= (turn.today - before) / _MUCH_NEARER:
        return reading
    ahead = replace(days[0], value=coming, role=None)
    entities = tuple(ahead if e is days[0] else e for e in reading.entities)
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    # Which of the two is meant he says himself: it is read back, whatever else the words hold.
    tags = (reading.tags | {Tag.FUTURE}) - {Tag.PAST, Tag.WHOLE}
    return replace(
        reading,
        intent=Intent.PROMISE_TO_PAY,
        also=also,
        entities=entities,
        tags=tags,
        band=Band.CONFIRM,
    )


_PASSED = re.compile(r"(?:过完|過完|过了|過了|过咗|過咗|等)\W*$")
_AFTERWARDS = re.compile(r"\W*(?:之后|之後|以后|以後|后|後|过后|過後)")


def without_festival_passed(reading: Understanding, turn: Turn) -> Understanding:
    """过完元旦1月4号还: the day comes after the festival, which is none to pay on."""
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    if len(days) <= 1:
        return reading
    text = reading.text
    passed = [
        e
        for e in days
        if not any(ch.isdigit() for ch in e.text)
        and (_PASSED.search(text[: e.start]) or _AFTERWARDS.match(text, e.end))
    ]
    if len(passed) != 1 or days[-1] is passed[0]:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not passed[0]))


_WAS_MEANT = re.compile(r"(?:本[来來]|原本|原[来來]|原先)[^,，。]{0,8}$")


def without_day_meant_before(reading: Understanding, turn: Turn) -> Understanding:
    """本来打算月底还的 那就8号吧: what he meant to do before is not what he does now."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(days) <= 1 or not _WAS_MEANT.search(reading.text[: days[0].start]):
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not days[0]))


def without_day_before_own(reading: Understanding, turn: Turn) -> Understanding:
    """要12月3号以后 12月4号吧: the day named is the one, and not that after which it lies."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    bounds = [e for e in days if e.role is Role.AFTER]
    own = [e for e in days if e.role is None]
    if len(bounds) != 1 or len(own) != 1 or bounds[0].start > own[0].start:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not bounds[0]))


_LENGTH = re.compile(
    r"(?<![那这這嗰最某每第])(?P<n>[一二两兩俩三四五六七八九十]|十[一二三四五]|\d{1,2}|半)[个個]?(?P<unit>天|日|周|週|星期|[礼禮]拜|月)(?![一二三四五六日天底末初\d号號])"
)
_ONLY_LENGTH = re.compile(
    r"\W*(?:[那咁就要等給给畀俾])*(?:[一二两兩俩三四五六七八九十]|十[一二三四五]|\d{1,2}|半)[个個]?(?:天|日|周|週|星期|[礼禮]拜|月)(?:[吧啦喇呀啊]|得唔得|[行可][不以]?[吗嗎不行]?)*\W*"
)
_IN_DAYS = {"天": 1, "日": 1, "周": 7, "週": 7, "星期": 7, "礼拜": 7, "禮拜": 7}


def with_length_of_time(reading: Understanding, turn: Turn) -> Understanding:
    """太久了啊 那就两周, where time is talked about: so many days from today."""
    question = turn.conversation.dialogue.question
    is_talk = question is not None and question.owner == "promise"
    is_grumble = reading.intent is Intent.COMPLAINT and reading.evidence.keyword is None
    # 那14天, asked how long: the answer itself.
    is_asked = question is not None and question.key in _ASKS_HOW_LONG
    is_time = reading.intent is Intent.REQUEST_EXTENSION
    is_only = is_asked and bool(_ONLY_LENGTH.fullmatch(reading.text))
    is_time = is_time or is_only or (is_asked and reading.intent is Intent.UNCLEAR)
    is_time = is_time or (is_grumble and not COMPLAINS.search(reading.text))
    if not is_talk or not is_time or reading.entities or Tag.VAGUE_TIME in reading.tags:
        return reading
    text = re.sub("^[那咁]", " ", reading.text) if is_asked else reading.text
    said = list(_LENGTH.finditer(text))
    until = _days_from(said[0], turn.today) if len(said) == 1 else None
    if until is None:
        return reading
    start, end = said[0].span()
    length = Entity(
        kind=EntityKind.DATE,
        text=said[0][0],
        start=start,
        end=end,
        value=until,
        role=Role.UNTIL,
    )
    return replace(reading, intent=Intent.REQUEST_EXTENSION, also=(), entities=(length,))


# What a length of time alone is taken for.
LENGTH_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.COMPLAINT,
        Intent.UNCLEAR,
        Intent.DISPUTE_AMOUNT,
        Intent.AFFIRM,
        Intent.BUSY,
    }
)
_ASKS_HOW_LONG = frozenset({"extension_too_long", "ask_until"})


def _days_from(said: re.Match[str], today: date) -> date | None:
    number = read_number(said["n"].replace("兩", "两")) if said["n"] != "半" else None
    if said["unit"] == "月":
        whole = months_after(today, int(number)) if number is not None else None
        return whole or (today + timedelta(days=_HALF_A_MONTH) if said["n"] == "半" else None)
    return None if number is None else today + timedelta(days=int(number) * _IN_DAYS[said["unit"]])


# 半个月 is said of two weeks and a day.
_HALF_A_MONTH = 15
_OF_WAGES = re.compile(
    r"^\W*(?:[发發][工薪]|出[粮糧]|[领領]薪|[开開]支|到[账帳])|^\W*(?:[发發]|拿)(?:工资|工資|薪)"
)


# 廿九號返 卅號還晒: the day on which he is back.
_OF_RETURN = re.compile(
    r"(?:晚上?|早上?|先|才)?(?:返|回)(?![你您覆复電电信款])[^,，。 还還]{0,4}(?=[ ,，。])"
)
_OF_BENEFIT = re.compile(
    r"\W*(?:[领領]|[发發]|攞|拿)(?:到|[个個])?(?:津[贴貼]|[补補]助|[养養]老|退休|低保|[综綜]援)"
)
_WITH_WAGES = re.compile(r"(?:[发發出][工薪粮糧]\w*|[领領]薪\w*|[开開]支|到[账帳])$")


def _is_of_wages(day: Entity, reading: Understanding) -> bool:
    after = reading.text[day.end :]
    if _OF_RETURN.match(after) or _OF_BENEFIT.match(after) or _WITH_WAGES.search(day.text):
        return True
    return Tag.INCOME_DAY in reading.tags and bool(_OF_WAGES.search(after))


def without_day_of_wages(reading: Understanding, turn: Turn) -> Understanding:
    """每月11号发工资 12号还: the day of the wages is none of the two to pay on."""
    days = [e for e in reading.entities if e.kind in (EntityKind.PAY_DAY, EntityKind.DATE)]
    wages = [e for e in days if _is_of_wages(e, reading)]
    owns = [e for e in days if e not in wages and e.value is not None]
    if not wages or not owns or owns[-1].start < wages[-1].end:
        return reading
    own = next((e for e in owns if e.kind is EntityKind.PAY_DAY), owns[-1])
    if len({e.start for e in owns}) != 1:
        return reading
    kept = tuple(
        e
        for e in reading.entities
        if e not in wages and not (e is not own and e.start == own.start)
    )
    return replace(reading, entities=kept)


_TOGETHER = re.compile(
    r"\W*[那就咁]*一(?:起|齐|齊|把|併|并|次)(?:全|都)?(?:[还還付缴繳交给給俾畀清])(?:[了清掉啦喇吧你完]*)\W*"
)


def with_all_together(reading: Understanding, turn: Turn) -> Understanding:
    """一起还, asked about a day: all of it then; half a guess at a refusal is none."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "promise":
        return reading
    is_guess = reading.band is not Band.ACT and reading.intent is not Intent.ALREADY_PAID
    if not is_guess or not _TOGETHER.fullmatch(reading.text):
        return reading
    tags = reading.tags | {Tag.WHOLE}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags, band=Band.CONFIRM)


_LATEST_ASKED = re.compile(
    r"最(?:晚|[迟遲]|多)[^,，。]{0,4}(?:哪[天日]|[几幾][号號天]|什[么麼][时時]候|[几幾]多?[时時]|邊日|边日|何[时時]|多久|[几幾]耐)"
)


def with_latest_asked(reading: Understanding, turn: Turn) -> Understanding:
    """最晚哪天能行, asked below the latest day that we told: it is told again."""
    question = turn.conversation.dialogue.question
    is_told = question is not None and question.key in _TELLS_LATEST
    if not is_told or reading.entities or not _LATEST_ASKED.search(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_TELLS_LATEST = frozenset({"promise_too_far", "extension_too_long", "plan_first_payment_too_late"})


_IS_ASKED = re.compile(r"(?:[开開]始|[起算]|就|行|可以)*(?:[吗嗎么麼嘛咩]|[?？])")


def without_day_asked(reading: Understanding, turn: Turn) -> Understanding:
    """从今天算吗 从下周一: the day that he only asks about gives way to the one that he names."""
    days = [e for e in reading.entities if isinstance(e.value, date)]
    if len(days) != 2 or not _IS_ASKED.match(reading.text, days[0].end):
        return reading
    if _IS_ASKED.match(reading.text, days[1].end):
        return reading
    # It is read back: what he asked is answered so, and nothing is agreed by the way.
    return replace(reading, entities=tuple(e for e in reading.entities if e is not days[0]))
