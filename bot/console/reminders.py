"""Today's reminders for the console: the look of `bot/todays.py`, some rows of it, and the note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.console.pages import Face
from bot.reminding import Planner
from bot.settings import still_examples
from bot.todays import Sample, Seen, by_frequency, todays
from flows.forecast import Outcome
from storage import agents, planning
from storage.database import Database

LIST_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows: of an outcome, and of one rule or stage where it is named."""

    outcome: Outcome = Outcome.SENT
    name: str = ""
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersPage:
    """The day in figures, some of its rows, and what customers would read."""

    asked: Asked
    counts: dict[Outcome, int]
    unplanned: int
    quiet: int
    bills: int
    is_all: bool
    planned: planning.Planning | None
    by_name: tuple[tuple[str, int], ...]
    held: tuple[tuple[str, int], ...]
    rows: tuple[Seen, ...]
    next_offset: int | None
    samples: tuple[Sample, ...]
    examples: tuple[str, ...]


class Reminders:
    """The data of this page for one service."""

    def __init__(self, database: Database, planner: Planner) -> None:
        self._database = database
        self._planner = planner

    async def page(self, agent: Face, asked: Asked, *, now: datetime) -> RemindersPage:
        """What becomes of today's reminders; that somebody looked at the list is noted."""
        found, planned = await self._database.read(
            lambda conn: (todays(conn, self._planner, now), planning.newest(conn))
        )
        rows = found.of(asked.outcome, asked.name)
        shown = tuple(rows[asked.offset : asked.offset + LIST_ROWS])
        told = f"{asked.outcome.value} {asked.name}".strip()
        act = agents.Act(
            at=now, agent_id=agent.id, act="reminders_listed", reason=f"{told}: {len(shown)}"
        )
        await self._database.write(lambda conn: agents.note_acts(conn, [act]))
        end = asked.offset + LIST_ROWS
        return RemindersPage(
            asked=asked,
            counts={outcome: len(found.of(outcome)) for outcome in Outcome},
            unplanned=sum(not row.is_planned for row in found.of(Outcome.SENT)),
            quiet=found.quiet,
            bills=found.bills,
            is_all=found.is_all,
            planned=planned,
            by_name=tuple(by_frequency(found.counts(asked.outcome))),
            held=tuple(by_frequency(found.counts(Outcome.HELD))),
            rows=shown,
            next_offset=end if len(rows) > end else None,
            samples=tuple(found.samples),
            examples=still_examples(self._planner.creditor),
        )
