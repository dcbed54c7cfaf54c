"""Puts the console together as one aiohttp application, to be mounted under `paths.PREFIX`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from aiohttp import web

from bot.clock import Clock
from bot.console import (
    audit_views,
    dashboard_views,
    demo_views,
    import_views,
    live,
    reminder_views,
    review_views,
    styleguide,
    tool_views,
    views,
    work_views,
)
from bot.console.data import ConsoleData, DemoData
from bot.console.pages import Phrase
from bot.console.paths import PREFIX, path
from bot.console.render import Pages
from bot.console.roles import Right
from bot.console.visit import (
    CONSOLE,
    Console,
    ConsoleSettings,
    Handler,
    NoRight,
    broken_page,
    page,
    with_visit,
    without_forgery,
)
from bot.console.work import Work
from bot.log import Logger

# Nothing is loaded from elsewhere, nothing runs that is not a file of ours.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_FOREVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"

_PROBLEMS: Mapping[int, str] = {
    403: "error.forbidden",
    404: "error.not_found",
    413: "error.too_many",
    429: "error.too_many",
}

# Rights that not both leads and operators have: whose they are is said in words of their own.
_WHOSE: Mapping[Right, str] = {
    Right.AUDIT: "audit",
    Right.IMPORT: "import",
    Right.TALK: "talk",
    Right.ANSWER: "talk",
}


def make_console(
    *,
    data: ConsoleData,
    clock: Clock,
    settings: ConsoleSettings,
    demo: DemoData | None = None,
    pages: Pages | None = None,
    work: Work | None = None,
    log: Logger | None = None,
) -> web.Application:
    """The console as a sub-application; raises WordsError when a word is missing."""
    app = web.Application(middlewares=[without_faults, with_visit, with_problems, without_forgery])
    app.on_response_prepare.append(_add_headers)
    app[CONSOLE] = Console(
        data=data,
        clock=clock,
        settings=settings,
        pages=pages or Pages(),
        demo=demo,
        work=work,
        log=log,
    )
    live.prepare(app)
    app.cleanup_ctx.append(_listening)
    app.add_routes([web.get("/", _home), web.get("/static/{name}", _static)])
    if work is not None:
        app.add_routes([*work_views.ROUTES, *review_views.ROUTES, *tool_views.ROUTES])
        app.add_routes([*import_views.ROUTES, *reminder_views.ROUTES])
        app.cleanup_ctx.append(_importing)
        app.add_routes([*dashboard_views.ROUTES, *audit_views.ROUTES])
    app.add_routes([*views.ROUTES, *demo_views.ROUTES, *styleguide.ROUTES])
    app.add_routes([web.route("*", "/{anything:.*}", _missing)])
    return app


async def _listening(app: web.Application) -> AsyncIterator[None]:
    async with app[CONSOLE].data.listening():
        yield


async def _importing(app: web.Application) -> AsyncIterator[None]:
    work = app[CONSOLE].work
    if work is not None:
        async with work.imports.living():
            yield


def mount_console(app: web.Application, console: web.Application) -> None:
    """Put the console under its prefix, and lead the bare address to it."""
    app.add_subapp(PREFIX, console)
    app.add_routes([web.get("/", _home)])


@web.middleware
async def without_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The last net below the pages: the reader gets words, the log what it was."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        # Whatever a page raises, its reader is told in words.
        log = request.config_dict[CONSOLE].log
        if log is not None:
            log.error("console.fault", error=type(error).__name__)
        return broken_page(request)


@web.middleware
async def with_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in the reader's words what went wrong."""
    try:
        return await handler(request)
    except web.HTTPException as problem:
        key, more = _PROBLEMS.get(problem.status), "more"
        if isinstance(problem, NoRight):
            key, more = "error.no_right", _WHOSE.get(problem.right, more)
        if key is None:
            raise
        return await page(
            request,
            "error.html",
            status=problem.status,
            title=Phrase(key=key),
            text=Phrase(key=f"{key}_{more}"),
        )


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Every answer forbids foreign content and, unless it says otherwise, keeping."""
    for name, value in {"Cache-Control": _NEVER, **_HEADERS}.items():
        response.headers.setdefault(name, value)


async def _home(request: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther(path("talks"))


async def _missing(request: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


async def _static(request: web.Request) -> web.StreamResponse:
    static, name = request.app[CONSOLE].pages.static, request.match_info["name"]
    if name not in static.files:
        raise web.HTTPNotFound
    is_stamped = request.query.get("v") == static.stamps[name]
    return web.Response(
        body=static.files[name],
        content_type=static.content_type(name),
        charset="utf-8",
        headers={"Cache-Control": _FOREVER if is_stamped else "no-cache"},
    )
