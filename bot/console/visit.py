"""Who looks at a page, and how: the cookie, the language, the theme, the token in every form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.console import auth
from bot.console.data import ConsoleData, DemoData, Session
from bot.console.pages import Badge, Face, Phrase
from bot.console.paths import PREFIX, path
from bot.console.render import THEMES, Pages, Reader, View
from bot.console.roles import Right, may, rights_of
from bot.console.work import Work
from bot.log import Logger
from flows.languages import Language

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COOKIE = "duetalk"
LANGUAGE_COOKIE = "duetalk_language"
THEME_COOKIE = "duetalk_theme"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF"
PART_HEADER = "X-Part"
_YEAR = timedelta(days=365)

# A session is written at most so often, not on every page.
_TOUCH_AFTER = timedelta(minutes=1)

# What the page after an act says.
_TOASTS = (
    "noted",
    "claimed",
    "handed_back",
    "sent",
    "task_taken",
    "task_put_back",
    "task_done",
    "messages_retried",
    "messages_settled",
    "answered",
    "stopped",
    "resumed",
    "corrected",
    "set_aside",
    "checked",
    "import_dropped",
    "import_given_up",
    "import_taken_back",
)
_NOTICES = {"nothing": "queue.nothing_next", "full": "queue.full"}

# What a browser's first wish means to us; anything else is English.
_SCRIPTS = {"zh-tw": Language.ZH_HANT, "zh-hk": Language.ZH_HANT, "zh-mo": Language.ZH_HANT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """How the console runs: the team's zone, whether cookies need https, whether this is a test."""

    zone: tzinfo
    secure_cookies: bool = True
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Everything the views work with; made once at start."""

    data: ConsoleData
    clock: Clock
    settings: ConsoleSettings
    pages: Pages
    demo: DemoData | None = None
    work: Work | None = None
    log: Logger | None = None
    tries: auth.LoginTries = field(default_factory=auth.LoginTries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request's reader. `token` is the cookie's; without an agent it only guards forms."""

    token: str
    now: datetime
    language: Language
    theme: str
    agent: Face | None = None
    has_expired: bool = False


CONSOLE = web.AppKey("console", Console)
_STREAMED: set[object] = set()
_VISIT = web.RequestKey("visit", Visit)


@web.middleware
async def with_visit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who is there, and give a newcomer a cookie."""
    console = request.config_dict[CONSOLE]
    token = request.cookies.get(COOKIE, "") or auth.new_token()
    visit = await _visit(request, console, token)
    request[_VISIT] = visit
    response = await handler(request)
    if COOKIE not in request.cookies and COOKIE not in response.cookies:
        set_token(response, token, console.settings)
    return response


@web.middleware
async def without_forgery(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse every form that does not carry the token of the browser's own cookie."""
    is_streamed = request.match_info.handler in _STREAMED
    if request.method == "POST" and not is_streamed:
        given = request.headers.get(CSRF_HEADER) or (await request.post()).get(CSRF_FIELD, "")
        refuse_forged(request, str(given))
    return await handler(request)


def refuse_forged(request: web.Request, given: str) -> None:
    """Raise HTTPForbidden unless this is the token of the browser's own cookie."""
    if not auth.is_csrf(request.cookies.get(COOKIE, ""), given):
        raise web.HTTPForbidden


def streamed(handler: Handler) -> Handler:
    """Let a handler read a large form by itself; it must call `refuse_forged` before all else."""
    _STREAMED.add(handler)
    return handler


def visit_of(request: web.Request) -> Visit:
    """Who looks at this request."""
    return request[_VISIT]


def agent_of(request: web.Request) -> Face:
    """The agent at the browser; sends anybody else to the log-in page."""
    visit = visit_of(request)
    if visit.agent:
        return visit.agent
    if PART_HEADER in request.headers or "part" in request.query:
        raise web.HTTPUnauthorized
    expired = "1" if visit.has_expired else None
    back = request.path_qs if request.method == "GET" else None
    raise web.HTTPSeeOther(path("login", next=back, expired=expired))


async def open_session(console: Console, agent: Face) -> str:
    """A new session of this agent; returns the token for his cookie."""
    token, now = auth.new_token(), console.clock.now()
    session = Session(token_hash=auth.token_hash(token), agent=agent, opened_at=now, seen_at=now)
    await console.data.open_session(session)
    return token


def set_token(response: web.StreamResponse, token: str, settings: ConsoleSettings) -> None:
    """Give the browser this token: unreadable by script, never sent from other sites' forms."""
    response.set_cookie(
        COOKIE, token, path=PREFIX, httponly=True, samesite="Lax", secure=settings.secure_cookies
    )


def set_wish(
    response: web.StreamResponse, name: str, value: str, settings: ConsoleSettings
) -> None:
    """Remember a wish about language or theme for a year."""
    response.set_cookie(
        name,
        value,
        path=PREFIX,
        max_age=round(_YEAR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )


async def page(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """A rendered page for whoever looks."""
    console, visit = request.config_dict[CONSOLE], visit_of(request)
    view = View(
        theme=visit.theme,
        agent=visit.agent,
        csrf=auth.csrf_of(visit.token),
        here=request.path_qs if request.method == "GET" else path("talks"),
        change=await console.data.last_change() if visit.agent else 0,
        is_test=console.settings.is_test,
        has_demo=console.demo is not None,
        has_work=console.work is not None,
        rights=frozenset(right.value for right in rights_of(visit.agent)),
        badge=await _badge(request),
        toast=_toast(request),
    )
    reader = Reader(language=visit.language, zone=console.settings.zone, now=visit.now)
    text = console.pages.render(template, reader=reader, view=view, **values)
    return web.Response(text=text, status=status, content_type="text/html")


def broken_page(request: web.Request) -> web.Response:
    """The page after a fault of ours; it asks no data, for that may be what is away."""
    console = request.config_dict[CONSOLE]
    reader = Reader(
        language=_language(request), zone=console.settings.zone, now=console.clock.now()
    )
    text = console.pages.render(
        "error.html",
        reader=reader,
        view=View(theme=_theme(request), here=path("talks")),
        title=Phrase(key="error.broken"),
        text=Phrase(key="error.broken_more"),
    )
    return web.Response(text=text, status=500, content_type="text/html")


async def _badge(request: web.Request) -> Badge:
    """The figures of the bar; parts of pages have no bar."""
    console, visit = request.config_dict[CONSOLE], visit_of(request)
    is_part = "part" in request.query or PART_HEADER in request.headers
    if console.work is None or visit.agent is None or is_part:
        return Badge()
    return await console.work.badge(visit.now)


class NoRight(web.HTTPForbidden):
    """The agent's role does not include what was asked for."""

    def __init__(self, right: Right) -> None:
        super().__init__()
        self.right = right


def permitted(request: web.Request, right: Right) -> Face:
    """The agent, if his role has the right; anybody else is refused."""
    agent = agent_of(request)
    if not may(agent, right):
        raise NoRight(right)
    return agent


def safe_back(given: str) -> str:
    """An address of the console to go back to; anything else becomes the list of talks."""
    is_ours = given.startswith(PREFIX + "/") and "//" not in given and "\\" not in given
    return given if is_ours else path("talks")


async def _visit(request: web.Request, console: Console, token: str) -> Visit:
    now = console.clock.now()
    session = await console.data.session(auth.token_hash(token))
    is_live = session is not None and auth.is_live(session, now)
    if session is not None and not is_live:
        await console.data.close_session(session.token_hash)
    if session is not None and is_live and _is_act(request, session, now):
        await console.data.touch_session(session.token_hash, now)
    return Visit(
        token=token,
        now=now,
        agent=session.agent if session and is_live else None,
        has_expired=session is not None and not is_live,
        language=_language(request),
        theme=_theme(request),
    )


def _is_act(request: web.Request, session: Session, now: datetime) -> bool:
    """Whether somebody did something; what the page fetches by itself keeps no session alive."""
    is_by_itself = "part" in request.query or request.path.endswith("/live")
    return not is_by_itself and now - session.seen_at >= _TOUCH_AFTER


def _language(request: web.Request) -> Language:
    wished = request.cookies.get(LANGUAGE_COOKIE, "")
    if wished in set(Language):
        return Language(wished)
    first = request.headers.get("Accept-Language", "zh").partition(",")[0].strip().lower()
    if first.startswith("zh"):
        is_traditional = "hant" in first
        usual = Language.ZH_HANT if is_traditional else Language.ZH_HANS
        return _SCRIPTS.get(first, usual)
    return Language.EN


def _theme(request: web.Request) -> str:
    wished = request.cookies.get(THEME_COOKIE, "")
    return wished if wished in THEMES else THEMES[0]


def _toast(request: web.Request) -> Phrase | None:
    done = request.query.get("done", "")
    if done in _NOTICES:
        return Phrase(key=_NOTICES[done])
    return Phrase(key=f"toast.{done}") if done in _TOASTS else None
