"""How long each kind of data is kept: the settings' days, never shorter than the policy's years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta

from bot.identities import policy_for, profile_names
from bot.settings import Settings
from storage.retention import BY_TALK, Clocks, Kind

# No leap day makes a legal year shorter.
_YEAR = timedelta(days=366)


def clocks_of(settings: Settings, countries: Iterable[str], now: datetime) -> Clocks:
    """Before which instant each kind of data goes, for customers of these places."""
    days = {Kind(f.name): getattr(settings.retention, f.name) for f in fields(settings.retention)}
    legal = {country: records_kept(settings, country) for country in countries}
    return Clocks(
        rows={kind: now - timedelta(days=n) for kind, n in days.items() if kind not in BY_TALK},
        talks={
            kind: {
                country: now - max(least, timedelta(days=days[kind]))
                for country, least in legal.items()
            }
            for kind in BY_TALK
        },
    )


def records_kept(settings: Settings, country: str) -> timedelta:
    """How long messages and decisions about a customer of this place must be kept."""
    names = profile_names(settings.creditor, country)
    policy = policy_for(settings, names)
    return policy.records.messages_years * _YEAR
