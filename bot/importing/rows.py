"""One row of the file as values, or every fault in it: column, value, reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

import phonenumbers

from flows.money import Currency, Money, from_decimal

T = TypeVar("T")

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CURRENCY_SIGNS = re.compile(
    r"^(?:¥|￥|HK\$|NT\$|US\$|A\$|\$|£|€|RMB|CNY|HKD|TWD|USD|GBP|AUD|EUR)\s*|\s*元$"
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_FORMULA = ("=", "@", "\t")
_LONGEST_NAME = 80
_LONGEST_SHOWN = 80
_TAIL = 4
_LONGEST_ID = 64
_LARGEST_MINOR = 10**15
_OLDEST_YEARS = 30
_YES = {"1", "true", "yes", "y", "是", "已核身", "已驗證"}
_LANGUAGES = {
    "": "",
    "zh": "zh-Hans",
    "zh-hans": "zh-Hans",
    "zh-cn": "zh-Hans",
    "简体": "zh-Hans",
    "简体中文": "zh-Hans",
    "zh-hant": "zh-Hant",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "yue": "zh-Hant",
    "繁體": "zh-Hant",
    "繁體中文": "zh-Hant",
    "en": "en",
    "english": "en",
    "英文": "en",
}
KNOWN_CURRENCIES = frozenset(
    [
        "CNY",
        "HKD",
        "TWD",
        "USD",
        "GBP",
        "AUD",
        "EUR",
        "JPY",
        "SGD",
        "MYR",
        "CAD",
        "NZD",
        "MOP",
        "KRW",
        "THB",
        "PHP",
        "IDR",
        "VND",
        "INR",
        "CHF",
        "KWD",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One overdue account as the file gives it, checked."""

    line: int
    account_id: str
    name: str
    channel: str
    address: str
    outstanding: Money
    due_on: date
    product: str = ""
    language: str = ""
    timezone: str = ""
    country: str = ""
    region: str = ""
    fees: Money | None = None
    pay_link: str = ""
    is_bound: bool = True
    style: str = ""
    consent: str = ""
    secrets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One thing wrong in a row, for the operator to mend."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where the file says nothing."""

    currency: str = "CNY"
    country: str = ""
    timezone: str = ""


class _Wrong(ValueError):
    """A value that cannot be used; the message says what was expected."""


class _Row:
    """The cells of one row; a wrong one is noted and reading goes on."""

    def __init__(self, line: int, cells: Sequence[str], columns: Mapping[str, int]) -> None:
        self._line = line
        self._cells = cells
        self._columns = columns
        self.faults: list[RowFault] = []

    def text(self, field: str) -> str:
        """The cell as it stands, without spaces around it."""
        place = self._columns.get(field)
        if place is None or place >= len(self._cells):
            return ""
        return self._cells[place].strip()

    def read(self, field: str, reader: Callable[[str], T], instead: T) -> T:
        """The cell read, or `instead` with its fault noted."""
        try:
            return reader(self.text(field))
        except _Wrong as wrong:
            self.fault(field, str(wrong))
            return instead

    def fault(self, field: str, reason: str) -> None:
        """Note what is wrong with a cell."""
        value = self.text(field)[:_LONGEST_SHOWN]
        self.faults.append(RowFault(line=self._line, column=field, value=value, reason=reason))


def parse_row(
    line: int, cells: Sequence[str], columns: Mapping[str, int], defaults: Defaults, today: date
) -> AccountRow | tuple[RowFault, ...]:
    """The row as values, or all its faults."""
    row = _Row(line, cells, columns)
    country = row.text("country").upper() or defaults.country
    currency = row.read("currency", lambda text: _currency(text, defaults), Currency.of("CNY"))
    channel, address = _address(row, country)
    made = AccountRow(
        line=line,
        account_id=row.read("account_id", _account_id, ""),
        name=row.read("name", _name, ""),
        channel=channel,
        address=address,
        outstanding=row.read("amount", lambda t: _amount(t, currency), Money(0, currency)),
        due_on=row.read("due_date", lambda text: _due_on(text, today), today),
        product=row.read("product", _harmless, ""),
        language=row.read("language", _language, ""),
        timezone=row.read("timezone", lambda text: _zone(text, defaults), ""),
        country=country,
        region=row.text("region"),
        fees=row.read("fees", lambda text: _fees(text, currency), None),
        pay_link=row.read("pay_link", _link, ""),
        is_bound=_is_yes(row.text("verified"), absent=True),
        style=row.read("style", _style, ""),
        consent=row.text("consent").lower(),
        secrets=_secrets(row),
    )
    return tuple(row.faults) or made


def _account_id(text: str) -> str:
    _refuse_scientific(text, "an account number")
    if not text:
        raise _Wrong("expected an account number, got nothing")
    if len(text) > _LONGEST_ID:
        raise _Wrong(f"expected at most {_LONGEST_ID} characters, got {len(text)}")
    return _harmless(text)


def _name(text: str) -> str:
    if not text:
        raise _Wrong("expected the customer's name, got nothing")
    if len(text) > _LONGEST_NAME:
        raise _Wrong(f"expected at most {_LONGEST_NAME} characters, got {len(text)}")
    return _harmless(text)


def _harmless(text: str) -> str:
    if text.startswith(_FORMULA):
        raise _Wrong("expected plain text, got a formula")
    return text


def _refuse_scientific(text: str, wanted: str) -> None:
    if _SCIENTIFIC.fullmatch(text):
        raise _Wrong(
            f"expected {wanted}, got a number that a spreadsheet has shortened, so digits are "
            "lost. Format the column as text, enter it again and save"
        )


def _address(row: _Row, country: str) -> tuple[str, str]:
    telegram = row.text("telegram")
    if telegram:
        if not telegram.lstrip("-").isdigit():
            row.fault("telegram", "expected the number of a chat")
        return "telegram", telegram
    return "sms", row.read("phone", lambda text: _phone(text, country), "")


def _phone(text: str, country: str) -> str:
    if not text:
        raise _Wrong("expected a phone number, got nothing")
    _refuse_scientific(text, "a phone number")
    plain = re.sub(r"[\s\-().]", "", text)
    if _E164.fullmatch(plain):
        return plain
    if not country:
        raise _Wrong(
            "expected a number with its country code such as +8613800138000; without one a "
            "country column or a default country is needed"
        )
    return _national(plain, text, country)


def _national(plain: str, text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException:
        raise _Wrong(f"expected a phone number of {country}, got {text!r}") from None
    if not phonenumbers.is_valid_number(number):
        raise _Wrong(
            f"expected a phone number of {country}; this one has the wrong length. "
            "A leading zero may have been lost"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _currency(text: str, defaults: Defaults) -> Currency:
    code = text.upper() or defaults.currency
    code = {
        "人民币": "CNY",
        "RMB": "CNY",
        "港币": "HKD",
        "港幣": "HKD",
        "新台币": "TWD",
        "新台幣": "TWD",
    }.get(code, code)
    if not _CURRENCY.fullmatch(code) or code not in KNOWN_CURRENCIES:
        raise _Wrong("expected a currency code such as CNY, HKD, TWD, USD or GBP")
    return Currency.of(code)


def _amount(text: str, currency: Currency) -> Money:
    money = _money(text, currency)
    if money.minor <= 0:
        raise _Wrong("expected an amount above zero")
    return money


def _fees(text: str, currency: Currency) -> Money | None:
    return _money(text, currency) if text else None


def _money(text: str, currency: Currency) -> Money:
    plain = _CURRENCY_SIGNS.sub("", _CURRENCY_SIGNS.sub("", text)).strip()
    if plain.startswith(("-", "−", "(")):
        raise _Wrong("expected an amount above zero, got a negative one")
    _refuse_scientific(plain, "an amount")
    if not _AMOUNT.fullmatch(plain):
        raise _Wrong("expected an amount such as 2360.00, digits with at most one decimal point")
    try:
        money = from_decimal(Decimal(plain.replace(",", "")), currency)
    except (ValueError, InvalidOperation):
        raise _Wrong(f"expected at most {currency.exponent} decimals for {currency.code}") from None
    if money.minor > _LARGEST_MINOR:
        raise _Wrong("expected an amount that a bill can have; this one is too large")
    return money


def _due_on(text: str, today: date) -> date:
    match = _DATE.fullmatch(
        text.split(" ", maxsplit=1)[0] if " " in text and "年" not in text else text
    )
    if match is None:
        raise _Wrong("expected a date with the year first, such as 2026-02-28")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise _Wrong("expected a day that exists in the calendar") from None
    if abs(day.year - today.year) > _OLDEST_YEARS:
        raise _Wrong(f"expected a due date within {_OLDEST_YEARS} years")
    return day


def _language(text: str) -> str:
    found = _LANGUAGES.get(text.lower())
    if found is None:
        raise _Wrong("expected zh-Hans, zh-Hant or en")
    return found


def _zone(text: str, defaults: Defaults) -> str:
    name = text or defaults.timezone
    if name and name not in _zones():
        raise _Wrong("expected a time zone such as Asia/Shanghai")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _link(text: str) -> str:
    if text and not text.startswith("https://"):
        raise _Wrong("expected a link that begins with https://")
    return text


def _style(text: str) -> str:
    known = {
        "": "",
        "formal": "formal",
        "casual": "casual",
        "正式": "formal",
        "轻松": "casual",
        "輕鬆": "casual",
    }
    found = known.get(text.lower())
    if found is None:
        raise _Wrong("expected formal or casual")
    return found


def _is_yes(text: str, *, absent: bool) -> bool:
    return text.lower() in _YES if text else absent


def _secrets(row: _Row) -> tuple[tuple[str, str], ...]:
    names = ("id_last4", "birthday", "postcode")
    held = [(name, row.text(name)) for name in names if row.text(name)]
    tail = re.sub(r"\W", "", row.text("account_id"))[-_TAIL:]
    return (*held, ("account_last4", tail)) if held and len(tail) == _TAIL else tuple(held)
