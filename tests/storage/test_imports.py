"""Files of accounts: new, changed and same rows are told apart, faults kept, imports undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest
from sqlalchemy import Connection, update

from flows.money import Money
from storage import accounts, imports, outgoing, tables, uploads
from storage.database import Database
from storage.imports import Counts, NewImport, NotUndone, Undone
from tests.storage.values import NOW, SECOND, a_conversation, begin, dollars

ACCOUNTS, IMPORTS = tables.table("accounts"), tables.table("account_imports")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A row of a file, as storage/imports.py asks for it."""

    account_id: str
    name: str = "Chen Si"
    channel: str = "sms"
    address: str = "+15550100"
    outstanding: Money = dollars(120)  # noqa: RUF009 # A frozen value.
    due_on: date = date(2026, 2, 1)  # A frozen value.
    product: str = "card"
    language: str = "en"
    style: str = ""
    timezone: str = "Asia/Shanghai"
    country: str = "CN"
    region: str = ""
    fees: Money | None = None
    pay_link: str = ""
    is_bound: bool = True
    consent: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


BILLS = [Bill(account_id=f"A{n}", secrets=(("birthday", "1990-01-0" + str(n)),)) for n in (1, 2, 3)]


async def take_in(db: Database, *bills: Bill) -> tuple[int, Counts]:
    def work(conn: Connection) -> tuple[int, Counts]:
        number = imports.begin(
            conn,
            NewImport(
                creditor_id="north",
                file_name="bills.csv",
                file_hash=str(hash(bills)),
                started_at=NOW,
            ),
        )
        counts = imports.store_many(conn, number, "north", bills, at=NOW)
        imports.finish(conn, number, at=NOW)
        return number, counts

    return await db.write(work)


async def account(db: Database, number: int = 1) -> accounts.AccountRecord | None:
    wanted = accounts.account_id("north", f"A{number}")
    return (await db.read(lambda c: accounts.snapshot(c, [wanted]))).get(wanted)


async def test_a_row_is_stored_as_the_file_gave_it(db: Database) -> None:
    bill = replace(BILLS[0], fees=dollars(3), pay_link="https://pay.example/1", consent="sms")
    await take_in(db, bill)
    found = await account(db)
    assert found is not None
    for name in Bill.__slots__:
        if name != "account_id":
            assert getattr(found, name) == getattr(bill, name), name
    assert (found.id, found.reference, found.creditor_name) == ("north:A1", "A1", "north")
    assert (found.status, found.pause, found.contacted_at) == ("open", "", None)


async def test_the_same_file_again_changes_nothing(db: Database) -> None:
    first, counts = await take_in(db, *BILLS)
    assert counts == Counts(created=3, updated=0, same=0)
    assert await db.read(lambda c: imports.same_file(c, "north", str(hash(tuple(BILLS))))) == (
        await db.read(lambda c: imports.find(c, first))
    )
    assert (await take_in(db, *BILLS))[1] == Counts(created=0, updated=0, same=3)


async def test_changed_and_new_rows_are_told_apart(db: Database) -> None:
    await take_in(db, *BILLS[:2])
    changed = replace(BILLS[0], outstanding=dollars(90))
    with_more_fees = replace(BILLS[1], fees=dollars(1))
    rows = (changed, with_more_fees, BILLS[2])
    assert await db.write(lambda c: imports.preview(c, "north", rows)) == Counts(
        created=1, updated=2, same=0
    )
    number, counts = await take_in(db, *rows)
    assert counts == Counts(created=1, updated=2, same=0)
    found = await account(db)
    assert found is not None
    assert found.outstanding == dollars(90)
    stored = await db.read(lambda c: imports.find(c, number))
    assert stored is not None
    assert (stored.status, stored.row_count, stored.created_count) == ("stored", 3, 1)


async def test_what_stands_there_is_told_before_it_is_changed(db: Database) -> None:
    await take_in(db, *BILLS[:2])
    rows = (replace(BILLS[0], outstanding=dollars(90)), BILLS[1], BILLS[2])
    found = await db.write(lambda c: imports.compare(c, "north", rows))
    assert {name: each.kind for name, each in found.items()} == {
        "A1": "updated",
        "A2": "same",
        "A3": "created",
    }
    before = found["A1"].before
    assert before is not None
    assert (before.outstanding, before.details.secrets) == (dollars(120), BILLS[0].secrets)
    assert (before.due_on, before.status, before.address) == (BILLS[0].due_on, "open", "+15550100")
    stored = await account(db)
    assert stored is not None
    assert stored.outstanding == dollars(120)


async def test_of_two_rows_for_one_account_the_last_stands(db: Database) -> None:
    _, counts = await take_in(db, BILLS[0], replace(BILLS[0], outstanding=dollars(7)))
    assert counts == Counts(created=1, updated=0, same=0)
    found = await account(db)
    assert found is not None
    assert found.outstanding == dollars(7)


async def test_two_creditors_may_use_the_same_account_number(db: Database) -> None:
    await take_in(db, BILLS[0])

    def other(conn: Connection) -> Counts:
        new = NewImport(creditor_id="south", file_name="", file_hash="", started_at=NOW)
        number = imports.begin(conn, new)
        return imports.store_many(conn, number, "south", [BILLS[0]], at=NOW)

    assert await db.write(other) == Counts(created=1, updated=0, same=0)


async def test_an_import_can_be_undone(db: Database) -> None:
    await take_in(db, *BILLS[:2])
    number, _ = await take_in(db, replace(BILLS[0], outstanding=dollars(1)), *BILLS[1:])
    assert await db.write(lambda c: imports.undo(c, number, at=NOW)) == Undone(
        removed=1, restored=1
    )
    found = await account(db)
    assert found is not None
    assert found.outstanding == dollars(120)
    assert await account(db, 3) is None
    assert await db.write(lambda c: imports.undo(c, number, at=NOW)) == NotUndone(
        status="undone", contacted=0
    )


async def test_a_bill_with_a_planned_reminder_is_withdrawn_with_its_import(db: Database) -> None:
    number, _ = await take_in(db, *BILLS[:2])
    await db.write(
        lambda c: c.execute(
            update(ACCOUNTS).where(ACCOUNTS.c.reference == "A1").values(conversation_id="c1")
        )
    )
    assert await db.write(lambda c: imports.undo(c, number, at=NOW)) == Undone(
        removed=2, restored=0
    )
    found = await account(db)
    assert found is not None
    assert found.status == "withdrawn", "its conversation asks the ledger before it reminds"
    assert await account(db, 2) is None


async def test_an_import_that_stopped_is_told_so_goes_on_or_is_taken_back(db: Database) -> None:
    number, _ = await take_in(db, *BILLS)

    async def status() -> str:
        found = await db.read(lambda c: imports.find(c, number))
        assert found is not None
        return found.status

    assert not await db.write(lambda c: imports.stop(c, number, at=NOW)), "it is stored"
    await db.write(lambda c: c.execute(update(IMPORTS).values(status="running")))
    assert await db.write(lambda c: imports.stop(c, number, at=NOW))
    assert await status() == "stopped"
    await db.write(lambda c: imports.go_on(c, number))
    assert await status() == "running"
    await db.write(lambda c: imports.stop(c, number, at=NOW))
    undone = await db.write(lambda c: imports.undo(c, number, at=NOW))
    assert undone == Undone(removed=3, restored=0)


async def test_an_import_is_left_when_nobody_runs_it_for_long(db: Database) -> None:
    number, _ = await take_in(db, *BILLS)
    await db.write(lambda c: c.execute(update(IMPORTS).values(status="running")))

    async def left(before: datetime) -> tuple[int, ...]:
        return await db.read(lambda c: imports.left_running(c, started_before=before))

    assert await left(NOW) == ()
    assert await left(NOW + SECOND) == (number,)
    running = uploads.Upload(
        id="u",
        agent_id="wu",
        file_name="bills.csv",
        created_at=NOW,
        expires_at=NOW + SECOND,
        state="importing",
        import_id=number,
    )
    await db.write(lambda c: uploads.put(c, running))
    assert await left(NOW + SECOND) == (), "its file is at work"


async def test_an_import_stays_once_a_message_about_it_has_left(db: Database) -> None:
    number, _ = await take_in(db, *BILLS)
    message = outgoing.NewMessage(
        conversation_id="sms:+15550100",
        channel="sms",
        address="+15550100",
        account_id="north:A1",
        kind="reminder",
        text="Hello.",
        due_at=NOW,
        created_at=NOW + SECOND,
    )
    await db.write(lambda c: begin(c, a_conversation()))
    await db.write(lambda c: outgoing.add_many(c, [message]))
    sent = outgoing.Sent(message_id=1, provider_id="P", at=NOW)

    def send(conn: Connection) -> None:
        outgoing.claim_due(conn, "sms", now=NOW, limit=1, lease=SECOND * 30, owner="w")
        outgoing.finish_many(conn, [sent])

    await db.write(send)
    assert await db.write(lambda c: imports.undo(c, number, at=NOW)) == NotUndone(
        status="stored", contacted=1
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    line: int
    column: str
    value: str
    reason: str


async def test_faults_are_kept_with_their_rows_in_the_order_of_the_file(db: Database) -> None:
    number, _ = await take_in(db)
    faults = [
        (Fault(line=2, column="amount", value="x", reason="expected an amount"), '{"a": "x"}'),
        (Fault(line=2, column="due_date", value="", reason="expected a date"), '{"a": "x"}'),
        (Fault(line=9, column="phone", value="1", reason="expected a number"), "{}"),
    ]
    await db.write(lambda c: imports.add_faults(c, number, faults))
    first = await db.read(lambda c: imports.faults_of(c, number, limit=2))
    rest = await db.read(lambda c: imports.faults_of(c, number, after_id=first[-1].id))
    assert [(f.line, f.column) for f in (*first, *rest)] == [
        (2, "amount"),
        (2, "due_date"),
        (9, "phone"),
    ]
    stored = await db.read(lambda c: imports.find(c, number))
    assert stored is not None
    assert stored.bad_count == 2


async def test_a_mapping_is_remembered(db: Database) -> None:
    for text in ('{"a": 1}', '{"a": 2}'):
        await db.write(lambda c, t=text: imports.save_mapping(c, "north", "core", t, at=NOW))
    assert await db.read(lambda c: imports.mappings(c, "north")) == {"core": '{"a": 2}'}


# --- Lists and planning -------------------------------------------------------------------------


@pytest.fixture
async def portfolio(db: Database) -> Database:
    await take_in(
        db,
        Bill(account_id="A1", name="Chen Si", address="+15550101"),
        Bill(account_id="A2", name="Li Wen", address="+15550102", outstanding=dollars(900)),
        Bill(account_id="A3", name="Chen Si", address="+15550101", due_on=date(2026, 3, 20)),
        Bill(account_id="A4", name="Ann 100%", address="+15550104", language="zh-Hans"),
    )
    return db


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (accounts.Filter(), "A1 A2 A3 A4"),
        (accounts.Filter(text="chen"), "A1 A3"),
        (accounts.Filter(text="50102"), "A2"),
        (accounts.Filter(text="0%"), "A4"),
        (accounts.Filter(language="zh-Hans"), "A4"),
        (accounts.Filter(least_minor=50_000), "A2"),
        (accounts.Filter(most_minor=50_000), "A1 A3 A4"),
        (accounts.Filter(due_to_on=date(2026, 3, 1)), "A1 A2 A4"),
        (accounts.Filter(due_from_on=date(2026, 3, 1)), "A3"),
        (accounts.Filter(status="paid"), ""),
        (accounts.Filter(creditor_id="south"), ""),
    ],
)
async def test_accounts_are_found_by_what_a_list_asks(
    portfolio: Database, wanted: accounts.Filter, found: str
) -> None:
    rows = await portfolio.read(lambda c: accounts.search(c, wanted))
    assert [row.reference for row in rows] == found.split()
    assert await portfolio.read(lambda c: accounts.count(c, wanted)) == len(found.split())


async def test_pages_of_a_list_follow_one_another(portfolio: Database) -> None:
    everything = accounts.Filter()
    first = await portfolio.read(lambda c: accounts.search(c, everything, limit=3))
    rest = await portfolio.read(
        lambda c: accounts.search(c, everything, after_id=first[-1].id, limit=3)
    )
    assert [row.reference for row in (*first, *rest)] == ["A1", "A2", "A3", "A4"]


async def test_one_person_has_all_bills_of_his_name_at_an_address(portfolio: Database) -> None:
    one, two = await portfolio.read(lambda c: accounts.at_address(c, "sms", "+15550101"))
    assert one.person_id == two.person_id
    household = replace(one, name="Chen Xiaoli")
    assert household.person_id != one.person_id


async def planned(db: Database) -> list[str]:
    wanted = accounts.Candidates(
        now=NOW, due_by_on=date(2026, 3, 2), quiet_since_at=NOW - 3 * 86_400 * SECOND
    )
    return [a.reference for a in await db.read(lambda c: accounts.candidates(c, wanted))]


async def test_only_bills_that_may_be_planned_are_candidates(portfolio: Database) -> None:
    assert await planned(portfolio) == ["A1", "A2", "A4"]
    await portfolio.write(lambda c: accounts.set_status(c, ["north:A2"], "withdrawn", at=NOW))
    assert await planned(portfolio) == ["A1", "A4"]


async def test_a_stop_at_an_address_holds_for_every_bill_there(portfolio: Database) -> None:
    state = a_conversation("sms:+15550101", opted_out=frozenset({"all"}))
    await portfolio.write(lambda c: begin(c, state))
    assert await planned(portfolio) == ["A2", "A4"]
