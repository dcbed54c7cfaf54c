"""Slips of one letter in English words that tell what is meant: evry, tomorow, saturdy, lawyr."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.packaged import packaged_table

# Words of customers come back; beyond this many one is compared anew.
_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The telling words by their first letter, and the words that are never a slip of one."""

    by_letter: dict[str, list[str]]
    never: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def meant(word: str) -> str | None:
    """The telling word that a lower-case word is one letter away from; None for any other."""
    words = _words()
    if word in words.never:
        return None
    near = (known for known in words.by_letter[word[0]] if _is_slip(word, known))
    return next(near, None)


def differ_by_one(word: str, known: str) -> bool:
    """Whether two words are the same but for one letter lost, added, wrong or out of place."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # Of no use to most Chinese replies.

    return OSA.distance(word, known, score_cutoff=1) <= 1


def _is_slip(word: str, known: str) -> bool:
    return abs(len(word) - len(known)) < 2 and differ_by_one(word, known)


@cache
def _words() -> _Words:
    data = packaged_table(__package__, "slips.toml")
    words = data["words"].split()
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in words:
        by_letter[word[0]].append(word)
    return _Words(by_letter=by_letter, never=frozenset((*words, *data["never"].split())))
