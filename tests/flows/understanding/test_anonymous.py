"""Examples and test rows hold nobody's data."""

from __future__ import annotations

from datetime import date

import pytest

from flows.understanding import understand
from flows.understanding.anonymous import anonymised

TODAY = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我电话13812345678，打给我", "我电话13000000000，打给我"),
        ("call me on +1 555 0142 after 5pm", "call me on +1 500 0000 after 5pm"),
        ("身份证11010519491231002X", "身份证11000000000000000X"),
        ("我已经还了，单号 TX-55219", "我已经还了，单号 TX-00000"),
        ("send it to jane.roe@example.org", "send it to name@example.com"),
        ("看 https://example.net/u/jane?id=7", "看 https://example.com"),
        ("我叫李小明，不是你们找的人", "我叫某某，不是你们找的人"),
        ("My name is Jane Roe, who is this?", "My name is Sam Doe, who is this?"),
        ("我明天还500，3月15号还1200", "我明天还500，3月15号还1200"),
        ("我是本人", "我是本人"),
        ("I am broke", "I am broke"),
    ],
)
def test_numbers_names_and_addresses_are_nobodys(said: str, kept: str) -> None:
    reading = understand(said, today=TODAY)
    assert anonymised(said, entities=reading.entities) == kept


def test_the_customers_own_name_is_taken_out_wherever_it_stands() -> None:
    assert anonymised("思远这就还", names=("陈思远",)) == "某某这就还"
    assert anonymised("tell ROE to stop, Jane", names=("Jane Roe",)) == "tell Sam to stop, Sam"


@pytest.mark.parametrize(
    "said", ["我明天还500可以吗", "can I pay $50 on Friday?", "已经还了，单号TX-55219", "打错了"]
)
def test_a_reply_is_read_as_before_without_them(said: str) -> None:
    reading = understand(said, today=TODAY)
    again = understand(anonymised(said, entities=reading.entities), today=TODAY)
    assert (again.intent, again.tags) == (reading.intent, reading.tags)
