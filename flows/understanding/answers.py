"""Bare answers, 3 or B, read against the question that is open. Unasked they mean little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from decimal import Decimal

from flows.languages import days
from flows.languages.clock import hours_meant
from flows.languages.pattern import Pattern
from flows.languages.scanner import Found, Scene
from flows.understanding import masks
from flows.understanding.values import Asked, EntityKind, Value

_Answer = tuple[EntityKind, tuple[Value, ...]] | None

# A bare number is a count of instalments up to here and a sum from there on; between, either.
_COUNT_MAX = 24
_AMOUNT_MIN = 50
_OPTION_MAX = 12
_HOUR_MAX = 24
_REFERENCE_MIN = 1000
# Unasked, a bare number is a sum only if it is round, as offers are; 8812 is the end of a card.
_UNASKED_MIN, _UNASKED_MAX, _ROUND = 100, 99_999, 10

_LETTERS = "abcdef"
_CHOICE = Pattern(
    r"(?:我?(?:选|要|就)?|(?:i'?ll (?:take|go with|do|have)|let'?s (?:do|go with)|go(?:ing)? with|go for|take) |the )?"
    r"(?:(?P<letter>[a-f])|(?P<word>第?[一二三四]|first|second|third|1st|2nd|3rd))"
    r"(?: ?(?:方案|选项|那个|这个|可以|就行|就好|好|行|得|吧|呢|啊|啦|呀|喇|咯|嘅|的)| please| pls| plz)*"
    r"[.!。, ]*(?:please|pls|谢谢|thanks|thx)?"
)
_BEFORE_ANSWER = Pattern("[嗯那就好哦噢,， ]{0,4}|(?:ok|yes|um|so|then),? ")
_AFTER_ANSWER = Pattern("[吧呢啊呀哦的了啦呗嘛,，。.!? ]{0,4}|,? (?:pls|please|then|ok|max)[.!?]?")
_TOKEN = Pattern(r"(?<![a-z0-9])[a-z]{1,6}-?[0-9][a-z0-9-]{3,20}")
_WORDS = {
    **dict.fromkeys(("一", "first", "1st"), 1),
    **dict.fromkeys(("二", "second", "2nd"), 2),
    **dict.fromkeys(("三", "third", "3rd"), 3),
    "四": 4,
}


def answered(text: str, found: Sequence[Found], scene: Scene) -> list[Found]:
    """The findings, bare numbers among them turned into what was asked for."""
    return [
        _answered(one, one.value, scene, is_alone=_is_alone(text, one))
        if one.kind is None and isinstance(one.value, Decimal)
        else one
        for one in found
    ]


def details(text: str, found: Sequence[Found], scene: Scene) -> list[Found]:
    """Letters and figures mixed (ZX881200) where details of a payment were asked for."""
    if scene.asked is not Asked.CLAIM_DETAILS:
        return list(found)
    kept = [
        Found(start=token.start(), end=token.end(), kind=EntityKind.REFERENCE, value=token[0])
        for token in _TOKEN.finditer(text)
        if not any(one.start < token.end() and token.start() < one.end for one in found)
    ]
    return sorted([*found, *kept], key=lambda one: one.start)


def _is_alone(text: str, found: Found) -> bool:
    """The reply is nothing but this number."""
    before, after = text[: found.start], text[found.end :]
    return bool(_BEFORE_ANSWER.fullmatch(before) and _AFTER_ANSWER.fullmatch(after))


def chosen(text: str, scene: Scene) -> list[Found]:
    """A letter or an ordinal alone, where a choice is open."""
    match = _CHOICE.fullmatch(text) if scene.asked is Asked.CHOOSE_OPTION else None
    if match is None:
        return []
    group = "letter" if match["letter"] else "word"
    said = match[group]
    option = _LETTERS.index(said) + 1 if match["letter"] else _WORDS[said.removeprefix("第")]
    start, end = match.span(group)
    return [Found(start=start, end=end, kind=EntityKind.OPTION, value=option)]


def _answered(found: Found, number: Decimal, scene: Scene, *, is_alone: bool) -> Found:
    read = _ANSWERS.get(scene.asked) if scene.asked else None
    answer = read(number, scene) if read else _unasked(number, is_alone=is_alone)
    if answer is None:
        return found
    kind, values = answer
    mask = masks.AMOUNT if kind is EntityKind.AMOUNT else None
    if len(values) == 1:
        return found._replace(kind=kind, value=values[0], mask=mask)
    return found._replace(kind=kind, value=None, alternatives=values, mask=mask)


def _unasked(number: Decimal, *, is_alone: bool) -> _Answer:
    is_offer = _UNASKED_MIN <= number <= _UNASKED_MAX and number % _ROUND == 0
    return (EntityKind.AMOUNT, (number,)) if is_alone and is_offer else None


def _as_amount(number: Decimal, _scene: Scene) -> _Answer:
    return (EntityKind.AMOUNT, (number,)) if number > 0 else None


def _as_count(number: Decimal, scene: Scene) -> _Answer:
    if number >= _AMOUNT_MIN or number != int(number):
        return _as_amount(number, scene)
    return (EntityKind.COUNT, (int(number),)) if number > 0 else None


def _as_day(number: Decimal, scene: Scene) -> _Answer:
    if number != int(number):
        return None
    found = days.day_of_month(scene.today, int(number))
    return (EntityKind.DATE, found) if found else None


def _as_count_or_amount(number: Decimal, scene: Scene) -> _Answer:
    if number <= _COUNT_MAX or number >= _AMOUNT_MIN or number != int(number):
        return _as_count(number, scene)
    return (EntityKind.COUNT, (int(number), number))


def _as_option(number: Decimal, scene: Scene) -> _Answer:
    """The number on the list; beyond any list a count or a sum of the customer's own."""
    if number > _OPTION_MAX or number != int(number):
        return _as_count_or_amount(number, scene)
    return (EntityKind.OPTION, (int(number),)) if number > 0 else None


def _as_counter_offer(number: Decimal, scene: Scene) -> _Answer:
    """300 to a proposal is another sum; a small number may be anything."""
    return _as_amount(number, scene) if number >= _AMOUNT_MIN else None


def _as_detail(number: Decimal, scene: Scene) -> _Answer:
    """What was paid, or the number of the payment."""
    if number >= _REFERENCE_MIN and number % _ROUND and number == int(number):
        return (EntityKind.REFERENCE, (str(number),))
    return _as_counter_offer(number, scene)


def _as_identity(number: Decimal, _scene: Scene) -> _Answer:
    return (EntityKind.REFERENCE, (str(number),))


def _as_time(number: Decimal, _scene: Scene) -> _Answer:
    if number > _HOUR_MAX or number != int(number):
        return None
    return (EntityKind.TIME, tuple(time(hour) for hour in hours_meant(int(number) % _HOUR_MAX)))


_ANSWERS: dict[Asked, Callable[[Decimal, Scene], _Answer]] = {
    Asked.AMOUNT: _as_amount,
    Asked.COUNT: _as_count,
    Asked.DATE: _as_day,
    Asked.COUNT_OR_AMOUNT: _as_count_or_amount,
    Asked.CHOOSE_OPTION: _as_option,
    Asked.CONFIRM: _as_counter_offer,
    Asked.CLAIM_DETAILS: _as_detail,
    Asked.IDENTITY: _as_identity,
    Asked.CALLBACK_TIME: _as_time,
}
