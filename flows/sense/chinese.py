"""What a reply in Chinese comes to in this talk, where its words resemble another matter."""

from __future__ import annotations

import re
from datetime import date

from flows.model import Turn
from flows.replacing import replace
from flows.sense.named import Rule
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Tag, Understanding

_KEEPS_DATA = re.compile(
    r"^\W*(?:我|你|先|[偏就梗點点][係系]?|[干幹]嘛|[为為]什[么麼]要?|凭什么|憑什麼|點解要?|点解要?|[没沒]必要)*"
    r"(?:(?:[不唔]|不想|唔想|不肯|唔會|不会|不會|[懒懶]得)(?:[说說讲講話答给給畀俾]|告[诉訴]|[提透][供露]|方便)|(?:[给給畀俾講讲說说]|告[诉訴]|話).{0,2}[你妳]).{0,8}$"
)
_KEPT_FROM = frozenset({Intent.DENY, Intent.PRIVACY, Intent.REFUSE, Intent.WRONG_PERSON})


def _with_data_kept(reading: Understanding, turn: Turn) -> Understanding:
    """唔講, 不告诉你, before we know who writes: his data stay his, and nobody says he is another."""
    is_guess = reading.evidence.keyword is None and set(reading.intents) <= _KEPT_FROM
    if turn.conversation.is_bound or not is_guess or not _KEEPS_DATA.match(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


# Without one of these nobody wants to be called.
_CALLS = re.compile(
    r"[电電][话話]|打|来电|來電|[联聯]|微信|[加找搵回覆]|叫|\b(?:call\w*|phone|ring)\b",
    re.IGNORECASE,
)
_GIVES = re.compile(r"[俾畀比給给還还付繳缴交找清]")
_NOT_TO_COME = frozenset({Tag.PAST, Tag.NEGATED, Tag.CANNOT, Tag.WILL_NOT, Tag.HEDGE})


_PARTS = re.compile(r"[ ,，。;；!！]+")


def _last_part(reading: Understanding) -> str:
    """The clause with the last day that is named: 先得閒睇電話 before it tells another thing."""
    named = [e.text for e in reading.entities if isinstance(e.value, date)]
    parts = [part for part in _PARTS.split(reading.text) if named and named[-1] in part]
    return parts[-1] if parts else reading.text


def _with_payment_back(reading: Understanding, turn: Turn) -> Understanding:
    """月尾俾返晒你: what is given back on a day is the money, and no call."""
    if reading.intent is not Intent.REQUEST_CALLBACK or reading.evidence.keyword is not None:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    is_told = bool(days) and days[-1] >= turn.today and bool(_GIVES.search(reading.text))
    if not is_told or reading.tags & _NOT_TO_COME or _CALLS.search(_last_part(reading)):
        return reading
    calls = (Intent.REQUEST_CALLBACK, Intent.REQUEST_HUMAN, Intent.PROMISE_TO_PAY)
    also = tuple(i for i in reading.also if i not in calls)
    ahead = tuple(e for e in reading.entities if e.value == days[-1])
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=also, entities=ahead, band=Band.CONFIRM
    )


RULES = (
    Rule("chinese.data_kept", _with_data_kept, _KEPT_FROM),
    Rule("chinese.payment_back", _with_payment_back, {Intent.REQUEST_CALLBACK}),
)
