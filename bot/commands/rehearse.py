"""`duetalk rehearse`: play scripted conversations and say what came of them."""

from __future__ import annotations

import argparse
import sys

from bot.commands.jsonl import Record, add_file_argument, run_lines
from bot.dialogue_records import parse
from bot.playing import play

_HELP = """\
Each line is a dialogue record: id, lang (zh-Hans, zh-Hant, yue, en), today (ISO date), account
(account_id, customer_name, creditor, product, currency, exponent, outstanding_minor, due_date,
channel, verified, verify, policy, accounts), turns ({"customer": text} or {"event":
"agent_takeover" | "agent_handback"}, with "at" and "seq" where they matter) and perhaps expect.

The bot has just sent a reminder at 09:00 on `today`; turns are a minute apart unless `at` says
otherwise; after the last turn the scheduler runs on for seven days.

  duetalk rehearse dialogues.jsonl --pretty
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_file_argument(parser)
    parser.add_argument("--pretty", action="store_true", help="print readable transcripts instead")


def run(args: argparse.Namespace) -> int:
    """Play each record; returns 1 when a line was bad."""
    return run_lines(args.file, _answer, show=_print_page if args.pretty else None)


def _answer(record: Record) -> Record:
    return play(parse(record))


def _print_page(result: Record) -> None:
    sys.stdout.write(_page(result))


def _page(result: Record) -> str:
    if "error" in result:
        return f"== {result.get('id')}\n   error: {result['error']}\n"
    signs = {"customer": ">", "bot": "<", "agent": "<<", "system": "--"}
    lines = [f"== {result['id']}  {result['outcome']}  {result['facts']}"]
    for line in result["transcript"]:
        text = line["text"] or f"({line['kind']})"
        lines.append(f"{line['at'][5:16]} {signs[line['from']]} [{line['kind']}] {text}")
    if "passed" in result:
        lines.append("PASSED" if result["passed"] else f"BROKEN {result['broken']}")
    return "\n".join(lines) + "\n\n"
