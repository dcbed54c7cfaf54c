"""What was only guessed at a few words: idle guesses, figures under a schedule, slips."""

from __future__ import annotations

import re
from datetime import date

from flows import facts
from flows.model import Turn
from flows.replacing import replace
from flows.sense.bare.words import NO_DAY, words_left
from flows.sense.named import (
    with_rule,
)
from flows.understanding.idle import idle_guess
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Asked,
    Band,
    EntityKind,
    Tag,
    Understanding,
)

# These are at home in an answer with a figure; anything else was guessed from the figure's looks.
_AT_HOME = frozenset(
    {
        Intent.AFFIRM,
        Intent.DENY,
        Intent.UNCLEAR,
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_EXTENSION,
        Intent.ALREADY_PAID,
        Intent.REQUEST_CALLBACK,
    }
)
_ABOUT_FIGURES = frozenset(
    {
        Asked.CONFIRM,
        Asked.DATE,
        Asked.AMOUNT,
        Asked.COUNT,
        Asked.COUNT_OR_AMOUNT,
        Asked.CHOOSE_OPTION,
    }
)
_SURE = 0.75
# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_CONFIRM = Asked.CONFIRM
# "My husband says 10", "sold": what the words hold nothing of answers no schedule either.
_NEVER_AN_ANSWER = frozenset({Intent.DECEASED, Intent.VULNERABLE, Intent.DISPUTE_DEBT})
_FEW_WORDS = 10


def _is_short_figure(text: str) -> bool:
    """ "My husband would like it to be 5", under a schedule: a few words about a figure."""
    return facts.has_figure(text) and len(text.split()) <= _FEW_WORDS


def without_idle_guess(reading: Understanding, turn: Turn) -> Understanding:
    """The reading without an intent that was only guessed, with no word of it in the text."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.asked is _CONFIRM
    # Below our question half a guess may be its answer; a death is none.
    if reading.evidence.keyword is not None:
        return reading
    if is_asked and reading.intent not in _NEVER_AN_ANSWER:
        return reading
    is_figure = is_asked and _is_short_figure(reading.text)
    if reading.confidence >= _SURE and not is_figure:
        return reading
    idle = idle_guess(reading.intent, reading.text)
    if idle is None:
        return reading
    lead, *also = reading.also or (Intent.UNCLEAR,)
    return with_rule(replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM), idle)


def with_bare_figures(reading: Understanding, turn: Turn) -> Understanding:
    """ "From december 15" is no question who we are, nor a refusal, under a schedule or guessed."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.asked in _ABOUT_FIGURES
    if not (is_asked or reading.band is Band.CLARIFY) or not reading.entities:
        return reading
    if reading.intent in _AT_HOME or words_left(reading):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_A_MONTH = re.compile(r"[每一][个個]?月|逐月|\ba month\b|\bmonthly\b", re.IGNORECASE)
# 700一期, 每期700 and no more.
_SUM_EACH = re.compile(
    r"\W*[那就咁]*(?:[\d,.]{2,7}|[一二两兩三四五六七八九][百千][一二两兩三四五六七八九]?十?)(?:元|块|塊|蚊)?/?(?:[一每1](?:期|[个個]月|[次笔筆]))(?:[吧啊呀呢啦喇得行吗嗎嘛可以唔])*\W*"
    r"|\W*[那就咁]*[一每](?:期|[个個]月|[次笔筆])(?:[\d,.]{2,7}|[一二两兩三四五六七八九][百千][一二两兩三四五六七八九]?十?)(?:元|块|塊|蚊)?(?:[吧啊呀呢啦喇得行吗嗎嘛可以唔])*\W*"
)


def _is_product(reading: Understanding) -> bool:
    """1200 x 4: a sum and how many times it is paid."""
    return any(e.kind is EntityKind.COUNT and e.text[:1] in "x×*X乘" for e in reading.entities)


def with_bare_plan(reading: Understanding, turn: Turn) -> Understanding:
    """6期, 五六百一个月 as the answer to a reminder: a wish for instalments, told in figures."""
    question = turn.conversation.dialogue.question
    is_free = question is None or question.owner == "small_talk"
    if not is_free or reading.intent not in (Intent.UNCLEAR, Intent.AFFIRM):
        return reading
    if reading.tags & (NO_DAY - {Tag.HEDGE}) or reading.also:
        return reading
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    named = any(not e.text.strip().isdecimal() for e in counts) and not words_left(reading)
    named = named or bool(_SUM_EACH.fullmatch(reading.text)) or _is_product(reading)
    vague = Tag.VAGUE_AMOUNT in reading.tags and bool(_A_MONTH.search(reading.text))
    if not named and not vague:
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, band=Band.CONFIRM)


# 講錯咗, "I said it wrong": his own slip, and no word about who he is or what is owed.
_OWN_SLIP = re.compile(
    r"(?:[讲講说說打写寫记記]|口)[错錯]|[错錯][了咗]?日|\b(?:said it wrong|misspoke|my (?:mistake|bad)|typo)\b",
    re.IGNORECASE,
)
TAKEN_FOR_FAULT = frozenset({Intent.WRONG_PERSON, Intent.DISPUTE_AMOUNT, Intent.DISPUTE_DEBT})


def with_own_slip(reading: Understanding, turn: Turn) -> Understanding:
    """ "唔係 講錯咗 係一月九號" right after a promise puts its day right."""
    standing = turn.case.open_promise
    has_day = any(isinstance(e.value, date) for e in reading.entities)
    if standing is None or standing.made_on != turn.today or not has_day:
        return reading
    if reading.intent not in TAKEN_FOR_FAULT or not _OWN_SLIP.search(reading.text):
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.ACT, tags=tags)


# 打错了, and nothing else: of his own figure where one was just given, of the number where none was.
_ONLY_SLIP = re.compile(
    r"(?:[\W_]|[啊哎呀哦噢唉喔欸诶誒嗯]|不好意思|抱歉|对不起|對不起|sorry|oops)*我?(?:[刚剛][才刚剛]|頭先|头先|啱啱)?"
    r"[打写寫按发發讲講说說输輸][错錯](?:了|咗|字|数字|數字)*(?:[\W_]|[啊呀哈啦喇添哦])*"
)
_DEALS = frozenset({"promise", "instalments"})


def with_bare_slip(reading: Understanding, turn: Turn) -> Understanding:
    """打错了 after a day or a plan of his own takes that back; he is no stranger."""
    if reading.intent is not Intent.WRONG_PERSON or not _ONLY_SLIP.fullmatch(reading.text):
        return reading
    question, standing = turn.conversation.dialogue.question, turn.case.open_promise
    is_dealing = question is not None and question.owner in _DEALS
    if not is_dealing and (standing is None or standing.made_on != turn.today):
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=Intent.DENY, also=(), band=Band.ACT, tags=tags)
