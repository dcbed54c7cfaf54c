"""Books of a portfolio, drawn by a seed: bills, messages, promises, payments, cases for people.

Rows are written as they are, without turns of the bot, so that a hundred thousand bills take
seconds. All people are fictional.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from storage import tables

Row = dict[str, Any]
TODAY = date(2026, 3, 12)
FIRST = date(2026, 1, 5)
_SPAN = (TODAY - FIRST).days
_CURRENCIES = (("USD", 2), ("USD", 2), ("CNY", 2), ("JPY", 0))
_REASONS = ("dispute_amount", "requested", "hardship", "negotiation", "vulnerable", "unclear")
NAMES = ("Dana Mills", "Sam Okafor", "王佳宁", "Priya Nair", "陈思远", "Tom Reyes")
_CHUNK = 5_000
# As long as a usual turn's.
_BODY = '{"event":{"~":"customer_said"},"actions":[],"reasons":[]' + " " * 1_400 + "}"


@dataclass(slots=True)
class Books:
    """Rows by table, drawn one bill after the other."""

    chance: Random
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **values: Any) -> Row:
        """One row more."""
        self.rows[table].append(values)
        return values

    def write(self, conn: Connection) -> None:
        """Store everything, what others name first."""
        first = ("accounts", "conversations")
        for name in (*first, *sorted(self.rows.keys() - set(first))):
            for part in _parts(self.rows[name]):
                conn.execute(insert(tables.table(name)), part)


def _parts(rows: list[Row]) -> Iterator[list[Row]]:
    for first in range(0, len(rows), _CHUNK):
        yield rows[first : first + _CHUNK]


def drawn(seed: int, bills: int) -> Books:
    """Books of so many bills, each of a person of its own."""
    books = Books(Random(seed))
    for number in range(bills):
        _bill(books, number)
    return books


def _at(on: date, chance: Random) -> datetime:
    return datetime.combine(on, time(), UTC) + timedelta(seconds=chance.randrange(86_400))


def _bill(books: Books, number: int) -> None:
    chance = books.chance
    code, exponent = chance.choice(_CURRENCIES)
    talk = f"t{number}"
    account = books.add(
        "accounts",
        id=f"a{number}",
        creditor_id="north",
        reference=f"N{number:07}",
        name=chance.choice(NAMES),
        channel="sms",
        address=f"+1555{number:07}",
        outstanding_minor=chance.randrange(1_000, 400_000),
        currency=code,
        exponent=exponent,
        due_on=FIRST + timedelta(days=chance.randrange(-50, _SPAN)),
        updated_at=_at(TODAY, chance),
        conversation_id=talk,
    )
    sent_at = _messages(books, account)
    talked = books.add(
        "conversations",
        id=talk,
        channel="sms",
        address=account["address"],
        name=account["name"],
        currency=code,
        exponent=exponent,
        outstanding_minor=account["outstanding_minor"],
        oldest_due_on=account["due_on"],
        last_in_at=None,
        opened_at=_at(FIRST, chance),
        updated_at=_at(TODAY, chance),
    )
    if sent_at is not None and chance.random() < 0.4:
        _reply(books, account, talked, sent_at)
    if chance.random() < 0.25:
        _pay(books, account, FIRST + timedelta(days=chance.randrange(_SPAN)))


def _messages(books: Books, account: Row) -> datetime | None:
    """What we wrote of the bill; when the last of it was sent."""
    chance, last = books.chance, None
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        at = _at(FIRST + timedelta(days=chance.randrange(_SPAN)), chance)
        status = chance.choice(("queued", "sent", "delivered", "delivered", "delivered", "failed"))
        kind, template = chance.choice(
            (("reminder", "first_overdue"), ("notice", "pre_due"), ("notice", "promise_due"))
        )
        sent_at = None if status == "queued" else at + timedelta(minutes=chance.randrange(300))
        books.add(
            "outgoing_messages",
            conversation_id=account["conversation_id"],
            account_id=account["id"],
            channel="sms",
            address=account["address"],
            kind=kind,
            template=template,
            text="A bill is open. " * 8,
            created_at=at,
            due_at=at,
            status=status,
            sent_at=sent_at,
        )
        if sent_at is not None:
            last = max(last or sent_at, sent_at)
    return last


def _reply(books: Books, account: Row, talk: Row, after: datetime) -> None:
    chance = books.chance
    at = after + timedelta(minutes=chance.randrange(-2_000, 4_000))
    talk["last_in_at"] = at
    books.add(
        "incoming_messages",
        conversation_id=talk["id"],
        channel="sms",
        external_id=f"in-{talk['id']}",
        address=account["address"],
        text="words",
        said_at=at,
        received_at=at,
        ready_at=at,
        latest_at=at,
    )
    if chance.random() < 0.6:
        _agree(books, account, at)
    if chance.random() < 0.2:
        _case(books, talk, at)
    for kind, share in (("opt_out", 0.04), ("complaint", 0.03)):
        if chance.random() < share:
            _came_back(books, talk, at, kind)
    for number in range(chance.choice((1, 2, 3))):
        event = chance.choice(("customer_said", "customer_said", "time_came", "agent_said"))
        _turn(books, talk, number + 1, at, event)


def _turn(books: Books, talk: Row, number: int, at: datetime, event: str) -> None:
    books.add(
        "turns",
        conversation_id=talk["id"],
        number=number,
        at=at + timedelta(seconds=number),
        event=event,
        dialogue="promise",
        body_json=_BODY,
        state_hash="",
        policy_version="p1",
        code_version="c1",
        body_hash="",
        prev_hash="",
        hash="",
    )


def _agree(books: Books, account: Row, at: datetime) -> None:
    chance, made_on = books.chance, at.date()
    common = {
        "conversation_id": account["conversation_id"],
        "account_id": account["id"],
        "currency": account["currency"],
        "exponent": account["exponent"],
        "made_by": chance.choice(("bot", "bot", "agent")),
        "words": "",
    }
    if chance.random() < 0.3:
        _plan(books, account, common, at)
        return
    for number in range(chance.choice((1, 1, 2))):
        due_on = made_on + timedelta(days=1 + 9 * number + chance.randrange(8))
        choices = ("kept", "kept", "kept", "partial", "broken", "open", "replaced", "cancelled")
        status = chance.choice(choices)
        books.add(
            "promises",
            id=f"p{number}",
            amount_minor=account["outstanding_minor"],
            due_on=due_on,
            made_on=made_on,
            status=status,
            amended=0,
            updated_at=at,
            **common,
        )
        if status == "kept" and chance.random() < 0.8:
            _pay(books, account, due_on)


def _plan(books: Books, account: Row, common: Row, at: datetime) -> None:
    chance, total = books.chance, account["outstanding_minor"]
    statuses = ("active", "active", "completed", "at_risk", "broken", "replaced", "frozen")
    books.add(
        "plans",
        id="plan1",
        total_minor=total,
        frequency="monthly",
        parts=3,
        accepted_at=at,
        status=chance.choice(statuses),
        version=1,
        amendments=0,
        updated_at=at + timedelta(days=chance.randrange(40)),
        **common,
    )
    for number in range(1, 4):
        books.add(
            "instalments",
            conversation_id=common["conversation_id"],
            plan_id="plan1",
            number=number,
            due_on=at.date() + timedelta(days=10 * number),
            amount_minor=total // 3,
        )


def _case(books: Books, talk: Row, at: datetime) -> None:
    books.add(
        "handoffs",
        conversation_id=talk["id"],
        id="h1",
        reason=books.chance.choice(_REASONS),
        priority="normal",
        urgency=1,
        opened_at=at,
    )


def _came_back(books: Books, talk: Row, at: datetime, kind: str) -> None:
    books.add("signals", at=at, kind=kind, campaign="", conversation_id=talk["id"])
    if kind == "complaint":
        books.add(
            "complaints",
            conversation_id=talk["id"],
            id="k1",
            kind="service",
            opened_at=at,
            status="open",
            words="not well done",
        )


def _pay(books: Books, account: Row, on: date) -> None:
    """A payment of the bill, in full or in part, and now and then its reversal."""
    chance, left = books.chance, account["outstanding_minor"]
    if left <= 0:
        return
    amount = left if chance.random() < 0.7 else chance.randrange(1, left + 1)
    number = len(books.rows["payments"])
    is_matched = chance.random() < 0.97
    common = {
        "account_id": account["id"],
        "reference": f"R{number}",
        "currency": account["currency"],
        "exponent": account["exponent"],
        "paid_on": on,
        "is_matched": is_matched,
        "received_at": _at(on, chance),
    }
    books.add("payments", amount_minor=amount, is_reversal=False, **common)
    if is_matched:
        account["outstanding_minor"] -= amount
    if is_matched and chance.random() < 0.05:
        books.add("payments", amount_minor=-amount, is_reversal=True, **common)
        account["outstanding_minor"] += amount
