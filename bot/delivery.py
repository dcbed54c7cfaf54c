"""Sending: claim what is due, ask the gate once more, commit "sending", send, note the outcome.

One of the two places that join channels and storage. A message whose outcome is not known is
never sent again from here: a receipt settles it, or a person.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.channels.base import Channel, Parcel
from bot.clock import Clock
from bot.errors import Failure, SendError
from bot.failures import Failed, OnFailure, failures
from bot.log import Logger
from bot.topics import LIVE, SENDS, TURNS
from storage import audit, budgets, codec, outgoing, receipts
from storage.database import Database
from storage.errors import StorageError
from storage.outgoing import Ended, Message, Outcome, Postponed, Retry, Sent
from storage.receipts import Receipt
from storage.statuses import Status

IN_FLIGHT = 32
# Longer than any send may take, so that only a dead sender's lease ends.
LEASE = timedelta(seconds=60)
SEND_SECONDS = 30.0
POLL_SECONDS = 1.0
SWEEP_SECONDS = 10.0
MOST_TRIES = 8
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=10)
_CHECK_WAIT = timedelta(minutes=1)
_NOTE_TRIES_AT_STOP = 5
# A digest's byte over this is a half at the most.
_JITTER_PARTS = 512
_LEAST_WAIT = 0.005
_LEAST_POSTPONE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postpone:
    """Not now: it is due again at `at`."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Not at all."""

    reason: str


# None: it may leave now.
Verdict = Postpone | Drop | None
# The gate's last word on claimed messages, one verdict for each in their order, from fresh facts
# of the transaction that commits "sending". It may run twice; no effect but in the database.
Recheck = Callable[[Connection, Sequence[Message], datetime], Sequence[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Messages to send now; else whether there were others, or how long the budget is used up."""

    messages: tuple[Message, ...] = ()
    has_found: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    message: Message
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The sender of some channels; any number may run on PostgreSQL, one on SQLite."""

    database: Database
    channels: Mapping[str, Channel]
    clock: Clock
    log: Logger
    recheck: Recheck
    on_failure: OnFailure

    async def run(self, stop: asyncio.Event) -> None:
        """Send what falls due until told to stop; what is in flight is finished and noted."""
        async with asyncio.TaskGroup() as group:
            for channel in self.channels.values():
                group.create_task(_Line(self, channel).run(stop))
            group.create_task(self._sweep(stop))

    async def run_once(self) -> int:
        """Send everything that is due now and return how many messages were tried."""
        lines = [_Line(self, channel) for channel in self.channels.values()]
        return sum([await line.drain() for line in lines])

    async def expire_leases(self) -> int:
        """Mark what a dead sender left behind as unknown; how many messages there were."""
        now = self.clock.now()

        def expire(conn: Connection) -> int:
            lost = outgoing.expire_leases(conn)
            if lost:
                self.on_failure(conn, [_unknown(message) for message in lost], now)
            for channel in sorted({message.channel for message in lost}):
                of_channel = [message for message in lost if message.channel == channel]
                expired = [_settled_as_unknown(message, now) for message in of_channel]
                _note_outcomes(conn, channel, expired, now)
            return len(lost)

        count = await self.database.write(expire, wake=(TURNS, LIVE))
        if count:
            self.log.warning("send.lease_expired", count=count)
        return count

    async def _sweep(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.expire_leases()
            except Exception as error:
                # A database that is away comes back; the sweep goes on.
                self.log.error("send.sweep_failed", error=type(error).__name__)
            await _wait(stop, SWEEP_SECONDS)


class _Line:
    """One channel's way out: what is in flight, and the outcomes that wait to be noted."""

    def __init__(self, delivery: Delivery, channel: Channel) -> None:
        self._delivery = delivery
        self._channel = channel
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._open = 0
        self._outcomes: asyncio.Queue[_Settled] = asyncio.Queue()
        self._listener = delivery.database.subscribe(SENDS)
        self._is_stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Claim and send until told to stop, then finish."""
        async with asyncio.TaskGroup() as group:
            noting = group.create_task(self._note_outcomes())
            waking = group.create_task(self._wake_at(stop))
            while not stop.is_set():
                wait_seconds = await self._take(group)
                if wait_seconds and not stop.is_set():
                    await self._listener.wait(wait_seconds)
            while self._open:
                await self._listener.wait(POLL_SECONDS)
            waking.cancel()
            noting.cancel()

    async def drain(self) -> int:
        """Send until nothing is due; how many messages were tried."""
        count = 0
        while True:
            claim = await self._claim(IN_FLIGHT)
            count += len(claim.messages)
            await self._note(await asyncio.gather(*map(self._send, claim.messages)))
            if claim.wait_seconds:
                await asyncio.sleep(claim.wait_seconds)
            elif not claim.has_found:
                return count

    async def _take(self, group: asyncio.TaskGroup) -> float:
        """Send what may leave; the seconds to wait before the next look, 0 for none."""
        free = IN_FLIGHT - self._open
        if not free:
            return POLL_SECONDS
        try:
            claim = await self._claim(free)
        except Exception as error:
            # A database that is away comes back; sending goes on.
            self._log_error("send.claim_failed", error)
            return POLL_SECONDS
        for message in claim.messages:
            self._open += 1
            group.create_task(self._carry(message))
        if claim.has_found:
            return 0.0
        return claim.wait_seconds or POLL_SECONDS

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._is_stopping = True
        self._listener.wake()

    async def _carry(self, message: Message) -> None:
        self._outcomes.put_nowait(await self._send(message))

    # --- Claiming -------------------------------------------------------------------------------

    async def _claim(self, free: int) -> _Claim:
        now = self._delivery.clock.now()
        return await self._delivery.database.write(lambda conn: self._claimed(conn, free, now))

    def _claimed(self, conn: Connection, free: int, now: datetime) -> _Claim:
        budget = None
        if self._channel.per_second:
            budget = budgets.look(conn, self._channel.name, per_second=self._channel.per_second)
            free = min(free, budget.count)
            if not free:
                return _Claim(wait_seconds=max(budget.wait.total_seconds(), _LEAST_WAIT))
        claimed = outgoing.claim_due(
            conn, self._channel.name, now=now, limit=free, lease=LEASE, owner=self._owner
        )
        if not claimed:
            return _Claim()
        verdicts = self._verdicts(conn, claimed, now)
        judged = [_judged(m, v, now) for m, v in zip(claimed, verdicts, strict=True)]
        held = [outcome for outcome in judged if outcome is not None]
        if held:
            outgoing.finish_many(conn, held)
        leaving = tuple(m for m, o in zip(claimed, judged, strict=True) if o is None)
        if budget is not None:
            budgets.spend(conn, budget, len(leaving))
        return _Claim(messages=leaving, has_found=True)

    def _verdicts(
        self, conn: Connection, claimed: Sequence[Message], now: datetime
    ) -> Sequence[Verdict]:
        try:
            return self._delivery.recheck(conn, claimed, now)
        except DBAPIError:
            raise
        except Exception as error:
            # One message that cannot be judged must not keep the others from leaving.
            self._log_error("send.check_failed", error)
            return [self._verdict(conn, message, now) for message in claimed]

    def _verdict(self, conn: Connection, message: Message, now: datetime) -> Verdict:
        try:
            return self._delivery.recheck(conn, [message], now)[0]
        except DBAPIError:
            raise
        except Exception as error:
            return Postpone(at=now + _CHECK_WAIT, reason=f"check_failed:{type(error).__name__}")

    # --- Sending --------------------------------------------------------------------------------

    async def _send(self, message: Message) -> _Settled:
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome = await self._try(message)
        self._delivery.log.info(
            "send.done",
            channel=self._channel.name,
            message=message.id,
            attempts=message.attempts,
            outcome=_word(outcome),
            reason=getattr(outcome, "reason", ""),
            ms=round((loop.time() - started) * 1000, 1),
        )
        return _Settled(message=message, outcome=outcome)

    async def _try(self, message: Message) -> Outcome:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                provider_id = await self._channel.send(_parcel(message))
        except SendError as error:
            return _failed(message, error, self._delivery.clock.now())
        except TimeoutError:
            return _ended(message, Status.UNKNOWN, self._delivery.clock.now(), "timeout")
        except Exception as error:
            # A fault of ours in the middle of a send: it may have left.
            self._log_error("send.fault", error)
            reason = f"fault:{type(error).__name__}"
            return _ended(message, Status.UNKNOWN, self._delivery.clock.now(), reason)
        now = self._delivery.clock.now()
        return Sent(message_id=message.id, provider_id=provider_id, at=now)

    # --- Noting ---------------------------------------------------------------------------------

    async def _note_outcomes(self) -> None:
        while True:
            group = [await self._outcomes.get()]
            while not self._outcomes.empty():
                group.append(self._outcomes.get_nowait())
            await self._note(group)
            self._open -= len(group)
            self._listener.wake()

    async def _note(self, settled: Sequence[_Settled]) -> None:
        """Write outcomes down; a database that is away is waited for while we may."""
        tries = 0
        while settled:
            try:
                now = self._delivery.clock.now()
                await self._delivery.database.write(
                    lambda conn: self._noted(conn, settled, now),  # noqa: B023 # Awaited here.
                    wake=(TURNS, LIVE),
                )
                return
            except Exception as error:
                # Their leases end, if we never come back: then they are unknown, not sent twice.
                self._log_error("send.note_failed", error)
                tries += 1
                if self._is_stopping and tries >= _NOTE_TRIES_AT_STOP:
                    return
                await asyncio.sleep(POLL_SECONDS)

    def _noted(self, conn: Connection, settled: Sequence[_Settled], now: datetime) -> None:
        changes = outgoing.finish_many(conn, [each.outcome for each in settled])
        failed = failures(changes) + [
            found for each in settled if (found := _failure(conn, each)) is not None
        ]
        if self._channel.sent_is_delivered:
            receipts.apply_many(conn, [r for s in settled if (r := _arrival(s)) is not None])
        if failed:
            self._delivery.on_failure(conn, failed, now)
        _note_outcomes(conn, self._channel.name, settled, now)

    def _log_error(self, event: str, error: Exception) -> None:
        reason = str(error) if isinstance(error, StorageError) else ""
        name = type(error).__name__
        self._delivery.log.error(event, channel=self._channel.name, error=name, reason=reason)


def _parcel(message: Message) -> Parcel:
    buttons = codec.loads(message.buttons_json, tuple[str, ...]) if message.buttons_json else ()
    return Parcel(
        reference=str(message.id), address=message.address, text=message.text, buttons=buttons
    )


def _judged(message: Message, verdict: Verdict, now: datetime) -> Outcome | None:
    if isinstance(verdict, Postpone):
        at = max(verdict.at, now + _LEAST_POSTPONE)
        return Postponed(message_id=message.id, at=at, reason=verdict.reason)
    if isinstance(verdict, Drop):
        return _ended(message, Status.DROPPED, now, verdict.reason)
    return None


def _failed(message: Message, error: SendError, now: datetime) -> Outcome:
    if error.failure is Failure.REFUSED:
        return _ended(message, Status.REFUSED, now, error.reason)
    if error.failure is Failure.UNKNOWN:
        return _ended(message, Status.UNKNOWN, now, error.reason)
    if message.attempts >= MOST_TRIES:
        return _ended(message, Status.FAILED, now, f"tries:{error.reason}")
    wait = max(backoff(message.id, message.attempts), error.wait or timedelta(0))
    return Retry(message_id=message.id, at=now + wait, reason=error.reason)


def backoff(message_id: int, attempts: int) -> timedelta:
    """The wait before the next try: doubled each time, plus up to a half of it by the id.

    The jitter comes from the id instead of chance, so that a test can tell it.
    """
    wait = min(_FIRST_WAIT * (1 << min(max(attempts - 1, 0), MOST_TRIES)), _LONGEST_WAIT)
    digest = hashlib.sha256(f"{message_id}:{attempts}".encode()).digest()
    return wait + wait * digest[0] // _JITTER_PARTS


def _ended(message: Message, status: Status, at: datetime, reason: str) -> Ended:
    return Ended(message_id=message.id, status=status, at=at, reason=reason)


def _failure(conn: Connection, settled: _Settled) -> Failed | None:
    """The failure of a message, unless a receipt has told better meanwhile."""
    outcome = settled.outcome
    if not isinstance(outcome, Ended):
        return None
    found = outgoing.find(conn, outcome.message_id)
    if found is None or found.status is not outcome.status:
        return None
    return Failed(
        message_id=found.id,
        conversation_id=found.conversation_id,
        status=found.status,
        reason=found.reason,
    )


def _unknown(message: Message) -> Failed:
    return Failed(
        message_id=message.id,
        conversation_id=message.conversation_id,
        status=Status.UNKNOWN,
        reason=message.reason,
    )


def _settled_as_unknown(message: Message, now: datetime) -> _Settled:
    return _Settled(message=message, outcome=_ended(message, Status.UNKNOWN, now, message.reason))


def _note_outcomes(
    conn: Connection, channel: str, settled: Sequence[_Settled], now: datetime
) -> None:
    """Keep what became of each try to send, last in its transaction."""
    entries = [_outcome_entry(each, now) for each in settled]
    audit.append_many(conn, audit.SENDS + channel, entries)


def _outcome_entry(settled: _Settled, now: datetime) -> audit.Entry:
    message, outcome = settled.message, settled.outcome
    told = audit.detail(
        message=message.id,
        attempt=message.attempts,
        outcome=_word(outcome),
        reason=getattr(outcome, "reason", ""),
        provider_id=getattr(outcome, "provider_id", None),
    )
    return audit.Entry(
        at=now,
        kind=audit.Kind.SEND_OUTCOME,
        actor="sender",
        conversation_id=message.conversation_id,
        person_id=message.person_id,
        account_id=message.account_id,
        detail_json=told,
    )


def _arrival(settled: _Settled) -> Receipt | None:
    outcome = settled.outcome
    if not isinstance(outcome, Sent):
        return None
    return Receipt(
        channel=settled.message.channel,
        provider_id=outcome.provider_id or f"ref:{outcome.message_id}",
        status=Status.DELIVERED,
        at=outcome.at,
        received_at=outcome.at,
        message_id=outcome.message_id,
    )


def _word(outcome: Outcome) -> str:
    return outcome.status if isinstance(outcome, Ended) else type(outcome).__name__.lower()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
