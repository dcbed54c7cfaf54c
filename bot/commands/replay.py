"""`duetalk replay`: stored turns against the present code, rules and wording."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.commands.service import add_config_argument, read_settings, told

if TYPE_CHECKING:
    from bot.replaying import Replayed, Tally
    from bot.rules import Rules
    from bot.settings import Settings
    from storage.database import Database

_HELP = """\
Every turn keeps what it was given. This takes the turns again, now, and shows each that would come
out otherwise: how the words are read, what is said and when, what is recorded, which rules spoke.
Nothing is written or sent.

  duetalk replay --since 2026-11-01
  duetalk replay --config stricter.toml --html differences.html
  duetalk replay --conversation sms:+15550100 --keep-reading

Ends with 0 when everything comes out as it did, with 1 when something differs.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="turns from a day")
    parser.add_argument("--conversation", metavar="ID", help="turns of one conversation")
    parser.add_argument("--html", type=Path, metavar="PAGE", help="write the differences as a page")
    parser.add_argument(
        "--keep-reading",
        action="store_true",
        help="take the words as they were read then; compare flows, rules and wording only",
    )
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Replay; 1 when a turn comes out otherwise."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from bot.replaying import PassedOver, Tally, replayed
    from storage import replays, schema
    from storage.database import Database

    settings = read_settings(args, needs_secret=False)
    wanted = replays.Wanted(conversation_id=args.conversation, since_at=_since(args.since))
    tally = Tally()
    async with await Database.open(settings.database) as database:
        await schema.check(database)
        rules = await _rules(database, settings)
        total = await replays.count(database, wanted)
        with ExitStack() as stack:
            page = stack.enter_context(args.html.open("w", encoding="utf-8")) if args.html else None
            bar = stack.enter_context(tqdm(total=total, unit="turn", file=sys.stderr, leave=False))
            _begin(page)
            async for turn in replayed(database, rules, wanted, keeps_reading=args.keep_reading):
                bar.update()
                if isinstance(turn, PassedOver):
                    tally.passed_over[turn.why] += 1
                    continue
                tally.count(turn)
                if turn.differs_in:
                    _show(turn, page)
            _end(tally, page)
    return 1 if tally.differing else 0


def _since(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=UTC) if day else None


async def _rules(database: Database, settings: Settings) -> Rules:
    """The rules of the service as it would run now, with what people have taught it."""
    from bot.identities import rules_of
    from bot.learning import Lessons

    examples = await database.read(Lessons().current)
    return replace(rules_of(settings), examples=examples)


def _begin(page: TextIO | None) -> None:
    from bot.commands.replay_page import HEAD

    if page is not None:
        page.write(HEAD)


def _show(turn: Replayed, page: TextIO | None) -> None:
    from bot.commands.replay_page import section

    if page is not None:
        page.write(section(turn))
        return
    print(f"{turn.conversation_id}  turn {turn.number}  {turn.at:%Y-%m-%d %H:%M}Z  {turn.event}")
    if turn.words:
        print(f"  > {turn.words}")
    if turn.policies[0] != turn.policies[1]:
        print(f"  policy   {turn.policies[0]} -> {turn.policies[1]}")
    for side in turn.differs_in:
        print(f"  {side:8} then: {' | '.join(getattr(turn.then, side)) or '-'}")
        print(f"  {'':8} now:  {' | '.join(getattr(turn.now, side)) or '-'}")


def _end(tally: Tally, page: TextIO | None) -> None:
    from bot.commands.replay_page import tail

    lines = [f"{tally.replayed} turns replayed, {tally.differing} differ"]
    lines += [f"  {count} in {side}" for side, count in tally.sides.most_common()]
    lines += [f"{count} passed over: {why}" for why, count in tally.passed_over.most_common()]
    print("\n".join(lines))
    if page is not None:
        page.write(tail(lines))
