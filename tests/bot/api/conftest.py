"""A running API over a real database on loopback, and a client whose every answer is checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator
from sqlalchemy import Connection

from bot.api import app as api
from bot.api import openapi
from bot.api.access import Scope, new_token, spelled
from bot.clock import MovableClock
from bot.identities import rules_of
from bot.reminding import Planner
from bot.settings import CreditorSettings, Settings
from storage import tokens
from storage.database import Database
from storage.tokens import ApiToken
from tests.bot.fakes import Log

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # A Monday, 11:00 in Shanghai.
DOCUMENT = msgspec.json.decode(msgspec.json.encode(openapi.document(api.ENDPOINTS, api.PREFIX)))
EVERYTHING = tuple(Scope)


@dataclass
class Service:
    """What the API needs of the service."""

    database: Database
    settings: Settings
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    log: Log = field(default_factory=Log)


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any


class Caller:
    """Sends requests and holds each answer against the OpenAPI document."""

    def __init__(self, client: TestClient[Any, Any], service: Service, planner: Planner) -> None:
        self._client = client
        self.app: dict[str, web.Application] = {}
        self.service = service
        self.planner = planner
        self.token = ""

    @property
    def db(self) -> Database:
        return self.service.database

    async def use_token(self, *scopes: Scope, name: str = "crm", **changes: Any) -> str:
        """Make a token and use it from here."""
        token_id, secret = new_token()
        values = {"scopes": " ".join(scopes), "created_by": "ann", "created_at": NOW}
        token = ApiToken(id=token_id, name=name, **(values | changes))
        await self.db.write(lambda c: tokens.add(c, token, secret))
        self.token = spelled(token_id, secret)
        return token_id

    async def get(self, path: str, **query: str) -> Answer:
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, body: Any, key: str = "", **query: str) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.ask("POST", path, json=body, headers=headers, params=query)

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options["headers"] = headers | options.get("headers", {})
        async with self._client.request(method, f"/api{path}", **options) as response:
            body = await response.json(content_type=None)
            answer = Answer(status=response.status, body=body, headers=response.headers)
        _conforms(method, path, answer)
        return answer

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        return await self.db.write(work)


def _conforms(method: str, path: str, answer: Answer) -> None:
    """The answer is one that the document tells of."""
    if not path.startswith("/v1"):
        return
    operation = _operation(method, path)
    if operation is None:
        return
    told = operation["responses"].get(str(answer.status))
    assert told is not None, f"{method} {path}: {answer.status} is not in the document"
    ((media, content),) = told["content"].items()
    assert answer.headers["Content-Type"].startswith(media)
    schema = content["schema"] | {"components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(answer.body)


def _operation(method: str, path: str) -> Any:
    steps = ["api", *path.strip("/").split("/")]
    for template, operations in DOCUMENT["paths"].items():
        wanted = template.strip("/").split("/")
        if len(wanted) == len(steps) and all(
            w.startswith("{") or w == s for w, s in zip(wanted, steps, strict=True)
        ):
            found = operations.get(method.lower())
            if found is not None:
                return found
    return None


async def calling(db: Database, **settings: Any) -> AsyncIterator[Caller]:
    creditor = CreditorSettings(name="晨光消费金融", country="CN", timezone="Asia/Shanghai")
    service = Service(database=db, settings=Settings(creditor=creditor, **settings))
    planner = Planner(
        rules=rules_of(service.settings), creditor=creditor, channel_of={"sms": "gateway"}
    )
    app = web.Application()
    mounted = api.make_api(service, planner, {"gateway": "sms"})
    app.add_subapp(api.PREFIX, mounted)
    async with TestClient(TestServer(app)) as client:
        caller = Caller(client, service, planner)
        caller.app[api.PREFIX] = mounted
        yield caller


@pytest_asyncio.fixture
async def caller(bot_db: Database) -> AsyncIterator[Caller]:
    """An API over SQLite, used with a token that may do everything."""
    async for found in calling(bot_db):
        await found.use_token(*EVERYTHING)
        yield found


@pytest_asyncio.fixture
async def either(db: Database) -> AsyncIterator[Caller]:
    """The same over both databases."""
    async for found in calling(db):
        await found.use_token(*EVERYTHING)
        yield found


def an_account(**changes: Any) -> dict[str, Any]:
    """An account as a program sends it: due yesterday."""
    account = {
        "account_id": "B-1001",
        "name": "王伟",
        "phone": "+8613800138000",
        "amount": "3600.00",
        "currency": "CNY",
        "due_date": "2026-03-01",
    }
    return account | changes


@pytest.fixture
def accounts() -> Sequence[dict[str, Any]]:
    """Three accounts."""
    return [an_account(account_id=f"B-{n}", phone=f"+861380013800{n}") for n in range(3)]
