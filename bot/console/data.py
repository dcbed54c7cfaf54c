"""What the console needs from the rest, as protocols: it reads no storage and decides nothing.

`store.py` keeps them over storage and `take_turn`; the tests keep them in memory.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.console.pages import (
    DemoPage,
    Face,
    GuardVerdict,
    PhoneThread,
    Phrase,
    QueuePage,
    Sort,
    TabName,
    Thread,
)
from flows.records import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An agent's name and the argon2 hash of his password."""

    agent: Face
    password_hash: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser of one agent. Only the hash of the cookie's token is ever kept."""

    token_hash: str
    agent: Face
    opened_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAsked:
    """Which list an agent looks at; `after` continues a list, as `QueuePage.next_after` said."""

    tab: TabName = TabName.MINE
    sort: Sort = Sort.BREACH
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that an agent would send; `seen` is the version of the talk he looked at.

    `may_wait`: where it may not leave now, it is to leave as soon as it may.
    """

    conversation: ConversationId
    text: str
    seen: int
    may_wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The act was carried out."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The act was not carried out; the verdict says why and when it would be."""

    verdict: GuardVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """The act cannot be done by this agent now, for a reason in words."""

    reason: Phrase


Outcome = Done | Refused | Impossible


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something changed: `id` rises; `conversation` is None when it concerns more than one."""

    id: int
    conversation: ConversationId | None = None


class ConsoleData(Protocol):
    """Everything the pages of an agent show and do. Every instant is passed in."""

    async def login(self, name: str, *, now: datetime) -> Login | None:
        """The agent with this staff number; None when there is none, or he has to wait."""

    async def note_login(self, name: str, *, is_right: bool, now: datetime) -> None:
        """Count a try to log in under this name, in every process."""

    async def open_session(self, session: Session) -> None:
        """Keep a new session."""

    async def session(self, token_hash: str) -> Session | None:
        """The session of this token, with its agent; None once closed or unknown."""

    async def touch_session(self, token_hash: str, seen_at: datetime) -> None:
        """Note that the session was used."""

    async def close_session(self, token_hash: str) -> None:
        """End the session for good."""

    async def queue(self, agent: Face, asked: QueueAsked, *, now: datetime) -> QueuePage:
        """The tabs with their counts, and the rows of the one asked for."""

    async def thread(
        self, agent: Face, conversation: ConversationId, *, now: datetime
    ) -> Thread | None:
        """The talk, or None when there is none or this agent may not see it."""

    async def mark_read(self, agent: Face, conversation: ConversationId, *, now: datetime) -> None:
        """Note that the agent has the talk open: its lines are no longer unread for him."""

    async def take_next(self, agent: Face, *, now: datetime) -> Outcome:
        """Claim the talk that most needs a person; two agents never get the same one."""

    async def claim(self, agent: Face, conversation: ConversationId, *, now: datetime) -> Outcome:
        """Hold the talk, so that the bot is silent in it."""

    async def guard(self, agent: Face, draft: Draft, *, now: datetime) -> GuardVerdict:
        """What the gate would say to this text now; sends nothing."""

    async def reply(self, agent: Face, draft: Draft, *, now: datetime) -> Outcome:
        """Send the text if the gate allows it and the talk has not moved since."""

    async def note(self, agent: Face, draft: Draft, *, now: datetime) -> Outcome:
        """Keep a private note in the talk."""

    async def hand_back(
        self,
        agent: Face,
        conversation: ConversationId,
        note: str,
        *,
        quiet_until_at: datetime | None,
        now: datetime,
    ) -> Outcome:
        """Return the talk to the bot with a note, perhaps with a quiet time."""

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Entered while pages are served: lets open ones hear of what is written."""

    async def last_change(self) -> int:
        """The id of the newest change, 0 when there is none."""

    async def changes(self, after: int, *, wait: timedelta) -> tuple[Change, ...]:
        """The changes after an id, oldest first; waits for the first one, at most so long."""


class PhoneData(Protocol):
    """The pretend phones: what came in, and what their owners write."""

    async def phones(self, *, now: datetime) -> tuple[PhoneThread, ...]:
        """Every phone's talk, newest first."""

    async def phone(self, id: str, *, now: datetime) -> PhoneThread | None:
        """One talk, or None."""

    async def said(self, id: str, text: str, *, now: datetime) -> None:
        """The owner of the phone wrote this."""


class ClockStep(StrEnum):
    """How the demo's clock can be moved."""

    HOUR = "hour"
    DAY = "day"
    NEXT = "next"
    RESET = "reset"


class DemoData(PhoneData, Protocol):
    """The demo: phones, the newest turn, and a clock to move."""

    async def page(self, *, now: datetime) -> DemoPage:
        """Everything on the demo page."""

    def people(self) -> tuple[Face, ...]:
        """Who may be looked as, one of each role."""

    async def move_clock(self, step: ClockStep) -> None:
        """Move the clock on and let everything due happen; RESET starts the story again."""
