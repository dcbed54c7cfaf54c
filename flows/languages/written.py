"""How amounts, days, counts and lists are written in each language; never how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from flows.languages import Language
from flows.money import Money

# Before the figure, after the figure: as customers see it on their bills.
_CURRENCY: dict[Language, dict[str, tuple[str, str]]] = {
    Language.ZH_HANS: {
        "CNY": ("", "元"),
        "HKD": ("", "港元"),
        "TWD": ("新台币", "元"),
        "USD": ("", "美元"),
        "GBP": ("", "英镑"),
        "EUR": ("", "欧元"),
        "AUD": ("", "澳元"),
        "JPY": ("", "日元"),
        "SGD": ("", "新加坡元"),
    },
    Language.ZH_HANT: {
        "CNY": ("人民幣", "元"),
        "HKD": ("港幣", "元"),
        "TWD": ("新台幣", "元"),
        "USD": ("", "美元"),
        "GBP": ("", "英鎊"),
        "EUR": ("", "歐元"),
        "AUD": ("", "澳元"),
        "JPY": ("", "日圓"),
        "SGD": ("", "新加坡元"),
    },
    # A sign only where it is in the GSM alphabet and names one currency in its own country.
    Language.EN: {
        "USD": ("$", ""),
        "GBP": ("£", ""),
        "AUD": ("A$", ""),
        "HKD": ("HK$", ""),
        "TWD": ("NT$", ""),
        "SGD": ("S$", ""),
    },
}
_WEEKDAYS_ZH_HANS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_ZH_HANT = ("週一", "週二", "週三", "週四", "週五", "週六", "週日")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LETTERS = "ABCDEFGHIJKL"


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_EN = Language.EN
_ZH_HANS = Language.ZH_HANS


def money(amount: Money, language: Language) -> str:
    """The amount with grouped thousands and its currency: `3,600.00元`, `$3,600.00`."""
    figure = _figure(amount)
    code = amount.currency.code
    if code == "TWD":
        figure = figure.removesuffix(".00")  # Taiwan writes no cents.
    written = _CURRENCY[language].get(code)
    if written is None:
        return f"{code} {figure}"
    before, after = written
    return f"{before}{figure}{after}"


def _figure(amount: Money) -> str:
    """Every decimal of the currency; in whole numbers, which is sooner done than with decimals."""
    exponent = amount.currency.exponent
    whole, part = divmod(abs(amount.minor), 10**exponent)
    sign = "-" if amount.minor < 0 else ""
    return f"{sign}{whole:,}.{part:0{exponent}}" if exponent else f"{sign}{whole:,}"


def day(on: date, language: Language, *, today: date | None = None) -> str:
    """The day with its weekday; the year only where it is not the year of `today`."""
    if language is _EN:
        return f"{_WEEKDAYS_EN[on.weekday()]}, {short_day(on, language, today=today)}"
    weekdays = _WEEKDAYS_ZH_HANS if language is _ZH_HANS else _WEEKDAYS_ZH_HANT
    return f"{short_day(on, language, today=today)}（{weekdays[on.weekday()]}）"


def short_day(on: date, language: Language, *, today: date | None = None) -> str:
    """The day without its weekday: `11月27日`, `November 27`."""
    is_other_year = today is not None and today.year != on.year
    if language is _EN:
        text = f"{_MONTHS_EN[on.month - 1]} {on.day}"
        return f"{text}, {on.year}" if is_other_year else text
    text = f"{on.month}月{on.day}日"
    return f"{on.year}年{text}" if is_other_year else text


def clock(at: time) -> str:
    """The time of day on a 24-hour clock, the same in every language: `15:00`."""
    return f"{at:%H:%M}"


def moment(at: datetime, language: Language, *, today: date | None = None) -> str:
    """The day with its weekday and the time; `at` is already in the customer's zone."""
    joiner = " at " if language is _EN else ""
    return f"{day(at.date(), language, today=today)}{joiner}{clock(at.time())}"


def days(count: int, language: Language) -> str:
    """A number of days with the right plural: `5天`, `1 day`."""
    if language is _EN:
        return f"{count} day" if count == 1 else f"{count} days"
    return f"{count}天"


def listing(items: Sequence[str], language: Language) -> str:
    """The items in one line: `甲、乙和丙`, `a, b and c`."""
    if len(items) <= 1:
        return "".join(items)
    comma, last = (", ", " and ") if language is _EN else ("、", "和")
    return comma.join(items[:-1]) + last + items[-1]


def options(items: Sequence[str], language: Language) -> str:
    """The items as a choice by letter: `A 三期；B 六期`, `A) three; B) six`; at most twelve."""
    if len(items) > len(_LETTERS):
        raise ValueError(f"expected at most {len(_LETTERS)} options, got {len(items)}")
    mark, joiner = (")", "; ") if language is _EN else ("", "；")
    return joiner.join(f"{_LETTERS[i]}{mark} {item}" for i, item in enumerate(items))
