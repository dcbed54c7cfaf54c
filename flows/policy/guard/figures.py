"""Amounts and days named in a text, as values with their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flows.money import Currency
from flows.policy.guard.view import holds_any

_SIGNS = {
    "us$": "USD",
    "hk$": "HKD",
    "nt$": "TWD",
    "a$": "AUD",
    "s$": "SGD",
    "$": None,
    "¥": None,
    "£": "GBP",
    "€": "EUR",
    **{
        code.lower(): code
        for code in ("USD", "CNY", "HKD", "TWD", "AUD", "SGD", "GBP", "EUR", "JPY", "KWD")
    },
    "rmb": "CNY",
    "ntd": "TWD",
    "新台币": "TWD",
    "台币": "TWD",
    "人民币": "CNY",
    "港币": "HKD",
    "港元": "HKD",
    "港纸": "HKD",
    "美元": "USD",
    "美金": "USD",
    "英镑": "GBP",
    "欧元": "EUR",
    "澳元": "AUD",
    "日元": "JPY",
    "日圆": "JPY",
    "新加坡元": "SGD",
    "yuan": "CNY",
    "pounds": "GBP",
    "pound": "GBP",
    "euros": "EUR",
    "dollars": None,
    "dollar": None,
    "bucks": None,
    "块钱": None,
    "块": None,
    "元": None,
    "圆": None,
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_BEFORE = re.compile(rf"(?<![a-z0-9])(?P<sign>{_SIGN})\s?$")
_AFTER = re.compile(rf"\s?(?P<wan>万)?\s?(?:(?P<sign>{_SIGN})(?![a-z]|\s?\d))?")
_HAN_AMOUNT = re.compile(
    r"(?<![\d.])(?P<han>[一二两三四五六七八九十百千][一二两三四五六七八九十百千万零]*)(?:元|块钱|块|圆)"
)
_SIGN_REACH = 6
_WAN = 10_000
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
            *("july jul", "august aug", "september sept sep", "october oct"),
            *("november nov", "december dec"),
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAYS = {day: at for at, day in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS_EN = {
    name: at
    for at, names in enumerate(
        (
            *("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs"),
            *("friday fri", "saturday sat", "sunday sun"),
        )
    )
    for name in names.split()
}
_DAY = re.compile(
    r"(?:(?P<zy>\d{4})年)?(?P<zm>\d{1,2})月(?P<zd>\d{1,2})[日号]"
    r"|(?<!\d)(?P<iy>\d{4})[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})(?!\d)"
    rf"|\b(?P<em>{_MONTH})\.? (?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<ey>\d{{4}}))?"
    rf"|\b(?P<fd>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<fm>{_MONTH})\b(?:,? (?P<fy>\d{{4}}))?"
    r"|(?<![\d/])(?P<n1>\d{1,2})/(?P<n2>\d{1,2})(?:/(?P<ny>\d{4}))?(?![\d/])"
)
_WEEKDAY = re.compile(
    r"(?P<next>下个?)?(?:周|星期|礼拜)(?P<han>[一二三四五六日天])"
    rf"|\b(?P<next_en>next )?(?P<en>{'|'.join(sorted(_WEEKDAYS_EN, key=len, reverse=True))})\b"
)
_WEEKDAY_HINTS = ("周", "星期", "礼拜", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money named in the text; `currency` is None where the sign leaves it open."""

    start: int
    end: int
    value: Decimal
    currency: str | None

    def is_minor(self, minor: int) -> bool:
        """Whether this is that many minor units, in its own currency or one of two decimals."""
        exponents = {Currency.of(self.currency).exponent} if self.currency else {0, 2}
        if self.currency == "TWD":
            exponents = {0, 2}  # Ledgers keep two decimals, bills show none.
        return any(self.value.scaleb(exponent) == minor for exponent in exponents)


@dataclass(frozen=True, slots=True)
class Day:
    """A day named in the text; `readings` are the dates it may mean, empty without `today`."""

    start: int
    end: int
    readings: tuple[date, ...]


def amounts(text: str) -> Iterator[Amount]:
    """The amounts with a currency, figures before words; the text is folded."""
    for figure in _FIGURE.finditer(text):
        before = _BEFORE.search(text, max(0, figure.start() - _SIGN_REACH), figure.start())
        after = _AFTER.match(text, figure.end())
        sign = after["sign"] if after else None
        if before is None and sign is None:
            continue
        value = Decimal(figure[0].replace(",", "")) * (_WAN if after and after["wan"] else 1)
        signs = [before["sign"]] if before else []
        currency = next((_SIGNS[s] for s in (*signs, sign) if s and _SIGNS[s]), None)
        start = before.start() if before else figure.start()
        yield Amount(start, after.end() if after and sign else figure.end(), value, currency)
    if "元" in text or "块" in text or "圆" in text:
        for match in _HAN_AMOUNT.finditer(text):
            yield Amount(*match.span(), Decimal(_han_number(match["han"])), None)


def days(text: str, today: date | None) -> Iterator[Day]:
    """The calendar days and weekdays, in order of kind; years left open are those next to today."""
    dates = [(match, tuple(_readings(match, today))) for match in _DAY.finditer(text)]
    for match, readings in dates:
        if readings or today is None:
            yield Day(match.start(), match.end(), readings)
    for match in _WEEKDAY.finditer(text) if holds_any(text, _WEEKDAY_HINTS) else ():
        if not any(_is_beside(text, match, each) for each, _ in dates):
            yield Day(match.start(), match.end(), _weekday(match, today))


def _is_beside(text: str, weekday: re.Match[str], day: re.Match[str]) -> bool:
    """Whether a weekday belongs to a date: `Friday 13 March`, `3月13日(周五)`."""
    first, second = sorted((weekday.span(), day.span()))
    return text[first[1] : second[0]].strip(" ,(") in ("", "the")


def _readings(match: re.Match[str], today: date | None) -> Iterator[date]:
    if match["n1"]:
        first, second = int(match["n1"]), int(match["n2"])
        pairs = {(first, second), (second, first)}
        year = match["ny"]
    else:
        month = match["zm"] or match["im"] or _MONTHS.get(match["em"] or match["fm"])
        pairs = {(int(month or 0), int(match["zd"] or match["id"] or match["ed"] or match["fd"]))}
        year = match["zy"] or match["iy"] or match["ey"] or match["fy"]
    for month, day in sorted(pairs):
        found = _date(int(year) if year else None, month, day, today)
        if found:
            yield found


def _date(year: int | None, month: int, day: int, today: date | None) -> date | None:
    """The date; without a year the one nearest to today; None where there is no such day."""
    if year is None and today is None:
        return None
    years = (year,) if year else (today.year - 1, today.year, today.year + 1) if today else ()
    found = []
    for each in years:
        try:
            found.append(date(each, month, day))
        except (ValueError, OverflowError):
            continue
    if today is None or year:
        return found[0] if found else None
    return min(found, key=lambda on: abs(on - today), default=None)


def _weekday(match: re.Match[str], today: date | None) -> tuple[date, ...]:
    if today is None:
        return ()
    wanted = _WEEKDAYS[match["han"]] if match["han"] else _WEEKDAYS_EN[match["en"]]
    ahead = (wanted - today.weekday()) % _WEEK
    steps = [ahead]
    if match["next"]:
        steps = [_WEEK - today.weekday() + wanted]
    elif match["next_en"]:
        steps = [ahead, ahead + _WEEK]
    last = (date.max - today).days
    return tuple(today + timedelta(days=step) for step in steps if step <= last)


def _han_number(text: str) -> int:
    total, section, digit = 0, 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * _WAN, 0, 0
        else:
            section, digit = section + (digit or 1) * _UNITS[char], 0
    return total + section + digit
