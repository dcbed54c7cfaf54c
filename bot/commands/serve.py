"""`duetalk serve`: web, worker and sender in one process."""

from __future__ import annotations

import argparse

from bot.app import Role
from bot.commands.service import add_config_argument, read_settings, serve, told
from bot.settings import Settings

_HELP = """\
Runs everything in one process; prints `ready: http://HOST:PORT` when it accepts requests.

  DUETALK_SECRET=... duetalk serve --config duetalk.toml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings: Settings = read_settings(args, needs_secret=True)
    return await serve(settings, (Role.WEB, Role.WORKER, Role.SEND))
