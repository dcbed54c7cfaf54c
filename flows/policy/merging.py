"""How two values of one field combine, and which of them is the stricter.

One object a direction of the merge column. None (does not apply) is the loosest value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class Merge(Protocol):
    """A direction of the merge column."""

    @property
    def label(self) -> str:
        """What the table calls it."""

    def combine(self, first: Any, second: Any) -> Any:
        """The value that obeys both profiles."""

    def allows(self, base: Any, value: Any) -> bool:
        """Whether an overlay may put `value` over `base`: equal or stricter."""


@dataclass(frozen=True, slots=True)
class Least:
    """The smaller number is the stricter."""

    label: str = "min"

    def combine(self, first: Any, second: Any) -> Any:
        """The smaller; None gives way."""
        if first is None or second is None:
            return first if second is None else second
        return min(first, second)

    def allows(self, base: Any, value: Any) -> bool:
        """At most the base; None only over None."""
        return base is None or (value is not None and value <= base)


@dataclass(frozen=True, slots=True)
class Most:
    """The larger number is the stricter."""

    label: str = "max"

    def combine(self, first: Any, second: Any) -> Any:
        """The larger; None gives way."""
        if first is None or second is None:
            return first if second is None else second
        return max(first, second)

    def allows(self, base: Any, value: Any) -> bool:
        """At least the base; None only over None."""
        return base is None or (value is not None and value >= base)


@dataclass(frozen=True, slots=True)
class Intersect:
    """Hours: open only where both are."""

    label: str = "intersect"

    def combine(self, first: Any, second: Any) -> Any:
        """The common span."""
        return first & second

    def allows(self, base: Any, value: Any) -> bool:
        """Inside the base at both ends; a span looser at one end is refused, not cut."""
        return bool(base.holds(value))


@dataclass(frozen=True, slots=True)
class Fewest:
    """A list from which an overlay may only drop."""

    label: str = "fewest"

    def combine(self, first: Any, second: Any) -> Any:
        """What stands in both."""
        return tuple(item for item in first if item in second)

    def allows(self, base: Any, value: Any) -> bool:
        """Nothing that is not in the base."""
        return set(value) <= set(base)


@dataclass(frozen=True, slots=True)
class Union:
    """A list to which an overlay may only add."""

    label: str = "union"

    def combine(self, first: Any, second: Any) -> Any:
        """What stands in either, in the order of the first."""
        return first + tuple(item for item in second if item not in first)

    def allows(self, base: Any, value: Any) -> bool:
        """Everything that is in the base."""
        return set(value) >= set(base)


@dataclass(frozen=True, slots=True)
class Strictest:
    """Named values in order from loose to strict."""

    order: tuple[Any, ...]
    name: str = ""

    @property
    def label(self) -> str:
        """The name of the direction, or the order itself."""
        return self.name or " < ".join(str(value) for value in self.order)

    def combine(self, first: Any, second: Any) -> Any:
        """The later in the order."""
        return max(first, second, key=self.order.index)

    def allows(self, base: Any, value: Any) -> bool:
        """Not earlier in the order than the base."""
        return self.order.index(value) >= self.order.index(base)


@dataclass(frozen=True, slots=True)
class Fixed:
    """No overlay changes it; of two profiles the first named counts."""

    label: str = "fixed"

    def combine(self, first: Any, second: Any) -> Any:
        """The first."""
        del second
        return first

    def allows(self, base: Any, value: Any) -> bool:
        """Only the same value."""
        return bool(base == value)


@dataclass(frozen=True, slots=True)
class BothNeeded:
    """No overlay changes it; of two profiles the values of both are needed (disclosures)."""

    label: str = "fixed"

    def combine(self, first: Any, second: Any) -> Any:
        """Both, the first named first."""
        return first + tuple(item for item in second if item not in first)

    def allows(self, base: Any, value: Any) -> bool:
        """Only the same values."""
        return bool(base == value)


LEAST = Least()
MOST = Most()
INTERSECT = Intersect()
FEWEST = Fewest()
UNION = Union()
FIXED = Fixed()
BY_HAND = Fixed("by hand")
BOTH_NEEDED = BothNeeded()
