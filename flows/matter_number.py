"""The number by which a customer names his matter: short enough to be said over a telephone."""

from __future__ import annotations

import hashlib

_LEAST, _SPAN = 10_000_000, 90_000_000
_DIGITS = 9


def matter_number(record_id: str) -> str:
    """Nine digits that stand for a record's id, and tell nothing of it.

    The last one is Luhn's check digit (ISO/IEC 7812-1, annex B): of a number that was heard with
    one wrong digit nobody's matter is found. Two ids may share a number, once in some millions.
    """
    drawn = int.from_bytes(hashlib.sha256(record_id.encode()).digest()[:8])
    digits = str(_LEAST + drawn % _SPAN)
    return digits + _check_digit(digits)


def heard_number(text: str) -> str | None:
    """The nine digits somebody gave, however grouped; None when they are no such number."""
    digits = "".join(each for each in text if each not in " -–—·.")
    is_number = len(digits) == _DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_number and _check_digit(digits[:-1]) == digits[-1] else None


def _check_digit(digits: str) -> str:
    doubled = (int(each) * 2 for each in digits[::-2])
    total = sum(each - 9 if each > 9 else each for each in doubled)
    return str(-(total + sum(int(each) for each in digits[-2::-2])) % 10)
