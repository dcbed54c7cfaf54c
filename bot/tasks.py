"""Tasks of people: made anew from the records, and settled by an event like everything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.turn import holidays_of, take_turn
from flows.duties import duties_of
from flows.events import DutyDone
from storage import conversations, tasks

_PAGE = 500


def rebuild(conn: Connection, rules: Rules, now: datetime) -> int:
    """Bring every conversation's tasks to where its records are; how many tasks stand.

    Needed once for conversations older than the tasks, and after a change of the deadlines.
    """
    count, after = 0, ""
    while ids := conversations.ids_after(conn, after, limit=_PAGE):
        after = ids[-1]
        standing = tasks.open_of(conn, ids)
        changes = []
        for loaded in conversations.load_many(conn, ids).values():
            state = loaded.state
            if state is None:
                continue
            owed = duties_of(state, rules.policy_of(state), holidays_of(state, now))
            known = {duty.id for duty in owed}
            gone = tuple(key for key in standing.get(loaded.id, ()) if key not in known)
            count += len(owed)
            change = tasks.Change(conversation_id=loaded.id, at=now, opened=owed, closed=gone)
            changes.append(change)
        tasks.write_many(conn, changes)
    return count


def done(
    conn: Connection, conversation_id: str, event: DutyDone, rules: Rules, now: datetime
) -> bool:
    """Let a person's deed have its turn; false when the task does not stand (any more)."""
    before = tasks.open_of(conn, [conversation_id]).get(conversation_id, ())
    if event.duty_id not in before:
        return False
    take_turn(conn, conversation_id, event, rules, now)
    return event.duty_id not in tasks.open_of(conn, [conversation_id]).get(conversation_id, ())
