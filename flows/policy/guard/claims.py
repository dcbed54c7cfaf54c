"""Statements a profile may forbid: credit records, legal action, details before verification."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.policy.guard.figures import amounts
from flows.policy.guard.lexicon import Word
from flows.policy.guard.reading import Reading, Sentence, bit
from flows.policy.guard.view import fold

Span = tuple[int, int]

_CREDIT, _EFFECT, _ADVICE = bit("credit"), bit("credit_effect"), bit("advice")
_LEGAL, _COMPLAIN, _DEBT = bit("legal"), bit("complain_word"), bit("debt")
_REACH = (14, 60)
# More than the neutral fact that late payment is reported: pressure, or a promise about it.
_PRESSING = re.compile(
    r"保护|维护|恢复|修复|提升|改善|好看|消除|删除|清除|毁|珍惜|爱惜|呵护|黑名单|污点|保持|避免|以免|立即|马上|拉黑|不(?:会)?影响"
    r"|\b(?:protect|ruin|destroy|improve|repair|restore|fix|clean|remove|delete|save|avoid|blacklist\w*|boost|rebuild|build|keep|hurt|harm|damage|now|not affect|clear)\w*"
)
_LEGAL_HELP = re.compile(
    r"法律援助|法律咨询|法律扶助|您的(?:代理)?律师|代理律师|受委任律师|委任的?律师|"
    r"legal advice|legal aid|your (?:lawyer|solicitor|attorney|representative)"
)
_OUR_LAW = re.compile(r"我们|我司|本公司|我方|将|起诉|our |we |sue")
_BILL_THE_NAME = re.compile(r"\bBill\b(?= [A-Z]|[,.?!])")
_DIGITS_OF_REF = re.compile(r"(?:尾号|末四码|后四位|ending(?: in)?|last four) ?[:：]?\d{4}")


def credit_statements(reading: Reading, *, only_pressing: bool) -> Iterator[Span]:
    """Sentences that tie payment to a credit record. S66, US-15, CN-8.

    `only_pressing`: the profile allows the neutral fact, so only what goes beyond it is found.
    """
    if not reading.classes & _CREDIT:
        return
    for sentence in reading.sentences:
        found = _nearest(sentence, _CREDIT, _EFFECT)
        if found and (not only_pressing or _PRESSING.search(sentence.text)):
            yield found


# A letter that the customer got, for his own lawyer to read.
_THEIR_LETTER = re.compile(
    r"(?:法院|法庭)(?:寄|发|送)(?:来|给[您你])的[^。]{0,10}(?:律师|顾问)|\bcourt has written to you\b"
)


def legal_statements(reading: Reading) -> Iterator[Span]:
    """Sentences on legal action; a complaint on file and free legal advice are none. CN-8, US-11."""
    if not reading.classes & _LEGAL:
        return
    for sentence in reading.sentences:
        word = next((w for w in sentence.words if w.classes & _LEGAL), None)
        if word is None or (_LEGAL_HELP.search(sentence.text) and not _beyond_help(sentence)):
            continue
        if sentence.classes & _COMPLAIN and not _OUR_LAW.search(sentence.text):
            continue
        if _THEIR_LETTER.search(sentence.text):
            continue
        yield word.start, word.end


def details(reading: Reading, creditor: str, *, may_name: bool) -> Iterator[Span]:
    """Words of debt, amounts, references, the creditor: nothing of it before verification.

    CONC 7.9.10R, AU-4, 12 CFR 1006.6(d)(1). `may_name`: the template may name a safe creditor.
    """
    names = {
        reading.view.raw.find("Bill", m.start()) for m in _BILL_THE_NAME.finditer(reading.view.raw)
    }
    for word in reading.words:
        if word.classes & _DEBT and not (
            word.text == "bill" and _raw_start(reading, word) in names
        ):
            yield word.start, word.end
    for amount in amounts(reading.text):
        yield amount.start, amount.end
    for match in _DIGITS_OF_REF.finditer(reading.text):
        yield match.span()
    plain = fold(creditor).strip()
    at = reading.view.text.find(plain) if plain and not may_name else -1
    if at >= 0:
        yield at, at + len(plain)


def _raw_start(reading: Reading, word: Word) -> int:
    return reading.view.span(word.start, word.end)[0]


def _beyond_help(sentence: Sentence) -> bool:
    words = [w for w in sentence.words if w.classes & _LEGAL]
    return any(not _LEGAL_HELP.search(w.text) and w.text not in ("律师",) for w in words)


def _nearest(sentence: Sentence, first: int, second: int) -> Span | None:
    limit = _REACH[0] if sentence.is_han else _REACH[1]
    for one in sentence.words:
        if not one.classes & first:
            continue
        for other in sentence.words:
            if other is one or not other.classes & second or other.text == one.text:
                continue
            start, end = min(one.start, other.start), max(one.end, other.end)
            if end - start - len(one.text) - len(other.text) <= limit:
                return start, end
    return None
