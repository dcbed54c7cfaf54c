"""What people at the desks settle: answers to complaints and disputes, duties that they did.

The record closes, what it held back goes on where nothing else holds it, and the figures follow.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flows import ledger, plans
from flows import terms as engine
from flows.actions import (
    Action,
    Cancel,
    ClearFlag,
    CloseClaim,
    CloseComplaint,
    CloseDispute,
    CloseHandoffs,
    CorrectAmount,
    HandBack,
    LiftHold,
    MarkDuty,
    Recall,
    Say,
    SayText,
    Schedule,
    SetPlanStatus,
)
from flows.commitments.plans import plan_agenda, plan_records, propose_plan
from flows.commitments.promises import promise_records
from flows.compose import text_of
from flows.duties import HARDSHIP_HOLD, DutyKind
from flows.events import (
    AgentAgreed,
    AgentProposed,
    ComplaintAnswered,
    DisputeAnswered,
    DutyDone,
    RemindersPaused,
    RemindersResumed,
)
from flows.fold import fold
from flows.model import Case, Dialogue, Flag, Turn
from flows.money import Money
from flows.records import (
    AppointmentKind,
    Dispute,
    HandoffReason,
    MadeBy,
    Outcome,
    Plan,
    PlanStatus,
    Priority,
    Promise,
)
from flows.replacing import replace
from flows.talk import MORNING_HOUR, Answer, because, hold, say, settled, to_person
from flows.understanding.intents import Intent

NAME = "desk"
ANSWERS: frozenset[Intent] = frozenset()
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = (
    DisputeAnswered,
    ComplaintAnswered,
    DutyDone,
    AgentProposed,
    AgentAgreed,
    RemindersPaused,
    RemindersResumed,
)

# The creditor's own wish that nothing is sent about an account.
PAUSED = "creditor"

FOUND, NOT_FOUND = "found", "not_found"
# After nothing was found a person looks again on the second working day (negotiation.md C.5).
_LOOK_AGAIN = timedelta(days=2)


def step(turn: Turn) -> Answer:
    """Carry out what a person settled; what is settled already changes nothing."""
    event = turn.event
    if isinstance(event, DisputeAnswered):
        return _dispute(turn, event)
    if isinstance(event, ComplaintAnswered):
        return _complaint(turn, event)
    if isinstance(event, DutyDone):
        return _done(turn, event)
    if isinstance(event, AgentProposed):
        return _proposed(turn, event)
    if isinstance(event, AgentAgreed):
        return _agreed(turn, event)
    if isinstance(event, RemindersPaused | RemindersResumed):
        return _paused(turn, event)
    raise TypeError(f"expected something that a person settled, got {type(event).__name__}")


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """This dialogue asks nothing."""
    return Answer()


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """Nothing is said in passing by a desk."""
    return ()


# --- Disputes -----------------------------------------------------------------------------------


def _dispute(turn: Turn, event: DisputeAnswered) -> Answer:
    found = _find(turn, event.dispute_id)
    if found is None:
        return Answer(reasons=because("dispute.not_open", "answered already, or not there"))
    case, dispute = found
    turn = replace(turn, conversation=replace(turn.conversation, focus=case.id))
    owed = _owed_after(case, dispute, event)
    closing: list[Action] = [
        CloseDispute(
            dispute_id=dispute.id,
            outcome=event.outcome,
            answer=event.answer,
            agent=event.agent,
        ),
        *_dispute_cases(turn, dispute),
    ]
    if sum(d.status == "open" for d in case.disputes) == 1:
        closing.append(LiftHold(name="dispute", account_id=case.id))
    if owed is not None:
        closing.append(CorrectAmount(account_id=case.id, outstanding=owed))
    closing += _thawed(turn, case, is_same=owed is None)
    return Answer(
        actions=(*closing, *_said(event), *_reminders_again(turn, closing)),
        reasons=because(f"dispute.{event.outcome}", "answered in writing by a person"),
    )


def _find(turn: Turn, dispute_id: str) -> tuple[Case, Dispute] | None:
    for case in turn.conversation.cases:
        for dispute in case.disputes:
            if dispute.id == dispute_id and dispute.status == "open":
                return case, dispute
    return None


def _owed_after(case: Case, dispute: Dispute, event: DisputeAnswered) -> Money | None:
    """What is owed from here; None when the figure stays."""
    owed = case.account.outstanding
    if event.outcome is Outcome.REJECTED:
        return None
    right = event.right
    if right is None and event.outcome is Outcome.UPHELD:
        right = _as_the_customer_said(owed, dispute)
    if right is None or right.currency != owed.currency or right == owed:
        return None
    return right if right.minor >= 0 else Money(0, owed.currency)


def _as_the_customer_said(owed: Money, dispute: Dispute) -> Money | None:
    if dispute.kind == "debt":
        return Money(0, owed.currency)
    if dispute.right is not None:
        return dispute.right
    if dispute.disputed is not None:
        return owed - dispute.disputed
    return None


def _dispute_cases(turn: Turn, answered: Dispute) -> list[Action]:
    """The case for a person closes with the last dispute of its kind."""
    others = any(
        dispute.kind == answered.kind and dispute.status == "open" and dispute.id != answered.id
        for case in turn.conversation.cases
        for dispute in case.disputes
    )
    if others:
        return []
    is_debt = answered.kind == "debt"
    reason = HandoffReason.DISPUTE_DEBT if is_debt else HandoffReason.DISPUTE_AMOUNT
    return [CloseHandoffs(reasons=(reason,))]


def _thawed(turn: Turn, case: Case, *, is_same: bool) -> list[Action]:
    """A plan frozen by the dispute runs on; over another amount it must be agreed anew."""
    frozen = next((p for p in case.plans if p.status is PlanStatus.FROZEN), None)
    if frozen is None:
        return []
    if is_same:
        go_on = SetPlanStatus(plan_id=frozen.id, status=PlanStatus.ACTIVE)
        return [go_on, *plan_agenda(turn, frozen)]
    ended = SetPlanStatus(plan_id=frozen.id, status=PlanStatus.CANCELLED)
    return [ended, LiftHold(name="plan_active", account_id=case.id)]


# --- Complaints ---------------------------------------------------------------------------------


def _complaint(turn: Turn, event: ComplaintAnswered) -> Answer:
    standing = [c for c in turn.conversation.complaints if c.status == "open"]
    if event.complaint_id not in {complaint.id for complaint in standing}:
        return Answer(reasons=because("complaint.not_open", "answered already, or not there"))
    closing: list[Action] = [
        CloseComplaint(
            complaint_id=event.complaint_id,
            outcome=event.outcome,
            answer=event.answer,
            agent=event.agent,
        )
    ]
    if len(standing) == 1:
        closing += [
            LiftHold(name="complaint"),
            ClearFlag(flag=Flag.COMPLAINT),
            CloseHandoffs(reasons=(HandoffReason.COMPLAINT,)),
        ]
    return Answer(
        actions=(*closing, *_said(event), *_reminders_again(turn, closing)),
        reasons=because(f"complaint.{event.outcome}", "final answer by a person"),
    )


def _said(event: DisputeAnswered | ComplaintAnswered) -> tuple[Action, ...]:
    """The answer as a message, where it is to be one; the gate judges it like any other."""
    return (SayText(text=event.answer, author=event.agent),) if event.is_sent else ()


# --- Duties -------------------------------------------------------------------------------------

_MARKED = frozenset(
    {
        DutyKind.COMPLAINT_ACK,
        DutyKind.HARASSMENT_REVIEW,
        DutyKind.DISPUTE_CREDITOR,
        DutyKind.VALIDATION_INFO,
        DutyKind.WRONG_PERSON_RECORD,
    }
)
# These close with the answer itself.
ANSWERED = frozenset({DutyKind.COMPLAINT_ANSWER, DutyKind.DISPUTE_ANSWER})
# What ends with the case for a person; holds for care, death and law last until their own end.
_ENDS: dict[DutyKind, tuple[Action, ...]] = {
    DutyKind.HARDSHIP: (LiftHold(name=HARDSHIP_HOLD), ClearFlag(flag=Flag.HARDSHIP)),
    DutyKind.CALLBACK: (LiftHold(name="callback"), ClearFlag(flag=Flag.CALLBACK)),
    DutyKind.PRIVACY: (LiftHold(name="privacy"), ClearFlag(flag=Flag.PRIVACY)),
    DutyKind.REQUESTED: (LiftHold(name="handoff"),),
    DutyKind.DISCOUNT: (LiftHold(name="discount"), ClearFlag(flag=Flag.DISCOUNT_REQUESTED)),
}


def _done(turn: Turn, event: DutyDone) -> Answer:
    name, _, record = event.duty_id.partition("/")
    known = set(DutyKind)
    if name not in known or DutyKind(name) in ANSWERED:
        return Answer(reasons=because("duty.needs_answer", "closed by its own answer only"))
    kind = DutyKind(name)
    closing = _closing(turn, kind, record, event)
    if not closing:
        return Answer(reasons=because("duty.not_open", "done already, or not there"))
    return Answer(
        actions=(*closing, *_reminders_again(turn, closing)),
        reasons=because("duty.done", "done by a person"),
    )


def _closing(turn: Turn, kind: DutyKind, record: str, event: DutyDone) -> list[Action]:
    if kind in _MARKED:
        is_new = event.duty_id not in turn.conversation.done_duties
        return [MarkDuty(duty_id=event.duty_id)] if is_new else []
    if kind is DutyKind.CLAIM_CHECK:
        return _claim(turn, record, event.finding)
    open_ones = [h for h in turn.conversation.handoffs if h.is_open and h.id == record]
    if not open_ones and kind is DutyKind.HARDSHIP:
        is_held = any(held.name == HARDSHIP_HOLD for held in turn.conversation.holds)
        return list(_ENDS[kind]) if is_held else []
    if not open_ones:
        return []
    return [CloseHandoffs(reasons=(open_ones[0].reason,)), *_ENDS.get(kind, ())]


def _claim(turn: Turn, claim_id: str, finding: str) -> list[Action]:
    """Found: the ledger will book it, reminders rest as they do. Not found: a person asks."""
    for case in turn.conversation.cases:
        if any(claim.id == claim_id and claim.status == "open" for claim in case.claims):
            break
    else:
        return []
    if finding != NOT_FOUND:
        return [CloseClaim(claim_id=claim_id, status=FOUND)]
    turn = replace(turn, conversation=replace(turn.conversation, focus=case.id))
    return [
        CloseClaim(claim_id=claim_id, status=NOT_FOUND),
        to_person(
            HandoffReason.CLAIM_NOT_FOUND,
            turn,
            priority=Priority.NORMAL,
            task="find_payment",
            holds_bot=False,
        ),
        hold("claim", turn, turn.now + _LOOK_AGAIN),
    ]


# --- Plans --------------------------------------------------------------------------------------


def wish_of(event: AgentProposed) -> engine.Wish:
    """What the person asked the engine for."""
    return engine.Wish(
        count=event.count,
        amount_minor=event.amount.minor if event.amount else None,
        frequency=event.frequency,
        first_due=event.first_due_on,
    )


def _proposed(turn: Turn, event: AgentProposed) -> Answer:
    """The engine's schedule in a person's message; his yes is taken like one to the bot's."""
    turn = replace(turn, conversation=replace(turn.conversation, focus=event.account_id))
    if turn.case.open_dispute is not None:
        return Answer(reasons=because("plan.disputed", "nothing is agreed while it is checked"))
    terms = engine.plan(turn, wish_of(event))
    if isinstance(terms, engine.Refusal):
        return Answer(reasons=because("plan.outside_limits", terms.reason))
    read_back = propose_plan(turn, terms)
    words = [action for action in read_back.actions if isinstance(action, Say)]
    rest = [action for action in read_back.actions if not isinstance(action, Say)]
    text = " ".join(text_of(turn, turn.conversation, each) for each in words)
    back = (HandBack(note="plan_proposed"),) if event.hands_back else ()
    return replace(
        read_back,
        actions=(SayText(text=text, author=event.agent), *rest, *back),
        reasons=because("plan.proposed_by_person", "the engine's schedule, sent by a person"),
    )


# --- What a person agreed ------------------------------------------------------------------------


def _agreed(turn: Turn, event: AgentAgreed) -> Answer:
    """Recorded as reached by a person, inside the creditor's terms, and confirmed in writing."""
    turn = replace(turn, conversation=replace(turn.conversation, focus=event.account_id))
    if turn.case.open_dispute is not None:
        return Answer(reasons=because("agreed.disputed", "nothing is agreed while it is checked"))
    made = _plan_agreed(turn, event) if event.is_plan else _promise_agreed(turn, event)
    if isinstance(made, str):
        return Answer(reasons=because(f"agreed.{made}", "outside the creditor's terms"))
    records, words = made
    after = fold(turn.conversation, records, turn.now)
    told = (SayText(text=text_of(turn, after, words), author=event.agent),)
    return Answer(
        actions=(*records, *(told if event.is_confirmed else ())),
        dialogue=settled(turn),
        reasons=because("agreed.by_person", "a person reached it with the customer"),
    )


def _promise_agreed(turn: Turn, event: AgentAgreed) -> tuple[tuple[Action, ...], Say] | str:
    """What records a promise and reads it back, or the engine's word against it."""
    case = turn.case
    if event.due_on is None or event.amount is None:
        return "incomplete"
    if case.live_plan is not None:
        return "plan_stands"
    # How often a promise may be broken before it goes to a person binds the bot, not the person.
    verdict = plans.promise(
        event.due_on,
        event.amount.minor,
        today=turn.today,
        outstanding_minor=case.account.outstanding.minor,
        policy=case.account.terms,
        history=plans.PromiseHistory(is_open=case.open_promise is not None),
    )
    if verdict.amount_minor is None:
        return str(verdict.decision)
    standing = case.open_promise
    promise = Promise(
        id="",
        account_id=case.id,
        amount=replace(event.amount, minor=verdict.amount_minor),
        due_on=event.due_on,
        made_on=turn.today,
        amended=standing.amended + 1 if standing else 0,
        made_by=MadeBy.AGENT,
        words=event.words,
    )
    rest = case.account.outstanding - promise.amount
    key = "promise_confirmed_part" if rest.minor > 0 else "promise_confirmed"
    words = say(key, amount=promise.amount, day=promise.due_on, rest=rest, then=promise.due_on)
    return promise_records(turn, promise), words


def _plan_agreed(turn: Turn, event: AgentAgreed) -> tuple[tuple[Action, ...], Say] | str:
    """What puts a plan in force and reads it back, or the engine's word against it."""
    wish = engine.Wish(
        count=event.count,
        amount_minor=event.amount.minor if event.amount else None,
        frequency=event.frequency,
        first_due=event.due_on,
    )
    terms = engine.plan(turn, wish)
    if isinstance(terms, engine.Refusal):
        return str(terms.reason)
    old = turn.case.live_plan
    plan = Plan(
        id="",
        account_id=turn.case.id,
        terms=terms,
        accepted_at=turn.now,
        words=event.words,
        version=old.version + 1 if old else 1,
        amendments=old.amendments + 1 if old else 0,
        made_by=MadeBy.AGENT,
    )
    words = say("plan_confirmed_bot", terms=terms, total=terms.total)
    return plan_records(turn, plan), words


# --- The creditor's pause -----------------------------------------------------------------------


def _paused(turn: Turn, event: RemindersPaused | RemindersResumed) -> Answer:
    """The last word counts: a shorter pause replaces a longer one."""
    turn = replace(turn, conversation=replace(turn.conversation, focus=event.account_id))
    lift = LiftHold(name=PAUSED, account_id=turn.case.id)
    end = Cancel(kinds=(AppointmentKind.HOLD_END,), account_id=turn.case.id)
    if isinstance(event, RemindersPaused):
        actions: list[Action] = [lift, end, Recall(), hold(PAUSED, turn, event.until_at)]
        if event.until_at is not None:
            again = Schedule(
                kind=AppointmentKind.HOLD_END, due_at=event.until_at, account_id=turn.case.id
            )
            actions.append(again)
        return Answer(actions=tuple(actions), reasons=because("hold.creditor", "as he wishes"))
    if not any(h.name == PAUSED and h.account_id == turn.case.id for h in turn.conversation.holds):
        return Answer(reasons=because("hold.none", "nothing was paused"))
    actions = [lift, end]
    return Answer(
        actions=(*actions, *_reminders_again(turn, actions)),
        reasons=because("hold.lifted", "the creditor lets reminders go on"),
    )


# --- What goes on -------------------------------------------------------------------------------

_WITHOUT_REMINDER: tuple[Callable[[Case], object], ...] = (
    lambda case: case.account.outstanding.minor <= 0,
    lambda case: case.live_plan,
    lambda case: case.open_promise,
    lambda case: case.open_dispute,
    lambda case: case.open_claim,
    lambda case: case.extension is not None and case.extension.is_open,
)


def _reminders_again(turn: Turn, closing: list[Action]) -> list[Action]:
    """Reminders that a hold took off the agenda, a whole interval from here.

    compliance.md (g): when a person ends a hold, the next is not before the least interval.
    """
    lifted = {action.name for action in closing if isinstance(action, LiftHold)}
    if not lifted:
        return []
    after = fold(turn.conversation, closing, turn.now)
    if after.opted_out or after.is_address_closed:
        return []
    waiting = {a.account_id for a in after.agenda if a.kind is AppointmentKind.REMINDER}
    day = turn.today + timedelta(days=turn.policy.cadence.interval_min_days)
    return [
        Schedule(
            kind=AppointmentKind.REMINDER,
            due_at=turn.local(day, MORNING_HOUR),
            account_id=case.id,
        )
        for case in after.cases
        if case.id not in waiting
        and not any(rests(case) for rests in _WITHOUT_REMINDER)
        and ledger.hold_on(after, case, turn.now) is None
    ]
