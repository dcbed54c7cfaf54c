"""From the customer's words to a plan: by count, by amount, with a down payment.

Checks run in a fixed order; the first that fails names the reason and the counter-offer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice, takewhile

from flows.plans.calendar import WEEKENDS_ONLY, BusinessCalendar
from flows.plans.policy import PlanPolicy
from flows.plans.results import (
    Accepted,
    AmountOffer,
    CountOffer,
    Due,
    LatestDownDue,
    LatestFirstDue,
    Reason,
    Refused,
    RequiredDown,
)
from flows.plans.schedule import Rhythm, next_pay_day, nominal_dates, walk_dates
from flows.plans.splitting import (
    BASIS_POINTS,
    base_amount,
    ceil_division,
    ceil_unit,
    floor_unit,
    split,
)
from flows.replacing import quick
from flows.understanding.values import Frequency

FEWEST = 2
# So many instalments take less than a century, so that only a longest duration forbids them.
_COUNT_OF_A_CENTURY = 1_100
_CENTURY = 100


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a plan is asked on, but for the sum and the count: policy, today, rhythm and first day.

    Exactly one of `pay_day` (day of the month, 1 to 31) and `first_due` is given, else ValueError.
    `anchor_day` and `anchor_days` state days of the month that differ from those of the first day.
    """

    policy: PlanPolicy
    today: date
    frequency: Frequency = Frequency.MONTHLY
    pay_day: int | None = None
    first_due: date | None = None
    anchor_day: int | None = None
    anchor_days: tuple[int, int] | None = None
    calendar: BusinessCalendar = WEEKENDS_ONLY

    def __post_init__(self) -> None:
        if (self.pay_day is None) == (self.first_due is None):
            got = "neither" if self.pay_day is None else "both"
            raise ValueError(f"expected either pay_day or first_due, got {got}")

    @property
    def starts_on(self) -> date:
        """The day from which the schedule runs: the one named, or the next pay day."""
        if self.first_due is not None:
            return self.first_due
        return next_pay_day(self.today, self.pay_day or 1)

    @property
    def rhythm(self) -> Rhythm:
        """The rhythm with its days of the month."""
        return Rhythm.of(
            self.frequency,
            self.starts_on,
            anchor_day=self.anchor_day or self.pay_day,
            anchor_days=self.anchor_days,
        )

    @property
    def first_nominal(self) -> date:
        """The first due date before any shift."""
        return next(nominal_dates(self.starts_on, self.rhythm))

    def starting(self, first_due: date) -> Terms:
        """The same terms from another day, which brings its own anchor."""
        return replace(self, first_due=first_due, pay_day=None, anchor_day=None)


class Agreement(StrEnum):
    """What a count and an amount named together come to."""

    FINE = "fine"
    USE_COUNT = "use_count"
    ASK_WHICH = "ask_which"


def by_count(terms: Terms, total_minor: int, n: int) -> Accepted | Refused:
    """The total in n instalments, or why not: 分8期, 8 payments."""
    policy = terms.policy
    if not policy.allows(terms.frequency):
        return Refused(reason=Reason.FREQUENCY_NOT_ALLOWED)
    if n < FEWEST:
        return Refused(reason=Reason.SINGLE_PAYMENT)
    fault = _size_fault(policy, total_minor, n)
    if fault:
        return Refused(
            reason=fault, counter=CountOffer(counter_n=largest_count(terms, total_minor))
        )
    days = plan_dates(terms, n)
    if isinstance(days, Refused):
        return days
    amounts = split(total_minor, n, policy.unit_minor, policy.remainder)
    return Accepted(amounts=amounts, due_dates=days)


def by_amount(terms: Terms, total_minor: int, amount_minor: int) -> Accepted | Refused:
    """The total at so much a time, or why not: 每月500, $50 every two weeks.

    No instalment is above the amount, except a last one that takes a rest under the minimum.
    """
    series = _series_asked(terms, total_minor, amount_minor)
    if isinstance(series, Refused):
        return series
    days = plan_dates(terms, series.count)
    if isinstance(days, Refused):
        return days
    return Accepted(amounts=series.amounts, due_dates=days)


def down_payment(
    terms: Terms, total_minor: int, n: int, *, down_minor: int, down_due: date | None = None
) -> Accepted | Refused:
    """A part first and the rest in n instalments, or why not: 先还1000剩下分6期.

    Without a day the down payment is due today; its minor units are not among the amounts.
    """
    down = Due(due_on=down_due or terms.today, amount_minor=down_minor)
    refused = _down_fault(terms, total_minor, down)
    return refused or _after(down, by_count(terms, total_minor - down_minor, n))


def down_payment_by_amount(
    terms: Terms,
    total_minor: int,
    amount_minor: int,
    *,
    down_minor: int,
    down_due: date | None = None,
) -> Accepted | Refused:
    """A part first and the rest at so much a time, or why not: 先还1000剩下每月500."""
    down = Due(due_on=down_due or terms.today, amount_minor=down_minor)
    refused = _down_fault(terms, total_minor, down)
    return refused or _after(down, by_amount(terms, total_minor - down_minor, amount_minor))


def count_or_amount(total_minor: int, n: int, amount_minor: int) -> Agreement:
    """Whether a count and an amount named together agree: 6期每期500.

    More than the total: the count holds. Less: the customer says which of the two he means.
    """
    if n * amount_minor == total_minor:
        return Agreement.FINE
    return Agreement.USE_COUNT if n * amount_minor > total_minor else Agreement.ASK_WHICH


def is_right_size(policy: PlanPolicy, total_minor: int, n: int) -> bool:
    """Whether n instalments are enough, not too many and each at least the minimum."""
    return n >= FEWEST and _size_fault(policy, total_minor, n) is None


def largest_size(policy: PlanPolicy, total_minor: int) -> int:
    """The largest count that is not too many and leaves each instalment the minimum."""
    most = total_minor // _least_instalment(policy)
    return most if policy.max_instalments is None else min(most, policy.max_instalments)


def largest_count(terms: Terms, total_minor: int) -> int | None:
    """The largest count that passes every rule of size and date, or None."""
    fitting = fitting_dates(terms, largest_size(terms.policy, total_minor))
    return fitting if fitting >= FEWEST else None


def plan_dates(terms: Terms, n: int) -> tuple[date, ...] | Refused:
    """The n due dates, or the rule of dates that fails.

    The first is judged before the shift, the last after it. Dates beyond the year 9999 are
    too long.
    """
    fault = _first_fault(terms)
    if fault:
        return Refused(
            reason=fault, counter=LatestFirstDue(latest_first_due=_latest_first_due(terms, n))
        )
    days = tuple(islice(_allowed_dates(terms), n))
    return days if len(days) == n else Refused(reason=Reason.TOO_LONG)


def fitting_dates(terms: Terms, most: int) -> int:
    """How many due dates fit the longest duration, at most `most`; 0 if the first is wrong."""
    if _first_fault(terms):
        return 0
    if terms.policy.max_duration_days is None and _ends_in_time(terms.today, most):
        return max(most, 0)
    return sum(1 for _ in islice(_allowed_dates(terms), max(most, 0)))


@dataclass(frozen=True, slots=True)
class _Series:
    """Equal amounts and a last one, kept short so that an absurd count costs nothing."""

    regular_minor: int
    count: int
    last_minor: int

    @property
    def amounts(self) -> tuple[int, ...]:
        return (self.regular_minor,) * (self.count - 1) + (self.last_minor,)


def _series_asked(terms: Terms, total_minor: int, amount_minor: int) -> _Series | Refused:
    """The instalments at the amount a customer named, or the first rule of size that fails."""
    policy = terms.policy
    if not policy.allows(terms.frequency):
        return Refused(reason=Reason.FREQUENCY_NOT_ALLOWED)
    if amount_minor >= total_minor:
        return Refused(reason=Reason.PAYS_IN_FULL)
    if floor_unit(amount_minor, policy.unit_minor) < _least_instalment(policy):
        offer = _amount_offer(terms, total_minor)
        return Refused(reason=Reason.BELOW_MIN_INSTALMENT, counter=offer)
    series = _series(policy, total_minor, amount_minor)
    if series is None:
        return Refused(reason=Reason.PAYS_IN_FULL)
    if policy.max_instalments is not None and series.count > policy.max_instalments:
        offer = _amount_offer(terms, total_minor)
        return Refused(reason=Reason.TOO_MANY_INSTALMENTS, counter=offer)
    return series


def _series(policy: PlanPolicy, total_minor: int, amount_minor: int) -> _Series | None:
    """The instalments at this amount, or None when only the full sum is left."""
    regular = floor_unit(amount_minor, policy.unit_minor)
    count = ceil_division(total_minor, regular)
    last = total_minor - (count - 1) * regular
    if last >= (policy.min_instalment_minor or 0):
        return _Series(regular, count, last)
    if count > FEWEST:
        return _Series(regular, count - 1, regular + last)
    half, other = split(total_minor, FEWEST, policy.unit_minor, policy.remainder)
    return _Series(half, FEWEST, other) if min(half, other) >= _least_instalment(policy) else None


def _size_fault(policy: PlanPolicy, total_minor: int, n: int) -> Reason | None:
    if policy.max_instalments is not None and n > policy.max_instalments:
        return Reason.TOO_MANY_INSTALMENTS
    if base_amount(total_minor, n, policy.unit_minor) < _least_instalment(policy):
        return Reason.BELOW_MIN_INSTALMENT
    return None


def _least_instalment(policy: PlanPolicy) -> int:
    """The least instalment as a multiple of the unit; never nothing, even without a minimum."""
    return ceil_unit(max(policy.min_instalment_minor or 0, 1), policy.unit_minor)


def _amount_offer(terms: Terms, total_minor: int) -> AmountOffer:
    """The least amount that passes: for the most instalments, or for as many as the dates allow."""
    most = terms.policy.max_instalments
    offer = _least_amount(terms.policy, total_minor, most)
    if offer.is_full or _fits(terms, total_minor, offer):
        return offer
    fitting = fitting_dates(terms, most or total_minor)
    if fitting < FEWEST:
        return AmountOffer(counter_amount_minor=None)
    return _least_amount(terms.policy, total_minor, fitting)


def _least_amount(policy: PlanPolicy, total_minor: int, most: int | None) -> AmountOffer:
    amount = _least_instalment(policy)
    if most is not None:
        amount = max(amount, ceil_unit(ceil_division(total_minor, max(most, 1)), policy.unit_minor))
    is_full = amount >= total_minor or _series(policy, total_minor, amount) is None
    return AmountOffer(counter_amount_minor=amount, is_full=is_full)


def _fits(terms: Terms, total_minor: int, offer: AmountOffer) -> bool:
    series = _series(terms.policy, total_minor, offer.counter_amount_minor or 0)
    return series is not None and fitting_dates(terms, series.count) == series.count


def _after(down: Due, rest: Accepted | Refused) -> Accepted | Refused:
    return rest if isinstance(rest, Refused) else replace(rest, down=down)


def _down_fault(terms: Terms, total_minor: int, down: Due) -> Refused | None:
    policy = terms.policy
    if down.amount_minor >= total_minor:
        return Refused(reason=Reason.PAYS_IN_FULL)
    required = _required_down(policy, total_minor)
    if down.amount_minor < required:
        return Refused(
            reason=Reason.DOWN_PAYMENT_TOO_LOW, counter=RequiredDown(required_down_minor=required)
        )
    latest = _days_after(terms.today, policy.down_payment_due_days)
    if down.due_on < terms.today or (latest is not None and down.due_on > latest):
        return Refused(
            reason=Reason.DOWN_PAYMENT_TOO_LATE, counter=LatestDownDue(latest_down_due=latest)
        )
    return None


def _required_down(policy: PlanPolicy, total_minor: int) -> int:
    share = ceil_division(total_minor * policy.down_payment_bp, BASIS_POINTS)
    return min(ceil_unit(share, policy.unit_minor), total_minor)


def _first_fault(terms: Terms) -> Reason | None:
    first = terms.first_nominal
    if first < terms.today:
        return Reason.FIRST_PAYMENT_IN_PAST
    latest = _days_after(terms.today, terms.policy.max_first_delay_days)
    if latest is not None and first > latest:
        return Reason.FIRST_PAYMENT_TOO_LATE
    return None


def _latest_first_due(terms: Terms, n: int) -> date | None:
    """The latest day on which n instalments may start; pay days stated as a pair stay."""
    latest = _days_after(terms.today, terms.policy.max_first_delay_days)
    day = latest
    while day is not None and day >= terms.today:
        if fitting_dates(terms.starting(day), n) == n:
            return day
        day = day - timedelta(days=1) if day > date.min else None
    return None


def _allowed_dates(terms: Terms) -> Iterator[date]:
    """The due dates that fit the longest duration; they also end with the year 9999."""
    last = _days_after(terms.today, terms.policy.max_duration_days) or date.max
    walk = walk_dates(
        terms.starts_on,
        terms.rhythm,
        shift=terms.policy.holiday_shift,
        calendar=terms.calendar,
        today=terms.today,
    )
    return takewhile(lambda day: day <= last, _until_the_end(walk))


def _until_the_end(days: Iterator[date]) -> Iterator[date]:
    try:
        yield from days
    except OverflowError:
        return


def _ends_in_time(today: date, n: int) -> bool:
    """Whether n instalments surely end before the calendar does."""
    return n <= _COUNT_OF_A_CENTURY and today.year <= date.max.year - _CENTURY


def _days_after(today: date, days: int | None) -> date | None:
    """The day so many days later, at most the last of the calendar; None without a limit."""
    if days is None:
        return None
    return date.fromordinal(min(today.toordinal() + days, date.max.toordinal()))
