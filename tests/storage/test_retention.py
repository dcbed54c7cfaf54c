"""Data goes when its clock says, a batch at a time; holds, plans and proof stand in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from flows.model import Conversation
from storage import (
    customers,
    erasure,
    legal_holds,
    messages,
    people,
    retention,
    suppression,
    turns,
    verification,
)
from storage.database import Database
from storage.legal_holds import NewHold, UnderLegalHold
from storage.people import Noted
from storage.retention import Clocks, Kind
from storage.tables import table
from tests.storage.test_queues import hear, talk
from tests.storage.values import NOW, SECOND, a_person, an_incoming, begin

DAY = timedelta(days=1)
LATER = NOW + 3_000 * DAY
SAID = "我叫陈思远 and I live at 5 Example Road"


def clocks(**ends: object) -> Clocks:
    """Every kind's end at one instant, or none."""
    before_at = ends.get("before_at", LATER)
    return Clocks(
        rows={kind: before_at for kind in Kind if kind not in retention.BY_TALK},  # type: ignore[misc]
        talks={kind: {"": before_at} for kind in retention.BY_TALK},  # type: ignore[dict-item]
    )


@pytest.fixture
async def talked(db: Database) -> Conversation:
    """A talk of one person who said something."""
    state = talk(1, person=a_person(7))
    await db.write(lambda c: begin(c, state))
    await hear(db, state.id, SAID)
    return state


async def let_go(db: Database, *kinds: Kind) -> dict[Kind, int]:
    done = {}
    for number, kind in enumerate(kinds):
        at = LATER + number * SECOND
        done[kind] = await db.write(
            lambda c, k=kind, at=at: retention.run_batch(c, k, clocks(), at=at)
        )
    return done


async def counted(db: Database, ends: Clocks) -> dict[Kind, int]:
    return {kind: await db.read(lambda c, k=kind: retention.count(c, k, ends)) for kind in Kind}


def a_hold(person: str = "person7") -> NewHold:
    return NewHold(person_id=person, reason="a court asks", placed_by="ann", placed_at=NOW)


def everything(conn: Connection) -> str:
    names = ("incoming_messages", "outgoing_messages", "turns", "conversations", "persons")
    names = (*names, "addresses", "audit_log", "routes")
    return "\n".join(repr(conn.execute(select(table(name))).all()) for name in names)


@pytest.mark.rule("CN-13", "CN-17", "US-20")
async def test_nothing_goes_before_its_clock_ends(db: Database, talked: Conversation) -> None:
    early = clocks(before_at=NOW - DAY)
    assert set((await counted(db, early)).values()) == {0}


@pytest.mark.rule("CN-4", "CN-23")
async def test_words_facts_and_identity_go_and_the_proof_holds(
    db: Database, talked: Conversation
) -> None:
    assert SAID in await db.read(everything)
    due = await counted(db, clocks())
    assert (due[Kind.WORDS], due[Kind.AUDIT_FACTS], due[Kind.IDENTITY]) == (1, 1, 1)
    await let_go(db, *Kind)
    left = await db.read(everything)
    for gone in (SAID, "Person 7", talked.address.removeprefix("+")):
        assert gone not in left.replace(talked.id, "")
    assert set((await counted(db, clocks())).values()) == {0}
    assert await db.read(verification.everything_wrong) == ()
    stored = await db.read(lambda c: turns.of_conversation(c, talked.id))
    assert {(turn.policy_version, turn.code_version) for turn in stored} == {("p1", "c1")}


async def test_a_legal_hold_stops_retention_and_erasure_until_it_is_lifted(
    db: Database, talked: Conversation
) -> None:
    number = await db.write(lambda c: legal_holds.place(c, a_hold()))
    assert set((await let_go(db, *retention.BY_TALK, Kind.PAYLOADS)).values()) == {0}
    with pytest.raises(UnderLegalHold, match="a court asks"):
        await db.write(lambda c: erasure.erase_person(c, "person7", at=LATER))
    assert SAID in await db.read(everything)

    def lift(conn: Connection) -> bool:
        return legal_holds.lift(conn, number, by="bob", reason="over", at=LATER)

    assert await db.write(lift)
    assert not await db.write(lift)
    await let_go(db, *Kind)
    assert SAID not in await db.read(everything)
    kinds = await db.read(lambda c: c.execute(select(table("audit_log").c.kind)).scalars().all())
    assert {"legal_hold_placed", "legal_hold_lifted", "erased"} <= set(kinds)


async def test_a_running_plan_keeps_its_talk(db: Database, talked: Conversation) -> None:
    plan = {
        "conversation_id": talked.id,
        "id": "p",
        "account_id": "a",
        "total_minor": 1,
        "currency": "USD",
        "exponent": 2,
        "frequency": "monthly",
        "parts": 1,
        "accepted_at": NOW,
        "status": "active",
        "version": 1,
        "amendments": 0,
        "made_by": "bot",
        "words": "",
    }
    await db.write(lambda c: c.execute(insert(table("plans")), plan))
    assert (await let_go(db, Kind.WORDS))[Kind.WORDS] == 0
    done = update(table("plans")).values(status="completed")
    await db.write(lambda c: c.execute(done))
    assert (await let_go(db, Kind.WORDS))[Kind.WORDS] == 1


async def test_senders_whom_nobody_knows_go_with_their_numbers(
    db: Database, talked: Conversation
) -> None:
    stranger = an_incoming(77, address="+15550177", text="who is this")
    await db.write(lambda c: messages.receive_many(c, [stranger]))
    assert "+15550177" in await db.read(everything)
    assert (await let_go(db, Kind.STRANGERS))[Kind.STRANGERS] == 1
    left = await db.read(everything)
    assert "+15550177" not in left
    assert SAID in left


async def test_a_stop_outlives_the_name_and_a_start_ends_it(
    db: Database, talked: Conversation
) -> None:
    stop = Noted(
        channel="sms",
        value=talked.address,
        person_id="person7",
        at=NOW,
        is_bound=True,
        is_closed=False,
        language="en",
        stopped=frozenset({"sms"}),
    )
    await db.write(lambda c: people.note_many(c, [stop]))
    await db.write(lambda c: erasure.erase_person(c, "person7", at=NOW, by="ann", reason="asked"))
    asked = [talked.address, "+15559999"]
    assert await db.read(lambda c: suppression.scopes_of(c, asked)) == {
        talked.address: frozenset({"sms"})
    }
    assert talked.address not in (await db.read(everything)).replace(talked.id, "")
    start = replace(stop, stopped=frozenset(), opened=frozenset({"sms"}), person_id="person8")
    await db.write(lambda c: people.note_many(c, [start]))
    assert await db.read(lambda c: suppression.scopes_of(c, asked)) == {}


async def test_an_erasure_on_request_is_a_stop_for_all_channels(
    db: Database, talked: Conversation
) -> None:
    await db.write(lambda c: erasure.erase_person(c, "person7", at=NOW, stops=True))
    found = await db.read(lambda c: suppression.scopes_of(c, [talked.address]))
    assert found == {talked.address: frozenset({"all"})}
    assert await db.read(verification.everything_wrong) == ()


async def test_a_customer_is_found_by_id_account_address_and_name(
    db: Database, talked: Conversation
) -> None:
    for wanted in ("person7", "Person 7", talked.address, talked.id):
        (found,) = await db.read(lambda c, w=wanted: customers.find(c, w))
        assert (found.person_id, found.conversation_ids) == ("person7", (talked.id,))
    assert await db.read(lambda c: customers.find(c, "nobody")) == ()
