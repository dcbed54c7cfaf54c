"""The dashboard of the demo, played for two weeks, says what the report and the registers say."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.app import Service, opened
from bot.clock import MovableClock
from bot.commands import report
from bot.commands.demo import begun, demo_settings
from bot.console.data import ClockStep
from bot.console.store import Store
from bot.demo import story
from bot.demo.data import Demo
from bot.log import configure
from bot.turn import take_turn
from flows.events import PaymentSeen
from flows.money import Currency
from flows.records import AccountId
from storage import accounts, figures, payments, registers
from storage.figures import Asked, Figures, Step
from storage.payments import NewPayment
from storage.registers import Wanted

ZONE = ZoneInfo("Asia/Shanghai")
SINCE, UNTIL = date(2026, 3, 12), date(2026, 3, 25)
# Who writes what on the first day; the first two pay what they promised, the others nothing.
SAID = (
    ("7710", "I can pay it all on saturday"),
    ("1174", "I will pay 86.50 on saturday"),
    ("4082", "i will pay all of it on saturday"),
    ("2093", "3月14号还1800"),
    ("8841", "我要投訴你們"),
    ("2748", "别再给我发短信了"),
)
PAYS = ("7710", "2093")


@dataclass(frozen=True, slots=True)
class Played:
    """A demo that two weeks went by in."""

    service: Service
    demo: Demo


@asynccontextmanager
async def played(folder: Path) -> AsyncIterator[Played]:
    settings, clock = (
        demo_settings(folder / "demo.db", "127.0.0.1", 0),
        MovableClock(story.STARTS_AT),
    )
    async with opened(settings, clock, configure(is_quiet=True)) as service:
        demo = await begun(service, clock, Store(service, zone=ZONE))
        for tail, words in SAID:
            await demo.said(demo.phones_of[tail], words, now=clock.now())
        for day in range(13):
            if day == 1:
                for tail in PAYS:
                    await service.database.write(lambda c, t=tail: pay(c, service, demo, t))
            await demo.move_clock(ClockStep.DAY)
        yield Played(service, demo)


def pay(conn: Connection, service: Service, demo: Demo, tail: str) -> None:
    """The customer's whole bill is paid, today on his own clock."""
    ids = [AccountId(f"demo-{country}:{country.upper()}88{tail}") for country in ("cn", "gb")]
    (record,) = accounts.snapshot(conn, ids).values()
    now = service.clock.now()
    new = NewPayment(
        account_id=record.id,
        reference=f"R-{tail}",
        amount=record.outstanding,
        paid_on=now.astimezone(ZONE).date(),
        received_at=now,
    )
    seen = PaymentSeen(
        account_id=record.id, reference=new.reference, amount=new.amount, paid_on=new.paid_on
    )
    take_turn(conn, demo.phones_of[tail], seen, service.rules, now)
    payments.book_many(conn, [new])


async def figures_of(shown: Played) -> dict[str, Figures]:
    def read(conn: Connection) -> dict[str, Figures]:
        return {
            each.code: figures.read(conn, asked(each), today=UNTIL)
            for each in figures.currencies(conn)
        }

    return await shown.service.database.read(read)


def asked(currency: Currency) -> Asked:
    return Asked(since_on=SINCE, until_on=UNTIL, currency=currency, zone=ZONE)


async def test_the_played_demo_tells_the_same_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with played(tmp_path) as shown:
        found = await figures_of(shown)
        await check_report(tmp_path, found, capsys)
        await check_registers(shown, found)
        check_known(found)


async def check_report(
    folder: Path, found: dict[str, Figures], capsys: pytest.CaptureFixture[str]
) -> None:
    config = folder / "duetalk.toml"
    config.write_text(f'database = "sqlite:///{folder / "demo.db"}"\n', "utf-8")
    args = argparse.Namespace(what="promises", since=SINCE, until=UNTIL, json=True, config=config)
    capsys.readouterr()
    assert await asyncio.to_thread(report.run, args) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["made_by"] for line in lines] == ["bot", "agent"]
    for number, line in enumerate(lines):
        for name in ("kept", "partial", "broken", "open"):
            total = sum(getattr(each.kept[number], name) for each in found.values())
            assert total == line[name], (line["made_by"], name)
    assert sum(line["kept"] for line in lines) >= 1
    assert sum(line["broken"] for line in lines) >= 1


async def check_registers(shown: Played, found: dict[str, Figures]) -> None:
    entries = await shown.service.database.read(
        lambda conn: tuple(registers.every(conn, "complaints", Wanted()))
    )
    assert len(entries) == sum(each.complaints.count for each in found.values()) == 1
    disputes = await shown.service.database.read(
        lambda conn: tuple(registers.every(conn, "disputes", Wanted()))
    )
    told = {
        each.reason.value: each.count for each in [r for f in found.values() for r in f.reasons]
    }
    assert sum(told.get(name, 0) for name in ("dispute_debt", "dispute_amount")) == len(disputes)


def check_known(found: dict[str, Figures]) -> None:
    """What the story says: three currencies, two who paid, one who wrote stop."""
    assert {code: each.paid.minor for code, each in found.items()} == {
        "CNY": 180_000,
        "GBP": 14_820,
        "HKD": 0,
    }
    assert found["CNY"].stops.count == 1
    assert found["GBP"].stops.count == 0
    assert found["HKD"].complaints.count == 1
    assert sum(each.steps[Step.PLANNED] for each in found.values()) == 12
    assert found["GBP"].steps[Step.PAID] == 1
    assert found["GBP"].settled.hits == found["GBP"].settled.of == 1
    best = max(found["GBP"].days, key=lambda day: day.paid.minor)
    assert best.on == SINCE + timedelta(days=1)
