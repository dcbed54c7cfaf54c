"""From Traditional characters and Cantonese words to Simplified written Chinese.

Both give edits, so that the caller can tell where each character came from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from flows.languages.pattern import Pattern
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

# One character of each word that the converter does not change character by character, in either
# script, and such words as have common ones only. A text without any is spelled out by `_SPELLED`;
# `test_script.py` goes through all words of the converter.
_IN_WORDS = re.compile(
    "["
    "·丑丕串么乏乙乳乾互亞介伊伯伺佇作佩佳例倉偵傢像僑儲允元克內冥冰冷凱函列别制剋剪劄劑勇勒包北匹卦印即厄原反叢叮史吉向吒吳呈呼和咖哉哩啟嘉噁器圖址坏坤坦型域埠塊塑墓增夏外夾奈奧姆"
    "威嬌存安宏宕宣宫宮容密寮导射導尤尼屏岸島崇州巢巨市布希帛平幺序庫建式引弦形彭彷徵德志忠悌患惕慧憂憶戒戴托扞批技拷指按捲捷掌探控描援搜摩撥擲擴擷攜攝攻效敖敦整文於旋族旦昇映昭晶智"
    "暫曜札杜束板析林柯校核格案梅梭棧楊榴構槽樊模檔欄歐正步毒氏氧永氾汽沈沙泡波流測游源溢滋演漢潛濛灌營爾片物獅率珍球琳瑞瓊瓜甌甦畫疊疲症登盛盧目瞭碟磁示祕福秘程稟稱稽穆積空窘站端竹"
    "竺符答篤篷簿粟紐素索絃綱緒縣縮繇繫羅群義者肌肝胤胰胺脩腦航芳茲莫菟華萊葉著葛蒐蔽蕭薩薹藉蘇蘭虛蚊融螢衹袁袷裝覆規視角觸設許診語論諾譯變诊谿貝貲貼賓赫路踏躁載輝运迦述迴送逕速造逢"
    "連運達選遼邑郭采釋重釐鈕鈞鉅錄鍊鍛鍾鎮鑰長閉閘闥防陀除陵隆階際隧集雜離雲面韋韌音頁頻類首馗駭體魏魯黎鼠"
    "]"
)
_WORDS = Pattern(
    "線上|取樣|停用|來電轉接|大數據|快取|資訊|訊息|訊號|聯絡|數位|數據|網絡卡|簡報|簡訊|多工|字尾|匯入"
    "|行動數據|通話卡|行動通訊|行動電話|回覆|拜覆|電覆|明覆|申覆|覆電|覆帳|覆信|數据|数[据據]|通信"
    "|查找|査找|綫上|线上"
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
    if _IN_WORDS.search(text) or _WORDS.search(text):
        return converted(text)
    return text.translate(_SPELLED)


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


class _Spelled(dict[int, str]):
    """What the converter makes of each character by itself, worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = spelled = converted(chr(code))
        return spelled


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


_SPELLED = _Spelled()
