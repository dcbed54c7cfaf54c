"""What happened is found by account, person, act and day, newest first, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from storage import agents, audit, trail
from storage.audit import Entry
from storage.database import Database
from storage.trail import Subject, Trace, Wanted
from tests.storage import books
from tests.storage.values import NOW

HOUR = timedelta(hours=1)
ANYTHING = Wanted()


async def _filled(db: Database) -> None:
    """Forty bills with their turns, and twelve acts of two people."""
    await db.write(books.drawn(31, 40).write)
    acts = [
        agents.Act(
            at=NOW + HOUR * number,
            agent_id=("ann", "ben")[number % 2],
            act=("opened", "searched", "replied")[number % 3],
            conversation_id="t3" if number % 3 == 0 else None,
        )
        for number in range(12)
    ]
    await db.write(lambda conn: agents.note_acts(conn, acts))
    send = Entry(at=NOW, kind="send_verdict", actor="gate", conversation_id="t3")
    await db.write(lambda conn: audit.append_many(conn, "sends:sms", [send]))


async def _all(db: Database, wanted: Wanted = ANYTHING) -> Sequence[Trace]:
    return await db.read(lambda conn: trail.page(conn, wanted, limit=1_000))


def _is_newest_first(found: Sequence[Trace]) -> bool:
    instants = [trace.at for trace in found]
    return instants == sorted(instants, reverse=True)


async def test_turns_and_acts_stand_together_newest_first(db: Database) -> None:
    await _filled(db)
    found = await _all(db)
    assert _is_newest_first(found)
    turns = [trace for trace in found if trace.is_turn]
    assert len(found) == len(turns) + 12
    assert turns
    assert not any(trace.chain.startswith("sends:") for trace in found)
    assert {trace.name for trace in turns} <= set(books.NAMES)


async def test_pages_follow_one_another_without_gap_or_repeat(db: Database) -> None:
    await _filled(db)
    whole = await _all(db)
    parts: list[Trace] = []
    for offset in range(0, len(whole), 7):
        parts += await db.read(lambda conn, o=offset: trail.page(conn, Wanted(), offset=o, limit=7))
    assert tuple(parts) == tuple(whole)


async def test_a_search_by_person_finds_what_he_did_and_no_turn(db: Database) -> None:
    await _filled(db)
    found = await _all(db, Wanted(actor="ann"))
    assert len(found) == 6
    assert {trace.actor for trace in found} == {"ann"}
    assert not any(trace.is_turn for trace in found)


async def test_a_search_by_act_finds_kinds_and_events_and_sends(db: Database) -> None:
    await _filled(db)
    for act in ("opened", "agent_said", "send_verdict"):
        found = await _all(db, Wanted(act=act))
        assert {trace.act for trace in found} == {act}
        assert _is_newest_first(found)


async def test_a_search_by_day_has_its_first_instant_and_not_its_last(db: Database) -> None:
    await _filled(db)
    wanted = Wanted(since_at=NOW + HOUR, before_at=NOW + 3 * HOUR, actor="ben")
    assert [trace.at for trace in await _all(db, wanted)] == [NOW + HOUR]
    since_at, before_at = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC)
    found = await _all(db, Wanted(since_at=since_at, before_at=before_at))
    assert found
    assert all(since_at <= trace.at < before_at for trace in found)


async def test_a_search_by_account_finds_its_talk_its_acts_and_its_sends(db: Database) -> None:
    await _filled(db)
    for text in ("N0000003", "a3", "t3"):
        subject = await db.read(lambda conn, t=text: trail.subject_of(conn, t))
        assert subject == Subject(account_ids=("a3",), conversation_ids=("t3",))
        found = await _all(db, Wanted(subject=subject))
        assert {trace.conversation_id for trace in found} == {"t3"}
        assert {"opened", "send_verdict"} <= {trace.act for trace in found}


async def test_an_unknown_account_is_nobody_and_finds_nothing(db: Database) -> None:
    await _filled(db)
    subject = await db.read(lambda conn: trail.subject_of(conn, "N000000"))
    assert subject.is_nobody
    assert await _all(db, Wanted(subject=subject)) == ()


async def test_all_links_are_counted_by_their_heads(db: Database) -> None:
    assert await db.read(trail.links) == 0
    await _filled(db)
    assert await db.read(trail.links) == 13
