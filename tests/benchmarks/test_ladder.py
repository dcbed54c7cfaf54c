"""Planning and looking ahead over a large portfolio: time against set-based SQL, and memory.

Each case runs in a process of its own, so that the peak of one is not that of another. Run with
`-s` to see the figures. SQLite does its work in the process, so there the processor's time is
compared, which other work on the machine does not move; PostgreSQL by the clock.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.portfolio import fill
from tests.databases import Postgres, migrate, sqlite_url

pytestmark = pytest.mark.benchmark

SMALL, LARGE = 100_000, 1_000_000
MOST_MB = 120
MOST_TIMES = 12


def measured(case: str, url: str) -> dict[str, float]:
    """The figures of a case run in a new process."""
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            f"from tests.benchmarks.portfolio import main; main({case!r}, {url!r})",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def three(url: str, again: str, count: int, *, unit: str) -> dict[str, dict[str, float]]:
    """Floor, look ahead and planning on equal portfolios; prints a line each."""
    asyncio.run(fill(url, count))
    asyncio.run(fill(again, count))
    found = {"floor": measured("floor", again)}
    found |= {case: measured(case, url) for case in ("ahead", "plan")}
    for case, figures in found.items():
        times = figures[unit] / found["floor"][unit]
        print(
            f"\n{url[:6]} {count:>9,} {case:<6} {figures['seconds']:7.1f} s"
            f"  {figures['cpu']:7.1f} s cpu  x{times:5.1f}"
            f"  {figures['peak_mb']:4.0f} MB  {figures['done']:,.0f} done"
        )
    return found


def check(found: dict[str, dict[str, float]], *, unit: str) -> None:
    for case in ("plan", "ahead"):
        assert found[case]["peak_mb"] <= MOST_MB, case
    assert found["plan"]["done"] == found["floor"]["done"]
    assert found["plan"][unit] <= MOST_TIMES * found["floor"][unit]


@pytest.mark.parametrize("count", [SMALL, LARGE])
def test_planning_stays_flat_and_near_set_based_sql(count: int, tmp_path: Path) -> None:
    """P15: at most 12 times the time of the same rules in SQL, and 120 MB, at any size."""
    urls = [sqlite_url(tmp_path / f"{name}.db") for name in ("product", "floor")]
    for url in urls:
        migrate(url)
    check(three(urls[0], urls[1], count, unit="cpu"), unit="cpu")


def test_planning_on_postgresql_stays_flat_and_near_set_based_sql(postgres: Postgres) -> None:
    urls = [postgres.fresh(), postgres.fresh()]
    for url in urls:
        migrate(url)
    check(three(urls[0], urls[1], SMALL, unit="seconds"), unit="seconds")
