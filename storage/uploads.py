"""Files that operators gave the console, kept between the steps of an import.

They stand in the database so that every web process finds them; only who gave a file finds it
again, and each goes by itself at its end. What runs over a file holds a lease: when its process
dies, another one takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from storage import tables
from storage.batches import Insert

_UPLOADS = tables.table("import_uploads")
_PIECES = tables.table("import_upload_pieces")
_ROWS = tables.table("import_upload_rows")


class State(StrEnum):
    """Where a file stands."""

    COMING = "coming"
    READY = "ready"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    STORED = "stored"
    FAILED = "failed"


RUNNING = (State.CHECKING, State.IMPORTING)


class RowKind(StrEnum):
    """What storing a row would do, or that it cannot be stored."""

    BAD = "bad"
    CREATED = "created"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way; `chosen_json` and `result_json` are written by who checks it.

    `rows_done` counts the rows that the running step has behind it.
    """

    id: str
    agent_id: str
    file_name: str
    created_at: datetime
    expires_at: datetime
    state: str = State.COMING
    size_bytes: int = 0
    line_count: int = 0
    file_hash: str = ""
    chosen_json: str = ""
    result_json: str = ""
    import_id: int | None = None
    rows_done: int = 0
    lease_until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """What was found of the row that begins in this line, as JSON."""

    line: int
    kind: str
    told_json: str


_NAMES = tuple(field.name for field in fields(Upload))


def put(conn: Connection, new: Upload) -> None:
    """Keep a new file, still without its pieces."""
    conn.execute(insert(_UPLOADS).values({name: getattr(new, name) for name in _NAMES}))


def add_piece(conn: Connection, upload_id: str, number: int, content: bytes) -> None:
    """Keep the next piece of a file, packed."""
    conn.execute(insert(_PIECES).values(upload_id=upload_id, number=number, content=content))


def piece(conn: Connection, upload_id: str, number: int) -> bytes | None:
    """A piece of a file as it was kept; None behind the last one."""
    query = select(_PIECES.c.content).where(
        _PIECES.c.upload_id == upload_id, _PIECES.c.number == number
    )
    return conn.execute(query).scalar_one_or_none()


def find(conn: Connection, upload_id: str) -> Upload | None:
    """A file, whoever gave it."""
    query = select(*(_UPLOADS.c[name] for name in _NAMES)).where(_UPLOADS.c.id == upload_id)
    row = conn.execute(query).one_or_none()
    return Upload(**row._mapping) if row else None


def of_agent(conn: Connection, agent_id: str, *, now: datetime) -> tuple[Upload, ...]:
    """The files this operator has on the way, newest first."""
    query = (
        select(*(_UPLOADS.c[name] for name in _NAMES))
        .where(
            _UPLOADS.c.agent_id == agent_id,
            _UPLOADS.c.expires_at > now,
            _UPLOADS.c.state != State.COMING,
        )
        .order_by(_UPLOADS.c.created_at.desc(), _UPLOADS.c.id)
    )
    return tuple(Upload(**row._mapping) for row in conn.execute(query))


def change(conn: Connection, upload_id: str, **values: object) -> None:
    """Write columns of a file."""
    conn.execute(update(_UPLOADS).where(_UPLOADS.c.id == upload_id).values(**values))


def move(
    conn: Connection, upload_id: str, *, of: Sequence[State], to: State, **values: object
) -> bool:
    """Bring a file from one of some states to another; false when it stands elsewhere."""
    query = (
        update(_UPLOADS)
        .where(_UPLOADS.c.id == upload_id, _UPLOADS.c.state.in_([state.value for state in of]))
        .values(state=to.value, **values)
    )
    return conn.execute(query).rowcount == 1


def renew(
    conn: Connection, upload: Upload, *, lease_until_at: datetime, **values: object
) -> Upload | None:
    """A running file with a longer lease; None when it is gone or another process runs it."""
    query = (
        update(_UPLOADS)
        .where(
            _UPLOADS.c.id == upload.id,
            _UPLOADS.c.state == upload.state,
            _UPLOADS.c.lease_until_at == upload.lease_until_at,
        )
        .values(lease_until_at=lease_until_at, **values)
    )
    return find(conn, upload.id) if conn.execute(query).rowcount == 1 else None


def take_over(
    conn: Connection, upload_id: str, *, now: datetime, lease_until_at: datetime
) -> Upload | None:
    """A running file whose process is gone, now with a lease for this one; else None."""
    query = (
        update(_UPLOADS)
        .where(_UPLOADS.c.id == upload_id, _is_left(now))
        .values(lease_until_at=lease_until_at)
    )
    return find(conn, upload_id) if conn.execute(query).rowcount == 1 else None


def left(conn: Connection, *, now: datetime) -> tuple[str, ...]:
    """The running files whose process is gone."""
    return tuple(conn.execute(select(_UPLOADS.c.id).where(_is_left(now))).scalars())


def _is_left(now: datetime) -> ColumnElement[bool]:
    running = _UPLOADS.c.state.in_([state.value for state in RUNNING])
    return running & or_(_UPLOADS.c.lease_until_at.is_(None), _UPLOADS.c.lease_until_at <= now)


_KEEP_ROWS = Insert(_ROWS, ("upload_id", "line", "kind", "told_json"), unless=("upload_id", "line"))


def put_rows(conn: Connection, upload_id: str, rows: Sequence[FoundRow]) -> None:
    """Keep what was found of rows."""
    _KEEP_ROWS.run(
        conn,
        [
            {
                "upload_id": upload_id,
                "line": row.line,
                "kind": row.kind,
                "told_json": row.told_json,
            }
            for row in rows
        ],
    )


def rows(
    conn: Connection, upload_id: str, kind: RowKind, *, after_line: int = 0, limit: int
) -> tuple[FoundRow, ...]:
    """Some rows of a kind behind a line, in the order of the file."""
    found = conn.execute(
        select(_ROWS.c.line, _ROWS.c.kind, _ROWS.c.told_json)
        .where(
            _ROWS.c.upload_id == upload_id, _ROWS.c.kind == kind.value, _ROWS.c.line > after_line
        )
        .order_by(_ROWS.c.line)
        .limit(limit)
    )
    return tuple(FoundRow(**row._mapping) for row in found)


def clear_rows(conn: Connection, upload_id: str, *, besides: Sequence[RowKind] = ()) -> None:
    """Forget what was found of a file's rows, but for these kinds."""
    kept = [kind.value for kind in besides]
    conn.execute(delete(_ROWS).where(_ROWS.c.upload_id == upload_id, _ROWS.c.kind.not_in(kept)))


def clear_pieces(conn: Connection, upload_id: str) -> None:
    """Let the content of a file go: it is stored."""
    conn.execute(delete(_PIECES).where(_PIECES.c.upload_id == upload_id))


def drop(conn: Connection, upload_id: str) -> None:
    """Let a file go with all that was found in it."""
    for table, column in ((_ROWS, "upload_id"), (_PIECES, "upload_id"), (_UPLOADS, "id")):
        conn.execute(delete(table).where(table.c[column] == upload_id))


def ended(conn: Connection, *, now: datetime) -> tuple[str, ...]:
    """The files whose end has come."""
    return tuple(conn.execute(select(_UPLOADS.c.id).where(_UPLOADS.c.expires_at <= now)).scalars())


def purge(conn: Connection, *, now: datetime) -> int:
    """Let every file go whose end has come; how many."""
    ids = ended(conn, now=now)
    for upload_id in ids:
        drop(conn, upload_id)
    return len(ids)


def held(conn: Connection, agent_id: str) -> int:
    """How many files this operator has on the way, those still coming included."""
    query = (
        select(func.count())
        .select_from(_UPLOADS)
        .where(_UPLOADS.c.agent_id == agent_id, _UPLOADS.c.state != State.STORED.value)
    )
    return int(conn.execute(query).scalar_one())
