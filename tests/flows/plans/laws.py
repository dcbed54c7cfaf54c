"""The laws of the plan engine, each over one random case: the tests and the benchmark share them.

A law raises AssertionError when it is violated and returns whether its case was worth anything
(a law about accepted plans says nothing about a refused one).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from flows.money import Currency, Money, format_money, parse_money
from flows.plans import (
    Accepted,
    AmountOffer,
    BusinessCalendar,
    CountOffer,
    Due,
    HolidayShift,
    LatestDownDue,
    LatestFirstDue,
    LedgerEntry,
    PlanPolicy,
    PlanSoFar,
    PrepayMode,
    PromiseDecision,
    PromiseHistory,
    Reason,
    Refused,
    Remainder,
    RequiredDown,
    SettlementTier,
    Standing,
    Terms,
    allocate,
    by_amount,
    by_count,
    concede,
    down_payment,
    options,
    promise,
    replan,
    settlement,
    split,
    status,
)
from flows.plans.schedule import nominal_dates
from flows.plans.splitting import largest_amount
from flows.records import PlanStatus
from flows.understanding.values import Frequency

Law = Callable[[Random], bool]
FREQUENCIES = list(Frequency)
EPOCH = date(2024, 1, 1).toordinal()
WORSENING = {
    PlanStatus.COMPLETED: 0,
    PlanStatus.ACTIVE: 1,
    PlanStatus.AT_RISK: 2,
    PlanStatus.BROKEN: 3,
}


# Cases.


def a_day(rng: Random) -> date:
    return date.fromordinal(EPOCH + rng.randrange(2000))


def maybe(rng: Random, value: int) -> int | None:
    return value if rng.random() < 0.85 else None


def a_policy(rng: Random) -> PlanPolicy:
    return PlanPolicy(
        menu=tuple(rng.randrange(1, 20) for _ in range(rng.randrange(1, 5))),
        max_instalments=maybe(rng, rng.choice([1, 3, 6, 12, 12, 24])),
        min_instalment_minor=maybe(rng, rng.choice([0, 1, 333, 2_500, 10_000])),
        max_first_delay_days=maybe(rng, rng.choice([0, 7, 31, 31, 45, 60])),
        default_first_delay_days=rng.randrange(0, 10),
        max_duration_days=maybe(rng, rng.choice([20, 60, 180, 400, 400, 800])),
        frequencies=None if rng.random() < 0.9 else frozenset(rng.sample(FREQUENCIES, 2)),
        down_payment_bp=rng.choice([0, 0, 500, 1_000, 3_333]),
        down_payment_due_days=maybe(rng, rng.randrange(0, 6)),
        unit_minor=rng.choice([1, 1, 7, 100, 1_000]),
        remainder=rng.choice(list(Remainder)),
        holiday_shift=rng.choice(list(HolidayShift)),
        prepay_mode=rng.choice(list(PrepayMode)),
        max_amendments=maybe(rng, rng.randrange(0, 3)),
    )


def a_calendar(rng: Random, around: date) -> BusinessCalendar:
    start = around.toordinal()
    return BusinessCalendar(
        weekend=frozenset(rng.choice([(5, 6), (4, 5), (6,), ()])),
        holidays=frozenset(date.fromordinal(start + rng.randrange(90)) for _ in range(8)),
        extra_workdays=frozenset(date.fromordinal(start + rng.randrange(90)) for _ in range(3)),
    )


def some_terms(rng: Random) -> Terms:
    today = a_day(rng)
    pay_day, first_due = rng.randrange(1, 32), today + timedelta(days=rng.randrange(-3, 36))
    is_named = rng.random() < 0.4
    days = sorted(rng.sample(range(1, 32), 2))
    return Terms(
        policy=a_policy(rng),
        today=today,
        frequency=rng.choice(FREQUENCIES),
        pay_day=pay_day if is_named else None,
        first_due=None if is_named else first_due,
        anchor_day=rng.randrange(1, 32) if rng.random() < 0.1 else None,
        anchor_days=(days[0], days[1]) if rng.random() < 0.2 else None,
        calendar=a_calendar(rng, today),
    )


def a_total(rng: Random) -> int:
    return rng.choice([rng.randrange(1, 60_000), rng.randrange(1, 2_000_000)])


def a_plan(rng: Random) -> tuple[Terms, int, Accepted | Refused]:
    """A plan asked by count, by amount or with a down payment; a first refusal is followed up."""
    terms, total = some_terms(rng), a_total(rng)
    how = rng.randrange(3)
    if how == 0:
        n = rng.randrange(0, 16)
        plan = by_count(terms, total, n)
        again = _offered_count(plan) or n
    elif how == 1:
        amount = rng.randrange(0, total + total // 5 + 2)
        plan = by_amount(terms, total, amount)
        again = _offered_amount(plan) or amount
    else:
        n, down = rng.randrange(0, 12), rng.randrange(0, max(total // 2, 2))
        due = terms.today + timedelta(days=rng.randrange(-1, 6))
        return terms, total, down_payment(terms, total, n, down_minor=down, down_due=due)
    if isinstance(plan, Refused):
        terms = _offered_start(terms, plan)
        ask = by_count if how == 0 else by_amount
        plan = ask(terms, total, again)
    return terms, total, plan


def _offered_count(plan: Accepted | Refused) -> int | None:
    match plan:
        case Refused(counter=CountOffer(counter_n=n)):
            return n
    return None


def _offered_amount(plan: Accepted | Refused) -> int | None:
    match plan:
        case Refused(counter=AmountOffer(counter_amount_minor=amount)):
            return amount
    return None


def _offered_start(terms: Terms, plan: Refused) -> Terms:
    match plan.counter:
        case LatestFirstDue(latest_first_due=date() as day):
            return terms.starting(day)
    return terms


def a_schedule(rng: Random) -> tuple[Due, ...]:
    day = a_day(rng)
    parts = []
    for _ in range(rng.randrange(1, 7)):
        parts.append(Due(due_on=day, amount_minor=rng.randrange(1, 500)))
        day += timedelta(days=rng.randrange(5, 40))
    return tuple(parts)


def some_entries(rng: Random, schedule: Sequence[Due], most: int = 8) -> list[LedgerEntry]:
    """Payments around the due days: repeats, reversals, reversals of nothing among them."""
    start, end = schedule[0].due_on.toordinal() - 20, schedule[-1].due_on.toordinal() + 60
    entries: list[LedgerEntry] = []
    for number in range(rng.randrange(most)):
        day = date.fromordinal(rng.randrange(start, end))
        amount = rng.choice([rng.randrange(0, 700), rng.choice(schedule).amount_minor])
        entry = LedgerEntry(reference=f"r{number}", paid_on=day, amount_minor=amount)
        entries.append(entry)
        if rng.random() < 0.15:
            later = day + timedelta(days=rng.randrange(0, 9))
            entries.append(replace(entry, paid_on=later))
        if rng.random() < 0.15:
            later = day + timedelta(days=rng.randrange(0, 30))
            entries.append(replace(entry, paid_on=later, amount_minor=-amount))
    return entries


def a_life_policy(rng: Random) -> PlanPolicy:
    return PlanPolicy(
        grace_days=rng.randrange(0, 6),
        break_after_missed=maybe(rng, rng.randrange(1, 4)),
        break_after_days=maybe(rng, rng.randrange(0, 60)),
        cure_days=maybe(rng, rng.randrange(0, 12)),
        prepay_mode=rng.choice(list(PrepayMode)),
    )


def a_day_near(rng: Random, schedule: Sequence[Due]) -> date:
    return schedule[0].due_on + timedelta(days=rng.randrange(-5, 250))


# Laws, numbered as in negotiation.md B.12.


def a_plan_sums_to_the_total(rng: Random) -> bool:
    _, total, plan = a_plan(rng)
    if isinstance(plan, Refused):
        return False
    down = plan.down.amount_minor if plan.down else 0
    assert sum(plan.amounts) + down == total
    return True


def every_instalment_reaches_the_minimum(rng: Random) -> bool:
    terms, _, plan = a_plan(rng)
    if isinstance(plan, Refused):
        return False
    assert min(plan.amounts) >= max(terms.policy.min_instalment_minor or 0, 1)
    return True


def by_count_at_most_one_instalment_differs(rng: Random) -> bool:
    plan = by_count(some_terms(rng), a_total(rng), rng.randrange(2, 15))
    if isinstance(plan, Refused):
        return False
    assert min(plan.amounts.count(amount) for amount in set(plan.amounts)) <= 1 or (
        len(set(plan.amounts)) == 1
    )
    assert len(set(plan.amounts)) <= 2
    return True


def all_but_one_are_multiples_of_the_unit(rng: Random) -> bool:
    terms, _, plan = a_plan(rng)
    if isinstance(plan, Refused):
        return False
    assert sum(1 for amount in plan.amounts if amount % terms.policy.unit_minor) <= 1
    return True


def the_count_is_within_policy(rng: Random) -> bool:
    terms, _, plan = a_plan(rng)
    if isinstance(plan, Refused):
        return False
    most = terms.policy.max_instalments
    assert len(plan.amounts) >= 2
    assert most is None or len(plan.amounts) <= most
    assert len(plan.due_dates) == len(plan.amounts)
    return True


def due_dates_strictly_increase(rng: Random) -> bool:
    _, _, plan = a_plan(rng)
    if isinstance(plan, Refused):
        return False
    assert all(earlier < later for earlier, later in pairwise(plan.due_dates))
    return True


def the_first_nominal_and_the_last_day_are_in_range(rng: Random) -> bool:
    terms, _, plan = a_plan(rng)
    if isinstance(plan, Refused):
        return False
    delay, longest = terms.policy.max_first_delay_days, terms.policy.max_duration_days
    assert terms.first_nominal >= terms.today
    assert delay is None or (terms.first_nominal - terms.today).days <= delay
    assert longest is None or (plan.due_dates[-1] - terms.today).days <= longest
    return True


def a_monthly_day_is_its_anchor_or_the_month_end(rng: Random) -> bool:
    terms = replace(some_terms(rng), frequency=Frequency.MONTHLY)
    anchor = terms.anchor_day or terms.pay_day or terms.starts_on.day
    days = nominal_dates(terms.starts_on, terms.rhythm)
    for _ in range(14):
        day = next(days)
        assert day.day == min(anchor, monthrange(day.year, day.month)[1])
    return True


def shifted_dates_are_business_days(rng: Random) -> bool:
    terms, _, plan = a_plan(rng)
    if isinstance(plan, Refused) or terms.policy.holiday_shift is HolidayShift.NONE:
        return False
    assert all(terms.calendar.is_business_day(day) for day in plan.due_dates)
    return True


def a_counter_offer_is_accepted(rng: Random) -> bool:
    terms, total = some_terms(rng), a_total(rng)
    if rng.random() < 0.5:
        n = rng.randrange(2, 40)
        plan = by_count(terms, total, n)
        return isinstance(plan, Refused) and _count_counter_passes(terms, total, n, plan)
    if rng.random() < 0.7:
        amount = rng.randrange(1, max(2, total // 2))
        plan = by_amount(terms, total, amount)
        return isinstance(plan, Refused) and _amount_counter_passes(terms, total, amount, plan)
    plan = down_payment(
        terms,
        total,
        rng.randrange(2, 12),
        down_minor=rng.randrange(0, total),
        down_due=terms.today + timedelta(days=rng.randrange(-2, 9)),
    )
    return isinstance(plan, Refused) and _down_counter_passes(terms, total, plan)


def _count_counter_passes(terms: Terms, total: int, n: int, plan: Refused) -> bool:
    match plan.counter:
        case CountOffer(counter_n=int() as counter):
            assert isinstance(by_count(terms, total, counter), Accepted)
            return True
        case LatestFirstDue(latest_first_due=date() as day):
            assert isinstance(by_count(terms.starting(day), total, n), Accepted)
            return True
    return False


def _amount_counter_passes(terms: Terms, total: int, amount: int, plan: Refused) -> bool:
    match plan.counter:
        case AmountOffer(counter_amount_minor=int() as counter, is_full=is_full):
            again = by_amount(terms, total, counter)
            if is_full:
                assert again == Refused(reason=Reason.PAYS_IN_FULL)
            else:
                assert isinstance(again, Accepted)
            return True
        case LatestFirstDue(latest_first_due=date() as day):
            assert isinstance(by_amount(terms.starting(day), total, amount), Accepted)
            return True
    return False


def _down_counter_passes(terms: Terms, total: int, plan: Refused) -> bool:
    match plan.counter:
        case RequiredDown(required_down_minor=required):
            again = down_payment(terms, total, 3, down_minor=required)
            refused = again.reason if isinstance(again, Refused) else None
            assert refused not in (Reason.DOWN_PAYMENT_TOO_LOW, Reason.DOWN_PAYMENT_TOO_LATE)
            assert refused is Reason.PAYS_IN_FULL or required < total
            return True
        case LatestDownDue(latest_down_due=date() as day):
            again = down_payment(terms, total, 3, down_minor=total - 1, down_due=day)
            assert not isinstance(again, Refused) or (
                again.reason is not Reason.DOWN_PAYMENT_TOO_LATE
            )
            return True
    return False


def options_are_few_ascending_and_possible(rng: Random) -> bool:
    policy, today, total = a_policy(rng), a_day(rng), a_total(rng)
    capacity = rng.randrange(0, total + 2) if rng.random() < 0.7 else None
    menu = options(
        total,
        policy=policy,
        today=today,
        frequency=rng.choice(FREQUENCIES),
        pay_day=rng.randrange(1, 32) if rng.random() < 0.5 else None,
        capacity_minor=capacity,
        calendar=a_calendar(rng, today),
    )
    counts = [option.n for option in menu.options]
    assert len(counts) <= 3
    assert counts == sorted(set(counts))
    for option in menu.options:
        plan = by_count(menu.terms, total, option.n)
        assert isinstance(plan, Accepted)
        assert (plan.amounts[0], plan.amounts[-1]) == (option.first_minor, option.last_minor)
    if menu.recommended_n is not None:
        assert menu.recommended_n in counts
        assert capacity is not None
        assert largest_amount(total, menu.recommended_n, policy.unit_minor) <= capacity
    return bool(counts)


def no_shorter_menu_count_is_affordable(rng: Random) -> bool:
    terms, total = some_terms(rng), a_total(rng)
    capacity = rng.randrange(1, total + 2)
    menu = options(
        total,
        policy=terms.policy,
        today=terms.today,
        frequency=terms.frequency,
        capacity_minor=capacity,
        calendar=terms.calendar,
    )
    if menu.recommended_n is None:
        return False
    for n in terms.policy.menu:
        plan = by_count(menu.terms, total, n)
        if n < menu.recommended_n and isinstance(plan, Accepted):
            assert max(plan.amounts) > capacity
    return True


def allocation_sums_back(rng: Random) -> bool:
    schedule = a_schedule(rng)
    entries = some_entries(rng, schedule)
    result = allocate(schedule, entries, rng.choice(list(PrepayMode)))
    gone = {entry.reference for entry in entries if entry.amount_minor < 0}
    counted = {e.reference: e.amount_minor for e in entries if e.reference not in gone}
    assert sum(result.paid) + result.credit_minor == sum(counted.values())
    for paid, part in zip(result.paid, schedule, strict=True):
        assert 0 <= paid <= part.amount_minor
    assert result.credit_minor == 0 or sum(result.paid) == sum(p.amount_minor for p in schedule)
    return bool(counted)


def arrival_order_repeats_and_reversals_do_not_matter(rng: Random) -> bool:
    schedule, mode = a_schedule(rng), rng.choice(list(PrepayMode))
    entries = some_entries(rng, schedule)
    result = allocate(schedule, entries, mode)
    shuffled = list(entries)
    rng.shuffle(shuffled)
    assert allocate(schedule, shuffled, mode) == result
    assert allocate(schedule, entries + entries, mode) == result
    extra = LedgerEntry(reference="x", paid_on=a_day_near(rng, schedule), amount_minor=77)
    undone = replace(extra, amount_minor=-77, paid_on=a_day_near(rng, schedule))
    assert allocate(schedule, [undone, *entries, extra], mode) == result
    return bool(entries)


def more_money_never_worsens_the_status(rng: Random) -> bool:
    schedule, policy = a_schedule(rng), a_life_policy(rng)
    as_of, entries = a_day_near(rng, schedule), some_entries(rng, schedule)
    extra = LedgerEntry(
        reference="x", paid_on=a_day_near(rng, schedule), amount_minor=rng.randrange(1, 900)
    )
    before = status(schedule, entries, as_of=as_of, policy=policy)
    after = status(schedule, [*entries, extra], as_of=as_of, policy=policy)
    assert WORSENING[after.status] <= WORSENING[before.status]
    assert after.overdue_minor <= before.overdue_minor
    assert after.missed <= before.missed
    return True


def completed_means_all_is_paid(rng: Random) -> bool:
    schedule, policy = a_schedule(rng), a_life_policy(rng)
    as_of = a_day_near(rng, schedule)
    entries = some_entries(rng, schedule, most=12)
    stand = status(schedule, entries, as_of=as_of, policy=policy)
    known = [entry for entry in entries if entry.paid_on <= as_of]
    covered = allocate(schedule, known, policy.prepay_mode)
    assert stand.paid == covered.paid
    assert stand.credit_minor == covered.credit_minor
    is_paid = sum(covered.paid) == sum(part.amount_minor for part in schedule)
    assert (stand.status is PlanStatus.COMPLETED) == is_paid
    assert (stand.broken_on is not None) == (stand.status is PlanStatus.BROKEN)
    return True


def without_payments_a_plan_only_gets_worse(rng: Random) -> bool:
    schedule, policy = a_schedule(rng), a_life_policy(rng)
    day, worst, broken_on = schedule[0].due_on - timedelta(days=3), 0, None
    for _ in range(8):
        stand = status(schedule, [], as_of=day, policy=policy)
        assert WORSENING[stand.status] >= worst
        assert broken_on is None or stand.broken_on == broken_on
        worst, broken_on = WORSENING[stand.status], stand.broken_on
        day += timedelta(days=rng.randrange(1, 30))
    return True


def a_new_plan_keeps_the_total(rng: Random) -> bool:
    terms, total = some_terms(rng), a_total(rng)
    paid = rng.randrange(0, total + 2)
    so_far = PlanSoFar(total_minor=total, paid_minor=paid, amendments_used=rng.randrange(0, 3))
    plan = replan(terms, so_far, rng.randrange(2, 12))
    if isinstance(plan, Refused):
        assert (plan.reason is Reason.NOTHING_LEFT) == (paid >= total)
        return False
    assert paid + sum(plan.amounts) == total
    return True


def a_settlement_floor_is_within_the_total(rng: Random) -> bool:
    total, unit = a_total(rng), rng.choice([1, 7, 100])
    tiers = [
        SettlementTier(min_days_overdue=rng.randrange(400), max_discount_bp=rng.randrange(10_001))
        for _ in range(rng.randrange(4))
    ]
    days, offer = rng.randrange(500), rng.randrange(0, total + 2)
    auto = rng.randrange(0, 3_000)

    def least(among: list[SettlementTier]) -> int:
        answer = settlement(
            offer,
            total_minor=total,
            days_overdue=days,
            tiers=among,
            auto_discount_bp=auto,
            unit_minor=unit,
        )
        assert (offer >= total) == (answer.decision == "full")
        assert (offer < answer.min_settlement_minor) == (answer.decision == "below_floor")
        return answer.min_settlement_minor

    higher = SettlementTier(min_days_overdue=0, max_discount_bp=rng.randrange(10_001))
    assert 0 <= least([*tiers, higher]) <= least(tiers) <= total
    return True


def there_are_never_two_open_promises(rng: Random) -> bool:
    """A run of promises: an open one is only ever replaced, and the limits hold."""
    policy = PlanPolicy(
        ptp_max_days=rng.randrange(0, 20),
        ptp_max_broken=rng.randrange(1, 3),
        ptp_max_amend=rng.randrange(0, 3),
        min_partial_minor=rng.randrange(0, 300),
    )
    history, today, outstanding = PromiseHistory(), a_day(rng), rng.randrange(1, 1_000)
    for _ in range(8):
        due_on = today + timedelta(days=rng.randrange(-1, 25))
        answer = promise(
            due_on,
            rng.randrange(0, 1_200),
            today=today,
            outstanding_minor=outstanding,
            policy=policy,
            history=history,
        )
        if answer.is_taken:
            assert (answer.decision is PromiseDecision.AMEND) == history.is_open
            assert today <= due_on <= today + timedelta(days=policy.ptp_max_days or 0)
            assert (answer.amount_minor or 0) + (answer.rest_minor or 0) == outstanding
            amended = history.amended + 1 if history.is_open else 0
            history = replace(history, is_open=True, amended=amended)
        if history.is_open and rng.random() < 0.4:
            history = PromiseHistory(broken=history.broken + 1)
        assert history.amended <= (policy.ptp_max_amend or 0)
        assert history.broken <= (policy.ptp_max_broken or 0)
    return True


def amounts_survive_format_and_parse(rng: Random) -> bool:
    currency = Currency(
        rng.choice(["CNY", "HKD", "TWD", "USD", "KWD", "JPY"]), rng.choice([0, 2, 3])
    )
    amount = Money(rng.randrange(-(10**9), 10**9), currency)
    assert parse_money(format_money(amount), currency) == amount
    return True


def the_same_question_has_the_same_answer(rng: Random) -> bool:
    terms, total, n = some_terms(rng), a_total(rng), rng.randrange(0, 30)
    amount = rng.randrange(1, total + 1)
    assert by_count(terms, total, n) == by_count(terms, total, n)
    assert by_amount(terms, total, amount) == by_amount(terms, total, amount)
    return True


# Further laws.


def a_split_sums_back(rng: Random) -> bool:
    total, n, unit = a_total(rng), rng.randrange(1, 30), rng.choice([1, 7, 100])
    parts = split(total, n, unit, rng.choice(list(Remainder)))
    assert sum(parts) == total
    assert max(parts) == largest_amount(total, n, unit)
    return True


def by_amount_never_goes_above_the_offer(rng: Random) -> bool:
    """Only a last instalment that took a rest under the minimum may be above it."""
    terms, total = some_terms(rng), a_total(rng)
    offer = rng.randrange(1, total + 1)
    plan = by_amount(terms, total, offer)
    if isinstance(plan, Refused):
        return False
    assert all(amount <= offer for amount in plan.amounts[:-1])
    assert plan.amounts[-1] < offer + max(terms.policy.min_instalment_minor or 0, 1)
    return True


def a_concession_is_one_step_and_never_back(rng: Random) -> bool:
    terms, total = some_terms(rng), a_total(rng)
    offered = [rng.randrange(2, 12) for _ in range(rng.randrange(3))]
    rounds = rng.randrange(5)
    plan = concede(terms, total, offered=offered, rounds=rounds)
    if plan is None:
        return False
    assert rounds < 3
    n = len(plan.amounts)
    assert n > max(offered, default=0)
    between = [m for m in terms.policy.menu if max(offered, default=0) < m < n]
    assert not any(isinstance(by_count(terms, total, m), Accepted) for m in between)
    return True


def a_standing_is_what_each_day_shows(rng: Random) -> bool:
    """Judging a day twice, or with entries of later days, changes nothing."""
    schedule, policy = a_schedule(rng), a_life_policy(rng)
    as_of, entries = a_day_near(rng, schedule), some_entries(rng, schedule)
    known = [entry for entry in entries if entry.paid_on <= as_of]

    def stand(among: list[LedgerEntry]) -> Standing:
        return status(schedule, among, as_of=as_of, policy=policy)

    assert stand(entries) == stand(known) == stand(known + known)
    return True


NUMBERED: dict[int, Law] = {
    1: a_plan_sums_to_the_total,
    2: every_instalment_reaches_the_minimum,
    3: by_count_at_most_one_instalment_differs,
    4: all_but_one_are_multiples_of_the_unit,
    5: the_count_is_within_policy,
    6: due_dates_strictly_increase,
    7: the_first_nominal_and_the_last_day_are_in_range,
    8: a_monthly_day_is_its_anchor_or_the_month_end,
    9: shifted_dates_are_business_days,
    10: a_counter_offer_is_accepted,
    11: options_are_few_ascending_and_possible,
    12: no_shorter_menu_count_is_affordable,
    13: allocation_sums_back,
    14: arrival_order_repeats_and_reversals_do_not_matter,
    15: more_money_never_worsens_the_status,
    16: completed_means_all_is_paid,
    17: without_payments_a_plan_only_gets_worse,
    18: a_new_plan_keeps_the_total,
    19: a_settlement_floor_is_within_the_total,
    20: there_are_never_two_open_promises,
    21: amounts_survive_format_and_parse,
    22: the_same_question_has_the_same_answer,
}
FURTHER: list[Law] = [
    a_split_sums_back,
    by_amount_never_goes_above_the_offer,
    a_concession_is_one_step_and_never_back,
    a_standing_is_what_each_day_shows,
]
LAWS: list[Law] = [*NUMBERED.values(), *FURTHER]
