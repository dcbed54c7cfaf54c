"""All that is owed, said by its own figure or in slipped words: "clear full 18000", "full amuont"."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import OTHER_BILL
from flows.understanding.intents import Intent
from flows.understanding.values import EntityKind, Tag, Understanding

_FIGURE = re.compile(r"(?<![\d.,/:-])\d[\d,]*(?:\.\d{1,2})?(?![\d/:%]|-\d)")
SLIPPED = re.compile(
    r"(?<![不没沒未冇唔结結])清(?:掉|[账帳賬]|[数數])?(?=[吧啦喇呀啊哦喔嘅的]{0,2}(?:$|[ ,，。.!！]))"
    r"|清埋(?:佢|[啦喇]|$)|(?:^|[ ,，。])[那就咁]?一(?:起|齊|齐|把|併|并)(?:[还還付缴繳交给給俾畀])(?:[了清掉啦喇吧你]|$)"
    r"|一[分毛蚊][钱錢]?(?:都|也|唔|不|會|会)*[不唔](?:會|会)?[少差]|成筆|如[数數][还還奉付]"
    r"|[还還付缴繳俾畀比][返翻埋]晒|(?<![刚剛才先])[还還付缴繳][完晒](?![了咗]?[之以][后後]|[了咗]?[吗嗎后後])|(?:day|tomorrow|tonight|\d(?:st|nd|rd|th)),? (?:in )?full(?= ?(?:$|[,.!]))|\bful+ ?(?:a\w{3,6}t|amt|b[ae]l\w*)\b|(?:^|[,.;] ?)(?:in )?full(?= ?(?:$|[,.!]))"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?,? (?:in )?full(?= ?(?:$|[,.!]))|\bfull (?=(?:on|by|this|next|tomorrow|tonight|today)\b)|(?<!that's)(?<!thats)(?<!at)(?<!after)(?<! is)(?<!you)(?<!for)(?<!them)(?<!of)[ ,]+all(?= ?(?:$|[.!]))"
    r"|\bthe lot\b(?! of)|\ball (?:on|by) (?:the \d|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]* \d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight)|\b(?:in|all at) one go\b",
    re.IGNORECASE,
)
# Without a piece of these nothing is slipped: looking for them is cheaper than the pattern.
_OF_SLIPPED = re.compile(r"[清一成如晒完]|ful|the lot|a(?<=\ba)ll\b|one go")
_ANY_FIGURE = re.compile(r"\d")
_NOW = re.compile(
    r"现在|現在|马上|馬上|立刻|而家|依家|\b(?:right now|now|rn|this minute|straight away)\b",
    re.IGNORECASE,
)
_NOT_YET = frozenset({Tag.PAST, Tag.NEGATED, Tag.CANNOT, Tag.SPLIT, Tag.CONDITIONAL, Tag.HEDGE})
_TOLD = frozenset({Tag.WHOLE, Tag.SPLIT})
_SUMS = frozenset({EntityKind.AMOUNT, EntityKind.SHARE, EntityKind.COUNT})
# A figure up to here may be a day of the month, an hour or a number of payments.
_LARGEST_DAY = 31
_SUM_AND_DAY = 2


def with_whole_said(reading: Understanding, turn: Turn) -> Understanding:
    """The reading tagged as one of all that is owed, where no sum but that one is named."""
    if not _TOLD.isdisjoint(reading.tags):
        return reading
    if not _SUMS.isdisjoint([e.kind for e in reading.entities]):
        return reading
    if not says_whole(reading.text) and not _names_sum_owed(reading, turn):
        return reading
    return replace(reading, tags=reading.tags | {Tag.WHOLE})


def says_whole(text: str) -> bool:
    """Whether slipped words tell of all that is owed: "full amuont", 一起还."""
    if not _OF_SLIPPED.search(text.lower()):
        return False
    # 房租剛繳完 says nothing of this bill.
    return bool(SLIPPED.search(OTHER_BILL.sub(" ", text)))


def with_whole_now(reading: Understanding, turn: Turn) -> Understanding:
    """ "Paying 400 now", of 400: no part, but the whole, at once."""
    if reading.intent is not Intent.PARTIAL_PAYMENT or reading.tags & _NOT_YET:
        return reading
    owed = turn.case.account.outstanding.decimal
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    days = [e.value for e in reading.entities if e.kind is EntityKind.DATE]
    if sums != [owed] or any(day != turn.today for day in days) or not _NOW.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PAY_NOW, also=())


def with_whole_on_day(reading: Understanding, turn: Turn) -> Understanding:
    """ "I can pay the 400 on the 2nd", of 400: no part, but the whole, on that day."""
    if reading.intent is not Intent.PARTIAL_PAYMENT or reading.tags & _NOT_YET:
        return reading
    owed = turn.case.account.outstanding.decimal
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    days = [e.value for e in reading.entities if e.kind is EntityKind.DATE]
    if sums != [owed] or len(days) != 1 or not isinstance(days[0], date):
        return reading
    if days[0] <= turn.today or len(reading.entities) != _SUM_AND_DAY:
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=())


def _names_sum_owed(reading: Understanding, turn: Turn) -> bool:
    if not _ANY_FIGURE.search(reading.text):
        return False
    taken = [(e.start, e.end) for e in reading.entities]
    sums = [
        Decimal(found[0].replace(",", ""))
        for found in _FIGURE.finditer(reading.text)
        if not any(start < found.end() and found.start() < end for start, end in taken)
    ]
    return any(
        said > _LARGEST_DAY and said == turn.case.account.outstanding.decimal for said in sums
    )
