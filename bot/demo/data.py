"""What the demo page shows, read from the same database that the service works on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.app import Service, make_delivery, make_worker
from bot.clock import MovableClock
from bot.console.data import ClockStep, ConsoleData, QueueAsked
from bot.console.pages import (
    AgentId,
    Coming,
    DemoPage,
    DemoTrace,
    Face,
    PhoneBubble,
    PhoneThread,
    Phrase,
    QueueRow,
    Quote,
    TabName,
)
from bot.demo import story
from bot.demo.trace import trace_of
from bot.reminding import Planner, plan
from bot.topics import LIVE
from flows.model import Conversation
from flows.records import AccountId
from storage import (
    accounts,
    agents,
    conversations,
    creditors,
    imports,
    messages,
    planning,
    schema,
    transcripts,
)
from storage.creditors import Creditor
from storage.messages import Incoming
from storage.transcripts import Heard, Wrote

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LINES = 60
_MOST_COMING = 4
_MOST_ROWS = 5
_SETTLE_ROUNDS = 50
_TICK_SECONDS = 0.5


@dataclass(slots=True, kw_only=True)
class Demo:
    """The demo's story: seeds it, carries it on, and reads it for the page."""

    service: Service
    clock: MovableClock
    console: ConsoleData
    password_hash: str
    phones_of: dict[str, str] = field(default_factory=dict)
    took: timedelta = timedelta(0)
    newest: str = ""
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    # --- The story -----------------------------------------------------------------------------

    async def begin(self) -> None:
        """Seed the accounts, send the first reminders, and let some customers have answered."""
        now = self.clock.now()
        await self.service.database.write(lambda conn: self._seed(conn, now))
        await self.settle()
        for number, (tail, words) in enumerate(story.HEARD):
            await self._hear(self.phones_of[tail], words, f"seed-{number}")
        await self.settle()
        self.newest = ""

    def _seed(self, conn: Connection, now: datetime) -> None:
        ids = [
            account_id
            for country, name in story.CREDITORS.items()
            for account_id in _store_bills(conn, country, name, now)
        ]
        for person in _people(now):
            agents.put(conn, person, password_hash=self.password_hash)
        count = plan(conn, self._planner(), now)
        planning.note(conn, planning.Planning(at=now, by="demo", count=count))
        records = accounts.snapshot(conn, ids).values()
        self.phones_of = {r.reference[-4:]: r.person_id for r in records}

    def _planner(self) -> Planner:
        return Planner(
            rules=self.service.rules,
            creditor=self.service.settings.creditor,
            channel_of={channel.medium: name for name, channel in self.service.channels.items()},
        )

    async def settle(self) -> None:
        """Let everything that is due happen: turns, then sends, until nothing is left."""
        async with self.busy:
            worker, delivery = make_worker(self.service), make_delivery(self.service)
            for _ in range(_SETTLE_ROUNDS):
                if await worker.run_once() + await delivery.run_once() == 0:
                    return

    async def tick(self, stop: asyncio.Event) -> None:
        """Carry on what agents do in the console."""
        while not stop.is_set():
            await self.settle()
            await asyncio.sleep(_TICK_SECONDS)

    async def _hear(self, conversation_id: str, words: str, external_id: str) -> None:
        now = self.clock.now()

        def store(conn: Connection) -> None:
            loaded = conversations.load_many(conn, (conversation_id,))[conversation_id]
            message = Incoming(
                channel=loaded.channel,
                external_id=external_id,
                address=loaded.address,
                text=words,
                said_at=now,
                received_at=now,
                ready_at=now,
                latest_at=now,
            )
            messages.receive_many(conn, [message])

        await self.service.database.write(store, wake=(LIVE,))

    async def move_clock(self, step: ClockStep) -> None:
        """Move the clock on, from one due thing to the next; RESET begins again."""
        if step is ClockStep.RESET:
            await self.service.database.write(schema.clear, wake=(LIVE,))
            self.clock.start_again(story.STARTS_AT)
            await self.begin()
            return
        now = self.clock.now()
        due = await self._next_due()
        if step is ClockStep.NEXT:
            await self._move_to(due or now + _HOUR)
            return
        target = now + (_HOUR if step is ClockStep.HOUR else _DAY)
        while due is not None and due <= target:
            await self._move_to(due)
            due = await self._next_due()
        await self._move_to(target)

    async def _move_to(self, at: datetime) -> None:
        self.clock.move(max(at - self.clock.now(), timedelta(0)))
        await self.settle()

    async def _next_due(self) -> datetime | None:
        """When the next appointment or waiting message falls due, after now."""
        states = await self._states()
        now = self.clock.now()
        due = [a.due_at for state in states for a in state.agenda if a.due_at > now]
        return min(due, default=None)

    async def _states(self) -> list[Conversation]:
        ids = list(self.phones_of.values())
        loaded = await self.service.database.read(lambda conn: conversations.load_many(conn, ids))
        return [each.state for each in loaded.values() if each.state is not None]

    # --- The page ------------------------------------------------------------------------------

    async def page(self, *, now: datetime) -> DemoPage:
        """Everything on the demo page."""
        now = self.clock.now()
        states = {str(state.id): state for state in await self._states()}
        shown = [self.phones_of[t] for t in (story.FIRST_PHONE, story.SECOND_PHONE)]
        face = Face(id=AgentId(story.AGENT_ID), name=story.AGENT_NAME)
        threads = [await self.phone(each, now=now) for each in shown]
        return DemoPage(
            clock_at=now,
            zone="Asia/Shanghai",
            phones=tuple(t for t in threads if t is not None),
            rows=await self._rows(face, now),
            agent=face,
            people=self.people(),
            trace=await self._trace(states),
            coming=_coming(states.values(), now),
        )

    def people(self) -> tuple[Face, ...]:
        """One of each role."""
        return tuple(Face(id=AgentId(i), name=name, role=role) for i, name, role in story.PEOPLE)

    async def _rows(self, face: Face, now: datetime) -> tuple[QueueRow, ...]:
        found: list[QueueRow] = []
        for tab in (TabName.MINE, TabName.UNASSIGNED):
            queue = await self.console.queue(face, QueueAsked(tab=tab), now=now)
            found += queue.rows
        return tuple(found[:_MOST_ROWS])

    async def _trace(self, states: Mapping[str, Conversation]) -> DemoTrace | None:
        subject = self.newest or self.phones_of[story.FIRST_PHONE]
        lines = await self._lines(subject)
        state = states.get(subject)
        return trace_of(lines, state, self.took) if state else None

    async def _lines(self, conversation_id: str) -> Sequence[transcripts.Line]:
        return await self.service.database.read(
            lambda conn: transcripts.page(conn, conversation_id, limit=_LINES)
        )

    async def phones(self, *, now: datetime) -> tuple[PhoneThread, ...]:
        """Every phone's talk, in the order of the story."""
        found = [await self.phone(each, now=now) for each in self.phones_of.values()]
        return tuple(thread for thread in found if thread is not None)

    async def phone(self, id: str, *, now: datetime) -> PhoneThread | None:
        """One phone, as its owner sees it."""
        loaded = await self.service.database.read(lambda c: conversations.load_many(c, (id,)))
        state = loaded[id].state if id in loaded else None
        if state is None:
            return None
        return PhoneThread(
            id=id,
            owner=state.person.name,
            sender=state.cases[0].account.creditor,
            channel=state.carrier,
            language=str(state.language),
            zone=state.person.timezone,
            bubbles=_bubbles(await self._lines(id), str(state.language)),
            tries=story.TRIES[str(state.language)],
        )

    async def said(self, id: str, text: str, *, now: datetime) -> None:
        """The owner of the phone writes; the answer is there when this returns."""
        number = int(time.monotonic() * 1000)
        started = time.perf_counter()
        await self._hear(id, text, f"phone-{id}-{number}")
        await self.settle()
        self.took = timedelta(seconds=time.perf_counter() - started)
        self.newest = id


def _store_bills(conn: Connection, country: str, name: str, now: datetime) -> list[AccountId]:
    """Take the bills of one creditor in, as an operator's file would."""
    creditor_id = f"demo-{country.lower()}"
    creditors.put(conn, Creditor(id=creditor_id, name=name, created_at=now))
    new = imports.NewImport(
        creditor_id=creditor_id, file_name="demo", file_hash=creditor_id, started_at=now
    )
    number = imports.begin(conn, new)
    rows = story.rows(country)
    imports.store_many(conn, number, creditor_id, rows, at=now)
    imports.finish(conn, number, at=now)
    return [accounts.account_id(creditor_id, row.account_id) for row in rows]


def _people(now: datetime) -> Iterable[agents.Agent]:
    for id, name, role in story.PEOPLE:
        yield agents.Agent(id=id, name=name, role=role, created_at=now)


def _bubbles(lines: Sequence[transcripts.Line], language: str) -> tuple[PhoneBubble, ...]:
    found = []
    for line in lines:
        if isinstance(line, Heard):
            said = Quote(text=line.text, language=language)
            found.append(PhoneBubble(id=f"in-{line.id}", at=line.at, said=said, is_mine=True))
        elif isinstance(line, Wrote) and line.status in ("sent", "delivered"):
            said = Quote(text=line.text, language=language)
            at = line.sent_at or line.at
            found.append(PhoneBubble(id=f"out-{line.id}", at=at, said=said, is_mine=False))
    return tuple(found)


def _coming(states: Iterable[Conversation], now: datetime) -> tuple[Coming, ...]:
    """The next things on the agendas of the people on the page."""
    found = [
        Coming(
            at=appointment.due_at,
            what=Phrase(key=f"coming.{appointment.kind}", values={"name": state.person.name}),
        )
        for state in states
        for appointment in state.agenda
        if appointment.due_at > now
    ]
    return tuple(sorted(found, key=lambda coming: coming.at)[:_MOST_COMING])
