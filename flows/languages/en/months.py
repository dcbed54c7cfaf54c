"""Days by the month and by the pay day: the 15th, April 3, end of next month, when I get paid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages import days
from flows.languages.en.context import is_paid_then
from flows.languages.scanner import Found, Read, Rule, Scene, dates, entity, step_over
from flows.understanding.values import EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHICH = {"last": -1, "this": 0, "the": 0, "next": 1, "following": 1}
# From here on the beginning of the month is that of the next one.
_MONTH_STARTS_OVER = 10
_PAY_DAY_MAX = 31
_MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
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
_NOT_A_DAY = (
    r"(?! ?-?(?:time|notice|call|text|message|letter|party|floor|job|mortgage|baby|kid|child|option|one\b|person|payment|instal|"
    r"plan|choice|reminder|email|warning|attempt|bill|account|loan|card|wife|husband|chance|degree|place|street|ave|grade|hand|half|quarter))"
)
_PAYDAY = (
    r"pay ?day|pay ?check(?:s)?(?: (?:hits|clears|comes(?: in)?|lands|drops|is in))?|(?:get|gets|getting|got|be|am|im|been) paid(?! off| in full| back| already)|"
    r"(?:wages?|salary|pay|check|cheque|money|paycheque|direct deposit|benefits?|ssi|ssdi|pension|giro|stipend|tax refund)"
    r" (?:come|comes|came|hits?|lands?|clears?|drops?|arrives?|gets? here|goes|is|are)(?: (?:in|through|into|here))*|my (?:salary|wages|paycheck|paycheque)|(?:wage|salary) day"
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
    """Next month, in April."""
    year, month = _month_meant(match, scene)
    end = days.month_end(year, month)
    return dates(match, end.replace(day=1), end)


def _named_day(match: _Match, scene: Scene) -> _Readings:
    """April 3, 3rd of April 2026."""
    month = _MONTHS.index(match["month"][:3]) + 1
    number = _ordinal(match) or (int(match["day"]) if match["day"] else 0)
    if match["year"]:
        return dates(match, days.day(int(match["year"]), month, number))
    is_past = is_paid_then(match.string, match.start(), match.end())
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
    if number is None:
        return ()
    is_past = is_paid_then(match.string, match.start(), match.end())
    return dates(match, *days.day_of_month(scene.today, number, is_past=is_past))


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


def _payday_on(match: _Match, scene: Scene) -> _Readings:
    """I get paid on the 25th."""
    number = _ordinal(match)
    found = dates(match, *days.day_of_month(scene.today, number)) if number else []
    return [entity(match, EntityKind.PAY_DAY, number), *found] if found else ()


def _year_end(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.day(scene.today.year, days.MONTHS_PER_YEAR, 31))


def _christmas(match: _Match, scene: Scene) -> _Readings:
    month, number = (1, 1) if "new" in match[0] else (12, 24 if "eve" in match[0] else 25)
    return dates(match, days.day_in_year(scene.today, month, number))


def _rule(starts: str, pattern: str, read: Read) -> Rule:
    return Rule(starts=starts, pattern=re.compile(pattern), read=read)


def rules() -> list[Rule]:
    """The rules of months, days of the month and pay days, most telling first."""
    return [*_rules_of_wages(), *_rules_of_every_month(), *_rules_of_months(), *_rules_of_days()]


_THE = "(?:on )?(?:the )?"
_LEAD = "0123456789abdefijlmnostw"


def _rules_of_wages() -> list[Rule]:
    link = "(?: (?:is|are|on|always|every month|around|about|the|of|comes|in))*"
    second = r"(?: ?(?:and|&|/|,) ?(?:the )?(?P<second>[0-9]{1,2})(?:st|nd|rd|th))?"
    return [
        _rule("gbwsmpcaind", rf"(?:{_PAYDAY}){link} {_ORDINAL}{second}", _payday_on),
        _rule(
            "p",
            rf"paid on the {_ORDINAL} (?:and|&) (?:the )?(?P<second>[0-9]{{1,2}})(?:st|nd|rd|th)",
            _every_month,
        ),
        _rule("gbwsmpcaidt", rf"(?:{_PAYDAY})", _payday),
    ]


def _rules_of_every_month() -> list[Rule]:
    second = r"(?: ?(?:and|&|/|,|\+) ?(?:the )?(?P<second>[0-9]{1,2}) ?(?:st|nd|rd|th)\b)"
    month = "(?:of |in )?(?:each|every|the|a) (?:month|mth)"
    return [
        _rule(
            _LEAD,
            rf"{_THE}{_ORDINAL}{second}(?: {month})?",
            _every_month,
        ),
        _rule(
            _LEAD,
            rf"{_THE}{_ORDINAL}(?P<second>)? (?:of |in )?(?:each|every) (?:month|mth)",
            _every_month,
        ),
        _rule(
            "e",
            rf"(?:each|every) (?:month )?(?:on )?(?:the )?{_ORDINAL}(?P<second>)?(?: of the month)?",
            _every_month,
        ),
        _rule("elt", r"(?:the )?(?:end|last day) of (?:each|every) month", _end_of_every_month),
    ]


def _rules_of_months() -> list[Rule]:
    month = rf"(?:(?:(?P<which>the|this|next|following) )?month\b|{_MONTH})"
    part = "(?P<part>end of|ending|last day of|start of|beginning of|first week of|early|mid|middle of|late)"
    year = "(?:,? ?(?P<year>20[0-9]{2}))?"
    day = r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9:/.]|[ap]m| ?%)"
    return [
        _rule(
            "emt",
            r"(?:(?:by |the )?(?P<part>end of month|month'?s? ?-?end|eom|end of d?month)\b)(?P<month>)?(?P<which>)?",
            _part_of_month,
        ),
        _rule("etlsbmf", rf"(?:the )?{part}[ -](?:the )?{month}", _part_of_month),
        _rule("ebt", r"(?:the |by )?(?:end of (?:the |this )?year|year ?-?end|eoy)\b", _year_end),
        _rule("cxn", r"christmas(?: eve)?|xmas(?: eve)?|new ?year'?s?(?: day)?", _christmas),
        _rule("jfmasond", rf"{_MONTH} (?:the )?(?:{_ORDINAL}|{day}){year}", _named_day),
        _rule(
            "0123456789ot" + "fsen",
            rf"{_THE}(?:{_ORDINAL}|{day}) ?(?:of )?{_MONTH}{year}",
            _named_day,
        ),
        _rule(
            "0123456789otfsen",
            rf"{_THE}{_ORDINAL}(?: day)? (?:of )?(?P<which>the|this|next|following|last) month\b",
            _day_of_said_month,
        ),
        _rule(
            "ntl",
            rf"(?P<which>next|this|last|following) month,? (?:on )?(?:the )?{_ORDINAL}",
            _day_of_said_month,
        ),
        _rule("n", r"(?P<which>next) month\b(?P<month>)?", _whole_month),
        _rule(
            "iebt",
            rf"(?:in|during|till|until|before|by) (?P<which>)?{_MONTH}(?! (?:be|not|i|have|take|need))",
            _whole_month,
        ),
        _rule(
            "fasjond",
            r"(?P<which>)?(?P<month>april|january|february|june|july|august|september|october|november|december)\b",
            _whole_month,
        ),
    ]


def _rules_of_days() -> list[Rule]:
    return [
        _rule("0123456789", rf"{_ORDINAL}{_NOT_A_DAY}", _day_of_month),
        _rule("0123456789", _ORDINAL, step_over),
        _rule("o", rf"on (?:the )?{_ORDINAL}{_NOT_A_DAY}", _day_of_month),
        _rule(
            "t",
            rf"the {_ORDINAL}(?=$| ?[,.!?]| (?:of the month|pls|please|ok|works|if|at|by|is fine)){_NOT_A_DAY}",
            _day_of_month,
        ),
        _rule(
            "t",
            rf"the (?P<word>)?(?P<figure>[0-9]{{1,2}})(?:st|nd|rd|th)\b{_NOT_A_DAY}",
            _day_of_month,
        ),
        _rule(
            "ftsn",
            r"(?P<figure>)?(?P<word>fifteenth|twentieth|twenty-?fifth|thirtieth|tenth)\b"
            + _NOT_A_DAY,
            _day_of_month,
        ),
    ]
