"""Two days in one reply, of which one tells what else happens: only the other is a day of paying."""

from datetime import date

import pytest

from flows.understanding.entities import entity_record, read_entities
from flows.understanding.normalise import normalise

TUESDAY = date(2026, 7, 14)


def days(text: str) -> list[object]:
    reading = read_entities(normalise(text), today=TUESDAY)
    records = [entity_record(entity) for entity in reading.entities]
    return [record["value"] for record in records if record["kind"] == "date"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("后天要上夜班 周五转", ["2026-07-17"]),
        ("周四领钱周五交", ["2026-07-17"]),
        ("我哥周六给我打钱 周日还你们", ["2026-07-19"]),
        ("今日返工，聽日去銀行交", ["2026-07-15"]),
        ("my cheque lands thursday, paying it friday", ["2026-07-17"]),
        ("im on a course til thursday, will sort it friday", ["2026-07-17"]),
    ],
)
def test_a_day_of_something_else_is_left_out(text: str, expected: list[object]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 on friday, 20 on the 31st", ["2026-07-17", "2026-07-31"]),
        ("周五还一半 月底还一半", ["2026-07-17", "2026-07-31"]),
        ("过十天还 31号", ["2026-07-24", "2026-07-31"]),
        ("not friday, saturday", ["2026-07-17", "2026-07-18"]),
        ("周四还清 啊搞错 周六", ["2026-07-16", "2026-07-18"]),
        ("tried it monday, tried it today", ["2026-07-13", "2026-07-14"]),
    ],
)
def test_days_with_parts_and_days_that_contradict_all_stay(
    text: str, expected: list[object]
) -> None:
    assert days(text) == expected
