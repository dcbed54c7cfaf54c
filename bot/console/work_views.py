"""The pages beside the talks: tasks, registers of complaints and disputes, the switch of sending."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.console.data import Done, Impossible, Outcome, Refused
from bot.console.pages import Face, Phrase
from bot.console.paths import path
from bot.console.roles import Right, may
from bot.console.visit import CONSOLE, page, permitted, visit_of
from bot.console.work import COMPLAINTS, DISPUTES, Answer, Work
from flows.duties import RULES, DutyKind
from flows.money import Money, parse_money
from flows.policy.monitoring import LEAST_REMINDERS
from flows.records import ConversationId
from flows.records import Outcome as Finding
from storage.registers import Entry, Wanted
from storage.stops import Scope
from storage.tasks import Filter, Task

_UNPROCESSABLE = 422
_TEXT_LIMIT = 2_000
_NOTE_LIMIT = 500
_LONGEST_OFFSET = 6
# Duties that end with an answer of their own, and the page where it is given.
_ANSWERED_AT = {DutyKind.COMPLAINT_ANSWER: "complaint", DutyKind.DISPUTE_ANSWER: "dispute"}


def _work(request: web.Request) -> Work:
    work = request.config_dict[CONSOLE].work
    if work is None:
        raise web.HTTPNotFound
    return work


def _now(request: web.Request) -> datetime:
    return visit_of(request).now


def _offset(request: web.Request) -> int:
    after = request.query.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) <= _LONGEST_OFFSET
    return int(after) if is_number else 0


# --- tasks ---------------------------------------------------------------------------------------


async def show_tasks(request: web.Request) -> web.StreamResponse:
    """What is owed, the first due first."""
    agent = permitted(request, Right.REGISTERS)
    return await _tasks_page(request, agent)


async def _tasks_page(
    request: web.Request, agent: Face, *, status: int = 200, problem: Phrase | None = None
) -> web.StreamResponse:
    wanted = _wanted_tasks(request, agent)
    shown = await _work(request).tasks(agent, wanted, offset=_offset(request), now=_now(request))
    return await page(
        request,
        "tasks.html",
        status=status,
        shown=shown,
        wanted=wanted,
        kind=request.query.get("kind", ""),
        whose=request.query.get("whose", ""),
        rules={kind.value: rule for kind, rule in RULES.items()},
        answered_at={kind.value: where for kind, where in _ANSWERED_AT.items()},
        problem=problem,
    )


def _wanted_tasks(request: web.Request, agent: Face) -> Filter:
    kind, whose = request.query.get("kind", ""), request.query.get("whose", "")
    return Filter(
        kind=kind if kind in set(DutyKind) else None,
        owner={"mine": agent.id, "free": ""}.get(whose),
        is_overdue=whose == "overdue",
        is_done=whose == "done",
    )


async def take_task(request: web.Request) -> web.StreamResponse:
    """Make the task this person's."""
    agent = permitted(request, Right.TALK)
    task = await _task(request)
    outcome = await _work(request).take_task(agent, task, now=_now(request))
    return await _after_task(request, agent, outcome, "task_taken")


async def put_back_task(request: web.Request) -> web.StreamResponse:
    """Leave the task to the others."""
    agent = permitted(request, Right.TALK)
    task = await _task(request)
    outcome = await _work(request).put_back_task(agent, task, now=_now(request))
    return await _after_task(request, agent, outcome, "task_put_back")


async def retry_messages(request: web.Request) -> web.StreamResponse:
    """Let the bot try again what it could not handle."""
    agent, talk = permitted(request, Right.TALK), ConversationId(request.match_info["id"])
    has_any = await _work(request).retry_messages(agent, talk, now=_now(request))
    raise web.HTTPSeeOther(path("tasks", done="messages_retried" if has_any else None))


async def settle_messages(request: web.Request) -> web.StreamResponse:
    """Note that a person answered what the bot could not handle."""
    agent, talk = permitted(request, Right.TALK), ConversationId(request.match_info["id"])
    has_any = await _work(request).settle_messages(agent, talk, now=_now(request))
    raise web.HTTPSeeOther(path("tasks", done="messages_settled" if has_any else None))


async def _after_task(
    request: web.Request, agent: Face, outcome: Outcome, done: str
) -> web.StreamResponse:
    if isinstance(outcome, Impossible):
        return await _tasks_page(request, agent, status=_UNPROCESSABLE, problem=outcome.reason)
    query = {key: request.query.get(key) for key in ("kind", "whose")}
    raise web.HTTPSeeOther(path("tasks", done=done, **query))


async def show_task(request: web.Request) -> web.StreamResponse:
    """The form to say that a task is done."""
    permitted(request, Right.TALK)
    return await _task_page(request, await _task(request))


async def finish_task(request: web.Request) -> web.StreamResponse:
    """Close the task with a note of what was done."""
    agent = permitted(request, Right.TALK)
    task, form = await _task(request), await request.post()
    note, finding = str(form.get("note", "")).strip()[:_NOTE_LIMIT], str(form.get("finding", ""))
    if not note:
        return await _task_page(request, task, Phrase(key="work.need_note"), status=_UNPROCESSABLE)
    outcome = await _work(request).finish_task(agent, task, note, finding, now=_now(request))
    if isinstance(outcome, Impossible):
        return await _task_page(request, task, outcome.reason, note=note, status=_UNPROCESSABLE)
    raise web.HTTPSeeOther(path("tasks", done="task_done"))


async def _task_page(
    request: web.Request,
    task: Task,
    problem: Phrase | None = None,
    note: str = "",
    *,
    status: int = 200,
) -> web.StreamResponse:
    return await page(
        request,
        "task.html",
        status=status,
        task=task,
        rule=RULES[DutyKind(task.kind)],
        problem=problem,
        note=note,
        is_claim=task.kind == DutyKind.CLAIM_CHECK,
    )


async def _task(request: web.Request) -> Task:
    wanted = request.query.get("task", "")
    task = await _work(request).task(request.match_info["id"], wanted)
    if task is None:
        raise web.HTTPNotFound
    return task


# --- registers -----------------------------------------------------------------------------------


async def show_complaints(request: web.Request) -> web.StreamResponse:
    """The register of complaints."""
    return await _register_page(request, COMPLAINTS)


async def show_disputes(request: web.Request) -> web.StreamResponse:
    """The register of disputes."""
    return await _register_page(request, DISPUTES)


async def _register_page(request: web.Request, name: str) -> web.StreamResponse:
    permitted(request, Right.REGISTERS)
    state = request.query.get("state", "")
    wanted = Wanted(is_open={"open": True, "answered": False}.get(state))
    shown = await _work(request).register(name, wanted, offset=_offset(request))
    return await page(request, "register.html", shown=shown, name=name, state=state)


async def show_complaint(request: web.Request) -> web.StreamResponse:
    """One complaint, with the form of its answer while it is open."""
    return await _entry_page(request, COMPLAINTS)


async def show_dispute(request: web.Request) -> web.StreamResponse:
    """One dispute, with the form of its answer while it is open."""
    return await _entry_page(request, DISPUTES)


async def answer_complaint(request: web.Request) -> web.StreamResponse:
    """Give the final answer to a complaint."""
    return await _answer(request, COMPLAINTS)


async def answer_dispute(request: web.Request) -> web.StreamResponse:
    """Give the answer to a dispute."""
    return await _answer(request, DISPUTES)


async def _entry(request: web.Request, name: str) -> Entry:
    record = request.query.get("record", "")
    entry = await _work(request).entry(name, request.match_info["id"], record)
    if entry is None:
        raise web.HTTPNotFound
    return entry


async def _entry_page(
    request: web.Request,
    name: str,
    problem: Phrase | None = None,
    *,
    field: str = "answer",
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.StreamResponse:
    agent = permitted(request, Right.REGISTERS)
    entry = await _entry(request, name)
    return await page(
        request,
        "answer.html",
        status=status,
        entry=entry,
        name=name,
        may_answer=may(agent, Right.ANSWER) and entry.is_open,
        outcomes=tuple(each.value for each in Finding),
        problems=[{"field": field, "phrase": problem}] if problem else [],
        given=dict(given or {}),
    )


async def _answer(request: web.Request, name: str) -> web.StreamResponse:
    agent = permitted(request, Right.ANSWER)
    form = {key: str(value) for key, value in (await request.post()).items()}
    entry = await _entry(request, name)
    given = _given(entry, form)
    if isinstance(given, tuple):
        field, problem = given
        return await _entry_page(
            request, name, problem, field=field, given=form, status=_UNPROCESSABLE
        )
    outcome = await _work(request).answer(agent, name, given, now=_now(request))
    match outcome:
        case Done():
            raise web.HTTPSeeOther(path(name, done="answered"))
        case Impossible():
            problem = outcome.reason
        case Refused():
            rules = outcome.verdict.rules
            problem = Phrase(key="work.refused", values={"rule": rules[0] if rules else "gate"})
    return await _entry_page(request, name, problem, given=form, status=_UNPROCESSABLE)


def _given(entry: Entry, form: Mapping[str, str]) -> Answer | tuple[str, Phrase]:
    """The answer of the form, or the field that is not right and why."""
    text = form.get("answer", "").replace("\r\n", "\n").strip()[:_TEXT_LIMIT]
    outcome = form.get("outcome", "")
    if outcome not in set(Finding):
        return "outcome", Phrase(key="work.need_outcome")
    if not text:
        return "answer", Phrase(key="work.need_answer")
    right: Money | None = None
    if form.get("right", "").strip():
        right = _amount(entry, form["right"])
        if right is None:
            return "right", Phrase(key="work.need_amount")
    if outcome == Finding.ADJUSTED and right is None and entry.currency is not None:
        return "right", Phrase(key="work.need_amount")
    return Answer(
        conversation=ConversationId(entry.conversation_id),
        record=entry.id,
        outcome=Finding(outcome),
        text=text,
        right=right,
        is_sent=form.get("how") == "send",
    )


def _amount(entry: Entry, written: str) -> Money | None:
    if entry.currency is None:
        return None
    try:
        amount = parse_money(written.strip(), entry.currency)
    except ValueError:
        return None
    return amount if amount.minor >= 0 else None


# --- export --------------------------------------------------------------------------------------

_COLUMNS = (
    "number",
    "opened_at",
    "customer",
    "kind",
    "what_was_said",
    "handled_by",
    "deadline",
    "status",
    "answer",
    "answered_at",
    "answered_by",
    "days_taken",
)


async def export_complaints(request: web.Request) -> web.StreamResponse:
    """The register of complaints as CSV."""
    return await _export(request, COMPLAINTS)


async def export_disputes(request: web.Request) -> web.StreamResponse:
    """The register of disputes as CSV."""
    return await _export(request, DISPUTES)


async def _export(request: web.Request, name: str) -> web.StreamResponse:
    agent = permitted(request, Right.EXPORT)
    entries = await _work(request).exported(agent, name, now=_now(request))
    sees_names = may(agent, Right.NAMES)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_COLUMNS)
    for entry in entries:
        rows.writerow([_plain(cell) for cell in _cells(entry, _now(request), sees_names)])
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _cells(entry: Entry, now: datetime, sees_names: bool) -> Iterator[str]:
    yield entry.number
    yield entry.opened_at.isoformat()
    yield entry.name if sees_names else f"{entry.name[:1]}**"
    yield entry.kind
    yield entry.words
    yield entry.owner or entry.holder or ""
    yield entry.due_at.isoformat() if entry.due_at else ""
    yield entry.status
    yield entry.answer
    yield entry.closed_at.isoformat() if entry.closed_at else ""
    yield entry.closed_by
    yield str(entry.days(now))


def _plain(cell: str) -> str:
    """Text that a spreadsheet takes for text: a customer's words may begin like a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


# --- sending -------------------------------------------------------------------------------------


async def show_sending(request: web.Request) -> web.StreamResponse:
    """What is stopped, and the forms to stop and resume."""
    permitted(request, Right.SENDING)
    return await _sending_page(request)


async def stop_sending(request: web.Request) -> web.StreamResponse:
    """Give the order."""
    agent, form = permitted(request, Right.SENDING), await request.post()
    scope, reason = _scope(str(form.get("scope", ""))), str(form.get("reason", "")).strip()
    if scope is None or not reason or "sure" not in form:
        return await _sending_page(request, Phrase(key="sending.need"), status=_UNPROCESSABLE)
    await _work(request).stop(agent, scope, reason[:_NOTE_LIMIT], now=_now(request))
    raise web.HTTPSeeOther(path("sending", done="stopped"))


async def resume_sending(request: web.Request) -> web.StreamResponse:
    """Lift an order."""
    agent, form = permitted(request, Right.SENDING), await request.post()
    scope, reason = _scope(str(form.get("scope", ""))), str(form.get("reason", "")).strip()
    if scope is None or not reason:
        return await _sending_page(request, Phrase(key="sending.need"), status=_UNPROCESSABLE)
    await _work(request).resume(agent, scope, reason[:_NOTE_LIMIT], now=_now(request))
    raise web.HTTPSeeOther(path("sending", done="resumed"))


async def resume_campaign(request: web.Request) -> web.StreamResponse:
    """Let a campaign go on that an alarm slowed or stopped."""
    agent, form = permitted(request, Right.SENDING), await request.post()
    note = str(form.get("reason", "")).strip()
    if not note:
        return await _sending_page(request, Phrase(key="sending.need"), status=_UNPROCESSABLE)
    campaign = str(form.get("campaign", ""))
    await _work(request).resume_campaign(agent, campaign, note[:_NOTE_LIMIT], now=_now(request))
    raise web.HTTPSeeOther(path("sending", done="resumed"))


async def _sending_page(
    request: web.Request, problem: Phrase | None = None, *, status: int = 200
) -> web.StreamResponse:
    values: dict[str, Any] = {
        "shown": await _work(request).sending(_now(request)),
        "problem": problem,
    }
    return await page(
        request, "sending.html", status=status, least_reminders=LEAST_REMINDERS, **values
    )


def _scope(written: str) -> Scope | None:
    """`all`, `channel:NAME` or `creditor:NAME`."""
    what, _, name = written.partition(":")
    if what == "all":
        return Scope()
    if what == "channel" and name:
        return Scope(channel=name)
    return Scope(creditor=name) if what == "creditor" and name else None


ROUTES: Sequence[web.RouteDef] = (
    web.get("/tasks", show_tasks),
    web.get("/tasks/{id}", show_task),
    web.post("/tasks/{id}", finish_task),
    web.post("/tasks/{id}/messages/retry", retry_messages),
    web.post("/tasks/{id}/messages/settle", settle_messages),
    web.post("/tasks/{id}/take", take_task),
    web.post("/tasks/{id}/put-back", put_back_task),
    web.get("/complaints", show_complaints),
    web.get("/complaints.csv", export_complaints),
    web.get("/complaints/{id}", show_complaint),
    web.post("/complaints/{id}", answer_complaint),
    web.get("/disputes", show_disputes),
    web.get("/disputes.csv", export_disputes),
    web.get("/disputes/{id}", show_dispute),
    web.post("/disputes/{id}", answer_dispute),
    web.get("/sending", show_sending),
    web.post("/sending/stop", stop_sending),
    web.post("/sending/resume", resume_sending),
    web.post("/sending/campaign", resume_campaign),
)
