"""Days by the month: April 3, end of next month, mid April, the 5th of next month, year end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages import days
from flows.languages.en.context import lies_behind
from flows.languages.en.names import MONTH, MONTHS, ORDINAL, ORDINAL_STARTS, ordinal
from flows.languages.scanner import Found, Rule, Scene, dates, step_over, word_rule
from flows.understanding.values import Asked

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_WHICH = {"last": -1, "this": 0, "the": 0, "next": 1, "following": 1}
# From here on the beginning of the month is that of the next one.
_MONTH_STARTS_OVER = 10
_HOLIDAY = r"(?:christmas(?: eve)?|xmas(?: eve)?|new ?year(?:'?s)?(?: (?:day|eve))?)"


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
        month = MONTHS.index(match["month"][:3]) + 1
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
    month = MONTHS.index(match["month"][:3]) + 1
    number = ordinal(match) or (int(match["day"]) if match["day"] else 0)
    if match["year"]:
        is_birth = match["year"].startswith("19") and scene.asked is not Asked.IDENTITY
        return () if is_birth else dates(match, days.day(int(match["year"]), month, number))
    is_past = lies_behind(match, scene)
    return dates(match, days.day_in_year(scene.today, month, number, is_past=is_past))


def _day_of_said_month(match: _Match, scene: Scene) -> _Readings:
    """The 5th of next month, next month on the 10th; first of the month is the next one."""
    number = int(match["day"]) if "day" in match.re.groupindex else ordinal(match)
    if number is None:
        return ()
    if match["which"] == "the":
        return dates(match, *days.day_of_month(scene.today, number))
    year, month = days.shifted_month(scene.today, _WHICH[match["which"]])
    return dates(match, days.day(year, month, number))


def _year_end(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.day(scene.today.year, days.MONTHS_PER_YEAR, 31))


def _christmas(match: _Match, scene: Scene) -> _Readings:
    is_new_year, is_eve = "new" in match[0], "eve" in match[0]
    month, number = (12, 31) if is_new_year else (12, 25)
    if is_new_year and not is_eve:
        month, number = 1, 1
    elif is_eve and not is_new_year:
        number = 24
    is_past = lies_behind(match, scene)
    return dates(match, days.day_in_year(scene.today, month, number, is_past=is_past))


def rules() -> list[Rule]:
    """The rules of months and named days, most telling first."""
    return [*_rules_of_parts(), *_rules_of_named_days(), *_rules_of_whole_months()]


def _rules_of_parts() -> list[Rule]:
    month = rf"(?:(?:(?P<which>the|this|next|following) )?month\b|{MONTH})"
    part = "(?P<part>end of|ending|last (?:working |business |week)?day of|start of|beginning of|first week of|early|mid|middle of|late)"
    return [
        word_rule(
            "by_en by_eo by_mo end_o eom month the_e the_m",
            r"(?:(?:by |the )?(?P<part>end of month|month'?s? ?-?end|eom|end of d?month)\b)(?P<month>)?(?P<which>)?",
            _part_of_month,
        ),
        word_rule(
            "begi earl end_ endi firs last late mid_ mid- midd star the_",
            rf"(?:the )?{part}[ -](?:the )?{month}",
            _part_of_month,
        ),
        word_rule(
            "by_en by_eo by_la by_ye end_o eoy last_ the_e the_l the_y year_ year- yeare",
            r"(?:the |by )?(?:(?:end|last day) of (?:the |this )?year|year ?-?end|eoy)\b",
            _year_end,
        ),
        word_rule(
            "chris happy merry xmas_",
            rf"(?:merry|happy) (?:{_HOLIDAY})|(?:christmas|xmas) (?:has |had |is |was |really )*(?:cost|clean|wip|expens|present|gift|shopping|dinner|tree|party|food|over\b|bankrupt)",
            step_over,
        ),
        word_rule(
            "chris new_y newye xmas",
            _HOLIDAY,
            _christmas,
        ),
    ]


def _rules_of_named_days() -> list[Rule]:
    the = "(?:on )?(?:the )?"
    year = "(?:,? ?(?P<year>(?:19|20)[0-9]{2})(?![0-9]))?"
    day = r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9:/]|\.[0-9]|[ap]m| ?%)"
    return [
        word_rule(
            "apr aug dec feb jan jul jun mar may nov oct sep",
            rf"{MONTH} (?:the )?(?:{ORDINAL}|{day}){year}",
            _named_day,
        ),
        word_rule(
            ORDINAL_STARTS,
            rf"{the}(?:{ORDINAL}|{day}) ?(?:of )?{MONTH}{year}",
            _named_day,
        ),
        word_rule(
            ORDINAL_STARTS,
            rf"{the}{ORDINAL}(?: day)? (?:of )?(?P<which>the|this|next|following|last) month\b",
            _day_of_said_month,
        ),
        word_rule(
            "follo last_ next_ this_",
            rf"(?P<which>next|this|last|following) month,? (?:on )?(?:the )?{ORDINAL}",
            _day_of_said_month,
        ),
        word_rule(
            "next_ this_",
            rf"(?P<which>next|this) month,? (?:on )?(?:the )?{day}(?= ?(?:$|[,.!?;]|and\b|then\b|&|n\b|can\b|ok\b|pay\b|i\b))",
            _day_of_said_month,
        ),
    ]


def _rules_of_whole_months() -> list[Rule]:
    return [
        word_rule(
            "black boxin easte good_",
            r"easter(?: monday| sunday)?|(?:good|black) friday|boxing day",
            step_over,
        ),
        word_rule("next_", r"(?P<which>next) month\b(?P<month>)?", _whole_month),
        word_rule("last_", r"(?P<which>last) month\b(?P<month>)?", _last_month),
        word_rule("withi", r"within (?:the|this) month\b", _end_of_month),
        word_rule("since", rf"since (?:last )?{MONTH}", step_over),
        word_rule(
            "bef by_ dur in_ til unt",
            rf"(?:in|during|till|until|before|by) (?P<which>)?{MONTH}(?! (?:be|not|i|have|take|need|(?:the )?[0-9]))",
            _whole_month,
        ),
        word_rule(
            "april augus decem febru janua july june novem octob septe",
            r"(?P<which>)?(?P<month>april|january|february|june|july|august|september|october|november|december)\b",
            _whole_month,
        ),
    ]
