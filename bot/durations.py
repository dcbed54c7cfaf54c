"""ISO 8601 durations of days, hours, minutes and seconds."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.commands.jsonl import BadRecord

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


def parse_duration(text: str) -> timedelta:
    """The length; raises BadRecord when the text is no duration."""
    match = _DURATION.fullmatch(text)
    if match is None or text in ("P", "PT") or text.endswith("T"):
        raise BadRecord(
            f"advance: expected an ISO 8601 duration such as PT26H or P2D, got {text!r}"
        )
    return timedelta(**{name: int(value) for name, value in match.groupdict("0").items()})
