"""The list of least certain replies, over storage, for the page where people correct them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import review
from bot.console.pages import Face
from bot.review import Doubt
from bot.topics import LIVE
from flows.understanding.intents import Intent
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """The replies to look at, least certain first, and how many corrections are in use."""

    doubts: tuple[Doubt, ...]
    learned: int


class Reviews:
    """The data and acts of the page; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self) -> ReviewPage:
        """What to look at next."""

        def read(conn: Connection) -> ReviewPage:
            return ReviewPage(doubts=review.uncertain(conn), learned=review.learned(conn))

        return await self._database.read(read)

    async def judge(
        self, agent: Face, message_id: int, intent: Intent | None, *, now: datetime
    ) -> bool:
        """Keep what the reply means, or take it off the list without an intent; false if gone."""

        def write(conn: Connection) -> bool:
            doubt = review.find(conn, message_id)
            if doubt is None:
                return False
            if intent is None:
                review.set_aside(conn, doubt, by=agent.id, now=now)
            else:
                review.correct(conn, doubt, intent, by=agent.id, now=now)
            return True

        return await self._database.write(write, wake=(LIVE,))

    async def test_rows(self) -> list[dict[str, Any]]:
        """Every accepted correction as a row that `duetalk evaluate` reads."""
        return await self._database.read(lambda conn: list(review.test_rows(conn)))
