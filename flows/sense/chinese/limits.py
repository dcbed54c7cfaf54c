"""A bank that lets only so much through a day: transfers on days in a row, and no failure."""

from __future__ import annotations

import re

from flows import facts, several_parts
from flows.model import Turn
from flows.replacing import replace
from flows.sense.in_talk import finds_fault
from flows.understanding.intents import Intent
from flows.understanding.values import Band, Entity, EntityKind, Tag, Understanding

# What a limit and the days it takes are read as.
TAKEN_FOR = frozenset(
    {
        Intent.PAYMENT_FAILED,
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.PROMISE_TO_PAY,
        Intent.PAY_NOW,
        Intent.DISPUTE_AMOUNT,
        Intent.UNCLEAR,
    }
)
_OTHER_SIZES = frozenset({EntityKind.COUNT, EntityKind.FREQUENCY, EntityKind.PAY_DAY})
_OF_TRANSFER = re.compile(r"限[额額]|[转轉][账帳賬]?|[过過][数數]|汇|匯|atm|ATM|[刷取提]")


def with_days_in_row(reading: Understanding, turn: Turn) -> Understanding:
    """一天只能转一千 分四天转: the whole by the last of the days, and no monthly plan."""
    if _is_other_matter(reading, turn):
        return reading
    limit = several_parts.a_day(turn)
    if limit is not None and not _OF_TRANSFER.search(reading.text):
        limit = None
    if reading.intent is Intent.DISPUTE_AMOUNT:
        return _with_way_asked(reading, turn, limit)
    if limit is not None and _tells_parts(reading, limit):
        # 每天限额两千 今天两千明天一千六: the parts are told with their days.
        own = tuple(e for e in reading.entities if e is not limit)
        meant = Intent.REQUEST_INSTALMENTS
        return replace(reading, intent=meant, also=(), entities=own, band=Band.CONFIRM)
    if Tag.HEDGE in reading.tags or several_parts.last_in_row(turn) is None:
        return reading
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=(), band=Band.CONFIRM)


def _is_other_matter(reading: Understanding, turn: Turn) -> bool:
    """A plan with its number or rhythm, or what lies behind him."""
    kinds = {e.kind for e in reading.entities}
    if reading.tags & {Tag.PAST, Tag.WILL_NOT}:
        return True
    return bool(kinds & _OTHER_SIZES) and several_parts.by_one_day(turn) is None


def _tells_parts(reading: Understanding, limit: Entity) -> bool:
    """Whether sums and days are told beside the limit."""
    own = [e.kind for e in reading.entities if e is not limit]
    return own.count(EntityKind.AMOUNT) > 1 and EntityKind.DATE in own


def _with_way_asked(reading: Understanding, turn: Turn, limit: Entity | None) -> Understanding:
    """ATM一天能轉三萬 我那個一萬二沒問題吧: as more goes through than is owed, he asks how to pay."""
    money = facts.money_of(turn, limit) if limit is not None else None
    is_enough = money is not None and money >= turn.case.account.outstanding
    if not is_enough or reading.band is Band.ACT or finds_fault(reading.text):
        return reading
    return replace(reading, intent=Intent.PAY_NOW, also=(), entities=(), band=Band.CONFIRM)
