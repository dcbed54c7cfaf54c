"""The list of phrases that may never go out: literal, in three scripts, whatever the tricks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flows.policy.guard.view import HAN, View, view

_LANGUAGES = ("zh-Hans", "zh-Hant", "en")
_KEPT = re.compile(rf"[{HAN}0-9]")
_DROPPED = re.compile(rf"[^{HAN}0-9]+")
_CLAUSE = frozenset("。!?;,、:\n()")
_WORD = re.compile(r"[a-z0-9$@!|']+")
# Digits and marks that stand for letters, where they touch one; `1` is i or l.
_DISGUISE = re.compile(r"[a-z][0-9$@!|]|[0-9$@|][a-z]")
_LEET = (
    dict(zip(map(ord, "013457$@!|"), "oieastsail", strict=True)),
    dict(zip(map(ord, "013457$@!|"), "oleastsail", strict=True)),
)
# In shorter phrases a clause mark parts words that belong apart: 被骗，子女.
_LONG = 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase; `key` is what is looked for, `apart` where it is part of an innocent word.

    `anchor`: its longest word, for English ones: a text without it need not be searched.
    """

    number: int
    key: str
    text: str
    apart: re.Pattern[str] | None
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found; half-open span in the folded text."""

    phrase: Phrase
    start: int
    end: int


# The phrases of a list by what a text must hold of each, so that few are looked for in any text;
# each with its place in the list.
Index = Mapping[str, tuple[tuple[int, Phrase], ...]]


@dataclass(frozen=True, slots=True)
class _List:
    han: Index
    latin: tuple[Phrase, ...]
    by_anchor: Index
    lures: tuple[tuple[Phrase, re.Pattern[str]], ...]


def find(seen: View, text: str) -> Iterator[Hit]:
    """The listed phrases, each once, Chinese first; `text` is that of the view, links masked."""
    listed = _listed()
    if not text.isascii():
        yield from _find_han(text, listed.han)
    found: set[int] = set()
    for phrase, pattern in listed.lures:
        match = pattern.search(text)
        if match:
            found.add(phrase.number)
            yield Hit(phrase, *match.span())
    if not _HAS_WORD.search(text):
        return
    for hit in _find_latin(seen, text, listed):
        if hit.phrase.number not in found:
            found.add(hit.phrase.number)
            yield hit


_HAS_WORD = re.compile(r"[a-z]{2}|[a-z][0-9$@]")


def _find_han(text: str, by_first: Index) -> Iterator[Hit]:
    compact = _DROPPED.sub("", text)
    here = [phrase for phrase in _possible(by_first, set(compact)) if phrase.key in compact]
    if not here:
        return
    places = [match.start() for match in _KEPT.finditer(text)]
    found: set[int] = set()
    for phrase in here:
        at = compact.find(phrase.key)
        while at >= 0 and phrase.number not in found:
            start, end = places[at], places[at + len(phrase.key) - 1] + 1
            if _is_whole(text, start, end, phrase):
                found.add(phrase.number)
                yield Hit(phrase, start, end)
            at = compact.find(phrase.key, at + 1)


def _possible(index: Index, present: set[str]) -> list[Phrase]:
    """The phrases whose character or word is present, in the order of the list."""
    found = [each for part in present & index.keys() for each in index[part]]
    return [phrase for _, phrase in sorted(found, key=_place)]


def _place(listed: tuple[int, Phrase]) -> int:
    return listed[0]


def _is_whole(text: str, start: int, end: int, phrase: Phrase) -> bool:
    if phrase.apart and phrase.apart.search(text[max(0, start - 2) : end + 4]):
        return False
    gaps = sum(char in _CLAUSE for char in text[start:end])
    return not gaps or len(phrase.key) >= _LONG or gaps == len(phrase.key) - 1 > 1


def _find_latin(seen: View, text: str, listed: _List) -> Iterator[Hit]:
    yield from _find_words(text, listed.by_anchor)
    if _DISGUISE.search(text):
        for table in _LEET:
            yield from _find_words(_undisguised(text, table), listed.by_anchor)
    if seen.spelled:
        yield from _find_spelled(seen, listed.latin)


def _undisguised(text: str, table: Mapping[int, str]) -> str:
    return re.sub(r"[a-z0-9$@!|]*[a-z][a-z0-9$@!|]*", lambda match: match[0].translate(table), text)


def _find_words(text: str, by_anchor: Index) -> Iterator[Hit]:
    words = list(_words(text))
    line = " " + " ".join([word for word, _, _ in words]) + " "
    for phrase in _possible(by_anchor, {word for word, _, _ in words}):
        at = line.find(phrase.key)
        if at < 0:
            continue
        first = line.count(" ", 0, at + 1) - 1
        last = first + phrase.key.count(" ") - 2
        yield Hit(phrase, words[first][1], words[last][2])


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words with their places; marks at their ends belong to the sentence."""
    for match in _WORD.finditer(text):
        word = match[0].strip("'!|")
        start = match.start() + match[0].find(word)
        for part in ("can", "not") if word == "cannot" else (word,):
            if part:
                yield part, start, start + len(word)


def _find_spelled(seen: View, phrases: tuple[Phrase, ...]) -> Iterator[Hit]:
    """Words spelled letter by letter or broken by marks: compared without their gaps."""
    for word in seen.spelled:
        parts = re.split(r"[^a-z0-9$@]+", word)
        whole = "".join(parts)
        for table in ({}, *_LEET):
            plain = whole.translate(table)
            for phrase in phrases:
                if _together(phrase) in plain:
                    at = max(0, seen.text.find(word))
                    yield Hit(phrase, at, at + len(word))
    line = "".join(re.split(r"[^a-z0-9$@]+", " ".join(seen.spelled)))
    for phrase in phrases:
        if _together(phrase) in line:
            at = max(0, seen.text.find(seen.spelled[0]))
            end = max(at, seen.text.find(seen.spelled[-1])) + len(seen.spelled[-1])
            yield Hit(phrase, at, end)


def _together(phrase: Phrase) -> str:
    return phrase.key.replace(" ", "").replace("'", "")


@cache
def _listed() -> _List:
    source = files(__package__).joinpath("phrases.toml").read_text("utf-8")
    rows = tomllib.loads(source)["phrase"]
    han: dict[str, Phrase] = {}
    latin: dict[str, Phrase] = {}
    lures = []
    for row in rows:
        apart = re.compile(row["apart"]) if "apart" in row else None
        for language in _LANGUAGES:
            for text in (row[language], *row.get("also", {}).get(language, ())):
                is_latin = language == "en"
                key = _latin_key(text) if is_latin else "".join(_KEPT.findall(view(text).text))
                table = latin if is_latin else han
                anchor = max(key.split(), key=len) if is_latin else ""
                table.setdefault(key, Phrase(row["number"], key, text, apart, anchor))
        if "lure" in row:
            phrase = Phrase(row["number"], "", row["en"], None)
            lures.append((phrase, re.compile(row["lure"])))
    return _List(
        han=_indexed(han.values(), lambda phrase: phrase.key[0]),
        latin=tuple(latin.values()),
        by_anchor=_indexed(latin.values(), lambda phrase: phrase.anchor),
        lures=tuple(lures),
    )


def _indexed(phrases: Iterable[Phrase], part: Callable[[Phrase], str]) -> Index:
    index: dict[str, tuple[tuple[int, Phrase], ...]] = {}
    for place, phrase in enumerate(phrases):
        index[part(phrase)] = (*index.get(part(phrase), ()), (place, phrase))
    return index


def _latin_key(text: str) -> str:
    return " " + " ".join(word for word, _, _ in _words(view(text).text)) + " "
