"""Other bills told of beside ours: their sums and days are none of this talk."""

from __future__ import annotations

import re

from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import finds_fault
from flows.sense.told.claims import PAID
from flows.understanding.intents import Intent
from flows.understanding.rules import threatens
from flows.understanding.values import EntityKind, Tag, Understanding

# What a list of bills is taken for, and what is said of ours at its end.
BILLS_TAKEN_FOR = frozenset(
    {
        Intent.COMPLAINT,
        Intent.DISPUTE_AMOUNT,
        Intent.PARTIAL_PAYMENT,
        Intent.PROMISE_TO_PAY,
        Intent.HARDSHIP,
        Intent.UNCLEAR,
        Intent.BALANCE_QUERY,
        Intent.REQUEST_INSTALMENTS,
        Intent.PAY_NOW,
    }
)
_GUESSED = frozenset({Intent.COMPLAINT, Intent.DISPUTE_AMOUNT, Intent.PARTIAL_PAYMENT})
_OTHER = re.compile(
    r"房租|租金|房[贷貸]|[车車][贷貸]|[学學][费費]|水[电電费費]|[电電][费費]|燃?[气氣][费費]|瓦斯|[话話][费費]|[电電]信|[网網][费費]|保[险險]|管理[费費]|花[呗唄]|信用卡|托[儿兒]|差[饷餉]|[物]业|[补補][习習]"
    r"|\b(?:rent|mortgage|council tax|water|gas|electric\w*|power|car|insurance|phone|internet|broadband|tuition|child ?care|day ?care|nursery|groceries|truck|sewer|hydro|levy)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:你|您)(?:们|們|哋|地)?(?:的|嘅|家|公司|[这這那呢嗰][边邊笔筆個个]?|[边邊])|(?:[你您](?:们|們|哋))"
    r"|\byours\b|\byou (?:lot|guys|people|folks|at)\b|\byou[, ]+[$£€]?\d|\byour (?:bill|one|money|lot|[$£€]?\d)|\band you\b|\bas for you\b",
    re.IGNORECASE,
)
_HAN_PART = re.compile(r"[\s,，。.;；、!！]+")
_LATIN_PART = re.compile(r"[,;!]\s*|[.](?!\d)\s*|\s+(?:and|then|but|n|&)\s+(?=\D)", re.IGNORECASE)
_FIGURES = frozenset({EntityKind.AMOUNT, EntityKind.DATE, EntityKind.PAY_DAY})
_COMPLAINS = re.compile(
    r"投[诉訴]|[骚騷][扰擾]|\b(?:complain\w*|harass\w*|report)\b", re.IGNORECASE
)


def without_other_bills(reading: Understanding, turn: Turn) -> Understanding:
    """房租周二交 你们的周六还清: of each bill its day; only what is said of ours counts here."""
    if reading.intent not in BILLS_TAKEN_FOR:
        return reading
    text = reading.text
    if not _OURS.search(text) or not _OTHER.search(text):
        return reading
    product = turn.case.account.product
    parts = [part for part in _parts(text) if _is_of_other(text[slice(*part)], product)]
    if not parts:
        return reading
    kept = tuple(
        e
        for e in reading.entities
        if e.kind not in _FIGURES or not any(a <= e.start < b for a, b in parts)
    )
    if len(kept) == len(reading.entities):
        return reading
    return _of_ours(replace(reading, entities=kept))


def _of_ours(reading: Understanding) -> Understanding:
    """What is left once other bills are set aside: a promise, or nothing that is plain."""
    blames = finds_fault(reading.text) or threatens(reading.text) or _COMPLAINS.search(reading.text)
    days = any(e.kind is EntityKind.DATE and e.value is not None for e in reading.entities)
    promises = days and (Tag.WHOLE in reading.tags or PAID.search(reading.text))
    if blames or (promises and reading.intent is Intent.PROMISE_TO_PAY):
        return reading
    if promises and Tag.CANNOT not in reading.tags and Tag.SPLIT not in reading.tags:
        return replace(reading, intent=Intent.PROMISE_TO_PAY, also=())
    also = tuple(i for i in reading.also if i not in _GUESSED)
    if reading.intent not in _GUESSED:
        return replace(reading, also=also)
    lead, *rest = also or (Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(rest))


def _parts(text: str) -> list[tuple[int, int]]:
    """Where each part of the words starts and ends."""
    marks = _LATIN_PART if text.isascii() else _HAN_PART
    found = list(marks.finditer(text))
    starts = [0, *(mark.end() for mark in found)]
    return list(zip(starts, [*(mark.start() for mark in found), len(text)], strict=True))


def _is_of_other(part: str, product: str) -> bool:
    """Whether a part of the words names another bill than ours, and not ours as well."""
    named = [found[0].casefold() for found in _OTHER.finditer(part)]
    product = product.casefold()
    ours = product if not product.isascii() else set(product.split())
    return any(name not in ours for name in named) and not _OURS.search(part)
