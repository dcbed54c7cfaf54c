"""How much memory the import of a file takes, and that a file ten times as long takes no more.

Each import is the real command in a process of its own; the peak is what the kernel kept of it.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark

FEW, MANY = 100_000, 1_000_000
# Of every so many rows one is bad, as in the peers' files: 0.5 %.
_BAD_EACH = 200
_MOST_MIB = 150
_MOST_RATIO = 1.2
_KIB = 1_024
_PART_BAD = 1
_HEAD = "account,name,phone,amount,due date\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What one import cost."""

    rows: int
    seconds: float
    peak_mib: float


def a_file(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for n in range(rows):
            amount = "-5" if n % _BAD_EACH == 0 else f"{n % 900 + 1}.50"
            file.write(f"A{n:09},Person {n},+1555{n:07},{amount},2026-02-01\n")
    return path


def imported(folder: Path, rows: int) -> Imported:
    """Import a new file of so many rows into a new database."""
    config = folder / f"{rows}.toml"
    config.write_text(
        f'database = "sqlite:///{folder}/{rows}.db"\n[creditor]\ncountry = "US"\ncurrency = "USD"\n'
    )
    file = a_file(folder / f"{rows}.csv", rows)
    words = ["-m", "bot", "import", "accounts", str(file), "--config", str(config)]
    start = time.perf_counter()
    with (folder / "told").open("w") as told:
        into = [(os.POSIX_SPAWN_DUP2, told.fileno(), 1)]
        child = os.posix_spawn(
            sys.executable, [sys.executable, *words], os.environ, file_actions=into
        )
        _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == _PART_BAD, (folder / "told").read_text()
    return Imported(rows=rows, seconds=time.perf_counter() - start, peak_mib=usage.ru_maxrss / _KIB)


def test_a_file_ten_times_as_long_takes_no_more_memory(tmp_path: Path) -> None:
    few, many = imported(tmp_path, FEW), imported(tmp_path, MANY)
    print()
    for each in (few, many):
        rate = each.rows / each.seconds
        print(f"{each.rows:9,} rows  {rate:8,.0f} rows/s  peak {each.peak_mib:5.0f} MiB")
    print(f"ratio {many.peak_mib / few.peak_mib:.2f}, goal {_MOST_RATIO} and {_MOST_MIB} MiB")
    assert many.peak_mib <= _MOST_RATIO * few.peak_mib
    assert many.peak_mib <= _MOST_MIB
