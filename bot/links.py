"""Deep links that bind a chat to a customer: signed, bound to one conversation, no table needed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.beginning import start_conversations
from flows.fold import fresh_dialogue
from flows.records import ConversationId
from storage import conversations

_MAC_BYTES = 9
# Telegram allows 64 characters of A-Z a-z 0-9 _ - after /start.
LONGEST_TOKEN = 64

Bind = Callable[[Connection, str, str, str, datetime], None]


def conversation_of(secret: str, token: str) -> str | None:
    """The conversation a token was made for, or None for a token that is not ours."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    mac, text = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not text or not hmac.compare_digest(mac, _mac(secret, text)):
        return None
    return text.decode(errors="replace")


def _mac(secret: str, text: bytes) -> bytes:
    return hmac.new(secret.encode(), b"deep-link:" + text, hashlib.sha256).digest()[:_MAC_BYTES]


def binder(secret: str, medium_of: Callable[[str], str]) -> Bind:
    """What the inbox calls when a message carries a token."""

    def bind(conn: Connection, channel: str, address: str, token: str, now: datetime) -> None:
        known = conversation_of(secret, token)
        loaded = conversations.load_many(conn, (known,)) if known else {}
        state = loaded[known].state if known and known in loaded else None
        if state is None:
            return
        moved = replace(
            state,
            id=ConversationId(f"{state.id}-{channel}"),
            channel=channel,
            medium=medium_of(channel),
            address=address,
            is_bound=True,
            dialogue=fresh_dialogue(state),
            agenda=(),
        )
        start_conversations(conn, [moved], now)

    return bind
