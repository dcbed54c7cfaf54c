"""Who may do what: bearer tokens (RFC 6750), their scopes, and how often they may ask."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from bot.api.problems import ApiError
from storage import tokens
from storage.database import Database
from storage.tokens import ApiToken

_REALM = 'Bearer realm="duetalk"'
_TOKEN = re.compile(r"dt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_ID_BYTES, _SECRET_BYTES = 6, 32
# A token may spend this share of a minute's requests at once.
_BURST_SECONDS = 10.0
_MAKE_ANOTHER = "make a token with `duetalk token add NAME --scope SCOPE` and send it as Bearer"


class Scope(StrEnum):
    """What a token may do; each endpoint asks for one."""

    READ = "read"  # accounts, agreements, disputes, conversations: no names, numbers or words
    PERSONAL = "personal"  # beside `read`: names, addresses and what was said
    HANDOFFS = "handoffs"  # cases that wait for a person
    ACCOUNTS_WRITE = "accounts:write"
    PAYMENTS_WRITE = "payments:write"
    CONTACT_WRITE = "contact:write"  # pause and resume reminders, opt an address out


def new_token() -> tuple[str, str]:
    """An id and a secret for a token, at random."""
    return secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)


def spelled(token_id: str, secret: str) -> str:
    """The token as its holder sends it."""
    return f"dt_{token_id}_{secret}"


async def token_of(headers: Mapping[str, str], database: Database, now: datetime) -> ApiToken:
    """The token of a request; raises ApiError with 401 as RFC 6750 asks."""
    given = headers.get("Authorization", "")
    if not given:
        # Without credentials the challenge names no error (RFC 6750, 3.1).
        raise _unauthorised("no token came", "", challenge=_REALM)
    scheme, _, spelling = given.partition(" ")
    match = _TOKEN.fullmatch(spelling.strip())
    if scheme.lower() != "bearer" or match is None:
        raise _unauthorised("the Authorization header holds no token of ours", scheme[:20])
    token = await database.read(lambda conn: tokens.find(conn, match[1], match[2]))
    if token is None or not token.is_good(now):
        raise _unauthorised("the token is unknown, revoked or over", f"dt_{match[1]}_…")
    if tokens.is_touch_due(token, now):
        await database.write(lambda conn: tokens.touch(conn, token.id, now=now))
    return token


def _unauthorised(detail: str, got: str, *, challenge: str = "") -> ApiError:
    told = challenge or f'{_REALM}, error="invalid_token", error_description="{detail}"'
    return ApiError(
        name="unauthorised",
        status=HTTPStatus.UNAUTHORIZED,
        detail=detail,
        expected="Authorization: Bearer dt_…",
        got=got,
        next=_MAKE_ANOTHER,
        headers={"WWW-Authenticate": told},
    )


def has(token: ApiToken, scope: Scope) -> bool:
    """Whether the token carries the scope."""
    return scope.value in token.scopes.split()


def require(token: ApiToken, scope: Scope) -> None:
    """Raise ApiError with 403 unless the token carries the scope."""
    if has(token, scope):
        return
    raise ApiError(
        name="insufficient-scope",
        status=HTTPStatus.FORBIDDEN,
        detail=f"the token {token.name!r} may not do this",
        expected=scope.value,
        got=token.scopes or "no scope",
        next=f"make a token with `duetalk token add NAME --scope {scope.value}`",
        headers={
            "WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope.value}"'
        },
    )


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True, kw_only=True)
class Throttle:
    """How many requests a token may make, by a bucket in this process; `per_minute` fills it."""

    per_minute: int
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    @property
    def size(self) -> float:
        """How many requests may come at once."""
        return max(1.0, self.per_minute * _BURST_SECONDS / 60)

    def spend(self, token: ApiToken, at_seconds: float) -> None:
        """Count a request; raises ApiError with 429 and the seconds to wait when there are none left."""
        per_second = self.per_minute / 60
        bucket = self._buckets.setdefault(token.id, _Bucket(self.size, at_seconds))
        bucket.left = min(self.size, bucket.left + (at_seconds - bucket.at) * per_second)
        bucket.at = at_seconds
        if bucket.left >= 1:
            bucket.left -= 1
            return
        wait = max(1, round((1 - bucket.left) / per_second + 0.5))
        raise ApiError(
            name="too-many-requests",
            status=HTTPStatus.TOO_MANY_REQUESTS,
            detail=f"the token {token.name!r} asks too often",
            expected=f"at most {self.per_minute} requests a minute",
            next=f"wait {wait} seconds; use the batch endpoint for many accounts",
            headers={"Retry-After": str(wait)},
        )
