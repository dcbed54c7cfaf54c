"""English numbers as they are texted: seventy five, 3 hundred, two and a half grand, 1.5k."""

from __future__ import annotations

import re
from decimal import Decimal

from flows.languages.scanner import Read, Rule, word_rule

_ONES = [
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
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = (
    {word: value for value, word in enumerate(_ONES)}
    | {word: value * 10 for value, word in enumerate(_TENS, 2)}
    | {"fourty": 40, "ninty": 90, "fivety": 50, "fourtey": 40, "twelv": 12, "a": 1, "an": 1}
)
_TWENTY_TO_NINETY = frozenset(range(20, 100, 10))
_THOUSANDS = frozenset({"thousand", "thousands", "grand", "k", "thou"})
_HALF_THOUSAND = 500
_SPLIT = re.compile(r"[ -]+")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LENGTH_MAX = 60

_FIGURE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,3}(?![0-9]))?"
_WORD = "|".join(sorted((word for word in _WORDS if len(word) > 2), key=len, reverse=True))
_SCALE = "hundred|thousand|grand|thou|k"
FIGURE = _FIGURE
"""Figures, with thousands commas and cents."""
SMALL = f"(?:[0-9]{{1,3}}|{_WORD}|an?)"
"""A count in figures or one word."""
PHRASE = (
    f"(?:(?:{_FIGURE} ?k(?![a-z])|{_FIGURE}(?=(?:(?: and)? a half)?[ -](?:{_SCALE})\\b)"
    f"|[1-9](?= (?:{'|'.join(_TENS)})\\b)|an?(?= (?:{_SCALE})\\b)|{_WORD})"
    f"(?:(?: and|(?<=hundred) n|(?<=thousand) n|(?<=grand) n|[ -])*[ -](?:a half(?= (?:{_SCALE})\\b)|(?<=(?:grand|usand) and )a half|{_WORD}|{_SCALE})\\b)*|{_FIGURE}|half an? (?:grand|thousand|hundred)\\b)"
)
"""A whole number phrase; `read_number` may still find it to be none."""
STARTS = (
    "0 1 2 3 4 5 6 7 8 9 a_ a- an_ an- coupl dozen eight eleve fifte fifty five forty four half_ nine"
    " ninty one seven six ten thirt three twelv twent two zero"
)
"""What a number can start with, for `word_rule`."""
NUMBER_AHEAD = re.compile(
    rf"[0-9]|(?:an?|{_WORD}|couple|dozen|half|hundreds?|thousands?|few|several|some|many|noon)\b"
)
"""The gate of every rule that starts with a number."""


def counted(pattern: str, read: Read, *, gate: re.Pattern[str] = NUMBER_AHEAD) -> Rule:
    """A rule that starts with a number."""
    return word_rule(STARTS, pattern, read, gate=gate)


def read_number(said: str) -> Decimal | None:
    """The exact value, or None where the words make no single number (two three)."""
    if len(said) > _LENGTH_MAX:
        return None
    if said.isdigit() and said.isascii():
        return Decimal(said)
    words = [
        word for word in _SPLIT.split(said.replace(",", "").strip()) if word not in ("and", "n")
    ]
    if words[:1] == ["half"]:
        words = ["0.5", *(word for word in words[1:] if word not in ("a", "an"))]
    total = Decimal(0)
    current: Decimal | None = None
    for word in _with_halves(words):
        if word == "half" and total and current is None:
            total += _HALF_THOUSAND
            continue
        if word in _THOUSANDS:
            total += (Decimal(1) if current is None else current) * 1000
            current = None
            continue
        current = _grown(current, word)
        if current is None:
            return None
    return total + (current or 0) if words else None


def _with_halves(words: list[str]) -> list[str]:
    """`2 a half` as 2.5, and a k written behind its figure as a word of its own."""
    grown: list[str] = []
    for word in words:
        if word == "half" and grown[-1:] == ["a"] and len(grown) > 1:
            grown[-1:] = ["half"]
            continue
        grown += [word[:-1], "k"] if word[:1].isdigit() and word.endswith("k") else [word]
    return grown


def _grown(current: Decimal | None, word: str) -> Decimal | None:
    """The number so far with one more word; None where the word cannot follow."""
    if word == "hundred":
        return (Decimal(1) if current is None else current) * 100
    if word == "half":
        return None if current is None else current + Decimal("0.5")
    value = _value(word)
    if value is None or current is None:
        return value
    return _followed(current, value)


def _followed(current: Decimal, value: Decimal) -> Decimal | None:
    if current >= 100 and current % 100 == 0 and value < 100:
        return current + value
    if current % 100 in _TWENTY_TO_NINETY and 0 < value < 10:
        return current + value
    # "two fifty" is 250; "twelve fifty" may be 12.50 and is left alone.
    return current * 100 + value if 0 < current < 10 <= value < 100 else None


def _value(word: str) -> Decimal | None:
    if word in _WORDS:
        return Decimal(_WORDS[word])
    return Decimal(word) if _PLAIN.fullmatch(word) else None


def read_integer(said: str) -> int | None:
    """The number as an int, or None where it is none or not whole."""
    value = read_number(said)
    return int(value) if value is not None and value == int(value) else None
