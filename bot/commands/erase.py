"""`duetalk erase`: one person's words, name and addresses go; proof, totals and stops stay."""

from __future__ import annotations

import argparse
from datetime import datetime

from sqlalchemy import Connection

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
from bot.retaining import records_kept
from bot.settings import Settings
from storage import conversations, erasure, schema
from storage.customers import Customer
from storage.database import Database
from storage.erasure import Erased

_HELP = """\
The person is never written to again: his addresses stay on the list of stops, as digests. That
messages, decisions and payments happened stays, and `duetalk audit verify` still holds. A legal
hold refuses it. So does the time that the policy says records must be kept, unless
--before-records-end says that somebody weighed the two duties.

  duetalk erase A-1001 --reason "request of 2026-03-02" --by ann
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_customer_argument(parser)
    parser.add_argument(
        "--before-records-end",
        action="store_true",
        help="also what the policy says must still be kept",
    )
    add_who_arguments(parser)
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Erase the person."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    reason, by, now = reason_of(args), actor_of(args), SystemClock().now()
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        customer = await database.read(lambda conn: customer_of(conn, args.customer))

        def erase(conn: Connection) -> Erased:
            if not args.before_records_end:
                _refuse_if_young(conn, settings, customer, now)
            return erasure.erase_person(
                conn, customer.person_id, at=now, by=by, reason=reason, stops=True
            )

        erased = await database.write(erase)
    print(
        f"{customer.person_id} is erased: {erased.conversations} conversations, "
        f"{erased.turns} turns, {erased.accounts} accounts"
    )
    return 0


def _refuse_if_young(
    conn: Connection, settings: Settings, customer: Customer, now: datetime
) -> None:
    for talk in conversations.load_many(conn, customer.conversation_ids).values():
        if talk.state is None:
            continue
        kept = records_kept(settings, talk.state.person.country)
        acted_at = max(
            (at for at in (talk.state.last_in_at, talk.state.last_out_at) if at), default=now
        )
        if acted_at + kept > now:
            raise DuetalkError(
                f"records about {customer.person_id} must be kept until "
                f"{acted_at + kept:%Y-%m-%d} (records.messages_years): add --before-records-end "
                "where the right to erasure weighs more"
            )
