"""Several short messages read as one turn (negotiation.md C.7, burst)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import LanguageTag, Tag, Understanding

SMS_PAUSE = timedelta(seconds=10)
OTHER_PAUSE = timedelta(seconds=6)
LONGEST = timedelta(seconds=30)

_SAFETY = frozenset(
    {Intent.VULNERABLE, Intent.DECEASED, Intent.LEGAL, Intent.OPT_OUT, Intent.WRONG_PERSON}
)


def pause_on(channel: str) -> timedelta:
    """How long a pause ends a burst on this channel."""
    return SMS_PAUSE if channel == "sms" else OTHER_PAUSE


def ready_at(first: datetime, last: datetime, channel: str) -> datetime:
    """When the messages received so far are read: after a pause, at most 30 seconds."""
    return min(last + pause_on(channel), first + LONGEST)


def never_waits(reading: Understanding) -> bool:
    """Whether these words are read at once and by themselves: safety, stop, start.

    我老婆, cut off from what she did, is but a guess at a stranger, and waits for the rest.
    """
    if Tag.RESTART in reading.tags:
        return True
    return bool(_SAFETY & set(reading.intents)) and not _is_cut_off(reading)


# The person alone, with nothing said of him.
_PERSON_ALONE = re.compile(
    r"\W*我?(?:的|嘅)?(?:老婆|老公|[媳太]太?妇?|爱人|愛人|[爸妈媽][爸妈媽]?|老[爸妈豆母]|儿子|兒子|女儿|女兒|[弟妹哥姐]{1,2}|朋友|同事|[阿个個]?[仔女])\W*"
    r"|\W*my (?:wife|husband|mum|mom|dad|son|daughter|brother|sister|friend|partner|boyfriend|girlfriend)\W*",
    re.IGNORECASE,
)


# 别催了 beside other words is a grumble; alone it is a stop.
_URGES = re.compile(
    r"\W*(?:你们|你們|你哋)?(?:都|就|先)?(?:[别別]|不要|唔好|唔使)(?:再|老|一直|總|总)?催(?:了|我|啦|喇|嘛|咯|我了)*\W*"
)


def _is_cut_off(reading: Understanding) -> bool:
    grave = _SAFETY & set(reading.intents)
    if grave == {Intent.WRONG_PERSON}:
        return bool(_PERSON_ALONE.fullmatch(reading.text))
    return grave == {Intent.OPT_OUT} and bool(_URGES.fullmatch(reading.text))


# 分6 and 期 in two messages are one word.
_NUMBER_CUT = re.compile(r"(?<=[0-9一二三四五六七八九十])，(?=[期号號日个個元块塊蚊]|[个個]?月)")


def joined_text(texts: Sequence[str], language: LanguageTag) -> str:
    """The texts of a burst as one."""
    parts = [text.strip() for text in texts]
    if language is LanguageTag.EN:
        return ", ".join(parts)
    return _NUMBER_CUT.sub("", "，".join(parts))


def merged(whole: Understanding, parts: Sequence[Understanding]) -> Understanding:
    """The reading of the joined text, with nothing lost that a single part said clearly."""
    extra = [
        intent
        for part in parts
        for intent in part.intents
        if intent in _SAFETY and intent not in whole.intents and not _is_cut_off(part)
    ]
    return replace(whole, also=(*whole.also, *dict.fromkeys(extra)))
