"""The facts in a reply: amounts, days, counts and so on, and the text with slots in their place.

The languages read; here their findings are joined, weighed against the open question and mapped
back to the customer's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from flows.languages import figures
from flows.languages.en import context as english_context
from flows.languages.en import readers as english
from flows.languages.en import roles as english_roles
from flows.languages.en.times import part_of_day as english_part_of_day
from flows.languages.rhythms import lone_weekday, weekday_of
from flows.languages.scanner import Found, Scanner, Scene
from flows.languages.zh import context as chinese_context
from flows.languages.zh import readers as chinese
from flows.languages.zh import roles as chinese_roles
from flows.languages.zh.times import part_of_day as chinese_part_of_day
from flows.replacing import maker, replace
from flows.understanding import masks
from flows.understanding.answers import answered, chosen, details
from flows.understanding.circumstances import without_circumstances, without_told_days
from flows.understanding.days_together import (
    both_every_month,
    counted_beside,
    in_month_named,
    told_apart,
    without_remarks,
    without_wages,
)
from flows.understanding.normalise import Normal
from flows.understanding.second_thoughts import is_moved, without_replaced
from flows.understanding.values import (
    Asked,
    Entity,
    EntityKind,
    Frequency,
    LanguageTag,
    Role,
    Value,
)

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]{2}")
_ALTERNATIVE = re.compile(
    r" ?(?:,? ?\bor(?: (?:on|by|maybe|even))?(?: the)?\b|或者?|还是|要么|/|、) ?"
)
# Between two days or sums of which either may come; where one is a span, they say one thing.
_PERHAPS = re.compile(
    r"[ ,]*(?:\bor )?\b(?:maybe|possibly|perhaps|(?:could|might) be)(?: (?:on|by|the))* |[ ,，]*(?:也?可能|也许|要不)是? ?"
)
_AND = re.compile(" (?:and|n|&) (?:the )?")
_BETWEEN = re.compile(r"\bbetween (?:the )?$")
_EACH = re.compile("[各都分]")
_RANGE = re.compile(r" ?(?:\bto\b|到|至|~|-) ?")
_JOINED = frozenset(
    {EntityKind.DATE, EntityKind.AMOUNT, EntityKind.COUNT, EntityKind.TIME, EntityKind.OPTION}
)
_MASKS = {
    EntityKind.AMOUNT: masks.AMOUNT,
    EntityKind.COUNT: masks.NUMBER,
    EntityKind.OPTION: masks.NUMBER,
    EntityKind.PAY_DAY: masks.DATE,
    EntityKind.SHARE: masks.SHARE,
    EntityKind.TIME: masks.TIME,
    EntityKind.REFERENCE: masks.REFERENCE,
}
_HAN_LANGUAGES = frozenset({LanguageTag.ZH_HANS, LanguageTag.ZH_HANT, LanguageTag.YUE})
_OF_HOUSEHOLD = frozenset({Role.INCOME, Role.SPENDING})
_YEAR_MIN, _YEAR_MAX = 1900, 9000
_BESIDE_MAX = 10
_ALTERNATIVES_MAX = 4
_CLAUSE_END = frozenset("，。；！？,;!?")


_make_entity = maker(Entity)

_Fact = tuple[Found, Role | None]
_RoleOf = Callable[[str, Found], Role | None]


class Reading(NamedTuple):
    """The entities of a reply in the order of its text, and the normalised text with slots."""

    entities: tuple[Entity, ...]
    masked: str


_make_scene, _make_reading = maker(Scene), maker(Reading)


def read_entities(
    normal: Normal,
    *,
    today: date,
    now_time: time | None = None,
    asked: Asked | None = None,
    language: LanguageTag | None = None,
) -> Reading:
    """The facts in a normalised reply, read on the customer's own day and against the open question.

    Never raises. What the words leave open has the value None and `alternatives`; a day that is
    only named by its event (发工资, payday) has neither. `language` is that of the talk so far.
    """
    text = normal.text
    scanner, role_of = _reader(text, language)
    scene = _make_scene(today=today, now_time=now_time, asked=asked, language=language)
    if not _YEAR_MIN <= today.year <= _YEAR_MAX:
        return _make_reading(entities=(), masked=text)
    found = chosen(text, scene) or details(text, scanner.scan(text, scene), scene)
    if not found:
        return _make_reading(entities=(), masked=text)
    found = [counted_beside(text, one) for one in answered(text, found, scene)]
    if "了" in text and asked is not Asked.DATE:
        found = without_remarks(text, found)
    if len(found) > 1:
        found = without_replaced(text, _joined(text, found), today)
        found = without_wages(text, both_every_month(text, found))
        found = _settled(text, told_apart(text, in_month_named(text, found, today), today))
    found = without_told_days(text, found, today, asked)
    facts = [(one, _role(one, role_of(text, one), today)) for one in found]
    if len(facts) > 1:
        facts = _without_refused(facts)
        facts = without_circumstances(text, _once(_without_rhythm_of_income(facts)))
    return _make_reading(
        entities=tuple(_entity(normal, one, role) for one, role in facts if one.kind),
        masked=_masked(text, found, today),
    )


def entity_record(entity: Entity) -> dict[str, object]:
    """The entity as the `understand` command writes it; what is not said has no field.

    An ambiguous one has the value null, `"ambiguous": true` and its readings in `alternatives`; a
    day named only by its event is ambiguous without alternatives.
    """
    record: dict[str, object] = {
        "kind": entity.kind.value,
        "text": entity.text,
        "value": _plain(entity.value),
    }
    if entity.value is None:
        record["ambiguous"] = True
    if entity.alternatives:
        record["alternatives"] = [_plain(value) for value in entity.alternatives]
    if entity.currency:
        record["currency"] = entity.currency
    if entity.role:
        record["role"] = entity.role.value
    return record


def _plain(value: Value) -> str | int | None:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.value if isinstance(value, Enum) else value


def _reader(text: str, language: LanguageTag | None) -> tuple[Scanner, _RoleOf]:
    """The rules for the scripts in the text; Chinese ones first where both are there.

    Figures alone are read as those have them who spoke before: 5/11.
    """
    if not _HAN.search(text):
        if language in _HAN_LANGUAGES and not _LATIN.search(text):
            return _mixed(), _role_in_either
        return _english(), english_roles.role_of
    if not _LATIN.search(text):
        return _chinese(), chinese_roles.role_of
    return _mixed(), _role_in_either


def _role_in_either(text: str, found: Found) -> Role | None:
    return chinese_roles.role_of(text, found) or english_roles.role_of(text, found)


@cache
def _english() -> Scanner:
    shared = figures.rules(
        is_month_first=False,
        part_of_day=english_part_of_day,
        lies_behind=english_context.lies_behind,
    )
    return Scanner([*shared, *english.rules()])


@cache
def _chinese() -> Scanner:
    shared = figures.rules(
        is_month_first=True,
        part_of_day=chinese_part_of_day,
        lies_behind=chinese_context.lies_behind,
    )
    return Scanner([*shared, *chinese.rules()])


@cache
def _mixed() -> Scanner:
    shared = figures.rules(
        is_month_first=True,
        part_of_day=chinese_part_of_day,
        lies_behind=chinese_context.lies_behind,
    )
    # 我 10 Dec 還, 分 4 payments: a figure that an English word counts by is no Chinese number.
    counted = (
        replace(rule, gate=_COUNTED_IN_ENGLISH)
        for rule in english.rules()
        if any(start[0].isdigit() for start in rule.starts)
    )
    return Scanner([*shared, *counted, *chinese.rules(), *english.rules()])


_COUNTED_IN_ENGLISH = re.compile(
    r"[0-9]{1,2}(?:(?:st|nd|rd|th)(?![a-z])| ?(?:payments?|instal[a-z]*|weeks?|wks?|days?|months?|jan|feb|mar(?:ch)?"
    r"|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*(?![a-z]))"
    r"|[0-9]{2,6}(?:\.[0-9]{1,2})? ?(?:/|(?:a|per|each|every) )(?:month|mth|week|fortnight)(?![a-z])"
)


def _joined(text: str, found: Iterable[Found]) -> list[Found]:
    """Two findings with "or" or "to" between them become one that is asked about."""
    joined: list[Found] = []
    for one in found:
        if joined and _is_alternative(text, joined[-1], one):
            joined[-1] = _either(text, joined[-1], one)
        else:
            joined.append(one)
    return joined


def _is_alternative(text: str, first: Found, second: Found) -> bool:
    if second.kind not in _JOINED or (first.value is None and not first.alternatives):
        return False
    if len(first.alternatives) >= _ALTERNATIVES_MAX:
        return False
    is_bare_of_same = first.kind is None and second.kind in (EntityKind.AMOUNT, EntityKind.COUNT)
    if first.kind is not second.kind and not is_bare_of_same:
        return False
    is_range = _RANGE.fullmatch(text, first.end, second.start)
    if is_range and (
        second.kind in (EntityKind.TIME, EntityKind.OPTION)
        or is_moved(text, first.start, (first.end, second.start))
    ):
        return False
    if first.end == second.start and _are_days_in_a_row(text, first, second):
        # With 各 or 都 it is both.
        return not _EACH.match(text, second.end)
    is_said = is_range or _ALTERNATIVE.fullmatch(text, first.end, second.start)
    return bool(is_said) or _is_between(text, first, second) or _is_perhaps(text, first, second)


def _are_days_in_a_row(text: str, first: Found, second: Found) -> bool:
    """周五周六吧, 七号八号的样子: either day."""
    if lone_weekday(text[first.start : first.end]) is not None:
        return lone_weekday(text[second.start : second.end]) is not None
    one, two = first.value, second.value
    if type(one) is not date or type(two) is not date or (two - one).days != 1:
        return False
    return text[first.end - 1] == text[second.end - 1] == "号"


def _is_perhaps(text: str, first: Found, second: Found) -> bool:
    """Maybe Wednesday, maybe Thursday; next week, maybe Tuesday is one day."""
    if first.value is None or second.value is None or second.start - first.end > _BESIDE_MAX * 2:
        return False
    return bool(_PERHAPS.fullmatch(text, first.end, second.start))


def _is_between(text: str, first: Found, second: Found) -> bool:
    """Between xmas and new year; xmas and new year are two days."""
    if not _AND.fullmatch(text, first.end, second.start):
        return False
    return bool(_BETWEEN.search(text, max(0, first.start - _BESIDE_MAX), first.start))


def _either(text: str, first: Found, second: Found) -> Found:
    """Both to ask about; but 500到800 names no sum, and is only masked as one."""
    if second.kind is EntityKind.AMOUNT and _RANGE.fullmatch(text, first.end, second.start):
        return Found(start=first.start, end=second.end, mask=masks.AMOUNT)
    values = [*(first.alternatives or (first.value,)), *(second.alternatives or (second.value,))]
    if second.kind is EntityKind.COUNT:
        values = [int(value) if isinstance(value, Decimal) else value for value in values]
    unlike = tuple(dict.fromkeys(values))
    if len(unlike) == 1:
        return second._replace(start=first.start)
    return second._replace(start=first.start, value=None, alternatives=unlike, is_weak=False)


def _settled(text: str, found: Sequence[Found]) -> list[Found]:
    """Without what other findings make needless: 下午 beside 明天, 发工资 beside 15号."""
    has_day = any(one.kind is EntityKind.DATE and not one.is_weak for one in found)
    rhythms: dict[Value, int] = {}
    settled: list[Found] = []
    for at, one in enumerate(found):
        neighbours = (*found[max(0, at - 2) : at], *found[at + 1 : at + 3])
        if (one.is_weak and has_day) or _is_dated_symbol(text, one, neighbours):
            continue
        if one.kind is EntityKind.FREQUENCY:
            said = rhythms.get(one.value)
            if said is None and rhythms and _only_names_day(text, one):
                # Once a fortnight on Fridays: the weekday of a rhythm, no second one.
                continue
            if said is not None:
                # "Weekly, every Friday": the one that names its day says more.
                settled[said] = _telling_rhythm(text, settled[said], one)
                continue
            rhythms[one.value] = len(settled)
        settled.append(one)
        has_day |= one.is_weak
    return settled


def _only_names_day(text: str, one: Found) -> bool:
    if one.value is not Frequency.WEEKLY or weekday_of(text[one.start : one.end]) is None:
        return False
    return text.endswith((" on ", "的"), 0, one.start) or text.startswith("on ", one.start)


def _telling_rhythm(text: str, first: Found, second: Found) -> Found:
    names_day = weekday_of(text[second.start : second.end]) is not None
    return second if names_day else first


def _is_dated_symbol(text: str, one: Found, neighbours: Iterable[Found]) -> bool:
    """发工资 with its day beside it: the day says it all."""
    if one.kind is not EntityKind.DATE or one.value is not None or one.alternatives:
        return False
    return any(
        _is_beside(text, one, other)
        for other in neighbours
        if other.kind is EntityKind.PAY_DAY or (other.kind is EntityKind.DATE and other.value)
    )


def _is_beside(text: str, one: Found, other: Found) -> bool:
    first, second = sorted((one, other), key=lambda found: found.start)
    between = text[first.end : second.start]
    return len(between) <= _BESIDE_MAX and _CLAUSE_END.isdisjoint(between)


def _role(found: Found, role: Role | None, today: date) -> Role | None:
    """The role; but nobody has paid on a day to come."""
    is_ahead = type(found.value) is date and found.value > today
    return None if role is Role.PAID and is_ahead else role


def _without_refused(facts: list[_Fact]) -> list[_Fact]:
    """Not this Friday, next Friday: the day that is refused is none of those that may be meant."""
    refused = {one.value for one, role in facts if role is Role.WRONG and one.value}
    if not refused:
        return facts
    return [(_but_for(one, refused), role) for one, role in facts]


def _but_for(one: Found, refused: Container[Value]) -> Found:
    meant = [value for value in one.alternatives if value not in refused]
    if one.kind is not EntityKind.DATE or len(meant) != 1 or len(one.alternatives) != 2:
        return one
    return one._replace(value=meant[0], alternatives=())


def _without_rhythm_of_income(facts: list[_Fact]) -> list[_Fact]:
    """A salary or a rent is monthly, which says nothing of instalments."""
    roles = {role for one, role in facts if one.kind is EntityKind.AMOUNT}
    if not roles or not roles <= _OF_HOUSEHOLD:
        return facts
    return [fact for fact in facts if fact[0].kind is not EntityKind.FREQUENCY]


def _once(facts: list[_Fact]) -> list[_Fact]:
    """A day said twice (明天，我明天还) is one fact; the one with a role is kept."""
    kept: dict[object, _Fact] = {}
    for at, (one, role) in enumerate(facts):
        key = (one.value, one.alternatives) if one.kind is EntityKind.DATE else at
        if key not in kept or (role and not kept[key][1]):
            kept[key] = (one, role)
    return sorted(kept.values(), key=lambda fact: fact[0].start)


def _entity(normal: Normal, found: Found, role: Role | None) -> Entity:
    start, end = normal.raw_span(found.start, found.end)
    value = normal.raw[start:end] if found.kind is EntityKind.REFERENCE else found.value
    return _make_entity(
        kind=found.kind or EntityKind.REFERENCE,
        text=normal.raw[start:end],
        start=start,
        end=end,
        value=value,
        currency=found.currency,
        alternatives=found.alternatives,
        role=role,
    )


def _masked(text: str, found: Iterable[Found], today: date) -> str:
    pieces: list[str] = []
    at = 0
    for one in sorted(found, key=lambda found: found.start):
        mask = one.mask or _mask_of(one, today)
        if mask is None or one.start < at:
            continue
        pieces += (text[at : one.start], mask)
        at = one.end
    return "".join(pieces) + text[at:]


def _mask_of(found: Found, today: date) -> str | None:
    if found.kind is not EntityKind.DATE:
        return _MASKS.get(found.kind) if found.kind else None
    day = found.value or next(iter(found.alternatives), None)
    return masks.PAST_DATE if isinstance(day, date) and day < today else masks.DATE
