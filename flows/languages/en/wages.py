"""Pay days in English: payday, when I get paid, my check comes on the 1st."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages import days
from flows.languages.en.names import AND, MONTH_NAME, ORDINAL, ordinal
from flows.languages.en.ordinals import LAST_DAY_OF_MONTH, every_month, is_nth_weekday
from flows.languages.scanner import (
    Found,
    Rule,
    Scene,
    dates,
    entity,
    step_over,
    word_rule,
)
from flows.understanding.values import EntityKind

_Match = re.Match[str]
_Readings = Sequence[Found] | None

_WAGES = r"(?:wages?|salary|pay|pay ?check|check|cheque|pay ?cheque|direct deposit|benefits?|ssi|ssdi|pension|giro|stipend|tax refund|tax return)"
_PAYDAY = (
    r"(?:get|gets|getting|got) paid(?! (?:off|for|in full|back|already|every|weekly|monthly|bi|twice|each))|i'?m paid(?= (?:monthly |every month |each month )?(?:on |around )(?:the )?[0-9])|get paid(?= (?:monthly|every month|each month) on )|(?:i'?ll|i will|when i'?m|when i am|once i'?m|til i'?m) (?:be )?paid|"
    rf"(?:my |the |next )?{_WAGES} (?:(?:will )?(?:come|hit|land|clear|drop|arrive|get here|go(?= in)|post)s?|goes(?= in)|came|is in|are in)(?: (?:in|through|into|here))*|"
    rf"(?:when|once|after|till?|until|on|by|waiting (?:for|on)|wait (?:for|on)|(?:as )?soon as|with|from|upon) (?:i get |i have )?(?:my|the|next|this)(?: next)? {_WAGES}\b|next {_WAGES}\b|"
    r"pay ?da(?:y|te)|(?:wage|salary|pension|benefits?) da(?:y|te)"
)
_VERB = re.compile(
    r"(?:pay|check|cheque)(?! ?da(?:y|te))(?! (?:is|are|comes?|lands?|hits?|goes|clears?|drops?|arrives?)\b)\b"
)
_MY_PAY = re.compile(r"\b(?:my|our|the|next|this|his|her) $")
# Once I got paid on the 15th; with none of these he was paid then.
_TO_COME = re.compile(
    r"\b(?:when|once|after|till?|until|if|soon as) (?:i|we|he|she) (?:have |'?ve )?$"
)
_TO_COME_MAX = 20
_WAGES_AHEAD = re.compile(rf"{_PAYDAY}|{_WAGES}")


def _payday(match: _Match, _scene: Scene) -> _Readings:
    return [entity(match, EntityKind.DATE, None)]


def _payday_on(match: _Match, scene: Scene) -> _Readings:
    """I get paid on the 25th; "pay on the 5th" is what he will do, and no wages."""
    if _VERB.match(match[0]) and not _MY_PAY.search(match.string, 0, match.start()):
        return None
    number = ordinal(match)
    if number is None or is_nth_weekday(match, number):
        return None
    if match["second"]:
        numbers = (number, int(match["second"]))
        return [entity(match, EntityKind.PAY_DAY, one) for one in numbers]
    is_past = match[0].startswith("got paid") and not _TO_COME.search(
        match.string, max(0, match.start() - _TO_COME_MAX), match.start()
    )
    found = dates(match, *days.day_of_month(scene.today, number, is_past=is_past))
    return [entity(match, EntityKind.PAY_DAY, number), *found] if found else ()


def _payday_at_end(match: _Match, scene: Scene) -> _Readings:
    """I get paid on the last day of the month."""
    end = days.month_end(scene.today.year, scene.today.month)
    return [entity(match, EntityKind.PAY_DAY, LAST_DAY_OF_MONTH), *dates(match, end)]


def rules() -> list[Rule]:
    """The rules of pay days, most telling first."""
    link = "(?: (?:is|are|on|always|for me|usually|normally|monthly|each month|every month|around|about|the|of|comes|in))*"
    second = rf"(?: ?(?:{AND}|,) ?(?:the )?(?P<second>[0-9]{{1,2}})(?:st|nd|rd|th))?"
    of_month = "(?:of |in )?(?:the|each|every) (?:month|mth)"
    wages_start = (
        "after as_s benef by_i by_m by_n by_t check chequ direc from_ get_ gets_ getti giro got_ i_wi"
        " i'll i'm_ ill_ my_ next_ on_i on_m on_n on_t once_ pay_ pay' payc payd pays pensi salar"
        " soon_ ssdi ssi stipe tax_r the_ til_ till_ until upon_ wage wait when_ with_"
    )
    return [
        word_rule(
            "each_ every per_o per_p per_s",
            r"(?:every|each|per) (?:other |second )?(?:pay ?day|pay ?check|pay ?cheque|pay)\b",
            step_over,
        ),
        word_rule(
            wages_start,
            rf"(?:{_PAYDAY}|{_WAGES})(?:'?s)?{link} {ORDINAL}{second}(?! (?:of )?{MONTH_NAME})",
            _payday_on,
            gate=_WAGES_AHEAD,
        ),
        word_rule(
            "benef pay_d payda pensi salar wage_",
            r"(?:pay ?day|(?:wage|salary|pension|benefits?|pay) (?:day|date))(?:'?s|(?: (?:is|are|on|always|usually|the))+) (?:the )?(?P<figure>[0-9]{1,2})(?P<word>)?(?P<second>)?(?= ?(?:$|[,.!?]|of\b|each\b|every\b|so\b|and\b|i\b))",
            _payday_on,
        ),
        word_rule(
            wages_start,
            rf"(?:{_PAYDAY}|{_WAGES}){link} (?:last (?:working |business )?day|end) {of_month}\b",
            _payday_at_end,
            gate=_WAGES_AHEAD,
        ),
        word_rule(
            "paid_",
            rf"paid on the {ORDINAL} {AND} (?:the )?(?P<second>[0-9]{{1,2}})(?:st|nd|rd|th)",
            every_month,
        ),
        word_rule(
            wages_start,
            rf"(?:{_PAYDAY})\b",
            _payday,
            gate=_WAGES_AHEAD,
        ),
    ]
