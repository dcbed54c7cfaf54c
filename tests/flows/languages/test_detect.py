"""The language of short replies, most of which say little about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.languages.detect import detect
from flows.understanding.values import LanguageTag

HANS, HANT, YUE = LanguageTag.ZH_HANS, LanguageTag.ZH_HANT, LanguageTag.YUE
EN, OTHER = LanguageTag.EN, LanguageTag.OTHER


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("钱已经转过去了", HANS),
        ("这个号码打错了吧", HANS),
        ("錢已經匯過去了", HANT),
        ("下個禮拜五領薪水", HANT),
        ("下個月先有錢俾", YUE),
        ("冇钱，听日再讲", YUE),
        ("幾多錢呀", YUE),
        ("i'll sort it friday", EN),
        ("pyt soon promise", EN),
        ("wo mei qian", HANS),
        ("ok 明天pay", HANS),
        ("TD", HANS),
    ],
)
def test_script_and_words_tell_the_language(text: str, language: LanguageTag) -> None:
    assert detect(text) is language


@pytest.mark.parametrize(
    "text",
    [
        "no tengo dinero",
        "gracias",
        "je ne peux pas payer",
        "ich habe kein geld",
        "saya bayar esok",
        "tôi không có tiền",
        "จ่ายพรุ่งนี้",
        "оплачу завтра",
        "明日払います",
        "내일 낼게요",
        "سأدفع غدا",
    ],
)
def test_a_language_we_do_not_read_is_called_other(text: str) -> None:
    assert detect(text, EN) is OTHER


@pytest.mark.parametrize("text", ["好", "可以", "五百", "3", "?", "ok", "👍", ""])
@pytest.mark.parametrize("previous", [HANT, YUE])
def test_a_reply_without_evidence_keeps_the_language_of_the_talk(
    text: str, previous: LanguageTag
) -> None:
    assert detect(text, previous) is previous


def test_han_after_english_is_chinese_and_a_bare_number_is_not() -> None:
    assert detect("好", EN) is HANS
    assert detect("3", EN) is EN


def test_a_cantonese_talk_goes_on_in_traditional_until_mandarin_is_written() -> None:
    assert detect("還錢", YUE) is YUE
    assert detect("我會還錢的嗎", YUE) is HANT


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_has_a_language(raw: str) -> None:
    assert detect(raw) in LanguageTag
