"""What the words of this turn say about the account in focus: amounts in minor units, days, counts.

Nothing is guessed: an ambiguous day yields its alternatives, an amount in another currency or with
more decimals than the currency has yields nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from flows.languages.days import weekday_from
from flows.languages.rhythms import weekday_of
from flows.model import Turn
from flows.money import Money, from_decimal, make_money
from flows.understanding.values import Entity, EntityKind, Frequency, Role, Tag

# Python 3.11 finds a name of an enum by a detour, a name of the module at once.
_DATE = EntityKind.DATE
_COUNT = EntityKind.COUNT
_PAY_DAY = EntityKind.PAY_DAY
_FREQUENCY = EntityKind.FREQUENCY
_CORRECTION = Tag.CORRECTION
_WRONG = Role.WRONG


def entities(turn: Turn, kind: EntityKind) -> tuple[Entity, ...]:
    """The facts of one kind, in the order they were said."""
    said = turn.reading.entities
    return tuple([e for e in said if e.kind is kind]) if said else ()


# -500, 负500; in 300-500 the stroke stands between two figures.
_MINUS = frozenset("-−－负負")
_BELOW_ZERO = re.compile(r"(?:^|[^\d\s])\s*[-−－]\s*[$£€¥]?$|[负負]\s*$")


def money_of(turn: Turn, entity: Entity) -> Money | None:
    """The amount (or the share of what is owed) in the account's currency, else None."""
    outstanding = turn.case.account.outstanding
    before = turn.reading.text[: entity.start]
    if not _MINUS.isdisjoint(before) and _BELOW_ZERO.search(before):
        return None
    value = entity.value
    if not isinstance(value, Decimal):
        # Asked last: the class of fractions is an abstract one, of which it is dear to ask.
        if not isinstance(value, Fraction):
            return None
        return make_money(int(outstanding.minor * value), outstanding.currency)
    if not _is_currency(entity, outstanding):
        return None
    try:
        return from_decimal(value, outstanding.currency)
    except ValueError:
        return None


def _is_currency(entity: Entity, outstanding: Money) -> bool:
    return entity.currency is None or entity.currency == outstanding.currency.code


_SUMS = (EntityKind.AMOUNT, EntityKind.SHARE)


def amounts(turn: Turn, roles: Collection[Role | None] | None = None) -> tuple[Money, ...]:
    """Amounts and shares with one of these roles (None stands for no role); all when absent."""
    found = []
    for entity in turn.reading.entities:
        if entity.kind not in _SUMS:
            continue
        if roles is not None and entity.role not in roles:
            continue
        money = money_of(turn, entity)
        if money is not None and money.minor > 0:
            found.append(money)
    return tuple(found)


def amount(turn: Turn, *roles: Role | None) -> Money | None:
    """The first amount with one of these roles (the last where he corrects himself), or any."""
    found = amounts(turn, roles or None)
    if not found:
        return None
    return found[-1] if has(turn, _CORRECTION) else found[0]


def days(turn: Turn, without: Collection[Role] = ()) -> tuple[date, ...]:
    """The plain days that were named."""
    return tuple(
        e.value
        for e in entities(turn, _DATE)
        if isinstance(e.value, date) and e.role not in without
    )


def day(turn: Turn, *roles: Role | None) -> date | None:
    """The first plain day with one of these roles (the last where he corrects himself), or any."""
    found = [
        e.value
        for e in entities(turn, _DATE)
        if isinstance(e.value, date) and (e.role in roles if roles else e.role is not _WRONG)
    ]
    if not found:
        return None
    return found[-1] if has(turn, _CORRECTION) else found[0]


def ambiguous_days(turn: Turn) -> tuple[date, ...]:
    """The readings of the first day that allows several and is not told apart by another.

    "Monday the 30th" names one day, though Monday alone may be two.
    """
    plain = set(days(turn))
    for entity in entities(turn, _DATE):
        if entity.role is Role.PAID and plain:
            # "Paid on the third Thursday, so I pay on 17 December": the day of his wages.
            continue
        if entity.value is None and entity.alternatives and plain.isdisjoint(entity.alternatives):
            return tuple(d for d in entity.alternatives if isinstance(d, date))
    return ()


def starting_month(turn: Turn) -> date | None:
    """The first day on which "from January", 下个月开始还 may begin; None when no start is named."""
    starts = [e for e in turn.reading.entities if e.role is Role.START]
    if not starts:
        return None
    # "She died in August. Could I start in January": the month of the start, not of the story.
    own = [d for e in starts if e.value is None for d in e.alternatives if isinstance(d, date)]
    several = own or ambiguous_days(turn)
    return min(several) if several else None


def count(turn: Turn) -> int | None:
    """The number of instalments that was named."""
    return _whole(turn, _COUNT)


def option(turn: Turn) -> int | None:
    """The place in the list that was chosen, from 1."""
    return _whole(turn, EntityKind.OPTION)


def pay_days(turn: Turn) -> tuple[int, ...]:
    """The days of the month on which the customer can pay."""
    found = entities(turn, _PAY_DAY)
    return tuple(e.value for e in found if isinstance(e.value, int))


def frequency(turn: Turn) -> Frequency | None:
    """The rhythm of payments that was named: of several that of the sum each time, or the last."""
    said = [e for e in entities(turn, _FREQUENCY) if isinstance(e.value, str)]
    if len(said) > 1:
        said = [_of_sum(turn, said)]
    return Frequency(str(said[0].value)) if said else None


def _of_sum(turn: Turn, rhythms: list[Entity]) -> Entity:
    """ "Can't do that every week, what about 55 every two weeks": the rhythm beside the sum."""
    sums = [e for e in turn.reading.entities if e.role is Role.PER_INSTALMENT]
    if sums:
        return min(rhythms, key=lambda e: abs(e.start - sums[-1].start))
    is_other = has(turn, _CORRECTION, Tag.TOO_MUCH, Tag.CANNOT)
    return rhythms[-1] if is_other else rhythms[0]


_RHYTHMS_ALONE = (
    (
        re.compile(r"\b(?:fortnight\w*|(?:every |each )?(?:two|2|other) weeks?)\b"),
        Frequency.BIWEEKLY,
    ),
    (re.compile(r"每[周週]|\b(?:(?:a|per|each|every) week|weekly)\b"), Frequency.WEEKLY),
    (re.compile(r"每个?月|每個月|\b(?:(?:a|per|each|every) month|monthly)\b"), Frequency.MONTHLY),
)


def rhythm_alone(turn: Turn) -> Frequency | None:
    """A rhythm said with no sum beside it: "a month, I mean"; None beside a sum."""
    text = turn.reading.text.casefold()
    if amounts(turn):
        return None
    found = (rhythm for pattern, rhythm in _RHYTHMS_ALONE if pattern.search(text))
    return frequency(turn) or next(found, None)


def first_of_rhythm(turn: Turn) -> date | None:
    """The first day of "every Friday": the next one, today included."""
    for entity in entities(turn, _FREQUENCY):
        weekday = weekday_of(entity.text)
        if weekday is not None:
            return weekday_from(turn.today, weekday)
    return None


def _whole(turn: Turn, kind: EntityKind) -> int | None:
    found = [e.value for e in entities(turn, kind) if isinstance(e.value, int)]
    if not found:
        return None
    return found[-1] if has(turn, _CORRECTION) else found[0]


def clock_time(turn: Turn) -> time | None:
    """The hour of the day that was named."""
    for entity in entities(turn, EntityKind.TIME):
        if isinstance(entity.value, time):
            return entity.value
    return None


def reference(turn: Turn) -> str | None:
    """A payment reference that was given."""
    for entity in entities(turn, EntityKind.REFERENCE):
        if isinstance(entity.value, str):
            return entity.value
    return None


_MIDDLE = re.compile(r"中[间間]|\b(?:middle|medium)\b", re.IGNORECASE)
_LONGEST = re.compile(
    r"最[长長多少低]|最[后後]|期[数數]多|\b(?:longest|last one|lowest|cheapest|smallest (?:one|payment|amount))\b",
    re.IGNORECASE,
)
_SHORTEST = re.compile(r"最短|最少期|\b(?:shortest|quickest|fastest)\b", re.IGNORECASE)
_LETTER_OF_PLAN = re.compile(
    r"^\W*(?:[我就]?[选選要]|(?:the |option |plan )?)?\s*([a-c])\s*(?:方案|计划|計劃|计画|計畫|选项|選項|那个|嗰個|plan|option|one)\W*$",
    re.IGNORECASE,
)


_LIMIT = re.compile(
    r"\W*(?:(?:sorry|honestly|look|but|no|nope|well|sry|seriously|man|bro) ?,? ?)*(?:thats?|that'?s|that is|it'?s|this is|thats literally) (?:literally |really |honestly |about |just )?"
    r"(?:all|the (?:most|best|max(?:imum)?|limit|absolute max)|my (?:max(?:imum)?|limit|best|ceiling|top)|as (?:much|high|far) as)"
    r"(?: (?:that )?(?:i|we|im|i'm|i've|ive|i'll|we've)(?: (?:can|could|able|got|have|ever|do|to|go|pay|afford|manage|really|spare|left|possibly|gonna|will|in|it|each|a|per|month|week))*)?\W*",
    re.IGNORECASE,
)


def tells_limit(text: str) -> bool:
    """Whether the words say that no more is possible, and nothing else: "that's all I got"."""
    return bool(_LIMIT.fullmatch(text))


def takes_longest(text: str) -> bool:
    """Whether the words take the plan with the smallest payments: "the lowest one then", 最长的."""
    return bool(_LONGEST.search(text))


def place_named(text: str, count: int) -> int | None:
    """The place in a list of so many plans, from 1: the middle one, 最长的, A方案; else None."""
    letter = _LETTER_OF_PLAN.match(text)
    if letter is not None:
        place = ord(letter[1].lower()) - ord("a") + 1
        return place if place <= count else None
    if count > 2 and _MIDDLE.search(text):
        return count // 2 + 1
    if count and _LONGEST.search(text):
        return count
    return 1 if count and _SHORTEST.search(text) else None


def has(turn: Turn, *tags: Tag) -> bool:
    """Whether the words carry any of these tags."""
    return not turn.reading.tags.isdisjoint(tags)


# A number that is put for a plan: "what would 6 look like", "maybe 8 then", 不如6.
_NUMBER_PUT = re.compile(
    r"(?:^|[,.;:] ?|\b(?:do|about|would|say|try|take|prefer|rather|with|maybe|or|sry|sorry|meant|mean|no|like|says|said|wants|about|around|it to be|be) )(\d{1,2})"
    r"(?= ?(?:$|[,.!?]|(?:look|be|work|cost|was|is|sounds|seems|feels|rather|then|please|pls|instead|ok|mean|from|starting|start|beginning)\b))",
    re.IGNORECASE,
)
_MOST_PUT = 36


_NUMBER_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_DIGIT = re.compile(r"\d")
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)


def number_put(text: str) -> int | None:
    """The one bare number that the words try as a number of payments, from 2; else None."""
    text = _NUMBER_WORD.sub(lambda said: str(_NUMBER_WORDS[said[0].casefold()]), text)
    # Asked of nearly every message, and most have no figure at all.
    found = _NUMBER_PUT.findall(text) if _DIGIT.search(text) else ()
    if len(found) != 1 or len(re.findall(r"\d+(?!\d|st\b|nd\b|rd\b|th\b)", text)) != 1:
        return None
    return int(found[0]) if 1 < int(found[0]) <= _MOST_PUT else None


_NOTHING = re.compile(
    r"^\W*(?:nothing|none|zero|nil|0|not a (?:cent|penny)|i have nothing"
    r"|(?:真的|现在|現在)?(?:一分|一毛|一蚊)?(?:都|也)?(?:没有|没|沒有|冇|无|無|零))(?!\w*(?:问题|問題))",
    re.IGNORECASE,
)
# "I get 80 a week and that's it": what he has, which is no offer.
_INCOME = re.compile(
    r"\b(?:i|we)(?:'m| am| are|'ve| have)? (?:only )?(?:get|gets|earn|make|live on|on|bring (?:home|in)|take home) (?:about |around |only |just )?[$£€]?\d"
    r"|\b(?:pension|benefits?|dole|social security|ssi|jobseekers?|universal credit)\b|\bcan'?t (?:afford|manage|stretch)\b",
    re.IGNORECASE,
)


_DIGIT = re.compile(r"\d")


def has_figure(text: str) -> bool:
    """Whether a figure stands in the words; a look that costs less than any pattern of sums."""
    return _DIGIT.search(text) is not None


def tells_income(text: str) -> bool:
    """Whether the words tell what he lives on, or that it does not reach."""
    return bool(_INCOME.search(text))


_COUNT_WORDS = re.compile(r"期数|期數|几期|幾期|\b(?:number|count|how many)\b", re.IGNORECASE)
_AMOUNT_WORDS = re.compile(r"金额|金額|每期|每月|\b(?:amount|each|sum)\b", re.IGNORECASE)


def says_nothing(turn: Turn) -> bool:
    """Whether the words say that nothing at all can be paid, and name no figure."""
    has_figure = bool(amounts(turn) or days(turn) or pay_days(turn))
    return not has_figure and bool(_NOTHING.match(turn.reading.text))


def names_count_or_amount(turn: Turn) -> EntityKind | None:
    """Which of the two the words choose: the number of payments or the sum each time."""
    text = turn.reading.text
    if _COUNT_WORDS.search(text):
        return _COUNT
    return EntityKind.AMOUNT if _AMOUNT_WORDS.search(text) else None
