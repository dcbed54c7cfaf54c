"""A case file holds all that was said and done about one person, and nothing of anybody else."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.casefile.document import Making
from bot.casefile.making import Form, Made, make
from bot.cli import run
from bot.clock import MovableClock
from bot.identities import rules_of
from bot.reminding import Planner, plan
from bot.sending import recheck_with
from bot.settings import CreditorSettings, Settings
from bot.turn import handle_waiting
from flows.money import Currency, Money
from storage import audit, creditors, customers, imports, messages, verification
from storage.creditors import Creditor
from storage.database import Database
from storage.messages import Incoming
from tests.benchmarks.test_storage import Bill
from tests.bot.fakes import Hooks, Log, RecordingChannel, a_delivery

NOW = datetime(2026, 3, 12, 9, 20, tzinfo=UTC)
WANG, OTHER = "+8613800002093", "+8613800004417"
MAKING = Making(by="ann", at=NOW, reason="ombudsman 17", version="0.1.0")


@pytest.fixture
async def talked(bot_db: Database) -> Database:
    """Two customers were reminded; one of them asked for parts and agreed, and named his card."""
    settings = Settings(creditor=CreditorSettings(name="澄湖信用", country="CN", currency="CNY"))
    rules = rules_of(settings)
    planner = Planner(rules=rules, creditor=settings.creditor, channel_of={"sms": "sms"})
    main = Creditor(id="main", name="澄湖信用", created_at=NOW)
    await bot_db.write(lambda c: creditors.put(c, main))
    new = imports.NewImport(creditor_id="main", file_name="", file_hash="", started_at=NOW)
    number = await bot_db.write(lambda c: imports.begin(c, new))
    await bot_db.write(lambda c: imports.store_many(c, number, "main", _bills(), at=NOW))
    await bot_db.write(lambda c: plan(c, planner, NOW))
    await bot_db.write(lambda c: handle_waiting(c, rules, NOW))
    for count, words in enumerate(("能分 3 期吗", "好", "😀 我的卡是 6222 0200 0000 2093")):
        said = Incoming(
            channel="sms",
            external_id=f"in{count}",
            address=WANG,
            text=words,
            said_at=NOW,
            received_at=NOW,
        )
        await bot_db.write(lambda c, m=said: messages.receive_many(c, [m]))
        await bot_db.write(lambda c: handle_waiting(c, rules, NOW))
    return bot_db


def _bills() -> list[Bill]:
    return [
        Bill(
            account_id=reference,
            name=name,
            address=address,
            outstanding=Money(180_000, Currency.of("CNY")),
            due_on=datetime(2026, 3, 6).date(),  # noqa: DTZ001  # Only its day is used.
            country="CN",
            timezone="Asia/Shanghai",
            secrets=(("id_last4", "9911"),),
        )
        for reference, name, address in (("A2093", "王佳宁", WANG), ("A4417", "陈思远", OTHER))
    ]


async def made(db: Database, *, is_masked: bool = False) -> Made:
    def work(conn):  # type: ignore[no-untyped-def]
        (customer,) = customers.find(conn, "A2093")
        return make(conn, customer, MAKING, tuple(Form), is_masked=is_masked)

    result: Made = await db.write(work)
    return result


async def test_each_form_tells_what_was_owed_said_decided_and_agreed(talked: Database) -> None:
    files = (await made(talked)).files
    page = files[Form.HTML].decode()
    for told in ("王佳宁", "能分 3 期吗", "request_instalments", "plan_propose", "first_overdue"):
        assert told in page
    for told in ("¥1,800.00", "¥600.00", "plan.read_back", "main:A2093", "program 0.1.0"):
        assert told in page
    for foreign in ("陈思远", "A4417", "9911", "<script", "src=", "<link"):
        assert foreign not in page
    data = json.loads(files[Form.JSON])
    assert [row["parts"] for row in data["records"]["plans"]] == [3]
    assert len(data["records"]["turns"]) == 4
    assert "9911" not in files[Form.JSON].decode()
    assert files[Form.PDF].startswith(b"%PDF")
    times = [event["at"] for event in data["events"]]
    assert times == sorted(times)


async def test_making_one_is_in_the_audit_with_the_digest_of_each_form(talked: Database) -> None:
    files = (await made(talked)).files
    (link,) = [
        found
        for found in await talked.read(lambda c: audit.stored(c, audit.ACTS))
        if found.kind == audit.Kind.CASE_FILE
    ]
    assert (link.actor, link.reason) == ("ann", "ombudsman 17")
    for form, content in files.items():
        assert link.detail[f"sha256_{form}"] == hashlib.sha256(content).hexdigest()
    assert await talked.read(verification.everything_wrong) == ()
    assert "case_file_made" in (await made(talked)).files[Form.HTML].decode()


async def test_a_masked_one_tells_nobody_who_it_is_about(talked: Database) -> None:
    files = (await made(talked, is_masked=True)).files
    for form in (Form.HTML, Form.JSON):
        text = files[form].decode()
        for secret in ("王佳宁", WANG, WANG[1:], "6222 0200", "A2093"):
            assert secret not in text
        assert "2026-03-12 17:20:00" in text
        assert "王**" in text
    assert "records" not in json.loads(files[Form.JSON])


async def test_the_gates_verdict_at_the_moment_of_sending_stands_with_the_message(
    talked: Database,
) -> None:
    settings = Settings(creditor=CreditorSettings(name="澄湖信用", country="CN", currency="CNY"))
    usual = a_delivery(
        talked, RecordingChannel(), hooks=Hooks(), log=Log(), clock=MovableClock(NOW)
    )
    await replace(usual, recheck=recheck_with(rules_of(settings))).run_once()
    links = await talked.read(lambda c: audit.stored(c, audit.SENDS + "sms"))
    verdicts = [link for link in links if link.kind == audit.Kind.SEND_VERDICT]
    assert {link.detail["verdict"] for link in verdicts} == {"send"}
    assert all(link.policy_version and link.code_version for link in verdicts)
    outcomes = [link.detail["outcome"] for link in links if link.kind == audit.Kind.SEND_OUTCOME]
    assert outcomes == ["sent"] * len(verdicts)
    assert "send; policy " in (await made(talked)).files[Form.HTML].decode()


def test_the_command_writes_files_only_their_owner_may_read(
    bot_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "duetalk.toml"
    config.write_text(f'database = "{bot_url}"\n', encoding="utf-8")

    async def store() -> None:
        async with await Database.open(bot_url) as db:
            main = Creditor(id="main", name="澄湖信用", created_at=NOW)
            await db.write(lambda c: creditors.put(c, main))
            new = imports.NewImport(creditor_id="main", file_name="", file_hash="", started_at=NOW)
            number = await db.write(lambda c: imports.begin(c, new))
            await db.write(lambda c: imports.store_many(c, number, "main", _bills(), at=NOW))

    asyncio.run(store())
    asked = ["case-file", "王佳宁", "--out", str(tmp_path / "out"), "--config", str(config)]
    assert run(asked) == 2
    assert run([*asked, "--reason", "asked", "--format", "docx"]) == 2
    assert run([*asked, "--reason", "asked", "--format", "html,json"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [Path(line).suffix for line in told] == [".html", ".json"]
    assert {Path(line).stat().st_mode & 0o777 for line in told} == {0o600}
