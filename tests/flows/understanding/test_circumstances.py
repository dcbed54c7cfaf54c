"""Two days in one reply, of which one tells what else happens: only the other is a day of paying."""

from datetime import date

import pytest

from flows.understanding.entities import entity_record, read_entities
from flows.understanding.normalise import normalise
from flows.understanding.values import Asked

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


@pytest.mark.parametrize(
    "text",
    [
        "is anyone at your desk on saturday",
        "my dads op is on the 21st",
        "the jury sits on the 23rd",
        "七号拍出来的片子",
        "16号开学了",
        "周四口试没过",
        "我16号才回国",
        "why did nobody pick up sunday lol",
    ],
)
def test_an_open_day_of_something_else_is_none_to_pay_on(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hand on my heart saturday", ["2026-07-18"]),
        ("honest to god the 21st", ["2026-07-21"]),
        ("21st suits us better", ["2026-07-21"]),
        ("8号他进监狱了", ["2026-07-08"]),
        ("我姐星期六办的婚礼", ["2026-07-11"]),
        ("16号进厂上班了就有钱", ["2026-07-16"]),
        ("周六还的 怎么没显示", ["2026-07-11"]),
        ("答应16号的 挪到19号吧", ["2026-07-19"]),
        ("还是周四吧 周二不行", ["2026-07-16", None]),
        ("7 days pls", ["2026-07-21"]),
        ("they split up on the 9th", ["2026-07-09"]),
        ("was told the 16th, could we do the 23rd", ["2026-07-23"]),
        ("五點幾先收工", []),
        ("周日手机丢了", ["2026-07-12"]),
        ("本想16号还的 没凑齐 20号吧", ["2026-07-20"]),
        ("20号太久了 17号吧", ["2026-07-20", "2026-07-17"]),
        ("8号你们系统划走的", ["2026-07-08"]),
        ("厂里9号就关门了", ["2026-07-09"]),
        ("推到20号吧 16号钱不够", ["2026-07-20", "2026-07-16"]),
        ("was meant to pay last night, tomorrow alright?", ["2026-07-15"]),
        ("not this thursday, next thursday", ["2026-07-16", "2026-07-23"]),
        ("we only got off the ward on sunday", []),
        ("got paid on the 10th but it all went", ["2026-07-10"]),
        ("once i got paid on the 20th", ["2026-07-20"]),
        ("was the 20th, could it be the 27th", ["2026-07-27"]),
        ("could be friday could be saturday", [None]),
        ("no later than the 27th", ["2026-07-27"]),
        ("周六我妈摔断了手", ["2026-07-11"]),
        ("7 months pls", []),
        ("下個月頭先得", [None]),
        ("7.28给你", ["2026-07-28"]),
    ],
)
def test_an_open_day_is_read_by_what_is_said_beside_it(text: str, expected: list[object]) -> None:
    assert days(text) == expected


def test_the_day_is_kept_where_it_was_asked_for() -> None:
    reading = read_entities(normalise("my dads op is on the 21st"), today=TUESDAY, asked=Asked.DATE)
    assert [one.value for one in reading.entities] == [date(2026, 7, 21)]
