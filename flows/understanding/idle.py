"""Guesses that no word bears out: of some intents a reply must hold a word of their matter."""

from __future__ import annotations

from functools import cache

from flows.languages.pattern import Pattern
from flows.packaged import packaged_table
from flows.understanding.intents import Intent


def idle_guess(intent: Intent, text: str) -> str | None:
    """The name of the rule by which a raw text holds no word of an intent; None where it may."""
    words = words_of().get(intent)
    if intent is Intent.DISPUTE_DEBT:
        text = " ".join(_ELSE_CANCELLED.split(text))
    return None if words is None or words.search(text) else f"idle.{intent}"


# A flight that was cancelled, in a story, ended no contract.
_ELSE_CANCELLED = Pattern(
    r"\b(?:flights?|trains?|trips?|bus|shifts?|gigs?|jobs?|meetings?|appointments?|classes|school|holiday|vacation|wedding|surgery)"
    r"(?: (?:has|have|had|got|was|were|is|are|been|being|all|just))* cancell?ed\b"
)


@cache
def words_of() -> dict[Intent, Pattern]:
    """For each intent of `evidence.toml` the words of which a guess at it must hold one."""
    data = packaged_table(__package__, "evidence.toml")
    return {Intent(name): _any_of(words) for name, words in data.items()}


def _any_of(words: dict[str, list[str]]) -> Pattern:
    return Pattern(rf"(?i){'|'.join(words['anywhere'])}|\b(?:{'|'.join(words['words'])})\b")
