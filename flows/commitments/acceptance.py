"""What a yes sets going: the proposal it means, and what stands beside it."""

from __future__ import annotations

import re
from datetime import timedelta

from flows import facts
from flows import terms as engine
from flows.actions import (
    Action,
    Cancel,
    GiveTime,
    Recall,
    Say,
    Schedule,
)
from flows.commitments.plans import agree_plan, propose_plan
from flows.commitments.promises import (
    PromiseAsk,
    ask_other_day,
    make_promise,
    propose_promise,
    record_promise,
)
from flows.commitments.proposals import focused_on
from flows.model import Dialogue, Proposal, Turn
from flows.records import (
    AppointmentKind,
    Extension,
)
from flows.replacing import replace
from flows.talk import (
    MORNING_HOUR,
    Answer,
    Ask,
    asking,
    because,
    hold,
    say,
    say_as,
    settled,
)
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Tag


def accept(turn: Turn, dialogue: Dialogue) -> Answer:
    """Carry out what the yes accepts; an expired proposal is read back anew instead."""
    if not dialogue.proposals:
        return Answer(dialogue=settled(turn), reasons=because("accept.nothing_open"))
    newest = dialogue.proposals[-1]
    if not _is_live(turn, newest):
        return _expired(turn, newest)
    live = tuple(p for p in dialogue.proposals if _is_live(turn, p))
    chosen = _chosen(turn, live)
    if not chosen:
        return _which_proposal(turn, live)
    answers = [_carry_out(focused_on(turn, proposal), proposal) for proposal in chosen]
    actions = tuple(
        [
            _about(action, proposal) if isinstance(action, Say) else action
            for proposal, answer in zip(chosen, answers, strict=True)
            for action in answer.actions
        ]
    )
    rest = tuple(p for p in live if p not in chosen)
    done = Answer(actions=actions, dialogue=settled(turn), reasons=answers[-1].reasons)
    return done if not rest else _with_rest(turn, done, rest)


def _is_live(turn: Turn, proposal: Proposal) -> bool:
    """Open still, and its first day not behind us: no yes makes a commitment for yesterday."""
    if proposal.expires_at < turn.now:
        return False
    if proposal.plan is not None:
        return proposal.plan.first_due_on >= turn.today
    return proposal.promise is None or proposal.promise.due_on >= turn.today


def _about(action: Action, proposal: Proposal) -> Action:
    if isinstance(action, Say):
        return replace(action, account_id=proposal.account_id)
    return action


_TO_ALL = re.compile(
    r"\b(?:to|with|for) (?:all|everything|each|them)\b|\ball (?:of them|yes)\b|\byes,? all\b",
    re.IGNORECASE,
)


def _chosen(turn: Turn, live: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """All of them when he says so, the one of the account he named, or the only one."""
    if len(live) == 1 or facts.has(turn, Tag.ALL_ACCOUNTS):
        return live
    if _TO_ALL.search(turn.reading.text):
        return live
    if all(p.promise is not None and p.made_at == live[0].made_at for p in live):
        # Promises for several accounts in one read-back are agreed to as one (C.7).
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
        asked = propose_plan(
            focused_on(turn, rest[0]), rest[0].plan, is_amendment=rest[0].is_amendment
        )
        asked = replace(asked, actions=tuple(_about(a, rest[0]) for a in asked.actions))
    if len(rest) == 1 and rest[0].promise is not None:
        left = rest[0].promise
        again = PromiseAsk(due_on=left.due_on, amount=left.amount, is_stated_whole=False)
        asked = propose_promise(focused_on(turn, rest[0]), again, key="promise_propose", reason="")
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
        return make_promise(turn, asked)
    return ask_other_day(turn, "proposal_lapsed", "expired")
