"""The page of the audit: what happened, searched and paged, and the walk through its chains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from bot.console.paths import path
from bot.console.roles import Right
from bot.console.trail import ACTS, EVENTS, FAULTS, Trails, search_of
from bot.console.visit import CONSOLE, page, permitted, visit_of

_UNPROCESSABLE = 422
_LONGEST_OFFSET = 5


def _trails(request: web.Request) -> Trails:
    work = request.config_dict[CONSOLE].work
    if work is None:
        raise web.HTTPNotFound
    return work.trails


def _now(request: web.Request) -> datetime:
    return visit_of(request).now


async def show_audit(request: web.Request) -> web.StreamResponse:
    """What happened, newest first, by account, person, act and day."""
    agent = permitted(request, Right.AUDIT)
    search, after = search_of(request.query), request.query.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) <= _LONGEST_OFFSET
    offset = int(after) if is_number else 0
    shown = await _trails(request).page(agent, search, offset=offset, now=_now(request))
    return await page(
        request,
        "audit.html",
        status=_UNPROCESSABLE if search.is_wrong else web.HTTPOk.status_code,
        shown=shown,
        search=search,
        acts=ACTS,
        faults=FAULTS,
        events=EVENTS,
    )


async def check_audit(request: web.Request) -> web.StreamResponse:
    """Walk every chain now."""
    agent = permitted(request, Right.AUDIT)
    await _trails(request).check(agent, now=_now(request))
    raise web.HTTPSeeOther(path("audit", done="checked"))


ROUTES: Sequence[web.RouteDef] = (
    web.get("/audit", show_audit),
    web.post("/audit/check", check_audit),
)
