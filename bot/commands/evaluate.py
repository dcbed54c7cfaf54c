"""`duetalk evaluate`: measure understanding on labelled replies, as text or as one HTML page."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bot.commands.jsonl import BadRecord, Record, open_lines
from bot.commands.understand import read_record
from flows.understanding.intents import Intent
from flows.understanding.measure import (
    OUT_OF_SCOPE,
    Judged,
    Measured,
    Reliability,
    calibration_error,
    held_out,
    measure,
)
from flows.understanding.ready import make_ready

_CONFUSIONS_SHOWN = 15
_MICROSECONDS = 1_000_000
_MEDIAN, _LAST = 0.50, 0.99
_ROUNDS, _TIMED_MAX = 5, 2_000
_LABELS = frozenset((*Intent, OUT_OF_SCOPE))

_EPILOG = """
fields in, one JSON object a line:
  id, text, asked, today, language   as for duetalk understand
  intent    the right intent, or out_of_scope
  lang      a group to show apart, such as zh-Hant
  context   a reply that is only clear after what came before; shown apart

figures: macro F1 over the intents of the file; false alarms: a safety intent read as the primary one
where there is none; out of scope: share refused when 95 % of the others are kept; p50, p99: time a
reply takes, the best of five readings of each of the first 2,000. Calibration: how sure the readings were on average and how many were right, by tenths of
confidence, on this file and on the training lists with each example read by a model that never saw
it; the calibration error is the mean gap between the two. Of unclear: the same over the replies read
as unclear, right where no intent covers them. Bands: act, read back, ask again.

example:
  $ echo '{"id": 1, "text": "退订", "intent": "opt_out"}' | duetalk evaluate
  $ duetalk evaluate replies.jsonl --html page.html
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What one file yields: replies that stand alone, those with context, seconds for each reply."""

    alone: tuple[Judged, ...]
    in_context: tuple[Judged, ...]
    seconds: tuple[float, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare FILE and --html."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="JSON Lines; - is stdin"
    )
    parser.add_argument("--html", metavar="PAGE", help="also write one self-contained page")
    parser.add_argument("--errors", action="store_true", help="list every reply that was misread")


def run(args: argparse.Namespace) -> int:
    """Print the figures; 1 when a line was bad."""
    try:
        evaluated = evaluate(args.file)
    except BadRecord as error:
        print(error, file=sys.stderr)
        return 1
    figures = measure(evaluated.alone)
    print(report(figures, evaluated))
    if args.errors:
        print("\n".join(_misread((*evaluated.alone, *evaluated.in_context))))
    if args.html:
        from bot.commands.evaluate_page import page

        Path(args.html).write_text(
            page(figures, summary(figures, evaluated), name=args.file), encoding="utf-8"
        )
    return 0


def evaluate(path: str) -> Evaluated:
    """Read every labelled reply of a file; raises BadRecord with the line of the first bad one."""
    alone: list[Judged] = []
    in_context: list[Judged] = []
    timed: list[Record] = []
    make_ready()
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            record = _record(line, number)
            found = read_record(record)
            if len(timed) < _TIMED_MAX:
                timed.append(record)
            row = Judged(expected=record["intent"], found=found, group=str(record.get("lang", "")))
            (in_context if record.get("context") else alone).append(row)
    return Evaluated(alone=tuple(alone), in_context=tuple(in_context), seconds=_seconds(timed))


def _seconds(records: Sequence[Record]) -> tuple[float, ...]:
    """The best time of each reply, so that other work on the machine falls out."""
    best = [math.inf] * len(records)
    for _ in range(_ROUNDS):
        for at, record in enumerate(records):
            started = perf_counter()
            read_record(record)
            best[at] = min(best[at], perf_counter() - started)
    return tuple(best)


def _record(line: str, number: int) -> Record:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadRecord(f"line {number}: expected one JSON object a line, got {error}") from error
    if not isinstance(record, dict) or record.get("intent") not in _LABELS:
        raise BadRecord(f"line {number}: expected an object with intent one of the taxonomy")
    known = ("id", "text", "asked", "today", "language", "intent", "lang", "context")
    return {name: record[name] for name in known if name in record}


def summary(figures: Measured, evaluated: Evaluated) -> dict[str, str]:
    """The leading figures by name."""
    facts = {
        "replies": str(figures.count),
        "accuracy": f"{figures.accuracy:.4f}",
        "macro F1": f"{figures.macro_f1:.4f}",
        "false alarms": f"{figures.false_alarms:.4f}",
        "calibration error": f"{figures.calibration_error:.4f}",
        "of unclear": f"{calibration_error(figures.unclear):.4f}",
        "its lists, held out": f"{calibration_error(held_out()):.4f}",
        "p50": f"{microseconds(evaluated.seconds, _MEDIAN)} µs",
        "p99": f"{microseconds(evaluated.seconds, _LAST)} µs",
    }
    if figures.out_of_scope_recall is not None:
        facts["out of scope"] = f"{figures.out_of_scope_recall:.4f}"
    if evaluated.in_context:
        right = sum(row.is_right for row in evaluated.in_context)
        facts["with context"] = f"{right}/{len(evaluated.in_context)}"
    return facts


def report(figures: Measured, evaluated: Evaluated) -> str:
    """The figures as plain text."""
    lines = [f"{name:20} {fact}" for name, fact in summary(figures, evaluated).items()]
    lines += [f"  {name or '-':12} {share:.4f}" for name, share in sorted(figures.groups.items())]
    lines += ["", f"{'intent':22}{'precision':>10}{'recall':>8}{'F1':>8}{'count':>7}"]
    lines += [
        f"{name:22}{score.precision:10.3f}{score.recall:8.3f}{score.f1:8.3f}{score.count:7}"
        for name, score in figures.intents.items()
    ]
    lines += ["", "must not be missed (primary or further intent)"]
    lines += [f"  {name:20}{share:8.3f}" for name, share in figures.safety.items()]
    lines += ["", "most confused: expected, read, times"]
    lines += [f"  {a} {b} {count}" for a, b, count in figures.confusions[:_CONFUSIONS_SHOWN]]
    lines += ["", f"{'from confidence':>16}{'kept':>8}{'accuracy':>10}"]
    lines += [
        f"{point.confidence:16.2f}{point.kept:8.3f}{point.accuracy:10.3f}"
        for point in figures.abstention[::2]
    ]
    lines += _calibration("band of action, this file", figures.bands)
    lines += _calibration("confidence, this file", figures.calibration)
    lines += _calibration("confidence of unclear, this file", figures.unclear)
    lines += _calibration("confidence, held out of the lists", held_out())
    return "\n".join(lines)


def _calibration(name: str, rows: Sequence[Reliability]) -> list[str]:
    """A table of confidence against truth."""
    head = ["", f"{name:34}{'count':>7}{'sure':>8}{'right':>8}"]
    return head + [
        f"  {row.name:32}{row.count:7}{row.confidence:8.3f}{row.accuracy:8.3f}" for row in rows
    ]


def microseconds(seconds: Sequence[float], share: float) -> int:
    """The time within which this share of the replies was read, in microseconds."""
    ranked = sorted(seconds)
    return (
        round(ranked[min(int(len(ranked) * share), len(ranked) - 1)] * _MICROSECONDS)
        if ranked
        else 0
    )


def _misread(rows: Sequence[Judged]) -> list[str]:
    return ["", "misread: expected, read, confidence, text"] + [
        f"  {row.expected} {row.found.intent} {row.found.confidence:.2f} {row.found.text!r}"
        for row in rows
        if not row.is_right and row.expected != OUT_OF_SCOPE
    ]
