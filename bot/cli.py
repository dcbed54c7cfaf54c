"""The command line: one line a command; each lives in its own module under `bot/commands/`.

Modules are imported only when their command runs, so that `--help` stays fast.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

COMMANDS: dict[str, tuple[str, str]] = {
    # command: (module under bot/commands, one line of help)
    "agent": ("agent", "add, list or close the people at the console"),
    "audit": ("audit", "prove that nothing decided or done was changed since"),
    "case-file": ("case_file", "everything about one person: page, PDF and data"),
    "chat": ("chat", "talk to the bot in the terminal as a customer"),
    "check-wording": ("check_wording", "Put texts before the wording guard."),
    "converse": ("converse", "a conversation one line at a time, for simulators"),
    "erase": ("erase", "erase a person: his words, name and addresses"),
    "evaluate": ("evaluate", "Measure understanding on labelled replies."),
    "legal-hold": ("legal_hold", "place, lift or list holds that forbid erasing"),
    "may-send": ("may_send", "Ask the send gate: now, later, through a person, or never."),
    "policy": ("policy", "Show, compare and check policy profiles with their sources."),
    "demo": ("demo", "the whole story in a minute, with fictional people"),
    "flows": ("flows_", "draw the flows from the code that runs"),
    "import": ("import_", "take overdue accounts in from a file"),
    "remind": ("remind", "show or plan who gets a reminder now"),
    "plan": ("plan", "Work out repayment plans, promises and settlements from JSON Lines."),
    "report": ("report", "how promises turned out, by who reached them"),
    "replay": ("replay", "take stored turns again and show what would come out otherwise"),
    "rehearse": ("rehearse", "play scripted conversations and say what came of them"),
    "retention": ("retention", "let go of what was kept long enough"),
    "review": ("review", "label the replies read least surely; export them as test rows"),
    "simulate": ("simulate", "let seeded customers talk to the bot and judge the conversations"),
    "tasks": ("tasks", "what is owed to customers by when, the first due first"),
    "templates": ("templates", "Check every text the product can say before it goes live."),
    "token": ("token", "bearer tokens of other programs: add, list, revoke"),
    "train": ("train", "Make the model of understanding anew from the training lists."),
    "train-guard": ("train_guard", "Make the guard's model of likeness anew from its sentences."),
    "understand": ("understand", "Read replies: intent, facts and language."),
    "resume": ("resume", "lift an order of `stop`"),
    "send": ("send", "run the sender alone"),
    "serve": ("serve", "run web, worker and sender in one process"),
    "stop": ("stop", "the kill switch: stop all sending, a channel's or a creditor's"),
    "web": ("web", "run the web part alone"),
    "webhooks": ("webhooks", "events sent to other programs: what waits, is dead, try again"),
    "worker": ("worker", "run the worker alone"),
}


class Command(Protocol):
    """What a command module provides."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments, with a description and an example."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit status."""


def run(argv: Sequence[str]) -> int:
    """Parse the command line and run the command; returns its exit status."""
    name = argv[0] if argv and argv[0] in COMMANDS else None
    args = _parser(name).parse_args(argv)
    try:
        return _load(args.command).run(args)
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser(name: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="duetalk", description="A two-way collection assistant for SMS and Telegram."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command, (_, summary) in COMMANDS.items():
        subparser = subparsers.add_parser(
            command,
            help=summary,
            description=summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if command == name:
            _load(command).add_arguments(subparser)
    return parser


def _load(name: str) -> Command:
    module = importlib.import_module(f"bot.commands.{COMMANDS[name][0]}")
    return cast(Command, module)
