"""What open pages wait for: a number that rises whenever something they show may have changed.

Pages fetch what they show, so one number is enough. It grows with time, so that a page that comes
back after a restart, or to another process, is told at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.console.data import Change
from bot.topics import LIVE
from storage.database import Database

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_POLL_SECONDS = 60.0


class News:
    """The newest change of this process, and who waits for the next."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = asyncio.Condition()
        self.latest = (clock.now() - _EPOCH) // _MILLISECOND

    async def tell(self) -> None:
        """Let every page know that something changed."""
        async with self._changed:
            stamp = (self._clock.now() - _EPOCH) // _MILLISECOND
            self.latest = max(self.latest + 1, stamp)
            self._changed.notify_all()

    async def after(self, seen: int, *, wait: timedelta) -> tuple[Change, ...]:
        """The newest change when it is not the one seen; waits for it, at most so long."""
        async with self._changed:
            if self.latest == seen:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait.total_seconds()):
                        await self._changed.wait_for(lambda: self.latest != seen)
            return (Change(id=self.latest),) if self.latest != seen else ()


@contextlib.asynccontextmanager
async def listening(database: Database, news: News) -> AsyncIterator[None]:
    """Tell of every write that wakes open pages, from whichever process, while entered."""
    subscription = database.subscribe(LIVE)

    async def listen() -> None:
        while True:
            if await subscription.wait(_POLL_SECONDS):
                await news.tell()

    task = asyncio.create_task(listen())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
