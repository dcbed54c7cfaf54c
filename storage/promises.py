"""How promises turned out: kept, partly kept, broken, by who reached them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from flows.records import MadeBy, PromiseStatus
from storage import tables

_PROMISES = tables.table("promises")
JUDGED = (PromiseStatus.KEPT, PromiseStatus.PARTIAL, PromiseStatus.BROKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The promises that one maker reached and whose time is over; `open` still run.

    Replaced and cancelled ones were never judged and count nowhere.
    """

    made_by: MadeBy
    kept: int = 0
    partial: int = 0
    broken: int = 0
    open: int = 0

    @property
    def judged(self) -> int:
        """How many were judged."""
        return self.kept + self.partial + self.broken

    @property
    def kept_percent(self) -> float | None:
        """The share that was kept in full, 0 to 100; None before any was judged."""
        return 100 * self.kept / self.judged if self.judged else None


def kept_rates(
    conn: Connection,
    *,
    since_on: date | None = None,
    until_on: date | None = None,
    currency: str | None = None,
    only: Sequence[ColumnElement[bool]] = (),
) -> tuple[Kept, ...]:
    """How promises due in these days (both included) turned out, bot-made first, then people's.

    Those of one currency, or of all; `only` narrows them further.
    """
    due: list[ColumnElement[bool]] = [*only]
    if since_on is not None:
        due.append(_PROMISES.c.due_on >= since_on)
    if until_on is not None:
        due.append(_PROMISES.c.due_on <= until_on)
    if currency is not None:
        due.append(_PROMISES.c.currency == currency)
    counted = [str(status) for status in (*JUDGED, PromiseStatus.OPEN)]
    rows = conn.execute(
        select(_PROMISES.c.made_by, _PROMISES.c.status, func.count())
        .where(_PROMISES.c.status.in_(counted), *due)
        .group_by(_PROMISES.c.made_by, _PROMISES.c.status)
    )
    found = {(made_by, status): count for made_by, status, count in rows}
    return tuple(
        Kept(made_by=maker, **{status: found.get((str(maker), status), 0) for status in counted})
        for maker in MadeBy
    )
