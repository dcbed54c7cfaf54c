"""What the words of this turn say about the account in focus: amounts in minor units, days, counts.

Nothing is guessed: an ambiguous day yields its alternatives, an amount in another currency or with
more decimals than the currency has yields nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from flows.model import Turn
from flows.money import Money, from_decimal
from flows.understanding.values import Entity, EntityKind, Frequency, Role, Tag


def entities(turn: Turn, kind: EntityKind) -> tuple[Entity, ...]:
    """The facts of one kind, in the order they were said."""
    return tuple(e for e in turn.reading.entities if e.kind is kind)


def money_of(turn: Turn, entity: Entity) -> Money | None:
    """The amount (or the share of what is owed) in the account's currency, else None."""
    outstanding = turn.case.account.outstanding
    if isinstance(entity.value, Fraction):
        return Money(int(outstanding.minor * entity.value), outstanding.currency)
    if not isinstance(entity.value, Decimal) or not _is_currency(entity, outstanding):
        return None
    try:
        return from_decimal(entity.value, outstanding.currency)
    except ValueError:
        return None


def _is_currency(entity: Entity, outstanding: Money) -> bool:
    return entity.currency in (None, outstanding.currency.code)


def amounts(turn: Turn, roles: Collection[Role | None] | None = None) -> tuple[Money, ...]:
    """Amounts and shares with one of these roles (None stands for no role); all when absent."""
    found = []
    for entity in turn.reading.entities:
        if entity.kind not in (EntityKind.AMOUNT, EntityKind.SHARE):
            continue
        if roles is not None and entity.role not in roles:
            continue
        money = money_of(turn, entity)
        if money is not None and money.minor > 0:
            found.append(money)
    return tuple(found)


def amount(turn: Turn, *roles: Role | None) -> Money | None:
    """The first amount with one of these roles, or of any role when none is given."""
    found = amounts(turn, roles or None)
    return found[0] if found else None


def days(turn: Turn, without: Collection[Role] = ()) -> tuple[date, ...]:
    """The plain days that were named."""
    return tuple(
        e.value
        for e in entities(turn, EntityKind.DATE)
        if isinstance(e.value, date) and e.role not in without
    )


def day(turn: Turn, *roles: Role | None) -> date | None:
    """The first plain day with one of these roles, or of any role when none is given."""
    for entity in entities(turn, EntityKind.DATE):
        if isinstance(entity.value, date) and (not roles or entity.role in roles):
            return entity.value
    return None


def ambiguous_days(turn: Turn) -> tuple[date, ...]:
    """The readings of the first day that allows several."""
    for entity in entities(turn, EntityKind.DATE):
        if entity.value is None and entity.alternatives:
            return tuple(d for d in entity.alternatives if isinstance(d, date))
    return ()


def count(turn: Turn) -> int | None:
    """The number of instalments that was named."""
    return _whole(turn, EntityKind.COUNT)


def option(turn: Turn) -> int | None:
    """The place in the list that was chosen, from 1."""
    return _whole(turn, EntityKind.OPTION)


def pay_days(turn: Turn) -> tuple[int, ...]:
    """The days of the month on which the customer can pay."""
    found = entities(turn, EntityKind.PAY_DAY)
    return tuple(e.value for e in found if isinstance(e.value, int))


def frequency(turn: Turn) -> Frequency | None:
    """The rhythm of payments that was named."""
    for entity in entities(turn, EntityKind.FREQUENCY):
        if isinstance(entity.value, str):
            return Frequency(entity.value)
    return None


def _whole(turn: Turn, kind: EntityKind) -> int | None:
    found = entities(turn, kind)
    return next((e.value for e in found if isinstance(e.value, int)), None)


def clock_time(turn: Turn) -> time | None:
    """The hour of the day that was named."""
    for entity in entities(turn, EntityKind.TIME):
        if isinstance(entity.value, time):
            return entity.value
    return None


def reference(turn: Turn) -> str | None:
    """A payment reference that was given."""
    for entity in entities(turn, EntityKind.REFERENCE):
        if isinstance(entity.value, str):
            return entity.value
    return None


def has(turn: Turn, *tags: Tag) -> bool:
    """Whether the words carry any of these tags."""
    return any(tag in turn.reading.tags for tag in tags)
