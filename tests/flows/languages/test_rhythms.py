"""The weekday of a rhythm, and the rhythms that only begin like one."""

import pytest

from flows.languages.rhythms import other_rhythm, weekday_of


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


@pytest.mark.parametrize(
    "words",
    ["20 twice a week", "every four weeks", "quarterly, 100 each", "每季度还一次", "隔月还500"],
)
def test_a_rhythm_that_no_plan_has_is_known(words: str) -> None:
    assert other_rhythm(words)


@pytest.mark.parametrize(
    "words", ["a quarter of it", "every two weeks", "twice a month", "每两周100", "每个月还300"]
)
def test_a_rhythm_of_plans_is_no_other(words: str) -> None:
    assert not other_rhythm(words)
