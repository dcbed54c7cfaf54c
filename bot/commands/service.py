"""What the commands of the service share: settings, logging, and errors told in one clear list."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import DuetalkError
from bot.settings import Settings, load
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.app import Role


def add_config_argument(parser: argparse.ArgumentParser) -> None:
    """Declare where the settings stand."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings file; default duetalk.toml"
    )


def read_settings(args: argparse.Namespace, *, needs_secret: bool) -> Settings:
    """The settings named on the command line; raises SettingsError."""
    return load(args.config, needs_secret=needs_secret)


def told(work: Coroutine[None, None, int]) -> int:
    """Run the work; an error a person can mend is told in words, with status 2."""
    try:
        return asyncio.run(work)
    except (DuetalkError, StorageError) as error:
        print(f"duetalk: {error}", file=sys.stderr)
        return 2
    except BaseExceptionGroup as group:
        known, rest = group.split((DuetalkError, StorageError))
        if known is None or rest is not None:
            raise
        for each in known.exceptions:
            print(f"duetalk: {each}", file=sys.stderr)
        return 2


async def serve(settings: Settings, roles: tuple[Role, ...]) -> int:
    """Run these parts of the service until told to stop."""
    # The service is large; commands that only touch the database start without it.
    from bot.app import opened, run
    from bot.clock import SystemClock
    from bot.log import configure

    async with opened(settings, SystemClock(), configure()) as service:
        await run(service, roles)
    return 0
