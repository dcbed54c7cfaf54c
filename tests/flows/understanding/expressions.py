"""Judges readings of single expressions against a table of language, kind, text and what is accepted.

Accepted: values with `|` between them; `a..b` any day in the range; `?a,b` both, to be asked about;
`@payday` a day named by its event; `@pm500` (pw, pb, ps) 500 a month (week, two weeks, half month);
`@half`, `@third` a share; `-` nothing. Everything is said on Wednesday 2026-03-11.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.understanding.entities import entity_record, read_entities
from flows.understanding.normalise import normalise

TODAY = date(2026, 3, 11)
_RHYTHMS = {"pm": "monthly", "pw": "weekly", "pb": "biweekly", "ps": "semimonthly"}
_SHARES = {"@half": "1/2", "@third": "1/3"}
# Further facts beside the one asked for are no fault where they belong to the expression.
_HARMLESS = {"reference", "time"}

Record = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One line of a table."""

    language: str
    kind: str
    text: str
    accepted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it was found, and whether a wrong value was given (worse than none)."""

    is_right: bool
    is_wrong: bool
    records: list[Record]


def read_table(path: Path) -> Iterator[Expression]:
    """The expressions of a file; lines with # are comments."""
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, kind, text, accepted = line.split("\t")
            yield Expression(language=language, kind=kind, text=text, accepted=accepted)


def judge(expression: Expression) -> Verdict:
    """The verdict on what is read from an expression with no question open."""
    reading = read_entities(normalise(expression.text), today=TODAY)
    records = [entity_record(entity) for entity in reading.entities]
    if expression.kind == "none":
        given = [record for record in records if record["kind"] not in _HARMLESS]
        is_right = all(_is_accepted(record, expression.accepted) for record in given)
        return Verdict(is_right=is_right, is_wrong=not is_right, records=records)
    if expression.accepted.startswith(tuple(f"@{rhythm}" for rhythm in _RHYTHMS)):
        is_right = _is_rhythm(records, expression.accepted[1:])
        return Verdict(is_right=is_right, is_wrong=False, records=records)
    return _judge_kind(expression, records)


def _judge_kind(expression: Expression, records: list[Record]) -> Verdict:
    accepted = _SHARES.get(expression.accepted, expression.accepted)
    kind = "share" if accepted != expression.accepted else expression.kind
    of_kind = [record for record in records if record["kind"] == kind]
    if accepted in ("-", "@vague"):
        given = [record for record in of_kind if record["value"] is not None]
        return Verdict(is_right=not of_kind, is_wrong=bool(given), records=records)
    if kind == "pay_day":
        days = ",".join(str(record["value"]) for record in of_kind)
        return Verdict(
            is_right=days == accepted, is_wrong=days not in ("", accepted), records=records
        )
    is_right = any(_is_accepted(record, accepted) for record in of_kind)
    given = [record for record in of_kind if record["value"] is not None]
    is_missed = not of_kind and "-" in accepted.split("|")
    return Verdict(
        is_right=is_right or is_missed, is_wrong=bool(given) and not is_right, records=records
    )


def _is_accepted(record: Record, accepted: str) -> bool:
    if accepted.startswith("?"):
        return record.get("alternatives") == accepted[1:].split(",")
    alternatives = record.get("alternatives") or [record["value"]]
    assert isinstance(alternatives, list)
    return any(_matches(value, one) for value in alternatives for one in accepted.split("|"))


def _matches(value: object, accepted: str) -> bool:
    if accepted == "@payday":
        return value is None
    if ".." in accepted:
        first, last = accepted.split("..")
        return isinstance(value, str) and first <= value <= last
    return str(value) == accepted


def _is_rhythm(records: list[Record], wanted: str) -> bool:
    values = {(record["kind"], record["value"]) for record in records}
    return {("amount", wanted[2:]), ("frequency", _RHYTHMS[wanted[:2]])} <= values
