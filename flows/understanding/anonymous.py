"""A reply without personal data, in the same shape: what may be kept as an example and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flows.understanding.values import Entity, EntityKind

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w{3,}")
# Six figures and more are no sum of a reply to a reminder: numbers of telephones, cards, people.
_LONG_NUMBER = re.compile(r"[+(]?[0-9０-９](?:[ ().-]{0,2}[0-9０-９]){5,}[xX]?")
_FIGURE = re.compile("[0-9０-９]")
_FIGURES_KEPT = 2
# 我叫王小明, 我是陈思远, my name is John Smith: the words after it are a name.
_NAMED_ZH = re.compile(
    "(?:我(?:的名字)?(?:是|叫)|本人(?:是|叫)|姓名(?:是|:|：)|名字(?:是|叫))"
    "(?P<name>[\u4e00-\u9fff]{2,3})(?=$|[,，。.!！ ]|电话|身份证|生日|手机)"
)
_NAMED_EN = re.compile(
    r"\b(?i:my name is|my name's|this is|i am|i'm|name:)\s+(?P<name>[A-Z][a-z'’-]+(?:\s+[A-Z][a-z'’-]+){0,2})"
)
_NOT_A_NAME = re.compile(
    "本人|客户|你们|他的|她的|没有|已经|不是|机主|朋友|家人|妈妈|爸爸|老公|老婆"
)
_HAN = re.compile("[\u3400-\u9fff]")
_NAME_ZH, _NAME_EN = "某某", "Sam Doe"
_SHORTEST_NAME = 2


def anonymised(text: str, *, entities: Sequence[Entity] = (), names: Iterable[str] = ()) -> str:
    """The reply with names, numbers of people and things, addresses and links made nobody's.

    Figures keep their count and place, so that the reply is read as before; sums and days stay.
    `names` are those known of the customer; `entities` are offsets into this text.
    """
    text = _without_references(text, entities)
    text = _LINK.sub("https://example.com", text)
    text = _EMAIL.sub("name@example.com", text)
    text = _HANDLE.sub("@example", text)
    text = _LONG_NUMBER.sub(lambda found: _zeroed(found[0]), text)
    for name in _parts_of(names):
        text = re.sub(re.escape(name), _stand_in(name), text, flags=re.IGNORECASE)
    return _NAMED_EN.sub(_renamed, _NAMED_ZH.sub(_renamed, text))


def _without_references(text: str, entities: Sequence[Entity]) -> str:
    for entity in entities:
        if entity.kind is EntityKind.REFERENCE:
            said = text[entity.start : entity.end]
            text = text[: entity.start] + _zeroed(said, kept=0) + text[entity.end :]
    return text


def _zeroed(number: str, *, kept: int = _FIGURES_KEPT) -> str:
    """The number with all but its first figures made zero: 13812345678 becomes 13000000000."""
    seen = 0

    def put(found: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return found[0] if seen <= kept else "0"

    return _FIGURE.sub(put, number)


def _parts_of(names: Iterable[str]) -> list[str]:
    """Names as they may stand in a reply, longest first: the whole, and the given name of a Chinese one."""
    parts: set[str] = set()
    for name in map(str.strip, names):
        parts.add(name)
        if _HAN.search(name):
            parts.add(name[1:])
        else:
            parts.update(part for part in name.split() if len(part) > _SHORTEST_NAME)
    return sorted((part for part in parts if len(part) >= _SHORTEST_NAME), key=len, reverse=True)


def _stand_in(name: str) -> str:
    return _NAME_ZH if _HAN.search(name) else "Sam"


def _renamed(found: re.Match[str]) -> str:
    name = found["name"]
    if _NOT_A_NAME.search(name):
        return found[0]
    put = _NAME_ZH if _HAN.search(name) else _NAME_EN
    return found[0][: found.start("name") - found.start()] + put
