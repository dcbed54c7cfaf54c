"""The whole in three parts or more, each told with its day: 100 on Friday, 150 the next, the rest later.

Read here, judged by the engine (`flows.terms.own_parts`); two parts are told in `two_parts`.
"""

from __future__ import annotations

import re
from datetime import date

from flows import facts, two_parts
from flows.days import months_after
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
    if facts.pay_days(turn) or facts.frequency(turn) is not None:
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
