"""One form of text for every script and habit of typing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.languages.zh.script import converted, simplify
from flows.understanding.lists import read_lists
from flows.understanding.normalise import normalise

ANY_TEXT = st.text(alphabet=st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("我還沒還錢", "我还没还钱"),
        ("這個月帳單幾時要繳", "这个月账单几时要缴"),
        ("皇后大道", "皇后大道"),
        ("乾隆年間", "乾隆年间"),
        ("露營帳篷", "露营帐篷"),
        ("簡訊收到了", "短信收到了"),
    ],
)
def test_traditional_becomes_simplified(raw: str, text: str) -> None:
    assert simplify(raw) == text


def test_what_is_left_as_it_is_the_conversion_would_not_change() -> None:
    """Every character by itself, in pairs with common ones, and every text of the lists."""
    han = [chr(code) for code in range(0x3400, 0xA000)]
    said = [example.text for example in read_lists()]
    beside = [common + char + common for common in "么的不子" for char in han]
    left = [text for text in (*han, *beside, *said) if simplify(text) is text]
    joined = "\n".join(left)
    assert len(left) > len(han) // 10
    assert converted(joined) == joined


@pytest.mark.parametrize(
    "word",
    [
        "多工",
        "文件",
        "數據",
        "数据",
        "建立",
        "支援",
        "行程",
        "登入",
        "重新整理",
        "帐单",
        "線上",
        "呼叫",
        "智慧",
    ],
)
def test_a_word_of_taiwan_is_put_into_that_of_the_mainland(word: str) -> None:
    assert simplify(word) == converted(word) != word


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("聽日先還得", "明天先还得"),
        ("听日俾你", "明天给你"),
        ("我仲未出糧", "我仍未发工资"),
        ("仲裁", "仲裁"),
        ("點還呀", "怎么还呀"),
        ("8點還", "8点还"),
        ("晚点还", "晚点还"),
        ("我係佢老婆", "我是他老婆"),
        ("冇關係", "没关系"),
        ("五百蚊得唔得", "五百元行不行"),
        ("蚊子好多", "蚊子好多"),
        ("過咗數喇", "转账了啦"),
        ("畀住五百先", "先给五百先"),
        ("以后日子还长", "以后日子还长"),
    ],
)
def test_cantonese_becomes_written_chinese(raw: str, text: str) -> None:
    assert normalise(raw).text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("ＳＴＯＰ", "stop"),
        ("１５號還", "15号还"),
        ("PAID!!!", "paid!"),
        ("好👍🏻", "好 ok"),
        ("👎", "no"),
        ("在😭😭忙", "在 忙"),
        ("1️⃣", "1"),
        ("②", "2"),
        ("还５００，３００", "还500，300"),
        ("i can’t", "i can't"),
        ("soooo  late......", "soo late…"),
        ("a\u200bb\u202ec\x00\x07d", "abcd"),
        ("\ud83d还\udc00", "还"),
        ("\ue001", ""),
        ("  ", ""),
        ("", ""),
    ],
)
def test_habits_of_typing_disappear(raw: str, text: str) -> None:
    assert normalise(raw).text == text


@pytest.mark.parametrize(
    ("raw", "part", "own"),
    [
        ("聽日還５００", "500", "５００"),
        ("我聽日還", "明天", "聽日"),
        ("唔該，我出糧就還", "发工资", "出糧"),
        ("  👍 伺服器 坏了，15號還", "15号", "15號"),
        ("\u200bpaid  $50!!", "$50", "$50"),
    ],
)
def test_a_span_leads_back_to_the_customers_own_characters(raw: str, part: str, own: str) -> None:
    normal = normalise(raw)
    start = normal.text.index(part)
    assert normal.raw_text(start, start + len(part)) == own


@given(ANY_TEXT)
def test_any_text_is_normalised_and_every_span_lies_inside_it(raw: str) -> None:
    normal = normalise(raw)
    spans = [normal.raw_span(at, at + 1) for at in range(len(normal.text))]
    assert all(0 <= start < end <= len(raw) for start, end in spans)
    assert spans == sorted(spans)


@given(ANY_TEXT)
def test_normalised_text_is_trimmed_and_holds_no_private_or_broken_character(raw: str) -> None:
    text = normalise(raw).text
    assert text == text.strip(" ")
    assert "  " not in text
    assert not any("\ud800" <= char <= "\udfff" or "\ue000" <= char <= "\uf8ff" for char in text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [("能分 3 期吗", "能分3期吗"), ("每月 20 号", "每月20号"), ("还 500 行不行", "还500 行不行")],
)
def test_blanks_that_only_set_figures_off_are_no_words(raw: str, text: str) -> None:
    assert normalise(raw).text == text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("can I do 12 paymetns?", "can i do 12 payments?"),
        ("850 on the 18th of evrey month", "850 on the 18th of every month"),
        ("3 instalmetns", "3 instalments"),
        ("have you ever seen events", "have you ever seen events"),
        ("the pavement", "the pavement"),
    ],
)
def test_letters_that_changed_places_do_not_turn_a_count_into_a_sum(typed: str, read: str) -> None:
    assert normalise(typed).text == read
