"""What time brings: reminders, notices of promises and instalments, checks and time-outs.

An appointment says why and when; what is said is decided here, when it falls due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flows import ladder, ledger
from flows.actions import (
    Action,
    CloseClaim,
    GiveTime,
    LiftHold,
    Notify,
    Say,
    Schedule,
    SetPlanStatus,
    SettlePromise,
    StartPaying,
)
from flows.commitments.paying import next_bill
from flows.compose import text_of
from flows.days import working_days_after
from flows.events import TimeCame
from flows.ladder import Rung, Standing
from flows.model import ContactDirection, Dialogue, Turn
from flows.records import (
    ENDS_REMINDERS,
    Appointment,
    AppointmentKind,
    HandoffReason,
    PlanStatus,
    Priority,
    PromiseStatus,
)
from flows.replacing import replace
from flows.talk import MORNING_HOUR, Answer, Ask, because, hold, to_person
from flows.understanding.intents import Intent
from flows.understanding.values import Asked

NAME = "reminder"
ANSWERS: frozenset[Intent] = frozenset()
NEEDS_BOUND: frozenset[Intent] = frozenset()
EVENTS: tuple[type, ...] = (TimeCame,)


def step(turn: Turn) -> Answer:
    """Answer an appointment that fell due; one that was cancelled changes nothing."""
    appointment = _appointment(turn)
    if appointment is None:
        return Answer(reasons=because("agenda.cancelled", "no longer on the agenda"))
    answer = _KINDS[appointment.kind](turn, appointment)
    done = replace(
        turn.conversation, agenda=tuple(a for a in turn.conversation.agenda if a is not appointment)
    )
    return replace(answer, dialogue=answer.dialogue or done.dialogue)


def answer_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """This dialogue asks nothing."""
    return Answer()


def note(turn: Turn, intent: Intent) -> tuple[Action, ...]:
    """Nothing is said in passing by a clock."""
    return ()


def _appointment(turn: Turn) -> Appointment | None:
    if not isinstance(turn.event, TimeCame):
        return None
    wanted = turn.event.appointment_id
    return next((a for a in turn.conversation.agenda if a.id == wanted), None)


def _reminder(turn: Turn, appointment: Appointment) -> Answer:
    """The next rung of the ladder, decided now: paid, promised, disputed or held since?"""
    case = turn.case
    if case.account.outstanding.minor <= 0 or not case.account.exists:
        return Answer(
            actions=next_bill(turn, case.id),
            reasons=because("reminder.paid", "nothing is owed any more"),
        )
    held = ledger.hold_on(turn.conversation, case, turn.now)
    if held is not None:
        return Answer(
            actions=_come_back(turn, held.until_at.date() if held.until_at else None),
            reasons=because(f"hold.{held.name}", "reminders wait"),
        )
    if any(h.is_open and h.reason in ENDS_REMINDERS for h in turn.conversation.handoffs):
        return Answer(reasons=because("handoff.waiting", "a person decides how to go on"))
    return _climb(turn, appointment)


def _climb(turn: Turn, appointment: Appointment) -> Answer:
    standing = _standing(turn)
    step = ladder.step_for(turn.conversation, standing, turn.today, turn.policy.cadence)
    if appointment.about:
        step = Rung(stage=appointment.about)
    if not isinstance(step, Rung):
        return Answer(actions=_come_back(turn, step), reasons=because("ladder.not_yet"))
    if not turn.conversation.is_bound:
        return _neutral(turn)
    if step.is_notice:
        return _told(turn, _words(turn, step.stage, kind="notice"))
    wish = ladder.needs_person(turn.case.account, standing, turn.today)
    if wish:
        person = to_person(HandoffReason.BY_HAND, turn, task=f"ladder.{wish}", holds_bot=False)
        return Answer(actions=(person,), reasons=because(f"ladder.{wish}", "a person writes"))
    return _fresh(turn, step, standing)


def _fresh(turn: Turn, rung: Rung, standing: Standing) -> Answer:
    """The first wording of the stage that repeats nothing he got lately; none: it is skipped."""
    cadence = turn.policy.cadence
    since_at = turn.now - timedelta(days=cadence.content_repeat_days)
    earlier = [
        c.text
        for c in turn.history
        if c.text and c.direction is ContactDirection.OUT and c.asks_money and c.at > since_at
    ]
    rule = ""
    for key in ladder.wordings(rung.stage, is_upset=standing.is_upset):
        words = _words(turn, key)
        rule = ladder.is_repeated(text_of(turn, turn.conversation, words), earlier, cadence)
        if not rule:
            return _told(turn, words)
    return Answer(
        actions=_next_reminder(turn), reasons=because(rule, "every wording of it was used lately")
    )


def _told(turn: Turn, words: Say) -> Answer:
    return Answer(
        actions=(words, *_next_reminder(turn)),
        reasons=because(f"ladder.{words.key}", "the next step of the ladder"),
    )


def _standing(turn: Turn) -> Standing:
    return ladder.standing_of(turn.conversation, turn.case, turn.history, turn.today)


def _neutral(turn: Turn) -> Answer:
    """An address that is not bound gets the neutral first text, once."""
    if turn.case.reminders_sent > 0:
        return Answer(reasons=because("ladder.unbound", "no detail to an address not verified"))
    words = Say(key="verify", kind="reminder", account_id=turn.case.id)
    return Answer(
        actions=(words,),
        dialogue=_waiting_for_identity(turn),
        reasons=because("ladder.verify", "who is this, first"),
    )


def _waiting_for_identity(turn: Turn) -> Dialogue:
    """The neutral text asks for an item; where we hold none there is nothing to compare."""
    dialogue = turn.conversation.dialogue
    if not turn.conversation.person.secrets:
        return dialogue
    ask = Ask(asked=Asked.IDENTITY, owner="identity", key="verify_ask", structure="ask_identity")
    return ask.opened(dialogue, turn)


def _words(turn: Turn, stage: str, kind: str = "reminder") -> Say:
    account = turn.case.account
    overdue = (turn.today - account.due_on).days
    pay_by = turn.today + timedelta(days=turn.policy.payby.min_days)
    values = (
        ("amount", account.outstanding),
        ("due_date", account.due_on),
        ("days_overdue", overdue),
        ("pay_by", pay_by),
    )
    return Say(key=stage, kind=kind, values=values, account_id=account.id)


def _next_reminder(turn: Turn) -> tuple[Action, ...]:
    return _come_back(turn, ladder.next_day(_standing(turn), turn.today, turn.policy.cadence))


def _come_back(turn: Turn, day: date | None) -> tuple[Action, ...]:
    if day is None:
        return ()
    at = turn.local(max(day, turn.today + timedelta(days=1)), MORNING_HOUR)
    return (Schedule(kind=AppointmentKind.REMINDER, due_at=at, account_id=turn.case.id),)


def _promise_notice(turn: Turn, appointment: Appointment) -> Answer:
    promise = turn.case.open_promise
    if promise is None or ledger.is_promise_paid(turn.case, promise):
        return Answer(reasons=because("promise.notice_not_needed"))
    values = (
        ("promise_date", promise.due_on),
        ("promise_amount", promise.amount),
    )
    words = Say(key="promise_due", kind="notice", values=values, account_id=turn.case.id)
    return Answer(actions=(words,), reasons=because("promise.due_day"))


def _promise_check(turn: Turn, appointment: Appointment) -> Answer:
    """The day after grace: kept, partial or broken; the second broken one goes to a person."""
    promise = turn.case.open_promise
    if promise is None:
        return Answer(reasons=because("promise.settled"))
    status = ledger.promise_status(turn.case, promise, turn.today)
    settle = SettlePromise(promise_id=promise.id, status=status)
    lift = LiftHold(name="promise_open", account_id=turn.case.id)
    if status is PromiseStatus.KEPT:
        return Answer(actions=(settle, lift), reasons=because("promise.kept"))
    broken = sum(p.status is PromiseStatus.BROKEN for p in turn.case.promises) + 1
    if broken >= (turn.case.account.terms.ptp_max_broken or 2):
        person = to_person(
            HandoffReason.BROKEN_PROMISE, turn, priority=Priority.TODAY, task="call_about_promise"
        )
        return Answer(
            actions=(settle, lift, person, Notify(what="promise_broken")),
            reasons=because("promise.broken_twice", "the second broken promise needs a person"),
        )
    values = (
        ("promise_date", promise.due_on),
        ("promise_amount", promise.amount),
    )
    words = Say(key="broken_promise", kind="reminder", values=values, account_id=turn.case.id)
    return Answer(
        actions=(settle, lift, words, Notify(what="promise_broken"), *_next_reminder(turn)),
        reasons=because("promise.broken", "the day after grace; offers a plan"),
    )


def _instalment_notice(turn: Turn, appointment: Appointment) -> Answer:
    plan = turn.case.live_plan
    if plan is None:
        return Answer(reasons=because("plan.no_longer_live"))
    number, due_on = ledger.part_of(appointment.about)
    parts = plan.terms.parts
    if number >= len(parts) or parts[number].due_on != due_on:
        return Answer(reasons=because("plan.other_day", "the notice was of an earlier plan"))
    if ledger.is_part_paid(turn.case, plan, number):
        return Answer(reasons=because("plan.part_paid", "no notice for an instalment paid"))
    values = (
        # A first part before the instalments is one of the payments that are counted.
        ("inst_no", number + 1),
        ("inst_count", len(parts)),
        ("inst_amount", parts[number].amount),
        ("inst_date", due_on),
    )
    words = Say(key="instalment_due", kind="notice", values=values, account_id=turn.case.id)
    return Answer(actions=(words,), reasons=because("plan.instalment_notice"))


def _plan_check(turn: Turn, appointment: Appointment) -> Answer:
    """After the grace of an instalment: active, at risk, broken or done, by the engine's word."""
    plan = turn.case.live_plan
    if plan is None:
        return Answer(reasons=because("plan.no_longer_live"))
    status = ledger.plan_status(turn.case, plan, turn.today)
    if status is plan.status:
        return Answer(reasons=because(f"plan.{status}"))
    move = SetPlanStatus(plan_id=plan.id, status=status)
    if status is PlanStatus.BROKEN:
        return Answer(
            actions=(
                move,
                LiftHold(name="plan_active", account_id=turn.case.id),
                to_person(
                    HandoffReason.BROKEN_PLAN, turn, priority=Priority.TODAY, holds_bot=False
                ),
                Notify(what="plan_broken"),
                _plan_words(turn, "plan_broken", "reminder"),
                *_next_reminder(turn),
            ),
            reasons=because("plan.broken", "what stands and how to repair it within the cure days"),
        )
    if status is PlanStatus.AT_RISK:
        return Answer(
            actions=(move, _plan_words(turn, "plan_at_risk", "status")),
            reasons=because("plan.at_risk", "one notice after grace"),
        )
    return Answer(actions=(move,), reasons=because(f"plan.{status}"))


def _plan_words(turn: Turn, key: str, kind: str) -> Say:
    plan = turn.case.live_plan
    behind = ledger.overdue_on_plan(turn.case, plan, turn.today) if plan else None
    cure_on = turn.today + timedelta(days=turn.case.account.terms.cure_days or 0)
    values = (
        ("amount", behind or turn.case.account.outstanding),
        ("day", cure_on),
    )
    return Say(key=key, kind=kind, values=values, account_id=turn.case.id)


def _question_nudge(turn: Turn, appointment: Appointment) -> Answer:
    """One nudge a day after an unanswered question; then the account's state decides alone."""
    question = turn.conversation.dialogue.question
    if question is None or question.is_nudged:
        return Answer(reasons=because("question.answered"))
    if turn.now - question.asked_at < timedelta(hours=20):
        return Answer(reasons=because("question.newer"))
    if ledger.hold_on(turn.conversation, turn.case, turn.now, besides=("proposal", "unclear")):
        return Answer(reasons=because("question.held"))
    nudged = replace(turn.conversation.dialogue, question=replace(question, is_nudged=True))
    words = Say(
        key=question.key,
        values=question.values,
        kind="status",
        structure=question.structure,
        data=question.data,
        account_id=question.account_id,
    )
    return Answer(actions=(words,), dialogue=nudged, reasons=because("question.nudged_once"))


def _proposal_expiry(turn: Turn, appointment: Appointment) -> Answer:
    """Open questions lapse after three days; reminders may go on."""
    # What was proposed is kept: should he come back, one line says where we were.
    dialogue = replace(turn.conversation.dialogue, question=None, options=())
    return Answer(
        actions=(LiftHold(name="proposal", account_id=turn.case.id), *_resume(turn)),
        dialogue=dialogue,
        reasons=because("proposal.lapsed", "no answer within three days"),
    )


def _claim_check(turn: Turn, appointment: Appointment) -> Answer:
    """Nothing found within the working days: a person looks."""
    claim = turn.case.open_claim
    if claim is None:
        return Answer(reasons=because("claim.closed"))
    look_on = working_days_after(turn.today, 2, turn.holidays)
    return Answer(
        actions=(
            CloseClaim(claim_id=claim.id, status="not_found"),
            to_person(HandoffReason.CLAIM_NOT_FOUND, turn, task="find_payment", holds_bot=False),
            hold("claim", turn, turn.local(look_on, MORNING_HOUR)),
        ),
        reasons=because("claim.not_found", "three working days without a booked payment"),
    )


def _paying_check(turn: Turn, appointment: Appointment) -> Answer:
    """The link lapsed: asked once whether it worked."""
    paying = turn.case.paying
    if paying is None or not paying.is_open:
        return Answer(reasons=because("paying.done"))
    words = Say(key="paying_ask", kind="status", account_id=turn.case.id)
    dialogue = turn.conversation.dialogue
    if dialogue.question is not None:
        # One question at a time: this one stands for the nudge that would come beside it.
        dialogue = replace(dialogue, question=replace(dialogue.question, is_nudged=True))
    return Answer(
        actions=(
            StartPaying(account_id=turn.case.id, paying=replace(paying, is_open=False)),
            words,
            *_resume(turn),
        ),
        dialogue=dialogue,
        reasons=because("paying.ask_once", "no payment within a day of the link"),
    )


def _hold_end(turn: Turn, appointment: Appointment) -> Answer:
    return Answer(actions=_resume(turn), reasons=because("hold.ended"))


def _extension_end(turn: Turn, appointment: Appointment) -> Answer:
    """The time given is over: from here the account's state decides again."""
    extension = turn.case.extension
    if extension is None or not extension.is_open or extension.until_on >= turn.today:
        return Answer(reasons=because("extension.replaced"))
    over = GiveTime(extension=replace(extension, is_open=False))
    return Answer(actions=(over, *_resume(turn)), reasons=because("extension.over"))


def _follow_up(turn: Turn, appointment: Appointment) -> Answer:
    """The one question after a pause, unless he has long gone on with what he wanted."""
    case = turn.case
    went_on = (case.open_promise, case.live_plan, case.open_claim, turn.conversation.open_handoff)
    if any(thing is not None for thing in went_on):
        reasons = because("busy.went_on", "a deal or a person came of it; nothing is asked")
        return Answer(actions=_resume(turn), reasons=reasons)
    key = "follow_up" if turn.conversation.is_bound else "follow_up_unbound"
    words = Say(key=key, kind="status", account_id=turn.case.id)
    return Answer(actions=(words, *_resume(turn)), reasons=because("busy.follow_up", "one line"))


def _callback(turn: Turn, appointment: Appointment) -> Answer:
    return Answer(
        actions=(Notify(what="callback_due"),), reasons=because("callback.due", "a person calls")
    )


def _resume(turn: Turn) -> tuple[Action, ...]:
    """Reminders go on from the next step of the ladder, unless something else holds them."""
    if ledger.hold_on(
        turn.conversation, turn.case, turn.now, besides=("proposal", "paying", "busy")
    ):
        return ()
    return _next_reminder(turn)


_KINDS: dict[AppointmentKind, Callable[[Turn, Appointment], Answer]] = {
    AppointmentKind.REMINDER: _reminder,
    AppointmentKind.PROMISE_NOTICE: _promise_notice,
    AppointmentKind.PROMISE_CHECK: _promise_check,
    AppointmentKind.INSTALMENT_NOTICE: _instalment_notice,
    AppointmentKind.PLAN_CHECK: _plan_check,
    AppointmentKind.QUESTION_NUDGE: _question_nudge,
    AppointmentKind.PROPOSAL_EXPIRY: _proposal_expiry,
    AppointmentKind.CLAIM_CHECK: _claim_check,
    AppointmentKind.PAYING_CHECK: _paying_check,
    AppointmentKind.HOLD_END: _hold_end,
    AppointmentKind.EXTENSION_END: _extension_end,
    AppointmentKind.FOLLOW_UP: _follow_up,
    AppointmentKind.CALLBACK: _callback,
}
