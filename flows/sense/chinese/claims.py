"""What was paid, what is owed, and what he calls wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from flows import two_parts
from flows.languages.rhythms import lone_weekday
from flows.model import Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Role, Tag, Understanding

_WHOLE_ASKED = re.compile(
    r"(?:[对對][吧吗嗎不嘛]|是[吧吗嗎不嘛]|[没沒][错錯][吧吗嗎嘛]|[係系]咪|啱唔啱|[对對]不[对對])\W*$"
)
_FAULT = re.compile(r"不[对對](?!$)|[错錯][了咗]|多[收算了]|怎[么麼]|[点點]解|只[欠该該]")


def with_sum_confirmed(reading: Understanding, turn: Turn) -> Understanding:
    """是3600对吧: he asks whether that is what he owes, and finds no fault with it."""
    is_free = turn.conversation.dialogue.question is None
    is_guess = is_free and reading.intent in SUM_TAKEN_FOR and reading.band is not Band.ACT
    is_asked = is_guess or reading.intent is Intent.DISPUTE_AMOUNT
    if not is_asked or not _WHOLE_ASKED.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    is_owed = [e.value for e in reading.entities] == [owed]
    if not is_owed or _FAULT.search(reading.text.replace("没错", "").replace("沒錯", "")):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY, entities=())


# What a bare sum is taken for.
SUM_TAKEN_FOR = frozenset(
    {Intent.DISPUTE_AMOUNT, Intent.UNCLEAR, Intent.AFFIRM, Intent.PARTIAL_PAYMENT}
)
_SO_MUCH = re.compile(
    r"\W*[吓嚇啊哇哗嘩咩喂唉]*\W*(?:[这這那咁]|怎[么麼][这這])[么麼]?(?:多|高|大)[啊呀喎吖吗嗎嘅㗎?？!！ ]*"
)


def without_dispute_of_surprise(reading: Understanding, turn: Turn) -> Understanding:
    """吓 咁多: surprised at the sum, he calls nothing wrong."""
    if reading.intent is not Intent.DISPUTE_AMOUNT or reading.entities:
        return reading
    if not _SO_MUCH.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY)


_WAS_PAID = re.compile(
    r"不是[^,，。]{0,6}[还還打付交缴繳转轉汇匯][了过過][^剩余餘]{0,12}[吗嗎么麼嘛]"
)


def with_rest_after_claim(reading: Understanding, turn: Turn) -> Understanding:
    """不是打了五百过去吗 剩下的周五打: a part is claimed, and the rest promised for the day."""
    rest = two_parts.rest_at(reading.text)
    days = [e for e in reading.entities if isinstance(e.value, date)]
    days = [e for e in days if rest is not None and e.start > rest.start()]
    then = _coming(days[0], turn.today) if len(days) == 1 else None
    if rest is None or then is None or _IS_DONE_TOO.search(reading.text, days[0].end):
        return reading
    is_grumble = reading.intent is Intent.COMPLAINT and not COMPLAINS.search(reading.text)
    is_offer = reading.intent in _OFFERED_BESIDE and _tells_part_paid(reading, rest.start())
    is_guess = reading.evidence.keyword is None and (reading.band is Band.CLARIFY or is_grumble)
    if not is_offer and not (is_guess and _WAS_PAID.search(reading.text)):
        return reading
    told = {days[0]: then}
    entities = tuple(
        replace(e, role=Role.PAID)
        if e.kind is EntityKind.AMOUNT and e.end <= rest.start()
        else told.get(e, e)
        for e in reading.entities
    )
    return replace(
        reading,
        intent=Intent.ALREADY_PAID,
        also=(Intent.PROMISE_TO_PAY,),
        entities=entities,
        band=Band.ACT,
    )


_OFFERED_BESIDE = frozenset({Intent.PROMISE_TO_PAY, Intent.PARTIAL_PAYMENT, Intent.ALREADY_PAID})
# 剩下的周五也打了: the rest is paid as well.
_IS_DONE_TOO = re.compile(r"[了过過咗](?![去晒数數])")


def _tells_part_paid(reading: Understanding, rest: int) -> bool:
    """Whether the one sum is a part that is paid, told before the words come to the rest."""
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    is_part = len(sums) == 1 and sums[0].role is Role.PAID and sums[0].end <= rest
    return is_part and Tag.SPLIT not in reading.tags


COMPLAINS = re.compile(r"投[诉訴]|[举舉][报報]|[骚騷][扰擾]|[态態]度|[报報]警|[烦煩]|[骂罵]")
_WAY_WANTED = re.compile(
    r"(?:[给給畀俾][我個个]|[发發傳传]我?)[^,，。]{0,4}(?:付款|缴费|繳費|还款|還款|收款|[链鏈]接|連結|[账帳][号號]|二[维維][码碼]|方式|码|碼)"
)
_AT_ONCE = re.compile(r"现在|現在|[马馬]上|立刻|即刻|而家|依家|这就|這就")


def with_way_asked_first(reading: Understanding, turn: Turn) -> Understanding:
    """给我个付款方式 现在给你们结了: the way is asked for, so nothing is paid yet."""
    leads = (Intent.ALREADY_PAID, Intent.PAY_NOW)
    is_guess = Intent.ALREADY_PAID in reading.intents and reading.evidence.keyword is None
    if not is_guess or reading.intent not in leads or reading.entities:
        return reading
    if not _WAY_WANTED.search(reading.text) or not _AT_ONCE.search(reading.text):
        return reading
    return replace(reading, intent=Intent.PAY_NOW, also=(), tags=reading.tags - {Tag.PAST})


_LOOK = re.compile(r"查收|[查核][^,，。]{0,3}(?:一下|下|查|收|账|帳|實|实)|[查核][实實收]")
_HOW_MUCH = re.compile(r"多少|[几幾]多|[还還仲][欠差爭争]|剩|余额|餘額|明[细細]")


def without_balance_of_claim(reading: Understanding, turn: Turn) -> Understanding:
    """刚转的 麻烦查一下: the payment is to be looked for; no balance is asked."""
    if Intent.BALANCE_QUERY not in reading.also or reading.intent is not Intent.ALREADY_PAID:
        return reading
    if not _LOOK.search(reading.text) or _HOW_MUCH.search(reading.text):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.BALANCE_QUERY))


_TELLS_PAID = re.compile(r"已[经經]|[还還付缴繳交转轉俾畀给給打汇匯][了咗过過]|[过過][咗了][数數]")


def with_part_claimed(reading: Understanding, turn: Turn) -> Understanding:
    """廿八號已經畀咗一半 而家又話爭成筆: half a guess at an offer tells of a part that is paid."""
    facts_told = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.DATE)]
    is_all_paid = len(facts_told) > 1 and all(e.role is Role.PAID for e in facts_told)
    is_guess = is_all_paid or reading.band is not Band.ACT
    is_guess = is_guess and reading.intent is Intent.PARTIAL_PAYMENT
    if not is_guess or not _TELLS_PAID.search(reading.text) or Tag.FUTURE in reading.tags:
        return reading
    days = [e.value for e in reading.entities if isinstance(e.value, date)]
    owed = turn.case.account.outstanding.decimal
    sums = [e for e in reading.entities if e.kind in (EntityKind.AMOUNT, EntityKind.SHARE)]
    told = {e.role for e in sums if e.value != owed}
    if told != {Role.PAID} or any(day > turn.today for day in days):
        return reading
    also = tuple(i for i in reading.also if i is not Intent.ALREADY_PAID)
    return replace(
        reading, intent=Intent.ALREADY_PAID, also=(Intent.PARTIAL_PAYMENT, *also), band=Band.ACT
    )


_NUMBER_OF = re.compile(
    r"(?:收[据據]|[凭憑][证證]|流水|[单單]|交易|[参參]考|[转轉][账帳賬])[^,，。]{0,3}(?:[编編]?[号號]|[码碼])|\bref",
    re.IGNORECASE,
)
_WANTED = re.compile(r"[要给給畀俾开開发發寄补補][^,，。]{0,4}(?:收[据據]|[证證]明)|[吗嗎?？]")
_NOT_SEEN = re.compile(
    r"(?:[没沒未冇](?:有)?|[还還仲]没?)(?:收到|到[账帳賬]|看到|睇到|查到|入[账帳數数])|[收查到](?:到|[账帳賬])[^,，。]{0,3}(?:[吗嗎没沒未?？]|[没沒]有)"
)


def with_number_of_receipt(reading: Understanding, turn: Turn) -> Understanding:
    """收據編號 A12345, after a claim, is a detail of the payment; no document is wanted."""
    is_told = reading.intent is Intent.RECEIPT and turn.case.open_claim is not None
    kinds = {e.kind for e in reading.entities}
    if not is_told or EntityKind.REFERENCE not in kinds or _WANTED.search(reading.text):
        return reading
    if not _NUMBER_OF.search(reading.text):
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=(), band=Band.ACT)


# What the question after a payment is taken for.
ASKED_AS = frozenset({Intent.UNCLEAR, Intent.BALANCE_QUERY, Intent.DENY, Intent.AFFIRM})


def with_claim_looked_for(reading: Understanding, turn: Turn) -> Understanding:
    """你们没收到?, right after a claim, asks after that payment."""
    is_guess = reading.intent in ASKED_AS and reading.evidence.keyword is None
    if not is_guess or turn.case.open_claim is None or reading.entities:
        return reading
    question = turn.conversation.dialogue.question
    is_looked = bool(_LOOK.search(reading.text)) and not _HOW_MUCH.search(reading.text)
    if question is not None and question.key != "claim_ask_details":
        return reading
    if not is_looked and not _NOT_SEEN.search(reading.text):
        return reading
    # Told by the claim, it is no guess any more.
    sure = 1.0
    return replace(reading, intent=Intent.ALREADY_PAID, also=(), band=Band.ACT, confidence=sure)


# 先至收到短訊, 轉咗電話: what came to him, and what he changed, is no payment.
_OTHER_THINGS = re.compile(
    r"[收睇看見见]到[^,，。]{0,4}(?:短[訊讯信]|信息|訊息|消息|[电電][话話]|[簡简][訊讯]|通知)|[转轉換换][咗了](?:[电電][话話]|[手][机機]|[号號][码碼]?|工(?![资資])|[職职崗岗校機机台])"
)
_PAYMENT = re.compile(
    r"[还還付缴繳交打汇匯存俾畀給给清扣结結转轉][^,，。]{0,3}[了咗過过清晒埋掉完的嘅]|[過过][咗了][數数]|[转轉][了咗過过账帳賬數数]|已[经經]|[刷][了咗過过]"
)


def without_claim_of_change(reading: Understanding, turn: Turn) -> Understanding:
    """琴日先收到短訊 之前轉咗電話: half a guess at a payment, with no word of one left."""
    is_guess = reading.intent is Intent.ALREADY_PAID and reading.evidence.keyword is None
    rest, found = _OTHER_THINGS.subn(" ", reading.text)
    if not is_guess or not found or _PAYMENT.search(rest):
        return reading
    lead, *also = reading.also or (Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM, entities=())


def with_day_paid(reading: Understanding, turn: Turn) -> Understanding:
    """今天上午用支付宝还的: half a guess at a promise, of a day on which it was paid."""
    is_guess = reading.intent is Intent.PROMISE_TO_PAY and reading.band is not Band.ACT
    if not is_guess or reading.tags & {Tag.FUTURE, Tag.HEDGE, Tag.NEGATED, Tag.CONDITIONAL}:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    is_paid = len(days) == 1 and days[0].role is Role.PAID
    if not is_paid or not isinstance(days[0].value, date) or days[0].value > turn.today:
        return reading
    return replace(reading, intent=Intent.ALREADY_PAID, also=(), band=Band.ACT)


_BARE_YES = re.compile(
    r"\W*(?:[嗯哦噢喔啊唔恩]+|[对對]+[的啊]?|是的?|[係系][啊呀]?|好的?|行|得|(?:行|好|中|成|[对對]|得|可以)(?:不|[吗嗎嘛咩]|[唔不](?:行|好|中|成|[对對]|得|可以))|[没沒冇][错錯])[吧啦喇呀啊哈了]?\W*"
)


def with_yes_to_noted(reading: Understanding, turn: Turn) -> Understanding:
    """嗯, 行不 right after a promise was noted: no more is asked, and nothing is refused."""
    standing = turn.case.open_promise
    is_new = standing is not None and standing.made_on == turn.today
    is_free = turn.conversation.dialogue.question is None and not reading.entities
    if not (is_new and is_free) or reading.intent not in YES_TAKEN_FOR:
        return reading
    if not _BARE_YES.fullmatch(reading.text):
        return reading
    return replace(reading, intent=Intent.AFFIRM, also=(), band=Band.ACT)


YES_TAKEN_FOR = frozenset(
    {Intent.UNCLEAR, Intent.DENY, Intent.REQUEST_DISCOUNT, Intent.BALANCE_QUERY}
)
_YES_AND_SUM = re.compile(
    r"\W*(?:[嗯哦啊]*\W*)?(?:[係系是对對啱]|[没沒冇][错錯])[的啊呀]?[ ,，。]*[^,，。 ]{1,8}[^\w]*"
)


def with_sum_affirmed(reading: Understanding, turn: Turn) -> Understanding:
    """係 四千八, once that sum was noted: said again, and nothing is called wrong."""
    is_guess = reading.intent is Intent.DISPUTE_AMOUNT and reading.evidence.keyword is None
    if not is_guess or _FAULT.search(reading.text) or not _YES_AND_SUM.fullmatch(reading.text):
        return reading
    standing, owed = turn.case.open_promise, turn.case.account.outstanding
    proposals = turn.conversation.dialogue.proposals[-1:]
    put = {p.promise.amount.decimal for p in proposals if p.promise is not None}
    known = {owed.decimal} | ({standing.amount.decimal} if standing is not None else set())
    if [e.value for e in reading.entities if e.kind is not EntityKind.AMOUNT] or not {
        e.value for e in reading.entities
    } <= known:
        return reading
    is_agreed = standing is not None or {e.value for e in reading.entities} <= put
    meant = Intent.AFFIRM if is_agreed else Intent.BALANCE_QUERY
    return replace(reading, intent=meant, also=(), entities=(), band=Band.ACT)


_STILL_OWED = re.compile(r"(?:[还還仲][有剩差欠爭争]|剩(?:下|返)?|[爭争差])[的嘅]?$")


def with_rest_of_sums(reading: Understanding, turn: Turn) -> Understanding:
    """琴晚過咗三千 仲有一千八 聽日過埋: a part is paid, and what is left of the whole promised."""
    leads = (Intent.PROMISE_TO_PAY, Intent.ALREADY_PAID, Intent.PARTIAL_PAYMENT)
    sums = [e for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if reading.intent not in leads or len(sums) != 2 or sums[0].role is not Role.PAID:
        return reading
    paid, left = sums[0].value, sums[1].value
    is_rest = bool(_STILL_OWED.search(reading.text[: sums[1].start]))
    is_whole = (
        isinstance(paid, Decimal)
        and isinstance(left, Decimal)
        and paid + left == turn.case.account.outstanding.decimal
    )
    days = [e for e in reading.entities if e.kind is EntityKind.DATE and e.start > sums[1].end]
    then = _coming(days[0], turn.today) if len(days) == 1 else None
    if not (is_rest and is_whole) or then is None:
        return reading
    told = {sums[1]: replace(sums[1], role=None), days[0]: then}
    tags = (reading.tags | {Tag.FUTURE}) - {Tag.PAST, Tag.WHOLE}
    return replace(
        reading,
        intent=Intent.PROMISE_TO_PAY,
        also=(Intent.ALREADY_PAID,),
        entities=tuple(told.get(e, e) for e in reading.entities),
        tags=tags,
        band=Band.ACT,
    )


def _coming(day: Entity, today: date) -> Entity | None:
    """星期五, of what is still to be paid, is the next one."""
    value = day.value
    if not isinstance(value, date):
        return None
    if value < today and lone_weekday(day.text) is not None:
        value += timedelta(weeks=1)
    return replace(day, value=value, role=None) if value >= today else None


_OFF = re.compile(r"[减減免折扣少]|[优優]惠|便宜|[够夠]|算[数數]|[两兩结結]清|平[啲些]")
_AT_ONCE_ALL = re.compile(r"一次(?:[过過]|性|[还還付]|清)?|全(?:部|[数數款额額])|成筆")


def with_whole_at_once(reading: Understanding, turn: Turn) -> Understanding:
    """四千八一次過, of 4,800: all of it, and nothing off."""
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    is_guess = reading.intent is Intent.REQUEST_DISCOUNT and reading.evidence.keyword is None
    if not is_guess or sums != [turn.case.account.outstanding.decimal]:
        return reading
    if _OFF.search(reading.text) or not _AT_ONCE_ALL.search(reading.text):
        return reading
    tags = reading.tags | {Tag.WHOLE}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags, band=Band.CONFIRM)


_ALL_AGAIN = re.compile(
    r"\W*(?:[嗯哦啊]*\W*)?(?:[对對是啱][的啊呀]?|[係系][啊呀]?|好的?)?[ ,，。]*(?:一次(?:性|[过過])?|全部|全[数數款额額]?|一[笔筆])(?:[还還付缴繳][清完晒掉]?|[结結]清|清)?[的啊呀吧啦]*\W*"
)


def with_whole_again(reading: Understanding, turn: Turn) -> Understanding:
    """对 一次还清, once all of it was noted for a day: said again; no way to pay is asked."""
    standing = turn.case.open_promise
    is_new = standing is not None and standing.made_on == turn.today
    is_guess = reading.intent is Intent.PAY_NOW and turn.conversation.dialogue.question is None
    if not (is_new and is_guess) or reading.entities or not _ALL_AGAIN.fullmatch(reading.text):
        return reading
    if standing is None or standing.amount != turn.case.account.outstanding:
        return reading
    return replace(reading, intent=Intent.AFFIRM, also=(), band=Band.ACT)


_MOVES_MONEY = re.compile(
    r"[还還付缴繳交打转轉汇匯存俾畀給给清扣刷充入支款錢钱账帳賬數数過过了咗齐齊妥]|完|pay|paid|sent|done",
    re.IGNORECASE,
)
_ILL = re.compile(r"住[了咗]?院|[开開]刀|手[术術]|[生重]病|[车車][祸禍]|[化放][疗療]")
_TOLD_OFTEN = re.compile(r"[说說讲講][了过過咗]?.{0,6}[遍次回]")


def without_claim_unsaid(reading: Understanding, turn: Turn) -> Understanding:
    """我都说了八百遍 我在住院: a guess at a payment, with no word of one."""
    is_guess = reading.intent is Intent.ALREADY_PAID and reading.evidence.keyword is None
    if not is_guess or reading.entities or turn.conversation.dialogue.question is not None:
        return reading
    text = _TOLD_OFTEN.sub(" ", reading.text)
    if text.isascii() or _MOVES_MONEY.search(text):
        return reading
    is_ill = bool(_ILL.search(text))
    others = (Intent.HARDSHIP,) if is_ill else ()
    lead, *also = others or reading.also or (Intent.UNCLEAR,)
    return replace(reading, intent=lead, also=tuple(also), band=Band.CONFIRM)


_NOTE_IT = re.compile(
    r"[ ,，。]*(?:你们?|你哋|都|给我|給我|帮我|幫我)*(?:[记記](?:住|下|好|低)?|[听聽](?:清楚?|见|見|到|明白)|看(?:清楚?|到|见|見)|明白|知道|[晓曉]得|清楚)"
    r"(?:[了未咗])?(?:[没沒]有?|吗|嗎|么|麼|[吧啊呀喇未]|冇|不)*[?？!！。 ]*$"
)
NOTE_TAKEN_FOR = frozenset({Intent.PROMISE_TO_PAY, Intent.REQUEST_INSTALMENTS, Intent.PAY_NOW})
_ASKS_SO = re.compile(r"[?？吗嗎]|多少|[几幾]|怎|行不|可不|能不|得唔|哪|[点點]")


def with_words_to_note(reading: Understanding, turn: Turn) -> Understanding:
    """3600 全还 12月1号 记住没: the words to be noted are no question, and nothing is left undone."""
    said = _NOTE_IT.search(reading.text)
    doubts = {Tag.ASKS, Tag.NEGATED} & reading.tags
    if said is None or said.start() == 0 or not doubts or not reading.entities:
        return reading
    before = reading.text[: said.start()]
    if _ASKS_SO.search(before) or any(e.end > said.start() for e in reading.entities):
        return reading
    if "没" in before or "沒" in before:
        return reading
    return replace(reading, tags=reading.tags - doubts)


_NOT_A_CENT = re.compile(
    r"\W*(?:保[证證]|[绝絕][对對]|肯定)?一[分毛蚊文](?:[钱錢])?(?:都|也)?(?:不|唔)(?:[会會]|能)?(?:少|差|欠|落)(?:[你您们們]*|的|了)*[啊呀吧]?\W*"
)
CENT_TAKEN_FOR = frozenset(
    {Intent.REFUSE, Intent.DENY, Intent.UNCLEAR, Intent.REQUEST_DISCOUNT, Intent.HARDSHIP}
)


def with_not_a_cent_less(reading: Understanding, turn: Turn) -> Understanding:
    """一分不少, to the read-back of all that is owed on a day: all of it, which agrees."""
    if reading.entities or not _NOT_A_CENT.fullmatch(reading.text):
        return reading
    tags = (reading.tags | {Tag.WHOLE}) - {Tag.WILL_NOT, Tag.NEGATED}
    proposals = turn.conversation.dialogue.proposals[-1:]
    is_whole = any(
        p.promise is not None and p.promise.amount == turn.case.account.outstanding
        for p in proposals
    )
    meant = Intent.AFFIRM if is_whole else Intent.UNCLEAR
    return replace(reading, intent=meant, also=(), tags=tags, band=Band.ACT)


_SPENT_OTHERWISE = re.compile(
    r"[垫墊]|借[给給]|随礼|隨禮|[买買][房车車]|彩[礼禮]|[学學][费費]|[医醫]"
)
BEYOND_TAKEN_FOR = frozenset({Intent.ALREADY_PAID, Intent.DISPUTE_AMOUNT})


def without_claim_beyond_debt(reading: Understanding, turn: Turn) -> Understanding:
    """我妹结婚 我垫了两万, of a debt of 3,600: half a guess at a payment, and none of this bill."""
    is_guess = reading.evidence.keyword is None and reading.band is not Band.ACT
    if not is_guess or turn.conversation.dialogue.question is not None:
        return reading
    if reading.intent is Intent.DISPUTE_AMOUNT and not _SPENT_OTHERWISE.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    sums = [e.value for e in reading.entities if e.kind is EntityKind.AMOUNT]
    if not sums or any(not isinstance(v, Decimal) or v <= owed for v in sums):
        return reading
    lead, *also = reading.also or (Intent.HARDSHIP,)
    return replace(reading, intent=lead, also=tuple(also), entities=(), band=Band.CONFIRM)


def without_claim_of_one_go(reading: Understanding, turn: Turn) -> Understanding:
    """不分了 一口气还了: no plan any more, and all of it at once; nothing says that it is done."""
    is_guess = reading.intent is Intent.ALREADY_PAID and reading.band is Band.CLARIFY
    if not is_guess or Tag.NO_PLAN not in reading.tags or reading.evidence.keyword is not None:
        return reading
    tags = (reading.tags | {Tag.WHOLE}) - {Tag.PAST, Tag.NO_PLAN, Tag.WITHDRAWS}
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), tags=tags, band=Band.CONFIRM)
