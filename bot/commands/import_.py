"""`duetalk import accounts FILE.csv`: take overdue accounts in; every bad row is reported."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.importing.intake import BadRow, Intake, take_in
from bot.importing.mending import mending_header, mending_row
from bot.importing.rows import DayOrder, Defaults
from bot.settings import Settings
from storage import campaigns, schema
from storage.creditors import Creditor
from storage.database import Database

_HELP = """\
Columns are found by their headers, in English or Chinese: account (账单编号), name (姓名), phone
(手机号), amount (金额), due date (到期日); and if there are any: currency (币种), product (产品),
language, timezone, country, fees (费用), pay link, verified, birthday (生日), telegram, style.

Good rows are stored, bad rows are listed with line, column, value and reason. --bad-rows writes
them as they stand in the file, with what to mend beside them: mend that file and import it. The
same file again changes nothing.

  duetalk import accounts overdue.csv --country CN --bad-rows mend.csv
  duetalk import accounts mend.csv --country CN
"""
_TO_MEND = ("line in the file", "what to mend")
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("what", choices=["accounts"], help="what the file holds")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV in any usual encoding")
    parser.add_argument("--creditor", default="main", help="id of the creditor; default main")
    parser.add_argument("--country", default="", help="country of numbers without a code")
    parser.add_argument("--currency", default="", help="currency where the file names none")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        type=_chosen,
        metavar="FIELD=HEADER",
        help="say which header holds a field",
    )
    parser.add_argument(
        "--campaign", default="", help="label of these accounts; without one the file is its own"
    )
    parser.add_argument(
        "--dates",
        type=DayOrder,
        choices=[*DayOrder],
        default=DayOrder.YEAR_FIRST,
        help="how the file writes days: ymd (the year first; always understood), dmy or mdy",
    )
    parser.add_argument("--bad-rows", type=Path, metavar="FILE", help="write the bad rows here")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Take the file in; 1 when some rows were bad, 2 when nothing could be read."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    now = SystemClock().now()
    async with await Database.open(settings.database, is_passing=True) as database:
        await schema.upgrade(database)
        with tqdm(unit=" rows", desc=args.file.name, file=sys.stderr, delay=0.5) as bar:
            intake = await take_in(
                database,
                args.file,
                creditor=Creditor(id=args.creditor, name=settings.creditor.name, created_at=now),
                defaults=_defaults(args, settings),
                now=now,
                columns=dict(args.column),
                progress=_moving(bar),
            )
        import_id = intake.done.id
        if args.campaign and import_id is not None:
            await database.write(lambda c: campaigns.label(c, import_id, args.campaign))
    _report(intake)
    if args.bad_rows and intake.faults:
        _write_bad_rows(args.bad_rows, intake)
    return 1 if intake.faults else 0


def _chosen(text: str) -> tuple[str, str]:
    field, sign, header = text.partition("=")
    if not (field and sign and header):
        raise argparse.ArgumentTypeError(f"expected FIELD=HEADER, got {text!r}")
    return field, header


def _moving(bar: tqdm[NoReturn]) -> Callable[[int], None]:
    def move(count: int) -> None:
        bar.update(count)

    return move


def _defaults(args: argparse.Namespace, settings: Settings) -> Defaults:
    creditor = settings.creditor
    return Defaults(
        currency=args.currency or creditor.currency,
        country=(args.country or creditor.country).upper(),
        timezone=creditor.timezone,
        dates=args.dates,
    )


def _report(intake: Intake) -> None:
    done = intake.done
    if intake.is_repeat:
        print("This file was imported before; nothing is changed by it again.")
    print(
        f"{done.file_name}: {done.created_count} new, {done.updated_count} updated, "
        f"{done.same_count} the same, {done.bad_count} with errors"
    )
    if not done.row_count and not intake.bad_rows:
        print("  there is no row below the header")
    for fault in intake.faults[:_SHOWN]:
        where = intake.columns.get(fault.column, fault.column)
        print(f"  line {fault.line}, {where} {fault.value!r}: {fault.reason}")
    if len(intake.faults) > _SHOWN:
        more = len(intake.faults) - _SHOWN
        print(f"  and {more} more; --bad-rows FILE writes all of them")


def _write_bad_rows(path: Path, intake: Intake) -> None:
    """The rows under their header, each with what is wrong, so that the file can be imported."""
    width = len(intake.header)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(mending_header(intake.header, _TO_MEND))
        for row in intake.bad_rows:
            file.write(mending_row(width, row.cells, line=row.line, why=_why(intake, row)))
    print(f"  the bad rows are in {path}: mend them there and import that file")


def _why(intake: Intake, row: BadRow) -> str:
    return "; ".join(
        f"{intake.columns.get(fault.column, fault.column)}: {fault.reason}" for fault in row.faults
    )
