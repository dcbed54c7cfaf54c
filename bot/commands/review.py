"""`duetalk review`: the replies read least surely, for people to label; labels as test rows."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot import review
from bot.clock import SystemClock
from bot.commands.service import add_config_argument, read_settings, told
from bot.errors import DuetalkError
from bot.review import Doubt
from bot.settings import Settings
from bot.topics import LIVE
from flows.understanding.intents import Intent
from flows.understanding.nearest import nearest
from storage import schema
from storage.database import Database

_HELP = """\
Least certain first, without names, numbers and addresses. What is labelled is read so from the
next message on, in every process, without a restart; it is kept in the audit.

  duetalk review                                  # the list, one line a reply
  duetalk review --limit 5 --json                 # the same for programs
  duetalk review --label 4711 request_extension   # what message 4711 means
  duetalk review --interactive                    # one after the other; enter skips
  duetalk review --export rows.jsonl              # every label as a row for `duetalk evaluate`
"""
_WEIGHTS_SHOWN = 3
_SET_ASIDE = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do with the list."""
    parser.epilog = _HELP
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="how many; default 20")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--label", nargs=2, metavar=("ID", "INTENT"), help="say what a reply means")
    act.add_argument("--set-aside", metavar="ID", help="take a reply off the list, learn nothing")
    act.add_argument("--interactive", action="store_true", help="ask for each reply in turn")
    act.add_argument("--export", metavar="FILE", help="write the test rows; - is standard output")
    parser.add_argument("--by", default=getpass.getuser(), help="who judges; kept in the audit")
    add_config_argument(parser)


def run(args: argparse.Namespace) -> int:
    """List, label or export; 2 when an id or an intent is not known."""
    return told(_run(args, read_settings(args, needs_secret=False)))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    async with await Database.open(settings.database) as database:
        await schema.upgrade(database)
        if args.export:
            rows = await database.read(lambda conn: list(review.test_rows(conn)))
            _export(args.export, rows)
        elif args.label or args.set_aside:
            now = SystemClock().now()
            print(await database.write(lambda conn: _judged(conn, args, now), wake=(LIVE,)))
        elif args.interactive:
            await _ask_in_turn(database, args)
        else:
            doubts = await database.read(lambda conn: review.uncertain(conn, limit=args.limit))
            for doubt in doubts:
                print(json.dumps(record(doubt), ensure_ascii=False) if args.json else line(doubt))
    return 0


def record(doubt: Doubt) -> dict[str, object]:
    """The reply with how it was read and why, as one JSON object."""
    reading, evidence, like = doubt.reading, doubt.reading.evidence, nearest(doubt.reading)
    return {
        "id": doubt.message_id,
        "text": doubt.text,
        "intent": reading.intent.value,
        "confidence": reading.confidence,
        "also": [intent.value for intent in reading.also],
        "language": reading.language.value,
        "asked": doubt.asked.value if doubt.asked else None,
        "tags": sorted(tag.value for tag in reading.tags),
        "keyword": evidence.keyword,
        "weights": [list(weight) for weight in evidence.weights],
        "example": like.text,
        "example_score": like.score,
        "rules": list(evidence.rules),
    }


def line(doubt: Doubt) -> str:
    """The reply in two lines: what was said and read, and why."""
    reading, evidence, like = doubt.reading, doubt.reading.evidence, nearest(doubt.reading)
    why = [f"{name} {weight:+.2f}" for name, weight in evidence.weights[:_WEIGHTS_SHOWN]]
    why += sorted(f"#{tag}" for tag in reading.tags)
    why += [f"keyword {evidence.keyword}"] if evidence.keyword else []
    near = f"like “{like.text}” {like.score:.0f}" if like.text else ""
    said = doubt.text.replace("\n", " ")
    return (
        f"{doubt.message_id:>8}  {reading.confidence:.2f}  {reading.intent:20} {said}\n"
        f"{'':26}{' · '.join((*why, *((near,) if near else ())))}"
    )


def _judged(conn: Connection, args: argparse.Namespace, now: datetime) -> str:
    number, name = args.label or (args.set_aside, None)
    doubt = review.find(conn, int(number)) if number.isdecimal() else None
    if doubt is None:
        raise DuetalkError(f"expected the number of a message that was read, got {number!r}")
    return _judge(conn, doubt, name, by=f"cli:{args.by}", now=now)


def _judge(conn: Connection, doubt: Doubt, name: str | None, *, by: str, now: datetime) -> str:
    if name is None:
        review.set_aside(conn, doubt, by=by, now=now)
        return f"{doubt.message_id} set aside"
    if name not in set(Intent):
        raise DuetalkError(f"expected an intent ({', '.join(Intent)}), got {name!r}")
    review.correct(conn, doubt, Intent(name), by=by, now=now)
    return f"{doubt.message_id} means {name}"


async def _ask_in_turn(database: Database, args: argparse.Namespace) -> None:
    """One reply after the other on a terminal; an unknown word asks again."""
    doubts = await database.read(lambda conn: review.uncertain(conn, limit=args.limit))
    print(", ".join(Intent), f"\nenter: skip · {_SET_ASIDE}: set aside · Ctrl-D: stop")
    by = f"cli:{args.by}"
    for doubt in doubts:
        print(line(doubt))
        name = _answer()
        if name is None:
            return
        if name:
            given = None if name == _SET_ASIDE else name
            judge = partial(_judge, doubt=doubt, name=given, by=by, now=SystemClock().now())
            await database.write(judge, wake=(LIVE,))


def _answer() -> str | None:
    """An intent, the sign to set aside, nothing to skip; None at the end."""
    while True:
        try:
            word = input("means: ").strip()
        except EOFError:
            return None
        if word in ("", _SET_ASIDE, *Intent):
            return word
        print(f"no intent {word!r}")


def _export(where: str, rows: Iterable[dict[str, object]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    if where == "-":
        sys.stdout.writelines(lines)
        return
    Path(where).write_text("".join(lines), encoding="utf-8")
    print(f"{where}: {len(lines)} rows", file=sys.stderr)
