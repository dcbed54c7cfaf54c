"""Hours of a local day: reading, intersecting, and the half-open end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.policy.hours import CLOSED, MINUTES_PER_DAY, Hours

spans = st.tuples(st.integers(0, MINUTES_PER_DAY), st.integers(0, MINUTES_PER_DAY)).map(
    lambda ends: Hours(*sorted(ends)) if ends[0] != ends[1] else CLOSED
)


@pytest.mark.parametrize("text", ["08:00-22:00", "07:30-21:00", "00:00-24:00", "none"])
def test_reads_back_what_it_shows(text: str) -> None:
    assert str(Hours.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["22:00-08:00", "09:00-09:00", "9:00-18:00", "09:00-18:60", "09:00-24:01", "09:00", "", "NONE"],
)
def test_refuses_what_is_no_span_of_one_day(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Hours.parse(text)


def test_the_end_itself_is_outside() -> None:
    hours = Hours.parse("08:00-22:00")
    opens, closes = 8 * 3600, 22 * 3600
    assert [hours.is_open(second) for second in (opens - 1, opens, closes - 1, closes)] == [
        False,
        True,
        True,
        False,
    ]


def test_spans_that_do_not_meet_have_no_common_hours() -> None:
    assert Hours.parse("08:00-10:00") & Hours.parse("10:00-12:00") == CLOSED


@given(spans, spans, st.integers(0, 86_399))
def test_the_intersection_is_open_exactly_where_both_are(
    first: Hours, second: Hours, moment: int
) -> None:
    both = first & second
    assert both.is_open(moment) == (first.is_open(moment) and second.is_open(moment))
    assert first.holds(both)
    assert second.holds(both)
