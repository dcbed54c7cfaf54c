"""What the outside may ask of a running service: is it up, is it ready, how much waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from aiohttp import web
from sqlalchemy import Connection

from bot.clock import Clock
from bot.watching import watched
from flows.policy.monitoring import Level
from storage import jobs, messages, outgoing, schema, stops, tasks
from storage.database import Database
from storage.errors import StorageError
from storage.promises import kept_rates

DATABASE = web.AppKey("database", Database)
CLOCK = web.AppKey("clock", Clock)


async def alive(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(text="ok\n")


async def ready(request: web.Request) -> web.Response:
    """The database answers, takes writes, and has this version's schema; else 503 with why."""
    database = request.app[DATABASE]
    try:
        await schema.check(database)
    except StorageError as error:
        return web.Response(status=503, text=f"{error}\n")
    trouble = database.trouble()
    return web.Response(status=503 if trouble else 200, text=f"{trouble or 'ready'}\n")


async def metrics(request: web.Request) -> web.Response:
    """Backlogs and dead letters in the text format of Prometheus."""
    now = request.app[CLOCK].now()

    def measured(conn: Connection) -> list[tuple[str, str, float]]:
        heard = messages.backlog(conn)
        due = jobs.backlog(conn, now=now)
        queued = outgoing.backlog(conn, now=now)
        return [
            *_gauges("incoming", heard),
            *_gauges("jobs", due),
            *_gauges("outgoing", queued),
            *_duties(conn, now),
            *_campaigns(conn, now),
            *_promises(conn),
        ]

    rows = await request.app[DATABASE].read(measured)
    return web.Response(text="\n".join(_lines(rows)) + "\n", content_type="text/plain")


def _lines(rows: Sequence[tuple[str, str, float]]) -> Iterator[str]:
    """Each family once with its type, then its values."""
    family = ""
    for name, labels, value in rows:
        if name != family:
            family = name
            yield f"# TYPE {name} gauge"
        yield f"{name}{labels} {value:g}"


Rows = list[tuple[str, str, float]]
_LEVELS = {Level.RUNNING: 0.0, Level.SLOWED: 1.0, Level.STOPPED: 2.0}


def _duties(conn: Connection, now: datetime) -> Rows:
    """What is owed, what is overdue, and whether somebody stopped sending."""
    counts = tasks.counts(conn, now=now)
    return [
        ("duetalk_tasks_open", "", float(counts.total)),
        ("duetalk_tasks_overdue", "", float(counts.overdue)),
        ("duetalk_sending_stop_orders", "", float(len(stops.standing(conn)))),
    ]


def _promises(conn: Connection) -> Rows:
    """How promises turned out, by who reached them."""
    return [
        (
            "duetalk_promises",
            f'{{made_by="{rate.made_by}",status="{status}"}}',
            float(getattr(rate, status)),
        )
        for rate in kept_rates(conn)
        for status in ("kept", "partial", "broken", "open")
    ]


def _campaigns(conn: Connection, now: datetime) -> Rows:
    """Opt-outs and complaints as shares of seven days' reminders; level 1 is slowed, 2 stopped."""
    found: Rows = []
    for each in watched(conn, now):
        name = each.campaign.replace("\\", "").replace('"', "").replace("\n", " ")
        labels = f'{{campaign="{name}"}}'
        found.append(("duetalk_campaign_opt_out_rate", labels, each.figures.opt_out_rate))
        found.append(("duetalk_campaign_complaint_rate", labels, each.figures.complaint_rate))
        found.append(("duetalk_campaign_level", labels, _LEVELS[each.level]))
    return sorted(found)


def _gauges(part: str, backlog: object) -> list[tuple[str, str, float]]:
    """Each number of a backlog as a gauge."""
    slots = getattr(type(backlog), "__slots__", ())
    found = []
    for name in slots:
        value = getattr(backlog, name)
        if isinstance(value, int | float):
            found.append((f"duetalk_{part}_{name}", "", float(value)))
    return found
