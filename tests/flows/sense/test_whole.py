"""All that is owed, said in slipped words: looking for a piece of them first loses nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.sense.in_talk import OTHER_BILL
from flows.sense.whole import SLIPPED, says_whole

PIECES = (
    *(
        "清",
        "清掉",
        "一起还",
        "一分钱都不会少",
        "成筆",
        "如数还",
        "还返晒",
        "还完",
        "了",
        "房租刚交完",
    ),
    *(
        "Full",
        "friday full",
        "FULL amuont",
        "the LOT",
        "all on Monday",
        "all at one go",
        "in one go",
    ),
    *("rent paid", "paid the rent", "al", "l on", "the", "on", "go", " ", ",", ".", "吗", "ſ", "ı"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(("", " ")))
def test_words_without_a_piece_of_slipped_ones_are_none(said: list[str], between: str) -> None:
    text = between.join(said)
    assert says_whole(text) == bool(SLIPPED.search(OTHER_BILL.sub(" ", text)))
