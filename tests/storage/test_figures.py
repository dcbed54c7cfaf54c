"""The dashboard's figures are those of the books, counted again by hand, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from flows.money import Currency
from flows.records import MadeBy
from storage import figures
from storage.columns import Instant
from storage.database import Database
from storage.days import day_of, local_day, number_of
from storage.figures import Asked, Band, Figures, Share, Step
from storage.promises import kept_rates
from tests.storage import books
from tests.storage.books import TODAY, Books, Row

NEW_YORK = ZoneInfo("America/New_York")
STEPS = tuple(Step)
BANDS = tuple(Band)
BILLS = 700


def asked(code: str = "USD", zone: str = "America/New_York", **days: date) -> Asked:
    return Asked(
        since_on=days.get("since_on", date(2026, 2, 13)),
        until_on=days.get("until_on", TODAY),
        currency=Currency.of(code),
        zone=ZoneInfo(zone),
    )


class ByHand:
    """The same figures, bill by bill, with nothing of SQL."""

    def __init__(self, drawn: Books, wanted: Asked) -> None:
        self.rows, self.wanted = drawn.rows, wanted
        self.talks = {row["id"]: row for row in self.rows["conversations"]}
        self.bills = [r for r in self.rows["accounts"] if r["currency"] == wanted.currency.code]
        self.paid = [
            row
            for row in self.rows["payments"]
            if row["is_matched"] and row["currency"] == wanted.currency.code
        ]

    def of(self, table: str, bill: Row) -> list[Row]:
        return [row for row in self.rows[table] if row.get("account_id") == bill["id"]]

    def day(self, at: datetime) -> date:
        return at.astimezone(self.wanted.zone).date()

    def has(self, at: datetime | None) -> bool:
        return at is not None and self.has_day(self.day(at))

    def has_day(self, on: date) -> bool:
        return self.wanted.since_on <= on <= self.wanted.until_on

    def band(self, late: int) -> Band:
        ends = {Band.BEFORE: 0, Band.DAYS_1_7: 7, Band.DAYS_8_30: 30, Band.DAYS_31_60: 60}
        return next((band for band, end in ends.items() if late <= end), Band.LATER)

    def started(self, bill: Row) -> list[Row]:
        told = ("pre_due", "due_today")
        return [
            row
            for row in self.of("outgoing_messages", bill)
            if row["kind"] == "reminder" or (row["kind"] == "notice" and row["template"] in told)
        ]

    def way(self, bill: Row) -> tuple[Step, Band, str] | None:
        """The last step of a bill, its band, and what became of it; None: never planned."""
        planned = [row for row in self.started(bill) if self.has(row["created_at"])]
        if not planned:
            return None
        sent = [row["sent_at"] for row in planned if row["sent_at"] is not None]
        first_on = self.day(min(sent or [row["created_at"] for row in planned]))
        band = self.band((first_on - bill["due_on"]).days)
        is_paid = bill["outstanding_minor"] <= 0
        outcome = "late"
        if is_paid:
            last = max(row["paid_on"] for row in self.paid if row["account_id"] == bill["id"])
            outcome = "cured" if (last - first_on).days <= 30 else "late"
        elif (TODAY - first_on).days <= 30:
            outcome = "young"
        if not sent:
            return Step.PLANNED, band, outcome
        wrote_at = self.talks[bill["conversation_id"]]["last_in_at"]
        if wrote_at is None or wrote_at < min(sent):
            is_there = any(row["status"] == "delivered" for row in planned)
            return Step.DELIVERED if is_there else Step.SENT, band, outcome
        return self.agreed(bill, min(sent), first_on, is_paid), band, outcome

    def agreed(self, bill: Row, sent_at: datetime, first_on: date, is_paid: bool) -> Step:
        since = first_on - timedelta(days=1)
        found = {r["status"] for r in self.of("promises", bill) if r["made_on"] >= since}
        found |= {r["status"] for r in self.of("plans", bill) if r["accepted_at"] >= sent_at}
        if not found:
            return Step.REPLIED
        if not found & {"kept", "completed"}:
            return Step.PROMISED
        return Step.PAID if is_paid else Step.KEPT

    def ways(self) -> list[tuple[Step, Band, str]]:
        return [way for bill in self.bills if (way := self.way(bill)) is not None]

    def steps(self) -> dict[Step, int]:
        counts = Counter(STEPS.index(step) for step, _, _ in self.ways())
        return {step: sum(counts[m] for m in range(n, 7)) for n, step in enumerate(STEPS)}

    def stage(self, band: Band) -> tuple[int, int, int, int]:
        """Accounts, cured, young, and money in."""
        own = [o for step, at, o in self.ways() if at is band and step is not Step.PLANNED]
        due = {bill["id"]: bill["due_on"] for bill in self.bills}
        money = sum(
            row["amount_minor"]
            for row in self.paid
            if self.has_day(row["paid_on"])
            and self.band((row["paid_on"] - due[row["account_id"]]).days) is band
        )
        return len(own), own.count("cured"), own.count("young"), money

    def settled(self) -> Share:
        found = []
        for bill in self.bills:
            days = [row["paid_on"] for row in self.paid if row["account_id"] == bill["id"]]
            if bill["outstanding_minor"] <= 0 and days and self.has_day(max(days)):
                found.append(bill)
        alone = [b for b in found if not self.has_person(b["conversation_id"])]
        return Share(hits=len(alone), of=len(found))

    def has_person(self, talk: str) -> bool:
        return any(
            row["event"] == "agent_said" and row["conversation_id"] == talk
            for row in self.rows["turns"]
        )

    def promised(self, on: date) -> int:
        promises = [
            row["amount_minor"]
            for row in self.rows["promises"]
            if row["due_on"] == on
            and row["currency"] == self.wanted.currency.code
            and row["status"] not in ("replaced", "cancelled")
        ]
        return sum(promises) + sum(self.parts(on))

    def parts(self, on: date) -> Iterator[int]:
        plans = {row["conversation_id"]: row for row in self.rows["plans"]}
        for part in self.rows["instalments"]:
            plan = plans[part["conversation_id"]]
            has_ended = plan["status"] in ("broken", "replaced", "cancelled")
            runs = not has_ended or on < self.day(plan["updated_at"])
            if part["due_on"] == on and plan["currency"] == self.wanted.currency.code and runs:
                yield part["amount_minor"]

    def plans(self) -> Share:
        states = [
            row["status"]
            for row in self.rows["plans"]
            if row["currency"] == self.wanted.currency.code and self.has(row["accepted_at"])
        ]
        good = sum(state in ("active", "completed") for state in states)
        bad = sum(state in ("at_risk", "broken") for state in states)
        return Share(hits=good, of=good + bad)

    def after_broken(self) -> Share:
        rows = [r for r in self.rows["promises"] if r["currency"] == self.wanted.currency.code]
        after = [
            row["status"]
            for row in rows
            if self.has_day(row["due_on"])
            and row["status"] in ("kept", "partial", "broken")
            and any(
                other["account_id"] == row["account_id"]
                and other["due_on"] < row["due_on"]
                and other["status"] in ("partial", "broken")
                for other in rows
            )
        ]
        return Share(hits=after.count("kept"), of=len(after))

    def came(self, table: str, at: str, **equal: str) -> Counter[Band]:
        own = {bill["conversation_id"]: bill["due_on"] for bill in self.bills}
        return Counter(
            self.band((self.day(row[at]) - own[row["conversation_id"]]).days)
            for row in self.rows[table]
            if row["conversation_id"] in own
            and self.has(row[at])
            and all(row[name] == value for name, value in equal.items())
        )

    def messages(self) -> Counter[Band]:
        return Counter(
            self.band((self.day(row["sent_at"]) - bill["due_on"]).days)
            for bill in self.bills
            for row in self.started(bill)
            if self.has(row["sent_at"])
        )


def check(found: Figures, hand: ByHand) -> None:
    assert found.steps == hand.steps()
    for stage in found.stages:
        got = (stage.accounts, stage.cured, stage.young, stage.paid.minor)
        assert got == hand.stage(stage.band), stage.band
        assert stage.complaints.count == hand.came("complaints", "opened_at")[stage.band]
        assert stage.stops.count == hand.came("signals", "at", kind="opt_out")[stage.band]
        assert stage.stops.messages == hand.messages()[stage.band]
    assert found.settled == hand.settled()
    assert found.plans == hand.plans()
    assert found.after_broken == hand.after_broken()
    for day in found.days:
        assert day.promised.minor == hand.promised(day.on), day.on
        booked = [r["amount_minor"] for r in hand.paid if r["paid_on"] == day.on]
        assert day.paid.minor == sum(booked), day.on


@pytest.mark.parametrize(
    ("code", "zone"),
    [("USD", "America/New_York"), ("CNY", "Asia/Shanghai"), ("JPY", "Pacific/Kiritimati")],
)
async def test_every_figure_is_that_of_the_books(db: Database, code: str, zone: str) -> None:
    drawn = books.drawn(11, BILLS)
    await db.write(drawn.write)
    wanted = asked(code, zone)
    found = await db.read(lambda conn: figures.read(conn, wanted, today=TODAY))
    assert found.steps[Step.PAID] > 0
    check(found, ByHand(drawn, wanted))


def only(drawn: Books, campaign: str) -> Books:
    """The books of one campaign's bills, each of which has a talk of its own."""
    bills = [row for row in drawn.rows["accounts"] if row["campaign"] == campaign]
    ids = {row["id"] for row in bills}
    talks = {row["conversation_id"] for row in bills}
    own = Books(drawn.chance)
    for name, rows in drawn.rows.items():
        for row in rows:
            talk = row["id"] if name == "conversations" else row.get("conversation_id")
            if row.get("account_id") in ids or talk in talks:
                own.add(name, **row)
    return own


async def test_the_figures_of_a_campaign_are_those_of_its_bills(db: Database) -> None:
    drawn = books.drawn(16, BILLS)
    for number, row in enumerate(drawn.rows["accounts"]):
        row |= {"campaign": "march" if number % 3 else "", "import_id": 7}
    await db.write(drawn.write)
    assert await db.read(figures.campaigns) == ("import-7", "march")
    whole = await db.read(lambda conn: figures.read(conn, asked(), today=TODAY))
    parts = []
    for name, label in (("march", "march"), ("import-7", "")):
        wanted = replace(asked(), campaign=name)
        found = await db.read(lambda conn, w=wanted: figures.read(conn, w, today=TODAY))
        check(found, ByHand(only(drawn, label), wanted))
        tiles = await db.read(lambda conn, w=wanted: figures.tiles(conn, w))
        assert (tiles.paid, tiles.promises, tiles.settled) == (
            found.paid,
            found.promises,
            found.settled,
        )
        parts.append(found)
    assert whole.talks == sum(part.talks for part in parts)
    assert whole.handed_over == sum(part.handed_over for part in parts)
    assert whole.promises.of == sum(part.promises.of for part in parts)
    counts = Counter({each.reason: each.count for part in parts[:1] for each in part.reasons})
    counts.update({each.reason: each.count for each in parts[1].reasons})
    assert counts == {each.reason: each.count for each in whole.reasons}


async def test_a_campaign_that_no_bill_is_of_has_no_figures(db: Database) -> None:
    await db.write(books.drawn(17, 50).write)
    wanted = replace(asked(), campaign="import-²")
    found = await db.read(lambda conn: figures.read(conn, wanted, today=TODAY))
    assert set(found.steps.values()) == {0}


async def test_sums_agree_with_one_another(db: Database) -> None:
    await db.write(books.drawn(12, BILLS).write)
    found = await db.read(lambda conn: figures.read(conn, asked(), today=TODAY))
    assert found.paid.minor == sum(day.paid.minor for day in found.days)
    assert found.paid.minor == sum(stage.paid.minor for stage in found.stages)
    assert found.steps[Step.SENT] == sum(stage.accounts for stage in found.stages)
    assert found.complaints.count == sum(stage.complaints.count for stage in found.stages)
    counts = [found.steps[step] for step in STEPS]
    assert counts == sorted(counts, reverse=True)
    assert found.handed_over <= sum(reason.count for reason in found.reasons)


async def test_two_halves_of_a_range_hold_what_the_whole_holds(db: Database) -> None:
    await db.write(books.drawn(13, BILLS).write)
    whole = asked(since_on=date(2026, 2, 1), until_on=date(2026, 2, 28))
    late = asked(since_on=date(2026, 2, 15), until_on=date(2026, 2, 28))
    assert late.before == asked(since_on=date(2026, 2, 1), until_on=date(2026, 2, 14))
    one = await db.read(lambda conn: figures.read(conn, whole, today=TODAY))
    parts = [
        await db.read(lambda conn, a=a: figures.read(conn, a, today=TODAY))
        for a in (late.before, late)
    ]
    assert one.paid.minor == sum(part.paid.minor for part in parts)
    assert one.stops.count == sum(part.stops.count for part in parts)
    assert one.stops.messages == sum(part.stops.messages for part in parts)
    assert one.promises.of == sum(part.promises.of for part in parts)
    tiles = await db.read(lambda conn: figures.tiles(conn, whole))
    assert (tiles.paid, tiles.promises, tiles.settled) == (one.paid, one.promises, one.settled)


async def test_the_currencies_together_are_what_the_report_prints(db: Database) -> None:
    await db.write(books.drawn(14, BILLS).write)
    days = {"since_on": date(2026, 2, 13), "until_on": TODAY}
    report = await db.read(lambda conn: kept_rates(conn, **days))
    kinds = await db.read(figures.currencies)
    assert kinds[0].code == "USD"
    assert {each.code for each in kinds} == {"USD", "CNY", "JPY"}
    found = [
        await db.read(lambda conn, k=k: figures.read(conn, asked(k.code), today=TODAY))
        for k in kinds
    ]
    for number, maker in enumerate(MadeBy):
        for name in ("kept", "partial", "broken", "open"):
            total = sum(getattr(each.kept[number], name) for each in found)
            assert total == getattr(report[number], name), (maker, name)


async def test_a_list_holds_the_bills_that_its_figure_counts(db: Database) -> None:
    await db.write(books.drawn(15, BILLS).write)
    wanted = asked()
    found = await db.read(lambda conn: figures.read(conn, wanted, today=TODAY))
    for step in Step:
        rows = await db.read(
            lambda conn, s=step: figures.listed(conn, wanted, today=TODAY, step=s, limit=BILLS)
        )
        assert len(rows) == found.steps[step]
        assert all(STEPS.index(row.step) >= STEPS.index(step) for row in rows)
    for stage in found.stages:
        rows = await db.read(
            lambda conn, b=stage.band: figures.listed(
                conn, wanted, today=TODAY, step=Step.SENT, band=b, limit=BILLS
            )
        )
        assert len(rows) == stage.accounts
    first = await db.read(
        lambda conn: figures.listed(conn, wanted, today=TODAY, step=Step.PLANNED, limit=3)
    )
    second = await db.read(
        lambda conn: figures.listed(conn, wanted, today=TODAY, step=Step.PLANNED, offset=2, limit=1)
    )
    assert first[2:] == second


async def test_an_empty_database_has_no_currency_and_no_figures(db: Database) -> None:
    assert await db.read(figures.currencies) == ()
    found = await db.read(lambda conn: figures.read(conn, asked(), today=TODAY))
    assert set(found.steps.values()) == {0}
    assert found.promises.value is None
    assert found.complaints.per_10_000 is None
    assert found.paid.minor == 0


ZONES = ("America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/London", "UTC")


async def test_the_day_of_an_instant_is_that_of_the_zones_clock(sqlite_db: Database) -> None:
    """Through changes of the clock, quarter by quarter around them."""
    for zone in ZONES:
        since, until = date(2026, 1, 1), date(2026, 12, 31)
        instants = [
            datetime(2026, month, 1, tzinfo=UTC) + timedelta(hours=25 * step, minutes=45 * step)
            for month in (3, 4, 10, 11)
            for step in range(28)
        ]
        wanted = [at.astimezone(ZoneInfo(zone)).date() for at in instants]
        columns: list[Any] = [
            local_day(literal(at, Instant()), ZoneInfo(zone), since, until).label(f"c{n}")
            for n, at in enumerate(instants)
        ]
        row = await sqlite_db.read(lambda conn, c=columns: conn.execute(select(*c)).one())
        assert [day_of(number) for number in row] == wanted, zone


@given(st.dates(date(1971, 1, 1), date(2199, 1, 1)))
def test_days_and_their_numbers_go_both_ways(day: date) -> None:
    assert day_of(number_of(day)) == day
