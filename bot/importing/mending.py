"""The rows of a file that cannot be taken in, as a file to mend and import again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

# Spreadsheets compute what begins so, also full width and behind a space.
_COMPUTED = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
# What only looks so: a number with its sign, such as +8613800138000 or -35.00.
_NUMBER = re.compile(r"[+-]?[\d.,]*\d")


def harmless(cell: str) -> str:
    """The cell as it was written; an apostrophe stands before what a spreadsheet would compute.

    Reading the file again takes the apostrophe off.
    """
    is_computed = _COMPUTED.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_computed else cell


def mending_header(header: Sequence[str], told: tuple[str, str]) -> str:
    """The first line of such a file: its own columns, then the line and what to mend."""
    return _line([*header, *told])


def mending_row(width: int, cells: Sequence[str], *, line: int, why: str) -> str:
    """A row as the file has it, then its line and what to mend; `width` is the header's."""
    return _line([*cells, *[""] * (width - len(cells)), str(line), why])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
