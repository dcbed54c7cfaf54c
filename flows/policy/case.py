"""One request prepared for the rules: what several of them ask is worked out once."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.policy.model import Policy
from flows.policy.place import Place
from flows.policy.request import (
    OPT_OUT,
    START,
    Channel,
    Contact,
    Direction,
    Hold,
    Kind,
    SendRequest,
)
from flows.replacing import maker, quick

ANSWERS = (Kind.REPLY, Kind.AGENT)
UNTIMED = (Kind.OPTOUT_CONFIRMATION, Kind.SAFETY)
_TURNS = (OPT_OUT, START)


# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_IN = Direction.IN
_OUT = Direction.OUT
_REMINDER = Kind.REMINDER


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request and what follows from it.

    `now` is UTC. `spends`: judged as a reminder in full. `is_answer`: inside the grace, without
    money. `has_window`: bound by hours and holidays. `holds`: those of the account and the flags
    of the person, each after its label `hold` or `flag`. `spent` and `spent_here`: instants, in
    order, of the reminders in the scope of the caps and of this account; none where it spends
    nothing itself. `newest_in_at`: of the
    newest inbound message, None when there is none. `turns`: the opt-outs and STARTs.
    """

    request: SendRequest
    policy: Policy
    place: Place
    now: datetime
    asks_money: bool
    spends: bool
    is_answer: bool
    has_window: bool
    holds: tuple[tuple[str, Hold], ...]
    spent: tuple[datetime, ...]
    spent_here: tuple[datetime, ...]
    newest_in_at: datetime | None
    turns: tuple[Contact, ...]
    is_opted_out: bool

    @property
    def kind(self) -> Kind:
        """The kind of the message."""
        return self.request.kind

    @property
    def today(self) -> date:
        """The local date that counts for due days."""
        return self.place.earliest_date(self.now)

    @property
    def is_first(self) -> bool:
        """Whether this is the first reminder of the account."""
        return self.spends and not self.spent_here

    @property
    def stopped_at(self) -> datetime | None:
        """When the newest opt-out came, on any channel."""
        return _newest(self.turns, OPT_OUT)

    @property
    def started_at(self) -> datetime | None:
        """When the newest START came, on any channel."""
        return _newest(self.turns, START)

    def spent_since(self, instant: datetime) -> int:
        """How many spending messages are later than the instant."""
        return len(self.spent) - bisect_right(self.spent, instant)


_make_case = maker(Case)


def study(request: SendRequest, *, asks_money: bool) -> Case:
    """The case of a request; `asks_money` says whether its text, or its kind, asks for money."""
    policy, kind = request.policy, request.kind
    spends = kind is _REMINDER or (asks_money and kind in ANSWERS)
    inbound, spending = _sorted_out(request, spends=spends)
    newest_in_at = max([entry.at for entry in inbound]) if inbound else None
    turns = tuple([entry for entry in inbound if entry.kind in _TURNS])
    is_answer = _is_answer(request, asks_money, newest_in_at)
    here = [entry for entry in spending if is_here(entry, request)] if spending else spending
    spent_here = _instants(here)
    is_by_account = policy.cadence.count_scope == "account"
    return _make_case(
        request=request,
        policy=policy,
        place=request.place,
        now=request.now,
        asks_money=asks_money,
        spends=spends,
        is_answer=is_answer,
        has_window=not is_answer and kind not in UNTIMED,
        holds=_labelled(request),
        spent=spent_here if is_by_account else _instants(spending),
        spent_here=spent_here,
        newest_in_at=newest_in_at,
        turns=turns,
        is_opted_out=_is_opted_out(request, turns),
    )


def is_over(hold: Hold, instant: datetime, place: Place) -> bool:
    """Whether a hold has ended: its last day has passed in every zone, or its instant has come."""
    if hold.until is None:
        return False
    if isinstance(hold.until, datetime):
        return instant >= hold.until
    return place.earliest_date(instant) > hold.until


def is_out(entry: Contact, *kinds: Kind) -> bool:
    """Whether we sent this entry, and of one of the kinds when any is given."""
    return entry.direction is _OUT and (not kinds or entry.kind in kinds)


def is_here(entry: Contact, request: SendRequest) -> bool:
    """Whether the entry is of the account asked about; unnamed accounts are this one."""
    account = request.account.id
    return entry.account is None or account is None or entry.account == account


def is_spending(entry: Contact, policy: Policy) -> bool:
    """Whether the entry spends the caps: a reminder or an ask for money on a channel that counts."""
    if entry.direction is _IN or not (entry.asks_money or entry.kind == _REMINDER):
        return False
    return entry.channel is None or entry.channel in policy.cadence.counts


def _labelled(request: SendRequest) -> tuple[tuple[str, Hold], ...]:
    holds, flags = request.account.holds, request.person.flags
    if not (holds or flags):
        return ()
    return (*(("hold", hold) for hold in holds), *(("flag", flag) for flag in flags))


def _is_answer(request: SendRequest, asks_money: bool, newest_in_at: datetime | None) -> bool:
    if asks_money or newest_in_at is None or request.kind not in ANSWERS:
        return False
    grace = timedelta(minutes=request.policy.window.reply_grace_min)
    return request.now - newest_in_at <= grace


def _sorted_out(request: SendRequest, *, spends: bool) -> tuple[list[Contact], list[Contact]]:
    """The inbound messages, and the outbound ones that spend the caps, where it spends them too."""
    history = request.history
    inbound = [entry for entry in history if entry.direction is _IN]
    if not spends:
        return inbound, []
    return inbound, [entry for entry in history if is_spending(entry, request.policy)]


def _instants(entries: list[Contact]) -> tuple[datetime, ...]:
    """When, in order; entries with the same instant and kind are one."""
    if len(entries) <= 1:
        return (entries[0].at,) if entries else ()
    return tuple(sorted([at for at, _ in {(entry.at, entry.kind) for entry in entries}]))


def _newest(turns: tuple[Contact, ...], kind: str) -> datetime | None:
    return max([turn.at for turn in turns if turn.kind == kind], default=None)


def _is_opted_out(request: SendRequest, turns: tuple[Contact, ...]) -> bool:
    """Opted out by the record, or by an opt-out in the history that no START took back."""
    stopped = request.person.opted_out
    if not (stopped or turns):
        return False
    every_channel = request.policy.optout.scope == "all_channels"
    if stopped and (every_channel or request.channel in stopped):
        return True
    return any(
        turn.kind == OPT_OUT
        and (every_channel or turn.channel in (None, request.channel))
        and not _is_taken_back(turn, request.channel, turns)
        for turn in turns
    )


def _is_taken_back(stop: Contact, channel: Channel, turns: tuple[Contact, ...]) -> bool:
    """Whether a later START came on the channel of the opt-out, or on the one asked about."""
    return any(
        turn.kind == START and turn.at > stop.at and turn.channel in (None, stop.channel, channel)
        for turn in turns
    )
