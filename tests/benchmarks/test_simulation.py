"""The whole grid of simulated customers: `make bench` prints the table, no gate may be broken."""

from __future__ import annotations

import pytest

from bot.commands.simulate import failures
from bot.simulation.persona import grid
from bot.simulation.runner import run
from bot.simulation.summary import BOUND, OURS, summed, table

SEED = 1
MOST_NEEDLESS_HANDOFFS = 0.05
MOST_TURNS_TO_A_PLAN = 4


@pytest.mark.benchmark
def test_whole_conversations_with_seeded_customers() -> None:
    verdicts = list(run(list(grid()), seed=SEED, jobs=2))
    summary = summed(verdicts)
    print(f"\n{table(summary)}\n{failures(verdicts)}")
    assert summary.is_clean
    assert summary.figures["needless handoffs"] <= MOST_NEEDLESS_HANDOFFS
    assert summary.figures["turns to a plan, median"] <= MOST_TURNS_TO_A_PLAN
    composite = {who: row["N"] for who, row in summary.recovery.items()}
    del composite[BOUND]
    assert composite.pop(OURS) > max(composite.values())
