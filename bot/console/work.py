"""The pages beside the talks, over storage: tasks, registers, the switch of all sending.

Each method is one transaction; what changes something notes who did it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from bot import VERSION
from bot import tasks as deeds
from bot.casefile.document import Making
from bot.casefile.making import Form, make
from bot.console import drafting, tools
from bot.console.acts import judge, note_act
from bot.console.dashboard import Dashboards
from bot.console.data import Done, Impossible, Outcome, Refused
from bot.console.desk import History, Look, history, names_of
from bot.console.drafting import (
    AgreementAsked,
    AgreementPreview,
    Offered,
    PlanAsked,
    PlanPreview,
)
from bot.console.imports import Imports
from bot.console.pages import Badge, Face, GuardState, Phrase
from bot.console.reminders import Reminders
from bot.console.review import Reviews
from bot.console.roles import Right, may
from bot.console.store import Running
from bot.console.tools import Ending
from bot.console.trail import Trails
from bot.log import Logger
from bot.reminding import Planner
from bot.settings import CreditorSettings
from bot.topics import LIVE, SENDS, TURNS
from bot.turn import take_turn
from bot.watching import Watched, resume, watched
from flows.events import ComplaintAnswered, DisputeAnswered, DutyDone
from flows.matter_number import heard_number
from flows.money import Money
from flows.records import ConversationId
from flows.records import Outcome as Finding
from storage import agents, customers, messages, queues, registers, stops, tasks
from storage.outgoing import has_written
from storage.registers import Entry, Wanted
from storage.stops import Left, Order, Scope, Waiting
from storage.tasks import Filter, Task

PAGE_ROWS = 50
COMPLAINTS, DISPUTES = "complaints", "disputes"
_LEFT_ROWS = 100
_GONE = Impossible(reason=Phrase(key="work.gone"))
_INVOLVED = Impossible(reason=Phrase(key="work.involved"))
_TAKEN = Impossible(reason=Phrase(key="work.taken"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksPage:
    """Some tasks with the figures of all; `next_offset` continues the list."""

    rows: tuple[Task, ...]
    counts: tasks.Counts
    names: dict[str, str]
    next_offset: int | None
    unanswered: tuple[messages.Unanswered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """Some entries of a register."""

    rows: tuple[Entry, ...]
    names: dict[str, str]
    next_offset: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedPart:
    """A standing order with what left since and what it holds back."""

    order: Order
    left: tuple[Left, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingPage:
    """Whether anything is stopped, and what may be."""

    stopped: tuple[StoppedPart, ...]
    channels: tuple[str, ...]
    creditors: tuple[str, ...]
    campaigns: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A final answer as an agent wrote it; `right` is what is owed from here, where it changes."""

    conversation: ConversationId
    record: str
    outcome: Finding
    text: str
    right: Money | None = None
    is_sent: bool = False


class Work:
    """The data and acts of these pages for one service; `zone` is the team's.

    `home` is the creditor whose accounts come in where nobody names another.
    """

    def __init__(
        self,
        service: Running,
        *,
        zone: tzinfo,
        channels: tuple[str, ...] = (),
        home: CreditorSettings | None = None,
        planner: Planner | None = None,
        log: Logger | None = None,
    ) -> None:
        self._database = service.database
        self._rules = service.rules
        self._zone = zone
        self._channels = channels
        self.reviews = Reviews(service.database)
        self.imports = Imports(
            service.database, clock=service.clock, home=home or CreditorSettings(), log=log
        )
        self.reminders = Reminders(service.database, planner) if planner else None
        self.dashboards = Dashboards(service.database, zone=zone)
        self.trails = Trails(service.database, zone=zone)

    def _look(self, agent: Face, now: datetime) -> Look:
        return Look(agent=agent, now=now, zone=self._zone, rules=self._rules)

    async def badge(self, now: datetime) -> Badge:
        """The figures of the bar."""

        def read(conn: Connection) -> Badge:
            counts = tasks.counts(conn, now=now)
            is_stopped = bool(stops.standing(conn))
            # Who wrote and was not heard is owed an answer, and late.
            dead = messages.unanswered_count(conn)
            return Badge(
                tasks=counts.total + dead, overdue=counts.overdue + dead, is_stopped=is_stopped
            )

        return await self._database.read(read)

    # --- tasks ------------------------------------------------------------------------------------

    async def tasks(self, agent: Face, wanted: Filter, *, offset: int, now: datetime) -> TasksPage:
        """Some tasks, the first due first."""

        def read(conn: Connection) -> TasksPage:
            rows = tasks.page(conn, wanted, now=now, offset=offset, limit=PAGE_ROWS + 1)
            return TasksPage(
                rows=rows[:PAGE_ROWS],
                counts=tasks.counts(conn, now=now, owner=agent.id),
                names=names_of(conn),
                next_offset=offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
                unanswered=messages.unanswered(conn),
            )

        return await self._database.read(read)

    async def task(self, conversation: str, task_id: str) -> Task | None:
        """One task."""
        return await self._database.read(lambda conn: tasks.find(conn, conversation, task_id))

    async def take_task(self, agent: Face, task: Task, *, now: datetime) -> Outcome:
        """Make it this person's; another's is left to him."""
        look = self._look(agent, now)

        def take(conn: Connection) -> Outcome:
            is_mine = tasks.take(conn, task.conversation_id, task.id, agent.id, at=now)
            return self._noted(conn, look, "task_taken", task) if is_mine else _TAKEN

        return await self._act(take)

    async def put_back_task(self, agent: Face, task: Task, *, now: datetime) -> Outcome:
        """Leave it to the others."""
        look = self._look(agent, now)

        def put_back(conn: Connection) -> Outcome:
            was_mine = tasks.put_back(conn, task.conversation_id, task.id, agent.id)
            return self._noted(conn, look, "task_put_back", task) if was_mine else _TAKEN

        return await self._act(put_back)

    async def retry_messages(self, agent: Face, talk: ConversationId, *, now: datetime) -> bool:
        """Have the bot try again what it could not handle; false when nothing waits there."""

        look = self._look(agent, now)

        def retry(conn: Connection) -> bool:
            count = messages.replay_all(conn, talk, now=now)
            if count:
                note_act(conn, look, "messages_retried", talk)
            return bool(count)

        return await self._database.write(retry, wake=(TURNS, LIVE))

    async def settle_messages(self, agent: Face, talk: ConversationId, *, now: datetime) -> bool:
        """Count what the bot could not handle as answered; false when nothing waits there."""

        look = self._look(agent, now)

        def settle(conn: Connection) -> bool:
            count = messages.settle_all(conn, talk)
            if count:
                note_act(conn, look, "messages_settled", talk)
            return bool(count)

        return await self._database.write(settle, wake=(LIVE,))

    async def finish_task(
        self, agent: Face, task: Task, note: str, finding: str, *, now: datetime
    ) -> Outcome:
        """The person did what was owed; what follows is decided like everything else."""
        look = self._look(agent, now)
        did = DutyDone(agent=agent.id, duty_id=task.id, note=note, finding=finding)

        def finish(conn: Connection) -> Outcome:
            if task.owner not in (None, agent.id):
                return _TAKEN
            if not deeds.done(conn, task.conversation_id, did, self._rules, now):
                return _GONE
            return self._noted(conn, look, "task_done", task, reason=note)

        return await self._act(finish)

    def _noted(
        self, conn: Connection, look: Look, act: str, task: Task, *, reason: str = ""
    ) -> Outcome:
        done = agents.Act(
            at=look.now,
            agent_id=look.agent.id,
            act=act,
            conversation_id=task.conversation_id,
            reason=reason or task.id,
        )
        agents.note_acts(conn, [done])
        return Done(conversation=ConversationId(task.conversation_id))

    # --- registers --------------------------------------------------------------------------------

    async def register(self, name: str, wanted: Wanted, *, offset: int) -> RegisterPage:
        """Some entries of `complaints` or `disputes`, open ones first."""
        read_rows = registers.complaints if name == COMPLAINTS else registers.disputes

        def read(conn: Connection) -> RegisterPage:
            rows = read_rows(conn, wanted, offset=offset, limit=PAGE_ROWS + 1)
            return RegisterPage(
                rows=rows[:PAGE_ROWS],
                names=names_of(conn),
                next_offset=offset + PAGE_ROWS if len(rows) > PAGE_ROWS else None,
            )

        return await self._database.read(read)

    async def entry(self, name: str, conversation: str, record: str) -> Entry | None:
        """One entry."""
        find = registers.find_complaint if name == COMPLAINTS else registers.find_dispute
        return await self._database.read(lambda conn: find(conn, conversation, record))

    async def exported(self, agent: Face, name: str, *, now: datetime) -> tuple[Entry, ...]:
        """The whole register; that it was taken out is noted."""
        look = self._look(agent, now)

        def read(conn: Connection) -> tuple[Entry, ...]:
            found = tuple(registers.every(conn, name, Wanted()))
            act = agents.Act(at=now, agent_id=look.agent.id, act="exported", reason=name)
            agents.note_acts(conn, [act])
            return found

        return await self._database.write(read)

    async def answer(self, agent: Face, name: str, given: Answer, *, now: datetime) -> Outcome:
        """Give the final answer, if the record is open and this person was not involved."""
        look = self._look(agent, now)
        return await self._act(lambda conn: _answer(conn, look, name, given))

    # --- sending ----------------------------------------------------------------------------------

    async def sending(self, now: datetime) -> SendingPage:
        """What is stopped, with what left since and what waits."""

        def read(conn: Connection) -> SendingPage:
            return SendingPage(
                stopped=tuple(_stopped(conn, order) for order in stops.standing(conn)),
                channels=self._channels,
                creditors=tuple(sorted(set(stops.creditors(conn).values()))),
                campaigns=watched(conn, now),
            )

        return await self._database.read(read)

    async def stop(self, agent: Face, scope: Scope, reason: str, *, now: datetime) -> Order:
        """Stop the scope's sending."""
        order = Order(scope=scope, by=agent.id, reason=reason, at=now)
        return await self._database.write(lambda conn: stops.stop(conn, order), wake=(LIVE,))

    async def resume(self, agent: Face, scope: Scope, reason: str, *, now: datetime) -> bool:
        """Lift the order of the scope; false when none stood."""
        order = Order(scope=scope, by=agent.id, reason=reason, at=now)
        return await self._database.write(
            lambda conn: stops.resume(conn, order), wake=(SENDS, LIVE)
        )

    async def resume_campaign(
        self, agent: Face, campaign: str, note: str, *, now: datetime
    ) -> bool:
        """Let a slowed or stopped campaign go on; false when it runs."""
        return await self._database.write(
            lambda conn: resume(conn, campaign, by=agent.id, note=note, now=now),
            wake=(SENDS, LIVE),
        )

    # --- talks ------------------------------------------------------------------------------------

    async def case_file(
        self, agent: Face, conversation: ConversationId, reason: str, *, now: datetime
    ) -> bytes | None:
        """Everything about the talk's customer as one page, noted with the reason.

        Who may not see names in lists gets a masked one; None when nobody is known there.
        """
        making = Making(by=agent.id, at=now, reason=reason, version=VERSION)
        is_masked = not may(agent, Right.NAMES)

        def write(conn: Connection) -> bytes | None:
            found = customers.find(conn, conversation)
            if len(found) != 1:
                return None
            made = make(conn, found[0], making, (Form.HTML,), is_masked=is_masked)
            return made.files[Form.HTML]

        return await self._database.write(write)

    async def close(
        self, agent: Face, talk: ConversationId, ending: Ending, note: str, *, now: datetime
    ) -> Outcome:
        """Close the talk."""
        look = self._look(agent, now)
        return await self._act(lambda conn: tools.close(conn, look, talk, ending, note))

    async def snooze(
        self, agent: Face, talk: ConversationId, until_at: datetime | None, *, now: datetime
    ) -> Outcome:
        """Put the talk away, or wake it."""
        look = self._look(agent, now)
        return await self._act(lambda conn: tools.snooze(conn, look, talk, until_at))

    async def transfer(
        self, agent: Face, talk: ConversationId, to: str, note: str, *, now: datetime
    ) -> Outcome:
        """Give the talk to a colleague."""
        look = self._look(agent, now)
        return await self._act(lambda conn: tools.transfer(conn, look, talk, to, note))

    async def colleagues(self, agent: Face) -> Sequence[Face]:
        """Who else may hold talks."""
        return await self._database.read(lambda conn: tools.colleagues(conn, agent))

    async def undo(
        self, agent: Face, talk: ConversationId, message: int, *, now: datetime
    ) -> Outcome | str:
        """Take the own message back; its text."""
        look = self._look(agent, now)
        return await self._database.write(
            lambda conn: tools.undo(conn, look, talk, message), wake=(LIVE,)
        )

    async def templates(
        self, agent: Face, talk: ConversationId, *, now: datetime
    ) -> tuple[Offered, ...]:
        """Approved wordings that fit the talk, with the gate's word on each."""
        look = self._look(agent, now)
        return await self._database.read(lambda conn: drafting.templates(conn, look, talk))

    async def filled(self, agent: Face, talk: ConversationId, key: str, *, now: datetime) -> str:
        """The text of one of them."""
        look = self._look(agent, now)
        return await self._database.read(lambda conn: drafting.filled(conn, look, talk, key))

    async def preview_plan(
        self, agent: Face, talk: ConversationId, asked: PlanAsked, *, now: datetime
    ) -> PlanPreview | None:
        """What the engine makes of the plan asked for."""
        look = self._look(agent, now)
        return await self._database.read(lambda conn: drafting.preview(conn, look, talk, asked))

    async def propose_plan(
        self, agent: Face, talk: ConversationId, asked: PlanAsked, *, now: datetime
    ) -> Outcome:
        """Send it as a proposal."""
        look = self._look(agent, now)
        return await self._act(lambda conn: drafting.propose(conn, look, talk, asked))

    async def preview_agreement(
        self, agent: Face, talk: ConversationId, asked: AgreementAsked, *, now: datetime
    ) -> AgreementPreview | None:
        """What would be recorded of an agreement, and said."""
        look = self._look(agent, now)
        return await self._database.read(
            lambda conn: drafting.preview_agreement(conn, look, talk, asked)
        )

    async def agree(
        self, agent: Face, talk: ConversationId, asked: AgreementAsked, *, now: datetime
    ) -> Outcome:
        """Record what the agent agreed with the customer."""
        look = self._look(agent, now)
        return await self._act(lambda conn: drafting.agree(conn, look, talk, asked))

    async def history(
        self, agent: Face, talk: ConversationId, before: str, *, now: datetime
    ) -> History | None:
        """Lines of the talk before a place, or its newest; None when there is no such talk."""
        look = self._look(agent, now)
        return await self._database.write(lambda conn: history(conn, look, talk, before))

    async def search(self, agent: Face, text: str, *, now: datetime) -> tuple[queues.Row, ...]:
        """Talks by name, number of a bill or a matter, or end of an address; a look is noted."""

        def find(conn: Connection) -> tuple[queues.Row, ...]:
            number = heard_number(text)
            named = registers.talks_of_number(conn, number) if number else ()
            found = (*queues.rows_of(conn, named), *queues.search(conn, text))
            found = tuple({row.id: row for row in found}.values())
            act = agents.Act(at=now, agent_id=agent.id, act="searched", reason=str(len(found)))
            agents.note_acts(conn, [act])
            return found

        return await self._database.write(find)

    async def _act(self, act: Callable[[Connection], Outcome]) -> Outcome:
        return await self._database.write(act, wake=(SENDS, LIVE))


def _stopped(conn: Connection, order: Order) -> StoppedPart:
    return StoppedPart(
        order=order,
        left=stops.left_since(conn, order, limit=_LEFT_ROWS),
        waiting=stops.waiting(conn, order.scope),
    )


def _answer(conn: Connection, look: Look, name: str, given: Answer) -> Outcome:
    find = registers.find_complaint if name == COMPLAINTS else registers.find_dispute
    entry = find(conn, given.conversation, given.record)
    if entry is None or not entry.is_open:
        return _GONE
    # compliance.md (g): whoever answers a complaint had no part in what it is about.
    if name == COMPLAINTS and has_written(
        conn, given.conversation, look.agent.id, before=entry.opened_at
    ):
        return _INVOLVED
    if given.is_sent:
        verdict = judge(conn, look, given.conversation, given.text)
        if verdict.state not in (GuardState.OK, GuardState.LATER):
            return Refused(verdict=replace(verdict, opens_at=None))
    take_turn(conn, given.conversation, _event(look, name, given), look.rules, look.now)
    note_act(conn, look, f"{name}_answered", given.conversation)
    return Done(conversation=given.conversation)


def _event(look: Look, name: str, given: Answer) -> DisputeAnswered | ComplaintAnswered:
    if name == COMPLAINTS:
        return ComplaintAnswered(
            agent=look.agent.id,
            complaint_id=given.record,
            outcome=given.outcome,
            answer=given.text,
            is_sent=given.is_sent,
        )
    return DisputeAnswered(
        agent=look.agent.id,
        dispute_id=given.record,
        outcome=given.outcome,
        answer=given.text,
        right=given.right,
        is_sent=given.is_sent,
    )
