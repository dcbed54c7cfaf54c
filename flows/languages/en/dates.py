"""Days by the week: tmrw, next Friday, a week on Monday, the weekend, end of next week."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from flows.languages import days
from flows.languages.en import lengths
from flows.languages.en.context import lies_behind
from flows.languages.en.names import MONTHS, TOMORROW, WEEKDAY, weekday_index
from flows.languages.en.numbers import SMALL, counted
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Read, Rule, Scene, dates, word_rule

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_TODAY = (
    "today(?:'?s)?|2day|tdy|tonight|tonite|2nite|2night|this (?:evening|afternoon|arvo|morning)|later today|"
    "eod|cob|(?:by )?(?:the )?end of (?:the |today'?s? )?(?:business )?day|close of business"
)
# "By eod tmrw" names another day than today.
_NO_DAY_AFTER = rf"(?! (?:on |of )?(?:(?:{TOMORROW})\b|{WEEKDAY.replace('?P<weekday>', '?:')}))"
_YESTERDAY = "yesterday|yday|yest|ytd|ystd|last (?:night|nite|evening)|yesturday"
_WHICH = {"last": -1, "past": -1, "this": 0, "the": 0, "current": 0, "next": 1, "following": 1}

# The short names of four weekdays are words too: "he sat", "the sun".
_SHORT = frozenset({"mon", "wed", "sat", "sun"})
_LEADS_TO_DAY = Pattern(
    r"(?:^|[,/.;&-] ?|\b(?:on|by|this|till|til|until|before|after|from|coming|or|and|every|each|maybe|due|for|late|early|since|"
    r"say|following|pay|paid|pls|ok|okay|yes|week|til|send|works|starting|call|do it|it is|payed|paid it|payed it|sent it|did it|pay it|send it|pay [a-z]+|(?:bpay|flick|transfer|zelle|venmo|wire|chuck|drop|do|settle|clear|sort) it|no|wait|sorry|actually|me|so) )$"
)
_FOLLOWS_DAY = Pattern(
    r"$|'s\b|\s*[,.!?/;&)-]|\s+(?:is (?:better|fine|good|ok|okay|best|when|pay ?day|my|cool|easier|possible)|would|will|sounds|can|could|instead|better|fine|good|that|this|should|morning|mornin|night|noon|evening|eve|arvo|afternoon|at|am|pm|or|and|pls|plz|please|then|for sure|ok|okay|works|"
    r"if|when|so|next|latest|instead|i|i'll|ill|by|after|before|week|week|the|around|sometime|payday|idk|dunno|not sure|[$£€]?[0-9][0-9.,]*)\b"
)
_SUM_EACH = Pattern(
    r"[$£€]\d[\d,.]* $|\d (?:dollars|bucks|quid|pounds) $|\b(?:once|twice|times|days?|hours|payments?|bucks|each) $"
)
_AFTER_WORK = "after work|when i finish work|when i get home|after my shift|once im home"


def _today(match: _Match, scene: Scene) -> _Readings:
    return dates(match, scene.today)


def _offset(number: int) -> Read:
    def read(match: _Match, scene: Scene) -> _Readings:
        return dates(match, days.plus(scene.today, days=number))

    return read


def _weekday(match: _Match, scene: Scene) -> _Readings:
    if match["weekday"] in _SHORT and not _is_short_day(match):
        return ()
    weekday = weekday_index(match)
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
    weekday = weekday_index(match)
    if lies_behind(match, scene):
        return dates(match, days.weekday_before(scene.today, weekday))
    return dates(match, days.weekday_from(scene.today, weekday))


def _next_weekday(match: _Match, scene: Scene) -> _Readings:
    """Next Friday is the coming one or that of next week; both are asked about."""
    weekday = weekday_index(match)
    tomorrow = days.plus(scene.today, days=1) or scene.today
    coming = days.weekday_from(tomorrow, weekday)
    return dates(match, coming, days.weekday_of_week(scene.today, weekday, 1))


def _weekday_after(match: _Match, scene: Scene) -> _Readings:
    coming = days.weekday_from(scene.today, weekday_index(match))
    return dates(match, days.plus(coming, weeks=1))


def _weekday_after_next(match: _Match, scene: Scene) -> _Readings:
    weekday = weekday_index(match)
    return dates(match, *(days.weekday_of_week(scene.today, weekday, weeks) for weeks in (1, 2)))


def _nth_weekday(match: _Match, scene: Scene) -> _Readings:
    """The first Monday in April, the last Friday of the month."""
    if match["month"] and match["month"][:3] not in MONTHS:
        return None
    if not match["of"]:
        return _nth_to_come(match, scene)
    year, month = days.shifted_month(scene.today, int(match["which"] == "next"))
    if match["month"]:
        month = MONTHS.index(match["month"][:3]) + 1
        year = scene.today.year + (month < scene.today.month)
    first = days.weekday_from(date(year, month, 1), weekday_index(match))
    if match["nth"] == "last":
        return dates(
            match,
            days.weekday_before(days.month_end(year, month) + timedelta(days=1), first.weekday()),
        )
    return dates(match, days.plus(first, weeks=_weeks_before(match)))


def _weeks_before(match: _Match) -> int:
    nth = match["nth"]
    return 3 if nth.startswith(("fo", "4")) else {"f": 0, "1": 0, "s": 1, "2": 1}.get(nth[0], 2)


def _nth_to_come(match: _Match, scene: Scene) -> _Readings:
    """The third Thursday of this month, or of the next where it has passed; 4th friday may be both."""
    if match["nth"] == "last":
        return None
    weekday = weekday_index(match)
    for months in (0, 1):
        year, month = days.shifted_month(scene.today, months)
        first = days.weekday_from(date(year, month, 1), weekday)
        found = days.plus(first, weeks=_weeks_before(match))
        if found and found >= scene.today:
            break
    if not match["nth"][0].isdigit():
        return dates(match, found)
    of_month = days.day_of_month(scene.today, int(match["nth"][0]))
    is_day = bool(of_month) and of_month[0].weekday() == weekday
    return dates(match, of_month[0]) if is_day else dates(match, found)


def _last_weekday(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.weekday_before(scene.today, weekday_index(match)))


def _weekday_of_week(match: _Match, scene: Scene) -> _Readings:
    """Friday next week."""
    weeks = _WHICH[match["which"]]
    return dates(match, days.weekday_of_week(scene.today, weekday_index(match), weeks))


def _weeks_from_weekday(match: _Match, scene: Scene) -> _Readings:
    """A week from Friday, Friday week, two weeks on Monday; not $40 a week from Friday."""
    if _SUM_EACH.search(match.string, max(0, match.start() - 12), match.start()):
        return None
    number = lengths.read_count(match["n"]) if match["n"] else 1
    if "fortnight" in match[0]:
        number = 2
    coming = days.weekday_from(scene.today, weekday_index(match))
    return dates(match, days.plus(coming, weeks=number) if number else None)


def _nth_coming_weekday(match: _Match, scene: Scene) -> _Readings:
    """In two Fridays' time."""
    number = lengths.read_count(match["n"])
    tomorrow = days.plus(scene.today, days=1) or scene.today
    coming = days.weekday_from(tomorrow, weekday_index(match))
    return dates(match, days.plus(coming, weeks=number - 1)) if number else ()


def _since_weekday(match: _Match, scene: Scene) -> _Readings:
    return dates(match, days.weekday_before(scene.today, weekday_index(match)))


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
    return [found._replace(is_weak=True) for found in dates(match, scene.today)]


_PAYS_IT = Pattern(
    r"(?:^|\b(?:pay|do|send|sort|clear|settle)(?: (?:it|that|this|you|u|all|something|some|the rest)){0,2} )$"
)


def rules() -> list[Rule]:
    """The rules of days, weeks and lengths, most telling first."""
    return [
        *_rules_of_words(),
        *_rules_from_weekdays(),
        *lengths.rules(),
        *_rules_of_weeks(),
        *_rules_of_weekdays(),
    ]


def _rules_of_words() -> list[Rule]:
    the = "(?:the )?"
    return [
        word_rule(
            "2day 2ni by_en by_th close cob end_o eod later tdy the_e this_ today tonig tonit",
            rf"(?:{_TODAY})\b{_NO_DAY_AFTER}",
            _today,
        ),
        word_rule(
            "day_a overm the_d",
            rf"{the}day (?:after|aft) (?:{TOMORROW})\b|overmorrow\b",
            _offset(2),
        ),
        word_rule("day_b the_d", rf"{the}day before yesterday", _offset(-2)),
        word_rule(
            "2mor 2moz 2mrw tmmr tmoz tmr tmw tom tuma tume tumm tumo tumr",
            rf"(?:{TOMORROW})\b",
            _offset(1),
        ),
        word_rule(
            "same_ the_s this_",
            r"(?:this|the same|same) (?:time|day) next (?:week|wk)\b",
            _offset(7),
        ),
        word_rule(
            "same_ the_s this_", rf"(?:this|the same|same) time (?:{TOMORROW})\b", _offset(1)
        ),
        word_rule("last_ yday yest ystd ytd", rf"(?:{_YESTERDAY})\b", _offset(-1)),
        word_rule("after once_ when_", rf"(?:{_AFTER_WORK})\b", _weakly_today),
    ]


def _rules_from_weekdays() -> list[Rule]:
    return [
        counted(
            rf"(?P<n>{SMALL}|(?:a )?couple(?: of)?) (?:weeks?|wks?) (?:from|on|after) (?:this |next )?{WEEKDAY}",
            _weeks_from_weekday,
        ),
        word_rule(
            "a_for fortn",
            rf"(?:a )?fortnight(?P<n>)? (?:from |on |after )?(?:this |next )?{WEEKDAY}",
            _weeks_from_weekday,
        ),
        # A week friday; but twice a week friday and monday, or a week fridays, is a rhythm.
        counted(
            rf"(?P<n>{SMALL}) (?:weeks?|wks?) (?:this |next )?{WEEKDAY}(?<!days)",
            _weeks_from_weekday,
        ),
        word_rule(
            "in_", rf"in (?P<n>{SMALL}) {WEEKDAY}(?:(?<=days)(?!')|'? ?time\b)", _nth_coming_weekday
        ),
        word_rule(
            "week_", rf"(?P<n>)week (?:from|on) (?:this |next )?{WEEKDAY}", _weeks_from_weekday
        ),
    ]


def _rules_of_weeks() -> list[Rule]:
    part = "(?P<part>early|later|late|mid|middle of|start of|beginning of|end of|some ?time)"
    week = r"(?:week|wk)\b"
    return [
        word_rule(
            "last_ next_ this_",
            rf"(?P<which>this|last|next) {week} ?(?:on )?{WEEKDAY}",
            _weekday_of_week,
        ),
        word_rule(
            "fri mon sat sun thr thu tue wed wen",
            rf"{WEEKDAY},? (?:of )?(?P<which>this|last|next) {week}",
            _weekday_of_week,
        ),
        word_rule(
            "fri mon sat sun thr thu tue wed wen", rf"{WEEKDAY} week\b(?P<n>)", _weeks_from_weekday
        ),
        word_rule(
            "the_w",
            rf"the {week} after next(?P<which>)(?P<part>)(?P<after_next>)",
            _week_after_next,
        ),
        word_rule("week_ wk_af", rf"{week} after next(?P<which>)(?P<part>)", _week_after_next),
        word_rule(
            "at_ comin last_ next_ on_ over_ the_c the_w this_ weeke",
            r"(?:over |on |at )?(?:(?P<which>this|the|next|last) )?(?:coming )?weekend\b",
            _weekend,
        ),
        word_rule(
            "begin early end_o follo in_ last_ late mid next_ some_ somet start the_f the_l the_n"
            " the_t this_",
            rf"(?:{part} )?(?:in |the )?(?P<which>next|this|following|last) {week}(?P<after_next> after next)?",
            _week,
        ),
        word_rule(
            "end_o eow the_e week_ weeke withi",
            rf"(?:(?:the )?end of|within) (?:the |this )?{week}|eow\b|week ?end\b",
            _end_of_week,
        ),
    ]


def _week_after_next(match: _Match, scene: Scene) -> _Readings:
    monday, sunday = (days.weekday_of_week(scene.today, day, 2) for day in (0, days.SUNDAY))
    return dates(match, monday, sunday)


def _rules_of_weekdays() -> list[Rule]:
    return [
        word_rule(
            "fri mon sat sun the_ thr thu tue wed wen",
            rf"(?:the )?{WEEKDAY} after next",
            _weekday_after_next,
        ),
        # Beside the coming Friday, the Friday after is the second one.
        word_rule(
            "the_f the_m the_s the_t the_w",
            rf"the {WEEKDAY} after(?: that(?: one)?)?(?= ?$| ?[,.!?]| (?:and|as|if|ok|for|is|works|would|can|could|instead)\b)",
            _weekday_after,
        ),
        word_rule(
            "1st_ 2nd_ 3rd_ 4th_ firs four last seco the_ thir",
            rf"(?:the )?(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) {WEEKDAY}(?P<of> (?:in|of) (?:(?P<which>the|this|next|each|every) month|(?P<month>[a-z]{{3,9}})))?",
            _nth_weekday,
        ),
        word_rule(
            "follo next_ the_f the_n", rf"(?:the )?(?:next|following) {WEEKDAY}", _next_weekday
        ),
        word_rule("comin the_c this_", rf"(?:this |the )?coming {WEEKDAY}", _this_weekday),
        word_rule("this_", rf"this {WEEKDAY}", _this_weekday),
        word_rule("last_ past_ this_", rf"(?:last|this past|past) {WEEKDAY}", _last_weekday),
        word_rule("since", rf"since (?:last )?{WEEKDAY}", _since_weekday),
        word_rule(
            "fri mon sat sun thrus thu tue wed wende wends wenes wenne wenns wensd",
            WEEKDAY,
            _weekday,
        ),
    ]
