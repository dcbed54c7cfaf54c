"""`duetalk remind`: who gets a reminder and why not; with --preview nothing is planned."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from bot.channels.media import medium_of
from bot.clock import SystemClock
from bot.commands.forecast_page import day_name, page
from bot.commands.service import add_config_argument, read_settings, told
from bot.commands.stopping import show_held_back
from bot.forecasting import Forecast, foresee
from bot.identities import rules_of
from bot.reminding import Planner, Preview, TooLong, plan_page, preview
from bot.settings import Settings, still_examples
from bot.topics import TURNS
from flows.forecast import Outcome
from storage import planning, schema
from storage.accounts import START, Place
from storage.database import Database

_HELP = """\
The database narrows (due, not stopped, not paused), ladder and gate decide. What is planned
leaves through the running service; the gate is asked again at the moment of sending.

  duetalk remind --preview                       # who gets what now
  duetalk remind --days 90 --preview             # the days ahead, if nobody writes or pays
  duetalk remind --days 90 --preview --html ahead.html
  duetalk remind                                 # plan; Ctrl-C stops after the page in hand

Run it once a day, by cron for instance: it plans the first reminder of each new bill, and the bot
plans each further one by itself. It commits page by page: stopped or run twice, it plans nothing
twice.
"""
_MOST_DAYS = 366


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--preview", action="store_true", help="show, but plan nothing")
    parser.add_argument("--days", type=_days, default=0, help="with --preview: so many days ahead")
    parser.add_argument("--html", type=Path, metavar="PAGE", help="write the days ahead as a page")
    parser.add_argument("--samples", type=int, default=2, help="sample texts a stage")
    add_config_argument(parser)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"expected 1 to {_MOST_DAYS} days, got {text!r}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Plan reminders, or show what planning would do."""
    if (args.days or args.html) and not args.preview:
        print("duetalk: --days and --html look ahead; add --preview", file=sys.stderr)
        return 2
    if args.html and not args.days:
        print("duetalk: --html shows the days ahead; add --days", file=sys.stderr)
        return 2
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    now = SystemClock().now()
    planner = planner_of(settings)
    async with await Database.open(settings.database, is_passing=True) as database:
        await schema.upgrade(database)
        _warn(settings)
        if args.preview:
            await database.read(lambda conn: show_held_back(conn, now))
        if args.days:
            await _ahead(database, planner, now, args)
        elif args.preview:
            _show(await database.read(lambda conn: preview(conn, planner, now, args.samples)))
        else:
            await _plan(database, planner, now)
    return 0


def _warn(settings: Settings) -> None:
    if not settings.channels:
        print(
            "duetalk: no channel is set, so nobody can be reminded; add [channels.sms] "
            "with its kind to the settings",
            file=sys.stderr,
        )
    examples = still_examples(settings.creditor)
    if examples:
        told = ", ".join(examples)
        print(f"duetalk: customers would read examples; set {told}", file=sys.stderr)


def planner_of(settings: Settings) -> Planner:
    """The planner of this service: the first channel of each medium carries its reminders."""
    by_medium: dict[str, str] = {}
    for channel in settings.channels:
        by_medium.setdefault(medium_of(channel.kind, channel.values), channel.name)
    return Planner(rules=rules_of(settings), creditor=settings.creditor, channel_of=by_medium)


# --- Planning -----------------------------------------------------------------------------------


async def _plan(database: Database, planner: Planner, now: datetime) -> None:
    count, after = 0, START
    with _stopped_by_hand() as stop, _bar("planning") as bar:
        while not stop.is_set():
            start: Place = after
            done = await database.write(
                lambda conn, start=start: plan_page(conn, planner, now, start),  # type: ignore[misc]  # Bound now.
                wake=(TURNS,),
            )
            count += done.planned
            bar.update(done.looked)
            if done.after is None:
                break
            after = done.after
    run = planning.Planning(at=now, by=f"cli:{getpass.getuser()}", count=count)
    await database.write(lambda conn: planning.note(conn, run))
    if stop.is_set():
        print(f"stopped; {count} reminders are planned. Run it again to go on")
        return
    print(f"{count} reminders planned; the running service decides and sends them")


@contextmanager
def _stopped_by_hand() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C sets, so that the page in hand is finished and committed."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _bar(what: str) -> tqdm[NoReturn]:
    return tqdm(unit=" accounts", desc=what, file=sys.stderr, delay=0.5)


# --- Looking ahead ------------------------------------------------------------------------------


async def _ahead(
    database: Database, planner: Planner, now: datetime, args: argparse.Namespace
) -> None:
    with _bar("looking ahead") as bar:
        found = await database.read(
            lambda conn: foresee(conn, planner, now, days=args.days, progress=bar.update)
        )
    if args.html:
        args.html.write_text(page(found, creditor=planner.creditor.name), encoding="utf-8")
    _show_ahead(found)


def _show_ahead(found: Forecast) -> None:
    print(f"{found.accounts:,} open bills of {found.customers:,} customers; nothing was planned")
    print(f"\n{'day':<15}{'texts':>9}{'held':>9}{'people':>9}  what holds back most")
    for day in found.days:
        if day.sent or day.held or day.people:
            most = ", ".join(name for name, _ in day.held.most_common(2))
            print(
                f"{day_name(day.on):<15}{day.sent.total():>9,}{day.held.total():>9,}"
                f"{day.people.total():>9,}  {most}"
            )
    _list("texts by stage", found.total(Outcome.SENT))
    _list("held back by rule", found.total(Outcome.HELD))
    _list("given to a person by rule", found.total(Outcome.PERSON))
    _list("customers at rest all the time", found.resting)


def _list(title: str, counts: Counter[str]) -> None:
    if counts:
        print(f"\n{title}:")
    for name, count in counts.most_common():
        print(f"  {count:>9,}  {name}")


def _show(found: Preview) -> None:
    print(
        f"to send now: {found.to_send}    later: {found.later}    held back: {found.held.total()}"
    )
    for template, count in found.by_template.most_common():
        print(f"  {count:>8}  {template}")
    if found.held:
        print("held back by rule:")
    for rule, count in found.held.most_common():
        print(f"  {count:>8}  {rule}")
    _show_too_long(found)
    for planned in found.samples:
        print(f"\n{planned.conversation.id}, {planned.conversation.language}:\n  {planned.text}")


def _show_too_long(found: Preview) -> None:
    if not found.too_long:
        return
    print("too long for the SMS parts that the policy allows, also in the brief wording:")
    for each in found.too_long:
        print(
            f"  account {each.account_id}: name {each.name_length} characters, "
            f"link {each.link_length}: {_what_to_do(each)}"
        )


def _what_to_do(each: TooLong) -> str:
    if each.heavy == "creditor":
        return "give the creditor a name in Latin letters (creditor.name) for English texts"
    if each.heavy == "name":
        return "write the name in Latin letters, or import the customer's language as zh"
    if each.link_length > each.name_length:
        return "import a shorter pay link"
    return "import a shorter form of the name"
