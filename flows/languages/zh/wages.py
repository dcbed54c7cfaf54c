"""Pay days as Chinese says them: 发工资, 工资到账, 15号发工资, 发薪日是20号."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages import days
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene, dates, entity, rule
from flows.languages.zh.numbers import SMALL, counted, read_integer
from flows.understanding.values import EntityKind

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_REGULAR = "退休金|养老金|退休工资|低保|补助|救济金|提成|佣金|奖金"
_PAYDAY = (
    "(?:发(?:了|完|放)?(?:工资|薪水|薪资|薪|钱|奖金|饷)了?"
    "|(?:领|拿到?|开|支|收到)(?:了|完)?(?:工资|薪水|薪资|薪)了?|领了?钱"
    f"|(?:工资|薪水|薪资|薪|{_REGULAR})一?(?:到账了?|到了?|下来|发了|发下来|入账|进来|进账|出来|打卡|到手|到卡)|开支了|工资日)"
    "(?:日|的时候|那天|当天)?"
)
_UNPAID_WAGES = Pattern("(?:没|未|不|没有|拖欠|没给|不给|欠|停)$")


def _payday(match: _Match, scene: Scene) -> _Readings:
    if _UNPAID_WAGES.search(match.string, max(0, match.start() - 4), match.start()):
        return ()
    number = read_integer(match["day"]) if match["day"] else None
    if number is None:
        return [entity(match, EntityKind.DATE, None)]
    return _wages_on(match, scene, number)


def _wages_on(match: _Match, scene: Scene, number: int) -> list[Found]:
    found = dates(match, *days.day_of_month(scene.today, number))
    return [entity(match, EntityKind.PAY_DAY, number), *found] if found else []


def _day_of_wages(match: _Match, scene: Scene) -> _Readings:
    """15号发工资; of two days a month neither is the one that is meant."""
    number = read_integer(match["day"])
    if match.groupdict().get("second"):
        said = (number, read_integer(match["second"]))
        return [entity(match, EntityKind.PAY_DAY, one) for one in said if one]
    return () if number is None else _wages_on(match, scene, number)


def rules() -> list[Rule]:
    """The rules of pay days, most telling first."""
    day = f"(?P<day>[0-9]{{1,2}}|[{SMALL}]{{1,3}})[号日]"
    link = "(?:是|在|为|要|得|等|到|都|一般|基本|固定)*(?:每个?月|月初|月中|月底)?的?"
    return [
        counted(
            "0123456789" + SMALL,
            f"{day}(?:左右|才|就|会|要|的时候|那天|当天|[我咱]们?|公司|单位|厂里?|老板|店里|财务)*(?:{_PAYDAY}|开支(?=$|[,，。 ]))",
            _day_of_wages,
        ),
        rule(
            "发工薪",
            f"(?:发薪日|工资日){link}(?P<day>[0-9]{{1,2}})(?=$|[,，。 吧呢])",
            _day_of_wages,
        ),
        rule(
            "发领拿开支收工薪",
            f"(?:(?<![号日])(?<![号日][才就会]){_PAYDAY}{link}{day}|{_PAYDAY})",
            _payday,
        ),
        rule(
            "发工薪",
            f"(?:发薪日|工资日?|薪水){link}{day}(?!(?:到|至|-|~)[0-9{SMALL}])(?:[、,和跟及](?P<second>[0-9]{{1,2}}|[{SMALL}]{{1,3}})[号日])?(?:左右|才|就|各|两次)*(?:到|发|下来)*",
            _day_of_wages,
        ),
        rule("退养低补救", f"(?:{_REGULAR}){link}{day}(?:才|就)?(?:到|发|下来)+", _day_of_wages),
        rule("发", "发薪日(?P<day>)", _payday),
    ]
