"""The one door to the database: `read` and `write` run a function over a connection.

The same synchronous functions run on SQLite (a writer thread with group commit) and on
PostgreSQL (asyncpg under SQLAlchemy's run_sync). Nothing here knows a table.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageError
from storage.wakeups import Subscription

T = TypeVar("T")
Work = Callable[[Connection], T]
_TROUBLED_SECONDS = 30.0


class Engine(Protocol):
    """What one kind of database must do."""

    async def read(self, work: Work[T]) -> T: ...
    async def write(self, work: Work[T], wake: Sequence[str]) -> T: ...
    def subscribe(self, topics: Sequence[str]) -> Subscription: ...
    def trouble(self) -> str: ...
    async def close(self) -> None: ...


class Database:
    """An open database; close it, or use it as an async context manager."""

    def __init__(self, engine: Engine, *, is_sqlite: bool) -> None:
        self._engine = engine
        self._is_closed = False
        self._running = 0
        self._is_idle = asyncio.Event()
        self._failed: tuple[float, str] | None = None
        self.is_sqlite = is_sqlite

    @classmethod
    async def open(cls, url: str, *, is_passing: bool = False) -> Database:
        """Open `sqlite:///path` or `postgresql+asyncpg://...`.

        `is_passing`: the process goes through the data once, so large caches gain nothing.

        Raises StorageError, which says what to do, when it cannot be reached or written.
        """
        engine = await _open_engine(url, is_passing=is_passing)
        return cls(engine, is_sqlite=url.startswith("sqlite"))

    async def read(self, work: Work[T]) -> T:
        """The result of `work` over a connection of its own; it must not write."""
        return await self._run(self._engine.read, work)

    async def write(self, work: Work[T], *, wake: Sequence[str] = ()) -> T:
        """The result of `work`, once it is durable.

        `work` may run twice after a clash of two writers, so it must have no effect but in the
        database. An exception undoes all of it and is raised here. After the commit the
        subscribers of the topics in `wake` go on, in every process (on SQLite: in this one).
        """
        try:
            return await self._run(self._engine.write, work, wake)
        except StorageError as error:
            self._failed = (asyncio.get_running_loop().time(), str(error))
            raise

    def trouble(self) -> str:
        """Why writing fails now or soon will, in words that say what to do; empty when it is well.

        A write that failed within the last half minute, or a disk with hardly any room.
        """
        if self._failed is not None:
            failed_at, why = self._failed
            if asyncio.get_running_loop().time() - failed_at < _TROUBLED_SECONDS:
                return why
        return self._engine.trouble()

    def subscribe(self, *topics: str) -> Subscription:
        """A listener that writes with one of the topics in `wake` wake up, from any process."""
        return self._engine.subscribe(topics)

    async def close(self) -> None:
        """Finish what was handed in, then let go of every connection."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._running:
            await self._is_idle.wait()
        await self._engine.close()

    async def _run(self, do: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        if self._is_closed:
            raise StorageError("the database is closed")
        self._running += 1
        try:
            return await do(*arguments)
        finally:
            self._running -= 1
            if self._is_closed and not self._running:
                self._is_idle.set()

    async def __aenter__(self) -> Database:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def _open_engine(url: str, *, is_passing: bool) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError(
            f"expected sqlite:///path or postgresql+asyncpg://user@host/name, got {url!r}"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        from storage.sqlite import SqliteEngine  # noqa: PLC0415 # asyncpg stays unloaded.

        return await SqliteEngine.open(parsed, is_passing=is_passing)
    if parsed.get_backend_name() == "postgresql":
        from storage.postgres import PostgresEngine  # noqa: PLC0415 # sqlite3 stays unloaded.

        return await PostgresEngine.open(parsed.set(drivername="postgresql+asyncpg"))
    raise StorageError(f"expected an sqlite or postgresql URL, got {parsed.drivername}")
