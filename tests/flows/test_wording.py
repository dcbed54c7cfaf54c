"""Texts from data: checked at start, filled by typed values."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from flows.languages import Language, Style, written
from flows.money import Currency, Money
from flows.wording import (
    WordingError,
    check_languages,
    keys,
    parse_book,
    placeholders,
    render,
    template_keys,
)

# templates.md; two gentle texts, and a second wording of each reminder.
STAGES, FURTHER_WORDINGS = 23, 6
CNY, USD, TWD = Currency.of("CNY"), Currency.of("USD"), Currency.of("TWD")
KINDS = {"name": "text", "amount": "money", "pay_by": "day", "n": "count", "sig": "footer"}
VALUES = {
    "name": "陈先生",
    "creditor": "北岸信贷",
    "ref": "8821",
    "days_overdue": 5,
    "amount": Money(360000, CNY),
    "pay_link": "https://pay.example/a",
    "phone": "4000000000",
    "chat": "在线客服",
}


def test_every_stage_is_there_in_both_styles() -> None:
    assert len(template_keys()) == STAGES + FURTHER_WORDINGS
    assert set(template_keys()) <= set(keys())


def test_values_are_written_for_the_language() -> None:
    text = render("first_overdue", VALUES | {"pay_by": date(2026, 3, 6)}, language=Language.ZH_HANS)
    assert "已逾期5天" in text
    assert "3,600.00元" in text
    assert "请在3月6日前处理" in text


def test_an_optional_part_without_its_value_gives_way_to_the_next() -> None:
    text = render("first_overdue", VALUES | {"pay_by": None}, language=Language.EN)
    assert "Details and payment: https" in text
    assert "pay by" not in text


def test_what_the_gate_adds_may_be_empty_and_leaves_no_gap() -> None:
    text = render("first_overdue", VALUES, language=Language.EN, style=Style.CASUAL)
    assert text.startswith("Hi ")
    assert "  " not in text
    assert text.endswith("Thanks!")


def test_a_missing_value_is_an_error_with_key_and_placeholder() -> None:
    with pytest.raises(WordingError, match=r"first_overdue \(en, formal\).*\{amount\}"):
        render("first_overdue", VALUES | {"amount": None}, language=Language.EN)


def test_a_value_of_the_wrong_type_is_an_error() -> None:
    with pytest.raises(WordingError, match=r"expected a money for \{amount\}, got int"):
        render("first_overdue", VALUES | {"amount": 3600}, language=Language.EN)


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(WordingError, match="no_such_key"):
        render("no_such_key", {}, language=Language.EN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[hello]\nformal = "Hi {nme}"', r"here, hello.formal: .*\{nme\}"),
        ('[hello]\ncasual = "Hi"', "here, hello: expected a formal text"),
        ('[hello]\nformal = "Hi {name"', "hello.formal: .*stray {"),
        ('[hello]\nformal = "Hi [[ {name}"', "hello.formal: expected ]]"),
        ('[hello]\nformal = "Hi {name:days}"', "hello.formal: expected a way to write a text"),
        ('[hello]\nformal = "Hi"\nlively = "Yo"', "hello: expected the styles"),
        ("[hello", "here: expected TOML"),
    ],
)
def test_a_mistake_in_the_data_names_its_place(text: str, message: str) -> None:
    with pytest.raises(WordingError, match=message):
        parse_book(text, kinds=KINDS, place="here")


def test_a_language_without_a_key_is_an_error() -> None:
    full = parse_book('[hello]\nformal = "Hi {name}"', kinds=KINDS, place="full")
    with pytest.raises(WordingError, match=r"books.en.toml: expected the keys \['hello'\]"):
        check_languages(
            {Language.ZH_HANS: full, Language.ZH_HANT: full, Language.EN: {}}, place="books"
        )


def test_both_chinese_scripts_have_the_same_placeholders() -> None:
    one = parse_book('[hello]\nformal = "Hi {name}"', kinds=KINDS, place="one")
    other = parse_book('[hello]\nformal = "Hi"', kinds=KINDS, place="other")
    with pytest.raises(WordingError, match="both Chinese scripts"):
        check_languages(
            {Language.ZH_HANS: one, Language.ZH_HANT: other, Language.EN: one}, place="books"
        )


def test_the_names_a_text_needs_are_known_before_filling() -> None:
    assert {"amount", "pay_by", "optout"} <= placeholders("first_overdue", Language.ZH_HANT)


@pytest.mark.parametrize(
    ("amount", "language", "expected"),
    [
        (Money(360000, CNY), Language.ZH_HANS, "3,600.00元"),
        (Money(360000, CNY), Language.ZH_HANT, "人民幣3,600.00元"),
        (Money(360000, TWD), Language.ZH_HANT, "新台幣3,600元"),
        (Money(12000, USD), Language.EN, "$120.00"),
        (Money(12000, Currency.of("JPY")), Language.EN, "JPY 12,000"),
        (Money(1234, Currency.of("KWD")), Language.ZH_HANS, "KWD 1.234"),
    ],
)
def test_money_is_written_as_on_a_bill(amount: Money, language: Language, expected: str) -> None:
    assert written.money(amount, language) == expected


def test_days_are_read_back_with_their_weekday() -> None:
    friday = date(2026, 11, 27)
    assert written.day(friday, Language.ZH_HANS) == "11月27日（周五）"
    assert written.day(friday, Language.ZH_HANT) == "11月27日（週五）"
    assert written.day(friday, Language.EN) == "Friday, November 27"


def test_the_year_shows_only_where_it_is_another_one() -> None:
    january = date(2027, 1, 8)
    assert written.day(january, Language.EN, today=date(2026, 12, 1)) == "Friday, January 8, 2027"
    assert written.short_day(january, Language.ZH_HANS, today=date(2026, 12, 1)).startswith(
        "2027年"
    )
    assert written.short_day(january, Language.EN, today=date(2027, 1, 1)) == "January 8"


def test_moments_lists_and_options_are_written() -> None:
    at = datetime(2026, 11, 27, 15, 0)  # noqa: DTZ001  # Local time, as the customer reads it.
    assert written.moment(at, Language.EN) == "Friday, November 27 at 15:00"
    assert written.clock(time(9, 5)) == "09:05"
    assert written.listing(["a", "b", "c"], Language.EN) == "a, b and c"
    assert written.options(["三期", "六期"], Language.ZH_HANS) == "A 三期；B 六期"
    assert written.days(1, Language.EN) == "1 day"
