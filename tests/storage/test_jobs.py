"""Jobs are done once, in time, with a limit of tries."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import Connection

from storage import conversations, jobs
from storage.database import Database
from storage.jobs import Job, NewJob
from tests.storage.values import NOW, SECOND, a_conversation, begin

HERE = "sms:+15550100"
LEASE = timedelta(seconds=30)


def a_job(**changes: object) -> NewJob:
    values: dict[str, object] = {"kind": "sweep", "due_at": NOW, "created_at": NOW}
    return NewJob(**(values | changes))  # type: ignore[arg-type]


def claim(
    conn: Connection, *, now: object = NOW, lease: timedelta = LEASE, tries: int = 3
) -> tuple[Job, ...]:
    return jobs.claim(
        conn,
        ["sweep"],
        now=now,  # type: ignore[arg-type]
        limit=10,
        lease=lease,
        owner="w",
        tries=tries,
    )


async def add(db: Database, *new: NewJob) -> None:
    await db.write(lambda c: jobs.add_many(c, new))


async def test_a_due_job_is_leased_once_and_done(db: Database) -> None:
    await add(db, a_job(), a_job(due_at=NOW + SECOND), a_job(kind="other"))
    (job,) = await db.write(claim)
    assert await db.write(claim) == ()
    assert await db.write(lambda c: jobs.finish_many(c, [job.id], at=NOW)) == 1
    assert await db.write(lambda c: jobs.finish_many(c, [job.id], at=NOW)) == 0


async def test_of_many_workers_each_job_has_one(db: Database, url: str) -> None:
    await add(db, *(a_job() for _ in range(30)))
    async with await Database.open(url) as other:
        claims = await asyncio.gather(*(one.write(claim) for one in (db, other) * 4))
    ids = [job.id for claimed in claims for job in claimed]
    assert len(set(ids)) == len(ids)
    while more := await db.write(claim):
        ids += [job.id for job in more]
    assert len(set(ids)) == 30


async def test_a_killed_workers_job_comes_back_when_the_lease_ends(db: Database) -> None:
    await add(db, a_job())
    await db.write(lambda c: claim(c, lease=timedelta(seconds=-1)))
    (again,) = await db.write(claim)
    assert again.attempts == 2


async def test_a_job_that_kills_its_workers_ends_as_a_dead_letter(db: Database) -> None:
    await add(db, a_job())
    for _ in range(3):
        await db.write(lambda c: claim(c, lease=timedelta(seconds=-1)))
    assert await db.write(claim) == ()
    (dead,) = await db.read(jobs.dead_letters)
    assert (dead.attempts, dead.error) == (3, "lease_expired")
    assert await db.write(lambda c: jobs.replay(c, dead.id, now=NOW))
    assert len(await db.write(claim)) == 1


async def test_a_failing_job_is_put_off_and_then_given_up(db: Database) -> None:
    await add(db, a_job())
    for tried in (1, 2, 3):
        at = NOW + tried * SECOND
        (job,) = await db.write(lambda c, at=at: claim(c, now=at))
        assert job.attempts == tried
        await db.write(
            lambda c, job=job, at=at: jobs.put_off(
                c, [job.id], error="it broke", retry_at=at + SECOND, tries=3
            )
        )
    assert [job.error for job in await db.read(jobs.dead_letters)] == ["it broke"]


async def test_a_key_names_one_piece_of_work(db: Database) -> None:
    await add(db, a_job(key="a"), a_job(key="a", due_at=NOW - SECOND))
    (job,) = await db.write(claim)
    assert job.due_at == NOW - SECOND
    await db.write(lambda c: jobs.finish_many(c, [job.id], at=NOW))
    await add(db, a_job(key="a"))
    assert await db.write(claim) == ()


async def test_a_cancelled_key_can_be_wanted_again(db: Database) -> None:
    await add(db, a_job(key="a"))
    assert await db.write(lambda c: jobs.cancel_many(c, ["a", "b"])) == 1
    assert await db.write(claim) == ()
    await add(db, a_job(key="a"))
    assert len(await db.write(claim)) == 1


async def test_a_conversations_jobs_come_with_the_conversation(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE)))
    await add(db, a_job(conversation_id=HERE), a_job(conversation_id=HERE, due_at=NOW + SECOND))
    assert await db.write(claim) == ()
    ids = await db.write(lambda c: conversations.waiting(c, now=NOW, limit=9))
    assert ids == (HERE,)
    due = await db.read(lambda c: jobs.due_of(c, ids, now=NOW))
    assert [job.due_at for job in due[HERE]] == [NOW]


async def test_the_backlog_tells_its_age(db: Database) -> None:
    await add(db, a_job(), a_job(due_at=NOW + SECOND))
    found = await db.read(lambda c: jobs.backlog(c, now=NOW))
    assert (found.due, found.dead, found.oldest_due_at) == (1, 0, NOW)
