"""Score intervals: the published examples, and what must hold of every one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.intervals import difference_interval, share_interval

# Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10.
PUBLISHED = (
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0),
    ((10, 10), (0, 10), 0.6075, 1.0),
)
# Newcombe 1998, the same volume: 857-872, table I, method 3.
SHARES = (((81, 263), 0.2553, 0.3662), ((15, 148), 0.0624, 0.1605), ((0, 20), 0.0, 0.1611))


def pairs() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, 10_000).flatmap(
        lambda of: st.integers(0, of).map(lambda hits: (hits, of))
    )


@pytest.mark.parametrize(("one", "other", "low", "high"), PUBLISHED)
def test_the_difference_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference_interval(one, other)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("share", "low", "high"), SHARES)
def test_the_share_is_the_published_one(share: tuple[int, int], low: float, high: float) -> None:
    found = share_interval(*share)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(pairs())
def test_an_interval_holds_its_share(pair: tuple[int, int]) -> None:
    found = share_interval(*pair)
    assert found is not None
    assert 0 <= found.low <= pair[0] / pair[1] + 1e-12
    assert pair[0] / pair[1] - 1e-12 <= found.high <= 1


@given(pairs(), pairs())
def test_a_difference_turned_round_is_the_interval_turned_round(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    found, turned = difference_interval(one, other), difference_interval(other, one)
    assert found is not None
    assert turned is not None
    assert found.low == pytest.approx(-turned.high)
    difference = one[0] / one[1] - other[0] / other[1]
    assert found.low - 1e-12 <= difference <= found.high + 1e-12


@given(pairs())
def test_of_nothing_there_is_no_interval(pair: tuple[int, int]) -> None:
    assert share_interval(0, 0) is None
    assert difference_interval(pair, (0, 0)) is None


@pytest.mark.parametrize(("hits", "of"), [(-1, 3), (4, 3)])
def test_more_than_the_whole_is_refused(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= hits <= of"):
        share_interval(hits, of)
