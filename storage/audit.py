"""The log of everything done beside turns: append-only, chained, each link with facts and version.

What people and the operator do is the chain `acts`; what leaves on a channel is that channel's own
chain, so that senders wait for nobody else. A chain's head is locked last in a transaction and for
its last moment only; a turn never touches one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, select, update

from flows.version import VERSION
from storage import tables
from storage.batches import Insert
from storage.chains import ErasedSet, Head, instant, linked, new_salt, sealed

_LOG = tables.table("audit_log")
_HEADS = tables.table("audit_heads")

ACTS = "acts"
# A channel's chain is called so, with its name.
SENDS = "sends:"
_CHUNK = 500


class Kind(StrEnum):
    """What storage itself writes to the log; acts of people have names of their own."""

    SEND_VERDICT = "send_verdict"
    SEND_OUTCOME = "send_outcome"
    SETTING = "setting_changed"
    IMPORT = "import_stored"
    IMPORT_STOPPED = "import_stopped"
    IMPORT_UNDONE = "import_undone"
    ERASURE = "erased"
    LEGAL_HOLD = "legal_hold_placed"
    LEGAL_HOLD_LIFTED = "legal_hold_lifted"
    RETENTION = "retention_run"
    PLANNING = "reminders_planned"
    CASE_FILE = "case_file_made"
    AGENT = "agent_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing done: when, what, by whom and about whom; `reason` and `detail_json` can be erased.

    `actor` is an agent's id, the name of a person at the machine, or a part of the program.
    """

    at: datetime
    kind: str
    actor: str
    conversation_id: str | None = None
    person_id: str | None = None
    account_id: str | None = None
    policy_version: str = ""
    reason: str = ""
    detail_json: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as it stands in its chain; reason, detail and salt are empty once erased."""

    chain: str
    number: int
    at: datetime
    kind: str
    actor: str
    conversation_id: str | None
    person_id: str | None
    account_id: str | None
    policy_version: str
    code_version: str
    reason: str
    detail_json: str
    salt: str
    body_hash: str
    prev_hash: str
    hash: str
    erased_at: datetime | None

    @property
    def detail(self) -> Mapping[str, object]:
        """The facts of the entry; empty once erased, or where a change left them unreadable.

        Whoever changed them is found by the chain; reading on is what finds him.
        """
        try:
            found = json.loads(self.detail_json) if self.detail_json else {}
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


_HEX = re.compile("[0-9a-f]{64}")
_COLUMNS = tuple(field.name for field in fields(Link))
_APPENDED = tuple(name for name in _COLUMNS if name != "erased_at")
_APPEND = Insert(_LOG, _APPENDED)
_OPEN = Insert(_HEADS, ("chain", "count", "hash"), unless=("chain",))
_LOCK = (
    select(_HEADS.c.count, _HEADS.c.hash)
    .where(_HEADS.c.chain == bindparam("name"))
    .with_for_update()
)
_MOVE = (
    update(_HEADS)
    .where(_HEADS.c.chain == bindparam("name"))
    .values(count=bindparam("to_count"), hash=bindparam("to_hash"))
)


def append_many(conn: Connection, chain: str, entries: Sequence[Entry]) -> None:
    """Append entries to a chain, in order; call it last in the transaction of what was done."""
    if not entries:
        return
    head = _locked(conn, chain)
    links = []
    for entry in entries:
        link = linked_entry(chain, entry, head)
        head = Head(count=link.number, hash=link.hash)
        links.append({name: getattr(link, name) for name in _APPENDED})
    _APPEND.run(conn, links)
    conn.execute(_MOVE, {"name": chain, "to_count": head.count, "to_hash": head.hash})


def append(conn: Connection, entry: Entry) -> None:
    """Append one act of a person or of the operator."""
    append_many(conn, ACTS, (entry,))


def detail(**facts: object) -> str:
    """Facts as an entry keeps them."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=str)


def _locked(conn: Connection, chain: str) -> Head:
    row = conn.execute(_LOCK, {"name": chain}).one_or_none()
    if row is None:
        _OPEN.run(conn, [{"chain": chain, "count": 0, "hash": ""}])
        row = conn.execute(_LOCK, {"name": chain}).one()
    count, last = row
    return Head(count=count, hash=last)


def linked_entry(chain: str, entry: Entry, head: Head, code_version: str = VERSION) -> Link:
    """The entry as the next link behind a head."""
    salt = new_salt()
    body_hash = sealed(salt, entry.reason, entry.detail_json)
    facts = _facts(chain, head.count + 1, entry, code_version)
    return Link(
        chain=chain,
        number=head.count + 1,
        at=entry.at,
        kind=entry.kind,
        actor=entry.actor,
        conversation_id=entry.conversation_id,
        person_id=entry.person_id,
        account_id=entry.account_id,
        policy_version=entry.policy_version,
        code_version=code_version,
        reason=entry.reason,
        detail_json=entry.detail_json,
        salt=salt,
        body_hash=body_hash,
        prev_hash=head.hash,
        hash=linked(head.hash, facts, body_hash),
        erased_at=None,
    )


def _facts(
    chain: str, number: int, entry: Entry | Link, code_version: str
) -> tuple[str | None, ...]:
    return (
        chain,
        str(number),
        instant(entry.at),
        entry.kind,
        entry.actor,
        entry.conversation_id,
        entry.person_id,
        entry.account_id,
        entry.policy_version,
        code_version,
    )


def faults_of(link: Link, before: Head) -> Iterator[str]:
    """Why an entry is no honest link behind the one before it; nothing when it is."""
    if link.number != before.count + 1:
        yield "an entry before it is missing"
    elif link.prev_hash != before.hash:
        yield "it does not follow the entry before it"
    words = (link.reason, link.detail_json)
    if link.erased_at is None and link.body_hash != sealed(link.salt, *words):
        yield "its words were changed"
    if link.erased_at is not None and any((link.salt, *words)):
        yield "it counts as erased and holds words"
    facts = _facts(link.chain, link.number, link, link.code_version)
    if link.hash != linked(link.prev_hash, facts, link.body_hash):
        yield "its facts or its hash were changed"


# --- Reading ------------------------------------------------------------------------------------


def heads(conn: Connection) -> dict[str, Head]:
    """The head of every chain of this log, by name."""
    query = select(_HEADS.c.chain, _HEADS.c.count, _HEADS.c.hash).order_by(_HEADS.c.chain)
    return {chain: Head(count=count, hash=last) for chain, count, last in conn.execute(query)}


def stored(conn: Connection, chain: str, *, after: int = 0, limit: int = _CHUNK) -> list[Link]:
    """The next links of a chain behind a number."""
    query = select(*(_LOG.c[name] for name in _COLUMNS))
    query = query.where(_LOG.c.chain == chain, _LOG.c.number > after)
    rows = conn.execute(query.order_by(_LOG.c.number).limit(limit))
    return [Link(**row._mapping) for row in rows]


def about(conn: Connection, *, person_id: str, conversation_ids: Sequence[str]) -> list[Link]:
    """Everything the log holds about a person and his conversations, oldest first."""
    query = select(*(_LOG.c[name] for name in _COLUMNS)).where(
        (_LOG.c.person_id == person_id) | _LOG.c.conversation_id.in_(list(conversation_ids))
    )
    rows = conn.execute(query.order_by(_LOG.c.at, _LOG.c.chain, _LOG.c.number))
    return [Link(**row._mapping) for row in rows]


# --- Erasing ------------------------------------------------------------------------------------

# What proves that something was erased, held or shown outlives everything else.
_KEPT = (Kind.ERASURE, Kind.LEGAL_HOLD, Kind.LEGAL_HOLD_LIFTED, Kind.RETENTION)


def erase(
    conn: Connection,
    conversation_ids: Sequence[str],
    *,
    at: datetime,
    before_at: datetime | None = None,
) -> ErasedSet:
    """Erase reasons and facts of entries about conversations; which entries they were."""
    query = (
        update(_LOG)
        .where(
            _LOG.c.conversation_id.in_(list(conversation_ids)),
            _LOG.c.erased_at.is_(None),
            _LOG.c.kind.not_in([kind.value for kind in _KEPT]),
        )
        .values(reason="", detail_json="", salt="", erased_at=at)
        .returning(_LOG.c.chain, _LOG.c.number)
    )
    if before_at is not None:
        query = query.where(_LOG.c.at < before_at)
    erased = ErasedSet()
    for row in conn.execute(query).all():
        erased += ErasedSet.of(row.chain, (row.number,))
    return erased


def note_erasure(conn: Connection, entry: Entry, erased: ErasedSet, **facts: object) -> None:
    """Write the tombstone of an erasure: how many links lost their words, and which."""
    told = detail(links=erased.count, digest=f"{erased.digest:064x}", **facts)
    written = {f.name: getattr(entry, f.name) for f in fields(Entry)}
    append(conn, Entry(**written | {"kind": Kind.ERASURE, "detail_json": told}))


def told_erased(link: Link) -> ErasedSet:
    """Which links a tombstone says were erased at its instant."""
    count, told = link.detail.get("links"), link.detail.get("digest")
    if not isinstance(count, int) or not isinstance(told, str) or not _HEX.fullmatch(told):
        return ErasedSet()
    return ErasedSet(count=count, digest=int(told, 16))
