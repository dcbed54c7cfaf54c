"""The page of the least certain replies: what they were read as and why, and what they mean."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aiohttp import web

from bot.console.pages import Phrase
from bot.console.paths import path
from bot.console.review import Reviews
from bot.console.roles import Right
from bot.console.visit import CONSOLE, page, permitted, visit_of
from flows.understanding.features import is_word, legible
from flows.understanding.intents import Intent
from flows.understanding.nearest import nearest

_UNPROCESSABLE = 422
_LONGEST_NUMBER = 18
_WEIGHTS_SHOWN = 4
_SET_ASIDE = "set_aside"


def _reviews(request: web.Request) -> Reviews:
    work = request.config_dict[CONSOLE].work
    if work is None:
        raise web.HTTPNotFound
    return work.reviews


async def show_review(request: web.Request) -> web.StreamResponse:
    """The replies, least certain first."""
    permitted(request, Right.REVIEW)
    return await _review_page(request)


async def judge_reply(request: web.Request) -> web.StreamResponse:
    """Keep what one reply means, or take it off the list."""
    agent, form = permitted(request, Right.REVIEW), await request.post()
    number, given = request.match_info["id"], str(form.get("intent", ""))
    is_set_aside = "set_aside" in form
    is_known = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
    if not is_set_aside and given not in set(Intent):
        return await _review_page(request, Phrase(key="review.need_intent"), status=_UNPROCESSABLE)
    intent = None if is_set_aside else Intent(given)
    now = visit_of(request).now
    if not is_known or not await _reviews(request).judge(agent, int(number), intent, now=now):
        return await _review_page(request, Phrase(key="review.gone"), status=_UNPROCESSABLE)
    raise web.HTTPSeeOther(path("review", done=_SET_ASIDE if is_set_aside else "corrected"))


async def export_rows(request: web.Request) -> web.StreamResponse:
    """The corrections as JSON Lines that `duetalk evaluate` reads."""
    permitted(request, Right.REVIEW)
    rows = await _reviews(request).test_rows()
    return web.Response(
        text="".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
        content_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="rows.jsonl"'},
    )


async def _review_page(
    request: web.Request, problem: Phrase | None = None, *, status: int = 200
) -> web.StreamResponse:
    shown = await _reviews(request).page()
    reasons = {
        doubt.message_id: [
            (legible(name), f"{weight:+.2f}".replace("-", "\u2212"))
            for name, weight in doubt.reading.evidence.weights
            if is_word(name)
        ][:_WEIGHTS_SHOWN]
        for doubt in shown.doubts
    }
    return await page(
        request,
        "review.html",
        status=status,
        shown=shown,
        reasons=reasons,
        likes={doubt.message_id: nearest(doubt.reading) for doubt in shown.doubts},
        intents=tuple(Intent),
        problem=problem,
    )


ROUTES: Sequence[web.RouteDef] = (
    web.get("/review", show_review),
    web.get("/review.jsonl", export_rows),
    web.post("/review/{id}", judge_reply),
)
