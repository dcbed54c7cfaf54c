"""`duetalk audit`: the proof that nothing of what was decided and done was changed since."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from bot.commands.service import add_config_argument, read_settings, told
from bot.errors import DuetalkError
from storage import schema, verification
from storage.database import Database
from storage.verification import Kept, Step

_HELP = """\
Every turn, every act of a person, every change of a setting and every send stands in a chain of
hashes. `verify` walks all chains and names each place where something was changed, removed, added
or moved, and words that went without an erasure. Somebody who owns the database can cut the end of
a chain and its head with it: keep the heads elsewhere, and `verify --head` tells that too.

  duetalk audit head > heads-2026-03-02.jsonl
  duetalk audit verify
  duetalk audit verify --head heads-2026-03-02.jsonl

`head` prints one JSON line a chain: chain, number (how many links), hash (of the last).
`verify` ends with 0 when everything holds, else with 1.
"""
_MOST_FAULTS = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("act", choices=["verify", "head"])
    parser.add_argument("--head", type=Path, metavar="FILE", help="heads that `head` printed once")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Check, or print the heads."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    async with await Database.open(settings.database) as database:
        await schema.check(database)
        if args.act == "head":
            async for head in verification.heads(database):
                print(json.dumps(asdict(head), ensure_ascii=False))
            return 0
        with ExitStack() as stack:
            return await _verify(database, _kept(args.head, stack))


def _kept(path: Path | None, stack: ExitStack) -> Iterator[Kept]:
    """The heads of a file, line by line; raises DuetalkError for a line that is none."""
    if path is None:
        return iter(())
    try:
        lines = stack.enter_context(path.open(encoding="utf-8"))
    except OSError as error:
        raise DuetalkError(f"expected a file of heads, got {path}: {error.strerror}") from error
    return (_head(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _head(path: Path, number: int, line: str) -> Kept:
    try:
        return verification.parse_kept(line)
    except ValueError as error:
        raise DuetalkError(f"{path}, line {number}: {error}") from error


async def _verify(database: Database, kept: Iterator[Kept]) -> int:
    links = faults = 0
    with tqdm(unit=" links", file=sys.stderr, delay=0.5) as bar:
        async for step in verification.check(database, kept):
            links += step.links
            bar.update(step.links)
            faults += _show(step, faults)
    if not faults:
        print(f"{links} links, every chain holds")
        return 0
    print(f"{links} links, {faults} {'fault' if faults == 1 else 'faults'}")
    return 1


def _show(step: Step, before: int) -> int:
    """Print what a step found, up to a limit; how many faults there were."""
    for number, fault in enumerate(step.faults, before):
        if number < _MOST_FAULTS:
            place = f"{fault.chain}, number {fault.number}" if fault.number else fault.chain
            print(f"{place}: {fault.why}")
    return len(step.faults)
