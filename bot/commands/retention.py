"""`duetalk retention`: lets go of what was kept long enough, kind by kind."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from functools import partial

from tqdm import tqdm

from bot.clock import SystemClock
from bot.commands.people import actor_of, add_who_arguments
from bot.commands.service import add_config_argument, read_settings, told
from bot.retaining import clocks_of
from storage import retention, schema
from storage.database import Database
from storage.retention import BY_TALK, Clocks, Kind

_HELP = """\
Each kind of data has a clock ([retention] in the settings, in days); messages, facts and identity
are never let go before the policy's records.messages_years after the last action. Whoever is under
legal hold, or has a plan that runs, is passed over. Ctrl-C stops after the batch in hand.

  duetalk retention --preview
  duetalk retention --by ann
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--preview", action="store_true", help="only say what would go")
    add_who_arguments(parser)
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Preview, or let go."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings, now = read_settings(args, needs_secret=False), SystemClock().now()
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        clocks = clocks_of(settings, await database.read(retention.countries), now)
        if args.preview:
            return await _preview(database, clocks)
        return await _let_go(database, clocks, actor_of(args))


async def _preview(database: Database, clocks: Clocks) -> int:
    for kind in Kind:
        count = await database.read(partial(retention.count, kind=kind, clocks=clocks))
        what = "conversations" if kind in BY_TALK else "rows"
        print(f"{kind.value:12} {count:>9} {what:14} {_before(kind, clocks)}")
    return 0


def _before(kind: Kind, clocks: Clocks) -> str:
    ends = clocks.talks[kind].values() if kind in BY_TALK else [clocks.rows[kind]]
    days = sorted({f"{end:%Y-%m-%d}" for end in ends})
    place = " by place" if len(days) > 1 else ""
    return f"from before {days[0] if len(days) == 1 else f'{days[0]} to {days[-1]}'}{place}"


async def _let_go(database: Database, clocks: Clocks, by: str) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    ended: dict[Kind, int] = {}
    for kind in Kind:
        ended[kind] = await _end_kind(database, kind, clocks, stop)
    at = SystemClock().now()
    await database.write(lambda conn: retention.note_run(conn, ended, at=at, by=by))
    for kind, count in ended.items():
        print(f"{kind.value:12} {count:>9}")
    if stop.is_set():
        print("stopped; the rest goes the next time")
    return 1 if stop.is_set() else 0


async def _end_kind(database: Database, kind: Kind, clocks: Clocks, stop: asyncio.Event) -> int:
    total = 0
    with tqdm(desc=kind.value, file=sys.stderr, delay=0.5) as bar:
        while not stop.is_set():
            # Each batch has an instant of its own: its tombstone is told apart by it.
            at = SystemClock().now()
            count = await database.write(
                lambda conn: retention.run_batch(conn, kind, clocks, at=at)  # noqa: B023 # Awaited here.
            )
            if not count:
                break
            total += count
            bar.update(count)
    return total
