"""How like two messages are, once what differs from person to person is masked."""

from __future__ import annotations

import re
from functools import lru_cache

from flows.policy.footers import without_footer

_GRAM = 3
_TEXTS_KEPT = 1024
_MASKS = (
    (re.compile(r"https?://\S+|www\.\S+"), "\N{LINK SYMBOL}"),
    (re.compile(r"\b(dear|hi|hello|hey)\s+[^,:!.]{1,40}(?=[,:!.])"), r"\1 *"),
    (re.compile(r"尊敬的[^:,。!]{1,20}"), "尊敬的*"),
    (re.compile(r"^(【[^】]*】)?[^:,。!*]{1,20}?[ ,]*(?=[您你]好)"), r"\1*"),
    (re.compile(r"\d[\d.,:/%-]*"), "0"),
    (re.compile(r"\s+"), " "),
)


@lru_cache(_TEXTS_KEPT)
def masked(text: str) -> str:
    """What the text itself says, in one width and case, names, numbers and links masked.

    The footer is left out: it is the same in every message.
    """
    text = without_footer(text)
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text.strip()


def likeness(first: str, second: str) -> float:
    """Jaccard likeness, 0 to 1, of the sets of character 3-grams of two masked texts."""
    one, other = _grams(masked(first)), _grams(masked(second))
    return len(one & other) / len(one | other)


@lru_cache(_TEXTS_KEPT)
def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + _GRAM] for i in range(max(1, len(text) - _GRAM + 1)))
