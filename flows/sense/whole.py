"""All that is owed, said by its own figure or in slipped words: "clear full 18000", "full amuont"."""

from __future__ import annotations

import re
from decimal import Decimal

from flows.model import Turn
from flows.replacing import replace
from flows.understanding.values import EntityKind, Tag, Understanding

_FIGURE = re.compile(r"(?<![\d.,/:-])\d[\d,]*(?:\.\d{1,2})?(?![\d/:%]|-\d)")
_SLIPPED = re.compile(
    r"\bful+ ?(?:a\w{3,6}t|amt|b[ae]l\w*)\b|(?:^|[,.;] ?)(?:in )?full(?= ?(?:$|[,.!]))"
    r"|\bthe lot\b(?! of)|\b(?:in|all at) one go\b",
    re.IGNORECASE,
)
# A figure up to here may be a day of the month, an hour or a number of payments.
_LARGEST_DAY = 31


def with_whole_said(reading: Understanding, turn: Turn) -> Understanding:
    """The reading tagged as one of all that is owed, where no sum but that one is named."""
    if Tag.WHOLE in reading.tags or Tag.SPLIT in reading.tags:
        return reading
    sums = (EntityKind.AMOUNT, EntityKind.SHARE, EntityKind.COUNT)
    if any(e.kind in sums for e in reading.entities):
        return reading
    if not _SLIPPED.search(reading.text) and not _names_sum_owed(reading, turn):
        return reading
    return replace(reading, tags=reading.tags | {Tag.WHOLE})


def _names_sum_owed(reading: Understanding, turn: Turn) -> bool:
    owed = turn.case.account.outstanding.decimal
    if owed <= _LARGEST_DAY:
        return False
    taken = [(e.start, e.end) for e in reading.entities]
    return any(
        Decimal(found[0].replace(",", "")) == owed
        for found in _FIGURE.finditer(reading.text)
        if not any(start < found.end() and found.start() < end for start, end in taken)
    )
