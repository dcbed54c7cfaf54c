"""What the commands about one customer share: finding him, and naming who acts."""

from __future__ import annotations

import argparse
import getpass

from sqlalchemy import Connection

from bot.errors import DuetalkError
from storage import customers
from storage.customers import Customer


def add_customer_argument(parser: argparse.ArgumentParser, *, nargs: str | None = None) -> None:
    """Declare who is meant."""
    told = "the person's id, an account number, an address, or the exact name"
    if nargs is None:
        parser.add_argument("customer", metavar="CUSTOMER", help=told)
    else:
        parser.add_argument("customer", metavar="CUSTOMER", nargs=nargs, default="", help=told)


def add_who_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare who acts and why; both are kept in the audit."""
    parser.add_argument("--reason", default="", help="why; kept in the audit")
    parser.add_argument("--by", default=getpass.getuser(), help="who does it; kept in the audit")


def reason_of(args: argparse.Namespace) -> str:
    """The reason given; raises DuetalkError where there is none."""
    reason: str = args.reason.strip()
    if not reason:
        raise DuetalkError('expected --reason "…", got none: the audit keeps why')
    return reason


def actor_of(args: argparse.Namespace) -> str:
    """Who acts, as the audit names him."""
    return f"cli:{args.by}"


def customer_of(conn: Connection, wanted: str) -> Customer:
    """The one customer who is meant; raises DuetalkError when there is none, or more than one."""
    found = customers.find(conn, wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        raise DuetalkError(
            f"no customer {wanted!r}: expected a person's id, an account number, an address "
            "or the exact name"
        )
    listed = "; ".join(
        f"{each.person_id} ({each.name or 'erased'}, {len(each.account_ids)} accounts)"
        for each in found
    )
    raise DuetalkError(f"{wanted!r} may be {len(found)} customers, name one by his id: {listed}")
