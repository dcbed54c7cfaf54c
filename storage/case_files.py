"""Everything kept about one person, read in one snapshot: for his case file.

Answers that verify a person, and states, are left out: they are keys, not facts about him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from storage import accounts, audit, tables
from storage.customers import Customer

Record = Mapping[str, Any]

# What is kept by conversation: the section's name is the table's.
_BY_TALK: Mapping[str, tuple[str, ...]] = {
    "incoming_messages": ("id",),
    "outgoing_messages": ("id",),
    "turns": ("conversation_id", "number"),
    "promises": ("made_on", "id"),
    "plans": ("accepted_at", "id"),
    "instalments": ("plan_id", "number"),
    "claims": ("made_at", "id"),
    "disputes": ("opened_at", "id"),
    "complaints": ("opened_at", "id"),
    "handoffs": ("opened_at", "id"),
    "tasks": ("opened_at", "id"),
    "holds": ("since_at", "name"),
    "notes": ("id",),
}
_BY_PERSON: Mapping[str, tuple[str, ...]] = {
    "addresses": ("channel", "value"),
    "flags": ("since_at", "name"),
    "legal_holds": ("id",),
}
_LEFT_OUT = {"payload_json", "salt", "lease_owner", "lease_until_at", "says_json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A person and what is kept about him: sections of records, oldest first, by table."""

    customer: Customer
    person: Record
    sections: Mapping[str, tuple[Record, ...]]

    def of(self, section: str) -> tuple[Record, ...]:
        """The records of a section; none where nothing is kept."""
        return self.sections.get(section, ())


def gather(conn: Connection, customer: Customer) -> CaseFile:
    """Everything about this person."""
    ids = customer.conversation_ids
    sections = {"conversations": _rows(conn, "conversations", "id", ids, ("opened_at", "id"))}
    for name, order in _BY_TALK.items():
        sections[name] = _rows(conn, name, "conversation_id", ids, order)
    for name, order in _BY_PERSON.items():
        sections[name] = _rows(conn, name, "person_id", (customer.person_id,), order)
    bills = accounts.snapshot(conn, customer.account_ids)
    sections["accounts"] = tuple(_account(bill) for bill in bills.values())
    sections["payments"] = _rows(
        conn, "payments", "account_id", customer.account_ids, ("paid_on", "id")
    )
    sections["receipts"] = _receipts(conn, sections["outgoing_messages"])
    links = audit.about(conn, person_id=customer.person_id, conversation_ids=ids)
    sections["audit_log"] = tuple(_without(asdict(link)) for link in links)
    person = _rows(conn, "persons", "id", (customer.person_id,), ("id",))
    return CaseFile(customer=customer, person=person[0] if person else {}, sections=sections)


def _rows(
    conn: Connection, name: str, key: str, values: Sequence[str], order: Sequence[str]
) -> tuple[Record, ...]:
    rows = tables.table(name)
    return _found(conn, rows, rows.c[key].in_(list(values)), order)


def _found(
    conn: Connection, rows: Table, condition: ColumnElement[bool], order: Sequence[str]
) -> tuple[Record, ...]:
    # A conversation's state holds the answers that verify the person.
    hidden = _LEFT_OUT | ({"state"} if rows.name == "conversations" else set())
    columns = [column for column in rows.c if column.name not in hidden]
    query = select(*columns).where(condition).order_by(*(rows.c[name] for name in order))
    return tuple(dict(row._mapping) for row in conn.execute(query))


def _receipts(conn: Connection, sent: Sequence[Record]) -> tuple[Record, ...]:
    rows = tables.table("receipts")
    ids = [message["id"] for message in sent]
    return _found(conn, rows, rows.c.outgoing_id.in_(ids), ("at", "id"))


def _account(bill: accounts.AccountRecord) -> Record:
    known = {name: getattr(bill, name) for name in bill.__slots__ if name != "secrets"}
    return _without(known)


def _without(values: Record) -> Record:
    return {name: value for name, value in values.items() if name not in _LEFT_OUT}
