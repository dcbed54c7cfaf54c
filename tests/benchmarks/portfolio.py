"""A large portfolio, and what is measured over it, each in a process of its own."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from pathlib import Path

from bot.forecasting import foresee
from bot.reminding import plan_page
from flows.forecast import Outcome
from storage.accounts import START
from storage.database import Database
from tests.bot.bills import NOW, a_planner

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


async def fill(url: str, count: int) -> None:
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
    async with await Database.open(url, is_passing=True) as db:
        while True:
            page = await db.write(lambda conn, a=after: plan_page(conn, planner, NOW, a))  # type: ignore[misc]  # Bound now.
            planned += page.planned
            if page.after is None:
                return planned
            after = page.after


async def _ahead(url: str) -> int:
    async with await Database.open(url, is_passing=True) as db:
        found = await db.read(lambda conn: foresee(conn, a_planner(), NOW, days=DAYS))
    return found.total(Outcome.SENT).total()


_CASES = {"floor": _floor, "plan": _plan, "ahead": _ahead}


def main(case: str, url: str) -> None:
    """Run one case and tell its figures as JSON: seconds by the clock and of the
    processor, peak memory in MB, how many."""
    start, cpu = time.perf_counter(), time.process_time()
    done = asyncio.run(_CASES[case](url))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024  # type: ignore[union-attr]  # Linux tells it.
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "done": done}))
