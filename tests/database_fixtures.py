"""Databases for tests: `db` and `url` are parametrised over SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from storage.database import Database
from tests.databases import Postgres, migrate, sqlite_url


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except Exception as error:
        pytest.skip(f"no PostgreSQL here: {type(error).__name__}: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "duetalk.db"
    migrate(sqlite_url(path))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, migrated database."""
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return server.emptied()
    template: Path = request.getfixturevalue("sqlite_template")
    shutil.copy(template, tmp_path / "duetalk.db")
    return sqlite_url(tmp_path / "duetalk.db")


@pytest_asyncio.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """An open, migrated database."""
    async with await Database.open(url) as opened:
        yield opened


@pytest.fixture
def empty_postgres_url(postgres: Postgres) -> str:
    """The URL of a PostgreSQL database without any table."""
    return postgres.fresh()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """The URL of the migrated PostgreSQL database, without any row."""
    return postgres.emptied()


@pytest_asyncio.fixture
async def sqlite_db(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An open, migrated SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "duetalk.db")
    async with await Database.open(sqlite_url(tmp_path / "duetalk.db")) as opened:
        yield opened
