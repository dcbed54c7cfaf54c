"""The laws of the plan engine over random cases; hypothesis shrinks what breaks one."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flows.plans.laws import FURTHER, NUMBERED, Law

PLANS = Path(__file__).parents[3] / "flows" / "plans"
FORBIDDEN_MODULES = {"time", "random", "os", "secrets", "uuid", "logging", "socket", "io"}
FORBIDDEN_CALLS = {"now", "utcnow", "today", "open", "print", "getenv", "monotonic"}
seeds = st.randoms(use_true_random=False)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("law", NUMBERED.values(), ids=[f"{n}" for n in NUMBERED])
@quick
@given(rng=seeds)
def test_a_numbered_law_holds(law: Law, rng: Random) -> None:
    law(rng)


@pytest.mark.parametrize("law", FURTHER, ids=lambda law: law.__name__)
@quick
@given(rng=seeds)
def test_a_further_law_holds(law: Law, rng: Random) -> None:
    law(rng)


@pytest.mark.parametrize("law", NUMBERED.values(), ids=[f"{n}" for n in NUMBERED])
def test_a_law_is_not_empty(law: Law) -> None:
    rng = Random(7)
    assert sum(law(rng) for _ in range(200)) >= 5


def test_all_22_laws_are_here() -> None:
    assert sorted(NUMBERED) == list(range(1, 23))


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.py")), ids=lambda path: path.name)
def test_no_function_reads_the_clock_or_the_world(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not FORBIDDEN_MODULES & {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.module not in FORBIDDEN_MODULES
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            assert name not in FORBIDDEN_CALLS
