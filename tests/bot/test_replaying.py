"""Stored turns come out as they did; a changed rule or wording shows in exactly the turns it moves."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.beginning import start_conversations
from bot.cli import run
from bot.kept import Given, TurnBody, packed, unpacked
from bot.replaying import ERASED, OLDER, PassedOver, Replayed, replay, replayed
from bot.rules import Rules
from bot.turn import handle_waiting
from flows.policy.profile import load_policy
from storage import codec, messages, replays, turns
from storage.conversations import written
from storage.database import Database
from storage.errors import CodecError
from tests.builders import NOW, a_conversation, rules, said

DICTIONARY = "0f9e7bccfaeb3a127a309ea4375d847e97c61347b464ff8502634b824bc24dae"
WORDS = ("how much do I owe", "i'll pay all of it on friday", "can I pay in instalments", "thanks")


async def _talk(db: Database, *texts: str, conversation_id: str = "c1", number: int = 1) -> None:
    address = f"+1555010{number:04}"
    state = a_conversation(conversation_id, address)
    await db.write(lambda conn: start_conversations(conn, [state], NOW))
    for place, text in enumerate(texts):
        at = NOW + timedelta(minutes=place + 1)
        message = said(text, place, address, at)
        await db.write(lambda conn, m=message: messages.receive_many(conn, [m]))
        await db.write(lambda conn, now=at: handle_waiting(conn, rules(), now))


async def _all(db: Database, with_rules: Rules, **wanted: object) -> list[Replayed]:
    found = replayed(db, with_rules, replays.Wanted(**wanted))  # type: ignore[arg-type]
    return [turn async for turn in found if isinstance(turn, Replayed)]


def _differing(turns_: Sequence[Replayed]) -> list[tuple[int, tuple[str, ...]]]:
    return [(turn.number, turn.differs_in) for turn in turns_ if turn.differs_in]


async def test_turns_come_out_as_they_did(db: Database) -> None:
    await _talk(db, *WORDS)
    found = await _all(db, rules())
    assert [turn.words for turn in found] == list(WORDS)
    assert _differing(found) == []


async def test_a_changed_policy_value_shows_in_exactly_the_turn_it_moves(db: Database) -> None:
    await _talk(db, "thanks", "I want to make a formal complaint about you", "how much do I owe")
    sooner = load_policy("strict-default", {"complaint": {"answer_days": 2}})
    changed = replace(rules(), policy_of=lambda conversation: sooner)
    found = await _all(db, changed)
    assert len(found) == 3
    assert _differing(found) == [(2, ("says",))]


async def test_another_telephone_number_shows_only_where_it_is_told(db: Database) -> None:
    await _talk(db, "thanks", "let me talk to a person")
    old = rules()
    other = replace(old, sender_of=lambda state: replace(old.sender_of(state), phone="+1 555 0199"))
    found = await _all(db, other)
    told = [t.number for t in found if any("+1 555 0100" in line for line in t.then.says)]
    assert told
    assert _differing(found) == [(number, ("says",)) for number in told]


async def test_since_and_conversation_narrow_the_turns(db: Database) -> None:
    await _talk(db, *WORDS)
    await _talk(db, "thanks", conversation_id="c2", number=2)
    later = NOW + timedelta(minutes=3)
    assert [t.number for t in await _all(db, rules(), since_at=later)] == [3, 4]
    assert [t.words for t in await _all(db, rules(), conversation_id="c2")] == ["thanks"]
    assert await replays.count(db, replays.Wanted(since_at=later)) == 2


async def test_erased_and_older_turns_are_passed_over_with_their_reason(db: Database) -> None:
    await _talk(db, "thanks")
    (stored,) = await db.read(lambda conn: turns.of_conversation(conn, "c1"))
    body = codec.loads(stored.body_json, TurnBody)
    older = replace(stored, body_json=codec.dumps(replace(body, given=""), TurnBody))
    assert replay(older, rules()) == PassedOver(why=OLDER)
    gone = replace(stored, body_json="", erased_at=NOW)
    assert replay(gone, rules()) == PassedOver(why=ERASED)


async def test_memory_stays_flat_however_many_turns_there_are(sqlite_db: Database) -> None:
    await _talk(sqlite_db, *WORDS)
    await _copy(sqlite_db, 40)
    peaks = []
    for ids in (None, "c1"):
        tracemalloc.start()
        wanted = replays.Wanted(conversation_id=ids)
        async for turn in replays.turns(sqlite_db, wanted):
            assert turn.body_json
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < 8_000_000


async def _copy(db: Database, times: int) -> None:
    stored = await db.read(lambda conn: turns.of_conversation(conn, "c1"))
    copies = [
        replace(turn, number=turn.number + len(stored) * (round_ + 1))
        for round_ in range(times)
        for turn in stored
    ]
    await db.write(lambda conn: turns.insert_many(conn, copies))


def test_what_a_turn_was_given_comes_back_equal() -> None:
    state = a_conversation()
    given = packed(written(state), ())
    assert unpacked(given) == Given(conversation=state)
    assert len(given) < len(written(state)) / 2


@pytest.mark.parametrize("broken", ["no such thing", "1:AAAA", "9:AAAA", "1:"])
def test_broken_packing_is_told(broken: str) -> None:
    with pytest.raises(CodecError):
        unpacked(broken)


def test_the_dictionary_of_stored_turns_never_changes() -> None:
    """Rows packed with it cannot be read without it; a better one gets a new number."""
    kept = (Path(bot.__file__).parent / "kept_1.dict").read_bytes()
    assert hashlib.sha256(kept).hexdigest() == DICTIONARY


async def test_the_command_tells_differences_and_counts(
    bot_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with await Database.open(bot_url) as db:
        await _talk(db, "let me talk to a person")
    config = tmp_path / "duetalk.toml"
    config.write_text(f'database = "{bot_url}"\n[creditor]\nphone = "+1 555 0188"\n')
    page = tmp_path / "page.html"
    done = await _in_thread(["replay", "--config", str(config), "--html", str(page)])
    assert done == 1
    assert "1 turns replayed, 1 differ" in capsys.readouterr().out
    assert "+1 555 0188" in page.read_text()


async def _in_thread(argv: list[str]) -> int:
    import asyncio

    return await asyncio.to_thread(run, argv)
