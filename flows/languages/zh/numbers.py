"""Chinese numerals as they are said and typed: 一千二, 百五, 1w2, 2千5, 壹仟, 1.5万, 1,200."""

from __future__ import annotations

import re
from decimal import Decimal

from flows.languages.scanner import Read, Rule, rule

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    **{char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖", 1)},
    "参": 3,
}
_RANKS = ((10**8, "亿"), (10**4, "万w"), (1000, "千仟k"), (100, "百佰"), (10, "十拾"))
_WAN = 10**4
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_SCORES = str.maketrans({"廿": "二十", "卅": "三十", ",": None, "○": "〇"})

# Nobody owes a number that is longer than this.
_LENGTH_MAX = 15

NUMERALS = "".join(_DIGITS) + "十百千万亿廿卅拾佰仟"
SMALL = "一二两俩仨三四五六七八九十廿卅"
"""Numerals of counts, days and hours, for character classes."""


NOT_EACH = f"(?![{SMALL}]百(?:[{SMALL}]十)?一个?(?:月|周|星期|礼拜|期|次))"
"""Before a number of months and the like: 八百一个月 is 800 for one month, and no 801 months."""


UNIT_AHEAD = re.compile(
    f"(?:[0-9]{{1,4}}|[{SMALL}百半零〇]{{1,5}}) ?(?:[个天日周星礼月年期次笔份回转批号点时小分工钟半、,或到至和/~-]|还是)"
)
"""The gate of rules that start with a number of something other than money."""


def counted(starts: str, pattern: str, read: Read) -> Rule:
    """A rule that starts with a number of days, months, instalments and the like."""
    return rule(starts, pattern, read, gate=UNIT_AHEAD)


def read_number(said: str) -> Decimal | None:
    """The exact value, or None where the words are no single number (五六百, 一二三).

    A lone last digit is of the rank below the one before it: 一千二 is 1200, 1w2 is 12000.
    """
    if not said or len(said) > _LENGTH_MAX:
        return None
    if said.isdigit() and said.isascii():
        return Decimal(said)
    return _read(said.translate(_SCORES))


def read_integer(said: str) -> int | None:
    """The number as an int, or None where it is none or not whole."""
    value = read_number(said)
    return int(value) if value is not None and value == int(value) else None


def _read(said: str) -> Decimal | None:
    for rank, marks in _RANKS:
        at = min((found for mark in marks if (found := said.find(mark)) >= 0), default=-1)
        if at >= 0:
            return _joined(_head(said[:at], rank), rank, _tail(said[at + 1 :], rank))
    return _plain(said)


def _joined(head: Decimal | None, rank: int, tail: Decimal | None) -> Decimal | None:
    return None if head is None or tail is None or tail >= rank else head * rank + tail


def _head(said: str, rank: int) -> Decimal | None:
    """How many of the rank: one if nothing is said (百五); above 千 a number of its own (十二万)."""
    if not said:
        return Decimal(1)
    return _read(said) if rank >= _WAN else _plain(said)


def _tail(said: str, rank: int) -> Decimal | None:
    if not said:
        return Decimal(0)
    if said[0] in "零〇":
        return _read(said.lstrip("零〇"))
    value = _read(said)
    return value * rank / 10 if value is not None and len(said) == 1 and value < 10 else value


def _plain(said: str) -> Decimal | None:
    """One Chinese digit, or figures."""
    if said in _DIGITS:
        return Decimal(_DIGITS[said])
    return Decimal(said) if said.isascii() and _FIGURES.fullmatch(said) else None
