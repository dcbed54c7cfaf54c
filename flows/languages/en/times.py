"""Times of day as texted English says them: 3pm, after 5, half past 2, noon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from flows.languages.clock import Part, clock
from flows.languages.en.numbers import counted, read_integer
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene, dates, entity, rule, word_rule
from flows.understanding.values import Asked, EntityKind

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_HOUR = "(?P<hour>1[0-2]|0?[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MINUTE = "(?:[:.](?P<minute>[0-5][0-9]))?"
# Without its m the half stands close to the figure or ends the clause: "is three a payment plan?".
_HALF = r"(?: ?(?=[ap]\.?m\b)|(?<=[0-9])(?=[ap]\b)| (?=[ap] ?(?:[,.!?]|$)))(?P<half>[ap])\.?m?\b\.?"
# Nothing that would make the hour a count, a sum or a day.
_ALONE = (
    r"(?![0-9%$£€/:.,]?[0-9]|[a-z%$£€]| ?(?:[ap]\.?m\b|days?|weeks?|wks?|months?|hours?|hrs?|min|years?|payments?|instal|times?|bucks|dollars|"
    r"quid|pounds|grand|hundred|thousand|k\b|people|kids|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|may\b(?! (?:be|i|not)\b)|of\b|more\b|other|or so|years?|jobs?|a (?:month|week)|per\b|each\b|st\b|th\b))"
)
_CALLS = Pattern(
    r"\b(?:call|ring|phone|text|speak|talk|reach|contact|available|free|off|finish|home|me)\b"
)
_PAYS = Pattern(
    r"\b(?:pay|send|do it|transfer|clear|sort|settle|have it|make it|done|money|payment)\b"
)
# "by 5pm" is a reply of its own; more words than that must speak of paying.
_LEAD_MAX = 7
_PARTS = {
    "morning": Part.MORNING,
    "afternoon": Part.EVENING,
    "evening": Part.EVENING,
    "night": Part.EVENING,
}
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0), "lunchtime": time(12)}
_PART_BEFORE = Pattern(r"\b(morning|afternoon|evening|night)(?: at| around)? $")


def part_of_day(text: str, start: int) -> Part | None:
    """The part of the day named just before: evening in "evening 7:30"."""
    found = _PART_BEFORE.search(text, max(0, start - 20), start)
    return _PARTS[found[1]] if found else None


def _said_half(match: _Match, scene: Scene) -> _Readings:
    """3pm; today unless another day is named, but when to call is no day."""
    part = Part.EVENING if match["half"] == "p" else Part.MORNING
    found = clock(match, read_integer(match["hour"]) or 0, int(match["minute"] or 0), part=part)
    is_alone = len(match[0]) + _LEAD_MAX >= len(match.string)
    if _CALLS.search(match.string) or not (is_alone or _PAYS.search(match.string)):
        return found
    return found + [day._replace(is_weak=True) for day in dates(match, scene.today)]


def _said_part(match: _Match, _scene: Scene) -> _Readings:
    part = _PARTS[match["part"]]
    return clock(match, read_integer(match["hour"]) or 0, int(match["minute"] or 0), part=part)


def _before_part(match: _Match, _scene: Scene) -> _Readings:
    """At ten tonight; the day is read on its own."""
    part = _PARTS[match["part"] or "night"]
    return clock(match, read_integer(match["hour"]) or 0, int(match["minute"] or 0), part=part)


def _led_to(match: _Match, scene: Scene) -> _Readings:
    """At 4, after 5: an hour; around 5 only where a call is spoken of."""
    is_sure = match["lead"] in ("at", "after", "past") or "clock" in match[0] or match["minute"]
    if not is_sure and scene.asked is not Asked.CALLBACK_TIME and not _CALLS.search(match.string):
        return None
    part = part_of_day(match.string, match.start())
    found = clock(match, read_integer(match["hour"]) or 0, int(match["minute"] or 0), part=part)
    return [one._replace(start=match.start("hour")) for one in found]


def _past_or_to(match: _Match, _scene: Scene) -> _Readings:
    """Half past 2, quarter to 6."""
    hour = read_integer(match["hour"]) or 0
    minute = {"half": 30, "quarter": 15}[match["portion"]]
    if match["side"] == "to":
        hour, minute = (hour - 1 or 12), 60 - minute
    return clock(match, hour, minute)


def _british_half(match: _Match, scene: Scene) -> _Readings:
    """Half 3 is half past three, where a call or an hour is spoken of."""
    is_hour = scene.asked is Asked.CALLBACK_TIME or _CALLS.search(match.string)
    return _past_or_to(match, scene) if is_hour else None


def _named(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.TIME, _NAMED[match[0]])]


def rules() -> list[Rule]:
    """The rules of hours; figures with a colon are read alike in all languages."""
    return [
        counted(rf"{_HOUR}{_MINUTE}{_HALF}(?! (?:month|week))", _said_half),
        rule(
            "123456789",
            r"(?P<hour>1[0-2]|[1-9])(?P<minute>[0-5][0-9]) ?(?P<half>[ap])m\b",
            _said_half,
        ),
        word_rule(
            "0 1 2 3 4 5 6 7 8 9 at_ eight eleve five four nine one seven six ten three twelv two",
            rf"(?:at )?{_HOUR}{_MINUTE} (?=(?:(?:this|tomorrow|tmrw|tmr) (?P<part>morning|afternoon|evening|night)|(?P<tonight>tonight))\b)",
            _before_part,
        ),
        counted(
            rf"{_HOUR}{_MINUTE} (?:o'?clock )?(?:in the|at) (?P<part>morning|afternoon|evening|night)",
            _said_part,
        ),
        word_rule(
            "a_hal a_qua half_ quart",
            rf"(?:a )?(?P<portion>half|quarter) (?P<side>past|to) {_HOUR}",
            _past_or_to,
        ),
        word_rule("half_", rf"(?P<portion>half)(?P<side>) {_HOUR}{_ALONE}", _british_half),
        word_rule(
            "about after aroun at_ befor by_ from_ past_ till_ until",
            rf"(?P<lead>at|after|before|around|about|by|till|until|past|from) (?:like |about )?{_HOUR}{_MINUTE}(?: ?o'?clock)?{_ALONE}",
            _led_to,
        ),
        counted(rf"{_HOUR}(?P<minute>)? ?o'?clock(?P<lead>)?", _led_to),
        word_rule("lunch midda midni noon", r"(?:noon|midday|midnight|lunchtime)\b", _named),
    ]
