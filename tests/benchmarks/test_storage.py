"""What the storage layer costs against the floor of the disk and against an ORM commit a row.

Cases run in interleaved rounds, one after the other; a ratio is the median of the rounds' ratios.
Run with `-s` to see the table; the fdatasync median tells in which mode the disk was.
"""

from __future__ import annotations

import asyncio
import csv
import os
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from flows.money import Currency, Money
from storage import imports, messages
from storage.database import Database
from storage.gathering import Gatherer
from storage.messages import Incoming, Received
from tests.databases import migrate, sqlite_url
from tests.storage.values import NOW, an_incoming, handle_waiting

pytestmark = pytest.mark.benchmark

ROUNDS = 5
WAITING = 256
MESSAGES = 6_000
FLOOR_ROWS = 400
ORM_ROWS = 150
SYNCS = 60
BLOCK = b"x" * 4_096
BILLS = 20_000


@dataclass(frozen=True, slots=True)
class Speed:
    """So many a second, in every round."""

    name: str
    rates: list[float]

    def against(self, floor: Speed) -> float:
        """The median of the rounds' ratios."""
        pairs = zip(self.rates, floor.rates, strict=True)
        return statistics.median(mine / other for mine, other in pairs)


def table_of(speeds: list[Speed], folder: Path) -> str:
    """The figures as text, each against the first, with the disk's own speed."""
    lines = [f"fdatasync p50 {fdatasync_ms(folder):.2f} ms"]
    for speed in speeds:
        rate = statistics.median(speed.rates)
        lines.append(f"{speed.name:44} {rate:10,.0f}/s  x{speed.against(speeds[0]):6.2f}")
    return "\n" + "\n".join(lines)


def fdatasync_ms(folder: Path) -> float:
    """The median time of one durable write of 4 KiB."""
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            start = time.perf_counter()
            file.write(BLOCK)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1_000


async def rate_of(work: Callable[[], Awaitable[int]]) -> float:
    """How many a second one run did."""
    start = time.perf_counter()
    done = await work()
    return done / (time.perf_counter() - start)


# --- Taking in messages -------------------------------------------------------------------------


class Apart(SQLModel, registry=registry()):
    """Tables that are not the product's."""


class Line(Apart, table=True):
    """A message as a plain ORM program would keep it."""

    __tablename__ = "benchmark_lines"
    id: int | None = Field(default=None, primary_key=True)
    external_id: str = Field(unique=True)
    address: str
    text: str


def durable(path: Path, stack: AsyncExitStack) -> sqlite3.Connection:
    """A plain connection that loses nothing at a power cut."""
    conn = sqlite3.connect(path, isolation_level=None)
    stack.callback(conn.close)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    return conn


def floor_of(path: Path, stack: AsyncExitStack) -> Callable[[], Awaitable[int]]:
    """One row a durable transaction with the standard library."""
    conn = durable(path, stack)
    conn.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, e TEXT UNIQUE, a TEXT, t TEXT)")
    numbers = iter(range(10**9))

    async def work() -> int:
        for _ in range(FLOOR_ROWS):
            row = (f"SM{next(numbers)}", "+15550100", "I will pay on Friday")
            conn.execute("INSERT INTO lines (e, a, t) VALUES (?, ?, ?)", row)
        return FLOOR_ROWS

    return work


async def orm_of(path: Path, stack: AsyncExitStack) -> Callable[[], Awaitable[int]]:
    """One SQLModel object a durable transaction, as tutorials do it."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    stack.push_async_callback(engine.dispose)
    async with engine.begin() as conn:
        await conn.exec_driver_sql("PRAGMA journal_mode=WAL")
        await conn.run_sync(Line.metadata.create_all)
    numbers = iter(range(10**9))

    async def work() -> int:
        for _ in range(ORM_ROWS):
            async with AsyncSession(engine) as session:
                line = Line(external_id=f"SM{next(numbers)}", address="+15550100", text="Friday")
                session.add(line)
                await session.commit()
        return ORM_ROWS

    return work


def ingest_of(db: Database, *, waiting: int) -> Callable[[], Awaitable[int]]:
    """Durable messages, `waiting` of them asked for at once."""
    gatherer = Gatherer[Incoming, Received](db, messages.receive_many)
    numbers = iter(range(10**9))

    async def one(count: int) -> None:
        for _ in range(count):
            number = next(numbers)
            await gatherer.put(an_incoming(number, address=f"+1555{number % 500:07}"))

    async def work() -> int:
        await asyncio.gather(*(one(MESSAGES // waiting) for _ in range(waiting)))
        return MESSAGES // waiting * waiting

    return work


async def test_group_commit_against_the_floor_and_against_an_orm(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "duetalk.db")
    await asyncio.to_thread(migrate, url)
    async with AsyncExitStack() as stack, await Database.open(url) as db:
        cases = {
            "sqlite3, one row a commit (the floor)": floor_of(tmp_path / "floor.db", stack),
            "SQLModel async, one row a commit": await orm_of(tmp_path / "orm.db", stack),
            "receive_many, 1 waiting": ingest_of(db, waiting=1),
            f"receive_many, {WAITING} waiting": ingest_of(db, waiting=WAITING),
        }
        speeds = await interleaved(cases)
    print(table_of(speeds, tmp_path))
    floor, orm, _, grouped = speeds
    assert grouped.against(orm) >= 5
    assert grouped.against(floor) >= 1


async def interleaved(cases: dict[str, Callable[[], Awaitable[int]]]) -> list[Speed]:
    """Every case once a round, in turn."""
    speeds = [Speed(name, []) for name in cases]
    for _ in range(ROUNDS):
        for speed, work in zip(speeds, cases.values(), strict=True):
            speed.rates.append(await rate_of(work))
    return speeds


# --- Turns --------------------------------------------------------------------------------------


async def test_turns_in_batches_against_one_by_one(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "duetalk.db")
    await asyncio.to_thread(migrate, url)
    numbers = iter(range(10**9))

    async with await Database.open(url) as db:

        def turns_of(limit: int, count: int) -> Callable[[], Awaitable[int]]:
            async def work() -> int:
                said = [an_incoming(next(numbers), address=f"+1555{n:07}") for n in range(count)]
                await db.write(lambda c: messages.receive_many(c, said))
                done = 0
                while more := await db.write(lambda c: handle_waiting(c, limit=limit)):
                    done += more
                return done

            return work

        speeds = await interleaved({"1 a transaction": turns_of(1, 64), "64": turns_of(64, 512)})
    print(table_of(speeds, tmp_path))
    assert speeds[1].against(speeds[0]) >= 2


# --- Files of accounts --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A row of the file, as storage/imports.py asks for it."""

    account_id: str
    name: str
    outstanding: Money
    due_on: date
    channel: str = "sms"
    address: str = ""
    product: str = ""
    language: str = ""
    style: str = ""
    timezone: str = ""
    country: str = ""
    region: str = ""
    fees: Money | None = None
    pay_link: str = ""
    is_bound: bool = True
    consent: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


def a_file(first: int) -> str:
    rows = [
        f"A{first + n:09},Person {n},+1555{n:07},{n % 900 + 1}.50,2026-02-01\n"
        for n in range(BILLS)
    ]
    return "".join(rows)


def import_floor(path: Path, stack: AsyncExitStack) -> Callable[[], Awaitable[int]]:
    """Standard csv, the least checks, executemany into one table."""
    conn = durable(path, stack)
    conn.execute("CREATE TABLE a (id TEXT PRIMARY KEY, n TEXT, p TEXT, m INTEGER, d TEXT)")
    numbers = iter(range(0, 10**9, BILLS))

    async def work() -> int:
        rows = [
            (i, name, phone, round(float(amount) * 100), due)
            for i, name, phone, amount, due in csv.reader(StringIO(a_file(next(numbers))))
            if i and phone.startswith("+") and len(due) == 10
        ]
        conn.execute("BEGIN")
        conn.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?)", rows)
        conn.execute("COMMIT")
        return len(rows)

    return work


def import_of(db: Database) -> Callable[[], Awaitable[int]]:
    """The same file through storage/imports.py: staged, compared, counted, undoable."""
    numbers = iter(range(0, 10**9, BILLS))
    usd = Currency.of("USD")

    async def work() -> int:
        bills = [
            Bill(
                account_id=i,
                name=name,
                address=phone,
                outstanding=Money(round(float(amount) * 100), usd),
                due_on=date.fromisoformat(due),
            )
            for i, name, phone, amount, due in csv.reader(StringIO(a_file(next(numbers))))
        ]
        new = imports.NewImport(creditor_id="n", file_name="", file_hash="", started_at=NOW)
        number = await db.write(lambda c: imports.begin(c, new))
        for start in range(0, len(bills), 10_000):
            part = bills[start : start + 10_000]
            await db.write(lambda c, p=part: imports.store_many(c, number, "n", p, at=NOW))
        await db.write(lambda c: imports.finish(c, number, at=NOW))
        return len(bills)

    return work


async def test_an_import_against_plain_executemany(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "duetalk.db")
    await asyncio.to_thread(migrate, url)
    async with AsyncExitStack() as stack, await Database.open(url) as db:
        speeds = await interleaved(
            {
                "csv and executemany (the floor)": import_floor(tmp_path / "floor.db", stack),
                "csv and imports.store_many": import_of(db),
            }
        )
    print(table_of(speeds, tmp_path))
    assert speeds[1].against(speeds[0]) >= 0.2
