"""Proving the audit: walks every chain in small pages and names each place that does not hold.

What it can find alone: a link changed, removed, added or moved, and words missing without a
tombstone. A tail cut together with its head shows only against heads that were kept elsewhere.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby, islice
from typing import TypeVar

from sqlalchemy import Connection, select, text, tuple_

from storage import audit, tables, turns
from storage.batches import AnyRow
from storage.chains import ErasedSet, Fault, Head
from storage.database import Database
from storage.turns import TALK

T = TypeVar("T")

_TURNS = tables.table("turns")
_CONVERSATIONS = tables.table("conversations")
_LOG = tables.table("audit_log")
_TALKS_A_PAGE = 200
_KEPT_A_PAGE = 400
_HEADS_A_PAGE = 2_000
_ORPHANS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A chain's head as an operator wrote it down: its name, how many links, the last's hash."""

    chain: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one page of the check looked at, and what it found."""

    links: int
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Erasures:
    """Erased links as they were met, and tombstones, by instant; few, however long the log is."""

    newest: int = 0  # Acts noted after the check began are not judged.
    met: dict[datetime, ErasedSet] = field(default_factory=lambda: defaultdict(ErasedSet))
    told: dict[datetime, ErasedSet] = field(default_factory=lambda: defaultdict(ErasedSet))
    young: set[datetime] = field(default_factory=set)

    def meet(self, at: datetime | None, chain: str, number: int) -> None:
        """Note a link that counts as erased."""
        if at is not None:
            self.met[at] += ErasedSet.of(chain, (number,))

    def hear(self, link: audit.Link) -> None:
        """Note what a tombstone says."""
        if link.kind != audit.Kind.ERASURE:
            return
        if link.number > self.newest:
            self.young.add(link.at)
        self.told[link.at] += audit.told_erased(link)

    def faults(self) -> Iterator[Fault]:
        """Erasures without their tombstone, and tombstones whose links are not as they say."""
        for at in sorted({*self.met, *self.told} - self.young):
            met, told = self.met[at], self.told[at]
            if met != told:
                why = f"{met.count} links count as erased at {at.isoformat()}, noted are"
                why += f" {told.count}" if met.count != told.count else " others"
                yield Fault(chain=audit.ACTS, number=0, why=why)


async def check(database: Database, kept: Iterable[Kept] = ()) -> AsyncIterator[Step]:
    """Check every chain, a page at a time, then the heads that were kept elsewhere."""
    erasures = _Erasures()
    found = await _read(database, audit.heads)
    erasures.newest = found.get(audit.ACTS, Head()).count
    async for step in _check_talks(database, erasures):
        yield step
    for chain in await _read(database, _chains):
        async for step in _check_log(database, chain, erasures):
            yield step
    yield Step(links=0, faults=tuple(erasures.faults()))
    lines = iter(kept)
    while page := tuple(islice(lines, _KEPT_A_PAGE)):
        yield Step(links=0, faults=await _read(database, partial(_kept_faults, kept=page)))


async def heads(database: Database) -> AsyncIterator[Kept]:
    """The head of every chain now, to be kept elsewhere."""
    for name, head in (await _read(database, audit.heads)).items():
        yield Kept(chain=name, number=head.count, hash=head.hash)
    last = ""
    while page := await _read(database, partial(_talks, after=last, limit=_HEADS_A_PAGE)):
        for row in page:
            if row.turn_count:
                yield Kept(chain=TALK + row.id, number=row.turn_count, hash=row.turn_hash)
        last = page[-1].id


def parse_kept(line: str) -> Kept:
    """A line that `heads` gave; raises ValueError when it is none."""
    try:
        told = json.loads(line)
        return Kept(chain=str(told["chain"]), number=int(told["number"]), hash=str(told["hash"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"expected a line with chain, number and hash, got {line!r:.80}"
        ) from error


def everything_wrong(conn: Connection, kept: Sequence[Kept] = ()) -> tuple[Fault, ...]:
    """Every fault of every chain at once, and against kept heads; for small databases."""
    erasures = _Erasures(newest=audit.heads(conn).get(audit.ACTS, Head()).count)
    found: list[Fault] = []
    last = ""
    while page := _talks(conn, last, limit=_TALKS_A_PAGE):
        found += _talk_faults(conn, page, erasures)[1]
        last = page[-1].id
    found += _orphans(conn)
    for chain in _chains(conn):
        head, has_more = Head(), True
        while has_more:
            head, faults, has_more = _log_faults(conn, chain, head, erasures)
            found += faults
    return (*found, *erasures.faults(), *_kept_faults(conn, kept))


async def _read(database: Database, work: Callable[[Connection], T]) -> T:
    """The result of `work` over one snapshot: head and links of one moment."""

    def still(conn: Connection) -> T:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        return work(conn)

    return await database.read(still)


# --- Turns --------------------------------------------------------------------------------------


async def _check_talks(database: Database, erasures: _Erasures) -> AsyncIterator[Step]:
    last = ""

    def look(conn: Connection) -> tuple[Sequence[AnyRow], int, list[Fault]]:
        page = _talks(conn, last, limit=_TALKS_A_PAGE)
        return (page, *_talk_faults(conn, page, erasures))

    while True:
        page, links, faults = await _read(database, look)
        if not page:
            break
        yield Step(links=links, faults=tuple(faults))
        last = page[-1].id
    yield Step(links=0, faults=tuple(await _read(database, _orphans)))


def _talks(conn: Connection, after: str, *, limit: int) -> Sequence[AnyRow]:
    columns = (_CONVERSATIONS.c.id, _CONVERSATIONS.c.turn_count, _CONVERSATIONS.c.turn_hash)
    query = select(*columns).where(_CONVERSATIONS.c.id > after)
    return conn.execute(query.order_by(_CONVERSATIONS.c.id).limit(limit)).all()


def _talk_faults(
    conn: Connection, talks: Sequence[AnyRow], erasures: _Erasures
) -> tuple[int, list[Fault]]:
    ends = {row.id: Head(count=row.turn_count, hash=row.turn_hash) for row in talks}
    faults: list[Fault] = []
    links = 0
    stored = turns.stored(conn, list(ends))
    for talk, found in groupby(stored, lambda turn: turn.conversation_id):
        head = Head()
        for turn in found:
            whys = turns.faults_of(turn, head)
            faults += [Fault(chain=TALK + talk, number=turn.number, why=why) for why in whys]
            erasures.meet(turn.erased_at, TALK + talk, turn.number)
            head = Head(count=turn.number, hash=turn.hash)
            links += 1
        if ends.pop(talk) != head:
            faults.append(Fault(chain=TALK + talk, number=0, why="cut or lengthened"))
    for talk, head in ends.items():
        if head != Head():
            faults.append(Fault(chain=TALK + talk, number=0, why="every turn is missing"))
    return links, faults


def _orphans(conn: Connection) -> list[Fault]:
    known = select(_CONVERSATIONS.c.id).where(_CONVERSATIONS.c.id == _TURNS.c.conversation_id)
    query = select(_TURNS.c.conversation_id).where(~known.exists()).distinct().limit(_ORPHANS)
    return [
        Fault(chain=TALK + lost, number=0, why="its conversation is missing")
        for lost in conn.execute(query).scalars()
    ]


# --- The log ------------------------------------------------------------------------------------


def _chains(conn: Connection) -> list[str]:
    """The names of all chains, also of one whose head is gone."""
    named = conn.execute(select(_LOG.c.chain).distinct()).scalars()
    return sorted({*named, *audit.heads(conn)})


async def _check_log(database: Database, chain: str, erasures: _Erasures) -> AsyncIterator[Step]:
    head, has_more = Head(), True

    def look(conn: Connection) -> tuple[Head, list[Fault], bool]:
        return _log_faults(conn, chain, head, erasures)

    while has_more:
        before = head.count
        head, faults, has_more = await _read(database, look)
        yield Step(links=max(head.count - before, 0), faults=tuple(faults))


def _log_faults(
    conn: Connection, chain: str, head: Head, erasures: _Erasures
) -> tuple[Head, list[Fault], bool]:
    """The next page of a chain: its end, what is wrong, and whether more may follow."""
    page = audit.stored(conn, chain, after=head.count)
    faults = []
    for link in page:
        faults += [
            Fault(chain=chain, number=link.number, why=why) for why in audit.faults_of(link, head)
        ]
        erasures.meet(link.erased_at, chain, link.number)
        erasures.hear(link)
        head = Head(count=link.number, hash=link.hash)
    if page:
        return head, faults, True
    if audit.heads(conn).get(chain, Head()) != head:
        faults.append(Fault(chain=chain, number=0, why="cut or lengthened"))
    return head, faults, False


# --- Heads kept elsewhere -----------------------------------------------------------------------


def _kept_faults(conn: Connection, kept: Sequence[Kept]) -> tuple[Fault, ...]:
    """Where a chain today does not go through a head that was kept."""
    return tuple(_not_kept(conn, kept))


def _not_kept(conn: Connection, kept: Sequence[Kept]) -> Iterator[Fault]:
    now = _hashes(conn, [(k.chain, k.number) for k in kept])
    for each in kept:
        found = now.get((each.chain, each.number))
        if each.number and found is None:
            why = f"cut: the end that was kept, number {each.number}, is missing"
            yield Fault(chain=each.chain, number=each.number, why=why)
        elif each.number and found != each.hash:
            why = "it is not what was there when its hash was kept"
            yield Fault(chain=each.chain, number=each.number, why=why)


def _hashes(conn: Connection, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    talks = [(name.removeprefix(TALK), n) for name, n in places if name.startswith(TALK)]
    others = [(name, number) for name, number in places if not name.startswith(TALK)]
    found: dict[tuple[str, int], str] = {}
    for rows, key, wanted, prefix in (
        (_TURNS, _TURNS.c.conversation_id, talks, TALK),
        (_LOG, _LOG.c.chain, others, ""),
    ):
        query = select(key, rows.c.number, rows.c.hash)
        query = query.where(tuple_(key, rows.c.number).in_(wanted))
        found |= {(prefix + name, number): sha for name, number, sha in conn.execute(query)}
    return found
