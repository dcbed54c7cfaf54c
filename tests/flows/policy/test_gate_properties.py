"""What holds for every history, zone and profile, against a naive second reading of the rules."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.policy import load_policy
from flows.policy.gate import may_send
from flows.policy.hours import CLOSED, Hours
from flows.policy.local_time import day_start, next_open, zone, zone_names
from flows.policy.place import country_of_zone, place_of
from flows.policy.request import (
    AccountFacts,
    Action,
    Channel,
    Consent,
    Contact,
    Direction,
    Hold,
    Kind,
    Notice,
    PersonFacts,
    SendRequest,
    ValidationNotice,
)
from flows.policy.stops import KNOWN_NAMES
from tests.flows.policy import oracle

PROFILES = sorted(oracle.WINDOW)
# Zones of countries, and those whose calendar does not end with a yearly decree.
DECREED = {"AQ", "BY", "CN", "HU", "IO", "RU", "UZ", "VN"}
ZONES = sorted(name for name in zone_names() if (country_of_zone(name) or "CN") not in DECREED)
# The zones of the profiles, and the odd ones: half hours, 45 minutes, changes at midnight.
NOTABLE = [
    *("Europe/London", "America/New_York", "Australia/Sydney", "Asia/Hong_Kong", "Asia/Taipei"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Africa/Cairo"),
    *("America/Santiago", "Asia/Beirut", "Pacific/Apia", "America/Havana", "Africa/Casablanca"),
]
YEAR_START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES_PER_YEAR = 365 * 24 * 60
FACTS = st.sampled_from(
    [None, None, None, "stop", "start", "reply", "reply", "plan", "dispute", "deceased", "lift"]
)

zones = st.one_of(*[st.sampled_from(NOTABLE)] * 4, st.sampled_from(ZONES))
instants = st.integers(0, MINUTES_PER_YEAR * 60 - 1).map(
    lambda second: YEAR_START + timedelta(seconds=second)
)
channels = st.sampled_from(Channel)


def office_hours(zone_name: str) -> st.SearchStrategy[datetime]:
    """Instants between 9 and 18 by the local clock."""
    return st.builds(
        lambda day, second: (
            datetime(2026, 1, 1, 9, tzinfo=zone(zone_name)) + timedelta(days=day, seconds=second)
        ).astimezone(UTC),
        st.integers(0, 360),
        st.integers(0, 9 * 3600 - 1),
    )


def entries(before: datetime) -> st.SearchStrategy[Contact]:
    ages = st.integers(60, 45 * 24 * 3600).map(lambda seconds: before - timedelta(seconds=seconds))
    sent = st.builds(
        Contact,
        at=ages,
        direction=st.just(Direction.OUT),
        kind=st.sampled_from(["reminder", "reminder", "reminder", "notice", "reply", "agent"]),
        asks_money=st.sampled_from([False, False, False, True]),
        channel=st.sampled_from([None, Channel.SMS, Channel.TELEGRAM, Channel.VOICEMAIL]),
        account=st.sampled_from([None, "A1", "A2"]),
    )
    heard = st.builds(
        Contact,
        at=ages,
        direction=st.just(Direction.IN),
        kind=st.sampled_from(["reply", "reply", "thanks", "affirm", "opt_out", "start"]),
        channel=st.sampled_from([None, Channel.SMS, Channel.TELEGRAM]),
    )
    return st.one_of(sent, sent, heard)


@st.composite
def reminders(draw: st.DrawFn) -> tuple[SendRequest, str, str]:
    """A reminder with its profile and zone."""
    profile, zone_name = draw(st.sampled_from(PROFILES)), draw(zones)
    now = draw(st.one_of(instants, office_hours(zone_name), office_hours(zone_name)))
    history = draw(st.lists(entries(now), max_size=6, unique_by=lambda entry: entry.at))
    due = oracle.wall(now, zone_name).date() - timedelta(
        days=draw(st.sampled_from([-1, 0, 1, 2, 4, 6, 7, 8, 20, 40]))
    )
    request = SendRequest(
        now=now,
        channel=draw(st.sampled_from([Channel.SMS, Channel.TELEGRAM])),
        kind=Kind.REMINDER,
        policy=load_policy(profile),
        place=place_of([zone_name]),
        account=AccountFacts(
            id="A1",
            due_on=due,
            holds=draw(st.sampled_from([*[()] * 8, (Hold(name="dispute"),)])),
        ),
        person=PersonFacts(
            is_verified=True,
            is_willing=draw(st.sampled_from([False, False, False, True])),
            opted_out=draw(st.sampled_from([*[frozenset()] * 8, frozenset({Channel.EMAIL})])),
        ),
        history=tuple(history),
    )
    return request, profile, zone_name


def forbidden(request: SendRequest, profile: str, zone_name: str, at: datetime) -> set[str]:
    """Whatever the oracle has against the reminder at the instant."""
    country = country_of_zone(zone_name) or ""
    stopped = {"opted_out"} if oracle.is_stopped(request, profile) else set()
    held = {"held"} if oracle.is_held(request) else set()
    return (
        stopped
        | held
        | oracle.person_needed(request, profile, zone_name, at)
        | oracle.time_rules_broken(request, profile, zone_name, country, at)
    )


@pytest.mark.rule(
    "S29",
    "S30",
    "S36",
    "S38",
    "S41",
    "S42",
    "S43",
    "S61",
    "CN-1",
    "TW-1",
    "US-1",
    "US-8",
    "UK-18",
    "AU-1",
    "AU-2",
    "AU-3",
)
@given(reminders())
@settings(max_examples=150, deadline=None)
def test_the_gate_and_the_naive_reading_agree_on_what_may_go_now(
    case: tuple[SendRequest, str, str],
) -> None:
    request, profile, zone_name = case
    verdict = may_send(request)
    against = forbidden(request, profile, zone_name, request.now)
    assert (verdict.action is Action.SEND) == (not against)
    named = {rule for rule in verdict.rules if not rule.startswith(("hold:", "flag:"))}
    told = against - {"held", "opted_out"}
    assert told <= named
    if verdict.action is Action.DELAY:
        assert told == named


@given(reminders(), st.data())
@settings(max_examples=80, deadline=None)
def test_a_delay_ends_at_the_first_instant_that_no_rule_forbids(
    case: tuple[SendRequest, str, str], data: st.DataObject
) -> None:
    request, profile, zone_name = case
    verdict = may_send(request)
    assume(verdict.at is not None)
    at = verdict.at or request.now
    assert not forbidden(request, profile, zone_name, at)
    assert may_send(replace(request, now=at)).action is Action.SEND
    early = {at - timedelta(seconds=1), at - timedelta(minutes=1)}
    minutes = int((at - request.now) / timedelta(minutes=1))
    picked = st.lists(st.integers(0, minutes), max_size=40)
    early |= {request.now + timedelta(minutes=m) for m in data.draw(picked)}
    for instant in sorted(early):
        if request.now <= instant < at:
            assert forbidden(request, profile, zone_name, instant)


@given(reminders())
@settings(max_examples=80, deadline=None)
def test_the_same_facts_get_the_same_verdict(case: tuple[SendRequest, str, str]) -> None:
    request, *_ = case
    shuffled = replace(request, history=request.history[::-1] + request.history)
    assert may_send(request) == may_send(request)
    assert may_send(shuffled) == may_send(request)


def without_voicemail(request: SendRequest) -> SendRequest:
    """The request without entries that count under some profiles only.

    Where a voicemail counts, the next reminder is not the first, so that the limits of a first
    reminder bind less: the one place where counting more is not stricter.
    """
    kept = (entry for entry in request.history if entry.channel is not Channel.VOICEMAIL)
    return replace(request, history=tuple(kept))


@pytest.mark.rule("S84")
@given(reminders(), st.sampled_from([*sorted(KNOWN_NAMES), "unheard_of"]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_strict_default_never_allows_what_another_profile_forbids(
    case: tuple[SendRequest, str, str], name: str, is_flag: bool
) -> None:
    request, profile = without_voicemail(case[0]), case[1]
    for kind in Kind:
        asked = replace(request, kind=kind)
        if is_flag:
            asked = replace(asked, person=replace(asked.person, flags=(Hold(name=name),)))
        strict = may_send(replace(asked, policy=load_policy("strict-default")))
        if strict.action is Action.SEND:
            assert may_send(asked).action is Action.SEND, (kind, profile)


@given(reminders(), st.sampled_from(PROFILES))
@settings(max_examples=80, deadline=None)
def test_two_profiles_merged_allow_only_what_both_allow(
    case: tuple[SendRequest, str, str], other: str
) -> None:
    request = without_voicemail(case[0])
    merged = may_send(replace(request, policy=load_policy([case[1], other])))
    if merged.action is Action.SEND:
        assert may_send(request).action is Action.SEND
        assert may_send(replace(request, policy=load_policy(other))).action is Action.SEND


TEXTS = [
    *(
        None,
        "",
        "ok",
        "Thank you, we will look into it.",
        "请您尽快还款600元。",
        "您好，账单已逾期。",
    ),
    *("Please pay 60.00 GBP by Friday.", "Your balance is 60.00 GBP.", "We know where you live!"),
]
far_days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
spans = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
    lambda ends: Hours(min(ends), max(ends)) if ends[0] != ends[1] else CLOSED
)


@st.composite
def odd_requests(draw: st.DrawFn) -> SendRequest:
    """A request of any kind with any facts, near or absurd."""
    now = draw(instants)
    until = st.one_of(st.none(), far_days, instants)
    names = st.sampled_from([*sorted(KNOWN_NAMES), "unheard_of"])
    holds = st.lists(st.builds(Hold, name=names, until=until), max_size=2).map(tuple)
    hours = st.dictionaries(st.sampled_from(["mon_fri", "sat", "sun"]), spans)
    places = st.tuples(
        st.lists(zones, max_size=2),
        st.lists(st.sampled_from(["GB", "US", "CN", "AQ", "HM"]), max_size=2),
        st.lists(st.sampled_from(["GB-SCT", "AU-VIC", "US-ZZ"]), max_size=1),
    )
    return SendRequest(
        now=now,
        channel=draw(channels),
        kind=draw(st.sampled_from(Kind)),
        policy=load_policy(draw(st.lists(st.sampled_from(PROFILES), min_size=1, max_size=2))),
        place=place_of(*draw(places)),
        text=draw(st.sampled_from(TEXTS)),
        notice=draw(st.sampled_from([None, *Notice])),
        account=AccountFacts(
            due_on=draw(st.one_of(st.none(), far_days, instants.map(datetime.date))),
            holds=draw(holds),
            validation=draw(st.one_of(st.none(), st.builds(ValidationNotice, sent_on=far_days))),
            ledger=draw(st.sampled_from([None, (), (6000,)])),
        ),
        person=PersonFacts(
            opted_out=draw(st.frozensets(channels, max_size=2)),
            flags=draw(holds),
            is_verified=draw(st.booleans()),
            sms_consent=draw(st.sampled_from([None, *Consent])),
            customer_hours=draw(st.one_of(st.none(), hours)),
            is_willing=draw(st.booleans()),
            number_checked_at=draw(st.one_of(st.none(), instants)),
        ),
        history=tuple(draw(st.lists(entries(now), max_size=4))),
    )


@given(odd_requests())
@settings(max_examples=80, deadline=None)
def test_every_request_gets_a_verdict_that_makes_sense(request: SendRequest) -> None:
    verdict = may_send(request)
    assert (verdict.action is Action.SEND) == (not verdict.rules)
    assert (verdict.action is Action.DELAY) == (verdict.at is not None)
    assert len(set(verdict.rules)) == len(verdict.rules)
    if verdict.at is not None:
        assert request.now < verdict.at <= request.now + timedelta(days=60)
        later = may_send(replace(request, now=verdict.at))
        assert later.action is not Action.DELAY


@dataclass
class Year:
    """A simulated year of one person: what was asked of the gate, what left."""

    profile: str
    zone: str
    due_on: date = date(2026, 1, 1)
    history: list[Contact] = field(default_factory=list)
    holds: tuple[Hold, ...] = ()
    left: list[tuple[datetime, Kind, tuple[Hold, ...], tuple[Contact, ...]]] = field(
        default_factory=list
    )

    def ask(self, now: datetime, kind: Kind, *, planned: bool = False) -> None:
        """Ask the gate; what it delays is asked again at that instant, as delivery does."""
        verdict = may_send(self.request(now, kind))
        if verdict.action is Action.SEND:
            self.left.append((now, kind, self.holds, tuple(self.history)))
            self.history.append(Contact(at=now, direction=Direction.OUT, kind=kind))
        elif verdict.at is not None and not planned:
            self.ask(verdict.at.astimezone(UTC), kind, planned=True)

    def request(self, now: datetime, kind: Kind) -> SendRequest:
        return SendRequest(
            now=now,
            channel=Channel.SMS,
            kind=kind,
            policy=load_policy(self.profile),
            place=place_of([self.zone]),
            account=AccountFacts(due_on=self.due_on, holds=self.holds),
            person=PersonFacts(is_verified=True),
            history=tuple(self.history),
        )

    def happen(self, fact: str | None, now: datetime) -> None:
        kinds = {"stop": "opt_out", "start": "start", "reply": "reply"}
        if fact in kinds:
            self.history.append(Contact(at=now, direction=Direction.IN, kind=kinds[fact]))
        elif fact == "lift":
            self.holds = ()
        elif fact is not None:
            names = {"plan": "plan_active"}
            self.holds = (*self.holds, Hold(name=names.get(fact, fact)))


@pytest.mark.rule("S35", "S37", "S38", "S43", "CN-19", "US-10", "US-25", "AU-2")
@given(
    st.sampled_from(PROFILES),
    zones,
    st.lists(st.tuples(st.integers(1, 9 * 24 * 60), FACTS, st.sampled_from(Kind)), max_size=70),
)
@settings(max_examples=80, deadline=None)
def test_over_a_year_nothing_leaves_against_a_rule(
    profile: str, zone_name: str, steps: list[tuple[int, str | None, Kind]]
) -> None:
    year, now = Year(profile, zone_name), YEAR_START + timedelta(days=1)
    for minutes, fact, kind in steps:
        now = max(now + timedelta(minutes=minutes), year.history[-1].at if year.history else now)
        if now.year > YEAR_START.year:
            break
        year.happen(fact, now)
        for each in dict.fromkeys((Kind.OPTOUT_CONFIRMATION, kind, Kind.REMINDER)):
            year.ask(now, each)
    for at, kind, holds, history in year.left:
        check_left(year, at, kind, holds=holds, history=history)


def check_left(
    year: Year,
    at: datetime,
    kind: Kind,
    *,
    holds: tuple[Hold, ...],
    history: tuple[Contact, ...],
) -> None:
    asked = replace(
        year.request(at, kind),
        history=history,
        account=AccountFacts(due_on=year.due_on, holds=holds),
    )
    stopped = oracle.is_stopped(asked, year.profile)
    if kind is Kind.REMINDER:
        assert not forbidden(asked, year.profile, year.zone, at)
    elif kind is Kind.OPTOUT_CONFIRMATION:
        assert stopped
        since = max(e.at for e in history if e.kind == "opt_out")
        assert at - since <= timedelta(seconds=300)
        start = max((e.at for e in history if e.kind == "start"), default=YEAR_START)
        assert not any(e.kind == "optout_confirmation" and e.at > start for e in history)
    elif kind is not Kind.SAFETY and stopped:
        # Only a person's answer to words written after the opt-out.
        assert kind is Kind.AGENT
        newest = max((e for e in history if e.direction == "in"), key=lambda e: e.at)
        assert newest.kind != "opt_out"
        assert at - newest.at <= timedelta(minutes=30)


@given(st.sampled_from(sorted(zone_names())), st.integers(0, 364))
@settings(max_examples=150, deadline=None)
def test_a_local_day_begins_where_its_date_first_shows(name: str, number: int) -> None:
    place, day = zone(name), date(2026, 1, 1) + timedelta(days=number)
    begins = day_start(place, day)
    assert begins.astimezone(place).date() >= day
    assert (begins - timedelta(seconds=1)).astimezone(place).date() < day


@given(zones, instants, spans)
@settings(max_examples=80, deadline=None)
def test_hours_open_at_the_first_minute_a_walk_along_the_clock_finds_open(
    zone_name: str, start: datetime, hours: Hours
) -> None:
    place, start = zone(zone_name), start.replace(second=0, microsecond=0)
    found = next_open(place, lambda day: hours, start, start + timedelta(days=3))
    walked = None
    for minute in range(3 * 24 * 60 + 1):
        instant = start + timedelta(minutes=minute)
        local = instant.astimezone(place)
        if hours.start <= local.hour * 60 + local.minute < hours.end:
            walked = instant
            break
    assert found == walked


@pytest.mark.rule("US-1")
@pytest.mark.parametrize(
    ("zone_name", "start", "hours", "opens"),
    [
        # 02:30 does not exist on 8 March in New York: open when the clock jumps to 03:00.
        (
            "America/New_York",
            "2026-03-08T01:59:00-05:00",
            "02:30-04:00",
            "2026-03-08T03:00:00-04:00",
        ),
        # 01:00 to 02:00 comes twice on 25 October in London: closed after 01:30, open once more.
        ("Europe/London", "2026-10-25T01:30:00+01:00", "01:00-01:30", "2026-10-25T01:00:00+00:00"),
        # Clocks go back into the span: from 02:00 summer time to 01:00 winter time.
        ("Europe/London", "2026-10-25T01:45:00+01:00", "01:20-01:40", "2026-10-25T01:20:00+00:00"),
        ("Europe/London", "2026-10-25T01:59:00+01:00", "00:30-01:30", "2026-10-25T01:00:00+00:00"),
        # The day begins at 01:00 where summer time starts at midnight.
        ("Africa/Cairo", "2026-04-23T23:30:00+02:00", "00:00-08:00", "2026-04-24T01:00:00+03:00"),
        # Half an hour only.
        (
            "Australia/Lord_Howe",
            "2026-10-04T01:59:00+10:30",
            "02:10-05:00",
            "2026-10-04T02:30:00+11:00",
        ),
    ],
)
def test_hours_are_exact_over_clock_changes(
    zone_name: str, start: str, hours: str, opens: str
) -> None:
    begin = datetime.fromisoformat(start).astimezone(UTC)
    span = Hours.parse(hours)
    found = next_open(zone(zone_name), lambda day: span, begin, begin + timedelta(days=2))
    assert found == datetime.fromisoformat(opens)
