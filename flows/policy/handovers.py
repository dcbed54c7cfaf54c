"""Rules that hand a message over: a person decides before it goes.

Each rule returns the names it gives in a verdict; none when it does not apply.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flows.policy.case import Case
from flows.policy.holiday_calendar import is_covered
from flows.policy.request import Channel, Direction, Kind

_BY_NUMBER = (Channel.SMS, Channel.VOICE, Channel.VOICEMAIL)
_AUTOMATIC = (Kind.REMINDER, Kind.NOTICE, Kind.REPLY)
# The disclosure that has to tell of a debt, so that nothing automatic may go unbound.
_TELLS_OF_DEBT = "us_first"


def no_answer(case: Case) -> tuple[str, ...]:
    """Too many reminders in a row without a word from the customer."""
    since = case.newest_in_at
    silent = len(case.spent) if since is None else case.spent_since(since)
    limit = case.policy.cadence.no_reply_to_human
    return ("cadence.no_reply_to_human",) if silent >= limit else ()


def first_reminder_late(case: Case) -> tuple[str, ...]:
    """The first reminder would come too long after the due date."""
    return first_reminder_late_on(case, case.today)


def first_reminder_late_on(case: Case, day: date) -> tuple[str, ...]:
    """The same, for a first reminder that would go on that local day."""
    due_on = case.request.account.due_on
    if not case.is_first or due_on is None:
        return ()
    is_late = (day - due_on).days > case.policy.cadence.first_overdue_max_days
    return ("cadence.first_overdue_max_days",) if is_late else ()


def zone_unknown(case: Case) -> tuple[str, ...]:
    """Nobody knows the recipient's clock, and the profile does not let candidates stand in."""
    if not case.has_window or case.place.is_zone_known:
        return ()
    is_denied = case.policy.window.unknown_tz == "deny" or not case.place.zones
    return ("window.unknown_tz",) if is_denied else ()


def calendar_missing(case: Case) -> tuple[str, ...]:
    """Holidays are closed, but no calendar covers the place and the year."""
    return calendar_missing_at(case, case.now)


def calendar_missing_at(case: Case, instant: datetime) -> tuple[str, ...]:
    """The same, for a message that would go at the instant."""
    if not case.has_window or case.policy.window.public_holidays == "allow":
        return ()
    for clock in case.place.clocks:
        if not is_covered(case.place.regions, instant.astimezone(clock).year):
            return ("window.public_holidays",)
    return ()


def address_unbound(case: Case) -> tuple[str, ...]:
    """The compulsory disclosure tells of a debt, and nobody verified who reads it."""
    is_automatic = case.kind in _AUTOMATIC or case.spends
    if not is_automatic or case.request.person.is_verified:
        return ()
    return ("disclosure.first",) if _TELLS_OF_DEBT in case.policy.disclosure.first else ()


def number_unchecked(case: Case) -> tuple[str, ...]:
    """The customer has not used this number for long, and nobody checked whose it is."""
    checked_at = case.request.person.number_checked_at
    if checked_at is None or case.request.channel not in _BY_NUMBER:
        return ()
    used = (
        entry.at
        for entry in case.request.history
        if entry.direction is Direction.IN and entry.channel in (None, *_BY_NUMBER)
    )
    newest = max(checked_at, *used, checked_at)
    is_stale = case.now - newest >= timedelta(days=case.policy.privacy.number_recheck_days)
    return ("privacy.number_recheck_days",) if is_stale else ()
