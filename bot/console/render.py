"""Turns values into pages: the template environment, the words, the stamp of each static file.

The templates are checked at start: each word they name must exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import jinja2
from jinja2 import nodes

from bot.console.format import Formatter
from bot.console.pages import Badge, Face, Phrase
from bot.console.paths import PREFIX, path
from bot.console.words import Words, WordsError, load_words
from flows.languages import Language

THEMES = ("auto", "light", "dark")
_STAMP_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Who looks, how, and from where: what every template may ask of its reader."""

    theme: str = "auto"
    agent: Face | None = None
    csrf: str = ""
    here: str = ""
    change: int = 0
    is_test: bool = False
    has_demo: bool = False
    has_work: bool = False
    rights: frozenset[str] = frozenset()
    badge: Badge = field(default_factory=Badge)
    toast: Phrase | None = None
    languages: tuple[Language, ...] = field(default=tuple(Language))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The language, the zone and the instant a page is written for."""

    language: Language
    zone: tzinfo
    now: datetime


class Pages:
    """The templates of the console, ready to render; made once at start."""

    def __init__(self) -> None:
        self.words = load_words()
        self._static = Static()
        self._environment = _environment(self._static)
        _check_words(self._environment, self.words[Language.EN])

    @property
    def static(self) -> Static:
        """The static files and their stamps."""
        return self._static

    def render(self, template: str, /, *, reader: Reader, view: View, **values: Any) -> str:
        """The page or part for this reader; raises jinja2's errors when a template is wrong."""

        def formatter(language: str | Language) -> Formatter:
            return Formatter(words=self._nearest(str(language)), now=reader.now, zone=reader.zone)

        own = formatter(reader.language)
        page = self._environment.get_template(template)
        return page.render(t=own.words, f=own, view=view, written_in=formatter, **values)

    def _nearest(self, language: str) -> Words:
        """The words for a customer's language; Cantonese reads traditional, others English."""
        near = {"yue": Language.ZH_HANT, "other": Language.EN}
        return self.words[near[language] if language in near else Language(language)]


class Static:
    """The files of `static/` with a stamp of their content, so that browsers may keep them."""

    _TYPES: Mapping[str, str] = {
        "css": "text/css",
        "js": "text/javascript",
        "svg": "image/svg+xml",
    }

    def __init__(self) -> None:
        root = resources.files("bot.console") / "static"
        self.files = {file.name: file.read_bytes() for file in root.iterdir() if _is_served(file)}

    @cached_property
    def stamps(self) -> Mapping[str, str]:
        """A short digest of each file by its name."""
        return {
            name: hashlib.sha256(content).hexdigest()[:_STAMP_LENGTH]
            for name, content in self.files.items()
        }

    def address(self, name: str) -> str:
        """Where the file is served, with its stamp; raises KeyError for a file that is not."""
        return f"{PREFIX}/static/{name}?v={self.stamps[name]}"

    def content_type(self, name: str) -> str:
        """The media type of the file."""
        return self._TYPES[name.rpartition(".")[2]]


def _is_served(file: Traversable) -> bool:
    return file.is_file() and file.name.rpartition(".")[2] in ("css", "js", "svg")


def _environment(static: Static) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bot.console", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"path": path, "static": static.address}
    return environment


def _check_words(environment: jinja2.Environment, words: Words) -> None:
    gaps = [
        f"{name} uses {key}"
        for name in environment.list_templates()
        for key in named_words(environment, name)
        if not words.has(key)
    ]
    if gaps:
        raise WordsError("console templates: " + "; ".join(gaps))


def named_words(environment: jinja2.Environment, name: str) -> Iterator[str]:
    """The keys that a template names outright (built keys are checked by their family)."""
    for call in environment.parse(_source(environment, name)).find_all(nodes.Call):
        first = call.args[0] if call.args else None
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield from _constants(first)


def _source(environment: jinja2.Environment, name: str) -> str:
    if environment.loader is None:
        raise WordsError("the templates have no loader")
    return environment.loader.get_source(environment, name)[0]


def _constants(node: nodes.Node | None) -> Iterator[str]:
    if isinstance(node, nodes.Const):
        yield str(node.value)
    if isinstance(node, nodes.CondExpr):
        yield from _constants(node.expr1)
        yield from _constants(node.expr2)
