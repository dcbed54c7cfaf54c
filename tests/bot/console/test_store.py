"""The console over a real database: what agents see and do is what turns wrote."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest_asyncio

from bot.beginning import start_conversations
from bot.clock import MovableClock
from bot.console.auth import hash_password
from bot.console.data import Done, Draft, Impossible, QueueAsked, Refused, Session
from bot.console.pages import (
    Act,
    AgentId,
    AgentLine,
    BotLine,
    Care,
    Consent,
    CustomerLine,
    DeliveryState,
    Face,
    GuardState,
    NoteLine,
    PartState,
    SystemLine,
    TabName,
    Thread,
)
from bot.console.store import Store
from bot.rules import Rules
from bot.topics import LIVE
from bot.turn import handle_waiting
from flows.records import ConversationId, HandoffReason, PlanStatus
from flows.understanding.intents import Intent
from storage import agents, messages, verification
from storage.database import Database
from tests.builders import NOW, a_conversation, rules, said

LIN = Face(id=AgentId("lin"), name="Lin Yu")
XU = Face(id=AgentId("xu"), name="Xu Nuo")
C1 = ConversationId("c1")
HASH = hash_password("correct horse")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the console needs of a service."""

    database: Database
    clock: MovableClock
    rules: Rules = field(default_factory=rules)


class Desk:
    """A database with a talk in it, the console over it, and a customer who writes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = MovableClock(NOW)
        self.console = Store(Parts(db, self.clock), zone=ZoneInfo("Asia/Shanghai"))
        self.count = 0

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def say(self, *texts: str, address: str = "+15550100001") -> None:
        """The customer writes, and the bot has its turn."""
        for text in texts:
            self.clock.move(timedelta(minutes=1))
            self.count += 1
            message = said(text, self.count, address=address, at=self.now)
            await self.db.write(lambda conn, m=message: messages.receive_many(conn, [m]))
            await self.db.write(lambda conn: handle_waiting(conn, rules(), self.now), wake=(LIVE,))

    async def thread(self, agent: Face = LIN) -> Thread:
        thread = await self.console.thread(agent, C1, now=self.now)
        assert thread is not None
        return thread

    async def draft(self, text: str) -> Draft:
        return Draft(conversation=C1, text=text, seen=(await self.thread()).version)

    async def counts(self, agent: Face = LIN) -> dict[TabName, int]:
        queue = await self.console.queue(agent, QueueAsked(), now=self.now)
        return {tab.name: tab.count for tab in queue.tabs}


@pytest_asyncio.fixture
async def desk(bot_db: Database) -> Desk:
    return await furnished(bot_db)


async def furnished(db: Database) -> Desk:
    """A desk with two agents and a talk."""
    made = Desk(db)
    people = [agents.Agent(id=f.id, name=f.name, role="agent", created_at=NOW) for f in (LIN, XU)]
    for person in people:
        await db.write(lambda conn, p=person: agents.put(conn, p, password_hash=HASH))
    await db.write(lambda conn: start_conversations(conn, [a_conversation()], NOW))
    return made


# --- what is seen --------------------------------------------------------------------------------


async def test_the_customers_words_are_shown_with_how_they_were_read(desk: Desk) -> None:
    await desk.say("can I pay in instalments")
    lines = (await desk.thread()).lines
    heard = [line for line in lines if isinstance(line, CustomerLine)]
    assert [line.said.text for line in heard] == ["can I pay in instalments"]
    assert heard[0].reading is not None
    assert heard[0].reading.intent is Intent.REQUEST_INSTALMENTS
    assert heard[0].said.language == "en"


async def test_the_bots_words_say_why_they_were_said(desk: Desk) -> None:
    await desk.say("can I pay in instalments")
    spoken = [line for line in (await desk.thread()).lines if isinstance(line, BotLine)]
    assert spoken[-1].why is not None
    assert spoken[-1].why.rules[0].startswith("plan.")
    assert spoken[-1].delivery is not None
    assert spoken[-1].delivery.state is DeliveryState.QUEUED


async def test_what_turns_did_stands_between_the_words(desk: Desk) -> None:
    await desk.say("I will pay all of it on Friday", "let me talk to a person")
    did = [line.what.key for line in (await desk.thread()).lines if isinstance(line, SystemLine)]
    assert "system.promise" in did
    assert "system.handed_over" in did


async def test_a_case_for_a_person_shows_words_facts_and_task(desk: Desk) -> None:
    await desk.say("the fee on my bill is wrong, it should be 300", "let me talk to a person")
    card = (await desk.thread()).handoff
    assert card is not None
    assert card.reason is HandoffReason.DISPUTE_AMOUNT
    assert card.said[0].text == "the fee on my bill is wrong, it should be 300"
    assert card.to_do[0].key == "task.dispute_amount"
    assert not card.is_answered


async def test_a_case_for_a_person_tells_every_plan_that_was_offered(desk: Desk) -> None:
    await desk.say(
        "3 payments, on the 1st of each month",
        "4 payments, on the 15th of each month",
        "let me talk to a person",
    )
    card = (await desk.thread()).handoff
    assert card is not None
    offered = [p.values["count"] for p in card.so_far if p.key == "fact.offered"]
    assert offered[-1] == 4
    assert len(offered) > 1


async def test_the_context_shows_bill_plan_and_contact(desk: Desk) -> None:
    await desk.say("can I pay in instalments", "4 payments, on the 15th of each month")
    proposed = (await desk.thread()).plan
    assert proposed is not None
    assert proposed.status is None
    await desk.say("yes")
    thread = await desk.thread()
    assert thread.accounts[0].balance.minor == 40_000
    assert thread.accounts[0].days_late == 13
    assert thread.plan is not None
    assert thread.plan.status is PlanStatus.ACTIVE
    assert [part.state for part in thread.plan.parts][:2] == [PartState.NEXT, PartState.OPEN]
    assert thread.contact is not None
    assert thread.contact.consents[0].consent is Consent.CONTRACT
    assert thread.head.window is not None


async def test_a_person_to_care_for_is_told_at_once(desk: Desk) -> None:
    await desk.say("I want to end my life")
    thread = await desk.thread()
    assert [flag.care for flag in thread.care] == [Care.VULNERABLE]
    queue = await desk.console.queue(LIN, QueueAsked(tab=TabName.CARE), now=desk.now)
    assert queue.rows[0].care is Care.VULNERABLE


async def test_each_open_talk_is_in_at_least_one_tab(desk: Desk) -> None:
    assert sum((await desk.counts()).values()) == 1
    await desk.say("let me talk to a person")
    assert (await desk.counts())[TabName.UNASSIGNED] == 1
    await desk.console.claim(LIN, C1, now=desk.now)
    assert (await desk.counts())[TabName.MINE] == 1
    assert (await desk.counts(XU))[TabName.TEAM] == 1


async def test_a_row_of_the_queue_holds_what_its_card_shows(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    asked = QueueAsked(tab=TabName.UNASSIGNED)
    (row,) = (await desk.console.queue(LIN, asked, now=desk.now)).rows
    assert row.name == "Daniel Brooks"
    assert row.last.text
    assert row.is_unread
    assert row.intent is Intent.REQUEST_HUMAN
    assert row.amount is not None
    assert row.amount.minor == 40_000


async def test_a_talk_of_a_stranger_can_be_read(desk: Desk) -> None:
    await desk.say("who is this", address="+15550100999")
    stranger = ConversationId("sms:+15550100999")
    thread = await desk.console.thread(LIN, stranger, now=desk.now)
    assert thread is not None
    assert thread.accounts == ()
    assert thread.head.name == "+15550100999"


async def test_what_is_opened_is_read_and_written_down(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    assert (await desk.thread()).unread_from is not None
    desk.clock.move(timedelta(minutes=1))
    await desk.console.mark_read(LIN, C1, now=desk.now)
    assert (await desk.thread()).unread_from is None
    acts = await desk.db.read(lambda conn: agents.acts_of(conn, conversation_id=C1))
    assert [act.act for act in acts] == ["opened"]


# --- what is done ---------------------------------------------------------------------------------


async def test_of_two_agents_one_gets_the_talk(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    outcomes = await asyncio.gather(
        desk.console.take_next(LIN, now=desk.now), desk.console.take_next(XU, now=desk.now)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Done", "Impossible"]


async def test_nobody_takes_more_talks_than_he_may_hold(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    await desk.db.write(lambda conn: agents.change(conn, "lin", open_limit=0))
    refused = await desk.console.take_next(LIN, now=desk.now)
    assert isinstance(refused, Impossible)
    assert refused.reason.key == "queue.full"


async def test_a_talk_that_a_colleague_holds_is_refused_by_name(desk: Desk) -> None:
    await desk.console.claim(XU, C1, now=desk.now)
    refused = await desk.console.claim(LIN, C1, now=desk.now)
    assert isinstance(refused, Impossible)
    assert refused.reason.values == {"name": "Xu Nuo"}
    assert Act.CLAIM not in (await desk.thread()).acts


async def test_claiming_twice_changes_nothing(desk: Desk) -> None:
    await desk.console.claim(LIN, C1, now=desk.now)
    before = (await desk.thread()).lines
    assert isinstance(await desk.console.claim(LIN, C1, now=desk.now), Done)
    assert (await desk.thread()).lines == before


async def test_the_bot_is_silent_from_the_claim_to_the_hand_back(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    await desk.console.claim(LIN, C1, now=desk.now)
    await desk.say("are you there", "can I pay in instalments")
    lines = (await desk.thread()).lines
    heard = [type(line) for line in lines[-2:]]
    assert heard == [CustomerLine, CustomerLine]
    await desk.console.hand_back(LIN, C1, "explained", quiet_until_at=None, now=desk.now)
    await desk.say("how much do I owe")
    assert isinstance((await desk.thread()).lines[-1], BotLine)


async def test_what_the_bot_had_queued_is_taken_back_by_the_claim(desk: Desk) -> None:
    await desk.say("can I pay in instalments")
    await desk.console.claim(LIN, C1, now=desk.now)
    spoken = [line for line in (await desk.thread()).lines if isinstance(line, BotLine)]
    assert spoken[-1].delivery is not None
    assert spoken[-1].delivery.state is DeliveryState.RECALLED


async def test_a_reply_leaves_under_the_agents_name(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    await desk.console.claim(LIN, C1, now=desk.now)
    draft = await desk.draft("Hello, this is Lin. How can I help?")
    assert (await desk.console.guard(LIN, draft, now=desk.now)).state is GuardState.OK
    assert isinstance(await desk.console.reply(LIN, draft, now=desk.now), Done)
    line = (await desk.thread()).lines[-1]
    assert isinstance(line, AgentLine)
    assert line.agent == LIN
    assert line.said.text == "Hello, this is Lin. How can I help?"
    card = (await desk.thread()).handoff
    assert card is not None
    assert card.is_answered


async def test_the_clock_runs_until_a_person_answers_not_until_the_claim(desk: Desk) -> None:
    await desk.say("i want to make a complaint about your service")
    desk.clock.move(timedelta(minutes=1))
    message = said("let me talk to a person", 2, at=desk.now)
    await desk.db.write(lambda conn: messages.receive_many(conn, [message]))
    desk.clock.move(timedelta(seconds=1))
    await desk.db.write(lambda conn: handle_waiting(conn, rules(), desk.now))
    desk.count = 2

    async def is_paused() -> bool:
        (row,) = (await desk.console.queue(LIN, QueueAsked(), now=desk.now)).rows
        assert row.sla is not None
        return row.sla.is_paused

    desk.clock.move(timedelta(minutes=1))
    await desk.console.claim(LIN, C1, now=desk.now)
    assert not await is_paused(), "the bot said who comes, which answers nothing"
    desk.clock.move(timedelta(minutes=1))
    await desk.console.reply(LIN, await desk.draft("Hello, this is Lin."), now=desk.now)
    assert await is_paused()
    await desk.say("and now?")
    assert not await is_paused()


async def test_only_the_holder_replies(desk: Desk) -> None:
    draft = await desk.draft("Hello")
    assert isinstance(await desk.console.reply(LIN, draft, now=desk.now), Impossible)
    await desk.console.claim(XU, C1, now=desk.now)
    assert isinstance(await desk.console.reply(LIN, draft, now=desk.now), Impossible)


async def test_a_reply_to_what_is_no_longer_the_newest_is_held(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    await desk.console.claim(LIN, C1, now=desk.now)
    draft = await desk.draft("Shall we say Friday?")
    await desk.say("wait, I must ask at home first")
    held = await desk.console.reply(LIN, draft, now=desk.now)
    assert isinstance(held, Refused)
    assert held.verdict.state is GuardState.MOVED
    assert held.verdict.quote is not None
    assert held.verdict.quote.text == "wait, I must ask at home first"


async def test_words_that_may_not_be_said_are_refused_and_shown(desk: Desk) -> None:
    await desk.say("let me talk to a person")
    await desk.console.claim(LIN, C1, now=desk.now)
    text = "Pay now or we will tell your employer about this."
    refused = await desk.console.reply(LIN, await desk.draft(text), now=desk.now)
    assert isinstance(refused, Refused)
    assert refused.verdict.state is GuardState.REFUSED
    spans = refused.verdict.spans
    assert spans
    # A word is marked once: places that overlap are one.
    assert all(one.end < other.start for one, other in itertools.pairwise(spans))
    assert not isinstance((await desk.thread()).lines[-1], AgentLine)


async def test_nobody_writes_to_who_asked_us_to_stop(desk: Desk) -> None:
    await desk.say("STOP")
    await desk.console.claim(LIN, C1, now=desk.now)
    verdict = await desk.console.guard(LIN, await desk.draft("Hello"), now=desk.now)
    assert verdict.state is GuardState.STOPPED


async def test_outside_the_hours_a_reply_waits_only_when_it_may(desk: Desk) -> None:
    await desk.console.claim(LIN, C1, now=desk.now)
    desk.clock.move(datetime(2026, 11, 24, 15, 0, tzinfo=UTC) - desk.now + timedelta(hours=5))
    draft = await desk.draft("Hello, this is Lin.")
    verdict = await desk.console.guard(LIN, draft, now=desk.now)
    assert verdict.state is GuardState.LATER
    assert verdict.opens_at is not None
    assert isinstance(await desk.console.reply(LIN, draft, now=desk.now), Refused)
    waiting = replace(draft, may_wait=True)
    assert isinstance(await desk.console.reply(LIN, waiting, now=desk.now), Done)
    line = (await desk.thread()).lines[-1]
    assert isinstance(line, AgentLine)
    assert line.delivery is not None
    assert line.delivery.state is DeliveryState.HELD
    assert line.delivery.until_at == verdict.opens_at


async def test_a_note_never_leaves(desk: Desk) -> None:
    await desk.console.note(LIN, await desk.draft("an old man, go gently"), now=desk.now)
    line = (await desk.thread()).lines[-1]
    assert isinstance(line, NoteLine)
    assert line.agent == LIN


async def test_the_hand_back_keeps_the_note_and_the_quiet_time(desk: Desk) -> None:
    await desk.console.claim(LIN, C1, now=desk.now)
    quiet = desk.now + timedelta(days=2)
    await desk.console.hand_back(LIN, C1, "asked his wife", quiet_until_at=quiet, now=desk.now)
    thread = await desk.thread()
    last = thread.lines[-1]
    assert isinstance(last, SystemLine)
    assert last.what.values == {"name": "Lin Yu", "note": "asked his wife"}
    assert thread.contact is not None
    assert [hold.key for hold in thread.contact.holds] == ["hold.until"]
    assert await desk.db.read(verification.everything_wrong) == ()


async def test_every_act_is_written_to_the_audit(db: Database) -> None:
    """On both databases, as it goes through every statement of the console."""
    desk = await furnished(db)
    await desk.say("let me talk to a person")
    await desk.console.take_next(LIN, now=desk.now)
    await desk.console.reply(LIN, await desk.draft("Hello, this is Lin."), now=desk.now)
    await desk.console.note(LIN, await desk.draft("kind"), now=desk.now)
    await desk.console.hand_back(LIN, C1, "done", quiet_until_at=None, now=desk.now)
    await desk.console.mark_read(LIN, C1, now=desk.now)
    assert (await desk.counts())[TabName.WAITING] == 1
    acts = await desk.db.read(lambda conn: agents.acts_of(conn, agent_id="lin"))
    assert [act.act for act in acts] == ["opened", "handed_back", "noted", "replied", "claimed"]


# --- people and news -------------------------------------------------------------------------------


async def test_a_session_is_found_by_its_token_until_it_is_closed(desk: Desk) -> None:
    session = Session(token_hash="h", agent=LIN, opened_at=NOW, seen_at=NOW)
    await desk.console.open_session(session)
    assert await desk.console.session("h") == session
    await desk.console.touch_session("h", NOW + timedelta(minutes=5))
    found = await desk.console.session("h")
    assert found is not None
    assert found.seen_at == NOW + timedelta(minutes=5)
    await desk.console.close_session("h")
    assert await desk.console.session("h") is None


async def test_five_wrong_passwords_lock_the_name_in_every_process(desk: Desk) -> None:
    assert await desk.console.login("lin", now=NOW) is not None
    for _ in range(agents.TRIES):
        await desk.console.note_login("lin", is_right=False, now=NOW)
    assert await desk.console.login("lin", now=NOW) is None
    assert await desk.console.login("lin", now=NOW + agents.LOCK) is not None


async def test_open_pages_hear_of_every_write(desk: Desk) -> None:
    async with desk.console.listening():
        before = await desk.console.last_change()
        waiting = asyncio.create_task(desk.console.changes(before, wait=timedelta(seconds=3)))
        await desk.say("hello")
        (change,) = await waiting
        assert change.id > before
        assert await desk.console.changes(change.id, wait=timedelta(0)) == ()


async def test_a_page_from_before_a_restart_is_told_at_once(desk: Desk) -> None:
    old = Store(Parts(desk.db, MovableClock(NOW - timedelta(hours=1))))
    (change,) = await desk.console.changes(await old.last_change(), wait=timedelta(0))
    assert change.id == await desk.console.last_change()
