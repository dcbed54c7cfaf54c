"""Agents, logins, sessions, tokens, what they did; corrections, settings, news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from storage import agents, creditors, examples, feed
from storage.agents import Act, Agent, Session
from storage.database import Database
from storage.examples import Correction, State
from storage.tables import table
from tests.storage.values import NOW, SECOND

ANN = Agent(id="ann", name="Ann Example", role="agent", created_at=NOW, languages="en zh-Hans")


@pytest.fixture
async def staffed(db: Database) -> Database:
    await db.write(lambda c: agents.put(c, ANN, password_hash="hash"))
    return db


async def test_an_agent_is_found_as_he_was_put(staffed: Database) -> None:
    assert await staffed.read(lambda c: agents.find(c, "ann")) == ANN
    assert await staffed.read(agents.all_of) == (ANN,)
    assert await staffed.read(lambda c: agents.find(c, "bob")) is None


async def test_only_known_facts_of_an_agent_change(staffed: Database) -> None:
    assert await staffed.write(lambda c: agents.change(c, "ann", is_available=True))
    assert await staffed.read(lambda c: agents.find(c, "ann")) == replace(ANN, is_available=True)
    with pytest.raises(ValueError, match="expected facts"):
        await staffed.write(lambda c: agents.change(c, "ann", id="eve"))


def test_a_password_belongs_only_to_its_own_hash() -> None:
    kept = agents.hash_password("correct horse")
    assert kept.startswith("$argon2id$")
    assert "correct" not in kept
    assert agents.is_password(kept, "correct horse")
    assert not agents.is_password(kept, "battery staple")
    assert not agents.is_password("not a hash", "correct horse")


async def test_wrong_passwords_lock_a_login_for_a_while(staffed: Database) -> None:
    for _ in range(agents.TRIES):
        assert await staffed.read(lambda c: agents.password_hash(c, "ann", now=NOW)) == "hash"
        await staffed.write(lambda c: agents.note_login(c, "ann", is_right=False, now=NOW))
    assert await staffed.read(lambda c: agents.password_hash(c, "ann", now=NOW)) is None
    later = NOW + agents.LOCK
    assert await staffed.read(lambda c: agents.password_hash(c, "ann", now=later)) == "hash"


async def test_a_right_password_clears_the_count(staffed: Database) -> None:
    for is_right in (*[False] * (agents.TRIES - 1), True, False):
        await staffed.write(lambda c, r=is_right: agents.note_login(c, "ann", is_right=r, now=NOW))
    assert await staffed.read(lambda c: agents.password_hash(c, "ann", now=NOW)) == "hash"


async def test_an_agent_who_left_cannot_log_in(staffed: Database) -> None:
    session = Session(token_hash="t", agent_id="ann", started_at=NOW, seen_at=NOW)
    await staffed.write(lambda c: agents.start_session(c, session))
    await staffed.write(lambda c: agents.change(c, "ann", is_active=False))
    assert await staffed.read(lambda c: agents.password_hash(c, "ann", now=NOW)) is None
    assert await staffed.read(lambda c: agents.find_session(c, "t")) is None


async def test_a_session_lives_until_it_is_ended(staffed: Database) -> None:
    session = Session(token_hash="t", agent_id="ann", started_at=NOW, seen_at=NOW, csrf="c")
    await staffed.write(lambda c: agents.start_session(c, session))
    await staffed.write(lambda c: agents.touch_session(c, "t", seen_at=NOW + SECOND))
    assert await staffed.read(lambda c: agents.find_session(c, "t")) == (
        replace(session, seen_at=NOW + SECOND),
        ANN,
    )
    await staffed.write(lambda c: agents.end_session(c, "t"))
    assert await staffed.read(lambda c: agents.find_session(c, "t")) is None


async def test_sessions_end_everywhere_or_when_nobody_used_them(staffed: Database) -> None:
    for number in range(3):
        seen_at = NOW + timedelta(hours=number)
        session = Session(token_hash=f"t{number}", agent_id="ann", started_at=NOW, seen_at=seen_at)
        await staffed.write(lambda c, s=session: agents.start_session(c, s))
    since = NOW + timedelta(hours=1)
    assert await staffed.write(lambda c: agents.prune_sessions(c, unseen_since_at=since)) == 1
    assert await staffed.write(lambda c: agents.end_sessions(c, "ann")) == 2


async def test_what_agents_did_is_kept_and_cannot_be_changed(db: Database) -> None:
    acts = [
        Act(at=NOW, agent_id="ann", act="saw", conversation_id="a"),
        Act(at=NOW, agent_id="bob", act="revealed", conversation_id="a", reason="asked to call"),
        Act(at=NOW, agent_id="bob", act="exported"),
    ]
    await db.write(lambda c: agents.note_acts(c, acts))
    about = await db.read(lambda c: agents.acts_of(c, conversation_id="a"))
    assert [act.act for act in about] == ["revealed", "saw"]
    by = await db.read(lambda c: agents.acts_of(c, agent_id="bob"))
    assert [act.act for act in by] == ["exported", "revealed"]
    audit = table("audit_log")
    for change in (update(audit).values(kind="x"), delete(audit)):
        with pytest.raises(DBAPIError, match="append-only"):
            await db.write(lambda c, change=change: c.execute(change))


async def test_a_newer_correction_of_the_same_words_replaces_the_older(db: Database) -> None:
    first = Correction(
        text="稍后还", language="zh-Hans", intent="busy", agent_id="ann", at=NOW, confidence=0.4
    )
    await db.write(lambda c: examples.put(c, first))
    await db.write(lambda c: examples.put(c, replace(first, intent="promise_to_pay")))
    (example,) = await db.read(examples.all_of)
    assert (example.intent, example.state) == ("promise_to_pay", State.PROPOSED)
    assert await db.write(lambda c: examples.decide(c, example.id, State.ACCEPTED))
    assert await db.read(lambda c: examples.all_of(c, State.PROPOSED)) == ()
    assert len(await db.read(lambda c: examples.all_of(c, State.ACCEPTED))) == 1


async def test_news_comes_in_order_after_a_number(db: Database) -> None:
    events = [feed.NewEvent(at=NOW, kind=kind, conversation_id="a") for kind in ("x", "y", "z")]
    assert await db.read(feed.last_id) == 0
    await db.write(lambda c: feed.add_many(c, events))
    seen = await db.read(lambda c: feed.since(c, 1))
    assert [event.kind for event in seen] == ["y", "z"]
    assert await db.read(feed.last_id) == seen[-1].id
    assert await db.write(lambda c: feed.prune(c, before=NOW + SECOND)) == 3


async def test_a_creditor_is_put_twice_and_kept_once(db: Database) -> None:
    north = creditors.Creditor(id="north", name="North Bank", created_at=NOW)
    await db.write(lambda c: creditors.put(c, north))
    await db.write(lambda c: creditors.put(c, replace(north, settings_json='{"profile": "us"}')))
    found = await db.read(creditors.all_of)
    assert found == {"north": replace(north, settings_json='{"profile": "us"}')}
