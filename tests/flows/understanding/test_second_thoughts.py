"""What is taken back, counted from another day, or only perhaps: days and sums that meet."""

from datetime import date

import pytest

from flows.understanding.entities import entity_record, read_entities
from flows.understanding.normalise import normalise

WEDNESDAY = date(2026, 3, 11)


def values(text: str) -> list[tuple[str, object]]:
    records = [
        entity_record(one) for one in read_entities(normalise(text), today=WEDNESDAY).entities
    ]
    return [(str(one["kind"]), one["value"]) for one in records if one.get("role") != "wrong"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the 20th no wait the 21st", [("date", "2026-03-21")]),
        ("thursday, no sat", [("date", "2026-03-14")]),
        ("monday sorry i meant tuesday", [("date", "2026-03-17")]),
        ("can do 90, sorry 70", [("amount", "70")]),
        ("4 payments, actually 6", [("count", 6)]),
        ("100 a month, make that 80", [("frequency", "monthly"), ("amount", "80")]),
        ("周四 不对 周五", [("date", "2026-03-13")]),
        ("18号，说错了，19号", [("date", "2026-03-19")]),
        ("明天 哦不 后天", [("date", "2026-03-13")]),
        ("was going to pay friday but it has to be monday", [("date", "2026-03-16")]),
        ("本来说周五还 现在改到周一", [("date", "2026-03-16")]),
        ("it was due on the 9th, ill have it saturday", [("date", "2026-03-14")]),
        ("今天到期 可我明天才有钱", [("date", "2026-03-12")]),
        ("本来10号要还 现在只能等到25号", [("date", "2026-03-25")]),
        ("it was due on the 20th not the 12th", [("date", "2026-03-20")]),
        ("周四 哦不对 周五", [("date", "2026-03-13")]),
        ("due on the 13th but i get paid on the 20th", [("pay_day", 20), ("date", "2026-03-20")]),
        ("the 12th instead of the 20th", [("date", "2026-03-12")]),
    ],
)
def test_what_is_taken_back_is_replaced(text: str, expected: list[object]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("back home saturday so sunday night", [("date", "2026-03-15")]),
        ("周六回来 所以周日还", [("date", "2026-03-15")]),
        ("50 on friday and 50 on monday", ["amount", "date", "amount", "date"]),
        ("周五还两百周一还三百", ["date", "amount", "date", "amount"]),
    ],
)
def test_the_day_that_tells_why_is_not_the_day_of_paying(text: str, expected: list[object]) -> None:
    found = values(text)
    assert found == expected or [kind for kind, _ in found] == expected


@pytest.mark.parametrize(
    "text",
    ["monday maybe tuesday", "possibly friday, possibly saturday", "周五 可能周六", "20号要不21号"],
)
def test_a_day_that_is_only_perhaps_is_asked_about(text: str) -> None:
    assert values(text) == [("date", None)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("two days after the 20th", "2026-03-22"),
        ("the day before easter monday, no, 3 days after april 1", "2026-04-04"),
        ("a week before christmas", "2026-12-18"),
        ("the day after new years", "2027-01-02"),
        ("劳动节前两天", "2026-04-29"),
        ("20号后三天", "2026-03-23"),
        ("the week after the 20th", None),
    ],
)
def test_days_are_counted_from_the_day_named(text: str, day: str | None) -> None:
    assert values(text) == [("date", day)]
