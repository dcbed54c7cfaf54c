"""Pages: how many, since when, and a cursor that nobody but us need read."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from bot.api.problems import Fault, invalid

USUAL, MOST = 50, 200
# What a database's integer holds.
_LARGEST = 2**63 - 1
Limit = Annotated[int, Meta(ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[str, Meta(max_length=400, description="`next_cursor` of the page before.")]
Since = Annotated[
    Annotated[datetime, Meta(tz=True)] | None,
    Meta(description="Only what changed at or after this instant; overlap by a minute."),
]


class Paged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page."""

    cursor: Cursor = ""
    limit: Limit = USUAL


class Changed(Paged, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of what changed, by account and status."""

    since: Since = None
    account_id: Annotated[str, Meta(max_length=64)] = ""
    status: Annotated[str, Meta(max_length=20)] = ""
    creditor: Annotated[str, Meta(max_length=64)] = "main"


def to_cursor(*place: str | int) -> str:
    """A place as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def from_cursor(cursor: str, *kinds: type) -> tuple[str | int, ...] | None:
    """The place of a cursor, None for none; raises ApiError when it is not one of ours."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = msgspec.json.decode(text, type=list[str | int])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        place = []
    is_small = all(abs(each) <= _LARGEST for each in place if isinstance(each, int))
    if not is_small or [type(each) for each in place] != list(kinds):
        fault = Fault(
            pointer="/cursor", reason="expected `next_cursor` of a page", value=cursor[:40]
        )
        raise invalid((fault,), hint="begin again without a cursor")
    return tuple(place)
