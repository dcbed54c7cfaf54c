"""How a simulated customer writes figures and days, and the phrases he chooses from."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random

_ZH_DIGITS = "零一二三四五六七八九"
_ZH_WEEKDAYS = "一二三四五六日"
_EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_EN_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WEEK = 7
_WORD_LIMIT = 10_000


@cache
def phrases(lect: str) -> Mapping[str, tuple[str, ...]]:
    """All phrases of a lect by what they mean."""
    text = resources.files(__package__).joinpath("words", f"{lect}.toml").read_text("utf-8")
    return {key: tuple(lines) for key, lines in tomllib.loads(text).items()}


def amount_words(minor: int, lect: str, rng: Random, *, spelled: bool = False) -> str:
    """A sum as this customer would write it; `spelled`: in words where that is usual."""
    whole, cents = divmod(minor, 100)
    figure = f"{whole}.{cents:02d}" if cents else f"{whole}"
    if spelled and not cents and whole < _WORD_LIMIT:
        figure = spell(whole, lect)
    forms = _SUMS[lect]
    if figure[0].isalpha() and lect == "en":
        forms = forms[-1:]
    return rng.choice(forms).format(figure)


_SUMS: Mapping[str, tuple[str, ...]] = {
    "zh-Hans": ("{}", "{}元", "{}块"),
    "zh-Hant": ("{}", "{}元"),
    "yue": ("{}", "{}元", "{}蚊"),
    "en": ("${}", "${}", "{}", "{} dollars"),
}


def spell(number: int, lect: str) -> str:
    """A whole number below ten thousand in words."""
    return _spell_en(number) if lect == "en" else _spell_zh(number)


def _spell_zh(number: int) -> str:
    out, is_gap = "", False
    for unit, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if is_gap and out else "") + _ZH_DIGITS[digit] + mark
        is_gap = not digit
    return out.removeprefix("一") if 10 <= number < 20 else out or "零"


def _spell_en(number: int) -> str:
    parts = []
    if number >= 1000:
        parts.append(f"{_EN_SMALL[number // 1000]} thousand")
    if number // 100 % 10:
        parts.append(f"{_EN_SMALL[number // 100 % 10]} hundred")
    rest = number % 100
    if 0 < rest < 20:
        parts.append(_EN_SMALL[rest])
    elif rest:
        ones = f"-{_EN_SMALL[rest % 10]}" if rest % 10 else ""
        parts.append(_EN_TENS[rest // 10] + ones)
    return " ".join(parts) or "zero"


def ordinal(number: int) -> str:
    """5th, 21st."""
    if number // 10 == 1:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def day_words(day: date, today: date, lect: str, rng: Random, *, spelled: bool = False) -> str:
    """A day as this customer would write it; every form means exactly this day."""
    forms = _en_days(day, today) if lect == "en" else _zh_days(day, today, lect, spelled=spelled)
    return rng.choice(forms)


def _is_next_of_number(day: date, today: date) -> bool:
    """Whether "the 5th" can only be this day: the first such day from tomorrow on."""
    later = today + timedelta(days=1)
    while later.day != day.day:
        later += timedelta(days=1)
    return later == day


def _is_last_of_number(day: date, today: date) -> bool:
    earlier = today - timedelta(days=1)
    while earlier.day != day.day:
        earlier -= timedelta(days=1)
    return earlier == day


def _zh_days(day: date, today: date, lect: str, *, spelled: bool) -> list[str]:
    ahead = (day - today).days
    number = _spell_zh(day.day) if spelled else str(day.day)
    month = _spell_zh(day.month) if spelled else str(day.month)
    forms = [f"{month}月{number}号", f"{month}月{number}日"]
    if (ahead > 0 and _is_next_of_number(day, today)) or (
        ahead < 0 and _is_last_of_number(day, today)
    ):
        forms += [f"{number}号"] * 2
    near = _NEAR[lect].get(ahead)
    if near:
        forms += [near] * 2
    if ahead > 0:
        forms += _zh_week(day, today, lect)
    if ahead > 0 and day.month == today.month and day.day == monthrange(day.year, day.month)[1]:
        forms.append("月尾" if lect == "yue" else "月底")
    if lect != "zh-Hans":
        forms = [form.replace("号", "號") for form in forms]
    return forms


_NEAR = {
    "zh-Hans": {1: "明天", 2: "后天", -1: "昨天", -2: "前天"},
    "zh-Hant": {1: "明天", 2: "後天", -1: "昨天", -2: "前天"},
    "yue": {1: "聽日", 2: "後日", -1: "尋日", -2: "前日"},
}


def _zh_week(day: date, today: date, lect: str) -> list[str]:
    weeks = (day - timedelta(days=day.weekday()) - today + timedelta(days=today.weekday())).days
    name = _ZH_WEEKDAYS[day.weekday()]
    if lect != "zh-Hans":
        name = f"禮拜{name}"
        return {0: [f"今個{name}" if lect == "yue" else f"這{name}"], _WEEK: [f"下{name}"]}.get(
            weeks, []
        )
    return {0: [f"这周{name}", f"周{name}"], _WEEK: [f"下周{name}"]}.get(weeks, [])


def _en_days(day: date, today: date) -> list[str]:
    ahead = (day - today).days
    month = _EN_MONTHS[day.month - 1]
    forms = [f"on {month} {day.day}", f"on {day.day} {month[:3]}", f"on {month[:3]} {day.day}"]
    if (ahead > 0 and _is_next_of_number(day, today)) or (
        ahead < 0 and _is_last_of_number(day, today)
    ):
        forms += [f"on the {ordinal(day.day)}"] * 2
    if ahead in (1, -1):
        forms += ["tomorrow" if ahead == 1 else "yesterday"] * 2
    if 1 < ahead < _WEEK:
        forms += [f"on {_EN_WEEKDAYS[day.weekday()]}", f"this {_EN_WEEKDAYS[day.weekday()]}"]
    return [
        form for form in forms if not (form.startswith("this") and day.weekday() < today.weekday())
    ]
