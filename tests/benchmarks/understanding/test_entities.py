"""How well and how fast facts are read: `pytest -s -m benchmark tests/benchmarks/understanding`.

Measures the table of the suite, or another of the same form named by DUETALK_ENTITY_CASES.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from time import perf_counter

import pytest

from flows.understanding.entities import read_entities
from flows.understanding.normalise import Normal, normalise
from tests.flows.understanding.expressions import TODAY, Expression, judge, read_table

_OWN_TABLE = Path(__file__).parents[2] / "flows/understanding/expressions.tsv"
_ROUNDS = 5
_MICROSECONDS = 1e6
# Targets for expressions the grammar has not met (understanding.md B and E).
_TARGETS = {"date": 0.92, "amount": 0.95, "count": 0.92, "none": 0.98}
_WRONG_MAX = 0.02
# Every line of the table holds a figure and takes about 40 µs on a quiet machine; most replies
# hold none and take 10. Twice that, so that a shared machine passes.
_P50_US_MAX = 80.0

pytestmark = pytest.mark.benchmark


def _expressions() -> list[Expression]:
    return list(read_table(Path(os.environ.get("DUETALK_ENTITY_CASES", _OWN_TABLE))))


def test_facts_are_found_and_wrong_values_are_rare(capsys: pytest.CaptureFixture[str]) -> None:
    expressions = _expressions()
    total: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    wrong: Counter[str] = Counter()
    for expression in expressions:
        verdict = judge(expression)
        for language in ("all", expression.language):
            total[expression.kind, language] += 1
            right[expression.kind, language] += verdict.is_right
        wrong[expression.kind] += verdict.is_wrong
    with capsys.disabled():
        _report(total, right, wrong)
    kinds = {kind for kind, _ in total}
    shares = {kind: right[kind, "all"] / total[kind, "all"] for kind in kinds}
    assert {k: s for k, s in shares.items() if s < _TARGETS.get(k, 0.0)} == {}
    assert sum(wrong.values()) <= _WRONG_MAX * len(expressions)


def _report(
    total: Counter[tuple[str, str]], right: Counter[tuple[str, str]], wrong: Counter[str]
) -> None:
    for kind in sorted({kind for kind, _ in total}):
        languages = " ".join(
            f"{language} {right[kind, language]}/{total[kind, language]}"
            for language in ("all", "hans", "hant", "yue", "en")
            if total[kind, language]
        )
        print(f"\n{kind:10} {languages}  wrong {wrong[kind]}", end="")
    print()


def test_a_reply_is_read_in_tens_of_microseconds(capsys: pytest.CaptureFixture[str]) -> None:
    normals = [normalise(expression.text) for expression in _expressions()]
    best = [min(_seconds(normal) for _ in range(_ROUNDS)) for normal in normals]
    best.sort()
    p50, p99 = (best[int(len(best) * share)] * _MICROSECONDS for share in (0.5, 0.99))
    with capsys.disabled():
        print(f"\nreading of facts: p50 {p50:.1f} µs, p99 {p99:.1f} µs")
    assert p50 <= _P50_US_MAX


def _seconds(normal: Normal) -> float:
    started = perf_counter()
    read_entities(normal, today=TODAY)
    return perf_counter() - started
