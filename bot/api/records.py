"""Promises, plans, disputes, claims and cases for people, by when they last changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection

from bot.api.access import Scope
from bot.api.endpoints import Answer, Call, Endpoint
from bot.api.happenings import discreet
from bot.api.paging import Changed, from_cursor, to_cursor
from bot.api.shapes import (
    ClaimOut,
    ClaimsPage,
    DisputeOut,
    DisputesPage,
    HandoffOut,
    HandoffsPage,
    InstalmentOut,
    PlanOut,
    PlansPage,
    PromiseOut,
    PromisesPage,
    money,
)
from flows.money import Currency, Money
from storage import accounts, changes
from storage.changes import Record, Wanted

Row = Mapping[str, Any]
Rows = Sequence[Row]
_TAG = "records"


def _page(conn: Connection, call: Call, record: Record) -> tuple[Rows, str | None]:
    """The rows a request asks for, and the cursor behind them."""
    asked: Changed = call.query
    place = from_cursor(asked.cursor, int, str, str)
    account_id = accounts.account_id(asked.creditor, asked.account_id)
    wanted = Wanted(
        since_at=asked.since,
        account_id=account_id if asked.account_id else None,
        status=asked.status or None,
    )
    after = (int(place[0]), str(place[1]), str(place[2])) if place else None
    found = changes.page(conn, record, wanted, after=after, limit=asked.limit + 1)
    rows = found[: asked.limit]
    has_more = len(found) > asked.limit
    return rows, to_cursor(*changes.place_of(rows[-1])) if has_more else None


def _number(row: Row) -> str:
    """The creditor's own number of a record's account."""
    return str(row["account_id"]).partition(":")[2] or str(row["account_id"])


def _plain(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def promises(conn: Connection, call: Call) -> Answer:
    """Promises to pay."""
    rows, following = _page(conn, call, Record.PROMISES)
    names = ("id", "conversation_id", "due_on", "made_on", "status", "made_by", "updated_at")
    items = [
        PromiseOut(**_plain(row, *names), account_id=_number(row), amount=_money(row, "amount"))
        for row in rows
    ]
    return Answer(body=PromisesPage(items=tuple(items), next_cursor=following))


def _money(row: Row, name: str) -> Any:
    return money(Money(row[f"{name}_minor"], Currency(row["currency"], row["exponent"])))


def plans(conn: Connection, call: Call) -> Answer:
    """Plans with their parts."""
    rows, following = _page(conn, call, Record.PLANS)
    parts = changes.instalments_of(conn, [(row["conversation_id"], row["id"]) for row in rows])
    names = ("id", "conversation_id", "frequency", "status", "made_by", "accepted_at", "updated_at")
    items = [
        PlanOut(
            **_plain(row, *names),
            account_id=_number(row),
            total=_money(row, "total"),
            instalments=tuple(
                InstalmentOut(
                    number=part["number"],
                    due_on=part["due_on"],
                    amount=money(
                        Money(part["amount_minor"], Currency(row["currency"], row["exponent"]))
                    ),
                )
                for part in parts[(row["conversation_id"], row["id"])]
            ),
        )
        for row in rows
    ]
    return Answer(body=PlansPage(items=tuple(items), next_cursor=following))


def disputes(conn: Connection, call: Call) -> Answer:
    """Objections to the amount or the debt."""
    rows, following = _page(conn, call, Record.DISPUTES)
    names = ("id", "conversation_id", "kind", "status", "opened_at", "closed_at", "updated_at")
    items = [
        DisputeOut(
            **_plain(row, *names),
            account_id=_number(row),
            words=row["words"] if call.sees_people else UNSET,
        )
        for row in rows
    ]
    return Answer(body=DisputesPage(items=tuple(items), next_cursor=following))


def claims(conn: Connection, call: Call) -> Answer:
    """Customers' words that they have paid."""
    rows, following = _page(conn, call, Record.CLAIMS)
    names = ("id", "conversation_id", "status", "made_at", "paid_on", "reference", "updated_at")
    items = [
        ClaimOut(
            **_plain(row, *names),
            account_id=_number(row),
            amount=None
            if row["amount_minor"] is None
            else money(Money(row["amount_minor"], Currency.of(row["currency"]))),
        )
        for row in rows
    ]
    return Answer(body=ClaimsPage(items=tuple(items), next_cursor=following))


def handoffs(conn: Connection, call: Call) -> Answer:
    """Cases for people."""
    rows, following = _page(conn, call, Record.HANDOFFS)
    names = (
        *("id", "conversation_id", "priority", "state", "opened_at", "due_at"),
        *("claimed_by", "closed_at", "updated_at"),
    )
    items = [
        HandoffOut(**_plain(row, *names), account_id=_number(row), reason=discreet(row["reason"]))
        for row in rows
    ]
    return Answer(body=HandoffsPage(items=tuple(items), next_cursor=following))


def _endpoint(
    name: str,
    carry: Callable[[Connection, Call], Answer],
    body: type[msgspec.Struct],
    scope: Scope = Scope.READ,
) -> Endpoint:
    return Endpoint(
        method="GET",
        path=f"/v1/{name}",
        name=f"list{name.capitalize()}",
        summary=f"{name.capitalize()} by when they last changed",
        about="For a copy that keeps up: ask with `since`, then follow `next_cursor`.",
        scope=scope,
        carry=carry,
        query=Changed,
        answers={200: body},
        tag=_TAG,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    _endpoint("promises", promises, PromisesPage),
    _endpoint("plans", plans, PlansPage),
    _endpoint("disputes", disputes, DisputesPage),
    _endpoint("claims", claims, ClaimsPage),
    _endpoint("handoffs", handoffs, HandoffsPage, Scope.HANDOFFS),
)
