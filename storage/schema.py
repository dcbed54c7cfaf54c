"""Brings the tables of a database to this version of the program; forward only."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from storage.database import Database
from storage.errors import SchemaError

# The newest migration; a test compares it with the files.
HEAD = "0008"
_VERSIONS = Path(__file__).parent / "migrations"
# Any fixed number: two processes that start together must not migrate at once.
_LOCK = 7_383_825_501


async def upgrade(db: Database) -> None:
    """Run the missing migrations in one transaction.

    Raises SchemaError when the database was made by a newer program; nothing is changed then.
    """
    if await db.read(current) != HEAD:
        await db.write(_migrate)


async def check(db: Database) -> None:
    """Raise SchemaError unless the tables fit this program exactly."""
    found = await db.read(current)
    if found is None:
        raise SchemaError("the database has no tables yet: run `duetalk serve` or `migrate` once")
    if found != HEAD:
        raise SchemaError(_misfit(found))


def current(conn: Connection) -> str | None:
    """The migration the database stands at, or None for an empty one."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _migrate(conn: Connection) -> None:
    # Alembic is loaded only when there is something to migrate: the usual start does without.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = current(conn)
    config = Config()
    config.set_main_option("script_location", str(_VERSIONS))
    config.attributes["connection"] = conn
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaError(_misfit(found)) from error


def _misfit(found: str | None) -> str:
    if found is not None and found < HEAD:
        return f"the database stands at migration {found}, the program needs {HEAD}: restart it"
    return (
        f"the database stands at migration {found}, this program only knows {HEAD}: "
        "it was made by a newer Duetalk, so upgrade the program"
    )


def clear(conn: Connection) -> None:
    """Empty every table, for a demo that begins again; a service never calls it."""
    tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    if conn.dialect.name == "postgresql":
        conn.execute(text(f"TRUNCATE {', '.join(tables)}"))
        return
    # The rules that keep the audit are taken away for this one moment.
    rules = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for rule in rules:
        conn.execute(text(f"DROP TRIGGER {rule.name}"))
    for name in tables:
        conn.execute(text(f"DELETE FROM {name}"))
    for rule in rules:
        conn.exec_driver_sql(rule.sql)
