"""What the outside may ask of a running service: is it up, is it ready, how much waits."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from bot.clock import Clock
from storage import jobs, messages, outgoing, schema
from storage.database import Database
from storage.errors import StorageError

DATABASE = web.AppKey("database", Database)
CLOCK = web.AppKey("clock", Clock)


async def alive(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(text="ok\n")


async def ready(request: web.Request) -> web.Response:
    """The database answers and has the schema this version needs; else 503 with the reason."""
    try:
        await schema.check(request.app[DATABASE])
    except StorageError as error:
        return web.Response(status=503, text=f"{error}\n")
    return web.Response(text="ready\n")


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
        ]

    rows = await request.app[DATABASE].read(measured)
    lines = [f"# TYPE {name} gauge\n{name}{labels} {value:g}" for name, labels, value in rows]
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")


def _gauges(part: str, backlog: object) -> list[tuple[str, str, float]]:
    """Each number of a backlog as a gauge."""
    slots = getattr(type(backlog), "__slots__", ())
    found = []
    for name in slots:
        value = getattr(backlog, name)
        if isinstance(value, int | float):
            found.append((f"duetalk_{part}_{name}", "", float(value)))
    return found
