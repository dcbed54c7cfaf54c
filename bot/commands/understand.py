"""`duetalk understand`: read replies, one JSON object a line."""

from __future__ import annotations

import argparse
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.commands.jsonl import BadRecord, Record, add_file_argument, run_lines
from flows.understanding import understand
from flows.understanding.entities import entity_record
from flows.understanding.nearest import nearest
from flows.understanding.values import Asked, LanguageTag, Understanding

# No clock is read here: dates in records without `today` are read against this Wednesday.
DEFAULT_TODAY = date(2026, 3, 11)

Choice = TypeVar("Choice", bound=StrEnum)

_EPILOG = f"""
fields in:
  id        any JSON value, given back
  text      the reply as the customer wrote it
  asked     the question that is open: {", ".join(Asked)}; absent or null: none
  today     ISO date of the customer's day; absent: {DEFAULT_TODAY}
  language  language of the last telling reply: {", ".join(LanguageTag)}; absent: unknown

fields out: id, intent, confidence (0 to 1), also, entities, language;
with --evidence also band, tags and why.

example:
  $ echo '{{"id": 1, "text": "下周五发工资就还", "today": "2026-03-11"}}' | duetalk understand
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare FILE and --evidence."""
    parser.epilog = _EPILOG
    add_file_argument(parser)
    parser.add_argument("--evidence", action="store_true", help="add band, tags and the reasons")


def run(args: argparse.Namespace) -> int:
    """Read every line; 1 when one was bad."""
    return run_lines(args.file, lambda record: read(record, has_evidence=args.evidence))


def read(record: Record, *, has_evidence: bool = False) -> Record:
    """The answer to one record; raises BadRecord when a field is missing or wrong."""
    found = read_record(record)
    return {"id": record.get("id")} | encode(found) | (_evidence(found) if has_evidence else {})


def read_record(record: Record) -> Understanding:
    """The reading of one record's reply; raises BadRecord when a field is missing or wrong."""
    text = record.get("text")
    if not isinstance(text, str):
        raise BadRecord(f"expected text to be a string, got {type(text).__name__}")
    return understand(
        text,
        asked=_choice(Asked, record, "asked"),
        today=_day(record),
        language=_choice(LanguageTag, record, "language"),
    )


def encode(found: Understanding) -> Record:
    """An Understanding as the fields of the command contract."""
    return {
        "intent": found.intent.value,
        "confidence": found.confidence,
        "also": [intent.value for intent in found.also],
        "entities": [entity_record(entity) for entity in found.entities],
        "language": found.language.value,
    }


def _evidence(found: Understanding) -> Record:
    why, like = found.evidence, nearest(found)
    return {
        "band": found.band.value,
        "tags": sorted(found.tags),
        "why": {
            "keyword": why.keyword,
            "weights": [list(pair) for pair in why.weights],
            "example": like.text,
            "example_score": like.score,
            "rules": list(why.rules),
        },
    }


def _choice(kind: type[Choice], record: Record, name: str) -> Choice | None:
    given = record.get(name)
    if given is None:
        return None
    try:
        return kind(given)
    except ValueError:
        raise BadRecord(f"expected {name} to be one of {', '.join(kind)}, got {given!r}") from None


def _day(record: Record) -> date:
    given = record.get("today")
    if given is None:
        return DEFAULT_TODAY
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise BadRecord(f"expected today to be an ISO date, got {given!r}") from None
