"""Forms of a talk beside its answer: close, snooze, transfer, undo; its older lines; the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console.data import Done, Outcome
from bot.console.drafting import AgreementAsked, PlanAsked
from bot.console.pages import AccountCard, Act, Phrase, Thread, with_separators
from bot.console.paths import path
from bot.console.roles import Right
from bot.console.tools import Ending
from bot.console.views import instant_of, thread_of, workspace
from bot.console.visit import CONSOLE, PART_HEADER, page, permitted, visit_of
from bot.console.work import Work
from flows.money import parse_money
from flows.records import AccountId, ConversationId
from flows.understanding.values import Frequency

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


# --- approved wording and plans --------------------------------------------------------------------


async def show_templates(request: web.Request) -> web.StreamResponse:
    """The wordings that fit the talk, to be put in the box."""
    agent = permitted(request, Right.TALK)
    offered = await _work(request).templates(agent, _talk(request), now=visit_of(request).now)
    return await page(request, "templates.html", thread=await thread_of(request), offered=offered)


async def show_plan(request: web.Request) -> web.StreamResponse:
    """The form of a plan; once it is filled in, what the engine makes of it."""
    permitted(request, Right.TALK)
    return await _plan_page(request, {key: str(value) for key, value in request.query.items()})


async def propose_plan(request: web.Request) -> web.StreamResponse:
    """Send the plan as a proposal."""
    agent = permitted(request, Right.TALK)
    form = {key: str(value) for key, value in (await request.post()).items()}
    thread = await thread_of(request)
    asked = _asked(thread, form)
    if asked is None:
        return await _plan_page(request, form, problem=Phrase(key="plan_form.need"))
    outcome = await _work(request).propose_plan(agent, thread.id, asked, now=visit_of(request).now)
    if isinstance(outcome, Done):
        raise web.HTTPSeeOther(path("talk", id=thread.id, done="plan_sent"))
    return await _plan_page(request, form, problem=Phrase(key="plan_form.refused"))


async def _plan_page(
    request: web.Request, form: Mapping[str, str], *, problem: Phrase | None = None
) -> web.StreamResponse:
    agent, thread = permitted(request, Right.TALK), await thread_of(request)
    asked = _asked(thread, form)
    is_filled = bool(form.get("count") or form.get("amount"))
    if is_filled and asked is None:
        problem = Phrase(key="plan_form.need")
    shown = None
    if asked is not None:
        now = visit_of(request).now
        shown = await _work(request).preview_plan(agent, thread.id, asked, now=now)
    return await _terms_page(
        request, "plan.html", form, thread=thread, shown=shown, problem=problem
    )


async def _terms_page(
    request: web.Request,
    template: str,
    form: Mapping[str, str],
    *,
    thread: Thread,
    shown: object,
    problem: Phrase | None,
) -> web.StreamResponse:
    """A form of terms as it was filled in, and what the engine says of them."""
    return await page(
        request,
        template,
        status=_UNPROCESSABLE if problem else 200,
        thread=thread,
        shown=shown,
        given=dict(form),
        problem=problem,
        frequencies=tuple(each.value for each in Frequency),
        is_allowed=Act.PLAN in thread.acts,
    )


def _account_chosen(thread: Thread, form: Mapping[str, str]) -> AccountCard | None:
    """The account that the form names, else the first of the talk."""
    known = {account.id: account for account in thread.accounts}
    return known.get(form.get("account", "")) or next(iter(thread.accounts), None)


def _asked(thread: Thread, form: Mapping[str, str]) -> PlanAsked | None:
    """The plan of the form; None when it is not whole."""
    account = _account_chosen(thread, form)
    if account is None:
        return None
    count, written = form.get("count", "").strip(), form.get("amount", "").strip()
    first = form.get("first", "").strip()
    frequency = form.get("frequency") or Frequency.MONTHLY.value
    try:
        amount = parse_money(written, account.balance.currency) if written else None
        return (
            PlanAsked(
                account_id=AccountId(account.id),
                count=int(count) if count and amount is None else None,
                amount=amount,
                first_due_on=date.fromisoformat(first) if first else None,
                frequency=Frequency(frequency),
            )
            if count or written
            else None
        )
    except ValueError:
        return None


# --- what was agreed -------------------------------------------------------------------------------


async def show_agreed(request: web.Request) -> web.StreamResponse:
    """The form of an agreement; once it is filled in, what would be recorded and said."""
    permitted(request, Right.TALK)
    return await _agreed_page(request, {key: str(value) for key, value in request.query.items()})


async def record_agreed(request: web.Request) -> web.StreamResponse:
    """Record what this person agreed with the customer."""
    agent = permitted(request, Right.TALK)
    form = {key: str(value) for key, value in (await request.post()).items()}
    thread = await thread_of(request)
    asked = _agreement(thread, form)
    if asked is None or not asked.words:
        return await _agreed_page(request, form, problem=Phrase(key="agreed_form.need"))
    outcome = await _work(request).agree(agent, thread.id, asked, now=visit_of(request).now)
    if isinstance(outcome, Done):
        raise web.HTTPSeeOther(path("talk", id=thread.id, done="agreed"))
    return await _agreed_page(request, form, problem=Phrase(key="agreed_form.refused"))


async def _agreed_page(
    request: web.Request, form: Mapping[str, str], *, problem: Phrase | None = None
) -> web.StreamResponse:
    agent, thread = permitted(request, Right.TALK), await thread_of(request)
    asked = _agreement(thread, form)
    if any(form.get(name) for name in ("amount", "day", "count")) and asked is None:
        problem = problem or Phrase(key="agreed_form.need")
    shown = None
    if asked is not None:
        now = visit_of(request).now
        shown = await _work(request).preview_agreement(agent, thread.id, asked, now=now)
    return await _terms_page(
        request, "agreed.html", form, thread=thread, shown=shown, problem=problem
    )


def _agreement(thread: Thread, form: Mapping[str, str]) -> AgreementAsked | None:
    """The agreement of the form; None when it is not whole."""
    account = _account_chosen(thread, form)
    is_plan = form.get("what") == "plan"
    count, written = form.get("count", "").strip(), form.get("amount", "").strip()
    day = form.get("day", "").strip()
    is_whole = bool(count or written) if is_plan else bool(written and day)
    if account is None or not is_whole:
        return None
    try:
        amount = parse_money(written, account.balance.currency) if written else None
        return AgreementAsked(
            account_id=AccountId(account.id),
            is_plan=is_plan,
            due_on=date.fromisoformat(day) if day else None,
            amount=amount,
            count=int(count) if is_plan and count and amount is None else None,
            frequency=Frequency(form.get("frequency") or Frequency.MONTHLY.value),
            words=form.get("words", "").replace("\r\n", "\n").strip()[:_NOTE_LIMIT],
        )
    except ValueError:
        return None


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


async def make_case_file(request: web.Request) -> web.StreamResponse:
    """The customer's case file as a page to keep, for a reason that stands in the audit."""
    agent, form = permitted(request, Right.EXPORT), await request.post()
    reason = str(form.get("reason", "")).strip()[:_NOTE_LIMIT]
    if not reason:
        raise web.HTTPSeeOther(path("talk", id=_talk(request)))
    now = visit_of(request).now
    made = await _work(request).case_file(agent, _talk(request), reason, now=now)
    if made is None:
        raise web.HTTPNotFound
    name = f"case-file-{now:%Y%m%d-%H%M}.html"
    return web.Response(
        body=made,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


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
    web.get("/talks/{id}/templates", show_templates),
    web.get("/talks/{id}/plan", show_plan),
    web.post("/talks/{id}/plan", propose_plan),
    web.get("/talks/{id}/agreed", show_agreed),
    web.post("/talks/{id}/agreed", record_agreed),
    web.get("/talks/{id}/history", show_history),
    web.post("/talks/{id}/case-file", make_case_file),
    web.get("/search", search),
)
