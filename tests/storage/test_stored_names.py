"""What is stored today can be read tomorrow: names and empty defaults of flows values stay.

A name may be added at any time. To rename a class, put its old name into codec.RENAMED; then run
`python -m tests.storage.test_stored_names` to pin the present names, and read the difference.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.kept import Given, TurnBody
from flows.model import Conversation
from flows.money import Currency, Money
from flows.understanding.values import Evidence, Understanding
from storage import codec

STORED = (Conversation, Given, TurnBody, Understanding)
PINNED = Path(__file__).with_name("stored_names.json")


def present() -> dict[str, list[str]]:
    """Every stored name, with the fields that are not written while they hold nothing."""
    codec.register(*STORED)
    return {name: _unwritten(codec.class_of(name)) for name in codec.known_names()}


def _unwritten(kind: type) -> list[str]:
    if not dataclasses.is_dataclass(kind):
        return []
    return sorted(field.name for field in dataclasses.fields(kind) if codec.may_be_left_out(field))


def test_no_stored_name_was_lost() -> None:
    lost = set(json.loads(PINNED.read_text())) - set(present()) - set(codec.RENAMED)
    assert not lost, f"rows hold these names; keep them in codec.RENAMED: {sorted(lost)}"


def test_no_field_that_was_left_out_means_something_now() -> None:
    now = present()
    for name, fields in json.loads(PINNED.read_text()).items():
        kind = codec.class_of(name)
        have = {field.name for field in dataclasses.fields(kind)} if fields else set()
        changed = (set(fields) & have) - set(now.get(codec.name_of(kind), ()))
        assert not changed, f"{name}: rows leave out {sorted(changed)} for nothing"


# --- Any state a conversation can be in comes back equal ------------------------------------------

_MONEY = st.builds(Money, st.integers(-(10**12), 10**12), st.just(Currency.of("USD")))
_SCALARS: dict[type, st.SearchStrategy[Any]] = {
    Money: _MONEY,
    datetime: st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 # Bounds are naive here.
    date: st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    time: st.times(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=2),
    Fraction: st.fractions(),
    float: st.floats(0, 1),
    str: st.text(max_size=6),
    # Its weights are any sequence; what is stored comes back as a tuple.
    Evidence: st.builds(
        Evidence,
        keyword=st.none() | st.text(max_size=6),
        weights=st.lists(st.tuples(st.text(max_size=6), st.floats(0, 1)), max_size=3).map(tuple),
        example=st.none() | st.text(max_size=6),
        example_score=st.floats(0, 1),
        rules=st.lists(st.text(max_size=6), max_size=3).map(tuple),
    ),
    object: st.one_of(st.none(), st.integers(0, 99), st.text(max_size=4), _MONEY, st.dates()),
}


@pytest.fixture(scope="module", autouse=True)
def _quick_scalars() -> None:
    for kind, strategy in _SCALARS.items():
        st.register_type_strategy(kind, strategy)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_any_conversation_comes_back_equal(data: st.DataObject) -> None:
    state = data.draw(st.from_type(Conversation))
    text = codec.dumps(state, Conversation)
    assert codec.loads(text, Conversation) == state
    assert codec.dumps(codec.loads(text, Conversation), Conversation) == text


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_any_turn_comes_back_equal(data: st.DataObject) -> None:
    body = data.draw(st.from_type(TurnBody))
    assert codec.loads(codec.dumps(body, TurnBody), TurnBody) == body


if __name__ == "__main__":
    PINNED.write_text(json.dumps(present(), indent=1, ensure_ascii=False) + "\n")
