"""What the inbox must know of words before any turn reads them: whether they may wait."""

from __future__ import annotations

from datetime import date

from flows.burst import never_waits
from flows.understanding import understand

# No day is read here: only whether the words are a stop, a start or a cry for help.
_ANY_DAY = date(2026, 1, 5)


def reads_at_once(text: str) -> bool:
    """Whether these words are read without waiting for more of a burst."""
    return never_waits(understand(text, today=_ANY_DAY))
