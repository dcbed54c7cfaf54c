"""The console's data over storage: each method is one transaction that wakes the open pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from sqlalchemy import Connection

from bot.clock import Clock
from bot.console import acts, desk
from bot.console.data import Change, Draft, Login, Outcome, QueueAsked, Session
from bot.console.desk import Look
from bot.console.listening import News, listening
from bot.console.pages import AgentId, Face, GuardVerdict, QueuePage, Thread
from bot.rules import Rules
from bot.topics import LIVE, SENDS
from flows.records import ConversationId
from storage import agents
from storage.database import Database


class Running(Protocol):
    """What the console needs of a running service."""

    @property
    def database(self) -> Database:
        """Where everything is kept."""

    @property
    def rules(self) -> Rules:
        """Which policy holds for a talk, and who we are in it."""

    @property
    def clock(self) -> Clock:
        """What tells the time."""


class Store:
    """`ConsoleData` of one service; `zone` is the team's, by which its day is read."""

    def __init__(self, service: Running, *, zone: tzinfo = UTC) -> None:
        self._database = service.database
        self._rules = service.rules
        self._zone = zone
        self._news = News(service.clock)

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Entered while pages are served: lets open ones hear of what is written."""
        return listening(self._database, self._news)

    def _look(self, agent: Face, now: datetime) -> Look:
        return Look(agent=agent, now=now, zone=self._zone, rules=self._rules)

    async def login(self, name: str, *, now: datetime) -> Login | None:
        """The agent with this staff number; None when there is none, or he has to wait."""

        def find(conn: Connection) -> Login | None:
            agent = agents.find(conn, name)
            kept = agents.password_hash(conn, name, now=now)
            return Login(agent=_face(agent), password_hash=kept) if agent and kept else None

        return await self._database.read(find)

    async def note_login(self, name: str, *, is_right: bool, now: datetime) -> None:
        """Count a try to log in under this name, in every process."""
        await self._database.write(
            lambda conn: agents.note_login(conn, name, is_right=is_right, now=now)
        )

    async def open_session(self, session: Session) -> None:
        """Keep a new session."""
        kept = agents.Session(
            token_hash=session.token_hash,
            agent_id=session.agent.id,
            started_at=session.opened_at,
            seen_at=session.seen_at,
        )
        await self._database.write(lambda conn: agents.start_session(conn, kept))

    async def session(self, token_hash: str) -> Session | None:
        """The session of this token, with its agent; None once closed or unknown."""
        found = await self._database.read(lambda conn: agents.find_session(conn, token_hash))
        if found is None:
            return None
        kept, agent = found
        return Session(
            token_hash=kept.token_hash,
            agent=_face(agent),
            opened_at=kept.started_at,
            seen_at=kept.seen_at,
        )

    async def touch_session(self, token_hash: str, seen_at: datetime) -> None:
        """Note that the session was used."""
        await self._database.write(
            lambda conn: agents.touch_session(conn, token_hash, seen_at=seen_at)
        )

    async def close_session(self, token_hash: str) -> None:
        """End the session for good."""
        await self._database.write(lambda conn: agents.end_session(conn, token_hash))

    async def queue(self, agent: Face, asked: QueueAsked, *, now: datetime) -> QueuePage:
        """The tabs with their counts, and the rows of the one asked for."""
        look = self._look(agent, now)
        return await self._database.read(lambda conn: desk.queue(conn, look, asked))

    async def thread(
        self, agent: Face, conversation: ConversationId, *, now: datetime
    ) -> Thread | None:
        """The talk, or None when there is none."""
        look = self._look(agent, now)
        return await self._database.read(lambda conn: desk.thread(conn, look, conversation))

    async def mark_read(self, agent: Face, conversation: ConversationId, *, now: datetime) -> None:
        """Note that the agent has the talk open."""
        look = self._look(agent, now)
        await self._database.write(lambda conn: acts.mark_read(conn, look, conversation))

    async def take_next(self, agent: Face, *, now: datetime) -> Outcome:
        """Claim the talk that most needs a person; two agents never get the same one."""
        look = self._look(agent, now)
        return await self._act(lambda conn: acts.take_next(conn, look))

    async def claim(self, agent: Face, conversation: ConversationId, *, now: datetime) -> Outcome:
        """Hold the talk, so that the bot is silent in it."""
        look = self._look(agent, now)
        return await self._act(lambda conn: acts.claim(conn, look, conversation))

    async def guard(self, agent: Face, draft: Draft, *, now: datetime) -> GuardVerdict:
        """What the gate would say to this text now; sends nothing."""
        look = self._look(agent, now)
        return await self._database.read(lambda conn: acts.guard(conn, look, draft))

    async def reply(self, agent: Face, draft: Draft, *, now: datetime) -> Outcome:
        """Send the text if the gate allows it and the talk has not moved since."""
        look = self._look(agent, now)
        return await self._act(lambda conn: acts.reply(conn, look, draft))

    async def note(self, agent: Face, draft: Draft, *, now: datetime) -> Outcome:
        """Keep a private note in the talk."""
        look = self._look(agent, now)
        return await self._act(lambda conn: acts.note(conn, look, draft))

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
        look = self._look(agent, now)
        return await self._act(
            lambda conn: acts.hand_back(conn, look, conversation, note, quiet_until_at)
        )

    async def last_change(self) -> int:
        """The id of the newest change."""
        return self._news.latest

    async def changes(self, after: int, *, wait: timedelta) -> tuple[Change, ...]:
        """What changed since, as one change; waits for it, at most so long."""
        return await self._news.after(after, wait=wait)

    async def _act(self, act: Callable[[Connection], Outcome]) -> Outcome:
        return await self._database.write(act, wake=(SENDS, LIVE))


def _face(agent: agents.Agent) -> Face:
    return Face(id=AgentId(agent.id), name=agent.name, role=agent.role)
