"""Words with numerals in them that are no figure: 一下, 万一, 第三次, 报警110."""

from __future__ import annotations

from flows.languages.pattern import Pattern
from flows.languages.scanner import Rule, step_over

# Idioms and set phrases. Only those are listed that a rule of this folder would otherwise read.
_IDIOMS = (
    "千万(?=别|不|要|记|莫|勿|小心)|千方百计|千辛万苦|千奇百怪|千里|千古|万一|万分|万事|万能|万不得已|万无一失|万万|万般|万岁|"
    "十天半个?月|百分百|百分之一?百|百姓|百般|百忙|百货|百度|百科|百事|百无|十分(?!钟)|十有八九|十全|十足|十万火急|"
    "今年(?:[二三四五六七八九]十[一二三四五六七八九几多出]|[四五六七八九]十)(?![号日前之万千百块元点])|"
    "半天|半夜|半路|半信半疑|半点|半死|三更半夜|三天两头|三番[五两]次|三番四次|一五一十|五险一金|七七八八|七上八下|"
    "乱七八糟|不三不四|三七二十一|二话|二维码|二手|一二三|四处|四面|五花八门|八成|九成九|三方|三者|二百五(?!十|块|元)(?=啊|吧|$)(?<=是二百五)|"
    "一[下会直定样起般些旦切边共旁时致律心向再味概贯如同并]|一点(?!钟|半|一刻|三刻|[0-9])|一个人|一家人|一日三餐|一[日天]三顿|一辈子|一天到晚|一[日天]到[黑夜]|一次性|一次就|"
    "(?:农历|阴历|旧历)(?:[一二三四五六七八九十正腊]+月)?初?[一二三四五六七八九十]{0,3}|"
    "说一千|道一万|一口气|一笔勾销|一分(?=都|也|没|不)|块儿?八毛?|一分钱|一毛钱(?=也|都|没|不)|一毛不拔|一[块元]钱?(?=都|也)|最后一天|一[日天](?=打|几十|到晚)|一毛|一块儿|一码归一码|一事|一有|一拖再拖|一而再|两清|两难|两边|两头|两口子|三口|四口|五口"
)
_ORDINAL = "第(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,4})(?:次|回|遍|期|天|年|个|笔|方|者|条|季度|封|通|人民|中学|医院)?"


def rules() -> list[Rule]:
    """Phrases to step over before anything else is read."""
    return [
        Rule(
            starts=tuple("今千万百十半三一五七乱不二四八九两第块农阴旧说道最"),
            pattern=Pattern(_IDIOMS),
            read=step_over,
        ),
    ]


def late_rules() -> list[Rule]:
    """Ordinals that are no choice: 第三次, 第2期. Options are read before them."""
    return [Rule(starts=("第",), pattern=Pattern(_ORDINAL), read=step_over)]
