"""Bills of fictional people in a database, and all that a database holds, for tests of planning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.identities import rules_of
from bot.reminding import Planner
from bot.settings import CreditorSettings, Settings
from flows.money import Currency, Money
from storage import imports, tables
from storage.database import Database
from storage.imports import NewImport

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # A Monday, 11:00 in Shanghai.
TODAY = date(2026, 3, 2)
_TABLES = ("conversations", "routes", "persons", "addresses", "jobs", "accounts", "handoffs")
_MOVING = {"import_id", "changed_import_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A row of a file, as storage/imports.py asks for it: due yesterday, in Shanghai."""

    account_id: str
    name: str = "王伟"
    channel: str = "sms"
    address: str = "+15550100"
    outstanding: Money = Money(360_000, Currency.of("CNY"))  # noqa: RUF009 # A frozen value.
    due_on: date = TODAY - timedelta(days=1)  # A frozen value.
    product: str = "消费贷"
    language: str = ""
    style: str = ""
    timezone: str = ""
    country: str = "CN"
    region: str = ""
    fees: Money | None = None
    pay_link: str = ""
    is_bound: bool = True
    consent: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


def a_planner(**creditor: str) -> Planner:
    settings = Settings(creditor=CreditorSettings(name="晨光消费金融", **creditor))
    return Planner(
        rules=rules_of(settings), creditor=settings.creditor, channel_of={"sms": "gateway"}
    )


async def take_in(db: Database, bills: Iterable[Bill], name: str = "bills.csv") -> None:
    """Store the bills, as an import does."""
    listed = list(bills)

    def work(conn: Connection) -> None:
        new = NewImport(creditor_id="north", file_name=name, file_hash=name, started_at=NOW)
        number = imports.begin(conn, new)
        imports.store_many(conn, number, "north", listed, at=NOW)
        imports.finish(conn, number, at=NOW)

    await db.write(work)


def everything(conn: Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows that planning may touch, without the numbers a database gives."""
    found = {}
    for name in _TABLES:
        table = tables.table(name)
        rows = [dict(row._mapping) for row in conn.execute(select(table))]
        for row in rows:
            for moving in _MOVING.intersection(row):
                del row[moving]
            if name == "jobs":
                del row["id"]
        found[name] = sorted(rows, key=repr)
    return found
