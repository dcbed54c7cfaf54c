"""Where the recipient is: zones, countries, regions, and what the tz database knows of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from flows.policy.local_time import zone

_REGION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_PLACES_KEPT = 4096
# Names that tzdata links to a city but that mean an offset, not a country.
_ABSTRACT = frozenset(
    ("CET", "CST6CDT", "EET", "EST", "EST5EDT", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "WET")
)
# The dates of a recipient of whom nothing is known: between the first and the last on earth.
_ANYWHERE: tuple[tzinfo, ...] = (timezone(timedelta(hours=-12)), timezone(timedelta(hours=14)))


class PlaceError(ValueError):
    """A zone, country or region that does not exist; the message names the field."""


@dataclass(frozen=True, slots=True)
class Region:
    """A country (ISO 3166-1), and its part (ISO 3166-2) or None when the part is unknown."""

    country: str
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the recipient may be.

    `zones` are those that must all be open: the known ones, or every candidate of the country;
    empty when neither is known. `clocks` name local dates: the zones, or else the whole earth's.
    `regions` say whose public holidays count.
    """

    zones: tuple[ZoneInfo, ...]
    clocks: tuple[tzinfo, ...]
    is_zone_known: bool
    regions: tuple[Region, ...]

    def earliest_date(self, instant: datetime) -> date:
        """The local date that counts for due days."""
        if len(self.clocks) == 1:
            return instant.astimezone(self.clocks[0]).date()
        return min([instant.astimezone(clock).date() for clock in self.clocks])

    def latest_date(self, instant: datetime) -> date:
        """The local date that counts for caps."""
        if len(self.clocks) == 1:
            return instant.astimezone(self.clocks[0]).date()
        return max([instant.astimezone(clock).date() for clock in self.clocks])


def place_of(
    timezones: Sequence[str] = (), countries: Sequence[str] = (), regions: Sequence[str] = ()
) -> Place:
    """The place of the given IANA zones, country codes and region codes, any of them unknown.

    Without a country it is that of the zones in `zone.tab`. Raises PlaceError.
    """
    return _place(tuple(timezones), tuple(countries), tuple(regions))


@lru_cache(_PLACES_KEPT)
def _place(
    timezones: tuple[str, ...], countries: tuple[str, ...], regions: tuple[str, ...]
) -> Place:
    known = tuple(_zone(name) for name in timezones)
    for country in countries:
        _check_country(country)
    parts = tuple(_region(code) for code in regions)
    found = countries or tuple(filter(None, map(country_of_zone, timezones)))
    everywhere = tuple(dict.fromkeys(found + tuple(part.country for part in parts)))
    zones = known or tuple(zone(name) for code in everywhere for name in zones_of_country(code))
    return Place(
        zones=zones,
        clocks=zones or _ANYWHERE,
        is_zone_known=bool(known),
        regions=tuple(region for code in everywhere for region in _regions_of(code, parts)),
    )


def _regions_of(country: str, parts: tuple[Region, ...]) -> tuple[Region, ...]:
    return tuple(part for part in parts if part.country == country) or (Region(country),)


def country_of_zone(name: str) -> str | None:
    """The country of a zone in `zone.tab`, aliases followed; None for UTC and its like."""
    if name in _ABSTRACT:
        return None
    return _zone_table().get(name) or _zone_table().get(_aliases().get(name, ""))


def zones_of_country(country: str) -> tuple[str, ...]:
    """The zones of a country in the order of `zone.tab`; none for a place without people."""
    return tuple(name for name, code in _zone_table().items() if code == country)


@cache
def countries_known() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    return frozenset(line.split("\t")[0] for line in _table("iso3166.tab"))


def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name)
    except ValueError as error:
        raise PlaceError(f"timezone: {error}") from error


def _check_country(code: str) -> None:
    if code not in countries_known():
        raise PlaceError(f"country: expected an ISO 3166-1 code such as GB, got {code!r}")


def _region(code: str) -> Region:
    match = _REGION.fullmatch(code)
    if not match or match[1] not in countries_known():
        raise PlaceError(f"region: expected an ISO 3166-2 code such as GB-SCT, got {code!r}")
    return Region(match[1], code.partition("-")[2])


@cache
def _zone_table() -> dict[str, str]:
    rows = (line.split("\t") for line in _table("zone.tab"))
    return {name: country for country, _, name, *_ in rows}


@cache
def _aliases() -> dict[str, str]:
    lines = _read("tzdata.zi").splitlines()
    return {alias: target for _, target, alias in (x.split() for x in lines if x[:2] == "L ")}


def _table(name: str) -> list[str]:
    return [line for line in _read(name).splitlines() if line and not line.startswith("#")]


def _read(name: str) -> str:
    return resources.files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
