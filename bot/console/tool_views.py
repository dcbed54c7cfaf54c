"""Forms of a talk beside its answer: close, snooze, transfer, undo; its older lines; the search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console.data import Done, Outcome
from bot.console.pages import Phrase, with_separators
from bot.console.paths import path
from bot.console.roles import Right
from bot.console.tools import Ending
from bot.console.views import instant_of, thread_of, workspace
from bot.console.visit import CONSOLE, PART_HEADER, page, permitted, visit_of
from bot.console.work import Work
from flows.records import ConversationId

_UNPROCESSABLE = 422
_NOTE_LIMIT = 500
_MORNING_HOUR = 9


def _work(request: web.Request) -> Work:
    work = request.config_dict[CONSOLE].work
    if work is None:
        raise web.HTTPNotFound
    return work


def _talk(request: web.Request) -> ConversationId:
    return ConversationId(request.match_info["id"])


async def _form_page(
    request: web.Request,
    what: str,
    problem: Phrase | None = None,
    *,
    field: str = "note",
    **values: Any,
) -> web.StreamResponse:
    return await page(
        request,
        "talk_act.html",
        status=_UNPROCESSABLE if problem else 200,
        what=what,
        thread=await thread_of(request),
        problems=[{"field": field, "phrase": problem}] if problem else [],
        **({"note": "", "endings": tuple(e.value for e in Ending), "colleagues": ()} | values),
    )


async def _after(
    request: web.Request, outcome: Outcome, done: str, what: str, **values: Any
) -> web.StreamResponse:
    if isinstance(outcome, Done):
        raise web.HTTPSeeOther(path("talk", id=outcome.conversation, done=done))
    reason = getattr(outcome, "reason", Phrase(key="guard.not_yours"))
    return await _form_page(request, what, reason, **values)


# --- close ---------------------------------------------------------------------------------------


async def show_close(request: web.Request) -> web.StreamResponse:
    """The form to close a talk."""
    permitted(request, Right.TALK)
    return await _form_page(request, "close")


async def close(request: web.Request) -> web.StreamResponse:
    """Close the talk with an outcome and a note."""
    agent, form = permitted(request, Right.TALK), await request.post()
    ending, note = str(form.get("ending", "")), str(form.get("note", "")).strip()[:_NOTE_LIMIT]
    if ending not in set(Ending) or not note:
        return await _form_page(request, "close", Phrase(key="tool.need_ending"), note=note)
    outcome = await _work(request).close(
        agent, _talk(request), Ending(ending), note, now=visit_of(request).now
    )
    return await _after(request, outcome, "closed", "close", note=note)


# --- snooze --------------------------------------------------------------------------------------


async def show_snooze(request: web.Request) -> web.StreamResponse:
    """The form to put a talk away."""
    permitted(request, Right.TALK)
    return await _form_page(request, "snooze", choices=_choices(request))


async def snooze(request: web.Request) -> web.StreamResponse:
    """Put the talk away until the time chosen or named."""
    agent, form = permitted(request, Right.TALK), await request.post()
    written = str(form.get("until", "")) or str(form.get("choice", ""))
    until_at = instant_of(request, written)
    if until_at is None:
        problem = Phrase(key="handback.need_time")
        choices = _choices(request)
        return await _form_page(request, "snooze", problem, field="until", choices=choices)
    outcome = await _work(request).snooze(
        agent, _talk(request), until_at, now=visit_of(request).now
    )
    return await _after(request, outcome, "snoozed", "snooze", choices=_choices(request))


async def wake(request: web.Request) -> web.StreamResponse:
    """Bring a snoozed talk back."""
    agent = permitted(request, Right.TALK)
    outcome = await _work(request).snooze(agent, _talk(request), None, now=visit_of(request).now)
    return await _after(request, outcome, "woken", "snooze", choices=_choices(request))


def _choices(request: web.Request) -> tuple[tuple[str, str], ...]:
    """Usual times to come back, by the team's clock: their word and their value."""
    local = visit_of(request).now.astimezone(request.config_dict[CONSOLE].settings.zone)
    morning = local.replace(hour=_MORNING_HOUR, minute=0, second=0, microsecond=0)
    times: tuple[tuple[str, datetime], ...] = (
        ("hour", local + timedelta(hours=1)),
        ("hours", local + timedelta(hours=4)),
        ("tomorrow", morning + timedelta(days=1)),
        ("week", morning + timedelta(days=7)),
    )
    return tuple((word, at.strftime("%Y-%m-%dT%H:%M")) for word, at in times)


# --- transfer ------------------------------------------------------------------------------------


async def show_transfer(request: web.Request) -> web.StreamResponse:
    """The form to give a talk to a colleague."""
    agent = permitted(request, Right.TALK)
    return await _form_page(request, "transfer", colleagues=await _work(request).colleagues(agent))


async def transfer(request: web.Request) -> web.StreamResponse:
    """Give the talk to the colleague chosen."""
    agent, form = permitted(request, Right.TALK), await request.post()
    to, note = str(form.get("to", "")), str(form.get("note", "")).strip()[:_NOTE_LIMIT]
    known = await _work(request).colleagues(agent)
    if not note:
        problem = Phrase(key="handback.need_note")
        return await _form_page(request, "transfer", problem, colleagues=known)
    outcome = await _work(request).transfer(
        agent, _talk(request), to, note, now=visit_of(request).now
    )
    return await _after(request, outcome, "transferred", "transfer", note=note, colleagues=known)


# --- undo ----------------------------------------------------------------------------------------


async def undo(request: web.Request) -> web.StreamResponse:
    """Take back a message that waits to leave; its text stands in the box again."""
    agent, form = permitted(request, Right.TALK), await request.post()
    number = str(form.get("message", ""))
    message = int(number) if number.isascii() and number.isdigit() else 0
    now = visit_of(request).now
    outcome = await _work(request).undo(agent, _talk(request), message, now=now)
    thread = await thread_of(request)
    if isinstance(outcome, str):
        if PART_HEADER in request.headers:
            return await page(request, "parts/undone.html", text=outcome)
        return await workspace(request, thread, draft=outcome)
    if PART_HEADER in request.headers:
        done = Phrase(key="tool.too_late")
        return await page(request, "parts/toast.html", status=_UNPROCESSABLE, done=done)
    raise web.HTTPSeeOther(path("talk", id=thread.id, done="too_late"))


# --- older lines and the search --------------------------------------------------------------------


async def show_history(request: web.Request) -> web.StreamResponse:
    """The lines of a talk before those of its page."""
    agent = permitted(request, Right.REGISTERS)
    before = request.query.get("before", "")
    shown = await _work(request).history(agent, _talk(request), before, now=visit_of(request).now)
    if shown is None:
        raise web.HTTPNotFound
    zone = request.config_dict[CONSOLE].settings.zone
    days = {line.id: line.at.astimezone(zone).date() for line in shown.lines}
    lines = with_separators(shown.lines, unread_from=None, days=days)
    return await page(request, "history.html", shown=shown, lines=lines, talk=_talk(request))


async def search(request: web.Request) -> web.StreamResponse:
    """Talks by name, number of the bill, or last digits of the phone."""
    agent = permitted(request, Right.REGISTERS)
    text = request.query.get("q", "").strip()[:100]
    rows = await _work(request).search(agent, text, now=visit_of(request).now) if text else ()
    return await page(request, "search.html", rows=rows, text=text)


ROUTES: Sequence[web.RouteDef] = (
    web.get("/talks/{id}/close", show_close),
    web.post("/talks/{id}/close", close),
    web.get("/talks/{id}/snooze", show_snooze),
    web.post("/talks/{id}/snooze", snooze),
    web.post("/talks/{id}/wake", wake),
    web.get("/talks/{id}/transfer", show_transfer),
    web.post("/talks/{id}/transfer", transfer),
    web.post("/talks/{id}/undo", undo),
    web.get("/talks/{id}/history", show_history),
    web.get("/search", search),
)
