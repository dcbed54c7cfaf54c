"""A repayment plan: read back whole, put in force by an explicit yes, watched by its notices."""

from __future__ import annotations

from datetime import timedelta

from flows.actions import (
    Action,
    AgreePlan,
    Cancel,
    CloseHandoffs,
    Recall,
    Schedule,
    Values,
)
from flows.commitments.proposals import ANSWERED_BY_COMMITMENT, REMINDERS, beside, withdrawn
from flows.model import Proposal, Turn
from flows.plans import days_told_before
from flows.records import (
    AppointmentKind,
    Plan,
    PlanTerms,
)
from flows.replacing import maker, replace
from flows.talk import (
    MORNING_HOUR,
    PROPOSAL_LIFETIME,
    Answer,
    Ask,
    asking,
    because,
    hold,
    say_as,
    settled,
)
from flows.understanding.values import Asked

_TWO = 2
# A plan makes a dozen and more.
_NOTICE, _CHECK = AppointmentKind.INSTALMENT_NOTICE, AppointmentKind.PLAN_CHECK
_make_schedule = maker(Schedule)


def propose_plan(
    turn: Turn,
    terms: PlanTerms,
    *,
    key: str = "plan_propose",
    data: Values = (),
    is_amendment: bool = False,
    options: tuple[PlanTerms, ...] = (),
) -> Answer:
    """Read the whole schedule back and wait for an explicit yes; older proposals are void."""
    values: Values = (("terms", terms), ("total", terms.total))
    if key == "plan_propose" and _is_of_two(terms):
        key = "plan_propose_two"
    if terms.is_told_whole:
        key, values = "plan_propose_parts", (*values, ("parts", terms.instalments))
    proposal = Proposal(
        id=f"{turn.conversation.serial + 1}",
        account_id=turn.case.id,
        made_at=turn.now,
        expires_at=turn.now + PROPOSAL_LIFETIME,
        plan=terms,
        is_amendment=is_amendment,
    )
    ask = Ask(
        asked=Asked.CONFIRM,
        owner="instalments",
        key=key,
        structure="proposal",
        values=values,
        data=(*plan_data(terms), *data),
    )
    dialogue = replace(
        turn.conversation.dialogue, proposals=(*beside(turn), proposal), options=options
    )
    expiry = Schedule(
        kind=AppointmentKind.PROPOSAL_EXPIRY,
        due_at=proposal.expires_at,
        account_id=turn.case.id,
    )
    pause = hold("proposal", turn, proposal.expires_at)
    return replace(
        asking(turn, ask, *withdrawn(turn, proposal), expiry, pause, dialogue=dialogue),
        reasons=because("plan.read_back", "a plan needs an explicit yes to the whole schedule"),
    )


def _is_of_two(terms: PlanTerms) -> bool:
    """Whether two payments on days of his own are all of it: no rhythm need be told."""
    return terms.count == _TWO and terms.down is None and not terms.shown_as_default_day


def plan_data(terms: PlanTerms) -> Values:
    """The names and numbers that programs read behind a proposal or an agreed plan."""
    data: list[tuple[str, object]] = [
        ("account_id", terms.account_id),
        ("instalments", terms.count),
        ("instalment_minor", terms.regular.minor),
        ("first_due", terms.first_due_on),
        ("frequency", terms.frequency),
        ("total_minor", terms.total.minor),
        ("amounts", tuple([part.amount.minor for part in terms.instalments])),
        ("due_dates", tuple([part.due_on for part in terms.instalments])),
    ]
    if terms.last != terms.regular:
        data.append(("last_minor", terms.last.minor))
    if terms.down is not None:
        data += [
            ("down_payment_minor", terms.down.amount.minor),
            ("down_payment_due", terms.down.due_on),
        ]
    return tuple(data)


def agree_plan(turn: Turn, terms: PlanTerms, *, is_amendment: bool = False) -> Answer:
    """Put the plan in force; from here only its own notices go out."""
    old = turn.case.live_plan
    plan = Plan(
        id="",
        account_id=turn.case.id,
        terms=terms,
        accepted_at=turn.now,
        words=turn.reading.text,
        version=old.version + 1 if old else 1,
        amendments=(old.amendments if old else 0) + is_amendment,
    )
    key = "plan_confirmed_two" if _is_of_two(terms) else "plan_confirmed_bot"
    told: dict[str, object] = {"terms": terms, "total": terms.total}
    if terms.is_told_whole:
        key, told = "plan_confirmed_parts", {**told, "parts": terms.instalments}
    words = say_as("plan_confirmed", key, data=plan_data(terms), **told)
    return Answer(
        actions=(*plan_records(turn, plan), words),
        dialogue=settled(turn),
        reasons=because("plan.accepted", "explicit yes to the newest proposal"),
    )


def plan_records(turn: Turn, plan: Plan) -> tuple[Action, ...]:
    """Everything an accepted plan sets going: no reminders, the notices, the daily look."""
    end_at = turn.local(plan.terms.parts[-1].due_on + timedelta(days=30), MORNING_HOUR)
    actions: list[Action] = [
        Recall(),
        AgreePlan(plan=plan),
        hold("plan_active", turn, end_at),
        Cancel(
            kinds=(
                *REMINDERS,
                *(AppointmentKind.PROMISE_CHECK, AppointmentKind.PROMISE_NOTICE),
                # Those of the plan that this one takes the place of.
                *(_NOTICE, _CHECK),
            ),
            account_id=plan.account_id,
        ),
        CloseHandoffs(reasons=ANSWERED_BY_COMMITMENT),
    ]
    actions += plan_agenda(turn, plan)
    return tuple(actions)


def plan_agenda(turn: Turn, plan: Plan) -> list[Action]:
    """The notices of every instalment, and one look the day after the grace of each."""
    policy = turn.case.account.terms
    grace = timedelta(days=(policy.grace_days or 0) + 1)
    actions: list[Action] = []
    for number, part in enumerate(plan.terms.parts):
        for day in days_told_before(part.due_on, plan.terms.frequency, policy):
            at = turn.local(day, MORNING_HOUR)
            if at > turn.now:
                actions.append(
                    _make_schedule(
                        kind=_NOTICE,
                        due_at=at,
                        account_id=plan.account_id,
                        about=f"{number}:{part.due_on.isoformat()}:{day.isoformat()}",
                    )
                )
        actions.append(
            _make_schedule(
                kind=_CHECK,
                due_at=turn.local(part.due_on + grace, MORNING_HOUR),
                account_id=plan.account_id,
                about=f"{number}",
            )
        )
    return actions
