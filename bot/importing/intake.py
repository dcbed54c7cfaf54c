"""Taking a file of accounts in: good rows stored in bulk, bad rows kept with their reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.importing.columns import map_columns
from bot.importing.files import RawRow, TableFile, open_table
from bot.importing.rows import AccountRow, Defaults, RowFault, parse_row
from bot.importing.seen import Seen
from storage import creditors, imports
from storage.creditors import Creditor
from storage.database import Database
from storage.imports import Import, NewImport

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
    """Read and store the file; raises FileFault when it is no usable table."""
    table = open_table(path)
    places = map_columns(table.header, columns)
    known = await database.read(lambda c: imports.same_file(c, creditor.id, table.digest))
    number = await database.write(lambda c: _begun(c, creditor, table, places, now))
    bad_rows: list[BadRow] = []
    for part in _parts(table, places, defaults, now.date()):
        await database.write(
            partial(_stored, number=number, creditor_id=creditor.id, part=part, now=now)
        )
        bad_rows += part.bad
        progress(len(part.rows) + len(part.bad))
    done = await database.write(lambda c: imports.finish(c, number, at=now))
    return Intake(
        done=done,
        bad_rows=tuple(bad_rows),
        header=table.header,
        columns={field: table.header[place] for field, place in places.items()},
        is_repeat=known is not None,
    )


def _begun(
    conn: Connection, creditor: Creditor, table: TableFile, places: Mapping[str, int], now: datetime
) -> int:
    creditors.put(conn, creditor)
    new = NewImport(
        creditor_id=creditor.id,
        file_name=table.path.name,
        file_hash=table.digest,
        started_at=now,
        mapping_json=json.dumps({f: table.header[p] for f, p in places.items()}),
    )
    return imports.begin(conn, new)


def _stored(conn: Connection, *, number: int, creditor_id: str, part: Read, now: datetime) -> None:
    imports.store_many(conn, number, creditor_id, part.rows, at=now)
    if part.bad:
        told = [
            (fault, json.dumps(row.cells, ensure_ascii=False))
            for row in part.bad
            for fault in row.faults
        ]
        imports.add_faults(conn, number, told)


def _parts(
    table: TableFile, places: Mapping[str, int], defaults: Defaults, today: date
) -> Iterator[Read]:
    part = Read()
    with Seen() as seen:
        for raw in table.rows():
            if not raw.fault and not any(cell.strip() for cell in raw.cells):
                continue
            made = _broken(raw, places) or _judged(
                parse_row(raw.line, raw.cells, places, defaults, today), seen
            )
            if isinstance(made, AccountRow):
                part.rows.append(made)
            else:
                part.bad.append(BadRow(line=raw.line, cells=tuple(raw.cells), faults=made))
            if len(part.rows) + len(part.bad) >= CHUNK:
                yield part
                part = Read()
    yield part


def _broken(raw: RawRow, places: Mapping[str, int]) -> tuple[RowFault, ...]:
    """Why the row is none at all, so that nothing is to be said of its single values."""
    if not raw.fault:
        return ()
    value = ", ".join(raw.cells)[:_LONGEST_SHOWN].replace("\x00", "\ufffd")
    return (RowFault(line=raw.line, column=WHOLE_ROW, value=value, reason=raw.fault),)


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
    return (RowFault(line=made.line, column="account_id", value=made.account_id, reason=reason),)
