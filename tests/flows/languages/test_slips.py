"""Slips of typing: the word that was meant, and no word that was not."""

from __future__ import annotations

import opencc
import pytest

from flows.languages.en.slips import meant
from flows.understanding.lists import read_lists
from flows.understanding.normalise import normalise

EVERY = 20
ALIKE_MIN = 0.995


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        ("evry", "every"),
        ("tomorow", "tomorrow"),
        ("tommorrow", "tomorrow"),
        ("saturdy", "saturday"),
        ("paymetns", "payments"),
        ("bankrupcy", "bankruptcy"),
        ("jbo", "job"),
        ("nto", "not"),
        ("sned", "send"),
        ("amuont", "amount"),
        ("cotact", "contact"),
        ("mesages", "messages"),
        ("sholdn't", "shouldn't"),
    ],
)
def test_a_letter_lost_doubled_or_out_of_place_is_put_right(slip: str, word: str) -> None:
    assert meant(slip) == word


@pytest.mark.parametrize(
    "word",
    [
        "ever",
        "very",
        "contract",
        "testing",
        "mouth",
        "layer",
        "identify",
        "fridays",
        "contact",
        "decreased",
        "even",
        "lots",
        "field",
        "brian",
        "amy",
        "pian",
        "amt",
    ],
)
def test_a_word_of_its_own_is_left_alone(word: str) -> None:
    assert meant(word) is None


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ("我以经还了", "我已经还了"),
        ("可以分其吗", "可以分期吗"),
        ("能不能在给我几天", "能不能再给我几天"),
        ("明天在还", "明天再还"),
        ("你那位", "你哪位"),
        ("別在打了", "别再打了"),
        ("他去逝了", "他去世了"),
    ],
)
def test_a_homophone_picked_by_mistake_becomes_the_word_meant(slip: str, said: str) -> None:
    assert normalise(slip).text == said


@pytest.mark.parametrize(
    "said",
    [
        "我自己经营小店",
        "可以还款吗",
        "所以经济紧张",
        "我在给我妈看病",
        "剩余期数多少",
        "自己还了",
        "别在这里",
    ],
)
def test_words_that_only_hold_the_letters_of_a_slip_stay(said: str) -> None:
    assert normalise(said).text == said


@pytest.mark.parametrize("script", ["s2tw", "s2hk", "s2twp"])
def test_a_reply_is_the_same_in_traditional_letters(script: str) -> None:
    converter = opencc.OpenCC(script)
    texts = [example.text for example in read_lists() if example.language == "zh-Hans"][::EVERY]
    alike = [normalise(converter.convert(text)).text == normalise(text).text for text in texts]
    assert sum(alike) >= ALIKE_MIN * len(alike)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("that amount is wong", "that amount is wrong"),
        ("the bill wong", "the bill wrong"),
        ("my name is wong", "my name is wong"),
        ("wong here", "wong here"),
    ],
)
def test_a_slip_that_is_a_name_too_is_put_right_beside_a_sum(said: str, read: str) -> None:
    assert normalise(said).text == read
