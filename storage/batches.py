"""Statements that write many rows at once, the same on both databases.

SQLAlchemy compiles each statement once; the rows then go to the driver by column. PostgreSQL gets
one array per column (`unnest`), so the text of a statement never depends on the number of rows and
is prepared once. SQLite gets the driver's own loop, or one statement of many rows where the rows
written are asked back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Executable,
    Row,
    Table,
    and_,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.sql.selectable import TableValuedAlias

from storage.columns import Instant, to_microseconds

Rows = Sequence[Mapping[str, Any]]
AnyRow = Row[*tuple[Any, ...]]

# Statements of so many rows, and of half as many and so on: few texts, each prepared once.
_MOST_ROWS = 128


class Insert:
    """Inserts rows of the named columns.

    `unless` names a unique key: a row that is there already is left alone, or, with `replace`,
    takes the named columns of the new one where `only_if` holds of the two. `returning` names the
    columns that `run` gives back of the rows really written.
    """

    def __init__(
        self,
        table: Table,
        columns: Sequence[str],
        *,
        unless: Sequence[str] = (),
        unless_where: ColumnElement[bool] | None = None,
        replace: Sequence[str] = (),
        only_if: ColumnElement[bool] | None = None,
        returning: Sequence[str] = (),
    ) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._unless = tuple(unless)
        self._unless_where = unless_where
        self._replace = tuple(replace)
        self._only_if = only_if
        self._returning = tuple(table.c[name] for name in returning)

    def run(self, conn: Connection, rows: Rows) -> Sequence[AnyRow]:
        """Write the rows; what `returning` names, of those really written."""
        if not rows:
            return ()
        if self._replace:
            # PostgreSQL refuses to replace a row twice in one statement: the last one stands.
            rows = list({tuple(row[name] for name in self._unless): row for row in rows}.values())
        if conn.dialect.name == "postgresql":
            result = conn.execute(self._postgres, _arrays(self._columns, rows))
            return result.all() if self._returning else ()
        values = self._sqlite.rows(rows)
        if not self._returning:
            conn.exec_driver_sql(self._sqlite.text, values)
            return ()
        written: list[AnyRow] = []
        for chunk in _chunks(values):
            flat = tuple(chain.from_iterable(chunk))
            written += conn.exec_driver_sql(self._sqlite.many(len(chunk)), flat).all()
        return written

    @cached_property
    def _postgres(self) -> Executable:
        source = _unnested(self._table, self._columns)
        statement = postgresql.insert(self._table).from_select(
            self._columns, select(*source.c), include_defaults=True
        )
        return self._finish(statement)

    @cached_property
    def _sqlite(self) -> _Driver:
        defaults = {
            str(one.name): one.default.arg
            for one in self._table.c
            if one.name not in self._columns and isinstance(one.default, ScalarElementColumnDefault)
        }
        values = {name: bindparam(name) for name in self._columns} | defaults
        statement = self._finish(sqlite.insert(self._table).values(values))
        return _Driver(statement, {name: self._table.c[name].type for name in self._columns})

    def _finish(self, statement: Any) -> Executable:
        if self._replace:
            statement = statement.on_conflict_do_update(
                index_elements=self._unless,
                index_where=self._unless_where,
                set_={name: statement.excluded[name] for name in self._replace},
                where=self._only_if,
            )
        elif self._unless:
            statement = statement.on_conflict_do_nothing(
                index_elements=self._unless, index_where=self._unless_where
            )
        result: Executable = statement.returning(*self._returning) if self._returning else statement
        return result


class Update:
    """Sets columns of rows found by a key, each row to its own values, where `only_if` holds."""

    def __init__(
        self,
        table: Table,
        key: Sequence[str],
        columns: Sequence[str],
        *,
        fixed: Mapping[str, Any] | None = None,
        only_if: ColumnElement[bool] | None = None,
    ) -> None:
        self._table = table
        self._key = tuple(key)
        self._columns = tuple(columns)
        self._fixed = dict(fixed or {})
        self._only_if = only_if

    def run(self, conn: Connection, rows: Rows) -> int:
        """The number of rows changed; each row of `rows` holds the key and the new values."""
        if not rows:
            return 0
        if conn.dialect.name == "postgresql":
            names = (*self._key, *self._columns)
            return conn.execute(self._postgres, _arrays(names, rows)).rowcount
        values = self._sqlite.rows(rows)
        return conn.exec_driver_sql(self._sqlite.text, values).rowcount

    @cached_property
    def _postgres(self) -> Executable:
        source = _unnested(self._table, (*self._key, *self._columns))
        found = and_(*(self._table.c[name] == source.c[name] for name in self._key))
        values = {name: source.c[name] for name in self._columns} | self._fixed
        return self._where(update(self._table).where(found).values(values))

    @cached_property
    def _sqlite(self) -> _Driver:
        names = (*self._key, *self._columns)
        found = and_(*(self._table.c[name] == bindparam(f"new_{name}") for name in self._key))
        values = {name: bindparam(f"new_{name}") for name in self._columns} | self._fixed
        statement = self._where(update(self._table).where(found).values(values))
        return _Driver(statement, {name: self._table.c[name].type for name in names})

    def _where(self, statement: Any) -> Executable:
        result: Executable = statement if self._only_if is None else statement.where(self._only_if)
        return result


class _Driver:
    """A compiled statement for SQLite's driver, and how rows become its parameters."""

    def __init__(self, statement: Any, types: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=sqlite.dialect())
        self.text = str(compiled)
        names = list(compiled.positiontup)
        self._marks = f"({', '.join('?' * len(names))})"
        self._makers = [_maker(name, types, compiled.params) for name in names]

    def rows(self, rows: Rows) -> list[tuple[Any, ...]]:
        """The parameters of each row, in the statement's order."""
        return list(zip(*(make(rows) for make in self._makers), strict=True))

    def many(self, count: int) -> str:
        """The statement for so many rows at once (its only parameters are those of the rows)."""
        return self.text.replace(self._marks, ", ".join([self._marks] * count), 1)


def _maker(
    name: str, types: Mapping[str, Any], constants: Mapping[str, Any]
) -> Callable[[Rows], list[Any]]:
    """How one parameter of every row is made: from the rows' column, or always the same."""
    source = name.removeprefix("new_")
    if source not in types:
        constant = constants[name]
        return lambda rows: [constant] * len(rows)
    if isinstance(types[source], Instant):
        return lambda rows: [
            None if (at := row[source]) is None else to_microseconds(at) for row in rows
        ]
    if isinstance(types[source], Date):
        return lambda rows: [
            None if (on := row[source]) is None else on.isoformat() for row in rows
        ]
    return lambda rows: [row[source] for row in rows]


def _chunks(values: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    start, size = 0, _MOST_ROWS
    while start < len(values):
        while size > len(values) - start:
            size //= 2
        yield values[start : start + size]
        start += size


def _unnested(table: Table, columns: Sequence[str]) -> TableValuedAlias:
    arrays = [
        bindparam(f"all_{name}", type_=postgresql.ARRAY(table.c[name].type)) for name in columns
    ]
    given = [column(name, table.c[name].type) for name in columns]
    return func.unnest(*arrays).table_valued(*given, name="given").render_derived()


def _arrays(columns: Sequence[str], rows: Rows) -> dict[str, list[Any]]:
    return {f"all_{name}": [row[name] for row in rows] for name in columns}


def padded(values: Sequence[Any]) -> list[Any]:
    """The values for an IN list, filled up to a power of two so that few statements are prepared."""
    wanted = 1 << max(0, len(values) - 1).bit_length()
    return [*values, *([values[-1]] * (wanted - len(values)))] if values else []
