"""Logging: key=value lines with the event first, and nothing personal by construction.

Only the keys listed here are written; a text, a name, a number or a token has no key to travel on.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Protocol

import structlog

ALLOWED = frozenset(
    {
        "account",
        "actions",
        "attempts",
        "bytes",
        "channel",
        "conversation",
        "conversations",
        "count",
        "dialogue",
        "error",
        "event",
        "host",
        "kind",
        "level",
        "message",
        "ms",
        "outcome",
        "path",
        "policy",
        "port",
        "reason",
        "reasons",
        "rows",
        "signal",
        "status",
        "timestamp",
        "turn",
        "version",
        "wait_seconds",
    }
)


class Logger(Protocol):
    """What the shell needs of a logger."""

    def info(self, event: str, **facts: Any) -> Any:
        """Something happened as it should."""

    def warning(self, event: str, **facts: Any) -> Any:
        """Something happened that a person should know."""

    def error(self, event: str, **facts: Any) -> Any:
        """Something failed."""


def configure(*, is_quiet: bool = False) -> Logger:
    """A logger that writes to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.KeyValueRenderer(key_order=["event", "level"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if is_quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logger: Logger = structlog.get_logger()
    return logger


def _only_allowed(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every key that is not known to be harmless."""
    return {key: value for key, value in event.items() if key in ALLOWED}
