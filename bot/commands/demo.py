"""`duetalk demo`: the whole story in a minute, offline, with fictional people."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import Role, Service, make_app, opened, with_console
from bot.app import run as run_roles
from bot.clock import MovableClock, SystemClock
from bot.commands.service import told
from bot.console.store import Store
from bot.demo import story
from bot.demo.data import Demo
from bot.log import configure
from bot.settings import ChannelSettings, CreditorSettings, Settings
from storage import agents

_HELP = """\
Opens on a database of its own with a dozen fictional accounts; needs no network and no account.
The page shows two phones, what just happened, and the agents' console; its clock is moved by hand.

  duetalk demo --port 8080
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")


def run(args: argparse.Namespace) -> int:
    """Run the demo until it is stopped."""
    with tempfile.TemporaryDirectory(prefix="duetalk-demo-") as folder:
        settings = demo_settings(Path(folder) / "demo.db", args.host, args.port)
        return told(_run(settings))


def demo_settings(database: Path, host: str, port: int) -> Settings:
    """Settings with two pretend phones and nothing that leaves the machine."""
    key = secrets.token_urlsafe(32)
    return Settings(
        database=f"sqlite:///{database}",
        host=host,
        port=port,
        secret=key,
        is_demo=True,
        creditor=CreditorSettings(
            name=story.CREDITORS["CN"],
            phone="+1 555 0100",
            chat="duetalk.example/chat",
            timezone="Asia/Shanghai",
        ),
        channels=(
            ChannelSettings(name="sms", kind="phone", values={"secret": key, "medium": "sms"}),
            ChannelSettings(
                name="telegram", kind="phone", values={"secret": key, "medium": "telegram"}
            ),
        ),
    )


async def _run(settings: Settings) -> int:
    clock = MovableClock(story.STARTS_AT, SystemClock())
    async with opened(settings, clock, configure(is_quiet=True)) as service:
        store = Store(service, zone=ZoneInfo("Asia/Shanghai"))
        demo = await begun(service, clock, store)
        app = with_console(service, make_app(service), store, demo)
        print("Open /console/demo at the address below. Ctrl-C ends the demo.", flush=True)
        ticking = asyncio.create_task(demo.tick(service.stop))
        try:
            await run_roles(service, (Role.WEB,), app)
        finally:
            service.stop.set()
            await ticking
    return 0


async def begun(service: Service, clock: MovableClock, store: Store) -> Demo:
    """The demo with its story begun."""
    demo = Demo(
        service=service,
        clock=clock,
        console=store,
        password_hash=agents.hash_password(secrets.token_urlsafe(16)),
    )
    await demo.begin()
    return demo
