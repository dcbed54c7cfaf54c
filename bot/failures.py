"""A message of ours that failed for good, or of which nobody knows whether it left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage.receipts import Change
from storage.statuses import Status

FAILED = frozenset({Status.FAILED, Status.REFUSED, Status.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One message and why; `status` is failed, refused or unknown."""

    message_id: int
    conversation_id: str
    status: Status
    reason: str


# Notes in the caller's transaction that the conversation has a failure to answer. It may run
# twice after a clash of two writers, so it has no effect but in the database.
OnFailure = Callable[[Connection, Sequence[Failed], datetime], None]


def failures(changes: Iterable[Change]) -> list[Failed]:
    """Those of the changes that are failures."""
    return [
        Failed(
            message_id=change.message_id,
            conversation_id=change.conversation_id,
            status=change.after,
            reason=change.reason,
        )
        for change in changes
        if change.after in FAILED
    ]
