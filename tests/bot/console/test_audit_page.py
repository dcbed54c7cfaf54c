"""The page of the audit: for auditors alone, masked, searched, noted, and proved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.console.trail import ACTS, EVENTS, FAULTS
from flows.events import Event
from storage import agents, codec
from storage.audit import Kind
from tests.bot.console.test_work import ROLES, Office, office, pages

__all__ = ["office", "pages"]


async def talked(office: Office) -> None:
    """A customer who wrote, and an agent who looked and took the talk."""
    await office.say("i already paid on friday")
    await office.log_in("agent")
    await office.text("/talks/c1")
    await office.post("/talks/c1/claim")
    office.clock.move(timedelta(minutes=1))
    await office.log_in("auditor")


def main(page: str) -> str:
    return page.split("<main", 1)[1]


def rows(page: str) -> str:
    return page.split('<table class="table table-wide card trail"', 1)[1]


@pytest.mark.parametrize("role", ROLES)
async def test_only_auditors_read_it(office: Office, role: str) -> None:
    await office.log_in(role)
    may = role == "auditor"
    assert (await office.get("/audit")).status == (200 if may else 403)
    assert (await office.post("/audit/check")).status == (303 if may else 403)
    page = await (await office.get("/audit")).text()
    assert ("Auditors see it" in page) is not may
    assert ('href="/console/audit"' in await office.text("/dashboard")) is may


async def test_turns_and_acts_are_told_in_words_and_masked(office: Office) -> None:
    await talked(office)
    page = rows(await office.text("/audit"))
    for told in ("Customer wrote", "Opened the conversation", "Took the conversation over"):
        assert told in page, told
    assert "D**** B." in page
    assert "Daniel" not in page
    assert "already paid" not in page
    assert "5550100001" not in page


async def test_every_look_is_itself_noted_with_the_talk(office: Office) -> None:
    await talked(office)
    await office.text("/audit?account=c1&act=opened")
    read = (await office.db.read(agents.acts_of))[0]
    assert (read.act, read.agent_id, read.conversation_id) == ("audit_read", "auditor", "c1")
    assert read.reason == "opened rows: 1"
    assert "Read the audit" in rows(await office.text("/audit"))


async def test_a_search_narrows_by_account_person_act_and_day(office: Office) -> None:
    await talked(office)
    assert "Customer wrote" not in rows(await office.text("/audit?agent=agent"))
    assert "Opened" not in rows(await office.text("/audit?act=customer_said")).split("</tr>", 1)[1]
    assert "Customer wrote" in rows(await office.text("/audit?account=c1&day=2026-11-23"))
    assert "Nothing like this happened" in await office.text("/audit?act=closed")
    assert "Nothing like this happened" in await office.text("/audit?day=2020-01-01")
    assert "has this number" in await office.text("/audit?account=nobody")
    wrong = await office.get("/audit?day=soon")
    assert wrong.status == 422
    assert "Write the day as year, month and day" in await wrong.text()


async def test_numbers_and_names_inside_a_reason_are_hidden(office: Office) -> None:
    await talked(office)
    act = agents.Act(
        at=office.clock.now(),
        agent_id="agent",
        act="noted",
        conversation_id="c1",
        reason="Brooks asked for a call at +1 555 010 0001",
    )
    await office.db.write(lambda conn: agents.note_acts(conn, [act]))
    page = rows(await office.text("/audit"))
    assert "B** asked for a call at ••••01" in page
    assert "010 0001" not in page


async def test_the_chains_are_proved_by_the_same_walk_as_in_the_terminal(office: Office) -> None:
    await talked(office)
    assert "Every chain holds" in await office.text("/audit")
    names = await office.db.read(
        lambda conn: (
            conn.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'turns'")
            )
            .scalars()
            .all()
        )
    )
    for name in names:
        await office.db.write(lambda conn, n=name: conn.execute(text(f"DROP TRIGGER {n}")))
    await office.db.write(
        lambda conn: conn.execute(text("UPDATE turns SET dialogue = 'forged' WHERE number = 1"))
    )
    office.clock.move(timedelta(minutes=1))
    assert (await office.post("/audit/check")).status == 303
    page = main(await office.text("/audit"))
    assert "1 fault" in page
    assert "Its facts or its hash were changed." in page
    assert (await office.db.read(agents.acts_of))[1].act == "audit_checked"


async def test_long_histories_are_paged(office: Office) -> None:
    await office.log_in("auditor")
    acts = [
        agents.Act(at=office.clock.now(), agent_id="agent", act="searched", reason=f"find {n:03}")
        for n in range(120)
    ]
    await office.db.write(lambda conn: agents.note_acts(conn, acts))
    first = await office.text("/audit?act=searched")
    assert first.count("find ") == 50
    assert "after=50" in first
    last = await office.text("/audit?act=searched&after=100")
    assert "find 000" in last
    assert "after=150" not in last


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en"])
async def test_every_act_and_event_has_words(office: Office, language: str) -> None:
    await talked(office)
    response = await office.client.get("/console/audit", headers={"Accept-Language": language})
    page = await response.text()
    assert response.status == 200
    for name in (*ACTS, *EVENTS):
        assert f'value="{name}"' in page


def test_the_lists_hold_every_event_and_every_kind_of_storage() -> None:
    assert set(EVENTS) == {codec.name_of(kind) for kind in Event.__args__}
    assert {kind.value for kind in Kind} <= set(ACTS)
    assert len(set(FAULTS.values())) == 8
