"""From Traditional characters and Cantonese words to Simplified written Chinese.

Both give edits, so that the caller can tell where each character came from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from flows.packaged import packaged_table

if TYPE_CHECKING:
    import opencc

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
# Of the characters of GB 2312, Simplified Chinese, those that the conversion changes, and one of
# each word that it changes though all its characters are Simplified as well: 工 of 多工.
_CHANGEABLE = re.compile(
    "[乾吒埠夥帐幺後徵拚捱摺於榘矽菸著薹袷醣醯馀麴麽"
    "串乳介件伺佩佳使停像元克列剪印厄取史吃向呼命哩唇唐址坏型域增外奈宣密导射尤尼尾屏岸峰工巨巴市布帛床"
    "建式形彭戴才批拷据控援摩效整斯映智札杜析林查柯核格梁梅梭棒森槽正步沈溢演灌灶片珍球瑞瓦痴登皂相碟秘程"
    "篷粽线群肌胺葛蒲藉蚊覆运通遮防音首鼠]"
)

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
    if _is_simplified(text):
        return text
    return converted(text)


def _is_simplified(text: str) -> bool:
    """Whether the conversion can change nothing, which is seen at a tenth of its cost."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return _CHANGEABLE.search(text) is None


def converted(text: str) -> str:
    """The text as the converter has it, whatever it holds, with our mends."""
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
    import opencc  # noqa: PLC0415  # Of no use to most replies, and slow to load.

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
