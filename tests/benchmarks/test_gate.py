"""What one verdict of the send gate costs with a prepared policy: CPU microseconds a message."""

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
    took: list[list[float]] = [[] for _ in requests]
    for _ in range(ROUNDS):
        for index, request in enumerate(requests):
            began = time.thread_time_ns()
            may_send(request)
            took[index].append((time.thread_time_ns() - began) / 1000)
    for action in (Action.SEND, Action.DELAY):
        picked = [
            each for each, r in zip(took, requests, strict=True) if may_send(r).action is action
        ]
        best = statistics.median(min(each) for each in picked)
        print(f"\ngate {action}: p50 of the best rounds {best:.1f} µs, {len(picked)} messages")
    everything = sorted(micros for each in took for micros in each)
    p50, p99 = (everything[len(everything) * share // 100] for share in (50, 99))
    print(f"gate, every round: p50 {p50:.1f} µs, p99 {p99:.1f} µs")
    # A busy machine slows single rounds; the best of each message is what the code costs.
    assert statistics.median(min(each) for each in took) <= LIMIT_MICROSECONDS
