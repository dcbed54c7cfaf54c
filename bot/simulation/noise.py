"""Careless typing that leaves figures and meaning alone (negotiation.md D.1, noise)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from bot.simulation.persona import Noise
from bot.simulation.speech import amount_words, phrases, spell

_HOMOPHONES = {
    "在": "再",
    "再": "在",
    "的": "得",
    "吗": "嘛",
    "做": "作",
    "已": "以",
    "账": "帐",
    "那": "哪",
    "象": "像",
    "嗎": "嘛",
    "帳": "賬",
}
_SCRIPTS = dict(
    zip(
        "还钱这个们号账单没过能说话发给动机电记录银行额减满转开关样么问题现贷费万时间",
        "還錢這個們號賬單沒過能說話發給動機電記錄銀行額減滿轉開關樣麼問題現貸費萬時間",
        strict=True,
    )
)
_EMOJI = ("😭", "🙏", "😅", "😂", "🥲", "💸", "😔")
_SWITCHED = {
    "可以": "OK",
    "谢谢": "thx",
    "謝謝": "thx",
    "链接": "link",
    "連結": "link",
    "利息": "interest",
    "payment plan": "分期 plan",
    "thanks": "谢谢",
    "please": "pls",
}
_PUNCTUATION = re.compile(r"[,，.。!！?？]")
_CLAUSE = re.compile(r"(?<=[，,。?？!！])\s*(?=\S)|(?<=\.)\s+(?=\S)")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LONG_WORD = 5
_SHORTEST_TYPO_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The probability of each kind of carelessness in one message."""

    typo: float = 0.0
    homophone: float = 0.0
    bare: float = 0.0
    emoji: float = 0.0
    split: float = 0.0
    out_of_order: float = 0.0
    duplicate: float = 0.0
    script: float = 0.0
    switch: float = 0.0
    words: float = 0.0
    full_width: float = 0.0


LEVELS: Mapping[Noise, Level] = {
    Noise.NONE: Level(),
    Noise.LIGHT: Level(typo=0.1, homophone=0.1, bare=0.3, emoji=0.1, split=0.1, words=0.1),
    Noise.MEDIUM: Level(
        typo=0.25,
        homophone=0.2,
        bare=0.5,
        emoji=0.2,
        split=0.25,
        out_of_order=0.05,
        duplicate=0.05,
        script=0.15,
        switch=0.1,
        words=0.2,
        full_width=0.1,
    ),
    Noise.HEAVY: Level(
        typo=0.5,
        homophone=0.4,
        bare=0.7,
        emoji=0.35,
        split=0.4,
        out_of_order=0.15,
        duplicate=0.1,
        script=0.35,
        switch=0.25,
        words=0.3,
        full_width=0.2,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The messages of one utterance in the order they arrive; `is_mixed`: two languages in them."""

    texts: tuple[str, ...]
    is_mixed: bool = False


def write(
    key: str,
    figures: Mapping[str, str],
    *,
    lect: str,
    level: Level,
    rng: Random,
    lead: str = "",
) -> Written:
    """A phrase of this meaning, typed carelessly, as one message or a burst."""
    template = rng.choice(phrases(lect)[key])
    literal, is_mixed = _roughened(template, lect, level, rng)
    text = lead + literal.format(**_figures(figures, level, rng))
    if rng.random() < level.emoji:
        text += rng.choice(_EMOJI)
    texts = _split(text, level, rng)
    if rng.random() < level.duplicate:
        texts = (*texts, texts[-1])
    return Written(texts=texts, is_mixed=is_mixed)


def spelled(level: Level, rng: Random) -> bool:
    """Whether a figure is written in words this time."""
    return rng.random() < level.words


def figure(minor: int, lect: str, level: Level, rng: Random) -> str:
    """A sum as written in a message."""
    return amount_words(minor, lect, rng, spelled=spelled(level, rng))


def number(value: int, lect: str, level: Level, rng: Random) -> str:
    """A count as written in a message."""
    return spell(value, lect) if spelled(level, rng) else str(value)


def _figures(figures: Mapping[str, str], level: Level, rng: Random) -> dict[str, str]:
    is_wide = rng.random() < level.full_width
    return {
        name: text.translate(_FULL_WIDTH) if is_wide else text for name, text in figures.items()
    }


def _roughened(template: str, lect: str, level: Level, rng: Random) -> tuple[str, bool]:
    """The phrase with its placeholders untouched, and whether a foreign word came in."""
    is_mixed = False
    if rng.random() < level.switch:
        for own, foreign in _SWITCHED.items():
            if own in template and own != template:
                template, is_mixed = template.replace(own, foreign), own != "please"
    parts = re.split(r"(\{\w+\})", template)
    if lect == "en" and rng.random() < level.typo:
        parts = _with_typo(parts, rng)
    if rng.random() < level.homophone:
        parts = [_swapped(part, _HOMOPHONES, 1.0) for part in parts]
    if rng.random() < level.script:
        table = _SCRIPTS if lect == "zh-Hans" else {v: k for k, v in _SCRIPTS.items()}
        is_mixed = True
        parts = [
            "".join(table[ch] if ch in table and rng.random() < 0.5 else ch for ch in part)
            for part in parts
        ]
    if rng.random() < level.bare:
        parts = [part if part.startswith("{") else _bare(part) for part in parts]
    return "".join(parts).strip(), is_mixed


def _bare(text: str) -> str:
    return _PUNCTUATION.sub(" ", text).lower()


def _swapped(part: str, table: Mapping[str, str], share: float) -> str:
    """One slip of the pen: the first character that has a twin."""
    if part.startswith("{") or share <= 0:
        return part
    for place, ch in enumerate(part):
        if ch in table:
            return part[:place] + table[ch] + part[place + 1 :]
    return part


def _with_typo(parts: list[str], rng: Random) -> list[str]:
    """One long word with two letters swapped or one lost; short messages stay as they are."""
    if len("".join(parts).split()) < _SHORTEST_TYPO_WORDS:
        return parts
    places = [
        (number, word)
        for number, part in enumerate(parts)
        if not part.startswith("{")
        for word in re.findall(rf"[A-Za-z]{{{_LONG_WORD},}}", part)
    ]
    if not places:
        return parts
    number, word = rng.choice(places)
    at = rng.randrange(1, len(word) - 2)
    slipped = rng.choice(
        (word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :])
    )
    return [
        part.replace(word, slipped, 1) if place == number else part
        for place, part in enumerate(parts)
    ]


def _split(text: str, level: Level, rng: Random) -> tuple[str, ...]:
    clauses = [clause for clause in _CLAUSE.split(text) if clause.strip()]
    if len(clauses) < 2 or rng.random() >= level.split:
        return (text,)
    cut = rng.randrange(1, len(clauses))
    parts = ("".join(clauses[:cut]), "".join(clauses[cut:]))
    return parts[::-1] if rng.random() < level.out_of_order else parts


def has_traditional(text: str) -> bool:
    """Whether a character stands there that simplified Chinese does not use."""
    return any(ch in _TRADITIONAL for ch in text)


def has_simplified(text: str) -> bool:
    """Whether a character stands there that traditional Chinese does not use."""
    return any(ch in _SCRIPTS for ch in text)


_TRADITIONAL = frozenset(_SCRIPTS.values())
