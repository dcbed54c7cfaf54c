"""The worker: handles waiting messages and due appointments in batches, one poisoned talk alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.clock import Clock
from bot.log import Logger
from bot.rules import Rules
from bot.turn import BATCH, handle_one, handle_waiting, put_off
from storage import conversations
from storage.database import Database
from storage.errors import StorageError

# What a write wakes: the worker after messages came in, the sender after messages were queued.
TURNS, SENDS, LIVE = "turns", "sends", "live"
# Appointments fall due without anybody writing; so long does one wait at the most.
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One loop; any number may run on PostgreSQL, one on SQLite."""

    database: Database
    rules: Rules
    clock: Clock
    log: Logger

    async def run(self, stop: asyncio.Event) -> None:
        """Handle what waits until told to stop; the batch in hand is finished first."""
        listener = self.database.subscribe(TURNS)
        while not stop.is_set():
            if await self.run_once() == 0:
                await listener.wait(POLL_SECONDS)

    async def run_once(self) -> int:
        """Handle one batch; how many conversations it had."""
        try:
            return await self._tried()
        except StorageError as error:
            # A full disk or a database that is away is no fault of a talk: it is waited for.
            self.log.error("turn.storage_failed", reason=str(error))
            return 0

    async def _tried(self) -> int:
        try:
            return await self._batch()
        except StorageError:
            raise
        except Exception as error:
            # The one broad net: whatever a turn raises, its batch is tried again one by one.
            self.log.error("turn.batch_failed", error=type(error).__name__)
            return await self._one_by_one()

    async def _batch(self) -> int:
        now = self.clock.now()
        started = asyncio.get_running_loop().time()
        handled: int = await self.database.write(
            lambda conn: handle_waiting(conn, self.rules, now), wake=(SENDS, LIVE)
        )
        if handled:
            seconds = asyncio.get_running_loop().time() - started
            self.log.info("turn.batch", conversations=handled, ms=round(seconds * 1000, 1))
        return handled

    async def _one_by_one(self) -> int:
        now = self.clock.now()
        ids = await self.database.write(
            lambda conn: conversations.waiting(conn, now=now, limit=BATCH)
        )
        for conversation_id in ids:
            await self._alone(conversation_id)
        return len(ids)

    async def _alone(self, conversation_id: str) -> None:
        now = self.clock.now()
        try:
            await self.database.write(
                lambda conn: handle_one(conn, conversation_id, self.rules, now),
                wake=(SENDS, LIVE),
            )
        except StorageError:
            raise
        except Exception as error:
            # Marked and left for a person after a few tries; the others go on.
            name = type(error).__name__
            self.log.error("turn.failed", conversation=conversation_id, error=name)
            await self.database.write(lambda conn: put_off(conn, conversation_id, name, now))
