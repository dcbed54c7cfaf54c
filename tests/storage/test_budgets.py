"""All senders together hand over no more than a provider takes in a second."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from storage import budgets
from storage.database import Database


def take(conn: Connection, count: int, per_second: float = 10.0) -> int:
    budget = budgets.look(conn, "sms", per_second=per_second)
    taken = min(count, budget.count)
    budgets.spend(conn, budget, taken)
    return taken


async def test_a_second_s_worth_may_leave_at_once_and_no_more(db: Database) -> None:
    assert await db.write(lambda conn: take(conn, 100)) == 10
    assert await db.write(lambda conn: take(conn, 100)) <= 2
    budget = await db.write(lambda conn: budgets.look(conn, "sms", per_second=10.0))
    assert budget.count <= 2
    assert budget.wait <= timedelta(seconds=0.1)


async def test_channels_have_budgets_of_their_own(db: Database) -> None:
    await db.write(lambda conn: take(conn, 100))
    other = await db.write(lambda conn: budgets.look(conn, "other", per_second=10.0))
    assert other.count == 10


@pytest.mark.parametrize("per_second", [0.1, 0.5, 1.0])
async def test_a_slow_channel_saves_up_for_one(db: Database, per_second: float) -> None:
    assert await db.write(lambda conn: take(conn, 5, per_second)) == 1
    assert await db.write(lambda conn: take(conn, 5, per_second)) == 0
    budget = await db.write(lambda conn: budgets.look(conn, "sms", per_second=per_second))
    assert timedelta(0) < budget.wait <= timedelta(seconds=1) / per_second


async def test_two_processes_share_one_budget(db: Database, url: str) -> None:
    async with await Database.open(url) as other:
        taken = await asyncio.gather(
            *(one.write(lambda conn: take(conn, 4)) for one in (db, other) * 4)
        )
    assert 10 <= sum(taken) <= 14
