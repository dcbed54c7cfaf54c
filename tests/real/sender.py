"""A sender as a process of its own: `python -m tests.real.sender DATABASE_URL SENDSMS_URL`."""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.clock import SystemClock
from storage.database import Database
from tests.bot.fakes import Hooks, Log, a_delivery
from tests.real.loop import a_kannel


async def send(url: str, sendsms_url: str) -> None:
    """Send until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    channel = a_kannel(sendsms_url=sendsms_url, web_port=1)
    async with await Database.open(url) as database:
        await channel.start()
        delivery = a_delivery(database, channel, hooks=Hooks(), log=Log(), clock=SystemClock())
        await delivery.run(stop)
        await channel.close()


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], sys.argv[2]))
