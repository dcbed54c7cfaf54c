"""Names of days and months as they are texted: tmrw, thurs, sept, the fifteenth."""

from __future__ import annotations

import re

_Match = re.Match[str]

TOMORROW = (
    r"t[ou]m{1,2}[aeo]?r{1,2}[aeo]?w+|t[ou]m{1,2}or{1,2}o?|tm{1,2}r{1,2}o?w?|tmw|tomo|tomoz|2mor{1,2}ow?|2morro|2mrw|2moz|tmoz|"
    r"tom(?= (?:morning|night|afternoon|evening|am|pm)\b|$)(?<!d tom)(?<!e tom)"
)
AND = r"(?:and|nd|n|&|\+|/)"
"""Between two days or numbers: 1st n 15th."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = (
    "(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday|s)?|weds|we[dn]{1,2}e?sday|wednsday|thu(?:r(?:s(?:day)?)?)?|thrusday|"
    r"fri(?:day)?|friady|sat(?:urday)?|saterday|sun(?:day)?)s?\b"
)


def weekday_index(match: _Match) -> int:
    """The weekday in the group `weekday`, Monday is 0."""
    return _WEEKDAYS.index("wed" if match["weekday"][:1] == "w" else _spelt(match["weekday"])[:3])


def _spelt(word: str) -> str:
    return "thu" if word.startswith("thr") else word


MONTH = (
    "(?P<month>jan(?:uary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
MONTH_NAME = MONTH.replace("?P<month>", "?:")
_ORDINALS = tuple(
    [
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
)
ORDINAL_WORD = "|".join(word.replace("-", "[ -]?") for word in reversed(_ORDINALS))
ORDINAL = rf"(?:(?P<figure>[0-9]{{1,2}}) ?(?:st|nd|rd|th)\b|(?P<word>{ORDINAL_WORD})\b)"
ORDINAL_STARTS = (
    "0 1 2 3 4 5 6 7 8 9 eigh elev fift firs four nine nint on_ seco seve sixt tent the_ thir"
    " twel twen"
)
"""What an ordinal can start with, also behind "on" and "the", for `word_rule`."""


def ordinal(match: _Match) -> int | None:
    """The number in the groups `figure` or `word` of ORDINAL; None where neither is there."""
    if match["figure"]:
        return int(match["figure"])
    if not match["word"]:
        return None
    plain = match["word"].replace(" ", "-")
    spelt = [word.replace("-", "") for word in _ORDINALS]
    return spelt.index(plain.replace("-", "")) + 1
