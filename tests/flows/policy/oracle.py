"""A second, naive reading of the rules, to hold against the gate.

Written from the tables alone and in another style: strings of the wall clock, counting by brute
force, one instant at a time. It says which rules forbid a message at an instant; it never
searches. Confirmation, safety and the text rules are not its business.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import holidays

from flows.policy.local_time import zone as zone_of
from flows.policy.request import Contact, SendRequest

WINDOW = {
    "cn-mainland": ("08:00-22:00",) * 7,
    "hk": ("08:00-21:00",) * 7,
    "tw": ("07:00-22:00",) * 7,
    "us-reg-f": ("08:00-21:00",) * 7,
    "uk-conc": (*("09:00-21:00",) * 6, None),
    "au-rg96": (*("07:30-21:00",) * 5, *("09:00-21:00",) * 2),
    "strict-default": (*("09:00-18:00",) * 5, None, None),
}
KEEPS_HOLIDAYS = {"uk-conc", "au-rg96", "strict-default"}
# interval, a day, 7 days, 30 days, silence before a person, minutes of grace
CADENCE = {
    "cn-mainland": (3, 1, 2, 6, 4, 30),
    "hk": (3, 1, 2, 6, 4, 30),
    "tw": (3, 1, 2, 6, 4, 30),
    "us-reg-f": (3, 1, 2, 6, 4, 15),
    "uk-conc": (7, 1, 1, 4, 3, 30),
    "au-rg96": (3, 1, 3, 10, 4, 30),
    "strict-default": (7, 1, 1, 3, 3, 15),
}


def wall(instant: datetime, zone: str) -> datetime:
    """The wall clock without a zone."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None)


def is_open(profile: str, zone: str, instant: datetime) -> bool:
    """Whether the profile's hours are open, comparing clock strings."""
    local = wall(instant, zone)
    span = WINDOW[profile][local.weekday()]
    if span is None:
        return False
    opens, closes = span.split("-")
    return f"{opens}:00.000000" <= local.strftime("%H:%M:%S.%f") < f"{closes}:00.000000"


@cache
def _kept(country: str, year: int) -> frozenset[date]:
    parts = holidays.list_supported_countries(include_aliases=False)[country]
    categories = ("public", "optional") if country == "HK" else ("public",)
    days: set[date] = set()
    for part in [None, *parts]:
        for observed in (True, False):
            days |= set(
                holidays.country_holidays(
                    country, part, years=year, observed=observed, categories=categories
                )
            )
    return frozenset(days)


def is_holiday(profile: str, zone: str, country: str, instant: datetime) -> bool:
    """Whether the day is one that some part of the country keeps."""
    day = wall(instant, zone).date()
    return profile in KEEPS_HOLIDAYS and day in _kept(country, day.year)


def spends(entry: Contact, profile: str) -> bool:
    """Whether the entry is a reminder or asked for money, on a channel that counts."""
    if entry.direction == "in" or not (entry.kind == "reminder" or entry.asks_money):
        return False
    return entry.channel != "voicemail" or profile in {"au-rg96", "strict-default"}


def reminders(request: SendRequest, profile: str, *, of_account: bool) -> list[datetime]:
    """When reminders went, each instant and kind once."""
    mine = {None, request.account.id}
    found = {
        (entry.at, entry.kind)
        for entry in request.history
        if spends(entry, profile)
        and (not of_account or entry.account in mine or request.account.id is None)
    }
    return sorted(at for at, _ in found)


def time_rules_broken(
    request: SendRequest, profile: str, zone: str, country: str, at: datetime
) -> set[str]:
    """The rules of time that a reminder would break at the instant, by their fields."""
    broken = set()
    interval, per_day, per_week, per_month, *_ = CADENCE[profile]
    local = wall(at, zone)
    if not is_open(profile, zone, at):
        broken.add("window." + ("mon_fri", "sat", "sun")[max(0, local.weekday() - 4)])
    if is_holiday(profile, zone, country, at):
        broken.add("window.public_holidays")
    here = reminders(request, profile, of_account=True)
    counted = reminders(request, profile, of_account=profile == "au-rg96")
    if any(at - earlier < timedelta(hours=24 * interval) for earlier in here):
        broken.add("cadence.interval_min_days")
    if request.person.is_willing and any(at - one < timedelta(hours=24 * 14) for one in here):
        broken.add("cadence.interval_willing_days")
    if sum(wall(one, zone).date() == local.date() for one in counted) >= per_day:
        broken.add("cadence.cap_per_day")
    if sum(at - one < timedelta(hours=24 * 7) for one in counted) >= per_week:
        broken.add("cadence.cap_per_7_days")
    in_month = sum(wall(one, zone).strftime("%Y%m") == local.strftime("%Y%m") for one in counted)
    rolling = sum(at - one < timedelta(hours=24 * 30) for one in counted)
    if max(in_month, rolling) >= per_month:
        broken.add("cadence.cap_per_30_days")
    due = request.account.due_on
    if due and not here and local.date() <= due:
        broken.add("cadence.first_overdue_min_days")
    return broken


def person_needed(request: SendRequest, profile: str, zone: str, at: datetime) -> set[str]:
    """The rules that give a reminder to a person at the instant."""
    needed = set()
    silence = CADENCE[profile][4]
    heard = max((e.at for e in request.history if e.direction == "in"), default=None)
    counted = reminders(request, profile, of_account=profile == "au-rg96")
    if sum(heard is None or one > heard for one in counted) >= silence:
        needed.add("cadence.no_reply_to_human")
    due = request.account.due_on
    if due and not reminders(request, profile, of_account=True):
        days = (wall(at, zone).date() - due).days
        if days > 7:
            needed.add("cadence.first_overdue_max_days")
    return needed


def is_stopped(request: SendRequest, profile: str) -> bool:
    """Whether some STOP that counts here was not taken back, or the record says so."""
    everywhere = profile == "strict-default"
    if request.person.opted_out and (everywhere or request.channel in request.person.opted_out):
        return True
    stopped: list[str | None] = []
    for entry in sorted(request.history, key=lambda entry: entry.at):
        if entry.kind == "opt_out" and (everywhere or entry.channel in (None, request.channel)):
            stopped.append(entry.channel)
        if entry.kind == "start" and entry.channel in (None, request.channel):
            stopped.clear()
        if entry.kind == "start":
            stopped = [channel for channel in stopped if channel != entry.channel]
    return bool(stopped)


def is_held(request: SendRequest) -> bool:
    """Whether any hold or flag, none of which ends here, stops a reminder."""
    return bool(request.account.holds or request.person.flags)
