"""Close, snooze, transfer, undo, search, older lines: over a real database, by role."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.console.story import UNDO_FOR
from flows.records import MadeBy
from storage import agents, audit, conversations, outgoing, promises, transcripts
from storage.outgoing import Message
from storage.statuses import Status
from tests.bot.console.test_work import Office, office, pages

__all__ = ["office", "pages"]


async def row(office: Office) -> conversations.Loaded:
    found = await office.db.read(lambda c: conversations.load_many(c, ("c1",)))
    return found["c1"]


async def reply(office: Office, text: str) -> int:
    """Send a reply; the number of its message."""
    page = await office.text("/talks/c1")
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None, page
    assert (await office.post("/talks/c1/reply", text=text, seen=seen[1])).status == 303
    lines = await office.db.read(lambda c: transcripts.page(c, "c1"))
    return max(line.id for line in lines if isinstance(line, transcripts.Wrote))


async def message(office: Office, number: int) -> Message:
    found = await office.db.read(lambda c: outgoing.find(c, number))
    assert found is not None
    return found


async def held(office: Office, role: str = "agent") -> None:
    await office.say("hello")
    await office.log_in(role)
    await office.post("/talks/c1/claim")


async def test_a_talk_is_closed_with_an_ending_and_opens_when_the_customer_writes(
    office: Office,
) -> None:
    await held(office)
    assert "act-close" in await office.text("/talks/c1")
    assert (await office.post("/talks/c1/close", ending="", note="x")).status == 422
    assert (await office.post("/talks/c1/close", ending="settled", note="paid")).status == 303
    closed = await row(office)
    assert (closed.holder, closed.outcome, closed.closed_at) == (
        None,
        "settled",
        office.clock.now(),
    )
    assert "act-close" not in await office.text("/talks/c1")
    await office.say("one more thing")
    assert (await row(office)).closed_at is None
    assert "closed" in await office.acts()


async def test_a_snoozed_talk_leaves_the_queue_until_it_is_woken(office: Office) -> None:
    await held(office)
    page = await office.text("/talks/c1/snooze")
    choice = re.findall(r'name="choice" value="([^"]+)"', page)[0]
    assert (await office.post("/talks/c1/snooze", choice=choice)).status == 303
    assert (await row(office)).snoozed_until_at == office.clock.now() + timedelta(hours=1)
    assert "row-c1" not in await office.text("/talks?tab=mine")
    assert "row-c1" in await office.text("/talks?tab=snoozed")
    assert (await office.post("/talks/c1/snooze", until="2001-01-01T09:00")).status == 422
    assert (await office.post("/talks/c1/wake")).status == 303
    assert "row-c1" in await office.text("/talks?tab=mine")


async def test_a_talk_is_given_to_a_colleague_with_a_note(office: Office) -> None:
    await held(office)
    given = {"to": "lead", "note": "knows the case"}
    assert (await office.post("/talks/c1/transfer", to="auditor", note="x")).status == 422
    assert (await office.post("/talks/c1/transfer", to="lead", note="")).status == 422
    assert (await office.post("/talks/c1/transfer", **given)).status == 303
    assert (await row(office)).holder == "lead"
    page = await office.text("/talks/c1")
    assert "knows the case" in page
    assert 'id="reply"' not in page
    assert (await office.post("/talks/c1/transfer", to="lead", note="again")).status == 422
    await office.log_in("lead")
    assert 'id="reply"' in await office.text("/talks/c1")


async def test_a_reply_waits_a_moment_and_can_be_taken_back_by_its_writer(office: Office) -> None:
    await held(office)
    number = await reply(office, "I will look into it.")
    assert (await message(office, number)).due_at == office.clock.now() + UNDO_FOR
    assert 'class="undo"' in await office.text("/talks/c1")
    await office.log_in("lead")
    await office.post("/talks/c1/undo", message=str(number))
    assert (await message(office, number)).status is Status.QUEUED, "not another's"
    await office.log_in("agent")
    page = await office.post("/talks/c1/undo", message=str(number))
    assert "I will look into it." in await page.text()
    undone = await message(office, number)
    assert (undone.status, undone.reason) == (Status.DROPPED, "undone")
    again = await office.post("/talks/c1/undo", message=str(number))
    assert "too_late" in again.headers["Location"]
    assert (await office.acts()).count("undone") == 1


@pytest.mark.parametrize("role", ["operator", "auditor"])
async def test_who_does_not_talk_gets_no_act_and_no_form(office: Office, role: str) -> None:
    await office.say("hello")
    await office.log_in(role)
    page = await office.text("/talks/c1")
    for what in ("claim", "close", "snooze", "transfer"):
        assert f'id="act-{what}"' not in page
        assert (await office.post(f"/talks/c1/{what}", note="x")).status == 403, what
    assert (await office.post("/talks/next")).status == 403
    assert (await office.post("/talks/c1/reply", text="hi", seen="1")).status == 403


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("brooks", True), ("0001", True), ("A1", True), ("99999", False), ("%", False), ("zz", False)],
)
async def test_a_talk_is_found_by_name_number_or_last_digits(
    office: Office, text: str, is_found: bool
) -> None:
    await office.say("hello")
    await office.log_in("agent")
    page = await office.client.get(
        "/console/search", params={"q": text}, headers={"Accept-Language": "en"}
    )
    main = (await page.text()).split("<main", 1)[1]
    assert ("/talks/c1" in main) is (is_found and text != "A1")
    assert "Daniel Brooks" not in main, "names are masked in lists"
    assert (await office.db.read(agents.acts_of))[0].act == "searched"


async def test_lines_beyond_the_page_are_read_in_pages(office: Office) -> None:
    await held(office)
    for number in range(220):
        await office.db.write(
            lambda c, n=number: transcripts.add_note(
                c, "c1", "agent", f"note {n:03}", at=office.clock.now() + timedelta(seconds=n)
            )
        )
    page = await office.text("/talks/c1")
    assert "note 010" not in page
    link = re.search(r'href="/console(/talks/c1/history[^"]*)"', page)
    assert link is not None
    older = await office.text(link[1].replace("&amp;", "&"))
    assert "note 010" in older
    assert "The conversation begins here" in older
    assert (await office.get("/talks/nobody/history")).status == 404


async def test_a_fault_of_ours_is_told_in_words_without_details(office: Office) -> None:
    await office.log_in("agent")
    await office.db.write(lambda c: c.exec_driver_sql("DROP TABLE tasks"))
    response = await office.get("/tasks")
    page = await response.text()
    assert response.status == 500
    assert "Something went wrong" in page
    assert "Error" not in page.split("<body", 1)[1]


async def test_approved_wording_is_put_in_the_box_with_the_customers_facts(office: Office) -> None:
    await held(office)
    page = await office.text("/talks/c1/templates")
    assert "$400.00 is open" in page
    assert 'value="balance"' in page
    assert "is open" in await office.text("/talks/c1?fill=balance")
    assert (
        "is open" not in (await office.text("/talks/c1?fill=nothing")).split('id="reply-text"')[1]
    )


async def test_a_plan_is_worked_out_by_the_engine_and_sent_as_a_proposal(office: Office) -> None:
    await held(office)
    office.clock.move(timedelta(hours=6))
    await office.log_in("agent")
    await office.say("i could pay in parts")
    page = await office.text("/talks/c1/plan?count=4&first=2026-12-15")
    assert "$100.00" in page
    assert "Send as a proposal" in page
    sent = await office.post("/talks/c1/plan", count="4", first="2026-12-15", frequency="monthly")
    assert sent.status == 303, await sent.text()
    assert (await row(office)).holder is None, "the bot takes the yes"
    await office.say("yes")
    state = (await row(office)).state
    assert state is not None
    assert state.cases[0].live_plan is not None
    assert "plan_proposed" in await office.acts()


@pytest.mark.parametrize("form", ["count=200&first=2026-12-15", "amount=0.01", "count=4&first=x"])
async def test_a_plan_outside_the_limits_is_not_offered(office: Office, form: str) -> None:
    await held(office)
    response = await office.get(f"/talks/c1/plan?{form}")
    assert "Send as a proposal" not in await response.text()
    given = dict(pair.split("=") for pair in form.split("&"))
    assert (await office.post("/talks/c1/plan", **given)).status == 422
    assert (await row(office)).holder == "agent"


async def test_a_case_file_is_made_for_those_who_may_and_stands_in_the_audit(
    office: Office,
) -> None:
    await office.say("hello, my card is 4111 1111 1111 1111")
    for role, is_named in (("lead", True), ("auditor", False)):
        await office.log_in(role)
        assert "case-reason" in await office.text("/talks/c1")
        answer = await office.post("/talks/c1/case-file", reason="ombudsman 17")
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        page = await answer.text()
        assert "<title>Case file" in page
        assert ("4111 1111" in page) is is_named
    made = await office.db.read(lambda c: audit.stored(c, audit.ACTS))
    files = [link for link in made if link.kind == audit.Kind.CASE_FILE]
    assert [(link.actor, link.reason) for link in files] == [
        ("lead", "ombudsman 17"),
        ("auditor", "ombudsman 17"),
    ]


async def test_a_case_file_is_refused_to_agents_and_without_a_reason(office: Office) -> None:
    await office.say("hello")
    await office.log_in("agent")
    assert "case-reason" not in await office.text("/talks/c1")
    assert (await office.post("/talks/c1/case-file", reason="curious")).status == 403
    await office.log_in("lead")
    assert (await office.post("/talks/c1/case-file", reason=" ")).status == 303


async def test_who_else_has_the_talk_open_is_shown_for_a_while(office: Office) -> None:
    await held(office)
    await office.text("/talks/c1")
    assert "is viewing" not in await office.text("/talks/c1"), "nobody is told of himself"
    await office.log_in("lead")
    assert "Agent is viewing" in await office.text("/talks/c1")
    office.clock.move(timedelta(minutes=2))
    assert "Agent is viewing" not in await office.text("/talks/c1")


async def test_an_open_page_that_fetches_itself_is_one_look_in_the_audit(office: Office) -> None:
    await held(office)
    for _ in range(4):
        await office.text("/talks/c1?part=live")
        office.clock.move(timedelta(seconds=30))
    assert (await office.acts()).count("opened") == 1
    office.clock.move(timedelta(minutes=5))
    await office.text("/talks/c1")
    assert (await office.acts()).count("opened") == 2


AGREED = {"what": "promise", "amount": "150", "day": "2026-11-30", "words": "said so on the phone"}


async def test_a_promise_a_person_reached_is_recorded_as_his_and_confirmed(office: Office) -> None:
    await held(office)
    office.clock.move(timedelta(hours=6))
    await office.log_in("agent")
    await office.say("can we talk about it")
    page = await office.text("/talks/c1/agreed?what=promise&amount=150&day=2026-11-30&words=x")
    assert "$150.00" in page
    assert "This is recorded as agreed by you" in page
    sent = await office.post("/talks/c1/agreed", **AGREED)
    assert sent.status == 303, await sent.text()
    state = (await row(office)).state
    assert state is not None
    promise = state.cases[0].open_promise
    assert promise is not None
    assert (promise.amount.minor, promise.made_by, promise.words) == (
        15_000,
        MadeBy.AGENT,
        "said so on the phone",
    )
    assert state.holder == "agent", "the person goes on"
    lines = await office.db.read(lambda c: transcripts.page(c, "c1"))
    assert [x.kind for x in lines if isinstance(x, transcripts.Wrote)][-1] == "agent"
    assert "agreement_recorded" in await office.acts()
    by_bot, by_people = await office.db.read(promises.kept_rates)
    assert (by_bot.open, by_people.open) == (0, 1)


async def test_a_plan_a_person_reached_is_the_engines_and_his(office: Office) -> None:
    await held(office)
    office.clock.move(timedelta(hours=6))
    await office.log_in("agent")
    await office.say("can we talk about it")
    given = {"what": "plan", "count": "4", "day": "2026-12-15", "words": "on the phone"}
    assert (await office.post("/talks/c1/agreed", **given)).status == 303
    state = (await row(office)).state
    assert state is not None
    plan = state.cases[0].live_plan
    assert plan is not None
    assert plan.made_by is MadeBy.AGENT
    assert [part.amount.minor for part in plan.terms.parts] == [10_000] * 4
    again = await office.post("/talks/c1/agreed", **AGREED)
    assert again.status == 422, "a plan runs: no promise beside it"


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "2020-01-01"},
        {"day": "2027-11-30"},
        {"amount": "0.01"},
        {"amount": "much"},
        {"words": ""},
        {"what": "plan", "count": "200", "amount": ""},
    ],
)
async def test_an_agreement_outside_the_terms_or_without_words_is_not_recorded(
    office: Office, changes: dict[str, str]
) -> None:
    await held(office)
    assert (await office.post("/talks/c1/agreed", **(AGREED | changes))).status == 422
    state = (await row(office)).state
    assert state is not None
    assert state.cases[0].promises == ()
    assert state.cases[0].plans == ()


async def test_who_does_not_hold_the_talk_records_nothing(office: Office) -> None:
    await office.say("hello")
    await office.log_in("agent")
    assert (await office.post("/talks/c1/agreed", **AGREED)).status == 422
