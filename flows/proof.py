"""Comparing answers that verify a person: in constant time, in any usual spelling, never stored."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass

from flows.languages.zh.numbers import read_integer

# negotiation.md C.7: two of the items must be right; one is enough where only one is held.
ITEMS_NEEDED = 2
_SHORTEST_ITEM = 3
_FULL_DATE_DIGITS, _YEAR_DIGITS = 8, 4
_TOKEN = re.compile(r"[0-9]+|[A-Za-z]+[0-9][A-Za-z0-9]*")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2}|\d{2}(?=\s*年))\s*(?:[-/.]|年(?:出?生)?[的人]?[,，]?)\s*"
    r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
)
_SPACED_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[ ,，]+(\d{1,2})(?: |\s*月\s*)(\d{1,2})(?!\d)")
# 五月十二 1985, 5月12号八五年的.
_YEAR_AFTER = re.compile(
    r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?[\s,，、的是]*((?:19|20)\d{2}|\d{2}(?=\s*年))(?!\d)"
)
_HAN_FIGURES = re.compile(
    "[〇○零一二三四五六七八九]{4,}|[〇○零一二三四五六七八九十廿卅]{1,4}(?=\\s*[年月日号號])"
    "|(?<=月)[一二三四五六七八九十廿卅]{1,3}"
)
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(
    r"(?:(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"\b(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?\s*"
    r"(?:(?P<late>\d{1,2})(?:st|nd|rd|th)?\b,?\s*)?'?(?P<year>(?:19|20)\d{2}|(?<=[ '])\d{2}(?![:/.]))(?!\d)",
    re.IGNORECASE,
)
# 生日3.14: with a point only beside the word itself.
_DOTTED_BIRTHDAY = re.compile(
    r"(生日|出生|生于|生於|birthday|born)(\D{0,4})(\d{1,2})[.．](\d{1,2})(?![.\d])", re.IGNORECASE
)
_MONTH_DAY = re.compile(r"(?<![\d/])(\d{1,2})\s*[月/]\s*(\d{1,2})(?![\d/])")
_FULL_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NO_YEAR = re.compile(
    rf"(?<!\d)\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_FULL_MONTH})\b"
    rf"|(?P<first>{_FULL_MONTH})\.?\s+(?P<late>\d{{1,2}})(?:st|nd|rd|th)?\b)",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_SPACED_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2}) (\d{1,2}) ((?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a message proved: names of right items, whether any item was wrong."""

    right_items: frozenset[str]
    has_wrong_item: bool
    is_enough: bool


def check(
    text: str, secrets: tuple[tuple[str, str], ...], already: frozenset[str] = frozenset()
) -> Proof:
    """Compare the items in the text with those held; items proved earlier count too."""
    given = _items(text)
    right: set[str] = set()
    wrong = False
    for item in given:
        names = {name for name, secret in secrets if _equal(item, secret)}
        right |= names
        wrong = wrong or not (names or _is_year_of_birth(item, secrets))
    proved = already | right
    needed = min(ITEMS_NEEDED, len(secrets))
    if len(right) >= ITEMS_NEEDED and not _strong_wrong(text, secrets):
        # "3391, born 17 April 1986, and I pay 400 on December 1": the rest of the words is no item.
        wrong = False
    return Proof(
        right_items=frozenset(right),
        has_wrong_item=wrong,
        is_enough=bool(secrets) and not wrong and len(proved) >= needed,
    )


def _is_year_of_birth(item: str, secrets: tuple[tuple[str, str], ...]) -> bool:
    """The year beside a birthday told in pieces, 0314 1987: no item of its own, and no wrong one."""
    dates = [date for _, secret in secrets for date in _forms(secret)]
    return any(
        len(date) == _FULL_DATE_DIGITS and hmac.compare_digest(item.encode(), date[:4].encode())
        for date in dates
    )


_SUM_OR_DAY = re.compile(
    r"[$£€¥]\s?\d[\d,.]*|\b\d{1,5} (?:payments?|instal\w+|dollars|bucks|quid|a month|per month|on|by|today|tomorrow|now)\b"
    rf"|\b(?:on|by|from|starting|pay|start|until|till?) (?:the )?(?:\d{{1,4}}(?:st|nd|rd|th)?\b|{_FULL_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b)",
    re.IGNORECASE,
)


def _strong_wrong(text: str, secrets: tuple[tuple[str, str], ...]) -> bool:
    """Whether an item is wrong that is not told as a sum or a day to pay on."""
    rest = _SUM_OR_DAY.sub(" ", text)
    return any(not any(_equal(item, secret) for _, secret in secrets) for item in _items(rest))


def gives_items(text: str) -> bool:
    """Whether the text holds anything that could be an item at all."""
    return bool(_items(text))


def gives_pair(text: str) -> bool:
    """Whether the text holds as many items as are asked for."""
    return len(_items(text)) >= ITEMS_NEEDED


def _items(text: str) -> list[str]:
    """The items a message gives: dates as eight digits, other runs of digits, postcodes."""
    text = unicodedata.normalize("NFKC", text)
    found: list[str] = []

    def year_first(match: re.Match[str]) -> str:
        found.append(f"{match[1]}{int(match[2]):02}{int(match[3]):02}")
        return " "

    def year_last(match: re.Match[str]) -> str:
        # 05/01/1990 is the fifth of January or May 1, so both spellings are held.
        found.append(f"{int(match[1]):02}{int(match[2]):02}{match[3]}")
        return " "

    def month_day(match: re.Match[str]) -> str:
        found.append(f"{int(match[1]):02}{int(match[2]):02}")
        return " "

    rest = _month_numbers(_HAN_FIGURES.sub(_plain_figures, text))
    for pattern, spell in (
        (_DATE, year_first),
        (_YEAR_AFTER, year_last),
        (_SPACED_DATE, year_first),
        (_YEAR_LAST, year_last),
        (_SPACED_YEAR_LAST, year_last),
    ):
        rest = pattern.sub(spell, rest)
    rest = _MONTH_DAY.sub(month_day, _DOTTED_BIRTHDAY.sub(r"\1\2\3/\4", rest))
    tokens = (token.upper() for token in _TOKEN.findall(rest))
    return found + [token for token in tokens if len(token) >= _SHORTEST_ITEM]


def _plain_figures(match: re.Match[str]) -> str:
    """一九八五 as 1985, 十二 as 12; what is no number stays."""
    said = match[0].translate(_HAN_DIGITS)
    number = said if said.isdigit() else read_integer(match[0])
    return match[0] if number is None else f" {number}"


def _month_numbers(text: str) -> str:
    """1 May 1990 and May 1, 1990 as 1990-5-1; without a year as 5月1."""

    def numbered(match: re.Match[str]) -> str:
        month = _MONTHS.index(match["month"][:3].lower()) + 1
        day = match["day"] or match["late"]
        if day is None:
            return match[0]
        sep = "-" if len(match["year"]) == _YEAR_DIGITS else "年"
        return f" {match['year']}{sep}{month}-{day} "

    def unyeared(match: re.Match[str]) -> str:
        named = match["month"] or match["first"]
        month = _MONTHS.index(named[:3].lower()) + 1
        return f" {month}月{match['day'] or match['late']} "

    return _NO_YEAR.sub(unyeared, _NAMED_MONTH.sub(numbered, text))


def _equal(item: str, secret: str) -> bool:
    """Constant-time comparison with each spelling the held answer may have."""
    same = [hmac.compare_digest(item.encode(), form.encode()) for form in _forms(secret)]
    return any(same)


def _forms(secret: str) -> set[str]:
    plain = re.sub(r"[\s]", "", unicodedata.normalize("NFKC", secret)).upper()
    digits = re.sub(r"\D", "", plain)
    forms = {plain, digits} - {""}
    dates = _items(secret)
    forms |= set(dates)
    for form in [*dates, digits]:
        if len(form) == _FULL_DATE_DIGITS:
            # A birthday is often given without its year or century, day or month first.
            year, month, day = form[:4], form[4:6], form[6:]
            forms |= {month + day, month + day + year, day + month + year}
            forms |= {form[2:], month + day + year[2:], day + month + year[2:]}
    return forms
