"""What can go wrong in storage.

StorageError            the database cannot do it now: says what to do
  SchemaError           the tables are older or newer than the program
Stale                   somebody else changed the conversation first: load again and decide again
CodecError              a stored value cannot be read, or a value cannot be stored
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError


class StorageError(Exception):
    """The database cannot do what was asked; the message says what to do about it.

    `is_retryable` is true when the same call may succeed a moment later.
    """

    def __init__(self, message: str, *, is_retryable: bool = False) -> None:
        super().__init__(message)
        self.is_retryable = is_retryable


class SchemaError(StorageError):
    """The tables do not fit this version of the program."""


class CodecError(ValueError):
    """A value cannot be written to, or read from, its stored form."""


class Stale(Exception):
    """Another writer changed these conversations since they were loaded; nothing was saved."""

    def __init__(self, conversation_ids: Sequence[str]) -> None:
        super().__init__(f"changed by another writer: {', '.join(conversation_ids)}")
        self.conversation_ids = tuple(conversation_ids)


_SQLITE_HINTS = {
    sqlite3.SQLITE_BUSY: (
        "another process keeps the SQLite file locked: stop it, or move to PostgreSQL "
        "(duetalk serve uses one process per SQLite file)",
        True,
    ),
    sqlite3.SQLITE_LOCKED: ("the SQLite file is locked inside this process", True),
    sqlite3.SQLITE_FULL: ("the disk is full: free some space; this step was not written", True),
    sqlite3.SQLITE_READONLY: (
        "the SQLite file or its folder is read-only: give this user the right to write there",
        False,
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the SQLite file cannot be opened: check that its folder exists and may be written",
        False,
    ),
    sqlite3.SQLITE_IOERR: ("the disk reported an error: check it before going on", False),
    sqlite3.SQLITE_CORRUPT: ("the SQLite file is damaged: restore the last backup", False),
    sqlite3.SQLITE_NOTADB: ("the file is not an SQLite database: check the path", False),
}

# PostgreSQL's SQLSTATE codes, appendix A of its documentation.
_POSTGRES_HINTS = {
    "53100": ("the disk of the PostgreSQL server is full: free some space", True),
    "53300": (
        "PostgreSQL has no free connection: raise max_connections or run fewer workers",
        True,
    ),
    "57P01": ("PostgreSQL is shutting down", True),
    "57P03": ("PostgreSQL is starting up", True),
    "40001": ("two writers met (serialization failure)", True),
    "40P01": ("two writers met (deadlock)", True),
    "25006": ("the PostgreSQL server is read-only: connect to the primary", False),
    "28P01": ("PostgreSQL refused the password: check the URL", False),
    "28000": ("PostgreSQL refused this user: check the URL and pg_hba.conf", False),
    "3D000": ("the database does not exist: create it with createdb", False),
    "42501": ("this PostgreSQL user lacks a right on a table: grant it", False),
}

_CONNECTION_ERRNOS = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.ENOENT, errno.EPIPE})


def explain(error: Exception) -> StorageError | None:
    """The StorageError for a failure of the database itself, or None for a fault of the caller."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _explain_sqlite(cause)
    if isinstance(cause, PermissionError | IsADirectoryError):
        return StorageError(f"the SQLite file cannot be written: check its rights ({cause})")
    code = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if code in _POSTGRES_HINTS:
        hint, is_retryable = _POSTGRES_HINTS[str(code)]
        return StorageError(f"{hint} ({code})", is_retryable=is_retryable)
    if _is_lost_connection(error, cause):
        return StorageError(
            f"PostgreSQL cannot be reached: check that it runs and the URL ({cause})",
            is_retryable=True,
        )
    return None


def _explain_sqlite(cause: sqlite3.Error) -> StorageError | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    # The low byte is the primary code; the rest tells kinds of it apart.
    found = _SQLITE_HINTS.get(code & 0xFF)
    if found is None:
        return None
    hint, is_retryable = found
    return StorageError(f"{hint} ({cause})", is_retryable=is_retryable)


def _is_lost_connection(error: Exception, cause: BaseException | None) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(cause, ConnectionError | TimeoutError):
        return True
    return isinstance(cause, OSError) and cause.errno in _CONNECTION_ERRNOS
