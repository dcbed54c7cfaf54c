"""What the plan engine answers: an accepted schedule, or a refusal with its counter-offer.

The names of reasons and counter-offers are stored and printed; they never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.replacing import quick


class Reason(StrEnum):
    """Why a plan is not possible as asked."""

    FREQUENCY_NOT_ALLOWED = "frequency_not_allowed"
    SINGLE_PAYMENT = "single_payment"
    TOO_MANY_INSTALMENTS = "too_many_instalments"
    BELOW_MIN_INSTALMENT = "below_min_instalment"
    PAYS_IN_FULL = "pays_in_full"
    FIRST_PAYMENT_IN_PAST = "first_payment_in_past"
    FIRST_PAYMENT_TOO_LATE = "first_payment_too_late"
    TOO_LONG = "too_long"
    DOWN_PAYMENT_TOO_LOW = "down_payment_too_low"
    DOWN_PAYMENT_TOO_LATE = "down_payment_too_late"
    NOTHING_LEFT = "nothing_left"
    AMENDMENT_LIMIT = "amendment_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOffer:
    """The largest count that passes every rule, or None when no count does."""

    counter_n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountOffer:
    """The least amount a time (minor units) that passes, or None when the dates allow no plan.

    `is_full`: no plan is left at that amount; offer the full sum instead.
    """

    counter_amount_minor: int | None
    is_full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestFirstDue:
    """The latest first due date that passes; None when there is no limit or no date passes."""

    latest_first_due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredDown:
    """The least down payment in minor units."""

    required_down_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestDownDue:
    """The last day for the down payment; None when only the past is refused."""

    latest_down_due: date | None


Counter = CountOffer | AmountOffer | LatestFirstDue | RequiredDown | LatestDownDue


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An amount (minor units) and the local day on which it is due."""

    due_on: date
    amount_minor: int


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A schedule inside policy: exact amounts on strictly increasing days.

    `down` is instalment 0; it is not among the amounts.
    """

    amounts: tuple[int, ...]
    due_dates: tuple[date, ...]
    down: Due | None = None

    @property
    def parts(self) -> tuple[Due, ...]:
        """All payments in order, the down payment first."""
        rest = tuple(
            Due(due_on=day, amount_minor=amount)
            for day, amount in zip(self.due_dates, self.amounts, strict=True)
        )
        return (self.down, *rest) if self.down else rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Outside policy: the first rule that fails, and the counter-offer where there is one."""

    reason: Reason
    counter: Counter | None = None
