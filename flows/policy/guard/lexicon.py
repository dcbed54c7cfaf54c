"""Word classes as data: each word of a text that has a class, found in one pass.

A class is one bit of an int, so that a sentence is asked for many classes at once.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

from flows.policy.guard.view import HAN, fold

_VOWELS = "aeiou"
_SHORT = 2
# What is tried where no longer word begins.
_ALONE = (1,)
_WORD = re.compile(rf"[a-z0-9$@]+(?:'s|-[a-z0-9]+)*|[{HAN}]+|[^\s]")
# Digits and marks that stand for letters inside a word.
_LEET = str.maketrans("013457$@", "oieastsa")


class Phrases(NamedTuple):
    """The phrases that begin with one word: their lengths, longest first, and their classes."""

    lengths: tuple[int, ...]
    classes: dict[tuple[str, ...], int]


class Word(NamedTuple):
    """A word with its classes; half-open span in the folded text."""

    start: int
    end: int
    classes: int
    text: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The classes of words: `han` with the lengths to try by the first two characters, longest
    first; `single` for English words; `phrases` by their first word, longest first.
    """

    bits: dict[str, int]
    han: dict[str, int]
    lengths: dict[str, tuple[int, ...]]
    single: dict[str, int]
    phrases: dict[str, Phrases]

    def bit(self, *names: str) -> int:
        """The bits of the named classes together."""
        bits = 0
        for name in names:
            bits |= self.bits[name]
        return bits

    def words(self, text: str) -> list[Word]:
        """Every word of a folded text that has a class, in order of their starts.

        Chinese words never overlap, the longest wins; English phrases stand beside their words.
        """
        found: list[Word] = []
        matches = list(_WORD.finditer(text))
        pieces = [match[0] for match in matches]
        phrases, single, skip = self.phrases, self.single, 0
        for at, word in enumerate(pieces):
            if word[0] >= "\u3400":
                self._read_han(word, matches[at].start(), found)
            elif at >= skip:
                if word in phrases:
                    skip = self._read_phrases(matches, pieces, at, found)
                    if at < skip:
                        continue
                classes = single.get(word)
                if (
                    classes is None
                    and len(word) > _SHORT
                    and not (word.isalpha() or word.isdigit())
                ):
                    classes = self._classes(word)
                if classes:
                    found.append(Word(*matches[at].span(), classes, word))
        return found

    def _read_han(self, run: str, start: int, found: list[Word]) -> None:
        han, lengths = self.han, self.lengths
        at, end = 0, len(run)
        while at < end:
            for length in lengths.get(run[at : at + _SHORT], _ALONE):
                word = run[at : at + length]
                classes = han.get(word)
                if classes is not None:
                    if classes:
                        found.append(Word(start + at, start + at + len(word), classes, word))
                    at += len(word)
                    break
            else:
                at += 1

    def _read_phrases(
        self, matches: list[re.Match[str]], pieces: list[str], at: int, found: list[Word]
    ) -> int:
        """Add the phrases that begin here; returns the piece to go on with."""
        table, start = self.phrases[pieces[at]], matches[at].start()
        for length in table.lengths:
            words = tuple(pieces[at : at + length])
            classes = table.classes.get(words)
            if classes is None or len(words) < length:
                continue
            if not classes:
                return at + length
            found.append(Word(start, matches[at + length - 1].end(), classes, " ".join(words)))
        return at

    def _classes(self, word: str) -> int:
        if word.endswith("'s"):
            return self.single.get(word[:-2], 0)
        if any(char.isalpha() for char in word):
            return self.single.get(word.translate(_LEET).replace("-", ""), 0)
        return 0


def load() -> Lexicon:
    """The lexicon that ships with the package."""
    source = files(__package__).joinpath("lexicon.toml").read_text("utf-8")
    return build(tomllib.loads(source))


def build(rows: dict[str, dict[str, str]]) -> Lexicon:
    """The lexicon of a parsed file; the class `neutral` has no bit."""
    bits = {name: 1 << at for at, name in enumerate(name for name in rows if name != "neutral")}
    bits["neutral"] = 0
    han: dict[str, int] = {}
    latin: dict[tuple[str, ...], int] = {}
    for name, row in rows.items():
        for word in map(fold, row.get("zh", "").split()):
            if word.isascii():  # Such as CVV, which stands among Chinese words.
                latin[(word,)] = latin.get((word,), 0) | bits[name]
            else:
                han[word] = han.get(word, 0) | bits[name]
        for phrase in filter(None, (each.strip() for each in row.get("en", "").split(","))):
            for words in _forms(fold(phrase)):
                latin[words] = latin.get(words, 0) | bits[name]
    han = {word: bits and bits | _inside(word, han) for word, bits in han.items()}
    single = {words[0]: classes for words, classes in latin.items() if len(words) == 1}
    return Lexicon(bits, han, _lengths(han), single, _by_first_word(latin))


def _inside(word: str, words: dict[str, int]) -> int:
    """The classes of the words that a longer word holds: 跟着您一辈子 speaks of 一辈子 too."""
    bits = 0
    for start in range(len(word)):
        for end in range(start + 2, len(word) + 1):
            bits |= words.get(word[start:end], 0)
    return bits


def _lengths(words: dict[str, int]) -> dict[str, tuple[int, ...]]:
    table: dict[str, set[int]] = {}
    for word in words:
        table.setdefault(word[:_SHORT], {*_ALONE}).add(len(word))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in table.items()}


def _by_first_word(phrases: dict[tuple[str, ...], int]) -> dict[str, Phrases]:
    table: dict[str, dict[tuple[str, ...], int]] = {}
    for words, bits in phrases.items():
        if len(words) > 1:
            table.setdefault(words[0], {})[words] = bits
    return {
        first: Phrases(tuple(sorted({len(words) for words in found}, reverse=True)), found)
        for first, found in table.items()
    }


def _forms(phrase: str) -> list[tuple[str, ...]]:
    """The phrase as words; a verb marked `~` in all its regular forms."""
    words = _WORD.findall(phrase.replace("~", ""))
    marked = next((i for i, w in enumerate(phrase.split()) if w.endswith("~")), None)
    if marked is None:
        return [tuple(words)]
    return [(*words[:marked], form, *words[marked + 1 :]) for form in _inflected(words[marked])]


def _inflected(verb: str) -> list[str]:
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    plural = verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")
    return [verb, plural, verb + "ed", verb + "ing"]
