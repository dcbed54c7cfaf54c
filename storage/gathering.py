"""Turns many single requests into few writes: each waits for the commit that holds it.

There is no timer: what came while one group was being written is the next group, so a group is one
item when it is quiet and grows by itself under load.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from storage.database import Database

Item = TypeVar("Item")
Answer = TypeVar("Answer")

LIMIT = 128


@dataclass(slots=True)
class _Waiting(Generic[Item, Answer]):
    item: Item
    answer: asyncio.Future[Answer]


class Gatherer(Generic[Item, Answer]):
    """Groups items for one function that writes many; `work` answers each item, in order.

    When a group fails, its items are tried one by one: a bad one fails alone.
    """

    def __init__(
        self,
        db: Database,
        work: Callable[[Connection, Sequence[Item]], Sequence[Answer]],
        *,
        wake: Sequence[str] = (),
    ) -> None:
        self._db = db
        self._work = work
        self._wake = wake
        self._waiting: list[_Waiting[Item, Answer]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Answer:
        """The answer to an item, once it is durable."""
        waiting = _Waiting[Item, Answer](item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await waiting.answer

    async def close(self) -> None:
        """Wait until everything handed in was answered."""
        while self._task is not None:
            await asyncio.shield(self._task)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:LIMIT], self._waiting[LIMIT:]
                await self._write(group)
        finally:
            self._task = None

    async def _write(self, group: list[_Waiting[Item, Answer]]) -> None:
        items = [waiting.item for waiting in group]
        try:
            answers = await self._db.write(lambda conn: self._work(conn, items), wake=self._wake)
        except Exception as error:  # Whatever it is belongs to those who wait.
            if len(group) == 1:
                _fail(group[0], error)
                return
            for waiting in group:
                await self._write([waiting])
            return
        for waiting, answer in zip(group, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)


def _fail(waiting: _Waiting[Item, Answer], error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)
