"""Column types and SQL expressions that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    FunctionElement,
    Integer,
    String,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an aware instant, got {value!r}")
        return value if dialect.name == "postgresql" else to_microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC)  # type: ignore[no-any-return] # asyncpg gives datetimes.
        return from_microseconds(value)


class Serial(TypeDecorator[int]):
    """The next number of a table: bigint on PostgreSQL, rowid on SQLite (INTEGER only)."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = BigInteger() if dialect.name == "postgresql" else Integer()
        return dialect.type_descriptor(kind)


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """The aware UTC instant so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


class database_now(FunctionElement[datetime]):  # SQL functions are written so.
    """The database's own clock, for leases: workers on several machines share it."""

    type = Instant()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _postgres_now(_element: Any, _compiler: Any, **_: Any) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _sqlite_now(_element: Any, _compiler: Any, **_: Any) -> str:
    # Julian day 2440587.5 is 1970-01-01T00:00Z; good to a millisecond.
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


class after_now(FunctionElement[datetime]):  # SQL functions are written so.
    """The database's clock plus a number of microseconds, given as the one argument."""

    type = Instant()
    inherit_cache = True


@compiles(after_now, "postgresql")
def _postgres_after(element: Any, compiler: Any, **options: Any) -> str:
    count = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + CAST({count} AS bigint) * INTERVAL '1 microsecond')"


@compiles(after_now, "sqlite")
def _sqlite_after(element: Any, compiler: Any, **options: Any) -> str:
    count = compiler.process(element.clauses, **options)
    return f"(CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER) + {count})"


def microseconds(length: timedelta) -> int:
    """A length of time as a number for `after_now`."""
    return length // _MICROSECOND


def word(text: str) -> ColumnElement[str]:
    """A status word as a literal: a partial index is only used for the exact word."""
    return literal_column(f"'{text}'", String())
