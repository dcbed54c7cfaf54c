"""Days of one reply that explain one another: next week Tuesday, Thursday the 11th, a month later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from flows.languages.days import months_between, plus, plus_months, weekday_from
from flows.languages.pattern import Pattern
from flows.languages.rhythms import lone_weekday
from flows.languages.scanner import Found
from flows.understanding import masks
from flows.understanding.values import EntityKind, Frequency

# Lengths that count from the day said before, and those of months among them.
_AFTER_THAT = Pattern(
    r"\b(?:days?|weeks?|wks?|fortnights?|m[a-z]*ths?) (?:later|after(?: that)?|from then)$|^再?(?:过|隔|多)"
)
_IN_MONTHS = re.compile(r"\bm[a-z]*th|月")
# Between two ways to name the same day.
_SAME = Pattern(
    "(?:[ ,.，。!?！？吧呢啊嘛的是哦(（]|maybe|prob(?:ably)?|on|like|say|ok|the|sometime|那天)*"
)
_OF_MONTH = re.compile(r"[0-9号]|日$|th\b|first$|second$|third$")
_NEXT_TO = re.compile("[ ,，(（的]*(?:the |就?是|is an? )?")
_AFTER_DAY = re.compile(" after (?:the )?")
_DAY_BEFORE = re.compile("[之以过]?后的?(?:第一个|那个)?")
_BEFORE_MAX = 8
# It is the 20th already; 只能20号了 is a day to pay on.
_IT_IS = re.compile(
    "(?:(?:快|马上|眼看)[就要到是]*|(?:^|[,，。 ]|都|已经|今天|今日|又|这)[是到快]*)$"
)
_THEN_PAYS = frozenset("再就才给打转")
_TODAY_IS = re.compile("(?:今天|今日)(?:都|已经|就|是|又|快|到)*")
_SUMS = frozenset({EntityKind.AMOUNT, EntityKind.FREQUENCY})
_ON_BOTH = re.compile(r"\b(?:then|half|rest|each|both)\b|一半|剩|先|到时|各|其余")
# Two days of a month with no more between them than their sums.
_SAID_DAY = re.compile("[0-9]{1,2} ?(?:st|nd|rd|th|号|日)")
_AND_ON = re.compile(
    r"(?: |,|，|、|\band\b|\bn\b|&|\bon\b|\bthe\b|\bpay\b|\bthen\b|[还付给交缴再和各块元])*"
)
_BESIDE_ENDS = (
    *(f"{side} {word}" for side in (" before", " after", " b4") for word in ("", "the ", "my ")),
)
_BESIDE_STARTS = ("前", "后", "之", "以", "过")
_SMALL_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a an one the 一",
            "two couple 两 二",
            "three 三",
            "four 四",
            "five 五",
            "six 六",
            "seven 七",
            "eight 八",
            "nine 九",
            "ten 十",
        ),
        1,
    )
    for word in words.split()
}
_LED_TO_MAX = 32
_LED_TO = Pattern(
    r"(?<![0-9$£€])(?<![0-9] )(?:\bin )?(?:\ba )?\b(?P<n>[0-9]{1,2}|an?|the|one|two|couple(?= of)|three|four|five|six|seven|eight|nine|ten)"
    r"(?: of)? (?P<unit>days?|weeks?|wks?) (?P<side>before|after|b4) (?:the |my )?$"
)
_FOLLOWED = Pattern(
    "[之以过]?的?(?P<side>[前后])(?P<n>[0-9]{1,2}|[一两二三四五六七八九十])(?:个)?(?P<unit>天|日|周|星期|礼拜)(?![一二三四五六日天内])"
)
_OR_NEXT = re.compile(r" or (?:maybe |possibly )?(?:the )?(?:day after|next day|following day)\b")
_DAYS_OF_WEEK = 7
_REST_OF_WEEK = timedelta(days=6)
_WEEK = timedelta(weeks=1)


def told_apart(text: str, found: Sequence[Found], today: date) -> list[Found]:
    """The findings, each day read in the light of the day before it."""
    told: list[Found] = []
    for one in found:
        if one.kind is not EntityKind.DATE or one.is_weak:
            told.append(one)
            continue
        first = next((day for day in reversed(told) if _is_day(day)), None)
        same = (
            None
            if first is None
            else _weekday_after(text, first, one) or _same_day(text, first, one)
        )
        if first is None:
            told.append(one)
        elif same is not None:
            told[told.index(first)] = same
        else:
            told.append(_counted_from(text, first, one, today))
    return told


_OF_LAST_MONTH = re.compile("上个?月")
_BARE_DAY = re.compile("(?:[0-9]{1,2}|[一二三四五六七八九十廿]{1,3})[号日]")


def in_month_named(text: str, found: Sequence[Found], today: date) -> list[Found]:
    """上个月还了两次 10号一次20号一次: the bare days are those of the month named before."""
    named = [one for one in found if _OF_LAST_MONTH.fullmatch(text, one.start, one.end)]
    if len(named) != 1:
        return list(found)
    return [
        _month_earlier(one)
        if one.start > named[0].start
        and type(one.value) is date
        and (one.value.year, one.value.month) == (today.year, today.month)
        and one.value <= today
        and _BARE_DAY.fullmatch(text, one.start, one.end)
        else one
        for one in found
    ]


def _month_earlier(one: Found) -> Found:
    day = plus_months(one.value, -1) if type(one.value) is date else None
    return one if day is None else one._replace(value=day)


def counted_beside(text: str, one: Found) -> Found:
    """Two days after Christmas, the day before the 15th, 国庆后三天: counted from that day."""
    if one.kind is not EntityKind.DATE or type(one.value) is not date:
        return one
    start, end = one.start, one.end
    if text.startswith(" or ", end) and (or_next := _OR_NEXT.match(text, end)):
        nearest = one.value + timedelta(days=1)
        return one._replace(end=or_next.end(), value=None, alternatives=(one.value, nearest))
    if text.endswith(_BESIDE_ENDS, 0, start):
        led_to = _LED_TO.search(text, max(0, start - _LED_TO_MAX), start)
        return _moved(one, one.value, led_to, (led_to.start(), end)) if led_to else one
    if text[end : end + 1] in _BESIDE_STARTS:
        followed = _FOLLOWED.match(text, end)
        return _moved(one, one.value, followed, (start, followed.end())) if followed else one
    return one


def _moved(one: Found, named: date, match: re.Match[str], span: tuple[int, int]) -> Found:
    start, end = span
    number = _SMALL_NUMBERS.get(match["n"]) or int(match["n"])
    is_ahead = match["side"] in ("after", "后")
    is_weeks = match["unit"][0] in "w周星礼"
    steps = number * (_DAYS_OF_WEEK if is_weeks else 1)
    day = plus(named, days=steps if is_ahead else -steps)
    if day is None:
        return one
    if is_weeks and match["n"] == "the":
        nearest = named + timedelta(days=1 if is_ahead else -1)
        return one._replace(start=start, end=end, value=None, alternatives=(nearest, day))
    return one._replace(start=start, end=end, value=day)


def without_remarks(text: str, found: Sequence[Found]) -> list[Found]:
    """Without what only tells the date: 都20号了工资还没发, 今天月底了; they stay masked."""
    kept = list(found)
    for at, one in enumerate(found):
        if not _is_remark(text, one):
            continue
        kept[at] = Found(start=one.start, end=one.end, mask=masks.DATE)
        before = found[at - 1] if at else None
        if before and _TODAY_IS.fullmatch(text, before.start, one.start):
            kept[at - 1] = Found(start=before.start, end=before.end, mask=masks.DATE)
    return kept


def _is_remark(text: str, one: Found) -> bool:
    if one.kind is not EntityKind.DATE or text[one.end : one.end + 1] != "了":
        return False
    is_named = text[one.end - 1] in "号日底末天" and text[one.end - 2] not in "今明后昨前"
    if not is_named or text[one.end + 1 : one.end + 2] in _THEN_PAYS:
        return False
    return bool(_IT_IS.search(text, max(0, one.start - _BEFORE_MAX), one.start))


def both_every_month(text: str, found: Sequence[Found]) -> list[Found]:
    """100 on the 1st and 100 on the 15th of every month: both days come every month."""
    at = next((at for at, one in enumerate(found) if one.kind is EntityKind.PAY_DAY), None)
    is_rhythm = any(one.value is Frequency.MONTHLY for one in found)
    if at is None or not is_rhythm:
        return list(found)
    for other, one in enumerate(found):
        said = text[one.start : one.end]
        if one.kind is not EntityKind.DATE or not _SAID_DAY.fullmatch(said):
            continue
        first, last = sorted((at, other))
        is_plain = all(other.kind in _SUMS for other in found[first + 1 : last])
        if is_plain and _AND_ON.fullmatch(_words_between(text, found[first : last + 1])):
            number = int("".join(filter(str.isdigit, said)))
            return _twice_a_month(found, other, number)
    return list(found)


def without_wages(text: str, found: Sequence[Found]) -> list[Found]:
    """工资20号发 25号还: where another day is named, that of the wages is not the one of paying."""
    paid = {(one.start, one.end) for one in found if one.kind is EntityKind.PAY_DAY}
    if not paid or _ON_BOTH.search(text):
        return list(found)
    days = [one for one in found if _is_day(one) and type(one.value) is date]
    wages = [one for one in days if (one.start, one.end) in paid]
    later = [one for one in days if one not in wages and all(_is_before(two, one) for two in wages)]
    return [one for one in found if one not in wages] if wages and later else list(found)


def _is_before(first: Found, second: Found) -> bool:
    return type(first.value) is date and type(second.value) is date and first.value < second.value


def _words_between(text: str, found: Sequence[Found]) -> str:
    return "".join(text[one.end : two.start] for one, two in pairwise(found))


def _twice_a_month(found: Sequence[Found], at: int, number: int) -> list[Found]:
    rhythm = Frequency.SEMIMONTHLY
    twice = [one._replace(value=rhythm) if one.value is Frequency.MONTHLY else one for one in found]
    twice[at] = twice[at]._replace(kind=EntityKind.PAY_DAY, value=number, alternatives=())
    return twice


def _is_day(found: Found) -> bool:
    return found.kind is EntityKind.DATE and not found.is_weak


def _weekday_after(text: str, first: Found, second: Found) -> Found | None:
    """Monday after xmas, 圣诞后的周一: the first such weekday after that day."""
    named, other = first, second
    if not _AFTER_DAY.fullmatch(text, first.end, second.start):
        named, other = second, first
        if not _DAY_BEFORE.fullmatch(text, first.end, second.start):
            return None
    weekday = lone_weekday(text[named.start : named.end])
    if weekday is None or type(other.value) is not date:
        return None
    day = weekday_from(other.value + timedelta(days=1), weekday)
    return first._replace(end=second.end, value=day, alternatives=())


def _same_day(text: str, first: Found, second: Found) -> Found | None:
    """One finding where both name the same day; None where they are two days."""
    if not _SAME.fullmatch(text, first.end, second.start):
        return None
    same = _of_week(text, first, second) or _with_weekday(text, first, second)
    if same is not None:
        return same._replace(start=first.start, end=second.end)
    if _is_within(second, first):
        return second._replace(start=first.start)
    return first._replace(end=second.end) if _is_within(first, second) else None


def _of_week(text: str, week: Found, one: Found) -> Found | None:
    """Next week, Tuesday: the Tuesday of that week."""
    span = _span(week)
    if span is None or span[0].weekday() or span[1] - span[0] != _REST_OF_WEEK:
        return None
    weekday = lone_weekday(text[one.start : one.end])
    if weekday is None:
        return None
    return week._replace(value=span[0] + timedelta(days=weekday), alternatives=())


def _with_weekday(text: str, first: Found, second: Found) -> Found | None:
    """Thursday the 11th, 1号是周二, is one day; where the 11th is a Friday, either may be meant."""
    if not _NEXT_TO.fullmatch(text, first.end, second.start):
        return None
    for named, other in ((first, second), (second, first)):
        weekday = lone_weekday(text[named.start : named.end])
        if weekday is None or type(other.value) is not date:
            continue
        if not _OF_MONTH.search(text, other.start, other.end):
            return None
        if other.value.weekday() == weekday:
            return other
        if text[first.end : second.start].strip() not in ("", "the", "的"):
            return None
        meant = tuple(dict.fromkeys((*(named.alternatives or (named.value,)), other.value)))
        return other._replace(value=None, alternatives=meant)
    return None


def _is_within(one: Found, span: Found) -> bool:
    """A day of the span that was named beside it: 月初5号, this weekend, Saturday."""
    days = _span(span)
    return days is not None and type(one.value) is date and days[0] <= one.value <= days[1]


def _span(found: Found) -> tuple[date, date] | None:
    if len(found.alternatives) != 2:
        return None
    first, last = found.alternatives
    if type(first) is not date or type(last) is not date:
        return None
    # Of a weekday said on that very day either is meant, and none between them.
    return None if last - first == _WEEK else (first, last)


def _counted_from(text: str, first: Found, later: Found, today: date) -> Found:
    """Friday, and two weeks later: counted from Friday, not from today."""
    words = text[later.start : later.end]
    if type(first.value) is not date or type(later.value) is not date or first.value <= today:
        return later
    if not _AFTER_THAT.search(words):
        return later
    months = months_between(today, later.value) if _IN_MONTHS.search(words) else 0
    if months:
        return later._replace(value=plus_months(first.value, months))
    return later._replace(value=first.value + (later.value - today))
