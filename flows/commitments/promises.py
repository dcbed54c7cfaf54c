"""A promise to pay: judged, read back where the bot supplied a part of it, recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flows import facts
from flows import terms as engine
from flows.actions import (
    Action,
    Cancel,
    CloseHandoffs,
    Recall,
    RecordPromise,
    Say,
    Schedule,
    Values,
)
from flows.commitments.proposals import ANSWERED_BY_COMMITMENT, REMINDERS, beside, withdrawn
from flows.model import Proposal, Turn
from flows.money import Money
from flows.records import (
    AppointmentKind,
    HandoffReason,
    Promise,
)
from flows.replacing import replace
from flows.slots import SlotName
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
    to_person,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAsk:
    """A promise the customer seems to make; `is_stated_whole`: day and sum are his own words.

    `in_parts`: sent in several transfers up to that day.
    """

    due_on: date
    amount: Money
    is_stated_whole: bool
    in_parts: bool = False


def make_promise(turn: Turn, asked: PromiseAsk) -> Answer:
    """Let the engine judge the promise, then record it, read it back, or say what is possible."""
    if turn.case.live_plan is not None:
        return _plan_stands(turn)
    standing = turn.case.open_promise
    if standing is not None and _is_same(standing, asked, turn.case.account.outstanding):
        return _kept(turn, standing)
    if standing is not None and _is_rest(turn, standing, asked):
        return _kept(turn, standing)
    return _judged(turn, asked)


_OF_REST = re.compile(
    r"\b(?:other|rest|remaining|remainder|balance|left)\b|剩|其[余餘]|[余餘]下|另外", re.IGNORECASE
)


def _is_rest(turn: Turn, standing: Promise, asked: PromiseAsk) -> bool:
    """ "And the other 200 on the 14th": the promise of the first part stands, the rest is told."""
    rest = turn.case.account.outstanding.minor - standing.amount.minor
    if rest <= 0 or asked.due_on <= standing.due_on:
        return False
    if asked.amount.minor == rest and rest != standing.amount.minor:
        # The sum that was left tells by itself what is meant.
        return True
    if not _OF_REST.search(turn.reading.text):
        return False
    return asked.amount.minor == rest or not facts.amounts(turn)


def _judged(turn: Turn, asked: PromiseAsk) -> Answer:
    verdict = engine.judge_promise(turn, asked.due_on, asked.amount)
    if verdict.decision == "no_more_promises":
        return _no_more_promises(turn)
    if verdict.decision == "in_past":
        return ask_other_day(_keeping(turn, asked), "promise_in_past", "in_past")
    if verdict.decision == "too_small":
        return _too_small(turn, asked)
    if verdict.decision == "too_far" and verdict.latest is not None:
        counter = replace(asked, due_on=verdict.latest, is_stated_whole=False)
        # His own sum is kept, so that another day of his own completes the promise.
        kept = _keeping(turn, asked)
        return propose_promise(kept, counter, key="promise_too_far", reason="too_far")
    money = replace(asked.amount, minor=verdict.amount_minor or 0)
    is_above = money.minor < asked.amount.minor
    asked = replace(asked, amount=money)
    if asked.is_stated_whole and not is_above:
        return record_promise(turn, _promise(turn, asked))
    usual = "promise_propose_parts" if asked.in_parts else "promise_propose"
    key = "promise_above_owed" if is_above else usual
    return propose_promise(turn, asked, key=key, reason="")


def _is_same(standing: Promise, asked: PromiseAsk, owed: Money) -> bool:
    """Whether the words only repeat the promise that stands."""
    return standing.due_on == asked.due_on and standing.amount.minor == min(
        asked.amount.minor, owed.minor
    )


def _kept(turn: Turn, standing: Promise) -> Answer:
    """ "Yes, the 15th" after it was noted: said again, recorded once."""
    return Answer(
        actions=(_promise_noted(turn, standing),),
        dialogue=settled(turn),
        reasons=because("promise.kept", "repeats the promise that stands"),
    )


def _plan_stands(turn: Turn) -> Answer:
    """There are never two commitments: a running plan stays, and may be paid off early."""
    words = say_as("pay_link", "plan_stands")
    return Answer(
        actions=(words,),
        dialogue=settled(turn),
        reasons=because("plan.stands", "a running plan is not doubled by a promise"),
    )


def _promise(turn: Turn, asked: PromiseAsk) -> Promise:
    standing = turn.case.open_promise
    is_correction = standing is not None and standing.made_on == turn.today
    amended = 0 if standing is None else standing.amended + (not is_correction)
    return Promise(
        id="",
        account_id=turn.case.id,
        amount=asked.amount,
        due_on=asked.due_on,
        made_on=turn.today,
        amended=amended,
        words=turn.reading.text,
    )


def record_promise(turn: Turn, promise: Promise) -> Answer:
    """Record it and read it back; a later yes changes nothing."""
    return Answer(
        actions=(*promise_records(turn, promise), _promise_noted(turn, promise)),
        dialogue=settled(turn),
        reasons=because("promise.recorded", "day and sum are the customer's own or accepted"),
    )


def _promise_noted(turn: Turn, promise: Promise) -> Say:
    """The read-back of a promise that stands."""
    rest = turn.case.account.outstanding - promise.amount - _being_paid(turn) - _claimed(turn)
    then = max(facts.days(turn), default=promise.due_on)
    key = "promise_confirmed"
    if rest.minor > 0:
        key = "promise_confirmed_then" if then > promise.due_on else "promise_confirmed_part"
    data: Values = (
        ("account_id", promise.account_id),
        ("promise_date", promise.due_on),
        ("amount_minor", promise.amount.minor),
        ("amounts", (promise.amount.minor,)),
        ("due_dates", (promise.due_on,)),
    )
    return say_as(
        "promise_confirmed",
        key,
        data=data,
        amount=promise.amount,
        day=promise.due_on,
        rest=rest,
        then=then,
    )


def _being_paid(turn: Turn) -> Money:
    """The part for which a way to pay was given a moment ago."""
    paying = turn.case.paying
    if paying is not None and paying.is_open:
        return paying.amount
    return replace(turn.case.account.outstanding, minor=0)


def _claimed(turn: Turn) -> Money:
    """The part that he says is paid, which is being looked for and asked for by nobody."""
    claim, none = turn.case.open_claim, replace(turn.case.account.outstanding, minor=0)
    if claim is None and Intent.ALREADY_PAID in turn.reading.intents:
        # Told in the same breath.
        return facts.amount(turn, Role.PAID) or none
    return none if claim is None or claim.amount is None else claim.amount


def promise_records(turn: Turn, promise: Promise) -> tuple[Action, ...]:
    """Everything that a recorded promise sets going: the pause, the notice, the look after grace."""
    grace = timedelta(days=turn.case.account.terms.ptp_grace_days or 0)
    # The minute the last day of grace is over: who broke his word is known within the hour.
    check_at = turn.local(promise.due_on + grace + timedelta(days=1), 0)
    actions: list[Action] = [
        # What waits to be sent was written before this agreement.
        Recall(),
        RecordPromise(promise=promise),
        hold("promise_open", turn, check_at),
        Cancel(kinds=REMINDERS, account_id=promise.account_id),
        CloseHandoffs(reasons=ANSWERED_BY_COMMITMENT),
        Schedule(
            kind=AppointmentKind.PROMISE_CHECK, due_at=check_at, account_id=promise.account_id
        ),
    ]
    notice_at = turn.local(promise.due_on, MORNING_HOUR)
    # A promise for today was read back a moment ago: that is the note of its day.
    if promise.due_on > turn.today:
        actions.append(
            Schedule(
                kind=AppointmentKind.PROMISE_NOTICE,
                due_at=notice_at,
                account_id=promise.account_id,
            )
        )
    return tuple(actions)


def propose_promise(turn: Turn, asked: PromiseAsk, *, key: str, reason: str) -> Answer:
    promise = _promise(turn, asked)
    proposal = Proposal(
        id=f"{turn.conversation.serial + 1}",
        account_id=turn.case.id,
        made_at=turn.now,
        expires_at=turn.now + PROPOSAL_LIFETIME,
        promise=promise,
    )
    data: Values = (
        ("account_id", promise.account_id),
        ("promise_date", promise.due_on),
        ("amount_minor", promise.amount.minor),
        ("amounts", (promise.amount.minor,)),
        ("due_dates", (promise.due_on,)),
    )
    if reason:
        data = (*data, ("reason", reason))
    ask = Ask(
        asked=Asked.CONFIRM,
        owner="promise",
        key=key,
        structure="proposal",
        values=(("amount", promise.amount), ("day", promise.due_on)),
        data=data,
    )
    dialogue = replace(settled(turn), proposals=(*beside(turn), proposal))
    rule = f"promise.{reason}" if reason else "promise.read_back"
    return replace(
        asking(turn, ask, *withdrawn(turn, proposal), dialogue=dialogue),
        reasons=because(rule, "the bot supplied the day or the sum, so a yes is needed"),
    )


def ask_other_day(turn: Turn, key: str, reason: str) -> Answer:
    ask = Ask(
        asked=Asked.DATE,
        owner="promise",
        key=key,
        structure="ask_date",
        data=(("reason", reason),),
    )
    return replace(asking(turn, ask, dialogue=settled(turn)), reasons=because(f"promise.{reason}"))


def _keeping(turn: Turn, asked: PromiseAsk) -> Turn:
    """The turn with a sum of his own kept, so that the other day completes the promise."""
    if not asked.is_stated_whole:
        return turn
    dialogue = turn.conversation.dialogue
    slots = dialogue.slots.put(SlotName.PART, asked.amount.minor, turn.now)
    kept = replace(dialogue, slots=slots)
    return replace(turn, conversation=replace(turn.conversation, dialogue=kept))


def _too_small(turn: Turn, asked: PromiseAsk) -> Answer:
    minimum = turn.case.account.terms.min_partial_minor or 0
    least = replace(turn.case.account.outstanding, minor=minimum)
    ask = Ask(
        asked=Asked.AMOUNT,
        owner="promise",
        key="promise_too_small",
        structure="refusal",
        values=(("minimum", least),),
        data=(("reason", "too_small"),),
    )
    # The day is kept, so that it is not asked for again.
    slots = turn.conversation.dialogue.slots.put(SlotName.PROMISE_DATE, asked.due_on, turn.now)
    # "Each month", said next, makes instalments of that sum.
    slots = slots.put(SlotName.AMOUNT, asked.amount.minor, turn.now)
    dialogue = replace(settled(turn), slots=slots)
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because("promise.too_small"))


def _no_more_promises(turn: Turn) -> Answer:
    return Answer(
        actions=(
            to_person(HandoffReason.BROKEN_PROMISE, turn, task="agree_with_customer"),
            say_as("handoff", "promise_no_more", data=(("reason", "no_more_promises"),)),
        ),
        dialogue=settled(turn),
        reasons=because("promise.no_more", "no third promise by the bot"),
    )
