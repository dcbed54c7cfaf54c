"""What makes a whole file unusable; faults of single rows are values (`rows.RowFault`)."""

from __future__ import annotations

from bot.errors import DuetalkError


class FileFault(DuetalkError):
    """A file that cannot be read as a table at all; the message says what to do."""
