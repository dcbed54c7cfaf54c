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
from bot.importing.files import TableFile, open_table
from bot.importing.rows import AccountRow, Defaults, RowFault, parse_row
from storage import creditors, imports
from storage.creditors import Creditor
from storage.database import Database
from storage.imports import Import, NewImport

# Rows a transaction: enough to be fast, few enough to let others write in between.
CHUNK = 5_000


@dataclass(slots=True, kw_only=True)
class Read:
    """What a file holds: rows that can be used and faults of those that cannot."""

    rows: list[AccountRow] = field(default_factory=list)
    faults: list[tuple[RowFault, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What taking the file in did; `is_repeat`: exactly this file is in already."""

    done: Import
    faults: tuple[RowFault, ...]
    is_repeat: bool = False


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
    faults: list[RowFault] = []
    for part in _parts(table, places, defaults, now.date()):
        await database.write(
            partial(_stored, number=number, creditor_id=creditor.id, part=part, now=now)
        )
        faults += [fault for fault, _ in part.faults]
        progress(len(part.rows) + len({fault.line for fault, _ in part.faults}))
    done = await database.write(lambda c: imports.finish(c, number, at=now))
    return Intake(done=done, faults=tuple(faults), is_repeat=known is not None)


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
    if part.faults:
        imports.add_faults(conn, number, part.faults)


def _parts(
    table: TableFile, places: Mapping[str, int], defaults: Defaults, today: date
) -> Iterator[Read]:
    seen: dict[str, int] = {}
    part = Read()
    for line, cells in table.rows():
        if not any(cell.strip() for cell in cells):
            continue
        _add(part, line, cells, parse_row(line, cells, places, defaults, today), seen)
        if len(part.rows) + len(part.faults) >= CHUNK:
            yield part
            part = Read()
    yield part


def _add(
    part: Read,
    line: int,
    cells: list[str],
    made: AccountRow | tuple[RowFault, ...],
    seen: dict[str, int],
) -> None:
    """Keep a row or its faults; an account named twice in one file is a fault, not a guess."""
    if isinstance(made, AccountRow):
        earlier = seen.setdefault(made.account_id, line)
        if earlier == line:
            part.rows.append(made)
            return
        reason = f"expected each account once in a file; it stands in line {earlier} already"
        made = (RowFault(line=line, column="account_id", value=made.account_id, reason=reason),)
    row_json = json.dumps(cells, ensure_ascii=False)
    part.faults += [(fault, row_json) for fault in made]
