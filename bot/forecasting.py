"""The whole portfolio run forward: what goes out on each day, and which rule holds back the rest.

Nobody writes and nobody pays, but for what is known. Bills of one shape go one way, worked out
once; conversations that run are walked one by one. Reads only, in pages: the memory stays flat.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, takewhile

from sqlalchemy import Connection

from bot.ledger import refreshed
from bot.onboarding import conversations_for
from bot.reminding import LOOK_AHEAD, Planner
from bot.rules import HISTORY
from flows import forecast
from flows.forecast import Outcome, Step
from storage import accounts, contacts, conversations, suppression
from storage.accounts import START
from storage.batches import AnyRow

_ROWS = 5_000
_TALKS = 200
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One local day: texts by stage, texts held back and cases given to people, by rule."""

    on: date
    sent: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Every day of the time looked at; `resting` customers get nothing at all, by the reason."""

    days: tuple[Day, ...]
    accounts: int
    customers: int
    resting: Counter[str]

    def total(self, outcome: Outcome) -> Counter[str]:
        """All of one outcome over the days, by stage or rule."""
        found: Counter[str] = Counter()
        for day in self.days:
            found.update(_OF[outcome](day))
        return found


_OF: dict[Outcome, Callable[[Day], Counter[str]]] = {
    Outcome.SENT: lambda day: day.sent,
    Outcome.HELD: lambda day: day.held,
    Outcome.PERSON: lambda day: day.people,
}


@dataclass(slots=True, kw_only=True)
class _Run:
    """A forecast under way."""

    planner: Planner
    now: datetime
    until_on: date
    shapes: Counter[Hashable] = field(default_factory=Counter)
    ways: dict[Hashable, tuple[Step, ...]] = field(default_factory=dict)
    steps: Counter[tuple[date, Outcome, str]] = field(default_factory=Counter)
    resting: Counter[str] = field(default_factory=Counter)
    customers: int = 0
    talks: list[str] = field(default_factory=list)
    stopped: Mapping[str, frozenset[str]] = field(default_factory=dict)


def foresee(
    conn: Connection,
    planner: Planner,
    now: datetime,
    *,
    days: int,
    progress: Progress | None = None,
) -> Forecast:
    """The portfolio over so many days from today; `progress` is told of each page of accounts."""
    until_on = now.date() + timedelta(days=days - 1)
    run = _Run(planner=planner, now=now, until_on=until_on)
    looked = 0
    for page in pages(conn, until_on + LOOK_AHEAD, progress):
        run.stopped = suppression.scopes_of(conn, [household[0].address for household in page])
        for household in page:
            looked += len(household)
            for bills in people(household):
                _take(run, bills)
        if len(run.talks) >= _TALKS:
            _walk_talks(conn, run)
    _walk_talks(conn, run)
    return _result(run, looked)


def pages(
    conn: Connection, due_by_on: date, progress: Progress | None
) -> Iterator[list[list[AnyRow]]]:
    """Pages of addresses with the rows of each; the last address of a page waits for the next."""
    after, rest = START, list[AnyRow]()
    while page := accounts.portfolio(conn, due_by_on=due_by_on, after=after, limit=_ROWS):
        after = accounts.place_of(page[-1])
        groups = [list(group) for _, group in groupby([*rest, *page], key=_address)]
        rest = groups.pop()
        yield groups
        if progress is not None:
            progress(len(page))
    if rest:
        yield [rest]


def _address(row: AnyRow) -> tuple[str, str]:
    return row.address, row.channel


def people(household: Sequence[AnyRow]) -> Iterable[Sequence[AnyRow]]:
    if len(household) == 1:
        return (household,)
    people: dict[tuple[str, str], list[AnyRow]] = defaultdict(list)
    for row in household:
        people[row.creditor_id, row.name].append(row)
    return people.values()


def _take(run: _Run, bills: Sequence[AnyRow]) -> None:
    """One customer: at rest, in a conversation, or new and by his shape."""
    run.customers += 1
    first = bills[0] if len(bills) == 1 else min(bills, key=lambda row: (row.due_on, row.id))
    if first.channel not in run.planner.channel_of:
        run.resting["no_channel"] += 1
    elif first.pause and first.paused_until_at is None:
        run.resting[first.pause] += 1
    elif first.conversation_id is not None:
        run.talks.append(first.conversation_id)
    elif first.is_stopped or first.address in run.stopped:
        run.resting["opted_out"] += 1
    else:
        key = _raw_shape(run, first)
        run.shapes[key] += 1
        if key not in run.ways:
            run.ways[key] = _way(run, first)


def _raw_shape(run: _Run, row: AnyRow) -> Hashable:
    """The shape of a bill by its row: as fine as `shape_of`, without making a record first."""
    limit = run.planner.creditor.person_from
    is_large = bool(limit) and row.outstanding_minor >= int(limit) * 10**row.exponent
    return (
        row.due_on,
        row.channel,
        row.language,
        row.currency,
        _place_of(row.details_json),
        is_large,
    )


def _place_of(details_json: str) -> Hashable:
    told = accounts.details_of(details_json)
    return told.timezone, told.country, told.region, told.consent, told.is_bound


def _way(run: _Run, row: AnyRow) -> tuple[Step, ...]:
    record = accounts.record_of(row)
    (state,) = conversations_for([record], run.planner.creditor, run.planner.channel_of)
    steps = forecast.walk(state, run.planner.rules.policy_of(state), run.now)
    return tuple(takewhile(lambda step: step.on <= run.until_on, steps))


def _walk_talks(conn: Connection, run: _Run) -> None:
    """The conversations gathered so far, each by its own state and history."""
    ids = tuple(dict.fromkeys(run.talks))
    run.talks.clear()
    loaded = conversations.load_many(conn, ids)
    states = [each.state for each in loaded.values() if each.state is not None]
    ledger = accounts.snapshot(conn, [case.id for state in states for case in state.cases])
    histories = contacts.since_many(conn, ids, run.now - HISTORY)
    for state in states:
        fresh = refreshed(state, ledger)
        policy = run.planner.rules.policy_of(fresh)
        steps = forecast.walk(fresh, policy, run.now, histories.get(state.id, ()))
        for step in takewhile(lambda step: step.on <= run.until_on, steps):
            run.steps[step.on, step.outcome, step.name] += 1


def _result(run: _Run, looked: int) -> Forecast:
    for key, count in run.shapes.items():
        for step in run.ways[key]:
            run.steps[step.on, step.outcome, step.name] += count
    first_on = min([run.now.date(), *(on for on, _, _ in run.steps)])
    length = (run.until_on - first_on).days + 1
    days = {on: Day(on=on) for on in (first_on + timedelta(days=n) for n in range(length))}
    for (on, outcome, name), count in run.steps.items():
        _OF[outcome](days[on])[name] += count
    return Forecast(
        days=tuple(days.values()), accounts=looked, customers=run.customers, resting=run.resting
    )
