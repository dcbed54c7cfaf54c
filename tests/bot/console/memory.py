"""The console's data in memory: a fake we own, with the same promises as the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from bot.console import samples
from bot.console.auth import hash_password
from bot.console.data import (
    Change,
    ClockStep,
    Done,
    Draft,
    Impossible,
    Login,
    Outcome,
    QueueAsked,
    Refused,
    Session,
)
from bot.console.pages import (
    Act,
    AgentId,
    AgentLine,
    BotLine,
    CustomerLine,
    Delivery,
    DeliveryState,
    DemoPage,
    Face,
    GuardState,
    GuardVerdict,
    Line,
    Load,
    NoteLine,
    PhoneBubble,
    PhoneThread,
    Phrase,
    QueuePage,
    QueueRow,
    QueueTab,
    Quote,
    Span,
    SystemLine,
    TabName,
    Thread,
)
from flows.languages import Language
from flows.records import ConversationId

LIN = Face(id=AgentId("lin"), name="林雨")
XU = Face(id=AgentId("xu"), name="许诺")
PASSWORD = "correct horse battery"
HASH = hash_password(PASSWORD)
FORBIDDEN = "通知您单位"
LIMIT = 6


class MemoryConsole:
    """Six talks, two agents; everything lives as long as the object."""

    def __init__(self, language: Language = Language.ZH_HANS) -> None:
        self.logins = {face.id: Login(agent=face, password_hash=HASH) for face in (LIN, XU)}
        self.sessions: dict[str, Session] = {}
        rows = samples.queue(language).rows
        self.rows: dict[str, QueueRow] = {row.id: replace(row, owner=None) for row in rows}
        self.talks: dict[str, Thread] = {row.id: self._talk(row, language) for row in rows}
        self.read: set[str] = set()
        self.log: list[Change] = []
        self.news = asyncio.Condition()

    # --- people ------------------------------------------------------------------------------

    async def login(self, name: str, *, now: datetime) -> Login | None:
        return self.logins.get(AgentId(name))

    async def note_login(self, name: str, *, is_right: bool, now: datetime) -> None:
        pass

    async def open_session(self, session: Session) -> None:
        self.sessions[session.token_hash] = session

    async def session(self, token_hash: str) -> Session | None:
        return self.sessions.get(token_hash)

    async def touch_session(self, token_hash: str, seen_at: datetime) -> None:
        session = self.sessions[token_hash]
        self.sessions[token_hash] = replace(session, seen_at=seen_at)

    async def close_session(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)

    # --- pages -------------------------------------------------------------------------------

    async def queue(self, agent: Face, asked: QueueAsked, *, now: datetime) -> QueuePage:
        counts = {tab: len(self._in_tab(tab, agent)) for tab in TabName}
        tabs = tuple(QueueTab(name=tab, count=count) for tab, count in counts.items())
        return QueuePage(
            tabs=tabs,
            current=asked.tab,
            rows=self._in_tab(asked.tab, agent),
            load=Load(held=counts[TabName.MINE], limit=LIMIT),
            sort=asked.sort,
        )

    async def thread(
        self, agent: Face, conversation: ConversationId, *, now: datetime
    ) -> Thread | None:
        talk = self.talks.get(conversation)
        if talk is None:
            return None
        is_mine = talk.head.holder == agent
        acts = {Act.NOTE, Act.REPLY, Act.HAND_BACK} if is_mine else {Act.CLAIM}
        return replace(talk, acts=frozenset(acts))

    async def mark_read(self, agent: Face, conversation: ConversationId, *, now: datetime) -> None:
        self.rows[conversation] = replace(self.rows[conversation], is_unread=False)

    # --- acts --------------------------------------------------------------------------------

    async def take_next(self, agent: Face, *, now: datetime) -> Outcome:
        free = self._in_tab(TabName.UNASSIGNED, agent)
        if not free:
            return Impossible(reason=Phrase(key="queue.nothing_next"))
        return await self.claim(agent, free[0].id, now=now)

    async def claim(self, agent: Face, conversation: ConversationId, *, now: datetime) -> Outcome:
        holder = self.talks[conversation].head.holder
        if holder not in (None, agent):
            return Impossible(reason=Phrase(key="guard.taken", values={"name": holder.name}))
        await self._hold(conversation, agent)
        taken = Phrase(key="system.taken_over", values={"name": agent.name})
        await self._add(conversation, lambda id: SystemLine(id=id, at=now, what=taken, icon="user"))
        return Done(conversation=conversation)

    async def guard(self, agent: Face, draft: Draft, *, now: datetime) -> GuardVerdict:
        talk = self.talks[draft.conversation]
        if talk.version != draft.seen:
            return GuardVerdict(state=GuardState.MOVED, quote=_newest(talk))
        at = draft.text.find(FORBIDDEN)
        if at >= 0:
            span = Span(start=at, end=at + len(FORBIDDEN))
            return GuardVerdict(
                state=GuardState.REFUSED, rules=("kind:third_party",), spans=(span,)
            )
        return GuardVerdict(
            state=GuardState.OK, contacts=1, contacts_max=3, length=len(draft.text), segments=1
        )

    async def reply(self, agent: Face, draft: Draft, *, now: datetime) -> Outcome:
        talk = self.talks[draft.conversation]
        if talk.head.holder != agent:
            return Impossible(reason=Phrase(key="guard.not_yours"))
        verdict = await self.guard(agent, draft, now=now)
        if verdict.state is not GuardState.OK:
            return Refused(verdict=verdict)
        said = Quote(text=draft.text, language=talk.reply_language)
        queued = Delivery(state=DeliveryState.QUEUED)
        await self._add(
            draft.conversation,
            lambda id: AgentLine(id=id, at=now, said=said, agent=agent, delivery=queued),
        )
        return Done(conversation=draft.conversation)

    async def note(self, agent: Face, draft: Draft, *, now: datetime) -> Outcome:
        said = Quote(text=draft.text, language="zh-Hans")
        await self._add(
            draft.conversation, lambda id: NoteLine(id=id, at=now, said=said, agent=agent)
        )
        return Done(conversation=draft.conversation)

    async def hand_back(
        self,
        agent: Face,
        conversation: ConversationId,
        note: str,
        *,
        quiet_until_at: datetime | None,
        now: datetime,
    ) -> Outcome:
        if self.talks[conversation].head.holder != agent:
            return Impossible(reason=Phrase(key="guard.not_yours"))
        await self._hold(conversation, None)
        back = Phrase(key="system.handed_back_note", values={"name": agent.name, "note": note})
        await self._add(conversation, lambda id: SystemLine(id=id, at=now, what=back, icon="robot"))
        return Done(conversation=conversation)

    # --- live --------------------------------------------------------------------------------

    def listening(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def last_change(self) -> int:
        return len(self.log)

    async def changes(self, after: int, *, wait: timedelta) -> tuple[Change, ...]:
        async with self.news:
            if len(self.log) <= after:
                arrival = self.news.wait_for(lambda: len(self.log) > after)
                try:
                    await asyncio.wait_for(arrival, wait.total_seconds())
                except TimeoutError:
                    return ()
            return tuple(self.log[after:])

    # --- what the world does -----------------------------------------------------------------

    async def customer_says(self, conversation: str, text: str, now: datetime) -> None:
        """The customer writes; if nobody holds the talk, the bot answers."""
        id = ConversationId(conversation)
        said = Quote(text=text, language="zh-Hans")
        await self._add(id, lambda line: CustomerLine(id=line, at=now, said=said))
        self.rows[id] = replace(self.rows[id], last=said, is_unread=True)
        if self.talks[id].head.holder is None:
            answer = Quote(text="收到，马上看。", language="zh-Hans")
            await self._add(id, lambda line: BotLine(id=line, at=now, said=answer))

    async def _add(self, id: ConversationId, make: Callable[[str], Line]) -> None:
        talk = self.talks[id]
        line = make(f"n{talk.version + 1}")
        self.talks[id] = replace(talk, lines=(*talk.lines, line), version=talk.version + 1)
        async with self.news:
            self.log.append(Change(id=len(self.log) + 1, conversation=id))
            self.news.notify_all()

    async def _hold(self, id: ConversationId, agent: Face | None) -> None:
        talk = self.talks[id]
        self.talks[id] = replace(talk, head=replace(talk.head, holder=agent))
        self.rows[id] = replace(self.rows[id], owner=agent)

    def _in_tab(self, tab: TabName, agent: Face) -> tuple[QueueRow, ...]:
        rows = self.rows.values()
        match tab:
            case TabName.MINE:
                return tuple(row for row in rows if row.owner == agent)
            case TabName.UNASSIGNED:
                return tuple(row for row in rows if row.owner is None)
            case TabName.TEAM:
                return tuple(rows)
        return ()

    def _talk(self, row: QueueRow, language: Language) -> Thread:
        model = samples.thread(language)
        head = replace(model.head, name=row.name, channel=row.channel, holder=None, viewers=())
        if row.id == model.id:
            return replace(model, head=head)
        first = CustomerLine(id="1", at=samples.NOW, said=row.last)
        return replace(
            model, id=row.id, version=1, head=head, lines=(first,), unread_from=None, sla=row.sla
        )


class MemoryDemo:
    """The demo over the samples: a phone keeps what its owner writes."""

    def __init__(self, console: MemoryConsole) -> None:
        self.console = console
        self.shown = samples.demo(Language.ZH_HANS)
        self.steps: list[ClockStep] = []

    async def phones(self, *, now: datetime) -> tuple[PhoneThread, ...]:
        return self.shown.phones

    async def phone(self, id: str, *, now: datetime) -> PhoneThread | None:
        return next((phone for phone in self.shown.phones if phone.id == id), None)

    async def said(self, id: str, text: str, *, now: datetime) -> None:
        phones = tuple(
            _with_words(phone, text, now) if phone.id == id else phone
            for phone in self.shown.phones
        )
        self.shown = replace(self.shown, phones=phones)

    async def page(self, *, now: datetime) -> DemoPage:
        return replace(self.shown, agent=LIN)

    def people(self) -> tuple[Face, ...]:
        return (LIN,)

    async def move_clock(self, step: ClockStep) -> None:
        self.steps.append(step)
        self.shown = replace(self.shown, clock_at=self.shown.clock_at + timedelta(hours=1))


def _with_words(phone: PhoneThread, text: str, now: datetime) -> PhoneThread:
    said = Quote(text=text, language=phone.language)
    bubble = PhoneBubble(id=str(len(phone.bubbles)), at=now, said=said, is_mine=True)
    return replace(phone, bubbles=(*phone.bubbles, bubble))


def _newest(talk: Thread) -> Quote | None:
    said = [line.said for line in talk.lines if isinstance(line, CustomerLine)]
    return said[-1] if said else None
