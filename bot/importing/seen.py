"""Which accounts of a file stood in an earlier line: on disk, as a file may hold millions."""

from __future__ import annotations

import sqlite3
from types import TracebackType

# SQLite keeps so many KiB of it in memory and the rest in a temporary file that it removes itself.
_CACHE_KIB = 4_096
_NO_NAME = ""
_FIRST = """
INSERT INTO seen (account_id, line) VALUES (?, ?)
ON CONFLICT DO UPDATE SET line = line RETURNING line
"""


class Seen:
    """The line in which each account stood first; use it as a context manager."""

    def __init__(self) -> None:
        # A file is read by one thread after another, never by two at once.
        self._conn = sqlite3.connect(_NO_NAME, isolation_level=None, check_same_thread=False)
        self._conn.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._conn.execute("PRAGMA journal_mode = OFF")
        self._conn.execute("CREATE TABLE seen (account_id PRIMARY KEY, line) WITHOUT ROWID")
        self._conn.execute("BEGIN")

    def first_line(self, account_id: str, line: int) -> int:
        """The line in which the account stood first: an earlier one, or this."""
        (found,) = self._conn.execute(_FIRST, (account_id, line)).fetchone()
        return int(found)

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._conn.close()
