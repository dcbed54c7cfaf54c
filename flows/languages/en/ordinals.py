"""Days of the month in English: the 15th, on the fifth, 1st and 15th of each month."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages import days
from flows.languages.en import context
from flows.languages.en.context import lies_behind
from flows.languages.en.names import (
    AND,
    MONTH_NAME,
    ORDINAL,
    ORDINAL_STARTS,
    ORDINAL_WORD,
    WEEKDAY,
    ordinal,
)
from flows.languages.pattern import Pattern
from flows.languages.scanner import (
    Found,
    Rule,
    Scene,
    dates,
    entity,
    rule,
    step_over,
    word_rule,
)
from flows.understanding.values import EntityKind, Frequency

_Match = re.Match[str]
_Readings = Sequence[Found] | None

LAST_DAY_OF_MONTH = 31
"""The pay day of who is paid on the last day, however long the month."""

# A day stands at the end or before a little word; "my 3rd request" and "2nd notice" are none.
_NOT_A_DAY = (
    r"(?= ?(?:$|[,.!?;:/&)…~-])| [0-9]{1,2}(?:st|nd|rd|th)\b| (?:leh|lah|la|lor|ah|liao|hor|all|full|everything|suits?|of|at|by|and|or|if|when|i|i'?ll|i'?m|is|works?|pls|plz|please|ok|okay|for|because|but|so|then|morning|afternoon|evening|"
    r"night|to|instead|latest|next|this|can|will|would|should|my|on|as|the|pay ?day|each|every|from|until|till|that|we|sometime|after|before|it|fine|good|"
    r"sounds|with|in|max|at|u|you|not|like|unless|cuz|bc|since|thanks|thx|ty|mate|bro|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)(?:\b|(?<=jan)|(?<=feb)|(?<=mar)|(?<=apr)))"
)
# After "the" or "by the" it takes a noun to make it something else: the 3rd party.
_NOT_A_DAY_EITHER = (
    r"(?! ?-?(?:time|notice|call|text|message|letter|party|floor|job|mortgage|baby|kid|child|option|one\b(?! (?:on|for|by|and)\b)|person|payment|instal|plan|choice|reminder|email|"
    r"warning|attempt|bill|account|loan|card|wife|husband|chance|degree|place|street|ave|grade|hand|(?:half|quarter)(?= (?:of|year|way)\b)|thing|request|century|birthday|anniversary|ask\b|try\b|visit|round|season|episode|edition|draft|row\b|house|door|cousin|trimester|amendment|shift|day in|month|week|year|of (?:my|three|two|many)))"
)
# That's the 3rd ask: before a word that follows no day a small ordinal counts things.
_NTH_THING_MAX = 31
_THAT_IS = Pattern(r"\b(?:that'?s|thats|it'?s|its|this is|that was|this was|was|ur|you'?re|for) $")
_NTH_THING = Pattern(
    r" (?!(?:of|at|by|and|or|if|when|i|i'?ll|i'?m|i'?d|is|was|works?|wud|would|pls|plz|please|ok|okay|for|because|but|so|then|morning|afternoon|evening|night|noon|to|instead|latest|next|this|can|could|will|should|my|on|as|the|"
    r"pay ?day|each|every|from|until|till?|that|we|sometime|after|before|it|its|fine|good|sounds|with|in|max|u|you|not|like|unless|cuz|bc|since|thanks|thx|ty|mate|bro|just|are|does|do|got|may|might|must|"
    r"online|via|thru|through|using|here|now|right|correct|check|today|tomorrow|already|yeah|about|around|without|cause|pay|tho|though|lol|latest|either|too|also|again|only|how|what|why|where|who|he|she|they|half|full|no|yes|yeah|sorry|suits?|goes|come|comes|came|money|went|and|n|nd|ish|r|are|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|[a-z]*uary|ch|il|e|y|[a-z]*ust|[a-z]*ember|[a-z]*ober)?\b)[a-z]{3,}\b"
)
# On the third Thursday: no third day of the month.
_NTH_MAX = 4
_WEEKDAY_NEXT = re.compile(rf" {WEEKDAY}")
_ORDINAL_OF = re.compile(
    r"\b(?:my|your|ur|his|her|their|another|this is the|for the|its the|it'?s already|it'?s only|it'?s my|a|came|come|finish(?:ed)?|placed|ranked) $"
)


def is_nth_weekday(match: _Match, number: int) -> bool:
    """The words go on with a weekday: the third Thursday is not the third."""
    return number <= _NTH_MAX and _WEEKDAY_NEXT.match(match.string, match.end()) is not None


def _counts_things(match: _Match) -> bool:
    """The 3rd ask, that's the 9th reminder: no day of the month."""
    text, start = match.string, match.start()
    thing = _NTH_THING.match(text, match.end())
    if thing is None or thing[0].endswith("ly"):
        return False
    is_small = (ordinal(match) or 0) <= _NTH_MAX
    return is_small or _THAT_IS.search(text, max(0, start - 12), start) is not None


def _day_of_month(match: _Match, scene: Scene) -> _Readings:
    number = ordinal(match)
    start = match.start()
    if number is None or _ORDINAL_OF.search(match.string, max(0, start - 14), start):
        return ()
    if is_nth_weekday(match, number):
        return None
    if number <= _NTH_THING_MAX and _counts_things(match):
        return ()
    is_past = lies_behind(match, scene)
    found = dates(match, *days.day_of_month(scene.today, number, is_past=is_past))
    # Without "by the": what leads to the day tells its role.
    return [
        one._replace(start=match.start("figure" if match["figure"] else "word")) for one in found
    ]


# The 1st, 8th, 15th and 22nd: four days, no two of every month.
_LISTED = re.compile(r"\b[0-9]{1,2}(?:st|nd|rd|th),? (?:the )?$")
_EVERY = re.compile(r"\b(?:each|every|monthly|month)\b")


def _is_of_list(match: _Match) -> bool:
    text, start = match.string, match.start()
    is_listed = _LISTED.search(text, max(0, start - 12), start) is not None
    return is_listed and not _EVERY.search(text)


def every_month(match: _Match, _scene: Scene) -> _Readings:
    """Reads pay days: the 15th of each month; 1st and 15th is twice a month."""
    if match["word"] and match.string.endswith(("a ", "one ", "two "), 0, match.start("word")):
        # A third each month.
        return None
    if match["second"] and _is_of_list(match):
        return None
    numbers = [ordinal(match) or 0]
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
        entity(match, EntityKind.PAY_DAY, LAST_DAY_OF_MONTH),
    ]


def _between(match: _Match, scene: Scene) -> _Readings:
    """Between the 15th and the 20th; moved from the 15th to the 20th is the latter."""
    if match[0].startswith("from") and context.moves(match.string, match.end("first_said")):
        return dates(match, *days.day_of_month(scene.today, int(match["second"])))
    numbers = (ordinal(match), int(match["second"]))
    found = [days.day_of_month(scene.today, number) for number in numbers if number]
    return dates(match, *(day for several in found for day in several[:1]))


_THE = "(?:on )?(?:the )?"
_ORDINAL_AHEAD = re.compile(rf"{_THE}(?:[0-9]{{1,2}} ?(?:st|nd|rd|th)|(?:{ORDINAL_WORD}))\b")


def rules_of_pay_days() -> list[Rule]:
    """The rules of days that come every month; they go before those of months."""
    until = r"(?: and| to|-) ?(?:the )?(?P<second>[0-9]{1,2})(?:st|nd|rd|th)\b"
    second = rf"(?: ?{AND} ?(?:the )?(?P<second>[0-9]{{1,2}}) ?(?:st|nd|rd|th)\b)"
    month = "(?:of |in )?(?:each|every|the|a) (?:month|mth)"
    return [
        word_rule("on_2n on_se", r"on (?:second|2nd) thoughts?\b", step_over),
        word_rule("on_th the_", rf"(?:on )?the {ORDINAL} of never\b", step_over),
        word_rule(
            "betwe from_", rf"(?P<first_said>between|from) (?:the )?{ORDINAL}{until}", _between
        ),
        word_rule(
            "0 1 2 3 4 5 6 7 8 9 on_ the_ thir",
            rf"{_THE}{ORDINAL}(?: ?[-~] ?| to )(?:the )?(?P<second>[0-9]{{1,2}})(?:st|nd|rd|th)\b",
            _between,
            gate=_ORDINAL_AHEAD,
        ),
        word_rule(
            ORDINAL_STARTS,
            rf"{_THE}{ORDINAL}{second}(?: {month})?",
            every_month,
            gate=_ORDINAL_AHEAD,
        ),
        word_rule(
            ORDINAL_STARTS,
            rf"{_THE}{ORDINAL}(?P<second>)? (?:of |in )?(?:each|every) (?:month|mth)",
            every_month,
            gate=_ORDINAL_AHEAD,
        ),
        word_rule(
            "each_ every month",
            r"(?:(?:each|every) month|monthly),? (?:on )?(?:the )?(?:day|date) (?P<word>)?(?P<figure>[0-9]{1,2})(?P<second>)?(?= ?(?:$|[.,!?]| (?:ok|please|pls|sir)\b))",
            every_month,
        ),
        word_rule(
            "each_ each, every month",
            rf"(?:(?:each|every)(?: month)?|monthly),? (?:on )?(?:the )?{ORDINAL}{second}?(?: of the month)?",
            every_month,
        ),
        word_rule(
            "end_o last_ the_e the_l",
            r"(?:the )?(?:end|last day) of (?:each|every) month",
            _end_of_every_month,
        ),
    ]


def rules() -> list[Rule]:
    """The rules of days of the month, most telling first."""
    figure = r"(?P<word>)?(?P<figure>[0-9]{1,2}) ?(?:st|nd|rd|th)\b"
    spelt = rf"(?P<figure>)?(?P<word>{ORDINAL_WORD})\b"
    lead = r"(?:on|by|before|b4|after|until|till?|from|due|around|since|is)(?: on)?(?: the)? "
    return [
        word_rule(
            "after aroun b4_ befor by_ due_ from_ is_ on_ since til_ till_ until",
            rf"{lead}(?:{ORDINAL})(?! ?(?:of |in )?(?:(?:the|this|next|each|every|following) )?(?:month\b|{MONTH_NAME})){_NOT_A_DAY_EITHER}",
            _day_of_month,
        ),
        word_rule(
            "aroun b4_th befor by_th do_th due_t is_th maybe on_th say_t til_t till_ until",
            r"(?:on|by|before|b4|due|until|till?|say|do|maybe|around|is) the (?P<word>)?(?P<figure>[0-9]{1,2})(?= ?(?:$|[.,!?]| (?:pls|plz|please|ok|then|if|and|or|instead|works|is)\b))",
            _day_of_month,
        ),
        # My salary comes on date 28.
        word_rule(
            "date_ first from_ on_da on_th start the_d",
            r"(?:(?:on |from )?(?:the )?date (?:is )?|(?:on|from|first|starting) (?:the )?day )(?P<word>)?(?P<figure>[0-9]{1,2})(?= ?(?:$|[.,!?]| (?:of (?:the|each|every) month|every|each|and|then|ok|please|pls|sir)\b))",
            _day_of_month,
        ),
        word_rule("the_", rf"the {figure}{_NOT_A_DAY_EITHER}", _day_of_month),
        word_rule(
            "the_e the_f the_n the_s the_t",
            rf"the {spelt}(?=$| ?[,.!?]| (?:of the month|pls|please|ok|works|at|by|is fine)){_NOT_A_DAY}",
            _day_of_month,
        ),
        rule("123", rf"{figure} of (?:all|many|several)", step_over),
        rule("0123456789", rf"{figure}{_NOT_A_DAY}", _day_of_month),
        rule("0123456789", figure, step_over),
        word_rule(
            "fifte tenth thirt twent",
            r"(?P<figure>)?(?P<word>fifteenth|twentieth|twenty-?fifth|thirtieth|tenth)\b"
            + _NOT_A_DAY,
            _day_of_month,
        ),
    ]
