"""What one verdict of the send gate costs, with prepared policies: microseconds a message."""

import statistics
import time
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from flows.policy import load_policy
from flows.policy.gate import may_send
from flows.policy.place import place_of
from flows.policy.request import (
    AccountFacts,
    Action,
    Channel,
    Contact,
    Direction,
    Kind,
    PersonFacts,
    SendRequest,
)

ZONES = {
    "cn-mainland": "Asia/Shanghai",
    "hk": "Asia/Hong_Kong",
    "us-reg-f": "America/New_York",
    "uk-conc": "Europe/London",
    "au-rg96": "Australia/Sydney",
    "strict-default": "Europe/Paris",
}
START = datetime(2026, 3, 2, tzinfo=UTC)
LIMIT_MICROSECONDS = 50
ROUNDS = 40


def a_history(now: datetime) -> tuple[Contact, ...]:
    ages = (
        ("out", "reminder", 31),
        ("in", "reply", 20),
        ("out", "reply", 20),
        ("out", "reminder", 9),
    )
    return tuple(
        Contact(at=now - timedelta(days=days), direction=Direction(way), kind=kind)
        for way, kind, days in ages
    )


def messages() -> list[SendRequest]:
    """A week of hours, every profile, reminders and answers: most may go, many must wait."""
    return [
        SendRequest(
            now=START + timedelta(hours=hour, minutes=7),
            channel=Channel.SMS,
            kind=kind,
            policy=load_policy(profile),
            place=place_of([zone]),
            account=AccountFacts(due_on=date(2026, 1, 20)),
            person=PersonFacts(is_verified=True),
            history=a_history(START + timedelta(hours=hour)),
        )
        for hour, kind, (profile, zone) in product(
            range(0, 24 * 7, 5), (Kind.REMINDER, Kind.AGENT), ZONES.items()
        )
    ]


@pytest.mark.benchmark
def test_a_verdict_takes_less_than_fifty_microseconds() -> None:
    requests = messages()
    took: dict[Action, list[float]] = {}
    for _ in range(ROUNDS):
        for request in requests:
            began = time.perf_counter_ns()
            verdict = may_send(request)
            took.setdefault(verdict.action, []).append((time.perf_counter_ns() - began) / 1000)
    everything = sorted(micros for each in took.values() for micros in each)
    for action, micros in sorted(took.items()):
        print(f"\ngate {action}: p50 {statistics.median(micros):.1f} µs, {len(micros)} verdicts")
    p50, p99 = (everything[len(everything) * share // 100] for share in (50, 99))
    print(f"gate all: p50 {p50:.1f} µs, p99 {p99:.1f} µs")
    assert p50 <= LIMIT_MICROSECONDS
