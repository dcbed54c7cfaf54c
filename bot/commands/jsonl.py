"""Shared face of the JSON Lines commands: a line in, a line out, in order; errors in their place."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

Record = dict[str, Any]


class BadRecord(ValueError):
    """A record that cannot be used; the message says what was expected and what came."""


def add_file_argument(parser: argparse.ArgumentParser) -> None:
    """Declare the optional FILE; absent or `-` means standard input."""
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="JSON Lines; - is stdin"
    )


def run_lines(
    path: str,
    answer: Callable[[Record], Record],
    *,
    key: str = "id",
    show: Callable[[Record], None] | None = None,
) -> int:
    """Answer each line of the file by one line; returns 1 when any line was bad, else 0.

    Without such a file nothing is answered and 2 is returned. `show` prints an answer in its own
    way instead of as a line of JSON.
    """
    if path != "-" and not Path(path).is_file():
        print(f"duetalk: expected a file of JSON Lines, got {path}", file=sys.stderr)
        return 2
    with open_lines(path) as lines:
        return answer_lines(lines, answer, key=key, show=show)


def answer_lines(
    lines: Iterable[str],
    answer: Callable[[Record], Record],
    *,
    key: str = "id",
    show: Callable[[Record], None] | None = None,
) -> int:
    """Answer each of the lines; returns 1 when any was bad, else 0."""
    status = 0
    show = show or write_line
    for raw in lines:
        reply, is_bad = _answer_line(raw, answer, key)
        status |= is_bad
        show(reply)
    return status


def write_line(record: Record, out: TextIO | None = None) -> None:
    """Write one JSON object as a line of UTF-8; standard output when no file is given."""
    line = json.dumps(record, ensure_ascii=False)
    if not _is_encodable(line):
        line = json.dumps(record)
    (out or sys.stdout).write(line + "\n")


@contextmanager
def open_lines(path: str) -> Iterator[Iterable[str]]:
    """The non-empty lines of a file or of standard input, read as UTF-8."""
    if path == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]  # A TextIOWrapper at run time.
        yield (line for line in sys.stdin if line.strip())
        return
    with Path(path).open(encoding="utf-8-sig", errors="surrogateescape") as file:
        yield (line for line in file if line.strip())


def _answer_line(raw: str, answer: Callable[[Record], Record], key: str) -> tuple[Record, int]:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return {key: None, "error": f"expected one JSON object a line, got {error}"}, 1
    if not isinstance(record, dict):
        got = type(record).__name__
        return {key: None, "error": f"expected a JSON object, got {got}"}, 1
    try:
        return answer(record), 0
    except BadRecord as error:
        return {key: record.get(key), "error": str(error)}, 1


def _is_encodable(line: str) -> bool:
    """Whether UTF-8 can hold the line; half a surrogate pair, as JSON may escape it, cannot."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
