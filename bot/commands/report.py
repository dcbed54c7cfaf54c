"""`duetalk report`: how promises turned out, by who reached them."""

from __future__ import annotations

import argparse
import json
from datetime import date

from bot.commands.service import add_config_argument, read_settings, told
from storage import promises, schema
from storage.database import Database
from storage.promises import Kept

_HELP = """\
Kept: the whole sum was booked with a date up to the last day of grace. Promises that the bot
reached and those that people reached are told apart. Replaced and cancelled ones count nowhere.

  duetalk report promises --since 2026-11-01 --until 2026-11-30
  duetalk report promises --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("what", choices=["promises"])
    parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="due on or after")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="due on or before")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    async with await Database.open(settings.database) as database:
        await schema.check(database)
        rates = await database.read(
            lambda conn: promises.kept_rates(conn, since_on=args.since, until_on=args.until)
        )
    if not args.json:
        print(f"{'reached by':12}{'kept':>8}{'partly':>8}{'broken':>8}{'running':>9}{'kept %':>9}")
    for rate in rates:
        print(_as_json(rate) if args.json else _as_row(rate))
    return 0


def _as_json(rate: Kept) -> str:
    percent = None if rate.kept_percent is None else round(rate.kept_percent, 1)
    return json.dumps(
        {
            "made_by": str(rate.made_by),
            "kept": rate.kept,
            "partial": rate.partial,
            "broken": rate.broken,
            "open": rate.open,
            "kept_percent": percent,
        }
    )


def _as_row(rate: Kept) -> str:
    percent = "-" if rate.kept_percent is None else f"{rate.kept_percent:.1f}"
    maker = {"bot": "the bot", "agent": "people"}[str(rate.made_by)]
    counts = f"{rate.kept:>8}{rate.partial:>8}{rate.broken:>8}{rate.open:>9}"
    return f"{maker:12}{counts}{percent:>9}"
