"""A figure or a day put right: of what stands read back, or of the payment claimed a moment ago."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from flows import facts, two_parts
from flows.commitments.assent import content
from flows.dialogues.instalments import asks_latest_start
from flows.events import CustomerSaid
from flows.languages.days import DAYS_PER_WEEK
from flows.languages.rhythms import lone_weekday
from flows.languages.zh.numbers import read_integer
from flows.languages.zh.script import simplify
from flows.model import Turn
from flows.money import from_decimal
from flows.replacing import replace
from flows.sense.in_talk import OTHER_BILL
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, Entity, EntityKind, Role, Tag, Understanding

_NOT_SO = re.compile(r"(?:不[是对對]|唔[係系啱])[\s,，。]*(?:[係系是])?$")
_ASKS_WHETHER = re.compile(r"[吗嗎咩么麼?？]")
_PUT = frozenset({EntityKind.DATE, EntityKind.AMOUNT})


def with_new_figure(reading: Understanding, turn: Turn) -> Understanding:
    """不是 17号, under a schedule from the 7th: nobody named the 17th before, so it is what is meant."""
    wrong = [e for e in reading.entities if e.role is Role.WRONG and e.kind in _PUT]
    if len(wrong) != 1 or reading.text.isascii():
        return reading
    said = wrong[0]
    others = any(e is not said and e.kind is said.kind for e in reading.entities)
    denies = _NOT_SO.search(reading.text[: said.start])
    if others or denies is None or _ASKS_WHETHER.search(reading.text):
        return reading
    known = _standing_figures(turn)
    if not known or _figure(turn, said) in known:
        return reading
    meant = replace(said, role=None)
    entities = tuple(meant if e is said else e for e in reading.entities)
    return replace(reading, entities=entities, tags=reading.tags | {Tag.CORRECTION})


def _standing_figures(turn: Turn) -> set[object]:
    """What was read back or noted last in this talk; nothing where nothing was."""
    newest, standing = turn.conversation.dialogue.proposals[-1:], turn.case.open_promise
    known = {figure for proposal in newest for figure in content(proposal)}
    if standing is not None and standing.made_on == turn.today:
        known |= {standing.due_on, standing.amount.minor}
    if known:
        known.add(turn.case.account.outstanding.minor)
    return known


def _figure(turn: Turn, entity: Entity) -> object:
    if entity.kind is EntityKind.DATE:
        return entity.value
    money = facts.money_of(turn, entity)
    return money.minor if money is not None else None


# What a day alone is taken for, told of the payment that was claimed.
CLAIM_TAKEN_FOR = frozenset(
    {
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_EXTENSION,
        Intent.DISPUTE_AMOUNT,
        Intent.UNCLEAR,
        Intent.DENY,
    }
)
_WAS = re.compile(
    r"\b(?:it|that|this|they|payment) (?:was|were|went)\b|\bwas (?:it |on |the |last )|\btell a lie\b"
    r"|[转轉付还還交缴繳打汇匯过過存][的嘅㗎]|[是係系](?:上|琴|尋|昨|前)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|(?:周|週|星期|禮拜|礼拜|拜)([一二三四五六日天])",
    re.IGNORECASE,
)
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s*(?:[号號日]|\b)")
_PLACES = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_PLACES |= {name: n for n, name in enumerate("一二三四五六日")} | {"天": 6}
_LONGEST_BACK = 60


def with_claim_day(reading: Understanding, turn: Turn) -> Understanding:
    """ "It was Friday, Friday the 20th", after a claim of payment: the day it was paid on."""
    if reading.intent not in CLAIM_TAKEN_FOR:
        return reading
    claim = turn.case.open_claim
    is_same_talk = claim is not None and claim.made_at.date() == turn.now.date()
    if not is_same_talk or reading.tags & {Tag.FUTURE, Tag.SPLIT, Tag.CANNOT, Tag.NEGATED}:
        return reading
    if not _is_about_claim(turn) or not _WAS.search(reading.text):
        return reading
    if {e.kind for e in reading.entities} != {EntityKind.DATE} or Tag.WHOLE in reading.tags:
        return reading
    days = [e for e in reading.entities if e.role is not Role.WRONG]
    paid_on = _day_gone(days[-1], turn.today) if days else None
    if paid_on is None:
        return reading
    paid = replace(days[-1], value=paid_on, alternatives=(), role=Role.PAID)
    tags = reading.tags - {Tag.CORRECTION}
    return replace(
        reading, intent=Intent.ALREADY_PAID, also=(), entities=(paid,), band=Band.ACT, tags=tags
    )


def _is_about_claim(turn: Turn) -> bool:
    """Whether no other question is open than that of the payment that was claimed."""
    question = turn.conversation.dialogue.question
    return question is None or question.asked is Asked.CLAIM_DETAILS


def _day_gone(entity: Entity, today: date) -> date | None:
    """The last day up to today of that weekday, or of that number; None where there is none."""
    if isinstance(entity.value, date) and entity.value <= today:
        return entity.value
    weekday, number = _WEEKDAY.search(entity.text), _DAY_OF_MONTH.search(entity.text)
    lone = lone_weekday(entity.text)
    place = lone if lone is not None else _place_of(weekday)
    back = range(DAYS_PER_WEEK) if number is None else range(_LONGEST_BACK)
    for days in back:
        day = today - timedelta(days=days)
        is_number = number is None or day.day == int(number[1])
        if (place is None or day.weekday() == place) and is_number:
            return day if place is not None or number is not None else None
    return None


def _place_of(weekday: re.Match[str] | None) -> int | None:
    if weekday is None:
        return None
    return _PLACES[(weekday[1] or weekday[2]).casefold()]


CHANGE_TAKEN_FOR = frozenset(
    {
        Intent.BALANCE_QUERY,
        Intent.UNCLEAR,
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_EXTENSION,
        Intent.HARDSHIP,
        Intent.BUSY,
    }
)
# 改周五, "make it Friday": what stands directly before the day that is meant now.
_CHANGED = re.compile(
    r"(?P<unsure>可能|也[许許]|不一定|或者|[应應][该該]|\b(?:maybe|might|perhaps|could)\b[^,.;!?]{0,12})?"
    r"(?:(?:改|[换換]|挪)(?:成|到|[为為]|去|做|咗)?[到至]?|\b(?:make|change|move|push|switch|shift|call) (?:it|that|this)(?: back)?(?: to)?(?: on)? (?:the )?)$",
    re.IGNORECASE,
)


def with_day_changed(reading: Understanding, turn: Turn) -> Understanding:
    """周三工资未必到 改周五, of a promise for Wednesday: Friday, whatever is unsure of Wednesday."""
    if reading.intent not in CHANGE_TAKEN_FOR:
        return reading
    standing = turn.case.open_promise
    if standing is None or standing.made_on != turn.today or _is_late(turn):
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    meant = [(e, _CHANGED.search(reading.text[: e.start])) for e in days]
    found = [(e, said) for e, said in meant if said is not None]
    if len(found) != 1 or found[0][1]["unsure"] or found[0][0].value == standing.due_on:
        return reading
    kept = tuple(e for e in reading.entities if e is found[0][0] or e not in days)
    tags = (reading.tags - {Tag.HEDGE, Tag.VAGUE_TIME, Tag.STILL}) | {Tag.CORRECTION}
    return replace(
        reading,
        intent=Intent.PROMISE_TO_PAY,
        also=(),
        entities=kept,
        tags=tags,
        band=Band.ACT,
    )


def _is_late(turn: Turn) -> bool:
    """Whether a later message overtook this one: it changes nothing (negotiation.md C.7)."""
    return isinstance(turn.event, CustomerSaid) and turn.event.is_late


# 一千改成六百, "change the 1000 to 600": a figure and the one in its place.
_HAN_FIGURE = r"(?:[0-9][0-9,.]*|[一二两兩三四五六七八九十百千万萬零]+)"
_REPLACED = re.compile(
    rf"(?P<old>{_HAN_FIGURE})(?:块|塊|元|蚊)?[錢钱]?(?:改|[换換])(?:成|到|[为為]|做)?(?P<new>{_HAN_FIGURE})(?!\s*[期号號日個个])"
    r"|\b(?:change|make|drop|lower|raise|swap|bring|put) (?:the |that |my )?[$£€]?(?P<was>[0-9][0-9,.]*)(?: (?:now|down|first|up front))* (?:to|for|be|into) [$£€]?(?P<now>[0-9][0-9,.]*)\b(?! ?(?:months?|payments?|weeks?|instal))",
    re.IGNORECASE,
)
REPLACED_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_INSTALMENTS,
        Intent.PARTIAL_PAYMENT,
        Intent.DISPUTE_AMOUNT,
        Intent.UNCLEAR,
        Intent.PROMISE_TO_PAY,
        Intent.DENY,
    }
)


def with_figure_replaced(reading: Understanding, turn: Turn) -> Understanding:
    """一千改成六百, of a plan that begins with 1,000: the first payment is put right, not each one."""
    if reading.intent not in REPLACED_TAKEN_FOR:
        return reading
    newest = turn.conversation.dialogue.proposals[-1:]
    plan = newest[0].plan if newest else None
    said = _REPLACED.search(reading.text) if plan is not None else None
    if plan is None or said is None:
        return reading
    old = _minor_of(turn, said["old"] or said["was"])
    name = "new" if said["new"] else "now"
    new = _minor_of(turn, said[name])
    if plan.down is not None and old == plan.down.amount.minor:
        role = Role.DOWN_PAYMENT
    elif old == plan.regular.minor:
        role = Role.PER_INSTALMENT
    else:
        return reading
    if new is None:
        return reading
    value = replace(turn.case.account.outstanding, minor=new).decimal
    start, end = said.span(name)
    meant = Entity(
        kind=EntityKind.AMOUNT, text=said[name], start=start, end=end, value=value, role=role
    )
    kept = tuple(e for e in reading.entities if e.kind is not EntityKind.AMOUNT)
    tags = reading.tags | {Tag.CORRECTION}
    lead = Intent.REQUEST_INSTALMENTS
    return replace(reading, intent=lead, also=(), entities=(*kept, meant), tags=tags, band=Band.ACT)


def _minor_of(turn: Turn, figure: str) -> int | None:
    """The sum behind a figure in digits or Han, in minor units."""
    plain = figure.replace(",", "").rstrip(".")
    value = Decimal(plain) if plain.replace(".", "", 1).isascii() else read_integer(simplify(plain))
    if value is None:
        return None
    try:
        return from_decimal(Decimal(value), turn.case.account.outstanding.currency).minor
    except ValueError:
        return None


_COMES = frozenset({Tag.PAST, Tag.NEGATED, Tag.CANNOT, Tag.WILL_NOT, Tag.HEDGE, Tag.ASKS})


def with_day_to_come(reading: Understanding, turn: Turn) -> Understanding:
    """ "Tuesday the 1st is the day, 400, done with it": a day ahead, and nothing was paid yet."""
    is_guess = reading.intent is Intent.ALREADY_PAID and reading.band is not Band.ACT
    if not is_guess or Intent.PROMISE_TO_PAY not in reading.also or reading.tags & _COMES:
        return reading
    days = [e for e in reading.entities if e.kind is EntityKind.DATE]
    if len(days) != 1 or days[0].role is not None:
        return reading
    if not isinstance(days[0].value, date) or days[0].value <= turn.today:
        return reading
    also = tuple(i for i in reading.also if i is not Intent.PROMISE_TO_PAY)
    return replace(reading, intent=Intent.PROMISE_TO_PAY, also=also, band=Band.CONFIRM)


_GONE = re.compile(
    r"\b(?:went|gone|was taken|came) (?:out|off|over|across|already|through|today|this morning|yesterday)\b",
    re.IGNORECASE,
)
GONE_TAKEN_FOR = frozenset(
    {Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY, Intent.PAY_NOW, Intent.ALREADY_PAID}
)


def with_part_gone(reading: Understanding, turn: Turn) -> Understanding:
    """ "Half of it went out this morning, other half on the 4th": a claim, and the rest to come."""
    if reading.intent not in GONE_TAKEN_FOR:
        return reading
    if reading.tags & {Tag.PAST, Tag.CANNOT, Tag.ASKS, Tag.FUTURE}:
        return reading
    days = [e for e in reading.entities if isinstance(e.value, date)]
    ahead = [e for e in days if isinstance(e.value, date) and e.value > turn.today]
    said = _GONE.search(reading.text, 0, ahead[0].start if ahead else 0)
    if said is None or len(ahead) != 1 or OTHER_BILL.search(reading.text):
        return reading
    rest = two_parts.rest_at(reading.text)
    if rest is None:
        return reading
    # What stands before the rest is of the part that is gone.
    gone = tuple(
        replace(e, role=Role.PAID) if e.start < rest.start() and e not in ahead else e
        for e in reading.entities
    )
    told = (Intent.ALREADY_PAID, Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY)
    also = (Intent.PROMISE_TO_PAY, *(i for i in reading.also if i not in told))
    tags = reading.tags | {Tag.PAST}
    lead = Intent.ALREADY_PAID
    return replace(reading, intent=lead, also=also, tags=tags, band=Band.ACT, entities=gone)


START_TAKEN_FOR = frozenset(
    {
        Intent.REQUEST_EXTENSION,
        Intent.UNCLEAR,
        Intent.BALANCE_QUERY,
        Intent.PROMISE_TO_PAY,
        Intent.REQUEST_INSTALMENTS,
        Intent.AFFIRM,
    }
)


def with_latest_start(reading: Understanding, turn: Turn) -> Understanding:
    """最晚可以幾號開始, under a schedule: asks about its first day, and wants no respite."""
    if reading.intent not in START_TAKEN_FOR:
        return reading
    if reading.entities or not asks_latest_start(reading.text):
        return reading
    return replace(reading, intent=Intent.REQUEST_INSTALMENTS, also=(), band=Band.ACT)


_OF_BILL = re.compile(
    r"[金数數][额額目]|[账帳賬]|欠|[费費]|利息|[钱錢]|\b(?:owe\w*|bill\w*|balance|amount|charge\w*|fees?|interest)\b",
    re.IGNORECASE,
)
_SHORT_HAN, _SHORT_WORDS = 8, 6


def with_vague_no(reading: Understanding, turn: Turn) -> Understanding:
    """好像不对吧, to a schedule or a day read back: our figures are wrong, and not the bill."""
    if reading.intent is not Intent.DISPUTE_AMOUNT:
        return reading
    question, text = turn.conversation.dialogue.question, reading.text
    is_asked = question is not None and question.asked is Asked.CONFIRM
    if not is_asked or reading.entities or reading.evidence.keyword is not None:
        return reading
    is_short = len(text.split()) <= _SHORT_WORDS if text.isascii() else len(text) <= _SHORT_HAN
    if not is_short or _OF_BILL.search(text) or facts.has_figure(text):
        return reading
    tags = reading.tags | {Tag.CORRECTION}
    also = tuple(i for i in reading.also if i is not Intent.DENY)
    return replace(reading, intent=Intent.DENY, also=also, tags=tags)


_WOULD_PAY = re.compile(
    r"[还還付缴繳交转轉清给給畀俾打汇匯]|\b(?:pay\w*|send\w*|give|transfer|settle|clear|put|do|manage|can|could|yours|have|offer|towards?)\b",
    re.IGNORECASE,
)
MEANS_TAKEN_FOR = frozenset({Intent.PARTIAL_PAYMENT, Intent.PROMISE_TO_PAY})


def with_means_told(reading: Understanding, turn: Turn) -> Understanding:
    """ "I get 380 on Friday but rent is 300": what he has and what it goes on, and no offer."""
    if reading.intent not in MEANS_TAKEN_FOR:
        return reading
    spends = any(e.role is Role.SPENDING for e in reading.entities)
    if not spends or Tag.WHOLE in reading.tags or _WOULD_PAY.search(reading.text):
        return reading
    return replace(reading, intent=Intent.HARDSHIP, also=(), entities=(), band=Band.CONFIRM)
