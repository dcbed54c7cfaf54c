"""What is spelled out character by character is what the converter itself would say."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import opencc
import pytest

from flows.languages.zh.script import converted, simplify
from flows.understanding.lists import read_lists

_HOME = Path(opencc.__file__).parent / "clib"
_DICTIONARIES = _HOME / "share" / "opencc"
_DUMP = _HOME / "bin" / "opencc_dict"
# Those of the conversion tw2sp that hold words.
_OF_WORDS = ("TWPhrasesRev", "TWVariantsRevPhrases", "TSPhrases")
_DRAWS = 4_000
_BETWEEN = "我你的不是了還钱錢這這個请請今天會会沒没"


def _words(folder: Path) -> list[str]:
    found: list[str] = []
    for name in _OF_WORDS:
        plain = folder / f"{name}.txt"
        of = ["-i", _DICTIONARIES / f"{name}.ocd2", "-f", "ocd2", "-o", plain, "-t", "text"]
        subprocess.run([_DUMP, *of], check=True, capture_output=True)
        lines = plain.read_text("utf-8").splitlines()
        found += [line.split("\t")[0] for line in lines if "\t" in line]
    return [word for word in found if word == word.lower()]


@pytest.mark.skipif(not os.access(_DUMP, os.X_OK), reason="this wheel has no dictionary dump")
def test_every_word_of_the_converter_is_left_to_it_or_spelled_alike(tmp_path: Path) -> None:
    words = _words(tmp_path)
    assert len(words) > 2_000
    assert [word for word in words if simplify(word) != converted(word)] == []
    drawn = random.Random(11)
    for _ in range(_DRAWS):
        parts = [drawn.choice((drawn.choice(words), drawn.choice(_BETWEEN))) for _ in range(6)]
        text = "".join(parts)
        assert simplify(text) == converted(text), text


def test_every_text_of_the_lists_is_spelled_alike() -> None:
    said = {e.text.lower() for e in read_lists() if e.language == "zh-Hant"}
    assert [text for text in said if simplify(text) != converted(text)] == []
