"""Reading, writing, grouping, waking, failing with words that tell what to do."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from storage import schema
from storage.database import Database
from storage.errors import StorageError
from storage.tables import table
from tests.databases import sqlite_url
from tests.storage.values import NOW

_SETTINGS = table("settings")


def _put(key: str) -> Callable[[Connection], str]:
    row = {"key": key, "value_json": "1", "changed_by": "test", "reason": "", "changed_at": NOW}

    def write(conn: Connection) -> str:
        conn.execute(insert(_SETTINGS), row)
        return key

    return write


def _keys(conn: Connection) -> list[str]:
    return list(conn.execute(select(_SETTINGS.c.key).order_by(_SETTINGS.c.key)).scalars())


async def test_a_write_is_read_back(db: Database) -> None:
    assert await db.write(_put("a")) == "a"
    assert await db.read(_keys) == ["a"]


async def test_a_failing_request_undoes_only_itself(db: Database) -> None:
    def fail(conn: Connection) -> None:
        _put("lost")(conn)
        raise LookupError("mine")

    async def failing() -> None:
        with pytest.raises(LookupError, match="mine"):
            await db.write(fail)

    await asyncio.gather(
        *(db.write(_put(f"k{n}")) for n in range(5)),
        failing(),
        *(db.write(_put(f"l{n}")) for n in range(5)),
    )
    assert len(await db.read(_keys)) == 10


async def test_requests_that_wait_share_one_commit(sqlite_db: Database) -> None:
    transactions: list[object] = []

    def write(conn: Connection) -> None:
        transactions.append(conn.get_transaction())

    await asyncio.gather(*(sqlite_db.write(write) for _ in range(1_000)))
    assert len(transactions) == 1_000
    assert len(set(map(id, transactions))) <= 100


async def test_a_subscriber_hears_a_write_of_its_topic(db: Database) -> None:
    listener = db.subscribe("turns")
    other = db.subscribe("sends")
    await db.write(_put("a"), wake=("turns",))
    assert await listener.wait(5)
    assert not await other.wait(0)
    assert not await listener.wait(0)


async def test_a_write_of_another_process_wakes_too(postgres_url: str) -> None:
    async with (
        await Database.open(postgres_url) as here,
        await Database.open(postgres_url) as there,
    ):
        listener = here.subscribe("turns")
        # The connection that listens opens in the background: tell until it hears.
        for _ in range(100):
            await there.write(lambda conn: None, wake=("turns",))
            if await listener.wait(0.05):
                return
    raise AssertionError("nothing was heard")


async def test_what_failed_wakes_nobody(db: Database) -> None:
    listener = db.subscribe("turns")

    def fail(conn: Connection) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await db.write(fail, wake=("turns",))
    assert not await listener.wait(0)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "expected sqlite"),
        ("mysql://h/x", "expected an sqlite or postgresql URL"),
        ("sqlite://", "expected a file"),
        ("sqlite:////no/such/folder/x.db", "does not exist"),
        ("postgresql://nobody@127.0.0.1:1/x", "cannot be reached"),
        ("postgresql://nobody@/x?host=/no/such/folder", "cannot be reached"),
    ],
)
async def test_what_cannot_be_opened_says_what_to_do(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words):
        await Database.open(url)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StorageError, match="not an SQLite database"):
        await Database.open(sqlite_url(path))


async def test_a_missing_postgres_database_is_named(postgres_url: str) -> None:
    with pytest.raises(StorageError, match="createdb"):
        await Database.open(postgres_url.replace("/duetalk?", "/nothing?"))


async def test_a_lost_connection_costs_a_write_nothing(postgres_url: str) -> None:
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with (
        await Database.open(postgres_url) as db,
        await Database.open(postgres_url) as other,
    ):
        await db.write(_put("before"))
        await other.write(lambda conn: conn.execute(end_all))
        assert await db.write(_put("after")) == "after"
        await other.write(lambda conn: conn.execute(end_all))
        assert await db.read(_keys) == ["after", "before"]


async def test_a_reader_cannot_write(sqlite_db: Database) -> None:
    with pytest.raises(StorageError, match="read-only"):
        await sqlite_db.read(_put("a"))


async def test_a_locked_file_says_who_may_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "locked.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA journal_mode=WAL")
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StorageError, match="another process") as caught:
            await Database.open(sqlite_url(path) + "?timeout=0.05")
        assert caught.value.is_retryable
    finally:
        holder.close()


async def test_a_full_disk_fails_the_group_and_the_next_write_goes_on(sqlite_db: Database) -> None:
    def limit(pages: int) -> Callable[[Connection], object]:
        return lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar_one()

    def fill(conn: Connection) -> None:
        sql = "INSERT INTO feed (at, kind, detail_json) VALUES (0, 'x', :text)"
        conn.execute(text(sql), {"text": "x" * 4_000_000})

    await sqlite_db.write(limit(1))
    with pytest.raises(StorageError, match="disk is full"):
        await sqlite_db.write(fill)
    await sqlite_db.write(limit(1_000_000))
    await sqlite_db.write(_put("after"))
    assert await sqlite_db.read(_keys) == ["after"]


async def test_closing_finishes_what_was_handed_in(url: str) -> None:
    db = await Database.open(url)
    writing = asyncio.gather(*(db.write(_put(f"k{n:02}")) for n in range(20)))
    await asyncio.sleep(0)
    await db.close()
    await db.close()
    assert len(await writing) == 20
    async with await Database.open(url) as again:
        assert len(await again.read(_keys)) == 20


def test_the_file_may_only_be_read_by_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "private.db"

    async def run() -> None:
        async with await Database.open(sqlite_url(path)) as db:
            await schema.upgrade(db)

    asyncio.run(run())
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


async def test_an_error_of_the_database_quotes_no_value(db: Database) -> None:
    words = "my secret words"

    def fail(conn: Connection) -> None:
        conn.execute(text("INSERT INTO no_such_table VALUES (:words)"), {"words": words})

    with pytest.raises(Exception, match="no_such_table") as caught:
        await db.write(fail)
    assert words not in str(caught.value)
    assert words not in str(caught.value.__cause__)
