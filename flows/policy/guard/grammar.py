"""What the detectors share: their setting, and words near each other in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from flows.policy.guard.lexicon import Word
from flows.policy.guard.payments import Allowed
from flows.policy.guard.reading import Reading, Sentence

Span = tuple[int, int]

# How far apart two words may stand and still speak of one thing: characters of Chinese, of English.
NEAR = (16, 60)
_CLAUSE_MARK = re.compile(r"[,、:(]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a detector may know beyond the text itself."""

    kind: str = "reply"
    language: str = "zh-Hans"
    template: str = ""
    today: date | None = None
    creditor: str = ""
    agent_name: str = ""
    allowed: Allowed = field(default_factory=Allowed)


Finder = Callable[[Reading, Setting], Iterator[Span]]


def near(
    sentence: Sentence,
    first: int,
    second: int,
    *,
    reach: tuple[int, int] = NEAR,
    ordered: bool = False,
) -> Span | None:
    """The span of two words of two classes within reach; `ordered`: the first comes first."""
    if not (sentence.classes & first and sentence.classes & second):
        return None
    limit = reach[0] if sentence.is_han else reach[1]
    others = [word for word in sentence.words if word.classes & second]
    for one in sentence.words:
        if not one.classes & first:
            continue
        for other in others:
            if one is other or (ordered and other.start < one.start):
                continue
            start, end = min(one.start, other.start), max(one.end, other.end)
            if end - start - len(one.text) - len(other.text) <= limit:
                return start, end
    return None


def span(word: Word | None) -> Iterator[Span]:
    """The span of a word, if there is one."""
    if word:
        yield word.start, word.end


def at(sentence: Sentence, match: re.Match[str]) -> Span:
    """The span of a match in a sentence, in the whole text."""
    return sentence.start + match.start(), sentence.start + match.end()


def sentences(reading: Reading, classes: int) -> Iterator[Sentence]:
    """The sentences that hold a word of the classes."""
    if reading.classes & classes:
        yield from (each for each in reading.sentences if each.classes & classes)


def is_same_clause(sentence: Sentence, first: Word, second: Word) -> bool:
    """Whether no clause mark stands between two words of a sentence."""
    between = sentence.text[first.end - sentence.start : second.start - sentence.start]
    return _CLAUSE_MARK.search(between) is None
