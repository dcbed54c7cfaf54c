"""Figures every language writes alike: 2026-03-25, 3/25, 15:30, order and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from flows.languages import days, short_dates
from flows.languages.clock import Part, clock
from flows.languages.scanner import (
    Found,
    Read,
    Rule,
    Scene,
    dates,
    entity,
    rule,
    step_over,
    word_rule,
)
from flows.languages.short_dates import DAY, MONEY_UNIT, MONTH, LiesBehind, separated
from flows.languages.zh.numbers import read_number
from flows.understanding import masks
from flows.understanding.values import Asked, EntityKind

_Match = re.Match[str]
_Readings = Sequence[Found] | None

PartOfDay = Callable[[str, int], "Part | None"]

_DIGITS = "0123456789"

_NUMBER_OF = (
    "(?:(?:转账|汇款|付款|交易|支付|订|流水|业务)?单号|订单号?码?|流水号?|交易号|凭证号?码?|(?:转账|付款)?编号|参考号|回执号?|业务号)"
    "(?:是|为|:|#| |号)*"
)
_PRIVATE_NUMBER = (
    "(?:卡?尾号|卡号|银行卡|账号|账户|后[四4]位|末[四4][码位]|合同号?|验证码|密码|qq|微信号?|手机号?码?|电话号?码?|身份证号?码?|工号|案号|车牌)"
    "(?:的?后[四4]位)?(?:是|为|:|#| |号)*"
)
SHARE_OF_DEBT = (
    " (?:now|today|tonight|tomorrow|up ?front|down|first|straight away|right now|"
    "of (?:it|that|what|(?:the|my) (?:balance|bill|debt|total|amount|loan)))\\b"
)
"""What makes a percentage one of the debt: 10% now, 20 percent of the balance."""
_REF_END = "(?![a-z0-9]|[.,][0-9])"
_REF = f"(?P<ref>[a-z]{{0,6}}-?[0-9][a-z0-9-]{{2,}}{_REF_END})"
_SPACED_REF = f"(?P<ref>[a-z]{{0,6}}-?[0-9][a-z0-9-]{{2,}}(?:[ -][0-9]{{2,}}){{0,4}}{_REF_END})"
_NUMBER_WORD = (
    r"(?: (?:number|num|no\.?|nr|id|code|ref|ending|ends|in|with|digits|is|was|#)|:|#|\.)"
)
_REF_EN = (
    rf"(?:(?:ref(?:erence)?|confirmation|conf|transaction|trans|txn|tracking|order|inv(?:oice)?){_NUMBER_WORD}{{0,3}}"
    rf"|(?:receipt|transfer|payment|deposit){_NUMBER_WORD}{{1,3}}) ?"
)
# Store card: 100 a month, card 200 on Friday: a round sum behind the name of the bill.
_SUM_BEHIND = (
    r"(?![$£€]?[1-9][0-9]{0,2}[05](?:\.[0-9]{2})? ?(?:an? (?:month|week|fortnight)|per|each|every|monthly|weekly|now|today|"
    r"tonight|tomorrow|on|by|this|next|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b)"
)
_PRIVATE_EN = (
    rf"(?:(?:card|account|acct|acc){_NUMBER_WORD}{{0,3}} {_SUM_BEHIND}|(?:case|policy|claim|ticket|pin|otp|code|password|ssn|zip|post ?code|badge|licen[cs]e|plate|ext|phone|cell|number){_NUMBER_WORD}{{0,3}} "
    rf"|(?:contract|loan|bill|extension|passport|employee|student|member|membership|flight|booking|meter|my)(?! (?:is|was) [0-9]){_NUMBER_WORD}{{1,3}} ?"
    r"|(?:ending|ends)(?: in| with)? |last (?:4|four)(?: digits)?(?: (?:are|is|of))? )"
)
_PLACE_EN = (
    r"(?:section|chapter|invoice|inv|apt|apartment|unit|room|suite|floor|flat|route|exit|line|page|step|item|covid)[ -]?#?(?P<ref>[0-9]+[a-z]?\b)|(?:plate|registration)(?: (?:is|number|no|num))* (?P<plate>[a-z]{1,4} ?[0-9]{1,4}[a-z]{0,3}\b)|(?:extension|ext)[ .]?(?P<ext>[0-9]{2,5}\b)(?! ?(?:days?|weeks?|months?|hours?))|"
    r"(?:call(?:ed|ing)?|dial(?:l?ed|l?ing)?|text(?:ed|ing)?|ring(?:ing)?|rang) (?:me )?(?:on |at )?(?P<phone>\+?[0-9][0-9 -]{5,}|(?:911|999|112|12345|988)\b)"
)
# 1k 500 is one sum; 1k 500 now, or 500 a month, are two.
_SUM_OF_ITS_OWN = " ?(?:now|today|first|then|an? |per|each|every|weekly|monthly|on |by |of |up ?front|down|先|一|每|[a-z]*day|[kw])"
_HOTLINE = (
    "(?:110|119|120|122|114|999|911|112|165|1999|12[0-9]{3}|96[0-9]{3,4}|95[0-9]{3}|100[0-9]{2})"
)


def _reference(match: _Match, _scene: Scene) -> _Readings:
    """The number of a payment or an order, in the customer's own capitals."""
    start, end = match.span("ref")
    kind, value = EntityKind.REFERENCE, match["ref"]
    return [Found(start=start, end=end, kind=kind, value=value, mask=masks.REFERENCE)]


def _private(match: _Match, scene: Scene) -> _Readings:
    """Ends of cards, telephones, codes: masked; read only when details were asked for."""
    if scene.asked in (Asked.CLAIM_DETAILS, Asked.IDENTITY):
        return _reference(match, scene)
    return [_masked(match, "ref")]


def _masked(match: _Match, group: int | str = 0) -> Found:
    return Found(start=match.start(group), end=match.end(group), mask=masks.REFERENCE)


def _long_number(match: _Match, scene: Scene) -> _Readings:
    if scene.asked is Asked.CLAIM_DETAILS:
        return [entity(match, EntityKind.REFERENCE, match[0])]
    return [_masked(match)]


def _full_date(match: _Match, scene: Scene) -> _Readings:
    if _is_birth(match["year"], scene):
        return ()
    return dates(match, days.day(int(match["year"]), int(match["month"]), int(match["day"])))


def _is_birth(year: str, scene: Scene) -> bool:
    """A day of the last century is a birthday: read only where the person's identity is asked."""
    return year.startswith("19") and len(year) == 4 and scene.asked is not Asked.IDENTITY


def _date_with_year(match: _Match, scene: Scene) -> _Readings:
    """3/25/2026 or 25/03/2026; both where both exist."""
    if _is_birth(match["year"], scene):
        return ()
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    return dates(match, days.day(year, first, second), days.day(year, second, first))


def _short_sum(match: _Match, _scene: Scene) -> _Readings:
    """1w2, 2k, 1.5k: thousands and ten thousands as they are typed in China."""
    value = read_number(match["run"].replace(",", "."))
    rest = match["rest"]
    if value is None or rest is None:
        return [entity(match, EntityKind.AMOUNT, value)]
    return [entity(match, EntityKind.AMOUNT, value + int(rest))]


def _clock(part_of_day: PartOfDay) -> Read:
    def read(match: _Match, _scene: Scene) -> _Readings:
        part = part_of_day(match.string, match.start())
        if match["half"]:
            part = Part.EVENING if match["half"] == "p" else Part.MORNING
        return clock(match, int(match["hour"]), int(match["minute"]), part=part)

    return read


def rules(*, is_month_first: bool, part_of_day: PartOfDay, lies_behind: LiesBehind) -> list[Rule]:
    """The shared rules. 4/5 is 5 April where the month comes first, else either day.

    `part_of_day` tells the part of the day named just before a place in the text, `lies_behind`
    whether the words around a match speak of a payment made.
    """
    return [
        *_rules_of_references(),
        *_rules_of_long_numbers(),
        rule(
            _DIGITS,
            "(?:24[/x]7|7[x*]24)(?:[ ,/x*]+365)?|24小时(?![之以]?[内后])|365(?= ?(?:days?|天))",
            step_over,
        ),
        # The store, where bills are paid; 7-11前 is a day.
        rule("7", "7-(?:11|eleven)(?![0-9号日./-]|之?前|以前)", step_over),
        rule(
            _DIGITS, "(?:[6-9][05]|0[05])后(?=$|[,，。!? 的,]|不|没|也|女|男|小|青|一代)", step_over
        ),
        *_rules_of_dates(),
        *short_dates.rules(is_month_first=is_month_first, lies_behind=lies_behind),
        *_rules_of_clock(part_of_day),
        rule(
            _DIGITS,
            r"(?!401k)(?P<run>[0-9]+(?:[.,][0-9]{1,2})?[kw](?:[1-9](?![0-9]))?)(?![a-z0-9]| (?:miles?|kms?|steps|followers|people|subs|views|words|hours)\b)"
            rf"(?:(?<=[0-9]k) (?P<rest>[1-9][0-9]{{2}})(?![0-9,./:%]|{_SUM_OF_ITS_OWN}))?",
            _short_sum,
        ),
        rule(
            _DIGITS, rf"[0-9]+(?:\.[0-9]+)? ?(?:%|percent|per cent)(?!{SHARE_OF_DEBT})", step_over
        ),
    ]


def _rules_of_clock(part_of_day: PartOfDay) -> list[Rule]:
    hour = "(?P<hour>[01]?[0-9]|2[0-4])"
    half = r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
    return [
        separated(
            f"{hour}:(?P<minute>[0-5][0-9])(?::[0-5][0-9])?{half}",
            _clock(part_of_day),
        ),
    ]


def _rules_of_references() -> list[Rule]:
    call = "(?:打|拨打?|打给|打到|打了|投诉到?|举报到?|报警|报|找)(?:了|过|去)?"
    return [
        rule("转汇付交支订流业单凭编参回", _NUMBER_OF + _REF, _reference),
        rule("卡尾银账后末合验密q微手电身工案车", _PRIVATE_NUMBER + _SPACED_REF, _private),
        word_rule(
            "conf depos inv order payme recei ref track trans txn", _REF_EN + _REF, _reference
        ),
        word_rule(
            "acc badg bill book card case cell clai code cont empl endi ends ext flig"
            " last lice loan memb mete my_# my_c my_d my_e my_i my_n my_r my_w my# my."
            " my: numb otp pass phon pin plat poli post ssn stud tick zip",
            _PRIVATE_EN + _SPACED_REF,
            _private,
        ),
        word_rule(
            "apar apt call chap covi dial exit ext flat floo inv item line page plat rang"
            " regi ring room rout sect step suit text unit",
            _PLACE_EN,
            lambda m, _: [_masked(m, m.lastgroup or 0)],
        ),
        rule("打拨投举报找", f"{call}(?P<ref>{_HOTLINE})(?![0-9块元百.])", _private),
        rule(
            _DIGITS,
            f"(?:10086|10010|12306|1069[0-9]*)(?![0-9块元])|{_HOTLINE}(?=热线|投诉|举报|客服| ?hotline)",
            lambda m, _: [_masked(m)],
        ),
        rule("+", r"\+[0-9][0-9 -]{6,18}", _long_number),
    ]


def _rules_of_long_numbers() -> list[Rule]:
    long = (
        "1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])|[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}(?![0-9])"
        f"|[0-9]{{3}} 0[0-9]{{3}}(?![0-9])|[0-9]{{7,}}+(?![0-9.]|{MONEY_UNIT})"
    )
    return [rule(_DIGITS, long, _long_number)]


def _rules_of_dates() -> list[Rule]:
    year = "(?P<year>(?:19|20)[0-9]{2})"
    return [
        separated(
            f"{year}(?P<sep>[-/.])(?P<month>{MONTH})(?P=sep)(?P<day>{DAY})(?![0-9])",
            _full_date,
        ),
        separated(
            "(?P<first>[0-9]{1,2})(?P<sep>[-/.])(?P<second>[0-9]{1,2})(?P=sep)(?P<year>(?:19|20)[0-9]{2}|[0-9]{2})(?![0-9])",
            _date_with_year,
        ),
    ]
