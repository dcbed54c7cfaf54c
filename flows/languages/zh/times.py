"""Times of day as Chinese says them: 下午3点半, 晚上八点, 5点之后."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.languages.clock import Part, clock
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Rule, Scene
from flows.languages.zh.numbers import SMALL, counted, read_integer
from flows.understanding.values import Asked

_Match = re.Match[str]

_PARTS = {
    **dict.fromkeys(
        ("凌晨", "半夜", "清晨", "早上", "早晨", "上午", "今早", "明早", "早"), Part.MORNING
    ),
    **dict.fromkeys(("中午", "正午"), Part.NOON),
    **dict.fromkeys(
        ("下午", "午后", "傍晚", "晚上", "晚间", "夜里", "今晚", "明晚", "晚"), Part.EVENING
    ),
}
_PART_BEFORE = Pattern(
    "(" + "|".join(sorted(_PARTS, key=len, reverse=True)) + ")(?:的|大概|大约|差不多|就)? ?$"
)
_QUARTERS = {"一": 15, "1": 15, "两": 30, "三": 45, "3": 45}
_LITTLE = ("一", "十三")
_TALK_OF_CALLS = Pattern("打|电|联系|回|call|找我|之前|以后|之后|前|后|左右|$")


def part_of_day(text: str, start: int) -> Part | None:
    """The part of the day named just before: 下午 in 下午3点."""
    found = _PART_BEFORE.search(text, max(0, start - 6), start)
    return _PARTS[found[1]] if found else None


def _time(match: _Match, scene: Scene) -> Sequence[Found] | None:
    hour = read_integer(match["hour"])
    part = part_of_day(match.string, match.start())
    is_asked = scene.asked is Asked.CALLBACK_TIME and match["hour"] not in _LITTLE
    if hour is None or (part is None and not is_asked and _is_no_time(match)):
        return ()
    return clock(match, hour, _minute(match), part=part)


def _minute(match: _Match) -> int | None:
    if match["half"]:
        return 30
    if match["quarter"]:
        return _QUARTERS[match["quarter"]]
    return read_integer(match["minute"]) if match["minute"] else 0


def _is_no_time(match: _Match) -> bool:
    """一点 is "a little", 十三点 an insult, 两点 "two things", unless more makes it an hour."""
    is_exact = "点钟" in match[0] or match["half"] or match["quarter"] or match["minute"]
    if is_exact or match["hour"][0].isdigit():
        return False
    is_led_to = _TALK_OF_CALLS.match(match.string, match.end())
    return match["hour"] in _LITTLE or not is_led_to


def rules() -> list[Rule]:
    """The rule of hours; figures with a colon are read alike in all languages."""
    number = f"[0-9]{{1,2}}|[{SMALL}]{{1,3}}"
    return [
        counted(
            "0123456789" + SMALL,
            f"(?P<hour>{number})(?:点钟|点(?!建议|意见|要求|问题|都|儿|也|没|不|钱|什么|心)|时(?![候间常不刻期段代]))"
            f"(?:(?P<half>半)|(?P<quarter>[一三13])刻|(?P<minute>{number})(?:分(?!期)|(?![0-9个期块元百千万月号日天/])))?",
            _time,
        ),
    ]
