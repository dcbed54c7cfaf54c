"""Who said stop and was erased: kept as keyed digests of addresses, so that a stop outlives names.

The key is made at random and lives in this database: an export of the list tells nobody's number.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage import tables
from storage.batches import Insert, padded

_SETTINGS = tables.table("settings")
_LIST = tables.table("suppressions")
ALL = "all"
_KEY = "suppression_key"
_KEY_BYTES = 32
_DIGEST_BYTES = 20
_MAKE_KEY = Insert(
    _SETTINGS, ("key", "value_json", "changed_by", "reason", "changed_at"), unless=("key",)
)
_ADD = Insert(_LIST, ("address_hash", "scope", "since_at"), unless=("address_hash", "scope"))


def add_many(conn: Connection, stops: Iterable[tuple[str, str]], *, at: datetime) -> dict[str, str]:
    """Keep stops, each an address and its scope (a channel, or `ALL`); the digests by address."""
    wanted = list(stops)
    if not wanted:
        return {}
    key = _made_key(conn, at)
    hashes = {address: _digest(key, address) for address, _ in wanted}
    rows = [
        {"address_hash": hashes[address], "scope": scope, "since_at": at}
        for address, scope in wanted
    ]
    _ADD.run(conn, rows)
    return hashes


def scopes_of(conn: Connection, addresses: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """What was stopped at these addresses before they were erased; only those with a stop."""
    key = _key(conn)
    if key is None or not addresses:
        return {}
    names = {_digest(key, address): address for address in addresses}
    query = select(_LIST.c.address_hash, _LIST.c.scope)
    rows = conn.execute(query.where(_LIST.c.address_hash.in_(padded(list(names)))))
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[names[row.address_hash]].add(row.scope)
    return {address: frozenset(scopes) for address, scopes in found.items()}


def remove(conn: Connection, address: str, scopes: Iterable[str]) -> None:
    """Forget a stop: the customer said at this address that he wants messages again."""
    key = _key(conn)
    if key is not None:
        gone = delete(_LIST).where(_LIST.c.address_hash == _digest(key, address))
        conn.execute(gone.where(_LIST.c.scope.in_([*scopes, ALL])))


def _digest(key: str, address: str) -> str:
    keyed = hashlib.blake2b(address.encode(), key=key.encode(), digest_size=_DIGEST_BYTES)
    return keyed.hexdigest()


def _key(conn: Connection) -> str | None:
    query = select(_SETTINGS.c.value_json).where(_SETTINGS.c.key == _KEY)
    found: str | None = conn.execute(query).scalar_one_or_none()
    return found


def _made_key(conn: Connection, at: datetime) -> str:
    row = {
        "key": _KEY,
        "value_json": secrets.token_hex(_KEY_BYTES),
        "changed_by": "erasure",
        "reason": "",
        "changed_at": at,
    }
    if _key(conn) is None:
        _MAKE_KEY.run(conn, [row])
    return _key(conn) or str(row["value_json"])
