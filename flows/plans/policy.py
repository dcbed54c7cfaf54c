"""What a creditor allows the bot to agree to by itself: the limits of plans and promises.

Values only, with the reader that makes them from a mapping; the rules stand in the other modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.understanding.values import Frequency


class Remainder(StrEnum):
    """Which instalment takes what an even split leaves over."""

    LAST = "last"
    FIRST = "first"


class HolidayShift(StrEnum):
    """Where a due date goes that falls on a day without business."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"
    MODIFIED_FOLLOWING = "modified_following"


class InterestOnPlan(StrEnum):
    """Whether interest stops when a plan is accepted; `accrue` means that a person makes plans."""

    FREEZE = "freeze"
    ACCRUE = "accrue"


class PrepayMode(StrEnum):
    """Where money goes that comes before it is due: the next instalment, or the last one."""

    ADVANCE = "advance"
    SHORTEN = "shorten"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementTier:
    """The largest discount (basis points) a person may approve from this many days overdue on."""

    min_days_overdue: int
    max_discount_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPolicy:
    """Every limit of plans and promises; None means that the limit is not given, so not checked.

    Amounts are minor units, shares basis points, lengths whole days. A policy made without
    arguments limits nothing; `STANDARD` holds the values used when a creditor names none.
    """

    menu: tuple[int, ...] = ()
    """Counts of instalments offered first."""
    max_instalments: int | None = None
    """Most instalments, the down payment not counted."""
    min_instalment_minor: int | None = None
    """Least amount of every instalment, the last one too."""
    max_first_delay_days: int | None = None
    """The first due date is at most this many days after today."""
    default_first_delay_days: int = 0
    """Days until the first due date when the customer names no day."""
    max_duration_days: int | None = None
    """The last due date is at most this many days after today."""
    frequencies: frozenset[Frequency] | None = None
    """The rhythms a plan may have."""
    down_payment_bp: int = 0
    """Share of the total that a down payment must reach."""
    down_payment_due_days: int | None = None
    """The down payment is due at most this many days after today."""
    unit_minor: int = 1
    """Instalments are multiples of this amount, but for the one with the remainder."""
    remainder: Remainder = Remainder.LAST
    """Which instalment takes the remainder."""
    holiday_shift: HolidayShift = HolidayShift.NONE
    """Where due dates go that fall on a day without business."""
    grace_days: int = 0
    """Days after the due date before an unpaid instalment counts as missed."""
    break_after_missed: int | None = None
    """So many instalments missed at one time break the plan."""
    break_after_days: int | None = None
    """One instalment missed for more than this many days after its due date breaks the plan."""
    cure_days: int | None = None
    """Days after the break in which paying what is overdue restores the plan, once."""
    max_amendments: int | None = None
    """Changes of an accepted plan the bot may make; more are made by a person."""
    ptp_max_days: int | None = None
    """A promised day is at most this many days after today."""
    ptp_grace_days: int = 0
    """Days after the promised day in which the money may still come."""
    ptp_max_broken: int | None = None
    """After so many broken promises the bot takes no further one."""
    ptp_max_amend: int | None = None
    """Changes of an open promise the bot may make."""
    min_partial_minor: int | None = None
    """Least promised or part payment; a smaller outstanding amount may always be paid whole."""
    max_extension_days: int | None = None
    """Longest extension without an amount."""
    settlement_tiers: tuple[SettlementTier, ...] = ()
    """Discounts a person may approve, by days overdue."""
    auto_discount_bp: int = 0
    """Discount the bot may grant by itself, never above the tier's."""
    affordability_share_bp: int = 10_000
    """Share of the monthly surplus that a plan may take."""
    interest_on_plan: InterestOnPlan = InterestOnPlan.FREEZE
    """Whether interest runs on during a plan."""
    prepay_mode: PrepayMode = PrepayMode.ADVANCE
    """Where early money goes."""

    def allows(self, frequency: Frequency) -> bool:
        """Whether a plan may have this rhythm."""
        return self.frequencies is None or frequency in self.frequencies


STANDARD = PlanPolicy(
    menu=(3, 6, 12),
    max_instalments=12,
    min_instalment_minor=10_000,
    max_first_delay_days=30,
    default_first_delay_days=7,
    max_duration_days=400,
    frequencies=frozenset(Frequency),
    down_payment_due_days=3,
    holiday_shift=HolidayShift.FOLLOWING,
    grace_days=3,
    break_after_missed=2,
    break_after_days=45,
    cure_days=7,
    max_amendments=1,
    ptp_max_days=14,
    ptp_grace_days=1,
    ptp_max_broken=2,
    ptp_max_amend=1,
    min_partial_minor=5_000,
    max_extension_days=14,
    affordability_share_bp=8_000,
)
"""The values used when a creditor names none."""
