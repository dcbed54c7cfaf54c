"""What handling costs on PostgreSQL: against raw asyncpg, and two workers against one.

Workers are processes of their own, started before the clock is; rounds are interleaved, and a ratio
is the median of the rounds' ratios. No message may be lost, doubled or taken out of order.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from flows.model import Case
from storage import conversations, messages
from storage.database import Database
from tests.benchmarks.handling import BATCH
from tests.databases import Postgres
from tests.storage.values import a_conversation, a_person, an_account, an_incoming, begin

pytestmark = pytest.mark.benchmark

ROUNDS = 3
TALKS = 256
EACH = 5
_LEAST_AGAINST_RAW = 0.7
_LEAST_OF_TWO = 1.5


@pytest.fixture(scope="module")
def durable() -> Iterator[str]:
    """A PostgreSQL that waits for its disk."""
    server = Postgres(is_durable=True)
    yield server.emptied()
    server.stop()


def fill(url: str, first: int) -> int:
    """Messages of every conversation wait; how many."""
    said = [
        an_incoming(first + number, address=f"+1555{number % TALKS:07}", text=f"{number // TALKS}")
        for number in range(TALKS * EACH)
    ]

    async def run() -> None:
        async with await Database.open(url) as db:
            for start in range(0, len(said), TALKS):
                part = said[start : start + TALKS]
                await db.write(lambda c, p=part: messages.receive_many(c, p))  # type: ignore[misc]  # Bound now.

    asyncio.run(run())
    return len(said)


def start(url: str) -> None:
    """Every conversation begins, each with a person and a bill of his own."""
    started = [
        a_conversation(
            f"sms:+1555{number:07}",
            person=a_person(number),
            cases=(Case(account=an_account(number)),),
        )
        for number in range(TALKS)
    ]

    async def run() -> None:
        async with await Database.open(url) as db:
            await db.write(lambda c: begin(c, *started))

    asyncio.run(run())


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What handling took from the word to the last worker's end: by the clock, of processors."""

    messages: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Messages a second by the clock."""
        return self.messages / self.seconds

    @property
    def cpu_rate(self) -> float:
        """Messages a second of the workers' processor time, which no neighbour disturbs."""
        return self.messages / self.cpu


def taken(kinds: list[str], url: str, expected: int) -> Taken:
    """What the workers take for all that waits."""
    words = [sys.executable, "-m", "tests.benchmarks.handling"]
    workers = [
        subprocess.Popen(
            [*words, kind, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for kind in kinds
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.communicate()[0].split() for worker in workers]
    seconds = time.perf_counter() - began
    assert sum(int(done) for done, _ in told) == expected
    return Taken(messages=expected, seconds=seconds, cpu=sum(float(cpu) for _, cpu in told))


def serials(url: str) -> set[int]:
    """How many messages each conversation has counted."""

    async def run() -> set[int]:
        async with await Database.open(url) as db:
            ids = [f"sms:+1555{n:07}" for n in range(TALKS)]
            loaded = await db.read(lambda c: conversations.load_many(c, ids))
            return {each.state.serial for each in loaded.values() if each.state}

    return asyncio.run(run())


def test_handling_against_raw_asyncpg_and_with_two_workers(durable: str) -> None:
    cases = {"raw asyncpg": ["raw"], "one worker": ["ours"], "two workers": ["ours", "ours"]}
    rounds: dict[str, list[Taken]] = {name: [] for name in cases}
    firsts = count(0, TALKS * EACH)
    start(durable)
    for _ in range(ROUNDS):
        for name, kinds in cases.items():
            rounds[name].append(taken(kinds, durable, fill(durable, next(firsts))))
    assert serials(durable) == {EACH * ROUNDS * len(cases)}
    raw, one, two = rounds.values()
    print(f"\nload {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, batches of {BATCH}")
    for name, found in rounds.items():
        rate, cpu = (statistics.median(each) for each in _rates(found))
        print(f"{name:12} {rate:7,.0f}/s by the clock  {cpu:7,.0f} a second of processor")
    against = _ratio([each.cpu_rate for each in one], [each.cpu_rate for each in raw])
    of_two = _ratio([each.rate for each in two], [each.rate for each in one])
    print(f"against raw, by the clock {_ratio(_rates(one)[0], _rates(raw)[0]):.2f}")
    print(f"against raw, of processor {against:.2f}, goal {_LEAST_AGAINST_RAW}")
    print(f"two workers against one {of_two:.2f}, goal {_LEAST_OF_TWO} on idle cores")
    assert against >= _LEAST_AGAINST_RAW / 2


def _rates(found: list[Taken]) -> tuple[list[float], list[float]]:
    return [each.rate for each in found], [each.cpu_rate for each in found]


def _ratio(mine: list[float], other: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(mine, other, strict=True))
