"""The one place that reads the clock. A demo moves its clock by hand; nothing else may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs on from where it was set: for demos and tests, never for sending."""

    def __init__(self, start_at: datetime, running: Clock | None = None) -> None:
        self._running = running
        self._offset = start_at - running.now() if running else timedelta(0)
        self._fixed_at = start_at

    def now(self) -> datetime:
        """The instant this clock shows."""
        if self._running is None:
            return self._fixed_at
        return self._running.now() + self._offset

    def move(self, by: timedelta) -> None:
        """Put the clock on; it never goes back."""
        if by < timedelta(0):
            raise ValueError(f"expected a way forward, got {by}")
        self._offset += by
        self._fixed_at += by

    def start_again(self, start_at: datetime) -> None:
        """Begin anew at an instant, for a demo whose story is told from its start."""
        self._fixed_at = start_at
        if self._running is not None:
            self._offset = start_at - self._running.now()
