"""Events out, at least once, signed as Standard Webhooks asks: id, timestamp and body by HMAC-SHA256.

An endpoint that is away is tried for some three days, then its delivery is dead until redelivered.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import aiohttp

from bot.api.signing import signed
from bot.clock import Clock
from bot.log import Logger
from bot.topics import SENDS
from storage import hooks
from storage.database import Database
from storage.hooks import Delivery, State, Tried

# The schedule that the Standard Webhooks specification recommends, by attempts begun.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
LEASE = timedelta(seconds=60)
SECONDS = 15.0
POLL_SECONDS = 1.0
AT_ONCE = 16
_PAGE = 200
_JITTER_PARTS = 2_550


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where events go; `kinds` are names or beginnings such as `promise.*`, none means all."""

    name: str
    url: str
    secret: bytes
    kinds: tuple[str, ...] = ()

    def wants(self, kind: str) -> bool:
        """Whether events of this kind go there."""
        return not self.kinds or any(
            kind == each or (each.endswith("*") and kind.startswith(each[:-1]))
            for each in self.kinds
        )


def body_of(delivery: Delivery) -> bytes:
    """What is sent: the same bytes at each attempt."""
    creditor, _, number = delivery.account_id.partition(":")
    told = {
        "type": delivery.kind,
        "timestamp": delivery.at.isoformat(),
        "data": {
            "account_id": number or creditor,
            "creditor": creditor if number else "",
            "conversation_id": delivery.conversation_id,
            **json.loads(delivery.data_json),
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def wait_after(delivery: Delivery) -> timedelta | None:
    """How long until the next attempt, a little spread by the id; None when it was the last."""
    if delivery.attempts > len(WAITS):
        return None
    wait = WAITS[delivery.attempts - 1]
    digest = hashlib.sha256(f"{delivery.id}:{delivery.attempts}".encode()).digest()
    return wait + wait * digest[0] // _JITTER_PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Carries events to the endpoints; any number may run on PostgreSQL, one on SQLite."""

    database: Database
    endpoints: Mapping[str, Endpoint]
    clock: Clock
    log: Logger

    async def run(self, stop: asyncio.Event) -> None:
        """Hand on and deliver until told to stop; what is in flight is finished."""
        listener = self.database.subscribe(SENDS)
        async with aiohttp.ClientSession() as client:
            while not stop.is_set():
                try:
                    busy = await self.run_once(client)
                except Exception as error:
                    # A database that is away comes back; leases give back what was in hand.
                    self.log.error("webhook.failed", error=type(error).__name__)
                    busy = 0
                if not busy:
                    await listener.wait(POLL_SECONDS)

    async def run_once(self, client: aiohttp.ClientSession) -> int:
        """Hand on what is new and try what is due; how many deliveries were tried."""
        now = self.clock.now()
        if await self.database.read(hooks.is_any_untold):
            await self.database.write(
                lambda conn: hooks.fan_out(conn, self._endpoints_of, now=now, limit=_PAGE)
            )
        names = tuple(self.endpoints)
        if not names:
            return 0
        claimed = await self.database.write(
            lambda conn: hooks.claim(conn, names, now=now, limit=AT_ONCE, lease=LEASE)
        )
        if claimed:
            tried = await asyncio.gather(*(self._deliver(client, each) for each in claimed))
            await self.database.write(lambda conn: hooks.settle(conn, tried, now=self.clock.now()))
        return len(claimed)

    def _endpoints_of(self, kind: str) -> Sequence[str]:
        return [each.name for each in self.endpoints.values() if each.wants(kind)]

    async def _deliver(self, client: aiohttp.ClientSession, delivery: Delivery) -> Tried:
        answer = await self._post(client, self.endpoints[delivery.endpoint], delivery)
        now = self.clock.now()
        wait = wait_after(delivery)
        status, due_at = State.WAITING, now + (wait or timedelta(0))
        if answer.isdecimal() and answer.startswith("2"):
            status, due_at = State.DELIVERED, now
        elif wait is None or answer == str(int(HTTPStatus.GONE)):
            # 410 says that nothing is wanted there any more.
            status = State.DEAD
        self.log.info(
            "webhook.tried", kind=delivery.kind, attempts=delivery.attempts, outcome=answer
        )
        return Tried(id=delivery.id, status=status, answer=answer, due_at=due_at)

    async def _post(
        self, client: aiohttp.ClientSession, endpoint: Endpoint, delivery: Delivery
    ) -> str:
        """The status that came back, or the kind of failure; a redirect is not followed."""
        body = body_of(delivery)
        headers = {
            "Content-Type": "application/json",
            **signed(endpoint.secret, f"evt_{delivery.event_id}", self.clock.now(), body),
        }
        try:
            async with (
                asyncio.timeout(SECONDS),
                client.post(
                    endpoint.url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                return str(response.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__
