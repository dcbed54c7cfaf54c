"""Which notices a plan owes on which day, and that it owes nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.plans import (
    STANDARD,
    Due,
    LedgerEntry,
    NoticeKind,
    days_told_before,
    owed_notices,
    promise_notice,
)
from flows.understanding.values import Frequency

PLAN = (
    Due(due_on=date(2026, 3, 10), amount_minor=6_000),
    Due(due_on=date(2026, 4, 10), amount_minor=6_000),
    Due(due_on=date(2026, 5, 10), amount_minor=6_500),
)


def paid(day: str, amount: int, reference: str = "a") -> LedgerEntry:
    return LedgerEntry(reference=reference, paid_on=date.fromisoformat(day), amount_minor=amount)


def owed(
    day: str, *entries: LedgerEntry, frequency: Frequency = Frequency.MONTHLY, down: bool = False
) -> list[tuple[str, int | None, int]]:
    found = owed_notices(
        PLAN,
        entries,
        on=date.fromisoformat(day),
        frequency=frequency,
        policy=STANDARD,
        has_down_payment=down,
    )
    return [(notice.kind.value, notice.instalment, notice.amount_minor) for notice in found]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-06", []),
        ("2026-03-07", [("before_due", 0, 6_000)]),
        ("2026-03-08", []),
        ("2026-03-09", []),
        ("2026-03-10", [("due_today", 0, 6_000)]),
        ("2026-03-11", []),
        ("2026-03-13", []),
        ("2026-03-14", [("missed", 0, 6_000)]),
        ("2026-03-15", []),
        ("2026-04-07", [("before_due", 1, 6_000)]),
        ("2026-04-10", [("due_today", 1, 6_000)]),
        ("2026-04-14", [("broken", None, 12_000)]),
        ("2026-04-15", []),
        ("2026-05-07", []),
    ],
)
def test_an_unpaid_monthly_plan_owes_notices_until_it_breaks(
    day: str, expected: list[tuple[str, int | None, int]]
) -> None:
    assert owed(day) == expected


@pytest.mark.parametrize("frequency", [Frequency.WEEKLY, Frequency.BIWEEKLY])
def test_frequent_plans_have_only_the_day_before(frequency: Frequency) -> None:
    assert owed("2026-03-09", frequency=frequency) == [("before_due", 0, 6_000)]
    assert owed("2026-03-07", frequency=frequency) == []
    assert owed("2026-03-10", frequency=frequency) == []
    assert owed("2026-03-14", frequency=frequency) == [("missed", 0, 6_000)]


def test_semimonthly_plans_are_told_as_monthly_ones() -> None:
    assert owed("2026-03-07", frequency=Frequency.SEMIMONTHLY) == [("before_due", 0, 6_000)]


def test_what_is_paid_is_not_noticed() -> None:
    early = paid("2026-03-01", 6_000)
    for day in ("2026-03-07", "2026-03-10", "2026-03-14"):
        assert owed(day, early) == []


def test_a_part_paid_instalment_is_noticed_with_its_rest() -> None:
    assert owed("2026-03-10", paid("2026-03-01", 5_000)) == [("due_today", 0, 1_000)]


def test_the_notice_after_grace_names_all_that_is_overdue() -> None:
    late = [paid("2026-03-20", 5_000)]
    patient = replace(STANDARD, break_after_missed=3)
    (notice,) = owed_notices(
        PLAN, late, on=date(2026, 4, 14), frequency=Frequency.MONTHLY, policy=patient
    )
    assert (notice.kind, notice.instalment, notice.amount_minor) == (NoticeKind.MISSED, 1, 7_000)
    assert owed("2026-04-14", *late) == [("broken", None, 7_000)]


def test_a_payment_known_only_later_does_not_silence_today() -> None:
    assert owed("2026-03-10", paid("2026-03-11", 6_000)) == [("due_today", 0, 6_000)]


def test_a_reinstated_plan_is_noticed_again() -> None:
    cure = paid("2026-04-16", 12_000)
    assert owed("2026-05-07", cure) == [("before_due", 2, 6_500)]


def test_a_plan_whose_down_payment_is_missed_owes_nothing() -> None:
    assert owed("2026-03-14", down=True) == []
    assert owed("2026-04-07", down=True) == []
    assert owed("2026-03-10", down=True) == [("due_today", 0, 6_000)]


def test_a_completed_plan_owes_nothing() -> None:
    assert owed("2026-04-07", paid("2026-03-10", 18_500)) == []


def test_the_days_told_before_hold_every_day_that_owes_a_notice_of_what_is_due() -> None:
    parts = [days_told_before(part.due_on, Frequency.MONTHLY, STANDARD) for part in PLAN]
    days = [day for part in parts for day in part]
    assert days == sorted(days)
    day = date(2026, 2, 20)
    while day < date(2026, 7, 1):
        if {kind for kind, _, _ in owed(day.isoformat())} & {"before_due", "due_today"}:
            assert day in days
        day += timedelta(days=1)
    assert len(days) == 6


def test_a_promise_has_one_note_on_its_day() -> None:
    notice = promise_notice(date(2026, 3, 6), 700)
    assert (notice.kind, notice.on, notice.amount_minor) == (
        NoticeKind.PROMISE_DUE,
        date(2026, 3, 6),
        700,
    )
