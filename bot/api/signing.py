"""How events are signed (Standard Webhooks), and where they may go."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # Bytes of a secret, by the Standard Webhooks specification.


def secret_of(text: str) -> bytes:
    """The bytes of a secret such as `whsec_…`; raises ValueError that says what is wanted."""
    wanted = f"expected {_PREFIX} and the Base64 of {_SHORTEST} to {_LONGEST} random bytes"
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"{wanted}, got something else") from None
    if not text.startswith(_PREFIX) or not _SHORTEST <= len(secret) <= _LONGEST:
        raise ValueError(f"{wanted}, got {len(secret)} bytes")
    return secret


def is_safe_target(url: str) -> bool:
    """Whether events may go there: https, or this machine itself."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname) and not parts.username
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def signed(secret: bytes, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of a message; its receiver computes the same and compares."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
