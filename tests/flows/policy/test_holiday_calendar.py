"""Public holidays: places, parts, substitutes, decrees, and where the calendar ends."""

from datetime import date, timedelta

import pytest

from flows.policy.holiday_calendar import days_off, is_covered, is_day_off, last_year
from flows.policy.place import Region, countries_known


@pytest.mark.parametrize(
    ("day", "region", "is_off"),
    [
        ("2026-10-01", Region("CN"), True),
        ("2026-10-07", Region("CN"), True),  # decreed, for Saturday 10
        ("2026-10-08", Region("CN"), False),
        ("2026-02-14", Region("CN"), False),  # a Saturday made a working day
        ("2026-01-02", Region("CN"), True),
        ("2026-04-03", Region("HK"), True),  # Good Friday is a general holiday
        ("2026-04-07", Region("HK"), True),
        ("2026-02-28", Region("TW"), True),  # the fixed day, a Saturday
        ("2026-02-27", Region("TW"), True),  # and its substitute
        ("2026-12-26", Region("GB", "ENG"), True),
        ("2026-12-28", Region("GB", "ENG"), True),
        ("2026-11-30", Region("GB", "ENG"), False),
        ("2026-11-30", Region("GB", "SCT"), True),
        ("2026-11-30", Region("GB"), True),  # part unknown: any part
        ("2026-11-30", Region("GB", "LND"), True),  # a part the calendar does not know
        ("2026-07-03", Region("US", "NY"), True),  # observed
        ("2026-07-04", Region("US", "NY"), True),
        ("2026-11-03", Region("AU", "VIC"), True),
        ("2026-11-03", Region("AU", "QLD"), False),
        ("2026-07-14", Region("FR"), True),
    ],
)
def test_a_day_is_kept_where_the_law_says(day: str, region: Region, is_off: bool) -> None:
    assert is_day_off((region,), date.fromisoformat(day)) is is_off


def test_of_two_regions_either_counts() -> None:
    both = (Region("GB", "ENG"), Region("FR"))
    assert is_day_off(both, date(2026, 7, 14))
    assert is_day_off(both, date(2026, 8, 31))


def test_the_calendar_of_a_place_of_yearly_decrees_ends_with_the_last_of_them() -> None:
    last = last_year("CN")
    assert last is not None
    assert is_covered((Region("CN"),), last)
    assert not is_covered((Region("CN"),), last + 1)


@pytest.mark.parametrize("country", ["AQ", "BV", "HM", "IO", "XX"])
def test_a_place_without_a_calendar_is_not_covered(country: str) -> None:
    assert last_year(country) is None
    assert days_off(country, None, 2026) is None
    assert not is_covered((Region("GB"), Region(country)), 2026)


def test_no_place_at_all_is_not_covered() -> None:
    assert not is_covered((), 2026)


def test_a_year_before_the_calendar_begins_is_not_covered() -> None:
    assert not is_covered((Region("TW"),), 1990)
    assert is_covered((Region("TW"),), 2026)


@pytest.mark.parametrize("country", ["CN", "HK", "TW", "US", "GB", "AU", "SG", "IN"])
def test_the_calendar_of_this_year_is_complete_enough_to_be_used(country: str) -> None:
    days = days_off(country, None, 2026)
    assert days is not None
    assert all(day.year == 2026 for day in days)
    working = sum(
        (date(2026, 1, 1) + timedelta(days=n)) not in days
        and (date(2026, 1, 1) + timedelta(days=n)).weekday() < 5
        for n in range(365)
    )
    assert 180 < working < 256


def test_almost_every_country_has_a_calendar() -> None:
    assert sum(last_year(code) is not None for code in countries_known()) > 240
