"""PostgreSQL: asyncpg under SQLAlchemy's run_sync, and LISTEN/NOTIFY to wake other processes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.errors import StorageError, explain
from storage.wakeups import Subscription, Wakeups

T = TypeVar("T")

_POOL_SIZE = 8
_ATTEMPTS = 4
_CHANNEL = "duetalk"
_RECONNECT_SECONDS = 1.0
# Serialization failure and deadlock: PostgreSQL rolled one of two writers back.
_CLASHES = ("40001", "40P01")
_COMMIT_LOST = (
    "the connection to PostgreSQL broke while committing: what was asked may be done or not, "
    "so look before asking again"
)
_NOTIFY = text("SELECT pg_notify(:channel, :topics)")
# Row locks and array statements gain nothing from the JIT, which costs tens of milliseconds.
_SERVER_SETTINGS = {
    "application_name": "duetalk",
    "jit": "off",
    "timezone": "UTC",
    # A worker that hangs in a transaction lets go of its conversations after this long.
    "idle_in_transaction_session_timeout": "120s",
}


class PostgresEngine:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, pool: AsyncEngine) -> None:
        self._pool = pool
        self._wakeups = Wakeups()
        self._listener: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: URL) -> PostgresEngine:
        """Connect once; StorageError says why that is impossible."""
        pool = create_async_engine(
            url,
            pool_size=_POOL_SIZE,
            max_overflow=0,
            # An error names the statement; what customers wrote stays out of it.
            hide_parameters=True,
            connect_args={
                "server_settings": _SERVER_SETTINGS,
                "prepared_statement_cache_size": 512,
            },
        )
        engine = cls(pool)
        try:
            await engine.read(lambda conn: conn.execute(text("SELECT 1")).scalar_one())
        except BaseException:
            await pool.dispose()
            raise
        return engine

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`; each of its statements sees what is committed by then."""
        return await self._again(lambda: self._read_once(work))

    async def write(self, work: Callable[[Connection], T], wake: Sequence[str]) -> T:
        """The result of `work` after its commit; a clash of two writers is tried again."""
        return await self._again(lambda: self._write_once(work, wake))

    async def _again(self, run: Callable[[], Awaitable[T]]) -> T:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await run()
            except Exception as error:
                if not _may_run_again(error):
                    raise explain(error) or error from error
        try:
            return await run()
        except Exception as error:
            raise explain(error) or error from error

    def subscribe(self, topics: Sequence[str]) -> Subscription:
        """A listener for writes of every process; starts listening at the first call."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        return self._wakeups.subscribe(topics)

    def trouble(self) -> str:
        """Nothing is known of the server's disk but what a failed write tells."""
        return ""

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        await self._pool.dispose()

    async def _read_once(self, work: Callable[[Connection], T]) -> T:
        async with self._pool.connect() as conn:
            return await conn.run_sync(work)

    async def _write_once(self, work: Callable[[Connection], T], wake: Sequence[str]) -> T:
        async with self._pool.connect() as conn, conn.begin() as transaction:
            result = await conn.run_sync(work)
            if wake:
                await conn.execute(_NOTIFY, {"channel": _CHANNEL, "topics": ",".join(wake)})
            try:
                await transaction.commit()
            except Exception as error:
                raise StorageError(_COMMIT_LOST, is_retryable=True) from error
        self._wakeups.wake(wake)
        return result

    async def _listen(self) -> None:
        while True:
            # Workers poll as well, so a lost connection only makes them slower for a moment.
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._listen_once()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        _, options = self._pool.dialect.create_connect_args(self._pool.url)
        options.pop("prepared_statement_cache_size", None)
        connection = await asyncpg.connect(**options)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(_CHANNEL, self._hear)
            await lost.wait()
        finally:
            await connection.close()

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        self._wakeups.wake(str(payload).split(","))


def _may_run_again(error: Exception) -> bool:
    """Whether the transaction was rolled back whole by a clash, or never reached its commit."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _CLASHES
