"""Programs' bearer tokens, and what their requests were answered.

A token is `dt_ID_SECRET`; only a digest of the secret is kept, found by the id. The secret is
random, so a plain digest cannot be turned back.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from storage import tables
from storage.batches import Insert

_TOKENS = tables.table("api_tokens")
_REQUESTS = tables.table("api_requests")
# An answer is kept so long for a repeat; who repeats later asks anew.
KEPT_FOR = timedelta(days=7)
# A token in use is not written at each request.
_TOUCHED_EACH = timedelta(minutes=1)
_RESERVED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A program's right to use the JSON API; `scopes` are words separated by spaces."""

    id: str
    name: str
    scopes: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it was neither taken back nor has run out."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


_NEW = ("token_hash", "id", "name", "scopes", "created_by", "created_at", "expires_at")
_COLUMNS = tuple(
    _TOKENS.c[name]
    for name in (
        *("id", "name", "scopes", "created_by", "created_at"),
        *("expires_at", "revoked_at", "used_at"),
    )
)
_ADD = Insert(_TOKENS, _NEW)


def hash_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add(conn: Connection, token: ApiToken, secret: str) -> None:
    """Keep a token's rights and the digest of its secret."""
    row = {name: getattr(token, name) for name in _NEW if name != "token_hash"}
    _ADD.run(conn, [row | {"token_hash": hash_secret(secret)}])


def find(conn: Connection, token_id: str, secret: str) -> ApiToken | None:
    """The token of this id if the secret is its own; it may be revoked or over."""
    query = select(*_COLUMNS, _TOKENS.c.token_hash).where(_TOKENS.c.id == token_id)
    row = conn.execute(query).one_or_none()
    # An unknown id costs the same comparison as a wrong secret.
    kept = row.token_hash if row is not None else hash_secret("")
    is_right = hmac.compare_digest(kept, hash_secret(secret))
    return _token(row) if row is not None and is_right else None


def touch(conn: Connection, token_id: str, *, now: datetime) -> None:
    """Note that a token was used, to the minute."""
    is_due = or_(_TOKENS.c.used_at.is_(None), _TOKENS.c.used_at < now - _TOUCHED_EACH)
    conn.execute(update(_TOKENS).where(_TOKENS.c.id == token_id, is_due).values(used_at=now))


def is_touch_due(token: ApiToken, now: datetime) -> bool:
    """Whether the last noted use is long enough ago to be noted again."""
    return token.used_at is None or token.used_at < now - _TOUCHED_EACH


def all_of(conn: Connection) -> tuple[ApiToken, ...]:
    """Every token, newest first."""
    rows = conn.execute(select(*_COLUMNS).order_by(_TOKENS.c.created_at.desc(), _TOKENS.c.id))
    return tuple(_token(row) for row in rows)


def revoke(conn: Connection, name: str, *, at: datetime) -> int:
    """Take back the tokens of that name or id; how many there were."""
    changed = conn.execute(
        update(_TOKENS)
        .where(or_(_TOKENS.c.name == name, _TOKENS.c.id == name), _TOKENS.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return changed.rowcount


def _token(row: Any) -> ApiToken:
    return ApiToken(**{column.name: row._mapping[column.name] for column in _COLUMNS})


# --- Requests that may be repeated ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """An earlier request with this key, and what it was answered."""

    fingerprint: str
    status: int
    answer_json: str


_RESERVE = Insert(
    _REQUESTS,
    ("token_id", "key", "fingerprint", "status", "answer_json", "at"),
    unless=("token_id", "key"),
    returning=("key",),
)


def reserve(
    conn: Connection, token_id: str, key: str, fingerprint: str, *, at: datetime
) -> Repeat | None:
    """Keep a key for this request, first in its transaction; the earlier request if there was one.

    Of two at once the second waits for the first, and is then its repeat.
    """
    row = {
        "token_id": token_id,
        "key": key,
        "fingerprint": fingerprint,
        "status": _RESERVED,
        "answer_json": "",
        "at": at,
    }
    if _RESERVE.run(conn, [row]):
        return None
    found = conn.execute(
        select(_REQUESTS).where(_REQUESTS.c.token_id == token_id, _REQUESTS.c.key == key)
    ).one()
    return Repeat(fingerprint=found.fingerprint, status=found.status, answer_json=found.answer_json)


def keep_answer(
    conn: Connection, token_id: str, key: str, *, status: int, answer_json: str
) -> None:
    """Keep what a reserved request is answered."""
    conn.execute(
        update(_REQUESTS)
        .where(_REQUESTS.c.token_id == token_id, _REQUESTS.c.key == key)
        .values(status=status, answer_json=answer_json)
    )


def forget_answers(conn: Connection, *, now: datetime) -> int:
    """Let go of answers nobody asked for again in time; how many."""
    return conn.execute(delete(_REQUESTS).where(_REQUESTS.c.at < now - KEPT_FOR)).rowcount
