"""Files of accounts: good rows stored in bulk, bad rows kept with their reasons, undo.

Rows go through a temporary table, so that the database itself finds what is new, changed or the
same. The same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Executable,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.util import await_only

from flows.money import Currency, Money
from storage import audit, codec, tables
from storage.accounts import Details, Secrets
from storage.batches import Insert, Update
from storage.columns import Instant

_IMPORTS = tables.table("account_imports")
_FAULTS = tables.table("import_errors")
_CHANGES = tables.table("import_changes")
_MAPPINGS = tables.table("import_mappings")
_ACCOUNTS = tables.table("accounts")
_OUTGOING = tables.table("outgoing_messages")


class Bill(Protocol):
    """One checked row of a file."""

    @property
    def account_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def outstanding(self) -> Money: ...
    @property
    def due_on(self) -> date: ...
    @property
    def product(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def style(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def fees(self) -> Money | None: ...
    @property
    def pay_link(self) -> str: ...
    @property
    def is_bound(self) -> bool: ...
    @property
    def consent(self) -> str: ...
    @property
    def secrets(self) -> Secrets: ...


class Fault(Protocol):
    """One thing wrong in a row."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file taken in, in figures. `status`: running, stored, stopped, undone.

    `stopped`: it ended on the way; the rows counted here are in, the rest is not.
    """

    id: int
    creditor_id: str
    file_name: str
    file_hash: str
    mapping_json: str
    status: str
    row_count: int
    created_count: int
    updated_count: int
    same_count: int
    bad_count: int
    created_by: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a number of rows did, or would do."""

    created: int
    updated: int
    same: int


# --- The temporary table ------------------------------------------------------------------------

_STAGED = Table(
    "bills_in",
    MetaData(),
    Column("reference", Text),
    Column("name", Text),
    Column("channel", Text),
    Column("address", Text),
    Column("language", Text),
    Column("details_json", Text),
    Column("due_on", Date),
    Column("outstanding_minor", BigInteger),
    Column("currency", Text),
    Column("exponent", Integer),
    prefixes=["TEMPORARY"],
)
_NAMES = tuple(str(column.name) for column in _STAGED.c)
_FROM_FILE = tuple(name for name in _NAMES if name != "reference")
_plain = attrgetter("account_id", "name", "channel", "address", "language")
_detailed = attrgetter(
    "product",
    "style",
    "timezone",
    "country",
    "region",
    "pay_link",
    "consent",
    "is_bound",
    "secrets",
)


def _stage(conn: Connection, bills: Sequence[Bill]) -> int:
    """Put the rows into the temporary table (the last of each account); how many there are."""
    conn.execute(CreateTable(_STAGED, if_not_exists=True))
    conn.execute(delete(_STAGED))
    last = {bill.account_id: bill for bill in bills}
    is_sqlite = conn.dialect.name == "sqlite"
    rows = [_staged(bill, is_sqlite=is_sqlite) for bill in last.values()]
    if not rows:
        return 0
    if is_sqlite:
        marks = ", ".join("?" * len(_NAMES))
        conn.exec_driver_sql(f"INSERT INTO {_STAGED.name} VALUES ({marks})", rows)
    else:
        raw: Any = conn.connection.driver_connection
        await_only(raw.copy_records_to_table(_STAGED.name, records=rows, columns=_NAMES))
    return len(rows)


def _staged(bill: Bill, *, is_sqlite: bool) -> tuple[object, ...]:
    owed = bill.outstanding
    fees = bill.fees
    return (
        *_plain(bill),
        _details(_detailed(bill), None if fees is None else fees.minor),
        bill.due_on.isoformat() if is_sqlite else bill.due_on,
        owed.minor,
        owed.currency.code,
        owed.currency.exponent,
    )


@lru_cache(maxsize=4_096)
def _details(told: tuple[Any, ...], fees_minor: int | None) -> str:
    product, style, timezone, country, region, pay_link, consent, is_bound, secrets = told
    details = Details(
        product=product,
        style=style,
        timezone=timezone,
        country=country,
        region=region,
        pay_link=pay_link,
        consent=consent,
        is_bound=is_bound,
        secrets=secrets,
        fees_minor=fees_minor,
    )
    return codec.dumps(details, Details)


def _id_of(creditor_id: ColumnElement[str]) -> ColumnElement[str]:
    return creditor_id + literal(":") + _STAGED.c.reference


_CREDITOR = bindparam("creditor_id", type_=Text())
_IMPORT = bindparam("import_id", type_=BigInteger())
_AT = bindparam("at", type_=Instant())


def _differs(new: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    changed = [_ACCOUNTS.c[name].is_distinct_from(new[name]) for name in _FROM_FILE]
    return or_(_ACCOUNTS.c.status != "open", *changed)


_REPLACED = (
    select(_ACCOUNTS).join(_STAGED, _ACCOUNTS.c.id == _id_of(_CREDITOR)).where(_differs(_STAGED.c))
)
_KNOWN = select(_ACCOUNTS.c.id).join(_STAGED, _ACCOUNTS.c.id == _id_of(_CREDITOR))


def _store_statement(dialect: Any) -> Executable:
    source = select(
        _id_of(_CREDITOR),
        _CREDITOR,
        *(_STAGED.c[name] for name in _NAMES),
        literal("open"),
        literal(""),
        _IMPORT,
        _AT,
    ).where(_STAGED.c.reference != "")
    statement = dialect.insert(_ACCOUNTS).from_select(
        ["id", "creditor_id", *_NAMES, "status", "pause", "import_id", "updated_at"],
        source,
        include_defaults=False,
    )
    result: Executable = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            **{name: statement.excluded[name] for name in _FROM_FILE},
            "status": "open",
            "changed_import_id": statement.excluded.import_id,
            "updated_at": statement.excluded.updated_at,
        },
        where=_differs(statement.excluded),
    )
    return result


_STORE = {
    "sqlite": _store_statement(sqlite),
    "postgresql": _store_statement(postgresql),
}


# --- An import ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """A file about to be taken in; `file_hash` is a digest of its bytes."""

    creditor_id: str
    file_name: str
    file_hash: str
    started_at: datetime
    created_by: str = ""
    mapping_json: str = "{}"


def begin(conn: Connection, new: NewImport) -> int:
    """Note that an import runs; its number."""
    values = {field.name: getattr(new, field.name) for field in fields(NewImport)}
    added = conn.execute(
        insert(_IMPORTS).values(status="running", **values).returning(_IMPORTS.c.id)
    )
    number: int = added.scalar_one()
    return number


def preview(conn: Connection, creditor_id: str, bills: Sequence[Bill]) -> Counts:
    """What storing these rows would do; changes nothing (call it in a write: it needs its table)."""
    staged = _stage(conn, bills)
    updated = len(conn.execute(_REPLACED, {"creditor_id": creditor_id}).all())
    known = len(conn.execute(_KNOWN, {"creditor_id": creditor_id}).all())
    return Counts(created=staged - known, updated=updated, same=known - updated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an account says before a file changes it."""

    name: str
    channel: str
    address: str
    language: str
    outstanding: Money
    due_on: date
    details: Details
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What storing a row would do: `created`, `updated` (with what stands there) or `same`."""

    kind: str
    before: Standing | None = None


_CREATED, _SAME = Compared(kind="created"), Compared(kind="same")


def compare(conn: Connection, creditor_id: str, bills: Sequence[Bill]) -> dict[str, Compared]:
    """What storing these rows would do to each account; changes nothing (as `preview`)."""
    _stage(conn, bills)
    told = {"creditor_id": creditor_id}
    replaced = {row.reference: row for row in conn.execute(_REPLACED, told)}
    known = {account_id for (account_id,) in conn.execute(_KNOWN, told)}
    found = {}
    for bill in bills:
        row = replaced.get(bill.account_id)
        if row is not None:
            found[bill.account_id] = Compared(kind="updated", before=_standing(row))
        else:
            is_known = f"{creditor_id}:{bill.account_id}" in known
            found[bill.account_id] = _SAME if is_known else _CREATED
    return found


def outcomes(conn: Connection, creditor_id: str, bills: Sequence[Bill]) -> dict[str, str]:
    """What storing these rows would do to each account: `created`, `updated` or `same`; as above."""
    return {name: found.kind for name, found in compare(conn, creditor_id, bills).items()}


def _standing(row: Any) -> Standing:
    currency = Currency(row.currency, row.exponent)
    return Standing(
        name=row.name,
        channel=row.channel,
        address=row.address,
        language=row.language,
        outstanding=Money(row.outstanding_minor, currency),
        due_on=row.due_on,
        details=codec.loads(row.details_json, Details),
        status=row.status,
    )


_KEEP_BEFORE = Insert(
    _CHANGES, ("import_id", "account_id", "before_json"), unless=("import_id", "account_id")
)


def store_many(
    conn: Connection, import_id: int, creditor_id: str, bills: Sequence[Bill], *, at: datetime
) -> Counts:
    """Store rows of a file, some 10,000 a call; what they did.

    An account that is there already takes what the file says of it; what it said before is kept
    for `undo`.
    """
    staged = _stage(conn, bills)
    replaced = conn.execute(_REPLACED, {"creditor_id": creditor_id}).all()
    _KEEP_BEFORE.run(
        conn,
        [
            {"import_id": import_id, "account_id": row.id, "before_json": _before(row)}
            for row in replaced
        ],
    )
    written = conn.execute(
        _STORE[conn.dialect.name], {"creditor_id": creditor_id, "import_id": import_id, "at": at}
    ).rowcount
    counts = Counts(created=written - len(replaced), updated=len(replaced), same=staged - written)
    _add_counts(conn, import_id, counts, rows=len(bills))
    return counts


def _before(row: Any) -> str:
    return codec.dumps(tuple((name, row._mapping[name]) for name in (*_FROM_FILE, "status")))


def _add_counts(conn: Connection, import_id: int, counts: Counts, *, rows: int) -> None:
    columns = _IMPORTS.c
    conn.execute(
        update(_IMPORTS)
        .where(columns.id == import_id)
        .values(
            row_count=columns.row_count + rows,
            created_count=columns.created_count + counts.created,
            updated_count=columns.updated_count + counts.updated,
            same_count=columns.same_count + counts.same,
        )
    )


_ADD_FAULTS = Insert(_FAULTS, ("import_id", "line", "column", "value", "reason", "row_json"))


def add_faults(conn: Connection, import_id: int, faults: Sequence[tuple[Fault, str]]) -> None:
    """Keep what is wrong, each with its whole row (as JSON), for the operator to mend."""
    rows = [
        {
            "import_id": import_id,
            "line": fault.line,
            "column": fault.column,
            "value": fault.value,
            "reason": fault.reason,
            "row_json": row_json,
        }
        for fault, row_json in faults
    ]
    _ADD_FAULTS.run(conn, rows)
    conn.execute(
        update(_IMPORTS)
        .where(_IMPORTS.c.id == import_id)
        .values(bad_count=_IMPORTS.c.bad_count + len({fault.line for fault, _ in faults}))
    )


def finish(conn: Connection, import_id: int, *, at: datetime) -> Import:
    """Note that the file is in; its figures."""
    conn.execute(
        update(_IMPORTS).where(_IMPORTS.c.id == import_id).values(status="stored", finished_at=at)
    )
    found = find(conn, import_id)
    if found is None:
        raise LookupError(f"no import {import_id}")
    _note(conn, audit.Kind.IMPORT, found, at=at)
    return found


def stop(conn: Connection, import_id: int, *, at: datetime) -> bool:
    """Note that an import ended on the way; false when it was not running."""
    columns = _IMPORTS.c
    changed = conn.execute(
        update(_IMPORTS)
        .where(columns.id == import_id, columns.status == "running")
        .values(status="stopped", finished_at=at)
    )
    found = find(conn, import_id) if changed.rowcount == 1 else None
    if found is not None:
        _note(conn, audit.Kind.IMPORT_STOPPED, found, at=at)
    return found is not None


def go_on(conn: Connection, import_id: int) -> None:
    """Note that an import that ended on the way runs again."""
    columns = _IMPORTS.c
    conn.execute(
        update(_IMPORTS)
        .where(columns.id == import_id, columns.status == "stopped")
        .values(status="running", finished_at=None)
    )


def left_running(conn: Connection, *, started_before: datetime) -> tuple[int, ...]:
    """Imports that nobody runs any more: begun before this instant, and no file of theirs runs."""
    files = tables.table("import_uploads").c
    running = select(files.import_id).where(
        files.import_id.is_not(None), files.state == "importing"
    )
    query = (
        select(_IMPORTS.c.id)
        .where(
            _IMPORTS.c.status == "running",
            _IMPORTS.c.started_at < started_before,
            _IMPORTS.c.id.not_in(running),
        )
        .order_by(_IMPORTS.c.id)
    )
    return tuple(conn.execute(query).scalars())


_TOLD = (
    "id",
    "creditor_id",
    "file_name",
    "file_hash",
    "row_count",
    "created_count",
    "updated_count",
    "same_count",
    "bad_count",
)


def _note(conn: Connection, kind: audit.Kind, done: Import, *, at: datetime) -> None:
    told = audit.detail(**{name: getattr(done, name) for name in _TOLD})
    actor = done.created_by or "operator"
    audit.append(conn, audit.Entry(at=at, kind=kind, actor=actor, detail_json=told))


def find(conn: Connection, import_id: int) -> Import | None:
    """An import by its number."""
    row = conn.execute(select(_IMPORTS).where(_IMPORTS.c.id == import_id)).one_or_none()
    return Import(**row._mapping) if row else None


def same_file(conn: Connection, creditor_id: str, file_hash: str) -> Import | None:
    """The last import of exactly this file that still stands."""
    row = conn.execute(
        select(_IMPORTS)
        .where(
            _IMPORTS.c.creditor_id == creditor_id,
            _IMPORTS.c.file_hash == file_hash,
            _IMPORTS.c.status == "stored",
        )
        .order_by(_IMPORTS.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Import(**row._mapping) if row else None


def recent(conn: Connection, *, limit: int = 50) -> tuple[Import, ...]:
    """The last imports, newest first."""
    rows = conn.execute(select(_IMPORTS).order_by(_IMPORTS.c.id.desc()).limit(limit))
    return tuple(Import(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFault:
    """What was wrong in a row, with the whole row as JSON."""

    id: int
    import_id: int
    line: int
    column: str
    value: str
    reason: str
    row_json: str


def faults_of(
    conn: Connection, import_id: int, *, after_id: int = 0, limit: int = 100
) -> tuple[StoredFault, ...]:
    """A page of an import's faults, in the order of the file."""
    rows = conn.execute(
        select(_FAULTS)
        .where(_FAULTS.c.import_id == import_id, _FAULTS.c.id > after_id)
        .order_by(_FAULTS.c.id)
        .limit(limit)
    )
    return tuple(StoredFault(**row._mapping) for row in rows)


# --- Undo ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An import taken back: accounts removed or withdrawn, accounts that stand as before."""

    removed: int
    restored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUndone:
    """Why an import stays: its state, or how many of its accounts were written to already.

    `too_old`: what it replaced is not kept any more.
    """

    status: str
    contacted: int


_UNDOABLE = ("stored", "stopped")


def undo(conn: Connection, import_id: int, *, at: datetime) -> Undone | NotUndone:
    """Take an import back, as long as no message about its accounts has left."""
    found = find(conn, import_id)
    contacted = _contacted(conn, import_id)
    if found is None or found.status not in _UNDOABLE or contacted:
        return NotUndone(status=found.status if found else "missing", contacted=contacted)
    if found.updated_count and not _is_known_before(conn, import_id):
        return NotUndone(status="too_old", contacted=0)
    restored = _restore(conn, import_id, at)
    removed = _take_out(conn, import_id, at)
    conn.execute(update(_IMPORTS).where(_IMPORTS.c.id == import_id).values(status="undone"))
    _note(conn, audit.Kind.IMPORT_UNDONE, found, at=at)
    return Undone(removed=removed, restored=restored)


def _take_out(conn: Connection, import_id: int, at: datetime) -> int:
    """Remove what the file brought; how many accounts.

    What a later file changed is that file's and stays. A bill that a reminder is planned for is
    withdrawn instead: its conversation must learn that nothing is owed.
    """
    account = _ACCOUNTS.c
    is_own = (
        account.import_id == import_id,
        or_(account.changed_import_id.is_(None), account.changed_import_id == import_id),
    )
    withdrawn = conn.execute(
        update(_ACCOUNTS)
        .where(*is_own, account.conversation_id.is_not(None))
        .values(status="withdrawn", updated_at=at)
    )
    deleted = conn.execute(delete(_ACCOUNTS).where(*is_own, account.conversation_id.is_(None)))
    return withdrawn.rowcount + deleted.rowcount


def _is_known_before(conn: Connection, import_id: int) -> bool:
    """Whether what the file replaced is still kept (see storage/retention.py)."""
    query = select(_CHANGES.c.account_id).where(_CHANGES.c.import_id == import_id).limit(1)
    return conn.execute(query).first() is not None


def _contacted(conn: Connection, import_id: int) -> int:
    touched = or_(_ACCOUNTS.c.import_id == import_id, _ACCOUNTS.c.changed_import_id == import_id)
    started = select(_IMPORTS.c.started_at).where(_IMPORTS.c.id == import_id).scalar_subquery()
    left = (
        select(_OUTGOING.c.account_id)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _OUTGOING.c.account_id)
        .where(
            touched,
            _OUTGOING.c.created_at >= started,
            _OUTGOING.c.status.not_in(("queued", "held", "dropped", "refused")),
        )
        .distinct()
    )
    return len(conn.execute(left).all())


_RESTORE = Update(
    _ACCOUNTS,
    ("id",),
    (*_FROM_FILE, "status", "updated_at"),
    fixed={"changed_import_id": None},
)


def _restore(conn: Connection, import_id: int, at: datetime) -> int:
    rows = conn.execute(
        select(_CHANGES.c.account_id, _CHANGES.c.before_json)
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _CHANGES.c.account_id)
        .where(_CHANGES.c.import_id == import_id, _ACCOUNTS.c.changed_import_id == import_id)
    ).all()
    before = [{"id": row.account_id, **dict(codec.loads(row.before_json))} for row in rows]
    return _RESTORE.run(conn, [row | {"updated_at": at} for row in before])


# --- Mappings -----------------------------------------------------------------------------------

_SAVE_MAPPING = Insert(
    _MAPPINGS,
    ("creditor_id", "name", "mapping_json", "used_at"),
    unless=("creditor_id", "name"),
    replace=("mapping_json", "used_at"),
)


def save_mapping(
    conn: Connection, creditor_id: str, name: str, mapping_json: str, *, at: datetime
) -> None:
    """Remember which column of a file holds what."""
    row = {"creditor_id": creditor_id, "name": name, "mapping_json": mapping_json, "used_at": at}
    _SAVE_MAPPING.run(conn, [row])


def mappings(conn: Connection, creditor_id: str) -> dict[str, str]:
    """The remembered mappings of a creditor as JSON, the last used first."""
    rows = conn.execute(
        select(_MAPPINGS.c.name, _MAPPINGS.c.mapping_json)
        .where(_MAPPINGS.c.creditor_id == creditor_id)
        .order_by(_MAPPINGS.c.used_at.desc())
    )
    return {row.name: row.mapping_json for row in rows}
