"""The figures for monitoring: backlogs, tasks, orders to stop, campaigns."""

from __future__ import annotations

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import health
from bot.clock import MovableClock
from storage import campaigns, stops
from storage.campaigns import Signal
from storage.database import Database
from storage.stops import Order, Scope
from tests.builders import NOW


async def test_metrics_tell_tasks_stops_and_campaigns_each_family_once(bot_db: Database) -> None:
    order = Order(scope=Scope(), by="op", reason="drill", at=NOW)
    await bot_db.write(lambda c: stops.stop(c, order))
    heard = Signal(at=NOW, kind="opt_out", campaign='a "b"', conversation_id="c1")
    other = Signal(at=NOW, kind="complaint", campaign="z", conversation_id="c2")
    await bot_db.write(lambda c: campaigns.add_signals(c, [heard, other]))
    app = web.Application()
    app[health.DATABASE], app[health.CLOCK] = bot_db, MovableClock(NOW)
    app.add_routes([web.get("/metrics", health.metrics)])
    async with TestClient(TestServer(app)) as client:
        text = await (await client.get("/metrics")).text()
    lines = text.splitlines()
    assert "duetalk_sending_stop_orders 1" in lines
    assert "duetalk_tasks_open 0" in lines
    assert 'duetalk_campaign_opt_out_rate{campaign="a b"} 0.01' in lines
    assert 'duetalk_campaign_complaint_rate{campaign="z"} 0.01' in lines
    assert lines.count("# TYPE duetalk_campaign_opt_out_rate gauge") == 1
