"""What Chinese words say in figures: the rules of this folder in the order they are tried."""

from __future__ import annotations

from functools import cache

from flows.languages.scanner import Rule
from flows.languages.zh import amounts, dates, plans, times, traps


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of Chinese, most telling first."""
    return (
        *traps.rules(),
        *plans.rules(),
        *traps.late_rules(),
        *dates.rules(),
        *times.rules(),
        *amounts.rules(),
    )
