"""Lengths of time in English: in two weeks, give me ten days, another week, 3 days ago."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages import days
from flows.languages.en.names import TOMORROW
from flows.languages.en.numbers import SMALL, counted, read_number
from flows.languages.lengths import Length, after, before
from flows.languages.scanner import (
    Found,
    Read,
    Rule,
    Scene,
    dates,
    step_over,
    word_rule,
)
from flows.understanding.values import Asked, Role

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_UNIT = r"(?P<unit>(?:business|working|work) ?days?|days?|d(?=ays?)|weeks?|wks?|wk|fortnights?|months?|mths?|mnths?|years?|yrs?|hours?|hrs?|hr|minutes?|mins?)\b(?:'s?)?"
_COUNT = rf"(?P<n>(?:a )?couple(?: of| more)?|half an?|{SMALL})(?: and a half)?"
_LENGTH = rf"{_COUNT}(?: more| extra| additional)?[ -]?{_UNIT}(?: and a half)?"
_LENGTH_AHEAD = re.compile(_LENGTH)
_ABOUT = "(?:(?:about|bout|abt|around|roughly|like|approx|maybe|another|the next|just|only|under|less than|say) )*"

# Nobody puts a payment off for longer; "fired after 20 years" tells of a life.
_YEARS_MAX = 2


def read_count(said: str) -> float | None:
    """How many: a couple is two, half an hour a half; None where it is no number."""
    if said.startswith(("couple", "a couple")):
        return 2
    if said.startswith("half"):
        return 0.5
    value = read_number(said)
    return None if value is None else float(value)


def _length(match: _Match) -> Length | None:
    number = read_count(match["n"])
    if number is None:
        return None
    if "and a half" in match[0]:
        number += 0.5
    unit = match["unit"]
    if unit.startswith("fortnight"):
        return Length(number=number * 2, unit="week")
    return Length(number=number, unit=_unit(unit))


def _unit(said: str) -> str:
    if said.startswith(("business", "work")):
        return "workday"
    names = {"d": "day", "w": "week", "y": "year", "h": "hour"}
    if said.startswith("mi"):
        return "minute"
    return names.get(said[0], "month")


def _ahead(role: Role | None = None, *, from_tomorrow: bool = False) -> Read:
    def read(match: _Match, scene: Scene) -> _Readings:
        length = _length(match)
        if length is None or (length.unit == "year" and length.number > _YEARS_MAX):
            return ()
        start = scene
        if from_tomorrow:
            start = scene._replace(today=days.plus(scene.today, days=1) or scene.today)
        return dates(match, after(start, length), role=role)

    return read


def _asked_for(match: _Match, scene: Scene) -> _Readings:
    """A couple days, need a couple weeks; "for a couple days" tells of the past."""
    is_asked = _ASKS_FOR_TIME.search(match.string, max(0, match.start() - 12), match.start())
    return _ahead()(match, scene) if is_asked else ()


def _in_length(match: _Match, scene: Scene) -> _Readings:
    """In 3 days; "no pay in two months" and "six texts in one day" tell of what has been."""
    text, start = match.string, match.start()
    is_told = _HAS_BEEN.search(text, max(0, start - 40), start)
    return () if is_told else _ahead()(match, scene)


def _within_length(match: _Match, scene: Scene) -> _Readings:
    """Within 3 days; "cancelled within 14 days" tells of what was done."""
    text, start = match.string, match.start()
    is_told = _WAS_DONE.search(text, max(0, start - 30), start)
    return () if is_told else _ahead(Role.DEADLINE)(match, scene)


def _after_length(match: _Match, scene: Scene) -> _Readings:
    """After 3 days; "still not here after two weeks" is a complaint."""
    is_told = _COMPLAINS.search(match.string, max(0, match.start() - 40), match.start())
    return () if is_told else _ahead()(match, scene)


def _after_a_day(match: _Match, scene: Scene) -> _Readings:
    """The 5th and two weeks after; with no day before it tells of anything."""
    is_told = _NAMES_DAY.search(match.string, 0, match.start())
    return _ahead()(match, scene) if is_told else None


def _back(match: _Match, scene: Scene) -> _Readings:
    length = _length(match)
    return () if length is None else dates(match, before(scene, length))


def _answered_length(match: _Match, scene: Scene) -> _Readings:
    """Two weeks answers the question for a day; unasked it tells of anything."""
    if _SUM_BEFORE.search(match.string, max(0, match.start() - 10), match.start()):
        # 100 a month: a rhythm.
        return None
    if scene.asked is Asked.DATE:
        return _ahead(Role.DEADLINE)(match, scene)
    if _SPREADS.search(match.string, 0, match.start()):
        return None
    # "Bank is looking into it. 2 weeks?" asks for so long, and so does "10 days pls".
    is_begun = _BEGINS.search(match.string, 0, match.start())
    is_short = match["unit"][0] in "dwf" or match.string.startswith("?", match.end())
    is_asked = is_begun and is_short and _PLEADS.match(match.string, match.end())
    return _ahead(Role.UNTIL)(match, scene) if is_asked else ()


def _one_or_two(match: _Match, scene: Scene) -> _Readings:
    steps = 7 if match["unit"] == "week" else 1
    return dates(match, days.plus(scene.today, days=steps), days.plus(scene.today, days=2 * steps))


_SPREADS = re.compile(
    r"\b(?:split|spread|break|divide|stretch)(?:ting|ing)? (?:it|this|that|them|the \w+)(?: up| out)?\b|\binstal+ments?\b|\bpayment plan\b"
)
_BEGINS = re.compile(r"(?:^|[.!?;,] ?)(?:maybe |like |say )?$")
_PLEADS = re.compile(r"\?| (?:pls|plz|please)(?: (?:mate|sir|thanks|x))?[ .!?]*$")
_ASKS_FOR_TIME = re.compile(
    r"(?:^|[,.] ?|\b(?:need|gimme|me|just|maybe|like|about|wait|want|another|in) )$"
)
_SUM_BEFORE = re.compile(r"[0-9](?:k|ish| bucks| quid| dollars| pounds| euros?)? $")
_NAMES_DAY = re.compile(
    r"day\b|[0-9](?:st|nd|rd|th)\b|\b(?:mon|tues?|wed|thu|thurs|fri|sat|sun)\b|tom"
)
_HAS_BEEN = re.compile(
    r"\b(?:haven'?t|hasn'?t|hadn'?t|ain'?t|never|not been|no (?:pay|work|wages|income|hours|job|money)|nothing|(?:than|what) (?:i|we) (?:make|earn)|"
    r"(?:texts?|calls?|messages?|msgs|emails?|letters?|times|voicemails|reminders|(?:texted|called|rang|messaged)(?: me)?(?: [a-z0-9]+ times| twice)?|first time))\b(?:(?!\b(?:will|can|could|i'?ll|but)\b)[a-z' ]){0,24}$"
)
_WAS_DONE = re.compile(
    r"\b(?:cancell?ed|returned|refunded|sent (?:it )?back|was told|said|supposed|paid(?<!get paid)|replied|promised)\b[a-z' ]{0,20}$"
)
_COMPLAINS = re.compile(r"n'?t\b|\bnot\b|\bstill\b|\bnever\b")


def _another(match: _Match, scene: Scene) -> _Readings:
    """Another week, a fortnight."""
    weeks = {"week": 1, "fortnight": 2}.get(match["unit"])
    unit = match["unit"] if weeks is None else "week"
    return dates(match, after(scene, Length(number=weeks or 1, unit=unit)), role=Role.UNTIL)


def rules() -> list[Rule]:
    """The rules of lengths, most telling first."""
    return [
        word_rule("in_1_ in_a_ in_on", r"in (?:a|one|1) (?:minute|min|mins|sec)\b", step_over),
        word_rule(
            "1_day 1_wee a_day a_wee in_1_ in_a_ in_on one_d one_w",
            r"(?:in )?(?:a|1|one) (?P<unit>day|week) or (?:two|2|so)\b",
            _one_or_two,
        ),
        counted(
            rf"{_LENGTH} (?:from |after )?(?:{TOMORROW})\b",
            _ahead(from_tomorrow=True),
            gate=_LENGTH_AHEAD,
        ),
        counted(rf"{_LENGTH} (?:ago|back|earlier)\b", _back, gate=_LENGTH_AHEAD),
        counted(rf"{_LENGTH} (?:later|after that|from then)\b", _ahead(), gate=_LENGTH_AHEAD),
        counted(rf"{_LENGTH} after(?= ?$| ?[,.!?])", _after_a_day, gate=_LENGTH_AHEAD),
        counted(rf"{_LENGTH} (?:from (?:now|today)|today|time)\b", _ahead(), gate=_LENGTH_AHEAD),
        counted(rf"{_LENGTH} (?:extension|grace|delay)", _ahead(Role.UNTIL), gate=_LENGTH_AHEAD),
        word_rule(
            "in_th withi", r"(?:within|in) the (?:next|coming) (?P<unit>week|month)\b", _another
        ),
        word_rule("in_", rf"in {_ABOUT}{_LENGTH}(?: time)?(?! (?:payments|instal))", _in_length),
        word_rule("insid withi", rf"(?:within|inside) {_ABOUT}{_LENGTH}", _within_length),
        word_rule("after", rf"after {_ABOUT}{_LENGTH}", _after_length),
        word_rule(
            "can_i could delay exten gimme giv_ give_ hang_ hold_ leave let_m may_i move_"
            " need_ pause postp push_ wait_",
            r"(?:(?<!on )hold(?: it| this| that)?(?: off)?|hang on|leave (?:it|this|that|us|me)(?: be)?|pause(?: it| this)?|postpone|give|gimme|giv|need|extend|extension|delay|wait|push|move|can i have|could i have|can i get|may i have|let me have)"
            rf"(?: (?:me|it|us|by|for|of|this|the|due date|date|back|like|just|have|an?(?= extension)|extension|another|at least|only|out|until)){{0,8}}"
            rf" {_ABOUT}{_LENGTH}(?! (?:ago|plan|instal|emi|payments?\b))",
            _ahead(Role.UNTIL),
        ),
        word_rule(
            "addit anoth extra", rf"(?:extra|another|additional) {_LENGTH}", _ahead(Role.UNTIL)
        ),
        word_rule(
            "addit anoth extra",
            r"(?:extra|another|additional) (?P<n>)(?P<unit>day|week|fortnight|month)\b",
            _another,
        ),
        counted(rf"{_COUNT} (?:more|extra|additional) {_UNIT}", _ahead(Role.UNTIL)),
        word_rule(
            "a_cou coupl", r"(?P<n>(?:a )?couple(?: of| more)?) (?P<unit>days|weeks)\b", _asked_for
        ),
        word_rule("1_for a_for fortn", r"(?:a |1 )?(?P<unit>fortnight)\b(?P<n>)", _another),
        counted(rf"{_LENGTH}(?![ -](?:plan|arrangement))", _answered_length, gate=_LENGTH_AHEAD),
    ]
