"""From a normalised, masked text to the names of its features; the same in training and at run time.

Three streams: characters and words as written, concepts (words of one meaning in both languages),
and the tags. Slots (`masks.py`) stand for values, so that 500 and 800 share their weights.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise

from flows.packaged import packaged_table
from flows.understanding import masks
from flows.understanding.masks import NUMBER
from flows.understanding.values import Tag

# Part of the model's key: a model made with another version is refused.
VERSION = 2

_TOKEN = re.compile(
    r"[\ue001-\ue007\u3400-\u9fff\U00020000-\U0003ffff?!]|[a-zà-ÿ]+(?:'[a-zà-ÿ]+)*|\d+"
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,}")
_LATIN_GRAMS = (3, 4)
# Particles that carry no meaning between two concepts.
_PARTICLES_HAN = "啊呀了的呢吧哦噢嗯那这就嘛啦哈哟喔诶欸嘿着也都才又个"
_PARTICLES_EN = "a the to it is that so and of for this am are be"
_PARTICLES = frozenset(_PARTICLES_HAN) | frozenset(_PARTICLES_EN.split())
# A reply longer than this is read in its first part only, so that time stays bounded.
TOKENS_MAX = 120
_CHARACTERS_MAX = 1_000
# The words of a language are few and come back: their pieces are cut once.
_WORDS_REMEMBERED, _WORD_LONG = 4_096, 24

_LENGTH = "=len"
_LENGTHS = tuple(f"{_LENGTH}{size}" for size in range(7))
_TAG_NAMES = {tag: f"#{tag}" for tag in Tag}
# The ends of a reply, in the name of a pair.
_ENDS = {"^": "⟨…", "$": "…⟩"}


@dataclass(slots=True)
class _Phrase:
    """The beginning of phrases of the lexicon: its own concept, if it has one, and how it goes on."""

    concept: str | None = None
    longer: dict[str, _Phrase] = field(default_factory=dict)


def features(text: str, masked: str, tags: Iterable[Tag], common: Container[str] = ()) -> set[str]:
    """The names of all features of one reply; a name says which stream it comes from.

    Words are taken from the text itself, where 年后 and 发工资 still stand, concepts from the masked
    one. `common` words are known so well that their spelling tells nothing.
    """
    plain = _DIGITS.sub(NUMBER, text)
    tokens = _TOKEN.findall(plain)[:TOKENS_MAX]
    found = [*tokens, *map("_".join, pairwise(tokens))]
    for run in _HAN_RUN.findall(text[:_CHARACTERS_MAX]):
        # Single characters and pairs are words already; of four, few come twice.
        found += [run[at : at + 3] for at in range(len(run) - 2)]
    for token in tokens:
        if "a" <= token < "{" and token not in common:
            found += _spelling(token) if len(token) <= _WORD_LONG else _cut(token)
    # Most replies hold no value: what is masked is then the text itself.
    read = concepts(tokens if masked == plain else _TOKEN.findall(masked)[:TOKENS_MAX])
    found += [f"@{name}" for name in read]
    found += [f"@{one} {other}" for one, other in pairwise(("^", *read, "$"))]
    found += map(_TAG_NAMES.__getitem__, tags)
    found.append(_LENGTHS[min(len(tokens), 40).bit_length()])
    return set(found)


def latin_words(text: str) -> set[str]:
    """The words in Latin letters of a normalised text, as features know them."""
    return {token for token in _TOKEN.findall(text) if "a" <= token < "{"}


def concepts(tokens: list[str]) -> list[str]:
    """The tokens with every word of the lexicon replaced by its concept, longest word first."""
    known = _lexicon().get
    read: list[str] = []
    at, end = 0, len(tokens)
    while at < end:
        token = tokens[at]
        at += 1
        phrase = known(token)
        if phrase is None:
            read.append(token)
            continue
        concept = phrase.concept
        if phrase.longer:
            ahead = at
            while ahead < end and (longer := phrase.longer.get(tokens[ahead])):
                phrase = longer
                ahead += 1
                if phrase.concept is not None:
                    concept, at = phrase.concept, ahead
        if concept is not None:
            read.append(concept)
    return read


def _cut(word: str) -> tuple[str, ...]:
    """Pieces of a Latin word, so that a slip of spelling keeps most of it."""
    framed = f"<{word}>"
    return tuple(
        framed[at : at + size] for size in _LATIN_GRAMS for at in range(len(framed) - size + 1)
    )


_spelling = lru_cache(maxsize=_WORDS_REMEMBERED)(_cut)


def legible(name: str) -> str:
    """A feature's name as a person reads it: concepts and neighbours joined by +, slots spelled out."""
    if name.startswith("@"):
        return " + ".join(_ENDS.get(part, part.lower()) for part in masks.legible(name[1:]).split())
    if name.startswith("<"):
        name = f"{name[1:]}…"
    if name.endswith(">"):
        name = f"…{name[:-1]}"
    return masks.legible(name).replace("_", " + ")


def is_word(name: str) -> bool:
    """Whether a feature stands for words, and not for the length of the reply."""
    return not name.startswith(_LENGTH)


@cache
def _lexicon() -> dict[str, _Phrase]:
    """The phrases of the lexicon by their first token; a particle alone means nothing."""
    data = packaged_table(__package__, "concepts.toml")
    first = {particle: _Phrase() for particle in _PARTICLES}
    for concept, listed in data["concepts"].items():
        for word in listed:
            _put(first, _TOKEN.findall(word), concept.upper())
    for token, phrase in first.items():
        if token not in _PARTICLES:
            phrase.concept = phrase.concept or token
    return first


def _put(first: dict[str, _Phrase], tokens: list[str], concept: str) -> None:
    following = first
    for token in tokens:
        phrase = following.setdefault(token, _Phrase())
        following = phrase.longer
    phrase.concept = phrase.concept or concept
