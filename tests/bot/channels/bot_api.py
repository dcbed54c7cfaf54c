"""A Bot API server of our own, stricter than Telegram: what is not documented is an error."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "7:token-of-the-tests"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_UPDATES = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
_BUTTON_KINDS = frozenset({"callback_data", "url"})


class Wrong(Exception):
    """The request is not as the Bot API documents."""


@dataclass
class Fault:
    """What to answer a chat instead of sending."""

    code: int
    description: str
    parameters: dict[str, int] | None = None


@dataclass
class BotApi:
    """The server's memory."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    pending: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, **update: Any) -> None:
        """Let something happen in a chat."""
        self.pending.append({"update_id": 900 + len(self.pending), **update})
        self.news.set()

    def say(self, text: str, chat: int = 5550100) -> None:
        """Let a customer write."""
        person = {"id": chat, "is_bot": False, "first_name": "Mei"}
        here = {"id": chat, "type": "private", "first_name": "Mei"}
        number = len(self.pending) + 1
        self.add(
            message={
                "message_id": number,
                "date": 1772463600,
                "from": person,
                "chat": here,
                "text": text,
            }
        )

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call."""
        token, _, method = request.path.removeprefix("/bot").partition("/")
        if token != TOKEN:
            return _error(401, "Unauthorized")
        call = _METHODS.get(method)
        if call is None:
            return _error(404, "Not Found")
        try:
            return await call(self, {**request.query, **dict(await request.post())})
        except Wrong as wrong:
            self.wrongs.append(f"{method}: {wrong}")
            return _error(400, f"Bad Request: {wrong}")

    async def send_message(self, given: Mapping[str, Any]) -> web.Response:
        _known(given, {"chat_id", "text", "reply_markup", "link_preview_options"})
        chat, text = _whole(given, "chat_id"), _text(given, "text", 4096)
        if "link_preview_options" in given:
            _object(given, "link_preview_options", {"is_disabled"})
        if "reply_markup" in given:
            _check_keyboard(_object(given, "reply_markup", {"inline_keyboard"}))
        if fault := self.faults.get(chat):
            return _error(fault.code, fault.description, fault.parameters)
        self.sent.append({**given, "text": text})
        message = {
            "message_id": len(self.sent),
            "date": 1772463600,
            "chat": {"id": chat, "type": "private"},
            "text": text,
        }
        return _ok(message)

    async def get_updates(self, given: Mapping[str, Any]) -> web.Response:
        _known(given, {"offset", "timeout", "allowed_updates"})
        offset, timeout = _whole(given, "offset"), _whole(given, "timeout")
        _check_updates(given)
        if self.webhook.get("url"):
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        self.offsets.append(offset)
        self.pending = [each for each in self.pending if each["update_id"] >= offset]
        if not self.pending:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), min(timeout, 5))
            except TimeoutError:
                return _ok([])
        return _ok(self.pending)

    async def set_webhook(self, given: Mapping[str, Any]) -> web.Response:
        _known(given, {"url", "secret_token", "allowed_updates", "max_connections"})
        if not _text(given, "url", 2048).startswith("https://"):
            raise Wrong("bad webhook: An HTTPS URL must be provided for webhook")
        if not _SECRET.fullmatch(given.get("secret_token", "")):
            raise Wrong("secret token contains unallowed characters")
        if not 1 <= _whole(given, "max_connections") <= 100:
            raise Wrong("max_connections is out of range")
        _check_updates(given)
        self.webhook = dict(given)
        return _ok(True)

    async def delete_webhook(self, given: Mapping[str, Any]) -> web.Response:
        _known(given, set())
        self.webhook = {}
        return _ok(True)

    async def answer_callback_query(self, given: Mapping[str, Any]) -> web.Response:
        _known(given, {"callback_query_id"})
        self.answered.append(_text(given, "callback_query_id", 64))
        return _ok(True)


_METHODS: dict[str, Callable[[BotApi, Mapping[str, Any]], Awaitable[web.Response]]] = {
    "sendMessage": BotApi.send_message,
    "getUpdates": BotApi.get_updates,
    "setWebhook": BotApi.set_webhook,
    "deleteWebhook": BotApi.delete_webhook,
    "answerCallbackQuery": BotApi.answer_callback_query,
}


def _known(given: Mapping[str, Any], names: set[str]) -> None:
    if unknown := set(given) - names:
        raise Wrong(f"parameters that this server does not know: {sorted(unknown)}")


def _whole(given: Mapping[str, Any], name: str) -> int:
    try:
        return int(given[name])
    except (KeyError, ValueError):
        raise Wrong(f"{name} must be an integer") from None


def _text(given: Mapping[str, Any], name: str, most: int) -> str:
    text = str(given.get(name, ""))
    if not text.strip():
        raise Wrong(f"{name} is empty")
    if len(text) > most:
        raise Wrong("message is too long")
    return text


def _object(given: Mapping[str, Any], name: str, names: set[str]) -> dict[str, Any]:
    found = json.loads(given[name])
    if not isinstance(found, dict):
        raise Wrong(f"{name} must be an object")
    _known(found, names)
    return found


def _check_updates(given: Mapping[str, Any]) -> None:
    kinds = json.loads(given.get("allowed_updates", "null"))
    if not isinstance(kinds, list) or not set(kinds) <= _UPDATES:
        raise Wrong("allowed_updates must be a list of kinds of updates")


def _check_keyboard(markup: dict[str, Any]) -> None:
    for row in markup["inline_keyboard"]:
        for button in row:
            _known(button, {"text"} | _BUTTON_KINDS)
            if not button.get("text") or len(set(button) & _BUTTON_KINDS) != 1:
                raise Wrong("a button needs a text and exactly one action")
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                raise Wrong("BUTTON_DATA_INVALID")


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(code: int, description: str, parameters: dict[str, int] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)


@asynccontextmanager
async def a_bot_api() -> AsyncIterator[BotApi]:
    """A running server; at the end it must have seen nothing wrong."""
    api = BotApi()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.handle)
    async with TestServer(app) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api
    assert api.wrongs == []
