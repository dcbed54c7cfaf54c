"""The plan engine: pure integer arithmetic over minor units and local dates.

The public door; every rule is negotiation policy as data (`PlanPolicy`), today is an argument.

plans       by_count, by_amount, down_payment (rest by count), down_payment_by_amount, replan,
            replan_by_amount -> Accepted | Refused(reason, counter)
            count_or_amount (6期每期500), share_of (一半), may_amend, lapses_at (a proposal's 72 hours)
menu        options -> Options, concede (one step longer after a refusal), menu_terms
affording   capacity -> Capacity.each(frequency)
promises    promise, promise_eval, extension
running     allocate, status -> Standing, owed_notices (today), days_told_before (days to come)
settling    settlement, waived, approval_standing
calendars   due_dates, next_pay_day, BusinessCalendar
records     dues_of, entries_of: from `flows.records` to plain numbers; meant_account
"""

from __future__ import annotations

from flows.plans.affordability import Capacity, CapacityDecision, Statement, capacity
from flows.plans.allocation import (
    AccountClaim,
    Allocation,
    LedgerEntry,
    allocate,
    meant_account,
)
from flows.plans.amendments import PlanSoFar, may_amend, replan, replan_by_amount
from flows.plans.calendar import WEEKENDS_ONLY, BusinessCalendar
from flows.plans.ledger import dues_of, entries_of
from flows.plans.menu import Fallback, Option, Options, concede, menu_terms, options
from flows.plans.notice_days import (
    Notice,
    NoticeKind,
    days_told_before,
    owed_notices,
    promise_notice,
)
from flows.plans.policy import (
    STANDARD,
    HolidayShift,
    InterestOnPlan,
    PlanPolicy,
    PrepayMode,
    Remainder,
    SettlementTier,
)
from flows.plans.promises import (
    ExtensionAnswer,
    ExtensionDecision,
    PromiseAnswer,
    PromiseDecision,
    PromiseHistory,
    PromiseOutcome,
    PromiseResult,
    extension,
    promise,
    promise_eval,
)
from flows.plans.results import (
    Accepted,
    AmountOffer,
    Counter,
    CountOffer,
    Due,
    LatestDownDue,
    LatestFirstDue,
    Reason,
    Refused,
    RequiredDown,
)
from flows.plans.schedule import Rhythm, due_dates, next_pay_day
from flows.plans.settlements import (
    ApprovalStanding,
    ApprovalState,
    ApprovedSettlement,
    Charges,
    Settlement,
    SettlementDecision,
    approval_standing,
    settlement,
    waived,
)
from flows.plans.splitting import share_of, split
from flows.plans.standing import Standing, lapses_at, status
from flows.plans.terms import (
    Agreement,
    Terms,
    by_amount,
    by_count,
    count_or_amount,
    down_payment,
    down_payment_by_amount,
)

__all__ = [
    "STANDARD",
    "WEEKENDS_ONLY",
    "Accepted",
    "AccountClaim",
    "Agreement",
    "Allocation",
    "AmountOffer",
    "ApprovalStanding",
    "ApprovalState",
    "ApprovedSettlement",
    "BusinessCalendar",
    "Capacity",
    "CapacityDecision",
    "Charges",
    "CountOffer",
    "Counter",
    "Due",
    "ExtensionAnswer",
    "ExtensionDecision",
    "Fallback",
    "HolidayShift",
    "InterestOnPlan",
    "LatestDownDue",
    "LatestFirstDue",
    "LedgerEntry",
    "Notice",
    "NoticeKind",
    "Option",
    "Options",
    "PlanPolicy",
    "PlanSoFar",
    "PrepayMode",
    "PromiseAnswer",
    "PromiseDecision",
    "PromiseHistory",
    "PromiseOutcome",
    "PromiseResult",
    "Reason",
    "Refused",
    "Remainder",
    "RequiredDown",
    "Rhythm",
    "Settlement",
    "SettlementDecision",
    "SettlementTier",
    "Standing",
    "Statement",
    "Terms",
    "allocate",
    "approval_standing",
    "by_amount",
    "by_count",
    "capacity",
    "concede",
    "count_or_amount",
    "days_told_before",
    "down_payment",
    "down_payment_by_amount",
    "due_dates",
    "dues_of",
    "entries_of",
    "extension",
    "lapses_at",
    "may_amend",
    "meant_account",
    "menu_terms",
    "next_pay_day",
    "options",
    "owed_notices",
    "promise",
    "promise_eval",
    "promise_notice",
    "replan",
    "replan_by_amount",
    "settlement",
    "share_of",
    "split",
    "status",
    "waived",
]
