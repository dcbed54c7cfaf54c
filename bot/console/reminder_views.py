"""The page of today's reminders: who gets what and when, what holds back the rest, and a stop."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console.reminders import Asked
from bot.console.roles import Right
from bot.console.visit import CONSOLE, page, permitted, visit_of
from flows.forecast import Outcome

_LONGEST_OFFSET = 6


async def show_reminders(request: web.Request) -> web.StreamResponse:
    """What becomes of today's reminders; masked as every list."""
    agent, now = permitted(request, Right.SENDING), visit_of(request).now
    work = request.config_dict[CONSOLE].work
    if work is None or work.reminders is None:
        raise web.HTTPNotFound
    outcome, after = request.query.get("outcome", ""), request.query.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) <= _LONGEST_OFFSET
    asked = Asked(
        outcome=Outcome(outcome) if outcome in set(Outcome) else Outcome.SENT,
        name=request.query.get("why", ""),
        offset=int(after) if is_number else 0,
    )
    shown = await work.reminders.page(agent, asked, now=now)
    sending = await work.sending(now)
    return await page(
        request, "reminders.html", shown=shown, sending=sending, outcomes=tuple(Outcome)
    )


ROUTES: Sequence[web.RouteDef] = (web.get("/reminders", show_reminders),)
