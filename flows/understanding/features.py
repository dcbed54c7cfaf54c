"""From a normalised, masked text to the names of its features; the same in training and at run time.

Three streams: characters and words as written, concepts (words of one meaning in both languages),
and the tags. Slots (`masks.py`) stand for values, so that 500 and 800 share their weights.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from flows.understanding import masks
from flows.understanding.masks import NUMBER
from flows.understanding.values import Tag

# Part of the model's key: a model made with another version is refused.
VERSION = 1

_TOKEN = re.compile(
    r"[\ue001-\ue007]|[a-zà-ÿ]+(?:'[a-zà-ÿ]+)*|\d+|[\u3400-\u9fff\U00020000-\U0003ffff]|[?!]"
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,}")
_LONGEST_RUN = 4
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
# The ends of a reply, in the name of a pair.
_ENDS = {"^": "⟨…", "$": "…⟩"}

Phrases = dict[str, str]


def features(text: str, masked: str, tags: Iterable[Tag]) -> set[str]:
    """The names of all features of one reply; a name says which stream it comes from.

    Words are taken from the text itself, where 年后 and 发工资 still stand, concepts from the masked
    one.
    """
    tokens = _TOKEN.findall(_DIGITS.sub(NUMBER, text))[:TOKENS_MAX]
    found = set(tokens)
    found.update(map("_".join, pairwise(tokens)))
    _add_runs(found, text[:_CHARACTERS_MAX])
    for token in tokens:
        if "a" <= token < "{":
            found.update(_spelling(token) if len(token) <= _WORD_LONG else _cut(token))
    _add_concepts(found, _TOKEN.findall(masked)[:TOKENS_MAX])
    found.update([f"#{tag}" for tag in tags])
    found.add(f"{_LENGTH}{min(len(tokens), 40).bit_length()}")
    return found


def concepts(tokens: list[str]) -> list[str]:
    """The tokens with every word of the lexicon replaced by its concept, longest word first."""
    words, longest = _lexicon()
    read: list[str] = []
    at = 0
    while at < len(tokens):
        concept, size = tokens[at], 1
        if concept in longest:
            size, concept = _match(tokens, at, words, longest[concept])
        if concept not in _PARTICLES:
            read.append(concept)
        at += size
    return read


def _match(tokens: list[str], at: int, words: Phrases, longest: int) -> tuple[int, str]:
    for size in range(min(longest, len(tokens) - at), 1, -1):
        concept = words.get(" ".join(tokens[at : at + size]))
        if concept:
            return size, concept
    first = tokens[at]
    return 1, words.get(first, first)


def _add_runs(found: set[str], text: str) -> None:
    """Runs of three and four characters; single ones and pairs are words already."""
    for run in _HAN_RUN.findall(text):
        for size in range(3, _LONGEST_RUN + 1):
            found.update([run[at : at + size] for at in range(len(run) - size + 1)])


def _cut(word: str) -> tuple[str, ...]:
    """Pieces of a Latin word, so that a slip of spelling keeps most of it."""
    framed = f"<{word}>"
    return tuple(
        framed[at : at + size] for size in _LATIN_GRAMS for at in range(len(framed) - size + 1)
    )


_spelling = lru_cache(maxsize=_WORDS_REMEMBERED)(_cut)


def _add_concepts(found: set[str], tokens: list[str]) -> None:
    """Each concept, and each pair of neighbours with the ends of the reply."""
    read = concepts(tokens)
    before = "^"
    for name in read:
        found.add(f"@{name}")
        found.add(f"@{before} {name}")
        before = name
    found.add(f"@{before} $")


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
def _lexicon() -> tuple[Phrases, dict[str, int]]:
    """Phrases as tokens joined by blanks, and for each first token the longest phrase."""
    data = tomllib.loads(files(__package__).joinpath("concepts.toml").read_text("utf-8"))
    words: Phrases = {}
    longest: dict[str, int] = {}
    for concept, listed in data["concepts"].items():
        for word in listed:
            tokens = _TOKEN.findall(word)
            words.setdefault(" ".join(tokens), concept.upper())
            longest[tokens[0]] = max(longest.get(tokens[0], 0), len(tokens))
    return words, longest
