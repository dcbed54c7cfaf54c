"""Any single change to anything chained is found, and named where it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, and_, insert, select, update

from storage import agents, audit, conversations, erasure, turns, verification
from storage import settings as settings_rows
from storage.agents import Act
from storage.audit import ACTS, SENDS, Entry, Kind
from storage.chains import Fault
from storage.database import Database
from storage.settings import Setting
from storage.tables import table
from storage.turns import TALK
from storage.verification import Kept, Step
from tests.storage import commits
from tests.storage.values import NOW, SECOND, a_commit, a_conversation, a_person, begin

HERE, THERE, GONE = "sms:+15550100", "sms:+15550101", "sms:+15550102"
_TURNS, _LOG, _HEADS = table("turns"), table("audit_log"), table("audit_heads")
_TALKS = table("conversations")
_ANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Undone(Exception):
    """Ends a transaction whose changes are not to stay."""


@pytest.fixture
async def lived(db: Database) -> Database:
    """Three talks of three turns, one of them erased, and some acts and sends."""
    states = [a_conversation(HERE), a_conversation(THERE), a_conversation(GONE, person=a_person(9))]
    await db.write(lambda c: begin(c, *states))
    for _ in range(2):
        await db.write(lambda c: commits.commit_many(c, [_turn(c, state.id) for state in states]))
    await db.write(lambda c: agents.note_acts(c, [_act("opened", HERE), _act("replied", GONE)]))
    drill = Setting(
        key="sending", value_json="false", changed_by="ann", reason="drill", changed_at=NOW
    )
    await db.write(lambda c: settings_rows.put(c, drill))
    await db.write(lambda c: audit.append_many(c, SENDS + "sms", [_sent(n) for n in range(3)]))
    await db.write(lambda c: erasure.erase_person(c, "person9", at=NOW + SECOND, by="ann"))
    return db


def _turn(conn: Connection, conversation_id: str) -> commits.Commit:
    before = conversations.load_many(conn, [conversation_id])[conversation_id]
    assert before.state is not None
    return a_commit(before, before.state)


def _act(act: str, conversation_id: str) -> Act:
    return Act(
        at=NOW,
        agent_id="ann",
        act=act,
        conversation_id=conversation_id,
        reason="asked",
        detail_json="{}",
    )


def _sent(number: int) -> Entry:
    told = audit.detail(message=number, action="send")
    return Entry(at=NOW, kind=Kind.SEND_VERDICT, actor="gate", account_id="a", detail_json=told)


def _without_rules(conn: Connection) -> None:
    """As somebody does who owns the database."""
    for name in ("turns", "audit_log"):
        on = f" ON {name}" if conn.dialect.name == "postgresql" else ""
        conn.exec_driver_sql(f"DROP TRIGGER {name}_change{on}")
        conn.exec_driver_sql(f"DROP TRIGGER {name}_keep{on}")


async def after(
    db: Database, tamper: Callable[[Connection], object], kept: Sequence[Kept] = ()
) -> tuple[Fault, ...]:
    """What the check says after a change that is then taken back."""
    found: list[Fault] = []

    def work(conn: Connection) -> None:
        _without_rules(conn)
        tamper(conn)
        found.extend(verification.everything_wrong(conn, kept))
        raise Undone

    with pytest.raises(Undone):
        await db.write(work)
    return tuple(found)


async def run_check(db: Database, kept: Sequence[Kept] = ()) -> list[Step]:
    return [step async for step in verification.check(db, kept)]


async def test_what_was_lived_and_erased_verifies_page_by_page(lived: Database) -> None:
    steps = await run_check(lived)
    assert [fault for step in steps for fault in step.faults] == []
    assert sum(step.links for step in steps) == 9 + 4 + 3
    assert await lived.read(verification.everything_wrong) == ()


_PLACES = (
    (_TURNS, ("conversation_id", "number")),
    (_LOG, ("chain", "number")),
)
# Whatever a chain's links and ends are made of.
_COLUMNS = [(rows, column.name) for rows, _ in _PLACES for column in rows.c]
_COLUMNS += [(_HEADS, name) for name in ("chain", "count", "hash")]
_COLUMNS += [(_TALKS, name) for name in ("turn_count", "turn_hash")]


def _other(value: object, nudge: int) -> object:
    """A value of the same kind that is not the same."""
    if isinstance(value, int):
        return value + nudge
    if isinstance(value, datetime):
        return value + timedelta(microseconds=nudge)
    return f"{value or ''}{'x' * nudge}" if value != "" or nudge % 2 else "{}"


@given(data=st.data())
@_ANY
async def test_any_single_change_to_any_column_is_found(
    lived: Database, data: st.DataObject
) -> None:
    rows, name = data.draw(st.sampled_from(_COLUMNS), label="column")
    place = data.draw(st.integers(0, 15), label="row")
    nudge = data.draw(st.integers(1, 3), label="nudge")

    def tamper(conn: Connection) -> None:
        keys = list(rows.primary_key.columns)
        found = conn.execute(select(rows).order_by(*keys)).all()
        row = found[place % len(found)]._mapping
        # A number that is taken would be refused by the database itself.
        value = _other(row[name], nudge + 20 * (name == "number"))
        if name == "erased_at" and row[name] is None:
            value = NOW + nudge * SECOND
        if name == "conversation_id" and rows is _TURNS:
            value = "nowhere"
            _allow_orphans(conn)
        this = and_(*(key == row[key.name] for key in keys))
        conn.execute(update(rows).where(this).values({name: value}))

    assert await after(lived, tamper), (rows.name, name)


def _allow_orphans(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("ALTER TABLE turns DROP CONSTRAINT turns_conversation_id_fkey")
    else:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")


@given(chain=st.sampled_from(["turns", "acts", "sends"]), number=st.integers(1, 3))
@_ANY
async def test_any_removed_link_is_found_at_its_place(
    lived: Database, chain: str, number: int
) -> None:
    rows, key, name = _place(chain)

    def tamper(conn: Connection) -> None:
        conn.execute(rows.delete().where(key == name, rows.c.number == number))

    faults = await after(lived, tamper)
    last = 4 if chain == "acts" else 3
    assert faults[0].number == (0 if number == last else number + 1)


def _place(chain: str) -> tuple[Table, object, str]:
    if chain == "turns":
        return _TURNS, _TURNS.c.conversation_id, HERE
    return _LOG, _LOG.c.chain, ACTS if chain == "acts" else SENDS + "sms"


@pytest.mark.parametrize("chain", ["turns", "acts", "sends"])
async def test_two_links_that_changed_places_are_found(lived: Database, chain: str) -> None:
    rows, key, name = _place(chain)

    def tamper(conn: Connection) -> None:
        for old, new in ((1, 99), (2, 1), (99, 2)):
            conn.execute(update(rows).where(key == name, rows.c.number == old).values(number=new))

    faults = await after(lived, tamper)
    assert {fault.number for fault in faults} >= {1, 2}


@pytest.mark.parametrize("chain", ["turns", "acts", "sends"])
async def test_a_link_put_in_between_is_found(lived: Database, chain: str) -> None:
    rows, key, name = _place(chain)

    def tamper(conn: Connection) -> None:
        last = 4 if chain == "acts" else 3
        for number in range(last, 1, -1):
            this = update(rows).where(key == name, rows.c.number == number)
            conn.execute(this.values(number=number + 1))
        first = conn.execute(select(rows).where(key == name, rows.c.number == 1)).one()
        conn.execute(insert(rows), {**first._mapping, "number": 2})

    faults = await after(lived, tamper)
    assert faults[0].number == 2


@pytest.mark.parametrize("chain", [TALK + HERE, ACTS, SENDS + "sms"])
async def test_a_tail_cut_with_its_head_shows_against_a_kept_head(
    lived: Database, chain: str
) -> None:
    """Whoever owns the database can shorten a chain and its head: only a head elsewhere tells."""
    kept = [each async for each in verification.heads(lived)]
    assert {each.chain for each in kept} == {TALK + i for i in (HERE, THERE, GONE)} | {
        ACTS,
        SENDS + "sms",
    }
    faults = await after(lived, lambda c: _cut(c, chain), kept)
    number = next(each.number for each in kept if each.chain == chain)
    (fault,) = [f for f in faults if f.chain == chain and f.number]
    assert (fault.number, fault.why.partition(":")[0]) == (number, "cut")
    assert await after(lived, lambda c: _cut(c, TALK + HERE)) == ()


def _hash(conn: Connection, chain: str, number: int) -> str:
    if chain.startswith(TALK):
        return turns.of_conversation(conn, chain.removeprefix(TALK))[number - 1].hash
    return audit.stored(conn, chain)[number - 1].hash


def _cut(conn: Connection, chain: str) -> None:
    last = _hash(conn, chain, 2)
    if chain.startswith(TALK):
        talk = chain.removeprefix(TALK)
        conn.execute(_TURNS.delete().where(_TURNS.c.conversation_id == talk, _TURNS.c.number > 2))
        head = update(_TALKS).where(_TALKS.c.id == talk)
        conn.execute(head.values(turn_count=2, turn_hash=last))
        return
    conn.execute(_LOG.delete().where(_LOG.c.chain == chain, _LOG.c.number > 2))
    conn.execute(update(_HEADS).where(_HEADS.c.chain == chain).values(count=2, hash=last))


async def test_a_chain_made_anew_shows_against_a_kept_head(lived: Database) -> None:
    kept = [each async for each in verification.heads(lived)]
    forged = [replace(each, hash="0" * 64) for each in kept]
    found = [f for step in await run_check(lived, forged) for f in step.faults]
    assert len(found) == len(kept)
    assert {f.why for f in found} == {"it is not what was there when its hash was kept"}


def test_a_line_that_is_no_head_is_refused() -> None:
    for line in ("", "{}", "[]", '{"chain": "acts", "number": "many", "hash": ""}'):
        with pytest.raises(ValueError, match="expected a line with chain"):
            verification.parse_kept(line)


async def test_writers_at_once_make_one_chain(db: Database) -> None:
    async def act(number: int) -> None:
        await db.write(lambda c: agents.note_acts(c, [_act(f"act{number}", HERE)]))

    await asyncio.gather(*(act(number) for number in range(24)))
    assert await db.read(verification.everything_wrong) == ()
    assert {act.act for act in await db.read(agents.acts_of)} == {f"act{n}" for n in range(24)}


async def test_facts_made_unreadable_are_found_and_do_not_stop_the_check(lived: Database) -> None:
    def tamper(conn: Connection) -> None:
        conn.execute(update(_LOG).values(detail_json=_LOG.c.detail_json + "x"))

    assert await after(lived, tamper)
