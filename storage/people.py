"""Persons at addresses: what they allowed, stopped and proved. No import changes any of it.

A stop belongs to the person: it is noted at every address of his that it names, also at those he
has not written from.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from storage import suppression, tables
from storage.batches import Insert, padded

_ADDRESSES = tables.table("addresses")
_PERSONS = tables.table("persons")
ALL_CHANNELS = "all"
_ID_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What we learned of a person at an address."""

    channel: str
    value: str
    person_id: str
    is_bound: bool
    bound_at: datetime | None
    closed_at: datetime | None
    language: str
    opted_out_at: datetime | None
    opted_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """News of a person at an address; `stopped` and `opened` name channels, or "all"."""

    channel: str
    value: str
    person_id: str
    at: datetime
    is_bound: bool
    is_closed: bool
    language: str
    stopped: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    words: str = ""


def person_id(creditor_id: str, channel: str, address: str, name: str) -> str:
    """The id of the customer whom a file names so at this address; it shows neither."""
    spoken = "".join(name.split()).casefold()
    text = "\x1f".join((creditor_id, channel, address, spoken))
    return hashlib.blake2b(text.encode(), digest_size=_ID_BYTES).hexdigest()


_ADDRESS = tuple(field.name for field in fields(Address))
_NOTE = Insert(
    _ADDRESSES,
    (
        "channel",
        "value",
        "person_id",
        "is_bound",
        "bound_at",
        "closed_at",
        "language",
        "updated_at",
    ),
    unless=("channel", "value", "person_id"),
    replace=("is_bound", "bound_at", "closed_at", "language", "updated_at"),
)


def note_many(conn: Connection, news: Sequence[Noted]) -> None:
    """Write what was learned, in the transaction of the turn that learned it."""
    _NOTE.run(
        conn,
        [
            {
                "channel": noted.channel,
                "value": noted.value,
                "person_id": noted.person_id,
                "is_bound": noted.is_bound,
                "bound_at": noted.at if noted.is_bound else None,
                "closed_at": noted.at if noted.is_closed else None,
                "language": noted.language,
                "updated_at": noted.at,
            }
            for noted in news
        ],
    )
    for noted in news:
        _mark(
            conn, noted, noted.stopped, {"opted_out_at": noted.at, "opted_out_words": noted.words}
        )
        _mark(conn, noted, noted.opened, {"opted_out_at": None, "opted_in_at": noted.at})
        if noted.opened:
            suppression.remove(conn, noted.value, noted.opened)


def _mark(
    conn: Connection, noted: Noted, channels: frozenset[str], values: dict[str, object]
) -> None:
    if not channels:
        return
    change = update(_ADDRESSES).where(_ADDRESSES.c.person_id == noted.person_id)
    if ALL_CHANNELS not in channels:
        # A channel may be called otherwise than its medium; what is said here is said of here.
        here = and_(_ADDRESSES.c.channel == noted.channel, _ADDRESSES.c.value == noted.value)
        change = change.where(or_(_ADDRESSES.c.channel.in_(sorted(channels)), here))
    conn.execute(change.values(updated_at=noted.at, **values))


_OF_PERSONS = select(*(_ADDRESSES.c[name] for name in _ADDRESS)).where(
    _ADDRESSES.c.person_id.in_(bindparam("ids", expanding=True))
)


def addresses_of(conn: Connection, person_ids: Sequence[str]) -> dict[str, tuple[Address, ...]]:
    """Every address we know of these persons, by person."""
    found: dict[str, list[Address]] = defaultdict(list)
    if person_ids:
        for row in conn.execute(_OF_PERSONS, {"ids": padded(person_ids)}):
            found[row.person_id].append(Address(**row._mapping))
    return {key: tuple(addresses) for key, addresses in found.items()}


_CLOSED = select(_ADDRESSES.c.channel, _ADDRESSES.c.value).where(
    _ADDRESSES.c.value.in_(bindparam("values", expanding=True)),
    or_(_ADDRESSES.c.opted_out_at.is_not(None), _ADDRESSES.c.closed_at.is_not(None)),
)


def closed_among(
    conn: Connection, addresses: Collection[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Those of these channels and addresses where anybody said stop, or that he is the wrong one.

    Whoever shares an address with him is not written to there either: the wish was the telephone's.
    """
    if not addresses:
        return frozenset()
    rows = conn.execute(_CLOSED, {"values": padded(sorted({value for _, value in addresses}))})
    return frozenset((row.channel, row.value) for row in rows) & frozenset(addresses)


_SHARED = (
    select(_ADDRESSES.c.channel, _ADDRESSES.c.value)
    .where(_ADDRESSES.c.value.in_(bindparam("values", expanding=True)))
    .group_by(_ADDRESSES.c.channel, _ADDRESSES.c.value)
    .having(func.count() > 1)
)


def shared_among(
    conn: Connection, addresses: Collection[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Those of these channels and addresses at which we know more than one person."""
    if not addresses:
        return frozenset()
    rows = conn.execute(_SHARED, {"values": padded(sorted({value for _, value in addresses}))})
    return frozenset((row.channel, row.value) for row in rows) & frozenset(addresses)


def at_address(conn: Connection, channel: str, value: str) -> tuple[Address, ...]:
    """Everybody we know at an address: more than one where a household shares it."""
    return at_address_of_any(conn, (channel,), value)


def at_address_of_any(conn: Connection, channels: Sequence[str], value: str) -> tuple[Address, ...]:
    """The same over several channels, as one number may be reached by more than one gateway."""
    rows = conn.execute(
        select(*(_ADDRESSES.c[name] for name in _ADDRESS)).where(
            _ADDRESSES.c.channel.in_(list(channels)), _ADDRESSES.c.value == value
        )
    )
    return tuple(Address(**row._mapping) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFlag:
    """What is known of a person beyond his bills, since when, and when it ended."""

    name: str
    since_at: datetime
    cleared_at: datetime | None
