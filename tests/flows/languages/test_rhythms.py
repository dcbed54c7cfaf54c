"""The weekday of a rhythm, and the rhythms that only begin like one."""

import pytest

from flows.languages.rhythms import weekday_of


@pytest.mark.parametrize(
    ("words", "weekday"),
    [
        ("every Friday", 4),
        ("every other wed", 2),
        ("每周五", 4),
        ("每兩週的週日", 6),
        ("逢星期天", 6),
        ("monthly", None),
        ("every month", None),
        ("every second week", None),
        ("每周", None),
    ],
)
def test_a_rhythm_names_its_weekday_or_none(words: str, weekday: int | None) -> None:
    assert weekday_of(words) == weekday
