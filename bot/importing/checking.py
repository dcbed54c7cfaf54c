"""What importing a file would do, without doing it: figures, bad rows, what changes where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from bot.importing.intake import BadRow, Read
from bot.importing.rows import AccountRow
from flows.money import Currency, Money
from storage import imports
from storage.imports import Compared, Standing
from storage.uploads import FoundRow, RowKind

# Rows to look at; the figures count all of them.
SHOWN_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file would do: rows by outcome, and what of it concerns money.

    `owed_minor`: what the new accounts owe, by currency, in minor units.
    """

    created: int = 0
    updated: int = 0
    same: int = 0
    bad: int = 0
    amounts_changed: int = 0
    opened_again: int = 0
    owed_minor: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> int:
        """The rows that can be stored."""
        return self.created + self.updated + self.same

    @property
    def rows(self) -> int:
        """All rows of the file."""
        return self.good + self.bad

    def __add__(self, other: Checked) -> Checked:
        owed = Counter(self.owed_minor)
        owed.update(other.owed_minor)
        return Checked(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            same=self.same + other.same,
            bad=self.bad + other.bad,
            amounts_changed=self.amounts_changed + other.amounts_changed,
            opened_again=self.opened_again + other.opened_again,
            owed_minor=dict(owed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFault:
    """A fault as it is kept: column of ours, value, and the name and figures of why."""

    column: str
    value: str
    code: str
    reason: str
    told: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBad:
    """A bad row as it is kept: what the file says, and all that is wrong."""

    cells: tuple[str, ...]
    faults: tuple[ToldFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field that storing a row would change; money as `2360.00 CNY`, secrets without values."""

    field: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGood:
    """A new or changed account as it is kept to be looked at."""

    account_id: str
    name: str
    address: str
    amount: str
    due_on: str
    changes: tuple[Change, ...] = ()


def check(
    conn: Connection, creditor_id: str, part: Read, *, shown: Mapping[RowKind, int]
) -> tuple[Checked, list[FoundRow]]:
    """What a part would do, and its rows to look at; `shown` counts those kept of each kind.

    Call it in a write: comparing needs a temporary table.
    """
    found = imports.compare(conn, creditor_id, part.rows)
    counts = Counter(each.kind for each in found.values())
    new = [row for row in part.rows if found[row.account_id].kind == RowKind.CREATED]
    owed: Counter[str] = Counter()
    for row in new:
        owed[row.outstanding.currency.code] += row.outstanding.minor
    changed = [(row, found[row.account_id]) for row in part.rows]
    changed = [(row, each) for row, each in changed if each.before is not None]
    checked = Checked(
        created=counts[RowKind.CREATED],
        updated=counts[RowKind.UPDATED],
        same=counts["same"],
        bad=len(part.bad),
        amounts_changed=sum(_has_new_amount(row, each) for row, each in changed),
        opened_again=sum(_is_opened_again(each) for _, each in changed),
        owed_minor=dict(owed),
    )
    kept = [_told_bad(row) for row in part.bad]
    room = SHOWN_ROWS - shown.get(RowKind.CREATED, 0)
    kept += [_told_good(row, None) for row in new[: max(room, 0)]]
    room = SHOWN_ROWS - shown.get(RowKind.UPDATED, 0)
    kept += [_told_good(row, each.before) for row, each in changed[: max(room, 0)]]
    return checked, kept


def _has_new_amount(row: AccountRow, found: Compared) -> bool:
    return found.before is not None and found.before.outstanding != row.outstanding


def _is_opened_again(found: Compared) -> bool:
    return found.before is not None and found.before.status != "open"


def _told_bad(row: BadRow) -> FoundRow:
    faults = tuple(
        ToldFault(
            column=fault.column,
            value=fault.value,
            code=fault.code,
            reason=fault.reason,
            told=dict(fault.told),
        )
        for fault in row.faults
    )
    # PostgreSQL keeps no text with a null in it.
    cells = tuple(cell.replace("\x00", "\ufffd") for cell in row.cells)
    return _found(row.line, RowKind.BAD, ToldBad(cells=cells, faults=faults))


def _told_good(row: AccountRow, before: Standing | None) -> FoundRow:
    told = ToldGood(
        account_id=row.account_id,
        name=row.name,
        address=row.address,
        amount=_money(row.outstanding),
        due_on=row.due_on.isoformat(),
        changes=() if before is None else changes(row, before),
    )
    return _found(row.line, RowKind.CREATED if before is None else RowKind.UPDATED, told)


def _found(line: int, kind: RowKind, told: ToldBad | ToldGood) -> FoundRow:
    return FoundRow(line=line, kind=kind, told_json=msgspec.json.encode(told).decode())


_PLAIN = ("product", "style", "timezone", "country", "region", "pay_link", "consent")


def changes(row: AccountRow, before: Standing) -> tuple[Change, ...]:
    """Field by field, what storing the row would change."""
    old = before.details
    currency = before.outstanding.currency
    pairs: Sequence[tuple[str, str, str]] = (
        ("status", before.status, "open"),
        ("amount", _money(before.outstanding), _money(row.outstanding)),
        ("due_date", before.due_on.isoformat(), row.due_on.isoformat()),
        ("name", before.name, row.name),
        ("phone", before.address, row.address),
        ("language", before.language, row.language),
        ("fees", _fees(old.fees_minor, currency), _fees_of(row)),
        *((name, getattr(old, name), getattr(row, name)) for name in _PLAIN),
        ("verified", _yes(old.is_bound), _yes(row.is_bound)),
    )
    found = [Change(field=name, before=was, after=now) for name, was, now in pairs if was != now]
    if old.secrets != row.secrets:
        found.append(Change(field="secrets"))
    return tuple(found)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _fees_of(row: AccountRow) -> str:
    return "" if row.fees is None else _money(row.fees)


def _fees(minor: int | None, currency: Currency) -> str:
    return "" if minor is None else _money(Money(minor, currency))


def _money(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency.code}"
