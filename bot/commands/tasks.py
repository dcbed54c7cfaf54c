"""`duetalk tasks`: what is owed to customers, the first due first."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from flows.duties import Desk, DutyKind
from storage import schema, tasks
from storage.database import Database
from storage.tasks import Filter, Task

_HELP = """\
Each line: time left (! overdue), kind, desk, who took it, conversation. Names stay in the console.

  duetalk tasks
  duetalk tasks --overdue --kind complaint_answer
  duetalk tasks --owner lin
  duetalk tasks --rebuild      (after an upgrade, or a change of deadlines)
"""
_HOUR = timedelta(hours=1)
_HOURS_PER_DAY = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--kind", choices=sorted(DutyKind), metavar="KIND", help="one kind only")
    parser.add_argument("--desk", choices=sorted(Desk), metavar="DESK", help="one desk only")
    parser.add_argument("--owner", metavar="ID", help="those a person took; '' for those free")
    parser.add_argument("--overdue", action="store_true", help="only those past their deadline")
    parser.add_argument("--done", action="store_true", help="those that were done, newest first")
    parser.add_argument("--limit", type=int, default=50, help="at most so many lines")
    parser.add_argument("--rebuild", action="store_true", help="make all tasks anew from records")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """List the tasks; status 1 when one is overdue."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    now = SystemClock().now()
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.rebuild:
            from bot.identities import rules_of
            from bot.tasks import rebuild

            rules = rules_of(settings)
            count = await database.write(lambda conn: rebuild(conn, rules, now))
            print(f"{count} tasks stand")
        found = await database.read(
            lambda conn: tasks.page(conn, _filter(args), now=now, limit=args.limit)
        )
        counts = await database.read(lambda conn: tasks.counts(conn, now=now))
    for task in found:
        print(_line(task, now))
    print(f"{counts.total} open, {counts.overdue} overdue")
    return 1 if counts.overdue else 0


def _filter(args: argparse.Namespace) -> Filter:
    return Filter(
        kind=args.kind,
        desk=args.desk,
        owner=args.owner,
        is_overdue=args.overdue,
        is_done=args.done,
    )


def _line(task: Task, now: datetime) -> str:
    if task.done_at is not None:
        left = f"done {task.done_at:%m-%d %H:%M}"
    else:
        left = _left(task.due_at - now)
    who = task.done_by or task.owner or "-"
    return f"{left:>16}  {task.kind:20} {task.desk:12} {who:12} {task.conversation_id}"


def _left(left: timedelta) -> str:
    hours = abs(left) // _HOUR
    days, rest = divmod(hours, _HOURS_PER_DAY)
    words = f"{days} d {rest} h" if days else f"{rest} h"
    return f"! {words} over" if left < timedelta(0) else words
