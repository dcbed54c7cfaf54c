"""Storing and loading a value gives it back, across versions of the program too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Literal, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.money import Currency, Money
from storage import codec
from storage.errors import CodecError

BillId = NewType("BillId", str)


class Shade(StrEnum):
    LIGHT = "light"
    DARK = "dark"


class Level(Enum):
    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Leaf:
    amount: Money
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    id: BillId
    at: datetime
    shade: Shade = Shade.DARK
    level: Level = Level.LOW
    kind: Literal["oak", "elm"] = "oak"
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()
    shades: frozenset[Shade] = frozenset()
    pair: tuple[str, int] = ("", 0)
    lasts: timedelta = timedelta(0)
    opens: time = time(8)
    rate: Decimal = Decimal(0)
    share: Fraction | None = None
    answer: int | date | Shade | str | Leaf | None = None
    values: tuple[tuple[str, object], ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    is_old: bool = False
    height: int = 3


codec.register(Tree)

_TEXTS = st.text(max_size=8).filter(lambda text: text.isprintable())
_MONEY = st.builds(
    Money,
    st.integers(-(2**53), 2**53),
    st.sampled_from([Currency.of("CNY"), Currency.of("JPY"), Currency("TWD", 2)]),
)
_INSTANTS = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=5))])
)
_LEAVES = st.builds(Leaf, _MONEY, st.none() | st.dates())
_ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**60), 2**60),
        _TEXTS,
        _MONEY,
        st.dates(),
        st.times(),
        _INSTANTS,
        _LEAVES,
        st.sampled_from(Shade),
        st.sampled_from(Level),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.fractions(),
    ),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)
_TREES = st.builds(
    Tree,
    id=_TEXTS.map(BillId),
    at=_INSTANTS,
    shade=st.sampled_from(Shade),
    level=st.sampled_from(Level),
    kind=st.sampled_from(["oak", "elm"]),
    leaf=st.none() | _LEAVES,
    leaves=st.lists(_LEAVES, max_size=3).map(tuple),
    shades=st.frozensets(st.sampled_from(Shade)),
    pair=st.tuples(_TEXTS, st.integers(-9, 9)),
    lasts=st.timedeltas(timedelta(0), timedelta(days=900)),
    opens=st.times(),
    rate=st.decimals(allow_nan=False, allow_infinity=False),
    share=st.none() | st.fractions(),
    answer=st.none() | st.integers(-9, 9) | st.dates() | st.sampled_from(Shade) | _LEAVES,
    values=st.lists(st.tuples(_TEXTS, _ANYTHING), max_size=3).map(tuple),
    counts=st.dictionaries(_TEXTS, st.integers(0, 9), max_size=3),
    is_old=st.booleans(),
    height=st.integers(0, 5),
)


@given(_TREES)
def test_a_stored_value_comes_back_equal(tree: Tree) -> None:
    text = codec.dumps(tree, Tree)
    back = codec.loads(text, Tree)
    assert back == tree
    assert type(back.answer) is type(tree.answer)
    assert codec.dumps(back, Tree) == text


@given(_ANYTHING)
def test_a_value_of_any_known_type_comes_back_with_its_type(value: object) -> None:
    back = codec.loads(codec.dumps(value))
    assert back == value
    assert type(back) is type(value)


def test_a_missing_new_field_takes_its_default() -> None:
    back = codec.loads('{"id": "7", "at": "2026-03-02T10:00:00Z"}', Tree)
    assert back == Tree(id=BillId("7"), at=datetime(2026, 3, 2, 10, tzinfo=UTC))


def test_an_unknown_old_field_is_passed_over() -> None:
    text = '{"id": "7", "at": "2026-03-02T10:00:00Z", "bark": {"rough": true}}'
    assert codec.loads(text, Tree).id == "7"


def test_zero_is_written_where_it_is_not_the_default() -> None:
    tree = Tree(id=BillId("7"), at=datetime(2026, 3, 2, tzinfo=UTC), height=0)
    assert codec.loads(codec.dumps(tree, Tree), Tree).height == 0


def test_a_renamed_class_still_reads_its_old_rows() -> None:
    text = '{"~": "blade", "amount": [500, "CNY", 2]}'
    with pytest.raises(CodecError, match="'blade'"):
        codec.loads(text)
    codec.RENAMED["blade"] = "leaf"
    try:
        assert codec.loads(text) == Leaf(Money(500, Currency.of("CNY")))
    finally:
        del codec.RENAMED["blade"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id": "7"}', "stored tree"),
        ('{"id": "7", "at": "soon"}', "stored datetime"),
        ('{"id": "7", "at": "2026-03-02T10:00:00Z", "shade": "pale"}', "one of shade"),
        ('{"id": "7", "at": "2026-03-02T10:00:00Z", "leaf": 4}', "stored leaf"),
        ('{"id": "7", "at": "2026-03-02T10:00:00Z", "answer": {"~": "fern"}}', "'fern'"),
        ('{"id": "7", "at": "2026-03-02T10:00:00Z", "answer": {"a": 1}}', "type's name"),
        ("[1, 2", "expected JSON"),
    ],
)
def test_what_cannot_be_read_says_what_was_expected(text: str, words: str) -> None:
    with pytest.raises(CodecError, match=words):
        codec.loads(text, Tree)


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 # The point of the test.
    with pytest.raises(CodecError, match="aware instant"):
        codec.dumps(Tree(id=BillId("7"), at=naive), Tree)


def test_an_unknown_type_is_refused_when_written() -> None:
    @dataclass(frozen=True)
    class Stranger:
        name: str

    with pytest.raises(CodecError, match="known type"):
        codec.dumps(Stranger("x"))


def test_two_types_of_one_name_are_refused() -> None:
    other = dataclass(frozen=True)(type("Leaf", (), {"__annotations__": {"a": int}}))
    with pytest.raises(CodecError, match="two types"):
        codec.register(other)
