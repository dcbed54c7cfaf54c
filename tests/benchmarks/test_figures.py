"""How long the dashboard's figures take over the books of a hundred thousand bills.

Measured on SQLite: `make bench`, or

    python -m pytest -m benchmark -s tests/benchmarks/test_figures.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from flows.money import Currency
from storage import figures, trail
from storage.database import Database
from storage.figures import Asked, Step
from storage.trail import Wanted
from tests.storage import books

pytestmark = pytest.mark.benchmark

BILLS = 100_000
ROUNDS = 3
MOST_SECONDS = 10


def asked() -> Asked:
    return Asked(
        since_on=date(2026, 2, 13),
        until_on=books.TODAY,
        currency=Currency.of("USD"),
        zone=ZoneInfo("America/New_York"),
    )


WORK: dict[str, Callable[[Connection], object]] = {
    "currencies": figures.currencies,
    "all figures of four weeks": lambda c: figures.read(c, asked(), today=books.TODAY),
    "the same days before": lambda c: figures.tiles(c, asked().before),
    "the bills that were sent to": lambda c: figures.listed(
        c, asked(), today=books.TODAY, step=Step.SENT
    ),
    "newest turns and acts": lambda c: trail.page(c, Wanted()),
    "turns of one act": lambda c: trail.page(c, Wanted(act="agent_said")),
    "an account by its number": lambda c: trail.subject_of(c, "N0050000"),
}


async def test_the_figures_of_a_hundred_thousand_bills(sqlite_db: Database) -> None:
    drawn = books.drawn(7, BILLS)
    await sqlite_db.write(drawn.write)
    print({name: len(rows) for name, rows in drawn.rows.items()})
    for name, work in WORK.items():
        took = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            await sqlite_db.read(work)
            took.append(time.perf_counter() - started)
        print(f"{name:30} best {min(took):.3f} s, worst {max(took):.3f} s")
        assert min(took) < MOST_SECONDS, name
