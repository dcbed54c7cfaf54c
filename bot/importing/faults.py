"""What makes a whole file unusable; faults of single rows are values (`rows.RowFault`)."""

from __future__ import annotations

from bot.errors import DuetalkError


class FileFault(DuetalkError):
    """A file that cannot be read as a table at all; the message says what to do.

    `code` names the fault for who tells it in another language, with the figures in `told`.
    """

    def __init__(self, message: str, code: str = "", **told: object) -> None:
        super().__init__(message)
        self.code = code
        self.told = {name: str(value) for name, value in told.items()}
