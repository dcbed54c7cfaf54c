"""A campaign that annoys slows or stops by itself; answers leave, and a person lets it go on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from bot import watching
from bot.beginning import start_conversations
from bot.delivery import Postpone, Verdict
from bot.sending import recheck_with
from bot.turn import handle_waiting
from flows.policy.monitoring import SLOW_PER_HOUR, Level
from storage import agents, campaigns, messages, outgoing
from storage.campaigns import Standing
from storage.database import Database
from storage.outgoing import NewMessage
from tests.builders import NOW, a_conversation, rules, said

LEASE = timedelta(seconds=30)
SPRING = "spring"


def address(number: int) -> str:
    return f"+1555010{number:04}"


@pytest_asyncio.fixture
async def crowd(bot_db: Database) -> Database:
    """Sixty customers who each hear from us."""
    states = [a_conversation(f"c{n}", address(n), due_date="2026-11-20") for n in range(60)]
    await bot_db.write(lambda c: start_conversations(c, states, NOW))
    return bot_db


async def says(db: Database, text: str, *numbers: int) -> None:
    heard = [said(text, n, address=address(n)) for n in numbers]
    await db.write(lambda c: messages.receive_many(c, heard))
    await db.write(lambda c: handle_waiting(c, rules(), NOW))


async def level(db: Database, campaign: str = "") -> Level:
    found = await db.read(lambda c: campaigns.find(c, campaign))
    return found.level if found else Level.RUNNING


@pytest.mark.rule("S46", "S73")
async def test_three_stops_slow_a_campaign_and_two_complaints_stop_it(crowd: Database) -> None:
    await says(crowd, "STOP", 1, 2)
    assert await level(crowd) is Level.RUNNING
    await says(crowd, "STOP", 3)
    assert await level(crowd) is Level.SLOWED
    await says(crowd, "i want to make a complaint about your service", 4)
    assert await level(crowd) is Level.SLOWED
    await says(crowd, "i want to make a complaint about your service", 5)
    assert await level(crowd) is Level.STOPPED


async def test_one_who_stops_twice_counts_once(crowd: Database) -> None:
    for _ in range(4):
        await says(crowd, "STOP", 1)
    assert await level(crowd) is Level.RUNNING


def a_reminder(number: int, kind: str = "reminder") -> NewMessage:
    return NewMessage(
        conversation_id=f"c{number}",
        channel="sms",
        address=address(number),
        kind=kind,
        text=f"words {number}",
        due_at=NOW,
        created_at=NOW,
        campaign=SPRING,
    )


async def stands(db: Database, at_level: Level) -> None:
    standing = Standing(
        campaign=SPRING,
        level=at_level,
        rule="monitor.complaint_rate_alarm",
        opt_out_alarm=0.02,
        complaint_alarm=0.002,
        changed_at=NOW,
    )
    signals = [
        campaigns.Signal(at=NOW, kind="opt_out", campaign=SPRING, conversation_id=f"x{n}")
        for n in range(3)
    ]
    await db.write(lambda c: campaigns.put(c, standing))
    await db.write(lambda c: campaigns.add_signals(c, signals))


def verdicts(conn: Connection, at: datetime = NOW) -> list[tuple[str, Verdict]]:
    claimed = outgoing.claim_due(conn, "sms", now=at, limit=60, lease=LEASE, owner="w")
    judge = recheck_with(rules())
    return [(m.kind, v) for m, v in zip(claimed, judge(conn, claimed, at), strict=True)]


async def test_a_stopped_campaign_starts_nothing_but_answers_leave(crowd: Database) -> None:
    await stands(crowd, Level.STOPPED)
    new = [a_reminder(1), a_reminder(3, "safety")]
    await crowd.write(lambda c: outgoing.add_many(c, new))
    open_at = NOW + timedelta(hours=6)
    found = dict(await crowd.write(lambda c: verdicts(c, open_at)))
    rule = "monitor.complaint_rate_alarm"
    assert isinstance(found["reminder"], Postpone)
    assert found["reminder"].reason == rule
    assert found["safety"] is None


@pytest.mark.rule("S46", "S73")
async def test_a_slowed_campaign_starts_no_more_than_its_share_of_an_hour(
    crowd: Database,
) -> None:
    await stands(crowd, Level.SLOWED)
    throttle_count = SLOW_PER_HOUR + 15

    def allowed(conn: Connection) -> int:
        throttle = watching.Throttle(conn, NOW)
        return sum(throttle.wait(SPRING) is None for _ in range(throttle_count))

    assert await crowd.write(allowed) == SLOW_PER_HOUR


async def test_a_slowed_campaign_runs_again_once_the_stops_are_long_past(crowd: Database) -> None:
    await stands(crowd, Level.SLOWED)
    later = NOW + timedelta(days=8)

    def waits(conn: Connection) -> bool:
        return watching.Throttle(conn, later).wait(SPRING) is not None

    assert not await crowd.write(waits)
    assert await level(crowd, SPRING) is Level.RUNNING


async def test_a_person_lets_it_go_on_and_what_is_past_counts_no_more(crowd: Database) -> None:
    await stands(crowd, Level.STOPPED)
    assert await crowd.write(
        lambda c: watching.resume(c, SPRING, by="op", note="wording mended", now=NOW)
    )
    assert await level(crowd, SPRING) is Level.RUNNING
    (act, *_) = await crowd.read(agents.acts_of)
    assert (act.act, act.agent_id, act.reason) == (
        "campaign_resumed",
        "op",
        "spring: wording mended",
    )
    found = await crowd.read(lambda c: watching.watched(c, NOW + timedelta(seconds=1)))
    assert {each.campaign: each.figures.opt_outs for each in found}.get(SPRING, 0) <= 3
    assert not await crowd.write(
        lambda c: watching.resume(c, SPRING, by="op", note="again", now=NOW)
    )
