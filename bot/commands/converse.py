"""`duetalk converse`: a conversation one line at a time, for programs that answer what we say."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.commands.jsonl import BadRecord, Record, add_file_argument, open_lines, write_line
from bot.dialogue_records import DialogueRecord, parse
from bot.durations import parse_duration
from bot.playing import agent_event, rehearsed, report
from bot.rehearsal import Line, Rehearsal
from flows.records import AccountId

_HELP = """\
The first line of a conversation is a dialogue record without turns; each further line has its id
and one of
  {"customer": TEXT, "at"?}      what the customer writes
  {"event": "agent_takeover" | "agent_handback"}
  {"advance": "PT26H"}           time passes, the scheduler runs (ISO 8601 duration)
  {"payment": {"amount_minor", "date", "ref"}}
Each line is answered at once by one line: id, now, sent, outcome, facts, records. Many
conversations may run in one process, told apart by id; a line without id goes to the newest.

  duetalk converse < lines.jsonl
"""


@dataclass(slots=True, kw_only=True)
class _Talk:
    record: DialogueRecord
    rehearsal: Rehearsal
    shown: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _HELP
    add_file_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Answer each line; returns 1 when a line was bad."""
    talks: dict[str, _Talk] = {}
    status = 0
    with open_lines(args.file) as lines:
        for raw in lines:
            answer, is_bad = _answered(raw, talks)
            status |= is_bad
            write_line(answer)
            sys.stdout.flush()
    return status


def _answered(raw: str, talks: dict[str, _Talk]) -> tuple[Record, int]:
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


def _answer(line: Record, talks: dict[str, _Talk]) -> Record:
    if "account" in line:
        record = parse(line)
        talks[record.id] = _Talk(record=record, rehearsal=rehearsed(record))
        return _state(talks[record.id])
    talk = _found(line, talks)
    _take(talk.rehearsal, line)
    return _state(talk)


def _found(line: Record, talks: dict[str, _Talk]) -> _Talk:
    if not talks:
        raise BadRecord("expected a dialogue record with an account first, got a turn")
    name = str(line["id"]) if "id" in line else next(reversed(talks))
    if name not in talks:
        raise BadRecord(f"id: expected one of the conversations begun, got {name!r}")
    return talks[name]


def _take(rehearsal: Rehearsal, line: Record) -> None:
    if "customer" in line:
        at = _at(line.get("at"), rehearsal) or rehearsal.now + timedelta(minutes=1)
        rehearsal.customer_said([str(line["customer"])], at)
    elif "event" in line:
        agent_event(rehearsal, line["event"])
    elif "advance" in line:
        rehearsal.run_until(rehearsal.now + parse_duration(str(line["advance"])))
    elif "payment" in line:
        _pay(rehearsal, line["payment"])
    else:
        raise BadRecord(f"expected one of customer, event, advance, payment, got {sorted(line)}")


def _at(value: Any, rehearsal: Rehearsal) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(f"{value}+00:00")
    except ValueError:
        raise BadRecord(f"at: expected a local instant, got {value!r}") from None
    return max(at, rehearsal.now)


def _pay(rehearsal: Rehearsal, payment: Any) -> None:
    try:
        minor, ref = int(payment["amount_minor"]), str(payment["ref"])
        paid_on = date.fromisoformat(str(payment["date"]))
    except (KeyError, TypeError, ValueError):
        raise BadRecord(
            f"payment: expected amount_minor, date (ISO) and ref, got {payment!r}"
        ) from None
    account = payment.get("account_id") or rehearsal.conversation.case().id
    rehearsal.paid(AccountId(str(account)), minor, paid_on, ref)


def _state(talk: _Talk) -> Record:
    rehearsal = talk.rehearsal
    zone = rehearsal.conversation.person.zone
    fresh = rehearsal.lines[talk.shown :]
    talk.shown = len(rehearsal.lines)
    sent = [_sent(line, rehearsal) for line in fresh if line.sender == "bot"]
    return {
        "id": talk.record.id,
        "now": rehearsal.now.astimezone(zone).replace(tzinfo=None).isoformat(),
        "sent": sent,
        **{k: v for k, v in report(talk.record, rehearsal).items() if k != "id"},
    }


def _sent(line: Line, rehearsal: Rehearsal) -> Record:
    zone = rehearsal.conversation.person.zone
    says = line.outgoing.says if line.outgoing else ()
    return {
        "at": line.at.astimezone(zone).replace(tzinfo=None).isoformat(),
        "text": line.text,
        "kind": line.kind,
        "says": [{"key": key, **_plain(data)} for key, data in says],
    }


def _plain(data: tuple[tuple[str, object], ...]) -> Record:
    return {name: _json(value) for name, value in data}


def _json(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_item(item) for item in value]
    return value if value is None or isinstance(value, int) else str(value)


def _item(item: object) -> Any:
    """A plan inside a list of plans is itself a list of named values."""
    if isinstance(item, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in item):
        return _plain(item)
    return _json(item)
