"""What each kind of channel is for the rules, told without loading what it needs to send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_KIND = {"kannel": "sms", "twilio": "sms", "telegram": "telegram"}
_CHOSEN = "sms"


def medium_of(kind: str, values: Mapping[str, Any]) -> str:
    """The medium of a channel of this kind and these settings; the pretend phone chooses its own."""
    return _OF_KIND.get(kind) or str(values.get("medium", _CHOSEN))
