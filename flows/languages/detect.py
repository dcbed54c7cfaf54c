"""Which language and script a short reply is in.

Most short replies say little about it, so the language of the last telling one counts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from flows.languages.pattern import Pattern
from flows.packaged import packaged_table
from flows.understanding.values import LanguageTag

# A Latin word weighs against Han characters like this many of them.
_HAN_PER_WORD = 1.5
# Big5 lists its 5,401 common characters below this code; Simplified forms stand only after it.
_BIG5_COMMON_END = 0xC6A1
# Share of a text in a third script from which it is in another language.
_FOREIGN_SHARE = 0.3
# Two kana are a Japanese text; one の or で is a fashion of Chinese shop signs.
_KANA_MIN = 2

# Beside Chinese these are only manners: 15号 thanks.
_COURTESY = frozenset({"thanks", "thank", "thx", "you", "please", "pls", "plz", "sorry", "yes"})

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Latin letters and their marks, Han and the punctuation of both: no third script.
_FAMILIAR = re.compile(
    "[\x00-\x7f\u2010-\u2027\u3000-\u3004\u3007-\u3030\u3400-\u9fff\uff01-\uff20]*"
)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_WORD = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]+(?:'[a-z]+)?")
_ACCENT = re.compile("[\u00bf\u00a1\u00df-\u00f6\u00f8-\u024f\u1ea0-\u1eff]")
_HANT_OR_YUE = frozenset({LanguageTag.ZH_HANT, LanguageTag.YUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """The tables of detect.toml, compiled."""

    cantonese: re.Pattern[str]
    not_cantonese: re.Pattern[str]
    simplified_too: frozenset[str]
    mandarin_marks: frozenset[str]
    neutral: frozenset[str]
    chinese_latin: frozenset[str]
    foreign: frozenset[str]
    english: frozenset[str]
    pinyin: frozenset[str]


def detect(raw: str, previous: LanguageTag | None = None) -> LanguageTag:
    """The language and script of a reply; in mixed text that of the longer part.

    A reply with no evidence ("3", "ok", 好 after a Traditional one) keeps `previous`, else counts
    as Simplified Chinese, or English for Latin letters. `other` is any further language.
    """
    text = raw.lower() if raw.isascii() else raw.casefold()
    words = _WORD.findall(text)
    han: list[str] = []
    if not text.isascii():
        han = _HAN.findall(text)
        if not _FAMILIAR.fullmatch(text) and _is_third_script(text, len(han), words):
            return LanguageTag.OTHER
    telling = [word for word in words if word not in _evidence().neutral] if words else words
    if han:
        telling = [word for word in telling if word not in _COURTESY]
    if han and len(han) >= _HAN_PER_WORD * len(telling):
        return _script(text, han, previous)
    if telling:
        return _latin(text, telling)
    return previous or _by_default(words)


_SPEAKS = r"\b(?:in|speak|understand|write|talk|reply|answer|use|know|read|text me)(?: me| it| this)?(?: in)? "
_ASKED_FOR = (
    (
        LanguageTag.ZH_HANT,
        rf"(?:{_SPEAKS})?(?:\btraditional chinese|cantonese)\b|[讲講说說用写寫识識](?:繁[体體]|[广廣][东東][话話]|粤[语語]|粵[语語])",
    ),
    (
        LanguageTag.ZH_HANS,
        rf"{_SPEAKS}(?:chinese|mandarin|simplified)\b|^(?:chinese|mandarin)(?: please| pls)?\W*$|[讲講说說用写寫识識](?:中文|普通话|普通話|国语|國語)|^\W*(?:no|wait|ok|sorry|还是|還是|不[用要]?|算了|那|就|[ ,，.!])*(?:中文|普通话|普通話)(?:吧|啦|好了|就好|就行|可以吗|可以嗎|please|pls)?\W*$",
    ),
    (
        LanguageTag.EN,
        rf"{_SPEAKS}english\b|^\W*english(?: only)?(?: please| pls| plz)?\W*$|[讲講说說用写寫识識]英[文语語]|^\W*(?:还是|還是|那|就)?英[文语語](?:吧|啦|好了|就好|就行)\W*$",
    ),
)
_LANGUAGE_ASKED = tuple((tag, Pattern(f"(?i){words}")) for tag, words in _ASKED_FOR)


def language_asked(text: str) -> LanguageTag | None:
    """The language that the words ask us to write in; None where they ask for none."""
    return next((tag for tag, words in _LANGUAGE_ASKED if words.search(text)), None)


def _by_default(words: list[str]) -> LanguageTag:
    is_english = bool(words) and not _evidence().chinese_latin.issuperset(words)
    return LanguageTag.EN if is_english else LanguageTag.ZH_HANS


def _is_third_script(text: str, han: int, words: list[str]) -> bool:
    """Kana, Hangul, Thai, Cyrillic and so on make up a good part of the letters."""
    if len(_KANA.findall(text)) >= _KANA_MIN:
        return True
    letters = sum(char.isalpha() for char in text)
    third = letters - han - sum(len(word.replace("'", "")) for word in words)
    return third > _FOREIGN_SHARE * letters


def _script(text: str, han: list[str], previous: LanguageTag | None) -> LanguageTag:
    evidence = _evidence()
    if _is_cantonese(text, evidence):
        return LanguageTag.YUE
    leanings = list(map(_LEANINGS.__getitem__, han))
    simplified, traditional = leanings.count(-1), leanings.count(1)
    if traditional > simplified:
        is_plain = evidence.mandarin_marks.isdisjoint(han)
        return LanguageTag.YUE if previous is LanguageTag.YUE and is_plain else LanguageTag.ZH_HANT
    if simplified or previous not in _HANT_OR_YUE:
        return LanguageTag.ZH_HANS
    return previous or LanguageTag.ZH_HANS


def _is_cantonese(text: str, evidence: _Evidence) -> bool:
    if not evidence.cantonese.search(text):
        return False
    return bool(evidence.cantonese.search(evidence.not_cantonese.sub("", text)))


def _latin(text: str, words: list[str]) -> LanguageTag:
    evidence = _evidence()
    foreign = sum(map(evidence.foreign.__contains__, words))
    english = sum(map(evidence.english.__contains__, words))
    if foreign > english or (foreign == english and _ACCENT.search(text)):
        return LanguageTag.OTHER
    if not english and not evidence.pinyin.isdisjoint(words):
        return LanguageTag.ZH_HANS
    return LanguageTag.EN


class _Leanings(dict[str, int]):
    """For a Han character: -1 written only in Simplified, 1 only in Traditional, 0 in both."""

    def __missing__(self, char: str) -> int:
        leaning = _leaning(char)
        self[char] = leaning
        return leaning


def _leaning(char: str) -> int:
    """By the national character sets: GB 2312 is Simplified, Big5 is Traditional."""
    char = unicodedata.normalize("NFKC", char)
    is_mainland = bool(char.encode("gb2312", "ignore"))
    big5 = char.encode("big5", "ignore")
    if not is_mainland:
        return 1 if big5 else 0
    is_common_in_taiwan = bool(big5) and int.from_bytes(big5, "big") < _BIG5_COMMON_END
    return 0 if is_common_in_taiwan and char not in _evidence().simplified_too else -1


@cache
def _evidence() -> _Evidence:
    data = packaged_table(__package__, "detect.toml")
    characters = re.escape(data["cantonese_characters"])
    return _Evidence(
        cantonese=re.compile(f"[{characters}]|" + "|".join(data["cantonese_words"])),
        not_cantonese=re.compile("|".join(data["not_cantonese"])),
        simplified_too=frozenset(data["simplified_too"]),
        mandarin_marks=frozenset(data["mandarin_marks"]),
        neutral=frozenset(data["neutral"]),
        chinese_latin=frozenset(data["chinese_latin"]),
        foreign=frozenset(data["foreign"]),
        english=frozenset(data["english"]),
        pinyin=frozenset(data["pinyin"]),
    )


_LEANINGS = _Leanings()
