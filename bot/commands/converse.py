"""`duetalk converse`: a conversation one line at a time, for programs that answer what we say."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from bot.commands.jsonl import BadRecord, Record, add_file_argument, open_lines, write_line
from bot.conversing import Talk, begin, state, take

_HELP = """\
The first line of a conversation is a dialogue record without turns; each further line has its id
and one of
  {"customer": TEXT, "at"?}      what the customer writes; a list of texts is a burst
  {"event": "agent_takeover" | "agent_handback"}
  {"advance": "PT26H"}           time passes, the scheduler runs (ISO 8601 duration)
  {"payment": {"amount_minor", "date", "ref"}}
Each line is answered at once by one line: id, now, sent, outcome, facts, records. Many
conversations may run in one process, told apart by id; a line without id goes to the newest.

  duetalk converse < lines.jsonl
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_file_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Answer each line; returns 1 when a line was bad."""
    talks: dict[str, Talk] = {}
    status = 0
    with open_lines(args.file) as lines:
        for raw in lines:
            answer, is_bad = _answered(raw, talks)
            status |= is_bad
            write_line(answer)
            sys.stdout.flush()
    return status


def _answered(raw: str, talks: dict[str, Talk]) -> tuple[Record, int]:
    line: Any = None
    try:
        line = json.loads(raw)
        if not isinstance(line, dict):
            raise BadRecord(f"expected a JSON object, got {type(line).__name__}")
        return _answer(line, talks), 0
    except json.JSONDecodeError as error:
        return {"id": None, "error": f"expected one JSON object a line, got {error}"}, 1
    except BadRecord as error:
        name = line.get("id") if isinstance(line, dict) else None
        return {"id": name, "error": str(error)}, 1


def _answer(line: Record, talks: dict[str, Talk]) -> Record:
    if "account" in line:
        talk = begin(line)
        talks[talk.record.id] = talk
        return state(talk)
    talk = _found(line, talks)
    take(talk, line)
    return state(talk)


def _found(line: Record, talks: dict[str, Talk]) -> Talk:
    if not talks:
        raise BadRecord("expected a dialogue record with an account first, got a turn")
    name = str(line["id"]) if "id" in line else next(reversed(talks))
    if name not in talks:
        raise BadRecord(f"id: expected one of the conversations begun, got {name!r}")
    return talks[name]
