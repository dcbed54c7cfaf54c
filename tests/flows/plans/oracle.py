"""The rules of negotiation.md part B once more, as slowly and literally as they can be written.

Nothing here is shared with the engine but its values: days are counted one by one, money is
handed out unit by unit, every count is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flows.plans import Due, HolidayShift, LedgerEntry, PlanPolicy, PrepayMode, Remainder, Terms
from flows.understanding.values import Frequency

DAY = timedelta(days=1)


def is_month_end(day: date) -> bool:
    return (day + DAY).month != day.month


def is_on(day: date, anchor: int) -> bool:
    return day.day == anchor or (is_month_end(day) and anchor > day.day)


def next_on(start: date, anchor: int) -> date:
    while not is_on(start, anchor):
        start += DAY
    return start


def first_due(terms: Terms) -> date:
    if terms.first_due is not None:
        return terms.first_due
    return next_on(terms.today, terms.pay_day or 0)


def nominal(terms: Terms, n: int) -> list[date]:
    start = first_due(terms)
    if terms.frequency in (Frequency.WEEKLY, Frequency.BIWEEKLY):
        step = 7 if terms.frequency is Frequency.WEEKLY else 14
        return [start + timedelta(days=step * number) for number in range(n)]
    anchors: tuple[int, ...] = (terms.anchor_day or terms.pay_day or start.day,)
    if terms.frequency is Frequency.SEMIMONTHLY:
        anchors = terms.anchor_days or ((1, 16) if start.day in (1, 16) else (15, 31))
    dates: list[date] = []
    day = start
    while len(dates) < n:
        dates += [day for anchor in anchors if is_on(day, anchor)]
        day += DAY
    return dates[:n]


def is_business(terms: Terms, day: date) -> bool:
    calendar = terms.calendar
    usual = day.weekday() not in calendar.weekend and day not in calendar.holidays
    return usual or day in calendar.extra_workdays


def forward(terms: Terms, day: date) -> date:
    while not is_business(terms, day):
        day += DAY
    return day


def backward(terms: Terms, day: date) -> date:
    while not is_business(terms, day):
        day -= DAY
    return day


def shift(terms: Terms, day: date) -> date:
    match terms.policy.holiday_shift:
        case HolidayShift.NONE:
            return day
        case HolidayShift.FOLLOWING:
            moved = forward(terms, day)
        case HolidayShift.PRECEDING:
            moved = backward(terms, day)
        case HolidayShift.MODIFIED_FOLLOWING:
            moved = forward(terms, day)
            if moved.month != day.month:
                moved = backward(terms, day)
    return forward(terms, day) if moved < terms.today else moved


def due_dates(terms: Terms, n: int) -> list[date]:
    dates: list[date] = []
    for day in nominal(terms, n):
        moved = shift(terms, day)
        if dates and moved <= dates[-1]:
            moved = forward(terms, dates[-1] + DAY)
        dates.append(moved)
    return dates


def dates_fault(terms: Terms, n: int) -> str | None:
    first, last, policy = nominal(terms, 1)[0], due_dates(terms, n)[-1], terms.policy
    if first < terms.today:
        return "first_payment_in_past"
    if policy.max_first_delay_days is not None and (
        first > terms.today + timedelta(days=policy.max_first_delay_days)
    ):
        return "first_payment_too_late"
    if policy.max_duration_days is not None and (
        last > terms.today + timedelta(days=policy.max_duration_days)
    ):
        return "too_long"
    return None


def amounts(policy: PlanPolicy, total: int, n: int) -> list[int]:
    base = total // (n * policy.unit_minor) * policy.unit_minor
    rest = total - base * n
    parts = [base] * n
    parts[0 if policy.remainder is Remainder.FIRST else -1] += rest
    return parts


def is_feasible(policy: PlanPolicy, total: int, n: int) -> bool:
    least = max(policy.min_instalment_minor or 0, 1)
    most = policy.max_instalments
    return n >= 2 and (most is None or n <= most) and min(amounts(policy, total, n)) >= least


def by_count(terms: Terms, total: int, n: int, search: int) -> tuple[str, object]:
    """The reason and the counter, or `ok` and the plan; counts up to `search` are tried."""
    policy = terms.policy
    if policy.frequencies is not None and terms.frequency not in policy.frequencies:
        return "frequency_not_allowed", None
    if n < 2:
        return "single_payment", None
    fitting = [
        m
        for m in range(2, search)
        if is_feasible(policy, total, m) and dates_fault(terms, m) is None
    ]
    if policy.max_instalments is not None and n > policy.max_instalments:
        return "too_many_instalments", max(fitting, default=None)
    if not is_feasible(policy, total, n):
        return "below_min_instalment", max(fitting, default=None)
    fault = dates_fault(terms, n)
    if fault:
        return fault, None
    return "ok", (amounts(policy, total, n), due_dates(terms, n))


def by_amount(terms: Terms, total: int, amount: int) -> tuple[str, object]:
    """The reason alone, or `ok` and the plan."""
    policy = terms.policy
    least = policy.min_instalment_minor or 0
    if policy.frequencies is not None and terms.frequency not in policy.frequencies:
        return "frequency_not_allowed", None
    if amount >= total:
        return "pays_in_full", None
    amount -= amount % policy.unit_minor
    if amount < max(least, 1):
        return "below_min_instalment", None
    parts: list[int] = []
    while total - sum(parts) > amount:
        parts.append(amount)
    rest = total - sum(parts)
    if rest >= least:
        parts.append(rest)
    else:
        parts[-1] += rest
    if len(parts) == 1:
        parts = amounts(policy, total, 2)
        if min(parts) < max(least, 1):
            return "pays_in_full", None
    if policy.max_instalments is not None and len(parts) > policy.max_instalments:
        return "too_many_instalments", None
    fault = dates_fault(terms, len(parts))
    return (fault, None) if fault else ("ok", (parts, due_dates(terms, len(parts))))


def counted(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    kept: list[LedgerEntry] = []
    for reference in sorted({entry.reference for entry in entries}):
        same = [entry for entry in entries if entry.reference == reference]
        if any(entry.amount_minor < 0 for entry in same):
            continue
        kept.append(min(same, key=lambda entry: (entry.paid_on, entry.amount_minor)))
    return sorted(kept, key=lambda entry: (entry.paid_on, entry.reference))


def allocate(
    schedule: Sequence[Due], entries: Sequence[LedgerEntry], mode: PrepayMode
) -> tuple[list[int], int]:
    """What is paid of each, and the credit: unit by unit."""
    paid, credit = [0] * len(schedule), 0

    def open_places(places: Sequence[int]) -> list[int]:
        return [place for place in places if paid[place] < schedule[place].amount_minor]

    for entry in counted(entries):
        for _ in range(entry.amount_minor):
            due = [k for k, part in enumerate(schedule) if part.due_on <= entry.paid_on]
            first = due if mode is PrepayMode.SHORTEN else list(range(len(schedule)))
            oldest, any_open = open_places(first), open_places(range(len(schedule)))
            if oldest:
                paid[oldest[0]] += 1
            elif any_open:
                paid[any_open[-1]] += 1
            else:
                credit += 1
    return paid, credit


def status(
    schedule: Sequence[Due], entries: Sequence[LedgerEntry], as_of: date, policy: PlanPolicy
) -> tuple[str, int, int, date | None, bool]:
    """Status, missed, overdue, break day and reinstatement, judged on every single day."""
    known = [entry for entry in entries if entry.paid_on <= as_of]
    known = counted(known)
    state, broken_on, reinstated = "active", None, False
    missed: list[Due] = []
    overdue = 0
    day = min([part.due_on for part in schedule] + [as_of])
    while day <= as_of:
        paid, _ = allocate(schedule, [e for e in known if e.paid_on <= day], policy.prepay_mode)
        unpaid = [(part, part.amount_minor - p) for part, p in zip(schedule, paid, strict=True)]
        overdue = sum(left for part, left in unpaid if part.due_on < day)
        grace = timedelta(days=policy.grace_days)
        missed = [part for part, left in unpaid if left > 0 and day > part.due_on + grace]
        if state == "broken":
            in_time = policy.cure_days is None or (
                broken_on is not None and day <= broken_on + timedelta(days=policy.cure_days)
            )
            if overdue == 0 and in_time and not reinstated:
                state, reinstated = "active", True
        elif breaks(missed, day, policy):
            state, broken_on = "broken", day
        elif missed:
            state = "at_risk"
        elif overdue == 0:
            state = "active"
        day += DAY
    paid, _ = allocate(schedule, known, policy.prepay_mode)
    if sum(paid) == sum(part.amount_minor for part in schedule):
        state = "completed"
    return state, len(missed), overdue, broken_on if state == "broken" else None, reinstated


def breaks(missed: Sequence[Due], day: date, policy: PlanPolicy) -> bool:
    if policy.break_after_missed is not None and len(missed) >= policy.break_after_missed:
        return True
    longest = policy.break_after_days
    return longest is not None and any(
        day > part.due_on + timedelta(days=longest) for part in missed
    )


def options(
    terms: Terms, total: int, menu: Sequence[int], capacity: int | None, search: int
) -> tuple[list[int], int | None, str | None]:
    """The counts shown, the recommended one and the fallback; `terms` hold the first due date."""
    policy = terms.policy
    allowed = policy.frequencies is None or terms.frequency in policy.frequencies
    possible = [
        n
        for n in range(2, search)
        if allowed and is_feasible(policy, total, n) and dates_fault(terms, n) is None
    ]
    in_menu = [n for n in possible if n in menu]
    shown = list(in_menu)
    if len(shown) < 2 and possible and possible[-1] not in shown:
        shown.append(possible[-1])
    if not shown:
        return [], None, "full_or_human"
    if capacity is None:
        return (
            (shown if len(shown) <= 3 else [shown[0], shown[len(shown) // 2], shown[-1]]),
            None,
            None,
        )
    fits = [n for n in possible if max(amounts(policy, total, n)) <= capacity]
    if not fits:
        return shown[-3:], None, "unaffordable_human"
    best = next((n for n in fits if n in in_menu), fits[0])
    shown = sorted({*shown, best})
    place = min(max(shown.index(best), 1), max(len(shown) - 2, 1))
    return shown[place - 1 : place + 2], best, None
