"""The weekday inside a rhythm: every Friday, 每两周的周五, 逢星期五."""

from __future__ import annotations

import re

from flows.languages.en.names import WEEKDAY, weekday_index

_HAN = "一二三四五六日"
_HAN_DAY = re.compile(f"(?:周|週|星期|礼拜|禮拜|拜)([{_HAN}天])$")
_LATIN_DAY = re.compile(rf"\b{WEEKDAY}$")


_ALONE = re.compile(rf"(?:(?:周|週|星期|礼拜|禮拜|拜)[{_HAN}天]|(?:on )?{WEEKDAY})", re.IGNORECASE)


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
