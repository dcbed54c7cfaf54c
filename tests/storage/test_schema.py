"""Migrations bring both databases to exactly the tables the program knows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 # fills the metadata
from storage import schema
from storage.database import Database
from storage.errors import SchemaError
from tests.databases import sqlite_url


def _differences(conn: Connection) -> list[object]:
    context = MigrationContext.configure(conn, opts={"compare_type": True})
    return list(compare_metadata(context, SQLModel.metadata))


def _set_version(number: str) -> Callable[[Connection], object]:
    change = text("UPDATE alembic_version SET version_num = :number")
    return lambda conn: conn.execute(change, {"number": number})


async def test_migrated_tables_are_the_models(db: Database) -> None:
    assert await db.read(_differences) == []


async def test_a_second_upgrade_changes_nothing(db: Database) -> None:
    await schema.upgrade(db)
    await schema.check(db)


def test_the_head_named_in_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_tables_of_a_newer_program_are_refused_and_left_alone(db: Database) -> None:
    await db.write(_set_version("9999"))
    with pytest.raises(SchemaError, match="newer Duetalk"):
        await schema.upgrade(db)
    with pytest.raises(SchemaError, match="newer Duetalk"):
        await schema.check(db)
    await db.write(_set_version(schema.HEAD))


async def test_an_empty_database_is_told_apart(tmp_path: Path) -> None:
    async with await Database.open(sqlite_url(tmp_path / "empty.db")) as db:
        with pytest.raises(SchemaError, match="no tables yet"):
            await schema.check(db)


async def test_two_processes_that_start_together_migrate_once(empty_postgres_url: str) -> None:
    url = empty_postgres_url
    async with await Database.open(url) as one, await Database.open(url) as other:
        await asyncio.gather(schema.upgrade(one), schema.upgrade(other))
        await schema.check(one)
