"""One turn's whole effect in one transaction, as bot/turn.py writes it, with less to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.actions import Action
from flows.events import Event
from flows.model import Conversation, Outgoing, Reason
from storage import (
    codec,
    conversations,
    feed,
    jobs,
    messages,
    outgoing,
    projections,
    turns,
)
from storage.chains import Head, digest
from storage.conversations import Loaded, Save
from storage.messages import Handled
from storage.outgoing import NewMessage
from storage.projections import Step
from storage.turns import TurnRecord

RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What the audit keeps of a turn; `facts` is what else the decision saw."""

    event: Event
    actions: tuple[Action, ...] = ()
    reasons: tuple[Reason, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One turn of one conversation.

    `handled` are the incoming messages it read, `done` the jobs it did. `key` makes its outgoing
    messages unique (a job's key); `line` and `intent` are what lists show of it. `priority` is
    that of its messages: answers leave before what we start.
    """

    before: Loaded
    after: Conversation
    at: datetime
    body: Body
    dialogue: str
    policy_version: str
    code_version: str
    handled: tuple[Handled, ...] = ()
    done: tuple[int, ...] = ()
    recall: bool = False
    key: str | None = None
    priority: int = 0
    line: str | None = None
    intent: str | None = None


def commit_many(conn: Connection, commits: Sequence[Commit]) -> None:
    """Write the turns of different conversations; raises Stale when one of them moved meanwhile.

    After Stale the transaction must not be kept: load again, decide again.
    """
    if not commits:
        return
    texts = [conversations.written(commit.after) for commit in commits]
    records = [_record(commit, text) for commit, text in zip(commits, texts, strict=True)]
    linked, heads = turns.link_many(records, {c.before.id: c.before.head for c in commits})
    conversations.save_many(
        conn,
        [_save(c, text, heads[c.before.id]) for c, text in zip(commits, texts, strict=True)],
    )
    turns.insert_many(conn, linked)
    jobs.finish_many(conn, [job for c in commits for job in c.done], at=commits[0].at)
    messages.mark_handled(conn, [handled for c in commits for handled in c.handled])
    projections.write_many(
        conn, [Step(before=c.before.state, after=c.after, at=c.at) for c in commits]
    )
    _write_outgoing(conn, commits, heads)
    feed.add_many(conn, [_news(commit) for commit in commits])


def _record(commit: Commit, state_json: str) -> TurnRecord:
    return TurnRecord(
        conversation_id=commit.before.id,
        at=commit.at,
        event=codec.name_of(type(commit.body.event)),
        dialogue=commit.dialogue,
        body_json=codec.dumps(commit.body, Body),
        state_hash=digest(state_json),
        policy_version=commit.policy_version,
        code_version=commit.code_version,
    )


def _save(commit: Commit, state_json: str, head: Head) -> Save:
    said = commit.body.outgoing[-1].text if commit.body.outgoing else commit.line
    return Save(
        before=commit.before,
        state=commit.after,
        state_json=state_json,
        at=commit.at,
        head=head,
        line=said,
        intent=commit.intent,
        is_heard=bool(commit.handled),
    )


def _write_outgoing(conn: Connection, commits: Sequence[Commit], heads: Mapping[str, Head]) -> None:
    recalled = [commit for commit in commits if commit.recall]
    for is_silenced in (False, True):
        # A stop takes back everything, also a colleague's words; a hand-over only the bot's.
        ids = [c.before.id for c in recalled if _is_silenced(c.after) is is_silenced]
        at = commits[0].at
        outgoing.recall(conn, ids, reason=RECALLED, at=at, only_bot=not is_silenced)
    writing = [commit for commit in commits if commit.body.outgoing]
    new = [m for commit in writing for m in _messages(commit, heads[commit.before.id].count)]
    outgoing.add_many(conn, new)
    started = [c for c in commits if c.body.outgoing or c.before.state is None]
    conversations.route_many(conn, [commit.after for commit in started])


def _is_silenced(state: Conversation) -> bool:
    return bool(state.opted_out) or state.is_address_closed


def _messages(commit: Commit, turn: int) -> list[NewMessage]:
    return [
        NewMessage(
            conversation_id=commit.before.id,
            person_id=commit.after.person.id,
            account_id=message.account_id,
            channel=commit.after.channel,
            address=commit.after.address,
            kind=message.kind,
            text=message.text,
            says_json=codec.dumps(message.says) if message.says else "",
            buttons_json=codec.dumps(message.buttons) if message.buttons else "",
            template=message.template,
            asks_money=message.asks_money,
            author=message.author,
            ownership=message.ownership,
            turn=turn,
            key=f"{commit.key}#{number}" if commit.key else None,
            priority=commit.priority,
            created_at=commit.at,
            due_at=message.send_at,
            not_after_at=message.not_after_at,
        )
        for number, message in enumerate(commit.body.outgoing)
    ]


def _news(commit: Commit) -> feed.NewEvent:
    return feed.NewEvent(at=commit.at, kind="turn", conversation_id=commit.before.id)
