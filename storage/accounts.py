"""Accounts as the creditor's ledger tells them: facts for a turn, candidates for planning, lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache, lru_cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from flows.money import Currency, Money
from flows.records import AccountId
from storage import codec, tables
from storage.batches import AnyRow, padded
from storage.columns import word
from storage.people import person_id

_ACCOUNTS = tables.table("accounts")
_CREDITORS = tables.table("creditors")
_ADDRESSES = tables.table("addresses")
_JOBS = tables.table("jobs")

Secrets = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a file tells of an account beside what lists ask for."""

    product: str = ""
    style: str = ""
    timezone: str = ""
    country: str = ""
    region: str = ""
    pay_link: str = ""
    consent: str = ""
    is_bound: bool = True
    fees_minor: int | None = None
    secrets: Secrets = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    """One bill and its customer as the file told them.

    `pause` is why nothing may be planned (empty: it may), until `paused_until_at` if that is set.
    """

    id: AccountId
    creditor_id: str
    creditor_name: str
    reference: str
    name: str
    channel: str
    address: str
    outstanding: Money
    due_on: date
    language: str
    status: str
    conversation_id: str | None
    contacted_at: datetime | None
    pause: str
    paused_until_at: datetime | None
    product: str
    style: str
    timezone: str
    country: str
    region: str
    pay_link: str
    consent: str
    is_bound: bool
    fees: Money | None
    secrets: Secrets
    import_id: int | None = None
    campaign: str = ""

    @property
    def batch(self) -> str:
        """The campaign it belongs to: its label, else the import that brought it."""
        return self.campaign or (f"import-{self.import_id}" if self.import_id else "")

    @property
    def person_id(self) -> str:
        """The id of the customer: one for all his bills with this creditor at this address."""
        return person_id(self.creditor_id, self.channel, self.address, self.name)


_COPIED = (
    "creditor_id",
    "reference",
    "name",
    "channel",
    "address",
    "due_on",
    "language",
    "status",
    "import_id",
    "campaign",
    "conversation_id",
    "contacted_at",
    "pause",
    "paused_until_at",
)
_COUNTED = ("id", "outstanding_minor", "currency", "exponent", "details_json")
_DETAILED = tuple(field.name for field in fields(Details) if field.name != "fees_minor")
_SELECT = select(
    *(_ACCOUNTS.c[name] for name in (*_COUNTED, *_COPIED)),
    func.coalesce(_CREDITORS.c.name, _ACCOUNTS.c.creditor_id).label("creditor_name"),
).join_from(_ACCOUNTS, _CREDITORS, _CREDITORS.c.id == _ACCOUNTS.c.creditor_id, isouter=True)
_SNAPSHOT = _SELECT.where(_ACCOUNTS.c.id.in_(bindparam("ids", expanding=True)))
_AT_ADDRESS = _SELECT.where(
    _ACCOUNTS.c.address == bindparam("address"), _ACCOUNTS.c.channel == bindparam("channel")
).order_by(_ACCOUNTS.c.due_on, _ACCOUNTS.c.id)


def account_id(creditor_id: str, reference: str) -> AccountId:
    """The id of a creditor's account number."""
    return AccountId(f"{creditor_id}:{reference}")


def snapshot(conn: Connection, account_ids: Sequence[str]) -> dict[AccountId, AccountRecord]:
    """The accounts that exist, by id, as they stand now."""
    if not account_ids:
        return {}
    rows = conn.execute(_SNAPSHOT, {"ids": padded(account_ids)})
    return {AccountId(row.id): _record(row) for row in rows}


def at_address(conn: Connection, channel: str, address: str) -> tuple[AccountRecord, ...]:
    """Every account whose file names this address, oldest due first."""
    rows = conn.execute(_AT_ADDRESS, {"channel": channel, "address": address})
    return tuple(_record(row) for row in rows)


def _record(row: AnyRow) -> AccountRecord:
    values = row._mapping
    currency = _currency(row.currency, row.exponent)
    details = details_of(row.details_json)
    fees = None if details.fees_minor is None else Money(details.fees_minor, currency)
    return AccountRecord(
        id=AccountId(row.id),
        creditor_name=row.creditor_name,
        # What was paid too much is a credit for a person to return, never a negative bill.
        outstanding=Money(max(0, row.outstanding_minor), currency),
        fees=fees,
        **{name: values[name] for name in _COPIED},
        **{name: getattr(details, name) for name in _DETAILED},
    )


_currency = cache(Currency)


@lru_cache(maxsize=4_096)
def details_of(details_json: str) -> Details:
    """The details of a stored account; most accounts of a file share theirs."""
    found: Details = codec.loads(details_json, Details) if details_json else Details()
    return found


# --- Planning -----------------------------------------------------------------------------------


Place = tuple[str, str, str]
"""Where a page of accounts ends: address, channel and id, so that one person's bills are together."""
START: Place = ("", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Which accounts planning looks at: due by `due_by_on`, not contacted since `quiet_since_at`."""

    now: datetime
    due_by_on: date
    quiet_since_at: datetime
    creditor_id: str | None = None


def candidates(
    conn: Connection, wanted: Candidates, *, after: Place = START, limit: int = 1_000
) -> tuple[AccountRecord, ...]:
    """The next accounts for which a first or further reminder may be planned, by `Place`.

    The database leaves out what certainly gets none: nothing owed, paused, stopped, contacted too
    lately, or with a step on its agenda already. What is left is decided by the policies.
    """
    query = _SELECT.where(_may_be_planned(wanted), _later_than(after))
    rows = conn.execute(query.order_by(*_BY_PLACE).limit(limit))
    return tuple(_record(row) for row in rows)


def portfolio(
    conn: Connection, *, due_by_on: date, after: Place = START, limit: int = 5_000
) -> list[AnyRow]:
    """The next open accounts with something owed that are due by the day, as plain rows.

    Their columns are those of a record's row, and `is_stopped`; `record_of` makes a record of one.
    """
    query = _PORTFOLIO.where(_ACCOUNTS.c.due_on <= due_by_on, _later_than(after))
    return list(conn.execute(query.order_by(*_BY_PLACE).limit(limit)))


def place_of(account: AccountRecord | AnyRow) -> Place:
    """Where the page after this account begins."""
    return (account.address, account.channel, account.id)


def record_of(row: AnyRow) -> AccountRecord:
    """The record of a row of `portfolio`."""
    return _record(row)


_BY_PLACE = (_ACCOUNTS.c.address, _ACCOUNTS.c.channel, _ACCOUNTS.c.id)
_STOPPED = (
    select(_ADDRESSES.c.value)
    .where(
        _ADDRESSES.c.channel == _ACCOUNTS.c.channel,
        _ADDRESSES.c.value == _ACCOUNTS.c.address,
        or_(_ADDRESSES.c.opted_out_at.is_not(None), _ADDRESSES.c.closed_at.is_not(None)),
    )
    .exists()
)
_IS_OWED = and_(_ACCOUNTS.c.status == word("open"), _ACCOUNTS.c.outstanding_minor > 0)
_PORTFOLIO = _SELECT.add_columns(_STOPPED.label("is_stopped")).where(_IS_OWED)
_ON_AGENDA = (
    select(_JOBS.c.id)
    .where(
        _JOBS.c.conversation_id == _ACCOUNTS.c.conversation_id, _JOBS.c.status == word("waiting")
    )
    .exists()
)


def _later_than(after: Place) -> ColumnElement[bool]:
    return tuple_(*_BY_PLACE) > tuple_(*(literal(each) for each in after))


def _may_be_planned(wanted: Candidates) -> ColumnElement[bool]:
    rules = [
        _IS_OWED,
        _ACCOUNTS.c.due_on <= wanted.due_by_on,
        or_(_ACCOUNTS.c.pause == "", _ACCOUNTS.c.paused_until_at < wanted.now),
        or_(_ACCOUNTS.c.contacted_at.is_(None), _ACCOUNTS.c.contacted_at < wanted.quiet_since_at),
        or_(_ACCOUNTS.c.conversation_id.is_(None), ~_ON_AGENDA),
        ~_STOPPED,
    ]
    if wanted.creditor_id is not None:
        rules.append(_ACCOUNTS.c.creditor_id == wanted.creditor_id)
    return and_(*rules)


def correct_many(
    conn: Connection, corrections: Sequence[tuple[AccountId, Money]], *, at: datetime
) -> None:
    """Write what accounts owe after a person found the old figure wrong.

    The creditor's next file rules again: telling him is a duty of its own.
    """
    for account_id_, owed in corrections:
        conn.execute(
            update(_ACCOUNTS)
            .where(_ACCOUNTS.c.id == account_id_, _ACCOUNTS.c.currency == owed.currency.code)
            .values(outstanding_minor=owed.minor, updated_at=at)
        )


# --- Lists --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which accounts a list shows; None asks for nothing. Amounts in minor units.

    `text` is found in the account number, the name and the address.
    """

    text: str = ""
    creditor_id: str | None = None
    status: str | None = None
    language: str | None = None
    pause: str | None = None
    due_from_on: date | None = None
    due_to_on: date | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    currency: str | None = None


def search(
    conn: Connection, wanted: Filter, *, after_id: str = "", limit: int = 50
) -> tuple[AccountRecord, ...]:
    """A page of accounts, by id, after `after_id`."""
    query = _SELECT.where(_matches(wanted), _ACCOUNTS.c.id > after_id)
    return tuple(_record(row) for row in conn.execute(query.order_by(_ACCOUNTS.c.id).limit(limit)))


def count(conn: Connection, wanted: Filter) -> int:
    """How many accounts a filter finds."""
    query = select(func.count()).select_from(_ACCOUNTS).where(_matches(wanted))
    found: int = conn.execute(query).scalar_one()
    return found


def _matches(wanted: Filter) -> ColumnElement[bool]:
    exact = {
        "creditor_id": wanted.creditor_id,
        "status": wanted.status,
        "language": wanted.language,
        "pause": wanted.pause,
        "currency": wanted.currency,
    }
    rules = [_ACCOUNTS.c[name] == value for name, value in exact.items() if value is not None]
    if wanted.text:
        columns = (_ACCOUNTS.c.reference, _ACCOUNTS.c.name, _ACCOUNTS.c.address)
        rules.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    due_on, owed = _ACCOUNTS.c.due_on, _ACCOUNTS.c.outstanding_minor
    if wanted.due_from_on is not None:
        rules.append(due_on >= wanted.due_from_on)
    if wanted.due_to_on is not None:
        rules.append(due_on <= wanted.due_to_on)
    if wanted.least_minor is not None:
        rules.append(owed >= wanted.least_minor)
    if wanted.most_minor is not None:
        rules.append(owed <= wanted.most_minor)
    return and_(True, *rules)


def pause(
    conn: Connection, account_id: str, reason: str, *, until_at: datetime | None, at: datetime
) -> None:
    """Plan nothing for an account nobody wrote to yet; an empty reason ends it.

    Once there is a conversation its state tells this, and the next turn writes it here.
    """
    conn.execute(
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.id == account_id, _ACCOUNTS.c.conversation_id.is_(None))
        .values(pause=reason, paused_until_at=until_at, updated_at=at)
    )


def set_status(conn: Connection, account_ids: Sequence[str], status: str, *, at: datetime) -> int:
    """Mark accounts open, paid, closed or withdrawn; how many changed."""
    if not account_ids:
        return 0
    changed = conn.execute(
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.id.in_(account_ids), _ACCOUNTS.c.status != status)
        .values(status=status, updated_at=at)
    )
    return changed.rowcount
