"""Lengths of time as Chinese says them: 三天后, 两周内, 过三天, 宽限一周, 再俾三日我."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flows.languages import days
from flows.languages.lengths import Length, after, before
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene, dates, rule
from flows.languages.zh.numbers import NOT_EACH, SMALL, counted, read_number
from flows.understanding.values import Asked, Role

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_COUNTS_OF_ONE = {"半": 0.5, "个": 1.0}
_UNITS = {
    **dict.fromkeys(("天", "日"), "day"),
    **dict.fromkeys(("周", "星期", "礼拜"), "week"),
    **dict.fromkeys(("工作天", "营业日"), "workday"),
    **dict.fromkeys(("小时", "钟头"), "hour"),
    "月": "month",
    "年": "year",
    "分钟": "minute",
    "工作日": "workday",
}
_ASKS = Pattern(
    "(?:的?时间)?(?:行不|行吗|行么|可以(?:吗|么|不|$)|可不可以|好不好|好吗|成不|成吗|够了|就够|ok吗|得不|怎么样|如何|[?]$)"
)
_LEADS_TO_LENGTH = Pattern("(?:[,，。!?、 ]|那|再|就|给|要|大概|最多|顶多|只要|需要|差不多|请)$")
# 三日前 is three days ago, 三十日前 before the thirtieth.
_DAYS_AGO_MAX = 10
# 八百年前 is a figure of speech.
_YEARS_MAX = 60
_NUMBER = f"(?:[0-9]{{1,3}}|{NOT_EACH}[{SMALL}百]{{1,5}})"
_LENGTH = (
    f"(?P<n>{_NUMBER}|半)(?:个(?P<half>半)?)?"
    "(?P<unit>工作[日天]|营业日|天|日|(?:周|星期|礼拜)(?![一二三四五六日天末](?![百千万十]))"
    "|月(?![底末尾初])|年|小时|钟头|分钟)"
)
# 个 alone is one: 俾多個禮拜, 等个星期.
_ONE = "(?P<n>个)(?P<half>)?(?P<unit>星期|礼拜|月)(?![底末初头中])"
_EXTEND = (
    "再?(?:(?<!差不)(?<![最很好大许计算收扣])多(?:等|给|宽限|拖)?|宽限|宽容|通融|缓缓|缓|延期|延后|延迟|延长|延|推迟|推后|推|拖延|拖|晚|迟|顺延|给|放宽|容|等多|多等|暂缓)"
    "(?:我|个|到|多|点|一下|我们|大概|再)*"
)


def _length(match: _Match) -> Length | None:
    number = _COUNTS_OF_ONE.get(match["n"]) or read_number(match["n"])
    is_month_named = match["unit"] == "月" and "个" not in match[0] and match["n"] not in "俩仨"
    if number is None or is_month_named:
        return None
    return Length(number=float(number) + (0.5 if match["half"] else 0), unit=_UNITS[match["unit"]])


# 说三天内回复我, 七天内无理由退货: what others do within that time.
_ANSWERS_WITHIN = Pattern("(?:就|会|给我|必须)*(?:回复|答复|回电|退款|退货|无理由|发货|到货)")


def _later(match: _Match, scene: Scene) -> _Readings:
    """三天后, 两周内, 三天前."""
    length = _length(match)
    if length is None:
        return None
    if length.unit == "year" and length.number > _YEARS_MAX:
        return ()
    if match["side"] in ("前", "之前", "以前"):
        is_day_of_month = match["unit"] == "日" and (
            match["n"][0].isdigit() or length.number > _DAYS_AGO_MAX
        )
        return None if is_day_of_month else dates(match, before(scene, length))
    if "内" in match["side"] and _ANSWERS_WITHIN.match(match.string, match.end()):
        return ()
    role = Role.DEADLINE if "内" in match["side"] or match["side"] == "里" else None
    return dates(match, after(scene, length), role=role)


def _weekday_later(match: _Match, scene: Scene) -> _Readings:
    """两周后的周一: of that week, or the first from then on where that is another."""
    weeks = read_number(match["n"])
    weekday = "一二三四五六日".index("日" if match["day"] == "天" else match["day"])
    then = days.plus(scene.today, weeks=int(weeks)) if weeks else None
    if not weeks or then is None:
        return ()
    of_week = days.weekday_of_week(scene.today, weekday, int(weeks))
    return dates(match, of_week, days.weekday_from(then, weekday))


def _passing(match: _Match, scene: Scene) -> _Readings:
    """过三天, 等多三日; 过两天 is a figure of speech for two or three."""
    length = _length(match)
    if length is None:
        return None
    first = after(scene, length)
    if match["n"] in ("两", "2", "二") and length.unit == "day" and not match["side"]:
        return dates(match, first, after(scene, replace(length, number=3)))
    return dates(match, first)


def _extension(match: _Match, scene: Scene) -> _Readings:
    length = _length(match)
    return None if length is None else dates(match, after(scene, length), role=Role.UNTIL)


def _bare_length(match: _Match, scene: Scene) -> _Readings:
    """A length answers the question for a day; 三天就还 says it too; else it tells of the past."""
    length = _length(match)
    is_number = match["n"] in _COUNTS_OF_ONE or read_number(match["n"]) is not None
    if not is_number or (match["unit"] == "日" and not match["so"]):
        return None
    if length is None or (scene.asked is not Asked.DATE and not match["so"]):
        return _asked_about(match, scene, length) if length else ()
    return dates(match, after(scene, length), role=Role.DEADLINE)


def _asked_about(match: _Match, scene: Scene, length: Length) -> Sequence[Found]:
    """半个月行不 asks for more time; 三个月行不 may ask for instalments."""
    is_short = length.unit in ("day", "week") or (length.unit == "month" and length.number <= 1)
    is_answer = scene.asked in (None, Asked.CONFIRM) and is_short
    if not is_answer or not (_ASKS.match(match.string, match.end()) or _is_at_most(match)):
        return ()
    if match.start() and not _LEADS_TO_LENGTH.search(match.string, 0, match.start()):
        return ()
    return dates(match, after(scene, length), role=Role.UNTIL)


def _is_at_most(match: _Match) -> bool:
    """最多一个礼拜, 顶多三天: so long at most."""
    text, start = match.string, match.start()
    return text.endswith(("最多", "顶多", "至多"), 0, start) and match.end() == len(text)


def rules() -> list[Rule]:
    """The rules of lengths, most telling first."""
    number = "0123456789半百" + SMALL
    side = "(?P<side>之后|以后|过后|后(?!悔)|之内|以内|内|里|之前|以前|前(?!面))"
    again = "(?P<side>之后|以后|后)?"
    return [
        counted(
            number,
            f"(?P<n>{_NUMBER})个?(?:周|星期|礼拜)(?:之后|以后|过后|后)的?(?:那个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])",
            _weekday_later,
        ),
        rule("再过等", f"(?:再?过|再?等)(?:多|我)?{_ONE}{again}", _passing),
        rule("再宽通缓延推拖晚迟顺给放容等暂多", f"{_EXTEND}{_ONE}", _extension),
        rule(
            "再过等隔",
            f"(?:再?(?<![交还付缴供住用干打通])过(?!了)|再?等|再|隔)(?:多|我|个)?{_LENGTH}(?!前|没|了){again}",
            _passing,
        ),
        rule(
            "再宽通缓延推拖晚迟顺给放容等暂多",
            f"{_EXTEND}{_LENGTH}(?![了没前]|半个?月|会(?![还付给交缴转])|要?[罚加扣算]|多少|几多)(?:的?时间)?",
            _extension,
        ),
        counted(number, f"{_LENGTH}的?(?:时间)?{side}", _later),
        counted(
            number,
            f"{_LENGTH}的?(?:时间)?(?P<so>就还|一定还|还你|再还|还清|搞定|解决|就给|就行)?",
            _bare_length,
        ),
    ]
