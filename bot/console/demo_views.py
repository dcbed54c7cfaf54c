"""The demo page and the pretend phones. They exist only where a demo was made at start."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import web

from bot.console import auth, live
from bot.console.data import ClockStep, DemoData, Session
from bot.console.pages import Face, PhoneThread
from bot.console.paths import path
from bot.console.visit import CONSOLE, PART_HEADER, open_session, page, set_token, visit_of

_TEXT_LIMIT = 1_000
# Where a role's work begins; everybody else's with the talks.
_FIRST_PAGES = {"operator": "import", "auditor": "audit"}


async def show_demo(request: web.Request) -> web.StreamResponse:
    """Two phones, the newest turn, the console beside them; the visitor is its agent at once."""
    demo, console = _demo(request), request.config_dict[CONSOLE]
    shown = await demo.page(now=visit_of(request).now)
    if visit_of(request).agent is None and "started" not in request.query:
        response = web.HTTPSeeOther(path("demo", started="1"))
        set_token(response, await open_session(console, shown.agent), console.settings)
        raise response
    template = "parts/demo_live.html" if _is_part(request) else "demo.html"
    return await page(request, template, page=shown, live_words="{}")


async def move_clock(request: web.Request) -> web.StreamResponse:
    """Move the demo's clock on."""
    step = str((await request.post()).get("step", ""))
    if step not in set(ClockStep):
        raise web.HTTPBadRequest
    demo, agent = _demo(request), visit_of(request).agent
    await demo.move_clock(ClockStep(step))
    if step == ClockStep.RESET:
        agent = next((person for person in demo.people() if person.role == "agent"), agent)
    if agent is not None:
        await _stay_logged_in(request, agent)
    return _back(request, path("demo"))


async def _stay_logged_in(request: web.Request, agent: Face) -> None:
    """Begin the visitor's session anew: the hours that were skipped are not his idle time."""
    console = request.config_dict[CONSOLE]
    token_hash, now = auth.token_hash(visit_of(request).token), console.clock.now()
    await console.data.close_session(token_hash)
    session = Session(token_hash=token_hash, agent=agent, opened_at=now, seen_at=now)
    await console.data.open_session(session)


async def look_as(request: web.Request) -> web.StreamResponse:
    """Go on as the demo's person of another role, who may do only what that role may."""
    demo, console = _demo(request), request.config_dict[CONSOLE]
    role = str((await request.post()).get("role", ""))
    found = next((person for person in demo.people() if person.role == role), None)
    if found is None:
        raise web.HTTPBadRequest
    response = web.HTTPSeeOther(path(_FIRST_PAGES.get(role, "talks")))
    await console.data.close_session(auth.token_hash(visit_of(request).token))
    set_token(response, await open_session(console, found), console.settings)
    raise response


async def show_phones(request: web.Request) -> web.StreamResponse:
    """A phone's list of messages."""
    threads = await _demo(request).phones(now=visit_of(request).now)
    return await page(request, "phones.html", threads=threads)


async def show_phone(request: web.Request) -> web.StreamResponse:
    """One sender on a phone."""
    thread = await _phone(request)
    template = "parts/phone_live.html" if _is_part(request) else "phone.html"
    return await page(request, template, thread=thread, live_words="{}")


async def say(request: web.Request) -> web.StreamResponse:
    """The owner of the phone writes."""
    thread, form = await _phone(request), await request.post()
    text = str(form.get("choice") or form.get("text") or "").strip()[:_TEXT_LIMIT]
    if text:
        await _demo(request).said(thread.id, text, now=visit_of(request).now)
    came_from = urlsplit(request.headers.get("Referer", "")).path
    back = path("demo") if came_from == path("demo") else path("phone", id=thread.id)
    return _back(request, back)


async def stream_demo(request: web.Request) -> web.StreamResponse:
    """The stream of changes for the demo and the phones; they need no log-in."""
    _demo(request)

    async def may_go_on() -> bool:
        return True

    return await live.stream(request, request.config_dict[CONSOLE].data, may_go_on)


def _demo(request: web.Request) -> DemoData:
    demo = request.config_dict[CONSOLE].demo
    if demo is None:
        raise web.HTTPNotFound
    return demo


async def _phone(request: web.Request) -> PhoneThread:
    thread = await _demo(request).phone(request.match_info["id"], now=visit_of(request).now)
    if thread is None:
        raise web.HTTPNotFound
    return thread


def _is_part(request: web.Request) -> bool:
    return request.query.get("part") == "live"


def _back(request: web.Request, where: str) -> web.StreamResponse:
    if PART_HEADER in request.headers:
        return web.Response(status=204)
    raise web.HTTPSeeOther(where)


ROUTES: Sequence[web.RouteDef] = (
    web.get("/demo", show_demo),
    web.post("/demo/clock", move_clock),
    web.post("/demo/role", look_as),
    web.get("/demo/live", stream_demo),
    web.get("/phones", show_phones),
    web.get("/phones/{id}", show_phone),
    web.post("/phones/{id}/said", say),
)
