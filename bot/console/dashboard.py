"""The dashboard over storage: which range is asked for, its figures, and what they are told as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from bot.console.chart import Chart, drawn
from bot.console.pages import Face, Phrase
from flows.intervals import Interval, difference_interval
from flows.money import Currency, Money
from flows.records import HandoffReason, MadeBy
from storage import agents, figures
from storage.database import Database
from storage.figures import Asked, Band, CaseFound, Figures, Listed, Share, Step, Tiles
from storage.promises import Kept

DEFAULT_DAYS = 28
MOST_DAYS = 366
PRESETS = (7, 28, 90)
LIST_ROWS = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The range, currency and campaign as asked for; `problem` says what was not right."""

    since_on: date
    until_on: date
    currency: str
    campaign: str = ""
    problem: Phrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Everything on the page; without a currency there are no bills, and nothing to tell."""

    wish: Wish
    currencies: tuple[Currency, ...]
    campaigns: tuple[str, ...] = ()
    figures: Figures | None = None
    before: Tiles | None = None
    chart: Chart | None = None
    difference: Interval | None = None
    presets: Mapping[int, tuple[date, date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Some of the bills behind a figure; `next_offset` continues the list."""

    rows: tuple[Listed, ...]
    next_offset: int | None
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesPage:
    """Some of the cases behind a figure, with the names of who has them."""

    rows: tuple[CaseFound, ...]
    next_offset: int | None
    asked: Asked
    names: Mapping[str, str]


class Dashboards:
    """The data of these pages; `zone` is the team's, whose days they are of."""

    def __init__(self, database: Database, *, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone

    def wish(self, query: Mapping[str, str], now: datetime) -> Wish:
        """The range that a query names, or the last four weeks and why it is not what was named."""
        today = now.astimezone(self._zone).date()
        usual = Wish(
            since_on=today - (DEFAULT_DAYS - 1) * _DAY,
            until_on=today,
            currency=query.get("currency", ""),
            campaign=query.get("campaign", ""),
        )
        written = [query.get(name, "") for name in ("since", "until")]
        if not any(written):
            return usual
        days = [_day(text) for text in written]
        if days[0] is None or days[1] is None:
            return _refused(usual, "dashboard.need_days")
        if days[0] > days[1]:
            return _refused(usual, "dashboard.turned_round")
        if days[1] > today:
            return _refused(usual, "dashboard.not_yet")
        if (days[1] - days[0]).days >= MOST_DAYS:
            return _refused(usual, "dashboard.too_long")
        return replace(usual, since_on=days[0], until_on=days[1])

    async def page(self, wish: Wish, *, now: datetime) -> Dashboard:
        """The figures of the range, and of as many days before it."""
        return await self._database.read(lambda conn: self._page(conn, wish, now))

    def _page(self, conn: Connection, wish: Wish, now: datetime) -> Dashboard:
        known, today = figures.currencies(conn), now.astimezone(self._zone).date()
        presets = {days: (today - (days - 1) * _DAY, today) for days in PRESETS}
        asked = self._asked(conn, wish, known)
        if asked is None:
            return Dashboard(wish=wish, currencies=(), presets=presets)
        found = figures.read(conn, asked, today=today)
        return Dashboard(
            wish=wish,
            currencies=known,
            campaigns=figures.campaigns(conn),
            figures=found,
            before=figures.tiles(conn, asked.before),
            chart=drawn(found.days),
            difference=_difference(found.kept),
            presets=presets,
        )

    def _asked(self, conn: Connection, wish: Wish, known: tuple[Currency, ...]) -> Asked | None:
        """The currency wished for if there are bills in it, else that of most bills.

        A campaign that no bill is of is none: the figures are of all.
        """
        if not known:
            return None
        currency = next((each for each in known if each.code == wish.currency), known[0])
        is_known = bool(wish.campaign) and wish.campaign in figures.campaigns(conn)
        return Asked(
            since_on=wish.since_on,
            until_on=wish.until_on,
            currency=currency,
            zone=self._zone,
            campaign=wish.campaign if is_known else "",
        )

    async def listed(
        self,
        agent: Face,
        wish: Wish,
        place: tuple[Step, Band | None],
        *,
        offset: int,
        now: datetime,
    ) -> ListPage | None:
        """Some of the bills behind a figure; that somebody looked at them is noted."""
        step, band = place

        def look(conn: Connection) -> ListPage | None:
            asked = self._asked(conn, wish, figures.currencies(conn))
            if asked is None:
                return None
            rows = figures.listed(
                conn,
                asked,
                today=now.astimezone(self._zone).date(),
                step=step,
                band=band,
                offset=offset,
                limit=LIST_ROWS + 1,
            )
            told = f"{step.value} {band.value if band else ''}".strip()
            reason = f"{told}: {len(rows[:LIST_ROWS])}"
            act = agents.Act(at=now, agent_id=agent.id, act="bills_listed", reason=reason)
            agents.note_acts(conn, [act])
            return ListPage(rows=rows[:LIST_ROWS], next_offset=_next(rows, offset), asked=asked)

        return await self._database.write(look)

    async def cases(
        self, agent: Face, wish: Wish, reason: HandoffReason, *, offset: int, now: datetime
    ) -> CasesPage | None:
        """Some of the cases behind a reason's figure; that somebody looked at them is noted."""

        def look(conn: Connection) -> CasesPage | None:
            asked = self._asked(conn, wish, figures.currencies(conn))
            if asked is None:
                return None
            rows = figures.cases(conn, asked, reason, offset=offset, limit=LIST_ROWS + 1)
            told = f"{reason.value}: {len(rows[:LIST_ROWS])}"
            act = agents.Act(at=now, agent_id=agent.id, act="cases_listed", reason=told)
            agents.note_acts(conn, [act])
            return CasesPage(
                rows=rows[:LIST_ROWS],
                next_offset=_next(rows, offset),
                asked=asked,
                names={each.id: each.name for each in agents.all_of(conn)},
            )

        return await self._database.write(look)

    async def exported(self, agent: Face, wish: Wish, *, now: datetime) -> tuple[Row, ...]:
        """Every figure of the page as rows of a file; that they were taken out is noted."""

        def take(conn: Connection) -> tuple[Row, ...]:
            shown = self._page(conn, wish, now)
            act = agents.Act(at=now, agent_id=agent.id, act="exported", reason="dashboard")
            agents.note_acts(conn, [act])
            return tuple(_rows(shown.figures)) if shown.figures else ()

        return await self._database.write(take)


def _next(rows: Sequence[object], offset: int) -> int | None:
    """Where the rows behind those of a page begin; None where no more are left."""
    return offset + LIST_ROWS if len(rows) > LIST_ROWS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _refused(usual: Wish, key: str) -> Wish:
    values = {"n": MOST_DAYS} if key == "dashboard.too_long" else {}
    return replace(usual, problem=Phrase(key=key, values=values))


def _difference(kept: tuple[Kept, ...]) -> Interval | None:
    """By how much people's promises are kept more often than the bot's, as shares."""
    of = {rate.made_by: (rate.kept, rate.judged) for rate in kept}
    return difference_interval(of[MadeBy.AGENT], of[MadeBy.BOT])


# --- The file -----------------------------------------------------------------------------------

Row = tuple[str, str, str, str]
HEAD: Row = ("part", "of", "figure", "value")


def _rows(found: Figures) -> Iterator[Row]:
    """Each figure on a line of its own: its part of the page, what of, its name, its value."""
    asked = found.asked
    yield "range", "", "since", asked.since_on.isoformat()
    yield "range", "", "until", asked.until_on.isoformat()
    yield "range", "", "currency", asked.currency.code
    yield "range", "", "campaign", asked.campaign
    yield "total", "", "money_in", _plain(found.paid)
    for name, share in (
        ("promises_kept", found.promises),
        ("settled_without_a_person", found.settled),
        ("plans_on_track", found.plans),
        ("after_a_broken_promise_kept", found.after_broken),
    ):
        yield from _share("total", name, share)
    for name, rate in (("complaints", found.complaints), ("stops", found.stops)):
        yield "total", "", name, str(rate.count)
    yield "total", "", "messages_started", str(found.complaints.messages)
    yield "total", "", "talks_with_a_reply", str(found.talks)
    yield "total", "", "talks_handed_over", str(found.handed_over)
    for step, count in found.steps.items():
        yield "funnel", step.value, "accounts", str(count)
    for day in found.days:
        yield "day", day.on.isoformat(), "money_in", _plain(day.paid)
        yield "day", day.on.isoformat(), "promised", _plain(day.promised)
    yield from _stage_rows(found)
    for each in found.reasons:
        yield "reason", each.reason.value, "cases", str(each.count)
    for rate_of in found.kept:
        for name in ("kept", "partial", "broken", "open"):
            yield "promises", rate_of.made_by.value, name, str(getattr(rate_of, name))


def _stage_rows(found: Figures) -> Iterator[Row]:
    for stage in found.stages:
        name = stage.band.value
        yield "stage", name, "accounts", str(stage.accounts)
        yield "stage", name, "cured_in_30_days", str(stage.cured)
        yield "stage", name, "within_30_days", str(stage.young)
        yield "stage", name, "money_in", _plain(stage.paid)
        yield "stage", name, "complaints", str(stage.complaints.count)
        yield "stage", name, "stops", str(stage.stops.count)
        yield "stage", name, "messages_started", str(stage.stops.messages)


def _share(part: str, name: str, share: Share) -> Iterator[Row]:
    yield part, "", name, str(share.hits)
    yield part, "", f"{name}_of", str(share.of)


def _plain(amount: Money) -> str:
    return str(amount.decimal)
