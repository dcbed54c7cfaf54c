"""SQLite: one writer thread with group commit, readers on their own connections.

The writer takes what waits, up to a limit and without a timer: the group is one request when
idle and grows by itself under load, so that one fdatasync pays for many requests. Each request
runs inside a savepoint of its own; one that fails undoes only itself.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy import Engine as Pool

from storage.errors import StorageError, explain
from storage.wakeups import Subscription, Wakeups

T = TypeVar("T")

# More gains nothing: at 128 the disk's share of a request is already under a tenth.
GROUP_LIMIT = 128
_READERS = 4
# What the log of one large group of writes may need before it is folded into the file.
_LEAST_FREE_BYTES = 16 * 2**20
_LOCK_SECONDS = 10.0
_WRITER_PRAGMAS = (
    "PRAGMA synchronous=FULL",  # NORMAL may lose the last commits at a power cut.
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)
_WRITER_CACHE, _READER_CACHE, _PASSING_CACHE = (
    "PRAGMA cache_size=-65536",
    "PRAGMA cache_size=-16384",
    "PRAGMA cache_size=-2048",
)
_READER_PRAGMAS = ("PRAGMA query_only=ON",)


@dataclass(slots=True)
class _Request:
    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    wake: Sequence[str]
    result: Any = None
    error: Exception | None = None


class SqliteEngine:
    """An open SQLite file."""

    def __init__(self, writer: Pool, readers: Pool, path: str) -> None:
        self._folder = Path(path).absolute().parent
        self._wakeups = Wakeups()
        self._loop = asyncio.get_running_loop()
        self._readers = readers
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="storage-reader")
        self._writer = _Writer(writer, self._loop, self._wakeups)

    @classmethod
    async def open(cls, url: URL, *, is_passing: bool = False) -> SqliteEngine:
        """Open or create the file in WAL mode; StorageError says why it cannot be written."""
        path = url.database
        if not path or path == ":memory:":
            raise StorageError("expected a file: sqlite:///path/to/duetalk.db")
        writer_cache, reader_cache = (
            (_PASSING_CACHE, _PASSING_CACHE) if is_passing else (_WRITER_CACHE, _READER_CACHE)
        )
        writer = _pool(url, (*_WRITER_PRAGMAS, writer_cache), "BEGIN IMMEDIATE")
        await asyncio.to_thread(_check, writer, path)
        readers = _pool(url, (*_READER_PRAGMAS, reader_cache), "BEGIN")
        return cls(writer, readers, path)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work` over one consistent snapshot."""
        return await self._loop.run_in_executor(self._threads, _read, self._readers, work)

    async def write(self, work: Callable[[Connection], T], wake: Sequence[str]) -> T:
        """The result of `work` after the group's commit."""
        return await self._writer.submit(work, wake)

    def subscribe(self, topics: Sequence[str]) -> Subscription:
        """A listener for writes of this process."""
        return self._wakeups.subscribe(topics)

    def trouble(self) -> str:
        """That the disk is all but full; empty when there is room."""
        free = shutil.disk_usage(self._folder).free
        if free >= _LEAST_FREE_BYTES:
            return ""
        return f"the disk of the SQLite file is all but full ({free:,} bytes): free some space"

    async def close(self) -> None:
        """Commit what was handed in, then close every connection."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._threads.shutdown)
        self._readers.dispose()


class _Writer:
    """The one thread that writes."""

    def __init__(self, pool: Pool, loop: asyncio.AbstractEventLoop, wakeups: Wakeups) -> None:
        self._pool = pool
        self._loop = loop
        self._wakeups = wakeups
        self._queue: SimpleQueue[_Request | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[Connection], T], wake: Sequence[str]) -> T:
        """Hand in a request and wait for its commit; it runs even if the waiter gives up."""
        request = _Request(work, self._loop.create_future(), wake)
        self._queue.put(request)
        result: T = await request.future
        return result

    def close(self) -> None:
        """Wait until everything handed in is committed."""
        self._queue.put(None)
        self._thread.join()
        self._pool.dispose()

    def _run(self) -> None:
        with self._pool.connect() as conn:
            is_open = True
            while is_open:
                group, is_open = self._take()
                if group:
                    _commit(conn, group)
                    self._loop.call_soon_threadsafe(self._resolve, group)

    def _take(self) -> tuple[list[_Request], bool]:
        request = self._queue.get()
        group: list[_Request] = []
        while request is not None:
            group.append(request)
            if len(group) == GROUP_LIMIT:
                return group, True
            try:
                request = self._queue.get_nowait()
            except Empty:
                return group, True
        return group, False

    def _resolve(self, group: list[_Request]) -> None:
        topics: set[str] = set()
        for request in group:
            if request.error is None:
                topics.update(request.wake)
            if request.future.done():
                continue
            if request.error is not None:
                request.future.set_exception(request.error)
            else:
                request.future.set_result(request.result)
        if topics:
            self._wakeups.wake(topics)


def _commit(conn: Connection, group: list[_Request]) -> None:
    try:
        with conn.begin():
            raw = conn.connection.dbapi_connection
            for request in group:
                _attempt(conn, raw, request)
    except Exception as error:  # The group's commit failed, so no request of it is durable.
        failure = explain(error) or error
        for request in group:
            request.error = request.error or failure


def _attempt(conn: Connection, raw: Any, request: _Request) -> None:
    # Straight to the driver: SQLAlchemy's savepoints cost five times as much.
    raw.execute("SAVEPOINT request")
    try:
        request.result = request.work(conn)
    except Exception as error:  # Whatever it is belongs to the caller who waits.
        request.error = explain(error) or error
        if not raw.in_transaction:
            raise  # SQLite itself rolled the whole transaction back (disk full, I/O error).
        raw.execute("ROLLBACK TO request")
    raw.execute("RELEASE request")


def _read(pool: Pool, work: Callable[[Connection], T]) -> T:
    try:
        with pool.connect() as conn:
            return work(conn)
    except Exception as error:
        failure = explain(error)
        if failure is None:
            raise
        raise failure from error


def _pool(url: URL, pragmas: Sequence[str], begin: str) -> Pool:
    pool = create_engine(
        url,
        pool_size=_READERS,
        # An error names the statement; what customers wrote stays out of it.
        hide_parameters=True,
        connect_args={
            "isolation_level": None,
            "timeout": float(str(url.query.get("timeout", _LOCK_SECONDS))),
            "check_same_thread": False,
            "cached_statements": 512,
        },
    )

    @event.listens_for(pool, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(pool, "begin")
    def start(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return pool


def _check(pool: Pool, path: str) -> None:
    if not Path(path).absolute().parent.is_dir():
        raise StorageError(f"the folder of {path} does not exist: create it first")
    try:
        # The log beside the file takes its rights from it: nobody else may read the customers.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        raw = pool.raw_connection()
        try:
            mode = raw.cursor().execute("PRAGMA journal_mode=WAL").fetchone()[0]
            raw.cursor().execute("BEGIN IMMEDIATE")
            raw.cursor().execute("ROLLBACK")
        finally:
            raw.close()
    except Exception as error:
        raise explain(error) or error from error
    if mode != "wal":
        raise StorageError(
            f"SQLite cannot use its write-ahead log here (mode {mode}): "
            "put the file on a local disk, or use PostgreSQL"
        )
