"""`duetalk legal-hold`: nothing of a person may be erased, by nobody and no clock, until lifted."""

from __future__ import annotations

import argparse

from bot.clock import SystemClock
from bot.commands.people import (
    actor_of,
    add_customer_argument,
    add_who_arguments,
    customer_of,
    reason_of,
)
from bot.commands.service import add_config_argument, read_settings, told
from bot.errors import DuetalkError
from storage import legal_holds, schema
from storage.database import Database
from storage.legal_holds import LegalHold, NewHold

_HELP = """\
A hold is on a person; naming one of his accounts holds everything of him. It stops erasures and
retention. Placing and lifting are in the audit.

  duetalk legal-hold add A-1001 --reason "court order 12/2026" --by ann
  duetalk legal-hold list
  duetalk legal-hold lift 3 --reason "case closed" --by ann
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    place = acts.add_parser("add", help="place a hold")
    add_customer_argument(place)
    lift = acts.add_parser("lift", help="lift a hold")
    lift.add_argument("number", type=int, help="the hold's number, from list")
    listing = acts.add_parser("list", help="every hold, the lifted ones with --all")
    listing.add_argument("--all", action="store_true", help="the lifted ones too")
    for each in (place, lift):
        add_who_arguments(each)
    for each in (place, lift, listing):
        add_config_argument(each)


def run(args: argparse.Namespace) -> int:
    """Carry the act out."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.act == "add":
            return await _add(database, args)
        if args.act == "lift":
            return await _lift(database, args)
        for hold in await database.read(legal_holds.all_of):
            if args.all or hold.lifted_at is None:
                print(_line(hold))
    return 0


async def _add(database: Database, args: argparse.Namespace) -> int:
    reason = reason_of(args)
    customer = await database.read(lambda conn: customer_of(conn, args.customer))
    hold = NewHold(
        person_id=customer.person_id,
        account_id=next((a for a in customer.account_ids if args.customer in a), ""),
        reason=reason,
        placed_by=actor_of(args),
        placed_at=SystemClock().now(),
    )
    number = await database.write(lambda conn: legal_holds.place(conn, hold))
    print(f"hold {number} is on {customer.person_id}: nothing of him is erased until it is lifted")
    return 0


async def _lift(database: Database, args: argparse.Namespace) -> int:
    reason, by, at = reason_of(args), actor_of(args), SystemClock().now()
    is_lifted = await database.write(
        lambda conn: legal_holds.lift(conn, args.number, by=by, reason=reason, at=at)
    )
    if not is_lifted:
        raise DuetalkError(f"no open hold {args.number}; see duetalk legal-hold list --all")
    print(f"hold {args.number} is lifted")
    return 0


def _line(hold: LegalHold) -> str:
    ended = f", lifted {hold.lifted_at:%Y-%m-%d} by {hold.lifted_by}" if hold.lifted_at else ""
    account = f" for account {hold.account_id}" if hold.account_id else ""
    return (
        f"{hold.id:>5}  {hold.person_id}{account}, placed {hold.placed_at:%Y-%m-%d} by "
        f"{hold.placed_by}: {hold.reason}{ended}"
    )
