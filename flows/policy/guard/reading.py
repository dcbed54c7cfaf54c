"""A text read once for all detectors: links, sentences, and the classed words of each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from flows.policy.guard import lexicon
from flows.policy.guard.lexicon import Lexicon, Word
from flows.policy.guard.view import HAN, View, view

# What stands for a link while words are read, so that `pay.example` is no word about paying.
MASK = "¤"
# One message is read for its ask, its findings and its elements; its neighbours come soon after.
_TEXTS_KEPT = 256

_LINK = re.compile(
    rf"(?P<scheme>[a-z][a-z0-9+]*://)[^\s{HAN}，。；、）】》\"'<>]+"
    r"|(?P<mail>[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"
    rf"|(?<![a-z0-9@.])(?:www\.)?(?:[a-z0-9-]+\.)+"
    r"(?:com|net|org|info|io|co|cn|hk|tw|uk|us|au|me|ly|gl|gd|be|cc|link|ink|li|id|at|st|xyz|top"
    r"|club|site|online|shop|app|page|biz|vip|win|im|so|to|tk|ml|ga|ru|example|test|eu|de|jp|sg"
    rf"|my|in|tv|ws|do|dev|click|life|live|pw|la|fun|lt|ms|gg|sh)(?![a-z0-9-])(?:/[^\s{HAN}，。；、）】》\"'<>]*)?",
)
_FIRST_WIDE = "\u3000"
_SENTENCE_END = re.compile(rf"[。!?;\n]+|\.+(?=\s|$|[{HAN}\"])|(?<=[{HAN}])\.")
_CLAUSE_MARK = re.compile(r"[,，、:()…\[\]【】]| - ")
_HAN_CHAR = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link or mail address in the text; span in the folded text."""

    start: int
    end: int
    text: str
    is_mail: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; spans are those of the whole folded text."""

    start: int
    end: int
    text: str
    words: tuple[Word, ...]
    classes: int
    is_han: bool

    def has(self, *classes: int) -> bool:
        """Whether a word of each of the given classes is here."""
        return all(self.classes & bits for bits in classes)

    def all(self, classes: int) -> Iterator[Word]:
        """The words of any of the classes, in order."""
        return (word for word in self.words if word.classes & classes)

    def first(self, classes: int) -> Word | None:
        """The first word of any of the classes."""
        if self.classes & classes:
            for word in self.words:
                if word.classes & classes:
                    return word
        return None


@dataclass(frozen=True)
class Reading:
    """A text with everything the detectors ask for more than once."""

    view: View
    text: str  # The folded text with links masked; same length as `view.text`.
    links: tuple[Link, ...]
    sentences: tuple[Sentence, ...]

    @cached_property
    def classes(self) -> int:
        """The classes of all words."""
        bits = 0
        for sentence in self.sentences:
            bits |= sentence.classes
        return bits

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All classed words in order."""
        return tuple(word for sentence in self.sentences for word in sentence.words)


@lru_cache(_TEXTS_KEPT)
def read(raw: str) -> Reading:
    """The text read for the detectors; never raises."""
    seen = view(raw)
    links = tuple(_links(seen))
    text = seen.text
    for link in links:
        text = text[: link.start] + MASK.ljust(link.end - link.start) + text[link.end :]
    return Reading(seen, text, links, tuple(_sentences(text)))


@cache
def words_of_guard() -> Lexicon:
    """The lexicon, read once."""
    return lexicon.load()


def bit(*names: str) -> int:
    """The bits of word classes by name."""
    return words_of_guard().bit(*names)


def is_same_clause(text: str, first: Word, second: Word) -> bool:
    """Whether no clause mark stands between two words."""
    start, end = sorted((first, second), key=lambda word: word.start)
    return _CLAUSE_MARK.search(text, start.end, max(start.end, end.start)) is None


def _links(seen: View) -> Iterator[Link]:
    text = seen.text
    if "." not in text and "://" not in text:
        return
    for match in _LINK.finditer(text):
        end = _end_of_link(seen, *match.span())
        found = text[match.start() : end].rstrip(".,;:!?)")
        if found:
            end = match.start() + len(found)
            yield Link(match.start(), end, found, match["mail"] is not None)


def _end_of_link(seen: View, start: int, end: int) -> int:
    """A full-width mark ends a link, although folding makes it look like a part of it."""
    for at in range(start, end):
        if seen.raw[seen.origin[at]] >= _FIRST_WIDE:
            return at
    return end


def _sentences(text: str) -> Iterator[Sentence]:
    words = words_of_guard().words(text)
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    at = 0
    for start, end in itertools.pairwise(starts):
        if start == end:
            continue
        first = at
        bits = 0
        while at < len(words) and words[at].start < end:
            bits |= words[at].classes
            at += 1
        piece = text[start:end]
        yield Sentence(
            start, end, piece, tuple(words[first:at]), bits, _HAN_CHAR.search(piece) is not None
        )


Words = Sequence[Word]
