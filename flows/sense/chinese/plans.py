"""Payments in parts: how many, how much of each, and a first part."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from flows import two_parts
from flows.model import Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, Entity, EntityKind, Role, Tag, Understanding

_LESS_EACH = re.compile(
    r"(?:月[付供缴繳]|[每一][期月]|[每一][个個]月).{0,6}(?:便宜|[少低]|[轻輕])|(?:便宜|[少低]|[轻輕])[^,，。]{0,4}(?:月[付供缴繳]|[每一][期]|[每一][个個]月)"
)


def with_less_a_month(reading: Understanding, turn: Turn) -> Understanding:
    """有沒有更便宜的月付: smaller instalments are wished for, and no reduction."""
    if reading.intent is not Intent.REQUEST_DISCOUNT or not _LESS_EACH.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


def with_terms_of_refusal(reading: Understanding, turn: Turn) -> Understanding:
    """一係減我一半 一係我唔還: what he refuses hangs on the reduction he asks for."""
    if reading.intent is not Intent.REFUSE or Intent.REQUEST_DISCOUNT not in reading.also:
        return reading
    also = tuple(i for i in reading.intents if i is not Intent.REQUEST_DISCOUNT)
    return replace(reading, intent=Intent.REQUEST_DISCOUNT, also=also)


def with_down_refused(reading: Understanding, turn: Turn) -> Understanding:
    """不付首付行不行: he asks for a plan without a first part, and refuses nothing."""
    is_guess = reading.intent is Intent.REFUSE and Tag.ASKS in reading.tags
    if not is_guess or not _OF_DOWN.search(reading.text):
        return reading
    tags = reading.tags - {Tag.WILL_NOT, Tag.NEGATED}
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, tags=tags)


_OF_DOWN = re.compile(r"首付|[头頭]期款|[定订訂]金")


def without_payment_of_down(reading: Understanding, turn: Turn) -> Understanding:
    """可以不要首付吗, under a schedule, asks about it; nobody wants a link for the whole."""
    question = turn.conversation.dialogue.question
    is_plan = question is not None and question.owner == "instalments"
    is_asked = reading.intent is Intent.PAY_NOW and Tag.ASKS in reading.tags
    if not is_plan or not is_asked or reading.entities or not _OF_DOWN.search(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=())


_LEAST_EACH = re.compile(
    r"(?:[每一][个個]?[月期]|月[付供])[^,，。]{0,4}多少[^,，。]{0,4}(?:你[们們哋]?|您)[^,，。]{0,3}(?:[说說][了]?算|定|看着|話事|决定|決定)|"
    r"最(?:少|低)[^,，。]{0,4}(?:[每一][个個]?[月期]|月[付供])|(?:[每一][个個]?[月期]|月[付供])[^,，。]{0,3}最(?:少|低)"
)


def with_least_asked(reading: Understanding, turn: Turn) -> Understanding:
    """最少一个月交多少: he asks for the plan with the smallest payments, not for the balance."""
    if reading.intent is not Intent.BALANCE_QUERY or not _LEAST_EACH.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also)


_TOO_LONG_IS_FINE = re.compile(
    r"[多长長久期][^,，。]{0,3}(?:[没沒][关關][系係]|[无無]所[谓謂]|[没沒]事|不要[紧緊]|唔緊要|[没沒]差)"
)


def without_refusal_of_length(reading: Understanding, turn: Turn) -> Understanding:
    """太多期沒關係: many payments are fine with him; nothing is too much."""
    question = turn.conversation.dialogue.question
    if question is None or question.owner != "instalments":
        return reading
    is_taken_so = Tag.TOO_MUCH in reading.tags or reading.intent in (Intent.REFUSE, Intent.DENY)
    if not is_taken_so or not _TOO_LONG_IS_FINE.search(reading.text):
        return reading
    tags = reading.tags - {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.UNCLEAR, also=(), tags=tags)


def with_day_of_new_plan(reading: Understanding, turn: Turn) -> Understanding:
    """2号, right after a plan was agreed: the day of its instalments is still to be named."""
    plan = turn.case.live_plan
    is_new = plan is not None and plan.accepted_at.date() == turn.now.date()
    is_free = turn.conversation.dialogue.question is None and reading.intent is Intent.UNCLEAR
    kinds = {e.kind for e in reading.entities}
    if not is_new or not is_free or not kinds or not kinds <= _DAYS:
        return reading
    if not _DAY_ONLY.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, band=Band.CONFIRM)


_DAYS = frozenset({EntityKind.DATE, EntityKind.PAY_DAY})
_DAY_ONLY = re.compile(
    r"\W*(?:那|就|定|每[个個]?月|咁|改)*(?:\d{1,2}月)?[\d一二三四五六七八九十廿]{1,3}[号號日][吧啦喇呀啊好]?\W*"
)
_ABLE = re.compile(r"(?:能|可以|得)[^,，。]{0,2}(?:拿|出|给|給|凑|湊|挤|擠)")


def with_offer_each_time(reading: Understanding, turn: Turn) -> Understanding:
    """周六结钱 一周能拿出二百: what he can spare each week is not paid yet."""
    rhythms = [e for e in reading.entities if e.kind is EntityKind.FREQUENCY]
    is_offer = bool(rhythms) and Tag.PAST not in reading.tags and bool(_ABLE.search(reading.text))
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if not is_offer or len(sums) != 1 or sums[0].role is not Role.PAID:
        return reading
    each = replace(sums[0], role=Role.PER_INSTALMENT)
    return replace(reading, entities=tuple(each if e is sums[0] else e for e in reading.entities))


_HALVES = re.compile(r"一半[^,，。\d]{0,3}一半|一人一半|[两兩]次(?:各|平)")


def with_halves(reading: Understanding, turn: Turn) -> Understanding:
    """一半一半得唔得 今個月尾同下個月尾: the whole in two parts, and no respite."""
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value >= turn.today]
    taken_for = (Intent.REQUEST_EXTENSION, Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT)
    if reading.intent not in taken_for or len(days) != 2 or not _HALVES.search(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=())


_CAN_GIVE = re.compile(r"[最顶頂]多|只能|能[给給拿出俾畀]")
_CALLS_WRONG = re.compile(
    r"不[对對]|唔啱|[错錯]|多[收算扣]|不[认認]|凭什么|憑什麼|[乱亂]|[异異][议議]"
)


def with_offer_in_story(reading: Understanding, turn: Turn) -> Understanding:
    """药费三千 我最多一个月给两百五: a sum of his own each month, and nothing called wrong."""
    is_guess = reading.intent is Intent.DISPUTE_AMOUNT and reading.band is not Band.ACT
    kinds = {e.kind for e in reading.entities}
    is_offer = {EntityKind.AMOUNT, EntityKind.FREQUENCY} <= kinds
    if not (is_guess and is_offer) or _CALLS_WRONG.search(reading.text):
        return reading
    if not _CAN_GIVE.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(*also, Intent.HARDSHIP))


_FIRST_LIGHTER = re.compile(
    r"(?:第一|[头頭][一]?|首)(?:[次期笔筆回]|[个個]月)[^,，。]{0,6}(?:少|低|[轻輕])|(?:少|低|[轻輕])[^,，。]{0,4}(?:第一|首)[次期笔筆]"
)


_DOWN_LIGHTER = re.compile(
    r"(?:首付|[头頭]期?款|[订訂定]金)[^,，。]{0,6}(?:少|低)|(?:少|低)[^,，。]{0,3}(?:首付|[头頭]期?款)"
)


DOWN_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_DISCOUNT,
        Intent.UNCLEAR,
        Intent.PARTIAL_PAYMENT,
        Intent.REQUEST_INSTALMENTS,
    }
)


def with_down_lighter(reading: Understanding, turn: Turn) -> Understanding:
    """首付能不能少点 1000: another first part is offered; nothing comes off the sum."""
    has_sum = any(e.kind is EntityKind.AMOUNT for e in reading.entities)
    is_wish = reading.intent is Intent.REQUEST_DISCOUNT or (
        has_sum and reading.intent in DOWN_TAKEN_FOR
    )
    if not is_wish or not _DOWN_LIGHTER.search(reading.text):
        return reading
    entities = tuple(
        replace(e, role=Role.DOWN_PAYMENT) if e.kind is EntityKind.AMOUNT else e
        for e in reading.entities
    )
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), entities=entities)


def with_first_lighter(reading: Understanding, turn: Turn) -> Understanding:
    """第一次少点行不: smaller payments are wished for; nothing comes off the sum."""
    if reading.intent is not Intent.REQUEST_DISCOUNT or not _FIRST_LIGHTER.search(reading.text):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.REQUEST_INSTALMENTS)
    tags = reading.tags | {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=also, tags=tags)


_LOWER = re.compile(
    r"\W*(?:[那就还還這这每一期个個月]|可以|可唔可以|能不能|能|得唔得|[还還]能|不能)*再(?:[少低]|便宜)(?:[点點些啲一]|一点|一點)*(?:[了吗嗎嘛不行么麼吧啊呀得唔])*\W*"
)
_MOST_ASKED = re.compile(
    r"\W*(?:[那就咁]|请问|請問|你[们們哋]?)*最(?:多|[长長])(?:能|可以|可|得)?(?:分|[还還])?(?:到|成|做)?(?:[几幾]|多少)[个個多]?(?:期|月|久|耐)?(?:[啊呀呢吗嗎嘛])*\W*"
)
LOWER_TAKEN_FOR = frozenset(
    {Intent.REQUEST_DISCOUNT, Intent.CREDIT_QUERY, Intent.BALANCE_QUERY, Intent.UNCLEAR}
)


def with_lower_asked(reading: Understanding, turn: Turn) -> Understanding:
    """不能再低了吗, under a schedule: smaller payments are wished for, nothing off the sum."""
    question = turn.conversation.dialogue.question
    is_schedule = question is not None and question.asked is Asked.CONFIRM
    if is_schedule and not reading.entities and _MOST_ASKED.fullmatch(reading.text):
        return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=())
    if not is_schedule or reading.entities or not _LOWER.fullmatch(reading.text):
        return reading
    tags = reading.tags | {Tag.TOO_MUCH}
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), tags=tags)


def without_total_beside_part(reading: Understanding, turn: Turn) -> Understanding:
    """一万二千八 我先付一半: all that is owed, said first, is no sum that he offers."""
    owed = turn.case.account.outstanding.decimal
    sums = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.SHARE)]
    total = [e for e in sums if e.value == owed and e.role is None]
    parts = [e for e in sums if e.role in (Role.PART, Role.DOWN_PAYMENT)]
    if len(sums) != 2 or len(total) != 1 or len(parts) != 1 or total[0].start > parts[0].start:
        return reading
    return replace(reading, entities=tuple(e for e in reading.entities if e is not total[0]))


_OF_MESSAGES = re.compile(
    r"[发發][了]?|短[信訊讯]|信息|[消訊讯]息|打[扰擾]|[骚騷]|[烦煩]|[联聯][系繫络絡]|退[订訂]"
)


def without_stop_of_plan(reading: Understanding, turn: Turn) -> Understanding:
    """取消 不分了: half a guess at a stop is about instalments, which he does not want."""
    is_guess = Intent.OPT_OUT in reading.intents and reading.evidence.keyword is None
    if not is_guess or Tag.NO_PLAN not in reading.tags or _OF_MESSAGES.search(reading.text):
        return reading
    others = tuple(i for i in reading.intents if i is not Intent.OPT_OUT)
    lead, *also = others or (Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


_CHANGES = re.compile(r"改|[换換]|挪|[调調]")
MOVED_TAKEN_FOR = frozenset({Intent.REQUEST_INSTALMENTS, Intent.BALANCE_QUERY, Intent.UNCLEAR})


def with_promise_moved(reading: Understanding, turn: Turn) -> Understanding:
    """能不能改30号, while a promise stands and no plan: its day is moved."""
    standing = turn.case.open_promise
    kinds = [e.kind for e in reading.entities]
    if standing is None or turn.case.live_plan is not None or kinds != [EntityKind.DATE]:
        return reading
    if not _CHANGES.search(reading.text) or Tag.SPLIT in reading.tags:
        return reading
    tags = (reading.tags | {Tag.CORRECTION}) - {Tag.ASKS}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags)


def with_part_before_count(reading: Understanding, turn: Turn) -> Understanding:
    """这一千你们拿去 剩下的分3期, 那剩下9800分7期: the part comes before the number.

    Told by what is left, the part is the difference; it is read back in any case.
    """
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    if len(sums) == 1 and not counts:
        return _with_rest_some_time(reading, sums[0])
    rest = two_parts.rest_at(reading.text) if len(sums) == len(counts) == 1 else None
    if rest is None or sums[0].role is not None or counts[0].start < rest.end():
        return reading
    if turn.case.open_promise is not None or turn.case.live_plan is not None:
        return reading
    part, owed = sums[0].value, turn.case.account.outstanding.decimal
    if sums[0].start >= rest.end():
        part = _told_by_rest(reading.text[rest.end() : sums[0].start], part, turn)
    if not isinstance(part, Decimal) or not 0 < part < owed:
        return reading
    down = replace(sums[0], role=Role.DOWN_PAYMENT, value=part)
    return replace(reading, entities=tuple(down if e is sums[0] else e for e in reading.entities))


_REST_SLOWLY = re.compile(
    r"(?:剩|[余餘]下|其[余餘他它])[^,，。]{0,6}(?:慢慢|[以之][后後]|[后後]面|再[说說]|[迟遲]啲)"
)


def _with_rest_some_time(reading: Understanding, sum_: Entity) -> Understanding:
    """我最多拿出三千 剩下慢慢来: a part, and no sum of every month."""
    rest = _REST_SLOWLY.search(reading.text)
    kinds = {e.kind for e in reading.entities}
    if rest is None or kinds != {EntityKind.AMOUNT} or sum_.start > rest.start():
        return reading
    if sum_.role not in (None, Role.PART):
        return reading
    part = replace(sum_, role=Role.PART)
    return replace(reading, intent=Intent.PARTIAL_PAYMENT, also=(), entities=(part,))


_BEFORE_REST_SUM = re.compile(r"[下的那嘅呢返 ]*")


def _told_by_rest(between: str, rest: object, turn: Turn) -> Decimal | None:
    """What is paid first, where only what is left is named; None where a part is on its way."""
    paying, claim = turn.case.paying, turn.case.open_claim
    is_known = (paying is not None and paying.is_open) or claim is not None
    if is_known or not isinstance(rest, Decimal) or not _BEFORE_REST_SUM.fullmatch(between):
        return None
    return turn.case.account.outstanding.decimal - rest


_DAY_LEFT_OPEN = re.compile(
    r"\W*(?:[号號]数?數?|日子|[几幾][号號]|哪[天日]|[时時][间間])[^,，。]{0,4}(?:[随隨]便|都(?:行|得|可以|好)|[无無]所[谓謂]|是但|你[们們哋]?定)[啊呀吧啦喇]?\W*"
)
OPEN_TAKEN_FOR = frozenset({Intent.REFUSE, Intent.DENY, Intent.BUSY, Intent.REQUEST_EXTENSION})


def with_day_left_open(reading: Understanding, turn: Turn) -> Understanding:
    """号数随便, under a schedule: any day suits, and nothing is refused."""
    if reading.entities or not _DAY_LEFT_OPEN.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=(), band=Band.CONFIRM)


_IS_IT_ALL_RIGHT = re.compile(
    r"\W*(?:[这這咁那]样?樣?)?(?:ok[不吗嗎唔]|得唔得|行不行|可不可以|可唔可以|得未|成不成|[行可得成][吗嗎咩]|可以[吗嗎])[先啊呀㗎]?\W*",
    re.IGNORECASE,
)


def with_read_back_wanted(reading: Understanding, turn: Turn) -> Understanding:
    """得唔得先, under what we read back: he asks whether it holds, and offers nothing new."""
    question = turn.conversation.dialogue.question
    is_open = question is not None and question.asked is Asked.CONFIRM
    if not is_open or reading.entities or not _IS_IT_ALL_RIGHT.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.UNCLEAR, also=(), band=Band.CONFIRM)


WANTED_TAKEN_FOR = frozenset(
    {
        Intent.PARTIAL_PAYMENT,
        Intent.CREDIT_QUERY,
        Intent.BALANCE_QUERY,
        Intent.PAY_NOW,
        Intent.DENY,
    }
)


_IS_NOT = re.compile(r"(?:不是|唔[系係]|不要|並非|并非)$")


def without_count_refused(reading: Understanding, turn: Turn) -> Understanding:
    """係五期唔係六期: of two numbers the one that is denied is none."""
    counts = [e for e in reading.entities if e.kind is EntityKind.COUNT]
    refused = [e for e in counts if _IS_NOT.search(reading.text[: e.start])]
    if len(counts) != 2 or len(refused) != 1:
        return reading
    kept = tuple(e for e in reading.entities if e is not refused[0])
    is_fault = reading.intent is Intent.DISPUTE_AMOUNT and reading.band is not Band.ACT
    is_idle = is_fault or reading.intent in (Intent.UNCLEAR, Intent.DENY)
    meant = Intent.REQUEST_INSTALMENTS if is_idle else reading.intent
    return replace(reading, intent=meant, entities=kept)
