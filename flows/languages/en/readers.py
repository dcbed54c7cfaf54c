"""What English words say in figures: the rules of this folder in the order they are tried."""

from __future__ import annotations

from functools import cache

from flows.languages.en import amounts, dates, months, ordinals, plans, times, wages
from flows.languages.scanner import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of English, most telling first."""
    return (
        *plans.rules(),
        *dates.rules(),
        *wages.rules(),
        *ordinals.rules_of_pay_days(),
        *months.rules(),
        *ordinals.rules(),
        *times.rules(),
        *amounts.rules(),
    )
