"""A case file as one page that needs nothing else: no script, no link, no font from outside."""

from __future__ import annotations

from functools import cache
from importlib import resources

import jinja2

from bot.casefile.document import Document
from bot.console.story import language_of


def page_of(document: Document) -> bytes:
    """The page in UTF-8."""
    return _template().render(file=document, tag=language_of).encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.casefile", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    tokens = resources.files("bot.console") / "static" / "tokens.css"
    environment.globals["tokens"] = tokens.read_text(encoding="utf-8")
    return environment.get_template("case_file.html")
