"""Bare sums: another than the bill, a part of it, two of them, what is left, less each time."""

from __future__ import annotations

import re
from decimal import Decimal

from flows import facts, two_parts
from flows.events import CustomerSaid
from flows.model import Turn
from flows.records import HandoffReason
from flows.replacing import replace
from flows.sense.bare.words import AROUND, WHOLE, disputing, is_bare_sum
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Band,
    Entity,
    EntityKind,
    Role,
    Tag,
    Understanding,
)

_OTHER_SUM = re.compile(
    r"(?:\b(?:bill|balance|it|amount|statement) (?:was|should be|is only|was only|said) (?:only |just )?[$£€]?"
    r"|(?:[账帳賬][单單]|[应應][该該]|我?[记記]得|明明|上面|原[来來本])[^\d]{0,6}?(?:是|只有|就|得|写|寫)[^\d]{0,2}?)"
    r"(\d[\d,]*(?:\.\d+)?)"
)
# Two sums that make up the whole, the first perhaps "now": three figures at least.
_TWO_SUMS_AND_A_DAY = 3
OF_PARTS = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_EXTENSION,
        Intent.UNCLEAR,
        Intent.AFFIRM,
    }
)
_NO_PARTS = frozenset({Tag.PAST, Tag.NEGATED, Tag.HEDGE})


def with_other_sum(reading: Understanding, turn: Turn) -> Understanding:
    """ "Why do I owe 400, my bill was 320": asked with another sum, the amount is disputed."""
    if reading.intent is not Intent.BALANCE_QUERY:
        return reading
    said = _OTHER_SUM.search(reading.text.casefold())
    if said is None:
        return reading
    return disputing(reading, turn, said, Role.RIGHT)


# 175 of 175不是我该付的, no part of a longer number or of a word.
_PLAIN_SUM = re.compile(
    r"(?<![\da-z_.#])[$£€¥]?(\d{1,7}(?:\.\d{1,2})?)(?![\d.a-z号號日月天期])", re.IGNORECASE
)
# What a bare figure in a dispute belongs to: 多算了25, "the 25 charge".
_OF_CHARGE = re.compile(
    r"[多乱亂][算收扣计計]|[费費笔筆息金]|\b(?:charges?|fees?|interest|penalty|by|too much|twice|over|extra)\b",
    re.IGNORECASE,
)


def with_part_disputed(reading: Understanding, turn: Turn) -> Understanding:
    """175不是我该付的, 多算了25: a part of the amount is wrong, and its figure stands bare."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.key == "dispute_ask_part"
    if not is_asked and reading.intent is not Intent.DISPUTE_AMOUNT:
        return reading
    if not is_asked and not _OF_CHARGE.search(reading.text):
        return reading
    kinds = {e.kind for e in reading.entities}
    # "Double in October, 30 too much": a month beside the figure takes nothing from it.
    is_dated = reading.intent is Intent.DISPUTE_AMOUNT and kinds <= {EntityKind.DATE}
    is_amount = reading.intent in SAYS_PART and (not reading.entities or is_dated)
    is_amount = is_amount and (is_asked or reading.intent is Intent.DISPUTE_AMOUNT)
    is_debt = reading.intent is Intent.DISPUTE_DEBT and is_asked
    spans = [(e.start, e.end) for e in reading.entities if e.kind is EntityKind.DATE]
    found = [
        one
        for one in _PLAIN_SUM.finditer(reading.text)
        if not any(start < one.end() and one.start() < end for start, end in spans)
    ]
    said = list({one[1]: one for one in found}.values())
    if not (is_amount and len(said) == 1) and not (is_debt and said):
        return reading
    role = Role.RIGHT if _SHOULD_BE.search(reading.text) else Role.WRONG
    return disputing(reading, turn, said[0], role)


# A bare figure looks like a number of payments.
SAYS_PART = frozenset(
    {Intent.DISPUTE_AMOUNT, Intent.UNCLEAR, Intent.DENY, Intent.REQUEST_INSTALMENTS}
)
_SHOULD_BE = re.compile(
    r"\b(?:should|shud|supposed to|ought to|meant to|only|really|actually) (?:be|been|have been|owe|is|was)\b|(?<!不)[应應][该該當当](?![收算加有])|只欠",
    re.IGNORECASE,
)


def with_two_sums(reading: Understanding, turn: Turn) -> Understanding:
    """ "200 on the 27th and 200 on the 11th" of 400 is a plan of two, no promise of the first."""
    if len(reading.entities) < _TWO_SUMS_AND_A_DAY or reading.intent not in OF_PARTS:
        return reading
    if reading.tags & _NO_PARTS or not isinstance(turn.event, CustomerSaid):
        return reading
    meant = replace(turn, event=replace(turn.event, reading=reading))
    if two_parts.is_now_and_then(meant):
        return _as_now_and_then(reading, turn)
    is_begun = two_parts.now_and_even(meant) is not None
    if not (two_parts.is_whole_in_sums(meant) or two_parts.in_order(meant) or is_begun):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=())


def _as_now_and_then(reading: Understanding, turn: Turn) -> Understanding:
    """The first sum is the part paid at once; today is named for it alone."""
    owed, today = turn.case.account.outstanding.decimal, turn.today
    sums = (e for e in reading.entities if e.kind is EntityKind.AMOUNT and e.value != owed)
    first = next(sums, None)
    if first is None:
        # 一半今天 一半下个月: shares, which tell their part themselves.
        return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=())
    part = first if first.role is not None else replace(first, role=Role.PART)
    entities = tuple(part if e is first else e for e in reading.entities if e.value != today)
    return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=(), entities=entities)


# 剩下1600, 余下的那3000: nothing but these stands between the rest and its figure.
_OF_REST = re.compile(r"[下的那嘅呢 ]*|(?: of)?(?: the)? ?[$£€]?", re.IGNORECASE)


def with_rest_told(reading: Understanding, turn: Turn) -> Understanding:
    """周五还2000 剩下1600分4期: the second figure is what is left, the first comes before it."""
    rest = two_parts.rest_at(reading.text)
    is_told = reading.intent is Intent.REQUEST_INSTALMENTS and not _in_parts(reading)
    if rest is None or is_told:
        # The whole in two sums on two days is told apart already.
        return reading
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    told = next((e for e in sums if e.start >= rest.end()), None)
    part = next((e for e in sums if e.end <= rest.start()), None)
    if told is None or part is None:
        return reading
    if not _OF_REST.fullmatch(reading.text[rest.end() : told.start]):
        return reading
    if part.role is Role.PAID:
        return _with_rest_promised(reading)
    if Tag.PAST in reading.tags:
        return reading
    first = replace(part, role=Role.DOWN_PAYMENT if _in_parts(reading) else Role.PART)
    kept = tuple(first if e is part else e for e in reading.entities if e is not told)
    return replace(reading, entities=kept)


def _in_parts(reading: Understanding) -> bool:
    return any(e.kind in (EntityKind.COUNT, EntityKind.FREQUENCY) for e in reading.entities)


def _with_rest_promised(reading: Understanding) -> Understanding:
    """打过500了 剩下的3100周五还: a claim of the part, and a promise of what is left."""
    if reading.intent not in (Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT):
        return reading
    also = [i for i in reading.also if i is not Intent.PROMISE_TO_PAY]
    also = list(dict.fromkeys((*also, Intent.ALREADY_PAID)))
    tags = reading.tags - {Tag.PAST}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=tuple(also), tags=tags)


def with_whole(reading: Understanding, turn: Turn) -> Understanding:
    """ "All of it" to a promise of all that is owed agrees with it."""
    dialogue = turn.conversation.dialogue
    proposal = dialogue.proposals[-1] if dialogue.proposals else None
    if dialogue.question is None or proposal is None or proposal.promise is None:
        return reading
    is_all = proposal.promise.amount == turn.case.account.outstanding
    if reading.entities or not is_all or not WHOLE.search(reading.text):
        return reading
    if AROUND.sub("", WHOLE.sub("", reading.text).casefold()):
        return reading
    return replace(reading, intent=Intent.AFFIRM, also=(), band=Band.ACT)


_TIMES = re.compile(r" ?([x×*X乘] ?(\d{1,2}))(?![\d.])")


def with_times(reading: Understanding, turn: Turn) -> Understanding:
    """1200 x 4 of 4,800: four payments, where the product is what is owed."""
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    has_count = any(e.kind is EntityKind.COUNT for e in reading.entities)
    said = _TIMES.match(reading.text, sums[0].end) if len(sums) == 1 and not has_count else None
    money = facts.money_of(turn, sums[0]) if said is not None else None
    if said is None or money is None:
        return reading
    number, owed = int(said[2]), turn.case.account.outstanding.minor
    if number < _PAIR or abs(money.minor * number - owed) >= money.minor:
        return reading
    count = Entity(
        kind=EntityKind.COUNT, text=said[1], start=said.start(1), end=said.end(1), value=number
    )
    entities = tuple(sorted((*reading.entities, count), key=lambda e: e.start))
    return replace(reading, entities=entities)


_PAIR = 2
# With a person asked for one of these, a figure may still lead to a plan.
_STILL_TALKING = (HandoffReason.UNAFFORDABLE, HandoffReason.NEGOTIATION, HandoffReason.HARDSHIP)


def with_later_figure(reading: Understanding, turn: Turn) -> Understanding:
    """那三百呢 after no plan fitted is another offer each month, no part paid now."""
    waiting = turn.conversation.open_handoff
    dialogue = turn.conversation.dialogue
    if waiting is None or waiting.reason not in _STILL_TALKING or dialogue.question is not None:
        return reading
    if not dialogue.asked_capacity or not is_bare_sum(reading):
        return reading
    entities = tuple(replace(e, role=Role.PER_INSTALMENT) for e in reading.entities)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


def with_other_promised_sum(reading: Understanding, turn: Turn) -> Understanding:
    """1500行不 right after 2000 was noted for Thursday: the promise in another sum."""
    standing = turn.case.open_promise
    is_same_talk = standing is not None and standing.made_on == turn.today
    if not is_same_talk or turn.conversation.dialogue.question is not None:
        return reading
    if not is_bare_sum(reading) or turn.conversation.open_handoff is not None:
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags)


_LESS = re.compile(
    r"^\W*(?:能不能|可不可以|可唔可以|可以)?(?:再|仲)?(?:[少低]|便宜)(?:一)?[点點啲些](?:[吧吗嗎呢啊呀啦得行]|可以|唔得)*\W*$"
)
OF_LESS = frozenset({Intent.REQUEST_DISCOUNT, Intent.PARTIAL_PAYMENT, Intent.UNCLEAR})


def with_less_each_time(reading: Understanding, turn: Turn) -> Understanding:
    """再少点, under a schedule: smaller instalments are wished for, no part of the debt waived."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    if not is_plan or reading.intent not in OF_LESS or reading.entities:
        return reading
    if not _LESS.match(reading.text):
        return reading
    tags = reading.tags | {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.DENY, also=(), band=Band.ACT, tags=tags)


_WHOLE_REPEATED = re.compile(
    r"^\W{0,2}(?:元|块|塊|蚊)?\W{0,2}(?:是吧|是吗|是嗎|对吧|對吧|对吗|對嗎|係咪|系咪|吗|嗎|right\b|yeah\b)"
)


def without_whole_repeated(reading: Understanding, turn: Turn) -> Understanding:
    """三千六是吧 周四还两千: the sum that he only repeats is not the one he will pay."""
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if len(sums) <= 1:
        return reading
    owed = turn.case.account.outstanding.decimal
    whole = [e for e in sums if e.value == owed]
    parts = [e for e in sums if isinstance(e.value, Decimal) and e.value < owed]
    if len(whole) != 1 or not parts or whole[0].start > parts[0].start:
        return reading
    if not _WHOLE_REPEATED.search(reading.text[whole[0].end :]):
        return reading
    entities = tuple(e for e in reading.entities if e is not whole[0])
    return replace(reading, entities=entities)
