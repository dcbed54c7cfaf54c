"""What happened, newest first: turns of conversations and everything done beside them, in pages.

Reading only; the proof of it is storage/verification.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Select, func, literal, null, or_, select

from storage import tables
from storage.audit import ACTS
from storage.batches import AnyRow

_ACCOUNTS = tables.table("accounts")
_HEADS = tables.table("audit_heads")
_CONVERSATIONS = tables.table("conversations")
_LOG = tables.table("audit_log")
_TURNS = tables.table("turns")
_FACTS = ("number", "at", "policy_version", "erased_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a search by account is about: the bills found, their conversations and persons."""

    account_ids: tuple[str, ...] = ()
    conversation_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether nothing was found."""
        return not self.account_ids and not self.conversation_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which links; None asks for nothing. `act` is a kind of the log or an event of a turn."""

    subject: Subject | None = None
    actor: str | None = None
    act: str | None = None
    since_at: datetime | None = None
    before_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One link of a chain. A turn has no `chain` and no `actor`; its words are `body_json`.

    `name` is that of the conversation's customer. Erased links have neither reason nor words.
    """

    chain: str
    number: int
    at: datetime
    act: str
    actor: str
    conversation_id: str | None
    account_id: str | None
    name: str
    policy_version: str
    reason: str
    body_json: str
    erased_at: datetime | None

    @property
    def is_turn(self) -> bool:
        """Whether this is a turn of a conversation."""
        return not self.chain


def subject_of(conn: Connection, text: str) -> Subject:
    """Whom a bill's number, its id or a conversation's id names, as it is written, case and all."""
    account, talk = _ACCOUNTS.c, _CONVERSATIONS.c
    bills = conn.execute(
        select(account.id, account.conversation_id).where(
            or_(account.reference == text, account.id == text, account.conversation_id == text)
        )
    ).all()
    ids = {bill.conversation_id for bill in bills if bill.conversation_id} | {text}
    talks = conn.execute(select(talk.id, talk.person_id).where(talk.id.in_(ids))).all()
    return Subject(
        account_ids=tuple(sorted(bill.id for bill in bills)),
        conversation_ids=tuple(sorted(row.id for row in talks)),
        person_ids=tuple(sorted({row.person_id for row in talks if row.person_id})),
    )


def page(
    conn: Connection, wanted: Wanted, *, offset: int = 0, limit: int = 50
) -> tuple[Trace, ...]:
    """Some links, newest first.

    Of nobody in particular: what people and the operator did, and turns; sends only where they
    are asked for. A search by actor finds no turn: what he did there stands in the log too.
    """
    if wanted.subject is not None and wanted.subject.is_nobody:
        return ()
    most = offset + limit
    queries = [_of_log(wanted)] if wanted.actor else [_of_log(wanted), _of_turns(wanted)]
    found = [[_trace(row) for row in conn.execute(query.limit(most))] for query in queries]
    ordered = merge(*found, key=lambda trace: trace.at, reverse=True)
    return tuple(islice(ordered, offset, most))


def _of_log(wanted: Wanted) -> Select[tuple[object, ...]]:
    row, subject = _LOG.c, wanted.subject
    query = _named(
        select(
            *(row[name] for name in _FACTS),
            row.chain,
            row.kind.label("act"),
            row.actor,
            row.conversation_id,
            row.account_id,
            row.reason,
            literal("").label("body_json"),
            _CONVERSATIONS.c.name,
        ),
        row.conversation_id,
    ).where(*_when(row.at, wanted))
    if wanted.actor is not None:
        query = query.where(row.actor == wanted.actor)
    if wanted.act is not None:
        query = query.where(row.kind == wanted.act)
    if subject is not None:
        return query.where(
            or_(
                row.conversation_id.in_(subject.conversation_ids),
                row.account_id.in_(subject.account_ids),
                row.person_id.in_(subject.person_ids),
            )
        ).order_by(row.at.desc(), row.chain, row.number.desc())
    if wanted.act is None:
        # The chain is in the order of time; so its key serves, and nothing is sorted.
        return query.where(row.chain == ACTS).order_by(row.number.desc())
    return query.order_by(row.at.desc(), row.chain, row.number.desc())


def _of_turns(wanted: Wanted) -> Select[tuple[object, ...]]:
    row = _TURNS.c
    query = _named(
        select(
            *(row[name] for name in _FACTS),
            literal("").label("chain"),
            row.event.label("act"),
            literal("").label("actor"),
            row.conversation_id,
            null().label("account_id"),
            literal("").label("reason"),
            row.body_json,
            _CONVERSATIONS.c.name,
        ),
        row.conversation_id,
    ).where(*_when(row.at, wanted))
    if wanted.act is not None:
        query = query.where(row.event == wanted.act)
    if wanted.subject is not None:
        query = query.where(row.conversation_id.in_(wanted.subject.conversation_ids))
    return query.order_by(row.at.desc(), row.conversation_id, row.number.desc())


def _named(
    query: Select[tuple[object, ...]], conversation: ColumnElement[str]
) -> Select[tuple[object, ...]]:
    return query.outerjoin(_CONVERSATIONS, _CONVERSATIONS.c.id == conversation)


def _when(at: ColumnElement[datetime], wanted: Wanted) -> list[ColumnElement[bool]]:
    rules = []
    if wanted.since_at is not None:
        rules.append(at >= wanted.since_at)
    if wanted.before_at is not None:
        rules.append(at < wanted.before_at)
    return rules


def _trace(row: AnyRow) -> Trace:
    return Trace(**{**row._mapping, "name": row.name or ""})


def links(conn: Connection) -> int:
    """How many links all chains have together, by their heads."""
    talks = conn.execute(select(func.sum(_CONVERSATIONS.c.turn_count))).scalar_one()
    others = conn.execute(select(func.sum(_HEADS.c.count))).scalar_one()
    return int(talks or 0) + int(others or 0)
