"""What `duetalk stop` and `duetalk resume` share: the scope, who orders, and the report."""

from __future__ import annotations

import argparse
import getpass
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import DuetalkError
from bot.watching import watched
from flows.policy.monitoring import Level
from storage import stops
from storage.stops import Order, Scope

_LISTED = 50


def add_scope_arguments(parser: argparse.ArgumentParser, *, is_needed: bool) -> None:
    """Declare which sending is meant, and why."""
    scope = parser.add_mutually_exclusive_group(required=is_needed)
    scope.add_argument("--all", action="store_true", help="everything")
    scope.add_argument("--channel", metavar="NAME", help="one channel, as in the settings")
    scope.add_argument("--creditor", metavar="ID", help="one creditor, by id or name")
    parser.add_argument("--reason", default="", help="why; kept in the audit")
    parser.add_argument("--by", default=getpass.getuser(), help="who orders it")


def order_of(conn: Connection, args: argparse.Namespace, now: datetime) -> Order:
    """The order of the command line; raises DuetalkError for a missing reason, an unknown scope."""
    if not args.reason.strip():
        raise DuetalkError('expected --reason "…", got none: the audit keeps why')
    creditor = None
    if args.creditor:
        known = stops.creditors(conn)
        creditor = known.get(args.creditor)
        if creditor is None:
            raise DuetalkError(f"no creditor {args.creditor!r}; known: {', '.join(sorted(known))}")
    scope = Scope(channel=args.channel, creditor=creditor)
    return Order(scope=scope, by=f"cli:{args.by}", reason=args.reason.strip(), at=now)


def words_of(scope: Scope) -> str:
    """The scope in words."""
    if scope.channel is not None:
        return f"channel {scope.channel}"
    return f"creditor {scope.creditor}" if scope.creditor is not None else "all sending"


def show(conn: Connection, order: Order) -> None:
    """Print an order with what left since and what it holds back."""
    print(f"stopped: {words_of(order.scope)}, by {order.by} at {_stamp(order.at)}: {order.reason}")
    left = stops.left_since(conn, order, limit=_LISTED + 1)
    print(f"left at or after the order: {_at_most(len(left))}")
    for each in left[:_LISTED]:
        when = _stamp(each.sent_at) if each.sent_at else "under way"
        print(f"  {each.id:>8}  {each.channel:10} {each.kind:20} {each.status:10} {when}")
    waiting = stops.waiting(conn, order.scope)
    print(f"held in the queue: {sum(each.count for each in waiting)}")
    for kind in waiting:
        print(f"  {kind.count:>8}  {kind.channel:10} {kind.kind}")


def show_held_back(conn: Connection, now: datetime) -> None:
    """Print what keeps planned messages from leaving: orders, and campaigns under alarm."""
    for order in stops.standing(conn):
        print(f"stopped: {words_of(order.scope)}, by {order.by}: {order.reason}")
    for each in watched(conn, now):
        if each.standing is not None and each.level is not Level.RUNNING:
            figures = each.figures
            print(
                f"campaign {each.campaign or '(without a name)'} is {each.level}: "
                f"{each.standing.rule}, opt-outs {figures.opt_out_rate:.2%}, complaints "
                f"{figures.complaint_rate:.2%} of {figures.reminders} reminders; {each.held} held"
            )


def _at_most(count: int) -> str:
    return f"more than {_LISTED}" if count > _LISTED else str(count)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
