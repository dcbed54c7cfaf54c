"""Where the recipient is: zones, countries, regions, aliases, dates."""

from datetime import UTC, date, datetime

import pytest

from flows.policy.local_time import zone_names
from flows.policy.place import (
    PlaceError,
    Region,
    countries_known,
    country_of_zone,
    place_of,
    zones_of_country,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Europe/London", "GB"),
        ("Asia/Urumqi", "CN"),
        ("Pacific/Guam", "GU"),
        ("America/Puerto_Rico", "PR"),
        ("Europe/Jersey", "JE"),
        ("Asia/Kuwait", "KW"),  # a link to Riyadh, yet a row of its own
        ("US/Eastern", "US"),
        ("PRC", "CN"),
        ("Asia/Calcutta", "IN"),
        ("Europe/Belfast", "GB"),
        ("UTC", None),
        ("Etc/GMT+5", None),
        ("EST", None),  # tzdata links it to Panama
        ("CET", None),
    ],
)
def test_a_zone_has_the_country_of_zone_tab(name: str, country: str | None) -> None:
    assert country_of_zone(name) == country
    place = place_of([name])
    assert place.is_zone_known
    assert place.regions == ((Region(country),) if country else ())


def test_every_zone_of_the_database_can_be_a_place() -> None:
    for name in zone_names():
        assert place_of([name]).zones[0].key == name


def test_an_unknown_zone_gives_every_candidate_of_the_country() -> None:
    place = place_of(countries=["US"])
    keys = [zone.key for zone in place.zones]
    assert keys[0] == "America/New_York"
    assert "Pacific/Honolulu" in keys
    assert "Pacific/Guam" not in keys
    assert not place.is_zone_known


def test_a_country_given_replaces_that_of_the_zone() -> None:
    assert place_of(["Europe/London"], ["FR"]).regions == (Region("FR"),)


def test_regions_go_to_their_countries_and_add_them() -> None:
    place = place_of(["Europe/London", "Europe/Paris"], regions=["GB-SCT", "GB-WLS"])
    assert place.regions == (Region("GB", "SCT"), Region("GB", "WLS"), Region("FR"))
    assert place_of(regions=["AU-VIC"]).regions == (Region("AU", "VIC"),)


def test_nothing_known_leaves_no_zone_and_every_date() -> None:
    place = place_of()
    assert (place.zones, place.regions) == ((), ())
    late = datetime(2026, 3, 5, 23, tzinfo=UTC)
    assert (place.earliest_date(late), place.latest_date(late)) == (
        date(2026, 3, 5),
        date(2026, 3, 6),
    )


def test_of_two_zones_one_names_the_earliest_and_one_the_latest_date() -> None:
    place = place_of(["Asia/Tokyo", "America/Los_Angeles"])
    early = datetime(2026, 3, 5, 3, tzinfo=UTC)
    assert place.earliest_date(early) == date(2026, 3, 4)
    assert place.latest_date(early) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((["Mars/Olympus"],), "timezone"),
        ((["Factory"],), "timezone"),
        ((["europe/london"],), "timezone"),
        ((["../etc/passwd"],), "timezone"),
        (((), ["UK"]), "country"),
        (((), ["gb"]), "country"),
        (((), (), ["SCT"]), "region"),
        (((), (), ["QQ-SCT"]), "region"),
    ],
)
def test_what_does_not_exist_is_refused_by_its_field(
    arguments: tuple[list[str], ...], field: str
) -> None:
    with pytest.raises(PlaceError, match=rf"^{field}: expected"):
        place_of(*arguments)


def test_every_country_with_people_has_a_zone() -> None:
    assert {code for code in countries_known() if not zones_of_country(code)} == {"BV", "HM"}
