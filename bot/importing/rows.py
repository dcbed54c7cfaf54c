"""One row of the file as values, or every fault in it: column, value, reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

import phonenumbers

from flows.money import Currency, Money, from_decimal

T = TypeVar("T")

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
# Mobile numbers whose form alone shows that they are whole: they need no further look.
_MOBILE = re.compile(
    r"\+(?:861[3-9]\d{9}|852[4-9]\d{7}|8869\d{8}|1[2-9]\d{9}|447\d{9}|614\d{8}|65[89]\d{7})"
)
# How spreadsheets keep digits as text: ="138..." and '138...; and what tables make of numbers.
_KEPT_AS_TEXT = re.compile(r"""=?"([^"]*)"|'(.*)""")
_DRESSING = ("=", '"', "'")
_DECIMAL_ZERO = re.compile(r"(\d{6,})\.0+")
# "1.280" is a thousand and more where a point parts the thousands, and no sum that we guess at.
_MAYBE_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_THREE_DECIMALS = 3
_DECIMAL_COMMA = re.compile(r"\d{1,3}(?:\.\d{3})*,\d{1,2}|\d+,\d{1,2}")
# U+FFFD, controls, and signs that turn the direction of text.
_NO_TEXT = re.compile("[\ufffd\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CURRENCY_SIGNS = re.compile(
    r"^(?:¥|￥|HK\$|NT\$|US\$|A\$|\$|£|€|RMB|CNY|HKD|TWD|USD|GBP|AUD|EUR)\s*|\s*元$"
)
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TIME = re.compile(r"[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?$")
# A day as a spreadsheet counts it since 1900: five digits for all of our time.
_SERIAL = re.compile(r"[34567]\d{4}(?:\.\d+)?")
_FORMULA = ("=", "@", "\t")
_SPREADSHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}
_UNREADABLE = (
    "expected one line of text, got signs that are no text (wrong encoding, line breaks or "
    "controls). Type it again, or save the file as CSV UTF-8"
)
_LONGEST_NAME = 80
_LONGEST_SHOWN = 80
_TAIL = 4
_LONGEST_ID = 64
_LARGEST_MINOR = 10**15
_OLDEST_YEARS = 30
_MONTHS = 12
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
    """One thing wrong in a row, for the operator to mend.

    `reason` is told in English; `code` names it for who tells it in another language, with the
    figures in `told`.
    """

    line: int
    column: str
    value: str
    reason: str
    code: str = ""
    told: tuple[tuple[str, str], ...] = ()


class DayOrder(StrEnum):
    """What comes first in dates that do not begin with the year."""

    YEAR_FIRST = "ymd"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where the file says nothing."""

    currency: str = "CNY"
    country: str = ""
    timezone: str = ""
    dates: DayOrder = DayOrder.YEAR_FIRST


class _Wrong(ValueError):
    """A value that cannot be used: the name of why, and a message that says what was expected."""

    def __init__(self, code: str, reason: str, **told: object) -> None:
        super().__init__(reason)
        self.code = code
        self.told = tuple((name, str(value)) for name, value in told.items())


class _Row:
    """The cells of one row; a wrong one is noted and reading goes on."""

    def __init__(self, line: int, cells: Sequence[str], columns: Mapping[str, int]) -> None:
        self._line = line
        self._cells = cells
        self._columns = columns
        self.faults: list[RowFault] = []

    def text(self, field: str) -> str:
        """The cell without spaces and without what a spreadsheet puts around digits."""
        place = self._columns.get(field)
        if place is None or place >= len(self._cells):
            return ""
        text = self._cells[place].strip()
        # Twice, as the rows to mend put an apostrophe before what a spreadsheet would compute.
        for _ in range(2):
            if not text.startswith(_DRESSING):
                return text
            kept = _KEPT_AS_TEXT.fullmatch(text)
            text = (kept[1] or kept[2] or "").strip() if kept else text
        return text

    def read(self, field: str, reader: Callable[[str], T], instead: T) -> T:
        """The cell read, or `instead` with its fault noted."""
        try:
            return reader(self.text(field))
        except _Wrong as wrong:
            self.fault(field, wrong)
            return instead

    def fault(self, field: str, wrong: _Wrong) -> None:
        """Note what is wrong with a cell."""
        # PostgreSQL keeps no text with a null in it.
        value = self.text(field)[:_LONGEST_SHOWN].replace("\x00", "\ufffd")
        self.faults.append(
            RowFault(
                line=self._line,
                column=field,
                value=value,
                reason=str(wrong),
                code=wrong.code,
                told=wrong.told,
            )
        )


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
        due_on=row.read("due_date", lambda text: _due_on(text, today, defaults.dates), today),
        product=row.read("product", _harmless, ""),
        language=row.read("language", _language, ""),
        timezone=row.read("timezone", lambda text: _zone(text, defaults), ""),
        country=country,
        region=row.read("region", _harmless, ""),
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
        raise _Wrong("account_empty", "expected an account number, got nothing")
    if len(text) > _LONGEST_ID:
        raise _too_long(text, _LONGEST_ID)
    return _harmless(text)


def _too_long(text: str, most: int) -> _Wrong:
    reason = f"expected at most {most} characters, got {len(text)}"
    return _Wrong("too_long", reason, most=most, got=len(text))


def _name(text: str) -> str:
    if not text:
        raise _Wrong("name_empty", "expected the customer's name, got nothing")
    if len(text) > _LONGEST_NAME:
        raise _too_long(text, _LONGEST_NAME)
    return _harmless(text)


def _harmless(text: str) -> str:
    if text.startswith(_FORMULA):
        raise _Wrong("formula", "expected plain text, got a formula. Put its result in its place")
    if text.upper() in _SPREADSHEET_ERRORS:
        raise _Wrong(
            "sheet_error", "expected a value, got an error of the spreadsheet. Mend its formula"
        )
    if _NO_TEXT.search(text):
        raise _Wrong("unreadable", _UNREADABLE)
    return text


def _refuse_scientific(text: str, wanted: str) -> None:
    if _SCIENTIFIC.fullmatch(text):
        raise _Wrong(
            "shortened",
            f"expected {wanted}, got a number that a spreadsheet has shortened, so digits are "
            "lost. Format the column as text, enter it again and save",
        )


def _address(row: _Row, country: str) -> tuple[str, str]:
    telegram = row.text("telegram")
    if telegram:
        if not telegram.lstrip("-").isdigit():
            row.fault("telegram", _Wrong("telegram", "expected the number of a chat"))
        return "telegram", telegram
    return "sms", row.read("phone", lambda text: _phone(text, country), "")


def _phone(text: str, country: str) -> str:
    if not text:
        raise _Wrong("phone_empty", "expected a phone number, got nothing")
    _refuse_scientific(text, "a phone number")
    plain = re.sub(r"[\s\-().]", "", _DECIMAL_ZERO.sub(r"\1", unicodedata.normalize("NFKC", text)))
    if _MOBILE.fullmatch(plain):
        return plain
    if not country and not _E164.fullmatch(plain):
        raise _Wrong(
            "phone_no_country",
            "expected a number with its country code such as +8613800138000; without one a "
            "country column or a default country (--country CN) is needed",
        )
    return _whole(plain, country)


def _whole(plain: str, country: str) -> str:
    """The number in its international form, when it can be a phone that takes texts."""
    wanted = "a phone number with its country code" if plain.startswith("+") else country
    try:
        number = phonenumbers.parse(plain, country or None)
    except phonenumbers.NumberParseException:
        raise _Wrong(
            "phone_form",
            f"expected one phone number ({wanted}), digits only. Keep one number in the cell",
        ) from None
    if number.extension:
        raise _Wrong(
            "phone_extension", "expected a mobile number; one with an extension takes no texts"
        )
    if not phonenumbers.is_valid_number(number):
        raise _Wrong(
            "phone_invalid",
            f"expected a phone number ({wanted}); this one has the wrong length or does not "
            "exist. A digit or a leading zero may have been lost",
        )
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise _Wrong(
            "phone_landline", "expected a mobile number; this is a landline, which takes no texts"
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
        raise _Wrong("currency", "expected a currency code such as CNY, HKD, TWD, USD or GBP")
    return Currency.of(code)


def _amount(text: str, currency: Currency) -> Money:
    money = _money(text, currency)
    if money.minor <= 0:
        raise _Wrong("amount_zero", "expected an amount above zero")
    return money


def _fees(text: str, currency: Currency) -> Money | None:
    return _money(text, currency) if text else None


def _money(text: str, currency: Currency) -> Money:
    plain = unicodedata.normalize("NFKC", text)
    plain = _CURRENCY_SIGNS.sub("", _CURRENCY_SIGNS.sub("", plain)).strip()
    if plain.startswith(("-", "−", "(")) or plain.endswith("-"):
        raise _Wrong(
            "amount_negative",
            "expected an amount above zero, got a negative one. Leave out credits",
        )
    _refuse_scientific(plain, "an amount")
    if not _AMOUNT.fullmatch(plain):
        raise _no_amount(plain)
    if currency.exponent < _THREE_DECIMALS and _MAYBE_THOUSANDS.fullmatch(plain):
        raise _decimals(currency)
    try:
        money = from_decimal(Decimal(plain.replace(",", "")), currency)
    except (ValueError, InvalidOperation):
        raise _decimals(currency) from None
    if money.minor > _LARGEST_MINOR:
        raise _Wrong(
            "amount_large", "expected an amount that a bill can have; this one is too large"
        )
    return money


def _decimals(currency: Currency) -> _Wrong:
    return _Wrong(
        "decimals",
        f"expected at most {currency.exponent} decimals for {currency.code}",
        digits=currency.exponent,
        currency=currency.code,
    )


def _no_amount(plain: str) -> _Wrong:
    if not plain:
        return _Wrong("amount_empty", "expected an amount such as 2360.00, got nothing")
    if _DECIMAL_COMMA.fullmatch(plain):
        return _Wrong(
            "decimal_comma",
            "expected a point before the decimals, such as 2360.00, got a comma. Write a point",
        )
    return _Wrong(
        "amount_form", "expected an amount such as 2360.00, digits with at most one decimal point"
    )


def _due_on(text: str, today: date, order: DayOrder) -> date:
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text))
    found = _YEAR_FIRST.fullmatch(plain) or _COMPACT.fullmatch(plain)
    parts = (found["y"], found["m"], found["d"]) if found else _year_last(plain, order)
    if parts is None:
        raise _no_date(plain)
    year, month, day_of_month = map(int, parts)
    try:
        day = date(year, month, day_of_month)
    except ValueError:
        raise _Wrong("no_such_day", "expected a day that exists in the calendar") from None
    if abs(day.year - today.year) > _OLDEST_YEARS:
        raise _Wrong(
            "date_far", f"expected a due date within {_OLDEST_YEARS} years", years=_OLDEST_YEARS
        )
    return day


def order_of_days(written: Iterable[str]) -> DayOrder:
    """What comes first in these dates, as far as they show it; the year where they do not."""
    for text in written:
        found = _YEAR_LAST.fullmatch(_TIME.sub("", unicodedata.normalize("NFKC", text.strip())))
        if found and int(found[1]) > _MONTHS:
            return DayOrder.DAY_FIRST
        if found and int(found[2]) > _MONTHS:
            return DayOrder.MONTH_FIRST
    return DayOrder.YEAR_FIRST


def _year_last(plain: str, order: DayOrder) -> tuple[str, str, str] | None:
    """Year, month and day of 18/02/2026, when the operator has said which comes first."""
    found = _YEAR_LAST.fullmatch(plain)
    if found is None or order is DayOrder.YEAR_FIRST:
        return None
    first, second, year = found.groups()
    return (year, second, first) if order is DayOrder.DAY_FIRST else (year, first, second)


def _no_date(plain: str) -> _Wrong:
    wanted = "expected a date with the year first, such as 2026-02-28"
    if not plain:
        return _Wrong("date_empty", f"{wanted}, got nothing")
    if _SERIAL.fullmatch(plain):
        return _Wrong(
            "date_serial",
            f"{wanted}, got a spreadsheet's number. Format the column as a date and save again",
        )
    if _YEAR_LAST.fullmatch(plain):
        return _Wrong(
            "date_order",
            f"{wanted}; or say with --dates dmy or --dates mdy what comes first in the file",
        )
    return _Wrong("date_form", wanted)


def _language(text: str) -> str:
    found = _LANGUAGES.get(text.lower())
    if found is None:
        raise _Wrong("language", "expected zh-Hans, zh-Hant or en")
    return found


def _zone(text: str, defaults: Defaults) -> str:
    name = text or defaults.timezone
    if name and name not in _zones():
        raise _Wrong("zone", "expected a time zone such as Asia/Shanghai")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _link(text: str) -> str:
    if text and not text.startswith("https://"):
        raise _Wrong("link", "expected a link that begins with https://")
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
        raise _Wrong("style", "expected formal or casual")
    return found


def _is_yes(text: str, *, absent: bool) -> bool:
    return text.lower() in _YES if text else absent


def _secrets(row: _Row) -> tuple[tuple[str, str], ...]:
    names = ("id_last4", "birthday", "postcode")
    held = [(name, row.text(name)) for name in names if row.text(name)]
    tail = re.sub(r"\W", "", row.text("account_id"))[-_TAIL:]
    return (*held, ("account_last4", tail)) if held and len(tail) == _TAIL else tuple(held)
