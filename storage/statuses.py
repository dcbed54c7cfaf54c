"""Where a message of ours stands, and which way it may move."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a message of ours stands."""

    QUEUED = "queued"
    HELD = "held"  # waits for a person to release it
    SENDING = "sending"
    UNKNOWN = "unknown"  # nobody knows whether it left
    SENT = "sent"  # the gateway took it
    DELIVERED = "delivered"
    FAILED = "failed"  # the gateway took it, but it did not arrive
    REFUSED = "refused"  # the gateway or the ownership check said no, for good
    DROPPED = "dropped"  # taken back before it left


_RANK = {
    Status.QUEUED: 0,
    Status.HELD: 0,
    Status.SENDING: 1,
    Status.UNKNOWN: 2,
    Status.SENT: 3,
    Status.DELIVERED: 4,
    Status.FAILED: 4,
    Status.REFUSED: 4,
    Status.DROPPED: 4,
}
_FINAL = 4


def may_move(now: Status, then: Status) -> bool:
    """Whether news may move a message so: only forward, and never out of a final state."""
    return _RANK[then] > _RANK[now]


def is_final(status: Status) -> bool:
    """Whether nothing can follow."""
    return _RANK[status] == _FINAL
