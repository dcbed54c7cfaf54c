"""A process that stores and handles messages until it is killed.

Run as `python -m tests.storage.crashing URL FIRST`: it takes in messages from number FIRST on, says
each one it was told is durable, and handles what waits, both as fast as it can.
"""

from __future__ import annotations

import asyncio
import sys

from storage import messages
from storage.database import Database
from storage.errors import Stale
from storage.gathering import Gatherer
from storage.messages import Incoming, Received
from tests.storage.values import an_incoming, handle_waiting

_SENDERS = 7
_AT_ONCE = 40


async def main(url: str, first: int) -> None:
    async with await Database.open(url) as db:
        gatherer = Gatherer[Incoming, Received](db, messages.receive_many)
        handling = asyncio.create_task(_handle(db))
        number = first
        while True:
            numbers = range(number, number + _AT_ONCE)
            await asyncio.gather(*(_store(gatherer, n) for n in numbers))
            number += _AT_ONCE
            if handling.done():
                handling.result()


async def _store(gatherer: Gatherer[Incoming, Received], number: int) -> None:
    await gatherer.put(an_incoming(number, address=f"+155501{number % _SENDERS:02}"))
    print(number, flush=True)


async def _handle(db: Database) -> None:
    while True:
        try:
            await db.write(lambda conn: handle_waiting(conn, limit=3))
        except Stale:
            continue
        await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
