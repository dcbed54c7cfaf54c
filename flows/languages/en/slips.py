"""Slips of one letter in English words: evry, tomorow, lawyr; of two neighbours, in any: jbo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.packaged import packaged_table

# Words of customers come back; beyond this many one is compared anew.
_REMEMBERED = 4_096
# Words this short are near to too many others to stand a letter lost or wrong.
_SHORT = 3


# Slips that are made often, and of which no rule of letters is safe.
_OFTEN = {"wil": "will", "gona": "gonna", "tomoro": "tomorrow", "tomorrrow": "tomorrow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The telling words by their first letter, all plain words, and those that are never a slip."""

    by_letter: dict[str, list[str]]
    plain: frozenset[str]
    never: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def meant(word: str) -> str | None:
    """The word that a lower-case word was meant to be, where it is a slip of one; else None.

    A telling word may be one letter away, any plain word two neighbouring letters out of place.
    """
    words = _words()
    if word in _OFTEN:
        return _OFTEN[word]
    if word in words.never or word in words.plain:
        return None
    near = (known for known in words.by_letter.get(word[0], ()) if _is_slip(word, known))
    return next(near, None) or next(filter(words.plain.__contains__, _swapped(word)), None)


def _swapped(word: str) -> Iterator[str]:
    """The word with two neighbouring letters in each other's place; of a short one the first stays."""
    for at in range(len(word) <= _SHORT, len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def differ_by_one(word: str, known: str) -> bool:
    """Whether two words are the same but for one letter lost, added, wrong or out of place."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # Of no use to most Chinese replies.

    return OSA.distance(word, known, score_cutoff=1) <= 1


def _is_slip(word: str, known: str) -> bool:
    if len(word) <= _SHORT:
        return False
    return abs(len(word) - len(known)) < 2 and differ_by_one(word, known)


@cache
def _words() -> _Words:
    data = packaged_table(__package__, "slips.toml")
    words = data["words"].split()
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in words:
        by_letter[word[0]].append(word)
    return _Words(
        by_letter=by_letter,
        plain=frozenset(data["plain"].split()),
        never=frozenset((*words, *data["never"].split())),
    )
