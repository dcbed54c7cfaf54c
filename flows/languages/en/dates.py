"""Days by the week and by length: tmrw, next Friday, in two weeks, give me ten days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from flows.languages import days
from flows.languages.en.context import lies_behind
from flows.languages.en.numbers import SMALL, counted, read_number
from flows.languages.lengths import Length, after, before
from flows.languages.scanner import Found, Read, Rule, Scene, dates, word_rule
from flows.understanding.values import Asked, Role

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_TODAY = (
    "today(?:'?s)?|2day|tdy|tonight|tonite|2nite|2night|this (?:evening|afternoon|arvo|morning)|later today|"
    "eod|cob|(?:by )?(?:the )?end of (?:the |today'?s? )?(?:business )?day|close of business"
)
_TOMORROW = (
    r"t[ou]m{1,2}[aeo]?r{1,2}[aeo]?w+|t[ou]m{1,2}or{1,2}o?|tm{1,2}r{1,2}o?w?|tmw|tomo|tomoz|2mor{1,2}ow?|2morro|2mrw|2moz|tmoz|"
    r"tom(?= (?:morning|night|afternoon|evening|am|pm)\b|$)(?<!d tom)(?<!e tom)"
)
_YESTERDAY = "yesterday|yday|yest|last (?:night|evening)|yesturday"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    "(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|weds|we[dn]{1,2}e?sday|wednsday|thu(?:r(?:s(?:day)?)?)?|thrusday|"
    r"fri(?:day)?|friady|sat(?:urday)?|saterday|sun(?:day)?)s?\b"
)
_UNIT = r"(?P<unit>(?:business|working|work) ?days?|days?|d(?=ays?)|weeks?|wks?|wk|fortnights?|months?|mths?|mnths?|years?|yrs?|hours?|hrs?|hr|minutes?|mins?)\b(?:'s?)?"
_COUNT = rf"(?P<n>(?:a )?couple(?: of| more)?|half an?|{SMALL})(?: and a half)?"
_LENGTH = rf"{_COUNT}(?: more| extra| additional)?[ -]?{_UNIT}"
_LENGTH_AHEAD = re.compile(_LENGTH)
_ABOUT = "(?:(?:about|bout|abt|around|roughly|like|approx|maybe|another|the next|just|only|under|less than|say) )*"
_WHICH = {"last": -1, "past": -1, "this": 0, "the": 0, "current": 0, "next": 1, "following": 1}

# The short names of four weekdays are words too: "he sat", "the sun".
_SHORT = frozenset({"mon", "wed", "sat", "sun", "weds"})
_LEADS_TO_DAY = re.compile(
    r"(?:^|[,/.;&-] ?|\b(?:on|by|this|till|til|until|before|after|from|coming|or|and|every|each|maybe|due|for|late|early|since|"
    r"say|following|pay|paid|pls|ok|okay|yes|week|til|send|works|starting|call) )$"
)
_FOLLOWS_DAY = re.compile(
    r"$|'s\b|\s*[,.!?/;&)-]|\s+(?:is (?:better|fine|good|ok|okay|best|when|pay ?day|my|cool|easier|possible)|would|will|sounds|can|could|instead|better|fine|good|that|this|should|morning|mornin|night|noon|evening|eve|afternoon|at|am|pm|or|and|pls|plz|please|then|for sure|ok|okay|works|"
    r"if|when|next|latest|instead|i|i'll|ill|by|after|before|week|week|the|around|sometime|payday|[0-9])\b"
)
_AFTER_WORK = "after work|when i finish work|when i get home|after my shift|once im home"


def _today(match: _Match, scene: Scene) -> _Readings:
    return dates(match, scene.today)


def _offset(number: int) -> Read:
    def read(match: _Match, scene: Scene) -> _Readings:
        return dates(match, days.plus(scene.today, days=number))

    return read


def _weekday_index(match: _Match) -> int:
    return _WEEKDAYS.index("wed" if match["weekday"][:1] == "w" else _spelt(match["weekday"])[:3])


def _spelt(word: str) -> str:
    return "thu" if word.startswith("thr") else word


def _weekday(match: _Match, scene: Scene) -> _Readings:
    if match["weekday"] in _SHORT and not _is_short_day(match):
        return ()
    weekday = _weekday_index(match)
    if lies_behind(match, scene):
        return dates(match, days.weekday_before(scene.today, weekday))
    coming = days.weekday_from(scene.today, weekday)
    if coming == scene.today:
        return dates(match, coming, days.plus(coming, weeks=1))
    return dates(match, coming)


def _is_short_day(match: _Match) -> bool:
    text, start = match.string, match.start()
    is_led_to = bool(_LEADS_TO_DAY.search(text, max(0, start - 12), start))
    return is_led_to and bool(_FOLLOWS_DAY.match(text, match.end()))


def _this_weekday(match: _Match, scene: Scene) -> _Readings:
    """This Friday, the coming Friday: the next one; this Monday said on a Wednesday may be past."""
    weekday = _weekday_index(match)
    if lies_behind(match, scene):
        return dates(match, days.weekday_before(scene.today, weekday))
    return dates(match, days.weekday_from(scene.today, weekday))


def _next_weekday(match: _Match, scene: Scene) -> _Readings:
    """Next Friday is the coming one or that of next week; both are asked about."""
    weekday = _weekday_index(match)
    tomorrow = days.plus(scene.today, days=1) or scene.today
    coming = days.weekday_from(tomorrow, weekday)
    return dates(match, coming, days.weekday_of_week(scene.today, weekday, 1))


def _weekday_after_next(match: _Match, scene: Scene) -> _Readings:
    weekday = _weekday_index(match)
    return dates(match, *(days.weekday_of_week(scene.today, weekday, weeks) for weeks in (1, 2)))


def _nth_weekday(match: _Match, scene: Scene) -> _Readings:
    """The first Monday in April, the last Friday of the month."""
    if match["month"] and match["month"][:3] not in MONTHS:
        return None
    year, month = days.shifted_month(scene.today, int(match["which"] == "next"))
    if match["month"]:
        month = MONTHS.index(match["month"][:3]) + 1
        year = scene.today.year + (month < scene.today.month)
    first = days.weekday_from(date(year, month, 1), _weekday_index(match))
    if match["nth"] == "last":
        return dates(
            match,
            days.weekday_before(days.month_end(year, month) + timedelta(days=1), first.weekday()),
        )
    weeks = {"f": 0, "1": 0, "s": 1, "2": 1}.get(match["nth"][0], 2)
    return dates(match, days.plus(first, weeks=weeks))


def _last_weekday(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.weekday_before(scene.today, _weekday_index(match)))


def _weekday_of_week(match: _Match, scene: Scene) -> _Readings:
    """Friday next week."""
    weeks = _WHICH[match["which"]]
    return dates(match, days.weekday_of_week(scene.today, _weekday_index(match), weeks))


def _weeks_from_weekday(match: _Match, scene: Scene) -> _Readings:
    """A week from Friday, Friday week, two weeks on Monday."""
    number = _number(match["n"]) if match["n"] else 1
    coming = days.weekday_from(scene.today, _weekday_index(match))
    return dates(match, days.plus(coming, weeks=number) if number else None)


def _number(said: str) -> float | None:
    if said.startswith(("couple", "a couple")):
        return 2
    if said.startswith("half"):
        return 0.5
    value = read_number(said)
    return None if value is None else float(value)


def _length(match: _Match) -> Length | None:
    number = _number(match["n"])
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
        if length is None:
            return ()
        start = scene
        if from_tomorrow:
            start = replace(scene, today=days.plus(scene.today, days=1) or scene.today)
        return dates(match, after(start, length), role=role)

    return read


def _asked_for(match: _Match, scene: Scene) -> _Readings:
    """A couple days, need a couple weeks; "for a couple days" tells of the past."""
    is_asked = _ASKS_FOR_TIME.search(match.string, max(0, match.start() - 12), match.start())
    return _ahead()(match, scene) if is_asked else ()


def _after_length(match: _Match, scene: Scene) -> _Readings:
    """After 3 days; "still not here after two weeks" is a complaint."""
    is_told = _COMPLAINS.search(match.string, max(0, match.start() - 40), match.start())
    return () if is_told else _ahead()(match, scene)


def _since_weekday(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.weekday_before(scene.today, _weekday_index(match)))


def _back(match: _Match, scene: Scene) -> _Readings:
    length = _length(match)
    return () if length is None else dates(match, before(scene, length))


def _answered_length(match: _Match, scene: Scene) -> _Readings:
    """Two weeks answers the question for a day; unasked it tells of anything."""
    return _ahead(Role.DEADLINE)(match, scene) if scene.asked is Asked.DATE else ()


def _one_or_two(match: _Match, scene: Scene) -> _Readings:
    steps = 7 if match["unit"] == "week" else 1
    return dates(match, days.plus(scene.today, days=steps), days.plus(scene.today, days=2 * steps))


def _weekend(match: _Match, scene: Scene) -> _Readings:
    which = match["which"] or "this"
    weeks = (0, 1) if which == "next" else (_WHICH[which],)
    saturdays = [days.weekday_of_week(scene.today, days.SATURDAY, number) for number in weeks]
    if which == "next":
        return dates(match, *saturdays)
    return dates(match, saturdays[0], days.weekday_of_week(scene.today, days.SUNDAY, weeks[0]))


def _week(match: _Match, scene: Scene) -> _Readings:
    weeks = 2 if match["after_next"] else _WHICH[match["which"]]
    part = match["part"] or ""
    first, last = (0, 2) if part.startswith(("early", "start", "beg")) else (0, days.SUNDAY)
    if part.startswith(("mid", "late", "end")) and part != "later":
        first, last = (2, 3) if part.startswith("mid") else (4, days.SUNDAY)
    monday, sunday = (days.weekday_of_week(scene.today, day, weeks) for day in (first, last))
    monday = max(monday, scene.today) if weeks == 0 else monday
    is_told = weeks > 0 or bool(part) or bool(_PAYS_IT.search(match.string, 0, match.start()))
    if weeks < 0:
        is_told = lies_behind(match, scene)
    return dates(match, monday, sunday) if is_told else ()


def _end_of_week(match: _Match, scene: Scene) -> _Readings:
    return dates(match, *(days.weekday_of_week(scene.today, day, 0) for day in (4, days.SUNDAY)))


def _weakly_today(match: _Match, scene: Scene) -> _Readings:
    return [replace(found, is_weak=True) for found in dates(match, scene.today)]


_PAYS_IT = re.compile(
    r"(?:^|\b(?:pay|do|send|sort|clear|settle)(?: (?:it|that|this|you|u|all|something|some|the rest)){0,2} )$"
)
_ASKS_FOR_TIME = re.compile(
    r"(?:^|[,.] ?|\b(?:need|gimme|me|just|maybe|like|about|wait|want|another|in) )$"
)
_COMPLAINS = re.compile(r"n'?t\b|\bnot\b|\bstill\b|\bnever\b")


def rules() -> list[Rule]:
    """The rules of days, weeks and lengths, most telling first."""
    return [*_rules_of_words(), *_rules_of_lengths(), *_rules_of_weeks(), *_rules_of_weekdays()]


def _rules_of_words() -> list[Rule]:
    the = "(?:the )?"
    return [
        word_rule("2 by cl co en eo la td th to", rf"(?:{_TODAY})\b", _today),
        word_rule("da ov th", rf"{the}day after (?:{_TOMORROW})\b|overmorrow\b", _offset(2)),
        word_rule("da th", rf"{the}day before yesterday", _offset(-2)),
        word_rule("2 tm to tu", rf"(?:{_TOMORROW})\b", _offset(1)),
        word_rule("la yd ye", rf"(?:{_YESTERDAY})\b", _offset(-1)),
        word_rule("af on wh", rf"(?:{_AFTER_WORK})\b", _weakly_today),
    ]


def _rules_of_lengths() -> list[Rule]:
    return [
        counted(
            rf"(?P<n>{SMALL}|(?:a )?couple(?: of)?) (?:weeks?|wks?) (?:from|on|after) (?:this |next )?{_WEEKDAY}",
            _weeks_from_weekday,
        ),
        word_rule(
            "1 a_ in on", r"(?:in )?(?:a|1|one) (?P<unit>day|week) or (?:two|2|so)\b", _one_or_two
        ),
        word_rule(
            "we", rf"(?P<n>)week (?:from|on) (?:this |next )?{_WEEKDAY}", _weeks_from_weekday
        ),
        counted(
            rf"{_LENGTH} (?:from |after )?(?:{_TOMORROW})\b",
            _ahead(from_tomorrow=True),
            gate=_LENGTH_AHEAD,
        ),
        counted(rf"{_LENGTH} (?:ago|back|earlier)\b", _back, gate=_LENGTH_AHEAD),
        counted(
            rf"{_LENGTH} (?:from (?:now|today)|today|later|time)\b", _ahead(), gate=_LENGTH_AHEAD
        ),
        counted(rf"{_LENGTH} (?:extension|grace|delay)", _ahead(Role.UNTIL), gate=_LENGTH_AHEAD),
        word_rule("in wi", r"(?:within|in) the (?:next|coming) (?P<unit>week|month)\b", _another),
        word_rule("in", rf"in {_ABOUT}{_LENGTH}(?: time)?(?! (?:payments|instal))", _ahead()),
        word_rule("in wi", rf"(?:within|inside) {_ABOUT}{_LENGTH}", _ahead(Role.DEADLINE)),
        word_rule("af", rf"after {_ABOUT}{_LENGTH}", _after_length),
        word_rule(
            "ca co de ex gi le ma mo ne pu wa",
            r"(?:give|gimme|giv|need|extend|extension|delay|wait|push|move|can i have|could i have|can i get|may i have|let me have)"
            rf"(?: (?:me|it|us|by|for|of|this|the|due date|date|back|like|just|have|an?(?= extension)|extension|another|at least|only|out|until)){{0,8}}"
            rf" {_ABOUT}{_LENGTH}(?! (?:ago|plan))",
            _ahead(Role.UNTIL),
        ),
        word_rule("ad an ex", rf"(?:extra|another|additional) {_LENGTH}", _ahead(Role.UNTIL)),
        word_rule(
            "ad an ex",
            r"(?:extra|another|additional) (?P<n>)(?P<unit>day|week|fortnight|month)\b",
            _another,
        ),
        counted(rf"{_COUNT} (?:more|extra|additional) {_UNIT}", _ahead(Role.UNTIL)),
        word_rule(
            "a_ co", r"(?P<n>(?:a )?couple(?: of| more)?) (?P<unit>days|weeks)\b", _asked_for
        ),
        word_rule("1 a_ fo", r"(?:a |1 )?(?P<unit>fortnight)\b(?P<n>)", _another),
        counted(rf"{_LENGTH}(?![ -](?:plan|arrangement))", _answered_length, gate=_LENGTH_AHEAD),
    ]


def _another(match: _Match, scene: Scene) -> _Readings:
    """Another week, a fortnight."""
    weeks = {"week": 1, "fortnight": 2}.get(match["unit"])
    unit = match["unit"] if weeks is None else "week"
    return dates(match, after(scene, Length(number=weeks or 1, unit=unit)), role=Role.UNTIL)


def _rules_of_weeks() -> list[Rule]:
    part = "(?P<part>early|later|late|mid|middle of|start of|beginning of|end of|some ?time)"
    week = r"(?:week|wk)\b"
    return [
        word_rule(
            "la ne th",
            rf"(?P<which>this|last|next) {week} ?(?:on )?{_WEEKDAY}",
            _weekday_of_week,
        ),
        word_rule(
            "fr mo sa su th tu we",
            rf"{_WEEKDAY},? (?:of )?(?P<which>this|last|next) {week}",
            _weekday_of_week,
        ),
        word_rule("fr mo sa su th tu we", rf"{_WEEKDAY} week\b(?P<n>)", _weeks_from_weekday),
        word_rule(
            "th", rf"the {week} after next(?P<which>)(?P<part>)(?P<after_next>)", _week_after_next
        ),
        word_rule("we wk", rf"{week} after next(?P<which>)(?P<part>)", _week_after_next),
        word_rule(
            "at co la ne on ov th we",
            r"(?:over |on |at )?(?:(?P<which>this|the|next|last) )?(?:coming )?weekend\b",
            _weekend,
        ),
        word_rule(
            "be ea en fo in la mi ne so st th",
            rf"(?:{part} )?(?:in |the )?(?P<which>next|this|following|last) {week}(?P<after_next> after next)?",
            _week,
        ),
        word_rule(
            "en eo th we wi",
            rf"(?:(?:the )?end of|within) (?:the |this )?{week}|eow\b|week ?end\b",
            _end_of_week,
        ),
    ]


def _week_after_next(match: _Match, scene: Scene) -> _Readings:
    monday, sunday = (days.weekday_of_week(scene.today, day, 2) for day in (0, days.SUNDAY))
    return dates(match, monday, sunday)


def _rules_of_weekdays() -> list[Rule]:
    return [
        word_rule("fr mo sa su th tu we", rf"(?:the )?{_WEEKDAY} after next", _weekday_after_next),
        word_rule(
            "1 2 3 fi la se th",
            rf"(?:the )?(?P<nth>first|second|third|last|1st|2nd|3rd) {_WEEKDAY} (?:in|of) (?:(?P<which>the|this|next) month|(?P<month>[a-z]{{3,9}}))",
            _nth_weekday,
        ),
        word_rule("fo ne th", rf"(?:the )?(?:next|following) {_WEEKDAY}", _next_weekday),
        word_rule("co th", rf"(?:this |the )?coming {_WEEKDAY}", _this_weekday),
        word_rule("th", rf"this {_WEEKDAY}", _this_weekday),
        word_rule("la pa th", rf"(?:last|this past|past) {_WEEKDAY}", _last_weekday),
        word_rule("si", rf"since (?:last )?{_WEEKDAY}", _since_weekday),
        word_rule("fr mo sa su th tu we", _WEEKDAY, _weekday),
    ]
