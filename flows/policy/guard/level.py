"""How hard an English text is to read: the Flesch-Kincaid grade."""

from __future__ import annotations

import re

_LINK = re.compile(r"\S+://\S+(?<![.,])|\S+@\S+(?<![.,])")
_FIGURE = re.compile(r"[+$£(]*\d(?:[\d ,.:()/-]*\d)?")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_END = re.compile(r"[.!?]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^laeiouy]e|[^td]ed)$")

# J. P. Kincaid and others, 1975: the grade from words a sentence and syllables a word.
_PER_SENTENCE, _PER_WORD, _BASE = 0.39, 11.8, 15.59


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of an English text; links left out, a figure is one word; 0 for none."""
    plain = _FIGURE.sub("one", _LINK.sub(" ", text))
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    sentences = sum(1 for part in _END.split(plain) if _WORD.search(part))
    syllables = sum(map(_syllables, words))
    return _PER_SENTENCE * len(words) / sentences + _PER_WORD * syllables / len(words) - _BASE


def _syllables(word: str) -> int:
    lower = word.lower()
    return max(1, len(_VOWELS.findall(_SILENT.sub("", lower))))
