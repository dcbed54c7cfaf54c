"""What the wording guard costs on a text it has not seen: our own filled ones, and agents' words.

Thread CPU time, the best of some rounds of each text: a busy machine is told apart from slow code. Run with
`-s` to see the table. The bounds are far above what is measured: they catch a mistake, not a mood.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import pytest

from flows.languages import Language
from flows.languages.detect import detect
from flows.policy.guard.reading import read
from flows.policy.profile import load_policy
from flows.policy.text_review import own_texts
from flows.policy.wording_guard import TextKind, WordingRequest, blocking_rules, check

pytestmark = pytest.mark.benchmark

ROUNDS = 7
TEXTS = 400
_POLICY = load_policy("strict-default")


def requests_of(texts: Sequence[str], kind: TextKind, template: str) -> list[WordingRequest]:
    return [
        WordingRequest(
            text=text,
            language=Language.EN if detect(text).value == "en" else Language.ZH_HANS,
            kind=kind,
            policy=_POLICY,
            template=template,
        )
        for text in texts
    ]


def best_us(work: Callable[[WordingRequest], object], request: WordingRequest) -> float:
    """The best time of one text, read anew each time, in microseconds."""
    times = []
    for _ in range(ROUNDS):
        read.cache_clear()
        blocking_rules.cache_clear()
        start = time.thread_time()
        work(request)
        times.append(time.thread_time() - start)
    return min(times) * 1e6


def measured(work: Callable[[WordingRequest], object], asked: list[WordingRequest]) -> list[float]:
    for request in asked[:50]:
        work(request)
    return sorted(best_us(work, request) for request in asked)


def test_a_text_is_judged_in_a_fraction_of_a_millisecond() -> None:
    texts = list(dict.fromkeys(own_texts()))
    texts = texts[:: max(1, len(texts) // TEXTS)]
    cases = {
        "our texts, findings": (
            blocking_rules,
            requests_of(texts, TextKind.REPLY, "first_overdue"),
        ),
        "our reminders, findings and elements": (
            check,
            requests_of(texts, TextKind.REMINDER, "first_overdue"),
        ),
        "a person's words, with likeness": (check, requests_of(texts, TextKind.AGENT, "")),
    }
    print()
    for name, (work, asked) in cases.items():
        times = measured(work, asked)
        p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
        print(f"{name:40} {len(asked):4} texts  p50 {p50:6.0f} µs  p99 {p99:6.0f} µs")
        assert p50 < 3_000
