"""Taking a file of accounts in: good rows stored in bulk, bad rows kept with their reasons.

The command and the console's pages read (`parts`) and store (`storing`) by the same functions.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from bot.errors import ImportCut
from bot.importing.columns import map_columns
from bot.importing.files import RawRow, TableFile, open_table
from bot.importing.rows import AccountRow, Defaults, RowFault, parse_row
from bot.importing.seen import Seen
from storage import creditors, imports
from storage.creditors import Creditor
from storage.database import Database
from storage.errors import StorageError
from storage.imports import Import, NewImport

_Work = Callable[[Connection], None]


class Also(Protocol):
    """What is to be written together with a part: `rows` are stored so far."""

    def __call__(self, conn: Connection, /, *, rows: int) -> None: ...


def _nothing_more(conn: Connection, /, *, rows: int) -> None:
    """Nothing is to be written beside the rows."""


# What a fault of a whole row stands under.
WHOLE_ROW = "row"
_LONGEST_SHOWN = 80
# Rows a transaction: enough to be fast, few enough to let others write in between.
CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was not taken in, as the file has it, and all that is wrong with it."""

    line: int
    cells: tuple[str, ...]
    faults: tuple[RowFault, ...]


@dataclass(slots=True, kw_only=True)
class Read:
    """What a file holds: rows that can be used and those that cannot."""

    rows: list[AccountRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table, which of its columns hold what, and what holds where it says nothing."""

    table: TableFile
    places: Mapping[str, int]
    defaults: Defaults
    today: date

    @property
    def columns(self) -> dict[str, str]:
        """The header of each field of ours."""
        return {field: self.table.header[place] for field, place in self.places.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What taking the file in did; `is_repeat`: exactly this file is in already.

    `header` and `columns`: the headers of the file, and the header of each field of ours.
    """

    done: Import
    bad_rows: tuple[BadRow, ...]
    header: tuple[str, ...]
    columns: Mapping[str, str]
    is_repeat: bool = False

    @property
    def faults(self) -> tuple[RowFault, ...]:
        """Everything that is wrong, in the order of the file."""
        return tuple(fault for row in self.bad_rows for fault in row.faults)


async def take_in(
    database: Database,
    path: Path,
    *,
    creditor: Creditor,
    defaults: Defaults,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> Intake:
    """Read and store the file; raises FileFault when it is no usable table, ImportCut on the way."""
    table = open_table(path)
    places = map_columns(table.header, columns)
    source = Source(table=table, places=places, defaults=defaults, today=now.date())
    known = await database.read(lambda c: imports.same_file(c, creditor.id, table.digest))
    number = await database.write(lambda c: begin(c, creditor, source, now=now))
    bad_rows: list[BadRow] = []
    count = 0
    try:
        async for part in storing(database, source, number, creditor_id=creditor.id, now=now):
            bad_rows += part.bad
            count += len(part)
            progress(len(part))
        done = await database.write(lambda c: imports.finish(c, number, at=now))
    except StorageError as error:
        await _note_stop(database, number, now)
        raise ImportCut(
            f"{error}. {count} rows of {table.name} were read and kept before; "
            "import the same file again and only the rest is added"
        ) from error
    return Intake(
        done=done,
        bad_rows=tuple(bad_rows),
        header=table.header,
        columns=source.columns,
        is_repeat=known is not None,
    )


async def _note_stop(database: Database, number: int, now: datetime) -> None:
    """Where even this cannot be written, whoever opens the console next notes it."""
    with contextlib.suppress(StorageError):
        await database.write(lambda c: imports.stop(c, number, at=now))


def begin(
    conn: Connection, creditor: Creditor, source: Source, *, now: datetime, by: str = ""
) -> int:
    """Note that an import of this file runs, by whom (empty: at the machine); its number."""
    creditors.put(conn, creditor)
    new = NewImport(
        creditor_id=creditor.id,
        file_name=source.table.name,
        file_hash=source.table.digest,
        started_at=now,
        created_by=by,
        mapping_json=json.dumps(source.columns),
    )
    return imports.begin(conn, new)


async def storing(
    database: Database,
    source: Source,
    number: int,
    *,
    creditor_id: str,
    now: datetime,
    after: int = 0,
    also: Also = _nothing_more,
) -> AsyncIterator[Read]:
    """Store the file part by part, each in a transaction of its own, and give each part back.

    Rows up to `after` are stored already and are passed over. `also` runs in the transaction of
    each part with the number of rows stored so far.
    """
    count = 0
    async for part in reading(source):
        count += len(part)
        if count <= after:
            continue
        kept = partial(_stored, number=number, creditor_id=creditor_id, part=part, now=now)
        await database.write(partial(_both, store=kept, also=partial(also, rows=count)))
        yield part


def _both(conn: Connection, *, store: _Work, also: _Work) -> None:
    store(conn)
    also(conn)


def _stored(
    conn: Connection,
    *,
    number: int,
    creditor_id: str,
    part: Read,
    now: datetime,
) -> None:
    imports.store_many(conn, number, creditor_id, part.rows, at=now)
    if part.bad:
        told = [
            (fault, json.dumps(row.cells, ensure_ascii=False))
            for row in part.bad
            for fault in row.faults
        ]
        imports.add_faults(conn, number, told)


async def reading(source: Source) -> AsyncIterator[Read]:
    """The parts of a file; each is read beside the event loop, which goes on meanwhile."""
    found = parts(source)
    try:
        while (part := await asyncio.to_thread(next, found, None)) is not None:
            yield part
    finally:
        # Whoever stops while a part is being read leaves it to the collector.
        with contextlib.suppress(ValueError):
            found.close()


def parts(source: Source) -> Generator[Read]:
    """The rows of a file in parts of at most `CHUNK`, the last one perhaps empty."""
    part = Read()
    places = source.places
    with Seen() as seen:
        for raw in source.table.rows():
            if raw.fault is None and not any(cell.strip() for cell in raw.cells):
                continue
            made = _broken(raw) or _judged(
                parse_row(raw.line, raw.cells, places, source.defaults, source.today), seen
            )
            if isinstance(made, AccountRow):
                part.rows.append(made)
            else:
                part.bad.append(BadRow(line=raw.line, cells=tuple(raw.cells), faults=made))
            if len(part) >= CHUNK:
                yield part
                part = Read()
    yield part


def _broken(raw: RawRow) -> tuple[RowFault, ...]:
    """Why the row is none at all, so that nothing is to be said of its single values."""
    if raw.fault is None:
        return ()
    value = ", ".join(raw.cells)[:_LONGEST_SHOWN].replace("\x00", "\ufffd")
    return (
        RowFault(
            line=raw.line,
            column=WHOLE_ROW,
            value=value,
            reason=raw.fault.reason,
            code=raw.fault.code,
            told=raw.fault.told,
        ),
    )


def _judged(
    made: AccountRow | tuple[RowFault, ...], seen: Seen
) -> AccountRow | tuple[RowFault, ...]:
    """The row or its faults; an account named twice in one file is a fault, not a guess."""
    if not isinstance(made, AccountRow):
        return made
    earlier = seen.first_line(made.account_id, made.line)
    if earlier == made.line:
        return made
    reason = (
        f"expected each account once in a file; it stands in line {earlier} already, which was "
        "taken. Keep the line that is right"
    )
    return (
        RowFault(
            line=made.line,
            column="account_id",
            value=made.account_id,
            reason=reason,
            code="repeated",
            told=(("line", str(earlier)),),
        ),
    )
