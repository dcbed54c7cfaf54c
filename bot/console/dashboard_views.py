"""The dashboard's pages: the figures, the bills behind them, and all of it as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from bot.console.dashboard import HEAD, Dashboards
from bot.console.roles import Right
from bot.console.visit import CONSOLE, page, permitted, visit_of
from flows.records import HandoffReason
from storage.figures import Band, Step

_UNPROCESSABLE = 422
_LONGEST_OFFSET = 6


def _dashboards(request: web.Request) -> Dashboards:
    work = request.config_dict[CONSOLE].work
    if work is None:
        raise web.HTTPNotFound
    return work.dashboards


def _now(request: web.Request) -> datetime:
    return visit_of(request).now


async def show_dashboard(request: web.Request) -> web.StreamResponse:
    """The figures of a range of days in one currency."""
    permitted(request, Right.FIGURES)
    boards = _dashboards(request)
    wish = boards.wish(request.query, _now(request))
    shown = await boards.page(wish, now=_now(request))
    status = _UNPROCESSABLE if wish.problem else web.HTTPOk.status_code
    return await page(request, "dashboard.html", status=status, shown=shown)


async def show_bills(request: web.Request) -> web.StreamResponse:
    """The bills that came to a step of the way, by number; masked as every list."""
    agent = permitted(request, Right.FIGURES)
    step, band = request.query.get("step", ""), request.query.get("band", "")
    if step not in set(Step) or band not in {"", *Band}:
        raise web.HTTPNotFound
    boards = _dashboards(request)
    wish = boards.wish(request.query, _now(request))
    shown = await boards.listed(
        agent,
        wish,
        (Step(step), Band(band) if band else None),
        offset=_offset(request),
        now=_now(request),
    )
    if shown is None:
        raise web.HTTPNotFound
    return await page(request, "bills.html", shown=shown, wish=wish, step=step, band=band)


def _offset(request: web.Request) -> int:
    after = request.query.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) <= _LONGEST_OFFSET
    return int(after) if is_number else 0


async def show_cases(request: web.Request) -> web.StreamResponse:
    """The cases for a person that one reason opened; masked as every list."""
    agent = permitted(request, Right.FIGURES)
    reason = request.query.get("reason", "")
    if reason not in set(HandoffReason):
        raise web.HTTPNotFound
    boards = _dashboards(request)
    wish = boards.wish(request.query, _now(request))
    shown = await boards.cases(
        agent, wish, HandoffReason(reason), offset=_offset(request), now=_now(request)
    )
    if shown is None:
        raise web.HTTPNotFound
    return await page(request, "cases.html", shown=shown, wish=wish, reason=reason)


async def export_dashboard(request: web.Request) -> web.StreamResponse:
    """Every figure of the page as CSV."""
    agent = permitted(request, Right.EXPORT)
    boards = _dashboards(request)
    wish = boards.wish(request.query, _now(request))
    if wish.problem:
        raise web.HTTPNotFound
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    rows.writerows(await boards.exported(agent, wish, now=_now(request)))
    name = f"dashboard-{wish.since_on}-{wish.until_on}.csv"
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


ROUTES: Sequence[web.RouteDef] = (
    web.get("/dashboard", show_dashboard),
    web.get("/dashboard.csv", export_dashboard),
    web.get("/dashboard/bills", show_bills),
    web.get("/dashboard/cases", show_cases),
)
