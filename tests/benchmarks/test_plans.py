"""A million random cases against every law of the plan engine, from one seed, on one core."""

from __future__ import annotations

from collections import Counter
from random import Random
from time import process_time
from typing import Any

import pytest

from tests.flows.plans.laws import LAWS

CASES = 1_000_000
SEED = 20_261_123


@pytest.mark.benchmark
def test_a_million_cases_violate_no_law(capsys: Any) -> None:
    rng = Random(SEED)
    violated: Counter[str] = Counter()
    worth: Counter[str] = Counter()
    started = process_time()
    for number in range(CASES):
        law = LAWS[number % len(LAWS)]
        try:
            worth[law.__name__] += law(rng)
        except AssertionError:
            violated[law.__name__] += 1
    seconds = process_time() - started
    with capsys.disabled():
        print(f"\nplans: {CASES:,} cases, {sum(violated.values())} violations, seed {SEED}")
        print(
            f"plans: {seconds:.0f} s of processor time, {CASES / seconds:,.0f} cases/s, generation and checks included"
        )
        for law in LAWS:
            print(f"  {law.__name__:<52}{worth[law.__name__]:>9,} cases of substance")
    assert not violated
