"""Finding one person by whatever an operator knows of him: an id, an account, an address, a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from storage import tables
from storage.people import person_id

_PERSONS = tables.table("persons")
_CONVERSATIONS = tables.table("conversations")
_ACCOUNTS = tables.table("accounts")
_ADDRESSES = tables.table("addresses")
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person with what we hold of him, by ids; `name` is empty once he was erased."""

    person_id: str
    name: str
    conversation_ids: tuple[str, ...]
    account_ids: tuple[str, ...]


def find(conn: Connection, wanted: str) -> tuple[Customer, ...]:
    """Everybody who answers to this id, account number, address or exact name, by id."""
    people = _by_talk(conn, wanted) | _by_account(conn, wanted)
    return tuple(_customer(conn, person) for person in sorted(people)[:_MOST])


def _by_talk(conn: Connection, wanted: str) -> set[str]:
    talks = _CONVERSATIONS.c
    queries = (
        select(_PERSONS.c.id).where(or_(_PERSONS.c.id == wanted, _PERSONS.c.name == wanted)),
        select(talks.person_id).where(
            or_(talks.id == wanted, talks.address == wanted), talks.person_id.is_not(None)
        ),
        select(_ADDRESSES.c.person_id).where(_ADDRESSES.c.value == wanted),
    )
    return {found for query in queries for found in conn.execute(query.limit(_MOST)).scalars()}


def _by_account(conn: Connection, wanted: str) -> set[str]:
    bills = _ACCOUNTS.c
    columns = (bills.creditor_id, bills.channel, bills.address, bills.name)
    query = select(*columns, _CONVERSATIONS.c.person_id).join(
        _CONVERSATIONS, _CONVERSATIONS.c.id == bills.conversation_id, isouter=True
    )
    matches = or_(
        bills.id == wanted, bills.reference == wanted, bills.address == wanted, bills.name == wanted
    )
    return {
        row.person_id or person_id(row.creditor_id, row.channel, row.address, row.name)
        for row in conn.execute(query.where(matches).limit(_MOST))
    }


def _customer(conn: Connection, person: str) -> Customer:
    talks = conn.execute(
        select(_CONVERSATIONS.c.id, _CONVERSATIONS.c.name)
        .where(_CONVERSATIONS.c.person_id == person)
        .order_by(_CONVERSATIONS.c.opened_at, _CONVERSATIONS.c.id)
    ).all()
    ids = [row.id for row in talks]
    held = select(_ACCOUNTS.c.id, _ACCOUNTS.c.name).where(_ACCOUNTS.c.conversation_id.in_(ids))
    # A bill nobody was written to about has no conversation yet; its person's id is made of it.
    bills = conn.execute(held.order_by(_ACCOUNTS.c.id)).all()
    query = select(_PERSONS.c.name).where(_PERSONS.c.id == person)
    name = conn.execute(query).scalar_one_or_none()
    return Customer(
        person_id=person,
        name=name or next((row.name for row in (*talks, *bills) if row.name), ""),
        conversation_ids=tuple(ids),
        account_ids=tuple(row.id for row in bills),
    )
