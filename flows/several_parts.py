"""The whole in three parts or more, each told with its day: 100 on Friday, 150 the next, the rest later.

Read here, judged by the engine (`flows.terms.own_parts`); two parts are told in `two_parts`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows import facts, two_parts
from flows.days import months_after
from flows.languages.zh.numbers import read_integer
from flows.model import Turn
from flows.money import Money
from flows.understanding.values import Entity, EntityKind, Frequency, Role, Tag

FEWEST = 3
# More are no list that is said in one message, nor one to read back.
MOST = 6
_DAY_ALONE = re.compile(r"\D*\d{1,2} ?(?:st|nd|rd|th|[号號日])?\D*", re.IGNORECASE)
_SUMS = (EntityKind.AMOUNT, EntityKind.SHARE)
_DOUBTS = (Tag.HEDGE, Tag.PAST, Tag.CORRECTION, Tag.WILL_NOT)


def told(turn: Turn) -> tuple[tuple[date, Money], ...]:
    """The parts of all that is owed by their days, in the order said; empty for anything else."""
    days = [e for e in turn.reading.entities if e.kind is EntityKind.DATE]
    if not FEWEST <= len(days) <= MOST or facts.has(turn, *_DOUBTS):
        return ()
    spans = {(e.start, e.end) for e in days}
    monthly = facts.entities(turn, EntityKind.PAY_DAY)
    # "Next payday the 4th" is a day of this list, and of no other month.
    if any((e.start, e.end) not in spans for e in monthly) or facts.frequency(turn) is not None:
        return ()
    if two_parts.now_and_even(turn) is not None:
        # "50 today, 175 on the 8th, 175 on the 22nd" is a down payment and a rhythm.
        return ()
    sums = _sums(turn, len(days))
    when = _in_order(days, turn.today)
    return tuple(zip(when, sums, strict=True)) if len(sums) == len(when) else ()


def rhythm(parts: tuple[tuple[date, Money], ...]) -> Frequency | None:
    """The rhythm that equal parts keep; None where the sums or the days are uneven."""
    if len({money.minor for _, money in parts}) != 1:
        return None
    return two_parts.even([day for day, _ in parts])


def _sums(turn: Turn, number: int) -> tuple[Money, ...]:
    """As many sums as days: each named, the last perhaps as the rest, or one that is that of each."""
    owed = turn.case.account.outstanding
    entities = [e for e in turn.reading.entities if e.kind in _SUMS]
    if any(e.role in (Role.PAID, Role.WRONG) for e in entities):
        return ()
    sums = two_parts.parts_named(turn)
    if len(sums) == 1:
        sums = sums * number
    rest = two_parts.rest_at(turn.reading.text)
    total = sum(money.minor for money in sums)
    if len(sums) == number - 1 and rest is not None and rest.start() > entities[-1].start:
        left = owed.minor - total
        return (*sums, Money(left, owed.currency)) if left > 0 else ()
    return sums if len(sums) == number and total == owed.minor else ()


def _in_order(days: list[Entity], today: date) -> tuple[date, ...]:
    """The days, each after the one before: of "next Friday" and of "the 30th" the one to come."""
    when: list[date] = []
    for entity in days:
        after = when[-1] if when else None
        day = _coming(entity, after)
        if day is None or day < today or (after is not None and day <= after):
            return ()
        when.append(day)
    return tuple(when)


def _coming(entity: Entity, after: date | None) -> date | None:
    if entity.value is None:
        named = (d for d in entity.alternatives if isinstance(d, date))
        return next((day for day in named if after is None or day > after), None)
    if not isinstance(entity.value, date):
        return None
    if after is not None and entity.value <= after and _DAY_ALONE.fullmatch(entity.text):
        return months_after(entity.value, 1)
    return entity.value


# 分四天转, 拆成3天: transfers on days in a row.
_DAYS_IN_ROW = re.compile(
    r"(?:分|拆|切)(?:成|开|開|作|做)?(?P<n>\d{1,2}|[一二两兩俩三四五六七八九十]{1,2})[天日](?![前后後内內])"
)
# 一天只能转一千, 每日限额5000, 一日得2000: how much a bank lets through a day.
_A_DAY = re.compile(
    r"(?:[一1每单單]个?個?[天日]|日|限[额額])[^,，。\d]{0,8}?(?:只[能可得准]|最多|[顶頂]多|限[额額]?|上限|得)[^,，。\d]{0,4}$"
    r"|限[额額]是?$"
)
# A week has as many days in a row as a bank may ask for; more are a plan.
_MOST_IN_ROW = 7


def a_day(turn: Turn) -> Entity | None:
    """The sum that a bank lets through a day, as the words tell it; None where they do not."""
    text = turn.reading.text
    if "天" not in text and "日" not in text and "限" not in text:
        return None
    for entity in turn.reading.entities:
        if entity.kind is EntityKind.AMOUNT and _A_DAY.search(text, 0, entity.start):
            return entity
    return None


# 分四次付 今天付完: several transfers up to one day, which are no plan either.
_BY_ONE_DAY = re.compile(
    r"(?:分[^,，。]{1,3}[次笔筆])[^。]{0,8}(?:今[天日晚]|[当當]天|明[天早晚]|聽日|听日)[^,，。]{0,4}[付还還转轉打交过過](?:完|清|晒|齐|齊|掉)"
)


def by_one_day(turn: Turn) -> date | None:
    """The one day by which the whole is sent in several transfers; None where none is told."""
    if "分" not in turn.reading.text or not _BY_ONE_DAY.search(turn.reading.text):
        return None
    days = facts.days(turn)
    return days[0] if len(days) == 1 and days[0] >= turn.today else None


def last_in_row(turn: Turn) -> date | None:
    """The last of so many days in a row on which the whole is sent; None where none are told.

    From the day named, else from today; never so few days that the daily limit told with them
    would not let the whole through.
    """
    one = by_one_day(turn)
    if one is not None:
        return one
    text = turn.reading.text
    said = _DAYS_IN_ROW.search(text) if "天" in text or "日" in text else None
    limit = a_day(turn)
    if said is None and limit is None:
        return None
    number = read_integer(said["n"].replace("兩", "两").replace("俩", "两")) if said else 1
    money = facts.money_of(turn, limit) if limit is not None else None
    if money is not None and money.minor > 0:
        number = max(number or 1, -(-turn.case.account.outstanding.minor // money.minor))
    if number is None or not 1 < number <= _MOST_IN_ROW:
        return None
    coming = [day for day in facts.days(turn) if day >= turn.today]
    return (coming[0] if coming else turn.today) + timedelta(days=number - 1)


def last_of_dense(turn: Turn, parts: tuple[tuple[date, Money], ...]) -> date | None:
    """The last day of parts that all lie within a week: one promise of the whole; None for others."""
    last, first = parts[-1][0], parts[0][0]
    limit = turn.case.account.terms.ptp_max_days
    is_near = (last - first).days < _MOST_IN_ROW
    return last if is_near and (limit is None or (last - turn.today).days <= limit) else None
