"""`duetalk remind`: who gets a reminder and why not; with --preview nothing is planned."""

from __future__ import annotations

import argparse

from bot.channels.kinds import make_channels
from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.identities import rules_of
from bot.reminding import Planner, Preview, plan, preview
from bot.settings import Settings
from bot.topics import TURNS
from storage import schema
from storage.database import Database

_HELP = """\
The database narrows (due, not stopped, not paused), the policy decides. What is planned leaves
through the running service; the gate is asked again at the moment of sending.

  duetalk remind --preview
  duetalk remind
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--preview", action="store_true", help="show, but plan nothing")
    parser.add_argument("--samples", type=int, default=2, help="sample texts a stage")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Plan reminders, or show what planning would do."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    now = SystemClock().now()
    planner = planner_of(settings)
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.preview:
            _show(await database.read(lambda conn: preview(conn, planner, now, args.samples)))
            return 0
        count = await database.write(lambda conn: plan(conn, planner, now), wake=(TURNS,))
    print(f"{count} reminders planned; the running service decides and sends them")
    return 0


def planner_of(settings: Settings) -> Planner:
    """The planner of this service: the first channel of each medium carries its reminders."""
    channels = make_channels(settings.channels, settings.base_url)
    by_medium: dict[str, str] = {}
    for name, channel in channels.items():
        by_medium.setdefault(channel.medium, name)
    return Planner(rules=rules_of(settings), creditor=settings.creditor, channel_of=by_medium)


def _show(found: Preview) -> None:
    held = sum(found.held.values())
    print(f"to send now: {found.to_send}    held back: {held}")
    for template, count in found.by_template.most_common():
        print(f"  {count:>8}  {template}")
    if held:
        print("held back by rule:")
    for rule, count in found.held.most_common():
        print(f"  {count:>8}  {rule}")
    for planned in found.samples:
        print(f"\n{planned.conversation.id}, {planned.conversation.language}:\n  {planned.text}")
