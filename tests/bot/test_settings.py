"""Settings are refused before anything starts, each fault by file, field, what was expected and came."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SettingsError
from bot.identities import policy_for
from bot.onboarding import team_zone
from bot.settings import CreditorSettings, Settings, load, still_examples


def loaded(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "duetalk.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {}, needs_secret=False)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '[creditor]\nprofile = "mars"',
            "creditor.profile: expected one of au-rg96, cn-mainland, hk, strict-default, tw,"
            " uk-conc, us-reg-f, got 'mars'",
        ),
        (
            '[creditor]\ncountry = "GB"\n[policy.window]\nsun = "10:00-12:00"',
            "policy.window.sun: expected 'none' or a stricter value (intersect), got"
            " '10:00-12:00' (profile uk-conc)",
        ),
        (
            '[creditor]\nprofile = "hk"\n[policy.cadence]\ncap_per_7_days = 5',
            "policy.cadence.cap_per_7_days: expected 2 or a stricter value (min), got 5"
            " (profile hk)",
        ),
        (
            "[policy.cadence]\ncap_per_7_days = -1",
            "policy.cadence.cap_per_7_days: expected a whole number of 0 or more, got -1"
            " (profile strict-default)",
        ),
        (
            "[policy.cadence]\nmood = 1",
            "policy.cadence.mood: expected a known field, got an unknown one",
        ),
        (
            '[creditor]\nprofile = "hk"\n[policy.window]\nmon_fri = "18:00-09:00"',
            "policy.window.mon_fri: expected a start before an end of the same day, got"
            " '18:00-09:00' (profile hk)",
        ),
        (
            '[creditor]\nprofile = "hk"\n[policy.window]\nmon_fri = "none"\nsat = "none"\nsun = "none"',
            "policy.window: expected open hours on some day of the week, got none (profile hk)",
        ),
        (
            '[creditor]\nprofile = "hk"\n[policy.payby]\nmin_days = 12\nmax_days = 9',
            "policy.payby.min_days: expected at most 9 (payby.max_days), got 12 (profile hk)",
        ),
        (
            '[creditor]\nperson_from = "a lot"',
            "creditor.person_from: expected a whole number in quotes, got 'a lot'",
        ),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused_at_start(
    tmp_path: Path, text: str, fault: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        loaded(tmp_path, text)
    assert f"  - {fault}" in str(refusal.value)
    assert str(tmp_path / "duetalk.toml") in str(refusal.value)


def test_a_stricter_policy_loads_and_never_loosens_that_of_another_place(tmp_path: Path) -> None:
    text = '[creditor]\nprofile = "hk"\n[policy.window]\nsat = "09:00-12:00"'
    settings = loaded(tmp_path, text)
    assert str(policy_for(settings, ("hk",)).window.sat) == "09:00-12:00"
    assert str(policy_for(settings, ("hk", "strict-default")).window.sat) == "none"
    assert str(policy_for(settings, ("hk", "tw")).window.sat) == "09:00-12:00"


@pytest.mark.parametrize(
    ("country", "timezone", "zone"),
    [
        ("CN", "", "Asia/Shanghai"),
        ("tw", "", "Asia/Taipei"),
        ("CN", "Asia/Urumqi", "Asia/Urumqi"),
        ("", "", "UTC"),
    ],
)
def test_the_team_works_by_the_clock_of_its_country(country: str, timezone: str, zone: str) -> None:
    creditor = CreditorSettings(country=country, timezone=timezone)
    assert team_zone(creditor) == ZoneInfo(zone)


def test_settings_that_customers_read_are_told_while_they_are_examples() -> None:
    assert still_examples(CreditorSettings()) == (
        "creditor.name",
        "creditor.phone",
        "creditor.help_link",
    )
    mine = CreditorSettings(name="North", phone="+1 555 0142", help_link="https://north.example")
    assert still_examples(mine) == ()
