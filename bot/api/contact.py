"""What other programs may wish of our contact: pause, resume, stop, and to see what would go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import UNSET
from sqlalchemy import Connection

from bot.api.access import Scope
from bot.api.accounts import WhichCreditor, find, shown
from bot.api.endpoints import Answer, Call, Endpoint
from bot.api.problems import Fault, invalid
from bot.api.shapes import AccountOut, MaySend, OptedOut, OptOutIn, PauseIn, ResumeIn
from bot.ledger import refreshed
from bot.onboarding import conversations_for
from bot.reminding import decided
from bot.rules import HISTORY
from bot.turn import take_turn
from flows import forecast
from flows.events import ContactStopped, RemindersPaused, RemindersResumed
from flows.forecast import Outcome, Step
from flows.model import Contact, Conversation
from storage import accounts, changes, contacts, conversations, people, stops, suppression
from storage.accounts import AccountRecord
from storage.people import ALL_CHANNELS, Noted

_TAG = "contact"
_PAUSE = "hold"
_VERDICTS = {Outcome.SENT: "send", Outcome.HELD: "held", Outcome.PERSON: "person"}


# --- Pause and resume -----------------------------------------------------------------------------


def pause(conn: Connection, call: Call) -> Answer:
    """No reminder about the account until an instant, or until it is resumed."""
    given: PauseIn = call.body
    if given.until is not None and given.until <= call.now:
        reason = f"expected an instant after {call.now.isoformat()}"
        raise invalid((Fault(pointer="/until", reason=reason, value=given.until.isoformat()),))
    record = _wanted(conn, call)
    if record.conversation_id is None:
        accounts.pause(conn, record.id, _PAUSE, until_at=given.until, at=call.now)
    else:
        event = RemindersPaused(
            by=call.actor, account_id=record.id, until_at=given.until, note=given.reason
        )
        take_turn(conn, record.conversation_id, event, call.planner.rules, call.now)
    return _changed(conn, call, "reminders_paused", given.reason)


def resume(conn: Connection, call: Call) -> Answer:
    """Reminders go on a whole interval from here, where nothing else holds them."""
    given: ResumeIn = call.body
    record = _wanted(conn, call)
    if record.conversation_id is None:
        accounts.pause(conn, record.id, "", until_at=None, at=call.now)
    else:
        event = RemindersResumed(by=call.actor, account_id=record.id, note=given.reason)
        take_turn(conn, record.conversation_id, event, call.planner.rules, call.now)
    return _changed(conn, call, "reminders_resumed", given.reason)


def _wanted(conn: Connection, call: Call) -> AccountRecord:
    return find(conn, call.path["account_id"], call.query.creditor)


def _changed(conn: Connection, call: Call, kind: str, reason: str) -> Answer:
    record = _wanted(conn, call)
    act = call.act(
        kind,
        account_id=record.id,
        conversation_id=record.conversation_id,
        reason=reason,
    )
    return Answer(body=shown(conn, call, [record])[0], acts=(act,))


# --- Stop -----------------------------------------------------------------------------------------


def opt_out(conn: Connection, call: Call) -> Answer:
    """Nothing more to this address: its conversations, its other accounts, and whoever comes later."""
    given: OptOutIn = call.body
    names = _channels(call, given.channel)
    stopped = changes.ids_at_address(conn, names, given.address)
    conversations.lock_many(conn, stopped)
    event = ContactStopped(by=call.actor, note=given.reason)
    for conversation_id in stopped:
        take_turn(conn, conversation_id, event, call.planner.rules, call.now)
    records = accounts.at_address(conn, given.channel, given.address)
    people.note_many(conn, [_noted(call, r) for r in records if r.conversation_id is None])
    # The list outlives persons: an account that comes later at this address begins stopped.
    suppression.add_many(conn, [(given.address, suppression.ALL)], at=call.now)
    act = call.act(
        "address_opted_out",
        reason=given.reason,
        conversation_id=stopped[0] if len(stopped) == 1 else None,
    )
    return Answer(body=OptedOut(accounts=len(records), conversations=len(stopped)), acts=(act,))


def _channels(call: Call, medium: str) -> Sequence[str]:
    """The configured channels of a medium, and the medium itself as a file names it."""
    return sorted({medium, *call.media.get(medium, ())})


def _noted(call: Call, record: AccountRecord) -> Noted:
    return Noted(
        channel=record.channel,
        value=record.address,
        person_id=record.person_id,
        at=call.now,
        is_bound=record.is_bound,
        is_closed=False,
        language=record.language,
        stopped=frozenset({ALL_CHANNELS}),
    )


# --- What would go --------------------------------------------------------------------------------


def may_send(conn: Connection, call: Call) -> Answer:
    """The next text about the account by ladder and gate; nothing is planned or sent."""
    record = find(conn, call.path["account_id"], call.query.creditor)
    state, history = _state(conn, call, record)
    is_stopped = _is_stopped(conn, call, record, state)
    why = _silent(record, state, call)
    if why or state is None:
        return Answer(body=_nothing(why, is_stopped))
    if state.id != record.conversation_id and record.pause:
        body = MaySend(
            verdict="held",
            at=record.paused_until_at,
            stage="",
            rules=(f"pause.{record.pause}",),
            is_sending_stopped=is_stopped,
        )
        return Answer(body=body)
    policy = call.planner.rules.policy_of(state)
    step = next(forecast.walk(state, policy, call.now, history), None)
    if step is None:
        return Answer(body=_nothing("ladder.ended", is_stopped))
    return Answer(body=_told(call, _Asked(state=state, history=history), step, is_stopped))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The talk as the gate would look at it."""

    state: Conversation
    history: tuple[Contact, ...]


def _state(
    conn: Connection, call: Call, record: AccountRecord
) -> tuple[Conversation | None, tuple[Contact, ...]]:
    """The talk as it stands, or as it would begin; None where no channel reaches the customer."""
    if record.conversation_id is not None:
        loaded = conversations.load_many(conn, (record.conversation_id,))
        state = loaded[record.conversation_id].state if loaded else None
        if state is not None:
            ledger = accounts.snapshot(conn, [case.id for case in state.cases])
            found = contacts.since_many(conn, (state.id,), call.now - HISTORY)
            on_it = replace(refreshed(state, ledger), focus=record.id)
            return on_it, found.get(state.id, ())
    made = conversations_for([record], call.planner.creditor, call.planner.channel_of)
    if not made:
        return None, ()
    names = {(name, record.address) for name in _channels(call, record.channel)}
    is_closed = bool(people.closed_among(conn, names))
    if is_closed or suppression.scopes_of(conn, [record.address]):
        return replace(made[0], opted_out=frozenset({ALL_CHANNELS})), ()
    return made[0], ()


def _silent(record: AccountRecord, state: Conversation | None, call: Call) -> str:
    """Why nothing goes at all; empty where the ladder is asked."""
    if record.status != "open" or record.outstanding.minor <= 0:
        return "nothing.owed"
    if state is None:
        return "no_channel"
    if state.opted_out or state.is_address_closed:
        return "opted_out"
    return ""


def _nothing(rule: str, is_stopped: bool) -> MaySend:
    return MaySend(
        verdict="nothing", at=None, stage="", rules=(rule,), is_sending_stopped=is_stopped
    )


def _told(call: Call, asked: _Asked, step: Step, is_stopped: bool) -> MaySend:
    is_sent = step.outcome is Outcome.SENT
    planned = decided(call.planner, asked.state, max(step.at, call.now), asked.history)
    return MaySend(
        verdict=_VERDICTS[step.outcome],  # type: ignore[arg-type] # One of its words.
        at=step.at,
        stage=step.name if is_sent else "",
        rules=() if is_sent else (step.name,),
        is_sending_stopped=is_stopped,
        text=planned.text if is_sent and call.sees_people else UNSET,
    )


def _is_stopped(
    conn: Connection, call: Call, record: AccountRecord, state: Conversation | None
) -> bool:
    """Whether an order of `duetalk stop` covers it now."""
    channel = state.channel if state else call.planner.channel_of.get(record.channel)
    names = {record.creditor_id, record.creditor_name, call.settings.creditor.name}
    return any(
        order.scope.channel in (None, channel)
        and (order.scope.creditor is None or order.scope.creditor in names)
        for order in stops.standing(conn)
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/accounts/{account_id}/pause",
        name="pauseReminders",
        summary="Send no reminder about an account",
        about="Until an instant, or until resumed; the last word counts. Answers still go.",
        scope=Scope.CONTACT_WRITE,
        carry=pause,
        query=WhichCreditor,
        body=PauseIn,
        answers={200: AccountOut},
        problems=(404,),
        tag=_TAG,
    ),
    Endpoint(
        method="POST",
        path="/v1/accounts/{account_id}/resume",
        name="resumeReminders",
        summary="Let reminders about an account go on",
        about="Lifts the creditor's own pause only; promises, disputes and stops hold as they did.",
        scope=Scope.CONTACT_WRITE,
        carry=resume,
        query=WhichCreditor,
        body=ResumeIn,
        answers={200: AccountOut},
        problems=(404,),
        tag=_TAG,
    ),
    Endpoint(
        method="GET",
        path="/v1/accounts/{account_id}/may-send",
        name="maySend",
        summary="What would go next about an account, and whether it may",
        about="Ladder and gate are asked as at a send; nothing is planned. The text needs `personal`.",
        scope=Scope.READ,
        carry=may_send,
        query=WhichCreditor,
        answers={200: MaySend},
        problems=(404,),
        tag=_TAG,
    ),
    Endpoint(
        method="POST",
        path="/v1/opt-outs",
        name="optOut",
        summary="Send nothing more to an address",
        about="Silent, final until the customer's own START, and kept for accounts that come later.",
        scope=Scope.CONTACT_WRITE,
        carry=opt_out,
        body=OptOutIn,
        answers={200: OptedOut},
        tag=_TAG,
    ),
)
