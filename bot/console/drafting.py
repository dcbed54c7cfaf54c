"""What helps an agent write: approved wording filled with facts, and plans made by the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.console.acts import judge, note_act
from bot.console.data import Done, Impossible, Outcome, Refused
from bot.console.desk import Look
from bot.console.pages import GuardState, GuardVerdict, Phrase, PlanCard, PlanPart
from bot.ledger import refreshed
from bot.turn import holidays_of, take_turn
from flows import terms as engine
from flows.actions import AgreePlan, RecordPromise, SayText
from flows.decide import decide
from flows.events import AgentAgreed, AgentProposed, AgentSaid
from flows.model import Turn
from flows.money import Money
from flows.records import AccountId, ConversationId, PlanTerms, Promise
from flows.suggestions import Suggestion, suggested
from flows.understanding.values import Frequency
from storage import accounts, conversations

_NOT_YOURS = Impossible(reason=Phrase(key="guard.not_yours"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A wording with what the gate would say to it now."""

    suggestion: Suggestion
    verdict: GuardVerdict

    @property
    def is_open(self) -> bool:
        """Whether it may leave as it stands, now or later."""
        return self.verdict.state in (GuardState.OK, GuardState.LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked:
    """What an agent asks the engine for."""

    account_id: AccountId
    count: int | None = None
    amount: Money | None = None
    first_due_on: date | None = None
    frequency: Frequency = Frequency.MONTHLY


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPreview:
    """The engine's schedule, or why not and what it would take instead; the text that would go."""

    plan: PlanCard | None
    refusal: str = ""
    counter: PlanTerms | None = None
    text: str = ""
    verdict: GuardVerdict | None = None


def turn_of(conn: Connection, look: Look, conversation_id: str) -> Turn | None:
    """The talk as a turn of this agent would see it; None when there is none."""
    loaded = conversations.load_many(conn, (conversation_id,)).get(conversation_id)
    if loaded is None or loaded.state is None:
        return None
    ledger = accounts.snapshot(conn, [case.id for case in loaded.state.cases])
    state = refreshed(loaded.state, ledger)
    return Turn(
        conversation=state,
        event=AgentSaid(agent=look.agent.id, text=""),
        policy=look.rules.policy_of(state),
        now=look.now,
        sender=look.rules.sender_of(state),
        holidays=holidays_of(state, look.now),
    )


def templates(conn: Connection, look: Look, conversation_id: str) -> tuple[Offered, ...]:
    """The wordings that fit, those that may not leave last."""
    turn = turn_of(conn, look, conversation_id)
    if turn is None or not turn.conversation.cases:
        return ()
    offered = [
        Offered(suggestion=each, verdict=judge(conn, look, conversation_id, each.text))
        for each in suggested(turn)
    ]
    return tuple(sorted(offered, key=lambda each: not each.is_open))


def filled(conn: Connection, look: Look, conversation_id: str, key: str) -> str:
    """The text of one wording; empty when it does not fit this talk."""
    turn = turn_of(conn, look, conversation_id)
    if turn is None or not turn.conversation.cases:
        return ""
    return next((each.text for each in suggested(turn) if each.key == key), "")


# --- Plans --------------------------------------------------------------------------------------


def preview(
    conn: Connection, look: Look, conversation_id: str, asked: PlanAsked
) -> PlanPreview | None:
    """What the engine makes of it, and whether its text may leave; writes nothing."""
    turn = turn_of(conn, look, conversation_id)
    if turn is None:
        return None
    turn = replace(turn, conversation=replace(turn.conversation, focus=asked.account_id))
    if turn.case.open_dispute is not None:
        return PlanPreview(plan=None, refusal="disputed")
    wish = engine.Wish(
        count=asked.count,
        amount_minor=asked.amount.minor if asked.amount else None,
        frequency=asked.frequency,
        first_due=asked.first_due_on,
    )
    made = engine.plan(turn, wish)
    if isinstance(made, engine.Refusal):
        counter = engine.counter(turn, wish, made)
        return PlanPreview(plan=None, refusal=made.reason, counter=counter)
    text = _text(turn, look, asked)
    verdict = judge(conn, look, conversation_id, text)
    return PlanPreview(plan=_card(made), text=text, verdict=verdict)


def _text(turn: Turn, look: Look, asked: PlanAsked) -> str:
    """The words that would go, from the same decision that will send them."""
    decision = decide(replace(turn, event=_event(look, asked)))
    words = [action.text for action in decision.actions if isinstance(action, SayText)]
    return words[0] if words else ""


def propose(
    conn: Connection, look: Look, conversation_id: ConversationId, asked: PlanAsked
) -> Outcome:
    """Send the plan as a proposal and give the talk back, so that a yes is taken at once."""
    conversations.lock_many(conn, (conversation_id,))
    loaded = conversations.load_many(conn, (conversation_id,)).get(conversation_id)
    if loaded is None or loaded.holder != look.agent.id:
        return _NOT_YOURS
    shown = preview(conn, look, conversation_id, asked)
    if shown is None or shown.plan is None or shown.verdict is None:
        return Impossible(reason=Phrase(key="plan_form.refused"))
    if shown.verdict.state is not GuardState.OK:
        return Refused(verdict=shown.verdict)
    take_turn(conn, conversation_id, _event(look, asked), look.rules, look.now)
    note_act(conn, look, "plan_proposed", conversation_id)
    return Done(conversation=conversation_id)


def _event(look: Look, asked: PlanAsked) -> AgentProposed:
    return AgentProposed(
        agent=look.agent.id,
        account_id=asked.account_id,
        count=asked.count,
        amount=asked.amount,
        frequency=asked.frequency,
        first_due_on=asked.first_due_on,
    )


# --- What was agreed ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAsked:
    """What an agent reached with the customer: a promise of `amount` on `due_on`, or a plan."""

    account_id: AccountId
    is_plan: bool
    due_on: date | None = None
    amount: Money | None = None
    count: int | None = None
    frequency: Frequency = Frequency.MONTHLY
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPreview:
    """What would be recorded, or the terms' word against it; the confirmation and what the gate says."""

    promise: Promise | None = None
    plan: PlanCard | None = None
    refusal: str = ""
    text: str = ""
    verdict: GuardVerdict | None = None

    @property
    def is_told(self) -> bool:
        """Whether the customer gets it in writing, now or when the gate opens."""
        open_states = (GuardState.OK, GuardState.LATER)
        return self.verdict is not None and self.verdict.state in open_states


def preview_agreement(
    conn: Connection, look: Look, conversation_id: str, asked: AgreementAsked
) -> AgreementPreview | None:
    """What the same decision would record and say; writes nothing."""
    turn = turn_of(conn, look, conversation_id)
    if turn is None:
        return None
    decision = decide(replace(turn, event=_agreement(look, asked)))
    text = next((a.text for a in decision.actions if isinstance(a, SayText)), "")
    promise = next((a.promise for a in decision.actions if isinstance(a, RecordPromise)), None)
    plan = next((a.plan for a in decision.actions if isinstance(a, AgreePlan)), None)
    if promise is None and plan is None:
        rule = decision.reasons[0].rule if decision.reasons else ""
        return AgreementPreview(refusal=rule.removeprefix("agreed."))
    return AgreementPreview(
        promise=promise,
        plan=_card(plan.terms) if plan else None,
        text=text,
        verdict=judge(conn, look, conversation_id, text),
    )


def agree(
    conn: Connection, look: Look, conversation_id: ConversationId, asked: AgreementAsked
) -> Outcome:
    """Record it; the confirmation goes through the gate, and where it may not go nothing is sent."""
    conversations.lock_many(conn, (conversation_id,))
    loaded = conversations.load_many(conn, (conversation_id,)).get(conversation_id)
    if loaded is None or loaded.holder != look.agent.id:
        return _NOT_YOURS
    shown = preview_agreement(conn, look, conversation_id, asked)
    if shown is None or shown.refusal:
        return Impossible(reason=Phrase(key="agreed_form.refused"))
    event = replace(_agreement(look, asked), is_confirmed=shown.is_told)
    take_turn(conn, conversation_id, event, look.rules, look.now)
    note_act(conn, look, "agreement_recorded", conversation_id)
    return Done(conversation=conversation_id)


def _agreement(look: Look, asked: AgreementAsked) -> AgentAgreed:
    return AgentAgreed(
        agent=look.agent.id,
        account_id=asked.account_id,
        words=asked.words,
        due_on=asked.due_on,
        amount=asked.amount,
        count=asked.count,
        frequency=asked.frequency,
        is_plan=asked.is_plan,
    )


def _card(terms: PlanTerms) -> PlanCard:
    first = 0 if terms.down else 1
    parts = tuple(
        PlanPart(number=number, due_on=part.due_on, amount=part.amount)
        for number, part in enumerate(terms.parts, first)
    )
    return PlanCard(parts=parts, total=terms.total)
