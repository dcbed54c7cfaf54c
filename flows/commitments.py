"""From words to a commitment: proposals, the read-back, the explicit yes, and what it sets going.

The rule of this module: nothing binds that the customer did not say or accept, to the cent and day
(negotiation.md C.7, "Acceptance" and "No needless yes").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from flows import facts
from flows import terms as engine
from flows.actions import (
    Action,
    AgreePlan,
    Cancel,
    CloseHandoffs,
    GiveTime,
    Recall,
    RecordPromise,
    Say,
    Schedule,
    StartPaying,
    Values,
)
from flows.model import Dialogue, Proposal, Turn
from flows.money import Money
from flows.plans import NoticeKind, PlanPolicy, dues_of, next_pay_day, notices
from flows.records import (
    AccountId,
    AppointmentKind,
    Extension,
    HandoffReason,
    Paying,
    Plan,
    PlanTerms,
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
    say,
    say_as,
    settled,
    to_person,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Band, Role, Tag

# negotiation.md C.7, time-outs: a payment link lives for a day.
LINK_LIFETIME = timedelta(hours=24)

# Handoffs that a commitment of the customer answers (negotiation.md C.7, waiting for a person).
_ANSWERED_BY_COMMITMENT = (
    HandoffReason.REQUESTED,
    HandoffReason.CALLBACK,
    HandoffReason.DISCOUNT,
    HandoffReason.NEGOTIATION,
    HandoffReason.UNCLEAR,
    HandoffReason.HARDSHIP,
    HandoffReason.UNAFFORDABLE,
)
ANSWERED_BY_CLAIM = (HandoffReason.REQUESTED, HandoffReason.CALLBACK)
_REMINDERS = (
    AppointmentKind.REMINDER,
    AppointmentKind.QUESTION_NUDGE,
    AppointmentKind.PROPOSAL_EXPIRY,
    AppointmentKind.PAYING_CHECK,
    AppointmentKind.EXTENSION_END,
    AppointmentKind.FOLLOW_UP,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAsk:
    """A promise the customer seems to make; `is_stated_whole`: day and sum are his own words."""

    due_on: date
    amount: Money
    is_stated_whole: bool


def promise(turn: Turn, asked: PromiseAsk) -> Answer:
    """Let the engine judge the promise, then record it, read it back, or say what is possible."""
    if turn.case.live_plan is not None:
        return _plan_stands(turn)
    standing = turn.case.open_promise
    if standing is not None and _is_same(standing, asked, turn.case.account.outstanding):
        return _kept(turn, standing)
    return _judged(turn, asked)


def _judged(turn: Turn, asked: PromiseAsk) -> Answer:
    verdict = engine.judge_promise(turn, asked.due_on, asked.amount)
    if verdict.decision == "no_more_promises":
        return _no_more_promises(turn)
    if verdict.decision == "in_past":
        return _ask_other_day(_keeping(turn, asked), "promise_in_past", "in_past")
    if verdict.decision == "too_small":
        return _too_small(turn, asked)
    if verdict.decision == "too_far" and verdict.latest is not None:
        counter = replace(asked, due_on=verdict.latest, is_stated_whole=False)
        return _propose_promise(turn, counter, key="promise_too_far", reason="too_far")
    money = replace(asked.amount, minor=verdict.amount_minor or 0)
    is_above = money.minor < asked.amount.minor
    asked = replace(asked, amount=money)
    if asked.is_stated_whole and not is_above:
        return record_promise(turn, _promise(turn, asked))
    key = "promise_above_owed" if is_above else "promise_propose"
    return _propose_promise(turn, asked, key=key, reason="")


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
    rest = turn.case.account.outstanding - promise.amount - _being_paid(turn)
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
        Cancel(kinds=_REMINDERS, account_id=promise.account_id),
        CloseHandoffs(reasons=_ANSWERED_BY_COMMITMENT),
        Schedule(
            kind=AppointmentKind.PROMISE_CHECK, due_at=check_at, account_id=promise.account_id
        ),
    ]
    notice_at = turn.local(promise.due_on, MORNING_HOUR)
    if notice_at > turn.now:
        actions.append(
            Schedule(
                kind=AppointmentKind.PROMISE_NOTICE,
                due_at=notice_at,
                account_id=promise.account_id,
            )
        )
    return tuple(actions)


def _propose_promise(turn: Turn, asked: PromiseAsk, *, key: str, reason: str) -> Answer:
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
    dialogue = replace(settled(turn), proposals=(*_beside(turn), proposal))
    rule = f"promise.{reason}" if reason else "promise.read_back"
    return replace(
        asking(turn, ask, *_withdrawn(turn, proposal), dialogue=dialogue),
        reasons=because(rule, "the bot supplied the day or the sum, so a yes is needed"),
    )


def _ask_other_day(turn: Turn, key: str, reason: str) -> Answer:
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


# 一个月六百我拿不出来 repeats our figure to refuse it.
_REFUSING = (Tag.NEGATED, Tag.WILL_NOT, Tag.CANNOT, Tag.TOO_MUCH)


def is_yes(turn: Turn) -> bool:
    """Whether the words accept the one proposal that is open.

    Hedges, questions and thanks are no acceptance (negotiation.md C.7).
    """
    if facts.has(turn, Tag.HEDGE, Tag.CONDITIONAL, *_REFUSING):
        return False
    if _names_other_figures(turn) or _asks_about_figures(turn) or _asks_on(turn):
        return False
    if turn.reading.intent is Intent.AFFIRM:
        return turn.reading.band is not Band.CLARIFY
    return _names_one_proposal(turn) and bool(_YES.search(turn.reading.text))


def _names_other_figures(turn: Turn) -> bool:
    """A figure that no open proposal holds is a counter-offer, whatever else the words nod to."""
    live = turn.conversation.dialogue.proposals
    known = {figure for proposal in live for figure in _content(proposal)}
    return bool(live) and bool(_figures(turn) - known)


def _asks_about_figures(turn: Turn) -> bool:
    """那三百呢, "300 a month?": a figure put as a question, with no word that agrees in front."""
    is_asked = bool(turn.reading.entities) and facts.has(turn, Tag.ASKS)
    return is_asked and not _BEGINS_WITH_YES.match(turn.reading.text)


def _asks_on(turn: Turn) -> bool:
    """ "Ok, what's the max then" goes on asking; "yes, where do I pay" agrees first."""
    text = turn.reading.text
    return bool(_ASKS_WHAT.search(text)) and not _SAYS_YES.search(text)


_ASKS_WHAT = re.compile(
    r"\b(?:what'?s?|how(?:'s|s)?|why|which|who|is there|are there|can i|could i|do i)\b",
    re.IGNORECASE,
)
_SAYS_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|yea|ya|agreed?|deal|accept|confirm(?:ed)?|go ahead|do it|sounds good|perfect|works)\b",
    re.IGNORECASE,
)
_BEGINS_WITH_YES = re.compile(
    r"\W*(?:[嗯哦噢啊]+\W*)*(?:可以(?![吗嗎不])|好(?!不|像|几|多)|行(?!不|[吗嗎])|得(?!唔)|[对對](?!不)|[没沒冇](?:问题|問題)|同意"
    r"|(?:yes|yeah|yep|ok|okay|sure|fine|agreed?)\b)",
    re.IGNORECASE,
)
_YES = re.compile(
    r"可以|[办辦]|好|行|得|同意|\b(?:yes|ok(?:ay)?|fine|agreed?|works)\b", re.IGNORECASE
)


_PLAIN = (
    Intent.UNCLEAR,
    Intent.PAY_NOW,
    Intent.REQUEST_INSTALMENTS,
    Intent.PARTIAL_PAYMENT,
)


def _names_one_proposal(turn: Turn) -> bool:
    """Several proposals stand and these few words, without a question, are about one of them."""
    live = turn.conversation.dialogue.proposals
    plain = turn.reading.intent in _PLAIN
    if len(live) <= 1 or not plain or facts.has(turn, Tag.ASKS, Tag.CORRECTION):
        return False
    return turn.conversation.focus in {p.account_id for p in live}


def repeats(turn: Turn, proposals: tuple[Proposal, ...]) -> bool:
    """Whether every figure in the words is already part of the newest proposal."""
    if not proposals:
        return False
    newest = proposals[-1]
    said = _figures(turn)
    return bool(said) and said <= _content(newest)


def restates(turn: Turn, dialogue: Dialogue) -> bool:
    """Whether the words repeat the newest proposal as a statement, which accepts it."""
    if facts.has(turn, Tag.ASKS, Tag.HEDGE, Tag.CORRECTION, Tag.CONDITIONAL, *_REFUSING):
        return False
    if turn.reading.intent in (Intent.DENY, Intent.UNCLEAR) and len(turn.reading.entities) < 2:
        # A bare figure may be meant as a counter-offer as well as a nod.
        return False
    return repeats(turn, dialogue.proposals)


_AT_FIRST = (Role.DOWN_PAYMENT, Role.PART)


def _figures(turn: Turn) -> set[object]:
    # "50 a month" is not the down payment of 50, and so repeats no plan that has one.
    begun = {money.minor for money in facts.amounts(turn, _AT_FIRST)}
    found: set[object] = {m.minor for m in facts.amounts(turn) if m.minor not in begun}
    live = turn.conversation.dialogue.proposals
    has_down = any(p.plan is not None and p.plan.down is not None for p in live)
    found |= {("down", minor) if has_down else minor for minor in begun}
    found |= set(facts.days(turn))
    found |= {("day", day) for day in facts.pay_days(turn)}
    count = facts.count(turn)
    if count is not None:
        found.add(("count", count))
    return found


def _content(proposal: Proposal) -> set[object]:
    if proposal.promise is not None:
        due_on = proposal.promise.due_on
        return {proposal.promise.amount.minor, due_on, ("day", due_on.day)}
    if proposal.extension is not None:
        until = proposal.extension.until_on
        return {until, ("day", until.day)}
    if proposal.plan is None:
        return set()
    terms = proposal.plan
    # Of the days only the first counts: a later one that a holiday moved is nobody's wish.
    content: set[object] = {part.amount.minor for part in terms.instalments}
    if terms.down is not None:
        content.add(("down", terms.down.amount.minor))
    content |= {terms.parts[0].due_on, terms.first_due_on, ("day", terms.first_due_on.day)}
    return content | {("count", terms.count), terms.total.minor}


def accept(turn: Turn, dialogue: Dialogue) -> Answer:
    """Carry out what the yes accepts; an expired proposal is read back anew instead."""
    if not dialogue.proposals:
        return Answer(dialogue=settled(turn), reasons=because("accept.nothing_open"))
    newest = dialogue.proposals[-1]
    if newest.expires_at < turn.now:
        return _expired(turn, newest)
    live = tuple(p for p in dialogue.proposals if p.expires_at >= turn.now)
    chosen = _chosen(turn, live)
    if not chosen:
        return _which_proposal(turn, live)
    answers = [_carry_out(_at(turn, proposal), proposal) for proposal in chosen]
    actions = tuple(
        _about(action, proposal)
        for proposal, answer in zip(chosen, answers, strict=True)
        for action in answer.actions
    )
    rest = tuple(p for p in live if p not in chosen)
    done = Answer(actions=actions, dialogue=settled(turn), reasons=answers[-1].reasons)
    return done if not rest else _with_rest(turn, done, rest)


def _about(action: Action, proposal: Proposal) -> Action:
    if isinstance(action, Say):
        return replace(action, account_id=proposal.account_id)
    return action


def _chosen(turn: Turn, live: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """All of them when he says so, the one of the account he named, or the only one."""
    if len(live) == 1 or facts.has(turn, Tag.ALL_ACCOUNTS):
        return live
    named = turn.conversation.focus
    return tuple(p for p in live if p.account_id == named)


def _which_proposal(turn: Turn, live: tuple[Proposal, ...]) -> Answer:
    """A bare yes to several proposals side by side accepts none of them yet."""
    names = tuple(turn.conversation.case(p.account_id).account.product for p in live)
    ask = Ask(
        asked=Asked.CONFIRM,
        owner="instalments",
        key="ask_both",
        structure="clarify",
        values=(("accounts", names),),
    )
    dialogue = replace(turn.conversation.dialogue, proposals=live)
    return replace(asking(turn, ask, dialogue=dialogue), reasons=because("accept.which"))


def _with_rest(turn: Turn, done: Answer, rest: tuple[Proposal, ...]) -> Answer:
    """What stands beside the accepted proposal is still open, and asked about."""
    asked = _which_proposal(turn, rest)
    if len(rest) == 1 and rest[0].plan is not None:
        asked = propose_plan(_at(turn, rest[0]), rest[0].plan, is_amendment=rest[0].is_amendment)
        asked = replace(asked, actions=tuple(_about(a, rest[0]) for a in asked.actions))
    if len(rest) == 1 and rest[0].promise is not None:
        left = rest[0].promise
        again = PromiseAsk(due_on=left.due_on, amount=left.amount, is_stated_whole=False)
        asked = _propose_promise(_at(turn, rest[0]), again, key="promise_propose", reason="")
        asked = replace(asked, actions=tuple(_about(a, rest[0]) for a in asked.actions))
    left_ids = {p.account_id for p in rest}
    dialogue = asked.dialogue or turn.conversation.dialogue
    open_still = tuple(p for p in dialogue.proposals if p.account_id in left_ids)
    return replace(done.plus(*asked.actions), dialogue=replace(dialogue, proposals=open_still))


def take_up(turn: Turn) -> Answer:
    """Where we were before the questions lapsed, in one line, with today's figures."""
    dialogue = turn.conversation.dialogue
    again = _expired(turn, dialogue.proposals[-1])
    if turn.reading.intent is Intent.GREETING:
        again = replace(again, actions=(say("hello_again"), *again.actions))
    return replace(again, reasons=because("reentry.where_we_were", "lapsed, so asked anew"))


def _beside(turn: Turn) -> tuple[Proposal, ...]:
    """Live proposals on the customer's other accounts; they stand side by side."""
    return tuple(
        p
        for p in turn.conversation.dialogue.proposals
        if p.account_id != turn.case.id and p.expires_at >= turn.now
    )


def _at(turn: Turn, proposal: Proposal) -> Turn:
    return replace(turn, conversation=replace(turn.conversation, focus=proposal.account_id))


def _carry_out(turn: Turn, proposal: Proposal) -> Answer:
    if proposal.promise is not None:
        return record_promise(turn, proposal.promise)
    if proposal.plan is not None:
        return agree_plan(turn, proposal.plan, is_amendment=proposal.is_amendment)
    if proposal.extension is None:
        return Answer(reasons=because("accept.nothing_open"))
    return give_time(turn, proposal)


def give_time(turn: Turn, proposal: Proposal) -> Answer:
    """Grant the extension that was offered and accepted."""
    extension = proposal.extension
    if extension is None:
        return Answer()
    return Answer(
        actions=(
            *time_given(turn, extension),
            say_as("text", "extension_given", until=extension.until_on),
        ),
        dialogue=settled(turn),
        reasons=because("extension.accepted"),
    )


def time_given(turn: Turn, extension: Extension) -> tuple[Action, ...]:
    """Reminders wait until the day has passed."""
    end_at = turn.local(extension.until_on + timedelta(days=1), MORNING_HOUR)
    return (
        Recall(),
        GiveTime(extension=extension),
        hold("extension", turn, end_at),
        Cancel(kinds=(AppointmentKind.REMINDER,), account_id=turn.case.id),
        Schedule(kind=AppointmentKind.EXTENSION_END, due_at=end_at, account_id=turn.case.id),
    )


def next_bill(turn: Turn, settled_id: AccountId) -> tuple[Action, ...]:
    """With one bill settled the reminders go on with the next, unless one is planned already."""
    planned = {a.account_id for a in turn.conversation.agenda if a.kind is AppointmentKind.REMINDER}
    left = [
        case.id
        for case in turn.conversation.cases
        if case.id != settled_id and case.account.exists and case.account.outstanding.minor > 0
    ]
    if not left or planned.intersection(left):
        return ()
    at = turn.local(turn.today + timedelta(days=1), MORNING_HOUR)
    return (Schedule(kind=AppointmentKind.REMINDER, due_at=at, account_id=left[0]),)


def paying_records(turn: Turn, amount: Money) -> tuple[Action, ...]:
    """Note that a way to pay was shown: a short pause and one look afterwards."""
    until_at = turn.now + LINK_LIFETIME
    paying = Paying(account_id=turn.case.id, amount=amount, since_at=turn.now, until_at=until_at)
    return (
        StartPaying(account_id=turn.case.id, paying=paying),
        hold("paying", turn, until_at),
        Schedule(kind=AppointmentKind.PAYING_CHECK, due_at=until_at, account_id=turn.case.id),
    )


def _withdrawn(turn: Turn, new: Proposal) -> tuple[Action, ...]:
    """A change of goal withdraws the old proposal aloud (negotiation.md C.7, interruption)."""
    old = [
        p
        for p in turn.conversation.dialogue.proposals
        if p.account_id == new.account_id and p.expires_at >= turn.now
    ]
    if not old or (old[-1].plan is None) == (new.plan is None):
        return ()
    return (say("proposal_withdrawn"),)


def with_paying(turn: Turn, amount: Money) -> Turn:
    """The turn as if the way to pay this part had been shown, for what follows in one message."""
    until_at = turn.now + LINK_LIFETIME
    paying = Paying(account_id=turn.case.id, amount=amount, since_at=turn.now, until_at=until_at)
    cases = tuple(
        replace(c, paying=paying) if c.id == turn.case.id else c for c in turn.conversation.cases
    )
    return replace(turn, conversation=replace(turn.conversation, cases=cases))


def _expired(turn: Turn, proposal: Proposal) -> Answer:
    """A yes to an old proposal binds nothing: the same terms are computed and read back again."""
    if proposal.plan is not None:
        terms = engine.again(turn, proposal.plan)
        if terms is not None:
            return propose_plan(turn, terms, key="plan_propose_again")
    if proposal.promise is not None and proposal.promise.due_on >= turn.today:
        asked = PromiseAsk(
            due_on=proposal.promise.due_on, amount=proposal.promise.amount, is_stated_whole=False
        )
        return promise(turn, asked)
    return _ask_other_day(turn, "proposal_lapsed", "expired")


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
        values=(("terms", terms), ("total", terms.total)),
        data=(*plan_data(terms), *data),
    )
    dialogue = replace(
        turn.conversation.dialogue, proposals=(*_beside(turn), proposal), options=options
    )
    expiry = Schedule(
        kind=AppointmentKind.PROPOSAL_EXPIRY,
        due_at=proposal.expires_at,
        account_id=turn.case.id,
    )
    pause = hold("proposal", turn, proposal.expires_at)
    return replace(
        asking(turn, ask, *_withdrawn(turn, proposal), expiry, pause, dialogue=dialogue),
        reasons=because("plan.read_back", "a plan needs an explicit yes to the whole schedule"),
    )


def plan_data(terms: PlanTerms) -> Values:
    """The names and numbers that programs read behind a proposal or an agreed plan."""
    data: list[tuple[str, object]] = [
        ("account_id", terms.account_id),
        ("instalments", terms.count),
        ("instalment_minor", terms.regular.minor),
        ("first_due", terms.first_due_on),
        ("frequency", terms.frequency),
        ("total_minor", terms.total.minor),
        ("amounts", tuple(part.amount.minor for part in terms.instalments)),
        ("due_dates", tuple(part.due_on for part in terms.instalments)),
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
    words = say_as(
        "plan_confirmed",
        "plan_confirmed_bot",
        data=plan_data(terms),
        terms=terms,
        total=terms.total,
    )
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
            kinds=(*_REMINDERS, AppointmentKind.PROMISE_CHECK, AppointmentKind.PROMISE_NOTICE),
            account_id=plan.account_id,
        ),
        CloseHandoffs(reasons=_ANSWERED_BY_COMMITMENT),
    ]
    actions += plan_agenda(turn, plan)
    return tuple(actions)


def _notice_days(terms: PlanTerms, policy: PlanPolicy) -> dict[int | None, list[date]]:
    """The days of each part's own notices, before and on its day, by the number of the part."""
    days: dict[int | None, list[date]] = {}
    for notice in notices(dues_of(terms), terms.frequency, policy=policy):
        if notice.kind in (NoticeKind.BEFORE_DUE, NoticeKind.DUE_TODAY):
            days.setdefault(notice.instalment, []).append(notice.on)
    return days


def plan_agenda(turn: Turn, plan: Plan) -> list[Action]:
    """The notices of every instalment, and one look the day after the grace of each."""
    policy = turn.case.account.terms
    grace = timedelta(days=(policy.grace_days or 0) + 1)
    notice_days = _notice_days(plan.terms, policy)
    actions: list[Action] = []
    for number, part in enumerate(plan.terms.parts):
        for day in notice_days.get(number, ()):
            at = turn.local(day, MORNING_HOUR)
            if at > turn.now:
                actions.append(
                    Schedule(
                        kind=AppointmentKind.INSTALMENT_NOTICE,
                        due_at=at,
                        account_id=plan.account_id,
                        about=f"{number}:{part.due_on.isoformat()}:{day.isoformat()}",
                    )
                )
        actions.append(
            Schedule(
                kind=AppointmentKind.PLAN_CHECK,
                due_at=turn.local(part.due_on + grace, MORNING_HOUR),
                account_id=plan.account_id,
                about=f"{number}",
            )
        )
    return actions


def repeat_question(turn: Turn, dialogue: Dialogue) -> Answer:
    """Say the open question again, in the same words."""
    question = dialogue.question
    if question is None:
        return Answer(reasons=because("question.none"))
    words = Say(
        key=question.key,
        values=question.values,
        structure=question.structure,
        data=question.data,
        account_id=question.account_id,
    )
    return Answer(
        actions=(words,),
        dialogue=replace(dialogue, unclear=dialogue.unclear + 1),
        reasons=because("question.repeated", "no clear answer to the open question"),
    )


def next_day_of_month(today: date, day: int) -> date:
    """The next date with this day of the month, today included; a short month's last day counts."""
    return next_pay_day(today, day)
