"""`duetalk plan`: the plan engine, one operation a line, exactly as dialogues call it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

from bot.commands.fields import MOST_MINOR, Fields
from bot.commands.jsonl import BadRecord, Record, add_file_argument, run_lines
from bot.commands.policies import (
    ALL_BASIS_POINTS,
    MOST_DAYS,
    MOST_INSTALMENTS,
    read_policy,
    read_tiers,
)
from flows import plans
from flows.understanding.values import Frequency

LAST_DAY_OF_MONTH = 31
LAST_WEEKDAY = 6
_NO_LIMITS = plans.PlanPolicy()

_HELP = """\
One JSON object a line: {"case": name, "op": operation, "inputs": {...}}; the answer is
{"case": name, "result": {...}} or {"case": name, "error": what was expected and what came}.
Amounts are whole minor units, days ISO dates, weekdays 0 (Monday) to 6.

  split         total_minor, n, unit_minor, remainder (last, first)
  by_count      plan fields, total_minor, n
  by_amount     plan fields, total_minor, amount_minor
  down_payment  plan fields, total_minor, n, down_minor, down_due (absent: today)
  replan        plan fields, total_minor, n, paid_minor, amendments_used, max_amendments
  dates         first_due, frequency, n, holiday_shift, weekend, holidays, extra_workdays;
                may have anchor_day, anchor_days, today
  options       policy, today, frequency, total_minor, menu, default_first_delay_days;
                may have pay_day, capacity_minor
  settlement    total_minor, days_overdue, offer_minor, tiers, auto_discount_bp, unit_minor
  allocate      instalments, payments, mode (advance, shorten)
  status        as allocate, and as_of, policy
  promise       today, date, amount_minor, outstanding_minor, policy, history
  promise_eval  promise, grace_days, payments, as_of
  capacity      income_minor, essentials_minor, other_debts_minor, share_bp, unit_minor,
                min_instalment_minor

Plan fields: policy, today, frequency (weekly, biweekly, semimonthly, monthly) and either pay_day
or first_due; may have anchor_day, anchor_days, and for a holiday_shift in the policy weekend
(absent: Saturday and Sunday), holidays, extra_workdays. A limit the policy does not give is not
checked.

example:
  {"case": "1", "op": "split", "inputs": {"total_minor": 100000, "n": 3, "unit_minor": 1, "remainder": "last"}}
  {"case": "1", "result": {"amounts": [33333, 33333, 33334]}}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare FILE and explain the fields."""
    add_file_argument(parser)
    parser.epilog = _HELP


def run(args: argparse.Namespace) -> int:
    """Answer each line."""
    return run_lines(args.file, answer, key="case")


def answer(record: Record) -> Record:
    """The result of one record, or BadRecord."""
    line = Fields(record)
    if not line.has("case"):
        line.fail("case", "a name")
    operation = OPERATIONS.get(line.text("op"))
    if operation is None:
        line.fail("op", f"one of {', '.join(OPERATIONS)}")
    try:
        result = operation(line.group("inputs"))
    except OverflowError as error:
        raise BadRecord(f"inputs: expected days of the years 1 to 9999, got {error}") from error
    return {"case": record["case"], "result": result}


def _split(inputs: Fields) -> Record:
    amounts = plans.split(
        inputs.whole("total_minor"),
        inputs.whole("n", 1, MOST_INSTALMENTS),
        inputs.whole("unit_minor", 1),
        inputs.choice("remainder", plans.Remainder),
    )
    return {"amounts": amounts}


def _by_count(inputs: Fields) -> Record:
    return _plan(plans.by_count(_terms(inputs), inputs.whole("total_minor"), _count(inputs)))


def _by_amount(inputs: Fields) -> Record:
    total, amount = inputs.whole("total_minor"), inputs.whole("amount_minor")
    return _plan(plans.by_amount(_terms(inputs), total, amount))


def _down_payment(inputs: Fields) -> Record:
    plan = plans.down_payment(
        _terms(inputs),
        inputs.whole("total_minor"),
        _count(inputs),
        down_minor=inputs.whole("down_minor"),
        down_due=inputs.day_or_none("down_due"),
    )
    return _plan(plan)


def _replan(inputs: Fields) -> Record:
    terms = _terms(inputs)
    most = inputs.whole_or_none("max_amendments")
    terms = replace(terms, policy=replace(terms.policy, max_amendments=most))
    so_far = plans.PlanSoFar(
        total_minor=inputs.whole("total_minor"),
        paid_minor=inputs.whole("paid_minor"),
        amendments_used=inputs.whole("amendments_used"),
    )
    return _plan(plans.replan(terms, so_far, _count(inputs)))


def _dates(inputs: Fields) -> Record:
    first_due = inputs.day("first_due")
    rhythm = plans.Rhythm.of(
        inputs.choice("frequency", Frequency),
        first_due,
        anchor_day=_day_of_month(inputs, "anchor_day"),
        anchor_days=_anchor_days(inputs),
    )
    days = plans.due_dates(
        first_due,
        rhythm,
        inputs.whole("n", 1, MOST_INSTALMENTS),
        shift=inputs.choice("holiday_shift", plans.HolidayShift),
        calendar=plans.BusinessCalendar(
            weekend=_weekend(inputs),
            holidays=inputs.days("holidays"),
            extra_workdays=inputs.days("extra_workdays"),
        ),
        today=inputs.day_or_none("today"),
    )
    return {"due_dates": _iso(days)}


def _options(inputs: Fields) -> Record:
    policy = replace(
        read_policy(inputs.group("policy"), _NO_LIMITS),
        menu=inputs.wholes("menu", 0, MOST_INSTALMENTS),
        default_first_delay_days=inputs.whole("default_first_delay_days", 0, MOST_DAYS),
    )
    frequency, policy = _frequency(inputs, policy)
    menu = plans.options(
        inputs.whole("total_minor"),
        policy=policy,
        today=inputs.day("today"),
        frequency=frequency,
        pay_day=_day_of_month(inputs, "pay_day"),
        capacity_minor=inputs.whole_or_none("capacity_minor"),
        calendar=_calendar(inputs),
    )
    result: Record = {
        "options": [[o.n, o.first_minor, o.last_minor] for o in menu.options],
        "recommended_n": menu.recommended_n,
    }
    if menu.options:
        result["first_due"] = menu.first_due.isoformat()
    if menu.fallback:
        result["fallback"] = menu.fallback
    return result


def _settlement(inputs: Fields) -> Record:
    answer = plans.settlement(
        inputs.whole("offer_minor"),
        total_minor=inputs.whole("total_minor"),
        days_overdue=inputs.whole("days_overdue", 0, MOST_DAYS),
        tiers=read_tiers(inputs, "tiers"),
        auto_discount_bp=inputs.whole("auto_discount_bp", 0, ALL_BASIS_POINTS),
        unit_minor=inputs.whole("unit_minor", 1),
    )
    return {"decision": answer.decision, "min_settlement_minor": answer.min_settlement_minor}


def _allocate(inputs: Fields) -> Record:
    mode = inputs.choice("mode", plans.PrepayMode)
    allocation = plans.allocate(_instalments(inputs), _payments(inputs), mode)
    return {"paid": allocation.paid, "credit_minor": allocation.credit_minor}


def _status(inputs: Fields) -> Record:
    policy = read_policy(inputs.group("policy"), _NO_LIMITS)
    policy = replace(policy, prepay_mode=inputs.choice("mode", plans.PrepayMode))
    stand = plans.status(
        _instalments(inputs), _payments(inputs), as_of=inputs.day("as_of"), policy=policy
    )
    result: Record = {
        "status": stand.status,
        "missed": stand.missed,
        "overdue_minor": stand.overdue_minor,
    }
    if stand.broken_on:
        result["break_date"] = stand.broken_on.isoformat()
    if stand.is_reinstated:
        result["reinstated"] = True
    return result


def _promise(inputs: Fields) -> Record:
    limits, history = inputs.group("policy"), inputs.group("history")
    answer = plans.promise(
        inputs.day("date"),
        inputs.whole("amount_minor"),
        today=inputs.day("today"),
        outstanding_minor=inputs.whole("outstanding_minor"),
        policy=plans.PlanPolicy(
            ptp_max_days=limits.whole_or_none("ptp_max_days", 0, MOST_DAYS),
            ptp_max_broken=limits.whole_or_none("max_broken"),
            ptp_max_amend=limits.whole_or_none("max_amend"),
            min_partial_minor=limits.whole_or_none("min_partial_minor"),
        ),
        history=plans.PromiseHistory(
            broken=history.whole("broken"),
            is_open=history.flag("open"),
            amended=history.whole("amended"),
        ),
    )
    result: Record = {"decision": answer.decision}
    if answer.is_taken:
        result["amount_minor"] = answer.amount_minor
    if answer.latest:
        result["latest"] = answer.latest.isoformat()
    return result


def _promise_eval(inputs: Fields) -> Record:
    promised = inputs.group("promise")
    outcome = plans.promise_eval(
        amount_minor=promised.whole("amount_minor"),
        made_on=promised.day("made"),
        due_on=promised.day("date"),
        grace_days=inputs.whole("grace_days", 0, MOST_DAYS),
        entries=_payments(inputs),
        as_of=inputs.day("as_of"),
    )
    result: Record = {"result": outcome.result}
    if outcome.result in (plans.PromiseResult.PARTIAL, plans.PromiseResult.BROKEN):
        result["short_minor"] = outcome.short_minor
    return result


def _capacity(inputs: Fields) -> Record:
    spare = plans.capacity(
        plans.Statement(
            income_minor=inputs.whole("income_minor"),
            essentials_minor=inputs.whole("essentials_minor"),
            other_debts_minor=inputs.whole("other_debts_minor"),
        ),
        share_bp=inputs.whole("share_bp", 0, ALL_BASIS_POINTS),
        unit_minor=inputs.whole("unit_minor", 1),
        min_instalment_minor=inputs.whole("min_instalment_minor"),
    )
    return {field.name: getattr(spare, field.name) for field in fields(spare)}


OPERATIONS: dict[str, Callable[[Fields], Record]] = {
    "split": _split,
    "by_count": _by_count,
    "by_amount": _by_amount,
    "down_payment": _down_payment,
    "dates": _dates,
    "options": _options,
    "settlement": _settlement,
    "allocate": _allocate,
    "status": _status,
    "promise": _promise,
    "promise_eval": _promise_eval,
    "capacity": _capacity,
    "replan": _replan,
}


def _plan(plan: plans.Accepted | plans.Refused) -> Record:
    if isinstance(plan, plans.Refused):
        return {"ok": False, "reason": plan.reason} | _counter(plan.counter)
    result: Record = {"ok": True}
    if plan.down:
        due = plan.down.due_on.isoformat()
        result["down"] = {"amount_minor": plan.down.amount_minor, "due": due}
    return result | {"amounts": plan.amounts, "due_dates": _iso(plan.due_dates)}


def _counter(counter: plans.Counter | None) -> Record:
    match counter:
        case plans.CountOffer():
            return {"counter_n": counter.counter_n}
        case plans.AmountOffer():
            return {"counter_amount_minor": counter.counter_amount_minor}
        case plans.LatestFirstDue(latest_first_due=day):
            return {"latest_first_due": day and day.isoformat()}
        case plans.RequiredDown():
            return {"required_down_minor": counter.required_down_minor}
        case plans.LatestDownDue(latest_down_due=day):
            return {"latest_down_due": day and day.isoformat()}
        case None:
            return {}


def _terms(inputs: Fields) -> plans.Terms:
    frequency, policy = _frequency(inputs, read_policy(inputs.group("policy"), _NO_LIMITS))
    if inputs.has("pay_day") == inputs.has("first_due"):
        inputs.fail("first_due", "either this or pay_day")
    return plans.Terms(
        policy=policy,
        today=inputs.day("today"),
        frequency=frequency,
        pay_day=_day_of_month(inputs, "pay_day"),
        first_due=inputs.day_or_none("first_due"),
        anchor_day=_day_of_month(inputs, "anchor_day"),
        anchor_days=_anchor_days(inputs),
        calendar=_calendar(inputs),
    )


def _frequency(inputs: Fields, policy: plans.PlanPolicy) -> tuple[Frequency, plans.PlanPolicy]:
    """The rhythm asked for; one we do not know, such as daily, is one no policy allows."""
    if policy.frequencies is None or inputs.text("frequency") in list(Frequency):
        return inputs.choice("frequency", Frequency), policy
    return Frequency.MONTHLY, replace(policy, frequencies=frozenset())


def _calendar(inputs: Fields) -> plans.BusinessCalendar:
    usual = plans.WEEKENDS_ONLY
    return plans.BusinessCalendar(
        weekend=_weekend(inputs) if inputs.has("weekend") else usual.weekend,
        holidays=_days(inputs, "holidays"),
        extra_workdays=_days(inputs, "extra_workdays"),
    )


def _days(inputs: Fields, name: str) -> frozenset[date]:
    return inputs.days(name) if inputs.has(name) else frozenset()


def _weekend(inputs: Fields) -> frozenset[int]:
    weekend = frozenset(inputs.wholes("weekend", 0, LAST_WEEKDAY))
    if len(weekend) > LAST_WEEKDAY:
        inputs.fail("weekend", "at least one weekday left for business")
    return weekend


def _count(inputs: Fields) -> int:
    return inputs.whole("n", 0, MOST_INSTALMENTS)


def _day_of_month(inputs: Fields, name: str) -> int | None:
    return inputs.whole_or_none(name, 1, LAST_DAY_OF_MONTH)


def _anchor_days(inputs: Fields) -> tuple[int, int] | None:
    if not inputs.has("anchor_days"):
        return None
    days = inputs.wholes("anchor_days", 1, LAST_DAY_OF_MONTH)
    if len(set(days)) != 2 or len(days) != 2:
        inputs.fail("anchor_days", "two different days of the month")
    return days[0], days[1]


def _instalments(inputs: Fields) -> tuple[plans.Due, ...]:
    rows = inputs.groups("instalments")
    if not rows:
        inputs.fail("instalments", "at least one instalment")
    return tuple(
        plans.Due(due_on=row.day("due"), amount_minor=row.whole("amount_minor")) for row in rows
    )


def _payments(inputs: Fields) -> list[plans.LedgerEntry]:
    return [
        plans.LedgerEntry(
            reference=row.text("ref"),
            paid_on=row.day("date"),
            amount_minor=row.whole("amount_minor", -MOST_MINOR),
        )
        for row in inputs.groups("payments")
    ]


def _iso(days: tuple[date, ...]) -> list[str]:
    return [day.isoformat() for day in days]
