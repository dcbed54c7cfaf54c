"""Days of one reply: what only tells the date, wages beside a promise, days that come every month."""

from datetime import date

import pytest

from flows.understanding.entities import entity_record, read_entities
from flows.understanding.normalise import normalise
from flows.understanding.values import Asked

TUESDAY = date(2026, 7, 14)


def facts(text: str, asked: Asked | None = None) -> list[tuple[str, object]]:
    reading = read_entities(normalise(text), today=TUESDAY, asked=asked)
    return [(str(one["kind"]), one["value"]) for one in map(entity_record, reading.entities)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("都21号了工资还没到", []),
        ("又到月底了 真没钱", []),
        ("今天14号了 我18号还", ["2026-07-18"]),
        ("只能21号了", ["2026-07-21"]),
        ("改到月底了", ["2026-07-31"]),
        ("等20号了再说", ["2026-07-20"]),
        ("前天还了", ["2026-07-12"]),
    ],
)
def test_a_remark_on_the_date_is_no_day_to_pay_on(text: str, days: list[str]) -> None:
    assert [value for kind, value in facts(text) if kind == "date"] == days


def test_a_day_that_was_asked_for_is_no_remark() -> None:
    assert facts("20号了", Asked.DATE) == [("date", "2026-07-20")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("70 on the 2nd and 70 on the 16th of every month", [2, 16]),
        ("每月3号还200，18号还200", [3, 18]),
        ("paid on the 20th of every month so can do the 23rd", [20]),
    ],
)
def test_two_days_of_every_month_are_both_kept(text: str, expected: list[int]) -> None:
    found = facts(text)
    assert [value for kind, value in found if kind == "pay_day"] == expected
    rhythm = "semimonthly" if len(expected) > 1 else "monthly"
    assert ("frequency", rhythm) in found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("薪水18号发 22号转你", ["2026-07-22"]),
        ("每个月18号发工资 22号转你", ["2026-07-22"]),
        ("发工资18号", ["2026-07-18"]),
    ],
)
def test_the_day_of_wages_gives_way_to_another_day(text: str, days: list[str]) -> None:
    assert [value for kind, value in facts(text) if kind == "date"] == days


def test_a_festival_just_over_is_asked_about() -> None:
    reading = read_entities(normalise("國慶過後繳"), today=date(2026, 10, 6))
    assert [entity_record(one)["value"] for one in reading.entities] == [None]


def test_a_month_with_its_day_is_no_rhythm() -> None:
    assert facts("一月二十三日还清") == [("date", "2027-01-23")]
