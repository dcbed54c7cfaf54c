"""`duetalk stop`: the kill switch; every sender of every machine obeys at its next claim."""

from __future__ import annotations

import argparse
import asyncio

from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.commands.stopping import add_scope_arguments, order_of, show
from bot.topics import LIVE
from storage import schema, stops
from storage.database import Database
from storage.stops import Order

_HELP = """\
Nothing leaves any more, replies, confirmations and safety texts included; what customers write
is still recorded and decided. It holds through restarts until `duetalk resume`. Without a scope
the standing orders are shown.

  duetalk stop --all --reason "wrong amounts in the file"
  duetalk stop --channel sms --reason "the gateway doubles messages"
  duetalk stop --creditor northlake --reason "asked by the creditor"
  duetalk stop
"""
# What was claimed before the order is out, or its fate known, long before this.
_WAIT_SECONDS = 5.0
_LOOK_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_scope_arguments(parser, is_needed=False)
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Give the order and tell what had left; status 0 once nothing is under way."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if not (args.all or args.channel or args.creditor):
            return await _show_standing(database)
        now = SystemClock().now()
        order = await database.write(
            lambda conn: stops.stop(conn, order_of(conn, args, now)), wake=(LIVE,)
        )
        print("the order stands: no sender claims anything more", flush=True)
        left = await _quiet(database, order)
        await database.read(lambda conn: show(conn, order))
        if left:
            print(f"{left} still under way: a dead sender's lease makes them unknown")
        return 1 if left else 0


async def _quiet(database: Database, order: Order) -> int:
    """Wait until nothing of the scope is under way; how many messages still are at the end."""
    left = 0
    for _ in range(round(_WAIT_SECONDS / _LOOK_SECONDS)):
        left = await database.read(lambda conn: stops.under_way(conn, order.scope))
        if not left:
            return 0
        await asyncio.sleep(_LOOK_SECONDS)
    return left


async def _show_standing(database: Database) -> int:
    def shown(conn: Connection) -> int:
        orders = stops.standing(conn)
        for order in orders:
            show(conn, order)
        return len(orders)

    if not await database.read(shown):
        print("nothing is stopped")
    return 0
