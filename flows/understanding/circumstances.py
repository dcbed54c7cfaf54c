"""Days on which something else happens than the payment: 明天没时间 后天付, wages friday, paying saturday."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from flows.languages.en import context as english
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found
from flows.languages.zh import context as chinese
from flows.understanding import masks
from flows.understanding.values import Asked, EntityKind, Role

_Fact = tuple[Found, Role | None]

# Where sums, parts or rhythms are named too, each day may have its own.
_SPREAD = frozenset(
    {
        EntityKind.AMOUNT,
        EntityKind.SHARE,
        EntityKind.COUNT,
        EntityKind.FREQUENCY,
        EntityKind.PAY_DAY,
    }
)
_OPEN_ROLES = frozenset({None, Role.UNTIL, Role.AFTER, Role.DEADLINE})
_HAN = re.compile("[\u3400-\u9fff]")
_CLAUSE_END = Pattern(r"[,，。;；!?！？…\n]|\b(?:but|so|then)\b")
_TO_ME = re.compile("给我[转打汇还付存]?|[转打汇还付借存]给?我(?=的?钱|$)")
_PAYS = Pattern(
    "还(?![没未是有在不要得会差欠能可行]|款日)|付|交(?!通)|缴|转(?![岗正院学])|汇|打[款钱过给]|存|结清|给|处理|弄|清"
    r"|\b(?:pay(?!day|check| ?day)(?:ing)?|settl(?:e|ing)|send(?:ing)?|clear(?:ing)?|transfer(?:ring)?|sort(?:ing)? (?:it|this|that)|do (?:it|this|that)|"
    r"(?:you'?ll|u'?ll|you will|you can|you) (?:get|have)|can do|get it to you)\b"
)
_OPEN_DAY = Pattern(
    r"(?:on |by |before )?(?:the )?(?:[0-9]{1,2} ?(?:st|nd|rd|th)|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
    "|(?:周|星期|礼拜|拜)[一二三四五六日天1-7]|[0-9一二三四五六七八九十廿]{1,3}[号日]"
)
_DAY_WANTED = frozenset(
    {Asked.DATE, Asked.CLAIM_DETAILS, Asked.CALLBACK_TIME, Asked.CONFIRM, Asked.CHOOSE_OPTION}
)
_WORDS_BESIDE_MIN = 2
_WORD = re.compile("[\u3400-\u9fff]|[a-z']+")


def without_told_days(
    text: str, found: list[Found], today: date, asked: Asked | None
) -> list[Found]:
    """The findings without open days beside which nothing speaks of paying; they stay masked.

    The funeral's on thursday, why do you text on sunday: such a day is none to pay on, and only
    guessed to be one to come.
    """
    if asked in _DAY_WANTED or any(one.kind in _SPREAD for one in found):
        return found
    return [
        Found(start=one.start, end=one.end, mask=masks.DATE) if _is_told(text, one, today) else one
        for one in found
    ]


def _is_told(text: str, one: Found, today: date) -> bool:
    if one.kind is not EntityKind.DATE or not _OPEN_DAY.fullmatch(text, one.start, one.end):
        return False
    is_ahead = type(one.value) is not date or one.value >= today
    if not is_ahead:
        return False
    told = chinese if _HAN.search(text) else english
    return bool(told.is_of_something_else(text, one.start, one.end))


def without_circumstances(text: str, facts: list[_Fact]) -> list[_Fact]:
    """The facts without a first day whose clause speaks of no payment, where that of the second does.

    A second day with no such words may correct the first, so it stays; so do days with sums or
    parts beside them.
    """
    days = [fact for fact in facts if type(fact[0].value) is date]
    if len(days) != 2 or not all(role in _OPEN_ROLES for _, role in days):
        return facts
    if any(one.kind in _SPREAD for one, _ in facts):
        return facts
    aside = _circumstance(text, [one for one, _ in days])
    return facts if aside is None else [fact for fact in facts if fact[0] is not aside]


# 消费贷月底 信用卡下月20号 都全还: what is said last is said of both days.
_ALL_OF_IT = Pattern("[ ,，]*(?:都|全部?都|两[个笔样]都)[^,，。]{0,3}[还付交缴清转]")


def _circumstance(text: str, days: Sequence[Found]) -> Found | None:
    first, second = days
    between = _end_between(text, first, second)
    if between is None or _ALL_OF_IT.search(text, second.end):
        return None
    before, after = _TO_ME.sub("", text[:between]), _TO_ME.sub("", text[between:])
    if _PAYS.search(before) or not _PAYS.search(after):
        return None
    rest = before.replace(text[first.start : first.end], "")
    return first if len(_WORD.findall(rest)) >= _WORDS_BESIDE_MIN else None


def _end_between(text: str, first: Found, second: Found) -> int | None:
    """Where the words of the first day end; Chinese names the day before its verb."""
    if second.start - first.end < _WORDS_BESIDE_MIN:
        return None
    ends = list(_CLAUSE_END.finditer(text, first.end, second.start))
    if ends:
        return ends[-1].end()
    return second.start if _HAN.search(text, first.end, second.start) else None
