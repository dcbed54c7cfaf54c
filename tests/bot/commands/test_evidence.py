"""`duetalk audit`, `legal-hold`, `erase` and `retention`: what they tell and what they refuse."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from bot.cli import run
from storage import messages
from storage.database import Database
from tests.storage.values import a_conversation, an_incoming, begin, handle_waiting

TALK = "sms:+15550100"


@pytest.fixture
def config(bot_url: str, tmp_path: Path) -> str:
    """Settings of a database in which one customer wrote twice."""

    async def live() -> None:
        async with await Database.open(bot_url) as db:
            await db.write(lambda c: begin(c, a_conversation(TALK)))
            for number in (1, 2):
                await db.write(lambda c, n=number: messages.receive_many(c, [an_incoming(n)]))
                await db.write(handle_waiting)

    asyncio.run(live())
    file = tmp_path / "duetalk.toml"
    file.write_text(f'database = "{bot_url}"\n', encoding="utf-8")
    return str(file)


def _database(config: str) -> Path:
    return Path(config).with_name("duetalk.db")


def test_what_was_lived_verifies_and_a_changed_word_does_not(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "verify", "--config", config]) == 0
    assert "3 links, every chain holds" in capsys.readouterr().out
    with sqlite3.connect(_database(config)) as conn:
        conn.execute("DROP TRIGGER turns_change")
        conn.execute("UPDATE turns SET dialogue = 'x' WHERE number = 2")
    conn.close()
    assert run(["audit", "verify", "--config", config]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"talk:{TALK}, number 2: its facts or its hash were changed",
        "3 links, 1 fault",
    ]


def test_kept_heads_tell_of_a_tail_that_was_cut(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "head", "--config", config]) == 0
    kept = tmp_path / "heads.jsonl"
    kept.write_text(capsys.readouterr().out, encoding="utf-8")
    (talk,) = [json.loads(line) for line in kept.read_text().splitlines()]
    assert (talk["chain"], talk["number"]) == (f"talk:{TALK}", 3)
    with sqlite3.connect(_database(config)) as conn:
        conn.execute("DROP TRIGGER turns_keep")
        conn.execute("DELETE FROM turns WHERE number = 3")
        (last,) = conn.execute("SELECT hash FROM turns WHERE number = 2").fetchone()
        conn.execute("UPDATE conversations SET turn_count = 2, turn_hash = ?", (last,))
    conn.close()
    assert run(["audit", "verify", "--config", config]) == 0
    assert run(["audit", "verify", "--head", str(kept), "--config", config]) == 1
    assert "number 3: cut: the end that was kept" in capsys.readouterr().out


@pytest.mark.parametrize(("text", "wanted"), [(None, "expected a file"), ("x\n", "line 1")])
def test_heads_that_cannot_be_read_are_refused(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, wanted: str
) -> None:
    kept = tmp_path / "kept"
    if text:
        kept.write_text(text)
    assert run(["audit", "verify", "--head", str(kept), "--config", config]) == 2
    assert wanted in capsys.readouterr().err


def test_a_person_under_hold_is_not_erased_and_afterwards_is(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    because = ["--reason", "asked", "--by", "ann", "--config", config]
    assert run(["legal-hold", "add", "person1", *because]) == 0
    assert run(["legal-hold", "list", "--config", config]) == 0
    assert "hold 1 is on person1" in capsys.readouterr().out
    assert run(["erase", "person1", "--before-records-end", *because]) == 2
    assert "legal hold 1 (asked)" in capsys.readouterr().err
    assert run(["legal-hold", "lift", "1", *because]) == 0
    assert run(["legal-hold", "lift", "1", *because]) == 2
    assert run(["erase", "+15550100", "--before-records-end", *because]) == 0
    assert "person1 is erased: 1 conversations, 3 turns" in capsys.readouterr().out
    assert run(["audit", "verify", "--config", config]) == 0


def test_records_that_must_be_kept_and_unknown_people_are_refused(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--reason", "asked", "--config", config]
    assert run(["erase", "person1", *asked]) == 2
    assert "must be kept until 2033-" in capsys.readouterr().err
    assert run(["erase", "nobody", *asked]) == 2
    assert "no customer 'nobody'" in capsys.readouterr().err
    assert run(["legal-hold", "add", "person1", "--config", config]) == 2
    assert "--reason" in capsys.readouterr().err


def test_retention_tells_what_would_go_and_lets_nothing_young_go(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["retention", "--preview", "--config", config]) == 0
    told = capsys.readouterr().out
    assert "words                0 conversations  from before" in told
    assert run(["retention", "--by", "ann", "--config", config]) == 0
    assert run(["audit", "verify", "--config", config]) == 0
    with Path(config).open("a", encoding="utf-8") as file:
        file.write("[retention]\nwords = -1\n")
    assert run(["retention", "--config", config]) == 2
    assert "retention.words: expected a number of days" in capsys.readouterr().err
