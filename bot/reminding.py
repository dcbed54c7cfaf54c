"""Which customers get a first or further reminder: the database narrows, the policy decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.onboarding import conversations_for, with_first_reminder
from bot.settings import CreditorSettings
from bot.turn import HISTORY, Rules, start_conversations
from flows.decide import decide
from flows.events import TimeCame
from flows.model import Contact, Conversation, Decision, Turn
from storage import accounts, contacts, conversations
from storage.accounts import AccountRecord, Candidates

_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would go to one customer now: a text, or the rules that hold it back."""

    conversation: Conversation
    decision: Decision

    @property
    def text(self) -> str:
        """The text that would leave, else empty."""
        return self.decision.outgoing[0].text if self.decision.outgoing else ""

    @property
    def held_by(self) -> str:
        """The deciding rule where nothing leaves."""
        return self.decision.reasons[-1].rule if self.decision.reasons else "nothing_due"


@dataclass(slots=True, kw_only=True)
class Preview:
    """Who gets what and why not, in figures and samples."""

    to_send: int = 0
    held: Counter[str] = field(default_factory=Counter)
    by_template: Counter[str] = field(default_factory=Counter)
    samples: list[Planned] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Everything that planning needs beside the database."""

    rules: Rules
    creditor: CreditorSettings
    channel_of: Mapping[str, str]


def preview(conn: Connection, planner: Planner, now: datetime, samples: int = 5) -> Preview:
    """What `plan` would lead to now; changes nothing."""
    found = Preview()
    for states in _pages(conn, planner, now):
        ids = [state.id for state in states]
        histories = contacts.since_many(conn, ids, now - HISTORY)
        for state in states:
            _count(found, _decided(planner, state, now, histories.get(state.id, ())), samples)
    return found


def _decided(
    planner: Planner, state: Conversation, now: datetime, history: tuple[Contact, ...]
) -> Planned:
    waiting = with_first_reminder(state, now)
    turn = Turn(
        conversation=waiting,
        event=TimeCame(appointment_id=waiting.agenda[-1].id),
        policy=planner.rules.policy_of(state),
        now=now,
        history=history,
        sender=planner.rules.sender_of(state),
    )
    return Planned(conversation=state, decision=decide(turn))


def _count(found: Preview, planned: Planned, samples: int) -> None:
    if not planned.decision.outgoing:
        found.held[planned.held_by] += 1
        return
    found.to_send += 1
    template = planned.decision.outgoing[0].template
    if found.by_template[template] < samples:
        found.samples.append(planned)
    found.by_template[template] += 1


def plan(conn: Connection, planner: Planner, now: datetime) -> int:
    """Bring a reminder due now to each candidate's conversation; how many there are.

    The text is decided when the worker takes it up, not here. Planning twice plans nothing twice:
    a conversation that has a reminder on its agenda keeps that one.
    """
    count = 0
    for states in _pages(conn, planner, now):
        fresh = [with_first_reminder(state, now) for state in states]
        start_conversations(conn, fresh, now)
        count += len(fresh)
    return count


def _pages(conn: Connection, planner: Planner, now: datetime) -> Iterator[list[Conversation]]:
    """The conversations to look at, a page of accounts at a time."""
    after = ""
    while True:
        wanted = Candidates(now=now, due_by_on=now.date(), quiet_since_at=now - timedelta(days=1))
        records = accounts.candidates(conn, wanted, after_id=after, limit=_PAGE)
        if not records:
            return
        after = records[-1].id
        yield _states(conn, planner, records)


def _states(
    conn: Connection, planner: Planner, records: Sequence[AccountRecord]
) -> list[Conversation]:
    """One conversation a person: new ones for those we have none with yet."""
    made = conversations_for(records, planner.creditor, planner.channel_of)
    loaded = conversations.load_many(conn, [state.id for state in made])
    known = {key for key, found in loaded.items() if found.state is not None}
    # A conversation that runs has its next step on its own agenda already.
    return [state for state in made if state.id not in known]
