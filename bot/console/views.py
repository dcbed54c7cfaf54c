"""The agents' pages and acts: each view asks the data, renders a page, or does one act."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console import auth, live
from bot.console.data import (
    Done,
    Draft,
    Impossible,
    Login,
    Outcome,
    QueueAsked,
    Refused,
)
from bot.console.pages import (
    Act,
    GuardState,
    GuardVerdict,
    Phrase,
    Sort,
    TabName,
    Thread,
    newest_of_runs,
    with_separators,
)
from bot.console.paths import path
from bot.console.render import THEMES
from bot.console.roles import Right
from bot.console.visit import (
    CONSOLE,
    LANGUAGE_COOKIE,
    PART_HEADER,
    THEME_COOKIE,
    agent_of,
    open_session,
    page,
    permitted,
    safe_back,
    set_token,
    set_wish,
    visit_of,
)
from flows.languages import Language
from flows.money import Currency, Money
from flows.records import ConversationId

_TEXT_LIMIT = 2_000
_UNPROCESSABLE = 422
_TOO_MANY = 429
# A busy hour brings many changes; an open page's session is looked up at most so often.
_CHECK_SESSION_AFTER = timedelta(seconds=10)

# The fictional exchange beside the log-in form.
_EXAMPLE = Money(60_000, Currency.of("CNY"))


# --- log in and out ----------------------------------------------------------------------------


async def show_login(request: web.Request) -> web.StreamResponse:
    """The log-in page; whoever is logged in goes on."""
    if visit_of(request).agent:
        raise web.HTTPSeeOther(path("talks"))
    return await _login_page(request)


async def log_in(request: web.Request) -> web.StreamResponse:
    """Open a session for the right password; one answer for every wrong one."""
    console, form, now = request.config_dict[CONSOLE], await request.post(), _now(request)
    name, address = str(form.get("name", "")), request.remote or ""
    wait = console.tries.wait(name, address, now)
    if wait:
        minutes = 1 + int(wait.total_seconds() // 60)
        wrong = Phrase(key="login.wait", values={"n": minutes})
        return await _login_page(request, wrong, name, _TOO_MANY)
    login = await console.data.login(name.strip(), now=now)
    if not await auth.is_password(login, str(form.get("password", ""))) or login is None:
        console.tries.failed(name, address, now)
        await console.data.note_login(name.strip(), is_right=False, now=now)
        wrong = Phrase(key="login.wrong")
        return await _login_page(request, wrong, name, _UNPROCESSABLE)
    console.tries.succeeded(name, address)
    await console.data.note_login(name.strip(), is_right=True, now=now)
    return await _opened(request, login, safe_back(str(form.get("next", ""))))


async def _opened(request: web.Request, login: Login, back: str) -> web.StreamResponse:
    """A fresh token for the session, so that one planted before is worth nothing."""
    console = request.config_dict[CONSOLE]
    response = web.HTTPSeeOther(back)
    set_token(response, await open_session(console, login.agent), console.settings)
    raise response


async def log_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    token = visit_of(request).token
    await request.config_dict[CONSOLE].data.close_session(auth.token_hash(token))
    raise web.HTTPSeeOther(path("login"))


async def _login_page(
    request: web.Request, wrong: Phrase | None = None, name: str = "", status: int = 200
) -> web.StreamResponse:
    return await page(
        request,
        "login.html",
        status=status,
        problem=wrong,
        name=name,
        next=request.query.get("next", ""),
        expired="expired" in request.query,
        example_amount=_EXAMPLE,
    )


async def prefer(request: web.Request) -> web.StreamResponse:
    """Remember the language or the theme, and go back to the page."""
    console, form = request.config_dict[CONSOLE], await request.post()
    response = web.HTTPSeeOther(safe_back(str(form.get("back", ""))))
    language, theme = str(form.get("language", "")), str(form.get("theme", ""))
    if language in set(Language):
        set_wish(response, LANGUAGE_COOKIE, language, console.settings)
    if theme in THEMES:
        set_wish(response, THEME_COOKIE, theme, console.settings)
    raise response


# --- the workspace -----------------------------------------------------------------------------


async def show_talks(request: web.Request) -> web.StreamResponse:
    """The queue with no talk open."""
    agent_of(request)
    return await workspace(request, None)


async def show_talk(request: web.Request) -> web.StreamResponse:
    """The queue with a talk open; having it on screen counts as having read it."""
    thread = await thread_of(request)
    await request.config_dict[CONSOLE].data.mark_read(
        agent_of(request), thread.id, now=_now(request)
    )
    return await workspace(request, thread, draft=await _filled(request, thread))


async def _filled(request: web.Request, thread: Thread) -> str:
    """The wording that the agent chose for the box, if he chose one."""
    key, work = request.query.get("fill", ""), request.config_dict[CONSOLE].work
    if not key or work is None or Act.TEMPLATES not in thread.acts:
        return ""
    agent = permitted(request, Right.TALK)
    return await work.filled(agent, thread.id, key, now=_now(request))


async def show_details(request: web.Request) -> web.StreamResponse:
    """What is known about the customer, as a page of its own for small screens."""
    thread = await thread_of(request)
    return await page(request, "details.html", thread=thread, tab=_asked(request).tab.value)


async def stream_changes(request: web.Request) -> web.StreamResponse:
    """The stream of changes, as long as the session lives."""
    agent_of(request)
    console, token = request.config_dict[CONSOLE], visit_of(request).token

    checked_at = _now(request)

    async def may_go_on() -> bool:
        nonlocal checked_at
        now = console.clock.now()
        if now - checked_at < _CHECK_SESSION_AFTER:
            return True
        checked_at = now
        session = await console.data.session(auth.token_hash(token))
        return session is not None and auth.is_live(session, now)

    return await live.stream(request, console.data, may_go_on)


async def workspace(
    request: web.Request,
    thread: Thread | None,
    *,
    status: int = 200,
    **answer: Any,
) -> web.StreamResponse:
    """The queue beside a talk, or beside none; `answer` fills the box."""
    console, asked, agent = request.config_dict[CONSOLE], _asked(request), agent_of(request)
    queue = await console.data.queue(agent, asked, now=_now(request))
    is_part = request.query.get("part") == "live"
    return await page(
        request,
        "parts/live.html" if is_part else "workspace.html",
        status=status,
        queue=queue,
        tab=asked.tab.value,
        sorts=tuple(Sort),
        pane="talk" if thread else "list",
        live_words=_live_words(request),
        **_talk_values(request, thread),
        **({"draft": "", "verdict": None, "kind": "reply"} | answer),
    )


def _talk_values(request: web.Request, thread: Thread | None) -> dict[str, Any]:
    if thread is None:
        return {"thread": None, "acts": frozenset()}
    zone = request.config_dict[CONSOLE].settings.zone
    days = {line.id: line.at.astimezone(zone).date() for line in thread.lines}
    accounts = thread.accounts
    return {
        "thread": thread,
        "acts": frozenset(act.value for act in thread.acts),
        "shown": with_separators(thread.lines, unread_from=thread.unread_from, days=days),
        "newest": newest_of_runs(thread.lines),
        "currency": accounts[0].balance.currency if accounts else None,
    }


async def thread_of(request: web.Request) -> Thread:
    """The talk of the address; raises HTTPNotFound."""
    agent = agent_of(request)
    conversation = ConversationId(request.match_info["id"])
    data = request.config_dict[CONSOLE].data
    thread = await data.thread(agent, conversation, now=_now(request))
    if thread is None:
        raise web.HTTPNotFound
    return thread


def _asked(request: web.Request) -> QueueAsked:
    tab, sort = request.query.get("tab", ""), request.query.get("sort", "")
    return QueueAsked(
        tab=TabName(tab) if tab in set(TabName) else TabName.MINE,
        sort=Sort(sort) if sort in set(Sort) else Sort.BREACH,
        after=request.query.get("after"),
    )


_LIVE_KEYS = ("gone", "new_messages", "restored", "queue_added", "ending", "stay")


def _live_words(request: web.Request) -> str:
    entries = request.config_dict[CONSOLE].pages.words[visit_of(request).language].entries
    return json.dumps({key: entries[f"live.{key}"] for key in _LIVE_KEYS}, ensure_ascii=False)


# --- acts ----------------------------------------------------------------------------------------


async def take_next(request: web.Request) -> web.StreamResponse:
    """Claim the most urgent talk and open it."""
    agent = permitted(request, Right.TALK)
    outcome = await request.config_dict[CONSOLE].data.take_next(agent, now=_now(request))
    if isinstance(outcome, Done):
        raise web.HTTPSeeOther(path("talk", id=outcome.conversation))
    is_full = isinstance(outcome, Impossible) and outcome.reason.key == "queue.full"
    raise web.HTTPSeeOther(path("talks", done="full" if is_full else "nothing"))


async def claim(request: web.Request) -> web.StreamResponse:
    """Hold the talk; the bot is silent from here on."""
    agent = permitted(request, Right.TALK)
    conversation = ConversationId(request.match_info["id"])
    data = request.config_dict[CONSOLE].data
    return await _after(
        request, await data.claim(agent, conversation, now=_now(request)), "claimed"
    )


async def reply(request: web.Request) -> web.StreamResponse:
    """Send what the agent wrote, or keep it as a private note."""
    agent, form = permitted(request, Right.TALK), await request.post()
    data = request.config_dict[CONSOLE].data
    draft, kind = _draft(request, form), str(form.get("kind", "reply"))
    if not draft.text:
        empty = GuardVerdict(state=GuardState.REFUSED, reason=Phrase(key="guard.empty"))
        return await _refused(request, empty, draft, kind)
    act = data.note if kind == "note" else data.reply
    outcome = await act(agent, draft, now=_now(request))
    return await _after(request, outcome, "noted" if kind == "note" else "sent", draft, kind)


async def guard(request: web.Request) -> web.StreamResponse:
    """The verdict on a draft, as a fragment."""
    agent, form = agent_of(request), await request.post()
    draft = _draft(request, form)
    data = request.config_dict[CONSOLE].data
    verdict = await data.guard(agent, draft, now=_now(request)) if draft.text else None
    thread = await thread_of(request)
    return await page(request, "parts/guard.html", verdict=verdict, zone=thread.head.zone)


async def show_hand_back(request: web.Request) -> web.StreamResponse:
    """The form to give the talk back to the bot."""
    return await _hand_back_page(request)


async def hand_back(request: web.Request) -> web.StreamResponse:
    """Give the talk back to the bot with a note."""
    agent, form = permitted(request, Right.TALK), await request.post()
    note, quiet = str(form.get("note", "")).strip(), str(form.get("quiet", ""))
    quiet_until_at = instant_of(request, quiet)
    if not note or (quiet and quiet_until_at is None):
        return await _hand_back_page(request, note, quiet, status=_UNPROCESSABLE)
    data, conversation = request.config_dict[CONSOLE].data, ConversationId(request.match_info["id"])
    outcome = await data.hand_back(
        agent, conversation, note[:_TEXT_LIMIT], quiet_until_at=quiet_until_at, now=_now(request)
    )
    return await _after(request, outcome, "handed_back")


async def _hand_back_page(
    request: web.Request, note: str = "", quiet: str = "", *, status: int = 200
) -> web.StreamResponse:
    wrong = () if status == 200 else (_problem("note", "handback.need_note"),)
    if note and status != 200:
        wrong = (_problem("quiet", "handback.need_time"),)
    return await page(
        request,
        "hand_back.html",
        status=status,
        thread=await thread_of(request),
        tab=_asked(request).tab.value,
        problems=wrong,
        note=note,
        quiet=quiet,
    )


def _problem(field: str, key: str) -> dict[str, Any]:
    return {"field": field, "phrase": Phrase(key=key)}


async def _after(
    request: web.Request,
    outcome: Outcome,
    done: str,
    draft: Draft | None = None,
    kind: str = "reply",
) -> web.StreamResponse:
    """The page that follows an act: the talk again, or the refusal beside what was written."""
    match outcome:
        case Done() if PART_HEADER in request.headers:
            return await page(request, "parts/toast.html", done=Phrase(key=f"toast.{done}"))
        case Done():
            tab = _asked(request).tab.value
            raise web.HTTPSeeOther(path("talk", id=outcome.conversation, tab=tab, done=done))
        case Refused():
            return await _refused(request, outcome.verdict, draft, kind)
        case Impossible():
            verdict = GuardVerdict(state=GuardState.TAKEN, reason=outcome.reason)
            return await _refused(request, verdict, draft, kind)


async def _refused(
    request: web.Request, verdict: GuardVerdict, draft: Draft | None, kind: str
) -> web.StreamResponse:
    thread = await thread_of(request)
    if PART_HEADER in request.headers:
        return await page(
            request,
            "parts/guard.html",
            status=_UNPROCESSABLE,
            verdict=verdict,
            zone=thread.head.zone,
        )
    text = draft.text if draft else ""
    return await workspace(
        request, thread, status=_UNPROCESSABLE, draft=text, verdict=verdict, kind=kind
    )


def _draft(request: web.Request, form: Any) -> Draft:
    seen = str(form.get("seen", ""))
    return Draft(
        conversation=ConversationId(request.match_info["id"]),
        text=str(form.get("text", "")).replace("\r\n", "\n").strip()[:_TEXT_LIMIT],
        seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
        may_wait="may_wait" in form,
    )


def instant_of(request: web.Request, written: str) -> datetime | None:
    """A local time of the team as an instant in the future, or None."""
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        return None
    at = local.replace(tzinfo=request.config_dict[CONSOLE].settings.zone).astimezone(UTC)
    return at if at > _now(request) else None


def _now(request: web.Request) -> datetime:
    return visit_of(request).now


ROUTES: Sequence[web.RouteDef] = (
    web.get("/login", show_login),
    web.post("/login", log_in),
    web.post("/logout", log_out),
    web.post("/preferences", prefer),
    web.get("/talks", show_talks),
    web.post("/talks/next", take_next),
    web.get("/talks/{id}", show_talk),
    web.get("/talks/{id}/details", show_details),
    web.post("/talks/{id}/claim", claim),
    web.post("/talks/{id}/reply", reply),
    web.post("/talks/{id}/guard", guard),
    web.get("/talks/{id}/hand-back", show_hand_back),
    web.post("/talks/{id}/hand-back", hand_back),
    web.get("/live", stream_changes),
)
