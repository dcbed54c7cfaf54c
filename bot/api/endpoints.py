"""What an endpoint is: one value that the router, the checks and the OpenAPI document are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection

from bot.api.access import Scope, has
from bot.clock import Clock
from bot.log import Logger
from bot.reminding import Planner
from bot.settings import Settings
from storage.audit import Entry
from storage.database import Database
from storage.tokens import ApiToken

DEFAULT_CREDITOR = "main"


class Running(Protocol):
    """What the API needs of a running service."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def log(self) -> Logger: ...
    @property
    def settings(self) -> Settings: ...


class Nothing(msgspec.Struct, frozen=True):
    """No query parameters and no body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read and allowed: who asks, when, and what for.

    `media` names the configured channels of each medium.
    """

    token: ApiToken
    now: datetime
    planner: Planner
    settings: Settings
    media: Mapping[str, Sequence[str]]
    path: Mapping[str, str]
    query: Any
    body: Any
    body_hash: str = ""

    @property
    def actor(self) -> str:
        """Who the audit names."""
        return f"token:{self.token.name}"

    @property
    def sees_people(self) -> bool:
        """Whether names, addresses and words may be shown."""
        return has(self.token, Scope.PERSONAL)

    def act(self, kind: str, **facts: Any) -> Entry:
        """An entry of the audit about this request; `facts` are fields of an entry."""
        return Entry(at=self.now, kind=kind, actor=self.actor, **facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request is answered, and what the audit keeps of it (nothing when nothing changed)."""

    body: msgspec.Struct
    status: int = HTTPStatus.OK
    acts: tuple[Entry, ...] = ()


Carry = Callable[[Connection, Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one path. `carry` runs in one transaction, a reading one if `is_change` is not set.

    `answers` are the bodies by status; `problems` the statuses of refusals beside those that
    every endpoint has.
    """

    method: str
    path: str
    name: str
    summary: str
    scope: Scope
    carry: Carry
    answers: Mapping[int, type]
    about: str = ""
    query: type = Nothing
    body: type = Nothing
    problems: tuple[int, ...] = ()
    tag: str = ""
    is_noted: bool = False
    """Reading it is itself kept in the audit."""

    @property
    def is_change(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"
