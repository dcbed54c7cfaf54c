"""Who is at the browser: passwords, session tokens, the token against forged forms, tries.

Nothing here touches a request or a page.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.console.data import Login, Session

# RFC 9106 section 4, second recommended option, is the library's default profile.
_HASHER = PasswordHasher()
_TOKEN_BYTES = 32

# OWASP session management: idle half an hour, at most one working day.
IDLE = timedelta(minutes=30)
LIFETIME = timedelta(hours=12)

_TRIES = 5
_TRIES_PER_ADDRESS = 30
_TRIES_WINDOW = timedelta(minutes=15)
_WATCHED = 10_000


def hash_password(password: str) -> str:
    """The argon2id hash to keep; takes tens of milliseconds on purpose."""
    return _HASHER.hash(password)


# An unknown name costs the same time as a wrong password, so that names cannot be probed.
_NOBODY = hash_password(secrets.token_hex(_TOKEN_BYTES))


async def is_password(login: Login | None, password: str) -> bool:
    """Whether the password is that of the login; works outside the event loop."""
    kept = login.password_hash if login else _NOBODY
    is_right = await asyncio.to_thread(_verify, kept, password)
    return is_right and login is not None and login.is_active


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """A fresh token for a cookie, 256 bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token: useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """The token that every form of this cookie carries."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_csrf(token: str, given: str) -> bool:
    """Whether a form carries the token of this cookie; compares in constant time."""
    return bool(token) and hmac.compare_digest(csrf_of(token).encode(), given.encode())


def is_live(session: Session, now: datetime) -> bool:
    """Whether the session may still be used."""
    return now - session.seen_at <= IDLE and now - session.opened_at <= LIFETIME


class LoginTries:
    """Counts failed log-ins by name and by address, in memory, for a quarter of an hour."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wait(self, name: str, address: str, now: datetime) -> timedelta | None:
        """How long until another try is allowed; None when it is allowed now."""
        limits = ((_by_both(name, address), _TRIES), (address, _TRIES_PER_ADDRESS))
        waits = [self._wait(key, limit, now) for key, limit in limits]
        return max((wait for wait in waits if wait), default=None)

    def failed(self, name: str, address: str, now: datetime) -> None:
        """Count a failed try."""
        for key in (_by_both(name, address), address):
            self._failed.setdefault(key, deque(maxlen=_TRIES_PER_ADDRESS)).append(now)
            self._failed.move_to_end(key)
        while len(self._failed) > _WATCHED:
            self._failed.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failed tries of this name from this address."""
        self._failed.pop(_by_both(name, address), None)

    def _wait(self, key: str, limit: int, now: datetime) -> timedelta | None:
        fresh = [at for at in self._failed.get(key, ()) if now - at < _TRIES_WINDOW]
        return fresh[-limit] + _TRIES_WINDOW - now if len(fresh) >= limit else None


def _by_both(name: str, address: str) -> str:
    return f"{address} {hashlib.sha256(name.strip().lower().encode()).hexdigest()}"
