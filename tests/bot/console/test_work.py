"""Tasks, registers and the switch of sending: pages over a real database, by role."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select, update

from bot.beginning import start_conversations
from bot.clock import MovableClock
from bot.console.app import make_console, mount_console
from bot.console.auth import new_token, token_hash
from bot.console.data import Session
from bot.console.pages import AgentId, Face
from bot.console.render import Pages
from bot.console.store import Store
from bot.console.visit import ConsoleSettings
from bot.console.work import Work
from bot.reminding import Planner
from bot.settings import CreditorSettings
from bot.turn import handle_waiting
from storage import agents, conversations, messages, stops, tables
from storage.database import Database
from tests.bot.console.test_store import HASH, Parts
from tests.builders import NOW, a_conversation, rules, said

ZONE = ZoneInfo("America/New_York")
ROLES = ("agent", "lead", "operator", "auditor")


@dataclass(kw_only=True)
class Office:
    """A console over a database with one talk, and a browser of one person."""

    db: Database
    clock: MovableClock
    store: Store
    client: TestClient[web.Request, web.Application]
    work: Work
    count: int = 0

    async def say(self, text: str) -> None:
        self.count += 1
        message = said(text, self.count, at=self.clock.now())
        await self.db.write(lambda c: messages.receive_many(c, [message]))
        await self.db.write(lambda c: handle_waiting(c, rules(), self.clock.now()))

    async def log_in(self, role: str) -> None:
        """A session of the person with this role; his id is the role's name."""
        token, now = new_token(), self.clock.now()
        face = Face(id=AgentId(role), name=role.title(), role=role)
        session = Session(token_hash=token_hash(token), agent=face, opened_at=now, seen_at=now)
        await self.store.open_session(session)
        self.client.session.cookie_jar.update_cookies(
            {"duetalk": token}, self.client.make_url("/console/")
        )

    async def get(self, where: str) -> ClientResponse:
        return await self.client.get(f"/console{where}", headers={"Accept-Language": "en"})

    async def text(self, where: str) -> str:
        response = await self.get(where)
        assert response.status == 200, await response.text()
        return await response.text()

    async def post(self, where: str, **form: str) -> ClientResponse:
        page = await (await self.get("/talks")).text()
        found = re.search(r'name="csrf" value="(\w+)"', page)
        return await self.client.post(
            f"/console{where}",
            data={"csrf": found[1] if found else "", **form},
            headers={"Accept-Language": "en"},
            allow_redirects=False,
        )

    async def acts(self) -> list[str]:
        return [act.act for act in await self.db.read(agents.acts_of)]


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


@pytest_asyncio.fixture
async def office(bot_db: Database, pages: Pages) -> AsyncIterator[Office]:
    clock = MovableClock(NOW)
    parts = Parts(bot_db, clock)
    store = Store(parts, zone=ZONE)
    settings = ConsoleSettings(zone=ZONE, secure_cookies=False)
    planner = Planner(rules=rules(), creditor=CreditorSettings(), channel_of={"sms": "sms"})
    work = Work(parts, zone=ZONE, channels=("sms",), planner=planner)
    console = make_console(
        data=store,
        clock=clock,
        settings=settings,
        pages=pages,
        work=work,
    )
    app = web.Application()
    mount_console(app, console)
    for role in ROLES:
        person = agents.Agent(id=role, name=role.title(), role=role, created_at=NOW)
        await bot_db.write(lambda c, p=person: agents.put(c, p, password_hash=HASH))
    await bot_db.write(lambda c: start_conversations(c, [a_conversation()], NOW))
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
        yield Office(db=bot_db, clock=clock, store=store, client=client, work=work)


def task_link(page: str, what: str) -> str:
    """The address behind `what` in the page's tasks, below /console."""
    found = re.search(rf'(?:action|href)="/console(/{what}[^"]*)"', page)
    assert found is not None, page
    return found[1].replace("&amp;", "&")


async def test_a_task_is_taken_done_with_a_note_and_audited(office: Office) -> None:
    await office.say("i already paid on friday")
    await office.log_in("agent")
    page = await office.text("/tasks")
    assert "Check the payment" in page
    assert "D**" not in page.split("<main", 1)[0]
    taken = await office.post(task_link(page, r"tasks/c1/take"))
    assert taken.status == 303
    page = await office.text("/tasks?whose=mine")
    form = task_link(page, r"tasks/c1\?task")
    assert (await office.post(form, finding="found", note="")).status == 422
    assert (await office.post(form, finding="found", note="booked on the 20th")).status == 303
    assert "Nothing to do here" in await office.text("/tasks?kind=claim_check")
    assert "booked on the 20th" in await office.text("/tasks?whose=done")
    assert (await office.acts())[:2] == ["task_done", "task_taken"]


async def test_a_colleagues_task_cannot_be_taken_nor_done(office: Office) -> None:
    await office.say("i already paid on friday")
    await office.log_in("lead")
    take = task_link(await office.text("/tasks"), r"tasks/c1/take")
    await office.post(take)
    await office.log_in("agent")
    assert (await office.post(take)).status == 422
    done = take.replace("/take", "")
    assert (await office.post(done, note="me too", finding="found")).status == 422


async def test_overdue_tasks_are_marked_and_counted_in_the_bar(office: Office) -> None:
    await office.say("i already paid on friday")
    await office.log_in("agent")
    assert "sla-over" not in await office.text("/tasks?whose=free&kind=claim_check")
    office.clock.move(timedelta(days=3))
    await office.log_in("agent")
    page = await office.text("/tasks")
    assert "nav-over" in page
    assert 'class="sla sla-over"' in page


async def test_names_are_masked_but_for_the_lead(office: Office) -> None:
    await office.say("i want to make a complaint about your service")
    for role, is_shown in (("agent", False), ("auditor", False), ("lead", True)):
        await office.log_in(role)
        for where in ("/tasks", "/complaints"):
            main = (await office.text(where)).split("<main", 1)[1]
            assert ("Daniel Brooks" in main) is is_shown, (role, where)


ALLOWED = {
    "/tasks": ROLES,
    "/complaints": ROLES,
    "/disputes": ROLES,
    "/complaints.csv": ("lead", "operator", "auditor"),
    "/sending": ("lead", "operator"),
}


async def dead(office: Office, count: int = 2) -> None:
    """Messages that the bot could not handle."""
    for number in range(count):
        message = said("how much is it", 90 + number, at=office.clock.now())
        await office.db.write(lambda c, m=message: messages.receive_many(c, [m]))
    table = tables.table("incoming_messages")
    values = {"state": "dead", "attempts": 5, "error": "WordingError"}
    await office.db.write(
        lambda c: c.execute(update(table).where(table.c.state == "waiting").values(**values))
    )


async def test_a_message_that_could_not_be_handled_is_owed_an_answer(office: Office) -> None:
    await dead(office)
    await office.log_in("auditor")
    page = await office.text("/tasks")
    assert "1 conversation has messages that could not be handled" in page
    assert "messages/retry" not in page
    assert "D**** B." in page
    assert (await office.post("/tasks/c1/messages/retry")).status == 403
    await office.log_in("agent")
    page = await office.text("/tasks")
    assert re.search(r'nav-over"[^>]*>1<', page)
    answer = await office.post("/tasks/c1/messages/retry")
    assert answer.headers["Location"].endswith("done=messages_retried")
    assert await office.db.write(lambda c: handle_waiting(c, rules(), office.clock.now()))
    table = tables.table("outgoing_messages")
    texts = await office.db.read(lambda c: [r.text for r in c.execute(select(table))])
    assert any("$400.00" in text for text in texts)
    assert "could not be handled" not in await office.text("/tasks")
    assert (await office.acts())[0] == "messages_retried"


async def test_what_a_person_answered_is_no_longer_owed(office: Office) -> None:
    await dead(office, 1)
    await office.log_in("agent")
    await office.post("/tasks/c1/messages/settle")
    assert "could not be handled" not in await office.text("/tasks")
    assert (await office.acts())[0] == "messages_settled"
    again = await office.post("/tasks/c1/messages/settle")
    assert "done" not in again.headers["Location"], "nothing waits there"


async def test_a_complaint_is_found_by_the_number_its_customer_was_told(office: Office) -> None:
    await office.say("i want to make a complaint about your service")
    table = tables.table("outgoing_messages")
    texts = await office.db.read(lambda c: [r.text for r in c.execute(select(table))])
    told = re.findall(r"\b\d{9}\b", " ".join(texts))
    assert len(set(told)) == 1, texts
    number = f"{told[0][:3]} {told[0][3:6]} {told[0][6:]}"
    await office.log_in("agent")
    page = (await office.text("/complaints")).replace("\xa0", " ")
    assert f'No. <span class="num">{number}</span>' in page
    link = task_link(page, r"complaints/c1\?record")
    assert number in (await office.text(link)).replace("\xa0", " ")
    assert "/console/talks/c1" in await office.text(f"/search?q={number.replace(' ', '+')}")
    wrong = str((int(told[0]) + 1) % 10**9)
    assert "/console/talks/c1" not in await office.text(f"/search?q={wrong}")
    await office.log_in("auditor")
    body = (await (await office.get("/complaints.csv")).read()).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(body)))["number"] == told[0]


@pytest.mark.parametrize("role", ROLES)
async def test_each_page_is_for_its_roles(office: Office, role: str) -> None:
    await office.log_in(role)
    for where, roles in ALLOWED.items():
        assert (await office.get(where)).status == (200 if role in roles else 403), where


async def test_a_page_of_another_role_says_so_and_whom_to_ask(office: Office) -> None:
    await office.log_in("agent")
    page = await (await office.get("/sending")).text()
    assert "This page is not for your role" in page
    assert "Leads and operators see it" in page


@pytest.mark.parametrize(
    ("where", "what_to_do"),
    [
        ("/tasks", "Tasks come by themselves"),
        ("/complaints", "entered here by itself"),
        ("/disputes", "entered here by itself"),
        ("/review", "line up here by themselves"),
        ("/search?q=nobody", "Try two letters of the name"),
    ],
)
async def test_an_empty_page_says_what_to_do(office: Office, where: str, what_to_do: str) -> None:
    await office.log_in("lead")
    assert what_to_do in await office.text(where)


@pytest.mark.parametrize("role", ["operator", "auditor"])
async def test_who_does_not_talk_settles_nothing(office: Office, role: str) -> None:
    await office.say("i already paid on friday")
    await office.log_in("lead")
    take = task_link(await office.text("/tasks"), r"tasks/c1/take")
    await office.log_in(role)
    assert (await office.post(take)).status == 403
    assert (await office.post("/complaints/c1?record=c1-1", outcome="upheld")).status == 403


async def the_dispute(office: Office) -> str:
    await office.say("the amount is wrong, i was charged 80 twice")
    return task_link(await office.text("/disputes"), r"disputes/c1")


async def test_an_upheld_dispute_closes_with_its_answer_and_a_new_amount(office: Office) -> None:
    await office.log_in("agent")
    form = await the_dispute(office)
    given = {"outcome": "upheld", "right": "320", "answer": "It was entered twice.", "how": "other"}
    assert (await office.post(form, **given)).status == 303
    page = await office.text("/disputes?state=answered")
    assert "upheld" in page
    loaded = await office.db.read(lambda c: conversations.load_many(c, ("c1",)))
    state = loaded["c1"].state
    assert state is not None
    assert state.cases[0].account.outstanding.minor == 32_000
    assert (await office.post(form, **given)).status == 422, "it is answered once"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"outcome": "", "answer": "x"}, "Choose the outcome"),
        ({"outcome": "upheld", "answer": " "}, "Write the answer"),
        ({"outcome": "adjusted", "answer": "x"}, "Write what is owed"),
        ({"outcome": "adjusted", "answer": "x", "right": "lots"}, "Write what is owed"),
        (
            {"outcome": "rejected", "answer": "You will go to jail.", "how": "send"},
            "may not leave like this",
        ),
    ],
)
async def test_an_answer_that_is_not_whole_or_not_allowed_closes_nothing(
    office: Office, given: dict[str, str], wanted: str
) -> None:
    await office.log_in("agent")
    form = await the_dispute(office)
    response = await office.post(form, **given)
    assert response.status == 422
    assert wanted in await response.text()
    assert "Nothing" not in (await office.text("/disputes?state=open")).split("<main")[1]


async def test_an_answer_sent_as_a_message_stands_in_the_talk(office: Office) -> None:
    await office.log_in("agent")
    form = await the_dispute(office)
    text = "We looked into it: the fee is part of your agreement."
    await office.post(form, outcome="rejected", answer=text, how="send")
    assert text in await office.text("/talks/c1")


async def test_who_wrote_to_the_customer_before_does_not_answer_the_complaint(
    office: Office,
) -> None:
    await office.log_in("agent")
    await office.say("hello")
    await office.post("/talks/c1/claim")
    page = await office.text("/talks/c1")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    assert (await office.post("/talks/c1/reply", text="I am here.", seen=seen[1])).status == 303
    await office.post("/talks/c1/hand-back", note="done")
    office.clock.move(timedelta(minutes=5))
    await office.say("i want to make a complaint about your service")
    form = task_link(await office.text("/complaints"), r"complaints/c1")
    given = {"outcome": "rejected", "answer": "We did well.", "how": "other"}
    refused = await office.post(form, **given)
    assert refused.status == 422
    assert "somebody not involved" in await refused.text()
    await office.log_in("lead")
    assert (await office.post(form, **given)).status == 303


async def test_the_register_is_exported_as_plain_text_and_that_is_audited(office: Office) -> None:
    await office.say("=1+1 i want to make a complaint about your service")
    await office.log_in("auditor")
    body = (await (await office.get("/complaints.csv")).read()).decode("utf-8-sig")
    (row,) = list(csv.DictReader(io.StringIO(body)))
    assert row["what_was_said"].startswith("'=")
    assert row["customer"] == "D**"
    assert (row["status"], row["days_taken"]) == ("open", "0")
    assert "exported" in await office.acts()


async def test_the_operator_stops_and_resumes_all_sending(office: Office) -> None:
    await office.log_in("operator")
    assert (await office.post("/sending/stop", scope="all", reason="drill")).status == 422
    await office.post("/sending/stop", scope="all", reason="drill", sure="1")
    (order,) = await office.db.read(stops.standing)
    assert (order.by, order.reason) == ("operator", "drill")
    assert "Sending is stopped" in await office.text("/tasks"), "every page says so"
    assert (await office.post("/sending/resume", scope="all", reason="")).status == 422
    await office.post("/sending/resume", scope="all", reason="over")
    assert await office.db.read(stops.standing) == ()
    assert {"sending_stopped", "sending_resumed"} <= set(await office.acts())


@pytest.mark.parametrize("where", ["/tasks/nobody?task=x", "/complaints/c1?record=x"])
async def test_what_is_not_there_is_said_so(office: Office, where: str) -> None:
    await office.log_in("lead")
    assert (await office.get(where)).status == 404


async def test_forms_need_the_token_of_the_browser(office: Office) -> None:
    await office.log_in("lead")
    for where in ("/sending/stop", "/complaints/c1?record=x", "/tasks/c1?task=x"):
        assert (await office.post(where, csrf="wrong")).status == 403


async def test_the_operator_lets_a_stopped_campaign_go_on(office: Office) -> None:
    for number in (1, 2):
        state = a_conversation(f"d{number}", f"+1555020000{number}")
        await office.db.write(lambda c, s=state: start_conversations(c, [s], NOW))
        message = said(
            "i want to make a complaint about your service", number, f"+1555020000{number}"
        )
        await office.db.write(lambda c, m=message: messages.receive_many(c, [m]))
        await office.db.write(lambda c: handle_waiting(c, rules(), NOW))
    await office.log_in("operator")
    page = await office.text("/sending")
    assert "too many complaints" in page
    assert (await office.post("/sending/campaign", campaign="", reason=" ")).status == 422
    assert (await office.post("/sending/campaign", campaign="", reason="mended")).status == 303
    assert "too many complaints" not in await office.text("/sending")
    assert "campaign_resumed" in await office.acts()
    await office.log_in("agent")
    assert (await office.post("/sending/campaign", campaign="", reason="x")).status == 403


@pytest.mark.parametrize("role", ROLES)
async def test_only_who_talks_is_offered_the_next_talk(office: Office, role: str) -> None:
    await office.log_in(role)
    page = await office.text("/talks")
    assert ("act-next" in page) is ("My open work" in page) is (role in ("agent", "lead"))


@pytest.mark.parametrize(
    ("role", "where", "whose"),
    [
        ("agent", "/import", "Operators see it"),
        ("lead", "/import", "Operators see it"),
        ("agent", "/sending", "Leads and operators see it"),
        ("operator", "/audit", "Auditors see it"),
        ("auditor", "/talks/c1/close", "Agents and leads answer customers"),
    ],
)
async def test_a_page_of_another_role_says_whose_it_is(
    office: Office, role: str, where: str, whose: str
) -> None:
    await office.say("hello")
    await office.log_in(role)
    answer = await office.get(where)
    assert answer.status == 403
    assert whose in await answer.text()


async def test_few_reminders_are_said_to_count_as_a_hundred(office: Office) -> None:
    await office.log_in("lead")
    assert "Fewer than 100 reminders count as 100" in await office.text("/sending")
