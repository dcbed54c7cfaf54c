"""Exact money: integer minor units with their currency. No float, no default currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

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

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(
                f"expected an amount in {other.currency.code}, got {self.currency.code}"
            )
        return self.minor

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with exactly the decimals of the currency."""
        return Decimal(self.minor).scaleb(-self.currency.exponent)


def from_decimal(value: Decimal, currency: Currency) -> Money:
    """The exact amount; raises ValueError when there are more decimals than the currency has."""
    shifted = value.scaleb(currency.exponent)
    if shifted != shifted.to_integral_value():
        raise ValueError(
            f"expected at most {currency.exponent} decimals for {currency.code}, got {value}"
        )
    return Money(int(shifted), currency)
