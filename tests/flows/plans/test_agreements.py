"""What dialogues ask of the plan engine beside the operations of the command."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from flows.money import Currency, Money
from flows.plans import (
    STANDARD,
    AccountClaim,
    Agreement,
    ApprovalState,
    ApprovedSettlement,
    Charges,
    Due,
    ExtensionDecision,
    LedgerEntry,
    PlanPolicy,
    PlanSoFar,
    Statement,
    Terms,
    approval_standing,
    by_count,
    capacity,
    concede,
    count_or_amount,
    down_payment,
    down_payment_by_amount,
    dues_of,
    entries_of,
    extension,
    lapses_at,
    may_amend,
    meant_account,
    menu_terms,
    options,
    promise,
    replan_by_amount,
    share_of,
    status,
    waived,
)
from flows.plans.promises import PromiseHistory
from flows.plans.results import Accepted, LatestDownDue, Reason, Refused
from flows.records import AccountId, Instalment, Payment, PlanStatus, PlanTerms
from flows.understanding.values import Frequency

TODAY = date(2026, 3, 2)
TERMS = Terms(policy=STANDARD, today=TODAY, first_due=date(2026, 3, 10))


def entry(day: date, amount: int, reference: str = "a") -> LedgerEntry:
    return LedgerEntry(reference=reference, paid_on=day, amount_minor=amount)


@pytest.mark.parametrize(
    ("n", "amount", "expected"),
    [
        (6, 50_000, Agreement.FINE),
        (6, 50_001, Agreement.USE_COUNT),
        (6, 49_999, Agreement.ASK_WHICH),
    ],
)
def test_a_count_and_an_amount_agree_or_the_customer_is_asked(
    n: int, amount: int, expected: Agreement
) -> None:
    assert count_or_amount(300_000, n, amount) is expected


def test_a_share_is_rounded_down_to_the_unit() -> None:
    assert share_of(100_001, Fraction(1, 3)) == 33_333
    assert share_of(100_001, Fraction(1, 3), 100) == 33_300
    assert share_of(100_001, Fraction(1, 2)) == 50_000


def test_a_plan_stays_total_and_ordered_with_its_down_payment() -> None:
    plan = down_payment(TERMS, 350_000, 3, down_minor=50_000)
    assert isinstance(plan, Accepted)
    assert [part.amount_minor for part in plan.parts] == [50_000, 100_000, 100_000, 100_000]
    assert plan.parts[0].due_on == TODAY


def test_the_rest_after_a_down_payment_may_be_paid_by_amount() -> None:
    plan = down_payment_by_amount(TERMS, 350_000, 70_000, down_minor=50_000)
    assert isinstance(plan, Accepted)
    assert [part.amount_minor for part in plan.parts] == [50_000, *[70_000] * 4, 20_000]
    whole = down_payment_by_amount(TERMS, 350_000, 300_000, down_minor=50_000)
    assert whole == Refused(reason=Reason.PAYS_IN_FULL)
    late = down_payment_by_amount(
        TERMS, 350_000, 70_000, down_minor=50_000, down_due=date(2026, 3, 6)
    )
    assert late == Refused(
        reason=Reason.DOWN_PAYMENT_TOO_LATE,
        counter=LatestDownDue(latest_down_due=date(2026, 3, 5)),
    )


def test_terms_take_one_way_to_name_the_first_day() -> None:
    with pytest.raises(ValueError, match="either pay_day or first_due, got both"):
        replace(TERMS, pay_day=15)
    with pytest.raises(ValueError, match="either pay_day or first_due, got neither"):
        replace(TERMS, first_due=None)


# Giving way.


def test_a_refusal_is_answered_by_the_next_longer_plan() -> None:
    plan = concede(TERMS, 360_000, offered=[3])
    assert isinstance(plan, Accepted)
    assert len(plan.amounts) == 6


def test_the_longest_count_is_the_last_step() -> None:
    policy = replace(STANDARD, menu=(3, 6), max_instalments=10)
    plan = concede(replace(TERMS, policy=policy), 360_000, offered=[3, 6], rounds=1)
    assert isinstance(plan, Accepted)
    assert len(plan.amounts) == 10


def test_nothing_is_conceded_beyond_the_longest_or_after_three_rounds() -> None:
    assert concede(TERMS, 360_000, offered=[3, 6, 12]) is None
    assert concede(TERMS, 360_000, offered=[3], rounds=3) is None
    assert concede(TERMS, 360_000, offered=[3], rounds=2) is not None


def test_the_customers_own_count_is_a_step_of_its_own() -> None:
    plan = concede(TERMS, 360_000, offered=[3, 7])
    assert isinstance(plan, Accepted)
    assert len(plan.amounts) == 12


def test_an_option_becomes_the_schedule_that_was_shown() -> None:
    menu = options(360_000, policy=STANDARD, today=TODAY, pay_day=31)
    plan = by_count(menu.terms, 360_000, menu.options[0].n)
    assert isinstance(plan, Accepted)
    assert plan.due_dates == (date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 1))


def test_a_semimonthly_pay_day_out_of_reach_falls_back_to_the_default_day() -> None:
    policy = replace(STANDARD, max_first_delay_days=20)
    terms = menu_terms(policy=policy, today=TODAY, frequency=Frequency.SEMIMONTHLY, pay_day=17)
    assert terms.starts_on == date(2026, 3, 9)
    assert terms.first_nominal == date(2026, 3, 15)


def test_capacity_is_told_in_the_rhythm_of_the_plan() -> None:
    spare = capacity(Statement(income_minor=100_000, essentials_minor=70_000), share_bp=8_000)
    assert [spare.each(frequency) for frequency in Frequency] == [5_538, 11_076, 12_000, 24_000]


# Promises and extensions.


def test_a_promise_for_a_part_names_the_rest() -> None:
    answer = promise(
        date(2026, 3, 6),
        30_000,
        today=TODAY,
        outstanding_minor=80_000,
        policy=STANDARD,
        history=PromiseHistory(),
    )
    assert (answer.amount_minor, answer.rest_minor) == (30_000, 50_000)


@pytest.mark.parametrize(
    ("until", "decision", "latest"),
    [
        (date(2026, 3, 1), ExtensionDecision.IN_PAST, None),
        (date(2026, 3, 2), ExtensionDecision.GIVEN, None),
        (date(2026, 3, 16), ExtensionDecision.GIVEN, None),
        (date(2026, 3, 17), ExtensionDecision.TOO_LONG, date(2026, 3, 16)),
    ],
)
def test_an_extension_within_policy_is_given_at_once(
    until: date, decision: ExtensionDecision, latest: date | None
) -> None:
    answer = extension(until, today=TODAY, policy=STANDARD)
    assert (answer.decision, answer.latest) == (decision, latest)


def test_an_extension_without_a_limit_is_given() -> None:
    answer = extension(date(2030, 1, 1), today=TODAY, policy=PlanPolicy())
    assert answer.decision is ExtensionDecision.GIVEN


# Running plans.

SCHEDULE = (
    Due(due_on=date(2026, 3, 4), amount_minor=1_000),
    Due(due_on=date(2026, 4, 10), amount_minor=2_000),
)


def test_a_missed_down_payment_cancels_the_plan() -> None:
    def stand(day: date, *entries: LedgerEntry) -> PlanStatus:
        found = status(SCHEDULE, entries, as_of=day, policy=STANDARD, has_down_payment=True)
        return found.status

    assert stand(date(2026, 3, 7)) is PlanStatus.ACTIVE
    assert stand(date(2026, 3, 8)) is PlanStatus.CANCELLED
    assert stand(date(2026, 3, 8), entry(date(2026, 3, 8), 1_000)) is PlanStatus.ACTIVE
    assert stand(date(2026, 3, 9), entry(date(2026, 3, 9), 1_000)) is PlanStatus.CANCELLED
    assert stand(date(2026, 3, 9), entry(date(2026, 3, 9), 3_000)) is PlanStatus.COMPLETED


def test_a_later_instalment_cancels_nothing() -> None:
    down = entry(date(2026, 3, 4), 1_000)
    found = status(
        SCHEDULE, [down], as_of=date(2026, 4, 20), policy=STANDARD, has_down_payment=True
    )
    assert found.status is PlanStatus.AT_RISK


def test_instalments_in_any_order_are_filled_oldest_first() -> None:
    found = status(
        SCHEDULE[::-1], [entry(date(2026, 3, 4), 1_500)], as_of=date(2026, 3, 5), policy=STANDARD
    )
    assert found.paid == (500, 1_000)


def test_a_proposal_stands_for_72_hours() -> None:
    said_at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert lapses_at(said_at) == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_a_plan_may_be_changed_by_amount_within_the_same_limits() -> None:
    so_far = PlanSoFar(total_minor=100_000, paid_minor=30_000)
    plan = replan_by_amount(TERMS, so_far, 20_000)
    assert isinstance(plan, Accepted)
    assert plan.amounts == (20_000, 20_000, 20_000, 10_000)
    used = replan_by_amount(TERMS, replace(so_far, amendments_used=1), 20_000)
    assert used == Refused(reason=Reason.AMENDMENT_LIMIT)
    done = replan_by_amount(TERMS, replace(so_far, paid_minor=100_000), 20_000)
    assert done == Refused(reason=Reason.NOTHING_LEFT)


def test_only_a_running_plan_can_be_changed() -> None:
    amendable = {state for state in PlanStatus if may_amend(state)}
    assert amendable == {PlanStatus.ACTIVE, PlanStatus.AT_RISK}


def test_records_become_plain_numbers() -> None:
    cny = Currency.of("CNY")
    terms = PlanTerms(
        account_id=AccountId("A1"),
        instalments=(Instalment(date(2026, 4, 10), Money(2_000, cny)),),
        frequency=Frequency.MONTHLY,
        down=Instalment(date(2026, 3, 4), Money(1_000, cny)),
    )
    payment = Payment(
        account_id=AccountId("A1"),
        reference="r",
        amount=Money(7, cny),
        paid_on=date(2026, 3, 3),
    )
    assert dues_of(terms) == SCHEDULE
    assert entries_of([payment]) == (entry(date(2026, 3, 3), 7, "r"),)


# Several accounts.

OLD = AccountClaim(account_id="old", overdue_since=date(2026, 1, 1))
NEW = AccountClaim(
    account_id="new",
    references=frozenset({"N-1"}),
    awaited_minor=frozenset({700}),
    overdue_since=date(2026, 2, 1),
)
FINE = AccountClaim(account_id="fine")


def test_a_payment_goes_to_the_named_then_the_awaiting_then_the_oldest_account() -> None:
    accounts = [FINE, NEW, OLD]
    assert meant_account("N-1", 5, accounts) == "new"
    assert meant_account("?", 700, accounts) == "new"
    assert meant_account("?", 5, accounts) == "old"
    assert meant_account("?", 5, [FINE]) == "fine"
    assert meant_account("?", 5, []) is None


# Settling.


def test_a_discount_comes_off_fees_first_and_principal_last() -> None:
    debt = Charges(
        fees_minor=100, penalty_interest_minor=200, interest_minor=300, principal_minor=5_000
    )
    assert waived(50, debt) == Charges(fees_minor=50)
    assert waived(450, debt) == Charges(
        fees_minor=100, penalty_interest_minor=200, interest_minor=150
    )
    assert waived(700, debt).principal_minor == 100


SETTLED = ApprovedSettlement(
    parts=(
        Due(due_on=date(2026, 3, 10), amount_minor=3_000),
        Due(due_on=date(2026, 3, 20), amount_minor=3_000),
    ),
    total_minor=10_000,
    expires_on=date(2026, 3, 20),
)


@pytest.mark.parametrize(
    ("as_of", "entries", "state", "left"),
    [
        (date(2026, 3, 10), [], ApprovalState.OPEN, 6_000),
        (date(2026, 3, 11), [], ApprovalState.LAPSED, 10_000),
        (date(2026, 3, 11), [entry(date(2026, 3, 10), 3_000)], ApprovalState.OPEN, 3_000),
        (date(2026, 3, 11), [entry(date(2026, 3, 11), 3_000)], ApprovalState.LAPSED, 7_000),
        (date(2026, 3, 21), [entry(date(2026, 3, 10), 3_000)], ApprovalState.LAPSED, 7_000),
        (date(2026, 3, 15), [entry(date(2026, 3, 10), 6_000)], ApprovalState.SETTLED, 0),
        (date(2026, 9, 1), [entry(date(2026, 3, 10), 6_000)], ApprovalState.SETTLED, 0),
        (date(2026, 9, 1), [entry(date(2026, 3, 30), 6_000)], ApprovalState.LAPSED, 4_000),
    ],
)
def test_an_approved_settlement_lapses_when_missed_and_payments_count_on_the_whole(
    as_of: date, entries: list[LedgerEntry], state: ApprovalState, left: int
) -> None:
    found = approval_standing(SETTLED, entries, as_of=as_of)
    assert (found.state, found.left_minor) == (state, left)
