"""What the customer has said so far: each fact with its age, so that nothing fresh is asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flows.replacing import maker, quick
from flows.understanding.values import Frequency

# negotiation.md C.6: a slot lives three days.
LIFETIME = timedelta(hours=72)


class SlotName(StrEnum):
    """The facts a talk collects. Money is in minor units of the account's currency."""

    AMOUNT = "amount"  # what he would pay each time, minor units
    PART = "part"  # what he would pay at once, minor units
    DOWN_PAYMENT = "down_payment"  # minor units
    DOWN_DUE = "down_due"
    COUNT = "count"
    FIRST_PART = "first_part"  # the first of two unequal payments, minor units
    FREQUENCY = "frequency"
    PAY_DAY = "pay_day"
    SECOND_PAY_DAY = "second_pay_day"
    FIRST_DUE = "first_due"
    PROMISE_DATE = "promise_date"
    INCOME = "income"  # minor units a month
    ESSENTIALS = "essentials"  # minor units a month
    OTHER_DEBTS = "other_debts"  # minor units a month
    CAPACITY = "capacity"  # minor units a month
    OFFER = "offer"  # what he would pay to settle, minor units
    CALLBACK_TIME = "callback_time"


SlotValue = int | date | Frequency | str


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One fact: its value, when it was said, and whether the customer said it himself."""

    name: SlotName
    value: SlotValue
    said_at: datetime
    is_stated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """All facts of a talk; a later value replaces an earlier one of the same name."""

    items: tuple[Slot, ...] = ()

    def number(self, name: SlotName, now: datetime) -> int | None:
        """A fresh whole number (minor units, a count, a day of the month), or None."""
        value = self._fresh(name, now)
        return value if isinstance(value, int) else None

    def day(self, name: SlotName, now: datetime) -> date | None:
        """A fresh day, or None."""
        value = self._fresh(name, now)
        return value if isinstance(value, date) else None

    def frequency(self, now: datetime) -> Frequency | None:
        """The rhythm the customer named, if fresh."""
        value = self._fresh(SlotName.FREQUENCY, now)
        return Frequency(value) if isinstance(value, str) else None

    def put(self, name: SlotName, value: SlotValue, now: datetime) -> Slots:
        """The slots with this fact, newest last."""
        rest = [slot for slot in self.items if slot.name != name]
        return _make_slots(items=(*rest, _make_slot(name=name, value=value, said_at=now)))

    def without(self, *names: SlotName) -> Slots:
        """The slots without these facts."""
        kept = tuple([s for s in self.items if s.name not in names])
        return self if len(kept) == len(self.items) else _make_slots(items=kept)

    def _fresh(self, name: SlotName, now: datetime) -> SlotValue | None:
        for slot in self.items:
            if slot.name == name and now - slot.said_at <= LIFETIME:
                return slot.value
        return None


# Made several times a turn: a function is called in less than half the time of a class.
_make_slot, _make_slots = maker(Slot), maker(Slots)
