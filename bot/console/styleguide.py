"""The style guide: every component in every state; shown in test mode only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiohttp import web

from bot.console import samples
from bot.console.pages import Phrase
from bot.console.visit import CONSOLE, page, visit_of
from flows.languages import Language


async def show(request: web.Request) -> web.StreamResponse:
    """The style guide in the reader's language and theme; `?language=` chooses one."""
    console = request.config_dict[CONSOLE]
    if not console.settings.is_test:
        raise web.HTTPNotFound
    language = visit_of(request).language
    chinese = language is not Language.EN
    sprite = console.pages.static.files["sprite.svg"].decode()
    return await page(
        request,
        "styleguide.html",
        queue=samples.queue(language),
        thread=samples.thread(language),
        shown=samples.lines_of_all_kinds(chinese),
        currency=samples.CNY,
        verdicts=samples.verdicts(chinese),
        deliveries=samples.deliveries(),
        slas=samples.slas(),
        care=samples.care_flags(chinese),
        running=samples.running_plan(chinese),
        me=samples.ME[chinese],
        other=samples.OTHER[chinese],
        problems=[{"field": "style-wrong", "phrase": Phrase(key="login.wrong")}],
        icons=re.findall(r'<symbol id="([\w-]+)"', sprite),
    )


ROUTES: Sequence[web.RouteDef] = (web.get("/styleguide", show),)
