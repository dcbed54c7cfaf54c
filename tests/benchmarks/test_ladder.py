"""Planning and looking ahead over a large portfolio: time against set-based SQL, and memory.

Each case runs in a process of its own, so that the peak of one is not that of another. Run with
`-s` to see the figures. PostgreSQL is measured where its server can be started.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.forecasting import foresee
from bot.reminding import plan_page
from flows.forecast import Outcome
from storage.accounts import START
from storage.database import Database
from tests.bot.bills import NOW, a_planner
from tests.databases import Postgres, migrate, sqlite_url

pytestmark = pytest.mark.benchmark

SMALL, LARGE = 100_000, 1_000_000
MOST_MB = 120
MOST_TIMES = 12
DAYS = 90


# --- The portfolio ------------------------------------------------------------------------------

# One bill a customer over 400 due days around today, four places: 38 % of them fall to planning.
_FILL = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO accounts (id, creditor_id, reference, name, channel, address, outstanding_minor,
  currency, exponent, due_on, language, details_json, status, updated_at, pause)
SELECT 'north:A' || i, 'north', 'A' || i, 'Person ' || i, 'sms', printf('+1555%09d', i),
  10000 + i % 90000, 'CNY', 2, date('2026-03-02', (i * 7919 % 400 - 246) || ' days'), 'en',
  '{"country":"' || substr('CNHKTWGB', 1 + 2 * (i % 4), 2) || '"}', 'open', :now,
  CASE WHEN i % 10 < 4 THEN 'promise' ELSE '' END
FROM n
"""
_FILL_POSTGRES = """
INSERT INTO accounts (id, creditor_id, reference, name, channel, address, outstanding_minor,
  currency, exponent, due_on, language, details_json, status, updated_at, pause)
SELECT 'north:A' || i, 'north', 'A' || i, 'Person ' || i, 'sms', '+1555' || lpad(i::text, 9, '0'),
  10000 + i % 90000, 'CNY', 2, date '2026-03-02' + (i::bigint * 7919 % 400 - 246)::int, 'en',
  '{"country":"' || substr('CNHKTWGB', 1 + 2 * (i % 4), 2) || '"}', 'open', now(),
  CASE WHEN i % 10 < 4 THEN 'promise' ELSE '' END
FROM generate_series(0, $1::int - 1) i
"""

# The same rules and the same rows as planning writes, all in SQL: the floor. A due date decides
# the instant; the state is a text with its gaps filled by `replace`.
_RULES = """
FROM accounts a WHERE a.status = 'open' AND a.outstanding_minor > 0 AND a.due_on <= '2026-03-06'
  AND a.pause = '' AND a.contacted_at IS NULL AND a.conversation_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM addresses d WHERE d.channel = a.channel AND d.value = a.address
    AND (d.opted_out_at IS NOT NULL OR d.closed_at IS NOT NULL))
"""


def floor_statements(state: str, *, now: str) -> tuple[str, ...]:
    """Everything planning writes, as set-based statements."""
    key = "'c' || a.creditor_id || a.channel || a.address"
    gaps = (
        f"replace(replace(replace('{state}', '@id', {key}), '@name', a.name), '@ref', a.reference)"
    )
    return (
        "INSERT INTO conversations (id, version, state, ownership, turn_count, turn_hash, channel,"
        " address, person_id, creditor_id, name, language, outstanding_minor, currency, exponent,"
        " oldest_due_on, has_dispute, care, urgency, wanted_for, outcome, last_line, last_intent,"
        f" opened_at, updated_at) SELECT {key}, 1, {gaps}, 0, 0, '', 'gateway', a.address, {key},"
        " 'North', a.name, a.language, a.outstanding_minor, a.currency, a.exponent, a.due_on,"
        f" false, '', 0, '', '', '', '', {now}, {now} {_RULES}",
        f"INSERT INTO routes SELECT 'gateway:' || a.address, {key} {_RULES}",
        "INSERT INTO persons (id, name, timezone, country, region, updated_at)"
        f" SELECT {key}, a.name, 'Asia/Shanghai', 'CN', '', {now} {_RULES}",
        "INSERT INTO addresses (channel, value, person_id, is_bound, bound_at, language,"
        f" opted_out_words, updated_at) SELECT 'gateway', a.address, {key}, true, {now},"
        f" a.language, '', {now} {_RULES}",
        "INSERT INTO jobs (kind, key, conversation_id, due_at, payload_json, status, attempts,"
        f" error, created_at) SELECT 'appointment', {key} || '/1', {key}, {now}, '1', 'waiting', 0,"
        f" '', {now} {_RULES}",
        f"UPDATE accounts AS a SET conversation_id = {key} WHERE a.id IN (SELECT a.id {_RULES})",
    )


STATE_BYTES = 1_150  # As long as a state that planning writes for a bill like these.


def a_state() -> str:
    head = '{"id":"@id","person":{"id":"@id","name":"@name"},"reference":"@ref","rest":"'
    return head + "x" * (STATE_BYTES - len(head) - 2) + '"}'


# --- One case, in a process of its own ----------------------------------------------------------


async def _fill(url: str, count: int) -> None:
    if url.startswith("sqlite"):
        conn = sqlite3.connect(url.removeprefix("sqlite:///"))
        moment = int(NOW.timestamp() * 1_000_000)
        conn.execute(_FILL, {"count": count, "now": moment})
        conn.execute("ANALYZE")
        conn.commit()
        conn.close()
        return
    async with await Database.open(url) as db:
        statement = _FILL_POSTGRES.replace("$1::int", str(count))
        await db.write(lambda conn: conn.exec_driver_sql(statement))


async def _floor(url: str) -> int:
    now = "now()" if url.startswith("postgresql") else str(int(NOW.timestamp() * 1_000_000))
    async with await Database.open(url) as db:
        for statement in floor_statements(a_state(), now=now):
            done = await db.write(lambda conn, s=statement: conn.exec_driver_sql(s).rowcount)  # type: ignore[misc]  # Bound now.
    return int(done)


async def _plan(url: str) -> int:
    planner, after, planned = a_planner(), START, 0
    async with await Database.open(url) as db:
        while True:
            page = await db.write(lambda conn, a=after: plan_page(conn, planner, NOW, a))  # type: ignore[misc]  # Bound now.
            planned += page.planned
            if page.after is None:
                return planned
            after = page.after


async def _ahead(url: str) -> int:
    async with await Database.open(url) as db:
        found = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=DAYS))
    return found.total(Outcome.SENT).total()


_CASES = {"floor": _floor, "plan": _plan, "ahead": _ahead}


def main(case: str, url: str) -> None:
    """Run one case and tell its figures as JSON: seconds, peak memory in MB, how many."""
    start = time.perf_counter()
    done = asyncio.run(_CASES[case](url))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "done": done}))


def measured(case: str, url: str) -> dict[str, float]:
    """The figures of a case run in a new process."""
    ran = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import main; main({case!r}, {url!r})"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def three(url: str, again: str, count: int, name: str) -> dict[str, dict[str, float]]:
    """Floor, look ahead and planning on equal portfolios; prints a line each."""
    asyncio.run(_fill(url, count))
    asyncio.run(_fill(again, count))
    found = {"floor": measured("floor", again)}
    found |= {case: measured(case, url) for case in ("ahead", "plan")}
    for case, figures in found.items():
        times = figures["seconds"] / found["floor"]["seconds"]
        print(
            f"\n{name} {count:>9,} {case:<6} {figures['seconds']:8.2f} s  x{times:5.1f}"
            f"  {figures['peak_mb']:6.0f} MB  {figures['done']:,.0f} done"
        )
    return found


def check(found: dict[str, dict[str, float]]) -> None:
    for case in ("plan", "ahead"):
        assert found[case]["peak_mb"] <= MOST_MB, case
    assert found["plan"]["done"] == found["floor"]["done"]
    assert found["plan"]["seconds"] <= MOST_TIMES * found["floor"]["seconds"]


@pytest.mark.parametrize("count", [SMALL])
def test_planning_stays_flat_and_near_set_based_sql(count: int, tmp_path: Path) -> None:
    """P15: at most 12 times the time of the same rules in SQL, and 120 MB, at any size."""
    urls = [sqlite_url(tmp_path / f"{name}.db") for name in ("product", "floor")]
    for url in urls:
        migrate(url)
    check(three(urls[0], urls[1], count, "SQLite"))


def test_planning_on_postgresql_stays_flat_and_near_set_based_sql(postgres: Postgres) -> None:
    urls = [postgres.fresh(), postgres.fresh()]
    for url in urls:
        migrate(url)
    check(three(urls[0], urls[1], SMALL, "PostgreSQL"))
