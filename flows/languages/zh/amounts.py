"""Sums of money as Chinese says them: 五百块, 一千二, ¥1,299, 2w5, 五嚿水; vague ones are only masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene, rule
from flows.languages.zh.numbers import NUMERALS, read_number
from flows.understanding import masks
from flows.understanding.values import EntityKind, Role

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_FIGURES = "0123456789"
_RANKS = "百千万亿佰仟"
_CURRENCIES = {
    **dict.fromkeys(("¥", "人民币", "rmb", "cny", "软妹币"), "CNY"),
    **dict.fromkeys(("hk$", "港币", "港元", "港纸", "hkd"), "HKD"),
    **dict.fromkeys(("nt$", "新台币", "台币", "twd", "ntd", "nt"), "TWD"),
    **dict.fromkeys(("us$", "美金", "美元", "usd"), "USD"),
    **dict.fromkeys(("s$", "新币", "sgd"), "SGD"),
    "£": "GBP",
    "英镑": "GBP",
    "€": "EUR",
    "欧元": "EUR",
}

# 一千一千: the same figure twice, without which the rule of such sums is not tried.
_TWICE = re.compile(r"([一二两三四五六七八九1-9][百千万]|[0-9]{3,5})块? ?\1")

# A sum named with nothing around it is at least this; a smaller number is a day or a count.
_BARE_MIN = 100
# After a verb of paying, and after a word that may lead to anything (就, 是, 有).
_AFTER_VERB_MIN = 10
_AFTER_ANY_MIN = 50
# Offers are round, the more so the larger they are.
_ROUND, _LONG, _ROUND_LONG = 10, 10_000, 100

_FIGURE = "(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\\.[0-9]{1,2}(?![0-9]))?"
_RANK = f"(?:[{_RANKS}十拾]|[kw](?![a-z]))"
_RUN = f"(?:[{NUMERALS}]{{1,8}}[十百千万][一二三四五六七八九]?(?=一个?(?:月|星期|礼拜|周|期|次))|{_FIGURE}(?:{_RANK}[{NUMERALS}0-9]{{0,9}}){{0,3}}|[{NUMERALS}]{{1,16}}(?:{_RANK}[{NUMERALS}]{{0,9}})?)"
_UNIT = "(?:块钱|块|元整?|圆整?|大洋|软妹币|rmb|人民币|cny|刀|美金|美元|usd|港币|港元|港纸|hkd|新台币|台币|twd|ntd?|英镑|欧元|新币)"
_SIGN = "(?:hk\\$|nt\\$|us\\$|s\\$|a\\$|\\$|¥|£|€|人民币|rmb|cny|港币|港纸|hkd|新台币|台币|twd|ntd?|美金|美元|usd)"
_MEASURES = (
    "个|次|人|岁|楼|栋|号|日|天|期|年(?![底末初])|月(?![底末初尾头月结供付])|点|分(?![期0-9一二两三四五六七八九十半几成])|客服|电话|热线|秒|遍|家|张|句|条|位|口|层|级|倍|折|度|斤|公里|米|小时|集|吨|箱|瓶|袋|盒|包(?!括|含)|双|根|棵|亩|杯|碗|克|公斤|千克|厘米|平方|升|瓦|寸|桌|名|桶|串|针|站|折|"
    "件|台|部|份|回|室|单元|单(?!付)|路|线|场|通|封|页|平|辆|间|门|周(?![周一二三四五六日天末结付还])|(?:星期|礼拜)(?![一二三四五六日天])|刻|代|维|姓|股|斗|把(?!块)|%"
)
_PAYING = Pattern(
    "(?:还|付|给|打|转|交|缴|汇|存|充|先|拿|凑|剩下?|只有|只剩|欠|首付|每期|每次|最多|顶多|最少|至少|大概|大约|差不多|"
    "(?:还|付|给|打|转|交|缴|汇|存|充|拿|凑|欠|收|扣)(?:了|过|个|款|账)?(?:你|您|你们|他|我|个|了)|工资|薪水|收入|房租|月供|月付|(?:每一?个?|一个?|[两2二]个?|隔一?个?)(?:周|星期|礼拜|月)|半个月|"
    "金额|余额|本金|利息|零头|费用|手续费|违约金|滞纳金|欠款|账单|借了?|赔|掏|挣|赚|每个?月|一个月|每周|一周|能出|扣|押|减|免) ?$"
)
_LEADING = Pattern(
    "(?:就|是|有|够|要|能|可以|按|出|共|才|到|为|收|了|过|个|多|少|返|入|不是|加|改成|变成) ?$"
)
_OFFERED = Pattern(
    " ?(?:[那这]一?笔|的?(?:手续费|滞纳金|违约金|罚息|费用)|一个月|每个?月|一期|每期|一周|每周|行不|行吗|可以|可不|成吗|好吗|好不|够吗|吧|先|左右|以内|上下|呢|怎么样|ok|的话|最多|封顶|都|够)"
)
_CHARGED = Pattern(" ?(?:[那这嗰呢]一?笔|的?(?:手续费|滞纳金|违约金|罚息|费用))")
_EMERGENCY = frozenset({"110", "120"})
_NUMBERED = Pattern(
    "(?:(?<![0-9一二三四五六七八九十])号|血?[压糖脂]|[信征]用?分|积分|国道|省道|体[重温]|身高|心率|考了?|[码楼栋室路型第编房间尾区代误a-z版单卡])(?:都|有|到|高)*[ :]?$"
)
# What may stand behind a sum with no unit; anything else is what is counted.
_HAN_FIRST = "\u3000"
_AFTER_SUM = frozenset(
    "，。！？、；：…（）“”行先可一我了分整过吗那还吧没的出给不以太左都是啊表利意中周吃好才能慢结成全剩下蚊够月来每总到其转顶算怎呢进地就要对啦上学再降违"
    "交付缴打汇存扣收借欠拿凑住得呀咯呗嘛么咧喔啰滞罚费房租工最之前后内今明这有多少差元块圆钱起做当和跟或与至用买花取充入清搞把请帮你您他她咱俺"
    "嘅喇咋未已也又只第手封服押定预尾头首期星礼二三四五六日号现刚准马立随晚早昨天按像比由从在等让叫为想该应何什谁哪如若果但而且所因反办理话"
    "讲说谈看度哦噢额嗯唉哎哈嘿呵啵返埋无免减优惠折抵作息本金余咩乜系喎囉㗎喔亚两补挪挂搁放缓改变搭加与贷刷输赢医药伙食生水电煤物管停"
)
_MEASURED = Pattern(
    "(?:血[压糖脂]|体重|身高|心率|时速|车速|面积|考了|得分|[信征]用?分|积分|步数|粉丝|[阅浏播销][读览放]?量|点赞|里程|公里数|成绩|分数|排名|高压|低压|心跳)(?:都|已经|有|到|高|飙|升|超|过|才|快|只|降|是|不是|为|了)*$"
)
_ANSWER = Pattern("[嗯那就好哦噢,， ]{0,3}$")
_ANSWERED = Pattern("[吧呢啊呀哦的了啦,，。!? ]{0,3}$")


def _signed(match: _Match, _scene: Scene) -> _Readings:
    """¥500, HK$1,000, 人民币六百."""
    value = read_number(match["run"])
    if value is None:
        return [_vague(match)]
    return [_sum(match, value, _CURRENCIES.get(match["sign"]) or _currency_of(match["unit"]))]


def _number(match: _Match, scene: Scene) -> _Readings:
    """Any number: what stands behind it says what it is."""
    if match["measure"]:
        return ()
    if match["vague"]:
        return [_vague(match)]
    value = read_number(match["run"])
    if match["unit"] is None and match["size"] is None and match["ball"] is None:
        return _lone_number(match, value)
    return [_vague(match)] if value is None else _with_unit(match, value)


def _with_unit(match: _Match, value: Decimal) -> Sequence[Found]:
    """五百块, 三块五, 五毛, 五嚿水; 一块 alone is "together"."""
    if match["size"]:
        return [_sum(match, value / (100 if match["size"] == "分" else 10))]
    if match["ball"]:
        return [_sum(match, value * 100 + (50 if match["half"] else 0))]
    tenths = match["tenths"] or match["spelt"]
    if not tenths and match["run"] in ("一", "1") and match["unit"] in ("块", "刀"):
        return ()
    if tenths:
        value += (read_number(tenths) or 0) / Decimal(10)
    return [_sum(match, value, _currency_of(match["unit"]))]


def _currency_of(unit: str | None) -> str | None:
    return _CURRENCIES.get(unit.strip()) if unit else None


def _sum(match: _Match, value: Decimal, currency: str | None = None) -> Found:
    return Found(
        start=match.start(),
        end=match.end(),
        kind=EntityKind.AMOUNT,
        value=value,
        currency=currency,
    )


def _vague(match: _Match) -> Found:
    return Found(start=match.start(), end=match.end(), mask=masks.AMOUNT)


def _each_time(match: _Match, _scene: Scene) -> _Readings:
    """五百五百地还: the sum of each payment."""
    value = read_number(match["run"])
    if value is None or value < _BARE_MIN:
        return None
    return [_sum(match, value)._replace(role=Role.PER_INSTALMENT)]


def _no_single_sum(match: _Match, _scene: Scene) -> _Readings:
    """几百块, 千把块, 一千多: masked as a sum, read as none."""
    return [_vague(match)]


def _lone_number(match: _Match, value: Decimal | None) -> Sequence[Found]:
    """A number without unit: a sum where its size or the words around say so."""
    run, text, start = match[0], match.string, match.start()
    if (len(run) == 1 and run in _RANKS) or _MEASURED.search(text, max(0, start - 8), start):
        return ()
    if value is None:
        return [_vague(match)] if any(char in _RANKS for char in run) else ()
    if _is_followed_as_sum(match) and (
        (value >= _BARE_MIN and _has_rank(run)) or _is_offered(match, value)
    ):
        return [_sum(match, value)]
    if run[0] in _FIGURES or _is_whole_answer(match):
        return [Found(start=start, end=match.end(), value=value, mask=masks.NUMBER)]
    return ()


def _is_followed_as_sum(match: _Match) -> bool:
    """两百先, 三千行吗; but 三千烦恼 and 两百乘客 are so many of something, unless they are paid."""
    text, start, end = match.string, match.start(), match.end()
    after = text[end : end + 1]
    if after < _HAN_FIRST or after in _AFTER_SUM:
        return True
    return bool(_PAYING.search(text, max(0, start - 6), start))


def _has_rank(run: str) -> bool:
    return any(char in f"{_RANKS}kw," for char in run)


def _is_offered(match: _Match, value: Decimal) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if value >= _AFTER_VERB_MIN and _PAYING.search(text, max(0, start - 6), start):
        return True
    is_answer = start == 0 and _is_whole_answer(match)
    if is_answer and not _has_rank(match[0]):
        return False
    if _is_round_figure(match[0], value) and not _NUMBERED.search(text, max(0, start - 6), start):
        return True
    if value >= _AFTER_ANY_MIN and _LEADING.search(text, max(0, start - 4), start):
        return True
    if value >= _AFTER_VERB_MIN and _CHARGED.match(text, end):
        return True
    return value >= _BARE_MIN and match[0][0] in _FIGURES and bool(_OFFERED.match(text, end))


def _is_round_figure(run: str, value: Decimal) -> bool:
    """Within a sentence a figure like 300 or 1250 is money; 8812 or 12306 is a number of something."""
    is_cents = run[-3:-2] == "."
    if run in _EMERGENCY or run.startswith("0"):
        return False
    step = _ROUND if value < _LONG else _ROUND_LONG
    return run[0] in _FIGURES and value >= _BARE_MIN and (value % step == 0 or is_cents)


def _is_whole_answer(match: _Match) -> bool:
    return bool(
        _ANSWER.match(match.string, 0, match.start()) and _ANSWERED.match(match.string, match.end())
    )


def rules() -> list[Rule]:
    """The rules of sums, most telling first; the last takes every number left."""
    number = _FIGURES + NUMERALS
    digit = "[0-9一二三四五六七八九]"
    tenths = (
        f"(?:(?<=块)(?P<tenths>{digit})(?![0-9百千万个期号点十天月次笔周星礼半])[毛角]?"
        f"|(?<=[块元])零?(?P<spelt>{digit})[毛角])?"
    )
    some = f"(?:{_UNIT})?"
    vague = f"(?:多(?!少|久|给)|几(?!时)|余(?!额))[十百千万]*{some}"
    return [
        rule(
            "hnusarc$¥£€人港新台美t",
            f"(?P<sign>{_SIGN}) ?(?P<run>{_RUN})(?P<unit> ?{_UNIT})?(?!%)",
            _signed,
        ),
        rule(
            "好几数十百千万上",
            f"(?:好?几|数|(?<![早晚])上|好几)[十百千万]+[来多几]?{some}",
            _no_single_sum,
        ),
        rule(
            number,
            "(?P<run>[一二两三四五六七八九1-9][百千万]|[0-9]{3,5})(?:块)? ?(?P=run)(?:块)?(?:的|地|这样|那样)?(?=[还付给交打转来慢])",
            _each_time,
            gate=_TWICE,
        ),
        rule(
            "千百万三", f"(?:千儿?八百|百儿?八十|百十|万儿?八千|三[头瓜]五百){some}", _no_single_sum
        ),
        rule("十百千万", f"[十百千万]把{some}|百十来?{some}", _no_single_sum),
        rule(
            number,
            f"(?P<run>{_RUN})(?:(?P<vague>{vague})|(?P<ball>[嚿旧球](?P<half>半)?水?)"
            f"|来?(?P<unit> ?{_UNIT}){tenths}|(?P<size>毛|角|分(?=钱))钱?(?!之|期|手|开|享|成|钟)"
            f"|(?P<measure>[ 来]?(?:{_MEASURES})))?",
            _number,
        ),
    ]
