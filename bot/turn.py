"""One turn, or a batch of them: load, understand, decide, apply, in one transaction.

The only place that joins storage and flows. Sending follows the commit, from the rows written
here; if anything fails nothing of the batch is kept, and running it again is harmless.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot import VERSION
from bot.api.happenings import happened
from bot.failures import Failed
from bot.kept import TurnBody, packed
from bot.ledger import refreshed
from bot.reading import read_together, understood
from bot.rules import HISTORY, Rules
from bot.watching import signals_of, watch
from flows.actions import CloseAddress, CorrectAmount, OptOut
from flows.burst import never_waits
from flows.decide import decide
from flows.duties import duties_of
from flows.events import (
    AgentHandedBack,
    ComplaintAnswered,
    CustomerSaid,
    DeliveryFailed,
    DisputeAnswered,
    DutyDone,
    Event,
    TimeCame,
)
from flows.model import Contact, Conversation, Decision, Outgoing, Turn
from flows.policy.holiday_calendar import days_off_from
from flows.policy.model import Policy
from flows.records import AccountId
from flows.understanding.values import Understanding
from storage import (
    accounts,
    codec,
    contacts,
    conversations,
    hooks,
    jobs,
    messages,
    outgoing,
    people,
    projections,
    tasks,
    turns,
)
from storage.accounts import AccountRecord
from storage.campaigns import Signal
from storage.chains import Head, digest
from storage.conversations import Loaded, Save
from storage.jobs import NewJob
from storage.messages import LEFT_JSON, Handled, WaitingMessage
from storage.outgoing import NewMessage
from storage.projections import Step
from storage.statuses import Status
from storage.turns import TurnRecord

BATCH = 64
RETRY_AFTER = timedelta(seconds=2)
MOST_TRIES = 5
FAILURE = "delivery_failed"
# Answers leave before what we start ourselves.
_PRIORITY = {"safety": 0, "optout_confirmation": 1, "reply": 2, "agent": 2, "notice": 5}
_LAST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doer:
    """Which person settled something, with his note and what he found."""

    agent: str = ""
    note: str = ""
    finding: str = ""


@dataclass(slots=True, kw_only=True)
class _Work:
    """One conversation in hand: where it stands, and what the transaction will write."""

    loaded: Loaded
    state: Conversation
    state_json: str  # The stored text of the state, or empty while nobody needed it.
    history: tuple[Contact, ...]
    records: list[TurnRecord] = field(default_factory=list)
    queued: list[NewMessage] = field(default_factory=list)
    handled: list[Handled] = field(default_factory=list)
    finished_jobs: list[int] = field(default_factory=list)
    line: str | None = None
    intent: str | None = None
    is_heard: bool = False
    recalls: bool = False
    stops: bool = False
    decisions: list[Decision] = field(default_factory=list)
    policy: Policy | None = None
    doer: _Doer = _Doer()
    corrections: list[CorrectAmount] = field(default_factory=list)
    campaigns: Mapping[AccountId, str] = field(default_factory=dict)


def handle_waiting(conn: Connection, rules: Rules, now: datetime, limit: int = BATCH) -> int:
    """Handle up to `limit` conversations that have messages or due jobs; how many there were."""
    ids = conversations.waiting(conn, now=now, limit=limit)
    if ids:
        _handle(conn, ids, rules, now)
    return len(ids)


def handle_one(conn: Connection, conversation_id: str, rules: Rules, now: datetime) -> None:
    """Handle what waits in one conversation; for a batch that failed as a whole."""
    _handle(conn, conversations.lock_many(conn, (conversation_id,)), rules, now)


def put_off(conn: Connection, conversation_id: str, error: str, now: datetime) -> None:
    """After a failed turn: try again later, and after a few tries leave it for a person."""
    ids = (conversation_id,)
    said = messages.waiting_of(conn, ids).get(conversation_id, ())
    due = jobs.due_of(conn, ids, now=now).get(conversation_id, ())
    attempts = max([*(m.attempts for m in said), *(j.attempts for j in due)], default=0)
    retry_at = now + RETRY_AFTER * 2**attempts
    messages.put_off(conn, [m.id for m in said], error=error, retry_at=retry_at, tries=MOST_TRIES)
    jobs.put_off(conn, [j.id for j in due], error=error, retry_at=retry_at, tries=MOST_TRIES)


def _handle(conn: Connection, ids: Sequence[str], rules: Rules, now: datetime) -> None:
    said = messages.waiting_of(conn, ids)
    due = jobs.due_of(conn, ids, now=now)
    facts = _facts(conn, ids, now)
    rules = _taught(conn, rules)
    works = []
    for loaded in facts.loaded.values():
        work = _work(loaded, facts)
        if work is None:
            _set_aside(conn, loaded, said.get(loaded.id, ()), due.get(loaded.id, ()), now)
            continue
        _hear(work, said.get(loaded.id, ()), rules, now)
        _come_due(work, due.get(loaded.id, ()), rules, now)
        works.append(work)
    _write(conn, works, now)


def _taught(conn: Connection, rules: Rules) -> Rules:
    """The rules with the examples people have accepted until now."""
    return replace(rules, examples=rules.lessons.current(conn)) if rules.lessons else rules


def take_turn(
    conn: Connection, conversation_id: str, event: Event, rules: Rules, now: datetime
) -> Decision | None:
    """One event of one conversation, at once; None when there is no such conversation."""
    conversations.lock_many(conn, (conversation_id,))
    facts = _facts(conn, (conversation_id,), now)
    loaded = facts.loaded.get(conversation_id)
    work = _work(loaded, facts) if loaded else None
    if work is None:
        return None
    _take(work, event, rules, now)
    _write(conn, [work], now)
    return work.decisions[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What a batch reads, each table once: conversations, contacts, the ledger's accounts."""

    loaded: Mapping[str, Loaded]
    histories: Mapping[str, tuple[Contact, ...]]
    ledger: Mapping[AccountId, AccountRecord]


def _facts(conn: Connection, ids: Sequence[str], now: datetime) -> _Facts:
    loaded = conversations.load_many(conn, ids)
    states = [each.state for each in loaded.values() if each.state is not None]
    account_ids = [case.id for state in states for case in state.cases]
    return _Facts(
        loaded=loaded,
        histories=contacts.since_many(conn, ids, now - HISTORY),
        ledger=accounts.snapshot(conn, account_ids),
    )


def _work(loaded: Loaded, facts: _Facts) -> _Work | None:
    if loaded.state is None:
        return None
    state = refreshed(loaded.state, facts.ledger)
    return _Work(
        loaded=loaded,
        state=state,
        state_json=loaded.state_json if state is loaded.state else "",
        history=facts.histories.get(loaded.id, ()),
        campaigns={c.id: r.batch for c in state.cases if (r := facts.ledger.get(c.id))},
    )


def _set_aside(
    conn: Connection,
    loaded: Loaded,
    said: Sequence[WaitingMessage],
    due: Sequence[jobs.Job],
    now: datetime,
) -> None:
    """A sender nobody wrote to: the words are kept and shown, nothing is answered."""
    messages.mark_handled(conn, [Handled(message_id=m.id, turn=0) for m in said])
    jobs.finish_many(conn, [job.id for job in due], at=now)


def _hear(work: _Work, said: Sequence[WaitingMessage], rules: Rules, now: datetime) -> None:
    """The waiting messages as turns: a burst is one turn, words that never wait stand alone."""
    for group in _groups(work, said, rules):
        reading, parts = read_together(work.state, [m.text for m in group], rules.examples, now)
        said_at = max(m.said_at for m in group)
        is_late = work.state.last_in_at is not None and said_at < work.state.last_in_at
        event = CustomerSaid(
            reading=reading,
            said_at=said_at,
            message_ids=tuple(str(m.id) for m in group),
            parts=parts,
            is_late=is_late,
            has_left=any(m.payload_json == LEFT_JSON for m in group),
        )
        _take(work, event, rules, now)
        turn = work.loaded.head.count + len(work.records)
        # As the talk took it, so that the gate and people later see what was answered.
        kept = codec.dumps(work.decisions[-1].heard or reading, Understanding)
        work.handled += [Handled(message_id=m.id, turn=turn, reading_json=kept) for m in group]
        work.line, work.intent, work.is_heard = group[-1].text, str(reading.intent), True


def _groups(
    work: _Work, said: Sequence[WaitingMessage], rules: Rules
) -> Iterable[Sequence[WaitingMessage]]:
    ordered = sorted(said, key=lambda m: (m.said_at, m.id))
    if len(ordered) > 1 and any(
        never_waits(understood(work.state, m.text, rules.examples, m.said_at)) for m in ordered
    ):
        return [[m] for m in ordered]
    return [ordered] if ordered else []


def _come_due(work: _Work, due: Sequence[jobs.Job], rules: Rules, now: datetime) -> None:
    for job in due:
        _take(work, _event_of(job), rules, now)
        work.finished_jobs.append(job.id)


def _event_of(job: jobs.Job) -> Event:
    """An appointment by its id; any other job carries its event."""
    if job.kind == projections.APPOINTMENT:
        return TimeCame(appointment_id=job.payload_json)
    event: Event = codec.loads(job.payload_json)
    return event


def note_failures(conn: Connection, failed: Sequence[Failed], now: datetime) -> None:
    """Let each conversation answer what failed to reach its customer, once a message."""
    jobs.add_many(
        conn,
        [
            NewJob(
                kind=FAILURE,
                key=f"failure/{each.message_id}/{each.status}",
                conversation_id=each.conversation_id,
                due_at=now,
                created_at=now,
                payload_json=codec.dumps(
                    DeliveryFailed(
                        message_id=str(each.message_id),
                        reason=each.reason,
                        is_unknown=each.status is Status.UNKNOWN,
                    )
                ),
            )
            for each in failed
        ],
    )


def _take(work: _Work, event: Event, rules: Rules, now: datetime) -> None:
    """Decide, and keep what follows for the end of the transaction."""
    policy = rules.policy_of(work.state)
    turn = Turn(
        conversation=work.state,
        event=event,
        policy=policy,
        now=now,
        history=work.history,
        sender=rules.sender_of(work.state),
        holidays=holidays_of(work.state, now),
    )
    given = packed(work.state_json or codec.dumps(work.state, Conversation), work.history)
    decision = decide(turn)
    work.state, work.state_json = (
        decision.conversation,
        conversations.written(decision.conversation),
    )
    work.decisions.append(decision)
    work.policy = policy
    work.corrections += [a for a in decision.actions if isinstance(a, CorrectAmount)]
    work.doer = _doer(event) or work.doer
    if decision.recall:
        work.recalls = True
        work.queued.clear()
    work.stops |= any(isinstance(action, OptOut | CloseAddress) for action in decision.actions)
    number = work.loaded.head.count + len(work.records) + 1
    body = TurnBody(
        event=event,
        actions=decision.actions,
        reasons=decision.reasons,
        outgoing=decision.outgoing,
        given=given,
    )
    work.records.append(_record(work, body, decision.dialogue, policy, now))
    work.queued += [_new_message(work, o, now, number) for o in decision.outgoing]


def holidays_of(state: Conversation, now: datetime) -> frozenset[date]:
    """The public holidays of the customer's place, this year's and the next's."""
    person = state.person
    if not person.country:
        return frozenset()
    return days_off_from(person.country, person.region or None, now.year)


def _doer(event: Event) -> _Doer | None:
    match event:
        case DutyDone():
            return _Doer(agent=event.agent, note=event.note, finding=event.finding)
        case DisputeAnswered() | ComplaintAnswered():
            return _Doer(agent=event.agent, finding=event.outcome.value)
        case AgentHandedBack():
            return _Doer(agent=event.agent, note=event.note)
    return None


def _duties(work: _Work, now: datetime) -> tasks.Change | None:
    """What the turns changed of what is owed to this customer; None when nothing."""
    if work.policy is None:
        return None
    holidays = holidays_of(work.state, now)
    known = work.loaded.state
    before = duties_of(known, work.policy, holidays) if known is not None else ()
    opened, closed = tasks.changed(before, duties_of(work.state, work.policy, holidays))
    if not opened and not closed:
        return None
    return tasks.Change(
        conversation_id=work.loaded.id,
        at=now,
        opened=opened,
        closed=tuple(closed),
        by=work.doer.agent,
        note=work.doer.note,
        finding=work.doer.finding,
    )


def _heard_of(work: _Work, now: datetime) -> list[tuple[Signal, Policy]]:
    """What the turns say about the campaign this customer is in."""
    if work.policy is None or not work.state.cases:
        return []
    campaign = work.campaigns.get(work.state.case().id, "")
    policy = work.policy
    return [(each, policy) for each in signals_of(work.loaded.state, work.state, campaign, now)]


def _record(
    work: _Work, body: TurnBody, dialogue: str, policy: Policy, now: datetime
) -> TurnRecord:
    return TurnRecord(
        conversation_id=work.loaded.id,
        at=now,
        event=codec.name_of(type(body.event)),
        dialogue=dialogue,
        body_json=codec.dumps(body, TurnBody),
        state_hash=digest(work.state_json),
        policy_version=policy.version,
        code_version=VERSION,
    )


def _new_message(work: _Work, o: Outgoing, now: datetime, number: int) -> NewMessage:
    state = work.state
    return NewMessage(
        conversation_id=state.id,
        channel=state.channel,
        address=state.address,
        kind=o.kind,
        text=o.text,
        due_at=max(o.send_at, now),
        created_at=now,
        not_after_at=o.not_after_at,
        author=o.author,
        ownership=o.ownership,
        person_id=str(state.person.id),
        account_id=o.account_id,
        says_json=codec.dumps(o.says),
        buttons_json=codec.dumps(o.buttons),
        template=o.template,
        campaign=work.campaigns.get(o.account_id, "") if o.account_id else "",
        asks_money=o.asks_money,
        turn=number,
        priority=_PRIORITY.get(o.kind, _LAST),
    )


def _write(conn: Connection, works: Sequence[_Work], now: datetime) -> None:
    """Everything the turns changed, each table in one statement."""
    active = [work for work in works if work.records]
    recalled = [work.loaded.id for work in active if work.recalls]
    outgoing.recall(conn, recalled, reason="recalled", at=now, only_bot=True)
    # A stop takes back a person's words too: nobody's message may follow it.
    stopped = [work.loaded.id for work in active if work.stops]
    outgoing.recall(conn, stopped, reason="stopped", at=now)
    records = [record for work in active for record in work.records]
    heads = turns.append_many(conn, records, {w.loaded.id: w.loaded.head for w in active})
    conversations.save_many(conn, [_save(work, heads[work.loaded.id], now) for work in active])
    steps = [Step(before=w.loaded.state, after=w.state, at=now) for w in active]
    projections.write_many(conn, steps)
    hooks.add_many(conn, [event for step in steps for event in _told(step)])
    tasks.write_many(conn, [change for work in active if (change := _duties(work, now))])
    corrected = [(c.account_id, c.outstanding) for work in active for c in work.corrections]
    accounts.correct_many(conn, corrected, at=now)
    watch(conn, [heard for work in active for heard in _heard_of(work, now)], now)
    outgoing.add_many(conn, [message for work in active for message in work.queued])
    _route_to_last_writer(conn, active)
    messages.mark_handled(conn, [handled for work in active for handled in work.handled])
    jobs.finish_many(conn, [job for work in works for job in work.finished_jobs], at=now)


def _told(step: Step) -> list[hooks.NewEvent]:
    """What other programs may hear of, as rows of the same transaction."""
    return [
        hooks.NewEvent(
            at=each.at,
            kind=each.kind,
            conversation_id=each.conversation_id,
            account_id=each.account_id,
            data_json=json.dumps(each.data, separators=(",", ":")),
        )
        for each in happened(step.before, step.after, step.at)
    ]


def _route_to_last_writer(conn: Connection, works: Sequence[_Work]) -> None:
    """Where customers share an address, a reply belongs to the talk that wrote there last."""
    wrote = {(w.state.channel, w.state.address): w.state for w in works if w.queued}
    shared = people.shared_among(conn, wrote.keys())
    conversations.route_many(conn, [wrote[key] for key in shared])


def _save(work: _Work, head: Head, now: datetime) -> Save:
    line = work.line
    if work.queued:
        line = work.queued[-1].text if line is None else line
    return Save(
        before=work.loaded,
        state=work.state,
        state_json=work.state_json,
        at=now,
        head=head,
        line=line,
        intent=work.intent,
        is_heard=work.is_heard,
    )
