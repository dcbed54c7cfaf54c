"""`duetalk webhooks`: where events went, what waits or is dead, and trying again."""

from __future__ import annotations

import argparse
import getpass

from sqlalchemy import Connection

from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from storage import audit, hooks, schema
from storage.database import Database
from storage.hooks import Delivery, State

_HELP = """\
Endpoints stand in duetalk.toml; their secrets come from the environment only:

  [webhooks.crm]
  url = "https://crm.example/duetalk"
  events = ["promise.*", "plan.*", "payment.claimed", "contact.opted_out"]   # none: all

  export DUETALK_WEBHOOK_CRM_SECRET=whsec_$(openssl rand -base64 32)

  duetalk webhooks                      # the last deliveries, and how many stand where
  duetalk webhooks --status dead
  duetalk webhooks --redeliver dead     # or the number of one
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--status", choices=[state.value for state in State], help="only these")
    parser.add_argument("--endpoint", default="", help="only this one's")
    parser.add_argument("--limit", type=int, default=20, help="how many; default 20")
    parser.add_argument(
        "--redeliver", metavar="NUMBER|dead", help="try one again, or all that are dead"
    )
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Show or redeliver."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.redeliver:
            return await _redeliver(database, args)
        for (endpoint, status), count in (await database.read(hooks.counts)).items():
            print(f"{endpoint}: {count} {status}")
        only = State(args.status) if args.status else None
        found = await database.read(
            lambda c: hooks.listed(c, status=only, endpoint=args.endpoint, limit=args.limit)
        )
        for delivery in found:
            print(_line(delivery))
    return 0


async def _redeliver(database: Database, args: argparse.Namespace) -> int:
    if args.redeliver != "dead" and not args.redeliver.isdecimal():
        print(f"expected `dead` or the number of a delivery, got {args.redeliver!r}")
        return 2
    number = None if args.redeliver == "dead" else int(args.redeliver)
    now, by = SystemClock().now(), f"cli:{getpass.getuser()}"
    facts = audit.detail(which=args.redeliver, endpoint=args.endpoint)
    entry = audit.Entry(at=now, kind="webhooks_redelivered", actor=by, detail_json=facts)

    def again(conn: Connection) -> int:
        count = hooks.redeliver(conn, now=now, delivery_id=number, endpoint=args.endpoint)
        if count:
            audit.append(conn, entry)
        return count

    count = await database.write(again)
    print(f"{count} deliveries are tried again")
    return 0 if count else 1


def _line(delivery: Delivery) -> str:
    when = f"{delivery.at:%Y-%m-%d %H:%M:%S}"
    return (
        f"{delivery.id:>6}  {when}  {delivery.endpoint:12} {delivery.kind:22} "
        f"{delivery.status:10} tries {delivery.attempts}  {delivery.answer}"
    )
