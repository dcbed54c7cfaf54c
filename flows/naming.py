"""Whether the words say that the speaker is not the person we look for, by that person's name.

Reading knows no names; here the customer's own is at hand: "not Daniel", 我不姓王, "who is Daniel".
"""

from __future__ import annotations

import re
from functools import lru_cache

_SHORTEST_NAME = 3
_KNOWN_NAMES = 1024
# Of these a customer speaks himself: "this is Daniel's phone".
_THINGS = r"(?:phone|number|mobile|cell|account|bill|loan|debt|payment|card|money)\b"
_KIN = "爸|妈|媽|父|母|老公|老婆|先生|太太|丈夫|妻子|儿|兒|女|仔|哥|姐|弟|妹|朋友|同事|家人"
_ANY_HAN = re.compile(r"[\u3400-\u9fff]")


def denies_being(text: str, name: str) -> bool:
    """Whether the text disowns the name, in full or by its first, last or family part."""
    plain = text.casefold()
    # Few texts name him at all, and looking for that is cheaper than the pattern.
    if not any([part in plain for part in _named_by(name)]):
        return False
    return bool(_denial(name).search(plain))


def claims_being(text: str, name: str) -> bool:
    """Whether the speaker says that he is the person himself: "Daniel here", 我是本人."""
    if denies_being(text, name):
        return False
    plain = text.casefold()
    if _MYSELF.search(plain):
        return True
    return _claim(name).search(plain) is not None


@lru_cache(maxsize=_KNOWN_NAMES)
def _claim(name: str) -> re.Pattern[str]:
    """What only the bearer of the name says of himself; nothing for an empty name."""
    parts = dict.fromkeys((name.casefold(), *name.casefold().split()))
    long = [p for p in parts if p and (len(p) >= _SHORTEST_NAME or _ANY_HAN.search(p))]
    who = "|".join(map(re.escape, long)) or "(?!)"
    return re.compile(
        rf"(?:\b(?:i'?m|i am|this is|it'?s)|我是|我係|我叫|我就是) ?(?:{who})(?!'?s (?!{_THINGS})\w)"
        rf"|\b(?:{who}) here\b"
    )


_MYSELF = re.compile(
    r"(?<![不非他她佢找搵])本人|(?:我|就)是我自己|我回[来來]了|\b(?:it'?s me|myself|himself|herself)\b"
)


def affirms_being(text: str, name: str) -> bool:
    """Whether the text says that the speaker bears the name: 我是王伟本人, "this is Daniel"."""
    return bool(name.strip()) and bool(_affirmation(name).search(text.casefold()))


@lru_cache(maxsize=_KNOWN_NAMES)
def _affirmation(name: str) -> re.Pattern[str]:
    who = re.escape(name.casefold())
    first = re.escape(name.casefold().split()[0])
    return re.compile(
        rf"我就?(?:是|系|係|叫)(?:[^,，。\s他她佢不唔]{{0,8}}(?:的|嘅)[^,，。\s他她佢不唔]{{0,4}})?{who}(?:本人)?(?=$|[\s,，。.!！啊呀])"
        rf"|\b(?:this is|i'?m|i am|it'?s) (?:{who}|{first})(?=$|[\s,.!])(?!'s)"
        rf"|\b(?:{who}|{first}) here\b"
    )


@lru_cache(maxsize=_KNOWN_NAMES)
def _named_by(name: str) -> tuple[str, ...]:
    """Words of which a denial has one, whatever else it says; none for an empty name."""
    if _ANY_HAN.search(name):
        return (name, f"姓{name[0]}")
    return _latin_parts(name) if name.strip() else ()


def _latin_parts(name: str) -> tuple[str, ...]:
    plain = name.casefold()
    parts = dict.fromkeys((plain, *plain.split()))
    return tuple(part for part in parts if len(part) >= _SHORTEST_NAME) or (plain,)


@lru_cache(maxsize=_KNOWN_NAMES)
def _denial(name: str) -> re.Pattern[str]:
    return _denial_han(name) if _ANY_HAN.search(name) else _denial_latin(name)


def _denial_latin(name: str) -> re.Pattern[str]:
    known = "|".join(re.escape(part) for part in _latin_parts(name))
    owner = rf"(?:(?:mr|mrs|ms|miss)\.? )?(?:{known})"
    who = rf"{owner}\b"
    return re.compile(
        rf"(?:\bnot|(?:is|was|ai|am)n'?t) {who}(?:'s (?:phone|number|mobile|cell)\w*)?(?= ?(?:$|[,.!;?]|anymore|any more|and\b|so\b))"
        rf"|\b(?:no|(?:don'?t|do not|dont) know(?: any| a)?|idk(?: any| a| who)?|never heard of|who(?: \w+){{0,2}} is|who'?s) {who}"
        rf"|\b{who} (?:does ?n[o']?t|no longer|is ?n[o']?t) (?:live|stay|here|at this|on this|use|reachable)"
        rf"|\b(?:this is|it'?s|i'?m|i am) {owner}'?s (?!{_THINGS})\w+"
        rf"|\b{who} is my (?!name\b)\w+"
    )


def _denial_han(name: str) -> re.Pattern[str]:
    who, family = re.escape(name), re.escape(name[0])
    return re.compile(
        rf"(?:不是|唔係|唔系|並非|并非){who}(?!的)|(?:不|唔)姓{family}"
        rf"|(?:不认识|不認識|唔识|唔識|没有|沒有|冇|谁是|誰是|边个系|邊個係)(?:叫|这个|這個|呢個)?{who}"
        rf"|{who}(?:是谁|是誰|系边个|係邊個|已经不用|已經不用|不在这|不在這)"
        rf"|我(?:是|系|係){who}(?:的|得|嘅|[個个])?[阿大小]?(?:{_KIN})|{who}(?:是|系|係)我(?:的|嘅)?[个個]?[阿大小]?(?:{_KIN})"
    )
