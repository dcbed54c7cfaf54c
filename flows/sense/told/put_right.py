"""A figure or a day put right: of what stands read back, or of the payment claimed a moment ago."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import facts
from flows.commitments.assent import content
from flows.events import CustomerSaid
from flows.languages.days import DAYS_PER_WEEK
from flows.languages.rhythms import lone_weekday
from flows.model import Turn
from flows.replacing import replace
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
