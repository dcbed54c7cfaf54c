"""Opening a file an operator gives us, whatever wrote it: encoding, separator, lines."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from bot.importing.columns import KNOWN_HEADERS
from bot.importing.faults import FileFault

_SAMPLE_BYTES = 64 * 1024
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = ",;\t|"
_LONGEST_FIELD = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A readable table: its header and where its rows stand."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    digest: str
    size_bytes: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line it begins on (the header is line 1)."""
        with self.path.open(encoding=self.encoding, newline="", errors="replace") as file:
            reader = csv.reader(file, delimiter=self.separator)
            next(reader, None)
            before = reader.line_num
            try:
                for row in reader:
                    yield before + 1, row
                    before = reader.line_num
            except csv.Error as error:
                raise FileFault(
                    f"{self.path.name}, line {reader.line_num}: expected a row of a table, "
                    f"got {error}. Save the file as CSV again and retry."
                ) from None


def open_table(path: Path) -> TableFile:
    """The file as a table; raises FileFault that says what to do."""
    csv.field_size_limit(_LONGEST_FIELD)
    if not path.is_file():
        raise FileFault(f"expected a file, got {path}: it does not exist")
    sample = _sample(path)
    if not sample.strip():
        raise FileFault(f"{path.name}: expected a header and rows, got an empty file")
    if sample.startswith(b"PK\x03\x04"):
        raise FileFault(
            f"{path.name}: expected CSV, got a spreadsheet. Save it as CSV UTF-8 and retry."
        )
    encoding = _encoding(sample, path)
    header_line = _first_line(path, encoding)
    separator = max(_SEPARATORS, key=header_line.count)
    header = next(csv.reader([header_line], delimiter=separator), [])
    return TableFile(
        path=path,
        encoding=encoding,
        separator=separator,
        header=tuple(name.strip() for name in header),
        digest=_digest(path),
        size_bytes=path.stat().st_size,
    )


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE_BYTES)


def _encoding(sample: bytes, path: Path) -> str:
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if b"\x00" in sample:
        raise FileFault(
            f"{path.name}: expected text, got binary data. Save the table as CSV UTF-8 and retry."
        )
    if _is(sample, "utf-8"):
        return "utf-8"
    # Chinese spreadsheets write GB18030 or Big5 without any mark; each is told by its own words.
    for name in ("gb18030", "big5hkscs"):
        if _is(sample, name) and _is_plausible(sample.decode(name, errors="ignore")):
            return name
    best = from_bytes(sample).best()
    if best is None:
        raise FileFault(
            f"{path.name}: expected UTF-8, UTF-16, GB18030 or Big5 text, got none of these. "
            "Save the table as CSV UTF-8 and retry."
        )
    return best.encoding


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


def _first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        for line in file:
            if line.strip():
                return line.rstrip("\r\n")
    raise FileFault(f"{path.name}: expected a header line, got only empty lines")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
