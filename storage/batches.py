"""Statements that write many rows at once, the same on both databases.

PostgreSQL gets one array per column (`unnest`), so the text of a statement never depends on the
number of rows and is prepared once. SQLite gets the driver's own loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Table,
    and_,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import TableValuedAlias

Rows = Sequence[Mapping[str, Any]]
AnyRow = Row[*tuple[Any, ...]]


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
        else:
            result = conn.execute(self._sqlite, list(rows))
        return result.all() if self._returning else ()

    @cached_property
    def _postgres(self) -> Executable:
        source = _unnested(self._table, self._columns)
        statement = postgresql.insert(self._table).from_select(
            self._columns, select(*source.c), include_defaults=True
        )
        return self._finish(statement)

    @cached_property
    def _sqlite(self) -> Executable:
        if not self._unless:
            return self._finish(insert(self._table))
        return self._finish(sqlite.insert(self._table))

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
        renamed = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        return conn.execute(self._sqlite, renamed).rowcount

    @cached_property
    def _postgres(self) -> Executable:
        source = _unnested(self._table, (*self._key, *self._columns))
        found = and_(*(self._table.c[name] == source.c[name] for name in self._key))
        values = {name: source.c[name] for name in self._columns} | self._fixed
        return self._where(update(self._table).where(found).values(values))

    @cached_property
    def _sqlite(self) -> Executable:
        found = and_(*(self._table.c[name] == bindparam(f"new_{name}") for name in self._key))
        values = {name: bindparam(f"new_{name}") for name in self._columns} | self._fixed
        return self._where(update(self._table).where(found).values(values))

    def _where(self, statement: Any) -> Executable:
        result: Executable = statement if self._only_if is None else statement.where(self._only_if)
        return result


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
