"""What was paid, what is owed, and what he calls wrong."""

from __future__ import annotations

import re
from datetime import date

from flows import two_parts
from flows.model import Turn
from flows.replacing import replace
from flows.understanding.intents import Intent
from flows.understanding.values import Band, EntityKind, Role, Tag, Understanding

_WHOLE_ASKED = re.compile(
    r"(?:[对對][吧吗嗎不嘛]|是[吧吗嗎不嘛]|[没沒][错錯][吧吗嗎嘛]|[係系]咪|啱唔啱|[对對]不[对對])\W*$"
)
_FAULT = re.compile(r"不[对對](?!$)|[错錯][了咗]|多[收算了]|怎[么麼]|[点點]解|只[欠该該]")


def with_sum_confirmed(reading: Understanding, turn: Turn) -> Understanding:
    """是3600对吧: he asks whether that is what he owes, and finds no fault with it."""
    if reading.intent is not Intent.DISPUTE_AMOUNT or not _WHOLE_ASKED.search(reading.text):
        return reading
    owed = turn.case.account.outstanding.decimal
    is_owed = [e.value for e in reading.entities] == [owed]
    if not is_owed or _FAULT.search(reading.text.replace("没错", "").replace("沒錯", "")):
        return reading
    return replace(reading, intent=Intent.BALANCE_QUERY, entities=())


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
    is_grumble = reading.intent is Intent.COMPLAINT and not COMPLAINS.search(reading.text)
    is_guess = reading.evidence.keyword is None and (reading.band is Band.CLARIFY or is_grumble)
    if not is_guess or not _WAS_PAID.search(reading.text):
        return reading
    rest = two_parts.rest_at(reading.text)
    days = [e for e in reading.entities if isinstance(e.value, date) and e.value >= turn.today]
    if rest is None or len(days) != 1 or days[0].start < rest.start():
        return reading
    entities = tuple(
        replace(e, role=Role.PAID) if e.kind is EntityKind.AMOUNT and e.end <= rest.start() else e
        for e in reading.entities
    )
    return replace(
        reading,
        intent=Intent.ALREADY_PAID,
        also=(Intent.PROMISE_TO_PAY,),
        entities=entities,
        band=Band.ACT,
    )


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


_LOOK = re.compile(r"[查核][^,，。]{0,3}(?:一下|下|查|收|账|帳|實|实)|[查核][实實收]")
_HOW_MUCH = re.compile(r"多少|[几幾]多|[还還仲][欠差爭争]|剩|余额|餘額|明[细細]")


def without_balance_of_claim(reading: Understanding, turn: Turn) -> Understanding:
    """刚转的 麻烦查一下: the payment is to be looked for; no balance is asked."""
    if Intent.BALANCE_QUERY not in reading.also or reading.intent is not Intent.ALREADY_PAID:
        return reading
    if not _LOOK.search(reading.text) or _HOW_MUCH.search(reading.text):
        return reading
    return replace(reading, also=tuple(i for i in reading.also if i is not Intent.BALANCE_QUERY))


_TELLS_PAID = re.compile(r"已[经經]|[还還付缴繳交转轉俾畀给給][了咗过過]|[过過][咗了][数數]")


def with_part_claimed(reading: Understanding, turn: Turn) -> Understanding:
    """廿八號已經畀咗一半 而家又話爭成筆: half a guess at an offer tells of a part that is paid."""
    is_guess = reading.intent is Intent.PARTIAL_PAYMENT and reading.band is not Band.ACT
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
