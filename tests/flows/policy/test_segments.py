"""SMS parts by alphabet, at the limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.policy.segments import Encoding, mainland_segments, segments


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", Encoding.GSM7, 1),
        ("a" * 160, Encoding.GSM7, 1),
        ("a" * 161, Encoding.GSM7, 2),
        ("a" * 306, Encoding.GSM7, 2),
        ("a" * 307, Encoding.GSM7, 3),
        ("€" * 80, Encoding.GSM7, 1),
        ("€" * 81, Encoding.GSM7, 2),
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM7, 3),
        ("还" * 70, Encoding.UCS2, 1),
        ("还" * 71, Encoding.UCS2, 2),
        ("还" * 140, Encoding.UCS2, 3),
        ("a" * 70 + "’", Encoding.UCS2, 2),
        ("😀" * 35, Encoding.UCS2, 1),
        ("😀" * 36, Encoding.UCS2, 2),
        ("还" * 66 + "😀" + "还" * 66, Encoding.UCS2, 3),
    ],
)
def test_parts_at_the_limits(text: str, encoding: Encoding, count: int) -> None:
    assert (segments(text).encoding, segments(text).count) == (encoding, count)


@pytest.mark.parametrize(("length", "count"), [(70, 1), (71, 2), (134, 2), (135, 3), (160, 3)])
def test_mainland_counts_every_character_once(length: int, count: int) -> None:
    assert mainland_segments("a" * length) == count


@given(st.text(max_size=400), st.characters())
def test_a_longer_text_never_needs_fewer_units(text: str, more: str) -> None:
    assert segments(text + more).units > 0
    assert mainland_segments(text + more) >= mainland_segments(text)
