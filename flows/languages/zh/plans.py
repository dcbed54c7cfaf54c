"""Counts, rhythms, shares and choices as Chinese says them: 分6期, 半年还清, 每周, 一半, 第二个."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from flows.languages import days
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Read, Rule, Scene, entity, rule
from flows.languages.zh.numbers import (
    NOT_EACH,
    SMALL,
    UNIT_AHEAD,
    counted,
    read_integer,
    read_number,
)
from flows.understanding.values import Asked, EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_COUNT_MAX = 360
_LETTERS = "abcdef"
_FIGURES = "0123456789"

_NUMBER = f"(?:[0-9]{{1,3}}|{NOT_EACH}[{SMALL}百]{{1,5}})"
_CLEARED = "(?:还清|还完|付清|付完|缴清|交清|给清|还掉|结清|找清|搞定|还上|还了|(?:还|付|缴|交|给)(?!有|没|欠|不|是|差|款|费|住|[0-9$¥一两二三四五六七八九十百千]))"
_WITHIN = "(?:之内|以内|内|来|的时间|时间)?(?:就|全部|慢慢|分批|可以|能)*"
_SPENT = Pattern(
    "(?:(?:打|催|发|试|找|说|问|来|去|查|跑|call|联系|通知|解释|转|刷|投诉)[了过]|逾期|欠了?|拖了?|第|断了?|差|前|上|已经)$"
)
_WEEK = "(?:周|星期|礼拜)"
# Between a rhythm and its sum: 一个月最多能还500.
_OFFERING = "(?:最多|顶多|至少|最少|大概|大约|差不多|只能|只|就|能|可以|我|你们?|您|先|固定|分期|各|还款|还|付|给|交|缴|出|存|打|转|拿|是|来|掏| )*"
_THEN = "[发领出到各有还付交缴]"
_MONTHLY_DAYS = (
    "(?P<rhythm>(?:每一?个?|每?逢每?个?|逐个?|按)月)的?"
    f"(?P<first>(?P<day>月?底|月?末|月?尾|最后一天|[0-9]{{1,2}}|[{SMALL}]{{1,3}})(?:号|日|(?<=[底末尾天])|(?=[、和跟及同/][0-9]{{1,2}}(?:号|日|{_THEN}))|(?=[发领开拿](?:工资|薪|钱|饷))))"
    f"(?:[、和,跟及同/]?(?P<other>(?P<second>[0-9]{{1,2}}|[{SMALL}]{{1,3}})(?:[号日]|(?={_THEN}))))?"
)
_LAST_DAY = 31
_NO_RHYTHM = "(?![后前内里了多来吗么]|之|以|过|才|没|不|半|[0-9]*[天号])"
_SUM_BEFORE = Pattern(r"(?:[0-9百千万元块k水嚿]|[百千万][一二三四五六七八九]|块钱) ?$")
_SUM = "(?=[$¥]|[0-9]|[一二两三四五六七八九十百千万]+[百千万元块十]|[百千][一二三四五六七八九])"

_SUM_NEXT = Pattern(f"还?[一1][次期]|{_OFFERING}{_SUM}")


def _count(match: _Match, _scene: Scene) -> _Readings:
    """分6期, 3次还清, 6期; 500一期 is the sum of each."""
    count = read_integer(match["n"])
    if count is None:
        return None
    is_each = count == 1 and _SUM_BEFORE.search(match.string, 0, match.start())
    if not 1 <= count <= _COUNT_MAX or is_each or _is_spent(match):
        return ()
    return [entity(match, EntityKind.COUNT, count)]


def _periods(match: _Match, scene: Scene) -> _Readings:
    """6期; 一期多少钱 asks about the sum of each."""
    is_asked = scene.asked in (Asked.COUNT, Asked.COUNT_OR_AMOUNT)
    is_each = read_integer(match["n"]) == 1 and not is_asked
    return () if is_each else _count(match, scene)


def _either_count(match: _Match, scene: Scene) -> _Readings:
    """六到八期: which of them is asked about."""
    counts = [read_integer(match[group]) for group in ("n", "m")]
    if None in counts or _is_spent(match):
        return None
    return [entity(match, EntityKind.COUNT, None)._replace(alternatives=tuple(counts))]


def _is_spent(match: _Match) -> bool:
    spent = _SPENT.search(match.string, 0, match.start())
    # 昨天就说了分6期 and 月底前分两次 tell of a plan, 说了6次 of talks.
    if spent is None:
        return False
    return not (match[0][0] in "分均平拆切摊" and spent[0][0] in "说问找前")


def _months(match: _Match, scene: Scene) -> _Readings:
    """半年还清, 分一年半, 八个月还完: that many monthly instalments."""
    months = _length_in_months(match)
    if months is None or months == 1:
        return None
    if _is_spent(match):
        return ()
    return [entity(match, EntityKind.COUNT, months)]


def _weeks(match: _Match, _scene: Scene) -> _Readings:
    """分8周还: as many weekly instalments."""
    count = read_integer(match["n"])
    if count is None or not 1 < count <= _COUNT_MAX:
        return None
    return [
        entity(match, EntityKind.COUNT, count, group="count"),
        entity(match, EntityKind.FREQUENCY, Frequency.WEEKLY, group="rhythm"),
    ]


def _length_in_months(match: _Match) -> int | None:
    number = Decimal("0.5") if match["n"] == "半" else read_number(match["n"])
    if number is None:
        return None
    number += Decimal("0.5") if match["half"] else 0
    months = number * (days.MONTHS_PER_YEAR if match["unit"] == "年" else 1)
    return int(months) if months == int(months) and 1 <= months <= _COUNT_MAX else None


def _answered_months(match: _Match, scene: Scene) -> _Readings:
    """6个月 answers how many instalments; unasked it may be any length of time."""
    if scene.asked not in (Asked.COUNT, Asked.COUNT_OR_AMOUNT, Asked.CONFIRM, Asked.CHOOSE_OPTION):
        return None
    return _months(match, scene)


_REST_BEFORE = Pattern("(?:剩|余[下额款]|其余|其他|其它)[^,，。分]{0,12}$")


def _months_of_rest(match: _Match, scene: Scene) -> _Readings:
    """剩下3000两个月: what is left, in that many months."""
    is_of_rest = _REST_BEFORE.search(match.string, 0, match.start())
    return _months(match, scene) if is_of_rest else None


def _monthly_days(match: _Match, _scene: Scene) -> _Readings:
    """每月15号; 每个月1号15号 is twice a month; 每月底 is the last day."""
    said = ("first", "day"), ("other", "second")
    days_said = [(span, _day_number(match[day])) for span, day in said if match[day]]
    if any(number is None for _, number in days_said):
        return ()
    rhythm = Frequency.SEMIMONTHLY if len(days_said) > 1 else Frequency.MONTHLY
    return [
        entity(match, EntityKind.FREQUENCY, rhythm, group="rhythm"),
        *(entity(match, EntityKind.PAY_DAY, number, group=span) for span, number in days_said),
    ]


def _day_number(said: str) -> int | None:
    if said[-1] in "底末尾天":
        return _LAST_DAY
    number = read_integer(said)
    return number if number and 1 <= number <= _LAST_DAY else None


def _answered_count(match: _Match, scene: Scene) -> _Readings:
    """分六, where the number of instalments was asked for; else a slip for 分期."""
    is_asked = scene.asked in (Asked.COUNT, Asked.COUNT_OR_AMOUNT)
    return _count(match, scene) if is_asked else None


def _says(frequency: Frequency) -> Read:
    def read(match: _Match, _scene: Scene) -> _Readings:
        return [entity(match, EntityKind.FREQUENCY, frequency)]

    return read


def _half(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.SHARE, Fraction(1, 2))]


def _fraction(match: _Match, _scene: Scene) -> _Readings:
    """三分之一."""
    return _share(match, read_integer(match["part"]), read_integer(match["whole"]))


def _percent(match: _Match, _scene: Scene) -> _Readings:
    """先还30%, 先还三成: a share only where a payment is spoken of."""
    value = read_number(match["n"])
    if value is None:
        return ()
    return _share(match, int(value), 10 if "成" in match[0] else 100)


def _share(match: _Match, part: int | None, whole: int | None) -> _Readings:
    if not part or not whole or part >= whole:
        return ()
    return [entity(match, EntityKind.SHARE, Fraction(part, whole), group="share")]


def _option(match: _Match, _scene: Scene) -> _Readings:
    said = match["n"]
    option = _LETTERS.index(said) + 1 if said in _LETTERS else read_integer(said)
    return [entity(match, EntityKind.OPTION, option)] if option else ()


def _count_more_than_once(match: _Match, scene: Scene) -> _Readings:
    """两次还清; 一次还清 is payment in full and no count."""
    return () if read_integer(match["n"]) == 1 else _count(match, scene)


_RHYTHM_BEFORE = Pattern(
    "(?:每|隔|逢|[两2二一1](?=个?[周星礼月]))[^,，。]{0,2}(?:周|星期|礼拜|月)(?:[还付]?[一1][次回])?[^,，。还付]{0,4}[ ,，]*(?:分|一共|总共|共|就|还|付)*$"
)


def _times(match: _Match, scene: Scene) -> _Readings:
    """两周一次 8次: so many payments in the rhythm that was named before."""
    is_in_rhythm = _RHYTHM_BEFORE.search(match.string, 0, match.start())
    return _count_more_than_once(match, scene) if is_in_rhythm else None


def _unless_asked(frequency: Frequency) -> Read:
    """500一个月, 一个月500; a lone 一个月 is a length."""

    def read(match: _Match, _scene: Scene) -> _Readings:
        text = match.string
        is_led_to = _SUM_BEFORE.search(text, 0, match.start())
        if not is_led_to and not _SUM_NEXT.match(text, match.end()):
            return None
        return [entity(match, EntityKind.FREQUENCY, frequency)]

    return read


def rules() -> list[Rule]:
    """The rules of counts, rhythms, shares and choices, most telling first."""
    return [*_rules_of_counts(), *_rules_of_rhythms(), *_rules_of_shares(), *_rules_of_options()]


def _rules_of_counts() -> list[Rule]:
    small = _FIGURES + SMALL + "百"
    months = f"(?P<n>{_NUMBER}|半)个?(?P<unit>月(?![底末尾初])|年)(?P<half>半)?(?!后|前|之前|以前|之后|以后|一次|1次)"
    half_month = (
        f"(?P<n>{_NUMBER}|半)个?(?P<half>半)?(?P<unit>月(?![底末尾初])|年)"
        "(?!后|前|[0-9]|[一二三四五六七八九十廿]{1,3}[号日])"
    )
    divide = "(?:分期(?!数)|分摊|摊分|摊还?|均分|平分|拆分|拆|切|平均|分)(?:成|开|作|为|到|做|个)?(?:还|付)?"
    return [
        rule(
            SMALL,
            f"(?P<n>[{SMALL}]{{1,3}})(?:到|至|或者?|还是|-|~)(?P<m>[{SMALL}]{{1,3}})"
            f"(?:期|(?:次|笔|份|个月){_WITHIN}{_CLEARED})",
            _either_count,
            gate=UNIT_AHEAD,
        ),
        rule(
            "分均平拆切摊", f"{divide}(?P<n>{_NUMBER})(?:个)?(?:期|次|笔|份|回|批|转|部分)", _count
        ),
        rule("分均平拆切摊", f"{divide}{months}", _months),
        rule(
            "分均平拆切摊",
            f"(?P<count>{divide}(?P<n>{_NUMBER})个?)(?P<rhythm>{_WEEK})(?!后|前|内|之|以|[一二三四五六日天])",
            _weeks,
        ),
        rule("分", f"分(?P<n>{_NUMBER})(?=$|[吧呢啊行可,，。 ])", _answered_count),
        rule(small, f"(?P<n>{_NUMBER})期(?!间|待|货|限|望)", _periods, gate=UNIT_AHEAD),
        rule(
            small,
            f"(?P<n>{_NUMBER})(?:次|笔|份|回|转){_CLEARED}",
            _count_more_than_once,
            gate=UNIT_AHEAD,
        ),
        rule(small, f"(?P<n>{_NUMBER})[次回](?=$|[吧啊,，。 ])", _times, gate=UNIT_AHEAD),
        rule(small + "半", f"{months}{_WITHIN}{_CLEARED}", _months, gate=UNIT_AHEAD),
        rule(small + "半", f"{half_month}的?(?:分期|[分平均]?摊)", _months, gate=UNIT_AHEAD),
        rule(
            small + "半",
            f"{half_month}(?=$|[,，。 还付交给每])",
            _months_of_rest,
            gate=UNIT_AHEAD,
        ),
        rule(small + "半", f"{half_month}(?:的?时间)?", _answered_months, gate=UNIT_AHEAD),
    ]


def _rules_of_rhythms() -> list[Rule]:
    two = "[两2二]"
    on_weekday = f"(?:的?(?:{_WEEK})?[一二三四五六日天](?![百千万十期块元次笔回]))?"
    return [
        rule("每逐按逢", _MONTHLY_DAYS, _monthly_days),
        rule(
            "每隔",
            f"(?:每{two}个?{_WEEK}|每?隔一?个?{_WEEK}(?!再|后|之后|以后|才)|每隔{two}个?{_WEEK}){on_weekday}",
            _says(Frequency.BIWEEKLY),
        ),
        rule(
            "每半",
            "每半个?月|半个月(?=[还付交结发领]?(?:工资|钱)?[一1][次回])",
            _says(Frequency.SEMIMONTHLY),
        ),
        rule("一1每", f"(?:一|1|每)个?月分?(?:还|付)?{two}次", _says(Frequency.SEMIMONTHLY)),
        rule("两2二", f"{two}个?{_WEEK}(?=[还缴付交给]?[一1][次期])", _says(Frequency.BIWEEKLY)),
        rule("两2二", f"{two}个?{_WEEK}(?={_OFFERING}{_SUM})", _says(Frequency.BIWEEKLY)),
        rule("半", f"半个?月(?={_OFFERING}{_SUM})", _says(Frequency.SEMIMONTHLY)),
        rule(
            "每逐按月逢",
            "每一?个?月|每?逢每?个?月|逐个?月|按月|月月|月供|月付|(?<![隔个两2二三3])月(?:还|缴|交)(?!款日|租|费|结)",
            _says(Frequency.MONTHLY),
        ),
        rule(
            "每逢逐按周",
            f"(?:[每逢]一?个?{_WEEK}|逐个?{_WEEK}){on_weekday}|按周",
            _says(Frequency.WEEKLY),
        ),
        rule(
            "一1",
            f"[一1](?:个|(?!月(?:[0-9]{{1,2}}(?![0-9百千万块元kw.])|[一二三四五六七八九十廿]{{1,3}}[号日])))月{_NO_RHYTHM}(?<![0-9]1月)",
            _unless_asked(Frequency.MONTHLY),
        ),
        rule(
            "一1",
            f"[一1]个?{_WEEK}(?=还?[一1][次期]|{_OFFERING}{_SUM}|{_NO_RHYTHM}(?![一二三四五六日天]))",
            _unless_asked(Frequency.WEEKLY),
        ),
    ]


def _rules_of_shares() -> list[Rule]:
    pays = "(?:还|付|交|缴|给|首付|打|出|减|免|凑)(?:个|了|掉|我|住|您|你|你们)?"
    return [
        rule("一半", "一半|半数", _half),
        counted(
            SMALL + _FIGURES,
            f"(?P<share>(?P<whole>{_NUMBER})分之(?P<part>{_NUMBER}))(?!百)",
            _fraction,
        ),
        rule(
            "百",
            f"(?P<share>百分之(?P<n>[0-9]{{1,2}}|[{SMALL}]{{1,3}}))(?=[我]?[先现](?:在)?(?:还|付|给|交|缴))",
            _percent,
        ),
        rule(
            "三四五",
            "(?P<share>(?P<whole>[三四五])分(?P<part>[一二三四]))(?![一二三四五六七八九十百千万0-9个月期次号点分])",
            _fraction,
        ),
        rule(
            "一二两三四五六七八九",
            "(?P<share>(?P<n>[一二两三四五六七八九])成)(?=先[还付给交缴])",
            _percent,
        ),
        rule(
            "一二两三四五六七九",
            "^(?P<share>(?P<n>[一二两三四五六七九])成)(?=[吧呢]?[?!。.]*$|[吧先行]|可以|好不好)",
            _percent,
        ),
        rule("还付交缴给首打出减免凑", f"{pays}(?P<share>(?P<n>[0-9]{{1,2}})%)", _percent),
        rule(
            "还付交缴给首打出减免凑",
            f"{pays}(?P<share>百分之(?P<n>[0-9]{{1,2}}|[{SMALL}]{{1,3}}))",
            _percent,
        ),
        rule(
            "还付交缴给首打出减免凑",
            f"{pays}(?P<share>(?P<n>[一二两三四五六七八九1-9])成)",
            _percent,
        ),
    ]


def _rules_of_options() -> list[Rule]:
    letter = "[a-f](?![a-z0-9])"
    return [
        rule(
            "第",
            "第(?P<n>[一二三四五六1-6])(?:(?:个|种|项|款)(?!月|星期|礼拜|问题|人|电话|小时|工作|孩子)|(?:方案|选项))(?:方案|选项|方式|办法)?",
            _option,
        ),
        rule(
            "方选", f"(?:方案|选项|选择)(?P<n>[一二三四五六1-6](?![0-9期个十])|{letter})", _option
        ),
        rule("选挑拣揀要就按", f"(?:选|挑|拣|揀|要|就|按)(?P<n>{letter})", _option),
        rule("选挑拣揀", "(?:选|挑|拣|揀)(?P<n>[一二三四五六1-6])(?![0-9期个十百千次天])", _option),
    ]
