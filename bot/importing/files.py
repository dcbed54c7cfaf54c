"""Opening a file an operator gives us, whatever wrote it: encoding, separator, lines."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

from bot.importing.columns import KNOWN_HEADERS, known_columns
from bot.importing.faults import FileFault

_SAMPLE_BYTES = 64 * 1024
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What other files begin with, in lower case where they are text.
_OTHER_KINDS = (
    (b"pk\x03\x04", "xlsx", "a spreadsheet (xlsx) or an archive"),
    (b"\xd0\xcf\x11\xe0", "xls", "a spreadsheet (xls)"),
    (b"%pdf", "pdf", "a PDF"),
    (b"\x89png", "picture", "a picture"),
    (b"<html", "web", "a web page"),
    (b"<!doctype", "web", "a web page"),
    (b"<?xml", "xml", "an XML file"),
    (b"{", "json", "a JSON file"),
    (b"[", "json", "a JSON file"),
)
# What an operator may say of a file, where it was not seen rightly.
ENCODINGS = ("utf-8-sig", "utf-8", "gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be")
SEPARATORS = (",", ";", "\t", "|")
_SEPARATORS = ",;\t|"
_NAMED_SEPARATOR = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
_LONGEST_FIELD = 100_000
_MOST_COLUMNS = 1_000
# Titles and dates of export stand above many a header.
_HEADER_WITHIN_LINES = 20
_HEADER_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """The cells of one row and the lines it stands in; `fault` where it is no row of the table."""

    line: int
    last_line: int
    cells: list[str]
    fault: Misfit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """Why cells are no row of the table: its name, its words, and the figures in them."""

    code: str
    reason: str
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is to be read where an operator has said so; what is empty or 0 is found."""

    encoding: str = ""
    separator: str = ""
    header_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A readable table: its header, the line of the header, and where its rows stand."""

    path: Path
    name: str
    encoding: str
    separator: str
    header: tuple[str, ...]
    header_line: int
    digest: str
    size_bytes: int

    def rows(self) -> Iterator[RawRow]:
        """Each row with the line it begins on; what cannot be read is a row with its fault."""
        with _opened(self.path, self.encoding) as file:
            above = self.header_line - 1
            for _ in range(above):
                next(file)
            reader = csv.reader(file, delimiter=self.separator)
            next(reader, None)
            while True:
                first = above + reader.line_num + 1
                fault: Misfit | None = None
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    cells, fault = (
                        [],
                        Misfit(code="no_row", reason=f"expected a row of a table, got {error}"),
                    )
                last = above + reader.line_num
                fault = fault or self._misfit(cells, first, last)
                yield RawRow(line=first, last_line=last, cells=cells, fault=fault)

    def _misfit(self, cells: list[str], first: int, last: int) -> Misfit | None:
        """Why the cells cannot be those the header names, so that none is taken for another."""
        wanted = len(self.header)
        if last > first and len(cells) != wanted:
            return Misfit(
                code="open_quote",
                reason=(
                    f"lines {first} to {last} were read as one row: a quotation mark is opened "
                    "and not closed. Take it out and import these lines again"
                ),
                told=(("first", str(first)), ("last", str(last))),
            )
        if any(cell.strip() for cell in cells[wanted:]):
            return Misfit(
                code="too_many_values",
                reason=(
                    f"expected {wanted} values as in the header, got {len(cells)}. Put a value "
                    "that holds the separator in quotation marks, such as "
                    f'"1{self.separator}234.50"'
                ),
                told=(
                    ("wanted", str(wanted)),
                    ("got", str(len(cells))),
                    ("separator", self.separator),
                ),
            )
        return None


def open_table(path: Path, reading: Reading | None = None, *, name: str = "") -> TableFile:
    """The file as a table; raises FileFault that says what to do.

    `name` is what the operator calls the file, where that is not the name at `path`.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    shown = name or path.name
    try:
        return _opened_table(path, reading or Reading(), shown)
    except OSError as error:
        raise FileFault(
            f"expected a file that can be read, got {shown}: {error.strerror}", "unreadable"
        ) from None
    except UnicodeError:
        raise _no_text(shown) from None
    except csv.Error as error:
        raise FileFault(
            f"{shown}: expected a header, got {error}. Save the table as CSV UTF-8 and retry.",
            "no_header",
        ) from None


def _opened_table(path: Path, reading: Reading, name: str) -> TableFile:
    sample = _sample(path)
    if not sample.strip():
        raise FileFault(f"{name}: expected a header and rows, got an empty file", "empty")
    _refuse_other_kinds(sample, name)
    encoding = reading.encoding or _encoding(sample, name)
    header_line, separator = _find_header(path, encoding, reading, name)
    header = _read_header(path, encoding, header_line, separator)
    if len(header) > _MOST_COLUMNS:
        raise FileFault(
            f"{name}: expected at most {_MOST_COLUMNS:,} columns, got {len(header):,}. "
            "Is this the right file? Leave out the columns that are not needed and retry.",
            "many_columns",
            most=f"{_MOST_COLUMNS:,}",
            got=f"{len(header):,}",
        )
    return TableFile(
        path=path,
        name=name,
        encoding=encoding,
        separator=separator,
        header=header,
        header_line=header_line,
        digest=_digest(path),
        size_bytes=path.stat().st_size,
    )


def _opened(path: Path, encoding: str) -> TextIO:
    # A byte that is no text becomes U+FFFD, which makes its row a bad one.
    return path.open(encoding=encoding, newline="", errors="replace")


def _refuse_other_kinds(sample: bytes, name: str) -> None:
    start = sample.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, code, kind in _OTHER_KINDS:
        if start.startswith(mark):
            raise FileFault(
                f"{name}: expected CSV, got {kind}. Open the table in a spreadsheet, save it "
                "as CSV UTF-8 and retry.",
                f"kind_{code}",
            )


def _find_header(path: Path, encoding: str, reading: Reading, name: str) -> tuple[int, str]:
    """The line of the header and the separator: the first line that names columns, else the first."""
    first: tuple[int, str] | None = None
    named = reading.separator
    with _opened(path, encoding) as file:
        for number, line in enumerate(islice(file, _HEADER_WITHIN_LINES), start=1):
            told = _NAMED_SEPARATOR.fullmatch(line)
            if told:
                named = reading.separator or told[1]
            if told or not line.strip():
                continue
            separator = named or max(_SEPARATORS, key=line.count)
            if number == reading.header_line:
                return number, separator
            if reading.header_line:
                continue
            if known_columns(line.split(separator)) >= _HEADER_WORDS:
                return number, separator
            first = first or (number, separator)
    if first is None and reading.header_line:
        raise FileFault(
            f"{name}: expected the header in line {reading.header_line}, got no text there. "
            "Name a line that holds the names of the columns.",
            "header_line",
            line=reading.header_line,
        )
    if first is None:
        raise FileFault(f"{name}: expected a header line, got only empty lines", "empty")
    return first


def _read_header(path: Path, encoding: str, line: int, separator: str) -> tuple[str, ...]:
    with _opened(path, encoding) as file:
        cells = next(csv.reader(islice(file, line - 1, None), delimiter=separator))
    return tuple(cell.strip() for cell in cells)


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE_BYTES)


def _encoding(sample: bytes, name: str) -> str:
    for mark, marked in _BOMS:
        if sample.startswith(mark):
            return marked
    if _is(sample, "utf-8") and (
        b"\x00" not in sample or _is_plausible(sample.decode(errors="ignore"))
    ):
        return "utf-8"
    if b"\x00" in sample:
        return _sixteen_bits(sample, name)
    # Chinese spreadsheets write GB18030 or Big5 without any mark; each is told by its own words.
    for encoding in ("gb18030", "big5hkscs"):
        if _is(sample, encoding) and _is_plausible(sample.decode(encoding, errors="ignore")):
            return encoding
    # A few broken bytes below a header that reads well are faults of their rows.
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        head = sample.partition(b"\n")[0]
        if not head.isascii() and _decodes(head, encoding) and _is_plausible(head.decode(encoding)):
            return encoding
    best = from_bytes(sample).best()
    if best is None:
        raise _no_text(name)
    return best.encoding


def _no_text(name: str) -> FileFault:
    return FileFault(
        f"{name}: expected UTF-8, UTF-16, GB18030 or Big5 text, got none of these. "
        "Save the table as CSV UTF-8 and retry.",
        "encoding",
    )


def _sixteen_bits(sample: bytes, name: str) -> str:
    for encoding in ("utf-16-le", "utf-16-be"):
        if _is_plausible(sample.decode(encoding, errors="ignore")):
            return encoding
    raise FileFault(
        f"{name}: expected text, got binary data. Open the table in a spreadsheet, save it as "
        "CSV UTF-8 and retry.",
        "binary",
    )


def _is(sample: bytes, encoding: str) -> bool:
    # A sample may end inside a character.
    return any(_decodes(sample[: len(sample) - cut], encoding) for cut in range(4))


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_plausible(text: str) -> bool:
    """Whether the header reads like one: it holds a word our columns are known by."""
    first = text.splitlines()[0].lower() if text else ""
    return any(word in first for word in KNOWN_HEADERS)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
