"""From Traditional characters and Cantonese words to Simplified written Chinese.

Both give edits, so that the caller can tell where each character came from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import opencc

from flows.packaged import packaged_table

# Traditional to Simplified with Taiwan's words (簡訊 to 短信) put into those of the mainland.
_CONVERSION = "tw2sp"

# What the conversion leaves or gets wrong; every pair keeps its length.
_MENDS = (
    ("帐", "账"),
    ("账篷", "帐篷"),
    ("蚊账", "蚊帐"),
    ("𠮶", "嗰"),
    ("㖞", "喎"),
    ("馀", "余"),
    ("覆诊", "复诊"),
    # The conversion takes a word of the mainland for one of Taiwan, or the other way round.
    ("幺", "么"),
    ("进程", "程序"),
    ("数据", "资料"),
    ("运行", "执行"),
    ("通信", "通讯"),
    ("查找", "查询"),
    ("线上", "在线"),
    ("导出", "汇出"),
    ("截屏", "截图"),
    ("拷贝", "复制"),
    ("枱", "台"),
    ("衞", "卫"),
)
_MENDABLE = re.compile("|".join(wrong for wrong, _ in _MENDS))

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The compiled table: what to look for, and what takes the place of each word found."""

    pattern: re.Pattern[str]
    put: dict[str, str]


def simplify(text: str) -> str:
    """The text in Simplified characters; nearly always of the same length.

    The text must hold no NUL and no unpaired surrogate: the converter stops at either.
    """
    simplified: str = _converter().convert(text)
    if _MENDABLE.search(simplified):
        for wrong, right in _MENDS:
            simplified = simplified.replace(wrong, right)
    return simplified


def written_edits(text: str) -> list[Edit]:
    """Cantonese words and slipped homophones in Simplified text, each with the word meant."""
    table = _table()
    return [
        (found.start(), found.end(), table.put[found[0]]) for found in table.pattern.finditer(text)
    ]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC(_CONVERSION)


@cache
def _table() -> _Table:
    words: dict[str, str] = {}
    in_context: dict[str, str] = {}
    for name in ("cantonese.toml", "slips.toml"):
        data = packaged_table(__package__, name)
        words |= data["words"]
        in_context |= data["in_context"]
    # No branch may start with a group: only then does `re` skip ahead by the first characters.
    return _Table(
        pattern=re.compile("|".join([*_by_first_character(words), *in_context])),
        put=words | {pattern.partition("(")[0]: put for pattern, put in in_context.items()},
    )


def _by_first_character(words: dict[str, str]) -> list[str]:
    """One branch for each first character, longest word first, so that a miss costs one look."""
    tails: dict[str, list[str]] = defaultdict(list)
    for word in words:
        tails[word[0]].append(word[1:])
    return [
        re.escape(first)
        + "(?:"
        + "|".join(map(re.escape, sorted(rest, key=len, reverse=True)))
        + ")"
        for first, rest in tails.items()
    ]
