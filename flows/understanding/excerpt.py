"""What of a very long message is read: its beginning and end in full, the rest for hard words only.

No reply to a reminder is longer than ten SMS; a pasted page must neither cost a tenth of a second
nor hide a cry for help.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from flows.understanding.values import Entity

# Ten SMS in Chinese are 670 characters.
_HEAD, _TAIL = 500, 200
_WHOLE_MAX = _HEAD + _TAIL
# Telegram's longest message; what is longer was not typed to us.
_LOOKED_AT = 4_096
# Patterns see so much at a time, each piece with the end of the one before it.
_PIECE, _OVERLAP = 400, 40
_JOINT = " … "


class Excerpt(NamedTuple):
    """The part that is read in full; `skipped` characters of the message are missing in it."""

    text: str
    skipped: int

    def restored(self, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
        """Entities of the excerpt with their places in the whole message."""
        shift = self.skipped - len(_JOINT)
        return tuple(
            each
            if each.start < _HEAD
            else replace(each, start=each.start + shift, end=each.end + shift)
            for each in entities
            if each.start >= _HEAD or each.end <= _HEAD
        )


def excerpt(text: str) -> Excerpt | None:
    """The beginning and the end of a long message; None of one that is read as it is."""
    if len(text) <= _WHOLE_MAX:
        return None
    joined = f"{text[:_HEAD]}{_JOINT}{text[-_TAIL:]}"
    return Excerpt(text=joined, skipped=len(text) - _WHOLE_MAX)


def pieces_between(text: str) -> Iterator[str]:
    """What an excerpt leaves out, in pieces that overlap; nothing of a message of usual length."""
    if len(text) <= _WHOLE_MAX:
        return
    end = min(len(text) - _TAIL + _OVERLAP, _LOOKED_AT)
    for start in range(_HEAD - _OVERLAP, end - _OVERLAP, _PIECE):
        yield text[start : start + _PIECE + _OVERLAP]
