"""The least certain replies are listed, corrected, learned at once everywhere, and exported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot import review
from bot.beginning import start_conversations
from bot.cli import run
from bot.commands.evaluate import evaluate
from bot.learning import Lessons
from bot.rules import Rules
from bot.turn import handle_waiting
from flows.understanding.intents import Intent
from flows.understanding.values import Asked, Understanding
from storage import agents, codec, messages, readings
from storage.database import Database
from tests.builders import NOW, a_conversation, rules, said

ODD = "the moon is made of cheese and so am I"
Judge = Callable[[Connection, review.Doubt], object]


async def _talk(db: Database, *texts: str, first: int = 0, using: Rules | None = None) -> None:
    await db.write(lambda conn: start_conversations(conn, [a_conversation()], NOW))
    for number, text in enumerate(texts, start=first):
        at = NOW + timedelta(minutes=number + 1)
        message = said(text, number, at=at)
        await db.write(lambda c, m=message: messages.receive_many(c, [m]))
        await db.write(lambda c, now=at: handle_waiting(c, using or rules(), now))


async def _newest(db: Database) -> Understanding:
    (message,) = await db.read(lambda conn: readings.newest(conn, limit=1))
    return codec.loads(message.reading_json, Understanding)


async def _doubts(db: Database) -> tuple[review.Doubt, ...]:
    return await db.read(review.uncertain)


async def _correct(db: Database, text: str, intent: Intent) -> review.Doubt:
    (doubt,) = [each for each in await _doubts(db) if each.text == text]
    at = NOW + timedelta(hours=1)
    await db.write(lambda conn: review.correct(conn, doubt, intent, by="ann", now=at))
    return doubt


async def test_the_least_certain_come_first_each_wording_once(db: Database) -> None:
    await _talk(db, "I will pay on Friday", ODD, ODD, "hmm thing stuff")
    doubts = await _doubts(db)
    certain = [doubt.reading.confidence for doubt in doubts]
    assert certain == sorted(certain)
    assert [doubt.text for doubt in doubts].count(ODD) == 1


async def test_what_is_shown_names_nobody(db: Database) -> None:
    await _talk(db, "Daniel here, +1 555 0142 is my new number")
    (doubt,) = await _doubts(db)
    assert "Daniel" not in doubt.text
    assert "0142" not in doubt.text


async def test_a_correction_is_learned_by_every_process_with_the_next_turn(db: Database) -> None:
    here, elsewhere = (replace(rules(), lessons=Lessons()) for _ in range(2))
    await _talk(db, ODD, using=here)
    assert (await _newest(db)).intent is not Intent.REQUEST_EXTENSION
    await _correct(db, ODD, Intent.REQUEST_EXTENSION)
    for number, process in enumerate((here, elsewhere), start=5):
        await _talk(db, "the moon is made of cheese and so am i!", first=number, using=process)
        reading = await _newest(db)
        assert reading.intent is Intent.REQUEST_EXTENSION
        assert reading.evidence.example == ODD


async def test_a_correction_taken_back_is_forgotten(db: Database) -> None:
    using = replace(rules(), lessons=Lessons())
    await _talk(db, ODD, using=using)
    doubt = await _correct(db, ODD, Intent.REQUEST_EXTENSION)
    await _talk(db, ODD, first=5, using=using)
    at = NOW + timedelta(hours=2)
    await db.write(lambda conn: review.set_aside(conn, doubt, by="ann", now=at))
    await _talk(db, ODD, first=6, using=using)
    assert (await _newest(db)).intent is not Intent.REQUEST_EXTENSION


async def test_an_answer_to_a_question_is_a_test_row_and_no_example(db: Database) -> None:
    using = replace(rules(), lessons=Lessons())
    await _talk(db, ODD, using=using)
    (doubt,) = await _doubts(db)
    asked = replace(doubt, text="yes", asked=Asked.CONFIRM)
    await db.write(lambda c: review.correct(c, asked, Intent.THANKS, by="ann", now=NOW))
    await _talk(db, "yes", first=5, using=using)
    assert (await _newest(db)).intent is not Intent.THANKS
    (row,) = await db.read(lambda conn: list(review.test_rows(conn)))
    assert row["asked"] == "confirm"


@pytest.mark.parametrize(
    ("judge", "act"),
    [
        (lambda c, d: review.correct(c, d, Intent.BUSY, by="ann", now=NOW), review.CORRECTED),
        (lambda c, d: review.set_aside(c, d, by="ann", now=NOW), review.SET_ASIDE),
    ],
)
async def test_every_judgement_is_audited_and_leaves_the_list(
    db: Database, judge: Judge, act: str
) -> None:
    await _talk(db, ODD)
    (doubt,) = await _doubts(db)
    await db.write(lambda conn: judge(conn, doubt))
    assert await _doubts(db) == ()
    (noted,) = await db.read(lambda conn: agents.acts_of(conn, agent_id="ann"))
    assert noted.act == act
    assert json.loads(noted.detail_json)["message"] == doubt.message_id
    assert ODD not in noted.detail_json


def _config(tmp_path: Path, url: str) -> str:
    file = tmp_path / "duetalk.toml"
    file.write_text(f'database = "{url}"\n', encoding="utf-8")
    return str(file)


async def test_a_label_given_in_another_process_holds_in_the_running_one(
    db: Database, url: str, tmp_path: Path
) -> None:
    using = replace(rules(), lessons=Lessons())
    await _talk(db, ODD, using=using)
    (doubt,) = await _doubts(db)
    given = ["review", "--label", str(doubt.message_id), "busy", "--by", "ann"]
    command = [sys.executable, "-m", "bot", *given, "--config", _config(tmp_path, url)]
    done = subprocess.run(  # noqa: ASYNC221 # Nothing else runs meanwhile.
        command, capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert (done.returncode, done.stdout) == (0, f"{doubt.message_id} means busy\n"), done.stderr
    await _talk(db, ODD, first=5, using=using)
    assert (await _newest(db)).intent is Intent.BUSY


async def test_what_is_exported_is_what_evaluate_reads(db: Database, tmp_path: Path) -> None:
    await _talk(db, ODD)
    await _correct(db, ODD, Intent.BUSY)
    rows = await db.read(lambda conn: list(review.test_rows(conn)))
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (judged,) = evaluate(str(file)).alone
    assert (judged.expected, judged.found.text) == ("busy", ODD)


def test_the_command_refuses_what_was_never_read(
    bot_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _config(tmp_path, bot_url)
    assert run(["review", "--config", config]) == 0
    assert run(["review", "--label", "77", "busy", "--config", config]) == 2
    assert "expected the number of a message" in capsys.readouterr().err
    assert run(["review", "--export", "-", "--config", config]) == 0
    assert capsys.readouterr().out == ""
