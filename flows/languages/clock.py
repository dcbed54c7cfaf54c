"""Hours as spoken, in the part of the day in which people call one another."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum

from flows.languages.scanner import Found
from flows.understanding.values import EntityKind

_HOURS = 24
_MINUTES = 60
_NOON = 12
# An hour without morning or evening: until seven it is afternoon, at eight and nine either.
_AFTERNOON_UNTIL = 7
_EITHER_UNTIL = 9


class Part(StrEnum):
    """A half of the day as said: am, pm, or the hours about noon."""

    MORNING = "morning"
    NOON = "noon"
    EVENING = "evening"


def clock(
    match: re.Match[str], hour: int, minute: int | None, *, part: Part | None = None
) -> list[Found]:
    """The time said, both times where morning and evening are equally likely, or nothing."""
    if minute is None or not 0 <= hour <= _HOURS or not 0 <= minute < _MINUTES:
        return []
    times = tuple(time(h % _HOURS, minute) for h in hours_meant(hour, part))
    return [
        Found(
            start=match.start(),
            end=match.end(),
            kind=EntityKind.TIME,
            value=times[0] if len(times) == 1 else None,
            alternatives=times if len(times) > 1 else (),
        )
    ]


def hours_meant(hour: int, part: Part | None = None) -> tuple[int, ...]:
    """The hours of 24 that an hour of 12 can mean."""
    if hour > _NOON or hour == 0:
        return (hour,)
    if part is Part.EVENING:
        return (hour if hour == _NOON else hour + _NOON,)
    if part is Part.MORNING:
        return (0 if hour == _NOON else hour,)
    if part is Part.NOON:
        return (hour + _NOON if hour < 3 else hour,)
    return _unsaid(hour)


def _unsaid(hour: int) -> tuple[int, ...]:
    if hour <= _AFTERNOON_UNTIL:
        return (hour + _NOON,)
    return (hour, hour + _NOON) if hour <= _EITHER_UNTIL else (hour,)
