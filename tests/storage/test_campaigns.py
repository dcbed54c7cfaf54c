"""Campaigns on both databases: what left, what came back, what is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage import campaigns, outgoing
from storage.campaigns import Signal, Standing
from storage.database import Database
from storage.outgoing import NewMessage, Postponed, Sent
from tests.storage.values import NOW, a_conversation, begin

HERE, THERE = "sms:+15550100", "sms:+15550101"
DAY = timedelta(days=1)


def a_reminder(conversation_id: str, campaign: str = "spring") -> NewMessage:
    return NewMessage(
        conversation_id=conversation_id,
        channel="sms",
        address="+15550100",
        kind="reminder",
        text="words",
        due_at=NOW,
        created_at=NOW,
        campaign=campaign,
    )


async def test_a_campaign_is_measured_by_what_left_and_by_persons_who_spoke(db: Database) -> None:
    await db.write(lambda c: begin(c, a_conversation(HERE), a_conversation(THERE)))
    new = [a_reminder(HERE), a_reminder(THERE), a_reminder(HERE, "autumn")]
    await db.write(lambda c: outgoing.add_many(c, new))
    lease = timedelta(seconds=30)
    claimed = await db.write(
        lambda c: outgoing.claim_due(c, "sms", now=NOW, limit=9, lease=lease, owner="w")
    )
    first, second = claimed
    sent = Sent(message_id=first.id, provider_id="P1", at=NOW)
    later = Postponed(message_id=second.id, at=NOW + DAY, reason="monitor.opt_out_rate_alarm")
    await db.write(lambda c: outgoing.finish_many(c, [sent, later]))
    heard = [
        Signal(at=NOW, kind=kind, campaign="spring", conversation_id=HERE)
        for kind in ("opt_out", "opt_out", "complaint")
    ]
    await db.write(lambda c: campaigns.add_signals(c, heard))
    found = await db.read(lambda c: campaigns.figures(c, "spring", since_at=NOW - DAY))
    assert (found.reminders, found.opt_outs, found.complaints) == (1, 1, 1)
    none = await db.read(lambda c: campaigns.figures(c, "spring", since_at=NOW + DAY))
    assert (none.reminders, none.opt_outs, none.complaints) == (0, 0, 0)
    assert await db.read(lambda c: campaigns.names(c, since_at=NOW - DAY)) == ("spring",)
    assert await db.read(lambda c: campaigns.held(c, "spring")) == 1
    times = await db.read(
        lambda c: campaigns.sent_since(c, "spring", since_at=NOW - DAY, besides=[second.id])
    )
    assert times == (NOW,)
    assert await db.write(lambda c: campaigns.wake(c, "spring", now=NOW)) == 1
    assert await db.read(lambda c: campaigns.held(c, "spring")) == 0


async def test_where_a_campaign_stands_is_kept(db: Database) -> None:
    standing = Standing(
        campaign="spring",
        level=campaigns.Level.SLOWED,
        rule="monitor.opt_out_rate_alarm",
        opt_out_alarm=0.02,
        complaint_alarm=0.002,
        changed_at=NOW,
    )
    await db.write(lambda c: campaigns.put(c, standing))
    assert await db.read(campaigns.not_running) == {"spring": standing}
    running = replace(standing, level=campaigns.Level.RUNNING, counted_from_at=NOW)
    await db.write(lambda c: campaigns.put(c, running))
    assert await db.read(lambda c: campaigns.find(c, "spring")) == running
    assert await db.read(campaigns.not_running) == {}
    assert await db.write(lambda c: campaigns.label(c, 1, "spring")) == 0
