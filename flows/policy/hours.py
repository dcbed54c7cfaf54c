"""A span of one local day: which hours are open. Half-open: the end itself is outside."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_MINUTES_PER_HOUR = 60
_SECONDS_PER_MINUTE = 60
_LAST_MINUTE = 59
MINUTES_PER_DAY = 24 * _MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from minute `start` to before minute `end` of the local day; equal when closed all day.

    Minutes count from local midnight by the wall clock, 0 to 1440.
    """

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Hours:
        """The span written `HH:MM-HH:MM` (24:00 only as the end) or `none`; raises ValueError."""
        if text == "none":
            return CLOSED
        match = _SPAN.fullmatch(text)
        if not match:
            raise ValueError(f"expected HH:MM-HH:MM or none, got {text!r}")
        numbers = [int(part) for part in match.groups()]
        start, end = _minute(*numbers[:2]), _minute(*numbers[2:])
        if not start < end <= MINUTES_PER_DAY:
            raise ValueError(f"expected a start before an end of the same day, got {text!r}")
        return cls(start, end)

    def __str__(self) -> str:
        if not self:
            return "none"
        return f"{_clock(self.start)}-{_clock(self.end)}"

    def __bool__(self) -> bool:
        return self.start < self.end

    def __and__(self, other: Hours) -> Hours:
        both = Hours(max(self.start, other.start), min(self.end, other.end))
        return both if both else CLOSED

    def holds(self, other: Hours) -> bool:
        """Whether every open minute of the other is open here."""
        return not other or (self.start <= other.start and other.end <= self.end)

    def is_open(self, second: int) -> bool:
        """Whether this second of the local day (0 to 86399) is inside."""
        return self.start * _SECONDS_PER_MINUTE <= second < self.end * _SECONDS_PER_MINUTE


CLOSED = Hours(0, 0)


def _minute(hour: int, minute: int) -> int:
    if minute > _LAST_MINUTE:
        raise ValueError(f"expected minutes from 00 to 59, got {minute:02}")
    return hour * _MINUTES_PER_HOUR + minute


def _clock(minute: int) -> str:
    return f"{minute // _MINUTES_PER_HOUR:02}:{minute % _MINUTES_PER_HOUR:02}"
