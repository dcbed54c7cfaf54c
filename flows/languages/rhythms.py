"""The weekday inside a rhythm: every Friday, 每两周的周五, 逢星期五."""

from __future__ import annotations

from flows.languages.en.names import WEEKDAY, weekday_index
from flows.languages.pattern import Pattern

_HAN = "一二三四五六日"
_HAN_DAY = Pattern(f"(?:周|週|星期|礼拜|禮拜|拜)([{_HAN}天])$")
_LATIN_DAY = Pattern(rf"\b{WEEKDAY}$")


_ALONE = Pattern(rf"(?i)(?:周|週|星期|礼拜|禮拜|拜)[{_HAN}天]|(?:on )?{WEEKDAY}")


def lone_weekday(words: str) -> int | None:
    """The weekday that is all these words say (周二, Tuesday); None where they say which week."""
    return weekday_of(words) if _ALONE.fullmatch(words) else None


def weekday_of(rhythm: str) -> int | None:
    """The weekday that the words of a rhythm name, Monday is 0; None where they name none."""
    han = _HAN_DAY.search(rhythm)
    if han:
        return _HAN.index("日" if han[1] == "天" else han[1])
    latin = _LATIN_DAY.search(rhythm.casefold())
    return weekday_index(latin) if latin else None


_WEEKS_OR_MONTHS = "(?:three|four|five|six|eight|[34568])"
_OTHER = Pattern(
    rf"(?i)\b(?:twice|thrice|(?:two|three|2|3) ?(?:times|x)) (?:a|per|each|every) week\b"
    rf"|\b(?:every|each|once (?:every|in)) (?:few|couple of|{_WEEKS_OR_MONTHS}) weeks?\b"
    rf"|\b(?:every|each|once every) (?:two|2|other|second|few|couple of|{_WEEKS_OR_MONTHS}) months?\b"
    r"|\b(?:every|each|per|once a|by the) quarter\b|\bquarterly\b|\bevery \d+ days\b|\bdaily\b"
    r"|\d (?:a|per|each|every) day\b|\b(?:once|twice) (?:a|per) year\b|\b(?:yearly|annually|half-?yearly)\b"
    r"|每(?:[三四五六]|[34568]) ?(?:个|個)?(?:周|週|星期|礼拜|禮拜)(?![一二三四五六日天])|(?:每|一)(?:周|週|星期|礼拜|禮拜)[两兩二三2]次"
    r"|每(?:[两兩二三四六]|[2346]) ?[个個]月|隔[个個]?月|每(?:[个個])?季|按季|季度?[付还還交]|每半年|每年|每[十\d]+天|每天[还還付交]|每日[还還付交]"
)


def other_rhythm(text: str) -> bool:
    """Whether the words name a rhythm that no plan has: twice a week, every four weeks, 每季度."""
    return bool(_OTHER.search(text))
