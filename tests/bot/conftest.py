"""What the shell's tests share: a real SQLite file, migrated once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from storage.database import Database
from tests.databases import migrate, sqlite_url


@pytest.fixture(scope="session")
def bot_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bot") / "duetalk.db"
    migrate(sqlite_url(path))
    return path


@pytest.fixture
def bot_url(bot_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    shutil.copy(bot_template, tmp_path / "duetalk.db")
    return sqlite_url(tmp_path / "duetalk.db")


@pytest_asyncio.fixture
async def bot_db(bot_url: str) -> AsyncIterator[Database]:
    """An open, migrated SQLite file."""
    async with await Database.open(bot_url) as opened:
        yield opened
