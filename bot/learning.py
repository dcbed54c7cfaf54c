"""What people corrected, learned while the service runs: every turn reads with the newest examples."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from flows.understanding import ExampleSet
from flows.understanding.intents import Intent
from storage import examples
from storage.examples import Example, Stamp, State

_PAGE = 500


@dataclass(slots=True)
class Lessons:
    """The accepted corrections of one process, brought up to date within a turn's transaction.

    Each process asks the table, so that what is accepted anywhere is known everywhere with the
    next turn, without a message that could be lost.
    """

    _set: ExampleSet = field(default_factory=ExampleSet)
    _known: dict[str, Intent] = field(default_factory=dict)
    _stamp: Stamp | None = None

    def current(self, conn: Connection) -> ExampleSet:
        """The examples as they stand now; only what changed is read anew."""
        stamp = examples.stamp(conn)
        if stamp != self._stamp:
            self._learn(accepted(conn))
            self._stamp = stamp
        return self._set

    def _learn(self, found: tuple[Example, ...]) -> None:
        # An answer to an open question means nothing elsewhere: 好 is no example of a promise.
        known = frozenset(Intent)
        wanted = {
            each.text: Intent(each.intent)
            for each in found
            if not each.asked and each.intent in known
        }
        for text in self._known.keys() - wanted.keys():
            self._set.remove(text)
        for text, intent in wanted.items():
            if self._known.get(text) is not intent:
                self._set.add(text, intent)
        self._known = wanted


def accepted(conn: Connection) -> tuple[Example, ...]:
    """Every accepted correction, by number."""
    found: list[Example] = []
    while True:
        after = found[-1].id if found else 0
        page = examples.all_of(conn, State.ACCEPTED, after_id=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return tuple(found)
