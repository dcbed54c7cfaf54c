"""Days as Chinese says them: 明天, 下周五, 15号, 下个月底, 四月中旬, 国庆前."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from flows.languages import days
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene, dates, entity, rule, step_over
from flows.languages.zh import festivals, lengths, wages
from flows.languages.zh.context import lies_behind
from flows.languages.zh.numbers import SMALL, counted, read_integer
from flows.understanding.values import EntityKind, Role

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_DAY_WORDS = {
    **dict.fromkeys(("今天", "今晚", "今早", "今夜", "今儿", "今下午", "今上午", "今中午"), 0),
    **dict.fromkeys(("明天", "明日", "明晚", "明早", "明儿", "明下午", "明上午", "明中午"), 1),
    **dict.fromkeys(("后天", "后晚", "后儿"), 2),
    "大后天": 3,
    "大大后天": 4,
    **dict.fromkeys(("昨天", "昨日", "昨晚", "昨夜", "昨儿", "昨早", "昨下午"), -1),
    **dict.fromkeys(("前天", "前晚", "前儿"), -2),
    "大前天": -3,
}
_DAY_PAIRS = {
    **dict.fromkeys(("明后天", "明后两天", "明天后天"), (1, 2)),
    **dict.fromkeys(("今明两天", "今明天", "今天明天"), (0, 1)),
    "这两天": (0, 2),
}
_WEEKDAYS = {char: index for index, char in enumerate("一二三四五六日")} | {
    "天": days.SUNDAY,
    **{str(index + 1): index for index in range(7)},
}
_WHICH = {"上上": -2, "上": -1, "这": 0, "本": 0, "今": 0, "当": 0, "下": 1, "下下": 2}
_YEARS = {"去年": -1, "今年": 0, "明年": 1, "后年": 2}

# The first ten days of a month are its beginning, the next its middle; the bot asks for the day.
_PARTS = {"初": (1, 5), "头": (1, 5), "上旬": (1, 10), "中": (15, 20), "中旬": (11, 20)}
_MONTH_STARTS_OVER = 10
_NEW_YEAR_NEAR = timedelta(days=60)

# 剩下周五还 is "the rest on Friday", not "next Friday".
_NOT_REST = "(?<![剩留])(?:(?<!余)|(?<=其余))"
# 工地上月底结账, 手上周五才有钱: 上 belongs to the noun before it.
_NOT_REST_OR_PLACE = f"{_NOT_REST}(?:(?<![工场地网身手线路船晚早楼车卡账街])|(?!上[月周]))"
_WHICH_WEEK = f"{_NOT_REST_OR_PLACE}(?P<which>上上|下下|上|这|本|今|下)一?个?"
_WHICH_MONTH = f"(?:{_NOT_REST_OR_PLACE}|(?=下个月))(?P<which>上上|下下|上|这|本|今|当|下)一?个?"
# A day without 号 is one only where nothing makes it a sum: 下个月15还, not 下个月15块.
_BARE_DAY_END = "(?=$|先[还付给交缴转]|[,，。!?、 还付给交缴转打汇前之以再发领吧行可能左开起全就])"
_LENGTH_OF_DAYS_MAX = 10
_LASTS = Pattern("(?:迟|晚|等|过|隔|连续|超过|过期|逾期|足|差|得|多|整|最尾|成)[了咗多到]?$")
_DAY = f"(?P<day>[0-3]?[0-9](?![0-9.])|(?!一[起次定共并直])[{SMALL}]{{1,3}})(?:号|日(?![后内])|{_BARE_DAY_END})"
_PART = "(?P<part>底|末|尾|最后一天|初|头|上旬|中旬|中(?!秋)|下旬)"
_ADDRESS = Pattern("(?:门牌|胡同|小区|大道|[弄巷街村栋座幢苑坊])(?:的|是)?$")
_NOT_A_DAY = (
    "(?!出口|[楼线店方选门柜窗院机键码公员室铺桌卡人子馆仓库车]|在线|地铁|技师|电梯|病[房床])"
)
# What makes a part of the day a promise for today: a time, an end, or what will be done then.
_SOMETHING_TO_DO = (
    " ?(?:大概|左右)?(?:[0-9一二三四五六七八九十两]{1,3}(?:点|:[0-9]{2})(?!半?还[传发打在没是有要让叫催来吵])[^,，。!? ]{0,4})?(?:之?[前后]|以[前后])?"
    "(?:$|[,，。!?]|我?(?:就|再|会|能|来)*(?:给(?!我)|还(?![传发打在没是有要让叫催来吵])|付|转|打(?!电|来|给|我)|汇|交|缴|存|入|弄|处理|搞))"
)


def _relative_day(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.plus(scene.today, days=_DAY_WORDS[match[0]]))


def _day_pair(match: _Match, scene: Scene) -> _Readings:
    first, last = _DAY_PAIRS[match[0]]
    return dates(match, days.plus(scene.today, days=first), days.plus(scene.today, days=last))


def _weekday(match: _Match, scene: Scene) -> _Readings:
    weekday = _WEEKDAYS[match["day"]]
    if match["which"]:
        return dates(match, days.weekday_of_week(scene.today, weekday, _WHICH[match["which"]]))
    if lies_behind(match, scene):
        return dates(match, days.weekday_before(scene.today, weekday))
    coming = days.weekday_from(scene.today, weekday)
    if coming == scene.today:
        return dates(match, coming, days.plus(coming, weeks=1))
    return dates(match, coming)


def _weekday_pair(match: _Match, scene: Scene) -> _Readings:
    """周二三: one of two days in a row; 周五六百 is a day and a sum."""
    first, second = _WEEKDAYS[match["day"]], _WEEKDAYS[match["second"]]
    if second != first + 1:
        return None
    if match["which"]:
        weeks = _WHICH[match["which"]]
        pair = [days.weekday_of_week(scene.today, day, weeks) for day in (first, second)]
        return dates(match, *pair)
    return dates(match, *(days.weekday_from(scene.today, day) for day in (first, second)))


def _weekend(match: _Match, scene: Scene) -> _Readings:
    weeks = _WHICH[match["which"]] if match["which"] else 0
    saturday = days.weekday_of_week(scene.today, days.SATURDAY, weeks)
    sunday = days.weekday_of_week(scene.today, days.SUNDAY, weeks)
    return dates(match, *(day for day in (saturday, sunday) if weeks or day >= scene.today))


def _week(match: _Match, scene: Scene) -> _Readings:
    weeks = _WHICH[match["which"]]
    monday, wednesday, sunday = (
        days.weekday_of_week(scene.today, weekday, weeks) for weekday in (0, 2, days.SUNDAY)
    )
    if match["within"]:
        return dates(match, sunday, role=Role.DEADLINE)
    if match["part"]:
        return dates(match, monday, wednesday) if match["part"] == "初" else dates(match, sunday)
    is_told = weeks > 0 or (weeks < 0 and lies_behind(match, scene))
    return dates(match, monday, sunday) if is_told else ()


def _month(match: _Match, scene: Scene) -> _Readings:
    months = _WHICH[match["which"]]
    year, month = days.shifted_month(scene.today, months)
    if match["day"]:
        number = read_integer(match["day"])
        return dates(match, days.day(year, month, number) if number else None)
    if match["part"]:
        return dates(match, *_days_of_part(match["part"], year, month))
    end = days.month_end(year, month)
    if match["within"]:
        return dates(match, end, role=Role.DEADLINE)
    is_told = months > 0 or (months < 0 and lies_behind(match, scene))
    return dates(match, end.replace(day=1), end) if is_told else ()


def _this_day_of_month(match: _Match, scene: Scene) -> _Readings:
    """下个月的今天."""
    return dates(match, days.plus_months(scene.today, _WHICH[match["which"]]))


def _days_of_part(part: str, year: int, month: int) -> tuple[date | None, ...]:
    if part in _PARTS:
        return tuple(days.day(year, month, number) for number in _PARTS[part])
    end = days.month_end(year, month)
    return (end.replace(day=21), end) if part == "下旬" else (end,)


def _part_of_month(match: _Match, scene: Scene) -> _Readings:
    """月底, 月初: of this month while it can still come, else of the next."""
    part = match["part"]
    if lies_behind(match, scene):
        return dates(match, *_days_of_part(part, scene.today.year, scene.today.month))
    is_over = part in ("初", "头", "上旬") and scene.today.day > _MONTH_STARTS_OVER
    is_over |= part in ("中", "中旬") and scene.today.day > _PARTS[part][1]
    return dates(match, *_days_of_part(part, *days.shifted_month(scene.today, int(is_over))))


def _named_month(match: _Match, scene: Scene) -> _Readings:
    month = 1 if match["month"] == "元" else read_integer(match["month"])
    number = read_integer(match["day"]) if match["day"] else 1
    if not month or not number:
        return ()
    is_past = lies_behind(match, scene)
    year = _said_year(match, scene)
    if year is None:
        nearest = days.day_in_year(scene.today, month, number, is_past=is_past)
        if nearest is None:
            return ()
        year = nearest.year if match["day"] or is_past else _year_of_month(scene.today, month)
    if match["day"]:
        return dates(match, days.day(year, month, number))
    if not 1 <= month <= days.MONTHS_PER_YEAR:
        return ()
    if match["part"]:
        return dates(match, *_days_of_part(match["part"], year, month))
    end = days.month_end(year, month)
    return dates(match, end.replace(day=1), end)


def _said_year(match: _Match, scene: Scene) -> int | None:
    if match["nominal"]:
        return scene.today.year + _YEARS[match["nominal"]]
    if not match["year"]:
        return None
    figures = "".join(str(read_integer(char) or 0) for char in match["year"])
    return int(figures) if len(figures) == len("2026") else int(figures) + _century(scene.today)


def _century(today: date) -> int:
    return today.year // 100 * 100


def _year_of_month(today: date, month: int) -> int:
    return today.year + (month < today.month)


def _part_of_year(match: _Match, scene: Scene) -> _Readings:
    year = scene.today.year + (_YEARS[match["nominal"]] if match["nominal"] else 0)
    return dates(match, days.day(year, days.MONTHS_PER_YEAR, 31))


def _day_of_month(match: _Match, scene: Scene) -> _Readings:
    number = None if "两" in match["day"] else read_integer(match["day"])
    if number is None or _ADDRESS.search(match.string, 0, match.start()):
        return ()
    if match[0][-1] == "日" and number <= _LENGTH_OF_DAYS_MAX and _is_length(match):
        return ()
    is_past = lies_behind(match, scene)
    return dates(match, *days.day_of_month(scene.today, number, is_past=is_past))


def _is_length(match: _Match) -> bool:
    """三日 is as long as three days in Cantonese; 3日 is a day but after 迟 and the like."""
    is_spelt = not match["day"][0].isdigit()
    start = match.start()
    return is_spelt or bool(_LASTS.search(match.string, max(0, start - 4), start))


def _until_day(match: _Match, scene: Scene) -> _Readings:
    """宽限到25."""
    found = days.day_of_month(scene.today, int(match["day"]))
    return dates(match, *found, role=Role.UNTIL)


def _either_day_of_month(match: _Match, scene: Scene) -> _Readings:
    numbers = (int(match["first"]), int(match["second"]))
    return dates(match, *(day for n in numbers for day in days.day_of_month(scene.today, n)[:1]))


def _festival(match: _Match, scene: Scene) -> _Readings:
    name = match["name"]
    if festivals.is_asked_about(name):
        return [entity(match, EntityKind.DATE, None)]
    if lies_behind(match, scene):
        return dates(match, festivals.last(name, scene.today))
    if festivals.is_just_over(name, scene.today):
        return [entity(match, EntityKind.DATE, None)]
    return dates(match, festivals.coming(name, scene.today))


def _first_month(match: _Match, scene: Scene) -> _Readings:
    """年初八, 正月十六; 初八 alone only where the lunar new year is near."""
    number = read_integer(match["day"])
    found = festivals.of_first_month(number, scene.today) if number else None
    is_near = found is not None and found - scene.today <= _NEW_YEAR_NEAR
    return dates(match, found) if match["named"] or is_near else None


def _part_of_day(match: _Match, scene: Scene) -> _Readings:
    """下午转, 晚上8点, 下班后还: today, unless another day is named."""
    return [found._replace(is_weak=True) for found in dates(match, scene.today)]


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def rules() -> list[Rule]:
    """The rules of days, most telling first."""
    return [
        *_rules_of_words(),
        *_rules_of_weeks(),
        *_rules_of_months(),
        *lengths.rules(),
        *wages.rules(),
        *_rules_of_days(),
        rule(
            "大年正初",
            "(?:(?P<named>(?<![今明去后每])大?年(?=初)|正月)初?|(?<![最当起年月首])初)(?P<day>十[一二三四五六七八九]|廿[一二三四五六七八九]|二十|[一二三四五六七八九十])(?![中次号月年百千万个块元几直])",
            _first_month,
        ),
        rule(festivals.first_characters(), festivals.pattern(), _festival),
        rule(
            "下晚中傍夜",
            f"(?:下午|晚上|晚间|中午|傍晚|(?<!几点)(?<!没)下班(?!(?<=[点半钟分才先几]下班)(?:$|[,，。!?])))(?={_SOMETHING_TO_DO})",
            _part_of_day,
        ),
    ]


def _rules_of_weeks() -> list[Rule]:
    weeks = "周|星期|礼拜"
    return [
        rule(
            "上下这本今周星礼拜",
            f"(?:{_WHICH_WEEK})?(?:{weeks}|拜)(?P<day>[一二三四五六])[、到]?(?P<second>[二三四五六日天])"
            "(?![0-9一二三四五六七八九百千万十期块元个点号次天周])",
            _weekday_pair,
        ),
        rule(
            "上下这本今周星礼拜",
            f"(?:{_WHICH_WEEK})?(?:{weeks}|拜)"
            "(?P<day>一(?![次直共样些百千万十期块元]|半(?![夜天])|点[消也都没])|[二三四五六日天](?![百千万十期块元])|[1-7](?![0-9百千万十期块元]))",
            _weekday,
        ),
        rule("上下这本今周", f"(?:{_WHICH_WEEK})?(?:周末|(?:{weeks})六日)", _weekend),
        rule(
            "上下这本今",
            f"{_WHICH_WEEK}(?:{weeks})(?!转)(?:(?P<part>初|底|末)|(?P<within>之?内|以内|结束前))?",
            _week,
        ),
    ]


def _rules_of_months() -> list[Rule]:
    year = "(?:(?P<year>[0-9]{4}|[0-9]{2}|[二两][零〇一二三四五六七八九]{3})年)"
    nominal = "(?P<nominal>今年|明年|去年|后年)"
    return [
        rule("上下", f"{_WHICH_MONTH}月的?(?:今天|今日|这天)", _this_day_of_month),
        rule(
            "上下这本今当",
            f"{_WHICH_MONTH}月份?[的里]?(?:{_PART}|{_DAY}|(?P<within>之?内|以内))?",
            _month,
        ),
        rule(
            "0123456789今明去后二两元" + SMALL,
            f"(?:{year}|{nominal})? ?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|(?<![0-9百千万十块美港欧日亿])元)月份?的?"
            f"(?:{_PART}| ?{_DAY})?(?!账|的?账单|那笔|利息)",
            _named_month,
        ),
        counted("0123456789", "[0-9]{1,2}月[0-9]{1,2}[号日]?", step_over),
        rule("今明去后年", f"{nominal}?年?(?:底|末|尾)(?!牙)", _part_of_year),
        rule("月", f"月{_PART}", _part_of_month),
    ]


def _rules_of_words() -> list[Rule]:
    return [
        rule("今明这", _longest_first(_DAY_PAIRS), _day_pair),
        rule("今明后大昨前", _longest_first(_DAY_WORDS), _relative_day),
    ]


def _rules_of_days() -> list[Rule]:
    small = "0123456789" + SMALL
    day = f"(?P<day>[0-9]{{1,2}}|[{SMALL}]{{1,3}})(?:号|日(?![后内]))"
    return [
        counted(
            "0123456789",
            f"(?P<first>[0-9]{{1,2}})(?:、|,|或者?|还是|-|~|到|/|和)(?P<second>[0-9]{{1,2}})号{_NOT_A_DAY}",
            _either_day_of_month,
        ),
        counted(small, f"{day}{_NOT_A_DAY}", _day_of_month),
        rule("廿", f"(?P<day>廿[{SMALL}]?)(?=$|[啦喇吧呀啊,，。 ])", _day_of_month),
        rule(
            "宽限延推拖改缓等",
            "(?:宽限|延期?|延后|推迟?|拖|改|缓|等)我?到(?P<day>[0-9]{1,2})(?=$|[,，。!? ]|吧|行|可|好|再|还)",
            _until_day,
        ),
    ]
