"""Profiles: complete, sourced, merged in the strict direction; overlays only narrow."""

import re
import tomllib
from importlib import resources
from itertools import combinations
from typing import Any

import pytest

from flows.policy import PROFILE_BY_PLACE, PolicyError, load_policy, profiles_for
from flows.policy.profile import (
    SETTINGS,
    parse_profile,
    plain_values,
    profile_names,
    read_profile,
)

NAMES = ("au-rg96", "cn-mainland", "hk", "strict-default", "tw", "uk-conc", "us-reg-f")
SOURCE = re.compile(
    r"design(: {id}(, {id})*)?|remembered(: {id}(, {id})*)?|(law|guide): {id}(, {id})*".replace(
        "{id}", r"[A-Z]+-?\d+"
    )
)

# The figures of the table that decide most sends, copied by hand: Monday to Friday, Saturday,
# Sunday, holidays, interval, caps of a day, 7 and 30 days, silence before a person.
FIGURES = {
    "cn-mainland": ("08:00-22:00", "08:00-22:00", "08:00-22:00", "allow", 3, 1, 2, 6, 4),
    "hk": ("08:00-21:00", "08:00-21:00", "08:00-21:00", "allow", 3, 1, 2, 6, 4),
    "tw": ("07:00-22:00", "07:00-22:00", "07:00-22:00", "allow", 3, 1, 2, 6, 4),
    "us-reg-f": ("08:00-21:00", "08:00-21:00", "08:00-21:00", "allow", 3, 1, 2, 6, 4),
    "uk-conc": ("09:00-21:00", "09:00-21:00", "none", "deny", 7, 1, 1, 4, 3),
    "au-rg96": ("07:30-21:00", "09:00-21:00", "09:00-21:00", "deny", 3, 1, 3, 10, 4),
    "strict-default": ("09:00-18:00", "none", "none", "deny", 7, 1, 1, 3, 3),
}


def test_seven_profiles_ship() -> None:
    assert profile_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_has_the_figures_of_the_table(name: str) -> None:
    policy = load_policy(name)
    window, cadence = policy.window, policy.cadence
    assert FIGURES[name] == (
        *(str(hours) for hours in (window.mon_fri, window.sat, window.sun)),
        window.public_holidays,
        cadence.interval_min_days,
        cadence.cap_per_day,
        cadence.cap_per_7_days,
        cadence.cap_per_30_days,
        cadence.no_reply_to_human,
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_value_names_its_source(name: str) -> None:
    known = tomllib.loads(
        (resources.files("flows.policy") / "sources.toml").read_text(encoding="utf-8")
    )
    for field, source in read_profile(name).sources.items():
        assert SOURCE.fullmatch(source), f"{name} {field}: {source}"
        for cited in re.findall(r"[A-Z]+-?\d+", source):
            assert cited in known, f"{name} {field} cites {cited}, which sources.toml lacks"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"strict-default"}))
def test_strict_default_is_at_least_as_strict_as_every_profile(name: str) -> None:
    strict, other = read_profile("strict-default").values, read_profile(name).values
    for field, setting in SETTINGS.items():
        if setting.merge.label not in {"fixed", "by hand"}:
            assert setting.merge.allows(other[field], strict[field]), field


@pytest.mark.parametrize(("first", "second"), tuple(combinations(NAMES, 2)))
def test_two_profiles_merge_into_one_that_both_allow(first: str, second: str) -> None:
    merged = load_policy([first, second])
    for name in (first, second):
        for field, setting in SETTINGS.items():
            group, _, attribute = field.partition(".")
            value = getattr(getattr(merged, group), attribute)
            base = read_profile(name).values[field]
            if setting.merge.label not in {"fixed", "by hand"}:
                assert setting.merge.allows(base, value), field


def test_of_two_profiles_the_first_gives_fixed_values_and_both_give_disclosures() -> None:
    merged = load_policy(["cn-mainland", "us-reg-f"])
    assert merged.claims.rate_cap == load_policy("cn-mainland").claims.rate_cap
    assert merged.disclosure.first == ("cn_identity", "us_first")
    assert merged.validation.within_days == 5


def test_a_merge_has_the_same_rules_in_either_order_where_nothing_is_fixed() -> None:
    one, other = load_policy(["hk", "uk-conc"]), load_policy(["uk-conc", "hk"])
    assert (one.window, one.cadence, one.optout) == (other.window, other.cadence, other.optout)


@pytest.mark.parametrize(
    ("profile", "overlay"),
    [
        ("cn-mainland", {"window": {"mon_fri": "10:00-17:00"}}),
        ("cn-mainland", {"window": {"sat": "none", "public_holidays": "deny"}}),
        ("hk", {"cadence": {"interval_min_days": 10, "cap_per_30_days": 0}}),
        ("us-reg-f", {"cadence": {"counts": ["sms", "telegram", "email", "voice", "voicemail"]}}),
        ("strict-default", {"cadence": {"pre_due_days": []}}),
        ("strict-default", {"cadence": {"similarity_max": 0.5}}),
        ("tw", {"respite": {"moratorium_days": 60}, "validation": {"within_days": 5}}),
        ("tw", {"dispute": {"hold_until": "verification_sent"}}),
    ],
)
def test_a_stricter_overlay_loads_and_changes_the_version(
    profile: str, overlay: dict[str, Any]
) -> None:
    before, after = load_policy(profile), load_policy(profile, overlay)
    assert after.version != before.version
    changed = {
        field
        for field, value in plain_values(after).items()
        if value != plain_values(before)[field]
    }
    assert changed == {f"{group}.{field}" for group, inner in overlay.items() for field in inner}


def test_an_equal_overlay_loads_and_keeps_the_version() -> None:
    overlay = {
        "window": {"mon_fri": "09:00-18:00"},
        "consent": {"telegram_basis": "customer_started"},
    }
    assert load_policy("strict-default", overlay) == load_policy("strict-default")


@pytest.mark.parametrize(
    ("profile", "group", "field", "value"),
    [
        ("cn-mainland", "window", "mon_fri", "09:00-22:30"),  # looser at one end only
        ("strict-default", "window", "sat", "10:00-12:00"),  # none is the strictest
        ("strict-default", "window", "unknown_tz", "intersect_all_candidates"),
        ("uk-conc", "window", "public_holidays", "allow"),
        ("uk-conc", "window", "customer_hours_honoured", False),
        ("uk-conc", "cadence", "interval_min_days", 6),
        ("uk-conc", "cadence", "cap_per_7_days", 2),
        ("uk-conc", "cadence", "pre_due_days", [3, 1]),
        ("uk-conc", "cadence", "counts", ["sms"]),
        ("uk-conc", "cadence", "count_scope", "account"),
        ("uk-conc", "cadence", "similarity_max", 0.71),
        ("uk-conc", "optout", "scope", "sms"),  # no such value
        ("strict-default", "optout", "scope", "channel"),
        ("strict-default", "dispute", "hold", "all_reminders"),
        ("strict-default", "validation", "within_days", None),  # null is the loosest
        ("strict-default", "claims", "time_barred_debt", "no_suit_or_threat"),
        ("hk", "claims", "rate_cap", "30% a year"),  # by hand
        ("hk", "disclosure", "first", "us_first"),  # fixed
        ("hk", "cadence", "cap_per_day", True),
        ("hk", "cadence", "cap_per_day", 1.0),
        ("hk", "cadence", "cap_per_day", "1"),
        ("hk", "cadence", "cap_per_day", -1),
        ("hk", "cadence", "cap_per_day", None),
        ("hk", "cadence", "similarity_max", 1.5),
        ("hk", "window", "mon_fri", None),
        ("hk", "window", "mon_fri", "20:00-08:00"),
        ("hk", "window", "holidays", "deny"),  # unknown field
    ],
)
def test_an_overlay_that_is_looser_unknown_or_wrong_is_refused_by_the_name_of_its_field(
    profile: str, group: str, field: str, value: Any
) -> None:
    with pytest.raises(PolicyError, match=rf"^{group}\.{field}: expected") as refusal:
        load_policy(profile, {group: {field: value}})
    assert refusal.value.field == f"{group}.{field}"


@pytest.mark.parametrize("overlay", [{"windows": {}}, {"window": "09:00-10:00"}, {"names": {}}])
def test_an_overlay_with_an_unknown_or_flat_group_is_refused(overlay: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=next(iter(overlay))):
        load_policy("hk", overlay)


@pytest.mark.parametrize("names", ["strict_default", "", [], ["hk", "mars"]])
def test_an_unknown_profile_is_refused(names: Any) -> None:
    with pytest.raises(PolicyError, match="profile"):
        load_policy(names)


def a_file(old: str = "", new: str = "") -> str:
    text = (resources.files("flows.policy") / "profiles/hk.toml").read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("[voice]", 'colour = { value = "red", source = "design" }\n[voice]', "cadence.colour"),
        ("[voice]", "[voices]", "voices"),
        ('unit = "days", source = "design: S41"', 'source = "design: S41"', "interval_willing"),
        ('unit = "days", source = "design: S41"', 'unit = "h", source = "S41"', "interval_willing"),
        ("cap_per_day = { value = 1", 'cap_per_day = { value = "1"', "cadence.cap_per_day"),
        ('"08:00-21:00", source = "design: HK-6"', '"08:00-21:00"', "window.mon_fri"),
        ('"08:00-21:00", source = "design: HK-6"', '"8-21", source = "design"', "window.mon_fri"),
        ("due_day_notice = {", "# due_day_notice = {", "cadence.due_day_notice"),
        ("schema = 1", "schema = 2", "schema"),
        ('places = ["HK"]', 'places = "HK"', "places"),
        ('title = "Hong Kong"', "", "title"),
        ("[window]", "[window", "hk"),
    ],
)
def test_a_faulty_file_fails_with_the_name_of_the_field(old: str, new: str, field: str) -> None:
    with pytest.raises(PolicyError, match=field):
        parse_profile("hk", a_file(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "cap_per_day = { value = 1",
            "cap_per_day = { value = -1",
            "hk.toml: cadence.cap_per_day: expected a whole number of 0 or more, got -1",
        ),
        (
            "due_day_notice = {",
            "# due_day_notice = {",
            "hk.toml: cadence.due_day_notice: expected a value, got none",
        ),
        (
            'mon_fri = { value = "08:00-21:00"',
            'mon_fri = { value = "21:00-08:00"',
            "hk.toml: window.mon_fri: expected a start before an end of the same day,"
            " got '21:00-08:00'",
        ),
        (
            "first_overdue_min_days = { value = 1",
            "first_overdue_min_days = { value = 9",
            "hk.toml: cadence.first_overdue_min_days: expected at most 7"
            " (cadence.first_overdue_max_days), got 9",
        ),
    ],
)
def test_a_fault_is_told_with_file_field_what_was_expected_and_what_came(
    old: str, new: str, told: str
) -> None:
    with pytest.raises(PolicyError) as refusal:
        parse_profile("hk", a_file(old, new))
    assert str(refusal.value) == told


def test_hours_that_never_open_are_refused() -> None:
    closed = a_file().replace('"08:00-21:00"', '"none"')
    with pytest.raises(PolicyError, match=r"hk\.toml: window: expected open hours on some day"):
        parse_profile("hk", closed)


def test_an_untouched_file_parses() -> None:
    assert parse_profile("hk", a_file()) == read_profile("hk")


@pytest.mark.rule("S84")
def test_a_place_without_a_profile_gets_strict_default() -> None:
    assert PROFILE_BY_PLACE == {
        "CN": "cn-mainland",
        "HK": "hk",
        "TW": "tw",
        "US": "us-reg-f",
        "GB": "uk-conc",
        "AU": "au-rg96",
    }
    assert profiles_for("CN", "CN") == ("cn-mainland",)
    assert profiles_for("CN", "HK") == ("cn-mainland", "hk")
    assert profiles_for("FR", "SG") == ("strict-default",)
    assert profiles_for("GB", None) == ("uk-conc", "strict-default")


def test_the_version_depends_on_the_rules_and_not_on_how_they_were_named() -> None:
    versions = {name: load_policy(name).version for name in NAMES}
    assert len(set(versions.values())) == len(NAMES)
    assert load_policy(["hk", "hk"]).version == versions["hk"]


def test_equal_rules_hash_alike() -> None:
    assert hash(load_policy(["hk", "hk"])) == hash(load_policy("hk"))
    assert hash(load_policy("hk")) != hash(load_policy("tw"))
