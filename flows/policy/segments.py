"""How many SMS parts a text needs: GSM-7, UCS-2, and the count of mainland China's networks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# 3GPP TS 23.038, the default alphabet and its extension table (each of these takes two septets).
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
_ESCAPE = 2

# Letters that are no letter with a mark.
_BASES = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "’": "'", "‘": "'", "–": "-"}

# 3GPP TS 23.040: 140 octets a part, six of them for the header when the text is split.
_GSM_ONE, _GSM_PART = 160, 153
_UCS2_ONE, _UCS2_PART = 70, 67
_LAST_BMP = "\uffff"


class Encoding(StrEnum):
    """The alphabet a text travels in."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """`count` parts of a text of `units` (septets or UTF-16 units) in an alphabet."""

    encoding: Encoding
    units: int
    count: int


def segments(text: str) -> Segments:
    """The parts of a text as GSM-7 when every character is in it, else as UCS-2.

    A character is never split: an escape pair or a surrogate pair moves whole to the next part.
    """
    if _GSM_BASIC.issuperset(text):
        return Segments(
            encoding=Encoding.GSM7, units=len(text), count=_even(len(text), _GSM_ONE, _GSM_PART)
        )
    if all(c in _GSM_BASIC or c in _GSM_EXTENSION for c in text):
        sizes = [_ESCAPE if c in _GSM_EXTENSION else 1 for c in text]
        return _packed(Encoding.GSM7, sizes, _GSM_ONE, _GSM_PART)
    if max(text) <= _LAST_BMP:
        count = _even(len(text), _UCS2_ONE, _UCS2_PART)
        return Segments(encoding=Encoding.UCS2, units=len(text), count=count)
    sizes = [2 if c > _LAST_BMP else 1 for c in text]
    return _packed(Encoding.UCS2, sizes, _UCS2_ONE, _UCS2_PART)


def in_gsm_letters(name: str) -> str:
    """A name by the letters of the default alphabet, João as Joao; as it is where one has none."""
    letters = [c if c in _GSM_BASIC else _base_of(c) for c in name]
    return "".join(letters) if all(letters) else name


def _base_of(letter: str) -> str:
    """The letter without its marks; empty where the alphabet has none such."""
    base = _BASES.get(letter) or "".join(
        c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c)
    )
    return base if base and _GSM_BASIC.issuperset(base) else ""


def mainland_segments(text: str) -> int:
    """The parts a mainland China network bills: every character counts one, the signature too."""
    return _even(len(text), _UCS2_ONE, _UCS2_PART)


def _even(length: int, one: int, part: int) -> int:
    if length <= one:
        return 1
    return -(-length // part)


def _packed(encoding: Encoding, sizes: list[int], one: int, part: int) -> Segments:
    units = sum(sizes)
    if units <= one:
        return Segments(encoding=encoding, units=units, count=1)
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return Segments(encoding=encoding, units=units, count=count)
