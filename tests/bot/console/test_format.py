"""Amounts, days, times, names and numbers in each language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.console.format import Formatter
from bot.console.pages import Phrase, Sla, SlaKind, SlaLevel
from bot.console.words import load_words
from flows.languages import Language
from flows.money import Currency, Money
from flows.understanding.values import Entity, EntityKind

NOW = datetime(2026, 3, 12, 6, 32, tzinfo=UTC)
WORDS = load_words()


def shown(language: Language) -> Formatter:
    return Formatter(words=WORDS[language], now=NOW, zone=ZoneInfo("Asia/Shanghai"))


ZH, HANT, EN = (shown(language) for language in Language)


def money(minor: int, code: str) -> Money:
    return Money(minor, Currency.of(code))


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (money(236_000, "CNY"), "¥2,360.00"),
        (money(-15_000, "USD"), "−$150.00"),
        (money(5_000, "JPY"), "JP¥5,000"),
        (money(1_234, "KWD"), "KWD 1.234"),
    ],
)
def test_an_amount_has_its_sign_and_all_its_decimals(amount: Money, written: str) -> None:
    assert ZH.money(amount).striptags() == written


def test_an_amount_never_breaks_and_keeps_its_value() -> None:
    assert (
        ZH.money(money(236_000, "CNY")) == '<data class="num" value="2360.00 CNY">¥2,360.00</data>'
    )


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (money(236_000, "CNY"), "¥2–5千", "¥2–5k"),
        (money(730_000, "CNY"), "¥5千–1万", "¥5–10k"),
        (money(64_000, "CNY"), "¥1千以下", "under ¥1k"),
        (money(31_000, "USD"), "$200–500", "$200–500"),
        (money(10**12, "CNY"), "¥500万以上", "¥5m and more"),
    ],
)
def test_a_band_hides_the_amount(amount: Money, chinese: str, english: str) -> None:
    assert ZH.band(amount) == chinese
    assert EN.band(amount) == english


def test_traditional_chinese_writes_its_own_myriad() -> None:
    assert HANT.band(money(642_000, "TWD")) == "NT$5千–1萬"


def test_days_are_written_as_the_reader_writes_them() -> None:
    day = date(2026, 3, 15)
    assert ZH.day(day).striptags() == "3月15日"
    assert EN.day(day).striptags() == "Mar 15"
    assert EN.day(date(2027, 1, 2)).striptags() == "Jan 2, 2027"
    assert ZH.day_in_table(day).striptags() == "2026-03-15"
    assert EN.weekday(date(2026, 3, 12)).striptags() == "Thu, Mar 12"


def test_a_time_stands_alone_only_today() -> None:
    assert ZH.stamp(NOW).striptags() == "14:32"
    assert EN.stamp(NOW).striptags() == "2:32 pm"
    assert ZH.stamp(NOW + timedelta(hours=18)).striptags() == "明天08:32"
    assert EN.stamp(NOW - timedelta(days=2)).striptags() == "Mar 10, 2:32 pm"


def test_the_customers_time_is_in_his_own_zone() -> None:
    assert ZH.clock(NOW, "America/New_York").striptags() == "02:32"


@pytest.mark.parametrize(
    ("minutes", "level", "written"),
    [
        (18, SlaLevel.CALM, "18 min"),
        (7, SlaLevel.SOON, "7 min"),
        (-2, SlaLevel.OVER, "2 min over"),
        (180, SlaLevel.CALM, "3 h"),
        (-3000, SlaLevel.OVER, "2 d over"),
    ],
)
def test_a_clock_turns_amber_in_its_last_quarter(
    minutes: int, level: SlaLevel, written: str
) -> None:
    clock = Sla(
        kind=SlaKind.NEXT, due_at=NOW + timedelta(minutes=minutes), target=timedelta(minutes=30)
    )
    assert clock.level(NOW) is level
    assert EN.sla_left(clock) == written


@pytest.mark.parametrize(
    ("name", "masked", "face"),
    [
        ("陈思远", "陈**", "陈"),
        ("Dana Miller", "D**** M.", "DM"),
        ("Cher", "C****", "C"),
        ("", "**", "?"),
    ],
)
def test_a_name_is_masked_until_its_talk_is_opened(name: str, masked: str, face: str) -> None:
    assert ZH.masked_name(name) == masked
    assert ZH.initials(name) == face


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+8613800002046", "138 **** 2046"),
        ("+15555550146", "+1 ••• ••• 0146"),
        ("777000123", "••• 0123"),
        ("12", "••••"),
    ],
)
def test_a_number_shows_its_country_and_last_digits(address: str, masked: str) -> None:
    assert ZH.masked_number(address) == masked


def test_an_amount_that_was_said_is_in_the_accounts_currency() -> None:
    said = Entity(kind=EntityKind.AMOUNT, text="1500", start=0, end=4, value=Decimal(1500))
    assert ZH.entity(said, Currency.of("CNY")).striptags() == "¥1,500.00"
    assert ZH.entity(said).striptags() == "1,500"


def test_a_date_of_several_readings_is_shown_as_it_was_said() -> None:
    said = Entity(kind=EntityKind.DATE, text="03/04", start=0, end=5, value=None)
    assert EN.entity(said) == "03/04"


def test_a_phrase_writes_each_value_by_its_kind() -> None:
    phrase = Phrase(
        key="system.promise", values={"amount": money(12_000, "USD"), "day": date(2026, 3, 6)}
    )
    assert EN.say(phrase).striptags() == "Promised $120.00 for Mar 6"
    assert ZH.say(phrase).striptags() == "承诺3月6日付$120.00"


def test_a_rule_is_named_by_its_first_known_part() -> None:
    assert EN.rule("kind:third_party") == EN.words("rule.third_party")
    assert EN.rule("window.sat") == EN.words("rule.window")
    assert EN.rule("disclosure.first") == EN.words("rule.other")


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (money(0, "USD"), "$0", "$0"),
        (money(250_000, "USD"), "$2.5千", "$2.5k"),
        (money(12_500_000, "USD"), "$12.5万", "$125k"),
        (money(-4_000_000, "CNY"), "−¥4万", "−¥40k"),
        (money(1_234_500, "USD"), "$12,345", "$12,345"),
        (money(150, "USD"), "$1.50", "$1.50"),
    ],
)
def test_round_amounts_on_an_axis_are_as_short_as_the_language_writes_them(
    amount: Money, chinese: str, english: str
) -> None:
    assert ZH.short_money(amount).striptags() == chinese
    assert EN.short_money(amount).striptags() == english


def test_shares_and_figures_carry_a_true_minus_and_none_before_nothing() -> None:
    assert EN.percent(0.7104).striptags() == "71.0%"
    assert EN.percent(0.315, 0).striptags() == "32%"
    assert EN.decimal(-3.84).striptags() == "−3.8"
    assert EN.decimal(-0.01).striptags() == "0.0"
    assert EN.decimal(1_234.5).striptags() == "1,234.5"
