"""What a reading comes to in this talk: bare days, bare figures and "all of it" take their sense
from what stands and what is open, whatever the words alone resemble."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from flows import facts, two_parts
from flows.events import CustomerSaid
from flows.model import Question, Turn
from flows.records import HandoffReason
from flows.replacing import replace
from flows.sense import chinese, paired, spoken, told
from flows.sense.named import (
    OF_DAYS,
    OF_SCHEDULE,
    OF_SUMS,
    UNASKED,
    Rule,
    Table,
    applied,
    with_rule,
)
from flows.sense.whole import with_whole_now, with_whole_on_day, with_whole_said
from flows.understanding.idle import idle_guess
from flows.understanding.intents import Intent
from flows.understanding.values import (
    Asked,
    Band,
    Entity,
    EntityKind,
    Role,
    Tag,
    Understanding,
)
from flows.wishes import ASKS_SPARE

# What may stand around a bare figure: 周五吧, "how about friday?", 从12月15号开始.
_AROUND = re.compile(
    r"[\W_]|\b(?:on|by|the|of|maybe|ok|okay|how about|what about|is|then|from|start(?:ing)?|begin(?:ning)?"
    r"|please|pls|whatever|i guess|i suppose|idk|lol|fine|yes|yeah|and|or|works?|fine|good|for me|actually|that|it|say|let'?s|do|make)\b"
    r"|可以|行[不嗎吗]?|怎[么麼][样樣]|得唔得|[吧呢啊呀啦哦嗯咯囉吗嗎嘛那就得的起好从從由自]|开始|開始|左右"
)
_WHOLE = re.compile(
    r"全[部额額数數款还還付俾給给清]|全都|所有|都[还還付缴繳]|一次[过過性]?(?:[还還付缴繳俾]?[清完掉晒])?|\b(?:all(?: of it| of that)?|everything|in full"
    r"|the (?:full|whole|entire|total) (?:amount|balance|thing|lot|sum|bill)|full amount|whole thing)\b",
    re.IGNORECASE,
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
_OTHER_SUM = re.compile(
    r"(?:\b(?:bill|balance|it|amount|statement) (?:was|should be|is only|was only|said) (?:only |just )?[$£€]?"
    r"|(?:[账帳賬][单單]|[应應][该該]|我?[记記]得|明明|上面|原[来來本])[^\d]{0,6}?(?:是|只有|就|得|写|寫)[^\d]{0,2}?)"
    r"(\d[\d,]*(?:\.\d+)?)"
)
_SURE = 0.75
# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_CONFIRM = Asked.CONFIRM
# Two sums that make up the whole, the first perhaps "now": three figures at least.
_TWO_SUMS_AND_A_DAY = 3
_OF_PARTS = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_EXTENSION,
        Intent.UNCLEAR,
        Intent.AFFIRM,
    }
)
_NO_PARTS = frozenset({Tag.PAST, Tag.NEGATED, Tag.HEDGE})
_NO_DAY = frozenset({Tag.PAST, Tag.NEGATED, Tag.HEDGE, Tag.CANNOT, Tag.CORRECTION})


def sensed(reading: Understanding, turn: Turn) -> Understanding:
    """The reading with the sense that the open question and what stands give to bare words."""
    return applied(reading, turn, _TABLE)


# "My husband says 10", "sold": what the words hold nothing of answers no schedule either.
_NEVER_AN_ANSWER = frozenset({Intent.DECEASED, Intent.VULNERABLE, Intent.DISPUTE_DEBT})


_FEW_WORDS = 10


def _is_short_figure(text: str) -> bool:
    """ "My husband would like it to be 5", under a schedule: a few words about a figure."""
    return any(ch.isdigit() for ch in text) and len(text.split()) <= _FEW_WORDS


def _without_idle_guess(reading: Understanding, turn: Turn) -> Understanding:
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


def _with_other_sum(reading: Understanding, turn: Turn) -> Understanding:
    """ "Why do I owe 400, my bill was 320": asked with another sum, the amount is disputed."""
    if reading.intent is not Intent.BALANCE_QUERY:
        return reading
    said = _OTHER_SUM.search(reading.text.casefold())
    if said is None:
        return reading
    return _disputing(reading, turn, said, Role.RIGHT)


# 175 of 175不是我该付的, no part of a longer number or of a word.
_PLAIN_SUM = re.compile(
    r"(?<![\da-z_.#])[$£€¥]?(\d{1,7}(?:\.\d{1,2})?)(?![\d.a-z号號日月天期])", re.IGNORECASE
)


# What a bare figure in a dispute belongs to: 多算了25, "the 25 charge".
_OF_CHARGE = re.compile(
    r"[多乱亂][算收扣计計]|[费費笔筆息金]|\b(?:charges?|fees?|interest|penalty|by|too much|twice|over|extra)\b",
    re.IGNORECASE,
)


def _with_part_disputed(reading: Understanding, turn: Turn) -> Understanding:
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
    is_amount = reading.intent in _SAYS_PART and (not reading.entities or is_dated)
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
    return _disputing(reading, turn, said[0], role)


# A bare figure looks like a number of payments.
_SAYS_PART = frozenset(
    {Intent.DISPUTE_AMOUNT, Intent.UNCLEAR, Intent.DENY, Intent.REQUEST_INSTALMENTS}
)
_SHOULD_BE = re.compile(
    r"\b(?:should|shud|supposed to|ought to|meant to|only|really|actually) (?:be|been|have been|owe|is|was)\b|(?<!不)[应應][该該當当](?![收算加有])|只欠",
    re.IGNORECASE,
)


def _disputing(
    reading: Understanding, turn: Turn, said: re.Match[str], role: Role
) -> Understanding:
    """The reading as a dispute of the amount, where the sum said is a part of what is owed."""
    value = Decimal(said[1].replace(",", ""))
    if not 0 < value < turn.case.account.outstanding.decimal:
        return reading
    entity = Entity(
        kind=EntityKind.AMOUNT,
        text=said[1],
        start=said.start(1),
        end=said.end(1),
        value=value,
        role=role,
    )
    entities = (*(e for e in reading.entities if e.start != said.start(1)), entity)
    return replace(reading, intent=Intent.DISPUTE_AMOUNT, entities=entities)


def with_two_sums(reading: Understanding, turn: Turn) -> Understanding:
    """ "200 on the 27th and 200 on the 11th" of 400 is a plan of two, no promise of the first."""
    if len(reading.entities) < _TWO_SUMS_AND_A_DAY or reading.intent not in _OF_PARTS:
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


def _with_rest_told(reading: Understanding, turn: Turn) -> Understanding:
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


def _without_past_day(reading: Understanding, turn: Turn) -> Understanding:
    """昨天说的那个 可以: the day of our own words is no figure of the plan that is agreed to."""
    question = turn.conversation.dialogue.question
    if question is None or question.asked is not Asked.CONFIRM:
        return reading
    if reading.intent is not Intent.AFFIRM:
        return reading
    kept = tuple(
        e for e in reading.entities if not (isinstance(e.value, date) and e.value < turn.today)
    )
    return reading if len(kept) == len(reading.entities) else replace(reading, entities=kept)


_EVERY_MONTH = re.compile(r"每[个個]?月的?$")
_LAST_DAY_OF_MONTH = 31


def _with_day_for_sum(reading: Understanding, turn: Turn) -> Understanding:
    """6期 每月15: a figure too small for an instalment, after "each month", is its day.

    Alone it may be all that he can pay: 我只能每月30, which accepts no plan from the 30th on.
    """
    question = turn.conversation.dialogue.question
    is_day_asked = question is not None and question.asked is Asked.DATE
    is_day_asked = is_day_asked or _days_follow_part(reading, question)
    is_day_asked = is_day_asked or Tag.INCOME_DAY in reading.tags
    is_day_asked = is_day_asked or bool(_DAY_OF_BILL.search(reading.text))
    is_day_asked = is_day_asked or _names_standing_count(reading.text, turn)
    if not is_day_asked and not any(e.kind is EntityKind.COUNT for e in reading.entities):
        return reading
    least = turn.case.account.terms.min_instalment_minor or 0
    unit = 10**turn.case.account.outstanding.currency.exponent
    days = {
        e
        for e in reading.entities
        if _is_day_of_month(e, reading.text) or _is_day_of_wages(e, reading)
    }
    days = {e for e in days if int(e.text) * unit < least}
    if not days:
        return reading
    entities = tuple(_as_pay_day(e) if e in days else e for e in reading.entities)
    return replace(reading, entities=entities)


def _names_standing_count(text: str, turn: Turn) -> bool:
    """10就10 每月15, of a plan of ten: the number is taken, and then comes the day."""
    newest = turn.conversation.dialogue.proposals[-1:]
    plan = newest[0].plan if newest else None
    begins = _NUMBER_TAKEN.match(text) if plan is not None else None
    return begins is not None and plan is not None and int(begins[1]) == plan.count


_NUMBER_TAKEN = re.compile(r"\W*(?:[那就咁好行]|好吧)*\W*(\d{1,2})(?![\d.])[^,，。\d]{0,4}")
_DAY_OF_BILL = re.compile(r"(?:[还還]款|扣款|[缴繳]款|[付交]款|[账帳][单單])(?:日|[的嘅]?日[子期])")
_THEN_MONTHLY = re.compile(
    r"(?:然[后後]|之[后後]|以[后後]|往[后後]|[后後]面|接[着著]|跟住)[^,，。]{0,3}每"
)


def _days_follow_part(reading: Understanding, question: Question | None) -> bool:
    """首付明天 之后每月20, of the plan that is read back: a day for its first part, then the others."""
    is_plan = question is not None and question.key.startswith(("plan_propose", "plan_counter"))
    has_day = any(isinstance(e.value, date) for e in reading.entities)
    return is_plan and has_day and bool(_THEN_MONTHLY.search(reading.text))


def _with_day_of_plan(reading: Understanding, turn: Turn) -> Understanding:
    """ "25" to a schedule whose first day was ours: too small a sum, too large a count, so a day."""
    question, terms = turn.conversation.dialogue.question, turn.case.account.terms
    is_schedule = question is not None and question.key == "plan_propose"
    said = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.COUNT)]
    is_only = len(said) == 1 == len(reading.entities) and said[0].text.isdecimal()
    if not is_schedule or not is_only or _rest(reading):
        return reading
    number, unit = int(said[0].text), 10**turn.case.account.outstanding.currency.exponent
    is_sum = number * unit >= (terms.min_instalment_minor or 0)
    is_count = terms.max_instalments is None or number <= terms.max_instalments
    if is_sum or is_count or number > _LAST_DAY_OF_MONTH:
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=(), entities=(_as_pay_day(said[0]),))


def _is_day_of_month(entity: Entity, text: str) -> bool:
    if entity.kind is not EntityKind.AMOUNT or not entity.text.isdecimal():
        return False
    follows = _EVERY_MONTH.search(text[: entity.start])
    return bool(follows) and 0 < int(entity.text) <= _LAST_DAY_OF_MONTH


_EACH_MONTH = re.compile(r" (?:of )?(?:every|each) month\b", re.IGNORECASE)


def _is_day_of_wages(entity: Entity, reading: Understanding) -> bool:
    """ "My salary come 7 every month": the seventh, on which he is paid."""
    if entity.kind is not EntityKind.AMOUNT or not entity.text.isdecimal():
        return False
    if Tag.INCOME_DAY not in reading.tags or not 0 < int(entity.text) <= _LAST_DAY_OF_MONTH:
        return False
    return bool(_EACH_MONTH.match(reading.text, entity.end))


def _as_pay_day(entity: Entity) -> Entity:
    day = int(entity.text)
    return replace(entity, kind=EntityKind.PAY_DAY, value=day, role=None, currency=None)


def _rest(reading: Understanding) -> str:
    """What is left of the words without their figures and what may stand around these."""
    rest = reading.text
    for entity in sorted(reading.entities, key=lambda e: -e.start):
        rest = f"{rest[: entity.start]} {rest[entity.end :]}"
    return _AROUND.sub("", rest.casefold())


def _with_bare_figures(reading: Understanding, turn: Turn) -> Understanding:
    """ "From december 15" is no question who we are, nor a refusal, under a schedule or guessed."""
    question = turn.conversation.dialogue.question
    is_asked = question is not None and question.asked in _ABOUT_FIGURES
    if not (is_asked or reading.band is Band.CLARIFY) or not reading.entities:
        return reading
    if reading.intent in _AT_HOME or _rest(reading):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


def _with_whole(reading: Understanding, turn: Turn) -> Understanding:
    """ "All of it" to a promise of all that is owed agrees with it."""
    dialogue = turn.conversation.dialogue
    proposal = dialogue.proposals[-1] if dialogue.proposals else None
    if dialogue.question is None or proposal is None or proposal.promise is None:
        return reading
    is_all = proposal.promise.amount == turn.case.account.outstanding
    if reading.entities or not is_all or not _WHOLE.search(reading.text):
        return reading
    if _AROUND.sub("", _WHOLE.sub("", reading.text).casefold()):
        return reading
    return replace(reading, intent=Intent.AFFIRM, also=(), band=Band.ACT)


def _with_bare_day(reading: Understanding, turn: Turn) -> Understanding:
    """ "Friday" as the answer to a reminder: a day to pay on, which is read back before it counts.

    Right after more time was given it is another day for that.
    """
    conversation = turn.conversation
    question = conversation.dialogue.question
    is_free = question is None or question.owner == "small_talk"
    # "From december 6" moves the plan that runs; a bare day beside it says nothing plain.
    is_start = any(e.role is Role.START for e in reading.entities)
    is_free = is_free and (turn.case.live_plan is None or is_start)
    if not is_free or conversation.open_handoff is not None:
        return reading
    if _repeats_agreement(reading, turn):
        return replace(reading, intent=Intent.PROMISE_TO_PAY, band=Band.ACT)
    # Below our list of likely meanings a bare value reads as a choice.
    bare = {Intent.UNCLEAR} if question is None else {Intent.UNCLEAR, Intent.AFFIRM}
    if reading.intent not in bare or reading.tags & _NO_DAY or not _is_bare_day(reading, turn):
        return reading
    if is_start:
        # "From the 5th" begins a plan; one payment has no start.
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.CONFIRM)
    given = turn.case.extension
    is_same_talk = given is not None and given.is_open and given.made_on == turn.today
    meant = Intent.REQUEST_EXTENSION if is_same_talk else Intent.PROMISE_TO_PAY
    return replace(reading, intent=meant, band=Band.CONFIRM)


_A_MONTH = re.compile(r"[每一][个個]?月|逐月|\ba month\b|\bmonthly\b", re.IGNORECASE)


# 700一期, 每期700 and no more.
_SUM_EACH = re.compile(
    r"\W*[那就咁]*(?:[\d,.]{2,7}|[一二两兩三四五六七八九][百千][一二两兩三四五六七八九]?十?)(?:元|块|塊|蚊)?/?(?:[一每1](?:期|[个個]月|[次笔筆]))(?:[吧啊呀呢啦喇得行吗嗎嘛可以唔])*\W*"
    r"|\W*[那就咁]*[一每](?:期|[个個]月|[次笔筆])(?:[\d,.]{2,7}|[一二两兩三四五六七八九][百千][一二两兩三四五六七八九]?十?)(?:元|块|塊|蚊)?(?:[吧啊呀呢啦喇得行吗嗎嘛可以唔])*\W*"
)


def _is_product(reading: Understanding) -> bool:
    """1200 x 4: a sum and how many times it is paid."""
    return any(e.kind is EntityKind.COUNT and e.text[:1] in "x×*X乘" for e in reading.entities)


_TIMES = re.compile(r" ?([x×*X乘] ?(\d{1,2}))(?![\d.])")


def _with_times(reading: Understanding, turn: Turn) -> Understanding:
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


def _with_bare_plan(reading: Understanding, turn: Turn) -> Understanding:
    """6期, 五六百一个月 as the answer to a reminder: a wish for instalments, told in figures."""
    question = turn.conversation.dialogue.question
    is_free = question is None or question.owner == "small_talk"
    if not is_free or reading.intent not in (Intent.UNCLEAR, Intent.AFFIRM):
        return reading
    if reading.tags & (_NO_DAY - {Tag.HEDGE}) or reading.also:
        return reading
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    named = any(not e.text.strip().isdecimal() for e in counts) and not _rest(reading)
    named = named or bool(_SUM_EACH.fullmatch(reading.text)) or _is_product(reading)
    vague = Tag.VAGUE_AMOUNT in reading.tags and bool(_A_MONTH.search(reading.text))
    if not named and not vague:
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, band=Band.CONFIRM)


# With a person asked for one of these, a figure may still lead to a plan.
_STILL_TALKING = (HandoffReason.UNAFFORDABLE, HandoffReason.NEGOTIATION, HandoffReason.HARDSHIP)


def _with_later_figure(reading: Understanding, turn: Turn) -> Understanding:
    """那三百呢 after no plan fitted is another offer each month, no part paid now."""
    waiting = turn.conversation.open_handoff
    dialogue = turn.conversation.dialogue
    if waiting is None or waiting.reason not in _STILL_TALKING or dialogue.question is not None:
        return reading
    if not dialogue.asked_capacity or not _is_bare_sum(reading):
        return reading
    entities = tuple(replace(e, role=Role.PER_INSTALMENT) for e in reading.entities)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


def _with_other_promised_sum(reading: Understanding, turn: Turn) -> Understanding:
    """1500行不 right after 2000 was noted for Thursday: the promise in another sum."""
    standing = turn.case.open_promise
    is_same_talk = standing is not None and standing.made_on == turn.today
    if not is_same_talk or turn.conversation.dialogue.question is not None:
        return reading
    if not _is_bare_sum(reading) or turn.conversation.open_handoff is not None:
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags)


def _is_bare_sum(reading: Understanding) -> bool:
    kinds = {e.kind for e in reading.entities}
    return kinds == {EntityKind.AMOUNT} and not reading.tags & _NO_DAY and not _rest(reading)


def _repeats_agreement(reading: Understanding, turn: Turn) -> bool:
    """ "Yes, 400 on the 1st as agreed", with nothing of ours open: a promise in his own words."""
    if turn.conversation.dialogue.question is not None or reading.intent is not Intent.AFFIRM:
        return False
    if reading.tags & _NO_DAY or turn.case.open_promise is not None:
        return False
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    has_sum = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    return has_sum and len(days) == 1 and days[0] >= turn.today


def _is_bare_day(reading: Understanding, turn: Turn) -> bool:
    kinds = {e.kind for e in reading.entities}
    if EntityKind.DATE not in kinds or not kinds <= {EntityKind.DATE, EntityKind.AMOUNT}:
        return False
    days = [d for e in reading.entities for d in (e.value, *e.alternatives) if isinstance(d, date)]
    return max(days, default=date.min) >= turn.today and not _rest(reading)


# "450, paid on the 17th" to "when are you paid"; "I paid on the 17th" stays a claim.
_PAY_DAY = re.compile(
    r"(?<!i )(?<!have )(?<!'ve )(?<!was )(?<!already )(?<!been )"
    r"\bpaid (?:(?:monthly )?(?:on |every |each )?(?:the )?(\d{1,2})(?:st|nd|rd|th)\b"
    r"|(?:weekly|fortnightly|biweekly|(?:every|each) (?:other |second )?(?:week|\w{3,6}day)s?)\b)",
    re.IGNORECASE,
)


def _with_pay_day(reading: Understanding, turn: Turn) -> Understanding:
    """The day of his pay, where that was asked, is no payment that was made."""
    question = turn.conversation.dialogue.question
    if question is None or question.key not in ASKS_SPARE:
        return reading
    said = _PAY_DAY.search(reading.text)
    if said is None:
        return reading
    entities = tuple(replace(e, role=None) for e in reading.entities)
    if said[1] is not None:
        start, end = said.span()
        day = Entity(
            kind=EntityKind.PAY_DAY, text=said[0], start=start, end=end, value=int(said[1])
        )
        entities = (*(e for e in entities if e.end <= start or e.start >= end), day)
    tags = (reading.tags - {Tag.PAST}) | {Tag.INCOME_DAY}
    intent = Intent.AFFIRM if reading.intent is Intent.ALREADY_PAID else reading.intent
    return replace(reading, intent=intent, also=(), entities=entities, tags=tags)


# 講錯咗, "I said it wrong": his own slip, and no word about who he is or what is owed.
_OWN_SLIP = re.compile(
    r"(?:[讲講说說打写寫记記]|口)[错錯]|[错錯][了咗]?日|\b(?:said it wrong|misspoke|my (?:mistake|bad)|typo)\b",
    re.IGNORECASE,
)
_TAKEN_FOR_FAULT = frozenset({Intent.WRONG_PERSON, Intent.DISPUTE_AMOUNT, Intent.DISPUTE_DEBT})


def _with_own_slip(reading: Understanding, turn: Turn) -> Understanding:
    """ "唔係 講錯咗 係一月九號" right after a promise puts its day right."""
    standing = turn.case.open_promise
    has_day = any(isinstance(e.value, date) for e in reading.entities)
    if standing is None or standing.made_on != turn.today or not has_day:
        return reading
    if reading.intent not in _TAKEN_FOR_FAULT or not _OWN_SLIP.search(reading.text):
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.ACT, tags=tags)


_THAT_DAY = re.compile(
    r"[那嗰当當][一]?[天日]|嗰[陣阵]|到[时時]|\bthat day\b|\bby then\b", re.IGNORECASE
)
_PAYS_ALL = re.compile(r"[还還付缴繳交清畀俾]|\b(?:pay|clear|settle)\b", re.IGNORECASE)
_NO_PROMISE = frozenset(
    {Tag.NEGATED, Tag.WILL_NOT, Tag.CANNOT, Tag.PAST, Tag.HEDGE, Tag.CONDITIONAL, Tag.SPLIT}
)


_OF_THAT_DAY = frozenset({Intent.UNCLEAR, Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID})


def _with_that_day(reading: Understanding, turn: Turn) -> Understanding:
    """嗰日還晒, or 全部, after time was given: all of it on the day until which we wait."""
    extension = turn.case.extension
    is_given = extension is not None and extension.is_open and extension.made_on == turn.today
    is_bare = reading.intent in _OF_THAT_DAY
    if extension is None or not is_given or not is_bare or reading.entities:
        return reading
    text = reading.text
    is_that = bool(_THAT_DAY.search(text) and _PAYS_ALL.search(text)) or bool(_WHOLE.search(text))
    if not is_that or reading.tags & _NO_PROMISE:
        return reading
    day = Entity(kind=EntityKind.DATE, text=text, start=0, end=len(text), value=extension.until_on)
    return replace(
        reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM, entities=(day,)
    )


_THEN_PAYS = re.compile(
    r"^(?:早上|上午|中午|下午|晚上)?[再才就先]?(?:可以|能|一定|會|会)?[再才就先]?(?:[还還付缴繳交清]|[转轉][账帳賬]|匯款|汇款|過數|过数|找數|找数)"
)
_MORE_TIME = re.compile(
    r"[缓緩]|[宽寬]|延|推|[晚迟遲][点點几幾一]|等我|再等|[给給畀俾]我|[通融]|到.{0,8}(?:为止|為止)"
)


def _with_day_and_pays(reading: Understanding, turn: Turn) -> Understanding:
    """下週一再繳可以嗎: a nameable day on which he pays is a promise, also as a question."""
    if reading.intent is not Intent.REQUEST_EXTENSION or turn.case.live_plan is not None:
        return reading
    question = turn.conversation.dialogue.question
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_plain = len(days) == 1 == len(reading.entities) and days[0].role is not Role.UNTIL
    if question is not None or not is_plain or reading.tags & (_NO_PROMISE - {Tag.NEGATED}):
        return reading
    follows = _THEN_PAYS.search(reading.text[days[0].end :])
    if not follows or _MORE_TIME.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


_NAMED_MONTH = re.compile(r"^[头頭初底中末尾]|^\s?\d")


def _without_month_as_count(reading: Understanding, turn: Turn) -> Understanding:
    """12月頭出糧 names a month, and no twelve payments."""
    wrong = [
        e
        for e in reading.entities
        if e.kind is EntityKind.COUNT
        and e.text.endswith("月")
        and _NAMED_MONTH.search(reading.text[e.end :])
    ]
    if not wrong:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e not in wrong))


_LESS = re.compile(
    r"^\W*(?:能不能|可不可以|可唔可以|可以)?(?:再|仲)?(?:[少低]|便宜)(?:一)?[点點啲些](?:[吧吗嗎呢啊呀啦得行]|可以|唔得)*\W*$"
)


_OF_LESS = frozenset({Intent.REQUEST_DISCOUNT, Intent.PARTIAL_PAYMENT, Intent.UNCLEAR})


def _with_less_each_time(reading: Understanding, turn: Turn) -> Understanding:
    """再少点, under a schedule: smaller instalments are wished for, no part of the debt waived."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    if not is_plan or reading.intent not in _OF_LESS or reading.entities:
        return reading
    if not _LESS.match(reading.text):
        return reading
    tags = reading.tags | {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.DENY, also=(), band=Band.ACT, tags=tags)


_SOME = re.compile(
    r"部分|一[点點些]|[点點]儿|啲|多少|半|剩|[余餘]|\b(?:part|some|half|bit|something|rest)\b",
    re.IGNORECASE,
)


def _with_day_first(reading: Understanding, turn: Turn) -> Understanding:
    """下星期三先還得: 先 puts off the payment to the day, and no part of it is meant."""
    if reading.intent is not Intent.PARTIAL_PAYMENT or reading.tags & _NO_PROMISE:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_only = len(days) == 1 == len(reading.entities)
    if not is_only or Tag.VAGUE_AMOUNT in reading.tags or _SOME.search(reading.text):
        return reading
    if "先" not in reading.text[days[0].end :]:
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


_WHOLE_REPEATED = re.compile(
    r"^\W{0,2}(?:元|块|塊|蚊)?\W{0,2}(?:是吧|是吗|是嗎|对吧|對吧|对吗|對嗎|係咪|系咪|吗|嗎|right\b|yeah\b)"
)


def _without_whole_repeated(reading: Understanding, turn: Turn) -> Understanding:
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


# 打错了, and nothing else: of his own figure where one was just given, of the number where none was.
_ONLY_SLIP = re.compile(
    r"(?:[\W_]|[啊哎呀哦噢唉喔欸诶誒嗯]|不好意思|抱歉|对不起|對不起|sorry|oops)*我?(?:[刚剛][才刚剛]|頭先|头先|啱啱)?"
    r"[打写寫按发發讲講说說输輸][错錯](?:了|咗|字|数字|數字)*(?:[\W_]|[啊呀哈啦喇添哦])*"
)
_DEALS = frozenset({"promise", "instalments"})


def _with_bare_slip(reading: Understanding, turn: Turn) -> Understanding:
    """打错了 after a day or a plan of his own takes that back; he is no stranger."""
    if reading.intent is not Intent.WRONG_PERSON or not _ONLY_SLIP.fullmatch(reading.text):
        return reading
    question, standing = turn.conversation.dialogue.question, turn.case.open_promise
    is_dealing = question is not None and question.owner in _DEALS
    if not is_dealing and (standing is None or standing.made_on != turn.today):
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    return replace(reading, intent=Intent.DENY, also=(), band=Band.ACT, tags=tags)


RULES = (
    *spoken.RULES,
    *paired.RULES,
    *chinese.RULES,
    Rule("talk.day_slipped", _with_own_slip, _TAKEN_FOR_FAULT, of_kinds=OF_DAYS),
    Rule("talk.bare_slip", _with_bare_slip, {Intent.WRONG_PERSON}),
    Rule("talk.day_first", _with_day_first, {Intent.PARTIAL_PAYMENT}, of_kinds=OF_DAYS),
    Rule("talk.month_as_count", _without_month_as_count, of_kinds={EntityKind.COUNT}),
    Rule("talk.less_each_time", _with_less_each_time, _OF_LESS, of_question=OF_SCHEDULE),
    Rule("talk.whole_repeated", _without_whole_repeated, of_kinds=OF_SUMS),
    Rule("talk.that_day", _with_that_day, _OF_THAT_DAY),
    Rule(
        "talk.day_and_pays",
        _with_day_and_pays,
        {Intent.REQUEST_EXTENSION},
        of_kinds=OF_DAYS,
        of_question=UNASKED,
    ),
    Rule("talk.pay_day", _with_pay_day, of_question=OF_SCHEDULE),
    Rule("talk.idle_guess", _without_idle_guess),
    *told.RULES,
    Rule("talk.other_sum", _with_other_sum, {Intent.BALANCE_QUERY}),
    Rule("talk.part_disputed", _with_part_disputed, _SAYS_PART | {Intent.DISPUTE_DEBT}),
    Rule("talk.day_for_sum", _with_day_for_sum, of_kinds=OF_SUMS),
    Rule(
        "talk.day_of_plan",
        _with_day_of_plan,
        of_kinds={EntityKind.AMOUNT, EntityKind.COUNT},
        of_question=OF_SCHEDULE,
    ),
    Rule("talk.past_day", _without_past_day, {Intent.AFFIRM}, of_kinds=OF_DAYS),
    Rule("talk.two_sums", with_two_sums, _OF_PARTS, of_facts=True),
    Rule("talk.rest_told", _with_rest_told, of_kinds=OF_SUMS),
    Rule("talk.whole_by_figure", with_whole_said),
    Rule("talk.whole_now", with_whole_now, {Intent.PARTIAL_PAYMENT}, of_kinds=OF_SUMS),
    Rule("talk.whole_on_day", with_whole_on_day, {Intent.PARTIAL_PAYMENT}, of_facts=2),
    Rule("talk.bare_figures", _with_bare_figures, of_facts=True),
    Rule("talk.whole", _with_whole),
    Rule(
        "talk.bare_day",
        _with_bare_day,
        {Intent.UNCLEAR, Intent.AFFIRM},
        of_kinds=OF_DAYS,
        of_question={"", "small_talk"},
    ),
    Rule("talk.later_figure", _with_later_figure, of_kinds=OF_SUMS, of_question=UNASKED),
    Rule(
        "talk.other_promised_sum", _with_other_promised_sum, of_kinds=OF_SUMS, of_question=UNASKED
    ),
    Rule("talk.times", _with_times, of_kinds=OF_SUMS),
    Rule(
        "talk.bare_plan",
        _with_bare_plan,
        {Intent.UNCLEAR, Intent.AFFIRM},
        of_question={"", "small_talk"},
    ),
)
_TABLE = Table(RULES)
