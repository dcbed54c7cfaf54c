"""Exact money: integer minor units with their currency. No float, no default currency.

`format_money` is the notation of the console, exports and commands, the same in every language;
`flows.languages.written` holds the words customers read. `parse_money` reads both.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from flows.replacing import maker, quick

# ISO 4217 exponents that differ from the usual 2.
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "UGX": 0, "XAF": 0, "XOF": 0} | {
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "JOD": 3,
    "TND": 3,
    "IQD": 3,
    "LYD": 3,
}
_USUAL_EXPONENT = 2

# Signs that name one currency; every other currency is written with its code.
_SIGNS = {
    "CNY": "¥",
    "HKD": "HK$",
    "TWD": "NT$",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "AUD": "A$",
}
# What else may stand beside a figure whose currency is known, in any language, in small letters.
_MARKS = {
    "CNY": ("元", "圆", "圓", "块", "塊", "人民币", "人民幣", "rmb"),
    "HKD": ("$", "元", "港元", "港币", "港幣", "蚊"),
    "TWD": ("$", "元", "圓", "新台币", "新台幣", "新臺幣", "台币", "台幣", "nt"),
    "USD": ("us$", "美元", "美金"),
    "EUR": ("欧元", "歐元"),
    "GBP": ("英镑", "英鎊"),
    "AUD": ("$", "au$", "澳元"),
    "JPY": ("¥", "円", "日元", "日圓"),
    "SGD": ("$", "s$", "新加坡元"),
}
_MINUS = "\u2212"
_WRITTEN = re.compile(
    r"(?P<sign>[-\u2212]?)\s*(?P<before>[^\d.,\s\u2212-]*)\s*(?P<inner>[-\u2212]?)"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?\s*(?P<after>[^\d.,\s\u2212-]*)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and the number of decimals of its minor unit (0 to 3).

    The exponent is part of the value because some ledgers keep two decimals for a currency
    whose coins have none (TWD is the common case).
    """

    code: str
    exponent: int

    @classmethod
    def of(cls, code: str) -> Currency:
        """The currency of an ISO 4217 code with its ISO exponent."""
        return cls(code, _EXPONENTS.get(code, _USUAL_EXPONENT))


@quick
@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `minor` units (cents, fen) of one currency; may be zero or negative."""

    minor: int
    currency: Currency

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + other._same(self), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - other._same(self), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < other._same(self)

    def __le__(self, other: Money) -> bool:
        return self.minor <= other._same(self)

    def __bool__(self) -> bool:
        return self.minor != 0

    def split(self, n: int) -> tuple[Money, ...]:
        """The amount in n parts that sum back to it; the first parts take the extra minor units."""
        if n < 1:
            raise ValueError(f"expected at least 1 part, got {n}")
        base, extra = divmod(self.minor, n)
        return tuple(Money(base + (part < extra), self.currency) for part in range(n))

    def _same(self, other: Money) -> int:
        if other.currency is not self.currency and other.currency != self.currency:
            raise ValueError(
                f"expected an amount in {other.currency.code}, got {self.currency.code}"
            )
        return self.minor

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with exactly the decimals of the currency."""
        return Decimal(self.minor).scaleb(-self.currency.exponent)


# Made several times a turn: a function is called in less than half the time of a class.
make_money = maker(Money)


def summed(first: Money, *others: Money) -> Money:
    """The sum of amounts of one currency; ValueError when they are of several."""
    currency = first.currency
    minors = [o.minor if o.currency is currency else o._same(first) for o in others]
    return make_money(first.minor + sum(minors), currency)


def from_decimal(value: Decimal, currency: Currency) -> Money:
    """The exact amount; raises ValueError when there are more decimals than the currency has."""
    if value.is_finite() and value == (whole := int(value)):
        # Most sums that are said are whole ones.
        return make_money(whole * 10**currency.exponent, currency)
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"expected an amount of {currency.code}, got {value}")
    places = exponent + currency.exponent
    minor = int("".join(map(str, digits)))
    scale = 10 ** abs(places)
    if places < 0 and minor % scale:
        raise ValueError(
            f"expected at most {currency.exponent} decimals for {currency.code}, got {value}"
        )
    minor = minor * scale if places >= 0 else minor // scale
    return make_money(-minor if sign else minor, currency)


def format_money(amount: Money) -> str:
    """The amount with its sign or code, thousands grouped, all decimals: `¥3,600.00`, `KWD 1.234`.

    A negative amount has the minus U+2212 in front.
    """
    whole, part = divmod(abs(amount.minor), 10**amount.currency.exponent)
    decimals = f".{part:0{amount.currency.exponent}d}" if amount.currency.exponent else ""
    mark = _SIGNS.get(amount.currency.code, f"{amount.currency.code} ")
    return f"{_MINUS if amount.minor < 0 else ''}{mark}{whole:,}{decimals}"


def parse_money(text: str, currency: Currency) -> Money:
    """The amount of a known currency, as any of our languages writes it.

    Takes a sign, a code or a word for the currency before or after the figure, groups of three,
    full-width characters, a minus. Raises ValueError for anything else: another currency, more
    decimals than the currency has, several figures.
    """
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or (found["sign"] and found["inner"]):
        raise ValueError(f"expected an amount of {currency.code}, got {text!r}")
    for mark in (found["before"], found["after"]):
        if mark and mark.lower() not in _marks(currency):
            raise ValueError(f"expected an amount of {currency.code}, got {text!r}")
    figure = found["whole"].replace(",", "") + "." + (found["part"] or "0")
    amount = from_decimal(Decimal(figure), currency)
    return -amount if found["sign"] or found["inner"] else amount


def _marks(currency: Currency) -> tuple[str, ...]:
    sign = _SIGNS.get(currency.code, "").lower()
    return (currency.code.lower(), sign, *_MARKS.get(currency.code, ()))
