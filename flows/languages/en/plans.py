"""Counts, rhythms, shares and choices in English: 8 payments, every two weeks, a third, option 2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from flows.languages import days
from flows.languages.en.numbers import SMALL, read_number
from flows.languages.scanner import Found, Read, Rule, Scene, entity, step_over
from flows.understanding.values import Asked, EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_COUNT_MAX = 360
_LETTERS = "abcdef"
_CHOICES = {
    word: number
    for number, words in enumerate(
        ("one first 1st", "two second 2nd", "three third 3rd", "four fourth 4th"), 1
    )
    for word in words.split()
}
_LEAD = "0123456789aotfsenhcz"
_PAYMENTS = (
    r"(?:payments?|pmts?|paymnts?|instal+ments?|instal+s?|parts|portions|chunks|goes|splits|bits)\b"
)
_KIND = r"(?:(?P<rhythm>monthly|weekly|bi-?weekly|fortnightly)|more|equal|easy|small|smaller|separate|even|different)"
_MONTHS_OR_YEARS = r"(?P<unit>months?|mths?|mnths?|years?|yrs?)\b"
_MISSED = re.compile(
    r"\b(?:missed|behind|late|last|these|those|all|skip(?:ped)?)(?: on)?(?: the)? $"
)
_SUM_BEFORE = re.compile(
    r"(?:[0-9]k?|\b(?:hundred|thousand|grand|bucks?|dollars?|quid|pounds|each|once|twice|bit|something|little|ten|twenty|thirty|forty|fourty|fifty|"
    r"sixty|seventy|eighty|ninety|five)) ?$"
)
_RHYTHMS = {
    "monthly": Frequency.MONTHLY,
    "weekly": Frequency.WEEKLY,
    "biweekly": Frequency.BIWEEKLY,
    "bi-weekly": Frequency.BIWEEKLY,
    "fortnightly": Frequency.BIWEEKLY,
}
_WEEKDAY = r"(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)(?:[a-z]*day)?\b"


def _count(match: _Match, _scene: Scene) -> _Readings:
    """8 payments, split in 4; missed payments are no offer."""
    value = read_number(match["n"])
    if value is None or value != int(value) or not 1 < value <= _COUNT_MAX or _is_missed(match):
        return ()
    found = [entity(match, EntityKind.COUNT, int(value))]
    rhythm = match.groupdict().get("rhythm")
    if rhythm:
        found.append(entity(match, EntityKind.FREQUENCY, _RHYTHMS[rhythm], group="rhythm"))
    return found


def _is_missed(match: _Match) -> bool:
    start = match.start()
    return bool(_MISSED.search(match.string, max(0, start - 20), start))


def _months(match: _Match, _scene: Scene) -> _Readings:
    """Over 6 months, over two years: that many monthly instalments."""
    value = read_number(match["n"])
    if value is None or value != int(value):
        return ()
    months = int(value) * (days.MONTHS_PER_YEAR if match["unit"].startswith("y") else 1)
    return [entity(match, EntityKind.COUNT, months)] if 1 < months <= _COUNT_MAX else ()


def _says_count(number: int) -> Read:
    def read(match: _Match, _scene: Scene) -> _Readings:
        return [entity(match, EntityKind.COUNT, number)]

    return read


def _answered_months(match: _Match, scene: Scene) -> _Readings:
    """6 months answers how many instalments; unasked it may be any length of time."""
    if scene.asked not in (Asked.COUNT, Asked.COUNT_OR_AMOUNT, Asked.CHOOSE_OPTION, Asked.CONFIRM):
        return None
    return _months(match, scene)


def _says(frequency: Frequency) -> Read:
    def read(match: _Match, _scene: Scene) -> _Readings:
        return [entity(match, EntityKind.FREQUENCY, frequency)]

    return read


def _per(frequency: Frequency) -> Read:
    """500 a month; "a month" with no sum before it is a length."""

    def read(match: _Match, _scene: Scene) -> _Readings:
        start = match.start()
        if not _SUM_BEFORE.search(match.string, max(0, start - 12), start):
            return None
        return [entity(match, EntityKind.FREQUENCY, frequency)]

    return read


def _share(match: _Match, _scene: Scene) -> _Readings:
    part = {"a": 1, "one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3, None: 1}[match["part"]]
    whole = {"h": 2, "t": 3, "q": 4, "fo": 4, "fi": 5}
    key = match["whole"][:2] if match["whole"].startswith("f") else match["whole"][0]
    share = Fraction(part, whole[key])
    return [entity(match, EntityKind.SHARE, share)] if share < 1 else ()


def _percent(match: _Match, _scene: Scene) -> _Readings:
    value = int(match["n"])
    if not 0 < value < 100:
        return ()
    return [entity(match, EntityKind.SHARE, Fraction(value, 100), group="share")]


def _option(match: _Match, _scene: Scene) -> _Readings:
    said = match["n"]
    if said in _LETTERS:
        return [entity(match, EntityKind.OPTION, _LETTERS.index(said) + 1)]
    option = _CHOICES.get(said) or (int(said) if said.isdigit() else None)
    return [entity(match, EntityKind.OPTION, option)] if option else ()


def _rule(starts: str, pattern: str, read: Read) -> Rule:
    return Rule(starts=starts, pattern=re.compile(pattern), read=read)


def rules() -> list[Rule]:
    """The rules of counts, rhythms, shares and choices, most telling first."""
    return [*_rules_of_counts(), *_rules_of_rhythms(), *_rules_of_shares(), *_rules_of_options()]


def _rules_of_counts() -> list[Rule]:
    n = rf"(?P<n>{SMALL})"
    spread = r"(?:split|spread|divide|break|pay|paid|paying|clear|stretch|do|cut|chop)\w*"
    it = r"(?: (?:it|this|that|the (?:bill|balance|rest|debt|payment)|them|up|off|out|down|evenly|equally|them))*"
    into = "(?:into|in|over|across|between|by|through|throughout)"
    return [
        _rule(_LEAD, rf"{n}(?: ?{_KIND})* ?{_PAYMENTS}", _count),
        _rule("iaob", rf"{into} (?:like |about |maybe )?{n}(?: {_KIND})* {_PAYMENTS}", _count),
        _rule(
            "sdbpc",
            rf"{spread}{it} {into} (?:the next |like |about |maybe )?{n} ?{_MONTHS_OR_YEARS}",
            _months,
        ),
        _rule(
            "sdbc",
            rf"{spread}{it} {into} (?:half|2|two)(?: parts)?\b(?! ?(?:weeks?|days?|a year))",
            _says_count(2),
        ),
        _rule(
            "sdbc",
            rf"(?:split|divide|break|cut|chop)\w*{it} {into} {n}\b(?! ?(?:weeks?|days?|hours?))",
            _count,
        ),
        _rule(
            "oiat",
            rf"(?:over|across|throughout|in under) (?:a period of |the next |like |about |around )?{n} ?{_MONTHS_OR_YEARS}(?! (?:ago|late))",
            _months,
        ),
        _rule(
            "oiaspc",
            rf"(?:over |across |in |(?:{spread}{it} )?{into} )?(?:half a year|half year|1/2 year)\b",
            _says_count(6),
        ),
        _rule(
            _LEAD,
            rf"{n}[ -]?{_MONTHS_OR_YEARS}[ -](?:payment |repayment )?(?:plan|arrangement|deal|option|schedule|instal)",
            _months,
        ),
        _rule("123456789", r"(?P<n>[0-9]{1,2}) ?x(?= ?[$£€]?[0-9])", _count),
        _rule(_LEAD, rf"{n} ?{_MONTHS_OR_YEARS}", _answered_months),
    ]


def _rules_of_rhythms() -> list[Rule]:
    month, week = r"(?:months?|mths?|mnths?|mo)\b", r"(?:weeks?|wks?|wk)\b"
    two = "(?:two|2|other|second|2nd|couple(?: of)?)"
    return [
        _rule(
            "eb", rf"every {two} (?:{week}|{_WEEKDAY})|every fortnight", _says(Frequency.BIWEEKLY)
        ),
        _rule("bf", r"bi[ -]?weekly|fortnightly", _says(Frequency.BIWEEKLY)),
        _rule("ap", r"(?:a|per|each|every) fortnight\b", _per(Frequency.BIWEEKLY)),
        _rule(
            "st2",
            rf"semi[ -]?monthly|(?:twice|two times|2x|2 times) (?:a|per|each|every) {month}|twice monthly",
            _says(Frequency.SEMIMONTHLY),
        ),
        _rule(
            "mep",
            rf"monthly(?! (?:statement|bill))|(?:each|every|per) {month}",
            _says(Frequency.MONTHLY),
        ),
        _rule(
            "wep",
            rf"weekly|(?:each|every|per) {week}|(?:every|each) {_WEEKDAY}",
            _says(Frequency.WEEKLY),
        ),
        _rule("a", rf"a {month}(?! from)", _per(Frequency.MONTHLY)),
        _rule("a", rf"a {week}(?! (?:from|on|ago|or))", _per(Frequency.WEEKLY)),
        _rule("/", rf"/ ?{month}", _says(Frequency.MONTHLY)),
        _rule("/", rf"/ ?{week}", _says(Frequency.WEEKLY)),
    ]


def _rules_of_shares() -> list[Rule]:
    not_money = r"(?! ?(?:asleep|an? (?:hour|year|month|grand|thousand|hundred|day|hr|min)|hour|year|dead|way|brother|sister|past|time|price|term|the time|of (?:my|the) (?:life|day|month)|decent|as))"
    pays = "(?:pay|do|put|send|offer|cover|settle for|afford|give)(?: (?:you|u|down|like|about|maybe))*"
    return [
        _rule("otbm", r"(?:other|better|my) half\b|third part(?:y|ies)|half asleep", step_over),
        _rule("h", rf"(?P<part>)?(?P<whole>half)\b{not_money}", _share_of_half),
        _rule(
            "a1o2t3q",
            r"(?P<part>an?|one|1|two|2|three|3)[ -](?P<whole>half|thirds?|quarters?|fourths?|fifths?)\b(?! (?:party|past|to [0-9]|time|job|of an hour))",
            _share,
        ),
        _rule("q", r"(?P<part>)?(?P<whole>quarter)(?= of (?:it|the|that|my))", _share_of_quarter),
        _rule("pdsocag", rf"{pays} (?P<share>(?P<n>[0-9]{{1,2}}) ?(?:%|percent))", _percent),
    ]


def _share_of_half(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.SHARE, Fraction(1, 2))]


def _share_of_quarter(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.SHARE, Fraction(1, 4))]


def _rules_of_options() -> list[Rule]:
    word = "one|two|three|four"
    return [
        _rule(
            "opcns",
            rf"(?:option|plan|choice|choose|pick|offer|select)(?: (?:no\.?|number|#))? ?#?(?P<n>[1-6](?![0-9])|[a-f]\b(?! [a-z]+ (?:plan|date))|(?:{word})\b)(?! ?(?:months?|payments?|weeks?))",
            _option,
        ),
        _rule("n#", r"(?:number |no\.? ?|# ?)(?P<n>[1-6])(?![0-9])\b", _option),
        _rule(
            "tfs1234",
            r"(?:the )?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th) (?:option|one|plan|offer|choice)\b",
            _option,
        ),
    ]
