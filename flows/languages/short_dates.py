"""Days in figures without a year, in the order of either country: 3/25, 12.5, 20-11."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from flows.languages import days
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Read, Rule, Scene, dates, entity
from flows.understanding.values import Asked, EntityKind, LanguageTag, Value

_Match = re.Match[str]
_Readings = Sequence[Found] | None
LiesBehind = Callable[[_Match, Scene], bool]


class _Said(NamedTuple):
    """Two numbers that name a day, in either order, and what they are read against."""

    first: int
    second: int
    scene: Scene
    is_past: bool
    is_mute: bool


_SaidBy = Callable[[_Match, Scene], _Said]
_Days = Callable[[_Said], tuple[date, ...]]

MONTH = "(?:1[0-2]|0?[1-9])"
DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
MONEY_UNIT = "(?: ?(?:块|元|圆|rmb|usd|hkd|dollars|bucks|刀|万))"
_DIGITS = tuple("0123456789")
_SEPARATED = re.compile("[0-9]{1,4}[-/.:][0-9]")
_SAYS_DAY = "(?:号|日|已|那天|之?前|以前|之?后|还|付|再|发|左右|能|交|缴|转|到|开始|起|给(?=你|$))"
_SHARES = {(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5)}
_SAYS_DAY_NEXT = re.compile(_SAYS_DAY)
_LEADS_TO_DAY = re.compile(r"(?:on|by|before|after|till|until|from|due|of) $")
_SURELY_LEADS = re.compile(r"\b(?:on|by|before|until|till) $")
_COUNTED_NEXT = re.compile(
    r" ?(?:an?|per|each|days?|weeks?|months?|bucks|dollars|pounds|quid|payments?|am|pm|块|元|天|期|个|周|号|次)"
)
# Of two readings of 12/5 the one this near is meant if the other is that far.
_NEAR, _FAR = timedelta(days=62), timedelta(days=120)


def separated(pattern: str, read: Read) -> Rule:
    """A rule for figures with a stroke, point or colon between them."""
    return Rule(starts=_DIGITS, pattern=Pattern(pattern), read=read, gate=_SEPARATED)


def rules(*, is_month_first: bool, lies_behind: LiesBehind) -> list[Rule]:
    """The rules of days in figures. 4/5 is 5 April where the month comes first, else either day.

    `lies_behind` tells whether the words around speak of a payment made.
    """

    def said(match: _Match, scene: Scene) -> _Said:
        numbers = int(match["first"]), int(match["second"])
        is_past = lies_behind(match, scene)
        is_mute = scene.language is None and not any(char.isalpha() for char in match.string)
        return _Said(*numbers, scene=scene, is_past=is_past, is_mute=is_mute)

    meant = _month_first if is_month_first else _either_order
    slashed_meant = _month_first_or_near if is_month_first else _either_order
    dotted_meant = _month_first if is_month_first else _point_between
    pair = r"(?P<first>[0-9]{1,2})%s(?P<second>[0-9]{1,2})"
    dashed, slashed, dotted = (pair % mark for mark in ("-", "/", r"\."))
    no_sum = rf"(?![0-9.]|[kw%]|{MONEY_UNIT})"
    return [
        separated(f"{dashed}(?={_SAYS_DAY}(?!期))", _plain(said, meant)),
        separated(
            rf"(?P<first>{MONTH})-(?P<second>1[3-9]|2[0-9]|3[01])(?:$|(?= (?:pls|please|ok)))",
            _plain(said, meant),
        ),
        separated(rf"{dashed}(?![0-9/:-])", _dashed(said, meant)),
        separated(rf"{dotted}{no_sum}(?={_SAYS_DAY})[号日]?", _plain(said, dotted_meant)),
        separated(rf"{dotted}{no_sum}", _dotted(said, dotted_meant)),
        separated(f"{slashed}(?![0-9/%])", _slashed),
        separated(f"{slashed}(?![0-9/%])", _plain(said, slashed_meant)),
    ]


def _plain(said: _SaidBy, meant: _Days) -> Read:
    def read(match: _Match, scene: Scene) -> _Readings:
        return dates(match, *meant(said(match, scene)))

    return read


def _dashed(said: _SaidBy, meant: _Days) -> Read:
    """03-25; 10-4 only where a day was asked for or led to; 10-15 a week is a range."""

    def read(match: _Match, scene: Scene) -> _Readings:
        first, second = match["first"], match["second"]
        is_full = len(first) == len(second) == 2 or first.startswith("0")
        is_day = scene.asked is Asked.DATE or _is_led_to(match)
        if not (is_full or is_day) or _COUNTED_NEXT.match(match.string, match.end()):
            return None
        found = meant(said(match, scene))
        return dates(match, *found) if found else None

    return read


def _dotted(said: _SaidBy, meant: _Days) -> Read:
    """3.20还 is a day, $3.20 money; 3.20 alone is asked about."""

    def read(match: _Match, scene: Scene) -> _Readings:
        found = meant(said(match, scene))
        if not found or scene.asked in (Asked.AMOUNT, Asked.COUNT_OR_AMOUNT):
            return None
        if scene.asked is Asked.DATE or _is_led_to(match):
            return dates(match, *found)
        if match[0] != match.string or len(match["second"]) == 1:
            return None
        known: tuple[Value, ...] = (*found, Decimal(match[0]))
        start, end = match.span()
        return [Found(start=start, end=end, kind=EntityKind.DATE, alternatives=known)]

    return read


def _is_led_to(match: _Match) -> bool:
    start = match.start()
    return bool(_SURELY_LEADS.search(match.string, max(0, start - 8), start))


def _slashed(match: _Match, scene: Scene) -> _Readings:
    """3/25; 1/3 is a third unless a day was asked or led to."""
    pair = int(match["first"]), int(match["second"])
    is_day = scene.asked is Asked.DATE or _says_day(match)
    if pair in _SHARES and not is_day:
        return [entity(match, EntityKind.SHARE, Fraction(*pair))]
    return None


def _says_day(match: _Match) -> bool:
    return bool(
        _SAYS_DAY_NEXT.match(match.string, match.end())
        or _LEADS_TO_DAY.search(match.string, max(0, match.start() - 8), match.start())
    )


def _month_first(said: _Said) -> tuple[date, ...]:
    return _known(_near(said, said.first, said.second) or _near(said, said.second, said.first))


def _month_first_or_near(said: _Said) -> tuple[date, ...]:
    """5/11 is 11 May; said in October, when 5 November is near, either is asked about."""
    meant, other = _near(said, said.first, said.second), _near(said, said.second, said.first)
    if meant is None or other is None:
        return _known(meant or other)
    today = said.scene.today
    is_doubtful = abs(meant - today) > _FAR and timedelta(0) <= other - today <= _NEAR
    return (meant, other) if is_doubtful else (meant,)


def _either_order(said: _Said) -> tuple[date, ...]:
    """12/5 said in November is 5 December: May is too far off to be meant.

    With no word and no talk before it, nobody knows in which order figures are meant.
    """
    known = _known(_near(said, said.first, said.second), _near(said, said.second, said.first))
    if said.is_mute:
        return known
    today = said.scene.today
    soonest = -_NEAR if said.is_past else timedelta(0)
    near = tuple(day for day in known if soonest <= day - today <= _NEAR)
    far = [day for day in known if abs(day - today) > _FAR]
    return near if near and len(near) + len(far) == len(known) else known


def _point_between(said: _Said) -> tuple[date, ...]:
    """12.5 is how Chinese writes 5 December; in English talk 12 May as well."""
    is_english = said.scene.language is LanguageTag.EN
    return _either_order(said) if is_english else _month_first(said)


def _known(*said: date | None) -> tuple[date, ...]:
    return tuple(dict.fromkeys(day for day in said if day is not None))


def _near(said: _Said, month: int, day: int) -> date | None:
    if month > days.MONTHS_PER_YEAR:
        return None
    return days.day_in_year(said.scene.today, month, day, is_past=said.is_past)
