"""`duetalk agent`: the people at the console: add, list, close."""

from __future__ import annotations

import argparse
import getpass
import sys

from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.errors import DuetalkError
from storage import agents, schema
from storage.database import Database

_HELP = """\
The password is asked for, or read from standard input when that is not a terminal.

  duetalk agent add lin --name 林雨
  duetalk agent list
  duetalk agent close lin
"""
_SHORTEST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    parser.add_argument("act", choices=["add", "list", "close"])
    parser.add_argument("id", nargs="?", default="", help="what the agent logs in with")
    parser.add_argument("--name", default="", help="as customers and colleagues see it")
    parser.add_argument("--role", default="agent", choices=["agent", "lead", "operator", "auditor"])
    parser.add_argument("--languages", default="", help="such as: zh-Hans en")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the act out."""
    return told(_run(args))


async def _run(args: argparse.Namespace) -> int:
    settings = read_settings(args, needs_secret=False)
    if args.act != "list" and not args.id:
        raise DuetalkError("expected the agent's id, got none; see duetalk agent --help")
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.act == "add":
            agent, password_hash = _agent(args), agents.hash_password(_password())
            await database.write(lambda c: agents.put(c, agent, password_hash=password_hash))
            print(f"{agent.id} may log in as {agent.name}")
        elif args.act == "close":
            changed = await database.write(lambda c: agents.change(c, args.id, is_active=False))
            print(f"{args.id} may not log in any more" if changed else f"no agent {args.id}")
        else:
            for each in await database.read(agents.all_of):
                print(
                    f"{each.id:16} {each.role:10} {each.name}{'' if each.is_active else ' (closed)'}"
                )
    return 0


def _agent(args: argparse.Namespace) -> agents.Agent:
    return agents.Agent(
        id=args.id,
        name=args.name or args.id,
        role=args.role,
        created_at=SystemClock().now(),
        languages=args.languages,
    )


def _password() -> str:
    """The new password; raises DuetalkError when it is too short or mistyped."""
    if not sys.stdin.isatty():
        word = sys.stdin.readline().rstrip("\n")
    else:
        word = getpass.getpass("Password: ")
        if word != getpass.getpass("Again: "):
            raise DuetalkError("expected the same password twice, got two different ones")
    if len(word) < _SHORTEST:
        raise DuetalkError(f"expected a password of at least {_SHORTEST} characters")
    return word
