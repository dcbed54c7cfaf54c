"""Days by the month and by the pay day: the 15th, April 3, end of next month, when I get paid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flows.languages import days
from flows.languages.en.context import lies_behind
from flows.languages.en.dates import MONTHS as _MONTHS
from flows.languages.scanner import Found, Rule, Scene, dates, entity, rule, step_over, word_rule
from flows.understanding.values import EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_WHICH = {"last": -1, "this": 0, "the": 0, "next": 1, "following": 1}
# From here on the beginning of the month is that of the next one.
_MONTH_STARTS_OVER = 10
_PAY_DAY_MAX = 31
_MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTH_NAME = _MONTH.replace("?P<month>", "?:")
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
_ORDINAL_WORD = "|".join(word.replace("-", "[ -]?") for word in reversed(_ORDINALS))
_ORDINAL = rf"(?:(?P<figure>[0-9]{{1,2}}) ?(?:st|nd|rd|th)\b|(?P<word>{_ORDINAL_WORD})\b)"
# A day stands at the end or before a little word; "my 3rd request" and "2nd notice" are none.
_NOT_A_DAY = (
    r"(?= ?(?:$|[,.!?;:/&)…~-])| (?:of|at|by|and|or|if|when|i|i'?ll|i'?m|is|works?|pls|plz|please|ok|okay|for|because|but|so|then|morning|afternoon|evening|"
    r"night|to|instead|latest|next|this|can|will|would|should|my|on|as|the|pay ?day|each|every|from|until|till|that|we|sometime|after|before|it|fine|good|"
    r"sounds|with|in|max|at|u|you|not|like|unless|cuz|bc|since|thanks|thx|ty|mate|bro|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)(?:\b|(?<=jan)|(?<=feb)|(?<=mar)|(?<=apr)))"
)
# After "the" or "by the" it takes a noun to make it something else: the 3rd party.
_NOT_A_DAY_EITHER = (
    r"(?! ?-?(?:time|notice|call|text|message|letter|party|floor|job|mortgage|baby|kid|child|option|one\b|person|payment|instal|plan|choice|reminder|email|"
    r"warning|attempt|bill|account|loan|card|wife|husband|chance|degree|place|street|ave|grade|hand|half|quarter|thing|request|day in|month|week|year|of (?:my|three|two|many)))"
)
_ORDINAL_OF = re.compile(
    r"\b(?:my|your|ur|his|her|their|another|this is the|for the|its the|it'?s my|a) $"
)
_WAGES = r"(?:wages?|salary|pay|pay ?check|check|cheque|pay ?cheque|direct deposit|benefits?|ssi|ssdi|pension|giro|stipend|tax refund|tax return)"
_PAYDAY = (
    r"(?:get|gets|getting|got) paid(?! (?:off|for|in full|back|already|every|weekly|monthly|bi|twice|each))|(?:i'?ll|i will|when i'?m|when i am|once i'?m|til i'?m) (?:be )?paid|"
    rf"(?:my |the |next )?{_WAGES} (?:(?:will )?(?:come|hit|land|clear|drop|arrive|get here|go|post)s?|came|is in|are in)(?: (?:in|through|into|here))*|"
    rf"(?:when|once|after|till?|until|on|by|waiting (?:for|on)|wait (?:for|on)|(?:as )?soon as|with|from|upon) (?:i get |i have )?(?:my|the|next|this)(?: next)? {_WAGES}\b|next {_WAGES}\b|"
    r"pay ?day|(?:wage|salary) day"
)


def _part_of_month(match: _Match, scene: Scene) -> _Readings:
    """End of next month, mid April, start of the month; a month alone is only asked about."""
    year, month = _month_meant(match, scene)
    part = match["part"] or ""
    end = days.month_end(year, month)
    if part.startswith(("end", "last", "month", "late", "eom")):
        return dates(match, end.replace(day=21), end) if part == "late" else dates(match, end)
    first = end.replace(day=1)
    if part.startswith("mid"):
        return dates(match, end.replace(day=15), end.replace(day=20))
    if part and not match["month"] and not match["which"] and scene.today.day > 10:
        year, month = days.shifted_month(scene.today, 1)
        first = days.month_end(year, month).replace(day=1)
    return dates(match, first, first.replace(day=5)) if part else dates(match, first, end)


def _month_meant(match: _Match, scene: Scene) -> tuple[int, int]:
    if match["month"]:
        month = _MONTHS.index(match["month"][:3]) + 1
        return scene.today.year + (month < scene.today.month), month
    return days.shifted_month(scene.today, _WHICH.get(match["which"] or "this", 0))


def _whole_month(match: _Match, scene: Scene) -> _Readings:
    """Next month, in April; paid in January is the last one."""
    year, month = _month_meant(match, scene)
    if match["month"] and (year, month) > (scene.today.year, scene.today.month):
        year -= lies_behind(match, scene)
    end = days.month_end(year, month)
    return dates(match, end.replace(day=1), end)


def _last_month(match: _Match, scene: Scene) -> _Readings:
    is_past = lies_behind(match, scene)
    return _whole_month(match, scene) if is_past else ()


def _end_of_month(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.month_end(scene.today.year, scene.today.month))


def _named_day(match: _Match, scene: Scene) -> _Readings:
    """April 3, 3rd of April 2026."""
    month = _MONTHS.index(match["month"][:3]) + 1
    number = _ordinal(match) or (int(match["day"]) if match["day"] else 0)
    if match["year"]:
        return dates(match, days.day(int(match["year"]), month, number))
    is_past = lies_behind(match, scene)
    return dates(match, days.day_in_year(scene.today, month, number, is_past=is_past))


def _ordinal(match: _Match) -> int | None:
    if match["figure"]:
        return int(match["figure"])
    if not match["word"]:
        return None
    plain = match["word"].replace(" ", "-")
    spelt = [word.replace("-", "") for word in _ORDINALS]
    return spelt.index(plain.replace("-", "")) + 1


def _day_of_month(match: _Match, scene: Scene) -> _Readings:
    number = _ordinal(match)
    start = match.start()
    if number is None or _ORDINAL_OF.search(match.string, max(0, start - 14), start):
        return ()
    is_past = lies_behind(match, scene)
    found = dates(match, *days.day_of_month(scene.today, number, is_past=is_past))
    # Without "by the": what leads to the day tells its role.
    return [
        replace(one, start=match.start("figure" if match["figure"] else "word")) for one in found
    ]


def _day_of_said_month(match: _Match, scene: Scene) -> _Readings:
    """The 5th of next month, next month on the 10th; first of the month is the next one."""
    number = _ordinal(match)
    if number is None:
        return ()
    if match["which"] == "the":
        return dates(match, *days.day_of_month(scene.today, number))
    year, month = days.shifted_month(scene.today, _WHICH[match["which"]])
    return dates(match, days.day(year, month, number))


def _every_month(match: _Match, _scene: Scene) -> _Readings:
    """The 15th of each month, 1st and 15th."""
    numbers = [_ordinal(match) or 0]
    if match["second"]:
        numbers.append(int(match["second"]))
    if not all(1 <= number <= 31 for number in numbers):
        return ()
    rhythm = Frequency.SEMIMONTHLY if len(numbers) == 2 else Frequency.MONTHLY
    return [
        entity(match, EntityKind.FREQUENCY, rhythm),
        *(entity(match, EntityKind.PAY_DAY, number) for number in numbers),
    ]


def _end_of_every_month(match: _Match, _scene: Scene) -> _Readings:
    return [
        entity(match, EntityKind.FREQUENCY, Frequency.MONTHLY),
        entity(match, EntityKind.PAY_DAY, 31),
    ]


def _payday(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.DATE, None)]


def _between(match: _Match, scene: Scene) -> _Readings:
    """Between the 15th and the 20th."""
    numbers = (_ordinal(match), int(match["second"]))
    found = [days.day_of_month(scene.today, number) for number in numbers if number]
    return dates(match, *(day for several in found for day in several[:1]))


def _payday_on(match: _Match, scene: Scene) -> _Readings:
    """I get paid on the 25th."""
    number = _ordinal(match)
    found = dates(match, *days.day_of_month(scene.today, number)) if number else []
    return [entity(match, EntityKind.PAY_DAY, number), *found] if found else ()


def _year_end(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.day(scene.today.year, days.MONTHS_PER_YEAR, 31))


def _christmas(match: _Match, scene: Scene) -> _Readings:
    is_new_year, is_eve = "new" in match[0], "eve" in match[0]
    month, number = (12, 31) if is_new_year else (12, 25)
    if is_new_year and not is_eve:
        month, number = 1, 1
    elif is_eve and not is_new_year:
        number = 24
    return dates(match, days.day_in_year(scene.today, month, number))


def rules() -> list[Rule]:
    """The rules of months, days of the month and pay days, most telling first."""
    return [*_rules_of_wages(), *_rules_of_every_month(), *_rules_of_months(), *_rules_of_days()]


_THE = "(?:on )?(?:the )?"
_LEAD = "0123456789otfsen"
_ORDINAL_AHEAD = re.compile(rf"{_THE}(?:[0-9]{{1,2}} ?(?:st|nd|rd|th)|(?:{_ORDINAL_WORD}))\b")
_WAGES_START = "gbwsmpcaindtuofe"
_WAGES_AHEAD = re.compile(rf"{_PAYDAY}|{_WAGES}")


def _rules_of_wages() -> list[Rule]:
    link = "(?: (?:is|are|on|always|every month|around|about|the|of|comes|in))*"
    second = r"(?: ?(?:and|&|/|,) ?(?:the )?(?P<second>[0-9]{1,2})(?:st|nd|rd|th))?"
    return [
        word_rule(
            "ea ev pe", r"(?:every|each|per) (?:pay ?day|pay ?check|pay ?cheque|pay)\b", step_over
        ),
        word_rule(
            "af as be by ch di fr ge gi go i' i_ il my ne on pa pe sa so ss st ta th ti un up wa wh wi",
            rf"(?:{_PAYDAY}|{_WAGES}){link} {_ORDINAL}{second}",
            _payday_on,
            gate=_WAGES_AHEAD,
        ),
        word_rule(
            "pa",
            rf"paid on the {_ORDINAL} (?:and|&) (?:the )?(?P<second>[0-9]{{1,2}})(?:st|nd|rd|th)",
            _every_month,
        ),
        word_rule(
            "af as be by ch di fr ge gi go i' i_ il my ne on pa pe sa so ss st ta th ti un up wa wh wi",
            rf"(?:{_PAYDAY})\b",
            _payday,
            gate=_WAGES_AHEAD,
        ),
    ]


def _rules_of_every_month() -> list[Rule]:
    until = r"(?: and| to|-) ?(?:the )?(?P<second>[0-9]{1,2})(?:st|nd|rd|th)\b"
    second = r"(?: ?(?:and|&|/|\+) ?(?:the )?(?P<second>[0-9]{1,2}) ?(?:st|nd|rd|th)\b)"
    month = "(?:of |in )?(?:each|every|the|a) (?:month|mth)"
    return [
        word_rule("be fr", rf"(?:between|from) (?:the )?{_ORDINAL}{until}", _between),
        word_rule(
            "0 1 2 3 4 5 6 7 8 9 ei el fi fo ni on se si te th tw",
            rf"{_THE}{_ORDINAL}{second}(?: {month})?",
            _every_month,
            gate=_ORDINAL_AHEAD,
        ),
        word_rule(
            "0 1 2 3 4 5 6 7 8 9 ei el fi fo ni on se si te th tw",
            rf"{_THE}{_ORDINAL}(?P<second>)? (?:of |in )?(?:each|every) (?:month|mth)",
            _every_month,
            gate=_ORDINAL_AHEAD,
        ),
        word_rule(
            "ea ev",
            rf"(?:each|every) (?:month )?(?:on )?(?:the )?{_ORDINAL}{second}?(?: of the month)?",
            _every_month,
        ),
        word_rule(
            "en la th", r"(?:the )?(?:end|last day) of (?:each|every) month", _end_of_every_month
        ),
    ]


def _rules_of_months() -> list[Rule]:
    month = rf"(?:(?:(?P<which>the|this|next|following) )?month\b|{_MONTH})"
    part = "(?P<part>end of|ending|last day of|start of|beginning of|first week of|early|mid|middle of|late)"
    year = "(?:,? ?(?P<year>20[0-9]{2}))?"
    day = r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9:/.]|[ap]m| ?%)"
    return [
        word_rule(
            "by en eo mo th",
            r"(?:(?:by |the )?(?P<part>end of month|month'?s? ?-?end|eom|end of d?month)\b)(?P<month>)?(?P<which>)?",
            _part_of_month,
        ),
        word_rule(
            "be ea en fi la mi st th", rf"(?:the )?{part}[ -](?:the )?{month}", _part_of_month
        ),
        word_rule(
            "by en eo th ye",
            r"(?:the |by )?(?:end of (?:the |this )?year|year ?-?end|eoy)\b",
            _year_end,
        ),
        word_rule(
            "ch ne xm",
            r"christmas(?: eve)?|xmas(?: eve)?|new ?year(?:'?s)?(?: (?:day|eve))?",
            _christmas,
        ),
        word_rule(
            "ap au de fe ja ju ma no oc se",
            rf"{_MONTH} (?:the )?(?:{_ORDINAL}|{day}){year}",
            _named_day,
        ),
        word_rule(
            "0 1 2 3 4 5 6 7 8 9 ei el fi fo ni on se si te th tw",
            rf"{_THE}(?:{_ORDINAL}|{day}) ?(?:of )?{_MONTH}{year}",
            _named_day,
        ),
        word_rule(
            "0 1 2 3 4 5 6 7 8 9 ei el fi fo ni on se si te th tw",
            rf"{_THE}{_ORDINAL}(?: day)? (?:of )?(?P<which>the|this|next|following|last) month\b",
            _day_of_said_month,
        ),
        word_rule(
            "fo la ne th",
            rf"(?P<which>next|this|last|following) month,? (?:on )?(?:the )?{_ORDINAL}",
            _day_of_said_month,
        ),
        word_rule("ne", r"(?P<which>next) month\b(?P<month>)?", _whole_month),
        word_rule("la", r"(?P<which>last) month\b(?P<month>)?", _last_month),
        word_rule("wi", r"within (?:the|this) month\b", _end_of_month),
        word_rule("si", rf"since (?:last )?{_MONTH}", step_over),
        word_rule(
            "be by du in ti un",
            rf"(?:in|during|till|until|before|by) (?P<which>)?{_MONTH}(?! (?:be|not|i|have|take|need))",
            _whole_month,
        ),
        word_rule(
            "ap au de fe ja ju no oc se",
            r"(?P<which>)?(?P<month>april|january|february|june|july|august|september|october|november|december)\b",
            _whole_month,
        ),
    ]


def _rules_of_days() -> list[Rule]:
    figure = r"(?P<word>)?(?P<figure>[0-9]{1,2}) ?(?:st|nd|rd|th)\b"
    spelt = rf"(?P<figure>)?(?P<word>{_ORDINAL_WORD})\b"
    lead = r"(?:on|by|before|b4|after|until|till?|from|due|around|since|is)(?: on)?(?: the)? "
    return [
        word_rule(
            "af ar b4 be by du fr is on si ti un",
            rf"{lead}(?:{_ORDINAL})(?! ?(?:of |in )?(?:(?:the|this|next|each|every|following) )?(?:month\b|{_MONTH_NAME})){_NOT_A_DAY_EITHER}",
            _day_of_month,
        ),
        word_rule("th", rf"the {figure}{_NOT_A_DAY_EITHER}", _day_of_month),
        word_rule(
            "th",
            rf"the {spelt}(?=$| ?[,.!?]| (?:of the month|pls|please|ok|works|at|by|is fine)){_NOT_A_DAY}",
            _day_of_month,
        ),
        rule("0123456789", rf"{figure}{_NOT_A_DAY}", _day_of_month),
        rule("0123456789", figure, step_over),
        word_rule(
            "fi te th tw",
            r"(?P<figure>)?(?P<word>fifteenth|twentieth|twenty-?fifth|thirtieth|tenth)\b"
            + _NOT_A_DAY,
            _day_of_month,
        ),
    ]
