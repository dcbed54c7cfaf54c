"""What the dashboard tells: few statements over whole tables, each figure defined where it is made.

Everything is of one range of days and one currency; nothing is summed over currencies. Days are
those of the team's zone, but days of promises, instalments and payments, which are days as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from flows.money import Currency, Money
from flows.records import HandoffReason, PlanStatus, PromiseStatus
from storage import tables
from storage.campaigns import OPT_OUT
from storage.columns import word
from storage.days import day_number, day_of, local_day, number_of, starts_at
from storage.promises import JUDGED, Kept, kept_rates
from storage.statuses import Status

_ACCOUNTS = tables.table("accounts")
_COMPLAINTS = tables.table("complaints")
_CONVERSATIONS = tables.table("conversations")
_HANDOFFS = tables.table("handoffs")
_INCOMING = tables.table("incoming_messages")
_INSTALMENTS = tables.table("instalments")
_OUTGOING = tables.table("outgoing_messages")
_PAYMENTS = tables.table("payments")
_PLANS = tables.table("plans")
_PROMISES = tables.table("promises")
_SIGNALS = tables.table("signals")
_TURNS = tables.table("turns")

# As storage/accounts.py calls what no label names.
_UNLABELLED = "import-"
_DAY = timedelta(days=1)
PER = 10_000
CURED_WITHIN = 30
_REMINDER, _NOTICE = word("reminder"), word("notice")
# The notices that tell of a bill; the others tell of a promise or a plan that stands.
_OF_BILLS = ("pre_due", "due_today")
# A turn of one of these: a person took part in the talk.
_BY_PEOPLE = (
    "agent_took_over",
    "agent_said",
    "agent_proposed",
    "agent_agreed",
    "dispute_answered",
    "complaint_answered",
    "duty_done",
)
_ENDED_PLANS = (PlanStatus.BROKEN, PlanStatus.CANCELLED, PlanStatus.REPLACED)
_RUNNING_PLANS = (PlanStatus.ACTIVE, PlanStatus.AT_RISK, PlanStatus.FROZEN)
_GOOD_PLANS = (PlanStatus.ACTIVE, PlanStatus.COMPLETED)
_BAD_PLANS = (PlanStatus.AT_RISK, PlanStatus.BROKEN)


class Step(StrEnum):
    """The way from message to money; who stands in a step stands in each before it."""

    PLANNED = "planned"
    SENT = "sent"
    DELIVERED = "delivered"
    REPLIED = "replied"
    PROMISED = "promised"
    KEPT = "kept"
    PAID = "paid"


class Band(StrEnum):
    """Days late; the day a bill is due is not late yet."""

    BEFORE = "before"
    DAYS_1_7 = "days_1_7"
    DAYS_8_30 = "days_8_30"
    DAYS_31_60 = "days_31_60"
    LATER = "later"


_STEPS, _BANDS = tuple(Step), tuple(Band)
# The last day of each band but the last, in days late.
_BAND_ENDS = (0, 7, 30, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which figures: of these days, both included, in the team's zone, and of this currency.

    `campaign`: only of bills of this one (a label, or `import-` and the number of the file that
    brought them), and of their talks; empty: of all.
    """

    since_on: date
    until_on: date
    currency: Currency
    zone: tzinfo
    campaign: str = ""

    @property
    def length(self) -> int:
        """How many days these are."""
        return (self.until_on - self.since_on).days + 1

    @property
    def start_at(self) -> datetime:
        """The instant the first day begins."""
        return starts_at(self.since_on, self.zone)

    @property
    def end_at(self) -> datetime:
        """The instant after the last day."""
        return starts_at(self.until_on + _DAY, self.zone)

    @property
    def before(self) -> Asked:
        """As many days just before these."""
        return replace(
            self,
            since_on=self.since_on - timedelta(days=self.length),
            until_on=self.since_on - _DAY,
        )

    def money(self, minor: int | None) -> Money:
        """An amount of this currency."""
        return Money(int(minor or 0), self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was booked with this day, and what was promised for it."""

    on: date
    paid: Money
    promised: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many came back on how many messages that we started."""

    count: int = 0
    messages: int = 0

    @property
    def per_10_000(self) -> float | None:
        """On 10,000 messages; None while none was sent."""
        return PER * self.count / self.messages if self.messages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One band of days late.

    `accounts`, `cured` and `young` are by the day of the first message in the range, `paid` by the
    day of each payment, the rates by the day of each message, complaint and stop. Young accounts
    are neither paid nor past the thirty days.
    """

    band: Band
    accounts: int
    cured: int
    young: int
    paid: Money
    complaints: Rate
    stops: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How many cases for a person had this reason."""

    reason: HandoffReason
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything of one range; `running` are accounts whose promise or plan is not over yet.

    `paid_unpromised` are accounts that were written to and paid in full without a promise;
    `talks` are the talks in which the customer wrote, `handed_over` those with a new case.
    """

    asked: Asked
    paid: Money
    days: tuple[Day, ...]
    steps: Mapping[Step, int]
    running: int
    paid_unpromised: int
    stages: tuple[Stage, ...]
    kept: tuple[Kept, ...]
    after_broken: Share
    settled: Share
    plans: Share
    complaints: Rate
    stops: Rate
    reasons: tuple[Reason, ...]
    talks: int
    handed_over: int

    @property
    def promises(self) -> Share:
        """Promises kept, of all that were judged."""
        return Share(hits=sum(k.kept for k in self.kept), of=sum(k.judged for k in self.kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """What the figures of a range are compared with: the same of the days before."""

    paid: Money
    promises: Share
    settled: Share


def currencies(conn: Connection) -> tuple[Currency, ...]:
    """The currencies of the bills, that of most bills first."""
    columns = (_ACCOUNTS.c.currency, _ACCOUNTS.c.exponent)
    query = select(*columns).group_by(*columns).order_by(func.count().desc(), columns[0])
    return tuple(Currency(code, exponent) for code, exponent in conn.execute(query))


def campaigns(conn: Connection, *, limit: int = 200) -> tuple[str, ...]:
    """The campaigns that the bills are of, those with the newest files first."""
    row = _ACCOUNTS.c
    query = select(row.campaign, row.import_id).distinct()
    newest: dict[str, int] = {}
    for label, number in conn.execute(query):
        name = label or (f"{_UNLABELLED}{number}" if number else "")
        newest[name] = max(newest.get(name, 0), number or 0)
    found = sorted(newest, key=lambda name: (-newest[name], name))
    return tuple(name for name in found if name)[:limit]


def _of_campaign(asked: Asked) -> Sequence[ColumnElement[bool]]:
    """What narrows a statement over accounts to the campaign that is asked for."""
    if not asked.campaign:
        return ()
    row, number = _ACCOUNTS.c, asked.campaign.removeprefix(_UNLABELLED)
    own = row.campaign == asked.campaign
    if number != asked.campaign and number.isdecimal():
        own = or_(own, and_(row.campaign == "", row.import_id == int(number)))
    return (own,)


def _bills(asked: Asked, account_id: ColumnElement[Any]) -> Sequence[ColumnElement[bool]]:
    """The same for a statement over what names an account."""
    rules = _of_campaign(asked)
    return (account_id.in_(select(_ACCOUNTS.c.id).where(*rules)),) if rules else ()


def _conversations(
    asked: Asked, conversation_id: ColumnElement[Any]
) -> Sequence[ColumnElement[bool]]:
    """The same for a statement over what names a talk; a talk of two campaigns is of both."""
    rules = _of_campaign(asked)
    if not rules:
        return ()
    row = _ACCOUNTS.c
    own = select(row.conversation_id).where(row.conversation_id.is_not(None), *rules)
    return (conversation_id.in_(own),)


def read(conn: Connection, asked: Asked, *, today: date) -> Figures:
    """All figures of the range, as the books stand; `today` tells which thirty days still run."""
    way = _way(conn, asked, today)
    paid = _paid(conn, asked)
    by_band = _rates(conn, asked)
    talks, handed_over = _talks(conn, asked)
    return Figures(
        asked=asked,
        paid=asked.money(sum(paid.values())),
        days=_days(conn, asked, paid),
        steps={step: sum(w.count for w in way if w.level >= n) for n, step in enumerate(_STEPS)},
        running=sum(w.count for w in way if w.is_running),
        paid_unpromised=sum(w.count for w in way if w.is_paid and 1 <= w.level < _PROMISED),
        stages=tuple(_stage(asked, band, way, paid, by_band) for band in Band),
        kept=_kept(conn, asked),
        after_broken=_after_broken(conn, asked),
        settled=_settled(conn, asked),
        plans=_plans(conn, asked),
        complaints=_total(by_band, "complaints"),
        stops=_total(by_band, "stops"),
        reasons=_reasons(conn, asked),
        talks=talks,
        handed_over=handed_over,
    )


def tiles(conn: Connection, asked: Asked) -> Tiles:
    """Only what a range is compared by."""
    kept = _kept(conn, asked)
    return Tiles(
        paid=asked.money(sum(_paid(conn, asked).values())),
        promises=Share(hits=sum(k.kept for k in kept), of=sum(k.judged for k in kept)),
        settled=_settled(conn, asked),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A bill behind a figure; `conversation_id` leads to its talk."""

    account_id: str
    conversation_id: str | None
    reference: str
    name: str
    outstanding: Money
    due_on: date
    step: Step
    band: Band


def listed(
    conn: Connection,
    asked: Asked,
    *,
    today: date,
    step: Step,
    band: Band | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[Listed, ...]:
    """Some of the bills that came to a step (of one band), by number."""
    one, account = _accounts(asked, today), _ACCOUNTS.c
    columns = [account[name] for name in ("conversation_id", "reference", "name", "due_on")]
    query = (
        select(one.c.account_id, *columns, account.outstanding_minor, one.c.level, one.c.band)
        .select_from(one.join(_ACCOUNTS, account.id == one.c.account_id))
        .where(one.c.level >= _STEPS.index(step))
        .order_by(account.reference, account.id)
    )
    if band is not None:
        query = query.where(one.c.band == _BANDS.index(band))
    return tuple(
        Listed(
            account_id=row.account_id,
            conversation_id=row.conversation_id,
            reference=row.reference,
            name=row.name,
            outstanding=asked.money(row.outstanding_minor),
            due_on=row.due_on,
            step=_STEPS[row.level],
            band=_BANDS[row.band],
        )
        for row in conn.execute(query.offset(offset).limit(limit))
    )


def _band(days_late: ColumnElement[int]) -> ColumnElement[int]:
    """The band's place in the list of bands."""
    ends = [(days_late <= end, number) for number, end in enumerate(_BAND_ENDS)]
    return case(*ends, else_=len(_BAND_ENDS))


def _is_started() -> ColumnElement[bool]:
    """Messages we start about a bill; answers to a customer's own words are none of them."""
    row = _OUTGOING.c
    return or_(row.kind == _REMINDER, and_(row.kind == _NOTICE, row.template.in_(_OF_BILLS)))


def _number(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return case((rule, 1), else_=0)


# --- From message to money ----------------------------------------------------------------------

_SENT, _PROMISED = _STEPS.index(Step.SENT), _STEPS.index(Step.PROMISED)
# How far an agreement came; the best one of an account counts.
_AGREED, _RUNS, _KEPT = 1, 2, 3
_CURED, _YOUNG, _LATE = "cured", "young", "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """So many accounts came just as far as `level`."""

    level: int
    band: int
    outcome: str
    is_paid: bool
    is_running: bool
    count: int


def _way(conn: Connection, asked: Asked, today: date) -> list[_Way]:
    one = _accounts(asked, today)
    names = ("level", "band", "outcome", "is_paid", "is_running")
    columns = [one.c[name] for name in names]
    query = select(*columns, func.count().label("accounts")).group_by(*columns)
    return [
        _Way(
            level=row.level,
            band=row.band,
            outcome=row.outcome,
            is_paid=bool(row.is_paid),
            is_running=bool(row.is_running),
            count=row.accounts,
        )
        for row in conn.execute(query)
    ]


def _started(asked: Asked) -> FromClause:
    """Each account that a message of ours of the range is about: when the first was sent."""
    row = _OUTGOING.c
    return (
        select(
            row.account_id,
            func.min(row.created_at).label("planned_at"),
            func.min(row.sent_at).label("sent_at"),
            func.max(_number(row.status == word(Status.DELIVERED))).label("is_delivered"),
        )
        .where(
            _is_started(),
            row.created_at >= asked.start_at,
            row.created_at < asked.end_at,
            row.account_id.is_not(None),
        )
        .group_by(row.account_id)
        .subquery("started")
    )


def _accounts(asked: Asked, today: date) -> FromClause:
    """One row an account that was planned in the range: how far it came until now."""
    told = _told(asked)
    row = told.c
    is_paid = row.outstanding_minor <= 0
    agreed = case((row.promise > row.plan, row.promise), else_=row.plan)
    is_running = and_(row.has_replied == 1, agreed == _RUNS)
    return (
        select(
            row.account_id,
            _level(told, agreed, is_paid).label("level"),
            _band(row.first_on - row.due_on).label("band"),
            _outcome(is_paid, row.first_on, row.last_paid_on, today).label("outcome"),
            _number(is_paid).label("is_paid"),
            _number(is_running).label("is_running"),
        )
        .select_from(told)
        .cte("one")
        .prefix_with("MATERIALIZED")
    )


def _told(asked: Asked) -> FromClause:
    """What the books tell of each account that was planned in the range, looked up once."""
    started = _started(asked)
    account, talk = _ACCOUNTS.c, _CONVERSATIONS.c
    first_at = func.coalesce(started.c.sent_at, started.c.planned_at)
    first_on = local_day(first_at, asked.zone, asked.since_on, asked.until_on)
    has_replied = func.coalesce(talk.last_in_at >= started.c.sent_at, False)
    last_paid = select(func.max(day_number(_PAYMENTS.c.paid_on))).where(
        _PAYMENTS.c.account_id == account.id, _PAYMENTS.c.is_matched
    )
    return (
        select(
            account.id.label("account_id"),
            account.outstanding_minor,
            day_number(account.due_on).label("due_on"),
            first_on.label("first_on"),
            started.c.sent_at,
            started.c.is_delivered,
            _number(has_replied).label("has_replied"),
            case((has_replied, _promise(first_on)), else_=0).label("promise"),
            case((has_replied, _plan(started)), else_=0).label("plan"),
            case((account.outstanding_minor <= 0, last_paid.scalar_subquery())).label(
                "last_paid_on"
            ),
        )
        .select_from(
            started.join(_ACCOUNTS, account.id == started.c.account_id).outerjoin(
                _CONVERSATIONS, talk.id == account.conversation_id
            )
        )
        .where(account.currency == asked.currency.code, *_of_campaign(asked))
        .cte("told")
        .prefix_with("MATERIALIZED")
    )


def _promise(first_on: ColumnElement[int]) -> ColumnElement[int]:
    """How far the account's best promise since its first message came; 0 where there is none.

    A promise is dated by the customer's clock, which may be a day behind the team's.
    """
    row = _PROMISES.c
    rank = case(
        (row.status == PromiseStatus.KEPT.value, _KEPT),
        (row.status == PromiseStatus.OPEN.value, _RUNS),
        else_=_AGREED,
    )
    found = select(func.max(rank)).where(
        row.account_id == _ACCOUNTS.c.id, day_number(row.made_on) >= first_on - 1
    )
    return func.coalesce(found.scalar_subquery(), 0)


def _plan(started: FromClause) -> ColumnElement[int]:
    """How far its best plan since then came."""
    row = _PLANS.c
    rank = case(
        (row.status == PlanStatus.COMPLETED.value, _KEPT),
        (row.status.in_([status.value for status in _RUNNING_PLANS]), _RUNS),
        else_=_AGREED,
    )
    found = select(func.max(rank)).where(
        row.account_id == _ACCOUNTS.c.id, row.accepted_at >= started.c.sent_at
    )
    return func.coalesce(found.scalar_subquery(), 0)


def _level(
    told: FromClause, agreed: ColumnElement[int], is_paid: ColumnElement[bool]
) -> ColumnElement[int]:
    """How far the account came: the place of its last step.

    Whoever answered has got the message, also where the gateway reports no delivery.
    """
    has_replied = told.c.has_replied == 1
    return case(
        (told.c.sent_at.is_(None), _STEPS.index(Step.PLANNED)),
        (and_(~has_replied, told.c.is_delivered == 0), _SENT),
        (~has_replied, _STEPS.index(Step.DELIVERED)),
        (agreed == 0, _STEPS.index(Step.REPLIED)),
        (agreed < _KEPT, _PROMISED),
        (~is_paid, _STEPS.index(Step.KEPT)),
        else_=_STEPS.index(Step.PAID),
    )


def _outcome(
    is_paid: ColumnElement[bool],
    first_on: ColumnElement[int],
    last_paid_on: ColumnElement[int],
    today: date,
) -> ColumnElement[str]:
    """Whether the bill was paid in full by a payment of the thirty days after its first message."""
    return case(
        (and_(is_paid, last_paid_on <= first_on + CURED_WITHIN), _CURED),
        (and_(~is_paid, first_on + CURED_WITHIN >= number_of(today)), _YOUNG),
        else_=_LATE,
    )


# --- Money --------------------------------------------------------------------------------------


def _paid(conn: Connection, asked: Asked) -> dict[tuple[date, int], int]:
    """What was booked on bills, reversals taken off, by day and band of days late."""
    row = _PAYMENTS.c
    late = day_number(row.paid_on) - day_number(_ACCOUNTS.c.due_on)
    band = _band(late).label("band")
    query = (
        select(row.paid_on, band, func.sum(row.amount_minor))
        .select_from(_PAYMENTS.join(_ACCOUNTS, _ACCOUNTS.c.id == row.account_id))
        .where(
            row.is_matched,
            row.currency == asked.currency.code,
            row.paid_on.between(asked.since_on, asked.until_on),
            *_of_campaign(asked),
        )
        .group_by(row.paid_on, band)
    )
    return {(on, number): int(minor) for on, number, minor in conn.execute(query)}


def _days(conn: Connection, asked: Asked, paid: Mapping[tuple[date, int], int]) -> tuple[Day, ...]:
    promised = _promised(conn, asked)
    first = number_of(asked.since_on)
    days = [day_of(first + number) for number in range(asked.length)]
    return tuple(
        Day(
            on=on,
            paid=asked.money(sum(paid.get((on, band), 0) for band in range(len(_BANDS)))),
            promised=asked.money(promised.get(on)),
        )
        for on in days
    )


def _promised(conn: Connection, asked: Asked) -> dict[date, int]:
    """What was to come on each day: promises not taken back, and parts of plans while they ran."""
    promise, part, plan = _PROMISES.c, _INSTALMENTS.c, _PLANS.c
    counted = [*JUDGED, PromiseStatus.OPEN]
    promises = (
        select(promise.due_on, func.sum(promise.amount_minor))
        .where(
            promise.currency == asked.currency.code,
            promise.due_on.between(asked.since_on, asked.until_on),
            promise.status.in_([status.value for status in counted]),
            *_bills(asked, promise.account_id),
        )
        .group_by(promise.due_on)
    )
    of_plan = and_(plan.conversation_id == part.conversation_id, plan.id == part.plan_id)
    ended_on = local_day(plan.updated_at, asked.zone, asked.since_on, asked.until_on)
    has_ended = plan.status.in_([status.value for status in _ENDED_PLANS])
    parts = (
        select(part.due_on, func.sum(part.amount_minor))
        .select_from(_INSTALMENTS.join(_PLANS, of_plan))
        .where(
            plan.currency == asked.currency.code,
            part.due_on.between(asked.since_on, asked.until_on),
            or_(~has_ended, day_number(part.due_on) < ended_on),
            *_bills(asked, plan.account_id),
        )
        .group_by(part.due_on)
    )
    found: dict[date, int] = {}
    for query in (promises, parts):
        for on, minor in conn.execute(query):
            found[on] = found.get(on, 0) + int(minor)
    return found


# --- Promises, plans, people --------------------------------------------------------------------


def _kept(conn: Connection, asked: Asked) -> tuple[Kept, ...]:
    return kept_rates(
        conn,
        since_on=asked.since_on,
        until_on=asked.until_on,
        currency=asked.currency.code,
        only=_bills(asked, _PROMISES.c.account_id),
    )


def _after_broken(conn: Connection, asked: Asked) -> Share:
    """How promises turned out that followed one on the same bill that was not kept in full."""
    later, earlier = _PROMISES.alias("later"), _PROMISES.alias("earlier")
    has_earlier = exists().where(
        earlier.c.account_id == later.c.account_id,
        earlier.c.due_on < later.c.due_on,
        earlier.c.status.in_((PromiseStatus.PARTIAL.value, PromiseStatus.BROKEN.value)),
    )
    kept = func.sum(_number(later.c.status == PromiseStatus.KEPT.value))
    query = select(kept, func.count()).where(
        later.c.currency == asked.currency.code,
        later.c.due_on.between(asked.since_on, asked.until_on),
        later.c.status.in_([status.value for status in JUDGED]),
        has_earlier,
        *_bills(asked, later.c.account_id),
    )
    hits, of = conn.execute(query).one()
    return Share(hits=int(hits or 0), of=of)


def _settled(conn: Connection, asked: Asked) -> Share:
    """Bills whose last payment is of the range and paid them in full: how many without a person.

    Bills that nobody was ever written to about are none of it.
    """
    row, account = _PAYMENTS.c, _ACCOUNTS.c
    last = (
        select(row.account_id)
        .where(row.is_matched, row.currency == asked.currency.code)
        .group_by(row.account_id)
        .having(func.max(row.paid_on).between(asked.since_on, asked.until_on))
        .subquery("last")
    )
    by_people = exists().where(
        _TURNS.c.conversation_id == account.conversation_id, _TURNS.c.event.in_(_BY_PEOPLE)
    )
    query = (
        select(func.sum(_number(~by_people)), func.count())
        .select_from(last.join(_ACCOUNTS, account.id == last.c.account_id))
        .where(
            account.outstanding_minor <= 0,
            account.conversation_id.is_not(None),
            *_of_campaign(asked),
        )
    )
    hits, of = conn.execute(query).one()
    return Share(hits=int(hits or 0), of=of)


def _plans(conn: Connection, asked: Asked) -> Share:
    """Of the plans accepted in the range: how many run as agreed or are paid to their end.

    Plans that were replaced, cancelled or frozen count nowhere.
    """
    row = _PLANS.c
    good = [status.value for status in _GOOD_PLANS]
    judged = [*good, *(status.value for status in _BAD_PLANS)]
    query = select(func.sum(_number(row.status.in_(good))), func.count()).where(
        row.currency == asked.currency.code,
        row.accepted_at >= asked.start_at,
        row.accepted_at < asked.end_at,
        row.status.in_(judged),
        *_bills(asked, row.account_id),
    )
    hits, of = conn.execute(query).one()
    return Share(hits=int(hits or 0), of=of)


def _reasons(conn: Connection, asked: Asked) -> tuple[Reason, ...]:
    """Why cases for a person were opened, the most frequent reason first."""
    row = _HANDOFFS.c
    query = (
        select(row.reason, func.count())
        .select_from(_HANDOFFS.join(_CONVERSATIONS, _CONVERSATIONS.c.id == row.conversation_id))
        .where(*_opened(_HANDOFFS, asked))
        .group_by(row.reason)
        .order_by(func.count().desc(), row.reason)
    )
    return tuple(
        Reason(reason=HandoffReason(reason), count=count) for reason, count in conn.execute(query)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFound:
    """A case for a person behind a figure; `conversation_id` leads to its talk."""

    conversation_id: str
    name: str
    opened_at: datetime
    closed_at: datetime | None
    claimed_by: str | None


def cases(
    conn: Connection, asked: Asked, reason: HandoffReason, *, offset: int = 0, limit: int = 50
) -> tuple[CaseFound, ...]:
    """Some of the cases that a reason opened in the range, the newest first."""
    row, talk = _HANDOFFS.c, _CONVERSATIONS.c
    query = (
        select(row.conversation_id, talk.name, row.opened_at, row.closed_at, row.claimed_by)
        .select_from(_HANDOFFS.join(_CONVERSATIONS, talk.id == row.conversation_id))
        .where(*_opened(_HANDOFFS, asked), row.reason == reason.value)
        .order_by(row.opened_at.desc(), row.conversation_id, row.id)
    )
    found = conn.execute(query.offset(offset).limit(limit))
    return tuple(CaseFound(**each._mapping) for each in found)


def _opened(rows: FromClause, asked: Asked) -> Sequence[ColumnElement[bool]]:
    return (
        rows.c.opened_at >= asked.start_at,
        rows.c.opened_at < asked.end_at,
        _CONVERSATIONS.c.currency == asked.currency.code,
        *_conversations(asked, rows.c.conversation_id),
    )


def _talks(conn: Connection, asked: Asked) -> tuple[int, int]:
    """Talks in which the customer wrote, and talks with a new case for a person."""
    row = _INCOMING.c
    heard = (
        select(func.count(row.conversation_id.distinct()))
        .select_from(_INCOMING.join(_CONVERSATIONS, _CONVERSATIONS.c.id == row.conversation_id))
        .where(
            row.received_at >= asked.start_at,
            row.received_at < asked.end_at,
            _CONVERSATIONS.c.currency == asked.currency.code,
            *_conversations(asked, row.conversation_id),
        )
    )
    case_of = _HANDOFFS.c.conversation_id
    handed = (
        select(func.count(case_of.distinct()))
        .select_from(_HANDOFFS.join(_CONVERSATIONS, _CONVERSATIONS.c.id == case_of))
        .where(*_opened(_HANDOFFS, asked))
    )
    return conn.execute(heard).scalar_one(), conn.execute(handed).scalar_one()


# --- What came back -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rates:
    """Messages that we started, complaints and stops, each by band."""

    messages: Mapping[int, int]
    complaints: Mapping[int, int]
    stops: Mapping[int, int]

    def of(self, name: str, bands: Sequence[int]) -> Rate:
        """A rate of these bands together."""
        came: Mapping[int, int] = getattr(self, name)
        return Rate(
            count=sum(came.get(band, 0) for band in bands),
            messages=sum(self.messages.get(band, 0) for band in bands),
        )


def _total(rates: _Rates, name: str) -> Rate:
    return rates.of(name, range(len(_BANDS)))


def _rates(conn: Connection, asked: Asked) -> _Rates:
    row = _OUTGOING.c
    band = _band_on(row.sent_at, _ACCOUNTS.c.due_on, asked)
    sent = (
        select(band, func.count())
        .select_from(_OUTGOING.join(_ACCOUNTS, _ACCOUNTS.c.id == row.account_id))
        .where(
            _is_started(),
            row.sent_at >= asked.start_at,
            row.sent_at < asked.end_at,
            _ACCOUNTS.c.currency == asked.currency.code,
            *_of_campaign(asked),
        )
        .group_by(band)
    )
    return _Rates(
        messages={number: count for number, count in conn.execute(sent)},
        complaints=_came(conn, _COMPLAINTS, _COMPLAINTS.c.opened_at, asked),
        stops=_came(conn, _SIGNALS, _SIGNALS.c.at, asked, _SIGNALS.c.kind == OPT_OUT),
    )


def _band_on(
    at: ColumnElement[datetime], due_on: ColumnElement[date], asked: Asked
) -> ColumnElement[int]:
    """The band of days late at an instant of the range."""
    on = local_day(at, asked.zone, asked.since_on, asked.until_on)
    return _band(on - day_number(due_on)).label("band")


def _came(
    conn: Connection,
    rows: FromClause,
    at: ColumnElement[datetime],
    asked: Asked,
    *rules: ColumnElement[bool],
) -> dict[int, int]:
    """Complaints or stops of the range, by the band of the talk's oldest bill of the currency."""
    own = _conversations(asked, rows.c.conversation_id)
    of_range = (at >= asked.start_at, at < asked.end_at, *rules, *own)
    bill = (
        select(_ACCOUNTS.c.conversation_id, func.min(_ACCOUNTS.c.due_on).label("due_on"))
        .where(
            _ACCOUNTS.c.currency == asked.currency.code,
            _ACCOUNTS.c.conversation_id.in_(select(rows.c.conversation_id).where(*of_range)),
        )
        .group_by(_ACCOUNTS.c.conversation_id)
        .subquery("bill")
    )
    band = _band_on(at, bill.c.due_on, asked)
    talk = _CONVERSATIONS.c
    query = (
        select(band, func.count())
        .select_from(
            rows.join(_CONVERSATIONS, talk.id == rows.c.conversation_id).outerjoin(
                bill, bill.c.conversation_id == rows.c.conversation_id
            )
        )
        .where(*of_range, talk.currency == asked.currency.code)
        .group_by(band)
    )
    return {number: count for number, count in conn.execute(query)}


def _stage(
    asked: Asked,
    band: Band,
    way: Sequence[_Way],
    paid: Mapping[tuple[date, int], int],
    rates: _Rates,
) -> Stage:
    number = _BANDS.index(band)
    own = [each for each in way if each.band == number and each.level >= _SENT]
    return Stage(
        band=band,
        accounts=sum(each.count for each in own),
        cured=sum(each.count for each in own if each.outcome == _CURED),
        young=sum(each.count for each in own if each.outcome == _YOUNG),
        paid=asked.money(sum(minor for (_, at), minor in paid.items() if at == number)),
        complaints=rates.of("complaints", (number,)),
        stops=rates.of("stops", (number,)),
    )
