"""Cutting an amount into instalments and rounding to the unit; no cent is lost."""

from __future__ import annotations

from fractions import Fraction

from flows.plans.policy import Remainder

BASIS_POINTS = 10_000


def floor_unit(amount_minor: int, unit_minor: int) -> int:
    """The largest multiple of the unit that is not above the amount."""
    return amount_minor // unit_minor * unit_minor


def ceil_unit(amount_minor: int, unit_minor: int) -> int:
    """The smallest multiple of the unit that is not below the amount."""
    return ceil_division(amount_minor, unit_minor) * unit_minor


def ceil_division(dividend: int, divisor: int) -> int:
    """The quotient of integers, rounded up."""
    return -(-dividend // divisor)


def base_amount(total_minor: int, n: int, unit_minor: int) -> int:
    """What every instalment is, but for the one that takes the remainder."""
    return floor_unit(total_minor // n, unit_minor)


def largest_amount(total_minor: int, n: int, unit_minor: int) -> int:
    """The largest instalment of an even split: the one that takes the remainder."""
    return total_minor - (n - 1) * base_amount(total_minor, n, unit_minor)


def split(
    total_minor: int, n: int, unit_minor: int = 1, remainder: Remainder = Remainder.LAST
) -> tuple[int, ...]:
    """The total in n equal multiples of the unit; what is left over is added to one of them."""
    base = base_amount(total_minor, n, unit_minor)
    odd = (total_minor - (n - 1) * base,)
    equal = (base,) * (n - 1)
    return odd + equal if remainder is Remainder.FIRST else equal + odd


def share_of(total_minor: int, share: Fraction, unit_minor: int = 1) -> int:
    """A share of the total as a multiple of the unit, rounded down: 一半, a third."""
    return floor_unit(total_minor * share.numerator // share.denominator, unit_minor)
