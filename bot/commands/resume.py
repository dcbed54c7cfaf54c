"""`duetalk resume`: lift an order of `duetalk stop`."""

from __future__ import annotations

import argparse

from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.commands.stopping import add_scope_arguments, order_of, words_of
from bot.topics import LIVE, SENDS
from storage import schema, stops
from storage.database import Database

_HELP = """\
Each order is lifted by its own scope. What waited too long meanwhile is dropped, and the gate is
asked again about all the rest.

  duetalk resume --all --reason "the file was mended"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_scope_arguments(parser, is_needed=True)
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Lift the order; status 1 when none of this scope stood."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    now = SystemClock().now()
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        order = await database.read(lambda conn: order_of(conn, args, now))
        is_lifted = await database.write(lambda conn: stops.resume(conn, order), wake=(SENDS, LIVE))
        rest = await database.read(stops.standing)
    print(f"{'resumed' if is_lifted else 'was not stopped'}: {words_of(order.scope)}")
    for each in rest:
        print(f"still stopped: {words_of(each.scope)}, by {each.by}: {each.reason}")
    return 0 if is_lifted else 1
