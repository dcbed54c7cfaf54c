"""The bridge from a talk to the plan engine: a customer's wish in, exact terms or a refusal out.

The engine reckons in minor units and knows no conversation; here its answers become the terms of
one account. Nothing is decided here that the engine has not decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from flows import plans
from flows.days import months_after
from flows.model import Case, Turn
from flows.money import Money, make_money
from flows.plans import (
    Accepted,
    AmountOffer,
    CountOffer,
    Fallback,
    InterestOnPlan,
    LatestDownDue,
    LatestFirstDue,
    PlanPolicy,
    PlanSoFar,
    PromiseAnswer,
    PromiseHistory,
    Refused,
    RequiredDown,
    Terms,
    next_pay_day,
)
from flows.records import Instalment, PlanTerms, PromiseStatus
from flows.replacing import maker, quick, replace
from flows.understanding.values import Frequency

__all__ = ["PlanTerms", "Refusal", "Shown", "Wish"]

INTEREST_RUNS = "interest_accrues"
# An agreement in one payment is a promise.
_FEWEST = 2

# A turn may try a dozen plans, each with a dozen parts.
_make_instalment = maker(Instalment)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the customer asked for; None where he named nothing. Amounts in minor units."""

    count: int | None = None
    amount_minor: int | None = None
    down_minor: int | None = None
    down_due: date | None = None
    first_part_minor: int | None = None
    frequency: Frequency = Frequency.MONTHLY
    pay_day: int | None = None
    second_pay_day: int | None = None
    first_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the engine refused, with what it would accept instead."""

    reason: str
    counter_n: int | None = None
    counter_amount_minor: int | None = None
    latest_first_due: date | None = None
    required_down_minor: int | None = None
    latest_down_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Plans to show, shortest first, and the count that fits the customer best, if known."""

    plans: tuple[PlanTerms, ...]
    recommended: int | None = None
    is_unaffordable: bool = False


def needs_person(case: Case) -> bool:
    """Whether only a person may make a plan here: interest would run on (negotiation.md B.1)."""
    return case.account.terms.interest_on_plan is InterestOnPlan.ACCRUE


def limits(turn: Turn) -> PlanPolicy:
    """The creditor's limits, the longest plan no longer than the rules of the place allow.

    `plan.max_months` of compliance.md (c) counts from today to the last due date.
    """
    terms = turn.case.account.terms
    longest = (months_after(turn.today, turn.policy.plan.max_months) - turn.today).days
    given = terms.max_duration_days
    return terms if given is not None and given <= longest else _shortened(terms, longest)


# More than creditors have terms, each with the lengths of a year's months.
_LIMITS_KEPT = 256


@lru_cache(_LIMITS_KEPT)
def _shortened(terms: PlanPolicy, longest: int) -> PlanPolicy:
    """The terms with plans of so many days at most: made anew they are checked at length."""
    return replace(terms, max_duration_days=longest)


def plan(turn: Turn, wish: Wish) -> PlanTerms | Refusal:
    """What the engine makes of the wish on this account today."""
    case = turn.case
    if needs_person(case):
        return Refusal(reason=INTEREST_RUNS)
    result = _asked(case, _engine_terms(turn, wish), wish)
    if isinstance(result, Refused):
        return _refusal(result)
    terms = _plan_terms(case, result, wish.frequency, is_default=_has_no_day(wish))
    return terms if wish.first_part_minor is None else _in_order(case, terms, wish.first_part_minor)


def _in_order(case: Case, terms: PlanTerms, first_minor: int) -> PlanTerms | Refusal:
    """Two payments with the sums as he said them; each must be large enough by itself."""
    if terms.count != _FEWEST or terms.down is not None:
        return terms
    first = replace(terms.regular, minor=first_minor)
    sums = (first, terms.total - first)
    if min(money.minor for money in sums) < max(case.account.terms.min_instalment_minor or 0, 1):
        return Refusal(reason="below_min_instalment", counter_n=_FEWEST)
    parts = tuple(
        replace(part, amount=money) for part, money in zip(terms.instalments, sums, strict=True)
    )
    return replace(terms, instalments=parts)


# The shortest time between two payments of a rhythm, in days.
_GAPS = ((28, Frequency.MONTHLY), (14, Frequency.BIWEEKLY), (7, Frequency.WEEKLY))


def own_parts(turn: Turn, parts: tuple[tuple[date, Money], ...]) -> PlanTerms | Refusal:
    """A plan of the customer's own sums on his own days, where every limit of the creditor allows it.

    Its payments come no denser than a rhythm that is allowed here; the days stand as he said them.
    """
    case, policy = turn.case, limits(turn)
    if needs_person(case) or case.live_plan is not None or policy.down_payment_bp:
        return Refusal(reason=INTEREST_RUNS)
    gap = min((second - first).days for (first, _), (second, _) in pairwise(parts))
    rhythm = next((f for days, f in _GAPS if days <= gap and policy.allows(f)), None)
    fault = _fault_of_parts(policy, turn.today, parts)
    if rhythm is None or fault is not None:
        return Refusal(reason=fault or "frequency_not_allowed")
    instalments = tuple(_make_instalment(day, money) for day, money in parts)
    return PlanTerms(
        account_id=case.id, instalments=instalments, frequency=rhythm, is_told_whole=True
    )


def _fault_of_parts(
    policy: PlanPolicy, today: date, parts: tuple[tuple[date, Money], ...]
) -> str | None:
    """Which limit sums and days of his own are beyond, None where they keep them all."""
    delay, length, most = (
        policy.max_first_delay_days,
        policy.max_duration_days,
        policy.max_instalments,
    )
    if min(money.minor for _, money in parts) < max(policy.min_instalment_minor or 0, 1):
        return "below_min_instalment"
    if most is not None and len(parts) > most:
        return "too_many_instalments"
    if delay is not None and (parts[0][0] - today).days > delay:
        return "first_payment_too_late"
    is_too_long = length is not None and (parts[-1][0] - today).days > length
    return "too_long" if is_too_long else None


def _asked(case: Case, terms: Terms, wish: Wish) -> Accepted | Refused:
    total = open_total(case)
    live = case.live_plan
    if live is not None:
        return _amended(case, terms, wish)
    if wish.down_minor is not None:
        return _with_down(terms, total, wish)
    if wish.count is not None:
        return plans.by_count(terms, total, wish.count)
    return plans.by_amount(terms, total, wish.amount_minor or 0)


def open_total(case: Case) -> int:
    """What a new plan is made on: all that is outstanding, in minor units."""
    return case.account.outstanding.minor


def _amended(case: Case, terms: Terms, wish: Wish) -> Accepted | Refused:
    live = case.live_plan
    down = _down_to_come(case, terms.today)
    left = open_total(case) - (down.amount_minor if down is not None else 0)
    so_far = PlanSoFar(
        total_minor=left, paid_minor=0, amendments_used=live.amendments if live else 0
    )
    if wish.count is None:
        found = plans.replan_by_amount(terms, so_far, wish.amount_minor or 0)
    else:
        found = plans.replan(terms, so_far, wish.count)
    return found if isinstance(found, Refused) else replace(found, down=down)


def _down_to_come(case: Case, today: date) -> plans.Due | None:
    """The first part of the plan in force that is not due yet: it stands, whatever else moves."""
    down = case.live_plan.terms.down if case.live_plan is not None else None
    if case.live_plan is None or down is None or down.due_on < today:
        return None
    is_paid = open_total(case) < case.live_plan.terms.total.minor
    return None if is_paid else plans.Due(due_on=down.due_on, amount_minor=down.amount.minor)


def _with_down(terms: Terms, total: int, wish: Wish) -> Accepted | Refused:
    down, due = wish.down_minor or 0, wish.down_due
    if wish.count is not None:
        return plans.down_payment(terms, total, wish.count, down_minor=down, down_due=due)
    each = wish.amount_minor or 0
    return plans.down_payment_by_amount(terms, total, each, down_minor=down, down_due=due)


def _engine_terms(turn: Turn, wish: Wish) -> Terms:
    policy = limits(turn)
    anchors = None
    if wish.pay_day is not None and wish.second_pay_day is not None:
        low, high = sorted((wish.pay_day, wish.second_pay_day))
        anchors = (low, high)
    if _has_no_day(wish):
        base = plans.menu_terms(policy=policy, today=turn.today, frequency=wish.frequency)
        return replace(base, calendar=_calendar(turn))
    first_due = wish.first_due
    if anchors is not None and first_due is None:
        first_due = min(next_pay_day(turn.today, day) for day in anchors)
    return Terms(
        policy=policy,
        today=turn.today,
        frequency=wish.frequency,
        pay_day=wish.pay_day if first_due is None else None,
        first_due=first_due,
        anchor_day=wish.pay_day if first_due is not None and anchors is None else None,
        anchor_days=anchors,
        calendar=_calendar(turn),
    )


def _calendar(turn: Turn) -> plans.BusinessCalendar:
    return plans.BusinessCalendar(holidays=turn.holidays)


def _has_no_day(wish: Wish) -> bool:
    return wish.pay_day is None and wish.first_due is None


def _refusal(refused: Refused) -> Refusal:
    counter = refused.counter
    return Refusal(
        reason=str(refused.reason),
        counter_n=counter.counter_n if isinstance(counter, CountOffer) else None,
        counter_amount_minor=(
            counter.counter_amount_minor if isinstance(counter, AmountOffer) else None
        ),
        latest_first_due=(
            counter.latest_first_due if isinstance(counter, LatestFirstDue) else None
        ),
        required_down_minor=(
            counter.required_down_minor if isinstance(counter, RequiredDown) else None
        ),
        latest_down_due=counter.latest_down_due if isinstance(counter, LatestDownDue) else None,
    )


def _plan_terms(
    case: Case, accepted: Accepted, frequency: Frequency, *, is_default: bool
) -> PlanTerms:
    currency = case.account.outstanding.currency
    parts = tuple(
        [
            _make_instalment(day, make_money(minor, currency))
            for day, minor in zip(accepted.due_dates, accepted.amounts, strict=True)
        ]
    )
    down = None
    if accepted.down is not None:
        down = Instalment(
            due_on=accepted.down.due_on, amount=Money(accepted.down.amount_minor, currency)
        )
    return PlanTerms(
        account_id=case.id,
        instalments=parts,
        frequency=frequency,
        down=down,
        shown_as_default_day=is_default,
    )


def counter(turn: Turn, wish: Wish, refusal: Refusal) -> PlanTerms | None:
    """The plan the engine would accept instead, or None when there is none."""
    if refusal.required_down_minor is not None:
        wish = replace(wish, down_minor=refusal.required_down_minor)
    elif refusal.latest_down_due is not None:
        wish = replace(wish, down_due=refusal.latest_down_due)
    elif refusal.counter_n is not None:
        wish = replace(wish, count=refusal.counter_n, amount_minor=None, first_part_minor=None)
    elif refusal.counter_amount_minor is not None:
        wish = replace(wish, amount_minor=refusal.counter_amount_minor, count=None)
    elif refusal.reason == "frequency_not_allowed":
        wish = replace(wish, frequency=usual_rhythm(turn))
    else:
        return None
    result = plan(turn, wish)
    return result if isinstance(result, PlanTerms) else None


def usual_rhythm(turn: Turn) -> Frequency:
    """Monthly, where the creditor allows it, else the only rhythm that he has."""
    terms = turn.case.account.terms
    if terms.allows(Frequency.MONTHLY):
        return Frequency.MONTHLY
    allowed = [f for f in Frequency if terms.allows(f)]
    return allowed[0] if len(allowed) == 1 else Frequency.MONTHLY


def options(turn: Turn, *, wish: Wish, capacity_minor: int | None) -> Shown:
    """Two or three plans of the creditor's menu, inside every limit."""
    case = turn.case
    if needs_person(case):
        return Shown(plans=())
    listed = plans.options(
        open_total(case),
        policy=limits(turn),
        today=turn.today,
        frequency=wish.frequency,
        pay_day=wish.pay_day,
        capacity_minor=capacity_minor,
        calendar=_calendar(turn),
    )
    counts = tuple(option.n for option in listed.options)
    made: tuple[PlanTerms, ...] = ()
    if wish.first_due is not None:
        starting = replace(listed.terms, first_due=wish.first_due, anchor_day=wish.pay_day)
        made = _listed(case, starting, counts, is_default=False)
    return Shown(
        plans=made or _listed(case, listed.terms, counts, is_default=wish.pay_day is None),
        recommended=listed.recommended_n,
        is_unaffordable=listed.fallback is Fallback.UNAFFORDABLE_HUMAN,
    )


def _listed(
    case: Case, terms: Terms, counts: tuple[int, ...], *, is_default: bool
) -> tuple[PlanTerms, ...]:
    """Those of the counts that the engine accepts on these terms."""
    accepted = (plans.by_count(terms, open_total(case), n) for n in counts)
    return tuple(
        _plan_terms(case, one, terms.frequency, is_default=is_default)
        for one in accepted
        if isinstance(one, Accepted)
    )


def fitting(turn: Turn, *, wish: Wish, spare: Money, within: int) -> PlanTerms | None:
    """The shortest plan with no instalment above `within` (minor units), else None.

    Where that is out of reach, the longest plan that what is left each month still covers.
    """
    found = _plans_by_count(turn, wish)
    shortest = next((terms for terms in found if largest(terms) <= within), None)
    if shortest is not None:
        return shortest
    return found[-1] if found and largest(found[-1]) <= spare.minor else None


# A year has so many of them, and twelve months.
_A_YEAR = {Frequency.WEEKLY: 52, Frequency.BIWEEKLY: 26, Frequency.SEMIMONTHLY: 24}
_MONTHS_A_YEAR = 12


def once_a_month(turn: Turn, wish: Wish) -> PlanTerms | None:
    """As much money as he named for a shorter rhythm, paid monthly; None where that is no plan."""
    each, number = wish.amount_minor, _A_YEAR.get(wish.frequency)
    allows = turn.case.account.terms.allows(Frequency.MONTHLY)
    if each is None or number is None or not allows:
        return None
    if wish.count is not None or wish.second_pay_day is not None:
        return None
    unit = turn.case.account.terms.unit_minor or 1
    minor = each * number // _MONTHS_A_YEAR // unit * unit
    spare = replace(turn.case.account.outstanding, minor=minor)
    wish = replace(wish, amount_minor=None, frequency=Frequency.MONTHLY)
    return fitting(turn, wish=wish, spare=spare, within=minor)


def _plans_by_count(turn: Turn, wish: Wish) -> list[PlanTerms]:
    """Every plan the creditor allows on this day and rhythm, shortest first."""
    most = turn.case.account.terms.max_instalments or max(turn.case.account.terms.menu, default=0)
    wishes = (replace(wish, count=n, amount_minor=None) for n in range(_FEWEST, most + 1))
    found = (plan(turn, one) for one in wishes)
    return [terms for terms in found if isinstance(terms, PlanTerms)]


def largest(terms: PlanTerms) -> int:
    """The largest instalment of a plan, in minor units."""
    return max(part.amount.minor for part in terms.instalments)


def capacity_of(turn: Turn, spare: Money) -> int:
    """What a plan may take of the sum that is left each month, in minor units (B.7)."""
    policy = turn.case.account.terms
    stated = plans.Statement(income_minor=spare.minor)
    capacity = plans.capacity(
        stated, share_bp=policy.affordability_share_bp, unit_minor=policy.unit_minor
    )
    return capacity.monthly_minor


def one_step_longer(turn: Turn, refused: PlanTerms | None) -> PlanTerms | None:
    """The next longer plan after a refusal, or None when a person should take over."""
    case = turn.case
    if refused is None or needs_person(case):
        return None
    terms = _like(turn, refused)
    longer = plans.concede(
        terms,
        open_total(case),
        offered=(refused.count,),
        rounds=turn.conversation.dialogue.concessions,
    )
    if longer is None:
        return None
    return _plan_terms(case, longer, refused.frequency, is_default=refused.shown_as_default_day)


def _like(turn: Turn, terms: PlanTerms) -> Terms:
    return Terms(
        policy=limits(turn),
        today=turn.today,
        frequency=terms.frequency,
        first_due=max(terms.first_due_on, turn.today),
        anchor_days=_anchors(terms),
        calendar=_calendar(turn),
    )


def _anchors(terms: PlanTerms) -> tuple[int, int] | None:
    """The two days of the month of a plan that falls due twice a month."""
    if terms.frequency is not Frequency.SEMIMONTHLY or terms.count < 2:
        return None
    low, high = sorted(part.due_on.day for part in terms.instalments[:2])
    return low, high


def again(turn: Turn, old: PlanTerms) -> PlanTerms | None:
    """The same plan computed anew today, or None when it no longer fits."""
    if needs_person(turn.case):
        return None
    if old.is_told_whole and old.total.minor == open_total(turn.case):
        same = own_parts(turn, tuple((part.due_on, part.amount) for part in old.instalments))
        return same if isinstance(same, PlanTerms) and old.first_due_on >= turn.today else None
    accepted = plans.by_count(_like(turn, old), open_total(turn.case), old.count)
    if isinstance(accepted, Refused):
        return None
    new = _plan_terms(turn.case, accepted, old.frequency, is_default=old.shown_as_default_day)
    if old.total != new.total:
        return new
    kept = _in_order(turn.case, new, old.regular.minor)
    return kept if isinstance(kept, PlanTerms) else new


def judge_promise(turn: Turn, due_on: date, amount: Money) -> PromiseAnswer:
    """The engine's word on a promise: accept, amend, or why not."""
    case = turn.case
    standing = case.open_promise
    is_same_talk = standing is not None and standing.made_on == turn.today
    history = PromiseHistory(
        broken=sum(p.status is PromiseStatus.BROKEN for p in case.promises),
        is_open=standing is not None,
        # A correction in the same talk is no amendment (negotiation.md C.7).
        amended=0 if standing is None or is_same_talk else standing.amended,
    )
    return plans.promise(
        due_on,
        amount.minor,
        today=turn.today,
        outstanding_minor=case.account.outstanding.minor,
        policy=case.account.terms,
        history=history,
    )
