"""Money is exact: what is added, split, written and read again never loses a cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.languages import Language, written
from flows.money import Currency, Money, format_money, from_decimal, parse_money, summed

CODES = ["CNY", "HKD", "TWD", "USD", "EUR", "GBP", "AUD", "JPY", "KWD", "SGD", "XYZ"]
currencies = st.builds(Currency, st.sampled_from(CODES), st.sampled_from([0, 2, 3]))
amounts = st.builds(Money, st.integers(-(10**15), 10**15), currencies)


def money(minor: int, code: str) -> Money:
    return Money(minor, Currency.of(code))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (money(360_000, "CNY"), "¥3,600.00"),
        (money(480_000, "HKD"), "HK$4,800.00"),
        (money(1_200_000, "TWD"), "NT$12,000.00"),
        (money(40_000, "USD"), "$400.00"),
        (money(1, "EUR"), "€0.01"),
        (money(99, "GBP"), "£0.99"),
        (money(100_000_000, "AUD"), "A$1,000,000.00"),
        (money(1_234, "KWD"), "KWD 1.234"),
        (money(5, "KWD"), "KWD 0.005"),
        (money(3_600, "JPY"), "JPY 3,600"),
        (money(-250_050, "CNY"), "\u2212¥2,500.50"),
        (money(-1, "KWD"), "\u2212KWD 0.001"),
        (money(0, "USD"), "$0.00"),
    ],
)
def test_an_amount_is_written_with_its_sign_and_all_decimals(amount: Money, text: str) -> None:
    assert format_money(amount) == text


@pytest.mark.parametrize(
    ("text", "code", "minor"),
    [
        ("3600", "CNY", 360_000),
        ("3,600.5", "CNY", 360_050),
        ("￥３，６００．００", "CNY", 360_000),
        ("3600元", "CNY", 360_000),
        ("人民幣3,600.00元", "CNY", 360_000),
        ("RMB 36", "CNY", 3_600),
        ("cny 36", "CNY", 3_600),
        ("新台幣3,600元", "TWD", 360_000),
        ("$12,000", "TWD", 1_200_000),
        ("4,800.00港元", "HKD", 480_000),
        ("400.00 USD", "USD", 40_000),
        ("-$400", "USD", -40_000),
        ("$-400", "USD", -40_000),
        ("\u2212 £1.20", "GBP", -120),
        ("KWD 1.234", "KWD", 1_234),
        ("JPY 3,600", "JPY", 3_600),
        ("¥3600", "JPY", 3_600),
        ("1.500", "KWD", 1_500),
        ("0012", "USD", 1_200),
        ("12.00", "JPY", 12),
    ],
)
def test_an_amount_is_read_as_our_languages_write_it(text: str, code: str, minor: int) -> None:
    assert parse_money(text, Currency.of(code)) == money(minor, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "CNY"),
        ("¥", "CNY"),
        ("three", "USD"),
        ("1.234", "USD"),
        ("1.5", "JPY"),
        ("1.234,56", "EUR"),
        ("1,2345", "CNY"),
        ("12,34", "CNY"),
        ("$400", "CNY"),
        ("HK$400", "USD"),
        ("£5", "EUR"),
        ("--5", "USD"),
        ("-$-5", "USD"),
        ("5 6", "USD"),
        ("5-6", "USD"),
        ("1e5", "USD"),
        (".5", "USD"),
        ("5.", "USD"),
        ("٣", "USD"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_money(text, Currency.of(code))


@given(amounts)
def test_an_amount_survives_format_and_parse_for_every_exponent(amount: Money) -> None:
    assert parse_money(format_money(amount), amount.currency) == amount


@given(amounts.filter(lambda a: a.minor >= 0), st.sampled_from(Language))
def test_what_customers_read_parses_back(amount: Money, language: Language) -> None:
    assert parse_money(written.money(amount, language), amount.currency) == amount


@given(amounts, st.integers(1, 60))
def test_a_split_sums_back_and_the_first_parts_take_the_extra(amount: Money, n: int) -> None:
    parts = amount.split(n)
    assert len(parts) == n
    assert sum(part.minor for part in parts) == amount.minor
    assert list(parts) == sorted(parts, reverse=True)
    assert parts[0].minor - parts[-1].minor <= 1


def test_nothing_is_split_into_no_parts() -> None:
    with pytest.raises(ValueError, match="expected at least 1 part, got 0"):
        money(1, "USD").split(0)


@given(st.integers(), st.integers(), currencies)
def test_amounts_compare_and_add_as_their_minor_units(a: int, b: int, currency: Currency) -> None:
    left, right = Money(a, currency), Money(b, currency)
    assert (left < right, left <= right, left > right) == (a < b, a <= b, a > b)
    assert (left + right).minor == a + b
    assert (left - right).minor == a - b
    assert bool(left) == bool(a)


def test_two_currencies_never_mix() -> None:
    for mix in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__):
        with pytest.raises(ValueError, match="expected an amount in USD, got CNY"):
            mix(money(1, "USD"), money(1, "CNY"))


@given(amounts)
def test_a_decimal_gives_the_amount_back(amount: Money) -> None:
    assert from_decimal(amount.decimal, amount.currency) == amount


@pytest.mark.parametrize("value", ["0.001", "NaN", "Infinity", "1E-3"])
def test_a_decimal_that_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        from_decimal(Decimal(value), Currency.of("USD"))


def test_large_decimals_stay_exact() -> None:
    value = Decimal("12345678901234567890123456789012345.67")
    assert from_decimal(value, Currency.of("USD")).minor == 1234567890123456789012345678901234567


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1), currencies)
def test_a_sum_is_that_of_its_minor_units(minors: list[int], currency: Currency) -> None:
    parts = [Money(minor, currency) for minor in minors]
    assert summed(*parts) == Money(sum(minors), currency)


def test_amounts_of_two_currencies_have_no_sum() -> None:
    with pytest.raises(ValueError, match="expected an amount in EUR, got USD"):
        summed(money(1, "EUR"), money(1, "EUR"), money(1, "USD"))
