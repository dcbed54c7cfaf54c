"""How sure a share is, and a difference of two shares: score intervals at 95 %.

Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
(1998) 857-872, method 3 (Wilson), and "Interval estimation for the difference between independent
proportions", the same volume, 873-890, method 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

# The 97.5 % point of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where a figure lies with 95 % confidence, its ends included."""

    low: float
    high: float


def share_interval(hits: int, of: int) -> Interval | None:
    """Wilson's interval of a share, 0 to 1; None of nothing. Raises ValueError beyond the whole."""
    if not 0 <= hits <= of:
        raise ValueError(f"expected 0 <= hits <= of, got {hits} of {of}")
    if of == 0:
        return None
    share, z2 = hits / of, _Z**2
    middle = (hits + z2 / 2) / (of + z2)
    half = _Z / (of + z2) * sqrt(hits * (1 - share) + z2 / 4)
    return Interval(low=max(0.0, middle - half), high=min(1.0, middle + half))


def difference_interval(one: tuple[int, int], other: tuple[int, int]) -> Interval | None:
    """Newcombe's interval of one share less the other, -1 to 1; each is (hits, of).

    None where one of them is of nothing. An interval that holds 0 tells no difference.
    """
    first, second = share_interval(*one), share_interval(*other)
    if first is None or second is None:
        return None
    p, q = one[0] / one[1], other[0] / other[1]
    below = sqrt((p - first.low) ** 2 + (second.high - q) ** 2)
    above = sqrt((first.high - p) ** 2 + (q - second.low) ** 2)
    return Interval(low=max(-1.0, p - q - below), high=min(1.0, p - q + above))
