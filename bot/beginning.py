"""The first rows of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from flows.model import Conversation
from storage import conversations, projections, suppression
from storage.chains import Head
from storage.conversations import Loaded, Save
from storage.projections import Step


def start_conversations(conn: Connection, states: Sequence[Conversation], now: datetime) -> None:
    """Store new conversations, reachable at their addresses; those that exist are left alone.

    A stop that was said at the address before it was erased holds from the first moment.
    """
    states = with_stops(conn, states)
    known = conversations.load_many(conn, [state.id for state in states])
    fresh = [s for s in states if s.id not in known or known[s.id].state is None]
    saves = [
        Save(
            before=known.get(s.id)
            or Loaded(id=s.id, version=0, state=None, channel=s.channel, address=s.address),
            state=s,
            state_json=conversations.written(s),
            at=now,
            head=Head(),
        )
        for s in fresh
    ]
    conversations.save_many(conn, saves)
    conversations.route_many(conn, fresh)
    projections.write_many(conn, [Step(before=None, after=s, at=now) for s in fresh])


def with_stops(conn: Connection, states: Sequence[Conversation]) -> list[Conversation]:
    """The conversations, with what was stopped at their addresses before it was erased."""
    stopped = suppression.scopes_of(conn, [state.address for state in states])
    return [
        replace(state, opted_out=state.opted_out | stopped[state.address])
        if state.address in stopped
        else state
        for state in states
    ]
