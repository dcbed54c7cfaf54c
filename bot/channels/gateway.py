"""One pooled HTTP client per channel, whose failures say whether the request can have left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.errors import Failure, SendError

MOST_CONNECTIONS = 32
_CONNECT_SECONDS = 5.0
_TOTAL_SECONDS = 20.0
# Shorter than a server's own patience: a request written to a connection that the server is just
# closing has an unknown outcome.
_IDLE_SECONDS = 10.0
_ANSWER_LIMIT_BYTES = 65_536

# These come before the first byte of the request is written.
_BEFORE = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a gateway answered; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Gateway:
    """A pool of connections to one provider; `start` inside the running loop, then `close`."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the pool; no connection is made yet."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=_IDLE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=_TOTAL_SECONDS, sock_connect=_CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The provider's answer, whatever its status.

        Raises SendError: retry when the request certainly did not leave, unknown when it may have.
        Always POST: aiohttp repeats a GET by itself when a kept connection turns out dead.
        """
        if self._session is None:
            raise SendError(Failure.RETRY, "not_started")
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return Answer(
                    status=response.status,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=await response.content.read(_ANSWER_LIMIT_BYTES),
                )
        except _BEFORE as error:
            raise SendError(Failure.RETRY, _name(error)) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SendError(Failure.UNKNOWN, _name(error)) from error


def _name(error: Exception) -> str:
    return f"connection:{type(error).__name__}"
