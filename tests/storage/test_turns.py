"""The audit: complete, in order, and a change to it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from flows.events import TimeCame
from storage import audit, codec, conversations, turns, verification
from storage.chains import Fault, Head, digest
from storage.database import Database
from storage.tables import table
from storage.turns import TALK, TurnRecord
from tests.storage import commits
from tests.storage.commits import Body
from tests.storage.values import NOW, a_commit, a_conversation, begin

HERE, THERE = "sms:+15550100", "sms:+15550101"
_TURNS = table("turns")
_SECOND_TURN = (_TURNS.c.conversation_id == HERE) & (_TURNS.c.number == 2)


@pytest.fixture
async def talked(db: Database) -> Database:
    """Two conversations with three turns each."""
    ids = [HERE, THERE]
    await db.write(lambda c: begin(c, *map(a_conversation, ids)))
    for _ in range(2):
        await db.write(lambda c: commits.commit_many(c, [a_turn(c, i) for i in ids]))
    return db


def a_turn(conn: Connection, conversation_id: str) -> commits.Commit:
    before = conversations.load_many(conn, [conversation_id])[conversation_id]
    return a_commit(before, a_conversation(conversation_id))


class Undone(Exception):
    """Ends a transaction whose changes are not to stay."""


async def after(db: Database, tamper: Callable[[Connection], object]) -> list[tuple[int, str]]:
    """What the check says of the first conversation after somebody got past the triggers."""
    found: list[Fault] = []

    def work(conn: Connection) -> None:
        on = " ON turns" if conn.dialect.name == "postgresql" else ""
        conn.exec_driver_sql(f"DROP TRIGGER turns_change{on}")
        conn.exec_driver_sql(f"DROP TRIGGER turns_keep{on}")
        tamper(conn)
        found.extend(verification.everything_wrong(conn))
        raise Undone

    with pytest.raises(Undone):
        await db.write(work)
    assert {fault.chain for fault in found} <= {TALK + HERE}
    return [(fault.number, fault.why) for fault in found]


@pytest.mark.rule("S75")
async def test_an_untouched_audit_verifies(talked: Database) -> None:
    assert await talked.read(verification.everything_wrong) == ()
    stored = await talked.read(lambda c: turns.of_conversation(c, HERE))
    assert [turn.number for turn in stored] == [1, 2, 3]
    assert codec.loads(stored[0].body_json, Body).event == TimeCame(appointment_id="a1")


@pytest.mark.rule("S75")
async def test_a_changed_word_shows(talked: Database) -> None:
    faults = await after(
        talked, lambda c: c.execute(update(_TURNS).where(_SECOND_TURN).values(body_json="{}"))
    )
    assert faults == [(2, "its words were changed")]


async def test_a_changed_time_shows(talked: Database) -> None:
    later = NOW.replace(year=2027)
    faults = await after(
        talked, lambda c: c.execute(update(_TURNS).where(_SECOND_TURN).values(at=later))
    )
    assert faults == [(2, "its facts or its hash were changed")]


async def test_a_removed_turn_shows(talked: Database) -> None:
    faults = await after(talked, lambda c: c.execute(delete(_TURNS).where(_SECOND_TURN)))
    assert faults == [(3, "a turn before it is missing")]


async def test_a_cut_tail_shows(talked: Database) -> None:
    last = (_TURNS.c.conversation_id == HERE) & (_TURNS.c.number == 3)
    faults = await after(talked, lambda c: c.execute(delete(_TURNS).where(last)))
    assert faults == [(0, "cut or lengthened")]


async def test_a_missing_chain_shows(talked: Database) -> None:
    mine = _TURNS.c.conversation_id == HERE
    faults = await after(talked, lambda c: c.execute(delete(_TURNS).where(mine)))
    assert faults == [(0, "every turn is missing")]


async def test_a_forged_turn_in_a_rebuilt_chain_shows_at_the_end(talked: Database) -> None:
    def forge(conn: Connection) -> None:
        mine = _TURNS.c.conversation_id == HERE
        records = [
            TurnRecord(**{name: getattr(t, name) for name in TurnRecord.__slots__})
            for t in turns.of_conversation(conn, HERE)
        ]
        conn.execute(delete(_TURNS).where(mine))
        turns.append_many(conn, [*records[:2], a_record(HERE, "forged")], {})

    assert await after(talked, forge) == [(0, "cut or lengthened")]


async def test_the_database_itself_refuses_changes(talked: Database) -> None:
    for change in (
        update(_TURNS).where(_SECOND_TURN).values(dialogue="other"),
        delete(_TURNS).where(_SECOND_TURN),
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            await talked.write(lambda c, change=change: c.execute(change))


async def test_words_can_be_erased_and_the_chain_still_holds(talked: Database) -> None:
    def erase(conn: Connection) -> int:
        erased = turns.erase(conn, [HERE], at=NOW)
        entry = audit.Entry(at=NOW, kind=audit.Kind.ERASURE, actor="ann")
        audit.note_erasure(conn, entry, erased)
        return erased.count

    assert await talked.write(erase) == 3
    stored = await talked.read(lambda c: turns.of_conversation(c, HERE))
    assert {turn.body_json + turn.state_hash + turn.salt for turn in stored} == {""}
    assert await talked.read(verification.everything_wrong) == ()
    await talked.write(lambda c: commits.commit_many(c, [a_turn(c, HERE)]))
    assert await talked.read(verification.everything_wrong) == ()


async def test_words_that_went_without_a_tombstone_show(talked: Database) -> None:
    await talked.write(lambda c: turns.erase(c, [HERE], at=NOW))
    (fault,) = await talked.read(verification.everything_wrong)
    assert fault.why == f"3 links count as erased at {NOW.isoformat()}, noted are 0"


async def test_two_writers_of_the_same_turn_do_not_both_win(talked: Database) -> None:
    first = await talked.read(lambda c: c.execute(select(_TURNS).where(_SECOND_TURN)).one())
    with pytest.raises(DBAPIError):
        await talked.write(lambda c: c.execute(insert(_TURNS), dict(first._mapping)))


def a_record(conversation_id: str, body: str) -> TurnRecord:
    return TurnRecord(
        conversation_id=conversation_id,
        at=NOW,
        event="time_came",
        dialogue="d",
        body_json=body,
        state_hash="",
        policy_version="p",
        code_version="c",
    )


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=3)), max_size=12))
def test_a_batch_links_like_one_by_one(turns_said: list[tuple[str, str]]) -> None:
    links, heads = turns.link_many([a_record(*said) for said in turns_said], {})
    now: dict[str, Head] = {}
    for link in links:
        before = now.get(link.conversation_id, Head())
        assert list(turns.faults_of(link, before)) == []
        now[link.conversation_id] = Head(count=link.number, hash=link.hash)
    assert heads == now


def test_a_turn_written_before_there_were_salts_still_verifies() -> None:
    (link,), _ = turns.link_many([a_record(HERE, "{}")], {})
    parts = (
        HERE,
        "1",
        NOW.isoformat(timespec="microseconds"),
        "time_came",
        "d",
        "",
        "p",
        "c",
        "{}",
    )
    body_hash = digest("\x1f".join(parts))
    old = replace(link, salt="", body_hash=body_hash, hash=digest(body_hash))
    assert list(turns.faults_of(old, Head())) == []
    for change in ({"dialogue": "x"}, {"body_json": "[]"}, {"salt": "x"}, {"state_hash": "x"}):
        assert list(turns.faults_of(replace(old, **change), Head()))
