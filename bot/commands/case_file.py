"""`duetalk case-file`: everything about one person, as a page, on paper and as data."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bot import VERSION
from bot.casefile.document import Making
from bot.casefile.making import Form, make
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
from storage import schema
from storage.database import Database

_HELP = """\
Accounts, addresses with consent and stops, promises, plans, payments, claims, disputes, complaints,
handoffs, duties, holds, and everything said, decided and done in its order, each with its evidence:
how a message was read, which rules decided, under which policy, by which version, with which hash.
Making one is itself in the audit, with the digest of each file.

  duetalk case-file A-1001 --reason "ombudsman 2026-17" --out files
  duetalk case-file +15550100 --format pdf --mask --reason "training"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_customer_argument(parser)
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--format", default="html,pdf,json", help="default: html,pdf,json")
    parser.add_argument("--mask", action="store_true", help="hide names, addresses and numbers")
    add_who_arguments(parser)
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Make the file."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings, forms = read_settings(args, needs_secret=False), _forms(args.format)
    making = Making(
        by=actor_of(args), at=SystemClock().now(), reason=reason_of(args), version=VERSION
    )
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        made = await database.write(
            lambda conn: make(
                conn, customer_of(conn, args.customer), making, forms, is_masked=args.mask
            )
        )
    for form, content in made.files.items():
        path = args.out / f"case-file-{made.person_id}.{form}"
        _write(path, content)
        print(path)
    return 0


def _forms(wanted: str) -> list[Form]:
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    unknown = set(names) - set(Form)
    if unknown or not names:
        raise DuetalkError(f"expected formats of html, pdf, json, got {wanted!r}")
    return [Form(name) for name in dict.fromkeys(names)]


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: it is all about one person."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
