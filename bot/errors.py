"""What can go wrong outside decide, as one tree:

DuetalkError
  SettingsError      a setting is missing or wrong: said once, at start, all of them together
  ImportCut          an import ended on the way: what is kept, and how to go on
  ChannelError
    BadSignature     the request is not from the provider: 403
    BadPayload       the request cannot be read: 400
    TooLarge         the request is over the limit: 413
    SendError        a message could not be sent; its outcome says what follows
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class DuetalkError(Exception):
    """The root of our own errors; its message says what was expected, what came, what to do."""


class SettingsError(DuetalkError):
    """Settings that cannot be used; the message lists every fault."""


class ImportCut(DuetalkError):
    """An import that ended on the way; the message says how much of it is kept."""


class ChannelError(DuetalkError):
    """Something between us and a provider."""


class BadSignature(ChannelError):
    """The request does not carry the provider's proof."""


class BadPayload(ChannelError):
    """The request carries the proof but cannot be read."""


class TooLarge(ChannelError):
    """The request is larger than a provider ever sends."""


class Failure(StrEnum):
    """What a failed send means for the message."""

    RETRY = "retry"  # it certainly did not leave: try again later
    REFUSED = "refused"  # the customer cannot be reached so: stop
    UNKNOWN = "unknown"  # it may have left: never resend by machine


class SendError(ChannelError):
    """A send that failed. `reason` is the gateway's word, without personal data.

    `wait` is how long the provider asked us to wait before a retry.
    """

    def __init__(self, failure: Failure, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(f"{failure}: {reason}")
        self.failure = failure
        self.reason = reason
        self.wait = wait
